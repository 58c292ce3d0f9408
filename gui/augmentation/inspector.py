"""What is done to the image that is shown: the rule for image and label with this sample's numbers, and why."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from engine.expressions.boxes import Box
from engine.expressions.typeset import typeset_assignment
from engine.gallery import SOURCES, Tile, label_steps, rule_lines
from gui.augmentation.words import way_name, way_story
from gui.formula import FormulaLabel, FormulaStyle
from gui.theme import Theme, look
from gui.widgets.side_panel import SidePanel
from gui.widgets.words import words

MOST_LINES = 3  # of any rule


def class_colors(theme: Theme) -> Mapping[str, QColor]:
    """Both images and their labels in the colours of the bars."""
    first, second = theme.color("accent"), theme.color("scale")
    return {"x_A": first, "y_A": first, "x_B": second, "y_B": second}


def rule_boxes(tile: Tile) -> list[tuple[Box, Box | None]]:
    """The lines of a tile's rule, and the same with this sample's numbers where they are numbers."""
    lines: list[tuple[Box, Box | None]] = [(typeset_assignment(line), None) for line in rule_lines(tile.way)[0]]
    for line, values, result in label_steps(tile):
        lines.append((typeset_assignment(line), typeset_assignment(line, values, result)))
    return lines


class Inspector(SidePanel):
    """Shows one way at one sample; for all of them what they are for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column.setSpacing(9)
        self.heading, self.story, self.source = words("heading"), words("body"), words("small")
        self.note = words("note")
        self.formulas = [(FormulaLabel(), FormulaLabel()) for _ in range(MOST_LINES)]
        self.column.addWidget(self.heading)
        self.column.addWidget(self.story)
        for pair in self.formulas:
            for label in pair:
                self.column.addWidget(label)
        self.column.addWidget(self.source)
        self.column.addWidget(self.note)
        self.column.addStretch(1)
        look().changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        theme, px = look().theme, look().px
        for rule, numbers in self.formulas:
            rule.set_formula_style(FormulaStyle(px(24), theme.color("ink"), class_colors(theme)))
            numbers.set_formula_style(FormulaStyle(px(17), theme.color("ink"), class_colors(theme)))

    def set_note(self, note: str) -> None:
        """What the scene has to say."""
        self.note.setText(note)
        self.note.setVisible(bool(note))

    def show_tile(self, tile: Tile | None, sample: int) -> None:
        """The way that is large (None: all of them) at a sample, from 0."""
        way = "all" if tile is None else tile.way
        self.heading.setText(self.tr("{way} · sample {sample}").format(way=way_name(way), sample=sample + 1))
        self.story.setText(way_story(way))
        self.source.setText(SOURCES.get(way, ""))
        self.source.setVisible(way in SOURCES)
        lines = [] if tile is None else rule_boxes(tile)
        for place, (rule, numbers) in enumerate(self.formulas):
            formula, filled = lines[place] if place < len(lines) else (None, None)
            for label, box in ((rule, formula), (numbers, filled)):
                label.setVisible(box is not None)
                if box is not None:
                    label.set_box(box, keep_height=label is numbers)
