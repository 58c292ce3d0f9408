"""A circle of light around the cursor; everything else dimmed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import (
    QBrush,
    QColor,
    QCursor,
    QHideEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QRadialGradient,
    QShowEvent,
)
from PySide6.QtWidgets import QWidget

from gui.painting import painting
from gui.theme import look

RADIUS = 115.0
SOFT = 0.82  # of the radius is fully lit
DIM = 165  # of 255
EVERY_MS = 16


class Spotlight(QWidget):
    """Lies over its parent and lets the mouse through. Follows the cursor only while it is shown."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.ground = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.at = QPoint()
        self.timer = QTimer(self)
        self.timer.setInterval(EVERY_MS)
        self.timer.timeout.connect(lambda: self.move_to(self.mapFromGlobal(QCursor.pos())))
        self.hide()

    def cover(self) -> None:
        self.setGeometry(self.ground.rect())
        self.at = self.mapFromGlobal(QCursor.pos())
        self.raise_()
        self.show()

    def move_to(self, at: QPoint) -> None:
        """Only what was lit and what becomes lit is painted anew."""
        if at != self.at:
            old, self.at = self.at, at
            self.update(self._circle(old))
            self.update(self._circle(at))

    @property
    def radius(self) -> float:
        return look().px(RADIUS)

    def _circle(self, at: QPoint) -> QRect:
        reach = round(self.radius) + 3
        return QRect(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.timer.start()
        self.ground.installEventFilter(self)

    def hideEvent(self, event: QHideEvent) -> None:
        self.timer.stop()
        self.ground.removeEventFilter(self)
        super().hideEvent(event)

    def eventFilter(self, receiver: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self.ground.rect())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        with painting(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            at, dim = QPointF(self.at), QColor(0, 0, 0, DIM)
            whole, hole = QPainterPath(), QPainterPath()
            whole.addRect(QRectF(event.rect()))
            hole.addEllipse(at, self.radius, self.radius)
            painter.fillPath(whole.subtracted(hole), dim)
            edge = QRadialGradient(at, self.radius)
            edge.setColorAt(0, QColor(0, 0, 0, 0))
            edge.setColorAt(SOFT, QColor(0, 0, 0, 0))
            edge.setColorAt(1, dim)
            painter.setPen(QPen(Qt.PenStyle.NoPen))
            painter.setBrush(QBrush(edge))
            painter.drawEllipse(at, self.radius, self.radius)
