"""The first minute: the race at its start with its names, the line, the examples' button, and the tour, of which every
sentence is tried on the control that it is said of."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRect, QSettings, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from engine.frames import Position
from gui.files import example_lectures, example_scenes
from gui.main_window import MainWindow
from gui.optimizers.picture.contour_picture import Canvas, ContourPicture
from gui.theme import look
from gui.tour import Bubble, Tour
from gui.welcome import first_scene

ROOT = Path(__file__).parents[2]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def window(qtbot: Any) -> Iterator[MainWindow]:
    QSettings().clear()
    window = MainWindow(first_scene())
    window.resize(1366, 768)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.player.pause()
    window.welcome.end_tour()


@pytest.fixture
def tour(window: MainWindow) -> Tour:
    window.actions_by_name["tour"].trigger()
    QApplication.processEvents()
    assert window.welcome.tour is not None
    return window.welcome.tour


def press(window: MainWindow, key: Any) -> None:
    QTest.keyClick(QApplication.focusWidget() or window, key)
    QApplication.processEvents()


def at(tour: Tour, place: int, words: str) -> QWidget:
    """Go to a stop with the Enter key; the control that it tells of."""
    while tour.place < place:
        press(tour.window, Qt.Key.Key_Return)
    assert words in tour.bubble.text.text(), "the sentence that is tried here"
    return tour.stops[place].control


@pytest.mark.parametrize("size", [(420, 360), (900, 700), (1600, 1000)])
@pytest.mark.parametrize("px", [1.0, 1.6])
def test_all_racers_are_named_at_their_markers(window: MainWindow, size: tuple[int, int], px: float) -> None:
    canvas = window.panel.canvas
    image = QImage(*size, QImage.Format.Format_RGB32)
    picture = ContourPicture()
    painter = QPainter(image)
    drawn = Canvas(canvas.mapping(*size), look().theme, QApplication.font(), px)
    picture.paint(painter, drawn, canvas.subject, canvas.shown)
    painter.end()
    places = {caption.text: box for caption, box in picture.captions.places}
    boxes = [places[label.name] for label in canvas.subject.labels]
    assert len(boxes) == 6 and None not in boxes
    for place, one in enumerate(boxes):
        for other in boxes[place + 1 :]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def test_names_go_once_the_race_has_left_its_start(window: MainWindow) -> None:
    def names() -> set[str]:
        window.panel.canvas.grab()
        return {caption.text for caption, _ in window.panel.canvas.picture.captions.places}

    assert {"Adam", "Gradient descent"} <= names()
    press(window, Qt.Key.Key_Right)
    assert not {"Adam", "Gradient descent"} & names()


def test_the_line_goes_with_the_first_play_and_the_tour_is_offered_once(window: MainWindow) -> None:
    window.welcome.greet()
    line = window.welcome.line
    assert line is not None and line.isVisible() and line.tour.isVisible()
    press(window, Qt.Key.Key_Space)
    assert window.player.playing and window.welcome.line is None
    window.player.pause()
    window.welcome.greet()
    line = window.welcome.line
    assert line is not None and line.isVisible() and not line.tour.isVisible()
    window.mode.present()
    assert not line.isVisible(), "no audience is greeted"
    window.mode.leave()
    assert line.isVisible()


def test_a_closed_line_does_not_come_again(window: MainWindow) -> None:
    window.welcome.greet()
    assert window.welcome.line is not None
    QTest.mouseClick(window.welcome.line.close_line, LEFT)
    assert window.welcome.line is None
    window.welcome.greet()
    assert window.welcome.line is None, "at the next start"


def test_the_line_stays_while_the_start_is_dragged(window: MainWindow) -> None:
    window.welcome.greet()
    window.panel.document.change(window.panel.scene.with_(start=(0.5, 0.5)), "Move the start")
    window.undo()
    assert window.welcome.line is not None and window.welcome.line.isVisible()


@pytest.mark.parametrize("opened", ["scene", "lecture", "new lecture", "new scene", "undone"])
def test_whatever_is_opened_takes_the_line_away(window: MainWindow, opened: str) -> None:
    if opened == "undone":  # another scene comes back
        assert window.open_path(next(iter(example_scenes())), True)
    window.welcome.greet()
    if opened == "undone":
        window.undo()
    elif opened.startswith("new"):
        window.actions_by_name[opened.replace(" ", "_")].trigger()
    else:
        path = next(iter(example_lectures() if opened == "lecture" else example_scenes()))
        assert window.open_path(path, True)
    QApplication.processEvents()
    assert window.welcome.line is None
    window.lecture.close()


def test_the_line_says_what_is_so(window: MainWindow, qtbot: Any) -> None:
    """Space lets them race, the start can be dragged, and where they end depends on it."""
    press(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.player.position.step > 1)
    press(window, Qt.Key.Key_Space)
    ends = window.panel.run.points[-1].round(1).tolist()
    canvas = window.panel.canvas
    mapping = canvas.mapping()
    start = QPoint(round(mapping.x(1.2)), round(mapping.y(-0.8)))
    QTest.mousePress(canvas, LEFT, pos=start)
    QTest.mouseMove(canvas, start + QPoint(-150, -60))
    QTest.mouseRelease(canvas, LEFT, pos=start + QPoint(-150, -60))
    assert window.panel.run.points[-1].round(1).tolist() != ends


def test_the_button_of_the_examples_opens_them(window: MainWindow) -> None:
    button = window.header.examples
    assert button.isVisible() and button.text() == "Examples" and button.objectName() != "flat"
    menu = window.header.examples_menu
    menu.aboutToShow.emit()
    below = [action.menu() for action in menu.actions() if action.menu() is not None]
    assert len(menu.actions()) == len(example_lectures()) + len(window.kinds) == len(example_lectures()) + len(below)
    assert sum(len(one.actions()) for one in below) == len(example_scenes())
    examples = below[0]
    assert isinstance(examples, QMenu)
    title = examples.actions()[1].text()
    examples.actions()[1].trigger()
    assert window.panel.scene.title == title != first_scene().title


def test_a_tour_has_six_stops_and_changes_nothing(window: MainWindow, tour: Tour) -> None:
    scene = window.panel.scene
    assert len(tour.stops) == 6
    for place in range(6):
        assert tour.bubble.number.text() == f"{place + 1} of 6" and tour.bubble.isVisible() and tour.outline.isVisible()
        assert tour.bubble.accessibleName() and tour.bubble.accessibleDescription() == tour.bubble.text.text()
        press(window, Qt.Key.Key_Return)
    assert window.welcome.tour is None and window.panel.scene == scene and not window.history.stack.count()
    assert not window.player.playing and window.player.position == Position()


@pytest.mark.parametrize("way", ["escape", "escape elsewhere", "skip", "presenting", "panel"])
def test_a_tour_is_left(window: MainWindow, tour: Tour, way: str) -> None:
    if way == "escape":
        press(window, Qt.Key.Key_Escape)
    elif way == "escape elsewhere":
        window.panel.canvas.setFocus()
        press(window, Qt.Key.Key_Escape)
    elif way == "skip":
        QTest.mouseClick(tour.bubble.skip, LEFT)
    elif way == "presenting":
        window.mode.present()
    else:
        window.choose_panel("augmentation")
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert window.welcome.tour is None and not window.findChildren(Bubble)


def test_back_and_the_buttons_are_reached_by_keys(window: MainWindow, tour: Tour) -> None:
    at(tour, 1, "Drag here")
    QTest.keyClick(tour.bubble, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is tour.bubble.skip
    QTest.keyClick(tour.bubble.skip, Qt.Key.Key_Tab)
    press(window, Qt.Key.Key_Space)
    assert tour.place == 0


@pytest.mark.parametrize("size", [(900, 560), (1024, 768), (1366, 768), (1920, 1080)])
@pytest.mark.parametrize("scale", [0.8, 1.0, 1.5])
def test_a_bubble_covers_nothing_of_what_it_tells_of(window: MainWindow, size: tuple[int, int], scale: float) -> None:
    look().set_scale(scale)
    window.resize(*size)
    QApplication.processEvents()
    window.welcome.start_tour()
    tour = window.welcome.tour
    assert tour is not None
    for place in range(len(tour.stops)):
        QApplication.processEvents()
        bubble, outline = tour.bubble.geometry(), tour.outline.geometry()
        assert not bubble.intersects(outline), (place, bubble, outline)
        assert QRect(QPoint(), window.size()).contains(bubble), (place, bubble)
        assert outline.width() > 20 and outline.height() > 20
        assert tour.bubble.text.height() >= tour.bubble.text.heightForWidth(tour.bubble.text.width())
        if place < len(tour.stops) - 1:
            tour.go(1)


def test_a_bubble_follows_the_window(window: MainWindow, tour: Tour) -> None:
    at(tour, 5, "examples and lectures")
    window.resize(1000, 600)
    for _ in range(3):
        QApplication.processEvents()
    examples = window.header.examples
    assert tour.outline.geometry().contains(QRect(examples.mapTo(window, QPoint()), examples.size()))


@pytest.mark.parametrize(("scene", "greeted"), [("None", True), ("load(next(iter(example_scenes())))", False)])
def test_only_a_start_without_a_file_is_greeted(tmp_path: Path, scene: str, greeted: bool) -> None:
    code = f"""
