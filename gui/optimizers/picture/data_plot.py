"""The plane that data are drawn in: where a sample stands, axes with a few round numbers, and which sign is which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from engine.data.loss import DataLoss
from engine.data.samples import Samples
from gui.optimizers.data_words import DataNames
from gui.optimizers.picture.data_signs import paint_sign, sign_color
from gui.picture.room import LEAST, check_room, fitted
from gui.plotting.sheet import Sheet
from gui.plotting.ticks import ticks

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Plot:
    """The samples in measured units, and the box they are drawn in: (x0, x1), (y0, y1) on `area`, with as much around
    it as `around` says. Raises ValueError for an area without room."""

    x: Floats
    y: Floats
    second: NDArray[np.bool_] | None  # whose target is the second class
    held: tuple[Floats, Floats, NDArray[np.bool_] | None] | None  # the same of those held out
    box: tuple[tuple[float, float], tuple[float, float]]
    area: QRectF
    around: int = 0  # everything; 1: not what the lower axis is called; 2: no numbers there, either; 3: nothing

    def __post_init__(self) -> None:
        check_room(self.area.width(), self.area.height())

    def pixels(self, x: Floats, y: Floats) -> Floats:
        (x0, x1), (y0, y1) = self.box
        left = self.area.left() + self.area.width() * (x - x0) / (x1 - x0)
        top = self.area.bottom() - self.area.height() * (y - y0) / (y1 - y0)
        return np.column_stack([left, top])


def plot_of(sheet: Sheet, loss: DataLoss, names: DataNames) -> Plot | None:
    """The plot on a sheet, with as much around it as there is room for; None where there is none for a plot."""
    x, y, second = places(loss.samples, names)
    held = None if names.held is None else places(names.held, names)
    x_box, y_box = (
        _range(one if other is None else np.concatenate([one, other]))
        for one, other in zip((x, y), (None, None) if held is None else held[:2], strict=True)
    )
    if second is not None and len(loss.samples.inputs) == 1:
        y_box = (-0.18, 1.18)
    px = sheet.px
    metrics = QFontMetricsF(sheet.small(12))
    rows = few_ticks(*y_box, _rows(sheet))
    widest = max((metrics.horizontalAdvance(text) for _, text in rows), default=20.0)
    left, right, line, edge = widest + 10 * px, 10 * px, metrics.height(), 8 * px
    ways = [(left, line + edge, right, below) for below in (2 * line + 9 * px, line + edge, edge)]
    found = fitted(QRectF(0, 0, sheet.width, sheet.height), [*ways, (edge, edge, edge, edge)], 1.0, LEAST * px)
    return None if found is None else Plot(x, y, second, held, (x_box, y_box), found[1], found[0])


def places(samples: Samples, names: DataNames) -> tuple[Floats, Floats, NDArray[np.bool_] | None]:
    """Where samples stand in measured units, and which are of the second class."""
    measured = samples.inputs * samples.scale[:, None] + samples.center[:, None]
    targets = samples.measured(samples.targets)
    second = targets > 0.5 if names.classes is not None else None
    return measured[0], measured[1] if len(measured) > 1 else targets, second


def few_ticks(low: float, high: float, most: int) -> list[tuple[float, str]]:
    """As many round numbers as `most` allows, two at least."""
    for parts in range(2 * most, 1, -1):
        found = ticks(low, high, 100 * parts)
        if len(found) <= most:
            break
    return found


def _rows(sheet: Sheet) -> int:
    return int(np.clip((sheet.height - 55 * sheet.px) / (24 * sheet.px), 4, 6))


def _range(values: Floats) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    room = 0.08 * (high - low) or max(abs(high), 1.0) * 0.5
    return low - room, high + room


def paint_axes(painter: QPainter, sheet: Sheet, names: DataNames, plot: Plot, plane: bool) -> None:
    """Lines at round numbers, and of numbers, names and signs what has room around the plot."""
    painter.setFont(sheet.small(12))
    classes = names.classes if not plane else None
    (x_box, y_box), most = plot.box, int(np.clip(plot.area.width() / (46 * sheet.px), 4, 6))
    _across(painter, sheet, plot, few_ticks(*x_box, most))
    rows = 2 if plot.around else _rows(sheet)
    _up(painter, sheet, plot, [(0.0, "0"), (0.5, "½"), (1.0, "1")] if classes else few_ticks(*y_box, rows))
    _name_axes(painter, sheet, names, plot, plane)


def _across(painter: QPainter, sheet: Sheet, plot: Plot, marks: Sequence[tuple[float, str]]) -> None:
    metrics, area = QFontMetricsF(painter.font()), plot.area
    for value, text in marks:
        at = plot.pixels(np.array([value]), np.array([plot.box[1][0]]))[0]
        painter.setPen(QPen(sheet.theme.color("line"), 1))
        painter.drawLine(QPointF(at[0], area.top()), QPointF(at[0], area.bottom()))
        if plot.around < 2:
            painter.setPen(sheet.theme.color("muted"))
            width = metrics.horizontalAdvance(text)
            left = min(at[0] - width / 2, sheet.width - width)
            painter.drawText(QPointF(left, area.bottom() + metrics.ascent() + 3), text)


def _up(painter: QPainter, sheet: Sheet, plot: Plot, marks: Sequence[tuple[float, str]]) -> None:
    metrics, area = QFontMetricsF(painter.font()), plot.area
    for value, text in marks:
        at = plot.pixels(np.array([plot.box[0][0]]), np.array([value]))[0]
        painter.setPen(QPen(sheet.theme.color("line"), 1))
        painter.drawLine(QPointF(area.left(), at[1]), QPointF(area.right(), at[1]))
        if plot.around < 3:
            painter.setPen(sheet.theme.color("muted"))
            left = area.left() - metrics.horizontalAdvance(text) - 6 * sheet.px
            painter.drawText(QPointF(left, at[1] + metrics.ascent() / 2 - 1), text)


def _name_axes(painter: QPainter, sheet: Sheet, names: DataNames, plot: Plot, plane: bool) -> None:
    metrics, px, area = QFontMetricsF(painter.font()), sheet.px, plot.area
    if plot.around < 1:
        painter.setPen(sheet.theme.color("ink"))
        below = metrics.elidedText(names.inputs[0], Qt.TextElideMode.ElideRight, area.width())
        base = area.bottom() + metrics.height() + metrics.ascent() + 4
        painter.drawText(QPointF(area.center().x() - metrics.horizontalAdvance(below) / 2, base), below)
    if plot.around > 2:
        return
    upward = names.target if names.classes is None else f"P({names.classes[1]})"
    above = names.inputs[1] if plane else upward
    room = area.right() - 4 * px
    if names.classes is not None:
        room = _key(painter, sheet, names.classes, area)
    above = metrics.elidedText(above, Qt.TextElideMode.ElideRight, max(room - 10 * px, 0.0))
    painter.setPen(sheet.theme.color("ink"))
    painter.drawText(QPointF(4 * px, metrics.ascent() + 1), above)


def _key(painter: QPainter, sheet: Sheet, classes: tuple[str, str], area: QRectF) -> float:
    """Which sign stands for which class, right above the plot; where it begins."""
    theme, px = sheet.theme, sheet.px
    metrics = QFontMetricsF(painter.font())
    right = area.right()
    for second in (True, False):
        name = metrics.elidedText(classes[second], Qt.TextElideMode.ElideRight, area.width() * 0.3)
        right -= metrics.horizontalAdvance(name)
        painter.setPen(theme.color("ink"))
        painter.drawText(QPointF(right, metrics.ascent() + 1), name)
        right -= 8 * px
        paint_sign(painter, right, metrics.height() / 2 + 1, 3.6 * px, sign_color(theme, second), second, px)
        right -= 14 * px
    return right
