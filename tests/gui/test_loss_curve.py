"""The loss curve as its user meets it: what it draws, what the mouse and the keys do, what is copied from it."""

from __future__ import annotations

import csv
from dataclasses import replace
from typing import Any

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolTip

from engine.frames import Position, frame_at
from engine.quantities import values_of
from engine.scene import Curve, RacerChoice, Scene, opening_scene
from engine.scene_file import load
from gui.files import example_scenes
from gui.main_window import MainWindow
from gui.optimizers.curve.content import Content
from gui.optimizers.curve.ends import kept_apart
from gui.optimizers.curve.plot import CurvePlot
from gui.optimizers.loss_canvas import LossCanvas
from gui.optimizers.panel import OptimizersPanel
from gui.picture_file import file_data
from gui.plotting.sheet import Sheet
from gui.recording.settings import Settings
from gui.recording.stage import Stage
from gui.theme import DARK, LIGHT, look

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # of the offscreen platform
ALT, SHIFT, NONE = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
TWINS = opening_scene().with_(  # of one colour
    racers=(RacerChoice("adam", {"learning_rate": 0.1}), RacerChoice("amsgrad", {"learning_rate": 0.03})), selected=0
)


@pytest.fixture
def panel(qtbot: Any) -> Any:
    def show(scene: Scene | None = None) -> OptimizersPanel:
        panel = OptimizersPanel(scene or opening_scene())
        qtbot.addWidget(panel)
        panel.resize(1366, 700)
        panel.show()
        qtbot.waitExposed(panel)
        assert panel.run is not None
        panel.losses.plot  # noqa: B018  made
        QApplication.processEvents()
        return panel

    return show


def middle(canvas: LossCanvas, x: float = 0.5, y: float = 0.5) -> QPoint:
    area = canvas.plot_rect()
    return QPointF(area.left() + x * area.width(), area.top() + y * area.height()).toPoint()


def wheel(canvas: LossCanvas, place: QPoint, by: int = 120) -> None:
    where = QPointF(place)
    event = QWheelEvent(
        where, QPointF(canvas.mapToGlobal(place)), QPoint(), QPoint(0, by), Qt.MouseButton.NoButton, NONE,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)


def drag(canvas: LossCanvas, button: Qt.MouseButton, begin: QPoint, end: QPoint) -> None:
    QTest.mousePress(canvas, button, NONE, begin)
    for share in (0.3, 0.7, 1.0):
        place = begin + (end - begin) * share
        send_move(canvas, button, place)
    QTest.mouseRelease(canvas, button, NONE, end)


def send_move(canvas: LossCanvas, button: Qt.MouseButton, place: QPoint) -> None:

    where, there = QPointF(place), QPointF(canvas.mapToGlobal(place))
    QApplication.sendEvent(
        canvas, QMouseEvent(QEvent.Type.MouseMove, where, there, Qt.MouseButton.NoButton, button, NONE)
    )


def values_at(canvas: LossCanvas, place: QPoint) -> tuple[float, float]:
    """Step and height at a pixel."""
    area = canvas.plot_rect()
    return canvas.plot.view.mapping().point(place.x() - area.left(), place.y() - area.top())[0], float(
        canvas.plot.view.viewRange()[1][1]
        - (place.y() - area.top()) / area.height() * np.ptp(canvas.plot.view.viewRange()[1])
    )


# What is drawn.


def test_every_racer_has_its_own_line(panel: Any) -> None:
    shown = panel(TWINS)
    lines = shown.losses.plot.lines()
    assert [line.of for line in lines] == [0, 1]
    assert lines[0].color == lines[1].color and lines[0].dash != lines[1].dash
    for line, label in zip(lines, shown.labels, strict=True):
        assert line.color == label.style.color(look().theme) and line.dash == label.style.dash
    look().set_theme("light")
    assert shown.losses.plot.lines()[0].color == shown.labels[0].style.color(LIGHT)


