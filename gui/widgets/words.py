"""Labels for sentences that may hold what somebody typed or a file said: shown as they are, never as markup."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel


def words(kind: str, text: str = "") -> QLabel:
    """A label that wraps. `kind` is its name in the style sheet: "error", "note", "muted", …"""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setObjectName(kind)
    label.setWordWrap(True)
    return label
