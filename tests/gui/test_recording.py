"""Recording from the window: the dialog, the process that works while the window goes on, and its faults."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import QRectF, QSettings, Qt, QThreadPool
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from engine.frames import Position
from engine.lecture import Lecture, Page
from engine.lecture_file import load
from engine.minima_scene import opening_minima
from engine.scene import CrowdChoice, RacerChoice, opening_scene
from gui.files import example_lectures, example_scenes
from gui.main_window import MainWindow
from gui.recording import lecture_film, race_act, render
from gui.recording.choices import remember, remembered
from gui.recording.desk import Desk
from gui.recording.dialog import RecordDialog
from gui.recording.minima_act import MinimaAct
from gui.recording.settings import Settings
from gui.recording.stage import Stage
from gui.theme import DARK, LIGHT, look
from tests.stress.blocks import Blocks

# The offscreen platform says so of every dialog whose size has limits.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

buttons = QMessageBox.StandardButton
SMALL = Settings(320, 180, 30, seconds=1.0)
LONG = Settings(640, 360, 60, seconds=600.0)


@pytest.fixture
def window(qtbot: Any) -> Iterator[MainWindow]:
    QSettings().clear()
    window = MainWindow(opening_scene())
    window.resize(1366, 768)
    qtbot.addWidget(window, before_close_func=stop)
    window.show()
    qtbot.waitExposed(window)
    yield window
    for place in window.places.values():
        place.path = None


def stop(window: MainWindow) -> None:
    """Nobody is there to answer whether a recording may be stopped."""
    if window.desk is not None:
        window.desk.recorder.stop_now()


def open_dialog(window: MainWindow) -> RecordDialog:
    QTest.keyClick(window, Qt.Key.Key_R)
    QApplication.processEvents()
    assert isinstance(window.desk, Desk)
    dialog: RecordDialog | None = window.desk.dialog
    assert dialog is not None
    return dialog


def desk_of(window: MainWindow) -> Desk:
    """The desk, with no dialog open."""
    open_dialog(window).reject()
    QApplication.processEvents()
    desk: Desk = window.desk
    return desk


def type_into(box: Any, text: str) -> None:
    box.selectAll()
    QTest.keyClicks(box, text)


def test_the_preview_comes_when_it_is_computed_and_computes_once(
    window: MainWindow, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed: list[object] = []
    run = race_act.run_scene
    monkeypatch.setattr(race_act, "run_scene", lambda *args: (computed.append(args), run(*args))[1])
    crowd = CrowdChoice(count=40)
    rings = tuple(RacerChoice("adam", {}, crowd=crowd) for _ in range(6))
    window.panel.open_scene(opening_scene().with_(racers=rings, steps=1000))
    qtbot.waitUntil(lambda: not window.panel.busy, timeout=20_000)
    with Blocks() as blocks:
        dialog = open_dialog(window)
        qtbot.waitUntil(lambda: "being computed" in dialog.picture.text())
        qtbot.waitUntil(lambda: not dialog.picture.pixmap().isNull(), timeout=20_000)
        first = dialog.picture.pixmap().toImage()
        dialog.form.show_settings(replace(SMALL, title=False), "mp4")
        dialog.form.changed.emit()
        qtbot.waitUntil(lambda: dialog.picture.pixmap().toImage() != first, timeout=20_000)
    assert len(computed) == 1
    assert blocks.longest[0] < 0.4, blocks.longest
    dialog.reject()


def test_a_preview_of_rings_in_three_dimensions_keeps_nobody_waiting(window: MainWindow, qtbot: Any) -> None:
    rings = tuple(RacerChoice("adam", {}, crowd=CrowdChoice(count=40)) for _ in range(6))
    show = msgspec.structs.replace(opening_scene().show, relief=True)
    window.panel.open_scene(opening_scene().with_(racers=rings, steps=1000, show=show, position=1000))
    qtbot.waitUntil(lambda: not window.panel.busy, timeout=20_000)
    qtbot.wait(1500)  # the window's own pictures are there
    dialog = open_dialog(window)
    qtbot.waitUntil(lambda: not dialog.picture.pixmap().isNull(), timeout=20_000)
    first = dialog.picture.pixmap().toImage()
    with Blocks() as blocks:
        dialog.form.show_settings(replace(SMALL, title=False), "mp4")
        dialog.form.changed.emit()
        qtbot.waitUntil(lambda: dialog.picture.pixmap().toImage() != first, timeout=20_000)
    print(blocks.longest)
    assert blocks.longest[0] < 0.15, blocks.longest
    dialog.reject()


def test_a_preview_that_nobody_waits_for_is_given_up(window: MainWindow, qtbot: Any) -> None:
    """An experiment of minutes: the dialog opens and closes at once."""
    window.show_panel("minima", opening_minima().with_(starts=5000, repeats=3, steps=2000))
    window.panel.give_up()
    dialog = open_dialog(window)
    qtbot.waitUntil(lambda: dialog.job.running)
    qtbot.wait(50)
    dialog.reject()
    qtbot.waitUntil(lambda: not QThreadPool.globalInstance().activeThreadCount(), timeout=2000)


def test_a_recording_from_the_button_to_the_file(
    window: MainWindow, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    QTest.mouseClick(window.transport.record, Qt.MouseButton.LeftButton)
    dialog = window.desk.dialog
    out = tmp_path / "race.mp4"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "race"), ""))
    dialog.form.show_settings(SMALL, "mp4")
    with qtbot.waitSignal(window.desk.recorder.finished, timeout=60_000) as told:
        QTest.mouseClick(dialog.record, Qt.MouseButton.LeftButton)
        assert window.desk.dialog is None
        assert window.desk.strip.isVisible()
        assert "race.mp4" in window.desk.strip.text.text()
    assert told.args == [out]
    assert out.stat().st_size > 5000
    assert [path.name for path in tmp_path.iterdir()] == ["race.mp4"]
    strip = window.desk.strip
    assert "Recorded as “race.mp4”." in strip.text.text()
    assert strip.show_folder.isVisible() and not strip.cancel.isVisible()
    QTest.mouseClick(strip.close_button, Qt.MouseButton.LeftButton)
    assert not strip.isVisible()


def test_the_window_goes_on_meanwhile_and_the_recording_is_of_what_was(
    window: MainWindow, qtbot: Any, tmp_path: Path
) -> None:
    desk = desk_of(window)
    scene = window.panel.scene_to_save()
    with qtbot.waitSignal(desk.recorder.finished, timeout=60_000):
        desk.start(scene, SMALL, tmp_path / "a.mp4")
        window.player.play()
        window.panel.document.change(scene.with_(start=(0.0, 0.0)), "move")
        qtbot.waitUntil(lambda: window.player.position.step > 42, timeout=20_000)
        window.player.pause()
    with qtbot.waitSignal(desk.recorder.finished, timeout=60_000):
        desk.start(scene, SMALL, tmp_path / "b.mp4")
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_cancelled(window: MainWindow, qtbot: Any, tmp_path: Path) -> None:
    desk = desk_of(window)
    with qtbot.waitSignal(desk.recorder.progressed, timeout=60_000):
        desk.start(window.panel.scene, LONG, tmp_path / "a.mp4")
    assert "left" in desk.strip.text.text()
    assert desk.strip.bar.maximum() == 36_000
    with qtbot.waitSignal(desk.recorder.cancelled, timeout=20_000):
        QTest.mouseClick(desk.strip.cancel, Qt.MouseButton.LeftButton)
        assert not desk.strip.cancel.isEnabled()
    assert not desk.strip.isVisible()
    assert not desk.recorder.running
    assert list(tmp_path.iterdir()) == []


def test_a_renderer_that_does_not_listen_is_killed(window: MainWindow, qtbot: Any, tmp_path: Path) -> None:
    desk = desk_of(window)
    deaf = "import signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('1 9', flush=True)"
    desk.recorder.program = [sys.executable, "-c", f"{deaf}; time.sleep(60)"]
    desk.recorder._impatience.setInterval(50)
    with qtbot.waitSignal(desk.recorder.progressed, timeout=20_000):
        desk.start(window.panel.scene, SMALL, tmp_path / "a.mp4")
    with qtbot.waitSignal(desk.recorder.cancelled, timeout=20_000):
        desk.recorder.cancel()


def test_a_second_one_is_refused(window: MainWindow, qtbot: Any, tmp_path: Path) -> None:
    desk = desk_of(window)
    desk.start(window.panel.scene, LONG, tmp_path / "first.mp4")
    window.actions_by_name["record"].trigger()
    assert desk.dialog is None
    assert window.notice.text() == "“first.mp4” is still being recorded: wait for it, or cancel it."


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import sys; sys.exit('The disk is full.')", "The disk is full."),
        ("1 / 0", "The recording of “a.mp4” ended by itself; nothing was written."),
        ("import os; os.kill(os.getpid(), 9)", "The recording of “a.mp4” ended by itself; nothing was written."),
    ],
    ids=["sentence", "traceback", "killed"],
)
def test_faults_are_one_sentence(window: MainWindow, qtbot: Any, tmp_path: Path, code: str, said: str) -> None:
    desk = desk_of(window)
    desk.recorder.program = [sys.executable, "-c", code]
    with qtbot.waitSignal(desk.recorder.failed, timeout=20_000):
        desk.start(window.panel.scene, SMALL, tmp_path / "a.mp4")
    assert desk.strip.text.text() == said
    assert desk.strip.close_button.isVisible()
    assert not desk.recorder.running


def test_a_renderer_that_cannot_be_started(window: MainWindow, qtbot: Any, tmp_path: Path) -> None:
    desk = desk_of(window)
    desk.recorder.program = [str(tmp_path / "no-python")]
    desk.start(window.panel.scene, SMALL, tmp_path / "a.mp4")
    qtbot.waitUntil(lambda: "could not be started" in desk.strip.text.text(), timeout=10_000)
    assert not desk.recorder.running


def test_closing_asks_while_recording(
    window: MainWindow, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_of(window)
    with qtbot.waitSignal(desk.recorder.progressed, timeout=60_000):
        desk.start(window.panel.scene, LONG, tmp_path / "a.mp4")
    answers = [QMessageBox.StandardButton.No, QMessageBox.StandardButton.Yes]
    asked: list[Any] = []
    monkeypatch.setattr(QMessageBox, "question", lambda *args: (asked.append(args), answers.pop(0))[1])
    assert not window.close()
    assert asked[0][2:] == ("“a.mp4” is still being recorded. Stop it?", buttons.Yes | buttons.No, buttons.No)
    assert desk.recorder.running
    assert window.close()
    assert not desk.recorder.running
    assert list(tmp_path.iterdir()) == []


def test_wrong_entries_are_explained_where_they_are(window: MainWindow) -> None:
    dialog = open_dialog(window)
    form = dialog.form
    length = window.player.length
    for row, box, text, said in (
        ("steps", form.last, "999", f"The scene has the steps 0 to {length}, and no step 999."),
        ("steps", form.first, "two", "“two” is not a number."),
        ("steps", form.first, "1.5", "A whole number is needed here."),
        ("rest", form.hold_last, "-1", "The rest at the end must be from 0 to 60 seconds, not -1."),
        ("rest", form.hold_first, "", "A number is missing here."),
    ):
        before = box.text()
        type_into(box, text) if text else box.clear() or form._edited()
        assert form.errors[row].text() == said
        assert form.errors[row].isVisible()
        assert box.property("wrong")
        assert not dialog.record.isEnabled()
        type_into(box, before)
        assert not form.errors[row].isVisible()
        assert dialog.record.isEnabled()
    dialog.reject()


def test_the_line_below_follows_every_choice(window: MainWindow) -> None:
    dialog = open_dialog(window)
    assert dialog.summary.text().startswith("1 140 frames · 19 s · ")  # 16 s and two rests
    form = dialog.form
    form.fps.setCurrentIndex(form.fps.findData(30))
    form.fps.activated.emit(0)
    assert dialog.summary.text().startswith("570 frames · 19 s")
    form.length_box.setCurrentIndex(form.length_box.findData("all"))
    form.length_box.activated.emit(0)
    type_into(form.seconds, "5")
    assert dialog.summary.text().startswith("150 frames · 5 s")
    form.format.setCurrentIndex(form.format.findData("gif"))
    form.format.activated.emit(0)
    settings = dialog.settings()
    assert (settings.width, settings.height, settings.fps) == (960, 540, 25)
    assert dialog.summary.text().startswith("125 frames · 5 s")
    dialog.reject()


def test_choices_are_remembered(window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dialog = open_dialog(window)
    wanted = Settings(1080, 1920, 50, step_seconds=0.25, hold_first=0.5, theme="light", curve=False)
    dialog.form.show_settings(wanted, "webm")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "a.webm"), ""))
    monkeypatch.setattr(Desk, "start", lambda *_: None)
    QTest.mouseClick(dialog.record, Qt.MouseButton.LeftButton)
    window.activateWindow()
    QApplication.processEvents()
    again = open_dialog(window)
    assert again.form.kind() == "webm"
    assert again.settings() == Settings(
        1080, 1920, 50, 0, 160, step_seconds=0.25, hold_first=0.5, theme="light", curve=False
    )
    again.reject()


@pytest.mark.parametrize("stored", ["", "{", "[]", '{"width": "wide"}', '{"kind": "avi", "fps": true}', "[" * 9999])
def test_spoilt_memories_do_no_harm(qapp: Any, stored: str) -> None:
    QSettings().setValue("recording/choices", stored)
    assert remembered("light") == (Settings(theme="light"), "mp4")
    remember(Settings(first=5, seconds=3.0), "gif")
    assert remembered("light") == (Settings(seconds=3.0), "gif")
    QSettings().clear()


# The picture.


@pytest.mark.parametrize("size", [(1280, 720), (720, 720), (720, 1280), (64, 64), (640, 64), (64, 640)])
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_every_scene_at_every_shape(qapp: Any, size: tuple[int, int], theme: str) -> None:
    if min(size) > 100 and theme == "light" and size[0] == size[1]:
        pytest.skip("nothing new")
    for path in example_scenes():
        stage = Stage(load(path), Settings(*size, theme=theme))
        image = stage.frame(Position(min(7, stage.act.length)))
        assert (image.width(), image.height()) == size
        corner = image.pixelColor(0, 0).name()
        assert corner == (DARK if theme == "dark" else LIGHT).window


def test_the_screen_has_no_say(qapp: Any) -> None:
    scene = opening_scene()
    look().theme, look().scale = DARK, 1.0
    one = Stage(scene, Settings(640, 360, theme="light")).frame(Position(40)).copy()
    look().theme, look().scale = LIGHT, 1.7
    other = Stage(scene, Settings(640, 360, theme="light")).frame(Position(40)).copy()
    look().theme, look().scale = DARK, 1.0
    assert one == other


@pytest.mark.parametrize("example", [0, -1], ids=["race", "grid"])
def test_a_frame_depends_on_its_moment_alone(qapp: Any, example: int) -> None:
    scene = load(example_scenes()[::-1][example])
    moments = [Position(3), Position(11, 0, 0.4), Position(0), Position(30, 0, 0.9), Position(11, 0, 0.4)]
    stage = Stage(scene, Settings(640, 360))
    seen = [stage.frame(moment).copy() for moment in moments]
    for moment, image in zip(moments, seen, strict=True):
        assert Stage(scene, Settings(640, 360)).frame(moment) == image
    assert seen[1] == seen[4] != seen[0]


def colors_in(stage: Stage, image: QImage, room: QRectF) -> set[str]:
    """The colours of a frame in a place on the page."""
    there = image.copy(QRectF(room.topLeft() * stage.page.ratio, room.size() * stage.page.ratio).toAlignedRect())
    return {there.pixelColor(x, y).name() for x in range(there.width()) for y in range(0, there.height(), 2)}


@pytest.mark.parametrize("path", example_scenes("optimizers")[:4] + example_scenes("minima")[:2], ids=lambda p: p.stem)
def test_a_film_does_not_give_its_ending_away(qapp: Any, path: Path) -> None:
    scene, small = load(path), Settings(320, 180)
    plain, ahead = Stage(scene, small), Stage(scene, replace(small, ahead=True))
    start, end = Position(), Position(plain.act.length)
    first = plain.frame(start).copy()
    told = [plain._note]
    if isinstance(plain.act, MinimaAct):
        told.append(plain.act._below)  # what was measured
    for room in told:
        assert colors_in(plain, first, room) == {DARK.window}, "how it ends is not told"
        assert len(colors_in(ahead, ahead.frame(start), room)) > 1, "unless asked"
        at_end = colors_in(plain, plain.frame(end), room)
        assert at_end == colors_in(ahead, ahead.frame(end), room) != {DARK.window}, "at the end all is there"
    assert first == plain.frame(start) != ahead.frame(start), "and gone again"


def test_the_way_ahead_is_not_on_the_first_frame(qapp: Any) -> None:
    scene = opening_scene()
    act = Stage(scene, Settings(640, 360)).act
    assert isinstance(act, race_act.RaceAct) and not act.subject.show.path_ahead
    picture = replace(Settings(640, 360), caption=False, curve=False, formula=False)
    short, long = (Stage(scene.with_(steps=steps), picture).frame(Position()).copy() for steps in (20, 160))
    assert part_of(short) == part_of(long)
    ahead = replace(picture, ahead=True)
    short, long = (Stage(scene.with_(steps=steps), ahead).frame(Position()).copy() for steps in (20, 160))
    assert part_of(short) != part_of(long)


def test_the_pages_of_a_lectures_film_have_the_pages_titles(qapp: Any) -> None:
    """A scene's own title may be the answer to the page's question."""
    small, scene = Settings(320, 180, 24), opening_scene().with_(position=0)
    films = [
        lecture_film.LectureFilm(Lecture("Titles", (Page(scene.with_(title=title), "Who?"),)), small, "mp4")
        for title in ("Adagrad wins", "Another title")
    ]
    for number in (0, 80, 200, len(films[0]) - 1):
        assert films[0].frame(number).copy() == films[1].frame(number), number


def part_of(image: QImage) -> QImage:
    """Without the line on top, which names the number of steps."""
    return image.copy(0, 50, image.width(), image.height() - 50)


def test_the_title_that_a_film_opens_with_names_who_takes_part(qapp: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    words: list[tuple[str, ...]] = []
    monkeypatch.setattr(render, "card", lambda _settings, *texts, **_: words.append(texts) or QImage())
    scene = load(example_scenes("optimizers")[0])
    film = render.SceneFilm(scene, Settings(96, 64, 24, opening=True), "mp4")
    film.frame(0)
    assert len(words) == 1 and words[0][1] == scene.title
    assert scene.note not in words[0] and "Adagrad" in words[0][2]


def test_many_racers_and_long_words_fit(qapp: Any) -> None:
    racers = tuple(RacerChoice("adam", {"learning_rate": 0.01 * (n + 1)}) for n in range(24))
    scene = opening_scene().with_(racers=racers, title="W" * 200, note="long words " * 400)
    for size in ((1280, 720), (720, 720), (720, 1280)):
        image: QImage = Stage(scene, Settings(*size)).frame(Position(20))
        for x, y in ((0, 0), (size[0] - 1, 0), (0, size[1] - 1), (size[0] - 1, size[1] - 1)):
            assert image.pixelColor(x, y).name() == DARK.window


def test_a_lecture_is_recorded_from_its_menu(window: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    window.record_lecture()
    assert window.notice.text() == "This lecture has no pages yet."
    window.lectures.add()
    started: list[tuple[Any, Settings, Path]] = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    monkeypatch.setattr(window.desk, "start", lambda *chosen: started.append(chosen))
    window.record_lecture()
    dialog = window.desk.dialog
    assert dialog.windowTitle() == "Video of the lecture"
    assert dialog.summary.text().startswith("900 frames · 15 s · "), "120 steps at ten a second, and its rests"
    QTest.mouseClick(dialog.record, Qt.MouseButton.LeftButton)
    assert not started and dialog.isVisible(), "no name was given"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "talk"), ""))
    QTest.mouseClick(dialog.record, Qt.MouseButton.LeftButton)
    ((lecture, settings, path),) = started
    assert len(lecture.pages) == 1 and path == tmp_path / "talk.mp4"
    assert settings.seconds is None and settings.last is None
    window.lecture.saved(tmp_path / "talk.json")  # so that closing asks nothing


def test_a_page_is_recorded_under_its_own_title(window: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[tuple[Any, Settings, Path]] = []
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda _parent, _title, start, _kind: (str(tmp_path / Path(start).name), "")
    )
    scene = opening_scene()
    window.lectures.open(Lecture("Talk", (Page(scene, "Who gets there first?"), Page(scene))))
    monkeypatch.setattr(window.desk_made(), "start", lambda *chosen: started.append(chosen))
    for _ in range(2):
        window.record()
        QTest.mouseClick(window.desk.dialog.record, Qt.MouseButton.LeftButton)
        window.lectures.next()
    (recorded, _, path), (other, *_) = started
    assert (recorded.title, path.name) == ("Who gets there first?", "who-gets-there-first.mp4")
    assert other.title == scene.title, "the second page has no title of its own"
    window.lecture.close()


def test_a_lectures_loss_curve_is_off_where_no_page_has_room_for_it(window: Any, qtbot: Any) -> None:
    without = load(example_lectures()[0]).pages[3]
    with_data = Page(load(example_scenes("optimizers")[22]))
    for other, has_curve in ((without, False), (with_data, True)):
        window.lectures.open(Lecture("Talk", (Page(opening_minima()), without, other)))
        window.record_lecture()
        dialog = window.desk.dialog
        toggle = dialog.form.toggles["curve"]
        qtbot.wait(300)
        assert toggle.isEnabled(), "there is room in a wide picture"
        dialog.form.show_settings(Settings(1080, 1920), "mp4")
        dialog.form.changed.emit()
        if has_curve:
            qtbot.wait(500)
        else:
            qtbot.waitUntil(lambda toggle=toggle: not toggle.isEnabled(), timeout=10_000)
        assert toggle.isEnabled() == has_curve
        reason = "" if has_curve else "In this shape no page has room for its loss curve."
        assert toggle.accessibleDescription() == reason
        dialog.reject()
        QApplication.processEvents()
    window.lecture.close()


def test_the_dialog_of_a_lecture_shows_its_page_length_and_faults(
    window: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.open_path(example_lectures()[1], True)
    window.lectures.next()
    window.record_lecture()
    dialog = window.desk.dialog
    form = dialog.form
    assert dialog.subject.number == 1 and "steps" not in form.boxes
    assert "transparent" not in form.toggles and form.toggles["caption"].accessibleName() == "Question"
    qtbot.waitUntil(lambda: not dialog.picture.pixmap().isNull(), timeout=20_000)
    assert dialog.summary.text().startswith("6 030 frames · 1:40 min · ")
    form.toggles["opening"].click()
    assert dialog.summary.text().startswith("7 770 frames · 2:10 min · "), "its title, and that of every page"
    form.length_box.setCurrentIndex(form.length_box.findData("all"))
    form.length_box.activated.emit(0)
    assert not form.errors["length"].text() and dialog.settings().seconds == 100, "as long as it is by itself"
    type_into(form.seconds, "30")
    assert form.errors["length"].text() == "A lecture of 9 pages needs at least 38 seconds."
    assert not dialog.record.isEnabled()
    type_into(form.seconds, "60")
    assert dialog.record.isEnabled() and dialog.summary.text().startswith("3 600 frames · 60 s · ")
    assert dialog.settings().seconds == 60 and form.hurry.isHidden()
    type_into(form.seconds, "40")
    said = "4 pages play faster than can be followed, most of all page 5: 8 times as fast as its scene does."
    assert form.hurry.text() == said and form.hurry.isVisible() and dialog.record.isEnabled()
    dialog.reject()
    window.lecture.close()
