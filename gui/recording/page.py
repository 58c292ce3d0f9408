"""The sheet that a recording is drawn on: where title, picture and notes lie at any shape of picture.

Lengths are in units of 1/720 of the picture's shorter side, so that a recording looks the same at every size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from gui.fonts import load_fonts, number_font
from gui.recording.settings import Settings
from gui.theme import THEMES, Theme

UNITS = 720.0  # along the shorter side
MARGIN = 26.0
GAP = 20.0  # between the parts
WIDE, TALL = 1.25, 0.8  # width / height from which a picture is laid out as a wide or a tall one


@dataclass(frozen=True)
class Page:
    """A sheet of `width` × `height` units, of `ratio` pixels each, in a theme."""

    width: float
    height: float
    ratio: float
    theme: Theme
    transparent: bool = False

    @staticmethod
    def of(settings: Settings) -> Page:
        ratio = min(settings.width, settings.height) / UNITS
        theme = THEMES[settings.theme]
        return Page(settings.width / ratio, settings.height / ratio, ratio, theme, settings.transparent)

    @property
    def wide(self) -> bool:
        return self.width / self.height >= WIDE

    @property
    def tall(self) -> bool:
        return self.width / self.height <= TALL

    def snapped(self, area: QRectF) -> QRectF:
        """On whole pixels, so that pictures kept from the last frame fit exactly."""
        left, top = round(area.left() * self.ratio), round(area.top() * self.ratio)
        right, bottom = round(area.right() * self.ratio), round(area.bottom() * self.ratio)
        return QRectF(left / self.ratio, top / self.ratio, (right - left) / self.ratio, (bottom - top) / self.ratio)

    def clear(self, painter: QPainter, area: QRectF) -> None:
        """Nothing but ground."""
        color = QColor(0, 0, 0, 0) if self.transparent else self.theme.color("window")
        mode = painter.compositionMode()
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.fillRect(area, color)
        painter.setCompositionMode(mode)


def text_font(size: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The interface's font, figures of equal width, at `size` units."""
    font = number_font(size)
    font.setWeight(weight)
    return font


def plain_font() -> QFont:
    """The font that pictures set sizes on themselves."""
    return QFont(list(load_fonts()))


def wrapped(text: str, font: QFont, width: float, most: int) -> list[str]:
    """`text` in lines no wider than `width`; of more than `most` the last one ends in an ellipsis."""
    metrics = QFontMetricsF(font)
    lines = [""]
    words = text.split()
    for index, word in enumerate(words):
        longer = f"{lines[-1]} {word}".strip()
        if not lines[-1] or metrics.horizontalAdvance(longer) <= width:
            lines[-1] = longer
        elif len(lines) == most:
            lines[-1] += " " + " ".join(words[index:])
            break
        else:
            lines.append(word)
    return [metrics.elidedText(line, Qt.TextElideMode.ElideRight, width) for line in lines]


def draw_lines(
    painter: QPainter, lines: Sequence[str], font: QFont, color: QColor, x: float, y: float, skip: float
) -> float:
    """Lines of text from `y` down, `skip` apart; where they end."""
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    painter.setPen(color)
    for line in lines:
        painter.drawText(QPointF(x, y + (skip - metrics.height()) / 2 + metrics.ascent()), line)
        y += skip
    return y
