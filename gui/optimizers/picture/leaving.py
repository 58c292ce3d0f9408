"""Where a path that diverges leaves the picture for good: what follows only crosses it, ever faster, and tells nothing.

Faint lines that lie on each other would add up to a solid bar, so such a path is drawn in one go.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen

from engine.losses import Loss
from gui.painting import painting
from gui.picture.mapping import Box, cut_far


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
    """Draw lines through (n, 2) pixels with the painter's pen, one pixel wide, nowhere over itself."""
    path = QPainterPath()
    for corners in lines:
        a, b = corners[:-1].copy(), corners[1:].copy()
        kept = cut_far(a, b)
        for begin, end in zip(a[kept].tolist(), b[kept].tolist(), strict=True):
            place = QPointF(*begin)
            if not path.elementCount() or path.currentPosition() != place:
                path.moveTo(place)
            path.lineTo(QPointF(*end))
    image, pen = painter.device(), QPen(painter.pen())
    if not isinstance(image, QImage):  # a file of lines: there a path is one shape
        painter.drawPath(path)
        return
    # On pixels a path as one shape costs the square of its crossings, seconds for a noisy one.
    color, alpha = pen.color(), pen.color().alphaF()
    color.setAlphaF(1.0)
    pen.setColor(color)
    layer = QImage(image.size(), QImage.Format.Format_ARGB32_Premultiplied)
    layer.setDevicePixelRatio(image.devicePixelRatio())
    layer.fill(0)
    with painting(layer) as inside:
        inside.setRenderHints(painter.renderHints())
        inside.setTransform(painter.transform())
        inside.setPen(pen)
        inside.drawPath(path)
    painter.save()
    painter.resetTransform()
    painter.setOpacity(painter.opacity() * alpha)
    painter.drawImage(0, 0, layer)
    painter.restore()
