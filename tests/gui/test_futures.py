"""What if, several starts, two values, fair play and curvature, from the mouse and the keyboard."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine import tuning
from engine.cancelling import Cancelled
from engine.fair_play import holds, rate_of
from engine.frames import Position
from engine.optimizers import OPTIMIZERS
from engine.scene import BranchChoice, CrowdChoice, RacerChoice, Scene, opening_scene
from engine.scene_file import load
from gui.main_window import MainWindow
from gui.optimizers.controls import another_value
from gui.optimizers.explain import rule_of_comparison
from gui.optimizers.panel import OptimizersPanel
from gui.theme import ASSETS

RACERS = (RacerChoice("momentum", {"learning_rate": 0.01}), RacerChoice("gradient_descent", {"learning_rate": 0.01}))
SCENE = opening_scene().with_(racers=RACERS, steps=60, position=0)


@pytest.fixture
def panel(qtbot: Any) -> OptimizersPanel:
    panel = OptimizersPanel(SCENE)
    qtbot.addWidget(panel)
    panel.resize(1200, 700)
    return panel


def typed(panel: OptimizersPanel, name: str, text: str) -> None:
    box = panel.controls.cards[panel.scene.selected].fields[name].box
    box.selectAll()
    QTest.keyClicks(box, text)
    QTest.keyClick(box, Qt.Key.Key_Return)


def test_what_if_changes_the_future_and_keeps_the_old_one_as_a_ghost(panel: OptimizersPanel) -> None:
    before = panel.run.points.copy()
    panel.player.seek(Position(20))
    panel.what_if()
    assert panel.scene.racers[0].branch == BranchChoice(20, {})
    typed(panel, "momentum", "0.2")
    racer = panel.scene.racers[0]
    assert (racer.branch, racer.values) == (BranchChoice(20, {"momentum": 0.2}), RACERS[0].values)
    np.testing.assert_array_equal(panel.run.points[:21, 0], before[:21, 0])
    assert not np.allclose(panel.run.points[30, 0], before[30, 0])
    np.testing.assert_array_equal(panel.run.ghosts[0].points, before[20:, 0])
    assert panel.labels[0].name == "Momentum, β → 0.2 at step 20"
    card = panel.controls.cards[0]
    assert not card.futures.branch.isHidden() and "step 20" in card.futures.since.text()


def test_a_second_what_if_says_that_it_takes_the_place_of_the_first(panel: OptimizersPanel) -> None:
    said: list[str] = []
    panel.message.connect(said.append)
    panel.player.seek(Position(20))
    panel.what_if()
    panel.what_if()
    assert not said  # nothing was chosen yet
    typed(panel, "momentum", "0.2")
    panel.player.seek(Position(30))
    panel.what_if()
    assert said == ["What if from step 30 replaces the one from step 20; Undo brings it back."]
    panel.document.undo_stack.undo()
    assert panel.scene.racers[0].branch == BranchChoice(20, {"momentum": 0.2})


@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_cards_are_named_as_the_picture_is(panel: OptimizersPanel) -> None:
    panel.show()
    panel.resize(800, 700)  # where names have little room
    panel.compare_values()
    QApplication.processEvents()
    cards = panel.controls.cards
    names = ["Momentum η = 0.01", "Momentum η = 0.0033", "Gradient descent"]
    assert [card.name.text() for card in cards] == [label.name for label in panel.labels] == names
    assert cards[0].name.shown() != cards[1].name.shown()
    assert all(card.name.toolTip().startswith(name) for card, name in zip(cards, names, strict=True))
    panel.controls.set_statuses([("0.0001", "diverged", "diverged at step 3")] * 3)
    for size in (800, 1366):
        panel.resize(size, 700)
        QApplication.processEvents()
        assert all(card.loss.width() >= card.loss.sizeHint().width() for card in cards)
        assert cards[0].name.shown() != cards[1].name.shown()
    panel.toggle_racer(1)
    assert [label.name for label in panel.labels] == ["Momentum", "Gradient descent"]
    assert [card.name.text() for card in cards] == ["Momentum", "Momentum η = 0.0033", "Gradient descent"]
    panel.document.look(panel.scene.with_(selected=2))
    panel.player.seek(Position(5))
    assert cards[1].name.text() == "Momentum η = 0.0033"


@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_the_names_of_all_methods_are_whole_on_a_small_screen(qtbot: Any) -> None:
    racers = tuple(RacerChoice(key) for key in OPTIMIZERS)
    panel = OptimizersPanel(SCENE.with_(racers=racers, steps=20))
    qtbot.addWidget(panel)
    panel.resize(1366, 656)
    panel.show()
    for step in (0, 7, 20):
        panel.player.seek(Position(step))
        QApplication.processEvents()
        assert [card.name.shown() for card in panel.controls.cards] == [OPTIMIZERS[key].name for key in OPTIMIZERS]


def test_one_racer_too_many_is_refused_in_a_sentence(panel: OptimizersPanel) -> None:
    said: list[str] = []
    panel.message.connect(said.append)
    panel.document.change(panel.scene.with_(racers=RACERS * 12), "24")
    before = panel.scene
    for ask in (panel.compare_values, panel.controls.add_own, lambda: panel.controls.add_racer(RACERS[0])):
        ask()
        assert said.pop() == "At most 24 racers: remove one first."
    assert panel.scene == before and not said


def test_the_note_goes_with_its_surface(panel: OptimizersPanel) -> None:
    note, picker = SCENE.note, panel.controls.picker
    pick = picker.combo.findData
    for key in ("own", "drawing", "beale", "model logistic"):
        assert panel.inspector.note.text() == note and note
        picker.combo.activated.emit(pick(key))
        assert panel.scene.note == "" and panel.inspector.note.isHidden(), key
        panel.document.undo_stack.undo()
    panel.document.change(scene(14).with_(position=0), "a ravine of one's own")
    picker.fields["k"].edited.emit(1.5, object())
    assert "Drag k up" in panel.inspector.note.text()  # the same surface, as the note asks for


def test_a_what_if_is_ended_or_kept_and_undone(panel: OptimizersPanel) -> None:
    panel.player.seek(Position(5))
    panel.what_if()
    typed(panel, "momentum", "0.2")
    asked = panel.scene
    futures = panel.controls.cards[0].futures
    futures.back.click()
    assert panel.scene.racers == RACERS and futures.branch.isHidden()
    panel.document.undo_stack.undo()
    assert panel.scene.racers == asked.racers
    futures.keep.click()
    assert panel.scene.racers[0].branch is None
    assert panel.scene.racers[0].values == {"momentum": 0.2} and not panel.run.ghosts


def test_several_starts(panel: OptimizersPanel) -> None:
    panel.several_starts()
    assert panel.scene.racers[0].crowd == CrowdChoice("ring", 12, 1.2)
    (crowd,) = panel.run.crowds
    assert crowd.points.shape == (61, 12, 2)
    futures = panel.controls.cards[0].futures
    futures.shape.setCurrentIndex(1)
    futures.shape.activated.emit(1)
    box = futures.count.box
    box.selectAll()
    QTest.keyClicks(box, "25")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert panel.scene.racers[0].crowd == CrowdChoice("grid", 25, 1.2) and panel.run.crowds[0].points.shape[1] == 25
    box.selectAll()
    QTest.keyClicks(box, "101")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert panel.scene.racers[0].crowd.count == 25 and not futures.count.error.isHidden()
    futures.one.click()
    assert panel.scene.racers[0].crowd is None and not panel.run.crowds


@pytest.mark.parametrize("key", list(OPTIMIZERS))
def test_another_value_is_another_one_in_range(key: str) -> None:
    for parameter in OPTIMIZERS[key].parameters:
        value = OPTIMIZERS[key].values[parameter.name]
        other = another_value(parameter, value)
        assert other != value and parameter.check(other) == other


def test_two_values_side_by_side_are_one_click(panel: OptimizersPanel) -> None:
    panel.controls.compare(0, "momentum")
    first, second, _ = panel.scene.racers
    assert panel.scene.selected == 1
    assert (first.method().values["momentum"], second.method().values["momentum"]) == (0.9, 0.5)
    assert [label.name for label in panel.labels[:2]] == ["Momentum β = 0.9", "Momentum β = 0.5"]
    panel.compare_values()
    assert panel.scene.racers[2].values["learning_rate"] == 0.0033


def test_equal_rates_follow_one_slider(panel: OptimizersPanel) -> None:
    fair = panel.controls.fair
    fair.choose("rate")
    assert panel.scene.fair == "rate" and not fair.rate.isHidden()
    box = fair.rate.box
    box.selectAll()
    QTest.keyClicks(box, "0.005")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert [rate_of(racer) for racer in panel.scene.racers] == [0.005, 0.005]
    assert panel.canvas.subject.rule == "equal learning rate: η = 0.005, 60 steps each"
    typed(panel, "learning_rate", "0.02")
    assert panel.canvas.subject.rule == "learning rates are no longer equal"
    fair.choose("")
    assert panel.canvas.subject.rule == "" and fair.rate.isHidden()


def test_equal_cost_cuts_what_needs_more_gradients(panel: OptimizersPanel) -> None:
    panel.document.change(SCENE.with_(racers=(*RACERS, RacerChoice("damped_newton"))), "Newton")
    panel.controls.fair.choose("gradients")
    assert panel.run.outcomes[2].step <= 20 and "60 gradients each" in panel.canvas.subject.rule


def test_tuning_is_one_change_and_says_when_it_holds_no_more(panel: OptimizersPanel, qtbot: Any) -> None:
    fair, count, before = panel.controls.fair, panel.document.undo_stack.count(), panel.run.values[-1]
    fair.choose("tuned")
    assert fair.searching and not fair.search.isHidden()
    qtbot.waitUntil(lambda: not fair.searching, timeout=20_000)
    assert panel.document.undo_stack.count() == count + 1 and holds(panel.scene) and fair.search.isHidden()
    assert (panel.run.values[-1] < before).all()
    assert panel.canvas.subject.rule == "each at its best learning rate for the loss after 60 steps"
    panel.canvas.start_moved.emit((0.0, 0.0), 1)
    assert panel.canvas.subject.rule == "changed since the learning rates were tuned"
    assert not fair.again.isHidden()


def test_a_search_can_be_cancelled_and_ends_when_the_race_changes(
    panel: OptimizersPanel, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: Any, cancelled: Any, progress: Any, **__: Any) -> None:
        progress(0.5)
        while not cancelled():
            time.sleep(0.005)
        raise Cancelled

    monkeypatch.setattr(tuning, "tune", slow)
    fair = panel.controls.fair
    fair.choose("tuned")
    qtbot.waitUntil(lambda: fair.bar.value() == 250)
    fair.cancel.click()
    assert not fair.searching and panel.scene == SCENE and fair.choice.currentIndex() == 0
    fair.choose("tuned")
    panel.canvas.start_moved.emit((0.0, 0.0), 1)
    assert not fair.searching and "given up" in fair.said.text()


def test_rules_that_no_racer_can_follow_are_told(panel: OptimizersPanel) -> None:
    panel.document.change(SCENE.with_(racers=(RacerChoice("own", rule="w = w - 0.01*g"),)), "Own")
    fair = panel.controls.fair
    for rule in ("rate", "tuned"):
        before = panel.scene
        fair.choose(rule)
        assert panel.scene == before and "learning rate" in fair.said.text() and not fair.said.isHidden()


def test_curvature_is_a_switch_and_judges_the_rate(panel: OptimizersPanel) -> None:
    panel.player.seek(Position(3))
    panel.toggle_curvature()
    assert panel.scene.show.curvature and panel.controls.shows["curvature"].isChecked()
    plain = panel.canvas.grab().toImage()
    assert panel.inspector.why.text().startswith("η = 0.01 is ")
    panel.controls.shows["curvature"].click()
    assert not panel.scene.show.curvature and panel.canvas.grab().toImage() != plain


@pytest.fixture
def window(qtbot: Any) -> Iterator[MainWindow]:
    window = MainWindow(SCENE)
    qtbot.addWidget(window)
    window.show()
    yield window
    window.place.saved = window.panel.scene


def test_the_keys(window: MainWindow) -> None:
    panel: Any = window.panel
    window.player.seek(Position(7))
    for key, done in (
        (Qt.Key.Key_W, lambda: panel.scene.racers[0].branch == BranchChoice(7, {})),
        (Qt.Key.Key_A, lambda: panel.scene.racers[0].crowd is not None),
        (Qt.Key.Key_D, lambda: len(panel.scene.racers) == 3),
        (Qt.Key.Key_C, lambda: panel.scene.show.curvature),
    ):
        assert not done()
        QTest.keyClick(window, key)
        assert done()
    panel.document.undo_stack.setClean()
    window.open_path(next((ASSETS / "scenes" / "convolution").glob("*.json")), example=True)
    QApplication.processEvents()
    QTest.keyClick(window, Qt.Key.Key_W)
    assert window.notice.text() == "Only a race of optimizers has another future."


def scene(number: int) -> Scene:
    (path,) = (ASSETS / "scenes" / "optimizers").glob(f"{number}-*.json")
    found: Scene = load(Path(path))
    return found


def test_the_example_scenes_show_what_they_say() -> None:
    assert scene(17).racers[0].branch is not None
    assert scene(18).racers[0].crowd is not None
    betas = {racer.method().values["momentum"] for racer in scene(19).racers}
    assert len(betas) == 2
    assert holds(scene(20)) and rule_of_comparison(scene(20)).startswith("each at its best")
    assert scene(21).show.curvature


def test_ghosts_and_starts_are_hidden_by_a_click(panel: OptimizersPanel) -> None:
    panel.player.seek(Position(20))
    panel.what_if()
    typed(panel, "momentum", "0.2")
    panel.several_starts()
    toggle = panel.controls.shows["futures"]
    with_them = panel.canvas.grab().toImage(), panel.losses.grab().toImage()
    QTest.mouseClick(toggle, Qt.MouseButton.LeftButton)
    assert not panel.scene.show.futures and panel.run.ghosts and panel.run.crowds
    assert panel.canvas.grab().toImage() != with_them[0] and panel.losses.grab().toImage() != with_them[1]
    QTest.mouseClick(toggle, Qt.MouseButton.LeftButton)
    assert (panel.canvas.grab().toImage(), panel.losses.grab().toImage()) == with_them


def test_the_rule_of_comparison_is_chosen_with_the_keyboard(panel: OptimizersPanel) -> None:
    box = panel.controls.fair.choice
    for rule in ("rate", "gradients"):
        QTest.keyClick(box, Qt.Key.Key_Down)
        assert panel.scene.fair == rule
    assert panel.canvas.subject.rule.startswith("equal cost")


@pytest.mark.qt_log_ignore("propagateSizeHints")
@pytest.mark.parametrize("number", [17, 18, 19, 20, 21])
def test_every_figure_is_whole_on_a_small_screen(qtbot: Any, number: int) -> None:
    panel = OptimizersPanel(scene(number))
    qtbot.addWidget(panel)
    panel.resize(1366, 656)
    panel.show()
    qtbot.waitUntil(lambda: panel.run is not None)
    panel.splitter.setSizes([280, 806, 280])
    QApplication.processEvents()
    for step in range(0, panel.run.steps, 7):
        panel.player.seek(Position(step))
        labels = [*panel.inspector.figures.values(), *(card.loss for card in panel.controls.cards)]
        cut = [label.text() for label in labels if label.sizeHint().width() > label.width()]
        assert not cut, (step, cut)


def test_a_what_if_that_a_shorter_race_does_not_reach_says_so(panel: OptimizersPanel) -> None:
    panel.player.seek(Position(40))
    panel.what_if()
    since = panel.controls.cards[0].futures.since
    assert "old future stays" in since.text()
    panel.document.change(panel.scene.with_(steps=30), "Steps")
    assert since.text() == "What if from step 40 on: this race ends before." and not panel.run.ghosts
