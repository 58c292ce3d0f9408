"""What stands on top of the trails: minima, the start, the racers themselves, their names."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from engine.frames import RacerFrame
from gui.optimizers.markers import draw_marker
from gui.optimizers.picture.captions import Anchor, Box, Caption, Wanted
from gui.picture.mapping import Mapping
from gui.theme import RacerStyle, Theme

HEAD = 15.0  # pixels across a racer's marker
BORDER = 16.0  # a racer outside is shown this far inside the border


@dataclass(frozen=True)
class Label:
    """A racer on the picture: its name and style, in the order of the run."""

    name: str
    style: RacerStyle


def paint_minima(painter: QPainter, minima: NDArray[np.float64], mapping: Mapping, theme: Theme, px: float) -> None:
    arm = 6.5 * px
    for x, y in mapping.pixels(minima):
        if mapping.inside(x, y):
            for color, width in ((theme.color("halo"), 4.5 * px), (theme.color("ink"), 2.0 * px)):
                painter.setPen(QPen(color, width, c=Qt.PenCapStyle.RoundCap))
                painter.drawLine(QPointF(x - arm, y), QPointF(x + arm, y))
                painter.drawLine(QPointF(x, y - arm), QPointF(x, y + arm))


def paint_start(
    painter: QPainter,
    start: tuple[float, float],
    mapping: Mapping,
    theme: Theme,
    px: float,
    hint: str,
    wanted: Wanted,
) -> None:
    """The ring that is dragged, with a hint beside it while nothing has moved yet."""
    x, y = mapping.x(start[0]), mapping.y(start[1])
    if not mapping.inside(x, y):
        return
    radius = 9.5 * px
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.color("halo"), 5.5 * px))
    painter.drawEllipse(QPointF(x, y), radius, radius)
    painter.setPen(QPen(theme.color("ink"), 2.4 * px))
    painter.drawEllipse(QPointF(x, y), radius, radius)
    wanted.markers.append((x - radius, y - radius, x + radius, y + radius))
    if hint:
        below = Anchor((x, y), math.pi / 4, radius)
        wanted.captions.append(Caption(hint, theme.color("ink"), (below,), size=13, bold=False))


def paint_text(
    painter: QPainter, text: str, x: float, y: float, color: QColor, mapping: Mapping, theme: Theme,
    px: float, size: float = 13, bold: bool = False,
) -> Box:  # fmt: skip
    """Text on a soft ground, pushed inside the picture and elided where it is wider; (x, y) is its left end at
    mid-height. Gives the ground."""
    font = painter.font()
    font.setPixelSize(max(round(size * px), 11))
    font.setBold(bold)
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(mapping.width - 14, 0.0))
    width, height = metrics.horizontalAdvance(text), metrics.height()
    x = max(min(x, mapping.width - width - 8), 6.0)
    y = max(min(y, mapping.height - height / 2 - 4), height / 2 + 4)
    ground = theme.color("halo")
    ground.setAlpha(190)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(QRectF(x - 4, y - height / 2, width + 8, height), 5, 5)
    painter.setPen(color)
    painter.drawText(QPointF(x, y - height / 2 + metrics.ascent()), text)
    return x - 4, y - height / 2, x + width + 4, y + height / 2


def paint_rule(painter: QPainter, rule: str, mapping: Mapping, theme: Theme, px: float) -> Box:
    """The rule of comparison, upper left beside the ticks: without it a picture of a race proves nothing."""
    return paint_text(painter, rule, 52 * px, 26 * px, theme.color("ink"), mapping, theme, px, size=14)


def head_pixels(racers: Sequence[RacerFrame], mapping: Mapping) -> NDArray[np.float64]:
    """Where the racers are, (racers, 2) in pixels."""
    return mapping.pixels(np.array([frame.point for frame in racers]).reshape(-1, 2))


def paint_heads(
    painter: QPainter, racers: Sequence[RacerFrame], labels: Sequence[Label], selected: int | None,
    mapping: Mapping, theme: Theme, px: float,
) -> None:  # fmt: skip
    """Every racer's marker. Those that would cover each other stand in a ring around the place."""
    places = head_pixels(racers, mapping)
    inside = [mapping.inside(x, y) for x, y in places]
    size = HEAD * px
    fanned = fan_out(places, inside, size)
    order = sorted(range(len(racers)), key=lambda i: i == selected)
    for racer in order:
        if not inside[racer]:
            continue
        (x, y), (at_x, at_y) = fanned[racer], places[racer]
        color = labels[racer].style.color(theme)
        if math.hypot(x - at_x, y - at_y) > 1:
            painter.setPen(QPen(color, 1.3 * px))
            painter.drawLine(QPointF(at_x, at_y), QPointF(x, y))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawEllipse(QPointF(at_x, at_y), 2 * px, 2 * px)
        grown = size * 1.25 if racer == selected else size
        draw_marker(painter, x, y, labels[racer].style.marker, grown, color, theme.color("halo"))
        if racers[racer].state == "diverged":
            _cross_out(painter, x, y, grown, theme, px)
    _paint_outside(painter, racers, labels, places, inside, mapping, theme, px)


