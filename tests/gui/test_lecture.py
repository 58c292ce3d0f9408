"""A lecture in the window: opened, played, built, saved, printed, seen by the presenter."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QSettings, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPdfWriter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit, QMessageBox, QPlainTextEdit

from engine import scene_file
from engine.convolution.scene import opening_convolution
from engine.drawing import Stroke
from engine.frames import Position
from engine.lecture import Lecture, Page
from engine.lecture_file import load, save
from engine.minima_scene import opening_minima
from engine.scene import CrowdChoice, RacerChoice, opening_scene
from engine.scene_file import SceneFileError
from gui.files import example_lectures, example_scenes, recent_files
from gui.lecture import end_state, handout, paper, room, student_handout
from gui.lecture.handout import write_pdf, write_pictures
from gui.lecture.illustrator import BESIDE, Illustrator
from gui.lecture.presenter import passed
from gui.lecture.student_handout import write_student_pdf
from gui.main_window import MainWindow
from gui.recording import grid_act, legend, stage
from gui.recording.settings import Settings
from gui.theme import LIGHT, THEMES, look
from tests.stress.blocks import Blocks

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
BLOCKED = 0.4  # seconds for an event at most, however busy the machine; it was 20
SCENE = opening_scene().with_(position=12)
LECTURE = Lecture(
    "Three pages",
    (
        Page(SCENE, "One", "first notes", "Who?"),
        Page(opening_convolution().with_(position=5), "Two", "second notes"),
        Page(SCENE.with_(steps=50, position=7), "Three"),
    ),
)


@pytest.fixture
def window(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    QSettings().clear()
    answer(monkeypatch, QMessageBox.StandardButton.Discard)  # at the end, unless a test says otherwise
    window = MainWindow(opening_scene())
    window.resize(1366, 768)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.player.pause()
    window.lecture.close()
    window.close()


@pytest.fixture
def opened(window: MainWindow, tmp_path: Path) -> MainWindow:
    save(LECTURE, tmp_path / "three.json")
    assert window.open_path(tmp_path / "three.json")
    return window


def press(window: Any, key: Any, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(window, key, modifier)
    QApplication.processEvents()


def answer(monkeypatch: pytest.MonkeyPatch, button: Any) -> list[str]:
    asked: list[str] = []
    monkeypatch.setattr(QMessageBox, "question", lambda *args: (asked.append(args[2]), button)[1])
    return asked


def test_pages_are_turned_as_a_clicker_does(opened: MainWindow) -> None:
    line = opened.lectures.line
    assert line is not None
    assert (line.title.text(), line.question.text(), line.number.text()) == ("One", "Who?", "1 of 3")
    assert opened.player.position == Position(12)
    press(opened, Qt.Key.Key_PageDown)
    assert opened.place.kind.key == "convolution"
    assert opened.player.position == Position(5)
    assert (line.title.text(), line.number.text()) == ("Two", "2 of 3")
    press(opened, Qt.Key.Key_PageDown)
    assert opened.panel.scene.steps == 50
    press(opened, Qt.Key.Key_PageDown)
    assert "last page" in opened.notice.text()
    assert line.number.text() == "3 of 3"
    for _ in range(2):
        press(opened, Qt.Key.Key_PageUp)
    assert (line.title.text(), opened.player.position) == ("One", Position(12))
    press(opened, Qt.Key.Key_PageUp)
    assert "first page" in opened.notice.text()


def test_pages_open_as_saved_and_what_was_tried_can_be_brought_back(opened: MainWindow) -> None:
    opened.panel.document.change(opened.panel.scene.with_(steps=99), "Steps")
    opened.player.seek(Position(40))
    assert opened.lecture.page_changed
    opened.lectures.next()
    opened.lectures.back()
    assert opened.panel.scene.steps == 160
    assert opened.player.position == Position(12)
    assert not opened.lecture.page_changed
    opened.lectures.bring_back()
    assert opened.panel.scene.steps == 99
    assert opened.lecture.page_changed


def test_what_was_tried_is_told_of_where_it_can_be_brought_back(opened: MainWindow) -> None:
    """A presentation has no button for it: it says how long it is kept, and its end says the way back."""

    def try_out(steps: int) -> None:
        opened.panel.document.change(opened.panel.scene.with_(steps=steps), "Steps")

    kept = "What was tried on “One” is kept until the lecture is closed."
    there = " Go back there to bring it back."
    try_out(99)
    press(opened, Qt.Key.Key_PageDown)
    assert opened.notice.text() == kept + there
    press(opened, Qt.Key.Key_PageUp)
    opened.say("")
    opened.mode.present()
    opened.mode.leave()
    assert opened.notice.text() == "", "nothing was tried while presenting"
    opened.mode.present()
    try_out(98)
    press(opened, Qt.Key.Key_PageDown)
    assert opened.notice.text() == kept, "there is no button to bring it back with"
    opened.mode.leave()
    assert opened.notice.text() == kept + there
    press(opened, Qt.Key.Key_PageUp)
    line = opened.lectures.line
    assert line is not None and line.bring_back.isVisible()
    opened.mode.present()
    for steps in (97, 96):
        opened.lecture.show(0 if steps == 97 else 2)
        try_out(steps)
    press(opened, Qt.Key.Key_PageUp)
    opened.mode.leave()
    assert opened.notice.text() == "What was tried on 2 pages is kept until the lecture is closed." + there
    opened.mode.present()
    opened.lecture.show(0)
    try_out(95)
    opened.lectures.next()
    opened.lectures.close()
    opened.say("")
    opened.mode.leave()
    assert opened.notice.text() == "", "nothing is kept any more"


def test_time_alone_is_no_change(opened: MainWindow) -> None:
    opened.player.seek(Position(90))
    opened.panel.zoom(0.5)
    assert not opened.lecture.page_changed
    assert not opened.lecture.unsaved


def test_only_what_is_kept_is_saved(opened: MainWindow, tmp_path: Path) -> None:
    """What is tried out in class goes into the file by “keep”, and not by saving."""
    opened.panel.document.change(opened.panel.scene.with_(steps=99), "Steps")
    press(opened, Qt.Key.Key_S, CTRL)
    assert "three.json" in opened.notice.text() and "Ctrl+K" in opened.notice.text()
    assert load(tmp_path / "three.json").pages[0].scene.steps == 160
    press(opened, Qt.Key.Key_K, CTRL)
    assert opened.windowTitle().startswith("Three pages •")
    press(opened, Qt.Key.Key_S, CTRL)
    assert load(tmp_path / "three.json").pages[0].scene.steps == 99
    assert "Ctrl+K" not in opened.notice.text()
    assert not opened.lecture.unsaved
    assert opened.windowTitle() == "Three pages – Stepscope"
    assert recent_files()[0] == (tmp_path / "three.json").resolve()


def test_building_a_lecture(window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = window.lecture
    press(window, Qt.Key.Key_A, CTRL | SHIFT)
    assert session.is_open and len(session.pages) == 1
    strip = window.lectures.strip
    assert strip is not None and strip.isVisible()
    window.show_scene(opening_convolution())
    session.left()
    assert window.lectures.line is not None and "Add" in window.lectures.line.keep.text()
    QTest.mouseClick(window.lectures.line.keep, Qt.MouseButton.LeftButton)
    assert [page.name for page in session.pages] == [SCENE.title, opening_convolution().title]
    QTest.mouseClick(strip.buttons["copy"], Qt.MouseButton.LeftButton)
    assert (len(session.pages), session.index) == (3, 2)
    strip.page_title.setFocus()
    strip.page_title.selectAll()
    QTest.keyClicks(strip.page_title, "Again")
    QTest.keyClicks(strip.question, "Why?")
    QTest.keyClicks(strip.notes, "Because.")
    page = session.page
    assert page is not None
    assert (page.title, page.question, page.notes[-8:]) == ("Again", "Why?", "Because.")
    QTest.mouseClick(strip.buttons["up"], Qt.MouseButton.LeftButton)
    assert (session.pages[1].title, session.index) == ("Again", 1)
    session.rename("Mine")
    assert session.unsaved
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "mine"), ""))
    assert window.files.save_file()
    assert load(tmp_path / "mine.json") == session.lecture
    strip.remove()
    assert len(session.pages) == 2 and session.index == 1
    window.undo()
    assert len(session.pages) == 3
    assert session.unsaved is False


def test_typing_is_one_undo_and_dragging_reorders(opened: MainWindow) -> None:
    opened.lectures.toggle_strip()
    strip, session = opened.lectures.strip, opened.lecture
    assert strip is not None
    strip.list.moved.emit(0, 2)
    assert [page.name for page in session.pages] == ["Two", "Three", "One"]
    assert session.index == 2
    assert strip.list.currentRow() == 2
    opened.undo()
    assert [page.name for page in session.pages] == ["One", "Two", "Three"]
    assert session.index == 0
    QTest.keyClicks(strip.notes, "abc")
    opened.undo()
    assert session.lecture == LECTURE
    strip.list.setCurrentRow(1)
    assert opened.place.kind.key == "convolution"
    assert strip.notes.toPlainText() == "second notes"


def test_moving_another_page_keeps_the_one_shown(opened: MainWindow) -> None:
    session = opened.lecture
    session.show(1)
    for index, to in ((0, 2), (2, 0), (2, 0), (0, 2)):
        session.move(index, to)
        assert session.page is not None and session.page.name == "Two", (index, to)


def test_unsaved_lectures_come_back_by_undo_and_are_asked_for_at_the_end(
    opened: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answer(monkeypatch, QMessageBox.StandardButton.Cancel)
    opened.lecture.show(1)
    opened.lecture.rename("Other")
    assert opened.open_path(example_lectures()[0], example=True)
    assert opened.lecture.lecture.title == load(example_lectures()[0]).title
    assert "Other" in opened.notice.text() and "Ctrl+Z" in opened.notice.text()
    press(opened, Qt.Key.Key_Z, CTRL)
    session = opened.lecture
    assert (session.lecture.title, session.index, session.path) == ("Other", 1, tmp_path / "three.json")
    assert opened.place.kind.key == "convolution" and session.unsaved
    assert asked == []
    assert not opened.close()
    assert len(asked) == 1 and "three.json" in asked[0]
    answer(monkeypatch, QMessageBox.StandardButton.Discard)


def test_drawing_on_a_shipped_lecture_is_not_asked_for(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answer(monkeypatch, QMessageBox.StandardButton.Cancel)
    window.open_path(example_lectures()[0], example=True)
    window.lecture.draw((Stroke(((0.0, 0.0),)),), "Draw")
    assert not window.lecture.unsaved
    window.lecture.rename("Mine now")
    assert window.lecture.unsaved
    window.lecture.rename(load(example_lectures()[0]).title)
    window.lectures.close()
    assert not window.lecture.is_open
    assert asked == []


def test_a_tab_leaves_the_page_and_the_next_key_returns_to_it(opened: MainWindow) -> None:
    opened.lecture.show(2)
    opened.choose_panel("convolution")
    assert opened.lecture.page is None
    assert not opened.lecture.unsaved
    press(opened, Qt.Key.Key_PageDown)
    assert opened.lecture.index == 2


def test_a_scene_file_leaves_the_lecture_open(opened: MainWindow, tmp_path: Path) -> None:
    save(SCENE.with_(steps=33), tmp_path / "scene.json")
    assert opened.open_path(tmp_path / "scene.json")
    assert opened.lecture.is_open and opened.lecture.page is None
    assert opened.panel.scene.steps == 33
    press(opened, Qt.Key.Key_A, CTRL | SHIFT)
    assert [page.scene.steps for page in opened.lecture.pages if hasattr(page.scene, "steps")] == [160, 50, 33]


def test_lectures_open_from_the_command_line_and_by_dropping(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    other = MainWindow(LECTURE, tmp_path / "x.json")
    qtbot.addWidget(other)
    assert other.lecture.index == 0
    assert other.windowTitle() == "Three pages – Stepscope"
    empty = MainWindow(Lecture("Nothing yet"))
    qtbot.addWidget(empty)
    assert empty.lecture.is_open and not empty.lecture.pages
    empty.lectures.next()
    empty.lectures.add()
    assert len(empty.lecture.pages) == 1
    empty.lecture.close()


@pytest.mark.parametrize("theme", list(THEMES))
@pytest.mark.parametrize("path", example_lectures(), ids=lambda path: path.stem)
def test_every_page_of_the_shipped_lectures_plays(window: MainWindow, path: Path, theme: str) -> None:
    look().set_theme(theme)
    assert window.open_path(path, example=True)
    for index in range(len(window.lecture.pages)):
        assert window.lecture.index == index
        page = window.lecture.page
        assert page is not None and page.scene.position == window.player.position.step
        if not getattr(getattr(page.scene, "show", None), "outcome", True):
            press(window, Qt.Key.Key_H)
            assert window.player.playing
        window.player.set_speed(32)
        window.player.play()
        QTest.qWait(30)
        window.player.last()
        assert window.player.position.step == window.player.length > 0
        assert not window.grab().isNull()
        press(window, Qt.Key.Key_PageDown)
    look().set_theme("dark")


# The presenter's window.


def test_the_presenters_window_follows(opened: MainWindow, qtbot: Any) -> None:
    press(opened, Qt.Key.Key_F11, CTRL)
    presenter = opened.lectures.presenter
    assert presenter is not None and presenter.isVisible() and presenter.timer.isActive()
    assert presenter.number.text() == "Page 1 of 3"
    assert (presenter.notes.toPlainText(), presenter.question.text()) == ("first notes", "Who?")
    assert presenter.next_title.text() == "Two"
    qtbot.waitUntil(lambda: not presenter.picture.pixmap().isNull())
    first = presenter.picture.pixmap().toImage()
    press(presenter, Qt.Key.Key_PageDown)
    assert opened.lecture.index == 1
    assert presenter.notes.toPlainText() == "second notes"
    assert presenter.next_title.text() == "Three"
    qtbot.waitUntil(lambda: not presenter.picture.pixmap().isNull())
    assert presenter.picture.pixmap().toImage() != first
    presenter.activateWindow()
    press(presenter, Qt.Key.Key_PageDown)
    assert "last page" in presenter.next_title.text()
    assert presenter.picture.pixmap().isNull()
    presenter.close()
    assert not presenter.timer.isActive()


HEAVY = opening_scene().with_(
    racers=tuple(RacerChoice("adam", {}, crowd=CrowdChoice(count=100)) for _ in range(20)), steps=20_000
)


def test_a_page_that_takes_long_keeps_nobody_waiting(window: MainWindow, qtbot: Any) -> None:
    """Minutes of work on the next page, or on this one: pages turn at once, and what is shown is what is computed."""
    minima = opening_minima().with_(starts=5000, repeats=3, steps=2000)
    pages = (*LECTURE.pages[:2], Page(HEAVY, "Heavy"), Page(minima, "Minima"), Page(SCENE, "Light"))
    window.lectures.open(Lecture("Long", pages))
    for key in ("minima", "optimizers"):
        window.show_panel(key)
    press(window, Qt.Key.Key_F11, CTRL)
    presenter = window.lectures.presenter
    assert presenter is not None
    qtbot.waitUntil(lambda: not presenter.picture.pixmap().isNull())
    with Blocks() as blocks:
        press(window, Qt.Key.Key_PageDown)
        assert presenter.next_title.text() == "Heavy"
        assert presenter.picture.pixmap().isNull() and "being computed" in presenter.picture.text()
        qtbot.wait(300)
        press(window, Qt.Key.Key_PageDown)
        assert window.lecture.index == 2 and window.panel.run is None
        qtbot.wait(300)
        press(window, Qt.Key.Key_PageDown)
        assert presenter.next_title.text() == "Light"
        qtbot.waitUntil(lambda: not presenter.picture.pixmap().isNull(), timeout=10_000)
        panels = presenter.illustrator._panels
        assert panels and not any(panel.busy for panel in panels.values())  # the pages before are given up
        presenter.close()
    assert blocks.longest[0] < BLOCKED, blocks.longest


def test_the_next_page_in_three_dimensions_keeps_nobody_waiting(window: MainWindow, qtbot: Any) -> None:
    deep = msgspec.structs.replace(SCENE.show, relief=True)
    pages = (Page(SCENE, "Flat"), Page(SCENE.with_(show=deep, position=40), "Deep"), Page(SCENE, "Flat again"))
    window.lectures.open(Lecture("Depths", pages))
    qtbot.wait(300)
    with Blocks() as blocks:
        press(window, Qt.Key.Key_F11, CTRL)
        presenter = window.lectures.presenter
        assert presenter is not None
        qtbot.waitUntil(lambda: not presenter.picture.pixmap().isNull(), timeout=10_000)
        qtbot.wait(50)
    with Illustrator() as illustrator:
        assert presenter._image == illustrator.image(pages[1], 960, 600, look().theme, 1.5)
    presenter.close()
    assert blocks.longest[0] < 0.2, blocks.longest


def test_elapsed_time() -> None:
    assert [passed(s) for s in (7, 760, 3723)] == ["0:07", "12:40", "1:02:03"]


def test_in_a_presentation_every_panel_takes_part(opened: MainWindow) -> None:
    opened.lectures.toggle_strip()
    press(opened, Qt.Key.Key_F11)
    line, strip = opened.lectures.line, opened.lectures.strip
    assert line is not None and strip is not None
    assert line.isVisible() and line.title.isVisible()
    assert not strip.isVisible() and not line.keep.isVisible()
    press(opened, Qt.Key.Key_PageDown)
    assert not opened.panel.controls.isVisible()
    press(opened, Qt.Key.Key_Escape)
    assert opened.panel.controls.isVisible() and strip.isVisible()
    press(opened, Qt.Key.Key_PageUp)
    assert opened.panel.controls.isVisible()


# Paper and clipboard.


def test_handout(window: MainWindow, tmp_path: Path) -> None:
    long = Lecture("Long", (*LECTURE.pages, Page(SCENE, "Long", "word " * 1900)))
    theme = look().theme
    assert write_pdf(long, tmp_path / "handout.pdf")
    data = (tmp_path / "handout.pdf").read_bytes()
    assert data.startswith(b"%PDF")
    assert data.count(b"/Type /Page\n") == 6  # the last page's notes need three sheets
    assert look().theme is theme
    stopped: list[int] = []
    assert not write_pdf(long, tmp_path / "none.pdf", lambda done: stopped.append(done) or done < 1)
    assert stopped == [0, 1] and not (tmp_path / "none.pdf").exists()


def test_a_handout_is_drawn_beside_the_window_and_can_be_cancelled(
    opened: MainWindow, tmp_path: Path, qtbot: Any
) -> None:
    path = tmp_path / "handout.pdf"
    with Blocks() as blocks:
        opened.lectures.write_paper(path, "teacher")
        qtbot.waitUntil(lambda: not opened.desk.recorder.running, timeout=60_000)
    assert blocks.longest[0] < BLOCKED, blocks.longest
    strip = opened.desk.strip
    assert "Saved as “handout.pdf”" in strip.text.text()
    assert path.read_bytes().count(b"/Type /Page\n") == 3
    path.unlink()
    opened.lectures.open(Lecture("Long", (Page(SCENE, "One"), Page(HEAVY, "Heavy"))))
    opened.lectures.write_paper(path, "teacher")
    opened.lectures.write_paper(path, "teacher")
    assert "still being drawn" in opened.notice.text()
    qtbot.waitUntil(lambda: "1 of 2" in strip.text.text(), timeout=60_000)
    strip.cancel.click()
    qtbot.waitUntil(lambda: not opened.desk.recorder.running, timeout=10_000)
    assert strip.isHidden() and not list(tmp_path.glob("*.pdf")) and not list(tmp_path.glob(".*"))


@pytest.fixture
def texts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is written on sheets from now on."""
    written: list[str] = []
    make = paper.Paragraph.__init__
    monkeypatch.setattr(
        paper.Paragraph, "__init__", lambda self, text, *rest: (written.append(text), make(self, text, *rest))[1]
    )
    return written


