"""A grid of heights is a loss like any other: smooth, with exact derivatives, and it survives a file."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.descent import race
from engine.export import numpy_script
from engine.expressions import ExpressionError
from engine.heightmap import MOST_MINIMA, HeightMap
from engine.maps import basins
from engine.optimizers import OPTIMIZERS
from engine.scene import Heights, LossChoice, RacerChoice, Scene, check
from engine.scene_file import SceneFileError, decode, encode

BOX = ((-3.0, 5.0), (-1.0, 2.0))


def bytes_of(rows: int, columns: int, seed: int = 0) -> bytes:
    return np.random.default_rng(seed).integers(0, 256, rows * columns, np.uint8).tobytes()


def hills(size: int = 48) -> HeightMap:
    """Two hollows, the left one deeper."""
    x, y = np.meshgrid(np.linspace(-5, 5, size), np.linspace(5, -5, size))
    depth = 200 * np.exp(-((x + 2) ** 2 + y**2) / 3) + 120 * np.exp(-((x - 2.5) ** 2 + (y - 1) ** 2) / 2)
    return HeightMap.of(np.uint8(np.round(230 - depth)).tobytes(), size, size)


def slopes(function: Any, at: np.ndarray, step: float = 1e-5) -> np.ndarray:
    shifts = step * np.eye(2).reshape(2, 2, *[1] * (at.ndim - 1))
    return np.array([(function(at + shift) - function(at - shift)) / (2 * step) for shift in shifts])


@given(
    shape=st.tuples(st.integers(4, 24), st.integers(4, 24)),
    seed=st.integers(0, 999),
    inverted=st.booleans(),
    smoothing=st.sampled_from([0.0, 0.04, 0.7, 3.0, 39.0]),
    points=st.lists(st.tuples(st.floats(-9, 11), st.floats(-4, 5)), min_size=1, max_size=8),
)
def test_derivatives_are_those_of_the_value(
    shape: tuple[int, int], seed: int, inverted: bool, smoothing: float, points: list[tuple[float, float]]
) -> None:
    loss = HeightMap.of(bytes_of(*shape, seed), *shape, inverted, BOX).with_values(smoothing=smoothing)
    at = np.array(points).T
    # The slope is continuous at the border, its slope is not.
    np.testing.assert_allclose(loss.gradient(at), slopes(loss.value, at), atol=1e-2, rtol=1e-4)
    near = [np.abs(at[axis] - side) < 1e-4 for axis in (0, 1) for side in BOX[axis]]
    away = at[:, ~np.any(near, axis=0)]
    np.testing.assert_allclose(loss.gradient(away), slopes(loss.value, away), atol=1e-5, rtol=1e-5)
    np.testing.assert_allclose(loss.hessian(away), slopes(loss.gradient, away), atol=1e-2, rtol=1e-3)
    for place in range(at.shape[1]):
        x, y = at[:, place].tolist()
        np.testing.assert_allclose(loss.float_gradient(x, y), loss.gradient((x, y)), atol=1e-9, rtol=1e-9)
        np.testing.assert_array_equal(loss.careful_gradient(x, y), loss.gradient((x, y)))
        xx, xy, yy = loss.float_hessian(x, y)
        np.testing.assert_array_equal([[xx, xy], [xy, yy]], loss.hessian((x, y)))


def test_unblurred_it_goes_through_every_height_first_row_on_top() -> None:
    heights = bytes_of(7, 9)
    loss = HeightMap.of(heights, 7, 9, domain=BOX).with_values(smoothing=0, relief=255)
    at = np.array(np.meshgrid(np.linspace(-3, 5, 9), np.linspace(2, -1, 7)))
    np.testing.assert_allclose(loss.value(at), np.frombuffer(heights, np.uint8).reshape(7, 9), atol=1e-9)
    upside = HeightMap.of(heights, 7, 9, True, BOX).with_values(smoothing=0, relief=255)
    np.testing.assert_allclose(upside.value(at), 255 - loss.value(at), atol=1e-9)


def test_a_mesh_and_its_points_one_by_one_have_the_same_values() -> None:
    loss = hills()
    mesh = np.array(np.meshgrid(np.linspace(-7, 7, 31), np.linspace(6, -6, 23)))
    np.testing.assert_allclose(loss.value(mesh), loss.value(mesh.reshape(2, -1)).reshape(23, 31), atol=1e-12)
    assert loss.value((1.0, 2.0)).shape == () and loss.gradient(np.zeros((2, 3, 4))).shape == (2, 3, 4)


def test_smoothing_makes_it_smoother_and_keeps_the_mean() -> None:
    rough = HeightMap.of(bytes_of(32, 32), 32, 32)
    deviations = [float(rough.with_values(smoothing=s).grid.std()) for s in (0, 0.5, 1.5, 4, 20)]
    assert deviations == sorted(deviations, reverse=True) and deviations[-1] < 0.05 * deviations[0]


def test_outside_a_wall_rises() -> None:
    loss = hills()
    far = np.array([loss.value((x, 0.3)) for x in (5.0, 6.0, 7.5, 50.0, 1e6)])
    assert (np.diff(far) > 0).all()
    assert loss.value((7.5, 0.3)) == pytest.approx(loss.value((5, 0.3)) + 10)
    run = race(loss, list(OPTIMIZERS.values()), (14.0, -9.0), 300)
    ends = {o.name: run.points[-1, i] for i, o in enumerate(run.optimizers)}
    assert np.abs(ends["Gradient descent"]).max() < 5.01 and np.abs(ends["Adam"]).max() < 14


@pytest.mark.parametrize("point", [(np.nan, 0), (np.inf, 1), (0, -np.inf), (1e300, 1e300)])
def test_nowhere_is_no_accident(point: tuple[float, float]) -> None:
    assert not np.isfinite(hills().value(point))
    hills().gradient(point), hills().hessian(point), hills().careful_gradient(*point)


def test_minima_are_found_and_polished() -> None:
    loss = hills()
    np.testing.assert_allclose(loss.minima, [(-2, 0), (2.5, 1)], atol=0.1)
    assert np.abs(loss.gradient(loss.minima.T)).max() < 1e-9
    assert loss.value(loss.minima[0]) < loss.value(loss.minima[1])
    assert loss.value(loss.start) > 5 and np.hypot(*loss.gradient(loss.start)) > 1
    assert len(HeightMap.of(bytes([9]) * 400, 20, 20).minima) == 0  # a plain
    assert 0 < len(HeightMap.of(bytes_of(64, 64), 64, 64).minima) <= MOST_MINIMA
    with pytest.raises(ValueError, match="read-only"):
        loss.minima[0] = 0


def test_racers_settle_in_the_hollows() -> None:
    run = race(hills(), [OPTIMIZERS["gradient_descent"].with_values(learning_rate=0.1)], (-3.5, 1.0), 500)
    assert run.outcomes[0].kind == "converged"
    np.testing.assert_allclose(run.points[-1, 0], hills().minima[0], atol=1e-3)


def test_newton_takes_its_hessian() -> None:
    run = race(hills(), [OPTIMIZERS["newton"]], (-1.9, 0.2), 20)
    np.testing.assert_allclose(run.points[-1, 0], hills().minima[0], atol=1e-6)


@pytest.mark.parametrize("key", ["adam", "damped_newton"])
def test_basins_follow_the_same_paths(key: str) -> None:
    loss, optimizer = hills(), OPTIMIZERS[key]
    ends = basins(loss, optimizer, steps=40, resolution=5).end
    starts = np.linspace(-5, 5, 5)
    for row, column in ((1, 1), (2, 2), (3, 1)):  # inside: on the border the slope is rounding alone
        alone = race(loss, [optimizer], (starts[column], starts[row]), 40).points[-1, 0]
        np.testing.assert_allclose(ends[:, row, column], alone, rtol=1e-6, atol=1e-6)


def test_there_is_no_formula_to_read() -> None:
    with pytest.raises(ExpressionError, match="a picture has no formula"):
        _ = hills().program
    scene = Scene(loss=LossChoice("heights", heights=Heights(bytes(64), 8, 8)), racers=(RacerChoice("adam"),))
    with pytest.raises(ValueError, match="no formula that a script"):
        numpy_script(scene)


@pytest.mark.parametrize("size", [(3, 8), (8, 129), (0, 0), (-4, -4)])
def test_sizes_have_limits(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="4 to 128"):
        HeightMap.of(bytes(abs(size[0] * size[1])), *size)


def test_a_scene_with_heights_survives_its_file() -> None:
    heights = Heights(bytes_of(128, 128), 128, 128, True, "a picture")
    scene = check(Scene(loss=LossChoice("heights", values={"smoothing": 2.5}, heights=heights)))
    data = encode(scene)
    assert len(data) < 30_000
    assert decode(data) == scene
    assert decode(data).loss.loss() == scene.loss.loss()
    assert decode(data).loss.loss().value((1, 2)) == scene.loss.loss().value((1, 2))


@pytest.mark.parametrize(
    ("heights", "values", "problem"),
    [
        (None, {}, "4 to 128 rows"),
        (Heights(b"abc", 8, 8), {}, "64 bytes, not 3"),
        (Heights(bytes(10**6), 1000, 1000), {}, "4 to 128 rows"),
        (Heights(bytes(64), 8, 8, name="n" * 61), {}, "longer than 60"),
        (Heights(bytes(64), 8, 8), {"smoothing": -1.0}, "smoothing must be"),
        (Heights(bytes(64), 8, 8), {"a": 1.0}, "there is no"),
    ],
)
def test_bad_heights_are_one_sentence(heights: Heights | None, values: dict[str, float], problem: str) -> None:
    bad = Scene(loss=LossChoice("heights", values=values, heights=heights))
    with pytest.raises(SceneFileError, match=problem):
        decode(encode(bad))


def test_what_is_no_base64_is_refused() -> None:
    scene = Scene(loss=LossChoice("heights", heights=Heights(bytes(64), 8, 8)))
    tree = msgspec.json.decode(encode(scene))
    tree["optimizers"]["loss"]["heights"]["pixels"] = "§"
    with pytest.raises(SceneFileError, match=r"loss\.heights\.pixels"):
        decode(msgspec.json.encode(tree))
