"""A drop-down list whose arrow follows the theme."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox

from gui.painting import painting
from gui.theme import look
from gui.widgets.icons import icon


class ChoiceBox(QComboBox):
    """A QComboBox that never changes by scrolling past it."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        size = round(look().px(14))
        place = QRect(self.width() - size - 10, (self.height() - size) // 2, size, size)
        with painting(self) as painter:
            icon("chevron_down", look().theme.muted, size).paint(painter, place)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def fill(self, entries: list[tuple[str, Any]], chosen: Any) -> None:
        """Other entries, (text, data) each, and which data is chosen."""
        if [(self.itemText(i), self.itemData(i)) for i in range(self.count())] != entries:
            self.clear()
            for text, data in entries:
                self.addItem(text, data)
        self.setCurrentIndex(next((i for i, (_, data) in enumerate(entries) if data == chosen), -1))
