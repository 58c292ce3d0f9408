"""Formulas on the screen: the boxes of `engine.expressions.typeset`, laid out and drawn."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QGlyphRun,
    QGuiApplication,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPolygonF,
    QRawFont,
    QTransform,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from engine.expressions.boxes import Box, Row
from engine.expressions.typeset import latex, plain
from gui.fonts import math_font
from gui.formula_glyphs import Run, stretched
from gui.formula_lines import arranged
from gui.formula_pieces import RULE, STRAIGHT, WORD, Piece, Shape
from gui.painting import painting
from gui.widgets.words import as_plain

__all__ = ["FormulaLabel", "FormulaStyle", "Laid", "layout", "math_font"]

CACHED_WIDTHS = 8  # layouts of a label: some 20 KB each
CACHED_HEIGHTS = 512
MARGIN = 1  # around a label's formula, in pixels


@dataclass(frozen=True)
class FormulaStyle:
    """How a formula looks: text size, colour, and the colours of single symbols by name."""

    size_px: float = 18.0
    ink: QColor = field(default_factory=lambda: QColor("#f0f2f6"))
    colours: Mapping[str, QColor] = field(default_factory=dict)
    muted: QColor | None = None  # of the words in it; None: as `ink`


def layout(box: Box, style: FormulaStyle, max_width: float | None = None) -> Laid:
    """Place everything: in several lines, and at last smaller, where `max_width` asks for it.

    It never becomes smaller than 0.6 of its size; only then may it be wider than `max_width`.
    """
    return Laid(arranged(box, style.size_px, max_width), style)


def height_of(box: Box, size: float, max_width: float | None = None) -> float:
    """How tall `layout` makes it at a text size, for a part of the work."""
    piece = arranged(box, size, max_width)
    return math.ceil(piece.ascent) + math.ceil(piece.descent)


class Laid:
    """A formula ready to draw. `ascent` reaches from its top to its first line's baseline."""

    def __init__(self, piece: Piece, style: FormulaStyle) -> None:
        self._style = style
        self._runs: list[tuple[float, float, Run, str | None]] = []
        self._shapes: list[tuple[float, float, Shape, str | None]] = []
        self._place(piece, 0.0, 0.0)
        self._left = min([x + run.left for x, _, run, _ in self._runs], default=0.0)
        self._left = min(self._left, 0.0)
        self._glyphs = self._gathered()
        # Whole pixels, so that baselines lie on pixels too.
        self.ascent = math.ceil(piece.ascent)
        self.height = self.ascent + math.ceil(piece.descent)
        self.width = piece.width - self._left

    def _place(self, piece: Piece, x: float, y: float) -> None:
        for dx, dy, what, symbol in piece.parts:
            if isinstance(what, Piece):
                self._place(what, x + dx, y + dy)
            elif isinstance(what, Run):
                self._runs.append((x + dx, y + dy, what, symbol))
            else:
                self._shapes.append((x + dx, y + dy, what, symbol))

    def _colour(self, symbol: str | None) -> QColor:
        if symbol == WORD:
            return self._style.muted or self._style.ink
        return self._style.colours.get(symbol, self._style.ink) if symbol else self._style.ink

    def _gathered(self) -> list[tuple[QGlyphRun, QColor]]:
        """All glyphs of one font and colour together, since each call to Qt has its price."""
        lines: dict[tuple[int, str | None], tuple[QRawFont, list[int], list[QPointF]]] = {}
        colours = self._style.colours
        for x, y, run, symbol in self._runs:
            shown = symbol if symbol in colours or symbol == WORD else None
            for font, indexes, positions in run.segments:
                key = (id(font), shown)
                line = lines.get(key)
                if line is None:
                    line = lines[key] = (font, [], [])
                line[1].extend(indexes)
                line[2].extend([QPointF(x + position, y) for position in positions])
        gathered = []
        for (_, shown), (font, indexes, points) in lines.items():
            glyphs = QGlyphRun()
            glyphs.setRawFont(font)
            glyphs.setGlyphIndexes(indexes)
            glyphs.setPositions(points)
            gathered.append((glyphs, self._colour(shown)))
        return gathered

    def draw(self, painter: QPainter, x: float, y: float) -> None:
        """Draw with the left edge at x and the first baseline at y."""
        x -= self._left
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        origin = QPointF(x, y)
        for glyphs, colour in self._glyphs:
            painter.setPen(colour)
            painter.drawGlyphRun(origin, glyphs)
        painter.setPen(Qt.PenStyle.NoPen)
        grid = _Grid(painter.deviceTransform())
        for dx, dy, shape, symbol in self._shapes:
            colour = self._colour(symbol)
            painter.setBrush(colour)
            _draw_shape(painter, grid, x + dx, y + dy, shape, colour)
        painter.restore()

    def hit(self, x: float, y: float) -> str | None:
        """The symbol at a point, measured as in `draw` from the left edge and first baseline."""
        x += self._left
        slop = 2.0
        for left, base, run, symbol in self._runs:
            inside = left - slop <= x <= left + run.width + slop
            if symbol and inside and -run.ascent - slop <= y - base <= run.descent + slop:
                return symbol
        return None


