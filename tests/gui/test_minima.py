"""Sharp and flat minima against batch size, in the window: in the background, cancelled, told as it was measured."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox

from engine.bounded_cache import size_in_bytes
from engine.cancelling import Cancelled
from engine.data import polar
from engine.data.batch_experiment import Experiment
from engine.data.loss import DataLoss
from engine.data.scene import DataChoice, own_table
from engine.data.table import Table
from engine.frames import Position
from engine.minima_scene import MinimaScene, check_minima, opening_minima
from engine.scene import DATA, LossChoice
from engine.scene_file import decode, encode, load
from gui.files import example_scenes
from gui.main_window import MainWindow
from gui.minima import charts, picture, plot
from gui.minima import subject as subject_room
from gui.minima.charts import FAR_APART, basin_color, share_parts, shares_areas, size_axis
from gui.minima.controls import fitting_rate, losses
from gui.minima.panel import MinimaPanel
from gui.minima.picture import DOT, MOST_DOTS, MinimaPicture, heaps, places_in
from gui.minima.plot import ABOVE, BELOW, LEFT, RIGHT, Sheet
from gui.minima.subject import Subject, kept, subject_of
from gui.minima.words import basin_label, basin_name, cost_of_shift, measured, shares_of, stability, with_error
from gui.painting import painting
from gui.picture.mapping import Mapping
from gui.recording.settings import Settings
from gui.recording.stage import Stage
from gui.theme import DARK, LIGHT, Theme

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # of the offscreen platform

SMALL = opening_minima().with_(starts=60, steps=60, repeats=2, batch_sizes=(1, 16, 256))


@pytest.fixture
def panel(qtbot: Any) -> Iterator[MinimaPanel]:
    subject_room._found.clear()
    panel = MinimaPanel(SMALL)
    qtbot.addWidget(panel)
    panel.resize(1366, 656)
    panel.show()
    qtbot.waitUntil(lambda: panel.subject is not None, timeout=20_000)
    yield panel
    panel.job.stop()


@pytest.fixture(scope="module")
def found() -> Experiment:
    return SMALL.run()


def typed(panel: MinimaPanel, name: str, text: str) -> None:
    box = panel.controls.fields[name].box
    box.selectAll()
    QTest.keyClicks(box, text)
    QTest.keyClick(box, Qt.Key.Key_Return)


def test_time_goes_through_the_batch_sizes_and_back(panel: MinimaPanel) -> None:
    assert panel.player.length == 2
    pictures = []
    for step, size in ((0, 1), (1, 16), (2, 256), (0, 1)):
        panel.player.seek(Position(step))
        assert panel.inspector.heading.text().endswith(f"B = {size}")
        pictures.append(panel.canvas.grab().toImage())
    assert pictures[0] == pictures[3] != pictures[1] != pictures[2]
    panel.player.seek(Position(0, 0, 0.5))
    assert panel.canvas.grab().toImage() not in pictures[:2]  # paths on their way


def test_a_click_in_the_chart_chooses_a_batch_size(panel: MinimaPanel) -> None:
    assert panel.subject is not None
    upper = places_in(panel.canvas.width(), panel.canvas.height()).upper.adjusted(LEFT, ABOVE, -RIGHT, -BELOW)
    axes = shares_areas(panel.subject.experiment, upper)[0]
    for place, at in enumerate(size_axis(panel.subject.experiment)):
        QTest.mouseClick(panel.canvas, Qt.MouseButton.LeftButton, pos=QPoint(round(axes.x(at)), round(upper.top() + 9)))
        assert panel.player.position.step == place
    QTest.mouseClick(panel.canvas, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))  # the map
    assert panel.player.position.step == 2


def test_it_tells_what_was_measured(panel: MinimaPanel) -> None:
    assert panel.subject is not None and panel.inspector.said.text() == measured(panel.subject.experiment)
    shares = shares_of(panel.subject.experiment, 0)
    assert sum(share for _, share, _ in shares) == pytest.approx(1)
    for (basin, share, error), (name, value) in zip(shares, panel.inspector.rows, strict=False):
        if basin >= 0:
            assert name.text() == basin_label(panel.subject.experiment, basin)
            assert value.text() == " ± ".join(with_error(share, error))


def test_a_shift_only_draws_and_other_numbers_run_it_anew(panel: MinimaPanel, qtbot: Any) -> None:
    assert panel.subject is not None
    first, before = panel.subject.experiment, panel.canvas.grab().toImage()
    typed(panel, "shift", "0.8")
    assert panel.subject.experiment is first and panel.canvas.grab().toImage() != before
    assert "0.8" in panel.inspector.cost.text()
    QTest.mouseClick(panel.controls.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.subject.experiment is not first, timeout=20_000)
    assert panel.scene.seed == 1
    panel.document.undo_stack.undo()  # what was found already is shown at once
    assert panel.subject.experiment is first and panel.inspector.progress.isHidden()


def test_it_can_be_cancelled_and_the_last_picture_stays(
    panel: MinimaPanel, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = panel.subject

    def slow(scene: MinimaScene, progress: Any, cancelled: Any) -> None:
        progress(0.4)
        while not cancelled():
            time.sleep(0.005)
        raise Cancelled

    monkeypatch.setattr(MinimaScene, "run", slow)
    QTest.mouseClick(panel.controls.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.inspector.bar.value() == 400)
    QTest.mouseClick(panel.inspector.cancel, Qt.MouseButton.LeftButton)
    assert panel.inspector.progress.isHidden() and panel.subject is first
    assert panel.inspector.error.text().startswith("Cancelled")


def test_an_experiment_that_fails_says_why(panel: MinimaPanel, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(scene: MinimaScene, *_: Any) -> None:
        raise ValueError("the loss has no minima to end in")

    monkeypatch.setattr(MinimaScene, "run", broken)
    QTest.mouseClick(panel.controls.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.inspector.error.text() == "The loss has no minima to end in.")
    assert panel.inspector.progress.isHidden()


def test_what_is_typed_is_checked(panel: MinimaPanel) -> None:
    before = panel.scene
    typed(panel, "steps", "x")
    assert panel.scene == before and not panel.controls.fields["steps"].error.isHidden()
    panel.controls._set("steps", 50_000.0, None)
    assert panel.scene == before and panel.controls.error.text().startswith("Steps must be from 1 to 5000")


def test_momentum_brings_its_slider(panel: MinimaPanel, qtbot: Any) -> None:
    assert panel.controls.fields["momentum"].isHidden()
    QTest.mouseClick(panel.controls.method.buttons["momentum"], Qt.MouseButton.LeftButton)
    assert panel.scene.method == "momentum" and not panel.controls.fields["momentum"].isHidden()
    qtbot.waitUntil(lambda: not panel.job.running, timeout=20_000)


@pytest.mark.parametrize("key", losses())
def test_every_loss_in_the_list_makes_an_experiment(key: str, qapp: Any) -> None:
    choice = losses()[key][1]
    scene = check_minima(SMALL.with_(loss=choice, starts=20, steps=10, repeats=1, batch_sizes=(4,)))
    assert measured(scene.run())


def test_another_loss_is_chosen_with_a_rate_that_suits_it(panel: MinimaPanel, qtbot: Any) -> None:
    index = panel.controls.loss.findData("himmelblau")
    panel.controls.loss.activated.emit(index)
    assert panel.scene.loss.key == "himmelblau" and panel.scene.learning_rate < 2 / 134
    assert panel.inspector.note.isHidden()  # it told of another loss
    qtbot.waitUntil(lambda: not panel.job.running, timeout=30_000)
    assert not stability(Subject(panel.scene, panel.subject.loss, panel.subject.experiment))


def test_every_outcome_has_its_sentence(found: Experiment) -> None:
    shares, errors = np.array(found.shares), np.full_like(found.errors, 0.01)
    for ends, said in (
        ((0.1, 0.25, 0.4), "as the textbook says"),
        ((0.4, 0.25, 0.1), "does not show"),
        ((0.2, 0.2, 0.2), "error bars"),
        ((0.2, 0.5, 0.2), "not between"),
    ):
        shares[:, found.sharp] = ends
        assert said in measured(replace(found, shares=shares, errors=errors))


def test_a_rate_beyond_what_a_minimum_can_hold_is_told(found: Experiment) -> None:
    loss = SMALL.loss.loss()
    assert "(sharp)" in stability(Subject(SMALL, loss, found))
    assert "in none of these minima" in stability(Subject(SMALL.with_(learning_rate=9.0), loss, found))
    assert not stability(Subject(SMALL.with_(learning_rate=0.05), loss, found))
    heavy = SMALL.with_(learning_rate=0.1, method="momentum", momentum=0.9)
    assert heavy.stable_curvature == pytest.approx(38) and not stability(Subject(heavy, loss, found))


def test_numbers_are_told_to_their_errors_first_digit() -> None:
    assert with_error(1.96386, 0.0037) == ("1.964", "0.004")
    assert with_error(0.1344, 0.0114) == ("0.13", "0.01")
    assert with_error(134.2, 3.0) == ("134", "3") and with_error(0.5, 0.0) == ("0.5", "0")


def test_the_axis_of_shares_leaves_out_what_is_empty(found: Experiment) -> None:
    lower, upper = share_parts(found)
    assert upper[0] - lower[1] > 0 and upper[1] - upper[0] == pytest.approx(lower[1] - lower[0])
    for basin in range(2):
        shares, errors = found.shares[:, basin], found.errors[:, basin]
        part = upper if shares.mean() > 0.5 else lower
        assert (shares - errors >= part[0] - 1e-9).all() and (shares + errors <= part[1] + 0.01).all()
    close = replace(found, shares=np.full((3, 2), 0.5 - FAR_APART / 4))
    assert share_parts(close) == [(0.0, 1.0)]


def test_the_sign_of_a_break_lies_over_no_number(found: Experiment, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[tuple[str, Any]] = []
    for room in (charts, plot):
        monkeypatch.setattr(room, "write", lambda _p, _s, place, text, *_: written.append((text, place)))
    assert len(share_parts(found)) == 2
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    with painting(image) as painter:
        assert charts.paint_shares(painter, Sheet(QApplication.font(), DARK), QRectF(image.rect()), found) is not None
    (sign,) = [place for text, place in written if text == "≈"]
    numbers = [place for text, place in written if text.replace(".", "").isdigit() and place.left() < 1]
    assert len(numbers) >= 2 and all(place.right() <= sign.left() for place in numbers)


@pytest.mark.parametrize("place", [0.0, 1.0, 1.4, 1.6, 2.0])
def test_the_map_says_what_share_ends_in_each_basin(
    panel: MinimaPanel, place: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert panel.subject is not None
    found, written = panel.subject.experiment, []
    monkeypatch.setattr(picture, "_label", lambda _p, _s, texts, *_: written.append(list(texts)) or QRectF())
    panel.player.seek(Position(int(place), 0, place % 1))
    panel.canvas.grab()
    title, *labels = written
    shown = found.batch_sizes.index(int(title[0].rpartition("= ")[2]))
    assert shown == round(place)
    for basin, texts in enumerate(labels):
        assert texts[0].startswith(basin_label(found, basin)) and texts[1].startswith(basin_name(found, basin))
        for text in texts:
            number = text.rpartition("· ")[2].removesuffix(" %")
            unit = 10.0 ** -len(number.partition(".")[2])
            assert abs(float(number) - 100 * found.shares[shown, basin]) <= unit / 2 + 1e-9, text
            assert unit <= max(100 * found.errors[shown, basin], 1.0), "to the digits that the error leaves"


def test_labels_that_are_too_long_keep_their_share(found: Experiment) -> None:
    image = QImage(300, 300, QImage.Format.Format_RGB32)
    drawn: list[str] = []
    for scale in (1.0, 2.5):
        image.fill(0)
        sheet = Sheet(QApplication.font(), DARK, scale)
        room = QFontMetricsF(sheet.text_font(14, True)).horizontalAdvance("flat, λmax = 1.05 · 87 %")
        drawn.append("whole" if room <= 272 else "short")
        with painting(image) as painter:
            whole, short = "flat, λmax = 1.05 · 87 %", "flat · 87 %"
            box = picture._label(
                painter, sheet, [whole, short], [QPointF(150, 150)], QRectF(image.rect()), QColor(), []
            )
        text = whole if drawn[-1] == "whole" else short
        assert box.width() == pytest.approx(QFontMetricsF(sheet.text_font(14, True)).horizontalAdvance(text) + 12)
    assert drawn == ["whole", "short"]


def test_a_heap_is_as_large_as_its_share() -> None:
    spot, apart = np.full((261, 2), 100.25), np.column_stack([np.arange(39) * 20.0, np.full(39, 300.0)])
    points, basins = np.concatenate([spot, apart]), np.repeat([0, 1], [261, 39])
    drawn = heaps(points, basins, DOT)
    (_, basin, radius), *others = drawn
    assert basin == 0 and radius == pytest.approx(DOT * (MOST_DOTS * 261 / 300) ** 0.5)
    assert len(others) == 39 and all(one == 1 and r == DOT for _, one, r in others)
    for shift in np.linspace(0, DOT, 9):  # wherever the spot lies in the picture
        moved = heaps(points + shift + np.random.default_rng(0).normal(0, 0.05, points.shape), basins, DOT)
        assert moved[0][2] == pytest.approx(radius, rel=0.02)
    assert heaps(np.full((1, 2), 5.0), np.array([0]), DOT) == [((5.0, 5.0), 0, DOT)]
    assert heaps(np.full((3, 2), np.nan), np.array([0, 0, -1]), DOT) == []


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_the_heap_in_the_flat_minimum_is_seen(found: Experiment, theme: Theme) -> None:
    subject = Subject(SMALL, SMALL.loss.loss(), found)
    image = QImage(760, 560, QImage.Format.Format_RGB32)
    image.fill(theme.color("window"))
    with painting(image) as painter:
        MinimaPicture().paint(painter, Sheet(QApplication.font(), theme), subject, 2.0, (760.0, 560.0))
    area = places_in(760, 560).map
    mapping = Mapping.fitted(subject.view, area.width(), area.height())
    flat = 1 - found.sharp
    x, y = (round(number) for number in mapping.pixels(found.repeats[0].minima[flat]))
    green = basin_color(theme, found, flat).rgb()
    seen = sum(image.pixel(x + i, y + j) == green for i in range(-25, 26) for j in range(-12, 26))
    dots = seen / (np.pi * DOT**2)
    assert dots > 4, f"{found.shares[2, flat]:.0%} of the paths look like {dots:.1f} dots"


def test_both_costs_of_a_shift_are_told_as_what_they_are(found: Experiment, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    for room in (charts, plot):
        monkeypatch.setattr(room, "write", lambda _p, _s, _place, text, *_: written.append(text))
    subject = Subject(SMALL, SMALL.loss.loss(), found)
    image = QImage(600, 400, QImage.Format.Format_RGB32)
    with painting(image) as painter:
        charts.paint_section(painter, Sheet(QApplication.font(), DARK), QRectF(image.rect()), subject)
    mean, _, along = cost_of_shift(subject).partition("; along the line of the chart: ")
    minima, loss = found.repeats[0].minima, subject.loss
    sharp, flat = found.sharp, 1 - found.sharp
    step = (
        minima[max(sharp, flat, key=lambda one: minima[one, 0])]
        - minima[min(sharp, flat, key=lambda one: minima[one, 0])]
    )
    for basin, name in ((sharp, "sharp"), (flat, "flat")):
        moved = minima[basin] - SMALL.shift * step / np.hypot(*step)
        rise = float(loss.value(moved) - loss.value(minima[basin]))
        assert f"{name}: +{rise:.3g}" in written, "the chart"
        assert f"{name} +{rise:.3g}" in along, "and the words beside it have the same number"
        assert f"{name} +" in mean.partition("as the mean over all directions: ")[2]


def test_a_path_that_ends_in_a_basin_need_not_rest_in_its_minimum() -> None:
    found = opening_minima().with_(starts=120, repeats=2, batch_sizes=(1, 256)).run()
    subject = Subject(opening_minima(), opening_minima().loss.loss(), found)
    shares = found.repeats[0]
    there = shares.ends[1][:, shares.basin[1] == found.sharp]
    assert there.shape[1] > 5, "some paths end in the sharp basin"
    assert np.median(np.hypot(*subject.loss.gradient(there))) > 0.5, "and none is at rest: they shake"
    assert "no path comes to rest" in stability(subject) and "ends in that basin still shakes" in stability(subject)
    assert "ends in the basin of the sharp minimum" in measured(found)


def test_a_valley_is_told_by_its_curvature() -> None:
    scene = load(next(path for path in example_scenes("minima") if path.stem.startswith("4")))
    found = scene.with_(starts=40, steps=80, batch_sizes=(1, 64)).run()
    assert not found.distinct and found.valley == "rises"
    mean, error = found.end_sharpness
    assert mean[1] > mean[0] + 3 * np.hypot(*error) and "flatter places" in measured(found)


def test_what_was_found_is_kept_for_what_only_looks_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    first = subject_of(SMALL)
    assert kept(SMALL.with_(title="other", shift=1.0, position=2)) is not None
    assert subject_of(SMALL.with_(speed=2.0)).experiment is first.experiment
    assert kept(SMALL.with_(seed=99)) is None
    monkeypatch.setattr(subject_room._found, "max_bytes", 2 * size_in_bytes(first.experiment))
    for seed in range(4):
        subject_of(SMALL.with_(seed=seed, title="another"))
    assert kept(SMALL.with_(seed=3)) is not None and kept(SMALL.with_(seed=0)) is None


@pytest.mark.parametrize("path", example_scenes("minima"), ids=lambda path: path.stem)
def test_example_scenes_show_what_they_say(path: Any) -> None:
    scene = load(path)
    assert decode(encode(scene)) == scene and scene.note
    found = scene.run()
    verdict = found.verdict if found.distinct else found.valley
    assert verdict == {"1": "rises", "2": "same", "3": "falls", "4": "rises"}[path.stem[0]]


def test_a_recording_shows_map_and_charts_in_every_shape(qtbot: Any) -> None:
    for size in ((640, 360), (360, 360), (360, 640)):
        stage = Stage(SMALL, Settings(width=size[0], height=size[1]))
        frames = [stage.frame(Position(step)).copy() for step in (0, 2, 0)]
        assert frames[0] == frames[2] != frames[1]
        assert stage.act.where(Position(2)) == "B = 256"
        red = QColor("#ff7b72")
        image = frames[0].convertToFormat(QImage.Format.Format_RGB32)
        assert any(image.pixelColor(x, y) == red for x in range(size[0]) for y in range(size[1]))


def test_a_key_opens_the_panel(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Discard)
    window = MainWindow(SMALL)
    qtbot.addWidget(window)
    window.show()
    QTest.keyClick(window, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert isinstance(window.panel, MinimaPanel)
    qtbot.waitUntil(lambda: window.panel.subject is not None, timeout=20_000)
    window.lectures.add()
    window.player.seek(Position(2))
    assert not window.lecture.page_changed  # only looked at otherwise
    QApplication.processEvents()


def test_minima_as_sharp_as_each_other_count_together() -> None:
    choice = losses()["three_hump_camel"][1]
    found = SMALL.with_(loss=choice, learning_rate=0.1, starts=80).run()
    assert len(found.sharp_ones) == 2 and found.distinct
    share, error = found.sharp_share
    assert share == pytest.approx(found.shares[:, list(found.sharp_ones)].sum(axis=1)) and (error > 0).all()
    assert [basin_name(found, basin) for basin in range(3)].count("sharp") == 2
    assert "in the basin of a sharp minimum" in measured(found)


def test_rounding_is_no_effect() -> None:
    found = SMALL.with_(loss=losses()["saddle"][1], learning_rate=0.5).run()
    assert not found.distinct and found.valley == "same" and "no difference" in measured(found)


def test_after_cancelling_a_shift_still_tells_of_the_numbers_before(panel: MinimaPanel) -> None:
    before = panel.inspector.stable.text()
    assert "0.25" in before
    typed(panel, "learning_rate", "0.01")
    panel.stop()
    typed(panel, "shift", "0.7")
    assert panel.inspector.stable.text() == before and "0.7" in panel.inspector.cost.text()


@pytest.mark.parametrize(
    "key", [key for key, (_, choice) in losses().items() if choice.key not in (DATA, "sharp_and_flat")]
)
def test_rates_that_suit_are_below_the_limit(key: str) -> None:
    choice = losses()[key][1]
    scene = SMALL.with_(loss=choice, learning_rate=fitting_rate(choice), starts=5, steps=1, repeats=1, batch_sizes=(4,))
    assert scene.run().sharpness.max() < scene.stable_curvature


def test_names_on_the_map_keep_apart(qtbot: Any) -> None:
    subject = subject_of(SMALL.with_(loss=losses()["six_hump_camel"][1], learning_rate=0.05, starts=20, steps=10))
    colors = {basin_color(DARK, subject.experiment, basin).name() for basin in range(6)}
    assert len(colors) == 6 - len(subject.experiment.sharp_ones) + 1
    (x0, x1), (y0, y1) = subject.view
    minima = subject.experiment.repeats[0].minima
    assert (minima >= (x0, y0)).all() and (minima <= (x1, y1)).all()


def test_before_the_first_result_the_loss_is_shown(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    subject_room._found.clear()
    panel = MinimaPanel(SMALL)
    qtbot.addWidget(panel)
    panel.job.stop()
    panel.resize(1366, 656)
    panel.show()
    image = panel.canvas.grab().toImage()
    assert panel.subject is None and len({image.pixelColor(x, 300).name() for x in range(20, 400, 5)}) > 10


def test_another_scene_does_not_keep_the_last_ones_result(panel: MinimaPanel, qtbot: Any) -> None:
    assert panel.inspector.said.isVisible()
    panel.open_scene(SMALL.with_(title="another", seed=7))
    assert panel.subject is None and panel.canvas.subject is None and not panel.inspector.said.isVisible()
    assert panel.inspector.heading.text() == "The experiment is running …"
    QTest.mouseClick(panel.inspector.cancel, Qt.MouseButton.LeftButton)
    assert panel.inspector.error.text() == "Cancelled. Draw again to run."
    assert panel.inspector.heading.text() == "There is no result."
    panel.open_scene(SMALL)  # known already: at once
    assert panel.subject is not None and panel.inspector.said.isVisible() and panel.inspector.error.isHidden()


def test_a_large_table_is_prepared_in_the_background(qtbot: Any) -> None:
    """Neither the window that opens such a scene waits for its tables, nor the one that is resized meanwhile."""
    rng = np.random.default_rng(5)
    a, b = rng.normal(size=(2, 10_000))
    numbers = np.stack([a, b, a + b + rng.normal(size=a.shape) > 0], axis=1).astype(float)
    columns = ("a", "b", "t")
    data = DataChoice(
        data="own",
        table=own_table(Table("big", columns, numbers), columns),
        model="tanh",
        inputs=("a", "b"),
        target="t",
    )
    scene = opening_minima().with_(loss=LossChoice(DATA, data=data), batch_sizes=(1, 100), starts=50, repeats=1)
    panel = MinimaPanel(opening_minima())
    qtbot.addWidget(panel)
    panel.resize(1000, 600)
    panel.show()
    loss = scene.loss.loss()
    made: list[threading.Thread] = []
    sums = polar.sums_of

    def noted(*given: Any) -> Any:
        made.append(threading.current_thread())
        return sums(*given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(polar, "sums_of", noted)
        panel.open_scene(scene)
        panel.resize(1100, 700)
        assert isinstance(loss, DataLoss) and not loss.prepared
        assert not panel.grab().isNull()
        qtbot.waitUntil(lambda: bool(made))
    assert threading.main_thread() not in made
    panel.give_up()
