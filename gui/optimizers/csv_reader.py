"""Somebody's own CSV file becomes the data of the loss: chosen or dropped, read in the background, looked at, used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from engine.data.csv_file import read_csv
from engine.data.table import Table
from engine.quoting import shown
from gui.optimizers.csv_dialog import CsvDialog
from gui.optimizers.data_controls import DataControls
from gui.widgets.words import sentence, words
from gui.worker import run_latest


class CsvReader:
    """What is wrong stands beside the button that asks for a file; in `error`, under the list of losses, where a file
    was dropped on another loss."""

    def __init__(self, owner: QWidget, controls: Callable[[], DataControls]) -> None:
        self.owner, self.controls = owner, controls  # which may not have been made yet
        self.error = words("error")

    def choose(self) -> None:
        """Ask for a file."""
        tr = self.owner.tr
        name, _ = QFileDialog.getOpenFileName(
            self.owner.window(), tr("Your own table"), "", tr("Tables (*.csv *.tsv *.txt);;All files (*)")
        )
        if name:
            self.read(Path(name))

    def read(self, path: Path) -> None:
        """Read a file; what is wrong with it is one sentence, and the loss stays."""
        self.tell(self.owner.tr("Reading {name}…").format(name=shown(path.name)))
        run_latest(self.owner, "csv", lambda: read_csv(path), self._ask, lambda error: self.tell(str(error)))

    def _ask(self, table: Table) -> None:
        self.tell("")
        dialog = CsvDialog(table, self.controls().model, self.owner.window())
        dialog.accepted.connect(lambda: self._use(dialog))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        self.dialog = dialog

    def _use(self, dialog: CsvDialog) -> None:
        if dialog.choice is not None:
            self.controls().use_table(dialog.choice)

    def tell(self, problem: str) -> None:
        """What is wrong with a file, or nothing."""
        beside = self.controls()
        here = "" if beside.isHidden() else sentence(problem)
        beside.tell_file(here)
        self.error.setText("" if here else sentence(problem))
        self.error.setVisible(bool(self.error.text()))