class _Grid:
    """The device's pixels, so that straight lines are crisp."""

    def __init__(self, transform: QTransform) -> None:
        self.straight = transform.m12() == 0.0 == transform.m21()
        self.sx, self.sy = transform.m11() or 1.0, transform.m22() or 1.0
        self.dx, self.dy = transform.dx(), transform.dy()

    def y(self, y: float) -> float:
        return (round(y * self.sy + self.dy) - self.dy) / self.sy if self.straight else y

    def x(self, x: float) -> float:
        return (round(x * self.sx + self.dx) - self.dx) / self.sx if self.straight else x

    def thickness(self, size: float) -> float:
        if not self.straight:
            return size
        return max(round(size * abs(self.sy)), 1) / abs(self.sy)


def _draw_shape(painter: QPainter, grid: _Grid, x: float, y: float, shape: Shape, colour: QColor) -> None:
    if shape.kind == "bar":
        thick = grid.thickness(shape.height)
        painter.fillRect(QRectF(x, grid.y(y + (shape.height - thick) / 2), shape.width, thick), colour)
    elif shape.kind == "root":
        painter.drawPolygon(_root(grid, x, y, shape))
    elif shape.kind == "hat":
        painter.drawPolygon(_hat(x, y, shape))
    elif shape.text in STRAIGHT:
        _draw_straight(painter, grid, x, y, shape, colour)
    else:
        path = stretched(shape.text, shape.size, shape.height)
        painter.translate(x, y)
        painter.drawPath(path)
        painter.translate(-x, -y)


def _draw_straight(painter: QPainter, grid: _Grid, x: float, y: float, shape: Shape, colour: QColor) -> None:
    """A bracket of straight lines: |, ‖, ⌊ or ⌋."""
    thick = grid.thickness(RULE * shape.size)
    left, right = grid.x(x), grid.x(x + shape.width - RULE * shape.size)
    for bar in {"|": (left,), "⌊": (left,), "⌋": (right,), "‖": (left, right)}[shape.text]:
        painter.fillRect(QRectF(bar, y, thick, shape.height), colour)
    if shape.text in "⌊⌋":
        foot = grid.y(y + shape.height - thick)
        painter.fillRect(QRectF(left, foot, right + thick - left, thick), colour)


def _hat(x: float, y: float, shape: Shape) -> QPolygonF:
    wide, high = shape.width, shape.height
    points = [(0, 1), (0.5, 0), (1, 1), (0.84, 1), (0.5, 0.42), (0.16, 1)]
    return QPolygonF([QPointF(x + px * wide, y + py * high) for px, py in points])


