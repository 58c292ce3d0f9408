"""Forward and backward against PyTorch's figures, the defining sums, and each other."""

from __future__ import annotations

import importlib
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import convolution
from engine.convolution.geometry import Kind

GEOMETRY: Any = importlib.import_module(
    "engine.convolution.geometry"
)  # the module; the package also has a function so named
REFERENCE = Path(__file__).parent.parent / "reference" / "convolution.json"
CASES: list[dict[str, Any]] = json.loads(REFERENCE.read_text(encoding="utf-8"))["cases"]


@dataclass(frozen=True)
class Example:
    """One layer with its data."""

    x: np.ndarray
    kernel: np.ndarray
    bias: np.ndarray
    upstream: np.ndarray
    settings: dict[str, Any]


@st.composite
def examples(draw: st.DrawFn) -> Example:
    axes = draw(st.integers(1, 3))
    a_few = st.integers(1, 3 if axes < 3 else 2)

    def each(numbers: st.SearchStrategy[int]) -> tuple[int, ...]:
        return tuple(draw(numbers) for _ in range(axes))

    window, stride, dilation = each(a_few), each(st.integers(1, 3)), each(a_few)
    padding, extra = each(st.integers(0, 3)), each(st.integers(0, 4))
    spans = [d * (k - 1) + 1 for d, k in zip(dilation, window, strict=True)]
    size = [max(1, span - 2 * p) + more for span, p, more in zip(spans, padding, extra, strict=True)]
    groups, channels, kernels, batch = draw(a_few), draw(st.integers(1, 2)), draw(st.integers(1, 2)), draw(a_few)
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    x = random.normal(size=(batch, groups * channels, *size))
    kernel = random.normal(size=(groups * kernels, channels, *window))
    bias = random.normal(size=groups * kernels)
    settings = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    shape = convolution.forward(x, kernel, **settings).shape
    return Example(x, kernel, bias, random.normal(size=shape), settings)


