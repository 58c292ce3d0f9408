"""A choice among few, side by side."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from gui.theme import look


class Segments(QWidget):
    """`chosen(key)`: one of a few, side by side."""

    chosen = Signal(str)

    def __init__(self, name: str, choices: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("segments")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(2)
        self.buttons: dict[str, QPushButton] = {}
        self.group = QButtonGroup(self)
        for key, text in choices.items():
            button = QPushButton(text)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(f"{name}: {text}")
            button.clicked.connect(lambda _checked=False, key=key: self.chosen.emit(key))
            self.group.addButton(button)
            self.buttons[key] = button
            row.addWidget(button, len(text) + 4)
        look().changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        theme = look().theme
        self.setStyleSheet(
            f"#segments {{ background: {theme.card}; border-radius: 7px; }}"
            f"#segments QPushButton {{ padding: 5px 3px; border-radius: 5px; background: transparent; }}"
            f"#segments QPushButton:checked {{ background: {theme.accent}; color: {theme.on_accent}; }}"
        )

    def set_choice(self, key: str) -> None:
        """Show a choice without telling anyone; one that is not there: none."""
        if key in self.buttons:
            self.buttons[key].setChecked(True)
        elif (checked := self.group.checkedButton()) is not None:
            self.group.setExclusive(False)
            checked.setChecked(False)
            self.group.setExclusive(True)

    def set_tip(self, keys: Collection[str], tip: str) -> None:
        """Say something about some of the choices."""
        for key, button in self.buttons.items():
            button.setToolTip(tip if key in keys else "")
