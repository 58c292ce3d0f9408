"""A convolution as one layer of a network: what comes before it, after it, and back through it.

x → convolution → y → activation → a → pooling → p, and back: dp → da → g = ∂L/∂y → db, dw, dx.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from engine import convolution
from engine.convolution.arrays import Array, Cells, PerAxis, as_numbers
from engine.convolution.geometry import Geometry, geometry
from engine.convolution.pooling import Pooling
from engine.quoting import literal


@dataclass(frozen=True, slots=True)
class Activation:
    """A function of each cell alone, and its derivative."""

    function: Callable[[Array], Array]
    derivative: Callable[[Array], Array]


def _sigmoid(y: Array) -> Array:
    tail = np.exp(-np.abs(y))  # never overflows
    return np.asarray(np.where(y < 0, tail, 1.0) / (1.0 + tail))


def _sigmoid_slope(y: Array) -> Array:
    tail = np.exp(-np.abs(y))
    return np.asarray(tail / (1.0 + tail) ** 2)


ACTIVATIONS: Mapping[str, Activation] = MappingProxyType(
    {
        "none": Activation(np.copy, np.ones_like),
        "relu": Activation(lambda y: np.maximum(y, 0.0), lambda y: (y > 0).astype(float)),  # 0 at 0, as in PyTorch
        "tanh": Activation(np.tanh, lambda y: np.asarray(1.0 - np.tanh(y) ** 2)),
        "sigmoid": Activation(_sigmoid, _sigmoid_slope),
    }
)


@dataclass(frozen=True, eq=False)
class Layer:
    """A layer with its data; all that follows from them is computed once, when it is asked for.

    x (N, C, *spatial), kernel (O, C/groups, *k), bias (O,) or None; `flip` is true convolution.
    `upstream` is ∂L/∂(output of the whole layer), ones where it is None. Arrays are copied and frozen.
    Raises ValueError, in one sentence, for whatever does not fit together.
    """

    x: Array
    kernel: Array
    bias: Array | None = None
    stride: PerAxis = 1
    padding: PerAxis = 0
    dilation: PerAxis = 1
    groups: int = 1
    flip: bool = False
    activation: str = "none"
    pooling: Pooling | None = None
    upstream: Array | None = None
    geometry: Geometry = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for name in ("x", "kernel", "bias", "upstream"):
            if (values := getattr(self, name)) is not None:
                object.__setattr__(self, name, _frozen(as_numbers(name, values)))
        if self.activation not in ACTIVATIONS:
            raise ValueError(f"activation must be one of {', '.join(ACTIVATIONS)}, not {literal(self.activation)}")
        x, w = np.shape(self.x), np.shape(self.kernel)
        layout = geometry(x, w, self.stride, self.padding, self.dilation, self.groups)
        object.__setattr__(self, "geometry", layout)
        if self.bias is not None and np.shape(self.bias) != w[:1]:
            raise ValueError(f"bias of shape {np.shape(self.bias)} must have shape {w[:1]}, one number a kernel")
        shape = layout.output_shape if self.pooling is None else self.pooling.output_shape(layout.output_shape)
        if self.upstream is not None and np.shape(self.upstream) != shape:
            raise ValueError(f"upstream of shape {np.shape(self.upstream)} must have the shape of the output, {shape}")

    @cached_property
    def values(self) -> Mapping[str, Array]:
        """The grids of the forward pass in order: x w b y a p, without those that this layer has not."""
        grids = {"x": self.x, "w": self.kernel} | ({} if self.bias is None else {"b": self.bias})
        with np.errstate(all="ignore"):
            last = convolution.forward(self.x, self.kernel, self.bias, *self.settings, flip=self.flip)
            grids["y"] = last
            if self.activation != "none":
                grids["a"] = last = ACTIVATIONS[self.activation].function(last)
            if self.pooling is not None:
                grids["p"] = self.pooling.forward(last)
        return MappingProxyType({name: _frozen(np.asarray(grid)) for name, grid in grids.items()})

    @cached_property
    def gradients(self) -> Mapping[str, Array]:
        """The grids of the backward pass in order: dp da g db dw dx, without those that this layer has not.

        g is ∂L/∂y, where the convolution's own backward pass begins.
        """
        grids, grad = {}, np.ones_like(self.output) if self.upstream is None else np.asarray(self.upstream)
        with np.errstate(all="ignore"):
            if self.pooling is not None:
                grids["dp"] = grad
                grad = self.pooling.backward(self.activated, grad)
            if self.activation != "none":
                grids["da"] = grad
                grad = grad * self.slope
        back = convolution.backward(self.x, self.kernel, grad, *self.settings, flip=self.flip)
        grids |= {"g": grad} | ({} if self.bias is None else {"db": back.bias})
        grids |= {"dw": back.kernel, "dx": back.input}
        return MappingProxyType({name: _frozen(grid) for name, grid in grids.items()})

    def grid(self, name: str) -> Array:
        """Any grid by its name: x w b y a p, dp da g db dw dx. KeyError if the layer has it not."""
        return self.values[name] if name in self.values else self.gradients[name]

    @property
    def output(self) -> Array:
        """The last grid of the forward pass."""
        return list(self.values.values())[-1]

    @property
    def activated(self) -> Array:
        """What pooling sees: a, or y where there is no activation."""
        return self.values.get("a", self.values["y"])

    @cached_property
    def slope(self) -> Array:
        """σ'(y) of the activation, shaped as y."""
        return _frozen(ACTIVATIONS[self.activation].derivative(self.values["y"]))

    @cached_property
    def winners(self) -> Cells:
        """(N, C, *pooled): of max pooling, where in its window the largest value is, in reading order."""
        if self.pooling is None:
            raise ValueError("this layer has no pooling")
        return self.pooling.winners(self.activated)

    @cached_property
    def matrix(self) -> convolution.Matrix:
        """The convolution as a matrix. ValueError where it would be too large to look at."""
        shape = self.geometry.input_shape
        return convolution.matrix(self.kernel, shape, *self.settings, flip=self.flip)

    @cached_property
    def pieces(self) -> convolution.Pieces:
        """What the input cells correlate when they collect: g spread out, and the kernel turned."""
        shape, g = self.geometry.input_shape, self.gradients["g"]
        return convolution.pieces(self.kernel, g, shape, *self.settings, flip=self.flip)

    def finite_difference(self, name: str, index: Sequence[int], step: float = 1e-5, side: int = 0) -> float:
        """The cell `index` of dx, dw, db, g or da, once more: (L(v + h) − L(v − h)) / 2h, h = step·max(1, |v|).

        L = Σ upstream · output. Where a kink of ReLU or a tie of max pooling lies within h, the slopes to either
        `side` differ: (L(v + h) − L(v)) / h for 1, (L(v) − L(v − h)) / h for −1.
        """
        source = {"dx": "x", "dw": "w", "db": "b", "g": "y", "da": "a"}[name]
        values = np.array(self.values[source])
        middle = values[tuple(index)]
        h = step * max(1.0, abs(middle))
        ends = []
        for end in (middle + h * (side >= 0), middle - h * (side <= 0)):
            values[tuple(index)] = end
            ends.append(self._output_from(source, values))
        with np.errstate(all="ignore"):
            change = ends[0] - ends[1]  # before the sum: cells that did not move cancel exactly
            return float(np.sum(change if self.upstream is None else change * self.upstream) / (h if side else 2 * h))

    def _output_from(self, source: str, values: Array) -> Array:
        """The output, were one of the grids x, w, b, y, a another."""
        if source in ("x", "w", "b"):
            moved: dict[str, Any] = {{"x": "x", "w": "kernel", "b": "bias"}[source]: values}
            return replace(self, **moved).output
        with np.errstate(all="ignore"):
            last = ACTIVATIONS[self.activation].function(values) if source == "y" else values
            return np.array(last) if self.pooling is None else self.pooling.forward(last)

    @property
    def settings(self) -> tuple[PerAxis, PerAxis, PerAxis, int]:
        """Stride, padding, dilation and groups, as `convolution.forward` takes them."""
        return self.stride, self.padding, self.dilation, self.groups


def squared_error(output: ArrayLike, target: ArrayLike) -> tuple[float, Array]:
    """½Σ(y − t)² and its gradient y − t. Raises ValueError if the shapes differ."""
    y, t = as_numbers("output", output), as_numbers("target", target)
    if y.shape != t.shape:
        raise ValueError(f"target of shape {t.shape} must have the shape of the output, {y.shape}")
    with np.errstate(all="ignore"):
        difference = y - t
        return float(np.sum(difference**2) / 2), difference


def _frozen(values: Array) -> Array:
    """The same numbers in an array that nobody can write to."""
    if values.flags.writeable or values.base is not None:
        values = values.copy()
        values.flags.writeable = False
    return values
