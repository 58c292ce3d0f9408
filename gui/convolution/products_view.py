"""The products of one cell as boxes in the hues of their weights, and the one that is being added."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from engine.expressions.boxes import format_exactly
from gui.convolution.palette import hue
from gui.convolution.picture.figures import Figures
from gui.convolution.picture.frames import draw_frame
from gui.convolution.words import cell_text
from gui.painting import painting
from gui.theme import look

SIZES = (16, 15, 14, 13, 12)  # of the numbers, in pixels; the largest with which all products fit
PRESENTED = SIZES[:3]  # an audience rather sees fewer of them
TALLEST = 190  # pixels


@dataclass(frozen=True, slots=True)
class Terms:
    """Products, or numbers alone; `name` names the operands of one for the tooltip."""

    left: list[float]
    right: list[float] | None
    hues: list[int]  # −1: none
    data: list[bool]  # False: the left operand is a zero that is no data
    name: Callable[[int], str]
    first: int = 0  # how many there are before these
    all: int = 0
    sign: str = "+"  # between them

    def __len__(self) -> int:
        return len(self.left)


class ProductsView(QWidget):
    """Shows terms, and which of them are done."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.terms = Terms([], None, [], [], str)
        self._texts: tuple[str, ...] = ()
        self.done, self.count = 0, 1
        self._areas: list[tuple[QRectF, int]] = []
        self._height = 0
        self._size = 15.0
        self._sizes: tuple[int, ...] = SIZES
        self._figures = Figures()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Products of this cell"))
        look().changed.connect(self._restyle)

    def _restyle(self) -> None:
        self._fit()
        self.update()

    def show_terms(self, terms: Terms, done: int, count: int) -> None:
        """`count`: how many hues there are."""
        self.terms, self.done, self.count = terms, done, count
        self._texts = tuple({cell_text(value) for value in {*terms.left, *(terms.right or ())}})
        self._fit()
        self.update()

    def set_presenting(self, presenting: bool) -> None:
        """Numbers that are read from the last row."""
        self._sizes = PRESENTED if presenting else SIZES
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(260, max(self._height, 1))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, max(self._height, 1))

    def resizeEvent(self, event: object) -> None:
        self._fit()

    def _fit(self) -> None:
        height = round(self._arrange()[3])
        if height != self._height:
            self._height = height
            self.updateGeometry()

    def _arrange(self) -> tuple[float, int, int, float]:
        """Size of text, terms a row, rows, height: everything if it fits."""
        px = look().scale
        for size in self._sizes:
            wide, row = self._measures(size * px)
            room = self.width() - 8
            columns = max(int(room // sum(wide)), 1)  # a row that goes on ends with its plus
            if len(self.terms) * sum(wide) - wide[2] <= room:
                columns = max(len(self.terms), 1)
            rows = -(-len(self.terms) // columns)
            if rows * row <= TALLEST * px or size == self._sizes[-1]:
                break
        shown = min(rows, max(int(TALLEST * px // row), 1))
        return size * px, columns, shown, shown * row

    def _measures(self, size: float) -> tuple[tuple[float, float, float], float]:
        """Width of a box, of × and a second box, of the plus; height of a row."""
        metrics = self._figures.metrics(size)
        box = max((metrics.horizontalAdvance(text) for text in self._texts), default=10.0) + size * 0.9
        box = max(box, 2.1 * size)
        pair = self.terms.right is not None
        return (box, box + 1.15 * size if pair else 0.0, 1.35 * size), 1.95 * size

    def paintEvent(self, _: QPaintEvent) -> None:
        with painting(self) as painter:
            size, columns, rows, _height = self._arrange()
            (box, second, plus), row = self._measures(size)
            theme = look().theme
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._size = size
            now = max(self.done - 1, 0)
            first = min(max(now // columns - rows // 2, 0), max(-(-len(self.terms) // columns) - rows, 0))
            self._areas = []
            for place in range(first * columns, min((first + rows) * columns, len(self.terms))):
                left, weight = self.terms.left[place], self.terms.hues[place]
                r, c = divmod(place - first * columns, columns)
                x, y = c * (box + second + plus) + 4, r * row + 0.12 * row
                color = hue(weight, self.count, theme.dark) if weight >= 0 else theme.color("muted")
                painter.setOpacity(1.0 if place < self.done else 0.5)
                high = row * 0.76
                whole = QRectF(x, y, box + second, high)
                if place == self.done - 1:
                    painter.setPen(Qt.PenStyle.NoPen)
                    painter.setBrush(_glow(color))
                    painter.drawRoundedRect(whole.adjusted(-3, -3, 3, 3), 7, 7)
                self._box(painter, QRectF(x, y, box, high), left, color, self.terms.data[place])
                if self.terms.right is not None:
                    self._text(painter, QRectF(x + box, y, second - box, high), "×", "muted")
                    self._box(painter, QRectF(x + second, y, box, high), self.terms.right[place], color, True)
                if place < self.terms.all - self.terms.first - 1:
                    last = place == min((first + rows) * columns, len(self.terms)) - 1
                    sign = QRectF(x + box + second, y, plus, high)
                    self._text(painter, sign, "…" if last else self.terms.sign, "muted")
                self._areas.append((whole, place))

    def _box(self, painter: QPainter, area: QRectF, value: float, color: QColor, data: bool) -> None:
        theme, ratio = look().theme, self.devicePixelRatioF()
        draw_frame(painter, area, color, 2.25 if data else 1.5, ratio, theme.color("field"), not data)
        self._text(painter, area, cell_text(value), "ink" if data else "muted")

    def _text(self, painter: QPainter, area: QRectF, text: str, ink: str) -> None:
        color, ratio = look().theme.color(ink), self.devicePixelRatioF()
        self._figures.draw(painter, area, text, self._size, color, ratio, vector=False)

    def exact(self, place: QPoint) -> str:
        """The product at a point with all its digits."""
        for area, number in self._areas:
            if area.contains(place):
                left, name = self.terms.left[number], self.terms.name(number)
                if self.terms.right is None:
                    return f"{name} = {format_exactly(left)}"
                right = self.terms.right[number]
                return f"{name} = {format_exactly(left)} × {format_exactly(right)} = {format_exactly(left * right)}"
        return ""

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            text = self.exact(event.pos())
            if text:
                QToolTip.showText(event.globalPos(), text, self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)


def _glow(color: QColor) -> QColor:
    glow = QColor(color)
    glow.setAlpha(105)
    return glow
