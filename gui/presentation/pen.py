"""Drawing on a canvas: a layer above it, shown only while something is drawn there or is about to be."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QCursor, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from engine.drawing import MAX_POINTS, Stroke
from gui.painting import painting
from gui.presentation.strokes import HALO, WIDTH, Paper, paint_stroke, paint_strokes, pen_color
from gui.theme import look

NEAR = 2.0  # pixels that the pen must move for another point


class PenLayer(QWidget):
    """Lies over `canvas` and keeps its size. While `active` the mouse draws; otherwise it goes through."""

    drawn = Signal(object)  # Stroke

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self.canvas: Any = canvas
        self.strokes: tuple[Stroke, ...] = ()
        self.color = "red"
        self.active = False
        self._pixels: list[QPointF] = []
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        canvas.installEventFilter(self)
        look().changed.connect(self._restyle)
        self.hide()

    def set_strokes(self, strokes: tuple[Stroke, ...]) -> None:
        if strokes != self.strokes:
            self.strokes = strokes
            self.update()
        self._fit()

    def set_active(self, active: bool, color: str) -> None:
        self.active, self.color = active, color
        self._pixels = []
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not active)
        self._restyle()
        self._fit()

    def _fit(self) -> None:
        self.setGeometry(self.canvas.rect())
        self.setVisible(self.active or bool(self.strokes))
        self.raise_()

    def _restyle(self) -> None:
        if self.active:
            self.setCursor(_dot(self.color))
        else:
            self.unsetCursor()
        self.update()

    def eventFilter(self, receiver: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self.setGeometry(self.canvas.rect())
        return False

    def _paper(self) -> Paper:
        return Paper(self.canvas, self.width(), self.height())

    def paintEvent(self, _: QPaintEvent) -> None:
        with painting(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            theme, px = look().theme, look().scale
            paint_strokes(painter, self.strokes, self.canvas, self.width(), self.height(), theme, px)
            if self._pixels:
                paint_stroke(painter, self._pixels, self.color, theme, px)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pixels = [event.position()]
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._pixels or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        last, here = self._pixels[-1], event.position()
        if (here - last).manhattanLength() >= NEAR and len(self._pixels) < MAX_POINTS:
            self._pixels.append(here)
            wide = (WIDTH + 2 * HALO) * look().scale * 2
            earlier = self._pixels[max(len(self._pixels) - 4, 0)]
            area = QRectF(last, here).normalized().united(QRectF(earlier, here).normalized())
            self.update(area.adjusted(-wide, -wide, wide, wide).toAlignedRect())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._pixels:
            paper, pixels = self._paper(), self._pixels
            self._pixels = []
            self.drawn.emit(Stroke(tuple(paper.point(pixel) for pixel in pixels), self.color))  # type: ignore[arg-type]
            self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)  # two dots in a row, nothing for the canvas below


def _dot(color: str) -> QCursor:
    """A cursor in the colour of the pen."""
    size = round(look().px(18))
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    with painting(pixmap) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(look().theme.color("halo"))
        painter.setBrush(pen_color(color, look().theme))
        painter.drawEllipse(QRectF(2, 2, size - 4, size - 4))
    return QCursor(pixmap)
