"""A field of the recording dialog."""

from __future__ import annotations

from PySide6.QtCore import Signal

from gui.widgets.entry_box import EntryBox


class Box(EntryBox):
    """A number of the recording, previewed as it is typed: nothing is made of it until “Record…”."""

    brought_back = Signal()

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._kept = text

    def setText(self, text: str | None) -> None:
        super().setText(text)
        self._kept = self.text()

    def commit(self) -> None:
        if not self.property("wrong"):
            self._kept = self.text()
            self.settle()

    def bring_back(self) -> None:
        self.settle()
        self.setText(self._kept)
        self.brought_back.emit()
