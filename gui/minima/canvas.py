"""The experiment on the screen."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QHideEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from engine.data.loss import DataLoss
from engine.losses import Loss
from gui.minima.charts import size_axes, size_axis
from gui.minima.picture import MinimaPicture, places_in
from gui.minima.plot import Sheet, chart_in
from gui.minima.subject import Subject
from gui.painting import painting
from gui.picture.background import paint_background
from gui.picture.kept import forget_unseen
from gui.picture.mapping import Mapping
from gui.theme import look


class MinimaCanvas(QWidget):
    """Draws what it is shown. `chosen(place)`: a batch size was pressed or dragged to in the chart."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.subject: Subject | None = None
        self.loss: Loss | None = None  # what is shown before there is a subject, with some words
        self.waiting = ""
        self.place = 0.0
        self.picture = MinimaPicture()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setMinimumSize(320, 240)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Where paths end, their shares against batch size, and what a shift costs"))
        look().changed.connect(self.update)

    def show_waiting(self, loss: Loss, words: str) -> None:
        """The loss alone, and why there is no more."""
        self.subject, self.loss, self.waiting = None, loss, words
        self.update()

    def set_subject(self, subject: Subject) -> None:
        """Another experiment, or another shift."""
        self.subject = subject
        self.update()

    def show_place(self, place: float) -> None:
        """Another batch size, or a moment between two."""
        self.place = place
        self.update()

    def _sheet(self) -> Sheet:
        return Sheet(QApplication.font(), look().theme, look().scale)

    def paintEvent(self, _: QPaintEvent) -> None:
        with painting(self) as painter:
            painter.fillRect(self.rect(), look().theme.color("window"))
            if self.subject is not None:
                size = (float(self.width()), float(self.height()))
                self.picture.paint(painter, self._sheet(), self.subject, self.place, size, self.devicePixelRatioF())
            else:
                self._paint_waiting(painter)

    def _paint_waiting(self, painter: QPainter) -> None:
        """Before there is a result."""
        area = places_in(self.width(), self.height(), look().scale).map
        if self.loss is not None and (not isinstance(self.loss, DataLoss) or self.loss.prepared):
            mapping = Mapping.fitted(self.loss.domain, area.width(), area.height())
            painter.setClipRect(area)
            paint_background(painter, self.loss, mapping, look().theme)
            painter.setClipping(False)
        painter.setPen(look().theme.color("muted"))
        rest = QRectF(self.rect()).adjusted(area.width(), 0, 0, 0) if area.width() < self.width() else area
        painter.drawText(rest, Qt.AlignmentFlag.AlignCenter, self.waiting)

    def paint_to(self, painter: QPainter, width: float, height: float) -> None:
        """The same picture at another size, in lines and areas only, for files."""
        if self.subject is not None:
            MinimaPicture().paint(painter, self._sheet(), self.subject, self.place, (width, height), layers=False)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        forget_unseen(self, self.picture)

    def _seek(self, event: QMouseEvent) -> None:
        """A batch size under the mouse, anywhere in the chart of shares."""
        px = look().scale
        upper = places_in(self.width(), self.height(), px).upper
        chart = chart_in(upper, px)
        if self.subject is None or chart is None or not upper.contains(event.position()):
            return
        axes = size_axes(self.subject.experiment, chart.plot, 0, 1)
        xs = [axes.x(value) for value in size_axis(self.subject.experiment).tolist()]
        self.chosen.emit(min(range(len(xs)), key=lambda place: abs(xs[place] - event.position().x())))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._seek(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._seek(event)
