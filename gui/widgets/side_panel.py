"""A column at the side of a canvas, in sections."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from gui.widgets.scroll_column import ScrollColumn
from gui.widgets.words import heading


class SidePanel(ScrollColumn):
    """Never narrower than what is in it."""

    between = 6  # pixels more before a section

    def add_section(self, title: str, *widgets: QWidget) -> None:
        """A heading with what stands under it."""
        if self.column.count():
            self.column.addSpacing(self.between)
        self.column.addWidget(heading(title))
        for widget in widgets:
            self.column.addWidget(widget)

    def minimumSizeHint(self) -> QSize:
        width = self.content.minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width()
        return QSize(width, 120)
