"""Labels for sentences that may hold what somebody typed or a file said: shown as they are, never as markup."""

from __future__ import annotations

from html import escape

from PySide6 import QtGui
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel


def capitalised(text: str) -> str:
    """With a capital, unless it begins with a symbol: η is not Η."""
    return text[:1].upper() + text[1:] if text[:1].isascii() else text


def sentence(text: str) -> str:
    """An engine's message as a sentence; nothing stays nothing."""
    return capitalised(text) + ("" if not text or text.endswith((".", "…")) else ".")


def as_plain(text: str) -> str:
    """A text for a tooltip or a question, where Qt guesses whether it is markup: shown as it is, never as markup."""
    if not QtGui.Qt.mightBeRichText(text):
        return text
    return f"<span>{escape(text)}</span>".replace("\n", "<br>")


def words(kind: str, text: str = "") -> QLabel:
    """A label that wraps. `kind` is its name in the style sheet: "error", "note", "muted", …"""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setObjectName(kind)
    label.setWordWrap(True)
    return label


def heading(text: str) -> QLabel:
    """Above a section."""
    label = QLabel(text)
    label.setObjectName("heading")
    return label
