"""Work is never lost: one undo for everything, and what is in no file is kept beside the window."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox

import gui.file_commands
from engine.convolution.scene import opening_convolution
from engine.drawing import Stroke
from engine.lecture import Lecture, Page
from engine.lecture_file import load, save
from engine.scene import opening_scene
from engine.scene_file import SceneFileError
from engine.work import decode
from gui.autosave import MOST_ASIDE
from gui.files import example_lectures, example_scenes
from gui.main_window import MainWindow
from gui.theme import look
from tests.stress.kills import MOST_LOST, kill

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

CTRL = Qt.KeyboardModifier.ControlModifier
SCENE = opening_scene()
DOT, OTHER_DOT = Stroke(((0.0, 0.0),)), Stroke(((1.0, 1.0),), "blue")


@pytest.fixture
def window(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    QSettings().clear()
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Discard)
    window = MainWindow(SCENE)
    window.resize(1366, 768)
    qtbot.addWidget(window)
    window.show()
    yield window
    window.player.pause()
    window.close()


def press(window: MainWindow, key: Any, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(window, key, modifier)
    QApplication.processEvents()


def change(window: MainWindow, **fields: Any) -> None:
    window.panel.document.change(window.panel.scene.with_(**fields), "Change")


# One undo.


def test_everything_is_undone_in_the_order_in_which_it_was_done(window: MainWindow) -> None:
    change(window, steps=50)
    window.tools._draw((DOT,), "Draw")
    window.show_panel("convolution")
    change(window, stride=2)
    window.lectures.add()
    window.lecture.rename("Mine")
    window.lectures.keep()
    assert window.lecture.is_open
    texts = [window.history.stack.text(index) for index in range(window.history.stack.count())]
    assert texts == ["Change", "Draw", "Change", "Add a page", "Rename the lecture"]
    window.undo()
    assert window.lecture.lecture.title == "Untitled lecture"
    window.undo()
    assert not window.lecture.is_open
    window.undo()
    assert window.place.kind.key == "convolution" and window.panel.scene.stride == 1
    window.undo()
    assert window.place.kind.key == "optimizers" and window.tools.strokes == ()
    window.undo()
    assert window.panel.scene.steps == SCENE.steps
    assert not window.history.stack.canUndo()
    for _ in texts:
        window.redo()
    assert window.lecture.lecture.title == "Mine" and len(window.lecture.pages) == 1
    assert window.places["optimizers"].panel.scene.strokes == (DOT,)


def test_the_buttons_say_what_they_would_undo(window: MainWindow) -> None:
    undo, redo = window.header.buttons["undo"], window.header.buttons["redo"]
    assert not undo.isEnabled() and not redo.isEnabled()
    change(window, steps=50)
    assert undo.isEnabled() and "Change" in undo.toolTip() and undo.accessibleName() == "Undo: Change"
    undo.click()
    assert not undo.isEnabled() and redo.isEnabled() and "Change" in redo.toolTip()
    assert window.panel.scene.steps == SCENE.steps


def test_opening_is_undone(window: MainWindow) -> None:
    change(window, steps=50)
    window.tools._draw((DOT,), "Draw")
    example = example_scenes("optimizers")[2]
    window.open_path(example, example=True)
    assert window.panel.scene == load(example) and "Ctrl+Z" in window.notice.text()
    change(window, steps=7)
    assert window.notice.text() == ""  # from here on Ctrl+Z would bring back something else
    window.undo()
    window.undo()
    assert (window.panel.scene.steps, window.panel.scene.strokes) == (50, (DOT,))
    assert not window.place.clean
    window.redo()
    assert window.panel.scene == load(example) and window.place.clean
    press(window, Qt.Key.Key_N, CTRL)
    assert window.panel.scene.title == "Untitled" and window.panel.scene.note == ""
    assert "Ctrl+Z" not in window.notice.text()  # nothing was lost this time
    window.undo()
    assert window.panel.scene == load(example)


def test_a_page_that_takes_the_place_of_work_gives_it_back(window: MainWindow) -> None:
    window.files.open(Lecture("x", (Page(opening_convolution(), "a"), Page(SCENE.with_(steps=20), "b"))))
    window.choose_panel("optimizers")
    change(window, steps=77)
    window.lectures.next()  # the page it was left on
    window.lectures.next()
    assert window.lecture.index == 1 and window.panel.scene.steps == 20
    window.undo()
    assert window.places["optimizers"].panel.scene.steps == 77
    window.lecture.close()


# Drawings belong to scenes.


def test_drawings_are_saved_with_their_scene_and_go_with_it_onto_a_page(window: MainWindow, tmp_path: Path) -> None:
    window.tools._draw((DOT, OTHER_DOT), "Draw")
    assert window.files.save_to(tmp_path / "drawn.json")
    assert window.place.clean
    window.open_path(example_scenes("optimizers")[2], example=True)
    assert window.tools.strokes == ()
    window.open_path(tmp_path / "drawn.json")
    assert window.tools.strokes == (DOT, OTHER_DOT)
    assert window.tools.layers["optimizers"].strokes == (DOT, OTHER_DOT)
    window.lectures.add()
    page = window.lecture.page
    assert page is not None and page.strokes == (DOT, OTHER_DOT) and page.scene.strokes == ()
    assert window.tools.strokes == (DOT, OTHER_DOT)
    window.tools.erase()
    assert window.lecture.pages[0].strokes == ()
    window.undo()
    assert window.tools.strokes == (DOT, OTHER_DOT)
    window.lecture.close()


# What is tried out on pages.


@pytest.fixture
def taught(window: MainWindow, tmp_path: Path) -> MainWindow:
    import msgspec

    hidden = SCENE.with_(show=msgspec.structs.replace(SCENE.show, outcome=False, path_ahead=False))
    lecture = Lecture("Taught", (Page(hidden, "one"), Page(opening_convolution(), "two"), Page(SCENE, "three")))
    save(lecture, tmp_path / "taught.json")
    window.open_path(tmp_path / "taught.json")
    return window


def test_showing_an_outcome_changes_nothing(taught: MainWindow, tmp_path: Path) -> None:
    before = (tmp_path / "taught.json").read_bytes()
    press(taught, Qt.Key.Key_H)
    assert taught.panel.scene.show.outcome and not taught.lecture.page_changed
    press(taught, Qt.Key.Key_S, CTRL)
    assert (tmp_path / "taught.json").read_bytes() == before
    change(taught, steps=30)  # tried out, and kept: the question stays a question
    taught.lectures.keep()
    assert taught.lecture.pages[0].scene.steps == 30
    assert not taught.lecture.pages[0].scene.show.outcome
    assert taught.panel.scene.show.outcome
    taught.lectures.keep()  # nothing else is another: the answer is meant
    assert taught.lecture.pages[0].scene.show.outcome


def test_what_was_tried_on_each_page_comes_back(taught: MainWindow) -> None:
    line = taught.lectures.line
    assert line is not None
    change(taught, steps=31)
    press(taught, Qt.Key.Key_PageDown)
    assert "What was tried on “one” is kept" in taught.notice.text()
    change(taught, stride=2)
    taught.choose_panel("augmentation")  # left by a tab …
    press(taught, Qt.Key.Key_PageDown)
    assert taught.lecture.index == 1 and taught.panel.scene.stride == 1
    assert line.bring_back.isVisible()
    QTest.mouseClick(line.bring_back, Qt.MouseButton.LeftButton)
    assert taught.panel.scene.stride == 2 and not line.bring_back.isVisible()
    taught.open_path(example_scenes("convolution")[1], example=True)  # … and by an example
    press(taught, Qt.Key.Key_PageUp)
    assert taught.panel.scene.stride == 1
    taught.lectures.bring_back()
    assert taught.panel.scene.stride == 2
    press(taught, Qt.Key.Key_PageUp)
    taught.lecture.move(0, 2)  # what was tried goes with its page
    taught.lectures.bring_back()
    assert taught.panel.scene.steps == 31
    assert taught.lecture.lecture.pages[2].scene.steps == SCENE.steps


# Files that somebody else has changed.


@pytest.mark.parametrize("lecture", [False, True])
@pytest.mark.parametrize("answer", ["again", "other", "cancel"])
@pytest.mark.parametrize("how", ["changed", "moved"])
def test_what_somebody_else_did_to_a_file_is_told(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str, answer: str, lecture: bool
) -> None:
    path, other = tmp_path / "mine.json", tmp_path / "other.json"
    save(Lecture("L", (Page(SCENE),)) if lecture else SCENE, path)
    window.open_path(path)
    if lecture:
        window.lecture.rename("Mine")
    else:
        change(window, title="Mine")
    if how == "changed":
        save(Lecture("Theirs") if lecture else SCENE.with_(title="Theirs"), path)
    else:
        path.rename(tmp_path / "elsewhere.json")
    asked: list[str] = []
    monkeypatch.setattr(gui.file_commands, "ask", lambda _w, text, *_: (asked.append(text), answer)[1])
    monkeypatch.setattr(window.files, "_chosen", lambda *_: other)
    window.files.save_file()
    assert len(asked) == 1 and "mine.json" in asked[0] and ("moved" in asked[0]) == (how == "moved")
    titles = {name: load(tmp_path / name).title for name in ("mine.json", "other.json") if (tmp_path / name).exists()}
    theirs = {"mine.json": "Theirs"} if how == "changed" else {}
    assert (
        titles == {"again": {"mine.json": "Mine"}, "other": {**theirs, "other.json": "Mine"}, "cancel": theirs}[answer]
    )
    if answer == "again":
        asked.clear()
        window.files.save_file()
        assert asked == []
    window.lecture.close()


def test_a_scene_made_from_an_example_is_called_as_its_file(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window.files, "_chosen", lambda *_: tmp_path / "steep-valley.json")
    window.open_path(example_scenes("optimizers")[2], example=True)
    example = window.panel.scene.title
    window.files.save_file()
    assert load(tmp_path / "steep-valley.json").title == example  # it is the example
    window.open_path(example_scenes("optimizers")[2], example=True)
    change(window, steps=33)
    window.files.save_file()
    assert load(tmp_path / "steep-valley.json").title == "Steep valley" == window.panel.scene.title
    change(window, title="My own")
    window.files.save_file_as()
    assert load(tmp_path / "steep-valley.json").title == "My own"


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_what_cannot_be_undone_is_grey(window: MainWindow, theme: str) -> None:
    look().set_theme(theme)
    button = window.header.buttons["undo"]
    grey = button.grab().toImage()
    change(window, steps=50)
    ready = button.grab().toImage()
    ground = look().theme.color("panel")

    def strength(image: QImage) -> float:
        """How far from the ground the icon's strongest pixel is."""
        pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
        return max(abs(pixel.lightness() - ground.lightness()) * pixel.alphaF() for pixel in pixels)

    assert strength(grey) < 0.5 * strength(ready)