def test_two_of_one_colour_look_different(panel: Any) -> None:
    """With their names covered, an exchange of both is seen."""
    shown = panel(TWINS)
    plot = shown.losses.plot
    plot.show_frame(frame_at(shown.run, Position(shown.run.steps), 0))
    first, second = plot.lines()
    image = QImage(400, 40, QImage.Format.Format_RGB32)
    drawn = []
    for line in (first, second):
        image.fill(DARK.color("panel"))
        painter = QPainter(image)
        straight = np.column_stack([np.linspace(0, 400, 470), np.full(470, 20.0)])
        replace(line, pixels=straight).draw(painter)
        painter.end()
        lit = np.array([image.pixelColor(x, 20) != DARK.color("panel") for x in range(400)])
        drawn.append(lit)
    assert drawn[0].all() and 0.4 < drawn[1].mean() < 0.95
    gaps = np.flatnonzero(np.diff(drawn[1].astype(int)) == 1)
    assert np.ptp(np.diff(gaps)) <= 2  # the dashes go on evenly over all pieces


def test_a_curve_passes_through_its_values(panel: Any) -> None:
    shown = panel()
    plot, run = shown.losses.plot, shown.run
    mapping = plot.view.mapping()
    for line in plot.lines():
        for x, y in line.pixels[:: max(len(line.pixels) // 20, 1)]:
            step = round(mapping.point(x, 0)[0])
            if abs(mapping.x(step) - x) < 0.2 and 0 < y < mapping.height:
                near = run.values[max(step - 1, 0) : step + 2, line.of]
                heights = [mapping.y(float(np.log10(value))) for value in near]
                assert min(heights) - 0.5 <= y <= max(heights) + 0.5


def test_names_stand_at_the_ends_and_apart(panel: Any) -> None:
    keys = ("adam", "rmsprop", "adagrad", "nesterov", "momentum", "gradient_descent", "adamw", "lion")
    shown = panel(opening_scene().with_(racers=tuple(RacerChoice(key) for key in keys)))
    plot = shown.losses.plot
    names, whole = plot.end_names(), QRectF(shown.losses.rect())
    assert {name.racer for name in names} <= set(range(8)) and len(names) >= 5
    for index, name in enumerate(names):
        assert whole.contains(name.box) and name.box.left() > plot.area.right()
        assert not any(name.box.intersects(other.box) for other in names[index + 1 :])
        assert name.color == shown.labels[name.racer].style.color(look().theme)
    order = [name.end[1] for name in names]
    assert order == sorted(order)
    shown.losses.zoom(0.5)
    for step in (60, 30):
        shown.player.seek(Position(step))
        fresh = shown.losses._drawn_plot()
        fresh.set_sheet(plot.sheet)
        assert plot.end_names() == fresh.end_names() != names


def test_shortened_names_are_told_apart(panel: Any) -> None:
    rates = (0.05, 0.18, 0.205)
    racers = tuple(RacerChoice("gradient_descent", {"eta": rate}) for rate in rates)
    texts = [name.text for name in panel(opening_scene().with_(racers=racers)).losses.plot.end_names()]
    assert len(set(texts)) == len(texts) == 3 and any("…" in text for text in texts), texts


def test_names_are_as_near_as_they_can_be() -> None:
    assert kept_apart(np.array([10.0, 50.0]), 12, 0, 100) == [10.0, 50.0]
    assert kept_apart(np.array([40.0, 41.0]), 12, 0, 100) == [34.5, 46.5]
    assert kept_apart(np.array([6.0, 6.0, 6.0]), 12, 0, 100) == [6.0, 18.0, 30.0]
    low = kept_apart(np.array([70.0, 94.0, 94.0, 94.0]), 12, 0, 100)
    assert low[-1] == 94.0 and np.allclose(np.diff(low[1:]), 12) and low[0] <= 58.0
    rng = np.random.default_rng(3)
    for _ in range(200):
        wanted = np.sort(rng.uniform(6, 94, rng.integers(1, 9)))
        found = np.array(kept_apart(wanted, 12, 0, 100))
        assert (np.diff(found) >= 12 - 1e-9).all() and found.min() >= 6 - 1e-9 and found.max() <= 94 + 1e-9


def test_without_the_path_ahead_nothing_tells_of_it(panel: Any) -> None:
    scene = opening_scene()
    shown = panel(scene.with_(show=msgspec.structs.replace(scene.show, path_ahead=False)))
    shown.player.seek(Position(20))
    canvas = shown.losses
    area, now = canvas.plot_rect(), canvas.plot.view.mapping().x(20)
    image = canvas.grab().toImage()
    columns = range(round(area.left() + now) + 8, round(area.right()) - 2)
    rows = range(round(area.top()) + 1, round(area.bottom()) - 1)
    ground, grid = (np.array(QColor(ink).getRgb()[:3]) for ink in (image.pixelColor(columns[0], 1), DARK.line))
    for ink in {image.pixelColor(x, y).getRgb()[:3] for x in columns for y in rows}:
        share = np.dot(ink - ground, grid - ground) / np.dot(grid - ground, grid - ground)
        assert np.abs(ground + share * (grid - ground) - ink).max() <= 3  # the ground and its grid, and nothing else
    assert len(list(csv.reader(canvas.csv().splitlines()))) == 22  # a heading and steps 0 to 20
    last = {name.racer: name.end[0] for name in canvas.plot.end_names()}
    assert all(end <= area.left() + now + 0.5 for end in last.values())


def test_the_picture_depends_on_the_moment_alone(panel: Any) -> None:
    shown = panel()
    canvas = shown.losses

    def picture(step: int) -> QImage:
        shown.player.seek(Position(step))
        return canvas.grab().toImage()

    first = picture(60)
    for step in (61, 3, 160, 0):
        picture(step)
    canvas.zoom(0.5)
    canvas.choose(quantity="gradient", follow=True)
    canvas.choose(quantity="", follow=False, steps=None, heights=None)
    look().set_theme("light")
    look().set_theme("dark")
    assert picture(60) == first


def test_screen_and_picture_are_drawn_by_the_same_items(panel: Any) -> None:
    shown = panel()
    shown.player.seek(Position(60))
    canvas = shown.losses
    image = QImage(canvas.size(), QImage.Format.Format_RGB32)
    image.fill(canvas.grab().toImage().pixelColor(1, 1))
    painter = QPainter(image)
    canvas.paint(painter, 1.0)
    painter.end()
    assert canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32) == image


def test_a_recording_shows_the_same_curves(qapp: Any) -> None:
    scene = load(next(path for path in example_scenes() if path.name.startswith("27-")))
    seen = []
    for curve in (Curve(), Curve("gradient"), Curve(steps=(10.0, 30.0)), Curve(log=False)):
        act: Any = Stage(scene.with_(curve=curve), Settings(1280, 720)).act
        plot = act.charts._losses
        plot.show_frame(frame_at(act.run, Position(20)))
        alone = CurvePlot()
        alone.set_sheet(act.charts.sheet(act.charts.plot))
        alone.show_subject(act.subject, Content.of(act.subject, curve), curve)
        alone.show_frame(frame_at(act.run, Position(20)))
        lines = [line.pixels for line in plot.lines()]
        assert all((one == two.pixels).all() for one, two in zip(lines, alone.lines(), strict=True))
        seen.append(lines[0].tolist())
    assert len({str(one) for one in seen}) == 4


def test_svg_is_lines_and_letters(panel: Any, tmp_path: Any) -> None:
    shown = panel()
    shown.player.seek(Position(60))
    text = file_data(shown.losses, tmp_path / "a.svg")().decode()
    assert "<image" not in text and text.count("<polyline") > 5
    assert all(f">{label.name}" in text for label in shown.labels[:3]) or "<text" in text


# Mouse and keys.


def test_the_wheel_zooms_about_the_pointer(panel: Any) -> None:
    canvas = panel().losses
    for place in (middle(canvas, 0.3, 0.4), middle(canvas, 0.7, 0.6)):
        before, (steps, heights) = values_at(canvas, place), canvas.plot.view.viewRange()
        wheel(canvas, place)
        after, (new_steps, new_heights) = values_at(canvas, place), canvas.plot.view.viewRange()
        assert after == pytest.approx(before, abs=1e-6)
        assert np.ptp(new_steps) == pytest.approx(np.ptp(steps) * 1.0015**-120)
        assert np.ptp(new_heights) == pytest.approx(np.ptp(heights) * 1.0015**-120)


def test_over_an_axis_the_wheel_zooms_that_axis(panel: Any) -> None:
    canvas = panel().losses
    area, (steps, heights) = canvas.plot_rect(), canvas.plot.view.viewRange()
    wheel(canvas, QPoint(5, round(area.center().y())))
    assert canvas.plot.view.viewRange()[0] == steps and np.ptp(canvas.plot.view.viewRange()[1]) < np.ptp(heights)
    canvas.whole()
    wheel(canvas, QPoint(round(area.center().x()), round(area.bottom()) + 8))
    assert canvas.plot.view.viewRange()[1] == heights and np.ptp(canvas.plot.view.viewRange()[0]) < np.ptp(steps)


def test_right_drag_pans_and_a_right_click_opens_the_menu(panel: Any, qtbot: Any) -> None:
    canvas = panel().losses
    canvas.zoom(0.4)
    begin, end = middle(canvas, 0.4), middle(canvas, 0.6, 0.6)
    before = values_at(canvas, begin)
    drag(canvas, RIGHT, begin, end)
    assert not canvas.findChildren(QMenu)
    assert values_at(canvas, end) == pytest.approx(before, rel=1e-6, abs=1e-6)
    QTest.mouseClick(canvas, RIGHT, NONE, begin)
    (menu,) = canvas.findChildren(QMenu)
    assert menu.isVisible()
    menu.close()
    qtbot.waitUntil(lambda: not canvas.findChildren(QMenu), timeout=2000)


def test_a_drag_on_an_axis_pans_it(panel: Any) -> None:
    shown = panel()
    canvas, position = shown.losses, shown.player.position
    canvas.zoom(0.4)
    area, (steps, heights) = canvas.plot_rect(), canvas.plot.view.viewRange()
    x, y = round(area.center().x()), round(area.bottom()) + 8
    drag(canvas, LEFT, QPoint(x, y), QPoint(x - 20, y - 3))
    (new_steps, new_heights) = canvas.plot.view.viewRange()
    assert new_heights == heights
    assert new_steps[0] - steps[0] == pytest.approx(20 * np.ptp(steps) / area.width())
    drag(canvas, LEFT, QPoint(6, round(area.center().y())), QPoint(6, round(area.center().y()) + 15))
    assert canvas.plot.view.viewRange()[0] == new_steps
    assert canvas.plot.view.viewRange()[1][0] > new_heights[0]
    assert shown.player.position == position


def test_click_and_drag_seek_the_step_that_is_seen_there(panel: Any) -> None:
    shown = panel()
    canvas = shown.losses
    for zoomed in (False, True):
        if zoomed:
            canvas.zoom(0.3, QPointF(middle(canvas, 0.4)))
        QTest.mouseClick(canvas, LEFT, NONE, middle(canvas, 0.5))
        assert shown.player.position == Position(round(values_at(canvas, middle(canvas, 0.5))[0]))
        drag(canvas, LEFT, middle(canvas, 0.5), middle(canvas, 0.8))
        assert shown.player.position == Position(round(values_at(canvas, middle(canvas, 0.8))[0]))
    QTest.mouseClick(canvas, LEFT, NONE, QPoint(canvas.width() - 2, middle(canvas).y()))
    assert shown.player.position.step <= shown.run.steps


def test_a_double_click_shows_all_and_keeps_the_time(panel: Any) -> None:
    shown = panel()
    canvas = shown.losses
    shown.player.seek(Position(33))
    whole = canvas.plot.view.viewRange()
    canvas.zoom(0.3)
    QTest.mouseClick(canvas, LEFT, NONE, middle(canvas, 0.9))
    shown.player.seek(Position(33))
    QTest.mousePress(canvas, LEFT, NONE, middle(canvas, 0.9))
    QTest.mouseRelease(canvas, LEFT, NONE, middle(canvas, 0.9))
    QTest.mouseDClick(canvas, LEFT, NONE, middle(canvas, 0.9))
    assert canvas.plot.view.viewRange() == whole and shown.player.position == Position(33)
    assert shown.scene.curve == Curve()


@pytest.fixture
def window(qtbot: Any) -> Any:
    window = MainWindow(opening_scene())
    window.resize(1366, 768)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.panel.losses.plot  # noqa: B018  made
    QApplication.processEvents()
    yield window
    window.player.pause()
    for place in window.places.values():
        place.path = None


def test_keys_do_what_the_mouse_does(window: MainWindow, qtbot: Any) -> None:
    canvas = window.panel.losses
    window.activateWindow()
    canvas.setFocus()
    qtbot.waitUntil(canvas.hasFocus, timeout=2000)
    contour, whole = window.panel.canvas.mapping(), canvas.plot.view.viewRange()
    QTest.keyClick(canvas, Qt.Key.Key_Plus)
    zoomed = canvas.plot.view.viewRange()
    assert np.ptp(zoomed[0]) == pytest.approx(0.8 * np.ptp(whole[0]))
    step = window.player.position
    QTest.keyClick(canvas, Qt.Key.Key_Right, ALT)
    assert canvas.plot.view.viewRange()[0][0] > zoomed[0][0] and canvas.plot.view.viewRange()[1] == zoomed[1]
    QTest.keyClick(canvas, Qt.Key.Key_Up, ALT)
    assert canvas.plot.view.viewRange()[1][1] > zoomed[1][1]
    QTest.keyClick(canvas, Qt.Key.Key_0)
    assert canvas.plot.view.viewRange() == whole
    QTest.keyClick(canvas, Qt.Key.Key_F10, SHIFT)
    (menu,) = canvas.findChildren(QMenu)
    menu.close()
    assert window.player.position == step and window.panel.canvas.mapping() == contour
    QTest.keyClick(canvas, Qt.Key.Key_Right)  # a step, as everywhere
    assert window.player.position == Position(step.step + 1)
    assert canvas.accessibleName() and "Alt" in canvas.accessibleDescription()


def entry(menu: QMenu, words: str) -> Any:
    (found,) = [action for action in menu.actions() if words in action.text()]
    return found


def menu_of(canvas: LossCanvas) -> QMenu:
    from gui.optimizers.curve.menu import fill_menu

    menu = QMenu(canvas)
    fill_menu(canvas, menu)
    return menu


def test_the_menu_does_what_it_says(
    window: MainWindow, tmp_path: Any, monkeypatch: pytest.MonkeyPatch, qtbot: Any
) -> None:
    panel, canvas = window.panel, window.panel.losses
    menu = menu_of(canvas)
    entry(menu, "Length of the gradient").trigger()
    assert panel.scene.curve.quantity == "gradient" and "gradient" in panel.right.heading.text()
    assert "gradient" in canvas.accessibleName()
    assert (canvas.plot.content.values == values_of(panel.run, "gradient")).all()
    entry(menu, "Logarithmic").trigger()
    assert not panel.scene.curve.log and "log" not in panel.right.heading.text()
    low, high = canvas.plot.view.viewRange()[1]
    assert low < values_of(panel.run, "gradient").min() and high < 1000
    entry(menu, "Follow now").trigger()
    assert panel.scene.curve.follow
    canvas.zoom(0.5)
    entry(menu, "Show all").trigger()
    assert panel.scene.curve.steps is None and panel.scene.curve.heights is None
    entry(menu, "CSV").trigger()
    assert QGuiApplication.clipboard().text() == canvas.csv()
    entry(menu, "Copy the picture").trigger()
    assert QGuiApplication.clipboard().image().size() == canvas.size() * 2
    path = tmp_path / "curve.png"
    monkeypatch.setattr("gui.picture_commands.QFileDialog.getSaveFileName", lambda *_: (str(path), ""))
    entry(menu, "Save the picture").trigger()
    qtbot.waitUntil(path.exists, timeout=5000)
    qtbot.waitUntil(window.pictures.may_close, timeout=5000)
    window.pictures._closes = False
    assert QImage(str(path)).size() == canvas.size() * 2
    menu.deleteLater()


def test_what_is_not_known_or_possible_is_not_offered(panel: Any) -> None:
    from engine.losses import LOSSES
    from engine.scene import LossChoice

    flat = next(loss for loss in LOSSES.values() if not len(loss.minima))
    shown = panel(opening_scene().with_loss(LossChoice(flat.key), start=flat.begin))
    menu = menu_of(shown.losses)
    assert not [action for action in menu.actions() if "minimum" in action.text() or "lowest" in action.text()]
    menu.deleteLater()


def test_below_zero_there_is_no_logarithm(panel: Any) -> None:
    from engine.losses import LOSSES
    from engine.scene import LossChoice

    low = next(loss for loss in LOSSES.values() if len(loss.minima) and float(np.min(loss.value(loss.minima.T))) < -0.5)
    shown = panel(opening_scene().with_loss(LossChoice(low.key), start=low.begin))
    canvas = shown.losses
    assert canvas.content.quantity == "above" and canvas.content.scale.log  # what suits
    assert "above the lowest known" in shown.right.heading.text()
    canvas.choose(quantity="loss")
    if float(np.nanmin(shown.run.values)) < -1e-6:
        assert not canvas.content.scale.log
        menu = menu_of(canvas)
        assert not entry(menu, "Logarithmic").isEnabled()
        menu.deleteLater()


# What stays, what is told, what it costs.


def test_the_range_stays_over_runs_drags_and_themes(panel: Any) -> None:
    shown = panel()
    canvas = shown.losses
    canvas.zoom(0.5, QPointF(middle(canvas, 0.3, 0.3)))
    seen = canvas.plot.view.viewRange()
    shown._move_start((1.4, -1.0), 1)
    shown._move_start((1.5, -1.1), 1)
    assert canvas.plot.view.viewRange() == seen
    look().set_theme("light")
    look().set_scale(1.3)
    canvas.resize(canvas.width() - 20, canvas.height())
    assert canvas.plot.view.viewRange() == seen
    shown.player.seek(Position(77))
    canvas.zoom(0.8)
    seen = canvas.plot.view.viewRange()
    shown.document.undo_stack.undo()
    assert canvas.plot.view.viewRange() == seen
    shown.document.change(shown.scene.with_(steps=20), "Fewer")  # nothing of the race is there any more
    assert shown.run.steps == 20
    (low, high), _ = canvas.plot.view.viewRange()
    assert low < 20 and high > 0


def test_following_keeps_now_in_sight(panel: Any) -> None:
    shown = panel(opening_scene().with_(steps=400, curve=Curve(follow=True)))
    canvas, lengths = shown.losses, set()
    for step in (0, 1, 100, 250, 399, 400):
        shown.player.seek(Position(step))
        low, high = canvas.plot.view.viewRange()[0]
        assert low <= step <= high
        lengths.add(round(high - low, 6))
        if 100 <= step <= 250:
            assert (step - low) / (high - low) == pytest.approx(0.75, abs=0.01)
    assert len(lengths) == 1 and lengths.pop() < 200
    canvas.zoom(0.5)
    assert canvas.curve.follow and np.ptp(canvas.plot.view.viewRange()[0]) < 70
    canvas.pan(10, 0)
    assert not canvas.curve.follow


@pytest.mark.parametrize("quantity", ["", "gradient", "step"])
def test_hovering_tells_the_runs_own_numbers(panel: Any, monkeypatch: pytest.MonkeyPatch, quantity: str) -> None:
    from engine.expressions.typeset import format_number

    shown = panel(opening_scene().with_(curve=Curve(quantity)))
    told: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, text, _of: told.append(text))
    canvas = shown.losses
    canvas.zoom(0.6)
    place = middle(canvas, 0.6)
    send_move(canvas, Qt.MouseButton.NoButton, place)
    step = round(values_at(canvas, place)[0])
    values = values_of(shown.run, quantity or "loss")[step]
    assert f"step {step}" in told[-1]
    places = []
    for racer, label in enumerate(shown.labels):
        line = f"{label.name}: {format_number(values[racer])}"
        assert line in told[-1]
        places.append((values[racer], told[-1].index(line)))
    assert [at for _, at in sorted(places)] == sorted(at for _, at in places)


