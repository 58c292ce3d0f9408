"""A question with two or three answers, named by what they do."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget


def ask(parent: QWidget, question: str, answers: Mapping[str, str], default: str) -> str:
    """Ask, and give the key of the answer; Escape and Enter mean the `default`."""
    box = QMessageBox(QMessageBox.Icon.Question, "Stepscope", question, parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    buttons = {}
    for key, text in answers.items():
        role = QMessageBox.ButtonRole.RejectRole if key == default else QMessageBox.ButtonRole.AcceptRole
        buttons[key] = box.addButton(text, role)
    box.setDefaultButton(buttons[default])
    box.setEscapeButton(buttons[default])
    try:
        box.exec()
        pressed = box.clickedButton()
        return next((key for key, button in buttons.items() if button is pressed), default)
    finally:
        box.deleteLater()
