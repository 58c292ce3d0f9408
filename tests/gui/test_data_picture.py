"""Data and model as they are drawn: axes with numbers, what is held out, what a step saw of its batch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QFont, QImage, QPainter

from engine.data.loss import DataLoss
from engine.data.scene import DataChoice, RegulariserChoice
from engine.fair_play import run_scene
from engine.frames import Position, frame_at
from engine.scene import DATA, LossChoice, RacerChoice, Scene
from engine.scene_file import load
from gui.optimizers.data_words import DataNames, data_names
from gui.optimizers.labels import labels_of
from gui.optimizers.picture.batches import pace_of, pace_place
from gui.optimizers.picture.contour_picture import Subject
from gui.optimizers.picture.data_picture import DataPicture
from gui.optimizers.picture.data_plot import few_ticks, places, plot_of
from gui.picture.mapping import Mapping
from gui.plotting.sheet import Sheet
from gui.plotting.ticks import log_marks
from gui.theme import ASSETS, DARK

SCENES = {int(path.name[:2]): path for path in Path(ASSETS / "scenes/optimizers").glob("[23]?-*.json")}
PLANE = DataChoice("iris", inputs=("sepal length", "petal length"), target="petal width", batch_size=20)


def drawn(choice: DataChoice, step: int, names: DataNames | None = None) -> np.ndarray:
    scene = Scene(loss=LossChoice(DATA, data=choice), racers=(RacerChoice("adam"),), steps=10)
    run = run_scene(scene, scene.loss.loss(), [0], [scene.racers[0].build()])
    subject = Subject(run, labels_of(scene, [0], run), scene.show, 0)
    image = QImage(400, 260, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    sheet = Sheet(400, 260, DARK, QFont())
    DataPicture().paint(painter, sheet, subject, names or data_names(choice), frame_at(run, Position(step), 0))
    painter.end()
    return np.array(image.constBits()).reshape(260, 400, 4)[..., :3].astype(int)


@pytest.mark.parametrize("low", [-3e5, -1.0, 0.0, 0.13, 1871.0])
@pytest.mark.parametrize("side", [1e-3, 0.7, 1.9, 5.9, 6.1, 99.0, 1e6])
def test_an_axis_has_a_few_different_numbers(low: float, side: float) -> None:
    for most in (4, 5, 6):
        found = few_ticks(low, low + side, most)
        assert (3 if most == 6 else 2) <= len(found) <= most
        assert len({text for _, text in found}) == len(found)
        assert all(low <= value <= low + side * (1 + 1e-9) for value, _ in found)


@pytest.mark.parametrize(("low", "high"), [(-0.8, 0.3), (-0.15, 1.15), (-7.6, -6.3), (-1.35, 0.05), (3.8, 5.4)])
def test_a_short_logarithmic_axis_is_marked_between_the_powers(low: float, high: float) -> None:
    marks = log_marks(low, high, 4)
    assert 3 <= len(marks) <= 7 and marks == sorted(marks)
    assert all(low <= at <= high for at, _ in marks)
    assert (np.diff([at for at, _ in marks]) > (high - low) / 9).all()


def test_logarithmic_marks_in_words() -> None:
    assert [text for _, text in log_marks(-0.8, 0.25, 4)] == ["0.2", "0.5", "1"]
    assert [text for _, text in log_marks(-6.5, -5.5, 4)] == ["5·10⁻⁷", "10⁻⁶", "2·10⁻⁶"]
    assert [text for _, text in log_marks(-4, 1.2, 3)] == ["10⁻⁴", "10⁻²", "10⁰"]


def test_samples_held_out_are_drawn_within_the_axes(qtbot: Any) -> None:
    choice = load(SCENES[27]).loss.data
    names = data_names(choice)
    assert names.held is not None and len(names.held) == 85
    blind = DataNames(names.inputs, names.target, names.classes)
    assert (drawn(choice, 0) != drawn(choice, 0, blind)).any()
    loss = choice.losses()[0]
    plot = plot_of(Sheet(400, 260, DARK, QFont()), loss, names)
    assert plot is not None
    (x0, x1), (y0, y1) = plot.box
    x, y, _ = places(names.held, names)
    assert x0 <= x.min() and x.max() <= x1 and y0 <= y.min() and y.max() <= y1


@pytest.mark.parametrize("on", [("input_noise",), ("dropout",), ("input_noise", "dropout", "weight_noise")])
@pytest.mark.parametrize("size", [20, None])
def test_what_is_lit_is_what_the_step_saw(on: tuple[str, ...], size: int | None) -> None:
    loss = PLANE.with_(batch_size=size, regularisers=RegulariserChoice(on)).loss()
    found = loss.draw_at(3)
    w = np.array([0.3, -0.7]) + found.shift
    inputs = found.samples.inputs if found.kept is None else found.samples.inputs * found.kept / 0.5
    by_hand = ((w @ inputs - found.samples.targets) ** 2 / 2).mean()
    assert float(loss.at_step(3).value((0.3, -0.7))) == pytest.approx(by_hand)
    assert (found.kept is not None) == ("dropout" in on) and len(found.samples) == (size or 150)


def test_noise_and_dropout_of_a_step_are_seen(qtbot: Any) -> None:
    plain = drawn(PLANE, 3)
    for on in (("input_noise",), ("dropout",)):
        noisy = PLANE.with_(regularisers=RegulariserChoice(on))
        assert (drawn(noisy, 3) != plain).sum() > 300 and (drawn(noisy, 3) != drawn(noisy, 4)).any()
        full = noisy.with_(batch_size=None)
        assert (drawn(full, 3) != drawn(full, 0)).any()


def test_the_epoch_stands_beside_the_axis_and_not_on_the_start(qtbot: Any) -> None:
    for number in (22, 27, 28, 34):
        scene = load(SCENES[number])
        loss = scene.loss.loss()
        assert isinstance(loss, DataLoss)
        run = run_scene(scene, loss, [0], [scene.racers[0].build()])
        text = pace_of(run, 60)
        assert "60" in text if scene.loss.data.batch_size is None else ".0 " not in text
        for width, height in ((690, 616), (1020, 930)):
            mapping = Mapping.fitted(scene.view or loss.domain, width, height)
            place = pace_place(text, run, mapping, QFont(), 1.0, 26.0, None)
            assert place is not None
            x, y = place
            at = mapping.x(run.start[0]), mapping.y(run.start[1])
            assert x >= 50 and (abs(at[1] - y) > 20 or not x - 20 < at[0] < x + 250)
            assert 20 < y < height - 30
            # Under names that reach over to it, it stands at the bottom; under names that reach down, nowhere.
            names = (x + 100.0, 14.0, width - 14.0, 120.0)
            assert pace_place(text, run, mapping, QFont(), 1.0, 26.0, names) == (x, height - 46.0)
            assert pace_place(text, run, mapping, QFont(), 1.0, 26.0, (*names[:3], height - 50.0)) is None
