"""All keys, listed from the table of commands."""

from __future__ import annotations

import re

from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gui.actions import commands
from gui.presentation.chip import key_name

COLUMNS = 3


class KeysDialog(QDialog):
    """A plain list, its groups in columns of about the same length; Escape closes it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        content = QWidget()
        content.setObjectName("canvasArea")
        row = QHBoxLayout(content)
        row.setContentsMargins(26, 20, 26, 20)
        row.setSpacing(40)
        table = commands()
        groups = {
            group: [(c.keys, c.text) for c in table if c.group == group]
            for group in dict.fromkeys(command.group for command in table)
        }
        groups[table[0].group].append((("1 … 9",), self.tr("Racers on and off")))
        columns: list[list[str]] = [[] for _ in range(COLUMNS)]
        for group in sorted(groups, key=lambda name: -len(groups[name])):
            shortest = min(columns, key=lambda names: sum(len(groups[name]) + 2 for name in names))
            shortest.append(group)
        for names in sorted(columns, key=lambda names: list(groups).index(names[0])):
            column = QVBoxLayout()
            column.setSpacing(8)
            for name in names:
                heading = QLabel(name)
                heading.setObjectName("heading")
                heading.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
                column.addWidget(heading)
                column.addLayout(_listed(groups[name]))
                column.addSpacing(10)
            column.addStretch(1)
            row.addLayout(column)
        area = QScrollArea()  # on a small screen, or with large type
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(content)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)
        self.pressed = QLabel(self.tr("Clicker: press one of its buttons to see which key it sends."))
        self.pressed.setObjectName("value")
        self.pressed.setContentsMargins(26, 8, 26, 12)
        whole.addWidget(self.pressed)
        room = self.screen().availableSize() * 0.95
        self.resize((content.sizeHint() + QSize(10, 4)).boundedTo(room))

    def event(self, event: QEvent) -> bool:
        """Tell of every key what it is and does; only Escape does it, and closes this window."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            event.accept()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            super().keyPressEvent(event)
            return
        sequence = QKeySequence(event.keyCombination()).toString(QKeySequence.SequenceFormat.PortableText)
        found = [c.text for c in commands() if sequence in (QKeySequence(key).toString() for key in c.keys)]
        does = found[0] if found else self.tr("does nothing here")
        self.pressed.setText(self.tr("Clicker: {key} – {does}").format(key=key_name(event), does=does))


def _listed(rows: list[tuple[tuple[str, ...], str]]) -> QGridLayout:
    """Keys and what they do; commands without a key stand in the menu of the scene's name."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(18)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(1, 1)
    for index, (keys, text) in enumerate(rows):
        label = QLabel("  ".join(_shown(key) for key in keys) or QCoreApplication.translate("KeysDialog", "no key"))
        label.setObjectName("value" if keys else "muted")
        grid.addWidget(label, index, 0)
        grid.addWidget(QLabel(text), index, 1)
    return grid


def _shown(key: str) -> str:
    arrows = {"Left": "←", "Right": "→", "Up": "↑", "Down": "↓"}
    if key == "-":  # alone it looks like a dash
        return QCoreApplication.translate("KeysDialog", "− (minus)")
    text = key if "…" in key else QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
    return re.sub(r"\b(Left|Right|Up|Down)\b", lambda found: arrows[found[1]], text)
