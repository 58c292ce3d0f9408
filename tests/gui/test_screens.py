"""Presenting with two screens, a clicker and a pointer: pictures to the audience, notes to the lecturer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox, QWidget
from shiboken6 import isValid

from engine.convolution.scene import opening_convolution
from engine.lecture import Lecture, Page
from engine.scene import opening_scene
from gui.keys_dialog import KeysDialog
from gui.main_window import MainWindow
from gui.presentation.screens import places_for
from gui.sides import sides

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

ROOT = Path(__file__).resolve().parents[2]
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LECTURE = Lecture(
    "L", (Page(opening_scene(), "one"), Page(opening_convolution(), "two"), Page(opening_scene(), "three"))
)


def screen(name: str) -> Any:
    return SimpleNamespace(name=lambda: name, model=lambda: "", serialNumber=lambda: "")


def test_pictures_go_to_the_projector_and_notes_to_the_own_screen() -> None:
    laptop, beamer, third = screen("laptop"), screen("beamer"), screen("third")
    assert vars(places_for([laptop], laptop)) == {"pictures": laptop, "notes": None}
    for order in ([laptop, beamer], [beamer, laptop]):
        assert vars(places_for(order, laptop)) == {"pictures": beamer, "notes": laptop}
        assert vars(places_for(order, laptop, "laptop")) == {"pictures": laptop, "notes": beamer}
        assert vars(places_for(order, laptop, "gone")) == {"pictures": beamer, "notes": laptop}
    assert vars(places_for([laptop, beamer, third], laptop, "third")) == {"pictures": third, "notes": laptop}


TWO_SCREENS = {
    "synchronousWindowSystemEvents": True,
    "windowFrameMargins": False,
    "screens": [
        {"name": name, "x": x, "y": 0, "width": width, "height": 768, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
        for name, x, width in (("laptop", 0, 1366), ("beamer", 1366, 1024))
    ],
}
PROGRAM = """
import json, sys
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from gui.application import make_application
app = make_application(["x"])
from gui.files import example_lectures
from gui.main_window import MainWindow
from gui.presentation.screens import Places
window = MainWindow(None)
window.resize(1000, 640)
window.setScreen(app.primaryScreen())
window.move(app.primaryScreen().geometry().topLeft())
window.show()
window.open_path(example_lectures()[0], True)
names = {screen: "own" if screen is app.primaryScreen() else "projector" for screen in app.screens()}
def tell(what):
    app.processEvents()
    notes = window.lectures.presenter
    there = notes is not None and notes.isVisible()
    print(json.dumps([what, names[window.screen()], window.isFullScreen(),
                      window.geometry() == window.screen().geometry(),
                      names[notes.screen()] if there else None, there and notes.isFullScreen()]))
