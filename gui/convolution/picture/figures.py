"""Numbers drawn fast: every different text becomes one small picture, used again for all its cells."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap

from engine.bounded_cache import ByteBoundedCache
from gui.convolution.words import cell_text
from gui.fonts import number_font
from gui.painting import painting
from gui.picture.kept import picture_bytes

ROOM = 200.0  # pixels to all sides of a number that is written
LEAST = 11.0  # pixels; smaller numbers are not drawn at all
FULL = 0.62  # of a cell's height, at most, for numbers that must be readable
MOST_BYTES = 8 << 20  # of pictures of numbers: at the usual size some 6,000


class Widths:
    """How wide the widest of many numbers is, found when first asked for."""

    def __init__(self, values: NDArray[np.float64]) -> None:
        self._values = values
        self._found: dict[int, float] = {}

    def widest(self, digits: int, metrics: QFontMetricsF) -> float:
        """In pixels, in a font of these metrics, which is always the same; 60 where there are no numbers."""
        if digits not in self._found:
            texts = longest_texts(self._values, digits)
            self._found[digits] = max(map(metrics.horizontalAdvance, texts), default=60.0)
        return self._found[digits]


def longest_texts(values: NDArray[np.float64], digits: int) -> set[str]:
    """Among the texts of all numbers, one of each form: figures are equally wide, so that no other text is wider."""
    size = np.abs(values)
    plain = (size >= 0.001) & (size < 10_000) | (size == 0)
    finite = np.isfinite(values)
    with np.errstate(all="ignore"):
        power = np.floor(np.log10(size))
        rounded = np.round(size / 10**power, max(digits - 2, 0)) >= 10
        far = _one_of_each(values, power + rounded, ~plain & finite)
        units = 10 ** np.maximum(digits - 1 - np.maximum(power, 0), 0)
        shown = np.rint(size * units)
        places = sum(shown % (units / 10**k) != 0 for k in range(3))  # after the point, but for zeros
        whole = np.maximum(np.floor(np.log10(shown / units)), 0)
        near = _one_of_each(values, whole + 10 * places, plain)
    odd = np.unique(values[~finite]).tolist()
    return {cell_text(value, digits) for value in (*far, *near, *odd)}


def _one_of_each(values: NDArray[np.float64], form: NDArray[np.float64], which: NDArray[np.bool_]) -> list[float]:
    """Of those meant, the first of each form and sign."""
    _, first = np.unique((2 * form + (values < 0))[which], return_index=True)
    return values[which][first].tolist()


Figure = Callable[[QPainter, float, float], None]


class Figures:
    """Draws numbers into cells. `vector`: as text, for files, not as pictures; of these at most 8 MB are kept."""

    def __init__(self) -> None:
        self._pictures: ByteBoundedCache[tuple[str, float, int, float], QPixmap] = ByteBoundedCache(
            MOST_BYTES, picture_bytes
        )
        self._metrics: dict[float, QFontMetricsF] = {}  # by size: whole pixels up to 37

    def metrics(self, size: float) -> QFontMetricsF:
        if size not in self._metrics:
            self._metrics[size] = QFontMetricsF(number_font(size))
        return self._metrics[size]

    def size_for(self, widths: Widths, cell: float, readable: float = 0.0) -> tuple[float, int]:
        """The largest size of text with which all numbers of these widths fit into cells, and their digits; 0: none
        does. `readable`: the size up to which numbers fill more of their cells than looks best."""
        least = LEAST
        for digits in (3, 2):
            widest = widths.widest(digits, self.metrics(100.0)) / 100
            high = max(0.44 * cell, min(max(readable, least), FULL * cell), min(least, 0.7 * cell))
            size = math.floor(min(high, 0.92 * cell / max(widest, 0.1)))
            if size >= least and (size >= 0.3 * cell or size >= 1.25 * least):
                return float(size), digits
            if digits == 2 and size >= least:
                return float(size), digits
        return 0.0, 0

    def figure(self, text: str, size: float, color: QColor, ratio: float, vector: bool) -> Figure:
        """A number that draws itself again and again, in the middle of what lies around (x, y)."""
        if vector:
            font = number_font(size)

            def write(painter: QPainter, x: float, y: float) -> None:
                painter.setFont(font)
                painter.setPen(color)
                painter.drawText(QRectF(x - ROOM, y - ROOM, 2 * ROOM, 2 * ROOM), Qt.AlignmentFlag.AlignCenter, text)

            return write
        key = (text, size, color.rgb(), ratio)
        metrics = self.metrics(size)
        picture = self._pictures.made(key, lambda: _picture(text, number_font(size), metrics, color, ratio))
        half_width, half_height = picture.width() / ratio / 2, picture.height() / ratio / 2

        def draw(painter: QPainter, x: float, y: float) -> None:
            # Whole pixels, so that digits stay sharp.
            place = QPointF(round((x - half_width) * ratio) / ratio, round((y - half_height) * ratio) / ratio)
            painter.drawPixmap(place, picture)

        return draw

    def draw(
        self, painter: QPainter, area: QRectF, text: str, size: float, color: QColor, ratio: float, vector: bool
    ) -> None:
        """`text` in the middle of `area`."""
        self.figure(text, size, color, ratio, vector)(painter, area.center().x(), area.center().y())


def _picture(text: str, font: QFont, metrics: QFontMetricsF, color: QColor, ratio: float) -> QPixmap:
    width = math.ceil((metrics.horizontalAdvance(text) + 2) * ratio)
    height = math.ceil(metrics.height() * ratio)
    picture = QPixmap(width, height)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    with painting(picture) as painter:
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        painter.setFont(font)
        painter.setPen(color)
        painter.drawText(QPointF(1, metrics.ascent()), text)
    return picture
