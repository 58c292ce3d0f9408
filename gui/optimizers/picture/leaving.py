"""Where a path that diverges leaves the picture for good: what follows only crosses it, ever faster, and tells nothing.

Faint lines that lie on each other would add up to a solid bar, so such a path is drawn in one go.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPainterPath, QPen

from engine.losses import Loss
from gui.picture.mapping import Box, cut_far

IN_ONE = 1.01  # pixels: a thinner pen draws each piece of a line by itself, and a translucent one then adds up


def left_at(loss: Loss, points: NDArray[np.float64], view: Box | None = None) -> NDArray[np.intp]:
    """For paths (steps + 1, paths, 2) the first step of each from which on it is outside the domain, and the view, for
    good; the last step of those that do not diverge: they end within, or at a loss no higher than at their start."""
    last = len(points) - 1
    low, high = np.array(loss.domain if view is None else (*loss.domain, *view)).reshape(-1, 2, 2).transpose(2, 0, 1)
    inside = ((points >= low.min(axis=0)) & (points <= high.max(axis=0))).all(axis=-1)
    with np.errstate(all="ignore"):
        begin, end = loss.value(points[0].T), loss.value(points[-1].T)
    diverges = ~inside[-1] & inside.any(axis=0) & ~(end <= begin)
    after = len(points) - np.argmax(inside[::-1], axis=0)
    return np.where(diverges, after, last)


def draw_in_one(painter: QPainter, *lines: NDArray[np.float64]) -> None:
    """Draw lines through (n, 2) pixels, the painter's pen nowhere over itself."""
    pen = QPen(painter.pen())
    pen.setWidthF(max(pen.widthF(), IN_ONE))
    painter.setPen(pen)
    path = QPainterPath()
    for corners in lines:
        a, b = corners[:-1].copy(), corners[1:].copy()
        kept = cut_far(a, b)
        for begin, end in zip(a[kept].tolist(), b[kept].tolist(), strict=True):
            place = QPointF(*begin)
            if not path.elementCount() or path.currentPosition() != place:
                path.moveTo(place)
            path.lineTo(QPointF(*end))
    painter.drawPath(path)
