"""A slim slider from 0 to 1: mouse, keys and wheel (only when it has the focus)."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.document import new_gesture
from gui.painting import painting
from gui.theme import look

HANDLE = 6.0  # radius


class Slider(QWidget):
    """`moved(share, gesture)` with one gesture a drag; `reset` on a double click."""

    moved = Signal(float, object)
    reset = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.share = 0.0
        self.color: QColor | None = None
        self._gesture = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(40)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        return QSize(90, 22)

    def set_share(self, share: float) -> None:
        self.share = min(max(share, 0.0), 1.0)
        self.update()

    def _groove(self) -> QRectF:
        return QRectF(HANDLE + 1, self.height() / 2 - 2, self.width() - 2 * HANDLE - 2, 4)

    def paintEvent(self, _: QPaintEvent) -> None:
        theme = look().theme
        color = self.color or theme.color("accent")
        with painting(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            groove = self._groove()
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("line"))
            painter.drawRoundedRect(groove, 2, 2)
            done = QRectF(groove)
            done.setWidth(groove.width() * self.share)
            painter.setBrush(color)
            painter.drawRoundedRect(done, 2, 2)
            painter.setBrush(theme.color("on_accent" if theme.dark else "panel"))
            painter.setPen(QPen(theme.color("ink") if self.hasFocus() else color, 2.2))
            painter.drawEllipse(QPointF(done.right(), done.center().y()), HANDLE, HANDLE)

    def _go(self, share: float) -> None:
        self.set_share(share)
        self.moved.emit(self.share, self._gesture)

    def _at(self, x: float) -> float:
        groove = self._groove()
        return (x - groove.left()) / max(groove.width(), 1.0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._gesture = new_gesture()
            self._go(self._at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(self._at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reset.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.hasFocus():
            event.ignore()  # the panel scrolls
            return
        self._gesture = new_gesture()
        self._go(self.share + 0.02 * event.angleDelta().y() / 120)

    def event(self, event: QEvent) -> bool:
        # Arrow keys are the window's shortcuts everywhere but on a slider that has the focus.
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            mine = event.key() in _KEYS and not event.modifiers()
            event.setAccepted(mine)
            return mine
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _KEYS:
            self._gesture = new_gesture()
            self._go(self.share + _KEYS[Qt.Key(event.key())])
        else:
            event.ignore()


_KEYS = {
    Qt.Key.Key_Left: -0.01, Qt.Key.Key_Right: 0.01, Qt.Key.Key_Down: -0.01, Qt.Key.Key_Up: 0.01,
    Qt.Key.Key_PageUp: 0.1, Qt.Key.Key_PageDown: -0.1,
}  # fmt: skip
