"""An update rule with a step's numbers, as large as its place allows at every step of the run."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from engine.descent import History
from engine.expressions.boxes import Box
from engine.expressions.typeset import typeset_assignment
from gui.formula import FormulaStyle, Laid, height_of, layout
from gui.optimizers.rule_view import GAP, PADDING, Row, draw_formulas, draw_numbers, step_boxes, symbol_colors
from gui.picture.room import check_room
from gui.theme import Theme

SIZES = (27, 25, 23, 21, 19, 17, 15, 13, 12)  # of the formulas; numbers are smaller
SMALL = 17  # smaller than this, and the lines stand side by side, with the numbers of the lit one below
NUMBERS = 0.78
ROUGH, FINE = 5, 24  # steps looked at for the size, and then for the room of every line
CELL = 12.0  # around a formula that stands beside another


class RuleBlock:
    """Chooses size and places from samples of the run, so that nothing moves while it plays. Raises ValueError where
    there is no room: formulas shrunk to less than nothing would stand on their heads."""

    def __init__(self, history: History, theme: Theme, width: float, height: float, least: float = 0.0) -> None:
        """One that is not `whole` in formulas of at least the size `least` is given up, and not to be painted."""
        check_room(width, height)
        self.history, self.theme, self.width = history, theme, width
        self._inner = width - 2 * PADDING - 6
        self._boxes: dict[int, list[Box | None]] = {}
        self.shrunk, self._given_up = 1.0, False
        for self.compact in (False, True):
            for self._size in SIZES:
                if least and (self.compact or self._size < max(least, SMALL)):
                    self._given_up = True
                    return
                self._measure(ROUGH, height)
                if self.height <= height:
                    break
            if self._size >= SMALL:
                break
        self._measure(FINE)
        self._boxes.clear()
        self.shrunk = min(height / self.height, 1.0) if self.height else 1.0

    def whole(self, least: float) -> bool:
        """Whether every line stands with its numbers, in formulas of at least that size."""
        return not self._given_up and not self.compact and self._size * self.shrunk >= least

    def _style(self, size: float) -> FormulaStyle:
        colors = symbol_colors(self.history.optimizer.rule, self.theme)
        return FormulaStyle(size_px=size, ink=self.theme.color("ink"), colours=colors)

    def _numbers(self, step: int, line: int) -> list[Laid | None]:
        boxes = step_boxes(self.history, step, line)
        style = self._style(self._size * NUMBERS)
        return [layout(box, style, self._inner) if box is not None else None for box in boxes]

    def _measure(self, samples: int, most: float = math.inf) -> None:
        """The room for every line's formula and numbers at this size; only as far as it stays within `most`."""
        lines = self.history.optimizer.rule.program
        self._formulas = [layout(typeset_assignment(line), self._style(self._size), self._inner) for line in lines]
        self._tallest = [0.0] * len(lines)
        self._place()
        for step in self._samples(samples):
            if self.height > most:
                return
            for line, box in enumerate(self._boxes_of(step)):
                if box is not None:
                    tall = height_of(box, self._size * NUMBERS, self._inner)
                    self._tallest[line] = max(self._tallest[line], tall)
            self._place()

    def _samples(self, many: int) -> list[int]:
        steps = self.history.steps
        return sorted({1 + (steps - 1) * place // max(many - 1, 1) for place in range(many)}) if steps else []

    def _boxes_of(self, step: int) -> list[Box | None]:
        """The numbers of all lines, typeset once for all sizes."""
        if step not in self._boxes:
            self._boxes[step] = step_boxes(self.history, step, len(self._formulas))
        return self._boxes[step]

    def _place(self) -> None:
        self._areas = self._side_by_side() if self.compact else self._stacked()
        self.height = max((area.bottom() for area in self._areas), default=0.0) + 4
        if self.compact:
            self._below = self.height + GAP
            self.height = self._below + max(self._tallest, default=0.0)

    def _stacked(self) -> list[QRectF]:
        areas, top = [], 0.0
        for formula, numbers in zip(self._formulas, self._tallest, strict=True):
            height = formula.height + (numbers + GAP if numbers else 0.0) + 2 * PADDING - 4
            areas.append(QRectF(0, top, self.width, height))
            top += height + 4
        return areas

    def _side_by_side(self) -> list[QRectF]:
        areas: list[QRectF] = []
        x = top = high = 0.0
        for formula in self._formulas:
            wide = formula.width + 2 * CELL
            if x and x + wide > self.width:
                x, top, high = 0.0, top + high + 2, 0.0
            areas.append(QRectF(x, top, wide, formula.height + CELL))
            x, high = x + wide + CELL, max(high, formula.height + CELL)
        return areas

    def _rows(self, numbers: list[Laid | None]) -> list[Row]:
        return [
            Row(formula, laid, area.top(), area.height())
            for formula, laid, area in zip(self._formulas, numbers, self._areas, strict=True)
        ]

    def paint_formulas(self, painter: QPainter, lit: int) -> None:
        """The lines, from the painter's origin down; `lit` may be none of them."""
        painter.save()
        painter.scale(self.shrunk, self.shrunk)
        if self.compact:
            for index, (formula, area) in enumerate(zip(self._formulas, self._areas, strict=True)):
                if index == lit:
                    self._light(painter, area)
                formula.draw(painter, area.left() + CELL, area.top() + CELL / 2 + formula.ascent)
        else:
            draw_formulas(painter, self._rows([None] * len(self._formulas)), lit, self.width, self.theme)
        painter.restore()

    def _light(self, painter: QPainter, area: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.color("lit"))
        painter.drawRoundedRect(area, 6, 6)
        painter.setBrush(self.theme.color("step"))
        painter.drawRoundedRect(QRectF(area.left(), area.top(), 4, area.height()), 2, 2)

    def paint_numbers(self, painter: QPainter, step: int, lit: int) -> None:
        """The numbers of `step`, from 1, on top of the lines."""
        numbers = self._numbers(step, lit)
        painter.save()
        painter.scale(self.shrunk, self.shrunk)
        shown = numbers[lit]
        if not self.compact:
            draw_numbers(painter, self._rows(numbers), lit)
        elif shown is not None:
            shown.draw(painter, CELL, self._below + shown.ascent)
        painter.restore()
