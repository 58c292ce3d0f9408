"""Data and model in the window: drawn by `DataPicture`; a sample under the mouse is told."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from engine.frames import Frame
from gui.optimizers.data_words import DataNames
from gui.optimizers.picture.contour_picture import Subject
from gui.optimizers.picture.data_picture import DataPicture
from gui.optimizers.picture.data_plot import Sheet
from gui.painting import painting
from gui.theme import look


class DataCanvas(QWidget):
    """Shows (subject, frame) of a race on data."""

    hovered = Signal(object)  # the place of a sample, or None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.subject: Subject | None = None
        self.names = DataNames((), "")
        self.shown: Frame | None = None
        self.picture = DataPicture()
        self.sample: int | None = None
        self.setMouseTracking(True)
        self.setMinimumHeight(130)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("The data and the model of every racer"))
        look().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(300, 260)

    def set_subject(self, subject: Subject, names: DataNames) -> None:
        """Another run, or another look at it."""
        self.subject, self.names = subject, names
        self._hover(None)
        self.update()

    def show_frame(self, frame: Frame) -> None:
        """Another moment of it."""
        self.shown = frame
        self.update()

    def _sheet(self, width: float, height: float, ratio: float) -> Sheet:
        return Sheet(width, height, look().theme, QApplication.font(), look().scale, ratio)

    def paintEvent(self, _: QPaintEvent) -> None:
        if self.subject is None or self.shown is None:
            return
        with painting(self) as painter:
            sheet = self._sheet(self.width(), self.height(), self.devicePixelRatioF())
            self.picture.paint(painter, sheet, self.subject, self.names, self.shown)
            at = None if self.sample is None else self.picture.place_of(self.sample)
            if at is not None:
                painter.setPen(QPen(look().theme.color("ink"), 2 * look().scale))
                radius = 7 * look().scale
                painter.drawEllipse(QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius))

    def paint_to(self, painter: QPainter, width: float, height: float) -> None:
        """The same picture at another size, in lines and areas only, for files."""
        if self.subject is not None and self.shown is not None:
            sheet = self._sheet(width, height, 1.0)
            DataPicture().paint(painter, sheet, self.subject, self.names, self.shown, layers=False)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.picture.sample_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)
        super().leaveEvent(event)

    def _hover(self, sample: int | None) -> None:
        if sample != self.sample:
            self.sample = sample
            self.hovered.emit(sample)
            self.update()
