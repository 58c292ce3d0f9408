"""The window driven as a user drives it: keys, mouse, files, rubbish."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, QSettings, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QMessageBox

from engine.frames import Position
from engine.scene import LossChoice, RacerChoice, opening_scene
from engine.scene_file import load
from gui.actions import commands
from gui.files import example_scenes, recent_files
from gui.keys_dialog import KeysDialog
from gui.main_window import MainWindow
from gui.picture_file import picture_of
from gui.sides import restore_sides, sides
from gui.theme import DARK, LIGHT, THEMES, look


@pytest.fixture
def window(qtbot: Any) -> Any:
    QSettings().clear()
    window = MainWindow(opening_scene().with_(position=0))
    window.resize(1366, 768)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.player.pause()
    for place in window.places.values():
        place.path = None


def press(window: MainWindow, key: Any, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(window, key, modifier)
    QApplication.processEvents()


def test_a_race_is_in_place(window: MainWindow) -> None:
    assert window.panel.run is not None
    assert window.panel.run.steps == 160
    assert len({str(outcome) for outcome in window.panel.run.outcomes}) > 1
    ends = np.round(window.panel.run.points[-1], 0)
    assert len(np.unique(ends, axis=0)) > 1


def test_space_plays_and_pauses(window: MainWindow, qtbot: Any) -> None:
    press(window, Qt.Key.Key_Space)
    assert window.player.playing
    qtbot.waitUntil(lambda: window.player.position.step >= 2, timeout=3000)
    press(window, Qt.Key.Key_Space)
    assert not window.player.playing


def test_keys_move_through_time(window: MainWindow) -> None:
    press(window, Qt.Key.Key_Right)
    press(window, Qt.Key.Key_Right)
    assert window.player.position == Position(2)
    press(window, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert window.player.position == Position(2, 1)
    press(window, Qt.Key.Key_Left)
    assert window.player.position == Position(2)
    press(window, Qt.Key.Key_End)
    assert window.player.position == Position(160)
    press(window, Qt.Key.Key_Home)
    assert window.player.position == Position(0)


def test_every_view_shows_the_same_moment(window: MainWindow) -> None:
    for position in (Position(26), Position(40, 2), Position(3)):
        window.player.seek(position)
        panel = window.panel
        assert panel.canvas.shown is not None
        assert panel.canvas.shown == panel.losses.shown
        assert panel.canvas.shown.position == position
        step = position.step + (1 if position.line else 0)
        assert f"step {step}" in panel.inspector.heading.text()
        assert f"step {step} of 160" in window.transport.where.text()


def test_digits_toggle_racers(window: MainWindow) -> None:
    press(window, Qt.Key.Key_2)
    assert not window.panel.scene.racers[1].on
    assert window.panel.run is not None
    assert len(window.panel.run.optimizers) == 5
    press(window, Qt.Key.Key_2)
    assert len(window.panel.run.optimizers) == 6
    press(window, Qt.Key.Key_9)


def test_clicking_moves_the_start_and_the_whole_path(window: MainWindow) -> None:
    canvas = window.panel.canvas
    before = window.panel.run
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    QApplication.processEvents()
    x, y = canvas.mapping().point(200, 150)
    assert window.panel.scene.start == pytest.approx((x, y), abs=0.02)
    assert window.panel.run is not before
    assert window.panel.run.points[0, 0] == pytest.approx((x, y), abs=0.02)
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.panel.scene.start == opening_scene().start


def drag(widget: Any, places: list[QPoint], button: Any = Qt.MouseButton.LeftButton) -> None:
    QTest.mousePress(widget, button, pos=places[0])
    for place in places[1:]:
        QTest.mouseMove(widget, place)
        QApplication.processEvents()
    QTest.mouseRelease(widget, button, pos=places[-1])
    QApplication.processEvents()


def test_wheel_zooms_about_the_cursor_and_double_click_shows_all(window: MainWindow) -> None:
    canvas = window.panel.canvas
    at = QPointF(300, 200)
    before = canvas.mapping().point(300, 200)
    wheel = QWheelEvent(
        at, canvas.mapToGlobal(at), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, wheel)
    assert window.panel.scene.view is not None
    assert canvas.mapping().point(300, 200) == pytest.approx(before, rel=1e-6)
    start = window.panel.scene.start
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(120, 90))
    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(120, 90))
    QApplication.processEvents()
    assert window.panel.scene.view is None
    assert window.panel.scene.start == start


def test_undo_and_redo_through_keys(window: MainWindow) -> None:
    scene = window.panel.scene
    window.panel.document.change(scene.with_(steps=50), "Steps")
    assert window.player.length == 50
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.player.length == 160
    press(window, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert window.player.length == 50


@pytest.mark.parametrize("path", example_scenes(), ids=lambda path: path.stem)
@pytest.mark.parametrize("theme", list(THEMES))
def test_every_example_loads_and_plays(window: MainWindow, path: Path, theme: str) -> None:
    look().set_theme(theme)
    assert window.open_path(path, example=True)
    window.player.set_speed(32)
    window.player.play()
    for _ in range(5):
        QTest.qWait(20)
    window.player.pause()
    assert window.player.position.step > 0
    window.player.last()
    assert window.player.position.step == window.player.length > 0
    assert not window.panel.canvas.grab().isNull()
    look().set_theme("dark")


def test_a_shipped_example_is_never_saved_over(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    path = example_scenes("optimizers")[2]
    before = path.read_bytes()
    assert window.open_path(path)  # as a file among others
    assert window.place.path is None and path not in recent_files()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    window.panel.document.change(window.panel.scene.with_(steps=7), "Steps")
    assert not window.files.save_file()
    assert path.read_bytes() == before


def test_a_broken_file_leaves_the_scene(window: MainWindow, tmp_path: Path) -> None:
    before = window.panel.scene
    for name, data in (
        ("a.json", b"{"),
        ("b.json", b'{"format": "stepscope scene", "version": 99}'),
    ):
        (tmp_path / name).write_bytes(data)
        assert not window.open_path(tmp_path / name)
        assert window.notice.isVisible()
        assert window.notice.text().endswith(".")
        assert window.panel.scene == before


def test_save_and_open(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    window.player.seek(Position(33))
    window.panel.document.change(window.panel.scene.with_(steps=77), "Steps")
    assert not window.place.clean
    assert window.files.save_to(path)
    assert window.place.clean
    assert load(path).position == 33
    assert recent_files()[0] == path.resolve()
    window.panel.open_scene(opening_scene())
    assert window.open_path(path)
    assert window.player.position == Position(33)
    assert window.player.length == 77
    assert not window.files.save_to(tmp_path / "none" / "x.json")
    assert "cannot be saved" in window.notice.text()


def test_what_could_not_be_opened_again_is_not_called_saved(window: MainWindow, tmp_path: Path) -> None:
    far = window.panel.scene.with_(start=(-2e9, 9e9))
    window.panel.document.change(far, "far")
    assert not window.files.save_to(tmp_path / "mine.json") and not list(tmp_path.iterdir())
    assert "cannot be saved" in window.notice.text() and not window.place.clean
    QGuiApplication.clipboard().setText("before")
    window.files.copy_text()
    assert QGuiApplication.clipboard().text() == "before" and "cannot be saved" in window.notice.text()


def test_start_and_view_stay_where_a_scene_can_have_them(window: MainWindow, tmp_path: Path) -> None:
    window.panel.canvas.start_moved.emit((3e6, -2e7), 1)
    assert window.panel.scene.start == (1e6, -1e6)
    window.panel.canvas.view_changed.emit(((9.9e5, 1.1e6), (0, 1)))
    assert window.panel.scene.view is None
    assert window.files.save_to(tmp_path / "mine.json") and window.open_path(tmp_path / "mine.json")


def test_the_same_scene_gives_the_same_picture(window: MainWindow) -> None:
    window.player.seek(Position(40))
    first = picture_of(window.panel.canvas)
    window.player.seek(Position(160))
    window.player.seek(Position(40))
    assert picture_of(window.panel.canvas) == first


def test_a_long_race_goes_to_a_worker(window: MainWindow, qtbot: Any) -> None:
    scene = window.panel.scene
    window.panel.document.change(scene.with_(steps=20_000), "Steps")
    qtbot.waitUntil(lambda: window.player.length == 20_000, timeout=10_000)


def test_all_racers_off(window: MainWindow) -> None:
    scene = window.panel.scene
    off = tuple(RacerChoice(r.optimizer, r.values, on=False) for r in scene.racers)
    window.panel.document.change(scene.with_(racers=off), "Off")
    window.player.seek(Position(20))
    assert "Choose a racer" in window.panel.inspector.heading.text()
    window.panel.document.change(scene.with_(racers=()), "None")
    window.player.seek(Position(30))
    window.grab()


@pytest.mark.parametrize("formula", ["log(-1 - x**2)", "where(x > 0, 1, -1)", "1/x + 1/y", "x**100"])
def test_wild_formulas_are_shown(window: MainWindow, formula: str) -> None:
    scene = window.panel.scene.with_(loss=LossChoice("own", formula))
    window.panel.document.change(scene, "Own")
    for step in (0, 1, 50):
        window.player.seek(Position(step))
        window.grab()


def test_diverged_racers_say_so(window: MainWindow) -> None:
    scene = window.panel.scene
    racers = (RacerChoice("gradient_descent", {"learning_rate": 1e300}),)
    window.panel.document.change(scene.with_(racers=racers, start=(3.5, 2.2)), "Fast")
    window.player.last()
    text = window.panel.inspector.outcome.text()
    assert text.startswith("Diverged at step 1: η =")
    assert "2/λmax" in text


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080), (900, 560)])
def test_the_contour_is_the_hero(window: MainWindow, qtbot: Any, size: tuple[int, int]) -> None:
    other = MainWindow(opening_scene())
    qtbot.addWidget(other)
    other.resize(*size)
    other.show()
    QApplication.processEvents()
    share = other.panel.splitter.widget(1).width() / other.width()
    assert share > (0.55 if size[0] > 1000 else 0.35)
    assert other.transport.geometry().bottom() <= other.height()
    assert other.transport.play.isVisible()


def test_presentation_shows_canvas_formula_and_transport(window: MainWindow) -> None:
    press(window, Qt.Key.Key_F11)
    assert not window.header.isVisible()
    assert not window.panel.controls.isVisible()
    assert window.panel.inspector.isVisible()
    assert window.transport.isVisible()
    press(window, Qt.Key.Key_Escape)
    assert window.header.isVisible()
    assert window.panel.controls.isVisible()


def test_text_size(window: MainWindow) -> None:
    for _ in range(3):
        window.larger_text()
    assert look().scale == pytest.approx(1.3)
    window.grab()
    window.normal_text()
    assert look().scale == 1.0


def test_the_keys_window_lists_every_command(window: MainWindow, qtbot: Any) -> None:
    from PySide6.QtWidgets import QLabel

    dialog = KeysDialog(window)
    texts = {label.text() for label in dialog.findChildren(QLabel)}
    assert {command.text for command in commands()} <= texts
    assert {"Shift+→", "Alt+↑", "PgDown"} <= texts
    dialog.close()


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_text_contrast(theme: Any) -> None:
    for ink in ("ink", "muted", "danger", "gradient", "direction", "scale", "step"):
        for ground in ("panel", "card", "window"):
            assert contrast(getattr(theme, ink), getattr(theme, ground)) >= 4.5, (ink, ground)
    assert contrast(theme.danger, theme.danger_field) >= 4.5
    assert contrast(theme.ink, theme.lit) >= 4.5


def pull(window: MainWindow, handle: int, by: int) -> None:
    """Drag the border beside a side of the panel."""
    border = window.panel.splitter.handle(handle)
    middle = border.rect().center()
    drag(border, [middle, middle + QPoint(by, 0)])


def widths(window: MainWindow) -> tuple[int, int]:
    return window.panel.controls.width(), window.panel.right.width()


def test_sides_that_nobody_moved_follow_the_window(window: MainWindow, qtbot: Any) -> None:
    small = widths(window)
    window.resize(1920, 1080)
    QApplication.processEvents()
    large = widths(window)
    assert all(new > old + 50 for new, old in zip(large, small, strict=True))
    assert sides(window.panel) == [1, 1]
    window.close()
    other = MainWindow(opening_scene())
    qtbot.addWidget(other)
    other.resize(1366, 768)
    other.show()
    QApplication.processEvents()
    assert widths(other) == small
    pull(other, 2, 90)  # as narrow as it goes: every figure is whole
    assert other.panel.right.width() == 280 and sides(other.panel)[0] == 1
    other.resize(1920, 1080)
    QApplication.processEvents()
    left, right = widths(other)
    assert left == large[0] and right == pytest.approx(280 / 1366 * 1920, abs=2)
    other.close()


def test_a_side_that_was_pushed_shut_stays_so(window: MainWindow) -> None:
    pull(window, 1, -window.panel.controls.width())
    assert window.panel.splitter.sizes()[0] == 0 == sides(window.panel)[0]
    window.resize(1500, 800)
    QApplication.processEvents()
    assert window.panel.splitter.sizes()[0] == 0


def test_the_sides_are_remembered(window: MainWindow, qtbot: Any) -> None:
    pull(window, 1, 130)
    window.toggle_right()
    left = sides(window.panel)[0]
    assert sides(window.panel)[1] == 0
    window.close()
    other = MainWindow(opening_scene())
    qtbot.addWidget(other)
    other.resize(1366, 768)
    other.show()
    QApplication.processEvents()
    assert other.panel.right.isHidden()
    assert abs(sides(other.panel)[0] - left) < 20
    for rubbish in (None, "x", [1], ["a", "b"], [10**9, -5], 7):
        restore_sides(other.panel, rubbish)
    restore_sides(other.panel, [300, 300])
    other.close()


def test_space_presses_a_button_reached_with_tab_and_plays_otherwise(window: MainWindow) -> None:
    toggle = window.panel.controls.cards[1].on
    toggle.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(toggle, Qt.Key.Key_Space)
    assert not window.panel.scene.racers[1].on
    assert not window.player.playing
    box = window.panel.controls.start_x
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_End)
    assert window.player.position.step == 0
    QTest.keyClicks(box, "1")
    assert window.panel.scene.racers[0].on
    window.panel.canvas.setFocus()
    QTest.keyClick(window.panel.canvas, Qt.Key.Key_Space)
    assert window.player.playing


def test_remembered_sides_are_shares_of_the_window(window: MainWindow, qtbot: Any) -> None:
    pull(window, 1, 130)
    pull(window, 2, -120)
    before = sides(window.panel)
    assert before == pytest.approx([1000 * width / 1366 for width in widths(window)], abs=1)
    window.close()
    other = MainWindow(opening_scene())
    qtbot.addWidget(other)
    other.resize(1920, 1080)
    other.show()
    QApplication.processEvents()
    assert sides(other.panel) == pytest.approx(before, abs=6)
    assert other.panel.right.width() > 1.3 * window.panel.right.width()


def test_markup_in_a_scene_is_shown_as_text(window: MainWindow) -> None:
    note = "<b>bold</b> <img src='/etc/passwd'>"
    window.panel.open_scene(opening_scene().with_(note=note))
    window.say(note)
    for label in (window.panel.inspector.note, window.notice):
        assert label.text() == note
        assert label.textFormat() == Qt.TextFormat.PlainText


def test_unsaved_work_in_the_other_panel_comes_back_by_undo_and_is_asked_for_at_the_end(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.json"
    assert window.files.save_to(path)
    window.panel.document.change(window.panel.scene.with_(steps=77), "Steps")
    window.show_panel("convolution")
    asked: list[str] = []
    monkeypatch.setattr(
        QMessageBox, "question", lambda *args: (asked.append(args[2]), QMessageBox.StandardButton.Cancel)[1]
    )
    assert window.open_path(example_scenes("optimizers")[1], example=True)
    assert asked == [] and window.panel.scene.steps != 77
    window.undo()
    assert window.place.kind.key == "convolution"  # where that was done
    optimizers = window.places["optimizers"]
    assert (optimizers.panel.scene.steps, optimizers.path, optimizers.clean) == (77, path, False)
    assert not window.close()
    assert len(asked) == 1 and window.place is optimizers
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Save)
    assert window.close()
    assert load(path).steps == 77


def test_a_side_squeezed_by_a_small_window_is_not_chosen(window: MainWindow, qtbot: Any) -> None:
    window.resize(900, 560)
    assert sides(window.panel) == [1, 1]
    restore_sides(window.panel, [1, 1])
    assert window.panel.wanted_sides == (0, 0) and not window.panel.controls.isHidden()


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("width", [900, 1000, 1366, 1920])
def test_the_header_is_whole_at_any_width(window: MainWindow, width: int, scale: float) -> None:
    look().set_scale(scale)
    window.resize(width, 700)
    QApplication.processEvents()
    header = window.header
    shown = [
        w for w in (*header.tabs.buttons(), header.choice, header.brand, *header.buttons.values()) if w.isVisible()
    ]
    assert all(widget.width() >= widget.minimumSizeHint().width() for widget in shown)
    assert header.choice.isVisible() != header.tabs.button(0).isVisible()
    index = 1
    if header.choice.isVisible():
        header.choice.activated.emit(index)
    else:
        QTest.mouseClick(header.tabs.button(index), Qt.MouseButton.LeftButton)
    assert window.place.kind.key == "convolution" and header.choice.currentIndex() == index


def test_the_scene_menu_keeps_no_old_menus(window: MainWindow) -> None:
    counts = []
    for _ in range(3):
        window.header.menu.aboutToShow.emit()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        counts.append(len(window.header.menu.findChildren(QMenu)))
    assert counts[0] == counts[1] == counts[2] > 0
