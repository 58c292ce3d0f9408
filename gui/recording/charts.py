"""Data with the model, and the loss curve, in a recording: the window's own pictures in other places."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from engine.frames import Frame
from engine.scene import Curve
from gui.optimizers.curve.content import Content
from gui.optimizers.curve.plot import CurvePlot
from gui.optimizers.curve.words import short_title
from gui.optimizers.data_words import DataNames
from gui.optimizers.picture.contour_picture import Subject
from gui.optimizers.picture.data_picture import DataPicture
from gui.plotting.plot import Drawing
from gui.plotting.sheet import Sheet
from gui.recording.page import Page, plain_font, text_font

HEADING = 22.0  # above the curve


def tr(text: str) -> str:
    return QCoreApplication.translate("recording", text)


class Charts:
    """Paints moments of a subject in two places; an empty one is left out."""

    def __init__(
        self, subject: Subject, names: DataNames | None, page: Page, data: QRectF, curve: QRectF, look: Curve
    ) -> None:
        self.subject, self.names, self.page = subject, names, page
        self.data, self.curve = page.snapped(data), page.snapped(curve)
        # On whole pixels, too, so that the kept layers fit exactly.
        self.plot = page.snapped(self.curve.adjusted(0, HEADING, 0, 0))
        self._data, self._losses = DataPicture(), CurvePlot()
        if not self.plot.isEmpty():
            self._losses.set_sheet(self.sheet(self.plot))
            self._losses.show_subject(subject, Content.of(subject, look), look)
        self._drawing = Drawing(self._losses)

    def sheet(self, area: QRectF) -> Sheet:
        """What a picture in `area` is drawn on."""
        return Sheet(area.width(), area.height(), self.page.theme, plain_font(), 1.0, self.page.ratio)

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """The moment, over the one painted before."""
        if self.names is not None and not self.data.isEmpty():
            self._begin(painter, self.data, self.data)
            self._data.paint(painter, self.sheet(self.data), self.subject, self.names, frame)
            painter.restore()
        if not self.curve.isEmpty():
            self._begin(painter, self.curve, self.plot)
            if self.subject.show.outcome:
                self._losses.show_frame(frame)
                self._drawing.paint(painter)
            else:
                self._hidden(painter)
            painter.restore()
            self._heading(painter)

    def _begin(self, painter: QPainter, whole: QRectF, area: QRectF) -> None:
        self.page.clear(painter, whole)
        painter.save()
        painter.translate(area.topLeft())
        painter.setClipRect(QRectF(0, 0, area.width(), area.height()))

    def _heading(self, painter: QPainter) -> None:
        font = text_font(15)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        painter.setPen(self.page.theme.color("muted"))
        title = metrics.elidedText(self._title(), Qt.TextElideMode.ElideRight, self.curve.width())
        painter.drawText(QPointF(self.curve.left(), self.curve.top() + metrics.ascent()), title)

    def _title(self) -> str:
        content = self._losses.content
        if content is None:
            return tr("Loss (log)")
        return short_title(content.quantity, content.scale.log)

    def _hidden(self, painter: QPainter) -> None:
        """In the place of curves that would tell how the race goes."""
        painter.setFont(text_font(40))
        painter.setPen(self.page.theme.color("muted"))
        painter.drawText(QRectF(0, 0, self.plot.width(), self.plot.height()), Qt.AlignmentFlag.AlignCenter, "?")
