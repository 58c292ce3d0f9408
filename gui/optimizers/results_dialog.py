"""The race as a table beside it: sorted by any column, copied as CSV, following every change."""

from __future__ import annotations

import csv
import io
import math
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
)

from engine.data.early_stopping import stopped_results
from engine.results import Result, results
from gui.optimizers.inspector import figure
from gui.theme import look
from gui.widgets.number_box import NumberBox
from gui.widgets.words import words

TOLERANCE = 1e-3


class ResultsDialog(QDialog):
    """Shows `panel`'s race; it stays open while one goes on working."""

    def __init__(self, panel: Any) -> None:
        super().__init__(panel)
        self.panel = panel
        self.rows: list[Result] = []
        self.setWindowTitle(self.tr("Results"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.names = [
            self.tr("racer"), self.tr("final loss"), self.tr("steps to tolerance"), self.tr("gradients"),
            self.tr("to minimum"), self.tr("outcome"),
        ]  # fmt: skip
        self.table = QTableWidget(0, len(self.names))
        self.table.setHorizontalHeaderLabels(self.names)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setAccessibleName(self.tr("Results of the race"))
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.setSortingEnabled(True)
        header.setSortIndicator(1, Qt.SortOrder.AscendingOrder)
        self.tolerance = NumberBox(self.tr("Tolerance"), TOLERANCE, _positive)
        self.tolerance.setFixedWidth(90)
        self.tolerance.edited.connect(lambda _value, _gesture: self.refresh())
        self.tolerance.faulty.connect(self._fault)
        self.copy = QPushButton(self.tr("Copy as CSV"))
        self.copy.clicked.connect(self.copy_csv)
        self.error = words("error")
        self.error.hide()
        row = QHBoxLayout()
        row.addWidget(QLabel(self.tr("tolerance above the lowest loss known")))
        row.addWidget(self.tolerance)
        row.addStretch(1)
        row.addWidget(self.copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(10)
        column.addWidget(self.table, 1)
        column.addLayout(row)
        column.addWidget(self.error)
        panel.run_changed.connect(self.refresh)
        look().changed.connect(self._fit)
        self._fit()
        self.refresh()

    def _fit(self) -> None:
        self.resize(round(look().px(760)), round(look().px(120 + 34 * max(len(self.rows), 5))))

    def _fault(self, sentence: str) -> None:
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))

    def refresh(self) -> None:
        """Follow the panel's run."""
        run, scene = self.panel.run, self.panel.scene
        hidden = not scene.show.outcome
        names = [label.name for label in self.panel.labels]
        self.rows = [] if run is None or hidden else results(run, names, self.tolerance.value)
        if run is not None:
            self.rows = stopped_results(self.rows, run, self.panel.stopping) if self.rows else []
        self._fault(self.tr("The race is hidden until it is revealed.") if hidden else "")
        self.table.setSortingEnabled(False)
        self.table.setRowCount(len(self.rows))
        for place, result in enumerate(self.rows):
            for column, (text, key) in enumerate(self._cells(result)):
                item = _Item(text, key)
                if column:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(place, column, item)
        self.table.setSortingEnabled(True)

    def _cells(self, result: Result) -> list[tuple[str, float | str]]:
        """What every column shows, and what it is sorted by: what is missing comes last."""
        steps = result.steps_to_tolerance
        outcomes = {
            "running": self.tr("still running"),
            "converged": self.tr("came to rest at {step}").format(step=result.ended),
            "stopped": self.tr("stopped at {step}").format(step=result.ended),
            "diverged": self.tr("diverged at {step}").format(step=result.ended),
        }
        return [
            (result.name, result.name),
            (figure(result.loss) if math.isfinite(result.loss) else "∞", result.loss),
            ("–" if steps is None else str(steps), math.inf if steps is None else steps),
            (str(result.evaluations), result.evaluations),
            (figure(result.distance), math.inf if math.isnan(result.distance) else result.distance),
            (outcomes[result.outcome], outcomes[result.outcome]),
        ]

    def csv_text(self) -> str:
        """The table with all digits, in the racers' order."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([*self.names[:-1], self.names[-1], self.tr("step")])
        for row in self.rows:
            steps = "" if row.steps_to_tolerance is None else row.steps_to_tolerance
            writer.writerow([row.name, row.loss, steps, row.evaluations, row.distance, row.outcome, row.ended])
        return text.getvalue()

    def copy_csv(self) -> None:
        QApplication.clipboard().setText(self.csv_text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_csv()
        else:
            super().keyPressEvent(event)


class _Item(QTableWidgetItem):
    """Sorted by a number rather than by its text."""

    def __init__(self, text: str, key: float | str) -> None:
        super().__init__(text)
        self.key = key

    def __lt__(self, other: QTableWidgetItem) -> bool:
        if isinstance(other, _Item) and isinstance(self.key, (int, float)) and isinstance(other.key, (int, float)):
            return self.key < other.key
        return super().__lt__(other)


def _positive(value: float) -> float:
    if not (math.isfinite(value) and value > 0):
        raise ValueError("the tolerance is a positive number")
    return value