def test_the_table_is_the_runs_own(panel: Any) -> None:
    shown = panel()
    rows = list(csv.reader(shown.losses.csv().splitlines()))
    assert rows[0] == ["step", *(label.name for label in shown.labels)]
    assert (np.array([[float(cell) for cell in row[1:]] for row in rows[1:]]) == shown.run.values).all()


def test_what_changes_is_painted_and_once(panel: Any, qtbot: Any) -> None:
    shown = panel()
    canvas = shown.losses
    figure = canvas._figure
    assert figure is not None
    changes = {
        "moment": lambda: shown.player.seek(Position(42)),
        "zoom": lambda: canvas.zoom(0.7),
        "quantity": lambda: canvas.choose(quantity="gradient"),
        "scene": lambda: shown._move_start((1.5, -1.1), 9),
        "pan": lambda: canvas.pan(7, 5),
    }
    for name, change in changes.items():
        qtbot.wait(30)
        before, picture = figure.paints, canvas.grab().toImage()
        before = figure.paints
        change()
        qtbot.wait(30)
        assert figure.paints == before + 1, name
        assert canvas.grab().toImage() != picture, name
    before = figure.paints
    look().set_theme("light")
    look().set_scale(1.2)
    qtbot.wait(30)
    assert figure.paints > before
    assert figure.plot.sheet.theme is LIGHT and figure.plot.sheet.px == 1.2


