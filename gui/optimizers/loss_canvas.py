"""The loss curve in the window: drawn by `LossPicture`; the mouse seeks, and is told every loss."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QSizePolicy, QToolTip, QWidget

from engine.data.early_stopping import Stopping
from engine.descent import Run
from engine.expressions.typeset import format_number
from engine.frames import Frame
from engine.scene import Show
from gui.optimizers.picture.contour_picture import Subject
from gui.optimizers.picture.data_plot import Sheet
from gui.optimizers.picture.loss_picture import LossPicture, curve_values, plot_of
from gui.optimizers.picture.overlay import Label
from gui.painting import painting
from gui.theme import look
from gui.widgets.words import as_plain


class LossCanvas(QWidget):
    """Click or drag seeks; hovering tells every racer's loss at that step."""

    seek = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.subject: Subject | None = None
        self.shown: Frame | None = None
        self.picture = LossPicture()
        self.setMouseTracking(True)
        self.setMinimumHeight(120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Loss against step"))
        look().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(300, 220)

    def set_run(
        self, run: Run, labels: Sequence[Label], show: Show | None = None, stopping: Stopping | None = None,
        selected: int | None = None,
    ) -> None:  # fmt: skip
        """Without the path ahead the curves end at now; without the outcome there are none. With early stopping the
        curves are of the training loss, and the selected racer has its validation loss beside it."""
        self.subject = Subject(run, labels, show or Show(), selected, stopping=stopping)
        self.update()

    def show_frame(self, frame: Frame) -> None:
        self.shown = frame
        self.update()

    def _sheet(self, width: float, height: float, ratio: float) -> Sheet:
        return Sheet(width, height, look().theme, QApplication.font(), look().scale, ratio)

    def plot_rect(self) -> QRectF:
        """Where the curves lie; empty where there is no room for them."""
        plot = plot_of(self._sheet(self.width(), self.height(), 1.0))
        return QRectF() if plot is None else plot.area

    def paintEvent(self, _: QPaintEvent) -> None:
        if self.subject is None or self.shown is None or self.subject.run.steps < 1:
            return
        with painting(self) as painter:
            if self.subject.show.outcome:
                self.paint(painter, self.devicePixelRatioF())
            else:
                painter.setPen(look().theme.color("muted"))
                painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.tr("hidden until it is revealed (H)"))

    def paint(self, painter: QPainter, ratio: float) -> None:
        """The curves as they are in the window."""
        assert self.subject is not None and self.shown is not None
        self.picture.paint(painter, self._sheet(self.width(), self.height(), ratio), self.subject, self.shown)

    def paint_to(self, painter: QPainter, width: float, height: float) -> None:
        """The same picture at another size, in lines only, for files."""
        if self.subject is not None and self.shown is not None and self.subject.show.outcome:
            sheet = self._sheet(width, height, 1.0)
            LossPicture().paint(painter, sheet, self.subject, self.shown, layers=False)

    # The mouse.

    def _step_at(self, x: float) -> int:
        assert self.subject is not None
        plot = self.plot_rect()
        share = (x - plot.left()) / max(plot.width(), 1.0)
        return round(min(max(share, 0.0), 1.0) * self.subject.run.steps)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.subject is not None and event.button() == Qt.MouseButton.LeftButton:
            self.seek.emit(self._step_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        subject = self.subject
        if subject is None or not subject.labels:
            return
        step = self._step_at(event.position().x())
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.seek.emit(step)
        lines = [self.tr("step {step}").format(step=step)]
        now = self.shown.position.step if self.shown is not None else 0
        if not subject.show.outcome or (step > now and not subject.show.path_ahead):
            return
        values = curve_values(subject)
        for racer in np.argsort(values[step]):
            lines.append(f"{subject.labels[racer].name}: {format_number(values[step, racer])}")
            if subject.stopping is not None and racer == subject.selected:
                number = format_number(subject.stopping.validation[step, racer])
                lines.append(self.tr("  validation: {number}").format(number=number))
        QToolTip.showText(event.globalPosition().toPoint(), as_plain("\n".join(lines)), self)