def _root(grid: _Grid, x: float, y: float, shape: Shape) -> QPolygonF:
    """The root sign: tick, thick stroke down, thin stroke up, bar."""
    size, hook = shape.size, shape.hook
    thick = grid.thickness(RULE * size)
    top = grid.y(y)
    foot = y + shape.height
    tick = foot - min(0.56 * shape.height, 0.6 * size)
    low = x + 0.25 * size  # where the strokes meet
    rise = (hook - 0.25 * size) / (foot - top)  # sideways per height of the thin stroke
    thin = 0.055 * size
    # The thick stroke's right edge meets the thin stroke's left edge.
    x1, slope = x + 0.165 * size, (low + 0.03 * size - (x + 0.165 * size)) / (foot - tick)
    meet = (low - thin / 2 + rise * foot - x1 + slope * tick) / (slope + rise)
    points = [
        (x + 0.015 * size, tick + 0.11 * size),
        (x1, tick),
        (x1 + slope * (meet - tick), meet),
        (x + hook - thin / 2, top),
        (x + shape.width, top),
        (x + shape.width, top + thick),
        (x + hook + thin / 2 - rise * thick + 0.01 * size, top + thick),
        (low + 0.04 * size, foot),
        (low - 0.03 * size, foot),
        (x + 0.1 * size, tick + 0.085 * size),
        (x + 0.035 * size, tick + 0.14 * size),
    ]
    return QPolygonF([QPointF(*point) for point in points])


class FormulaLabel(QWidget):
    """Shows a formula, in as many lines as its width asks for."""

    hovered = Signal(str)  # the symbol under the pointer, "" when there is none

    def __init__(self, box: Box | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._box: Box = Row(())
        self._style = FormulaStyle(ink=self.palette().windowText().color())
        self._laid: dict[int | None, Laid] = {}  # by width, None: on one line
        self._heights: dict[int, int] = {}
        self._symbol = ""
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMouseTracking(True)
        if box is not None:
            self.set_box(box)

    def box(self) -> Box:
        return self._box

    def set_box(self, box: Box, keep_height: bool = False) -> None:
        """Show another formula. `keep_height`: only its numbers change, so never become lower."""
        if box == self._box:
            return
        self._box = box
        text = plain(box)
        self.setAccessibleName(text)
        self.setToolTip(as_plain(text))
        self._renew(keep_height)

    def set_formula_style(self, style: FormulaStyle) -> None:
        self._style = style
        self._renew(False)

    def heightForWidth(self, width: int) -> int:
        height = math.ceil(self._at_width(width).height) + 2 * MARGIN
        if len(self._heights) >= CACHED_HEIGHTS:
            self._heights.clear()
        self._heights[width] = max(self._heights.get(width, 0), height)
        return self._heights[width]

    def sizeHint(self) -> QSize:
        laid = self._at_width(None)
        return QSize(math.ceil(laid.width) + 2 * MARGIN, math.ceil(laid.height) + 2 * MARGIN)

    def minimumSizeHint(self) -> QSize:
        return QSize(round(4 * self._style.size_px), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        with painting(self) as painter:
            laid = self._at_width(self.width())
            laid.draw(painter, MARGIN, MARGIN + laid.ascent)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        laid, at = self._at_width(self.width()), event.position()
        self._hover(laid.hit(at.x() - MARGIN, at.y() - MARGIN - laid.ascent) or "")

    def leaveEvent(self, event: QEvent) -> None:
        self._hover("")

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.copy_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def copy_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.addAction(self.tr("Copy as text"), lambda: self._copy(plain(self._box)))
        menu.addAction(self.tr("Copy as LaTeX"), lambda: self._copy(latex(self._box)))
        return menu

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)

    def _hover(self, symbol: str) -> None:
        if symbol != self._symbol:
            self._symbol = symbol
            self.hovered.emit(symbol)

    def _at_width(self, width: int | None) -> Laid:
        if width not in self._laid:
            if len(self._laid) >= CACHED_WIDTHS:
                self._laid.clear()
            room = None if width is None else max(width - 2 * MARGIN, 1)
            self._laid[width] = layout(self._box, self._style, room)
        return self._laid[width]

    def _renew(self, keep_height: bool) -> None:
        self._laid.clear()
        before = self._heights.get(self.width(), -1)
        if not keep_height:
            self._heights.clear()
        if not keep_height or self.heightForWidth(self.width()) != before:
            self.updateGeometry()
        self.update()
