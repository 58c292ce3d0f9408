"""A whole layer: activation, pooling and the way back, by hand and by finite differences."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import convolution
from engine.convolution.layer import ACTIVATIONS, Layer, squared_error
from engine.convolution.pooling import Pooling

PLAIN = Layer(np.arange(16.0).reshape(1, 1, 4, 4), np.ones((1, 1, 3, 3)), np.array([0.5]))


def layer(axes: int, seed: int = 0, **choices: Any) -> Layer:
    random = np.random.default_rng(seed)
    size, window = ((9,), (6, 5), (4, 3, 3))[axes - 1], (2, 3, 1)[:axes]
    x, w = random.normal(size=(1, 2, *size)), random.normal(size=(4, 1, *window))
    made = Layer(x, w, random.normal(size=4), padding=1, groups=2, **choices)
    return replace(made, upstream=random.normal(size=made.output.shape))


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("pooling", [None, Pooling("max", 2), Pooling("average", 2), Pooling("max", 3, 2)])
@pytest.mark.parametrize("activation", list(ACTIVATIONS))
def test_every_gradient_cell_is_its_finite_difference(axes: int, pooling: Pooling | None, activation: str) -> None:
    # ReLU makes equal zeros, and max pooling has no derivative there: move all of it above or below 0.
    made = layer(axes, pooling=pooling, activation=activation, flip=axes == 2)
    if pooling is not None and activation == "relu":
        made = replace(made, bias=np.array([9.0, -9.0, 9.0, 9.0]))
    h = 1e-6
    for name, source in (("dx", "x"), ("dw", "kernel"), ("db", "bias")):
        data = getattr(made, source)
        numeric = np.zeros(data.shape)
        for index in np.ndindex(data.shape):
            losses = []
            for end in (h, -h):
                values = data.copy()
                values[index] += end
                changes: dict[str, Any] = {source: values}
                losses.append(float(np.sum(replace(made, **changes).output * made.upstream)))
            numeric[index] = (losses[0] - losses[1]) / (2 * h)
            badge = made.finite_difference(name, index)
            assert badge == pytest.approx(made.gradients[name][index], rel=1e-6, abs=1e-8)
        np.testing.assert_allclose(made.gradients[name], numeric, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("name", list(ACTIVATIONS))
def test_derivatives_of_activations(name: str) -> None:
    y, h = np.array([-30.0, -3, -0.5, 0.25, 2, 30]), 1e-5
    function, derivative = ACTIVATIONS[name].function, ACTIVATIONS[name].derivative
    numeric = (function(y + h) - function(y - h)) / (2 * h)
    np.testing.assert_allclose(derivative(y), numeric, rtol=1e-4, atol=1e-10)


def test_activations_by_hand() -> None:
    y = np.array([-1000.0, -1.0, 0.0, 1.0, 1000.0, np.nan])
    np.testing.assert_array_equal(ACTIVATIONS["relu"].function(y), [0, 0, 0, 1, 1000, np.nan])
    np.testing.assert_array_equal(ACTIVATIONS["relu"].derivative(y), [0, 0, 0, 1, 1, 0])
    sigmoid = [0, 1 / (1 + np.e), 0.5, np.e / (1 + np.e), 1, np.nan]
    np.testing.assert_allclose(ACTIVATIONS["sigmoid"].function(y), sigmoid, rtol=1e-15)
    np.testing.assert_allclose(ACTIVATIONS["sigmoid"].derivative(y)[2], 0.25)
    np.testing.assert_array_equal(ACTIVATIONS["none"].function(y), y)


def test_the_derivative_of_an_activation_keeps_its_small_numbers() -> None:
    np.testing.assert_allclose(ACTIVATIONS["sigmoid"].derivative(np.array([40.0])), np.exp(-40.0), rtol=1e-12)


@st.composite
def poolings(draw: st.DrawFn) -> tuple[np.ndarray, Pooling]:
    axes = draw(st.integers(1, 3))
    size = tuple(draw(st.integers(1, 3)) for _ in range(axes))
    stride = draw(st.none() | st.tuples(*[st.integers(1, 3)] * axes))
    shape = (draw(st.integers(1, 2)), 2, *(k + draw(st.integers(0, 4)) for k in size))
    x = np.random.default_rng(draw(st.integers(0, 2**32 - 1))).normal(size=shape)
    return x, Pooling(draw(st.sampled_from(["max", "average"])), size, stride)


@given(poolings())
def test_pooling_is_its_definition_and_backward_its_adjoint(case: tuple[np.ndarray, Pooling]) -> None:
    x, pooling = case
    size, stride = pooling.windows(x.ndim - 2)
    y = pooling.forward(x)
    assert y.shape == pooling.output_shape(x.shape)
    g = np.random.default_rng(0).normal(size=y.shape)
    dx = np.zeros(x.shape)
    for n, c, *i in np.ndindex(y.shape):
        axes = zip(i, stride, size, strict=True)
        there = (n, c, *(slice(a * s, a * s + k) for a, s, k in axes))
        window = x[there]
        if pooling.kind == "max":
            assert y[n, c, *i] == window.max()
            dx[there] += g[n, c, *i] * (window == window.max())
        else:
            assert y[n, c, *i] == pytest.approx(window.mean())
            dx[there] += g[n, c, *i] / window.size
    np.testing.assert_allclose(pooling.backward(x, g), dx, rtol=1e-12, atol=1e-12)


def test_the_first_of_equals_wins_and_a_nan_wins_over_all() -> None:
    x = np.array([[[2.0, 2.0, 1.0, np.nan, 5.0, 5.0]]])
    np.testing.assert_array_equal(Pooling("max", 2).forward(x), [[[2, np.nan, 5]]])
    np.testing.assert_array_equal(Pooling("max", 2).backward(x, [[[7.0, 8.0, np.inf]]]), [[[7, 0, 0, 8, np.inf, 0]]])


def test_grids_of_a_layer_in_order() -> None:
    made = replace(PLAIN, activation="tanh", pooling=Pooling("average", 2))
    assert list(made.values) == ["x", "w", "b", "y", "a", "p"]
    assert list(made.gradients) == ["dp", "da", "g", "db", "dw", "dx"]
    np.testing.assert_array_equal(made.gradients["dp"], np.ones((1, 1, 1, 1)))
    np.testing.assert_allclose(made.output, np.tanh(made.values["y"]).mean(axis=(2, 3), keepdims=True))
    bare = replace(PLAIN, bias=None)
    assert list(bare.values) == ["x", "w", "y"]
    assert list(bare.gradients) == ["g", "dw", "dx"]
    assert bare.grid("x") is bare.x and bare.grid("dx") is bare.gradients["dx"]
    with pytest.raises(KeyError):
        bare.grid("a")


def test_a_plain_layer_is_the_convolution() -> None:
    made = layer(2, flip=True)
    options: dict[str, Any] = {"padding": 1, "groups": 2, "flip": True}
    np.testing.assert_array_equal(made.output, convolution.forward(made.x, made.kernel, made.bias, **options))
    back = convolution.backward(made.x, made.kernel, made.gradients["g"], **options)
    np.testing.assert_array_equal(made.gradients["dx"], back.input)
    np.testing.assert_allclose(made.pieces.correlate(), back.input, rtol=1e-12, atol=1e-12)
    y = np.stack([made.matrix.values @ item.ravel() for item in made.x]).reshape(made.output.shape)
    np.testing.assert_allclose(y + np.reshape(made.bias, (1, 4, 1, 1)), made.output, rtol=1e-12, atol=1e-12)


def test_data_is_copied_and_frozen() -> None:
    x = np.ones((1, 1, 3))
    made = Layer(x, np.ones((1, 1, 2)))
    x[0, 0, 0] = 9
    assert made.x[0, 0, 0] == 1
    assert replace(made, stride=2).x is made.x  # no copy of a picture for every change of a setting
    view = x[:]
    view.flags.writeable = False
    made = Layer(view, np.ones((1, 1, 2)))
    x[0, 0, 0] = 1  # through the array that the view looks at
    assert made.x[0, 0, 0] == 9
    for grid in (*made.values.values(), *made.gradients.values(), made.slope):
        with pytest.raises(ValueError, match="read-only"):
            grid[...] = 0


def test_overflow_stays_in_the_numbers() -> None:
    made = Layer(np.full((1, 1, 4), 1e308), np.full((1, 1, 2), 1e308), activation="sigmoid", pooling=Pooling("max", 2))
    assert made.values["y"][0, 0, 0] == np.inf
    assert made.output[0, 0, 0] == 1
    assert made.gradients["dx"].shape == (1, 1, 4)
    assert np.isnan(Layer(np.array([[[np.nan, 1]]]), np.ones((1, 1, 1))).finite_difference("dw", (0, 0, 0)))


def test_squared_error() -> None:
    loss, gradient = squared_error([[[1.0, 4.0]]], [[[2.0, 1.0]]])
    assert loss == 5
    np.testing.assert_array_equal(gradient, [[[-1, 3]]])
    with pytest.raises(ValueError, match=r"target of shape \(2,\) must have the shape of the output, \(1, 2\)"):
        squared_error([[1.0, 2.0]], [1.0, 2.0])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"activation": "softmax"}, "activation must be one of none, relu, tanh, sigmoid, not 'softmax'"),
        ({"bias": np.ones(2)}, r"bias of shape \(2,\) must have shape \(1,\)"),
        (
            {"upstream": np.ones((1, 1, 4, 4))},
            r"upstream of shape \(1, 1, 4, 4\) .* the output, \(1, 1, 2, 2\)",
        ),
        ({"pooling": Pooling("max", 3)}, r"a pooling window of \(3, 3\) does not fit into \(2, 2\) cells"),
        ({"pooling": Pooling("max", 0)}, "pooling size must be 1 or more, not 0"),
        ({"pooling": Pooling("max", 2, 0)}, "pooling stride must be 1 or more, not 0"),
        ({"pooling": Pooling("max", 1.5)}, "pooling size must be a whole number"),  # type: ignore[arg-type]
        ({"stride": 0}, "stride must be 1 or more"),
        ({"x": np.ones((4, 4))}, "x of shape"),
        ({"kernel": "abc"}, "kernel must hold real numbers"),
    ],
)
def test_an_illegal_layer_is_refused_at_once(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        replace(PLAIN, **changes)


def test_an_illegal_pooling_is_refused() -> None:
    with pytest.raises(ValueError, match="pooling must be “max” or “average”, not 'min'"):
        Pooling("min")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"upstream of shape \(1, 1, 3\) must have the shape of the pooled"):
        Pooling().backward(np.ones((1, 1, 4)), np.ones((1, 1, 3)))
    with pytest.raises(ValueError, match=r"x of shape \(4, 4\) must have"):
        Pooling().forward(np.ones((4, 4)))
    with pytest.raises(ValueError, match="no pooling"):
        _ = PLAIN.winners