from PySide6.QtWidgets import QApplication
from engine.scene_file import load
from gui import application
from gui.files import example_scenes
from gui.main_window import MainWindow

def look_and_leave(*_):
    (window,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, MainWindow)]
    QApplication.processEvents()
    print(window.welcome.line is not None, window.welcome.tour, window.panel.scene.position)
    window.close()
    return 0

QApplication.exec = look_and_leave
application.run_window({scene}, None)
"""
    own = {name: str(tmp_path) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | own, capture_output=True, text=True, timeout=60)
    assert done.stdout.split()[:2] == [str(greeted), "None"], done.stderr
    assert not greeted or done.stdout.split()[2] == "0"


# Every sentence of the tour.


def test_play(window: MainWindow, tour: Tour, qtbot: Any) -> None:
    button = at(tour, 0, "Press this, or Space: all racers take their steps together.")
    press(window, Qt.Key.Key_Space)
    assert window.player.playing
    qtbot.waitUntil(lambda: window.player.position.step > 1)
    QTest.mouseClick(button, LEFT)
    assert not window.player.playing
    step = window.player.position.step
    moved = np.abs(window.panel.run.points[step] - window.panel.run.points[0]).max(axis=1)
    assert len(moved) == 6 and (moved > 0).all()
    QTest.mouseClick(button, LEFT)
    assert window.player.playing


def test_the_timeline(window: MainWindow, tour: Tour) -> None:
    scrubber = at(tour, 1, "Drag here, or press ← and →: every moment can be seen again.")
    first = window.panel.canvas.grab().toImage()
    QTest.mousePress(scrubber, LEFT, pos=QPoint(scrubber.width() // 2, 17))
    QTest.mouseMove(scrubber, QPoint(scrubber.width() // 3, 17))
    QTest.mouseRelease(scrubber, LEFT, pos=QPoint(scrubber.width() // 3, 17))
    there = window.player.position.step
    assert 40 < there < 70
    seen = window.panel.canvas.grab().toImage()
    assert seen != first
    press(window, Qt.Key.Key_Left)
    assert window.player.position.step == there - 1
    press(window, Qt.Key.Key_Right)
    assert window.player.position.step == there and window.panel.canvas.grab().toImage() == seen


def test_the_contour(window: MainWindow, tour: Tour) -> None:
    canvas = at(tour, 2, "Press or drag on the contour: the race starts there, and every path is computed anew.")
    before = window.panel.run
    QTest.mouseClick(canvas, LEFT, pos=QPoint(150, 300))
    start = window.panel.scene.start
    assert start != first_scene().start and window.panel.run is not before
    assert (window.panel.run.points[0] == start).all()


def test_a_card(window: MainWindow, tour: Tour) -> None:
    card: Any = at(tour, 3, "A slider changes this racer's path at once. The switch takes it out of the race.")
    before, others = window.panel.run.points[:, 0].copy(), window.panel.run.points[:, 1].copy()
    slider = card.fields["learning_rate"].slider
    QTest.mouseClick(slider, LEFT, pos=QPoint(slider.width() // 3, slider.height() // 2))
    assert (window.panel.run.points[:, 0] != before).any() and (window.panel.run.points[:, 1] == others).all()
    QTest.mouseClick(card.on, LEFT)
    assert window.panel.run.points.shape[1] == 5 and not window.panel.scene.racers[0].on


def test_the_rule(window: MainWindow, tour: Tour) -> None:
    rule: Any = at(tour, 4, "The selected racer's rule with this step's numbers. A click on a line goes to that line.")
    press(window, Qt.Key.Key_Right)
    assert window.panel.right.inspector.heading.text().startswith("Adam")
    assert "=" in rule.text()
    QTest.mouseClick(rule, LEFT, pos=rule.line_area(1).center().toPoint())
    assert rule.lit == 1


def test_the_examples_and_the_keys(window: MainWindow, tour: Tour) -> None:
    button = at(tour, 5, "Here are the examples and lectures, each ready to play. “?” at the right lists all keys.")
    assert button is window.header.examples
    help_button = window.header.buttons["help"]
    assert help_button.x() == max(one.x() for one in window.header.buttons.values())
    assert window.actions_by_name["help"].text() == "All keys"
