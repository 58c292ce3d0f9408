"""Pictures in places of any size: where room is short less is shown, and what is larger is never drawn lower."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from engine.data.batch_experiment import Experiment
from engine.frames import Position
from engine.minima_scene import opening_minima
from engine.scene_file import load
from gui.augmentation.picture import UNDER
from gui.augmentation.picture import Sheet as TilesSheet
from gui.augmentation.picture import arranged as tiles_arranged
from gui.main_window import MainWindow
from gui.minima.charts import basin_color, paint_shares, shares_areas
from gui.minima.picture import places_in
from gui.minima.plot import Axes, Sheet, chart_in
from gui.optimizers.curve.plot import CurvePlot
from gui.optimizers.picture.data_plot import Plot
from gui.panels import kinds
from gui.picture.mapping import Mapping
from gui.picture.room import LEAST, check_room, fitted
from gui.plotting.scale import LOG
from gui.plotting.sheet import Sheet as PlotSheet
from gui.recording.settings import Settings
from gui.recording.stage import Stage
from gui.theme import ASSETS, DARK, look

SIZES = (
    (1, 1), (12, 300), (300, 12), (40, 30), (90, 64), (160, 120), (320, 240), (240, 500), (500, 240), (480, 420),
    (800, 600),
)  # fmt: skip
SCALES = (0.8, 1.0, 1.6, 2.5)
FEW = [*((*size, SCALES[place % 4]) for place, size in enumerate(SIZES[:9])), (160, 120, 2.5), (320, 240, 1.6)]
SCENES = (
    "optimizers/1-one-start-different-minima", "optimizers/16-in-three-dimensions", "optimizers/27-early-stopping",
    "optimizers/30-data-augmentation", "convolution/03-scatter-and-gather", "convolution/09-volume",
    "convolution/10-fully-connected", "augmentation/1-every-way", "augmentation/2-mixup",
)  # fmt: skip
SMALL = opening_minima().with_(starts=60, steps=60, repeats=2, batch_sizes=(1, 16, 256))


@pytest.fixture(scope="module")
def found() -> Experiment:
    return SMALL.run()


@pytest.fixture
def shown(qtbot: Any) -> Callable[[Any], Any]:
    """A panel with a scene, off the screen."""

    def show(scene: Any, key: str) -> Any:
        panel = next(kind for kind in kinds() if kind.key == key).make(scene)
        qtbot.addWidget(panel)
        return panel

    return show


def painted(paint: Callable[[QPainter, float, float], None], width: int, height: int, scale: float) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(DARK.color("window"))
    painter = QPainter(image)
    with look().drawing_in(DARK, scale):
        paint(painter, width, height)
    painter.end()
    return image


@pytest.mark.parametrize("name", SCENES)
def test_every_picture_can_be_of_any_size(shown: Any, name: str) -> None:
    """Plots refuse to be made upside down, so that a picture that is painted has none."""
    panel = shown(load(ASSETS / "scenes" / f"{name}.json"), name.partition("/")[0])
    panel.player.seek(Position(panel.player.length // 2))
    pictures = [getattr(panel, "pictures", panel.canvas).paint_to]
    pictures += [chart.paint_to for _, chart in panel.right.charts()] if hasattr(panel.right, "charts") else []
    pictures += [panel.losses.paint_to] if hasattr(panel, "losses") else []
    for paint in pictures:
        for place in FEW:
            painted(paint, *place)
        image = painted(paint, 300, 220, 0.8)
        assert len({image.pixel(x, y) for x in range(0, 300, 4) for y in range(0, 220, 4)}) > 3


@pytest.mark.parametrize("valley", [False, True])
def test_the_experiment_can_be_of_any_size(shown: Any, qtbot: Any, valley: bool) -> None:
    scene = SMALL
    if valley:
        scene = load(ASSETS / "scenes" / "minima" / "4-a-valley-of-real-data.json")
        scene = scene.with_(starts=20, steps=20, repeats=2, batch_sizes=scene.batch_sizes[:3])
    panel = shown(scene, "minima")
    qtbot.waitUntil(lambda: panel.subject is not None, timeout=20_000)
    assert panel.subject.experiment.distinct != valley
    for place in FEW:
        painted(panel.canvas.paint_to, *place)


@pytest.mark.parametrize(
    ("width", "height", "scale"),
    [(466, 434, 1.0), (520, 480, 1.0), (640, 560, 1.6), (400, 300, 1.0), (900, 700, 1.3), (700, 1200, 1.0)],
)
def test_a_larger_share_is_drawn_higher(found: Experiment, width: int, height: int, scale: float) -> None:
    """As the chart is seen: in each of its parts the line of every basin is followed by its colour."""
    sheet = Sheet(QFont(), DARK, scale)
    area = places_in(width, height, scale).upper
    image = painted(lambda painter, *_: paint_shares(painter, sheet, area, found) and None, width, height, scale)
    chart = chart_in(area, scale)
    assert chart is not None and area.contains(chart.plot)
    for axes in shares_areas(found, chart.plot):
        told = 0
        for basin in range(found.shares.shape[1]):
            first, last = float(found.shares[0, basin]), float(found.shares[-1, basin])
            if min(first, last) < axes.y0 or max(first, last) > axes.y1:
                continue
            color = basin_color(DARK, found, basin)
            begin, end = (_row(image, color, axes, side) for side in (0, -1))
            assert (end < begin) == (last > first) or abs(axes.y(first) - axes.y(last)) < 3
            told += abs(axes.y(first) - axes.y(last)) >= 3
        assert told


def _row(image: QImage, color: QColor, axes: Axes, side: int) -> float:
    """Where a colour is seen at the left or right end of a part of a chart."""
    aside = 0.04 / 1.08 * (axes.x1 - axes.x0)  # the first and last batch size stand a little inside
    x = round(axes.x(axes.x0 + aside if side == 0 else axes.x1 - aside))
    rows = range(max(round(axes.area.top()) - 3, 0), min(round(axes.area.bottom()) + 3, image.height()))
    return float(np.mean([y for y in rows if image.pixelColor(x, y) == color]))


@pytest.mark.parametrize(
    ("width", "height", "scale"), [(1024, 600, 1.0), (1366, 768, 1.6), (900, 560, 1.0), (1366, 768, 1.0)]
)
def test_both_charts_are_there_in_small_windows(qtbot: Any, width: int, height: int, scale: float) -> None:
    window = MainWindow(SMALL)
    qtbot.addWidget(window)
    look().set_scale(scale)
    window.resize(width, height)
    window.show()
    qtbot.waitUntil(lambda: window.panel.subject is not None, timeout=20_000)
    canvas = window.panel.canvas
    places = places_in(canvas.width(), canvas.height(), scale)
    for area in (places.upper, places.lower):
        chart = chart_in(area, scale, legend=area is places.lower)
        assert chart is not None and area.contains(chart.plot)
    assert not canvas.grab().isNull()


def test_plots_without_room_are_refused() -> None:
    upside_down, curve = QRectF(0, 50, 100, -10), CurvePlot()
    for make in (
        lambda: check_room(10, 0),
        lambda: check_room(float("nan"), 10),
        lambda: Axes(upside_down, 0, 1, 0, 1),
        lambda: Plot(np.zeros(1), np.zeros(1), None, None, ((0, 1), (0, 1)), upside_down),
        lambda: Mapping(((0, 1), (0, 1)), 100, -10),
        lambda: curve.view.mapping(),
    ):
        with pytest.raises(ValueError, match="no room for a plot"):
            make()


def test_what_surrounds_a_plot_gives_way_before_the_plot() -> None:
    ways = ((40.0, 40.0, 10.0, 40.0), (40.0, 40.0, 10.0, 10.0), (0.0, 0.0, 0.0, 0.0))
    for height, way in ((100, 0), (96, 0), (95, 1), (66, 1), (65, 2), (16, 2)):
        found = fitted(QRectF(0, 0, 200, height), ways, 1.0)
        assert found is not None and found[0] == way and found[1].height() >= LEAST
    assert fitted(QRectF(0, 0, 200, 15), ways, 1.0) is None
    assert fitted(QRectF(0, 0, 200, 39), ways, 2.5) is None


@pytest.mark.parametrize("scale", SCALES)
def test_larger_losses_and_targets_are_higher_whatever_the_size(scale: float) -> None:
    heights = LOG.at([0.01, 1.0, 100.0])
    for width, height in SIZES:
        plot = CurvePlot()
        plot.set_sheet(PlotSheet(width, height, DARK, QFont(), scale))
        plot.view.show_range((0.0, 1.0), (-2.0, 2.0))
        if not plot.area.isEmpty():
            assert QRectF(0, 0, width, height).contains(plot.area)
            assert (np.diff([plot.view.mapping().y(at) for at in heights]) < 0).all()
        else:
            assert min(width, height) < 60 * scale


def test_tiles_show_less_where_room_is_short(shown: Any) -> None:
    """Then only name and label, then the label, then the pictures alone; they never lie on each other."""
    panel = shown(load(ASSETS / "scenes" / "augmentation" / "1-every-way.json"), "augmentation")
    seen = set()
    for width, height in ((1000, 700), (640, 300), (320, 240), (320, 160), (320, 110)):
        for scale in SCALES:
            sheet = TilesSheet(QRectF(0, 0, width, height), QFont(), DARK, scale)
            placed = tiles_arranged(sheet, panel.canvas.shown)
            seen.add(placed[0].under)
            for index, one in enumerate(placed):
                assert sheet.area.contains(one.place), (width, height, scale)
                assert not any(one.place.intersects(other.place) for other in placed[:index])
    assert seen == set(UNDER)


@pytest.mark.parametrize("name", [*SCENES, "minima"])
@pytest.mark.parametrize("size", [(64, 64), (64, 900), (900, 64), (160, 120)], ids=str)
def test_recordings_of_any_shape_have_room_for_their_parts(qapp: Any, name: str, size: tuple[int, int]) -> None:
    scene = SMALL if name == "minima" else load(ASSETS / "scenes" / f"{name}.json")
    stage = Stage(scene, Settings(*size))
    assert not stage.frame(Position(stage.act.length // 2)).isNull()
    whole = QRectF(0, 0, stage.page.width, stage.page.height).adjusted(-1, -1, 1, 1)
    parts = [getattr(stage.act, part, QRectF()) for part in ("stage", "beside", "grids", "place", "notes", "_below")]
    charts = getattr(stage.act, "charts", None)
    parts += [] if charts is None else [charts.data, charts.plot if charts.curve.isValid() else QRectF()]
    assert any(part.isValid() for part in parts)
    for part in parts:
        assert part.width() >= 0 and part.height() >= 0 and (part.isNull() or whole.contains(part))
    rule = getattr(stage.act, "rule", None)
    assert rule is None or 0 < rule.shrunk <= 1