def press(key, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(window, key, modifiers)
    app.processEvents()
tell("start")
press(Qt.Key.Key_F5)
tell("presenting")
places = window.mode.places
window.mode.places = lambda: Places(app.primaryScreen(), None)
window.mode.share_screens()
tell("projector pulled out")
window.mode.places = places
window.mode.share_screens()
tell("plugged in again")
press(Qt.Key.Key_F11, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
tell("swapped")
press(Qt.Key.Key_Escape)
tell("ended")
window.lecture.close()
window.close()
"""


def test_two_screens(tmp_path: Path) -> None:
    """The real window, started on the lecturer's screen, on two screens of Qt's offscreen platform; twice, since a
    choice is remembered."""
    (tmp_path / "screens.json").write_text(json.dumps(TWO_SCREENS))
    own = {"XDG_CONFIG_HOME": str(tmp_path), "QT_QPA_PLATFORM": f"offscreen:configfile={tmp_path / 'screens.json'}"}

    def run() -> dict[str, list[Any]]:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM], cwd=ROOT, env=os.environ | own, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0 and not done.stderr, done.stderr
        return {what: state for what, *state in map(json.loads, done.stdout.splitlines())}

    first = run()
    assert first["start"] == ["own", False, False, None, False]
    assert first["presenting"] == ["projector", True, True, "own", True]
    assert first["projector pulled out"] == ["own", True, True, None, False]
    assert first["plugged in again"] == ["projector", True, True, "own", True]
    assert first["swapped"] == ["own", True, True, "projector", True]
    assert first["ended"][:3] == ["own", False, False] and first["ended"][4] is False
    second = run()
    assert second["presenting"] == ["own", True, True, "projector", True]
    assert second["swapped"] == ["projector", True, True, "own", True]


@pytest.fixture
def window(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    QSettings().clear()
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Discard)
    window = MainWindow(opening_scene())
    window.resize(1366, 768)
    qtbot.addWidget(window)
    window.show()
    window.files.open(LECTURE)
    yield window
    window.player.pause()
    window.lecture.close()
    window.close()
    QSettings().clear()


def press(widget: Any, key: Any, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(widget, key, modifier)
    QApplication.processEvents()


def test_f5_starts_at_the_first_page_and_shift_f5_at_this_one(window: MainWindow) -> None:
    window.lecture.show(1)
    press(window, Qt.Key.Key_F5, SHIFT)
    assert window.mode.on and window.lecture.index == 1
    press(window, Qt.Key.Key_Escape)
    press(window, Qt.Key.Key_F5)
    assert window.mode.on and window.lecture.index == 0
    press(window, Qt.Key.Key_F5)  # some clickers send it for start and end of the show: it does not end by accident
    assert window.mode.on
    press(window, Qt.Key.Key_Escape)


def test_arrows_turn_pages_where_that_is_wanted(window: MainWindow) -> None:
    window.player.first()
    window.lectures.toggle_arrows()
    press(window, Qt.Key.Key_Right)  # not presenting: a step
    assert (window.lecture.index, window.player.position.step) == (0, 1)
    press(window, Qt.Key.Key_F5)
    press(window, Qt.Key.Key_Right)
    assert window.lecture.index == 1
    press(window, Qt.Key.Key_Left)
    assert window.lecture.index == 0
    window.lectures.toggle_arrows()
    step = window.player.position.step
    press(window, Qt.Key.Key_Right)
    assert (window.lecture.index, window.player.position.step) == (0, step + 1)
    press(window, Qt.Key.Key_Escape)


def test_the_notes_know_every_key_and_keep_their_clock(window: MainWindow) -> None:
    press(window, Qt.Key.Key_F11, CTRL)
    notes = window.lectures.presenter
    assert notes is not None
    assert {action.text() for action in notes.actions()} == {a.text() for a in window.actions_by_name.values()}
    press(notes, Qt.Key.Key_F5)
    assert window.mode.on
    press(notes, Qt.Key.Key_P)
    assert window.tools.pen_on
    press(notes, Qt.Key.Key_K)
    assert window.tools.keys is not None and window.tools.keys.on
    press(notes, Qt.Key.Key_Escape)  # the pen first
    press(notes, Qt.Key.Key_Escape)
    assert not window.mode.on
    QTest.qWait(30)
    running = notes.since.elapsed()
    notes.close()
    window.lectures.toggle_presenter()
    assert notes.isVisible() and notes.since.elapsed() >= running > 0
    window.tools.toggle_keys()


def test_pointing_before_an_audience_does_not_move_the_start(window: MainWindow) -> None:
    start, canvas = window.panel.scene.start, window.panel.canvas
    press(window, Qt.Key.Key_F5)
    canvas = window.panel.canvas
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    QTest.mouseMove(canvas, QPoint(260, 190))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(260, 190))
    assert window.panel.scene.start == start and "Ctrl" in window.notice.text()
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, CTRL, QPoint(200, 150))
    assert window.panel.scene.start != start
    press(window, Qt.Key.Key_Escape)
    window.undo()
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(210, 160))
    assert window.panel.scene.start != start


def test_racers_are_named_while_presenting(window: MainWindow) -> None:
    assert not window.panel.scene.show.legend
    press(window, Qt.Key.Key_F5)
    assert window.panel.canvas.subject.show.legend and not window.lecture.page_changed
    press(window, Qt.Key.Key_N)
    assert not window.panel.canvas.subject.show.legend and not window.lecture.page_changed
    press(window, Qt.Key.Key_Escape)
    assert not window.panel.canvas.subject.show.legend
    press(window, Qt.Key.Key_N)
    assert window.panel.scene.show.legend


def test_the_keys_window_tells_what_a_clicker_sends(window: MainWindow) -> None:
    dialog = KeysDialog(window)
    dialog.show()
    sent = {Qt.Key.Key_PageDown: "Next page", Qt.Key.Key_B: "Black screen", Qt.Key.Key_F9: "nothing"}
    for key, said in sent.items():
        press(dialog, key)
        assert said in dialog.pressed.text()
    assert window.lecture.index == 0
    press(dialog, Qt.Key.Key_Escape)
    assert not isValid(dialog) or not dialog.isVisible()


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("width", [800, 1024, 1280, 1920])
def test_nothing_of_the_transport_lies_over_anything(window: MainWindow, width: int, scale: float) -> None:
    from gui.theme import look

    look().set_scale(scale)
    bar = window.transport
    bar.setParent(None)
    try:
        bar.resize(width, bar.sizeHint().height())
        bar.show()
        QApplication.processEvents()
        shown = [
            w for w in bar.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly) if w.isVisible()
        ]
        assert bar.where in shown and bar.play in shown and bar.scrubber in shown
        if bar.minimumSizeHint().width() <= width:
            for one, other in combinations([w for w in shown if not isinstance(w, QMenu)], 2):
                assert not one.geometry().intersects(other.geometry()), (one, other)
            assert bar.where.width() >= bar.where.fontMetrics().horizontalAdvance(bar.where.text())
        assert bar.record.isVisible() or bar.width() < 1200 * scale
    finally:
        window.transports.addWidget(bar)


def test_every_panel_has_its_controls_after_a_presentation(window: MainWindow) -> None:
    press(window, Qt.Key.Key_F5)
    press(window, Qt.Key.Key_PageDown)
    assert window.place.kind.key == "convolution" and not window.panel.controls.isVisible()
    press(window, Qt.Key.Key_Escape)
    for key in ("convolution", "optimizers"):
        window.choose_panel(key)
        QApplication.processEvents()
        assert window.panel.controls.isVisible() and window.panel.controls.width() > 150, key
        assert sides(window.panel)[0] != 0, key
    window.panel.toggle_side(window.panel.controls)  # hidden by the user, it stays so
    press(window, Qt.Key.Key_F5)
    press(window, Qt.Key.Key_Escape)
    assert not window.panel.controls.isVisible() and sides(window.panel)[0] == 0
