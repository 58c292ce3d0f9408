"""The signs of samples: a disc, or a ring and a square for two classes."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gui.theme import Theme


def sign_color(theme: Theme, second: bool) -> QColor:
    """Of a sample: the first class (or no class) and the second one."""
    color = theme.color("scale" if second else "accent")
    color.setAlpha(215)
    return color


def paint_sign(
    painter: QPainter, x: float, y: float, radius: float, color: QColor, second: bool | None, px: float,
    hollow: bool = False,
) -> None:  # fmt: skip
    """`second` tells whose class it is, None where there are no classes. Hollow signs are outlines only."""
    if hollow or second is False:
        painter.setPen(QPen(color, (1.1 if hollow else max(1.5, 0.42 * radius / px)) * px))
        painter.setBrush(Qt.BrushStyle.NoBrush)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
    if second:
        side = 0.9 * radius
        painter.drawRect(QRectF(x - side, y - side, 2 * side, 2 * side))
    else:
        painter.drawEllipse(QPointF(x, y), radius, radius)
