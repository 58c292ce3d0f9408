"""A small chart: a frame with a name, axes with round numbers, lines with error bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from engine.losses import Floats
from gui.picture.room import check_room, fitted
from gui.plotting.ticks import ticks
from gui.theme import Theme

LEFT, BELOW, ABOVE, RIGHT = 52.0, 40.0, 40.0, 18.0  # around a chart, for its numbers and its name
UNNAMED = 22.0  # below a chart whose x axis has no name
LEGEND = 22.0  # between a chart's name and its plot
LEAST = 36.0  # pixels of a plot at scale 1, or its chart is only named
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
    """Numbers from (x0, y0) to (x1, y1) on an area of the picture. Raises ValueError for an area without room."""

    area: QRectF
    x0: float
    x1: float
    y0: float
    y1: float

    def __post_init__(self) -> None:
        check_room(self.area.width(), self.area.height())

    def x(self, value: float) -> float:
        return self.area.left() + (value - self.x0) / (self.x1 - self.x0) * self.area.width()

    def y(self, value: float) -> float:
        return self.area.bottom() - (value - self.y0) / (self.y1 - self.y0) * self.area.height()


@dataclass(frozen=True)
class Chart:
    """What of a chart has room: its plot, the x axis' name, a legend between title and plot."""

    plot: QRectF
    named: bool
    legend: bool


def chart_in(area: QRectF, px: float, legend: bool = False) -> Chart | None:
    """The x axis' name gives way first, the legend then; None where there is no room for a plot."""
    ways = [(named, top) for top in ((True, False) if legend else (False,)) for named in (True, False)]
    margins = [(LEFT, ABOVE + top * LEGEND, RIGHT, BELOW if named else UNNAMED) for named, top in ways]
    found = fitted(area, margins, px, LEAST)
    return None if found is None else Chart(found[1], *ways[found[0]])


def frame(
    painter: QPainter, sheet: Sheet, area: QRectF, name: str, below: str, legend: bool = False
) -> Chart | None:  # fmt: skip
    """A chart's ground with its name on top and its x axis' name below, and the place of its plot; only the ground with
    the name where there is no room for more."""
    px, theme = sheet.px, sheet.theme
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("panel"))
    painter.drawRoundedRect(area, 8 * px, 8 * px)
    top = QRectF(area.left() + 12 * px, area.top() + 6 * px, area.width() - 24 * px, 22 * px)
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    if top.bottom() <= area.bottom():
        write(painter, sheet, top, name, left, "ink", 13, True)
    chart = chart_in(area, px, legend)
    if chart is not None and chart.named:
        bottom = QRectF(area.left(), area.bottom() - 20 * px, area.width(), 18 * px)
        write(painter, sheet, bottom, below, Qt.AlignmentFlag.AlignCenter, "muted", 12)
    return chart


def write(
    painter: QPainter, sheet: Sheet, area: QRectF, text: str, align: Qt.AlignmentFlag, ink: str | QColor,
    size: float = 12.0, bold: bool = False,
) -> None:  # fmt: skip
    """A line of text, elided where it does not fit; none where there is no place for it."""
    if area.width() <= 0:
        return
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
