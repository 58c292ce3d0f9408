"""The plane that data are drawn in: where a sample stands, axes with a few round numbers, and which sign is which."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from engine.data.loss import DataLoss
from engine.data.samples import Samples
from gui.optimizers.data_words import DataNames
from gui.optimizers.picture.data_signs import paint_sign, sign_color
from gui.picture.background import ticks
from gui.theme import Theme

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sheet:
    """Where it is drawn: so many pixels, in a theme."""

    width: float
    height: float
    theme: Theme
    font: QFont
    px: float = 1.0
    ratio: float = 1.0


@dataclass(frozen=True)
class Plot:
    """The samples in measured units, and the box they are drawn in: (x0, x1), (y0, y1) on `area`."""

    x: Floats
    y: Floats
    second: NDArray[np.bool_] | None  # whose target is the second class
    held: tuple[Floats, Floats, NDArray[np.bool_] | None] | None  # the same of those held out
    box: tuple[tuple[float, float], tuple[float, float]]
    area: QRectF

    def pixels(self, x: Floats, y: Floats) -> Floats:
        (x0, x1), (y0, y1) = self.box
        left = self.area.left() + self.area.width() * (x - x0) / (x1 - x0)
        top = self.area.bottom() - self.area.height() * (y - y0) / (y1 - y0)
        return np.column_stack([left, top])


def plot_of(sheet: Sheet, loss: DataLoss, names: DataNames) -> Plot:
    x, y, second = places(loss.samples, names)
    held = None if names.held is None else places(names.held, names)
    x_box, y_box = (
        _range(one if other is None else np.concatenate([one, other]))
        for one, other in zip((x, y), (None, None) if held is None else held[:2], strict=True)
    )
    if second is not None and len(loss.samples.inputs) == 1:
        y_box = (-0.18, 1.18)
    px = sheet.px
    metrics = QFontMetricsF(small_font(sheet))
    rows = few_ticks(*y_box, _rows(sheet.height, px))
    widest = max((metrics.horizontalAdvance(text) for _, text in rows), default=20.0)
    left = widest + 10 * px
    top, below = metrics.height() + 8 * px, 2 * metrics.height() + 9 * px
    area = QRectF(left, top, max(sheet.width - left - 10 * px, 10.0), max(sheet.height - top - below, 10.0))
    return Plot(x, y, second, held, (x_box, y_box), area)


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


def _rows(height: float, px: float) -> int:
    return int(np.clip((height - 55 * px) / (24 * px), 4, 6))


def _range(values: Floats) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    room = 0.08 * (high - low) or max(abs(high), 1.0) * 0.5
    return low - room, high + room


def small_font(sheet: Sheet) -> QFont:
    font = QFont(sheet.font)
    font.setPixelSize(max(round(12 * sheet.px), 11))
    font.setBold(False)
    return font


def paint_axes(painter: QPainter, sheet: Sheet, names: DataNames, plot: Plot, plane: bool) -> None:
    theme, px, area = sheet.theme, sheet.px, plot.area
    painter.setFont(small_font(sheet))
    metrics = QFontMetricsF(painter.font())
    faint = theme.color("line")
    (x_box, y_box) = plot.box
    classes = names.classes if not plane else None
    rows = [(0.0, "0"), (0.5, "½"), (1.0, "1")] if classes else few_ticks(*y_box, _rows(sheet.height, px))
    for value, text in few_ticks(*x_box, int(np.clip(area.width() / (46 * px), 4, 6))):
        at = plot.pixels(np.array([value]), np.array([y_box[0]]))[0]
        painter.setPen(QPen(faint, 1))
        painter.drawLine(QPointF(at[0], area.top()), QPointF(at[0], area.bottom()))
        painter.setPen(theme.color("muted"))
        width = metrics.horizontalAdvance(text)
        painter.drawText(
            QPointF(min(at[0] - width / 2, sheet.width - width), area.bottom() + metrics.ascent() + 3), text
        )
    for value, text in rows:
        at = plot.pixels(np.array([x_box[0]]), np.array([value]))[0]
        painter.setPen(QPen(faint, 1))
        painter.drawLine(QPointF(area.left(), at[1]), QPointF(area.right(), at[1]))
        painter.setPen(theme.color("muted"))
        painter.drawText(
            QPointF(area.left() - metrics.horizontalAdvance(text) - 6 * px, at[1] + metrics.ascent() / 2 - 1), text
        )
    painter.setPen(theme.color("ink"))
    below = metrics.elidedText(names.inputs[0], Qt.TextElideMode.ElideRight, area.width())
    base = area.bottom() + metrics.height() + metrics.ascent() + 4
    painter.drawText(QPointF(area.center().x() - metrics.horizontalAdvance(below) / 2, base), below)
    upward = names.target if names.classes is None else f"P({names.classes[1]})"
    above = names.inputs[1] if plane else upward
    room = area.right() - 4 * px
    if names.classes is not None:
        room = _key(painter, sheet, names.classes, area)
    above = metrics.elidedText(above, Qt.TextElideMode.ElideRight, room - 10 * px)
    painter.setPen(theme.color("ink"))
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
