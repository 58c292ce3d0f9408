"""A column that scrolls up and down, never sideways, and whose width never depends on its height."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QScrollBar, QVBoxLayout, QWidget

from gui.painting import painting
from gui.theme import look

MARGIN = 12  # pixels around what is in it
BAR = 7  # of them for the scroll bar, as in assets/style.qss


class ScrollColumn(QScrollArea):
    """What is in it goes into `column`.

    The bar's place is kept free while there is nothing to scroll: where text takes its size or its line breaks from
    the width, a bar that comes and goes with the height would set the one after the other without end.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setVerticalScrollBar(_QuietBar())
        self.content = QWidget()
        self.content.setObjectName("sideContent")
        self.column = QVBoxLayout(self.content)
        self.set_margins()
        self.setWidget(self.content)

    def set_margins(self, left: int = MARGIN, top: int = MARGIN, bottom: int = MARGIN) -> None:
        """The right one is as wide as usual together with the bar."""
        self.column.setContentsMargins(left, top, MARGIN - BAR, bottom)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.column.setGeometry(self.content.rect())  # Qt loses a size that is given while widgets are being shown


class _QuietBar(QScrollBar):
    """Not to be seen while there is nothing to scroll: its place looks like the column."""

    def paintEvent(self, event: QPaintEvent) -> None:
        with painting(self) as painter:
            painter.fillRect(self.rect(), look().theme.color("panel"))
        if self.maximum() > self.minimum():
            super().paintEvent(event)
