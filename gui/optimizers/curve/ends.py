"""The racers' names at the ends of their curves: one below the other, none on another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFontMetrics, QFontMetricsF, QPainter, QPen

from gui.optimizers.markers import draw_marker
from gui.optimizers.picture.overlay import Label
from gui.plotting.sheet import Sheet
from gui.widgets.elided import shortened

SIGN = 13.0  # pixels at scale 1 for the marker before a name
SHARE = 0.33  # of the width, at most
NEAR = 24.0  # pixels at scale 1 from a name to a curve that ends at it
LEAST = 215.0  # pixels at scale 1 of a plot that has room for names


@dataclass(frozen=True)
class Name:
    """A racer's name: its text in a box, the pixel at which its curve ends, and its look."""

    racer: int
    text: str
    box: QRectF
    end: tuple[float, float]
    color: QColor
    marker: str


def room_for_names(sheet: Sheet, labels: Sequence[Label]) -> float:
    """Pixels at scale 1 right of the curves; a little where no names have room."""
    if sheet.width < LEAST * sheet.px or not labels:
        return 10.0
    metrics = QFontMetricsF(sheet.small())
    widest = max(metrics.horizontalAdvance(label.name) for label in labels) / sheet.px
    return float(np.ceil(min(widest + SIGN + 12.0, SHARE * sheet.width / sheet.px)))


def names_at(
    sheet: Sheet, labels: Sequence[Label], ends: Sequence[tuple[float, float] | None], column: QRectF
) -> list[Name]:
    """The names in a column right of the curves, each as near as it can be to the pixel at which its curve ends. Those
    without an end are left out, and where not all have room, those that end lowest in the picture stay."""
    metrics, whole = QFontMetricsF(sheet.small()), QFontMetrics(sheet.small())
    height, room = metrics.height(), column.width() - (SIGN + 4) * sheet.px
    known = [(end[1], racer, end) for racer, end in enumerate(ends) if end is not None]
    known = sorted(known)[-max(int(column.height() / height), 0) :] if column.height() >= height else []
    if not known or room < 2 * height:
        return []
    wanted = np.clip([y for y, _, _ in known], column.top() + height / 2, column.bottom() - height / 2)
    found = []
    for (_, racer, end), middle in zip(known, kept_apart(wanted, height, column.top(), column.bottom()), strict=True):
        text = shortened(labels[racer].name, whole, int(room))  # racers of one method differ in their last words
        left = column.left() + (SIGN + 4) * sheet.px
        box = QRectF(left, middle - height / 2, metrics.horizontalAdvance(text), height)
        style = labels[racer].style
        found.append(Name(racer, text, box, end, style.color(sheet.theme), style.marker))
    return found


def kept_apart(wanted: NDArray[np.float64], height: float, top: float, bottom: float) -> list[float]:
    """Middles of boxes of this height, in the same order, inside top and bottom and next to where they are wanted:
    those that would touch move together around their mean (from above to below). There must be room for all."""
    groups: list[tuple[float, int]] = []  # of boxes that touch: the middle of the first, and how many

    def inside(first: float, many: int) -> tuple[float, int]:
        return max(min(first, bottom - height / 2 - (many - 1) * height), top + height / 2), many

    for middle in wanted:
        groups.append(inside(float(middle), 1))
        while len(groups) > 1 and groups[-2][0] + groups[-2][1] * height > groups[-1][0]:
            first, many = groups.pop()
            before, others = groups.pop()
            mean = (before * others + (first - others * height) * many) / (others + many)
            groups.append(inside(mean, others + many))
    return [first + index * height for first, many in groups for index in range(many)]


def draw_signs(painter: QPainter, sheet: Sheet, names: Sequence[Name]) -> None:
    """Each racer's marker before its name, and a thin line to its curve where that ends beside it."""
    px = sheet.px
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    places = [(name, name.box.left() - (SIGN / 2 + 1) * px, name.box.center().y()) for name in names]
    for name, sign, middle in places:
        if sign - name.end[0] <= NEAR * px:  # a line through the plot would look like a curve
            faint = QColor(name.color)
            faint.setAlpha(120)
            painter.setPen(QPen(faint, 1.0))
            painter.drawLine(QPointF(*name.end), QPointF(sign - 5 * px, middle))
    for name, sign, middle in places:
        draw_marker(painter, sign, middle, name.marker, 8 * px, name.color, sheet.theme.color("halo"))


def draw_texts(painter: QPainter, sheet: Sheet, names: Sequence[Name]) -> None:
    """The names."""
    font = sheet.small()
    ascent = QFontMetricsF(font).ascent()
    painter.setFont(font)
    for name in names:
        painter.setPen(name.color)
        painter.drawText(QPointF(name.box.left(), name.box.top() + ascent), name.text)
