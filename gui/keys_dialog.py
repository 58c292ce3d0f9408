"""All keys, listed from the table of commands."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gui.actions import commands


class KeysDialog(QDialog):
    """A plain list, a column a group; Escape closes it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        row = QHBoxLayout(self)
        row.setContentsMargins(26, 22, 26, 22)
        row.setSpacing(40)
        table = commands()
        for group in dict.fromkeys(command.group for command in table):
            column = QVBoxLayout()
            heading = QLabel(group)
            heading.setObjectName("heading")
            heading.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
            column.setSpacing(12)
            column.addWidget(heading)
            grid = QGridLayout()
            grid.setHorizontalSpacing(18)
            grid.setVerticalSpacing(7)
            rows = [(c.keys, c.text) for c in table if c.group == group]
            if group == table[0].group:
                rows.append((("1 … 9",), self.tr("Racers on and off")))
            for index, (keys, text) in enumerate(rows):
                label = QLabel("  ".join(_shown(key) for key in keys))
                label.setObjectName("value")
                grid.addWidget(label, index, 0)
                grid.addWidget(QLabel(text), index, 1)
            column.addLayout(grid)
            column.addStretch(1)
            row.addLayout(column)


def _shown(key: str) -> str:
    arrows = {"Left": "←", "Right": "→"}
    text = key if "…" in key else QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
    for name, arrow in arrows.items():
        text = text.replace(name, arrow)
    return text
