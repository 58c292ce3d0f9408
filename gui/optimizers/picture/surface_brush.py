"""The circle that shows where the brush will raise or dig."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen

from gui.theme import Theme


def paint_brush(
    painter: QPainter, at: QPointF, radius: float, stroke: tuple[int, object] | None, theme: Theme
) -> None:  # fmt: skip
    """A circle of `radius` pixels; while a stroke is drawn, with + or − in it."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, width in ((theme.color("halo"), 4.0), (theme.color("ink"), 1.8)):
        painter.setPen(QPen(color, width, c=Qt.PenCapStyle.RoundCap))
        painter.drawEllipse(at, radius, radius)
        if stroke is not None:
            painter.drawLine(at - QPointF(6, 0), at + QPointF(6, 0))
            if stroke[0] > 0:
                painter.drawLine(at - QPointF(0, 6), at + QPointF(0, 6))
