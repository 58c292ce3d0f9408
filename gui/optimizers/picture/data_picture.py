"""Data and model for one moment: the samples, this step's batch lit, and what each racer's weights say of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from engine.data.levels import level_line
from engine.data.loss import DataLoss
from engine.frames import Frame
from gui.optimizers.data_words import DataNames
from gui.optimizers.picture.contour_picture import Subject
from gui.picture.background import ticks
from gui.picture.lines import draw_line
from gui.theme import Theme

Floats = NDArray[np.float64]
CURVE = 160  # corners of a model's curve
MOST = 4000  # samples that are drawn; of more every so many
MOST_LIT = 600  # samples of a batch


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
class _Plot:
    """The samples in measured units, and the box they are drawn in: (x0, x1), (y0, y1) on `area`."""

    x: Floats
    y: Floats
    second: NDArray[np.bool_] | None  # whose target is the second class
    box: tuple[tuple[float, float], tuple[float, float]]
    area: QRectF

    def pixels(self, x: Floats, y: Floats) -> Floats:
        (x0, x1), (y0, y1) = self.box
        left = self.area.left() + self.area.width() * (x - x0) / (x1 - x0)
        top = self.area.bottom() - self.area.height() * (y - y0) / (y1 - y0)
        return np.column_stack([left, top])


class DataPicture:
    """Paints (subject, frame) of a race on data. The layer is a cache: with or without it the picture is the same."""

    def __init__(self) -> None:
        self._layer: QImage | None = None
        self._key: object = None
        self._plot: _Plot | None = None

    def paint(
        self, painter: QPainter, sheet: Sheet, subject: Subject, names: DataNames, frame: Frame, layers: bool = True
    ) -> None:
        """Draw one moment. Without `layers` everything is drawn as lines and areas, for SVG."""
        loss = subject.run.loss
        if not isinstance(loss, DataLoss):
            return
        plot = self._plot_of(sheet, loss, names)
        painter.setFont(sheet.font)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if layers:
            painter.drawImage(0, 0, self._samples(sheet, loss, names, plot))
        else:
            _paint_samples(painter, sheet, loss, names, plot)
        if not subject.show.outcome:
            return
        painter.save()
        painter.setClipRect(plot.area)
        self._paint_batch(painter, sheet, subject, plot, frame)
        order = sorted(range(len(frame.racers)), key=lambda racer: racer == subject.selected)
        for racer in order:
            chosen = racer == subject.selected
            color = subject.labels[racer].style.color(sheet.theme)
            dash = subject.labels[racer].style.dash
            for corners, share in _model(loss, frame.racers[racer].point, plot, chosen):
                _line(painter, corners, color, dash, (3.0 if chosen else 1.7) * share * sheet.px, chosen, sheet)
        painter.restore()

    def sample_at(self, place: QPointF) -> int | None:
        """The sample under the mouse, by its place among the loss's samples."""
        plot = self._plot
        if plot is None or not len(plot.x):
            return None
        away = np.hypot(*(plot.pixels(plot.x, plot.y) - (place.x(), place.y())).T)
        nearest = int(np.argmin(away))
        return nearest if away[nearest] <= 9 else None

    def place_of(self, sample: int) -> QPointF | None:
        """Where a sample stands."""
        plot = self._plot
        if plot is None or not 0 <= sample < len(plot.x):
            return None
        x, y = plot.pixels(plot.x[[sample]], plot.y[[sample]])[0]
        return QPointF(x, y)

    def _paint_batch(self, painter: QPainter, sheet: Sheet, subject: Subject, plot: _Plot, frame: Frame) -> None:
        """The samples that this step has seen."""
        batches, step = subject.run.batches, frame.shown_step
        if not step or len(batches) < step or len(batches[step - 1]) >= len(plot.x):
            return
        lit = batches[step - 1][:MOST_LIT]
        theme, px = sheet.theme, sheet.px
        radius = (6.5 if len(lit) <= 60 else 4.5) * px
        painter.setPen(QPen(theme.color("halo"), 1.2 * px))
        painter.setBrush(theme.color("gradient"))
        for x, y in plot.pixels(plot.x[lit], plot.y[lit]):
            painter.drawEllipse(QPointF(x, y), radius, radius)

    def _plot_of(self, sheet: Sheet, loss: DataLoss, names: DataNames) -> _Plot:
        key = (loss.samples, sheet.width, sheet.height, sheet.px, names, sheet.theme, sheet.ratio)
        if self._plot is None or key != self._key:
            self._plot, self._key, self._layer = _plot(sheet, loss, names), key, None
        return self._plot

    def _samples(self, sheet: Sheet, loss: DataLoss, names: DataNames, plot: _Plot) -> QImage:
        if self._layer is None:
            size = QSize(max(round(sheet.width * sheet.ratio), 1), max(round(sheet.height * sheet.ratio), 1))
            self._layer = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
            self._layer.setDevicePixelRatio(sheet.ratio)
            self._layer.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._layer)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(sheet.font)
            _paint_samples(painter, sheet, loss, names, plot)
            painter.end()
        return self._layer


def _plot(sheet: Sheet, loss: DataLoss, names: DataNames) -> _Plot:
    samples = loss.samples
    measured = samples.inputs * samples.scale[:, None] + samples.center[:, None]
    targets = samples.measured(samples.targets)
    second = targets > 0.5 if names.classes is not None else None
    x, y = measured[0], measured[1] if len(measured) > 1 else targets
    x_box, y_box = _range(x), _range(y)
    if second is not None and len(measured) == 1:
        y_box = (-0.18, 1.18)
    px = sheet.px
    metrics = QFontMetricsF(_small(sheet))
    widest = max((metrics.horizontalAdvance(text) for _, text in ticks(*y_box, sheet.height)), default=20.0)
    left = widest + 10 * px
    top, below = metrics.height() + 8 * px, 2 * metrics.height() + 9 * px
    area = QRectF(left, top, max(sheet.width - left - 10 * px, 10.0), max(sheet.height - top - below, 10.0))
    return _Plot(x, y, second, (x_box, y_box), area)


