"""Somebody's own CSV file in the window: read, looked at, chosen from, used; or one sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QDialogButtonBox

from engine.data.loss import DataLoss
from engine.data.scene import OWN
from engine.data.table import Table
from engine.scene import DATA, opening_scene
from engine.scene_file import decode, encode
from gui.document import Document
from gui.optimizers.csv_dialog import CsvDialog
from gui.optimizers.loss_picker import LossPicker

GOOD = b"dose,effect,kind,who\n1,2.1,a,x1\n2,3.9,b,x2\n3,,a,x3\n4,8.2,b,x4\n5,9.9,a,x5\n"


@pytest.fixture
def picker(qtbot: Any) -> LossPicker:
    picker = LossPicker(Document(opening_scene()))
    qtbot.addWidget(picker)
    picker.document.changed.connect(lambda _old, new: picker.show_scene(new))
    return picker


@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_a_file_becomes_the_data(picker: LossPicker, qtbot: Any, tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_bytes(GOOD)
    picker.tables.read(tmp_path / "mine.csv")
    qtbot.waitUntil(lambda: hasattr(picker.tables, "dialog"))
    dialog = picker.tables.dialog
    assert dialog.chosen[:3] == ("dose", "effect", "kind")
    dialog.uses[2].click()
    assert dialog.choice is not None and "5 rows. 1 row lacks a value" in dialog.story.text()
    dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).click()
    scene = picker.document.scene
    assert scene.loss.key == DATA and scene.loss.data.data == OWN and scene.loss.data.table.name == "mine"
    loss = scene.loss.loss()
    assert isinstance(loss, DataLoss) and len(loss.samples) == 4 and decode(encode(scene)) == scene
    picker.document.undo_stack.undo()
    assert picker.document.scene.loss.key == "himmelblau"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"a,b\n1,2\n3\n", "Line 3"),
        (b"a,b\n1,x\n2,3\n", "b"),
        (b"caf\xe9,b\n1,2\n", "UTF-8"),
        (None, "mine.csv"),
    ],
)
def test_a_bad_file_is_one_sentence_and_the_loss_stays(
    picker: LossPicker, qtbot: Any, tmp_path: Path, data: bytes | None, said: str
) -> None:
    before = picker.document.scene
    if data is not None:
        (tmp_path / "mine.csv").write_bytes(data)
    picker.tables.read(tmp_path / "mine.csv")
    qtbot.waitUntil(lambda: not picker.tables.error.text().startswith("Reading"))
    text = picker.tables.error.text()
    assert said in text and text.endswith(".") and not picker.tables.error.isHidden()
    assert picker.document.scene == before and not hasattr(picker.tables, "dialog")


def test_a_file_of_a_gigabyte_is_refused_before_it_is_read(picker: LossPicker, qtbot: Any, tmp_path: Path) -> None:
    with (tmp_path / "huge.csv").open("wb") as file:
        file.truncate(2**30)
    picker.tables.read(tmp_path / "huge.csv")
    qtbot.waitUntil(lambda: not picker.tables.error.text().startswith("Reading"))
    assert "huge.csv" in picker.tables.error.text()


def test_as_many_columns_are_ticked_as_a_scene_keeps(qtbot: Any) -> None:
    numbers = np.random.default_rng(0).standard_normal((10_000, 5))
    dialog = CsvDialog(Table("big", ("a", "b", "c", "d", "e"), numbers), "linear")
    qtbot.addWidget(dialog)
    assert dialog.chosen == ("a", "b", "c") and dialog.choice is not None
    assert "drawn" not in dialog.story.text()
    dialog.uses[3].click()
    assert dialog.choice is not None and "7500 of the rows, drawn at random" in dialog.story.text()
    for place in range(1, 4):
        dialog.uses[place].click()
    assert dialog.choice is None and "two columns" in dialog.error.text()
    assert not dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).isEnabled()


@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_every_column_has_room_for_its_switch(qtbot: Any) -> None:
    numbers = np.arange(12.0).reshape(3, 4)
    dialog = CsvDialog(Table("t", tuple("abcd"), numbers), "linear")
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    assert all(use.width() == use.sizeHint().width() and use.visibleRegion().boundingRect().width() == use.width()
               for use in dialog.uses)  # fmt: skip


def test_of_a_hundred_thousand_rows_some_are_drawn_and_the_panel_says_so(picker: LossPicker, qtbot: Any) -> None:
    x = np.arange(100_000.0)
    x[:100] = np.nan
    dialog = CsvDialog(Table("big", ("x", "y", "far"), np.column_stack([x, 2 * x, 0 * x + 1e90])), "linear")
    qtbot.addWidget(dialog)
    assert dialog.chosen == ("x", "y") and dialog.choice is not None and dialog.error.isHidden()
    assert "Beyond ±10¹², so not usable: far." in dialog.story.text()
    assert "100 rows lack a value" in dialog.story.text() and "15000 of the rows" in dialog.story.text()
    picker.data.use_table(dialog.choice)
    told = picker.data.story.text()
    assert "15000 samples are used, drawn at random from 99900 rows." in told and "100 rows lack a value" in told
    again = decode(encode(picker.document.scene))
    assert again == picker.document.scene
    dialog.uses[2].click()
    assert dialog.choice is None and "“far” has a number beyond ±10¹²" in dialog.error.text()


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ([[1.0], [2.0]], "There is one column, and two are needed"),
        ([[1.0, np.nan], [2.0, np.nan]], "No row has a value in each of these columns."),
        ([[1.0, 2.0]], "There is only one row; at least 2 are needed."),
        ([[5.0, 1.0], [5.0, 2.0]], "“a” is 5 in every row: an input must vary."),
    ],
)
def test_a_table_that_gives_no_samples_says_why_in_plain_words(qtbot: Any, numbers: list[Any], said: str) -> None:
    dialog = CsvDialog(Table("t", ("a", "b")[: len(numbers[0])], np.array(numbers)), "linear")
    qtbot.addWidget(dialog)
    assert dialog.choice is None and dialog.error.text().startswith(said)
    assert "1 rows" not in dialog.story.text()
