"""Lines as data: what a plot draws is known before it is drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gui.picture.lines import PIECE, draw_line, polygon

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Line:
    """A line through pixels (n, 2). `dash` is in widths of the line; `of` says whose it is."""

    of: int
    kind: str
    pixels: Floats
    color: QColor
    width: float
    dash: tuple[float, ...] = ()

    def draw(self, painter: QPainter) -> None:
        """Draw it; the dashes go on evenly along the whole line."""
        pen = QPen(self.color, self.width)
        if not self.dash:
            painter.setPen(pen)
            draw_line(painter, self.pixels)
            return
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern(self.dash)
        ways = np.hypot(*np.diff(self.pixels, axis=0).T)
        gone = np.concatenate([[0.0], np.cumsum(ways)]) / max(self.width, 1.0) % sum(self.dash)
        for begin in range(0, len(self.pixels) - 1, PIECE):
            pen.setDashOffset(float(gone[begin]))
            painter.setPen(pen)
            painter.drawPolyline(polygon(self.pixels[begin : begin + PIECE + 1]))


def by_column(pixels: Floats) -> Floats:
    """The same line (n, 2), from left to right; of many points in one column of pixels the lowest and highest are
    enough."""
    x, y = pixels.T
    if len(x) > 3 and x[1] - x[0] < 0.4:
        column = np.floor(x * 1.5).astype(np.int64)
        starts = np.flatnonzero(np.r_[True, column[1:] != column[:-1]])
        low, high = np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)
        return np.column_stack([np.repeat(x[starts], 2), np.column_stack([high, low]).ravel()])
    return pixels