def fan_out(places: NDArray[np.float64], inside: Sequence[bool], size: float) -> NDArray[np.float64]:
    """Move markers that overlap onto a ring around their common place; others stay."""
    fanned = places.copy()
    free = [i for i, is_inside in enumerate(inside) if is_inside]
    while free:
        first = free.pop(0)
        group = [first]
        for other in list(free):
            if any(math.dist(places[other], places[member]) < 0.62 * size for member in group):
                group.append(other)
                free.remove(other)
        if len(group) > 1:
            middle = places[group].mean(axis=0)
            radius = max(0.62 * size / math.sin(math.pi / len(group)), 0.8 * size)
            for index, member in enumerate(group):
                angle = -math.pi / 2 + 2 * math.pi * index / len(group)
                fanned[member] = middle + radius * np.array([math.cos(angle), math.sin(angle)])
    return fanned


def _paint_outside(
    painter: QPainter, racers: Sequence[RacerFrame], labels: Sequence[Label], places: NDArray[np.float64],
    inside: Sequence[bool], mapping: Mapping, theme: Theme, px: float,
) -> None:  # fmt: skip
    """Racers out of view stand at the border with an arrowhead pointing to where they are; where there is no border
    around a middle, they are left out."""
    margin = BORDER * px
    if min(mapping.width, mapping.height) <= 2 * margin:
        return
    taken: list[tuple[float, float]] = []
    for racer, (x, y) in enumerate(places):
        if inside[racer]:
            continue
        middle = (mapping.width / 2, mapping.height / 2)
        dx, dy = x - middle[0], y - middle[1]
        if not (math.isfinite(dx) and math.isfinite(dy)):
            continue
        reach = min(
            (middle[0] - margin) / abs(dx) if dx else math.inf,
            (middle[1] - margin) / abs(dy) if dy else math.inf,
        )
        at_x, at_y = middle[0] + dx * reach, middle[1] + dy * reach
        along = (0.0, 1.0) if abs(at_x - middle[0]) > middle[0] - margin - 1 else (1.0, 0.0)
        while any(math.dist((at_x, at_y), other) < 26 * px for other in taken):
            at_x, at_y = at_x + along[0] * 27 * px, at_y + along[1] * 27 * px
        taken.append((at_x, at_y))
        color = labels[racer].style.color(theme)
        _arrowhead(painter, at_x, at_y, math.atan2(dy, dx), 9 * px, color, theme)
        back_x, back_y = (
            at_x - 17 * px * math.cos(math.atan2(dy, dx)),
            at_y - 17 * px * math.sin(math.atan2(dy, dx)),
        )
        draw_marker(
            painter,
            back_x,
            back_y,
            labels[racer].style.marker,
            HEAD * px,
            color,
            theme.color("halo"),
        )
        if racers[racer].state == "diverged":
            _cross_out(painter, back_x, back_y, HEAD * px, theme, px)


