"""Every cell of every pass, looked up, against the arrays that the engine computes whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import convolution
from engine.convolution.geometry import Kind
from engine.convolution.layer import ACTIVATIONS, Layer
from engine.convolution.pooling import Pooling
from engine.convolution.steps import Pass, Step, count, locate, scattered, stages, step, stepped_grid

BOTH = (Pass.SCATTER, Pass.GATHER)


@st.composite
def layers(draw: st.DrawFn) -> Layer:
    axes = draw(st.integers(1, 3))
    small = st.integers(1, 2)

    def each(numbers: st.SearchStrategy[int]) -> tuple[int, ...]:
        return tuple(draw(numbers) for _ in range(axes))

    window, stride, dilation = each(st.integers(1, 3 if axes < 3 else 2)), each(st.integers(1, 3)), each(small)
    padding, extra = each(st.integers(0, 2)), each(st.integers(0, 3 if axes < 3 else 2))
    spans = [d * (k - 1) + 1 for d, k in zip(dilation, window, strict=True)]
    size = [max(1, span - 2 * p) + more for span, p, more in zip(spans, padding, extra, strict=True)]
    groups, channels, kernels, batch = draw(small), draw(small), draw(small), draw(small)
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    layer = Layer(
        random.normal(size=(batch, groups * channels, *size)),
        random.normal(size=(groups * kernels, channels, *window)),
        random.normal(size=groups * kernels) if draw(st.booleans()) else None,
        stride,
        padding,
        dilation,
        groups,
        flip=draw(st.booleans()),
        activation=draw(st.sampled_from(list(ACTIVATIONS))),
    )
    fitting = st.tuples(*[st.integers(1, min(3, length)) for length in layer.geometry.output_size])
    if draw(st.booleans()):
        pooling = Pooling(draw(st.sampled_from(["max", "average"])), draw(fitting), draw(st.none() | st.integers(1, 3)))
        layer = replace(layer, pooling=pooling)
    return replace(layer, upstream=random.normal(size=layer.output.shape))


def steps_of(layer: Layer, stage: Pass) -> list[Step]:
    return [step(layer, stage, number) for number in range(count(layer, stage))]


def close(actual: object, expected: object) -> None:
    np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-12)


@settings(max_examples=60)
@given(layers())
def test_every_step_of_every_pass_arrives_at_the_cell(layer: Layer) -> None:
    for stage in stages(layer, BOTH):
        cells = layer.grid(stepped_grid(layer, stage))
        for number, now in enumerate(steps_of(layer, stage)):
            assert (now.stage, now.number, now.grid) == (stage, number, stepped_grid(layer, stage))
            assert np.ravel_multi_index(now.index, cells.shape) == number
            close(now.result, cells[now.index])
            if stage not in (Pass.UPSTREAM, Pass.ACTIVATION, Pass.SCATTER):
                close(np.sum(now.products) + (now.bias or 0.0), now.result)
                close(now.partials, [np.sum(now.products[: t + 1]) for t in range(len(now.products))])
                if len(now.partials):
                    close(now.partials[-1] + (now.bias or 0.0), now.result)


@settings(max_examples=60)
@given(layers())
def test_operands_are_the_cells_they_name(layer: Layer) -> None:
    padded = np.pad(layer.x, [(0, 0), (0, 0), *((p, p) for p in layer.geometry.padding)])
    turned = convolution.flipped(layer.kernel) if layer.flip else layer.kernel
    for stage in stages(layer, BOTH):
        for now in steps_of(layer, stage):
            for side in (now.left, now.right):
                if side is None or not side.grid:
                    continue
                data = side.kind == Kind.DATA
                assert np.all(side.index[~data] == -1) and np.all(side.values[~data] == 0)
                named = layer.slope if stage is Pass.ACTIVATION_GRADIENT and side.grid == "y" else layer.grid(side.grid)
                np.testing.assert_array_equal(side.values[data], named[tuple(side.index[data].T)])
                # And as it is laid out: where a canvas draws it.
                laid = {"x": padded, "w": turned}.get(side.grid, layer.grid(side.grid))
                if stage is Pass.GATHER:
                    laid = layer.pieces.kernel if side.grid == "w" else layer.pieces.spread
                if stage is not Pass.ACTIVATION_GRADIENT:
                    np.testing.assert_array_equal(side.values, laid[tuple(side.place.T)])
            if now.right is not None:
                close(now.products, now.left.values * now.right.values)
            if now.right is not None and now.right.grid == "w":
                np.testing.assert_array_equal(layer.kernel.reshape(-1)[now.weights], now.right.values)


@settings(max_examples=30)
@given(layers())
def test_gathered_zeros_are_what_the_pieces_say(layer: Layer) -> None:
    for now in steps_of(layer, Pass.GATHER):
        assert now.left.kind.tolist() == layer.pieces.kind[tuple(now.left.place[:, 2:].T)].tolist()


@settings(max_examples=30)
@given(layers(), st.integers(0, 100))
def test_a_scatter_pass_grows_to_the_input_gradient(layer: Layer, seed: int) -> None:
    dx = np.zeros(layer.x.shape)
    moments = np.random.default_rng(seed).integers(0, 2, count(layer, Pass.SCATTER))  # look at some of them
    for now, look in zip(steps_of(layer, Pass.SCATTER), moments, strict=True):
        assert now.targets is not None
        kept = now.targets.kind == Kind.DATA
        for t in range(len(now.products)):
            if kept[t]:
                cell = tuple(now.targets.index[t])
                close(now.targets.values[t], dx[cell])
                dx[cell] += now.products[t]
                close(now.partials[t], dx[cell])
            if look and t == len(now.products) // 2:
                close(scattered(layer, now.number, t + 1), dx)
        if look:
            close(scattered(layer, now.number + 1), dx)
    close(dx, layer.gradients["dx"])
    close(scattered(layer, count(layer, Pass.SCATTER), 5), dx)
    assert not scattered(layer, 0).any()


@settings(max_examples=30)
@given(layers())
def test_kernel_and_bias_steps_name_their_cells(layer: Layer) -> None:
    for now in steps_of(layer, Pass.KERNEL_GRADIENT):
        assert np.all(now.weights == now.number)
        assert np.all(now.left.index[:, 1] == now.index[0])
        assert len(now.products) == layer.gradients["g"].size // len(layer.kernel)
    if layer.bias is not None:
        for now in steps_of(layer, Pass.BIAS_GRADIENT):
            assert now.right is None and np.all(now.weights == -1)
            assert np.all(now.left.index[:, 1] == now.number)


FIVE_BY_THREE = Layer(np.arange(25.0).reshape(1, 1, 5, 5), np.arange(1.0, 10).reshape(1, 1, 3, 3), np.array([100.0]))


def test_a_forward_step_by_hand() -> None:
    now = step(FIVE_BY_THREE, Pass.FORWARD, 5)
    assert (now.grid, now.index, now.bias) == ("y", (0, 0, 1, 2), 100)
    assert now.left.index[:4].tolist() == [[0, 0, 1, 2], [0, 0, 1, 3], [0, 0, 1, 4], [0, 0, 2, 2]]
    assert now.products.tolist() == [7, 16, 27, 48, 65, 84, 119, 144, 171]
    assert now.partials.tolist() == [7, 23, 50, 98, 163, 247, 366, 510, 681]
    assert now.weights.tolist() == list(range(9))
    assert now.result == 781


def test_padding_is_not_data() -> None:
    now = step(replace(FIVE_BY_THREE, padding=1), Pass.FORWARD, 0)
    p, d = Kind.PADDING, Kind.DATA
    assert now.left.kind.tolist() == [p, p, p, p, d, d, p, d, d]
    assert now.left.place[0].tolist() == [0, 0, 0, 0]
    assert now.left.index[0].tolist() == [-1, -1, -1, -1]
    assert now.left.index[4].tolist() == [0, 0, 0, 0]


def test_gathering_meets_the_kernel_backwards() -> None:
    now = step(FIVE_BY_THREE, Pass.GATHER, 12)  # the middle cell, which every window sees
    assert now.weights.tolist() == [8, 7, 6, 5, 4, 3, 2, 1, 0]
    assert now.left.index[:, 2:].tolist() == [[i, j] for i in range(3) for j in range(3)]
    assert now.right is not None
    assert now.right.place[:, 2:].tolist() == [[i, j] for i in range(3) for j in range(3)]


def test_true_convolution_meets_it_backwards_the_first_time() -> None:
    flipped = replace(FIVE_BY_THREE, flip=True)
    assert step(flipped, Pass.FORWARD, 0).weights.tolist() == [8, 7, 6, 5, 4, 3, 2, 1, 0]
    assert step(flipped, Pass.GATHER, 12).weights.tolist() == list(range(9))


def test_an_inserted_zero_sends_nothing_even_to_an_infinite_weight() -> None:
    layer = Layer(np.ones((1, 1, 5)), np.array([[[1.0, np.inf, 2.0]]]), stride=2)
    for number in range(5):
        assert step(layer, Pass.GATHER, number).result == layer.gradients["dx"][0, 0, number]
    assert layer.gradients["dx"].tolist() == [[[1, np.inf, 3, np.inf, 2]]]


def test_a_share_of_nothing_is_nothing_even_of_infinity() -> None:
    layer = Layer(np.array([[[-np.inf, 3.0, np.inf, 4.0]]]), np.ones((1, 1, 1)), pooling=Pooling("max", 2))
    assert [step(layer, Pass.POOLING, number).partials.tolist() for number in (0, 1)] == [[0, 3], [np.inf, np.inf]]
    layer = replace(layer, upstream=np.array([[[np.inf, np.nan]]]))
    found = [step(layer, Pass.POOLING_GRADIENT, number).result for number in range(4)]
    np.testing.assert_array_equal(found, layer.gradients["g"][0, 0])


def test_the_story_in_order() -> None:
    layer = replace(FIVE_BY_THREE, activation="relu", pooling=Pooling("max", 2, 1))
    story = stages(layer)
    assert [stage.value for stage in story] == [
        "forward", "activation", "pooling", "upstream", "pooling_gradient", "activation_gradient",
        "bias_gradient", "kernel_gradient", "gather",
    ]  # fmt: skip
    assert [count(layer, stage) for stage in story] == [9, 9, 4, 4, 9, 9, 1, 9, 25]
    assert [stage.value for stage in stages(replace(FIVE_BY_THREE, bias=None), BOTH)] == [
        "forward", "upstream", "kernel_gradient", "scatter", "gather",
    ]  # fmt: skip
    assert locate(layer, story, 0) == (Pass.FORWARD, 0)
    assert locate(layer, story, 8) == (Pass.FORWARD, 8)
    assert locate(layer, story, 9) == (Pass.ACTIVATION, 0)
    assert locate(layer, story, 53) == (Pass.KERNEL_GRADIENT, 8)
    assert locate(layer, story, 54) == (Pass.GATHER, 0)
    assert locate(layer, story, 10**9) == (Pass.GATHER, 24)
    assert locate(layer, story, -1) == (Pass.FORWARD, 0)


def test_a_cell_that_is_not_there() -> None:
    for number in (-1, 9):
        with pytest.raises(IndexError, match=f"forward has the cells 0 to 8, not {number}"):
            step(FIVE_BY_THREE, Pass.FORWARD, number)
