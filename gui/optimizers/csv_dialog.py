"""A table that was read from a file: its first rows, and which columns a scene shall keep."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from engine.data.scene import MAX_NUMBERS, OWN, DataChoice, own_table
from engine.data.suited import suited
from engine.data.table import Table
from engine.expressions.typeset import format_number
from gui.widgets.words import sentence, words

ROWS = 8  # of the preview
MOST = 20  # columns that a scene keeps


class CsvDialog(QDialog):
    """Tick the columns; `choice` is what they give for `model`, None while they give nothing."""

    def __init__(self, table: Table, model: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table, self.model = table, model
        self.choice: DataChoice | None = None
        self.setWindowTitle(self.tr("Your own table: {name}").format(name=table.name))
        self.story = words("muted")
        self.grid = QTableWidget(1 + min(len(table), ROWS), len(table.names))
        self.grid.setHorizontalHeaderLabels(list(table.names))
        self.grid.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.grid.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.grid.verticalHeader().setVisible(False)
        self.grid.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self._fill()
        self.error = words("error")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        for widget in (self.story, self.grid, self.error, self.buttons):
            column.addWidget(widget)
        self.resize(720, 440)
        self.grid.itemChanged.connect(lambda _item: self._check())
        self._check()

    def _fill(self) -> None:
        """The ticks in the first row, as many as fit in a scene; then the numbers or words."""
        table = self.table
        fits = min(MOST, max(MAX_NUMBERS // max(len(table), 1), 2))
        for place, name in enumerate(table.names):
            tick = QTableWidgetItem(self.tr("use"))
            tick.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
            tick.setCheckState(Qt.CheckState.Checked if place < fits else Qt.CheckState.Unchecked)
            self.grid.setItem(0, place, tick)
            labels = (table.labels or {}).get(name, ())
            for row, number in enumerate(table.numbers[:ROWS, place].tolist()):
                text = "" if np.isnan(number) else labels[int(number)] if labels else format_number(number)
                self.grid.setItem(1 + row, place, QTableWidgetItem(text))

    @property
    def chosen(self) -> tuple[str, ...]:
        """The columns that are ticked."""
        ticks = [self.grid.item(0, place) for place in range(len(self.table.names))]
        on = [tick is not None and tick.checkState() == Qt.CheckState.Checked for tick in ticks]
        return tuple(name for name, used in zip(self.table.names, on, strict=True) if used)

    def _check(self) -> None:
        names = self.chosen
        problem = ""
        self.choice = None
        try:
            if len(names) < 2:
                raise ValueError(self.tr("choose two columns at least: an input and a target"))
            kept = own_table(self.table, names)
            self.choice = suited(DataChoice(OWN, kept, model=self.model))
        except ValueError as error:
            problem = str(error)
        missing = len(self.table) - len(self.table.complete(names)) if names else 0
        parts = [self.tr("{many} rows.").format(many=len(self.table))]
        if missing:
            parts.append(self.tr("{many} of them lack a value in these columns and are left out.").format(many=missing))
        if self.table.left_out:
            names_out = ", ".join(self.table.left_out[:6])
            parts.append(self.tr("Neither numbers nor classes, so not usable: {names}.").format(names=names_out))
        self.story.setText(" ".join(parts))
        self.error.setText(sentence(problem))
        self.error.setVisible(bool(problem))
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(self.choice is not None)
