"""What a 3-D picture is drawn on, and the numbers along its edges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from engine.scene import Camera
from gui.optimizers.picture.projection import BASE, RISE, Projection
from gui.optimizers.picture.relief import Terrain
from gui.picture.mapping import Box, Mapping
from gui.plotting.ticks import ticks
from gui.theme import Theme

FLAT = 0.55  # of the room for both, for the contour; the 3-D view has the rest


@dataclass(frozen=True)
class Sheet:
    """What it is drawn on: the contour's `mapping` and the `box` of it that is meant to be seen, without what the shape
    of the contour's picture adds on two sides; the camera, and a size in pixels."""

    mapping: Mapping
    box: Box
    camera: Camera
    width: float
    height: float
    theme: Theme
    font: QFont
    px: float = 1.0
    ratio: float = 1.0

    @property
    def projection(self) -> Projection:
        return Projection(self.box, self.camera, self.width, self.height, self.px)


def paint_axes(painter: QPainter, sheet: Sheet, terrain: Terrain) -> None:
    """Numbers along the two lower edges in front, and losses up the edge on the left."""
    projection, theme, px = sheet.projection, sheet.theme, sheet.px
    font = painter.font()
    font.setPixelSize(max(round(12 * px), 11))
    font.setBold(False)
    painter.setFont(font)
    corners = projection.corners()
    depth = [float(projection.plane(np.array(corner))[1]) for corner in corners]
    front = int(np.argmin(depth))
    ends = [(front - 1) % 4, (front + 1) % 4]
    for end in ends:
        _paint_edge(painter, projection, corners[front], corners[end], theme, px)
    across = [float(projection.across(projection.plane(np.array(corner))[0])) for corner in corners]
    _paint_upright(painter, sheet, terrain, corners[int(np.argmin(across))])


def _paint_edge(
    painter: QPainter, projection: Projection, one: tuple[float, float], other: tuple[float, float], theme: Theme,
    px: float,
) -> None:  # fmt: skip
    axis = 0 if one[1] == other[1] else 1
    low, high = sorted((one[axis], other[axis]))
    ends = projection.pixels(np.array([one, other]), np.full(2, BASE / RISE))
    length = float(np.hypot(*(ends[1, :2] - ends[0, :2])))
    metrics = QFontMetricsF(painter.font())
    out = 1.0 if ends[1, 0] > ends[0, 0] else -1.0
    if length < 60 * px:
        return
    found = ticks(low, high, 1.7 * length / px)
    for value, text in found:
        if not low + 0.06 * (high - low) < value < high - 0.04 * (high - low):
            continue
        point = (value, one[1]) if axis == 0 else (one[0], value)
        x, y, _ = projection.pixels(np.array(point), np.array(BASE / RISE))
        painter.setPen(QPen(theme.color("muted"), 1.0))
        painter.drawLine(QPointF(x, y), QPointF(x + out * 2 * px, y + 5 * px))
        width = metrics.horizontalAdvance(text)
        left = x + out * 3 * px - (width if out < 0 else 0)
        painter.drawText(QPointF(left, y + 6 * px + metrics.ascent()), text)
    name = "xy"[axis]
    font = QFont(painter.font())
    painter.save()
    font.setPixelSize(max(round(15 * px), 12))
    font.setItalic(True)
    painter.setFont(font)
    painter.setPen(theme.color("ink"))
    middle = ends[:, :2].mean(axis=0) + 30 * px * np.array([out, 1.0])
    painter.drawText(
        QRectF(middle[0] - 20 * px, middle[1] - 12 * px, 40 * px, 24 * px), Qt.AlignmentFlag.AlignCenter, name
    )
    painter.restore()


def _paint_upright(painter: QPainter, sheet: Sheet, terrain: Terrain, corner: tuple[float, float]) -> None:
    """A scale of losses: levels at equal heights are not at equal losses, so the numbers say which they are."""
    projection, theme, px = sheet.projection, sheet.theme, sheet.px
    levels = terrain.levels
    if not len(levels) or projection.tilt[0] < 0.25:
        return
    foot, top = projection.pixels(np.array([corner, corner]), np.array([0.0, 1.0]))
    painter.setPen(QPen(theme.color("muted"), 1.0))
    x = float(foot[0]) - 5 * px
    painter.drawLine(QPointF(x, float(foot[1])), QPointF(x, float(top[1])))
    metrics = QFontMetricsF(painter.font())
    low = terrain.scale.low  # of the samples: next to the first line it may as well be 0
    shown = [(0.0, 0.0 if abs(low) < 0.01 * (levels[0] - low) else low)]
    shown += [(terrain.drawn(level), float(level)) for level in levels if terrain.drawn(level) <= 1]
    last = 1e9
    for height, value in shown:
        y = float(projection.pixels(np.array(corner), np.array(height))[1])
        if abs(y - last) < metrics.height() * 1.35:
            continue
        last = y
        text = _short(value)
        painter.drawLine(QPointF(x, y), QPointF(x - 4 * px, y))
        painter.drawText(QPointF(x - 7 * px - metrics.horizontalAdvance(text), y + metrics.capHeight() / 2), text)


def _short(value: float) -> str:
    """Two digits: 0.036, 1200, 3e5."""
    if value == 0 or 1e-3 <= abs(value) < 1e4:
        return f"{float(f'{value:.2g}'):g}".replace("-", "−")
    return f"{value:.0e}".replace("e+0", "e").replace("e-0", "e−").replace("e+", "e").replace("-", "−")


def halves(area: QRectF, gap: float) -> tuple[QRectF, QRectF]:
    """Room for the contour and for the 3-D view: beside each other, in a tall picture one above the other."""
    if area.width() >= area.height():
        width = FLAT * max(area.width() - gap, 0.0)
        return area.adjusted(0, 0, width - area.width(), 0), area.adjusted(min(width + gap, area.width()), 0, 0, 0)
    height = FLAT * max(area.height() - gap, 0.0)
    return area.adjusted(0, 0, 0, height - area.height()), area.adjusted(0, min(height + gap, area.height()), 0, 0)
