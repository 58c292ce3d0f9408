"""The table of results beside the window: follows, sorts, copies, and keeps a hidden race hidden."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.scene import opening_scene
from gui.optimizers.panel import OptimizersPanel
from gui.optimizers.results_dialog import ResultsDialog

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # of the offscreen platform


@pytest.fixture
def dialog(qtbot: Any) -> Iterator[ResultsDialog]:
    panel = OptimizersPanel(opening_scene())
    qtbot.addWidget(panel)
    panel.show()
    panel.show_results()
    made = panel.findChild(ResultsDialog)
    assert made is not None
    yield made
    QApplication.clipboard().clear()


def column(dialog: ResultsDialog, place: int) -> list[str]:
    items = (dialog.table.item(row, place) for row in range(dialog.table.rowCount()))
    return [item.text() for item in items if item is not None]


def test_a_row_for_every_racer_sorted_by_any_column(dialog: ResultsDialog) -> None:
    assert set(column(dialog, 0)) == {label.name for label in dialog.panel.labels}
    losses = {row.name: row.loss for row in dialog.rows}
    assert column(dialog, 0) == sorted(losses, key=lambda name: losses[name])
    dialog.table.sortItems(1, Qt.SortOrder.DescendingOrder)
    assert column(dialog, 0) == sorted(losses, key=lambda name: -losses[name])
    dialog.table.sortItems(2, Qt.SortOrder.AscendingOrder)
    steps = [int(text) for text in column(dialog, 2) if text != "–"]
    assert steps == sorted(steps)


@pytest.mark.parametrize("place", range(6))
@pytest.mark.parametrize("order", list(Qt.SortOrder))
def test_every_column_sorts_in_both_orders(dialog: ResultsDialog, place: int, order: Qt.SortOrder) -> None:
    rows = len(dialog.rows)
    dialog.table.sortItems(place, order)
    keys = [dialog.table.item(row, place).key for row in range(rows)]  # type: ignore[union-attr]
    assert keys == sorted(keys, reverse=order == Qt.SortOrder.DescendingOrder) and len(keys) == rows
    assert len(set(column(dialog, 0))) == rows


def test_a_number_key_sorts_and_once_more_turns_the_order_round(dialog: ResultsDialog) -> None:
    dialog.table.setFocus()
    QTest.keyClick(dialog.table, "1")
    assert column(dialog, 0) == sorted(column(dialog, 0))
    QTest.keyClick(dialog.table, "1")
    assert column(dialog, 0) == sorted(column(dialog, 0), reverse=True)
    dialog.tolerance.setFocus()
    dialog.tolerance.selectAll()
    QTest.keyClicks(dialog.tolerance, "6")
    QTest.keyClick(dialog.tolerance, Qt.Key.Key_Return)
    assert dialog.tolerance.value == 6  # a digit that is typed is a digit
    assert column(dialog, 0) == sorted(column(dialog, 0), reverse=True)


def test_names_that_differ_at_their_end_are_whole(qtbot: Any) -> None:
    from engine.scene_file import load
    from gui.files import example_scenes

    panel = OptimizersPanel(load(next(path for path in example_scenes("optimizers") if path.name.startswith("4-"))))
    qtbot.addWidget(panel)
    panel.show()
    panel.show_results()
    QApplication.processEvents()
    dialog = panel.findChild(ResultsDialog)
    assert dialog is not None
    table = dialog.table
    assert all(table.columnWidth(place) >= table.sizeHintForColumn(place) for place in range(6))
    room = dialog.screen().availableSize().width() * 0.95
    assert table.horizontalHeader().length() <= table.viewport().width() or dialog.width() >= round(room)


def test_it_follows_the_race_and_the_tolerance(dialog: ResultsDialog) -> None:
    before = list(dialog.rows)
    dialog.panel.document.change(dialog.panel.scene.with_(start=(3.0, 3.0)), "start")
    assert dialog.rows != before
    dialog.panel.controls.cards[0].on.toggle()
    assert len(dialog.rows) == len(before) - 1
    dialog.tolerance.selectAll()
    QTest.keyClicks(dialog.tolerance, "1e6")
    QTest.keyClick(dialog.tolerance, Qt.Key.Key_Return)
    assert set(column(dialog, 2)) == {"0"}
    dialog.tolerance.selectAll()
    QTest.keyClicks(dialog.tolerance, "-1")
    QTest.keyClick(dialog.tolerance, Qt.Key.Key_Return)
    assert "positive" in dialog.error.text() and set(column(dialog, 2)) == {"0"}


def test_copied_as_csv(dialog: ResultsDialog) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    read = list(csv.reader(io.StringIO(QApplication.clipboard().text())))
    assert len(read) == len(dialog.rows) + 1 and len({len(row) for row in read}) == 1
    assert [float(row[1]) for row in read[1:]] == [row.loss for row in dialog.rows]


def test_a_name_in_the_table_is_no_formula(dialog: ResultsDialog) -> None:
    dialog.rows[0] = dataclasses.replace(dialog.rows[0], name="=cmd|' /C calc'!A0")
    read = list(csv.reader(io.StringIO(dialog.csv_text())))
    assert read[1][0] == "'=cmd|' /C calc'!A0"
    assert read[2][0] == dialog.rows[1].name


def test_a_hidden_race_stays_hidden(dialog: ResultsDialog) -> None:
    dialog.panel.toggle_outcome()
    assert dialog.table.rowCount() == 0 and not dialog.error.isHidden()
    dialog.panel.toggle_outcome()
    dialog.panel.player.pause()
    assert dialog.table.rowCount() == len(dialog.panel.labels) and dialog.error.isHidden()


def test_one_window_of_results_is_enough(dialog: ResultsDialog) -> None:
    panel = dialog.panel
    panel.show_results()
    assert panel.findChildren(ResultsDialog) == [dialog]
    dialog.close()
    panel.show_results()
    (again,) = [one for one in panel.findChildren(ResultsDialog) if one.isVisible()]
    assert again is not dialog
    again.close()
