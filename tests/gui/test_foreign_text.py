"""What a file says is shown as it is, never as markup, and never takes more room than a sentence."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6 import QtGui
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QListWidget, QMenu, QMessageBox, QWidget

from engine import lecture_file
from engine.convolution.scene import ConvolutionScene
from engine.data.scene import DataChoice, OwnTable
from engine.lecture import Lecture, Page
from engine.scene import BranchChoice, LossChoice, RacerChoice, Scene, opening_scene
from engine.scene_file import encode, save
from gui import settings
from gui.files import remember_file
from gui.main_window import MainWindow
from gui.optimizers.csv_dialog import CsvDialog
from gui.optimizers.data_controls import DataControls
from gui.widgets.words import as_plain

EVIL = "<b>EVIL<img src=x>"
LINES = "a\n" * 100


@pytest.fixture
def window(qtbot: Any) -> Iterator[MainWindow]:
    made = MainWindow(opening_scene())
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    QApplication.processEvents()
    yield made
    made.close()


def race(text: str) -> Scene:
    """A race on data in which whatever may be called anything is called `text`."""
    racers = (
        RacerChoice("own", {"learning_rate": 0.01}, rule="w = w - η*g", name=text, branch=BranchChoice(3, {})),
        RacerChoice("own", {"learning_rate": 0.02}, rule="w = w - η*g", name=text),
    )
    table = OwnTable(text, (text + "a", text + "b"), (1.0, 2.0, 2.0, 3.0, 4.0, 4.5), rows=9, missing=1)
    data = DataChoice("own", table, inputs=(text + "a",), target=text + "b")
    return Scene(text, text, LossChoice("data", data=data), racers=racers, steps=5)


def texts(top: QWidget) -> Iterator[tuple[str, bool]]:
    """Everything that `top` and what is in it may show, and whether Qt guesses what it is."""
    for widget in (top, *top.findChildren(QWidget)):
        yield widget.toolTip(), True
        if isinstance(widget, QLabel):
            yield widget.text(), widget.textFormat() != Qt.TextFormat.PlainText
        if isinstance(widget, QListWidget):
            yield from ((widget.item(row).toolTip(), True) for row in range(widget.count()))
        if isinstance(widget, QMenu):
            yield from ((action.toolTip(), True) for action in widget.actions())


def check(top: QWidget) -> int:
    """That nothing of it is drawn as markup; how often EVIL is there."""
    found = 0
    for text, guessed in texts(top):
        if "EVIL" in text:
            found += 1
            if guessed and QtGui.Qt.mightBeRichText(text):
                assert EVIL in QtGui.QTextDocumentFragment.fromHtml(text).toPlainText(), text
    return found


def test_names_are_never_markup(window: MainWindow, qtbot: Any, tmp_path: Path) -> None:
    window.show_scene(race(EVIL))
    qtbot.waitUntil(lambda: window.panel.run is not None)
    assert check(window) >= 4
    path = tmp_path / f"{EVIL}.json"
    save(race(EVIL), path)
    remember_file(path)
    window.header.menu.aboutToShow.emit()
    check(window)
    window.say(EVIL)
    assert window.notice.text() == EVIL and window.notice.textFormat() == Qt.TextFormat.PlainText
    for scene in (ConvolutionScene(title=EVIL, note=EVIL), opening_scene()):
        window.show_scene(scene)
        check(window)
    window.files.open(Lecture(EVIL, (Page(race(EVIL), EVIL, EVIL, EVIL), Page(opening_scene()))), path)
    window.lectures.toggle_strip()
    QApplication.processEvents()
    assert check(window) >= 6
    window.lecture.saved(path)


def test_a_table_is_never_markup(qtbot: Any) -> None:
    dialog = CsvDialog(OwnTable(EVIL, (EVIL + "a", EVIL + "b"), (1.0, 2.0, 3.0, 4.0)).table(), "linear")
    qtbot.addWidget(dialog)
    assert check(dialog) >= 2


def test_a_question_is_never_markup(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(QMessageBox, "question", lambda *args: asked.append(args[2]))
    window.files._ask(EVIL)
    window.files._ask("\n" * 100_000)
    assert EVIL in QtGui.QTextDocumentFragment.fromHtml(asked[0]).toPlainText()
    assert len(asked[1]) < 100


def test_plain_texts_stay_as_they_are() -> None:
    for text in ("", "a < b", "x<y", "one\ntwo", "a & b"):
        assert as_plain(text) == text
    assert QtGui.QTextDocumentFragment.fromHtml(as_plain("<b>a\n&lt;")).toPlainText() == "<b>a\n&lt;"


def bad_scene(key: str, **more: Any) -> bytes:
    tree = json.loads(encode(opening_scene()))
    tree["optimizers"] |= {key: 1, **more}
    return json.dumps(tree).encode()


FAULTS = [
    bad_scene("\n" * 60),
    bad_scene("\n" * 1_900_000),
    bad_scene("x" * 1_900_000),
    bad_scene("\u0301" * 300_000),
    bad_scene("\u202e" * 200_000),
    json.dumps({"format": "stepscope scene", "version": 1, "k" * 1_900_000: 1}).encode(),
    json.dumps({"format": "x" * 1_900_000, "version": 1}).encode(),
    bad_scene("steps", steps="x" * 1_900_000),
    bad_scene("loss", loss={"key": "z" * 1_900_000}),
    bad_scene("loss", loss={"key": "own", "formula": "q" * 1_900_000}),
    bad_scene("loss", loss={"key": "own", "formula": f"f{'u' * 500}(x)"}),
    bad_scene("racers", racers=[{"optimizer": "\n" * 1_900_000}]),
    bad_scene("racers", racers=[{"optimizer": "adam", "values": {"\n" * 1_900_000: 1}}]),
    bad_scene("racers", racers=[{"optimizer": "own", "rule": "w = w - g", "initial": {"\n" * 1_900_000: 1}}]),
    bad_scene("loss", loss={"key": "data", "data": {"data": "\n" * 1_900_000}}),
    bad_scene("loss", loss={"key": "data", "data": {"model": "\n" * 1_900_000}}),
]


def test_a_fault_takes_no_more_room_than_a_sentence(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "scene.json"
    for number, data in enumerate(FAULTS):
        path.write_bytes(data)
        least, begun = window.minimumSizeHint().width(), time.process_time()
        assert not window.open_path(path), number
        QApplication.processEvents()
        assert time.process_time() - begun < 0.5, number
        said = window.notice.text()
        assert window.notice.isVisible() and len(said) < 290 and said.isprintable() and said.endswith("."), number
        assert window.notice.height() < window.height() / 8, number
        assert window.minimumSizeHint().width() <= max(least, 1366), number


def test_the_notice_itself_is_bounded(window: MainWindow) -> None:
    for text in ("\n" * 1_900_000, "x" * 1_900_000, "word " * 400_000):
        begun = time.process_time()
        window.say(text)
        QApplication.processEvents()
        assert time.process_time() - begun < 0.3
        assert window.notice.height() < window.height() / 5
        assert window.size().toTuple() == (1366, 768)


def test_a_title_is_one_line(window: MainWindow) -> None:
    height = window.header.height()
    named = race(LINES[:50])
    window.show_scene(named.with_(title="R&D " + LINES[:190], note="n"))
    QApplication.processEvents()
    assert window.findChild(DataControls).fold.height() < 60
    assert window.header.height() == height
    assert "\n" not in window.header.title.text() and window.header.title.text().startswith("R&&D a a")
    assert window.windowTitle().startswith("R&D a a")


def test_a_lecture_of_long_names_saves_and_opens(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "lecture.json"
    lecture_file.save(Lecture(LINES, (Page(opening_scene(), LINES, LINES, "q"),)), path)
    assert window.open_path(path)
    QApplication.processEvents()
    assert window.size().toTuple() == (1366, 768)
    settings.put("recent", [])
