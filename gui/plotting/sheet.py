"""What a plot is drawn on."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QFont

from gui.theme import Theme


@dataclass(frozen=True)
class Sheet:
    """Where it is drawn: so many pixels, in a theme."""

    width: float
    height: float
    theme: Theme
    font: QFont
    px: float = 1.0
    ratio: float = 1.0

    def small(self, size: float = 11) -> QFont:
        """The font of numbers and names, `size` pixels at scale 1."""
        font = QFont(self.font)
        font.setPixelSize(max(round(size * self.px), 11))
        font.setBold(False)
        return font
