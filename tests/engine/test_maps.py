"""Maps agree with races, one racer at a time; they can be watched and stopped."""

from __future__ import annotations

import threading
import time
from typing import Any

import numpy as np
import pytest

from engine import maps
from engine.cancelling import Cancelled
from engine.descent import race
from engine.losses import LOSSES, Loss
from engine.maps import basins, nearest_minimum, sweep
from engine.optimizers import OPTIMIZERS, Optimizer
from engine.schedules import SCHEDULES

CALM = {"learning_rate": 0.002}


def check_basins(loss: Loss, optimizer: Optimizer, steps: int = 25, size: int = 5) -> None:
    found = basins(loss, optimizer, steps, size)
    assert found.end.shape == found.start.shape == (2, size, size)
    assert found.minimum.shape == found.diverged.shape == (size, size)
    for i, j in ((0, 0), (1, 3), (2, 2), (4, 1)):
        run = race(loss, [optimizer], found.start[:, i, j], steps)
        assert found.diverged[i, j] == (run.outcomes[0].kind == "diverged")
        np.testing.assert_allclose(found.end[:, i, j], run.points[-1, 0], rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("loss", ["rosenbrock", "himmelblau", "absolute"])
@pytest.mark.parametrize("key", list(OPTIMIZERS))
def test_basins_are_races(key: str, loss: str) -> None:
    optimizer = OPTIMIZERS[key] if "newton" in key else OPTIMIZERS[key].with_values(**CALM)
    for convention in (optimizer, optimizer.as_pytorch()):
        check_basins(LOSSES[loss], convention)


@pytest.mark.parametrize("loss", [key for key in LOSSES if key != "levy"])  # at this rate Levy's is chaotic
def test_basins_on_every_loss(loss: str) -> None:
    check_basins(LOSSES[loss], OPTIMIZERS["adam"])
    check_basins(LOSSES[loss], OPTIMIZERS["nesterov"].with_values(learning_rate=1e-4))


def test_basins_of_scheduled_and_clipped_racers() -> None:
    for schedule in SCHEDULES.values():
        for key in ("nesterov", "adam", "rprop", "nadam"):
            check_basins(LOSSES["himmelblau"], OPTIMIZERS[key].with_schedule(schedule).with_clipping(2), 12)


@pytest.mark.parametrize(
    "rule",
    [
        "w = w*0.5\nw = w - η*where(w > 1, g, norm(g)*sign(g))",
        "s = 0.5*s + norm(g)\nd = 2*s\nw = w - η*g/s + 0*d",
        "k = t**2\nh = g\nw = w - η*(h*h)**0.5*sign(h)/k",
        "p = q\nq = g\nw = w - η*(p + g)**3/abs(g)**2 - η**2*grad(grad(w)/99)",
        "w = w - η*where(norm(g) < 5, floor(g), float32(g))",
        "w = 3*η",
        "v = w\nw = minimum(v, maximum(-v, v - η*exp(-g**4/9)/2/3*(4/v)))",
    ],
)
def test_basins_of_own_rules(rule: str) -> None:
    check_basins(LOSSES["himmelblau"], Optimizer.from_rule(rule, η=0.01), 9, 6)


def test_who_diverges_ends_where_the_race_says() -> None:
    wild = OPTIMIZERS["gradient_descent"].with_values(learning_rate=0.03)
    found = basins(LOSSES["himmelblau"], wild, 30, 9)
    assert 5 < found.diverged.sum() < 76
    assert (found.minimum[found.diverged] == -1).all()
    for i, j in np.argwhere(found.diverged)[::7]:
        run = race(LOSSES["himmelblau"], [wild], found.start[:, i, j], 30)
        assert run.outcomes[0].kind == "diverged"
        np.testing.assert_allclose(found.end[:, i, j], run.points[-1, 0], rtol=1e-6)


@pytest.mark.parametrize("formula", ["log(x) + y**2", "sqrt(x + 2)/y", "log(-1 - x**2)", "x**-1.5 + y**2"])
def test_where_the_loss_is_undefined(formula: str) -> None:
    check_basins(Loss.from_text(formula), OPTIMIZERS["momentum"].with_values(learning_rate=0.03), 40, 6)


def test_minima_are_told_apart() -> None:
    loss = LOSSES["himmelblau"]
    found = basins(loss, OPTIMIZERS["gradient_descent"].with_values(learning_rate=0.005), 400, 8)
    assert set(found.minimum.ravel().tolist()) == {0, 1, 2, 3}
    for place, minimum in enumerate(loss.minima):
        assert np.abs(found.end[:, found.minimum == place].T - minimum).max() < 0.15
    short = basins(loss, OPTIMIZERS["gradient_descent"], 0, 8)
    np.testing.assert_array_equal(short.end, short.start)
    assert (short.minimum == -1).any()
    np.testing.assert_array_equal(nearest_minimum(loss, loss.minima.T), [0, 1, 2, 3])
    assert basins(Loss.from_text("x*y"), OPTIMIZERS["adam"], 3, 2).minimum.tolist() == [[-1, -1], [-1, -1]]


def test_rows_are_y_and_columns_x() -> None:
    start = basins(LOSSES["beale"], OPTIMIZERS["adam"], 1, 3).start
    (x0, x1), (y0, y1) = LOSSES["beale"].domain
    assert start[:, 0, 0].tolist() == [x0, y0]
    assert start[:, 0, 2].tolist() == [x1, y0]
    assert start[:, 2, 0].tolist() == [x0, y1]


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("adam", {"learning_rate": [0.01, 0.1, 0.3], "beta1": [0.0, 0.5, 0.9, 0.99]}),
        ("adam", {"beta2": [0.5, 0.9], "epsilon": [1e-8, 0.1]}),
        ("momentum", {"learning_rate": [0.001, 0.01], "momentum": [0.0, 0.9]}),
        ("nesterov", {"η": [0.001, 0.01]}),
        ("nadam", {"beta1": [0.5, 0.9], "momentum_decay": [0.0, 0.01]}),
        ("radam", {"beta2": [0.1, 0.9, 0.999], "learning_rate": [0.01, 0.1]}),
        ("rprop", {"increase": [1.1, 1.5], "decrease": [0.3, 0.6]}),
        ("damped_newton", {"damping": [0.1, 10], "learning_rate": [0.5, 1]}),
        ("qhm", {"immediate_discount": [0.1, 0.9], "momentum": [0.1, 0.9], "learning_rate": [0.01]}),
    ],
)
@pytest.mark.parametrize("modified", [False, True])
def test_a_sweep_is_races(key: str, values: dict[str, list[float]], modified: bool) -> None:
    optimizer = OPTIMIZERS[key]
    if modified:
        optimizer = optimizer.as_pytorch().with_schedule(SCHEDULES["one_cycle"]).with_clipping(3)
    loss = LOSSES["himmelblau"]
    found = sweep(loss, optimizer, (1.0, -1.0), 30, **values)
    assert found.shape == tuple(map(len, values.values()))
    for index in np.ndindex(found.shape):
        chosen = {name: row[i] for (name, row), i in zip(values.items(), index, strict=True)}
        run = race(loss, [optimizer.with_values(**chosen)], (1, -1), 30)
        expected = np.inf if run.outcomes[0].kind == "diverged" else run.values[-1, 0]
        np.testing.assert_allclose(found[index], expected, rtol=1e-6, atol=1e-12)


