"""A column at the side of a canvas: it scrolls up and down, never sideways."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from gui.widgets.words import heading


class SidePanel(QScrollArea):
    """What is in it goes into `column`."""

    between = 6  # pixels more before a section

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.content = QWidget()
        self.content.setObjectName("sideContent")
        self.column = QVBoxLayout(self.content)
        self.column.setContentsMargins(12, 12, 10, 12)
        self.setWidget(self.content)

    def add_section(self, title: str, *widgets: QWidget) -> None:
        """A heading with what stands under it."""
        if self.column.count():
            self.column.addSpacing(self.between)
        self.column.addWidget(heading(title))
        for widget in widgets:
            self.column.addWidget(widget)

    def minimumSizeHint(self) -> QSize:
        """Never narrower than what is in it."""
        width = self.content.minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width()
        return QSize(width, 120)
