"""Long lines drawn fast.

Qt outlines a wide line as one shape, which costs the square of its crossings: a curve of 500 points takes 7 ms
whole, 1.8 ms in pieces of 32 points. Lines one pixel wide have a path of their own (0.2 ms).
"""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtGui import QPainter, QPolygonF

PIECE = 32


def polygon(corners: NDArray[np.float64]) -> QPolygonF:
    """(n, 2) pixels as Qt's points, copied in one go."""
    made = pg.functions.create_qpolygonf(len(corners))
    pg.functions.ndarray_from_qpolygonf(made)[:] = corners
    return made


def draw_line(painter: QPainter, corners: NDArray[np.float64]) -> None:
    """Draw a line through (n, 2) pixels with the painter's pen, which must be opaque if wide."""
    if len(corners) < 2:
        return
    if painter.pen().widthF() <= 1.0:
        painter.drawPolyline(polygon(corners))
        return
    for begin in range(0, len(corners) - 1, PIECE):
        painter.drawPolyline(polygon(corners[begin : begin + PIECE + 1]))
