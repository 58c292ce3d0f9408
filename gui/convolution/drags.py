"""What a drag on a cell does: change its number, or draw on the input."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF

from engine.convolution.scene import FAR, SHADES
from gui.convolution.drawing import coverage, painted
from gui.convolution.picture.lit import Spot
from gui.document import new_gesture

STEP = 8.0  # pixels that change a number by one
BRUSH = 0.75  # cells, from the middle of the stroke to its border


class ValueDrag:
    """Up makes the number larger, down smaller."""

    def __init__(self, spot: Spot) -> None:
        self.spot = spot
        self.gesture = new_gesture()
        self.start = float(spot.placed.plate.values[spot.row, spot.column])

    def value(self, moved: float, fine: bool) -> float:
        """The number after `moved` pixels down; `fine`: in tenths."""
        steps = round(-moved / STEP)
        unit = 0.1 if fine or not self.start.is_integer() else 1.0
        return min(max(round(self.start + steps * unit, 6), -FAR), FAR)


class Stroke:
    """A line of ink on a plate of the input."""

    def __init__(self, spot: Spot, erase: bool = False) -> None:
        self.placed = spot.placed
        self.gesture = new_gesture()
        self.ink = 0.0 if erase else SHADES
        plate = spot.placed.plate
        data = np.argwhere(plate.kind == 0)
        (top, left), (bottom, right) = data.min(0).tolist(), (data.max(0) + 1).tolist()
        self._origin = (top, left)  # of the data: there may be padding around it
        self._before = plate.values[top:bottom, left:right].copy()
        self._covered = np.zeros(self._before.shape)
        self._last: tuple[float, float] | None = None

    @property
    def lead(self) -> tuple[int, ...]:
        return self.placed.plate.lead

    def move(self, place: QPointF) -> NDArray[np.float64]:
        """The plate's numbers (rows, columns) once the brush has come here."""
        row = (place.y() - self.placed.y) / self.placed.cell - self._origin[0]
        column = (place.x() - self.placed.x) / self.placed.cell - self._origin[1]
        here = (row, column)
        new = coverage(self._before.shape, self._last or here, here, BRUSH)
        self._covered, self._last = np.maximum(self._covered, new), here
        return painted(self._before, self._covered, self.ink, whole=True)


Drag = ValueDrag | Stroke


def own_index(grid: str, index: tuple[int, ...] | None) -> tuple[int, ...]:
    """A cell's place in the scene's grid, which has no items."""
    assert index is not None
    return index[1:] if grid in ("x", "upstream", "target") else index