def _range(values: Floats) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    room = 0.08 * (high - low) or max(abs(high), 1.0) * 0.5
    return low - room, high + room


def _small(sheet: Sheet) -> QFont:
    font = QFont(sheet.font)
    font.setPixelSize(max(round(12 * sheet.px), 11))
    font.setBold(False)
    return font


def _paint_samples(painter: QPainter, sheet: Sheet, loss: DataLoss, names: DataNames, plot: _Plot) -> None:
    """Axes, names and every sample."""
    theme, px, area = sheet.theme, sheet.px, plot.area
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("field"))
    painter.drawRoundedRect(area, 4 * px, 4 * px)
    _axes(painter, sheet, names, plot, len(loss.samples.inputs) > 1)
    every = max(len(plot.x) // MOST, 1)
    x, y = plot.x[::every], plot.y[::every]
    corners = plot.pixels(x, y)
    radius = float(np.clip(40 / np.sqrt(max(len(x), 1)), 1.3, 3.6)) * px
    second = plot.second[::every] if plot.second is not None else np.zeros(len(x), dtype=bool)
    numbers = plot.second is None and len(loss.samples.inputs) > 1
    shades = _shades(loss, theme, every) if numbers else None
    painter.save()
    painter.setClipRect(area)
    for place, (left, top) in enumerate(corners):
        color = class_color(theme, bool(second[place])) if shades is None else shades[place]
        if plot.second is not None and not second[place]:
            painter.setPen(QPen(color, 1.5 * px))
            painter.setBrush(Qt.BrushStyle.NoBrush)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
        if plot.second is not None and second[place]:
            painter.drawRect(QRectF(left - radius * 0.9, top - radius * 0.9, radius * 1.8, radius * 1.8))
        else:
            painter.drawEllipse(QPointF(left, top), radius, radius)
    painter.restore()


def class_color(theme: Theme, second: bool) -> QColor:
    """Of a sample: the first class (or no class) and the second one."""
    color = theme.color("accent") if not second else theme.color("scale")
    color.setAlpha(215)
    return color


def _shades(loss: DataLoss, theme: Theme, every: int) -> list[QColor]:
    """From the lowest target to the highest."""
    targets = loss.samples.targets[::every]
    share = (targets - targets.min()) / max(float(np.ptp(targets)), 1e-300)
    low, high = theme.color("accent"), theme.color("scale")
    ends = np.array([[one.redF(), one.greenF(), one.blueF()] for one in (low, high)])
    mixed = ends[0] + np.linspace(0, 1, 33)[:, None] * (ends[1] - ends[0])
    colors = [QColor.fromRgbF(*parts) for parts in mixed.tolist()]
    return [colors[round(float(s) * 32)] for s in share]


def _axes(painter: QPainter, sheet: Sheet, names: DataNames, plot: _Plot, plane: bool) -> None:
    theme, px, area = sheet.theme, sheet.px, plot.area
    painter.setFont(_small(sheet))
    metrics = QFontMetricsF(painter.font())
    faint = theme.color("line")
    (x_box, y_box) = plot.box
    classes = names.classes if not plane else None
    rows = [(0.0, "0"), (0.5, "½"), (1.0, "1")] if classes else ticks(*y_box, area.height() * 1.6)
    for value, text in ticks(*x_box, area.width() * 1.5):
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
        middle, radius = QPointF(right, metrics.height() / 2 + 1), 3.6 * px
        color = class_color(theme, second)
        painter.setPen(Qt.PenStyle.NoPen if second else QPen(color, 1.5 * px))
        painter.setBrush(color if second else Qt.BrushStyle.NoBrush)
        if second:
            painter.drawRect(QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius))
        else:
            painter.drawEllipse(middle, radius, radius)
        right -= 14 * px
    return right


def _model(loss: DataLoss, w: tuple[float, float], plot: _Plot, chosen: bool) -> list[tuple[Floats, float]]:
    """What a racer's weights look like: lines of pixels, each with its share of the width."""
    if not np.isfinite(w).all() or max(map(abs, w)) > 1e9:
        return []
    x0, x1 = plot.box[0]
    if len(loss.samples.inputs) == 1:
        x = np.linspace(x0, x1, CURVE)
        y = loss.predict(w, x)
        corners = plot.pixels(x, y)
        far = 4 * plot.area.height()
        corners[:, 1] = np.clip(corners[:, 1], plot.area.top() - far, plot.area.bottom() + far)
        return [(corners, 1.0)]
    lines = []
    for share, width in ((0.5, 1.0), (0.25, 0.4), (0.75, 0.4)) if chosen else ((0.5, 1.0),):
        ends = level_line(loss, w, share, plot.box)
        if ends is not None:
            lines.append((plot.pixels(ends[0], ends[1]), width))
    return lines


def _line(
    painter: QPainter, corners: Floats, color: QColor, dash: tuple[float, ...], width: float, halo: bool, sheet: Sheet
) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if halo and width > 2 * sheet.px:
        painter.setPen(QPen(sheet.theme.color("halo"), width + 2.4 * sheet.px))
        draw_line(painter, corners)
    pen = QPen(color, max(width, 1.0), c=Qt.PenCapStyle.FlatCap)
    if dash and not halo:
        pen.setDashPattern(dash)
        painter.setPen(pen)
        painter.drawPolyline([QPointF(x, y) for x, y in corners])
        return
    painter.setPen(pen)
    draw_line(painter, corners)
