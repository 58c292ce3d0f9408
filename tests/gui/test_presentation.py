"""Pen, spotlight, keys, black screen, and the future that is hidden."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QSettings, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QWidget

from engine.drawing import COLORS
from engine.frames import Position
from engine.lecture import Lecture, Page
from engine.scene import Scene, opening_scene
from engine.scene_file import load
from gui.actions import commands
from gui.files import example_scenes
from gui.main_window import MainWindow
from gui.picture_file import picture_of
from gui.presentation.chip import KeysShown
from gui.presentation.strokes import Paper, pen_color
from gui.theme import DARK, LIGHT, look

SCENE = opening_scene().with_(position=0)


@pytest.fixture
def window(qtbot: Any) -> Any:
    QSettings().clear()
    window = MainWindow(SCENE)
    window.resize(1366, 768)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.player.pause()


def press(window: QWidget, key: Any, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(window, key, modifier)
    QApplication.processEvents()


def stroke(window: MainWindow, *places: tuple[int, int]) -> None:
    layer = window.tools.layers[window.place.kind.key]
    QTest.mousePress(layer, Qt.MouseButton.LeftButton, pos=QPoint(*places[0]))
    for place in places[1:]:
        QTest.mouseMove(layer, QPoint(*place))
    QTest.mouseRelease(layer, Qt.MouseButton.LeftButton, pos=QPoint(*places[-1]))
    QApplication.processEvents()


def test_nothing_exists_before_it_is_used(window: MainWindow) -> None:
    tools = window.tools
    assert (tools.spot, tools.black, tools.keys, tools.layers) == (None, None, None, {})
    assert window.lectures.line is window.lectures.strip is window.lectures.presenter is None


def test_the_pen_draws_and_the_start_stays(window: MainWindow) -> None:
    press(window, Qt.Key.Key_P)
    layer = window.tools.layers["optimizers"]
    assert layer.isVisible() and layer.size() == window.panel.canvas.size()
    stroke(window, (100, 100), (150, 140), (220, 130))
    stroke(window, (300, 300))
    assert [len(s.points) for s in window.tools.strokes] == [3, 1]
    assert window.panel.scene.start == SCENE.start
    at = window.panel.canvas.mapping().point(100, 100)
    assert window.tools.strokes[0].points[0] == pytest.approx(at, rel=1e-6)
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(window.tools.strokes) == 1
    press(window, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert len(window.tools.strokes) == 2
    press(window, Qt.Key.Key_E)
    assert window.tools.strokes == ()
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(window.tools.strokes) == 2
    press(window, Qt.Key.Key_Escape)
    assert not window.tools.pen_on and layer.isVisible()
    assert layer.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    press(window, Qt.Key.Key_E)
    assert layer.isHidden()


@pytest.mark.parametrize("panel", ["optimizers", "convolution"])
def test_a_drawing_stays_with_the_picture(window: MainWindow, panel: str) -> None:
    window.choose_panel(panel)
    window.tools.toggle_pen()
    stroke(window, (200, 100), (260, 180))
    canvas, point = window.panel.canvas, window.tools.strokes[0].points[0]
    before = canvas.size()
    window.resize(1100, 900)
    QApplication.processEvents()
    layer = window.tools.layers[panel]
    assert layer.size() == canvas.size() != before
    moved = Paper(canvas, canvas.width(), canvas.height()).pixel(point)
    if panel == "optimizers":
        mapping = canvas.mapping()
        assert (moved.x(), moved.y()) == pytest.approx((mapping.x(point[0]), mapping.y(point[1])))
    assert abs(moved.x() - 200) > 3
    assert Paper(canvas, canvas.width(), canvas.height()).point(moved) == pytest.approx(point, rel=1e-6)


def test_every_page_keeps_its_own_drawing(window: MainWindow) -> None:
    window.files.open(Lecture("x", (Page(SCENE, "a"), Page(SCENE.with_(steps=20), "b"))))
    window.tools.toggle_pen()
    stroke(window, (100, 100), (160, 120))
    assert len(window.lecture.pages[0].strokes) == 1
    window.lectures.next()
    assert window.tools.strokes == ()
    window.lectures.back()
    assert len(window.tools.strokes) == 1
    window.lectures.next()
    window.undo()  # what was done last, where that was
    assert window.lecture.index == 0
    assert window.tools.strokes == () and window.lecture.pages[0].strokes == ()
    window.lecture.close()


def test_pen_colours_stand_out_on_both_themes() -> None:
    for theme in (DARK, LIGHT):
        for name in COLORS:
            color = pen_color(name, theme)
            for ground in (theme.color("contour_low"), theme.color("contour_high"), theme.color("window")):
                apart = sum(abs(a - b) for a, b in zip(color.getRgb()[:3], ground.getRgb()[:3], strict=True))
                assert apart > 150, (theme.name, name)


def test_colours_follow_one_another(window: MainWindow) -> None:
    for wanted in (*COLORS[1:], COLORS[0]):
        press(window, Qt.Key.Key_P, Qt.KeyboardModifier.ShiftModifier)
        assert window.tools.color == window.tools.layers["optimizers"].color == wanted
    assert window.tools.pen_on


def test_the_spotlight_follows_the_cursor(window: MainWindow) -> None:
    press(window, Qt.Key.Key_S)
    spot = window.tools.spot
    assert spot is not None and spot.isVisible() and spot.timer.isActive()
    spot.timer.stop()
    spot.move_to(QPoint(600, 400))
    QApplication.processEvents()
    lit = window.grab().toImage()
    spot.move_to(QPoint(100, 100))
    dim = window.grab().toImage()
    assert lit.pixelColor(600, 400).lightness() > dim.pixelColor(600, 400).lightness()
    QTest.mouseClick(window.panel.canvas, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    assert window.panel.scene.start != SCENE.start  # the mouse goes through
    press(window, Qt.Key.Key_S)
    assert not spot.isVisible() and not spot.timer.isActive()


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_PageDown, Qt.Key.Key_B, Qt.Key.Key_A])
def test_any_key_ends_the_black_screen_and_does_nothing_else(window: MainWindow, key: Any) -> None:
    press(window, Qt.Key.Key_B)
    black = window.tools.black
    assert black is not None and black.isVisible()
    assert black.size() == window.centralWidget().size()
    assert window.grab().toImage().pixelColor(683, 384).lightness() == 0
    before = window.notice.text()
    press(window, key)
    assert not black.isVisible()
    assert not window.player.playing and window.notice.text() == before
    press(window, Qt.Key.Key_Space)
    assert window.player.playing


def test_a_click_ends_the_black_screen(window: MainWindow) -> None:
    press(window, Qt.Key.Key_Period)
    assert window.tools.black is not None
    QTest.mouseClick(window.tools.black, Qt.MouseButton.LeftButton)
    assert not window.tools.black.isVisible()
    assert window.panel.scene.start == SCENE.start


def test_pressed_keys_are_shown(window: MainWindow) -> None:
    press(window, Qt.Key.Key_K)
    keys = window.tools.keys
    assert keys is not None
    for key, modifier, text in (
        (Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier, "Shift + →"),
        (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier, "Home"),
        (Qt.Key.Key_Plus, Qt.KeyboardModifier.NoModifier, "+"),
    ):
        press(window, key, modifier)
        assert keys.chip.text() == text and keys.chip.isVisible()
    box = window.panel.controls.start_x
    box.setFocus()
    press(box, Qt.Key.Key_1)
    assert keys.chip.text() == "+"  # not what is typed
    window.panel.canvas.setFocus()
    press(window, Qt.Key.Key_K)
    assert not keys.chip.isVisible()
    press(window, Qt.Key.Key_Home)
    assert not keys.chip.isVisible()


def test_keys_are_shown_wherever_the_focus_is_and_no_other_event_waits_for_it(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[QEvent.Type] = []
    listen = KeysShown.eventFilter

    def counted(self: KeysShown, receiver: QObject, event: QEvent) -> bool:
        seen.append(event.type())
        return listen(self, receiver, event)

    monkeypatch.setattr(KeysShown, "eventFilter", counted)
    press(window, Qt.Key.Key_K)
    keys = window.tools.keys
    assert keys is not None
    dialog = QDialog(window)
    dialog.show()
    dialog.activateWindow()
    dialog.setFocus()
    for place, key in ((window.panel.controls, "End"), (dialog, "F5"), (window.panel.canvas, "Home")):
        place.window().activateWindow()
        QApplication.processEvents()
        place.setFocus()
        press(place, getattr(Qt.Key, f"Key_{key}"))
        assert keys.chip.text() == key
    dialog.close()
    dialog.deleteLater()
    seen.clear()
    window.toggle_theme()
    QApplication.processEvents()
    assert len(seen) < 100  # of tens of thousands


def test_every_command_has_a_key_of_its_own() -> None:
    keys = [key for command in commands() for key in command.keys]
    assert len(keys) == len(set(keys))


# Predict, then reveal.


def seen(window: MainWindow) -> list[str]:
    """Every text that the panel shows, tooltips included."""
    labels = [label for label in window.panel.findChildren(QLabel) if not label.isHidden()]
    return [label.text() for label in labels] + [label.toolTip() for label in labels]


def hide(window: MainWindow) -> None:
    if window.panel.scene.show.outcome:
        press(window, Qt.Key.Key_H)


def test_nothing_of_the_future_shows(window: MainWindow) -> None:
    fast = opening_scene().racers[5].__class__("gradient_descent", {"learning_rate": 0.9})
    window.panel.document.change(SCENE.with_(racers=(*SCENE.racers, fast)), "One that diverges")
    hide(window)
    scene: Scene = window.panel.scene
    assert not scene.show.outcome and not scene.show.path_ahead
    pictures: list[QImage] = []
    for position in (Position(0), Position(60), Position(160)):
        window.player.seek(position)
        QApplication.processEvents()
        pictures += [
            picture_of(window.panel.canvas),
            window.panel.canvas.grab().toImage(),
            window.panel.right.grab().toImage(),
        ]
        texts = " ".join(seen(window))
        for word in ("diverged", "converged", "came to rest", "Diverged", scene.note):
            assert word not in texts
        assert {card.loss.text() for card in window.panel.controls.cards} == {""}
        assert {label.text() for label in window.panel.inspector.figures.values()} == {"–"}
        assert window.panel.inspector.rule.boxes == []
    assert pictures[0] == pictures[3] == pictures[6]
    assert pictures[1] == pictures[4] == pictures[7]
    assert pictures[2] == pictures[5] == pictures[8]


def test_the_picture_is_the_same_whoever_wins(window: MainWindow) -> None:
    hide(window)
    window.player.last()
    first = picture_of(window.panel.canvas)
    scene = window.panel.scene
    window.panel.document.change(scene.with_(steps=40), "Fewer steps")
    assert picture_of(window.panel.canvas) == first


def test_reveal_begins_at_the_start_and_shows_no_more_than_has_happened(window: MainWindow) -> None:
    hide(window)
    window.player.seek(Position(50))
    press(window, Qt.Key.Key_H)
    assert window.panel.scene.show.outcome
    assert window.player.playing and window.player.position.step < 5
    window.player.pause()
    window.player.seek(Position(20))
    plot = window.panel.losses.plot_rect()

    def colors(begin: float, end: float) -> int:
        curve = window.panel.losses.grab().toImage()
        columns = range(round(plot.left() + begin * plot.width()), round(plot.left() + end * plot.width()) - 2)
        rows = range(int(plot.top()) + 2, int(plot.bottom()) - 2)
        return len({curve.pixelColor(x, y).name() for x in columns for y in rows})

    ahead, past = colors(0.5, 1.0), colors(0.0, 0.12)
    assert ahead < past / 4  # the ground and the grid, and no curve
    show = msgspec.structs.replace(window.panel.scene.show, path_ahead=True)
    window.panel.document.look(window.panel.scene.with_(show=show))
    assert colors(0.5, 1.0) > 3 * ahead
    window.panel.document.look(window.panel.scene.with_(show=msgspec.structs.replace(show, path_ahead=False)))
    assert {card.loss.text() for card in window.panel.controls.cards} != {""}
    window.undo()
    assert not window.panel.scene.show.outcome


def test_data_and_curves_are_presented(window: MainWindow) -> None:
    right = window.panel.right
    begin = right.parts.sizes()[2] / right.height()
    press(window, Qt.Key.Key_F11)
    assert not window.panel.controls.isVisible()
    assert right.losses.isVisible() and not right.data.isVisible()
    for name in ("27-early-stopping", "1-one-start-different-minima") * 3:
        scene = load(next(path for path in example_scenes() if path.stem == name))
        window.panel.open_scene(scene)
        QApplication.processEvents()
        assert right.losses.isVisible()
        assert right.data.isVisible() == name.startswith("27")
        assert right.inspector.height() > right.losses.height()
    assert right.parts.sizes()[2] / right.height() < begin + 0.1  # data that go leave their room to the rule
    press(window, Qt.Key.Key_F11)
    assert right.losses.isVisible() and window.panel.controls.isVisible()


def test_hiding_belongs_to_races(window: MainWindow) -> None:
    window.choose_panel("convolution")
    press(window, Qt.Key.Key_H)
    assert "Only a race" in window.notice.text()


def test_closing_in_the_middle_of_a_presentation_leaves_nothing(window: MainWindow) -> None:
    for key in (Qt.Key.Key_F11, Qt.Key.Key_K, Qt.Key.Key_P, Qt.Key.Key_S, Qt.Key.Key_B):
        press(window, key)
    window.close()
    look().set_scale(1.0)
