"""Numbers drawn fast: every different text becomes one small picture, used again for all its cells."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap

from gui.convolution.words import cell_text
from gui.fonts import number_font

LEAST = 11.0  # pixels; smaller numbers are not drawn at all
MOST_PICTURES = 4000


class Figures:
    """Draws numbers into cells. `vector`: as text, for files, instead of as pictures."""

    def __init__(self) -> None:
        self._pictures: dict[tuple[str, float, int, float], QPixmap] = {}
        self._metrics: dict[float, QFontMetricsF] = {}

    def metrics(self, size: float) -> QFontMetricsF:
        if size not in self._metrics:
            self._metrics[size] = QFontMetricsF(number_font(size))
        return self._metrics[size]

    def size_for(self, values: list[float], cell: float, least: float) -> tuple[float, int]:
        """The largest size of text with which all of `values` fit into cells, and their digits; 0: none does."""
        wide = self.metrics(100.0)
        for digits in (3, 2):
            widest = max((wide.horizontalAdvance(cell_text(value, digits)) for value in values), default=60.0) / 100
            high = max(0.44 * cell, min(least, 0.7 * cell))
            size = math.floor(min(high, 0.92 * cell / max(widest, 0.1)))
            if size >= least and (size >= 0.3 * cell or size >= 1.25 * least):
                return float(size), digits
            if digits == 2 and size >= least:
                return float(size), digits
        return 0.0, 0

    def draw(
        self, painter: QPainter, area: QRectF, text: str, size: float, color: QColor, ratio: float, vector: bool
    ) -> None:
        """`text` in the middle of `area`."""
        metrics = self.metrics(size)
        if vector:
            painter.setFont(number_font(size))
            painter.setPen(color)
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
            return
        key = (text, size, color.rgb(), ratio)
        picture = self._pictures.get(key)
        if picture is None:
            picture = self._pictures[key] = _picture(text, number_font(size), metrics, color, ratio)
            if len(self._pictures) > MOST_PICTURES:
                self._pictures.clear()
        width, height = picture.width() / ratio, picture.height() / ratio
        middle = area.center()
        # Whole pixels, so that digits stay sharp.
        x = round((middle.x() - width / 2) * ratio) / ratio
        y = round((middle.y() - height / 2) * ratio) / ratio
        painter.drawPixmap(QPointF(x, y), picture)


def _picture(text: str, font: QFont, metrics: QFontMetricsF, color: QColor, ratio: float) -> QPixmap:
    width = math.ceil((metrics.horizontalAdvance(text) + 2) * ratio)
    height = math.ceil(metrics.height() * ratio)
    picture = QPixmap(width, height)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.setFont(font)
    painter.setPen(color)
    painter.drawText(QPointF(1, metrics.ascent()), text)
    painter.end()
    return picture
