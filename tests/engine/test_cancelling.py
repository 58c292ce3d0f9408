"""Work that nobody wants ends soon: what takes long asks at short intervals, and the result knows nothing of it."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from engine import descent
from engine.cancelling import Cancelled, asking, check
from engine.data.batch_experiment import experiment
from engine.data.csv_file import read_csv
from engine.data.loss import data_loss
from engine.data.samples import samples
from engine.data.table import Table
from engine.descent import Branch, race
from engine.fair_play import run_scene
from engine.losses import LOSSES, Loss
from engine.optimizers import OPTIMIZERS, Optimizer
from engine.scene import CrowdChoice, RacerChoice, opening_scene
from engine.stochastic import noisy
from engine.tuning import tune

LONGEST = 0.1  # seconds of work between two questions
ENOUGH = 0.15  # seconds of work, after which it is not wanted any more
ROSENBROCK = LOSSES["rosenbrock"]
ADAM = OPTIMIZERS["adam"]


def big_loss(model: str = "logistic", **more: object) -> object:
    """Ten thousand samples of two inputs."""
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 10_000))
    t = (a + b + rng.normal(size=a.shape) > 0).astype(float)
    table = Table("big", ("a", "b", "t"), np.stack([a, b, t], axis=1))
    return data_loss(samples(table, model, inputs=("a", "b"), target="t"), **more)  # type: ignore[arg-type]


def crowded() -> None:
    racers = tuple(RacerChoice("adam", {}, crowd=CrowdChoice(count=100)) for _ in range(20))
    scene = opening_scene().with_(racers=racers, steps=20_000)
    run_scene(scene, scene.loss.loss(), range(20), [racer.build() for racer in racers])


def table_file(folder: Path) -> Path:
    path = folder / "long.csv"
    path.write_text("\n".join(["a,b,c,d,e"] + ["1.5,2.25,-3,4e-5,0.125"] * 100_000))
    return path


LONG: dict[str, Callable[[Path], object]] = {
    "a race": lambda _: race(ROSENBROCK, [ADAM] * 24, (-1.5, 2.0), 20_000),
    "noise": lambda _: race(noisy(ROSENBROCK, 0.1), [ADAM] * 24, (-1.5, 2.0), 20_000),
    "second derivatives": lambda _: race(ROSENBROCK, [OPTIMIZERS["newton"]] * 24, (-1.5, 2.0), 20_000),
    "a race on data": lambda _: race(big_loss(), [ADAM] * 24, (1.0, 1.0), 20_000),  # type: ignore[arg-type]
    "batches": lambda _: race(big_loss(batch_size=2000), [ADAM] * 24, (1.0, 1.0), 20_000),  # type: ignore[arg-type]
    "tables": lambda _: [big_loss(seed=seed).prepare() for seed in range(20)],  # type: ignore[attr-defined]
    "minima": lambda _: [big_loss("tanh", seed=seed).minima for seed in range(20)],  # type: ignore[attr-defined]
    "many starts": lambda _: crowded(),
    "tuning": lambda _: tune(ROSENBROCK, ADAM, (-1.5, 2.0), 20_000),
    "an experiment": lambda _: experiment(ROSENBROCK, (1, 8, 64), starts=5000, steps=5000),
    "an experiment on data": lambda _: experiment(big_loss(), (1, 8, 64), starts=5000, steps=5000),  # type: ignore[arg-type]
    "a table file": lambda folder: [read_csv(table_file(folder)) for _ in range(9)],
}


@pytest.fixture
def no_first_time() -> Iterator[None]:
    """Imports are over, and nobody looks for garbage in what the tests have piled up."""
    big_loss().prepare()  # type: ignore[attr-defined]
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_first_time")
@pytest.mark.parametrize("what", LONG)
def test_long_work_asks_often_and_ends_when_it_is_told_to(what: str, tmp_path: Path) -> None:
    began = last = time.thread_time()
    gaps: list[float] = []

    def cancelled() -> bool:
        nonlocal last
        now = time.thread_time()
        gaps.append(now - last)
        last = now
        return now - began > ENOUGH

    with pytest.raises(Cancelled), asking(cancelled):
        LONG[what](tmp_path)
    assert time.thread_time() - last < LONGEST
    assert max(gaps[1:]) < LONGEST


def test_asking_reaches_what_lies_deep_and_ends_with_its_block() -> None:
    check()
    asked = []
    with asking(lambda: bool(asked.append("outer"))):
        with asking(lambda: bool(asked.append("inner"))):
            check()
        check()
        with asking(None):
            check()
    check()
    assert asked == ["outer", "inner", "outer", "outer"]
    with pytest.raises(Cancelled), asking(lambda: True), asking(lambda: False):
        check()


def test_the_parameter_does_the_same() -> None:
    with pytest.raises(Cancelled):
        race(ROSENBROCK, [ADAM], (0.0, 0.0), 10, cancelled=lambda: True)
    asked: list[int] = []
    race(ROSENBROCK, [ADAM], (0.0, 0.0), 10, cancelled=lambda: bool(asked.append(1)))
    assert asked


@pytest.mark.parametrize("stretch", [1, 7])
@pytest.mark.parametrize("rate", [1e-3, 0.9])
@pytest.mark.parametrize("loss", [ROSENBROCK, noisy(ROSENBROCK, 0.5, 1, 3), Loss.from_text("exp(x*x)*y + 1/x")])
def test_a_run_in_stretches_is_the_same_to_the_last_bit(
    monkeypatch: pytest.MonkeyPatch, loss: object, rate: float, stretch: int
) -> None:
    """Also where plain floats give up and where a racer is lost at the end of a stretch."""
    names = ("gradient_descent", "nesterov", "adam", "newton", "adadelta")
    racers = [OPTIMIZERS[name].with_values(**({"learning_rate": rate} if name != "adadelta" else {})) for name in names]
    branches = {1: Branch(40, racers[1].with_values(learning_rate=rate / 2))}
    monkeypatch.setattr(descent, "STRETCH", 10_000)
    whole = race(loss, racers, (0.5, 1.0), 300, branches=branches)  # type: ignore[arg-type]
    monkeypatch.setattr(descent, "STRETCH", stretch)
    monkeypatch.setattr(descent, "PATIENCE", 0.0)
    parts = race(loss, racers, (0.5, 1.0), 300, branches=branches)  # type: ignore[arg-type]
    assert whole.outcomes == parts.outcomes
    for a, b in zip(whole.histories, parts.histories, strict=True):
        assert a.rows.tobytes() == b.rows.tobytes()
    assert whole.points.tobytes() == parts.points.tobytes()


def test_what_goes_on_carefully_sees_the_samples_of_its_own_steps() -> None:
    """exp overflows in plain floats at the first long gradient, and NumPy goes on from there: its step is finite."""
    loss = noisy(Loss.from_text("(x*x + y*y)/2"), 0.5, 1, 3)
    rule = Optimizer.from_rule("s = 1/(1 + exp(500*norm(g)))\nw = w - η*g*(1 - s)/t**0.1", η=0.5)
    history = race(loss, [rule], (0.1, 0.1), 300).histories[0]
    long = np.hypot(*history.rows[:, :2].T) > 1.42
    assert history.steps == 300 and not long[0] and long[:-1].any()
    weights = history.rows[:, rule.rule.weights]
    points = np.concatenate([[history.start], weights[:-1]])
    seen = np.array([loss.at_step(t).gradient(point) for t, point in enumerate(points, start=1)])
    np.testing.assert_allclose(history.rows[:, :2], seen, rtol=1e-9, atol=1e-12)
    share = 1 - 1 / (1 + np.exp(np.minimum(500 * np.hypot(*seen.T), 700)))
    steps = 0.5 * seen * (share / np.arange(1, 301) ** 0.1)[:, None]
    np.testing.assert_allclose(weights, points - steps, rtol=1e-9, atol=1e-12)