# What is kept by itself.


def kept_in(folder: Path) -> list[Any]:
    return [decode(path.read_bytes()) for path in folder.glob("*.json")]


def test_a_change_is_on_the_disk_within_a_second(window: MainWindow, tmp_path: Path, qtbot: Any) -> None:
    window.recovery.start(tmp_path)
    assert kept_in(tmp_path) == []
    change(window, steps=55)
    qtbot.waitUntil(lambda: bool(kept_in(tmp_path)), timeout=1000)
    assert kept_in(tmp_path)[0].scenes["optimizers"].scene.steps == 55
    begun, steps = time.monotonic(), 60
    while kept_in(tmp_path)[0].scenes["optimizers"].scene.steps < 60:  # changes that never stop do not put it off
        assert time.monotonic() - begun < 10, "a busy machine needs more than half a second for it, but not ten"
        change(window, steps=(steps := steps + 1))
        QApplication.processEvents()
    window.place.saved_as(tmp_path / "saved.json")
    change(window, steps=2)
    window.place.saved_as(tmp_path / "saved.json")
    window.work_changed.emit()
    qtbot.waitUntil(lambda: kept_in(tmp_path) == [], timeout=2000)


def test_what_was_left_is_offered_in_one_line(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    window.recovery.start(tmp_path)
    assert window.recovery.line is None
    change(window, steps=55, title="Half done")
    window.close()  # without a file, and without a question
    assert len(kept_in(tmp_path)) == 1
    other = MainWindow(SCENE)
    qtbot.addWidget(other)
    other.show()
    other.recovery.start(tmp_path)
    line = other.recovery.line
    assert line is not None and line.isVisible() and "Half done" in line.text.text()
    QTest.mouseClick(line.bring_back, Qt.MouseButton.LeftButton)
    assert (other.panel.scene.steps, other.panel.scene.title) == (55, "Half done") and other.recovery.line is None
    other.undo()
    assert other.panel.scene.steps == SCENE.steps
    other.redo()
    other.close()
    third = MainWindow(SCENE)
    qtbot.addWidget(third)
    third.recovery.start(tmp_path)
    assert third.recovery.line is not None
    third.recovery.line.forget.click()
    third.close()
    assert kept_in(tmp_path) == []


def test_what_was_left_goes_only_when_it_is_written_again(
    qtbot: Any, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.recovery.start(tmp_path)
    change(window, steps=55)
    window.close()

    def full(*_: object) -> None:
        raise SceneFileError("the disk is full")

    monkeypatch.setattr("gui.autosave.write_atomically", full)
    other = MainWindow(SCENE)
    qtbot.addWidget(other)
    other.recovery.start(tmp_path)
    other.recovery.bring_back()
    assert other.panel.scene.steps == 55
    other.close()
    assert [work.scenes["optimizers"].scene.steps for work in kept_in(tmp_path)] == [55]


def test_the_work_of_a_window_that_runs_is_not_offered(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    window.recovery.start(tmp_path)
    change(window, steps=55)
    qtbot.waitUntil(lambda: bool(kept_in(tmp_path)), timeout=1000)
    other = MainWindow(SCENE)
    qtbot.addWidget(other)
    other.recovery.start(tmp_path)
    assert other.recovery.line is None
    other.close()


def test_damaged_work_is_put_away(window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "a.work.json").write_text("{")
    window.recovery.start(tmp_path)
    assert window.recovery.line is None
    assert not list(tmp_path.glob("*.json"))


def next_start(qtbot: Any, folder: Path) -> MainWindow:
    other = MainWindow(SCENE)
    qtbot.addWidget(other)
    other.recovery.start(folder)
    return other


def test_a_lecture_that_gave_way_to_another_is_offered_at_the_next_start(
    qtbot: Any, window: MainWindow, tmp_path: Path
) -> None:
    window.recovery.start(tmp_path)
    window.lectures.new()
    window.lecture.rename("Mine")
    window.open_path(example_lectures()[0], True)
    qtbot.waitUntil(lambda: any(work.lecture.lecture.title == "Mine" for work in kept_in(tmp_path)), timeout=1000)
    window.lectures.new()  # over the example, which is in a file
    window.lecture.rename("Mine, too")
    window.lectures.new()
    window.lecture.rename("Discarded at the question")
    window.close()
    other = next_start(qtbot, tmp_path)
    assert other.recovery.line is not None and "“Mine, too”" in other.recovery.line.text.text()
    other.recovery.line.bring_back.click()
    assert other.lecture.lecture.title == "Mine, too" and len(other.lecture.pages) == 1
    assert other.recovery.line is not None and "“Mine”" in other.recovery.line.text.text()
    other.recovery.line.forget.click()
    assert other.recovery.line is None
    other.close()


def test_what_undo_opens_again_is_not_offered(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    window.recovery.start(tmp_path)
    window.lectures.new()
    window.open_path(example_lectures()[0], True)
    window.undo()
    assert "Undone" in window.notice.text() and "Ctrl+Y" in window.notice.text()
    assert window.lecture.lecture.title == "Untitled lecture"
    assert window.files.save_to(tmp_path / "mine.json")
    window.close()
    other = next_start(qtbot, tmp_path)
    assert other.recovery.line is None
    other.close()


def test_a_changed_scene_that_gave_way_is_offered(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    window.recovery.start(tmp_path)
    for number in range(MOST_ASIDE + 2):
        change(window, steps=50 + number, title=f"No. {number}")
        window.open_path(example_scenes("optimizers")[number], True)
    window.close()
    offered = sorted(work.scenes["optimizers"].scene.title for work in kept_in(tmp_path))
    assert offered == [f"No. {number}" for number in range(2, MOST_ASIDE + 2)], "the newest, and no more"


def test_a_scene_that_became_a_page_is_saved_with_its_lecture(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    window.recovery.start(tmp_path)
    window.lectures.new()
    window.choose_panel("augmentation")
    window.lecture.add()
    change(window, title="Half and half")
    window.lecture.keep()
    window.lectures.back()
    assert window.files.save_to(tmp_path / "mine.json")
    assert not window.work().changed
    window.close()
    other = next_start(qtbot, tmp_path)
    assert other.recovery.line is None
    other.close()


def test_what_was_tried_on_pages_is_offered_after_the_end(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    save(Lecture("Mine", (Page(SCENE, "one"), Page(SCENE, "two"))), path)
    folder = tmp_path / "kept"
    window.recovery.start(folder)
    window.open_path(path)
    change(window, steps=77)
    window.lectures.next()
    window.close()
    other = next_start(qtbot, folder)
    assert other.recovery.line is not None and "Mine" in other.recovery.line.text.text()
    other.recovery.line.bring_back.click()
    other.lectures.back()
    other.lecture.bring_back()
    assert other.panel.scene.steps == 77 and other.lecture.path == path and not other.lecture.unsaved
    assert load(path).pages[0].scene.steps == SCENE.steps
    other.close()


def test_a_file_that_was_changed_before_its_work_came_back_is_not_replaced_without_a_word(
    qtbot: Any, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, folder = tmp_path / "mine.json", tmp_path / "kept"
    save(Lecture("Mine", (Page(SCENE, "one"),)), path)
    window.recovery.start(folder)
    window.open_path(path)
    change(window, steps=77)
    window.close()
    save(Lecture("Somebody else's", (Page(SCENE, "one"), Page(SCENE, "two"))), path)
    other = next_start(qtbot, folder)
    other.recovery.bring_back()
    other.lecture.keep()
    asked: list[str] = []
    monkeypatch.setattr(gui.file_commands, "ask", lambda _w, text, _answers, _no: asked.append(text) or "cancel")
    assert not other.files.save_file()
    assert len(asked) == 1 and load(path).title == "Somebody else's"
    other.close()


def test_saving_tells_of_what_was_drawn_on_pages(window: MainWindow, tmp_path: Path) -> None:
    save(Lecture("Mine", (Page(SCENE, "one", strokes=(DOT,)), Page(SCENE, "two"))), tmp_path / "mine.json")
    window.open_path(tmp_path / "mine.json")
    assert window.files.save_file() and "drawn" not in window.notice.text()
    window.lectures.next()
    window.lecture.draw((OTHER_DOT,), "Draw")
    assert window.files.save_file() and "what was drawn on: page 2" in window.notice.text()
    assert window.files.save_file() and "drawn" not in window.notice.text()


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is of POSIX systems")
def test_a_kill_loses_at_most_two_seconds(tmp_path: Path) -> None:
    """`scripts/stress` kills it some two hundred times."""
    for number, after in enumerate((0.15, 1.3)):
        killed = kill(tmp_path / str(number), after)
        assert killed.lost < MOST_LOST and not killed.faults
    assert killed.kept == 1, "after more than a second something was kept"
