"""Pooling after a convolution: each window gives its largest value or its mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike

from engine.convolution.arrays import Array, Cells, PerAxis, Shape, as_numbers, per_axis
from engine.quoting import literal


@dataclass(frozen=True, slots=True)
class Pooling:
    """Max or average pooling over windows of `size`, `stride` apart (None: side by side), unpadded.

    Both are a weighted sum of the window, Σ_u share[u] · x[s·i + u]: the average has equal shares, the
    maximum gives all to the largest (to the first in reading order among equals, to a NaN before all).
    """

    kind: Literal["max", "average"] = "max"
    size: PerAxis = 2
    stride: PerAxis | None = None

    def __post_init__(self) -> None:
        if self.kind not in ("max", "average"):
            raise ValueError(f"pooling must be “max” or “average”, not {literal(self.kind)}")

    def windows(self, axes: int) -> tuple[Shape, Shape]:
        """(*size) and (*stride). Raises ValueError for what is no whole number of 1 or more."""
        size = per_axis("pooling size", self.size, axes)
        stride = size if self.stride is None else per_axis("pooling stride", self.stride, axes)
        for name, numbers in (("size", size), ("stride", stride)):
            if min(numbers) < 1:
                raise ValueError(f"pooling {name} must be 1 or more, not {min(numbers)}")
        return size, stride

    def output_shape(self, shape: Shape) -> Shape:
        """(N, C, *output) for x (N, C, *spatial). Raises ValueError for windows larger than x."""
        if not 3 <= len(shape) <= 5 or min(shape) < 1:
            raise ValueError(f"x of shape {shape} must have a batch, a channel and one to three spatial axes")
        size, stride = self.windows(len(shape) - 2)
        if any(window > cells for window, cells in zip(size, shape[2:], strict=True)):
            raise ValueError(f"a pooling window of {size} does not fit into {shape[2:]} cells of x {shape}")
        axes = zip(shape[2:], size, stride, strict=True)
        return (*shape[:2], *((cells - window) // step + 1 for cells, window, step in axes))

    def forward(self, x: ArrayLike) -> Array:
        """(N, C, *output) of x (N, C, *spatial)."""
        return self.collect(x, x)

    @np.errstate(over="ignore", invalid="ignore")
    def collect(self, x: ArrayLike, values: ArrayLike) -> Array:
        """(N, C, *output): Σ share · value, with the shares that `x` has and the `values` of another grid."""
        values = self._windows(as_numbers("values", values))
        if self.kind == "average":
            return np.asarray(np.mean(values, axis=-1))
        return np.take_along_axis(values, self.winners(x)[..., None], axis=-1)[..., 0]

    def winners(self, x: ArrayLike) -> Cells:
        """(N, C, *output): where in its window, counted in reading order, the largest value is."""
        return np.asarray(np.argmax(self._windows(as_numbers("x", x)), axis=-1))

    @np.errstate(over="ignore", invalid="ignore")
    def backward(self, x: ArrayLike, upstream: ArrayLike) -> Array:
        """∂L/∂x (N, C, *spatial), given `upstream` = ∂L/∂(output): each window's, shared out.

        Raises ValueError for an upstream that has not the shape of the output.
        """
        x, upstream = as_numbers("x", x), as_numbers("upstream", upstream)
        shape = self.output_shape(x.shape)
        if upstream.shape != shape:
            raise ValueError(f"upstream of shape {upstream.shape} must have the shape of the pooled {shape}")
        size, stride = self.windows(x.ndim - 2)
        winners = self.winners(x) if self.kind == "max" else np.zeros(shape, np.intp)
        total = np.zeros(x.shape)
        for number, offset in enumerate(np.ndindex(*size)):
            axes = zip(offset, shape[2:], stride, strict=True)
            met = tuple(slice(u, u + (cells - 1) * step + 1, step) for u, cells, step in axes)
            if self.kind == "max":
                total[(slice(None), slice(None), *met)] += np.where(winners == number, upstream, 0.0)
            else:
                total[(slice(None), slice(None), *met)] += upstream / np.prod(size)
        return total

    def _windows(self, x: Array) -> Array:
        """(N, C, *output, cells of a window)."""
        shape = self.output_shape(x.shape)
        size, stride = self.windows(x.ndim - 2)
        windows = sliding_window_view(x, size, axis=tuple(range(2, x.ndim)))
        jumps = tuple(slice(None, None, step) for step in stride)
        return windows[(slice(None), slice(None), *jumps)].reshape(*shape, -1)
