"""A table that was read from a file: its first rows, and which columns a scene shall keep; of many rows some."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from engine.data.scene import FAR, MAX_NUMBERS, OWN, DataChoice, own_table
from engine.data.suited import suited
from engine.data.table import Floats, Table
from engine.expressions.typeset import format_number
from engine.quoting import listed, shown
from gui.optimizers.data_words import left_out_text, rows_text
from gui.theme import look
from gui.widgets.toggle import Toggle
from gui.widgets.words import sentence, words

ROWS = 8  # of the preview
MOST = 20  # columns that a scene keeps
ENOUGH = 10_000  # rows: rather these than more columns


class CsvDialog(QDialog):
    """Switch columns on; `choice` is what they give for `model`, None while they give nothing."""

    def __init__(self, table: Table, model: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table, self.model = table, model
        self.choice: DataChoice | None = None
        self.setWindowTitle(self.tr("Your own table: {name}").format(name=shown(table.name)))
        self.story = words("muted")
        self.grid = QTableWidget(1 + min(len(table), ROWS), len(table.names))
        self.grid.setHorizontalHeaderLabels(list(table.names))
        self.grid.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.grid.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.grid.verticalHeader().setVisible(False)
        self.grid.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.grid.horizontalHeader().setMinimumSectionSize(round(look().px(60)))
        self.uses: list[Toggle] = []
        self._fill()
        self.error = words("error")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        for widget in (self.story, self.grid, self.error, self.buttons):
            column.addWidget(widget)
        self.resize(720, 440)
        self._check()

    def _fill(self) -> None:
        """The switches in the first row, as many on as fit in a scene; then the numbers or words."""
        table = self.table
        fits = min(MOST, max(MAX_NUMBERS // min(max(len(table), 1), ENOUGH), 2))
        for place, name in enumerate(table.names):
            use = Toggle(self.tr("Use “{name}”").format(name=name))
            use.setChecked(sum(other.isChecked() for other in self.uses) < fits and _usable(table.numbers[:, place]))
            use.toggled.connect(lambda _on: self._check())
            self.uses.append(use)
            cell = QWidget()
            inner = QHBoxLayout(cell)
            inner.setContentsMargins(0, 0, 0, 0)
            inner.addWidget(use)
            self.grid.setCellWidget(0, place, cell)
            labels = (table.labels or {}).get(name, ())
            for row, number in enumerate(table.numbers[:ROWS, place].tolist()):
                text = "" if np.isnan(number) else labels[int(number)] if labels else format_number(number)
                self.grid.setItem(1 + row, place, QTableWidgetItem(text))

    @property
    def chosen(self) -> tuple[str, ...]:
        """The columns that are switched on."""
        return tuple(name for name, use in zip(self.table.names, self.uses, strict=True) if use.isChecked())

    def _check(self) -> None:
        names = self.chosen
        problem, drawn = "", 0
        self.choice = None
        try:
            if len(self.table.names) + len(self.table.left_out) < 2:
                raise ValueError(
                    self.tr("there is one column, and two are needed; values may stand between commas, semicolons, "
                            "tabs, bars or spaces")
                )  # fmt: skip
            if len(names) < 2:
                raise ValueError(self.tr("choose two columns at least: an input and a target"))
            if len(names) > MOST:
                raise ValueError(self.tr("choose at most {many} columns").format(many=MOST))
            kept = own_table(self.table, names)
            drawn = len(kept.numbers) // len(names) if kept.drawn else 0
            self.choice = suited(DataChoice(OWN, kept, model=self.model))
        except ValueError as error:
            problem = str(error)
        missing = len(self.table) - len(self.table.complete(names)) if names else 0
        parts = [rows_text(len(self.table)) + "."]
        if missing:
            parts.append(left_out_text(missing))
        if drawn:
            text = self.tr("A scene keeps {numbers} numbers: {many} of the rows, drawn at random.")
            parts.append(text.format(numbers=MAX_NUMBERS, many=drawn))
        far = [name for name, column in zip(self.table.names, self.table.numbers.T, strict=True) if not _usable(column)]
        if far:
            parts.append(self.tr("Beyond ±10¹², so not usable: {names}.").format(names=listed(far)))
        if self.table.left_out:
            names_out = listed(self.table.left_out)
            parts.append(self.tr("Neither numbers nor classes, so not usable: {names}.").format(names=names_out))
        self.story.setText(" ".join(parts))
        self.error.setText(sentence(problem))
        self.error.setVisible(bool(problem))
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(self.choice is not None)


def _usable(numbers: Floats) -> bool:
    """Whether a scene can keep a column."""
    return not bool((np.abs(numbers) > FAR).any())
