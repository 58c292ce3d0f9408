"""Races on 10,000 samples: what a drag of the start costs, against a race on a formula in the same run.

pytest tests/benchmarks/test_data_race.py -s. Milliseconds are printed, never asserted; what is asserted are ratios.
"""

from __future__ import annotations

import dataclasses
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from engine.data.loss import data_loss
from engine.data.polar import exact
from engine.data.samples import samples
from engine.data.scene import OWN, DataChoice, RegulariserChoice, own_table
from engine.data.table import Table
from engine.descent import race
from engine.frames import Position
from engine.losses import LOSSES
from engine.optimizers import OPTIMIZERS
from engine.scene import DATA, LossChoice, RacerChoice, Scene, opening_scene

KEYS = "gradient_descent momentum nesterov adagrad adadelta rmsprop adam".split()
SEVEN, RACERS = [OPTIMIZERS[key] for key in KEYS], tuple(RacerChoice(key) for key in KEYS)
ROWS, STEPS = 10_000, 200
ONE, TWO = ("u",), ("u", "v")


def table() -> Table:
    chance = np.random.default_rng(0)
    u, v = chance.normal(5, 2, ROWS), chance.normal(0, 3, ROWS)
    t = 1.5 * u - 2 + chance.normal(0, 1, ROWS)
    c, plane = t + chance.normal(0, 3, ROWS) > 5, t - 0.8 * v
    return Table("many", ("u", "v", "t", "c", "p"), np.column_stack([u, v, t, c, plane]))


def loss_of(kind: str, inputs: tuple[str, ...] = ("u",), **more: Any) -> Any:
    target = "c" if kind == "logistic" else "t" if len(inputs) == 1 else "p"
    return data_loss(samples(table(), kind, inputs, target), **more)


def median(act: Callable[[], object], rounds: int = 9) -> float:
    """Seconds of one, in the middle of so many."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        act()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


@pytest.mark.parametrize("kind", ["linear", "logistic", "tanh", "two_layer"])
@pytest.mark.parametrize("batch", [None, 32])
def test_race_on_data(benchmark: Any, kind: str, batch: int | None) -> None:
    loss = loss_of(kind, batch_size=batch)
    benchmark(race, loss, SEVEN, loss.start, STEPS)


CASES = [
    ("linear", ONE, None, 4), ("two_layer", ONE, None, 4), ("logistic", ONE, None, 30), ("tanh", ONE, None, 40),
    ("linear", TWO, None, 4), ("logistic", TWO, None, 30), ("tanh", TWO, None, 40),
    ("linear", TWO, 32, 10), ("two_layer", ONE, 32, 10), ("logistic", TWO, 32, 30), ("tanh", TWO, 32, 40),
]  # fmt: skip


def test_ten_thousand_samples_cost_little_more_than_a_formula() -> None:
    formula = LOSSES["beale"]
    plain = median(lambda: race(formula, SEVEN, formula.start, STEPS))
    for kind, inputs, batch, most in CASES:
        loss = loss_of(kind, inputs, batch_size=batch)
        race(loss, SEVEN, loss.start, STEPS)  # makes tables, draws batches
        took = median(lambda loss=loss: race(loss, SEVEN, loss.start, STEPS))  # type: ignore[misc]
        what = f"{kind}, {len(inputs)} inputs, batches of {batch or 'all'}"
        print(f"{what}: {took * 1e3:.1f} ms, {took / plain:.1f} times a formula")
        assert took / plain < most


def test_a_table_of_two_inputs_pays() -> None:
    """Races read off tables against the same races summed over the samples."""
    for kind in ("logistic", "tanh"):
        loss = loss_of(kind, TWO)
        summed = dataclasses.replace(loss, surface=exact(loss.surface))
        race(loss, SEVEN, loss.start, STEPS)
        quick, slow = (median(lambda one=one: race(one, SEVEN, one.start, STEPS), 5) for one in (loss, summed))  # type: ignore[misc]
        print(f"{kind}: {quick * 1e3:.1f} ms, {slow / quick:.1f} times as fast as the sum")
        assert slow / quick > 2


# --- in the window -------------------------------------------------------------------------------


def scene_of(kind: str, inputs: tuple[str, ...], **more: Any) -> Scene:
    target = "c" if kind == "logistic" else "t" if len(inputs) == 1 else "p"
    own = own_table(table(), (*inputs, target))
    choice = LossChoice(DATA, data=DataChoice(OWN, own, kind, inputs, target, **more))
    start = choice.loss().start
    return opening_scene().with_(
        loss=choice, racers=RACERS, steps=STEPS, view=None, start=(float(start[0]), float(start[1]))
    )


def settled(panel: Any) -> None:
    """Every event worked off, and the run that is shown the scene's."""
    end = time.perf_counter() + 20
    while (
        panel.run is None or panel.run.start != panel.scene.start or panel.run.loss is not panel._loss_of(panel.scene)
    ):
        assert time.perf_counter() < end
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)
    QApplication.processEvents()


