"""Loss against step for one moment, on a log scale: the past strong, the future faint, a line at now."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter, QPen

from engine.frames import Frame
from gui.optimizers.markers import draw_marker
from gui.optimizers.picture.contour_picture import Subject
from gui.optimizers.picture.data_plot import Sheet
from gui.optimizers.picture.log_axis import log_marks
from gui.optimizers.picture.validation_curve import paint_validation
from gui.painting import painting
from gui.picture.lines import draw_line
from gui.picture.room import check_room, fitted

Floats = NDArray[np.float64]


def curve_values(subject: Subject) -> Floats:
    """What the curves are of, (steps + 1, racers): with early stopping the training loss."""
    return subject.run.values if subject.stopping is None else subject.stopping.training


# Around the curves: losses at the left and steps below; no steps; neither.
AROUND = ((44.0, 8.0, 10.0, 26.0), (44.0, 8.0, 10.0, 8.0), (10.0, 8.0, 10.0, 8.0))


@dataclass(frozen=True)
class LossPlot:
    """Where the curves lie, and which of both axes have their numbers."""

    area: QRectF
    losses: bool
    steps: bool


def plot_of(sheet: Sheet) -> LossPlot | None:
    """The plot on a sheet, with as much around it as there is room for; None where there is none for a plot."""
    found = fitted(QRectF(0, 0, sheet.width, sheet.height), AROUND, sheet.px)
    return None if found is None else LossPlot(found[1], losses=found[0] < 2, steps=found[0] == 0)


@dataclass(frozen=True)
class _Heights:
    """log10 of the losses above the lowest one that can be told, and the range shown."""

    logs: Floats
    floor: float  # what is subtracted so that a logarithm exists
    low: float
    high: float

    def pixels(self, plot: QRectF, logs: Floats) -> Floats:
        """Pixels from the top. Raises ValueError for a plot without room."""
        check_room(plot.width(), plot.height())
        y = plot.bottom() - plot.height() * (logs - self.low) / (self.high - self.low)
        return np.clip(y, plot.top() - 50, plot.bottom() + 50)


class LossPicture:
    """Paints (subject, frame) of a race. The layers are caches: with or without them the picture is the same."""

    def __init__(self) -> None:
        self._subject: Subject | None = None
        self._sheet: Sheet | None = None
        self._heights = _Heights(np.zeros((0, 0)), 0.0, 0.0, 1.0)
        self._layers: dict[bool, QImage] = {}

    def paint(self, painter: QPainter, sheet: Sheet, subject: Subject, frame: Frame, layers: bool = True) -> None:
        """Draw one moment. Without `layers` everything is drawn as lines, for files that can be enlarged."""
        run, position = subject.run, frame.position
        found = plot_of(sheet)
        if run.steps < 1 or found is None:
            return
        self._keep(sheet, subject)
        theme, plot = sheet.theme, found.area
        now = plot.left() + plot.width() * (position.step + position.fraction) / run.steps
        cut = round(now * sheet.ratio) / sheet.ratio  # whole pixels are copied as they are
        for is_past, left, right in ((True, 0.0, cut), (False, cut, sheet.width)):
            if not is_past and position.step >= run.steps:
                continue
            area = QRectF(left, 0, right - left, sheet.height)
            if layers:
                source = QRectF(left * sheet.ratio, 0, area.width() * sheet.ratio, area.height() * sheet.ratio)
                painter.drawImage(area, self._layer(sheet, found, subject, is_past), source)
                continue
            painter.save()
            painter.setClipRect(area, Qt.ClipOperation.IntersectClip)
            self._paint_side(painter, sheet, found, subject, is_past)
            painter.restore()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("muted"), 1))
        painter.drawLine(QPointF(now, plot.top()), QPointF(now, plot.bottom()))
        for racer, label in zip(frame.racers, subject.labels, strict=True):
            height = self._heights.logs[racer.step, racer.racer]
            if math.isfinite(height):
                y = float(np.clip(self._heights.pixels(plot, height), plot.top(), plot.bottom()))
                color = label.style.color(theme)
                # A stopped racer stands at the step whose weights it kept.
                at = plot.left() + plot.width() * racer.step / run.steps if racer.state == "stopped" else now
                draw_marker(painter, at, y, label.style.marker, 9 * sheet.px, color, theme.color("halo"))

    def _keep(self, sheet: Sheet, subject: Subject) -> None:
        if self._subject is not subject:
            self._heights = _heights(subject)
            self._subject, self._sheet = subject, None
        if self._sheet != sheet:
            self._sheet, self._layers = sheet, {}

    def _layer(self, sheet: Sheet, plot: LossPlot, subject: Subject, is_past: bool) -> QImage:
        """The curves as they look on the past or the future side of now; each made when first needed."""
        if is_past not in self._layers:
            size = QSize(max(round(sheet.width * sheet.ratio), 1), max(round(sheet.height * sheet.ratio), 1))
            image = self._layers[is_past] = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
            image.setDevicePixelRatio(sheet.ratio)
            image.fill(Qt.GlobalColor.transparent)
            with painting(image) as painter:
                self._paint_side(painter, sheet, plot, subject, is_past)
        return self._layers[is_past]

    def _paint_side(self, painter: QPainter, sheet: Sheet, plot: LossPlot, subject: Subject, is_past: bool) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        _paint_grid(painter, sheet, plot, subject.run.steps, self._heights)
        if is_past or subject.show.path_ahead:
            _paint_curves(painter, sheet, plot.area, subject, self._heights, is_past)


def _heights(subject: Subject) -> _Heights:
    values = curve_values(subject)
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return _Heights(np.full(values.shape, np.nan), 0.0, 0.0, 1.0)
    floor = _floor(subject, finite)
    with np.errstate(all="ignore"):
        logs = np.log10(np.maximum(values - floor, 1e-12))
    # A diverging racer must not squeeze the others flat: the start sets the top.
    first = logs[0][np.isfinite(logs[0])]
    top = (float(first.max()) if first.size else 0.0) + 1.0
    shown = logs[np.isfinite(logs) & (logs <= top)]
    if subject.stopping is not None and subject.selected is not None:
        with np.errstate(all="ignore"):
            beside = np.log10(np.maximum(subject.stopping.validation[:, subject.selected] - floor, 1e-12))
        shown = np.concatenate([shown, beside[np.isfinite(beside) & (beside <= top)]])
    low = max(float(shown.min()), -8.0) if shown.size else -1.0
    high = float(shown.max()) if shown.size else 1.0
    return _Heights(logs, floor, low - 0.15, max(high, low + 1.0) + 0.15)


def _floor(subject: Subject, finite: Floats) -> float:
    """The lowest known minimum, if it is below zero."""
    if subject.stopping is not None:
        return 0.0  # training and validation on one scale, neither below zero
    lowest, loss = float(finite.min()), subject.run.loss
    if len(loss.minima):
        lowest = min(lowest, float(np.min(loss.value(loss.minima.T))))
    return min(lowest, 0.0) if lowest < -1e-9 else 0.0


def _small(sheet: Sheet) -> QFont:
    font = QFont(sheet.font)
    font.setPixelSize(max(round(11 * sheet.px), 11))
    return font


def _paint_curves(
    painter: QPainter, sheet: Sheet, plot: QRectF, subject: Subject, heights: _Heights, is_past: bool
) -> None:
    theme, logs = sheet.theme, heights.logs
    painter.setClipRect(plot.adjusted(-1, -1, 1, 1), Qt.ClipOperation.IntersectClip)
    x = np.linspace(plot.left(), plot.right(), len(logs))
    for racer, label in enumerate(subject.labels):
        y = heights.pixels(plot, logs[:, racer])
        end = subject.run.outcomes[racer]
        stop = end.step + 1 if end.kind == "diverged" else len(x)
        known = np.isfinite(y[:stop])
        color = label.style.color(theme)
        color.setAlpha(255 if is_past else 70)
        painter.setPen(QPen(color, 1.9 * sheet.px if is_past else 1.0))
        draw_line(painter, _by_column(x[:stop][known], y[:stop][known]))
    for ghost in subject.run.ghosts if subject.show.futures else ():  # left behind: thin and dashed
        with np.errstate(all="ignore"):
            y = heights.pixels(plot, np.log10(np.maximum(ghost.values - heights.floor, 1e-12)))
        known = np.isfinite(y)
        color = subject.labels[ghost.racer].style.color(theme)
        color.setAlpha(170)
        pen = QPen(color, 1.0)
        pen.setDashPattern([4.0, 3.0])
        painter.setPen(pen)
        draw_line(painter, _by_column(x[ghost.step :][known], y[known]))
    if subject.stopping is not None and subject.selected is not None:
        color = subject.labels[subject.selected].style.color(theme)
        paint_validation(
            painter, subject.stopping, subject.selected, color, plot, heights.low, heights.high, is_past, theme,
            _small(sheet), sheet.px,
        )  # fmt: skip


def _paint_grid(painter: QPainter, sheet: Sheet, around: LossPlot, steps: int, heights: _Heights) -> None:
    theme, plot, px, low, high = sheet.theme, around.area, sheet.px, heights.low, heights.high
    font = _small(sheet)
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    for power, text in log_marks(low, high, plot.height() / (34 * px)):
        y = plot.bottom() - plot.height() * (power - low) / (high - low)
        painter.setPen(QPen(theme.color("line"), 1))
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        if not around.losses:
            continue
        painter.setPen(theme.color("muted"))
        at = plot.left() - metrics.horizontalAdvance(text) - 6 * px
        painter.drawText(QPointF(at, y + metrics.ascent() / 2 - 1), text)
    if not around.steps:
        return
    painter.setPen(theme.color("muted"))
    base = plot.bottom() + metrics.ascent() + 7 * px
    last = str(steps)
    painter.drawText(QPointF(plot.left(), base), "0")
    painter.drawText(QPointF(plot.right() - metrics.horizontalAdvance(last), base), last)
    word = QCoreApplication.translate("LossCanvas", "step")
    painter.drawText(QPointF(plot.center().x() - metrics.horizontalAdvance(word) / 2, base), word)


def _by_column(x: Floats, y: Floats) -> Floats:
    """The curve's corners (n, 2); of many points in one pixel column the lowest and highest are enough."""
    if len(x) > 3 and x[1] - x[0] < 0.4:
        column = np.floor(x * 1.5).astype(np.int64)
        starts = np.flatnonzero(np.r_[True, column[1:] != column[:-1]])
        low, high = np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)
        x = np.repeat(x[starts], 2)
        y = np.column_stack([high, low]).ravel()
    return np.column_stack([x, y])
