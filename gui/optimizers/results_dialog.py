"""The race as a table beside it: sorted by any column, copied as CSV, following every change."""

from __future__ import annotations

import csv
import io
import math
from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
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
from engine.quoting import in_table
from engine.results import Result, results
from gui.optimizers.figures import figure
from gui.theme import look
from gui.widgets.number_box import NumberBox
from gui.widgets.words import words

TOLERANCE = 1e-3
MARGIN = 18  # pixels around the dialog's content
Key = tuple[str, float]  # what a cell is sorted by: a word, then a number


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
        header.setToolTip(self.tr("A click or the keys 1 to 6 sort by a column; once more turns the order round"))
        for column in range(len(self.names)):
            QShortcut(QKeySequence(str(column + 1)), self, partial(self.sort_by, column))
        self.table.setSortingEnabled(True)
        header.setSortIndicator(1, Qt.SortOrder.AscendingOrder)
        self.tolerance = NumberBox(self.tr("Tolerance"), TOLERANCE, _positive)
        self.tolerance.keep_width(90)
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
        whole = QVBoxLayout(self)
        whole.setContentsMargins(MARGIN, 16, MARGIN, 16)
        whole.setSpacing(10)
        whole.addWidget(self.table, 1)
        whole.addLayout(row)
        whole.addWidget(self.error)
        panel.run_changed.connect(self.refresh)
        look().changed.connect(self._fit)
        self._fit()
        self.refresh()

    def _fit(self) -> None:
        """As large as the table: names that differ only at their end are whole."""
        header = self.table.horizontalHeader()
        columns = (max(header.sectionSizeHint(i), self.table.sizeHintForColumn(i)) for i in range(header.count()))
        width = sum(columns) + self.table.verticalScrollBar().sizeHint().width() + 2 * MARGIN + 6
        wanted = QSize(width, round(look().px(120 + 34 * max(len(self.rows), 5))))
        self.resize(wanted.boundedTo(self.screen().availableSize() * 0.95))

    def sort_by(self, column: int) -> None:
        """The column from its least value on; once more, from its greatest."""
        header = self.table.horizontalHeader()
        again = header.sortIndicatorSection() == column and header.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
        self.table.sortByColumn(column, Qt.SortOrder.DescendingOrder if again else Qt.SortOrder.AscendingOrder)

    def _fault(self, sentence: str) -> None:
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))

    def refresh(self) -> None:
        """Follow the panel's run."""
        run, scene = self.panel.run, self.panel.scene
        hidden = not scene.show.outcome
        names = [label.name for label in self.panel.labels]
        known = len(self.rows)
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
        if len(self.rows) > known:
            self._fit()

    def _cells(self, result: Result) -> list[tuple[str, Key]]:
        """What every column shows, and what it is sorted by: what is missing comes last."""
        steps = result.steps_to_tolerance
        outcomes = {
            "running": self.tr("still running"),
            "converged": self.tr("came to rest at {step}").format(step=result.ended),
            "stopped": self.tr("stopped at {step}").format(step=result.ended),
            "diverged": self.tr("diverged at {step}").format(step=result.ended),
        }
        return [
            (result.name, (result.name, 0)),
            (figure(result.loss) if math.isfinite(result.loss) else "∞", ("", _last_if_none(result.loss))),
            ("–" if steps is None else str(steps), ("", math.inf if steps is None else steps)),
            (str(result.evaluations), ("", result.evaluations)),
            (figure(result.distance), ("", _last_if_none(result.distance))),
            (outcomes[result.outcome], (result.outcome, result.ended)),
        ]

    def csv_text(self) -> str:
        """The table with all digits, in the racers' order."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([*self.names[:-1], self.names[-1], self.tr("step")])
        for row in self.rows:
            steps = "" if row.steps_to_tolerance is None else row.steps_to_tolerance
            name = in_table(row.name)
            writer.writerow([name, row.loss, steps, row.evaluations, row.distance, row.outcome, row.ended])
        return text.getvalue()

    def copy_csv(self) -> None:
        QApplication.clipboard().setText(self.csv_text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_csv()
        else:
            super().keyPressEvent(event)


class _Item(QTableWidgetItem):
    """Sorted by its key rather than by its text."""

    def __init__(self, text: str, key: Key) -> None:
        super().__init__(text)
        self.key = key

    def __lt__(self, other: QTableWidgetItem) -> bool:
        # Never super().__lt__: PySide would call this method again, without end.
        return isinstance(other, _Item) and self.key < other.key


def _last_if_none(number: float) -> float:
    return math.inf if math.isnan(number) else number


def _positive(value: float) -> float:
    if not (math.isfinite(value) and value > 0):
        raise ValueError("the tolerance is a positive number")
    return value