@pytest.fixture
def window(qtbot: Any) -> Iterator[Any]:
    from gui.main_window import MainWindow

    window = MainWindow(opening_scene().with_(racers=RACERS, steps=STEPS))
    qtbot.addWidget(window)
    window.resize(1920, 1080)
    window.show()
    QApplication.processEvents()
    yield window
    window.place.path = None


def dragged(window: Any, scene: Scene) -> float:
    """Seconds from a move of the mouse to the new run in the window."""
    panel = window.panel
    panel.document.change(scene, "another")
    settled(panel)
    panel.player.seek(Position(STEPS))
    (x0, x1), (y0, y1) = panel.run.loss.domain
    shares = iter(range(1000))

    def drag() -> None:
        share = 0.01 * next(shares)
        panel.canvas.start_moved.emit((x0 + (0.15 + share) * (x1 - x0), y1 - (0.2 + share) * (y1 - y0)), 1)
        settled(panel)

    for _ in range(4):
        drag()
    return median(drag, 21)


def test_a_drag_on_ten_thousand_samples_is_as_fluid_as_on_a_formula(window: Any) -> None:
    for kind, inputs, batch, _ in CASES:
        plain = dragged(window, opening_scene().with_(racers=RACERS, steps=STEPS))  # each time: others work here, too
        took = dragged(window, scene_of(kind, inputs, batch_size=batch))
        what = f"{kind}, {len(inputs)} inputs, batches of {batch or 'all'}"
        print(f"{what}: {took * 1e3:.1f} ms, {took / plain:.1f} times the {plain * 1e3:.1f} ms of a formula")
        assert took / plain < 4


def test_a_drag_of_dropout_on_ten_thousand_samples_leaves_the_window_free(window: Any) -> None:
    """The longest time that events wait, against one repaint of everything on a formula."""
    panel = window.panel
    plain = dragged(window, opening_scene().with_(racers=RACERS, steps=STEPS))
    for kind in ("logistic", "tanh"):
        waits, whole = [], []
        for p in (0.2, 0.25, 0.3, 0.35, 0.4):
            scene = scene_of(kind, TWO, regularisers=RegulariserChoice(("dropout",), dropout=p))
            began = time.perf_counter()
            panel.document.change(scene, "dropout")
            longest = time.perf_counter() - began
            while panel.run.loss is not panel._loss_of(panel.scene):
                before = time.perf_counter()
                QApplication.processEvents()
                longest = max(longest, time.perf_counter() - before)
                time.sleep(0.001)
            before = time.perf_counter()
            QApplication.processEvents()
            waits.append(max(longest, time.perf_counter() - before))
            whole.append(time.perf_counter() - began)
        wait, total = statistics.median(waits), statistics.median(whole)
        print(f"{kind}: {total * 1e3:.0f} ms, of which the window was busy for {wait * 1e3:.0f} at a time")
        assert wait / plain < 8
