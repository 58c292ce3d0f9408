"""Regularisation in the window: switches, strengths, faults, early stopping on every view, and the example scenes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea

from engine.data.early_stopping import held, stopped_results, stopping_of
from engine.data.loss import DataLoss
from engine.data.on_grid import on_grid
from engine.data.scene import DataChoice, RegulariserChoice
from engine.expressions.boxes import texts
from engine.expressions.typeset import plain
from engine.fair_play import run_scene
from engine.frames import Position, frame_at
from engine.results import results
from engine.scene import DATA, LossChoice, RacerChoice, Scene, Show, opening_scene
from engine.scene_file import load
from gui.document import Document
from gui.optimizers.loss_canvas import LossCanvas
from gui.optimizers.picture.contour_picture import Canvas, ContourPicture, Subject
from gui.optimizers.regulariser_controls import RegulariserControls
from gui.optimizers.regulariser_formula import formula_words, regularised_formula
from gui.optimizers.stopping import stopping_sentence
from gui.picture.mapping import Mapping
from gui.theme import ASSETS, look

SCENES = {int(path.name[:2]): path for path in Path(ASSETS / "scenes/optimizers").glob("[23]?-*.json")}
PLANE = DataChoice("iris", inputs=("sepal length", "petal length"), target="petal width")


def scene_of(choice: DataChoice) -> Scene:
    return Scene(loss=LossChoice(DATA, data=choice), racers=(RacerChoice("adam"),), steps=20)


@pytest.fixture
def controls(qtbot: Any) -> Iterator[RegulariserControls]:
    widget = RegulariserControls(Document(scene_of(PLANE)))
    widget.document.changed.connect(lambda _old, new: widget.show_scene(new))
    area = QScrollArea()  # as in the panel
    area.setWidgetResizable(True)
    area.setWidget(widget)
    qtbot.addWidget(area)
    area.resize(300, 500)
    area.show()
    widget.fold.button.click()
    yield widget


def chosen(controls: RegulariserControls) -> RegulariserChoice:
    return controls.choice.regularisers


def test_a_switch_brings_its_strength_and_a_drag_is_one_undo(controls: RegulariserControls) -> None:
    assert not controls.fields["l2"].isVisible()
    controls.switches["l2"].click()
    assert chosen(controls).on == ("l2",) and controls.fields["l2"].isVisible() and controls.formula.isVisible()
    for share in (0.5, 0.6, 0.7):
        controls.fields["l2"].slider.moved.emit(share, "drag")
    assert chosen(controls).l2 == pytest.approx(0.631, rel=0.01)
    controls.switches["l1"].click()
    assert controls.fold.toolTip() == "elastic net"
    controls.document.undo_stack.undo()
    controls.document.undo_stack.undo()
    assert chosen(controls).l2 == 0.1 and chosen(controls).on == ("l2",)
    controls.show_scene(controls.document.scene)
    assert controls.fields["l2"].box.value == 0.1 and not controls.switches["l1"].isChecked()


def test_what_cannot_be_is_a_sentence_and_nothing_changes(controls: RegulariserControls) -> None:
    controls.switches["label_smoothing"].click()
    assert controls.error.isVisible() and controls.error.text().startswith("Label smoothing needs two classes")
    assert chosen(controls).on == () and not controls.switches["label_smoothing"].isChecked()
    controls.switches["l2"].click()
    assert not controls.error.isVisible()
    box = controls.fields["l2"].box
    box.selectAll()
    QTest.keyClicks(box, "-3")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert "must be" in controls.fields["l2"].error.text() and chosen(controls).l2 == 0.1


@pytest.mark.parametrize(
    ("on", "written"),
    [
        (("l2",), "L(w) + 0.1/2·‖w‖²"),
        (("dropout",), "E·L(w, (m ⊙ u)/(1 − 0.5), t)"),
        (("input_noise",), "E·L(w, u + 0.3·ξ, t)"),
        (("weight_noise",), "E·L(w + 0.3·ζ)"),
        (("label_smoothing",), "L(w, u, 0.9·t + 0.05)"),
        (("copies",), "1/3·Σ·L(w, u + 0.1·δ, t)"),
        (("batch_normalisation",), "L(w, (u − μ)/σ, t)"),
        (("dropout", "input_noise", "batch_normalisation", "l1"),
         "E·L(w, (m ⊙ ((u − μ)/σ + 0.3·ξ))/(1 − 0.5), t) + 0.1·‖w‖"),
    ],
)  # fmt: skip
def test_every_way_is_written_as_what_it_does(on: tuple[str, ...], written: str) -> None:
    choice = RegulariserChoice(on)
    box = regularised_formula(choice)
    assert box is not None and plain(box) == written
    letters = {text.text for text in texts(box)} & set("mξζδμE")
    assert all(letter in formula_words(choice) for letter in letters)


def test_a_smoothed_neuron_moves_its_targets_to_zero() -> None:
    box = regularised_formula(RegulariserChoice(("label_smoothing",)), 0.0)
    assert box is not None and plain(box) == "L(w, u, 0.9·t)" and regularised_formula(RegulariserChoice()) is None


def test_other_losses_say_that_there_is_none(controls: RegulariserControls) -> None:
    controls.show_scene(opening_scene())
    assert controls.fold.toolTip() == "only for models on data" and not controls.body.isVisible()


def test_early_stopping_is_a_switch_with_share_and_patience(controls: RegulariserControls) -> None:
    controls.switches["stopping"].click()
    controls.fields["patience"].box.selectAll()
    QTest.keyClicks(controls.fields["patience"].box, "7")
    QTest.keyClick(controls.fields["patience"].box, Qt.Key.Key_Return)
    assert controls.choice.stopping.share == 0.3 and controls.choice.stopping.patience == 7
    controls.switches["stopping"].click()
    assert controls.choice.stopping.share == 0 and controls.choice.stopping.patience == 7


def painted(scene: Scene, step: int) -> QImage:
    loss = scene.loss.loss()
    run = run_scene(scene, loss, range(len(scene.racers)), [racer.build() for racer in scene.racers])
    stopping = stopping_of(scene.loss, run)
    from gui.optimizers.labels import labels_of

    labels = labels_of(scene, list(range(len(scene.racers))), run)
    image = QImage(420, 320, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    mapping = Mapping.fitted(scene.view or loss.domain, 420, 320)
    frame = held(frame_at(run, Position(step), 0), run, stopping, 0)
    canvas = Canvas(mapping, look().theme, painter.font())
    ContourPicture().paint(painter, canvas, Subject(run, labels, scene.show, 0, stopping=stopping), frame)
    painter.end()
    return image


def test_the_ghost_and_the_penalty_are_drawn_and_can_be_switched_off(qtbot: Any) -> None:
    scene = load(SCENES[28])
    shows = [Show(unregularised=a, penalty=b) for a, b in ((False, False), (True, False), (True, True))]
    images = [painted(scene.with_(show=show), 3) for show in shows]
    assert images[0] != images[1] and images[1] != images[2]
    plain = scene.with_(loss=LossChoice(DATA, data=PLANE))
    assert painted(plain.with_(show=shows[0]), 3) == painted(plain.with_(show=shows[1]), 3)


def test_a_stopped_racer_rests_at_the_weights_it_kept_on_every_view(qtbot: Any) -> None:
    scene = load(SCENES[27])
    run = run_scene(scene, scene.loss.loss(), range(3), [racer.build() for racer in scene.racers])
    stopping = stopping_of(scene.loss, run)
    assert stopping is not None
    racer = scene.selected
    stop, best = int(stopping.stop[racer]), int(stopping.best[racer])
    assert 0 < best < stop == best + 15 < scene.position
    before, after = (held(frame_at(run, Position(k), racer), run, stopping, racer) for k in (stop - 1, scene.position))
    assert before.racers[racer].state != "stopped" and after.racers[racer].state == "stopped"
    assert after.racers[racer].point == tuple(run.points[best, racer]) and after.shown_step == stop
    rows = stopped_results(results(run, ["a", "b", "c"], 1e-3), run, stopping)
    assert (
        rows[racer].outcome == "stopped" and rows[racer].ended == stop and rows[racer].loss == run.values[best, racer]
    )
    assert stopping_sentence(stopping, racer) == f"stopped at step {stop}; kept are the weights of step {best}"
    canvas = LossCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(300, 200)
    from gui.optimizers.labels import labels_of

    images = []
    for selected in (racer, None):
        canvas.set_run(run, labels_of(scene, [0, 1, 2], run), scene.show, stopping, selected)
        canvas.show_frame(after)
        images.append(canvas.grab().toImage())
    assert images[0] != images[1]  # the validation curve is the selected racer's
    assert painted(scene, scene.position) != painted(scene, stop - 5)


# --- the example scenes show what they say -------------------------------------------------------


def losses(number: int) -> tuple[Scene, DataLoss, DataLoss]:
    scene = load(SCENES[number])
    loss = scene.loss.loss()
    assert isinstance(loss, DataLoss)
    return scene, loss, loss.unregularised()


def test_every_way_of_regularisation_has_its_scene() -> None:
    assert set(range(27, 37)) <= set(SCENES)
    for number in range(27, 37):
        assert len(load(SCENES[number]).note) > 100


def test_validation_turns_up_while_training_falls() -> None:
    scene = load(SCENES[27])
    run = run_scene(scene, scene.loss.loss(), range(3), [racer.build() for racer in scene.racers])
    stopping = stopping_of(scene.loss, run)
    assert stopping is not None and (stopping.stop > 0).all()
    ends, lowest = stopping.validation[-1], stopping.validation.min(axis=0)
    assert (ends > 1.5 * lowest).all() and (stopping.training[-1] < 0.3 * stopping.training[0]).all()


def test_penalties_and_noise_move_the_minimum_towards_the_origin() -> None:
    for number in (28, 29, 31, 34):
        _, loss, plain = losses(number)
        assert np.hypot(*loss.minima[0]) < 0.85 * np.hypot(*plain.minima[0])
    assert losses(29)[1].minima[0][0] == 0
    _, loss, plain = losses(31)
    w = np.random.default_rng(0).normal(size=(2, 20))
    assert loss.value(w) - plain.value(w) == pytest.approx(0.5**2 / 2 * (w * w).sum(axis=0))


def test_what_has_no_minimum_gets_one() -> None:
    for number in (30, 33):
        _, loss, plain = losses(number)
        assert len(loss.minima) == 1 and not len(plain.minima)


def test_noise_on_weights_picks_the_flattest_place_of_the_valley() -> None:
    _, loss, plain = losses(32)
    assert abs(loss.minima[0][0]) == pytest.approx(abs(loss.minima[0][1]), rel=1e-6)
    c = float(plain.minima[0].prod())
    along = np.array([0.5, 1.0, 2.0]) * c**0.5
    assert np.ptp(plain.value([along, c / along])) < 1e-12 and loss.value([along, c / along]).argmin() == 1


def test_batch_normalisation_makes_the_ravine_a_bowl() -> None:
    _, loss, plain = losses(35)
    assert np.linalg.cond(plain.hessian((0, 0))) > 50 and np.linalg.cond(loss.hessian((0, 0))) == pytest.approx(1)
    run = run_scene(load(SCENES[35]), loss, [0], [load(SCENES[35]).racers[0].build()])
    trained = loss.plain().value(run.points[-1, 0])
    assert float(trained) == pytest.approx(float(run.values[-1, 0]))  # the normalisation stays part of the model


def test_adam_with_l2_and_adamw_end_in_different_places() -> None:
    scene, loss, _ = losses(36)
    run = run_scene(scene.with_(steps=1500), loss, range(3), [racer.build() for racer in scene.racers])
    adam, with_l2, adamw = run.points[-400:].mean(axis=0)
    data = scene.loss.data
    assert data is not None
    ridge = data.with_(regularisers=RegulariserChoice(("l2",), l2=0.05)).losses()[0].minima[0]
    assert np.hypot(*(with_l2 - ridge)) < 0.1 and np.hypot(*(adam - loss.minima[0])) < 0.6
    assert np.hypot(*(adamw - ridge)) > 1.5 and np.hypot(*(adamw - loss.minima[0])) > 0.5


@pytest.mark.parametrize("on", [(), ("l1", "l2"), ("input_noise",), ("dropout",)])
@pytest.mark.parametrize("model", ["logistic", "tanh"])
def test_a_contour_from_fewer_points_is_the_same_contour(model: str, on: tuple[str, ...]) -> None:
    choice = DataChoice("iris", model=model, inputs=("petal length", "sepal width"), target="species", threshold=1.5)
    loss = choice.with_(regularisers=RegulariserChoice(on)).loss()
    (x0, x1), (y0, y1) = loss.domain
    x, y = np.linspace(x0, x1, 201), np.linspace(y1, y0, 151)
    exact = loss.value(np.array(np.meshgrid(x, y)))
    assert np.abs(on_grid(loss, x, y) - exact).max() < 3e-3 * np.ptp(exact)