def test_hidden_results_are_neither_drawn_nor_copied(panel: Any) -> None:
    scene = opening_scene()
    shown = panel(scene.with_(show=msgspec.structs.replace(scene.show, outcome=False, path_ahead=False)))
    canvas = shown.losses
    assert canvas._figure is not None and not canvas._figure.isVisible()
    QTest.mouseClick(canvas, RIGHT, NONE, middle(canvas))
    assert not canvas.findChildren(QMenu)
    QTest.mouseClick(canvas, LEFT, NONE, middle(canvas))  # seeks, as ever
    assert shown.player.position.step > 0


def test_a_plot_of_any_size_is_drawn(qapp: Any) -> None:
    scene = opening_scene().with_(steps=40)
    loss = scene.loss.loss()
    from engine.fair_play import run_scene
    from gui.optimizers.labels import labels_of
    from gui.optimizers.picture.contour_picture import Subject
    from gui.plotting.plot import Drawing

    active = list(range(len(scene.racers)))
    run = run_scene(scene, loss, active, [racer.build() for racer in scene.racers])
    subject = Subject(run, labels_of(scene, active, run), selected=0)
    content = Content.of(subject, Curve())
    for width, height, ratio in ((1, 1, 1), (60, 300, 1.5), (300, 60, 2), (150, 120, 1), (900, 500, 1.25)):
        plot = CurvePlot()
        plot.set_sheet(Sheet(width, height, DARK, QApplication.font(), 1.0, ratio))
        plot.show_subject(subject, content, Curve())
        plot.show_frame(frame_at(run, Position(13)))
        drawing = Drawing(plot)
        image = QImage(round(width * ratio), round(height * ratio), QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        pictures = []
        for layers in (True, False):
            image.fill(DARK.color("panel"))
            painter = QPainter(image)
            drawing.paint(painter, layers)
            painter.end()
            pictures.append(np.array(image.constBits()).reshape(image.height(), image.width(), 4).astype(int))
        assert np.abs(pictures[0] - pictures[1]).max() <= 3, (width, height, ratio)
