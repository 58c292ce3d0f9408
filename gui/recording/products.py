"""The products of one cell as boxes in the hues of their weights, in a given place and theme."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from gui.convolution.palette import hue
from gui.convolution.picture.figures import Figures
from gui.convolution.picture.frames import draw_frame
from gui.convolution.words import cell_text
from gui.theme import Theme

SIZES = (25.0, 23.0, 21.0, 19.0, 17.0, 15.0, 13.0, 12.0)  # of the numbers; the largest with which all products fit


class Products:
    """Paints terms and which of them are done: as the inspector shows them, but anywhere."""

    def __init__(self) -> None:
        self._figures = Figures()

    def _measures(self, terms: Any, size: float) -> tuple[float, float, float, float]:
        """Width of a box, of × and a second box, of the plus; height of a row."""
        metrics = self._figures.metrics(size)
        texts = {cell_text(value) for value in {*terms.left, *(terms.right or ())}}
        box = max((metrics.horizontalAdvance(text) for text in texts), default=10.0) + 0.9 * size
        box = max(box, 2.1 * size)
        return box, box + 1.15 * size if terms.right is not None else 0.0, 1.35 * size, 1.95 * size

    def paint(
        self, painter: QPainter, area: QRectF, terms: Any, done: int, count: int, theme: Theme, ratio: float
    ) -> None:
        """`count`: how many hues there are. Products that do not fit give way to those around the present one."""
        many = len(terms)
        for size in SIZES:
            box, second, plus, row = self._measures(terms, size)
            columns = max(int(area.width() // (box + second + plus)), 1)  # a row that goes on ends with its plus
            if many * (box + second + plus) - plus <= area.width():
                columns = many
            rows = -(-many // columns)
            if rows * row <= area.height():
                break
        columns = -(-many // rows) if rows * row <= area.height() else columns  # rows equally long
        shown = min(rows, max(int(area.height() // row), 1))
        now = max(done - 1, 0)
        first = min(max(now // columns - shown // 2, 0), rows - shown)
        top = area.top() + max(area.height() - shown * row, 0.0) / 2
        for place in range(first * columns, min((first + shown) * columns, many)):
            r, c = divmod(place - first * columns, columns)
            x, y = area.left() + c * (box + second + plus), top + r * row + 0.12 * row
            self._term(painter, QRectF(x, y, box, 0.76 * row), second, terms, place, done, count, theme, ratio)
            if place < many - 1:
                last = place == (first + shown) * columns - 1
                sign = QRectF(x + box + second, y, plus, 0.76 * row)
                self._text(painter, sign, "…" if last else terms.sign, theme.color("muted"), ratio)
        painter.setOpacity(1.0)

    def _term(
        self, painter: QPainter, area: QRectF, second: float, terms: Any, place: int, done: int, count: int,
        theme: Theme, ratio: float,
    ) -> None:  # fmt: skip
        weight, data = terms.hues[place], terms.data[place]
        color = hue(weight, count, theme.dark) if weight >= 0 else theme.color("muted")
        painter.setOpacity(1.0 if place < done else 0.45)
        if place == done - 1:
            glow = QColor(color)
            glow.setAlpha(105)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(glow)
            painter.drawRoundedRect(area.adjusted(-3, -3, second + 3, 3), 7, 7)
        self._box(painter, area, terms.left[place], color, data, theme, ratio)
        if terms.right is not None:
            cross = QRectF(area.right(), area.top(), second - area.width(), area.height())
            self._text(painter, cross, "×", theme.color("muted"), ratio)
            self._box(painter, area.translated(second, 0), terms.right[place], color, True, theme, ratio)

    def _box(
        self, painter: QPainter, area: QRectF, value: float, color: QColor, data: bool, theme: Theme, ratio: float
    ) -> None:
        draw_frame(painter, area, color, 2.25 if data else 1.5, ratio, theme.color("field"), not data)
        self._text(painter, area, cell_text(value), theme.color("ink" if data else "muted"), ratio)

    def _text(self, painter: QPainter, area: QRectF, text: str, color: QColor, ratio: float) -> None:
        size = area.height() / (0.76 * 1.95)
        self._figures.draw(painter, area, text, size, color, ratio, vector=False)