def sheets(path: Path) -> int:
    return path.read_bytes().count(b"/Type /Page\n")


@pytest.mark.parametrize("path", example_lectures(), ids=lambda path: path.stem)
def test_students_get_questions_and_room_and_no_answers(
    path: Path, tmp_path: Path, qtbot: Any, texts: list[str]
) -> None:
    lecture = load(path)
    out = tmp_path / "students.pdf"
    assert write_student_pdf(lecture, out)
    assert sheets(out) == (len(lecture.pages) + 1) // 2
    wanted = [(f"{number}   {page.name}", page.question) for number, page in enumerate(lecture.pages, start=1)]
    assert [text for text in texts if text] == [text for pair in wanted for text in pair if text]


def test_the_teacher_gets_all_that_the_page_says_and_how_a_hidden_race_ends(
    tmp_path: Path, qtbot: Any, texts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = SCENE.with_(position=0, show=msgspec.structs.replace(SCENE.show, outcome=False, path_ahead=False))
    drawn: list[Any] = []
    paint = Illustrator.paint
    monkeypatch.setattr(
        Illustrator,
        "paint",
        lambda self, painter, page, *rest: (drawn.append(page.scene), paint(self, painter, page, *rest))[1],
    )
    answered: list[Any] = []
    picture = end_state.picture
    monkeypatch.setattr(
        handout, "picture", lambda scene, *size, **how: (answered.append(scene), picture(scene, *size, **how))[1]
    )
    lecture = Lecture("Both", (Page(hidden, "Hidden", "It is Adam.\nAlways.", "Who?"), Page(SCENE, "Open", "Notes.")))
    assert write_pdf(lecture, tmp_path / "teacher.pdf")
    assert texts == ["1   Hidden", "Who?", "It is Adam.", "Always.", "2   Open", "Notes."]
    assert [(scene.position, scene.show.outcome) for scene in drawn] == [(0, False), (12, True)]
    assert answered == [hidden]


GALLERY = load(example_scenes("augmentation")[1]).with_(position=0)
ENDS = [
    (SCENE, "after 160 steps"), (opening_convolution().with_(position=5), "after 78 cells"),
    (opening_minima(), "at B = 256"), (GALLERY, f"after {GALLERY.samples - 1} samples"),
]  # fmt: skip


@pytest.mark.parametrize(("scene", "name"), ENDS, ids=[name for _, name in ENDS])
def test_a_question_is_answered_on_the_teachers_handout(
    tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch, scene: Any, name: str
) -> None:
    """A page that opens at its end, or that asks nothing, has one picture."""
    assert end_state.answer_name(scene) == name
    length = stage.timing_of(scene)[0]
    answered: list[QImage] = []
    picture = end_state.picture

    def drawn(*given: Any, **how: Any) -> QImage:
        answered.append(picture(*given, **how))
        return answered[-1]

    monkeypatch.setattr(handout, "picture", drawn)
    pages = Page(scene, "Asks", question="Who?"), Page(scene.with_(position=length), "Ended", question="Who?")
    assert write_pdf(Lecture("One", (*pages, Page(scene, "Tells", "It is so."))), tmp_path / "teacher.pdf")
    (answer,) = answered
    assert sheets(tmp_path / "teacher.pdf") == 3
    size = answer.width(), answer.height()
    assert answer == picture(scene.with_(position=0), *size, answers=True), "from wherever it opens"


def test_an_answer_that_cannot_be_computed_leaves_the_page_one_picture(
    tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> QImage:
        raise ValueError("it goes nowhere")

    monkeypatch.setattr(end_state, "act_of", fail)
    assert write_pdf(Lecture("One", (Page(SCENE, "Asks", question="Who?"),)), tmp_path / "teacher.pdf")
    assert sheets(tmp_path / "teacher.pdf") == 1


def test_the_teacher_reads_the_end_in_numbers_and_words(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []
    monkeypatch.setattr(legend.Legend, "paint_losses", lambda *args: told.append(args))
    end_state.picture(SCENE, 535, 700, answers=True)
    assert told, "the racers' losses"
    minima = opening_minima()
    assert end_state.picture(minima, 535, 700) != end_state.picture(minima, 535, 700, answers=True), "what was measured"
    grid = opening_convolution().with_(alone="", position=0)
    assert end_state.picture(grid, 535, 700) != end_state.picture(grid, 535, 700, answers=True), "all passes"


@pytest.mark.parametrize("path", example_lectures()[:2], ids=lambda path: path.stem)
def test_a_page_of_a_shipped_lecture_has_one_sheet(path: Path, tmp_path: Path, qtbot: Any) -> None:
    assert write_pdf(load(path), tmp_path / "teacher.pdf")
    assert sheets(tmp_path / "teacher.pdf") == len(load(path).pages)


def test_a_students_page_shows_the_end_with_names_and_without_losses(
    qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[object] = []
    monkeypatch.setattr(legend.Legend, "paint_losses", lambda *args: told.append(args))
    hidden = SCENE.with_(position=0, show=msgspec.structs.replace(SCENE.show, outcome=False, path_ahead=False))
    ends = end_state.picture(hidden, 432, 416)
    assert ends == end_state.picture(end_state.revealed(hidden).with_(position=9), 432, 416), (
        "whatever the page shows when it opens"
    )
    assert ends != end_state.picture(SCENE.with_(steps=159), 432, 416)
    assert not told
    grid = opening_convolution()
    first = end_state.picture(grid, 432, 416)
    timeline = grid_act.GridAct(grid, Settings()).subject.timeline
    assert timeline.moment(end_state.last_moment(grid, grid_act.GridAct(grid, Settings()))).stage == timeline.passes[0]
    assert first != end_state.picture(grid.with_(position=timeline.length), 432, 416)


def test_students_pages_have_their_room_whatever_is_asked(tmp_path: Path, qtbot: Any) -> None:
    """A question that is too long for its column, or a title too long for one line, takes a whole sheet."""
    short, long = (
        Page(SCENE.with_(steps=3), "Short", question="Why?"),
        Page(SCENE.with_(steps=3), "L", question="why " * 240),
    )
    for pages, many in (
        ((short, short, short), 2),
        ((short, long, short), 3),
        ((long, long), 2),
        ((short.with_(title="word " * 39),), 1),
    ):
        assert write_student_pdf(Lecture("Rooms", pages), tmp_path / "x.pdf")
        assert sheets(tmp_path / "x.pdf") == many
    writer = QPdfWriter(str(tmp_path / "y.pdf"))
    writer.setResolution(paper.DOTS)
    for page in (short, long, short.with_(title="w" * 200), long.with_(title="word " * 39, question="字" * 1000)):
        block = student_handout._Block(page, 0, writer)
        asked = block.question.height if block.question else 0.0
        over = student_handout.PICTURE[1] + block.title.height + student_handout.SKIP
        used = over if block.beside else over + student_handout.BELOW + asked
        lines = (student_handout.PICTURE[1] - asked if block.beside else block.height - used) / student_handout.LINE
        assert used <= block.height and lines >= student_handout.LEAST, page.title


def test_both_handouts_stand_in_the_menu(
    opened: MainWindow, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def where(_parent: Any, _title: str, start: str, _kind: str) -> tuple[str, str]:
        asked.append(Path(start).name)
        return str(tmp_path / asked[-1]), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", where)
    for name in ("student_handout", "handout"):
        opened.actions_by_name[name].trigger()
        qtbot.waitUntil(lambda: not opened.desk.recorder.running, timeout=60_000)
    assert asked == ["three-pages (students).pdf", "three-pages (teacher).pdf"]
    assert [sheets(tmp_path / name) for name in asked] == [2, 3]


def test_pictures_of_all_pages_are_light(opened: MainWindow, tmp_path: Path, qtbot: Any) -> None:
    (tmp_path / "pictures").mkdir()
    opened.lectures.write_paper(tmp_path / "pictures", "pictures")
    assert "Drawing the pages for “pictures”" in opened.desk.strip.text.text()
    qtbot.waitUntil(lambda: not opened.desk.recorder.running, timeout=60_000)
    assert "Saved as “pictures”" in opened.desk.strip.text.text()
    names = sorted(path.name for path in (tmp_path / "pictures").iterdir())
    assert names == ["01-one.png", "02-two.png", "03-three.png"]
    assert look().theme.name != "light"
    for name in names:
        image = QImage(str(tmp_path / "pictures" / name))
        assert image.width() == 1600
        assert image.scaled(1, 1, mode=Qt.TransformationMode.SmoothTransformation).pixelColor(0, 0).lightness() > 160
    opened.lectures.write_paper(tmp_path / "no" / "x.pdf", "teacher")
    qtbot.waitUntil(lambda: not opened.desk.recorder.running, timeout=60_000)
    assert "cannot be saved" in opened.desk.strip.text.text()


def test_no_pdf_takes_the_name_of_a_folder_that_has_gone(
    opened: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "pictures"
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    opened.lectures.save_pictures()
    assert opened.notice.text() == "“pictures” is not a folder that pictures could be saved in."
    folder.mkdir()
    with pytest.raises(SceneFileError, match="“pictures” is not a folder"):
        write_pictures(LECTURE, folder, lambda done: folder.rmdir() is None)
    assert [path.name for path in tmp_path.iterdir()] == ["three.json"]  # the lecture itself


def test_drawings_are_in_the_pictures(tmp_path: Path, qtbot: Any) -> None:
    plain, drawn = tmp_path / "plain", tmp_path / "drawn"
    stroke = Stroke(((-3.0, -3.0), (3.0, 3.0)), "red")
    for folder, strokes in ((plain, ()), (drawn, (stroke,))):
        folder.mkdir()
        assert write_pictures(Lecture("x", (Page(SCENE, "p", strokes=strokes),)), folder)
    assert QImage(str(plain / "01-p.png")) != QImage(str(drawn / "01-p.png"))


def test_data_and_curve_are_in_the_pictures(qtbot: Any) -> None:
    early = scene_file.load(next(path for path in example_scenes() if path.stem == "27-early-stopping"))
    red, beside = LIGHT.color("danger"), round(900 * (1 - BESIDE))
    with Illustrator() as illustrator:
        for scene, has_data in ((SCENE, False), (early, True), (SCENE, False)):
            image = illustrator.image(Page(scene, "p"), 900, 560, LIGHT)
            column = [[image.pixelColor(x, y) for y in range(320, 540)] for x in range(beside + 8, 892)]
            assert any(shades.count(red) > 150 for shades in column) == has_data  # the stop
            assert (image.pixelColor(beside + 4, 540) == LIGHT.color("window")) == has_data
            assert (image.pixelColor(860, 60) == LIGHT.color("field")) == has_data


def test_share_through_the_clipboard(opened: MainWindow) -> None:
    clipboard = QGuiApplication.clipboard()
    press(opened, Qt.Key.Key_T, CTRL | SHIFT)
    opened.lecture.close()
    press(opened, Qt.Key.Key_V, CTRL | SHIFT)
    assert opened.lecture.lecture == LECTURE
    opened.lecture.close()
    opened.panel.document.change(opened.panel.scene.with_(steps=44), "Steps")
    press(opened, Qt.Key.Key_T, CTRL | SHIFT)
    opened.panel.open_scene(opening_scene())
    press(opened, Qt.Key.Key_V, CTRL | SHIFT)
    assert opened.panel.scene.steps == 44
    for rubbish in ("", "hello", "{}", "stepscope"):
        clipboard.setText(rubbish)
        before = opened.panel.scene
        press(opened, Qt.Key.Key_V, CTRL | SHIFT)
        assert opened.notice.text().endswith(".") and "clipboard" in opened.notice.text()
        assert opened.panel.scene == before


def test_copy_as_code(window: MainWindow) -> None:
    window.files.copy_numpy()
    assert "import numpy as np" in QGuiApplication.clipboard().text()
    window.files.copy_pytorch()
    assert "import torch" in QGuiApplication.clipboard().text()
    window.show_panel("convolution")
    window.files.copy_numpy()
    assert "Only a race" in window.notice.text()


def test_the_menu_offers_lectures(window: MainWindow) -> None:
    window.header.menu.aboutToShow.emit()
    texts = [action.text() for action in window.header.menu.actions()]
    assert sum(text.startswith("Lecture: ") for text in texts) == len(example_lectures()) == 4
    assert "Save this scene alone…" not in texts


def entries(window: MainWindow) -> dict[str, bool]:
    """What the menu offers, and whether it can be chosen."""
    menu = window.header.menu
    menu.aboutToShow.emit()
    below = next(a.menu() for a in menu.actions() if a.menu() is not None and a.text() == "Lecture")
    return {a.text().split("\t")[0]: a.isEnabled() for a in (*menu.actions(), *below.actions())}


OF_A_LECTURE = (
    "Presentation from the first page", "Presentation from this page", "Presenter's window", "Handout for the teacher…",
    "Handout for students…", "Pictures of all pages…", "Video of the lecture…", "Close the lecture",
)  # fmt: skip


def test_the_menu_is_grey_where_there_is_nothing_to_do(window: MainWindow, tmp_path: Path) -> None:
    there = entries(window)
    of_a_page = ("Keep the changes in this page", "Bring back what was tried here")
    assert not any(there[name] for name in (*OF_A_LECTURE, *of_a_page))
    assert there["Presentation"] and there["New lecture"] and there["Add this scene as a page"]
    press(window, Qt.Key.Key_K, CTRL)
    assert "No page is shown" in window.notice.text(), "the key still says why"
    save(LECTURE, tmp_path / "three.json")
    assert window.open_path(tmp_path / "three.json")
    there = entries(window)
    assert all(there[name] for name in (*OF_A_LECTURE, "Keep the changes in this page"))
    assert not there["Bring back what was tried here"]
    window.panel.document.change(window.panel.scene.with_(steps=99), "Steps")
    window.lectures.next()
    window.lectures.back()
    assert entries(window)["Bring back what was tried here"]
    window.choose_panel("minima")
    assert not entries(window)["Keep the changes in this page"], "what is shown is no page"


def test_one_page_of_the_list_looks_chosen(opened: MainWindow) -> None:
    opened.lectures.toggle_strip()
    strip = opened.lectures.strip
    assert strip is not None
    QApplication.processEvents()

    def ground(row: int) -> int:
        box = strip.list.visualItemRect(strip.list.item(row))
        return strip.list.viewport().grab().toImage().pixel(box.right() - 12, box.center().y())

    box = strip.list.visualItemRect(strip.list.item(1))
    QTest.mouseMove(strip.list.viewport(), box.center())
    QTest.mouseClick(strip.list.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    assert opened.lecture.index == 1
    assert ground(1) != ground(0) == ground(2)
    press(opened, Qt.Key.Key_PageUp)
    assert opened.lecture.index == 0
    assert ground(0) != ground(1) == ground(2), "where the mouse is, or was"


def test_a_hidden_race_that_is_played_says_so(opened: MainWindow) -> None:
    show = msgspec.structs.replace(opened.panel.scene.show, outcome=False)
    opened.panel.document.change(opened.panel.scene.with_(show=show), "Hide")
    opened.say("")
    press(opened, Qt.Key.Key_Space)
    assert opened.notice.text() == "The race is hidden: H reveals it."
    opened.say("")
    press(opened, Qt.Key.Key_Space)
    press(opened, Qt.Key.Key_H)
    assert opened.player.playing and opened.notice.text() == ""
    press(opened, Qt.Key.Key_Space)
    press(opened, Qt.Key.Key_Space)
    assert opened.player.playing and opened.notice.text() == "", "nothing is hidden"


def test_title_and_note_of_a_page_are_written_in_one_dialog(
    opened: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are in the lecture then; what is tried out on the page is not."""
    asked: list[Any] = []

    def answer_dialog(*words: Any) -> tuple[str, str]:
        asked.append(words[2:])
        return "Renamed", "Watch the ridge."

    monkeypatch.setattr(room, "ask_title", answer_dialog)
    opened.panel.document.change(opened.panel.scene.with_(steps=99), "Steps")
    before = opened.history.stack.index()
    press(opened, Qt.Key.Key_F2)
    page = opened.lecture.page
    assert asked == [("One", SCENE.note)] and page is not None
    assert (page.title, page.scene.note, page.notes) == ("Renamed", "Watch the ridge.", "first notes")
    assert page.scene.steps == 160 and opened.lecture.page_changed and opened.lecture.unsaved
    assert opened.panel.inspector.note.text() == "Watch the ridge."
    assert opened.panel.scene.steps == 99
    assert opened.history.stack.index() == before + 1
    opened.undo()
    page = opened.lecture.page
    assert page is not None and (page.title, page.scene.note) == ("One", SCENE.note)
    assert opened.panel.scene.note == SCENE.note and opened.panel.scene.steps == 99
    opened.redo()
    opened.undo()
    opened.undo()
    press(opened, Qt.Key.Key_F2)
    assert not opened.lecture.page_changed and opened.place.clean, "the note is in the page"


def test_a_new_page_has_nothing_in_the_lecturers_own_notes(opened: MainWindow) -> None:
    """The scene's note stands beside the picture: rewritten for oneself, it would still stand there."""
    opened.lectures.add()
    opened.lectures.toggle_strip()
    strip = opened.lectures.strip
    assert strip is not None and strip.notes.toPlainText() == ""
    assert opened.lecture.page is not None and opened.lecture.page.scene.note == SCENE.note
    assert "Notes for you" in [label.text() for label in strip.findChildren(QLabel) if label.isVisible()]


@pytest.mark.parametrize("kind", ["optimizers", "convolution", "minima", "augmentation"])
def test_no_field_is_seen_that_leaves_its_letters_to_the_windows_keys(opened: MainWindow, kind: str) -> None:
    opened.lectures.toggle_strip()
    opened.lecture.show(1)
    opened.choose_panel("minima")
    opened.choose_panel(kind)
    assert opened.lecture.page is None
    fields = [*opened.findChildren(QLineEdit), *opened.findChildren(QPlainTextEdit)]
    dead = [field for field in fields if field.isVisible() and (not field.isEnabled() or field.isReadOnly())]
    assert dead == []
    strip = opened.lectures.strip
    assert strip is not None and not strip.notes.isVisible() and strip.title.isVisible()
    opened.lectures.next()
    assert strip.notes.isVisible() and strip.notes.toPlainText() == "second notes"


@pytest.mark.parametrize("low", [560, 768])
@pytest.mark.parametrize("text", [1.0, 1.5])
def test_nothing_of_the_pages_lies_over_anything_else(opened: MainWindow, low: int, text: float) -> None:
    look().set_scale(text)
    opened.resize(900, low)
    opened.lectures.toggle_strip()
    opened.desk_made().strip.show()
    for _ in range(3):
        QApplication.processEvents()
    strip = opened.lectures.strip
    assert strip is not None
    column = strip.title.window()
    parts = [
        strip.title, strip.file, strip.list, strip.buttons["plus"], strip.page_title, strip.question, strip.notes,
        strip.keep,
    ]  # fmt: skip
    boxes = [QRect(part.mapTo(column, QPoint()), part.size()) for part in parts]
    for above, below in pairwise(boxes):
        assert above.bottom() < below.top()
    for part in parts:
        assert part.height() >= (part.minimumHeight() or part.minimumSizeHint().height())


def test_where_there_is_no_room_the_right_side_goes_and_comes_back(opened: MainWindow) -> None:
    """Nothing is cut: the pages, the picture and the controls, in this order, have their room first."""
    panel = opened.panel

    def widths() -> list[int]:
        for _ in range(3):
            QApplication.processEvents()
        sizes: list[int] = panel.splitter.sizes()
        parts = [panel.splitter.widget(place) for place in range(3)]
        for size, part in zip(sizes, parts, strict=True):
            assert size == 0 or part.isHidden() or size >= part.minimumSizeHint().width()
            right = part.mapTo(opened, QPoint()).x() + part.width()
            assert size == 0 or right <= opened.width()
        return sizes

    opened.resize(900, 560)
    assert all(widths())
    opened.lectures.toggle_strip()
    left, middle, right = widths()
    assert left and middle and not right
    opened.actions_by_name["right_panel"].trigger()
    assert "no room" in opened.notice.text()
    opened.actions_by_name["left_panel"].trigger()
    assert widths()[2], "its place is free"
    opened.actions_by_name["left_panel"].trigger()
    left, middle, right = widths()
    assert left and middle and not right
    opened.resize(1366, 768)
    assert all(widths())
    opened.resize(900, 560)
    opened.lectures.toggle_strip()
    assert all(widths())


def test_sides_have_one_width_in_one_window(opened: MainWindow) -> None:
    """Showing the pages, or a line that takes height, leaves a rule its line breaks."""
    opened.lectures.toggle_strip()
    QTest.qWait(50)
    before = opened.panel.splitter.sizes()
    opened.lectures.keep()
    QTest.qWait(50)
    assert opened.notice.isVisible() and opened.panel.splitter.sizes() == before


def test_dropping_a_page_in_the_list(opened: MainWindow) -> None:
    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import QDropEvent

    opened.lectures.toggle_strip()
    strip = opened.lectures.strip
    assert strip is not None
    QApplication.processEvents()
    last = strip.list.visualItemRect(strip.list.item(2))
    event = QDropEvent(
        QPointF(last.center() + QPoint(0, 8)), Qt.DropAction.MoveAction, QMimeData(), Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    strip.list.dropEvent(event)
    assert [page.name for page in opened.lecture.pages] == ["Two", "Three", "One"]
    assert [strip.list.item(row).text()[4:] for row in range(3)] == ["Two", "Three", "One"]
