"""The same layer as a matrix: a convolution is a linear map whose matrix repeats its few weights."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.convolution.arrays import Array, Cells, PerAxis, Shape, as_numbers, as_shape
from engine.convolution.geometry import Geometry, geometry

MOST_ENTRIES = 2**23  # 64 MiB of values; beyond that nobody sees a single entry


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """C with vec y = C · vec x + b for one item, rows and columns in reading order (c, then space).

    Backward, dx = Cᵀ g, dC = g xᵀ, and dw[u] is the sum of dC over the entries tied to weight u
    (Dumoulin & Visin 2016, section 4.1).
    """

    values: Array  # (output cells, input cells)
    tied: NDArray[np.int32]  # as values: the flat index of the entry's weight in the kernel, or -1
    kernel_shape: Shape

    def sum_tied(self, entries: ArrayLike) -> Array:
        """(O, C/groups, *k): for every weight the sum of `entries`, a matrix like C, tied to it."""
        inside = self.tied >= 0
        each = np.asarray(entries, float)[inside]
        total = np.bincount(self.tied[inside], each, math.prod(self.kernel_shape))
        return total.astype(float).reshape(self.kernel_shape)


def matrix(
    kernel: ArrayLike,
    input_shape: Sequence[int],
    stride: PerAxis = 1,
    padding: PerAxis = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
    *,
    flip: bool = False,
) -> Matrix:
    """The dense matrix of the layer for inputs of shape (C, *spatial) or (N, C, *spatial).

    Raises ValueError like `forward`, and if the matrix would have more than 2**23 entries.
    """
    kernel = as_numbers("kernel", kernel)
    shape = as_shape("input_shape", input_shape)
    layout = geometry(
        shape if len(shape) == kernel.ndim else (1, *shape),
        kernel.shape,
        stride,
        padding,
        dilation,
        groups,
    )
    rows, columns = math.prod(layout.output_shape[1:]), math.prod(layout.input_shape[1:])
    if rows * columns > MOST_ENTRIES:
        raise ValueError(
            f"the matrix from x {layout.input_shape} to y {layout.output_shape} would have "
            f"{rows:,} × {columns:,} entries; at most {MOST_ENTRIES:,} can be shown"
        )
    tied = np.full((rows, columns), -1, np.int32)
    row, column, weight = _meetings(layout, flip)
    tied[row, column] = weight
    return Matrix(np.where(tied < 0, 0.0, kernel.reshape(-1)[tied]), tied, kernel.shape)


def fully_connected_parameters(input_shape: Sequence[int], output_shape: Sequence[int], bias: bool = True) -> int:
    """Weights and biases of a fully connected layer between grids (C, *spatial) and (O, *spatial)."""
    inputs, outputs = math.prod(input_shape), math.prod(output_shape)
    return inputs * outputs + (outputs if bias else 0)


def _meetings(layout: Geometry, flip: bool) -> tuple[Cells, Cells, Cells]:
    """Which output cell (row) meets which input cell (column) at which weight: three flat arrays."""
    kernels, channels = layout.kernel_shape[:2]
    grids = np.ix_(
        np.arange(kernels),
        np.arange(channels),
        *map(np.arange, layout.output_size),
        *map(np.arange, layout.window),
    )
    o, c, places, offsets = grids[0], grids[1], grids[2 : 2 + layout.axes], grids[2 + layout.axes :]
    row, weight = o, o * channels + c
    column = o // (kernels // layout.groups) * channels + c
    met = np.ones(1, bool)
    for axis in range(layout.axes):
        i, u = places[axis], offsets[axis]
        last = layout.window[axis] - 1
        m = layout.stride[axis] * i + layout.dilation[axis] * u - layout.padding[axis]
        met = met & (m >= 0) & (m < layout.size[axis])
        row = row * layout.output_size[axis] + i
        column = column * layout.size[axis] + m
        weight = weight * layout.window[axis] + (last - u if flip else u)
    row, column, weight, met = np.broadcast_arrays(row, column, weight, met)
    return row[met], column[met], weight[met]