def _cross_out(painter: QPainter, x: float, y: float, size: float, theme: Theme, px: float) -> None:
    """A small cross at the marker's shoulder: this one has diverged."""
    x, y, arm = x + 0.62 * size, y - 0.62 * size, 0.3 * size
    for color, width in ((theme.color("halo"), 5.0 * px), (theme.color("danger"), 2.4 * px)):
        painter.setPen(QPen(color, width, c=Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(x - arm, y - arm), QPointF(x + arm, y + arm))
        painter.drawLine(QPointF(x - arm, y + arm), QPointF(x + arm, y - arm))


def _arrowhead(painter: QPainter, x: float, y: float, angle: float, size: float, color: QColor, theme: Theme) -> None:
    corners = [(1.0, 0.0), (-0.7, 0.75), (-0.35, 0.0), (-0.7, -0.75)]
    cos, sin = math.cos(angle), math.sin(angle)
    polygon = QPolygonF([QPointF(x + size * (a * cos - b * sin), y + size * (a * sin + b * cos)) for a, b in corners])
    path = QPainterPath()
    path.addPolygon(polygon)
    path.closeSubpath()
    painter.setPen(QPen(theme.color("halo"), 2.0))
    painter.setBrush(color)
    painter.drawPath(path)


def legend_rows(font: QFont, labels: Sequence[Label], mapping: Mapping, px: float) -> int:
    """How many names have room; of those left out one more row tells."""
    row = QFontMetricsF(_legend_font(font, px)).height() + 6 * px
    most = max(int((mapping.height - 40 * px) / row), 0)
    return len(labels) if len(labels) <= most else max(most - 1, 0)


def legend_box(font: QFont, labels: Sequence[Label], mapping: Mapping, px: float) -> Box:
    """The upper right corner, as large as the names ask for and the picture allows."""
    metrics = QFontMetricsF(_legend_font(font, px))
    width = max((metrics.horizontalAdvance(label.name) for label in labels), default=0) + 70 * px
    rows = legend_rows(font, labels, mapping, px)
    height = (metrics.height() + 6 * px) * (rows + (rows < len(labels))) + 12 * px
    right = mapping.width - 14 * px
    return max(right - width, min(14 * px, right)), 14 * px, right, 14 * px + height


def _legend_font(font: QFont, px: float) -> QFont:
    font = QFont(font)
    font.setPixelSize(max(round(13 * px), 11))
    font.setBold(False)
    return font


def paint_legend(painter: QPainter, labels: Sequence[Label], mapping: Mapping, theme: Theme, px: float) -> None:
    """Names, markers and dashes in the upper right corner: a picture on its own must tell who is who. Of many as many
    as have room; in a picture that is hardly more than the corner, none."""
    painter.setFont(_legend_font(painter.font(), px))
    metrics = QFontMetricsF(painter.font())
    row = metrics.height() + 6 * px
    left, top, right, bottom = legend_box(painter.font(), labels, mapping, px)
    box = QRectF(left, top, right - left, bottom - top)
    if box.bottom() > mapping.height or box.width() < 70 * px:
        return
    ground = theme.color("halo")
    ground.setAlpha(215)
    painter.setPen(QPen(theme.color("line"), 1))
    painter.setBrush(ground)
    painter.drawRoundedRect(box, 8 * px, 8 * px)
    rows, left = legend_rows(painter.font(), labels, mapping, px), box.left() + 12 * px
    room = max(box.right() - 12 * px - left - 46 * px, 0.0)
    for index, label in enumerate(labels[:rows]):
        y = box.top() + 6 * px + row * (index + 0.5)
        color = label.style.color(theme)
        pen = QPen(color, 2.2 * px, c=Qt.PenCapStyle.FlatCap)
        if label.style.dash:
            pen.setDashPattern(label.style.dash)
        painter.setPen(pen)
        painter.drawLine(QPointF(left, y), QPointF(left + 36 * px, y))
        draw_marker(painter, left + 18 * px, y, label.style.marker, 12 * px, color, theme.color("halo"))
        painter.setPen(theme.color("ink"))
        name = metrics.elidedText(label.name, Qt.TextElideMode.ElideRight, room + 1)
        painter.drawText(QPointF(left + 46 * px, y + metrics.ascent() / 2 - 1), name)
    if rows < len(labels):
        y = box.top() + 6 * px + row * (rows + 0.5)
        painter.setPen(theme.color("muted"))
        more = QCoreApplication.translate("overlay", "and {n} more").format(n=len(labels) - rows)
        more = metrics.elidedText(more, Qt.TextElideMode.ElideRight, box.width() - 24 * px)
        painter.drawText(QPointF(left, y + metrics.ascent() / 2 - 1), more)
