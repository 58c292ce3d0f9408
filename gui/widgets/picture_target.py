"""A widget on which a picture's file can be dropped; what else is dropped goes to the window."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from gui.files import dropped_picture


class PictureTarget(QWidget):
    """`dropped(path)` with the path of a picture."""

    dropped = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_picture(event.mimeData()) is not None:
            event.acceptProposedAction()
        else:
            event.ignore()  # the window knows what to do with scenes

    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped_picture(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.dropped.emit(path)