def test_a_diverged_combination_is_infinite() -> None:
    found = sweep(LOSSES["rosenbrock"], OPTIMIZERS["gradient_descent"], (-1.5, 2), 50, learning_rate=[1e-4, 1, 1e300])
    assert np.isfinite(found).tolist() == [True, False, False]


def test_chunks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = basins(LOSSES["beale"], OPTIMIZERS["rmsprop"], 20, 13)
    monkeypatch.setattr(maps, "CHUNK", 10)
    monkeypatch.setattr(maps, "THREADS", 3)
    parts = basins(LOSSES["beale"], OPTIMIZERS["rmsprop"], 20, 13)
    np.testing.assert_allclose(parts.end, whole.end, rtol=1e-12)
    np.testing.assert_array_equal(parts.minimum, whole.minimum)


def test_progress_is_told_in_the_callers_thread() -> None:
    told: list[tuple[float, threading.Thread]] = []
    basins(
        LOSSES["rosenbrock"], OPTIMIZERS["adam"], 300, 300,
        progress=lambda share: told.append((share, threading.current_thread())),
    )  # fmt: skip
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert any(0 < share < 1 for share in shares)
    assert {thread for _, thread in told} == {threading.current_thread()}


def test_it_stops_soon_when_asked_to() -> None:
    threads = threading.active_count()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        basins(
            LOSSES["rosenbrock"], OPTIMIZERS["adam"], 1_000_000, 400, cancelled=lambda: time.monotonic() > began + 0.2
        )
    assert time.monotonic() - began < 30
    assert threading.active_count() == threads


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (lambda: basins(LOSSES["beale"], OPTIMIZERS["adam"], -1), "steps must be"),
        (lambda: basins(LOSSES["beale"], OPTIMIZERS["adam"], 5, 0), "resolution must be"),
        (lambda: basins(LOSSES["beale"], OPTIMIZERS["adam"], 5, 10**6), "resolution must be"),
        (lambda: sweep(LOSSES["beale"], OPTIMIZERS["adam"], (1, 1), 5), "at least one hyperparameter"),
        (lambda: sweep(LOSSES["beale"], OPTIMIZERS["adam"], (1,), 5, beta1=[0.1]), "start must be"),
        (lambda: sweep(LOSSES["beale"], OPTIMIZERS["adam"], (1, 1), 5, beta1=[0.1, 1.5]), "beta1 must be"),
        (lambda: sweep(LOSSES["beale"], OPTIMIZERS["adam"], (1, 1), 5, beta1=0.1), "beta1 must be a row"),
        (lambda: sweep(LOSSES["beale"], OPTIMIZERS["adam"], (1, 1), 5, beta1=[0.1], β1=[0.1]), "each once"),
        (lambda: sweep(LOSSES["beale"], OPTIMIZERS["adam"], (1, 1), 5, speed=[0.1]), "no hyperparameter 'speed'"),
    ],
)
def test_what_makes_no_map_is_said(call: Any, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        call()
