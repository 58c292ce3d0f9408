"""Five things that lecturers do first, with real clicks and keys on what they see: none needs more than twelve."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtWidgets import QApplication, QDialogButtonBox

from engine.scene import DATA
from gui.main_window import MainWindow
from gui.welcome import first_scene
from tests.gui.counting import Hand

# What the offscreen platform says of dialogs and lists.
pytestmark = pytest.mark.qt_log_ignore("does not support", extend=True)

MOST = 12  # clicks and keys of a task, a text typed counting as one
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(qtbot: Any) -> Iterator[MainWindow]:
    QSettings().clear()
    window = MainWindow(first_scene())
    window.resize(1366, 768)
    qtbot.addWidget(window, before_close_func=stop)
    window.show()
    qtbot.waitExposed(window)
    window.welcome.greet()
    QApplication.processEvents()
    yield window
    window.player.pause()
    window.panel.give_up()
    for place in window.places.values():
        place.path = None


def stop(window: MainWindow) -> None:
    """Nobody is there to answer whether a recording may be stopped."""
    if window.desk is not None:
        window.desk.recorder.stop_now()


@pytest.fixture
def hand() -> Iterator[Hand]:
    hand = Hand()
    yield hand
    assert 0 < hand.count <= MOST


def test_own_function_with_and_without_momentum(window: MainWindow, hand: Hand, qtbot: Any) -> None:
    controls = window.panel.controls
    hand.pick(controls.picker.combo, "Your own formula…")
    hand.type("x**2/20 + y**2")
    for card in controls.cards[:4]:  # all but momentum and gradient descent
        hand.click(card.on)
    qtbot.waitUntil(lambda: window.panel.scene.loss.formula == "x**2/20 + y**2")
    run = window.panel.run
    assert [optimizer.name for optimizer in run.optimizers] == ["Momentum", "Gradient descent"]
    ends = run.values[-1]
    assert np.isfinite(ends).all() and ends[0] != ends[1] and (run.points[0] == run.start).all()
    assert hand.count == 7


def test_a_learning_rate_that_is_too_high(window: MainWindow, hand: Hand, qtbot: Any) -> None:
    controls = window.panel.controls
    card = controls.cards[5]
    hand.click(card.head)
    hand.click(card.fields["learning_rate"].box)
    hand.type("5")
    hand.key(Qt.Key.Key_Return)
    assert window.panel.scene.racers[5].values["learning_rate"] == 5
    hand.click(window.transport.play)
    qtbot.waitUntil(lambda: card.outcome.isVisible())
    assert card.loss.text() == "diverged" and "diverge" in card.outcome.text().lower()
    assert hand.count == 5


def test_a_vertical_video_of_twenty_seconds(
    window: MainWindow, hand: Hand, qtbot: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    hand.click(window.transport.record)
    dialog = window.desk.dialog
    dialog.activateWindow()
    form = dialog.form
    hand.pick(form.size_box, "Vertical · 1080 × 1920")
    hand.pick(form.length_box, "in all")
    hand.click(form.seconds)
    hand.type("20")
    assert "20 s" in dialog.summary.text()
    settings = dialog.settings()
    assert (settings.width, settings.height) == (1080, 1920)
    assert float(dialog.subject.frames(settings) / settings.fps) == pytest.approx(20, abs=0.1)
    path = tmp_path / "reel.mp4"
    hand.answer(monkeypatch, "getSaveFileName", path, lambda: hand.click(dialog.record))
    assert window.desk.recorder.running and window.desk.recorder.path == path
    assert window.desk.strip.isVisible()
    assert hand.count == 10


def test_a_convolution_of_4_by_4_and_2_by_2_with_stride_2_and_own_numbers(window: MainWindow, hand: Hand) -> None:
    hand.click(window.header.tabs.button(1))
    panel = window.panel
    for key, number in (("size", "4"), ("window", "2"), ("stride", "2")):
        hand.click(panel.controls.steppers[key].box)
        hand.type(number)
    x = np.arange(16.0).reshape(4, 4)
    kernel = np.array([[1.0, -2.0], [0.5, 3.0]])
    for name, numbers in (("x", x), ("w", kernel)):
        QApplication.clipboard().setText("\n".join("\t".join(map(str, row)) for row in numbers))
        hand.click(panel.canvas, first_cell(window, name))
        hand.key(Qt.Key.Key_V, CONTROL)
    scene = panel.scene
    assert scene.size == (4, 4) and scene.window == (2, 2) and scene.stride == 2
    assert (scene.numbers("x")[0] == x).all() and (scene.numbers("kernel")[0, 0] == kernel).all()
    assert scene.bias is not None
    wanted = [[(x[r : r + 2, c : c + 2] * kernel).sum() for c in (0, 2)] for r in (0, 2)]
    np.testing.assert_allclose(panel.subject.plates.layer.output[0, 0], np.add(wanted, scene.bias[0]))
    assert hand.count == 11


def first_cell(window: MainWindow, name: str) -> QPoint:
    placed = window.panel.canvas.placed()
    found = next(one for one in placed if one.plate.name == name)
    return found.at(0, 0).center().toPoint()


def test_own_table_logistic_in_mini_batches(
    window: MainWindow, hand: Hand, qtbot: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rng = np.random.default_rng(1)
    hours = rng.uniform(0, 10, 80)
    path = tmp_path / "exam.csv"
    rows = [f"{hour:.2f},{int(hour + rng.normal() > 5)}" for hour in hours]
    path.write_text("hours,passed\n" + "\n".join(rows) + "\n", encoding="utf-8")
    picker = window.panel.controls.picker
    hand.pick(picker.combo, "Logistic regression on data")
    hand.answer(monkeypatch, "getOpenFileName", path, lambda: hand.click(picker.data.open))
    qtbot.waitUntil(lambda: picker.data.isVisible() and getattr(picker.tables, "dialog", None) is not None)
    hand.click(picker.tables.dialog.buttons.button(QDialogButtonBox.StandardButton.Ok))
    hand.click(picker.batches.kinds["mini"])
    choice = window.panel.scene.loss.data
    assert window.panel.scene.loss.key == DATA and choice.model == "logistic" and choice.batch_size == 16
    assert choice.data == "own" and choice.samples().names == ("hours",) and choice.samples().target == "passed"
    assert window.panel.run is not None and np.isfinite(window.panel.run.values).any()
    assert hand.count == 7
