"""Round frames drawn fast: each kind becomes one small picture, since Qt takes long to outline a round corner."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from engine.bounded_cache import byte_bounded
from gui.painting import painting
from gui.picture.kept import picture_bytes

MOST_BYTES = 8 << 20  # of frames: of the largest cells (84 pixels) some 250


def draw_frame(
    painter: QPainter,
    area: QRectF,
    color: QColor,
    width: float,
    ratio: float,
    fill: QColor | None = None,
    dashed: bool = False,
) -> None:
    """A frame of `width` around `area` (its middle line). `ratio` 0: as lines, for files."""
    radius = min(min(area.width(), area.height()) * 0.14, 5.0)
    if ratio == 0:
        _stroke(painter, area, radius, color.rgba(), width, fill.rgba() if fill else 0, dashed)
        return
    ground = fill.rgba() if fill else 0
    size = (round(area.width() * 4) / 4, round(area.height() * 4) / 4)
    picture = _picture(*size, radius, color.rgba(), round(width * 4) / 4, ground, dashed, ratio)
    edge = math.ceil(width)
    x, y = (round(place * ratio) / ratio for place in (area.x() - edge, area.y() - edge))
    painter.drawPixmap(QPointF(x, y), picture)


def _stroke(
    painter: QPainter, area: QRectF, radius: float, color: int, width: float, ground: int, dashed: bool
) -> None:
    pen = QPen(QColor.fromRgba(color), width, Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(QColor.fromRgba(ground) if ground else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(area, radius, radius)


@byte_bounded(MOST_BYTES, picture_bytes)
def _picture(
    wide: float, high: float, radius: float, color: int, width: float, ground: int, dashed: bool, ratio: float
) -> QPixmap:
    edge = math.ceil(width)
    picture = QPixmap(math.ceil((wide + 2 * edge) * ratio), math.ceil((high + 2 * edge) * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    with painting(picture) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _stroke(painter, QRectF(edge, edge, wide, high), radius, color, width, ground, dashed)
    return picture
