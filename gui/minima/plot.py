"""A small chart: a frame with a name, axes with round numbers, lines with error bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from engine.losses import Floats
from gui.picture.background import ticks
from gui.theme import Theme

LEFT, BELOW, ABOVE, RIGHT = 52.0, 40.0, 40.0, 18.0  # around a chart, for its numbers and its name
CAP = 4.0  # half the width of an error bar's ends


@dataclass(frozen=True)
class Sheet:
    """What a picture is drawn with: `px` scales letters and lines."""

    font: QFont
    theme: Theme
    px: float = 1.0

    def text_font(self, size: float, bold: bool = False) -> QFont:
        font = QFont(self.font)
        font.setPixelSize(max(round(size * self.px), 11))
        font.setBold(bold)
        return font


@dataclass(frozen=True)
class Axes:
    """Numbers from (x0, y0) to (x1, y1) on an area of the picture."""

    area: QRectF
    x0: float
    x1: float
    y0: float
    y1: float

    def x(self, value: float) -> float:
        return self.area.left() + (value - self.x0) / (self.x1 - self.x0) * self.area.width()

    def y(self, value: float) -> float:
        return self.area.bottom() - (value - self.y0) / (self.y1 - self.y0) * self.area.height()


def frame(painter: QPainter, sheet: Sheet, area: QRectF, name: str, below: str) -> QRectF:
    """A chart's ground with its name on top and its x axis' name below; the area that is left."""
    px, theme = sheet.px, sheet.theme
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("panel"))
    painter.drawRoundedRect(area, 8 * px, 8 * px)
    top = QRectF(area.left() + 12 * px, area.top() + 6 * px, area.width() - 24 * px, 22 * px)
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    write(painter, sheet, top, name, left, "ink", 13, True)
    bottom = QRectF(area.left(), area.bottom() - 20 * px, area.width(), 18 * px)
    write(painter, sheet, bottom, below, Qt.AlignmentFlag.AlignCenter, "muted", 12)
    return area.adjusted(LEFT * px, ABOVE * px, -RIGHT * px, -BELOW * px)


def write(
    painter: QPainter, sheet: Sheet, area: QRectF, text: str, align: Qt.AlignmentFlag, ink: str | QColor,
    size: float = 12.0, bold: bool = False,
) -> None:  # fmt: skip
    """A line of text, elided where it does not fit."""
    font = sheet.text_font(size, bold)
    painter.setFont(font)
    painter.setPen(sheet.theme.color(ink) if isinstance(ink, str) else ink)
    painter.drawText(area, align, QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width() + 1))


def y_numbers(painter: QPainter, sheet: Sheet, axes: Axes) -> None:
    """Round numbers at the left, each with its line."""
    px, room = sheet.px, 2.2 * axes.area.height() / sheet.px
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    for value, text in ticks(axes.y0, axes.y1, room):
        y = axes.y(value)
        painter.setPen(QPen(sheet.theme.color("line"), 1.0))
        painter.drawLine(QPointF(axes.area.left(), y), QPointF(axes.area.right(), y))
        place = QRectF(axes.area.left() - LEFT * px, y - 9 * px, (LEFT - 8) * px, 18 * px)
        write(painter, sheet, place, text, right, "muted")


def x_names(painter: QPainter, sheet: Sheet, axes: Axes, at: Sequence[float], names: Sequence[str]) -> None:
    """Names below the x axis, as many as have room, the last one among them."""
    px, last = sheet.px, np.inf
    metrics = QFontMetricsF(sheet.text_font(12))
    for value, name in reversed(list(zip(at, names, strict=True))):
        x, half = axes.x(value), metrics.horizontalAdvance(name) / 2
        if x + half < last - 8 * px:
            place = QRectF(x - half - 2, axes.area.bottom() + 3 * px, 2 * half + 4, 16 * px)
            write(painter, sheet, place, name, Qt.AlignmentFlag.AlignCenter, "muted")
            last = x - half


def line_with_errors(
    painter: QPainter, sheet: Sheet, axes: Axes, xs: Floats, ys: Floats, errors: Floats, color: QColor
) -> None:
    """A line through measured values, each with its error bar; what is outside is cut."""
    px = sheet.px
    painter.save()
    painter.setClipRect(axes.area.adjusted(-8 * px, -8 * px, 8 * px, 8 * px))
    there = np.isfinite(ys) & np.isfinite(errors)
    xs, ys, errors = xs[there], ys[there], errors[there]
    places = [QPointF(axes.x(x), axes.y(y)) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)]
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(color, 1.8 * px))
    painter.drawPolyline(QPolygonF(places))
    for place, y, error in zip(places, ys.tolist(), errors.tolist(), strict=True):
        painter.setPen(QPen(color, 1.8 * px))
        top, bottom = axes.y(y + error), axes.y(y - error)
        painter.drawLine(QPointF(place.x(), top), QPointF(place.x(), bottom))
        for end in (top, bottom):
            painter.drawLine(QPointF(place.x() - CAP * px, end), QPointF(place.x() + CAP * px, end))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawEllipse(place, 2.6 * px, 2.6 * px)
    painter.restore()
