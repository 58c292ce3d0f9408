"""What one step of a pass is made of, as plain data to draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from engine.convolution.arrays import Array, Cells, Shape
from engine.convolution.geometry import Kind

Axis = Cells | tuple[Cells, Cells]  # cells along one axis (−1: none), and their kinds where not all are data


class Pass(StrEnum):
    """The passes of a layer, in the order of its story; the two views of the input gradient come last."""

    FORWARD = "forward"
    ACTIVATION = "activation"
    POOLING = "pooling"
    UPSTREAM = "upstream"  # given, not computed
    POOLING_GRADIENT = "pooling_gradient"
    ACTIVATION_GRADIENT = "activation_gradient"
    BIAS_GRADIENT = "bias_gradient"
    KERNEL_GRADIENT = "kernel_gradient"
    SCATTER = "scatter"
    GATHER = "gather"


@dataclass(frozen=True, slots=True, eq=False)
class Operands:
    """One side of the products of a step, T cells of one grid; `grid` is "" for plain factors.

    `index` counts in the grid itself, and is all −1 where the operand is no data. `place` counts in the
    grid as the pass lays it out: x with its padding, g spread out, the kernel as it lies on the window.
    """

    grid: str
    index: Cells  # (T, axes of the grid)
    place: Cells  # (T, axes of the grid)
    kind: Cells  # (T,) a `Kind`
    values: Array  # (T,)


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """Cell `number` of a pass, which is the cell `index` of the grid `grid`.

    products = left · right (or left alone); partials[t] is the sum of products 0…t; result is the last
    of them, plus the bias. In a scatter pass the cell is an output cell: its products go to `targets`,
    each adding to what arrived there earlier; partials[t] is its target after that, result the g sent.
    An activation's `result` is σ of its one product; in its gradient, `right` is σ'(y) at the cell of y.
    """

    stage: Pass
    number: int
    grid: str
    index: Shape
    left: Operands
    right: Operands | None
    products: Array  # (T,)
    partials: Array  # (T,)
    weights: Cells  # (T,) the flat index of the weight that takes part, −1 where none does
    bias: float | None
    result: float
    targets: Operands | None = None


def cells(axes: Sequence[Cells]) -> Cells:
    """(T, axes): every combination of the axes' cells, in reading order."""
    grid = np.empty((*map(len, axes), len(axes)), np.intp)
    for axis, column in enumerate(np.ix_(*axes)):
        grid[..., axis] = column
    return grid.reshape(-1, len(axes))


def operands(grid: str, values: Array, axes: Sequence[Axis], places: Sequence[Cells] | None = None) -> Operands:
    """The cells of `values` at every combination of `axes`, laid at that of `places` (None: where they are)."""
    own = [axis[0] if isinstance(axis, tuple) else axis for axis in axes]
    index, found = cells(own), values[np.ix_(*own)].reshape(-1)
    kind = np.zeros(1, np.intp)
    for axis in axes:
        kind = np.maximum.outer(kind, axis[1] if isinstance(axis, tuple) else np.zeros(len(axis), np.intp)).reshape(-1)
    if kind.any():
        found = np.where(kind == Kind.DATA, found, 0.0)
        index[kind != Kind.DATA] = -1
    return Operands(grid, index, index if places is None else cells(places), kind, found)


def factors(values: Array) -> Operands:
    """Plain numbers, of no grid."""
    none = np.zeros((len(values), 0), np.intp)
    return Operands("", none, none, np.zeros(len(values), np.intp), values)
