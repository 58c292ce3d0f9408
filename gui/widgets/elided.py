"""A line of text that gives way: shortened at its first words, or in its middle, where there is no room for all."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

LEAST = 2  # letters of the first word that always have room


class Elided(QLabel):
    """What `text` gives is the whole. The last words stay longest, since names that are alike differ at their ends."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = text
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._fit()

    def text(self) -> str:
        return self._whole

    def setText(self, text: str) -> None:
        if text != self._whole:
            self._whole = text
            self.updateGeometry()
            self._fit()

    def shown(self) -> str:
        """What there is room for."""
        return super().text()

    def _fit(self) -> None:
        super().setText(shortened(self._whole, self.fontMetrics(), self.width()))

    def _wide(self, text: str) -> int:
        self.ensurePolished()
        return self.fontMetrics().horizontalAdvance(text) + 2

    def sizeHint(self) -> QSize:
        return QSize(self._wide(self._whole), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self._wide("m" * LEAST), self._wide(self._whole)), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.updateGeometry()
            self._fit()


def shortened(text: str, metrics: QFontMetrics, width: int) -> str:
    """E.g. "Gradi… η = 0.04": as many of the last words as leave room for the first letters."""
    if metrics.horizontalAdvance(text) <= width:
        return text
    for place in (index for index, letter in enumerate(text) if letter == " "):
        room = width - metrics.horizontalAdvance(text[place:])
        if room >= metrics.horizontalAdvance(text[:LEAST] + "…"):
            return metrics.elidedText(text[:place], Qt.TextElideMode.ElideRight, room) + text[place:]
    return metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, width)
