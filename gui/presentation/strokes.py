"""Strokes of the pen between the picture they belong to and the pixels of a canvas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from engine.drawing import Stroke
from gui.theme import Theme

WIDTH = 4.0  # pixels at scale 1
HALO = 2.0  # around it on either side
# (dark, light theme): each stands out from its ground, and has a name that can be said aloud.
COLORS = {
    "red": ("#ff5c5c", "#d01f1f"), "yellow": ("#ffe14d", "#b88700"), "green": ("#4ddb84", "#0d7a3a"),
    "blue": ("#5aa8ff", "#0f57c4"), "ink": ("#ffffff", "#10141c"),
}  # fmt: skip


def pen_color(name: str, theme: Theme) -> QColor:
    return QColor(COLORS[name][0 if theme.dark else 1])


class Paper:
    """Picture-relative coordinates on a canvas shown at `width` × `height` pixels.

    A canvas that lays a plane on its pixels has `mapping(width, height)`, and strokes lie in that plane; others
    have their picture in the middle, and strokes are measured from there, in units of what fits into 4 : 3.
    """

    def __init__(self, canvas: Any, width: float, height: float) -> None:
        make = getattr(canvas, "mapping", None)
        self.mapping = make(width, height) if callable(make) else None
        self.unit = max(min(width / 4, height / 3), 1e-6)
        self.middle = (width / 2, height / 2)

    def pixel(self, point: tuple[float, float]) -> QPointF:
        if self.mapping is not None:
            return QPointF(self.mapping.x(point[0]), self.mapping.y(point[1]))
        return QPointF(self.middle[0] + self.unit * point[0], self.middle[1] + self.unit * point[1])

    def point(self, pixel: QPointF) -> tuple[float, float]:
        """To eight digits, which is less than a pixel at any zoom."""
        if self.mapping is not None:
            x, y = self.mapping.point(pixel.x(), pixel.y())
        else:
            x, y = (pixel.x() - self.middle[0]) / self.unit, (pixel.y() - self.middle[1]) / self.unit
        return float(f"{x:.8g}"), float(f"{y:.8g}")


def paint_strokes(
    painter: QPainter, strokes: Iterable[Stroke], canvas: Any, width: float, height: float, theme: Theme, px: float
) -> None:
    """All strokes of a page on a canvas of that size; `px` scales their width."""
    strokes = tuple(strokes)
    if not strokes:
        return
    paper = Paper(canvas, width, height)
    for stroke in strokes:
        paint_stroke(painter, [paper.pixel(point) for point in stroke.points], stroke.color, theme, px)


def paint_stroke(painter: QPainter, pixels: Sequence[QPointF], color: str, theme: Theme, px: float) -> None:
    """One line through the pixels, rounded, with a halo that sets it off from whatever is below."""
    far = 30_000.0
    path = QPainterPath(_near(pixels[0], far))
    if len(pixels) == 1:
        path.lineTo(path.currentPosition() + QPointF(0.01, 0))
    for before, here in pairwise(pixels[1:]):
        path.quadTo(_near(before, far), _near((before + here) / 2, far))
    if len(pixels) > 1:
        path.lineTo(_near(pixels[-1], far))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    halo = theme.color("halo")
    halo.setAlpha(200)
    for ink, wide in ((halo, (WIDTH + 2 * HALO) * px), (pen_color(color, theme), WIDTH * px)):
        painter.setPen(QPen(ink, wide, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin))
        painter.drawPath(path)


def _near(point: QPointF, far: float) -> QPointF:
    return QPointF(min(max(point.x(), -far), far), min(max(point.y(), -far), far))
