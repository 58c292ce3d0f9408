"""Data and model for one moment: the samples, this step's batch lit, and what each racer's weights say of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from engine.data.levels import level_line
from engine.data.loss import DataLoss
from engine.frames import Frame
from gui.optimizers.data_words import DataNames
from gui.optimizers.picture.contour_picture import Subject
from gui.optimizers.picture.data_batch import paint_batch
from gui.optimizers.picture.data_plot import Plot, Sheet, paint_axes, plot_of
from gui.optimizers.picture.data_signs import paint_sign, sign_color
from gui.painting import painting
from gui.picture.lines import draw_line
from gui.theme import Theme

Floats = NDArray[np.float64]
CURVE = 160  # corners of a model's curve
MOST = 4000  # samples that are drawn; of more every so many


class DataPicture:
    """Paints (subject, frame) of a race on data. The layer is a cache: with or without it the picture is the same."""

    def __init__(self) -> None:
        self._layer: QImage | None = None
        self._key: object = None
        self._plot: Plot | None = None

    def paint(
        self, painter: QPainter, sheet: Sheet, subject: Subject, names: DataNames, frame: Frame, layers: bool = True
    ) -> None:
        """Draw one moment. Without `layers` everything is drawn as lines and areas, for SVG."""
        loss = subject.run.loss
        if not isinstance(loss, DataLoss):
            return
        plot = self._plot_of(sheet, loss, names)
        if plot is None:
            return
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
        paint_batch(painter, sheet, loss, names, plot, min(frame.shown_step, subject.run.steps))
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

    def _plot_of(self, sheet: Sheet, loss: DataLoss, names: DataNames) -> Plot | None:
        key = (loss.samples, sheet.width, sheet.height, sheet.px, names, sheet.theme, sheet.ratio)
        if key != self._key:
            self._plot, self._key, self._layer = plot_of(sheet, loss, names), key, None
        return self._plot

    def _samples(self, sheet: Sheet, loss: DataLoss, names: DataNames, plot: Plot) -> QImage:
        if self._layer is None:
            size = QSize(max(round(sheet.width * sheet.ratio), 1), max(round(sheet.height * sheet.ratio), 1))
            self._layer = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
            self._layer.setDevicePixelRatio(sheet.ratio)
            self._layer.fill(Qt.GlobalColor.transparent)
            with painting(self._layer) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setFont(sheet.font)
                _paint_samples(painter, sheet, loss, names, plot)
        return self._layer


def _paint_samples(painter: QPainter, sheet: Sheet, loss: DataLoss, names: DataNames, plot: Plot) -> None:
    """Axes, names and every sample."""
    theme, px, area = sheet.theme, sheet.px, plot.area
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("field"))
    painter.drawRoundedRect(area, 4 * px, 4 * px)
    paint_axes(painter, sheet, names, plot, len(loss.samples.inputs) > 1)
    every = max(len(plot.x) // MOST, 1)
    x, y = plot.x[::every], plot.y[::every]
    corners = plot.pixels(x, y)
    radius = float(np.clip(40 / np.sqrt(max(len(x), 1)), 1.3, 3.6)) * px
    second = plot.second[::every] if plot.second is not None else np.zeros(len(x), dtype=bool)
    numbers = plot.second is None and len(loss.samples.inputs) > 1
    shades = _shades(loss, theme, every) if numbers else None
    painter.save()
    painter.setClipRect(area)
    _paint_held(painter, sheet, plot, radius)
    for place, (left, top) in enumerate(corners):
        color = sign_color(theme, bool(second[place])) if shades is None else shades[place]
        paint_sign(painter, left, top, radius, color, None if plot.second is None else bool(second[place]), px)
    painter.restore()


def _paint_held(painter: QPainter, sheet: Sheet, plot: Plot, radius: float) -> None:
    """Outlines of the samples that training does not see."""
    if plot.held is None:
        return
    x, y, second = plot.held
    color = sheet.theme.color("muted")
    color.setAlpha(150)
    every = max(len(x) // MOST, 1)
    for place, (left, top) in enumerate(plot.pixels(x[::every], y[::every])):
        kind = None if second is None else bool(second[place * every])
        paint_sign(painter, left, top, radius, color, kind, sheet.px, hollow=True)


def _shades(loss: DataLoss, theme: Theme, every: int) -> list[QColor]:
    """From the lowest target to the highest."""
    targets = loss.samples.targets[::every]
    share = (targets - targets.min()) / max(float(np.ptp(targets)), 1e-300)
    low, high = theme.color("accent"), theme.color("scale")
    ends = np.array([[one.redF(), one.greenF(), one.blueF()] for one in (low, high)])
    mixed = ends[0] + np.linspace(0, 1, 33)[:, None] * (ends[1] - ends[0])
    colors = [QColor.fromRgbF(*parts) for parts in mixed.tolist()]
    return [colors[round(float(s) * 32)] for s in share]


def _model(loss: DataLoss, w: tuple[float, float], plot: Plot, chosen: bool) -> list[tuple[Floats, float]]:
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
