"""Convolution scenes: the same choices give the same layer; what cannot be is refused in one sentence."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.convolution.kernels import ANY_SIZE, PRESETS, preset_kernel
from engine.convolution.scene import LARGEST, LIMITS, ConvolutionScene, check_convolution, opening_convolution
from engine.scene_file import decode, encode

SETTINGS = st.fixed_dictionaries(
    {
        "size": st.tuples(st.integers(1, 9), st.integers(1, 9)),
        "window": st.tuples(st.integers(1, 4), st.integers(1, 4)),
        "channels": st.integers(1, 3),
        "kernels": st.integers(1, 3),
        "stride": st.integers(1, 3),
        "padding": st.integers(0, 3),
        "dilation": st.integers(1, 3),
        "loss": st.sampled_from(["own", "ones", "squared_error"]),
        "flip": st.booleans(),
    }
)


def test_the_opening_scene_is_fine_and_makes_a_layer() -> None:
    scene = check_convolution(opening_convolution())
    assert scene.layer().output.shape == (1, 1, 4, 4)


def test_the_same_scene_gives_the_same_numbers() -> None:
    scene = ConvolutionScene(seed=7, channels=2)
    assert np.array_equal(scene.numbers("x"), ConvolutionScene(seed=7, channels=2).numbers("x"))
    assert not np.array_equal(scene.numbers("x"), scene.with_(seed=8).numbers("x"))


def test_a_scene_survives_json() -> None:
    scene = opening_convolution().with_number("x", (0, 2, 3), -1.5).with_(loss="squared_error", alone="gather")
    assert msgspec.json.decode(msgspec.json.encode(scene), type=ConvolutionScene) == scene


@given(SETTINGS)
def test_every_setting_makes_a_layer_or_one_sentence(settings: dict[str, Any]) -> None:
    scene = opening_convolution().with_(kernel=(), upstream=(), bias=None)
    try:
        changed = scene.resized(**settings)
    except ValueError as error:
        assert "\n" not in str(error) and "None" not in str(error)
    else:
        layer = check_convolution(changed).layer()
        assert layer.gradients["dx"].shape == layer.x.shape


def test_typed_numbers_stay_where_their_cells_still_are() -> None:
    scene = opening_convolution().with_number("x", (0, 2, 3), 42.0)
    larger = scene.resized(size=(8, 9))
    assert larger.numbers("x")[0, 2, 3] == 42.0
    assert np.array_equal(larger.numbers("x")[:, :6, :6], scene.numbers("x"))
    assert check_convolution(larger.resized(size=(3, 3))).numbers("x").shape == (1, 3, 3)


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize(
    "changes", [{}, {"pooling": "max", "activation": "relu"}, {"preset": "sobel"}, {"loss": "ones"}]
)
def test_the_same_layer_along_other_axes(axes: int, changes: dict[str, Any]) -> None:
    scene = opening_convolution().with_(**changes)
    if changes.get("pooling"):
        scene = scene.with_(upstream=())
    moved = check_convolution(scene.with_axes(axes))
    assert moved.axes == axes and moved.layer().gradients["dx"].shape == (1, 1, *moved.size)
    assert check_convolution(moved.with_axes(2)).axes == 2
    assert moved.with_axes(axes) is moved


@given(
    st.integers(1, 3), st.integers(1, 2), st.sampled_from(["none", "relu", "tanh", "sigmoid"]),
    st.sampled_from(["none", "max", "average"]), st.sampled_from(["ones", "own", "squared_error"]), st.booleans(),
)  # fmt: skip
def test_activation_pooling_and_groups_make_layers(
    axes: int, groups: int, activation: Any, pooling: Any, loss: Any, whole: bool
) -> None:
    scene = ConvolutionScene(channels=2, kernels=2, groups=groups, activation=activation, loss=loss, whole=whole)
    scene = check_convolution(scene.with_axes(axes).resized(pooling=pooling))
    layer = scene.layer()
    assert layer.upstream is not None and layer.upstream.shape == layer.output.shape
    assert layer.kernel.shape[1] == 2 // groups
    assert whole == all(float(x).is_integer() for x in layer.x.flat)


def test_a_picture_is_shown_smaller_or_larger() -> None:
    picture = np.linspace(0, 1, 64 * 48).reshape(1, 64, 48)
    scene = ConvolutionScene(size=(64, 48), input="picture").with_numbers("x", picture)
    assert scene.large and len(scene.pixels) == 64 * 48 and scene.x == ()
    assert np.abs(scene.numbers("x") - picture).max() <= 0.5 / 255
    half = check_convolution(scene.resized(size=(32, 24)))
    assert not half.large and half.pixels == b""
    mean = scene.numbers("x").reshape(1, 32, 2, 24, 2).mean((2, 4))
    assert np.abs(half.numbers("x") - 9 * mean).max() <= 0.5 + 1e-9 and half.numbers("x").max() == 9
    back = check_convolution(half.resized(size=(64, 48)))
    assert back.large and abs(back.numbers("x").mean() - picture.mean()) < 0.02
    colour = check_convolution(back.resized(channels=3))
    assert np.array_equal(colour.numbers("x")[2], back.numbers("x")[0])


def test_a_picture_survives_json() -> None:
    scene = ConvolutionScene(size=(40, 40)).with_numbers("x", np.random.default_rng(0).random((1, 40, 40)))
    assert decode(encode(scene)) == scene
    assert len(encode(scene)) < 4000


def test_a_smaller_grid_is_a_part_of_a_larger_one() -> None:
    assert np.array_equal(
        ConvolutionScene(size=(5, 4)).numbers("x"), ConvolutionScene(size=(12, 12)).numbers("x")[:, :5, :4]
    )


@pytest.mark.parametrize("preset", [*PRESETS, *ANY_SIZE])
def test_presets(preset: str) -> None:
    scene = check_convolution(ConvolutionScene(preset=preset, kernels=2))
    assert scene.numbers("kernel").shape == (2, 1, 3, 3)
    assert scene.with_number("kernel", (0, 0, 0, 0), 9.0).preset == "own"
    larger = scene.resized(window=(5, 5))
    assert check_convolution(larger).preset == (preset if preset in ANY_SIZE else "own")


def test_the_identity_copies_and_the_blur_keeps_the_mean() -> None:
    scene = ConvolutionScene(preset="identity", padding=1)
    layer = scene.layer()
    assert np.array_equal(layer.output[0, 0], layer.x[0, 0])
    assert preset_kernel("blur", (1, 1, 5, 5)).sum() == pytest.approx(1)
    for name in ("edge", "sobel"):
        assert preset_kernel(name, (2, 1, 3, 3)).sum() == 0


def test_upstream_of_the_squared_error_is_output_minus_target() -> None:
    scene = opening_convolution().with_(loss="squared_error")
    layer = scene.layer()
    assert np.array_equal(layer.gradients["g"], layer.values["y"] - scene.numbers("target"))
    assert (opening_convolution().with_(loss="ones").layer().gradients["g"] == 1).all()


def test_typing_into_the_upstream_gradient_makes_it_ones_own() -> None:
    assert opening_convolution().with_(loss="ones").with_number("upstream", (0, 0, 0), 3).loss == "own"


BAD: list[tuple[dict[str, Any], str]] = [
    ({"size": (0, 5)}, "input size must be from 1"),
    ({"size": (6,)}, "kernel size has 2 numbers, the input size 1"),
    ({"size": (), "window": ()}, "input size must have one to three numbers, not 0"),
    ({"size": (6,) * 4, "window": (3,) * 4}, "input size must have one to three numbers, not 4"),
    ({"size": (65,), "window": (3,)}, "input size must be from 1 to 64, not 65"),
    ({"size": (11, 4, 4), "window": (2, 2, 2)}, "input size must be from 1 to 10, not 11"),
    ({"size": (3, 2, 3), "window": (2, 3, 2)}, "the kernel spans 3 rows, the input has only 2"),
    ({"size": (4,), "window": (5,)}, "the kernel spans 5 cells, the input has only 4"),
    ({"channels": 3, "kernels": 4, "groups": 2}, "2 does not divide 3"),
    ({"channels": 4, "kernels": 3, "groups": 2}, "2 does not divide 3"),
    ({"pooling": "max", "pool": 4, "window": (4, 4), "kernel": ()}, "the pooling window spans 4 rows"),
    ({"pool": 0}, "pooling window must be from 1"),
    ({"pixels": b"abc"}, "pixels has 3 numbers where 1 × 6 × 6 = 36 are needed"),
    ({"pixels": b"a" * 36, "x": (1.0,) * 36}, "x and pixels cannot both be given"),
    ({"size": (20_000, 20_000)}, "input size must be from 1"),
    ({"window": (7, 7)}, "the kernel spans 7 rows, the input has only 6"),
    ({"window": (3, 7), "padding": 0}, "the kernel spans 7 columns"),
    ({"dilation": 4}, "the kernel spans 9 rows with dilation 4"),
    ({"stride": 0}, "stride must be from 1"),
    ({"padding": -1}, "padding must be from 0"),
    ({"channels": 99}, "channels must be"),
    ({"preset": "nothing"}, "there is no kernel preset"),
    ({"preset": "edge", "window": (2, 2)}, "needs a kernel size of 3 × 3"),
    ({"x": (1.0, 2.0)}, "x has 2 numbers where 1 × 6 × 6 = 36 are needed"),
    ({"x": (math.nan,) * 36}, r"x\[0\] must be a number"),
    ({"kernel": (math.inf,) * 9}, r"kernel\[0\] must be a number"),
    ({"upstream": (1e9,) * 16}, r"upstream\[0\] must be"),
    ({"alone": "elsewhere"}, "there is no pass"),
    ({"position": -1}, "position"),
    ({"speed": 0.0}, "speed"),
    ({"speed": math.nan}, "speed"),
    ({"title": "x" * 201}, "title: longer"),
    ({"note": "x" * 5001}, "note: longer"),
]


@pytest.mark.parametrize(("changes", "words"), BAD)
def test_what_is_wrong_is_said(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        check_convolution(opening_convolution().with_(**changes))


@pytest.mark.parametrize(
    "text",
    [
        '{"pooling": "least"}',
        '{"size": "6"}',
        '{"loss": "other"}',
        '{"x": ["a"]}',
        '{"unknown": 1}',
        '{"stride": 1.5}',
        "[]",
    ],
)
def test_wrong_types_are_refused(text: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(text, type=ConvolutionScene)


def test_limits_are_the_ones_that_are_checked() -> None:
    for name, (low, high) in LIMITS.items():
        assert max(LARGEST.values()) == LIMITS["size"][1]
        for bad in (low - 1, high + 1):
            value = (bad, bad) if name in ("size", "window") else bad
            with pytest.raises(ValueError):
                check_convolution(opening_convolution().with_(**{name: value}))