def meetings(case: Example, flip: bool = False) -> Iterator[tuple[tuple[int, ...], ...]]:
    """By the definition, every output cell, input cell and weight that meet; nothing shared with the engine."""
    s, p, d = (case.settings[name] for name in ("stride", "padding", "dilation"))
    kernels, channels, *window = case.kernel.shape
    size = case.x.shape[2:]
    per_group = kernels // case.settings["groups"]
    for n, o, *i in np.ndindex(case.upstream.shape):
        for c, *u in np.ndindex(channels, *window):
            m = [a * b + e * f - q for a, b, e, f, q in zip(i, s, d, u, p, strict=True)]
            if all(0 <= place < cells for place, cells in zip(m, size, strict=True)):
                w = [k - 1 - a for k, a in zip(window, u, strict=True)] if flip else u
                yield (n, o, *i), (n, o // per_group * channels + c, *m), (o, c, *w)


def close(actual: np.ndarray, expected: np.ndarray) -> None:
    assert actual.shape == np.shape(expected)
    np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{len(case['stride'])}d-{case['groups']}groups")
def test_equals_pytorch(case: dict[str, Any]) -> None:
    settings = {name: case[name] for name in ("stride", "padding", "dilation", "groups")}
    close(convolution.forward(case["input"], case["kernel"], case["bias"], **settings), case["output"])
    back = convolution.backward(case["input"], case["kernel"], case["upstream"], **settings)
    close(back.input, case["input_gradient"])
    close(back.kernel, case["kernel_gradient"])
    close(back.bias, case["bias_gradient"])


def test_the_reference_has_one_to_three_axes_and_groups() -> None:
    assert {len(case["stride"]) for case in CASES} == {1, 2, 3}
    assert {case["groups"] for case in CASES} == {1, 2}


@given(examples(), st.booleans())
def test_the_defining_sums(case: Example, flip: bool) -> None:
    y = np.zeros(case.upstream.shape) + case.bias.reshape(1, -1, *(1,) * len(case.settings["stride"]))
    dx, dw = np.zeros(case.x.shape), np.zeros(case.kernel.shape)
    for i, m, u in meetings(case, flip):
        y[i] += case.x[m] * case.kernel[u]
        dx[m] += case.upstream[i] * case.kernel[u]
        dw[u] += case.upstream[i] * case.x[m]
    close(convolution.forward(case.x, case.kernel, case.bias, **case.settings, flip=flip), y)
    back = convolution.backward(case.x, case.kernel, case.upstream, **case.settings, flip=flip)
    close(back.input, dx)
    close(back.kernel, dw)
    close(back.bias, case.upstream.sum(axis=(0, *range(2, case.x.ndim))))


@given(examples(), st.booleans())
def test_each_gradient_alone_is_that_of_backward(case: Example, flip: bool) -> None:
    g, options = case.upstream, {**case.settings, "flip": flip}
    back = convolution.backward(case.x, case.kernel, g, **options)
    np.testing.assert_array_equal(convolution.input_gradient(case.kernel, g, case.x.shape, **options), back.input)
    np.testing.assert_array_equal(convolution.kernel_gradient(case.x, g, case.kernel.shape, **options), back.kernel)


@given(examples())
def test_finite_differences(case: Example) -> None:
    def loss(x: np.ndarray, kernel: np.ndarray, bias: np.ndarray) -> float:
        return float(np.sum(case.upstream * convolution.forward(x, kernel, bias, **case.settings)))

    back = convolution.backward(case.x, case.kernel, case.upstream, **case.settings)
    data = [case.x, case.kernel, case.bias]
    for which, gradient in enumerate((back.input, back.kernel, back.bias)):
        # Along one random direction: every cell takes part.
        direction = np.random.default_rng(0).normal(size=gradient.shape)
        ends = [[*data[:which], data[which] + h * direction, *data[which + 1 :]] for h in (0.5, -0.5)]
        slope = loss(*ends[0]) - loss(*ends[1])  # exact up to rounding: the layer is linear in each of them
        assert slope == pytest.approx(np.sum(gradient * direction), rel=1e-9, abs=1e-9)


@given(examples(), st.booleans(), st.integers(1, 300))
def test_blocks_of_any_size_give_the_same(case: Example, flip: bool, cells: int) -> None:
    options = {**case.settings, "flip": flip}
    y = convolution.forward(case.x, case.kernel, case.bias, **options)
    back = convolution.backward(case.x, case.kernel, case.upstream, **options)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(GEOMETRY, "BLOCK_CELLS", cells)
        GEOMETRY._checked.cache_clear()
        close(convolution.forward(case.x, case.kernel, case.bias, **options), y)
        again = convolution.backward(case.x, case.kernel, case.upstream, **options)
    GEOMETRY._checked.cache_clear()
    close(again.input, back.input)
    close(again.kernel, back.kernel)


def test_large_inputs_are_done_in_blocks() -> None:
    layout = convolution.geometry((1, 3, 224, 224), (8, 3, 3, 3))
    assert len(layout.blocks) > 5
    assert max(math.prod(block.columns) for block in layout.blocks) <= GEOMETRY.BLOCK_CELLS


@given(examples(), st.booleans())
def test_the_matrix(case: Example, flip: bool) -> None:
    matrix = convolution.matrix(case.kernel, case.x.shape, **case.settings, flip=flip)
    back = convolution.backward(case.x, case.kernel, case.upstream, **case.settings, flip=flip)
    y = convolution.forward(case.x, case.kernel, **case.settings, flip=flip)
    tied = np.full(matrix.values.shape, -1)
    for i, m, u in meetings(case, flip):
        row = np.ravel_multi_index(i[1:], y.shape[1:])
        tied[row, np.ravel_multi_index(m[1:], case.x.shape[1:])] = np.ravel_multi_index(u, case.kernel.shape)
    np.testing.assert_array_equal(matrix.tied, tied)
    total = np.zeros(case.kernel.shape)
    for x, g, out, dx in zip(case.x, case.upstream, y, back.input, strict=True):
        close(matrix.values @ x.ravel(), out.ravel())
        close(matrix.values.T @ g.ravel(), dx.ravel())
        total += matrix.sum_tied(np.outer(g.ravel(), x.ravel()))
    close(total, back.kernel)


def test_the_matrix_by_hand() -> None:
    matrix = convolution.matrix([[[1.0, 2.0]]], (1, 3), padding=1)
    np.testing.assert_array_equal(matrix.values, [[2, 0, 0], [1, 2, 0], [0, 1, 2], [0, 0, 1]])
    np.testing.assert_array_equal(matrix.tied, [[1, -1, -1], [0, 1, -1], [-1, 0, 1], [-1, -1, 0]])


def test_parameters_of_a_fully_connected_layer() -> None:
    assert convolution.fully_connected_parameters((1, 6, 6), (1, 4, 4)) == 576 + 16
    assert convolution.fully_connected_parameters((1, 6, 6), (1, 4, 4), bias=False) == 576


@given(examples(), st.booleans())
def test_the_pieces_of_the_input_gradient(case: Example, flip: bool) -> None:
    parts = convolution.pieces(case.kernel, case.upstream, case.x.shape, **case.settings, flip=flip)
    back = convolution.backward(case.x, case.kernel, case.upstream, **case.settings, flip=flip)
    close(parts.correlate(), back.input)

    stride, axes = case.settings["stride"], range(len(case.settings["stride"]))
    jumps = (slice(None), slice(None), *(slice(None, None, step) for step in stride))
    np.testing.assert_array_equal(parts.inserted[jumps], case.upstream)
    assert np.count_nonzero(parts.inserted) == np.count_nonzero(case.upstream)
    for axis in axes:
        size, k = case.x.shape[2 + axis], case.kernel.shape[2 + axis]
        d, p = case.settings["dilation"][axis], case.settings["padding"][axis]
        assert parts.remainder[axis] == (size + 2 * p - d * (k - 1) - 1) % stride[axis]
        assert parts.padding[axis] == d * (k - 1) - p
        assert parts.appended.shape[2 + axis] == parts.inserted.shape[2 + axis] + parts.remainder[axis]
    # The definition of `spread`, by NumPy's own pad and slices.
    around = [(0, 0), (0, 0), *((max(0, pad), max(0, pad)) for pad in parts.padding)]
    crop = (slice(max(0, -pad), max(0, -pad) + n) for pad, n in zip(parts.padding, parts.spread.shape[2:], strict=True))
    np.testing.assert_array_equal(parts.spread, np.pad(parts.appended, around)[(slice(None), slice(None), *crop)])
    data = parts.kind == Kind.DATA
    np.testing.assert_array_equal(parts.cell >= 0, data)
    flat = case.upstream.reshape(*case.upstream.shape[:2], -1)
    np.testing.assert_array_equal(parts.spread[:, :, data], flat[:, :, parts.cell[data]])


def test_the_kinds_of_a_strided_gradient() -> None:
    # H 6, K 3, s 2: windows at 0 and 2, and r = (6 − 3) mod 2 = 1 input cell that no window reaches.
    parts = convolution.pieces(np.ones((1, 1, 3)), [[[5.0, 7.0]]], (1, 1, 6), stride=2)
    np.testing.assert_array_equal(parts.spread, [[[0, 0, 5, 0, 7, 0, 0, 0]]])
    pad, zero, data, end = Kind.PADDING, Kind.INSERTED, Kind.DATA, Kind.APPENDED
    assert parts.kind.tolist() == [pad, pad, data, zero, data, end, pad, pad]
    assert parts.cell.tolist() == [-1, -1, 0, -1, 1, -1, -1, -1]


def test_the_gradient_of_one_cell_is_the_kernel_not_rotated() -> None:
    g = np.zeros((1, 1, 3, 3))
    g[0, 0, 1, 1] = 1
    w = np.arange(9.0).reshape(1, 1, 3, 3)
    dx = convolution.input_gradient(w, g, (1, 1, 5, 5))
    np.testing.assert_array_equal(dx[0, 0, 1:4, 1:4], w[0, 0])
    parts = convolution.pieces(w, g, (1, 1, 5, 5))
    np.testing.assert_array_equal(parts.kernel[0, 0], w[0, 0, ::-1, ::-1])


def test_true_convolution_is_numpys() -> None:
    random = np.random.default_rng(1)
    x, w = random.normal(size=9), random.normal(size=4)
    y = convolution.forward(x.reshape(1, 1, -1), w.reshape(1, 1, -1), flip=True)
    close(y[0, 0], np.convolve(x, w, "valid"))


@given(examples())
def test_output_size(case: Example) -> None:
    names = ("stride", "padding", "dilation")
    size = convolution.output_size(case.x.shape[2:], case.kernel.shape[2:], *(case.settings[name] for name in names))
    assert size == case.upstream.shape[2:]


def test_one_number_stands_for_every_axis_and_numpys_integers_do() -> None:
    x, w = np.random.default_rng(2).normal(size=(1, 2, 6, 7)), np.ones((1, 2, 2, 3))
    expected = convolution.forward(x, w, None, (2, 2), (1, 1), (2, 2))
    np.testing.assert_array_equal(convolution.forward(x, w, None, 2, 1, 2), expected)
    np.testing.assert_array_equal(convolution.forward(x, w, None, np.int64(2), [1, 1], np.array([2, 2])), expected)
    assert convolution.output_size(7, 3) == (5,)


def test_lists_integers_strides_and_float32_are_taken() -> None:
    x = np.arange(48, dtype=np.float32).reshape(1, 1, 6, 8)
    w = [[[[1, 0], [0, -1]]]]
    expected = convolution.forward(np.ascontiguousarray(x[..., ::2].astype(float)), np.array(w, float))
    y = convolution.forward(x[..., ::2], w)
    assert y.dtype == np.float64
    np.testing.assert_array_equal(y, expected)
    np.testing.assert_array_equal(convolution.forward(np.asfortranarray(x[..., ::2]), w), expected)


def test_nan_and_infinity_pass_through_in_silence() -> None:
    x = np.zeros((1, 1, 5))
    x[0, 0, 1], x[0, 0, 4] = np.nan, 1e308
    y = convolution.forward(x, [[[1.0, 1e10]]])
    np.testing.assert_array_equal(y, [[[np.nan, np.nan, 0, np.inf]]])
    back = convolution.backward(x, [[[np.inf, 0.0]]], [[[1.0, 0.0, 1.0, 1.0]]])
    assert np.isnan(back.input[0, 0, 1])
    assert back.input[0, 0, 2] == np.inf
    assert np.isnan(back.kernel).any()


def test_data_is_not_changed_and_results_own_their_memory() -> None:
    x, w, g = np.ones((1, 1, 4)), np.ones((1, 1, 2)), np.ones((1, 1, 3))
    y = convolution.forward(x, w, flip=True)
    back = convolution.backward(x, w, g, flip=True)
    for result in (y, back.input, back.kernel, back.bias):
        result += 1
    assert np.all(x == 1) and np.all(w == 1) and np.all(g == 1)
    close(convolution.forward(x, w), np.full((1, 1, 3), 2.0))


@settings(max_examples=20)
@given(examples())
def test_doubling_the_upstream_doubles_the_gradients(case: Example) -> None:
    twice = replace(case, upstream=2 * case.upstream)
    once, double = (convolution.backward(c.x, c.kernel, c.upstream, **c.settings) for c in (case, twice))
    close(double.input, 2 * once.input)
    close(double.kernel, 2 * once.kernel)
    close(double.bias, 2 * once.bias)
