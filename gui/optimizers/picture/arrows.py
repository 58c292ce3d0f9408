"""The values of a rule's lines, drawn on the contour where they act."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from engine.arrows import Arrow
from gui.optimizers.picture.mapping import Mapping
from gui.optimizers.picture.overlay import paint_text
from gui.theme import Theme

SHORTEST, LONGEST = 34.0, 120.0  # pixels
COLORS = {
    "gradient": "gradient",
    "direction": "direction",
    "scale": "scale",
    "point": "muted",
    "step": "step",
}


def paint_arrows(
    painter: QPainter, arrows: Sequence[Arrow], lit: int, mapping: Mapping, theme: Theme, px: float
) -> None:
    """Directions keep their direction and the order of their lengths, but are drawn long enough to see.

    `lit` is the line being looked at: its arrow is the strongest.
    """
    lengths = [math.hypot(*a.value) for a in arrows if a.tag in ("gradient", "direction")]
    longest = max((length for length in lengths if math.isfinite(length)), default=0.0)
    labels: list[tuple[str, float, float, QColor]] = []
    for arrow in arrows:
        x, y = mapping.x(arrow.origin[0]), mapping.y(arrow.origin[1])
        if not mapping.inside(x, y):
            continue
        color = theme.color(COLORS[arrow.tag])
        strong = arrow.line == lit or arrow.tag == "step"
        if arrow.tag == "scale":
            end = _ellipse(painter, arrow, x, y, color, px, strong)
        elif all(map(math.isfinite, arrow.value)) and any(arrow.value):
            end = _end(arrow, x, y, longest, mapping, px)
            if arrow.tag == "point":
                _look_ahead(painter, x, y, *end, color, theme, px)
            else:
                _arrow(painter, x, y, *end, color, (3.2 if strong else 2.2) * px, theme, px)
        else:
            continue
        if end is not None:
            away = math.hypot(end[0] - x, end[1] - y) or 1.0
            out_x, out_y = (end[0] - x) / away, (end[1] - y) / away
            labels.append((arrow.label, end[0] + out_x * 14 * px - 8 * px, end[1] + out_y * 14 * px, color))
    taken: list[tuple[float, float]] = []
    for text, x, y, color in labels:
        x, y = min(max(x, 8.0), mapping.width - 40 * px), min(max(y, 14.0), mapping.height - 14)
        # Labels step aside, in turn, from those already there.
        while any(abs(x - a) < 34 * px and abs(y - b) < 20 * px for a, b in taken):
            y += 21 * px
        taken.append((x, y))
        paint_text(painter, text, x, y, color, mapping, theme, px, size=15, bold=True)


def _end(arrow: Arrow, x: float, y: float, longest: float, mapping: Mapping, px: float) -> tuple[float, float]:
    """Where an arrow from pixel (x, y) ends."""
    dx, dy = arrow.value[0] * mapping.scale, -arrow.value[1] * mapping.scale
    length = math.hypot(dx, dy)
    if arrow.tag in ("gradient", "direction"):
        share = math.hypot(*arrow.value) / longest if longest else 0.0
        shown = (SHORTEST + (LONGEST - SHORTEST) * share**0.5) * px
    else:
        shown = max(length, SHORTEST * px) if arrow.tag == "step" else length
    shown = min(shown, 3.0 * max(mapping.width, mapping.height))
    return x + dx / length * shown, y + dy / length * shown


def _arrow(
    painter: QPainter, x: float, y: float, end_x: float, end_y: float, color: QColor, width: float,
    theme: Theme, px: float,
) -> None:  # fmt: skip
    angle = math.atan2(end_y - y, end_x - x)
    cos, sin = math.cos(angle), math.sin(angle)
    head = 4.2 * width
    neck = QPointF(end_x - 0.8 * head * cos, end_y - 0.8 * head * sin)
    corners = [
        QPointF(end_x, end_y),
        QPointF(end_x - head * cos - 0.42 * head * sin, end_y - head * sin + 0.42 * head * cos),
        QPointF(end_x - head * cos + 0.42 * head * sin, end_y - head * sin - 0.42 * head * cos),
    ]
    for ink, extra in ((theme.color("halo"), 2.6 * px), (color, 0.0)):
        painter.setPen(QPen(ink, width + extra, c=Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(x, y), neck)
        painter.setPen(QPen(ink, extra) if extra else Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawPolygon(QPolygonF(corners))


def _look_ahead(
    painter: QPainter,
    x: float,
    y: float,
    end_x: float,
    end_y: float,
    color: QColor,
    theme: Theme,
    px: float,
) -> None:
    pen = QPen(color, 1.8 * px)
    pen.setDashPattern([3, 2])
    painter.setPen(pen)
    painter.drawLine(QPointF(x, y), QPointF(end_x, end_y))
    painter.setPen(QPen(theme.color("ink"), 2.0 * px))
    painter.setBrush(theme.color("halo"))
    painter.drawEllipse(QPointF(end_x, end_y), 4.5 * px, 4.5 * px)


def _ellipse(
    painter: QPainter, arrow: Arrow, x: float, y: float, color: QColor, px: float, strong: bool
) -> tuple[float, float] | None:
    """Wide along an axis that is allowed long steps; only the ratio of the radii has a meaning.

    Returns a place on its rim for the label.
    """
    largest = max(arrow.value)
    if largest <= 0 or math.isnan(largest):
        return None
    if math.isinf(largest):
        radii = [56.0 if math.isinf(r) else 6.0 for r in arrow.value]
    else:
        radii = [max(56.0 * r / largest, 6.0) for r in arrow.value]
    fill = QColor(color)
    fill.setAlpha(26)
    pen = QPen(color, (2.2 if strong else 1.6) * px)
    pen.setDashPattern([4, 3])
    painter.setPen(pen)
    painter.setBrush(fill)
    painter.drawEllipse(QPointF(x, y), radii[0] * px, radii[1] * px)
    return x + radii[0] * px * 0.72, y + radii[1] * px * 0.72
