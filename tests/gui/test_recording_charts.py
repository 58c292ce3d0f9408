"""Data and loss curve in recordings: the window's own pictures, in places where nothing is cut or covered."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from engine.data.early_stopping import held
from engine.frames import Frame, Position, frame_at
from engine.scene import DATA, RacerChoice, Scene, opening_scene
from engine.scene_file import load
from gui.files import example_scenes
from gui.optimizers.curve.content import Content
from gui.optimizers.curve.plot import CurvePlot
from gui.optimizers.picture.data_picture import DataPicture
from gui.plotting.plot import Drawing
from gui.plotting.sheet import Sheet
from gui.recording.form import Form
from gui.recording.race_act import RaceAct
from gui.recording.settings import Settings
from gui.recording.stage import Stage
from gui.theme import DARK

SCENES = {path.name.split("-")[0]: path for path in example_scenes() if path.parent.name == "optimizers"}
RACES = [scene for scene in map(load, SCENES.values()) if isinstance(scene, Scene)]
WIDE, SQUARE, TALL = (1280, 720), (720, 720), (720, 1280)


def act_of(stage: Stage) -> RaceAct:
    assert isinstance(stage.act, RaceAct)
    return stage.act


def moment(act: RaceAct, position: Position) -> Frame:
    return held(frame_at(act.run, position, act.selected), act.run, act.stopping, act.selected)


def curve_of(act: RaceAct, sheet: Sheet, position: Position) -> Drawing:
    plot = CurvePlot()
    plot.set_sheet(sheet)
    plot.show_subject(act.subject, Content.of(act.subject, act.look), act.look)
    plot.show_frame(moment(act, position))
    return Drawing(plot)


def part(image: QImage, area: QRectF) -> QImage:
    """What a frame shows in an area of the page."""
    ratio = image.devicePixelRatio()
    return image.copy(
        round(area.left() * ratio), round(area.top() * ratio),
        round(area.width() * ratio), round(area.height() * ratio),
    )  # fmt: skip


def ground(area: QRectF, ratio: float) -> QImage:
    image = QImage((area.size() * ratio).toSize(), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(DARK.color("window"))
    return image


@pytest.mark.parametrize("size", [WIDE, SQUARE, TALL, (1920, 1080)])
def test_the_frame_holds_the_windows_own_pictures(qapp: Any, size: tuple[int, int]) -> None:
    stage, position = Stage(load(SCENES["27"]), Settings(*size)), Position(40, 0, 0.5)
    stage.frame(Position(3))
    frame, act = stage.frame(position), act_of(stage)
    charts = act.charts
    assert charts.names is not None
    for area, is_data in ((charts.data, True), (charts.plot, False)):
        alone = ground(area, stage.page.ratio)
        painter, sheet = QPainter(alone), charts.sheet(area)
        if is_data:
            DataPicture().paint(painter, sheet, act.subject, charts.names, moment(act, position))
        else:
            curve_of(act, sheet, position).paint(painter)
        painter.end()
        assert part(frame, area) == alone


def close(one: QColor, other: QColor) -> bool:
    pairs = ((one.red(), other.red()), (one.green(), other.green()), (one.blue(), other.blue()))
    return all(abs(a - b) < 40 for a, b in pairs)


@pytest.mark.parametrize("size", [WIDE, SQUARE, TALL])
def test_early_stopping_shows_its_stop(qapp: Any, size: tuple[int, int]) -> None:
    scene = load(SCENES["27"])
    stage = Stage(scene, Settings(*size))
    frame, act = stage.frame(Position(scene.position)), act_of(stage)
    assert act.stopping is not None and act.selected is not None
    drawing = curve_of(act, act.charts.sheet(act.charts.plot), Position(scene.position))
    drawn = drawing.plot
    plot = drawn.area

    def red(step: int) -> int:
        """Pixels of the stop's colour in the column of a step."""
        picture = part(frame, act.charts.plot)
        x = round((plot.left() + drawn.view.mapping().x(step)) * stage.page.ratio)
        rows = range(int(plot.top() + 12), int(plot.bottom()))
        return max(
            sum(close(picture.pixelColor(x + aside, y), DARK.color("danger")) for y in rows) for aside in (-1, 0, 1)
        )

    stop = int(act.stopping.stop[act.selected])
    assert red(stop) > 0.8 * (plot.height() - 12)
    assert red(stop + 40) < 0.1 * plot.height()


