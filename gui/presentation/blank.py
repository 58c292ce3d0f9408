"""A black screen, so that everybody looks at the lecturer; any key or click brings the picture back."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QHideEvent, QMouseEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QWidget

from gui.painting import painting


class Blank(QWidget):
    """Covers its parent while it is shown. The key that ends it does nothing else."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.ground = parent
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setCursor(Qt.CursorShape.BlankCursor)
        self.hide()

    def cover(self) -> None:
        self.setGeometry(self.ground.rect())
        self.raise_()
        self.show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        app = QApplication.instance()
        assert app is not None
        app.installEventFilter(self)

    def hideEvent(self, event: QHideEvent) -> None:
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        super().hideEvent(event)

    def eventFilter(self, receiver: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # no shortcut: the key comes as a key
            return True
        if event.type() == QEvent.Type.KeyPress:
            self.hide()
            return True
        if event.type() == QEvent.Type.Resize and receiver is self.ground:
            self.setGeometry(self.ground.rect())
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.hide()

    def paintEvent(self, _: QPaintEvent) -> None:
        with painting(self) as painter:
            painter.fillRect(self.rect(), Qt.GlobalColor.black)
