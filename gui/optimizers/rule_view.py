"""The update rule, typeset, with this step's numbers under each line and the current line lit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QMenu, QSizePolicy, QWidget

from engine.arrows import kinds
from engine.descent import History
from engine.expressions import Assignment
from engine.expressions.boxes import Box
from engine.expressions.typeset import latex, plain, typeset_assignment
from engine.rules import Rule
from gui.formula import FormulaStyle, Laid, layout
from gui.painting import painting
from gui.theme import Theme, look

PADDING = 10.0
NUMBERS, PRESENTED = 16.0, 18.5  # least size of the numbers, and while presenting
GAP = 5.0  # between a formula and its numbers
_COLORS = {"gradient": "gradient", "direction": "direction", "scale": "scale", "point": "step"}


def symbol_colors(rule: Rule, theme: Theme) -> dict[str, QColor]:
    """Each symbol in the colour of its arrow; hyperparameters stay in ink."""
    found = {name: theme.color(_COLORS[kind.tag]) for name, kind in kinds(rule).items() if kind.tag in _COLORS}
    return found | {"grad": theme.color("gradient")}


@dataclass
class Row:
    """One line of the rule as it is drawn."""

    formula: Laid
    numbers: Laid | None
    top: float = 0.0
    height: float = 0.0


def draw_formulas(painter: QPainter, rows: Sequence[Row], lit: int, width: float, theme: Theme) -> None:
    """A rule's lines, one of them lit."""
    for index, row in enumerate(rows):
        if index == lit:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("lit"))
            painter.drawRoundedRect(QRectF(0, row.top, width, row.height), 7, 7)
            painter.setBrush(theme.color("step"))
            painter.drawRoundedRect(QRectF(0, row.top, 4, row.height), 2, 2)
        row.formula.draw(painter, PADDING + 4, row.top + PADDING - 2 + row.formula.ascent)


def draw_numbers(painter: QPainter, rows: Sequence[Row], lit: int) -> None:
    """The numbers under the lines; those after the lit one are still to come."""
    for index, row in enumerate(rows):
        if row.numbers is not None:
            y = row.top + PADDING - 2 + row.formula.height + GAP
            painter.setOpacity(1.0 if index <= lit else 0.45)
            row.numbers.draw(painter, PADDING + 4, y + row.numbers.ascent)
            painter.setOpacity(1.0)


class RuleView(QWidget):
    """Draws a rule for one step of one racer. Clicking a line asks for that sub-step."""

    line_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rule: Rule | None = None
        self.boxes: list[Box | None] = []
        self.lit = -1
        self._wanted = 1
        self._least = NUMBERS
        self._formulas: list[Laid] = []
        self._rows: list[Row] = []
        self._tallest: list[float] = []
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Update rule with this step's numbers"))
        look().changed.connect(self._relay_all)

    def set_rule(self, rule: Rule | None) -> None:
        if rule != self.rule:
            self.rule, self.boxes, self.lit = rule, [], -1
            self._relay_all()

    def show_step(self, history: History, step: int, line: int) -> None:
        """The numbers of `step` (0: none yet), with `line` lit."""
        rule = history.optimizer.rule
        self.set_rule(rule)
        self.boxes = step_boxes(history, step, line)
        self.lit = line if step else -1
        self._relay_numbers()

    def set_presenting(self, presenting: bool) -> None:
        """Also the numbers of vectors, which are smaller, are read from the last row."""
        self._least = PRESENTED if presenting else NUMBERS
        self._relay_all()

    def _style(self, size: float) -> FormulaStyle:
        theme = look().theme
        colors = symbol_colors(self.rule, theme) if self.rule else {}
        return FormulaStyle(size_px=look().px(size), ink=theme.color("ink"), colours=colors)

    def _inner_width(self) -> float:
        return max(self.width() - 2 * PADDING - 6, 60.0)

    def _relay_all(self) -> None:
        self._formulas = []
        self._tallest = []
        if self.rule is not None:
            style = self._style(min(max(self.width() / 17 / look().scale, 20), 26))
            self._formulas = [
                layout(typeset_assignment(line), style, self._inner_width()) for line in self.rule.program
            ]
            self._tallest = [0.0] * len(self._formulas)
        self._relay_numbers()

    def _relay_numbers(self) -> None:
        style = self._style(min(max(self.width() / 23 / look().scale, self._least), 19))
        rows, top = list[Row](), 0.0
        for index, formula in enumerate(self._formulas):
            box = self.boxes[index] if index < len(self.boxes) else None
            numbers = layout(box, style, self._inner_width()) if box is not None else None
            # A row never shrinks while its rule is shown, so that nothing jumps as numbers change.
            self._tallest[index] = max(self._tallest[index], numbers.height if numbers else 0.0)
            below = self._tallest[index] + GAP if self._tallest[index] else 0.0
            height = formula.height + below + 2 * PADDING - 4
            rows.append(Row(formula, numbers, top, height))
            top += height + 4
        self._rows = rows
        if round(top) != self._wanted:
            self._wanted = max(round(top), 1)
            self.setFixedHeight(self._wanted)
            self.updateGeometry()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._relay_all()

    def sizeHint(self) -> QSize:
        return QSize(280, self._wanted)

    def paintEvent(self, _: QPaintEvent) -> None:
        with painting(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(QApplication.font())
            self.paint(painter)

    def paint(self, painter: QPainter) -> None:
        draw_formulas(painter, self._rows, self.lit, self.width(), look().theme)
        draw_numbers(painter, self._rows, self.lit)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            y = event.position().y()
            for index, row in enumerate(self._rows):
                if row.top <= y < row.top + row.height:
                    self.line_chosen.emit(index)

    def line_area(self, line: int) -> QRectF:
        """Where a line stands in the widget."""
        row = self._rows[line] if line < len(self._rows) else None
        return QRectF(0, row.top, self.width(), row.height) if row else QRectF()

    def text(self) -> str:
        """Rule and numbers as plain text, for the clipboard."""
        lines = []
        for index, line in enumerate(self.rule.program if self.rule else ()):
            lines.append(plain(typeset_assignment(line)))
            box = self.boxes[index] if index < len(self.boxes) else None
            if box is not None:
                lines.append("    " + plain(box))
        return "\n".join(lines)

    def latex(self) -> str:
        lines = self.rule.program if self.rule else ()
        return " \\\\\n".join(latex(typeset_assignment(line)) for line in lines)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        clipboard = QApplication.clipboard()
        menu.addAction(self.tr("Copy rule and numbers"), lambda: clipboard.setText(self.text()))
        menu.addAction(self.tr("Copy rule as LaTeX"), lambda: clipboard.setText(self.latex()))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())


def step_boxes(history: History, step: int, line: int) -> list[Box | None]:
    """The typeset numbers of every line up to `line`; of the later ones None, they have none yet."""
    if not 1 <= step <= history.steps:
        return []
    boxes: list[Box | None] = []
    for index, rule_line in enumerate(history.optimizer.rule.lines):
        if index > line:
            boxes.append(None)
            continue
        values = history.before_line(step, index)
        shown = Assignment(rule_line.name, rule_line.lifted, rule_line.text)
        boxes.append(typeset_assignment(shown, values, history.line(step, index)))
    return boxes