@pytest.mark.parametrize("size", [WIDE, SQUARE, TALL])
def test_nothing_covers_anything(qapp: Any, size: tuple[int, int]) -> None:
    for scene in RACES:
        act = act_of(Stage(scene, Settings(*size)))
        page = QRectF(0, 0, act.page.width, act.page.height)
        parts = [act.stage, act.beside, act.notes, act.charts.data, act.charts.curve]
        shown = [area for area in parts if not area.isEmpty()]
        for index, area in enumerate(shown):
            assert page.contains(area), scene.title
            assert not any(area.intersects(other) for other in shown[index + 1 :]), scene.title
        for chart in (act.charts.data, act.charts.curve):
            assert chart.isEmpty() or min(chart.width(), chart.height()) >= 120, scene.title
        from_data = scene.loss.key == DATA
        assert act.charts.data.isEmpty() != from_data, scene.title
        assert not (from_data and act.charts.curve.isEmpty()), scene.title
        if size == WIDE:
            assert act.stage.width() + act.beside.width() > 0.55 * page.width(), scene.title


def test_most_races_have_room_for_their_curve(qapp: Any) -> None:
    with_curve = [scene for scene in RACES if not act_of(Stage(scene, Settings())).charts.curve.isEmpty()]
    assert len(with_curve) > 0.75 * len(RACES)


def test_names_come_before_the_curve(qapp: Any) -> None:
    racers = tuple(RacerChoice("gradient_descent", {"learning_rate": 0.001 * (n + 1)}) for n in range(11))
    act = act_of(Stage(opening_scene().with_(racers=racers, selected=0), Settings()))
    assert act.charts.curve.isEmpty() and act.legend is not None
    assert not getattr(act.legend, "left_out", 0)


@pytest.mark.parametrize("height", [90, 140, 190, 220, 300])
def test_no_figure_beside_the_data_is_cut(qapp: Any, height: int) -> None:
    act = act_of(Stage(load(SCENES["27"]), Settings(*WIDE)))
    area, names = QRectF(0, 0, 250, height), act.charts.names
    image = ground(area, 1.0)
    painter = QPainter(image)
    assert names is not None
    DataPicture().paint(painter, act.charts.sheet(area), act.subject, names, moment(act, Position(9)))
    painter.end()
    assert all(image.pixelColor(x, y) == DARK.color("window") for x in (0, 1) for y in range(24, height - 30))


@pytest.mark.parametrize("number", ["4", "22"])
def test_left_out_when_not_wanted(qapp: Any, number: str) -> None:
    scene = load(SCENES[number])
    settings = Settings(*WIDE, curve=False)
    act = act_of(Stage(scene, settings))
    assert act.charts.data.isEmpty() and act.charts.curve.isEmpty()
    assert act.stage.width() > act_of(Stage(scene, Settings(*WIDE))).stage.width() - 1
    alone = act_of(Stage(scene, Settings(*WIDE, formula=False)))
    assert alone.charts.data.isEmpty() == (number == "4")  # data remain where the rule is left out


def test_a_hidden_race_is_not_told_by_its_curve(qapp: Any) -> None:
    scene = load(SCENES["27"])
    hidden = scene.with_(show=msgspec.structs.replace(scene.show, outcome=False))
    for shown, told in ((scene, True), (hidden, False)):
        stage = Stage(shown, Settings(*WIDE))
        start, end = (part(stage.frame(Position(step)), act_of(stage).charts.plot) for step in (0, 150))
        assert (start != end) == told


def test_the_form_has_a_toggle_for_it(qtbot: Any) -> None:
    form = Form(Settings(), "mp4", 20, is_race=True)
    qtbot.addWidget(form)
    assert form.settings().curve
    form.toggles["curve"].click()
    assert not form.settings().curve
    form.show_settings(Settings(curve=True), "mp4")
    assert form.settings().curve
    grids = Form(Settings(curve=False), "mp4", 20, is_race=False)
    qtbot.addWidget(grids)
    assert "curve" not in grids.toggles and not grids.settings().curve
