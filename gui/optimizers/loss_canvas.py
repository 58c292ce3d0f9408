"""Loss against step, on a log scale: the past strong, the future faint, a line at now."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QSizePolicy, QToolTip, QWidget

from engine.data.early_stopping import Stopping
from engine.descent import Run
from engine.expressions.typeset import format_number
from engine.frames import Frame
from engine.scene import Show
from gui.optimizers.markers import draw_marker
from gui.optimizers.picture.log_axis import log_marks
from gui.optimizers.picture.overlay import Label
from gui.optimizers.stopping import paint_validation
from gui.picture.lines import draw_line
from gui.theme import look


class LossCanvas(QWidget):
    """Click or drag seeks; hovering tells every racer's loss at that step."""

    seek = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.run: Run | None = None
        self.labels: Sequence[Label] = ()
        self.show_what = Show()
        self.shown: Frame | None = None
        self.stopping: Stopping | None = None
        self.selected: int | None = None
        self._layers: dict[bool, QImage] = {}
        self._key: object = None
        self.setMouseTracking(True)
        self.setMinimumHeight(120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Loss against step"))
        look().changed.connect(self._restyle)

    def sizeHint(self) -> QSize:
        return QSize(300, 220)

    def _restyle(self) -> None:
        self._key = None
        self.update()

    def set_run(
        self, run: Run, labels: Sequence[Label], show: Show | None = None, stopping: Stopping | None = None,
        selected: int | None = None,
    ) -> None:  # fmt: skip
        """Without the path ahead the curves end at now; without the outcome there are none. With early stopping the
        curves are of the training loss, and the selected racer has its validation loss beside it."""
        self.run, self.labels, self.show_what = run, labels, show or Show()
        self.stopping, self.selected = stopping, selected
        self._key = None
        self.update()

    def show_frame(self, frame: Frame) -> None:
        self.shown = frame
        self.update()

    def plot_rect(self) -> QRectF:
        px = look().scale
        return QRectF(44 * px, 8 * px, self.width() - 54 * px, self.height() - 34 * px)

    def heights(self) -> tuple[NDArray[np.float64], float, float]:
        """log10 of the loss above the lowest one that can be told, and the range shown."""
        assert self.run is not None
        values = self.values
        finite = values[np.isfinite(values)]
        if finite.size == 0:
            return np.full(values.shape, np.nan), 0.0, 1.0
        floor = self.floor(finite)
        with np.errstate(all="ignore"):
            logs = np.log10(np.maximum(values - floor, 1e-12))
        # A diverging racer must not squeeze the others flat: the start sets the top.
        first = logs[0][np.isfinite(logs[0])]
        top = (float(first.max()) if first.size else 0.0) + 1.0
        shown = logs[np.isfinite(logs) & (logs <= top)]
        if self.stopping is not None and self.selected is not None:
            with np.errstate(all="ignore"):
                beside = np.log10(np.maximum(self.stopping.validation[:, self.selected] - floor, 1e-12))
            shown = np.concatenate([shown, beside[np.isfinite(beside) & (beside <= top)]])
        low = max(float(shown.min()), -8.0) if shown.size else -1.0
        high = float(shown.max()) if shown.size else 1.0
        return logs, low - 0.15, max(high, low + 1.0) + 0.15

    @property
    def values(self) -> NDArray[np.float64]:
        """What the curves are of, (steps + 1, racers)."""
        assert self.run is not None
        return self.run.values if self.stopping is None else self.stopping.training

    def floor(self, finite: NDArray[np.float64]) -> float:
        """What is subtracted so that a logarithm exists: the lowest known minimum, if it is below zero."""
        assert self.run is not None
        lowest = float(finite.min())
        if self.stopping is not None:
            return 0.0  # training and validation on one scale, neither below zero
        if len(self.run.loss.minima):
            lowest = min(lowest, float(np.min(self.run.loss.value(self.run.loss.minima.T))))
        return min(lowest, 0.0) if lowest < -1e-9 else 0.0

    def paintEvent(self, _: QPaintEvent) -> None:
        if self.run is None or self.shown is None or self.run.steps < 1:
            return
        painter = QPainter(self)
        if self.show_what.outcome:
            self.paint(painter, self.devicePixelRatioF())
        else:
            painter.setPen(look().theme.color("muted"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.tr("hidden until it is revealed (H)"))
        painter.end()

    def paint(self, painter: QPainter, ratio: float) -> None:
        assert self.run is not None and self.shown is not None
        theme, px = look().theme, look().scale
        logs, low, high = self.heights()
        plot = self.plot_rect()
        position = self.shown.position
        x = plot.left() + plot.width() * (position.step + position.fraction) / self.run.steps
        for is_past, left, right in ((True, 0.0, x), (False, x, float(self.width()))):
            if not is_past and position.step >= self.run.steps:
                continue
            area = QRectF(left, 0, right - left, self.height())
            source = QRectF(left * ratio, 0, area.width() * ratio, area.height() * ratio)
            painter.drawImage(area, self._curves(logs, low, high, ratio, is_past), source)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("muted"), 1))
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        for frame, label in zip(self.shown.racers, self.labels, strict=True):
            height = logs[frame.step, frame.racer]
            if math.isfinite(height):
                y = plot.bottom() - plot.height() * (height - low) / (high - low)
                y = min(max(y, plot.top()), plot.bottom())
                color = label.style.color(theme)
                draw_marker(painter, x, y, label.style.marker, 9 * px, color, theme.color("halo"))

    def _curves(self, logs: NDArray[np.float64], low: float, high: float, ratio: float, is_past: bool) -> QImage:
        """The curves as they look on the past or the future side of now; each made when first needed."""
        key = (self.size(), ratio)
        if self._key != key:
            self._layers, self._key = {}, key
        if is_past not in self._layers:
            image = self._layer(ratio)
            painter = QPainter(image)
            painter.setFont(QApplication.font())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._grid(painter, low, high)
            if is_past or self.show_what.path_ahead:
                self._draw(painter, logs, low, high, is_past)
            painter.end()
            self._layers[is_past] = image
        return self._layers[is_past]

    def _layer(self, ratio: float) -> QImage:
        size = QSize(max(round(self.width() * ratio), 1), max(round(self.height() * ratio), 1))
        image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(ratio)
        image.fill(Qt.GlobalColor.transparent)
        return image

    def _draw(self, painter: QPainter, logs: NDArray[np.float64], low: float, high: float, is_past: bool) -> None:
        assert self.run is not None
        theme, plot = look().theme, self.plot_rect()
        painter.setClipRect(plot.adjusted(-1, -1, 1, 1))
        x = np.linspace(plot.left(), plot.right(), len(logs))
        for racer, label in enumerate(self.labels):
            y = plot.bottom() - plot.height() * (logs[:, racer] - low) / (high - low)
            y = np.clip(y, plot.top() - 50, plot.bottom() + 50)
            end = self.run.outcomes[racer]
            stop = end.step + 1 if end.kind == "diverged" else len(x)
            known = np.isfinite(y[:stop])
            corners = _by_column(x[:stop][known], y[:stop][known])
            color = label.style.color(theme)
            color.setAlpha(255 if is_past else 70)
            painter.setPen(QPen(color, 1.9 * look().scale if is_past else 1.0))
            draw_line(painter, corners)
        self._draw_ghosts(painter, x, low, high)
        if self.stopping is not None and self.selected is not None:
            color = self.labels[self.selected].style.color(theme)
            paint_validation(painter, self.stopping, self.selected, color, plot, low, high, is_past)

    def _draw_ghosts(self, painter: QPainter, x: NDArray[np.float64], low: float, high: float) -> None:
        """The futures that were left behind, thin and dashed."""
        assert self.run is not None
        plot = self.plot_rect()
        finite = self.run.values[np.isfinite(self.run.values)]
        floor = self.floor(finite) if finite.size else 0.0
        for ghost in self.run.ghosts if self.show_what.futures else ():
            with np.errstate(all="ignore"):
                logs = np.log10(np.maximum(ghost.values - floor, 1e-12))
            y = np.clip(
                plot.bottom() - plot.height() * (logs - low) / (high - low), plot.top() - 50, plot.bottom() + 50
            )
            known = np.isfinite(y)
            color = self.labels[ghost.racer].style.color(look().theme)
            color.setAlpha(170)
            pen = QPen(color, 1.0)
            pen.setDashPattern([4.0, 3.0])
            painter.setPen(pen)
            draw_line(painter, _by_column(x[ghost.step :][known], y[known]))

    def _grid(self, painter: QPainter, low: float, high: float) -> None:
        assert self.run is not None
        theme, plot, px = look().theme, self.plot_rect(), look().scale
        font = QApplication.font()
        font.setPixelSize(max(round(11 * px), 11))
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        for power, text in log_marks(low, high, plot.height() / (34 * px)):
            y = plot.bottom() - plot.height() * (power - low) / (high - low)
            painter.setPen(QPen(theme.color("line"), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(theme.color("muted"))
            at = plot.left() - metrics.horizontalAdvance(text) - 6 * px
            painter.drawText(QPointF(at, y + metrics.ascent() / 2 - 1), text)
        painter.setPen(theme.color("muted"))
        base = plot.bottom() + metrics.ascent() + 7 * px
        last = str(self.run.steps)
        painter.drawText(QPointF(plot.left(), base), "0")
        painter.drawText(QPointF(plot.right() - metrics.horizontalAdvance(last), base), last)
        word = self.tr("step")
        painter.drawText(QPointF(plot.center().x() - metrics.horizontalAdvance(word) / 2, base), word)

    def _step_at(self, x: float) -> int:
        assert self.run is not None
        plot = self.plot_rect()
        share = (x - plot.left()) / max(plot.width(), 1.0)
        return round(min(max(share, 0.0), 1.0) * self.run.steps)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.run is not None and event.button() == Qt.MouseButton.LeftButton:
            self.seek.emit(self._step_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.run is None or not self.labels:
            return
        step = self._step_at(event.position().x())
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.seek.emit(step)
        lines = [self.tr("step {step}").format(step=step)]
        now = self.shown.position.step if self.shown is not None else 0
        if not self.show_what.outcome or (step > now and not self.show_what.path_ahead):
            return
        for racer in np.argsort(self.values[step]):
            lines.append(f"{self.labels[racer].name}: {format_number(self.values[step, racer])}")
            if self.stopping is not None and racer == self.selected:
                number = format_number(self.stopping.validation[step, racer])
                lines.append(self.tr("  validation: {number}").format(number=number))
        QToolTip.showText(event.globalPosition().toPoint(), "\n".join(lines), self)


def _by_column(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """The curve's corners (n, 2); of many points in one pixel column the lowest and highest are enough."""
    if len(x) > 3 and x[1] - x[0] < 0.4:
        column = np.floor(x * 1.5).astype(np.int64)
        starts = np.flatnonzero(np.r_[True, column[1:] != column[:-1]])
        low, high = np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)
        x = np.repeat(x[starts], 2)
        y = np.column_stack([high, low]).ravel()
    return np.column_stack([x, y])
