"""The shapes that tell racers apart where colour does not."""

from __future__ import annotations

import math
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF, QTransform


def _regular(corners: int, turn: float, inner: float = 1.0) -> list[tuple[float, float]]:
    """A regular polygon around 0, or a star where every second corner has radius `inner`."""
    count = corners if inner == 1.0 else 2 * corners
    return [
        (
            (1.0 if inner == 1.0 or index % 2 == 0 else inner) * math.cos(turn + math.tau * index / count),
            (1.0 if inner == 1.0 or index % 2 == 0 else inner) * math.sin(turn + math.tau * index / count),
        )
        for index in range(count)
    ]


_UP = -math.pi / 2
_ARM = 0.36
_PLUS = [
    (-_ARM, -1), (_ARM, -1), (_ARM, -_ARM), (1, -_ARM), (1, _ARM), (_ARM, _ARM),
    (_ARM, 1), (-_ARM, 1), (-_ARM, _ARM), (-1, _ARM), (-1, -_ARM), (-_ARM, -_ARM),
]  # fmt: skip
_HOURGLASS = [(-0.9, -1.0), (0.9, -1.0), (0.25, 0.0), (0.9, 1.0), (-0.9, 1.0), (-0.25, 0.0)]
_ARROW = [(0.0, -1.1), (1.0, 0.0), (0.4, 0.0), (0.4, 1.0), (-0.4, 1.0), (-0.4, 0.0), (-1.0, 0.0)]
_SHAPES = {
    "square": _regular(4, math.pi / 4),
    "diamond": _regular(4, 0.0),
    "triangle": _regular(3, _UP),
    "triangle_down": _regular(3, -_UP),
    "pentagon": _regular(5, _UP),
    "hexagon": _regular(6, 0.0),
    "star": _regular(5, _UP, 0.5),
    "plus": [(float(x), float(y)) for x, y in _PLUS],
    "cross": [((x - y) * 0.7071, (x + y) * 0.7071) for x, y in _PLUS],
    "triangle_right": _regular(3, 0.0),
    "triangle_left": _regular(3, math.pi),
    "star_four": _regular(4, _UP, 0.4),
    "star_six": _regular(6, _UP, 0.55),
    "hourglass": _HOURGLASS,
    "bow_tie": [(y, x) for x, y in _HOURGLASS],
    "bar": [(-1.2, -0.5), (1.2, -0.5), (1.2, 0.5), (-1.2, 0.5)],
    "chevron": [(-1.0, 0.1), (0.0, -0.9), (1.0, 0.1), (1.0, 0.9), (0.0, -0.1), (-1.0, 0.9)],
    "arrow": _ARROW,
    "arrow_down": [(x, -y) for x, y in _ARROW],
}


def _area(corners: list[tuple[float, float]]) -> float:
    pairs = zip(corners, corners[1:] + corners[:1], strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2


@lru_cache(maxsize=256)
def marker_path(name: str, size: float) -> QPainterPath:
    """The shape around 0, 0, with the area of a disc of diameter `size`; unknown names are discs."""
    path = QPainterPath()
    corners = _SHAPES.get(name)
    if corners is None:
        path.addEllipse(QRectF(-size / 2, -size / 2, size, size))
        return path
    # A little below equal area for the pointed ones, whose tips reach further.
    factor = size / 2 * min(math.sqrt(math.pi / _area(corners)), 1.36)
    path.addPolygon(QPolygonF([QPointF(x * factor, y * factor) for x, y in corners]))
    path.closeSubpath()
    return path


def draw_marker(painter: QPainter, x: float, y: float, name: str, size: float, fill: QColor, halo: QColor) -> None:
    """A marker with a rim that sets it off from whatever lies below."""
    path = QTransform.fromTranslate(x, y).map(marker_path(name, size))
    pen = QPen(halo, max(size * 0.2, 1.5))
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen)
    painter.drawPath(path)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    painter.drawPath(path)
