"""A soft round brush on a grid of numbers.

Places are (row, column) with fractions: cell (r, c) reaches from (r, c) to (r + 1, c + 1), so that the cell under
a place is its whole part. A drag is drawn once from all that it has covered, so that neither slow nor repeated
strokes grow harder:

    covered = np.maximum(covered, coverage(before.shape, start, end, radius))
    numbers = painted(before, covered, value)
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Place = tuple[float, float]


def coverage(shape: tuple[int, int], start: Place, end: Place, radius: float) -> Array:
    """How much of each cell, from 0 to 1, a brush of this radius (in cells) covers between two places.

    1 up to radius − ½ from the line between the places, 0 from radius + ½ on, falling evenly in between: the
    share of a cell that a straight border leaves covered. With a radius of at least 1 the cell under a place is
    always covered by a quarter or more. Raises ValueError where a number is not finite.
    """
    (row, column), (to_row, to_column) = start, end
    if not np.isfinite([row, column, to_row, to_column, radius]).all():
        raise ValueError("a stroke goes from place to place with a finite radius")
    rows, columns = np.arange(shape[0])[:, None] + 0.5 - row, np.arange(shape[1]) + 0.5 - column
    down, right = to_row - row, to_column - column
    length = down * down + right * right
    along = np.clip((rows * down + columns * right) / length, 0, 1) if length > 0 else np.zeros(shape)
    far = np.hypot(rows - along * down, columns - along * right)
    return np.clip(radius + 0.5 - far, 0, 1) if radius > 0 else np.zeros(shape)


def painted(numbers: Array, covered: Array, value: float, whole: bool = False) -> Array:
    """A copy with every cell moved towards `value` by the share covered; finite arrays (rows, columns).

    `whole` makes the cells that change whole numbers. Cells that are not covered stay exactly as they are.
    """
    mixed = numbers + covered * (value - numbers)
    mixed = np.where(covered >= 1, value, mixed)  # without what rounding leaves
    return np.where(covered > 0, np.rint(mixed) if whole else mixed, numbers)


def stroke(numbers: Array, start: Place, end: Place, radius: float, value: float, whole: bool = False) -> Array:
    """A copy of `numbers` (rows, columns) after one stroke of the brush; see `coverage` and `painted`."""
    rows, columns = numbers.shape
    return painted(numbers, coverage((rows, columns), start, end, radius), value, whole)
