"""Races on 10,000 samples: what a drag of the start costs, against a race on a formula in the same run.

pytest tests/benchmarks --benchmark-only
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest

from engine.data.loss import data_loss
from engine.data.samples import samples
from engine.data.table import Table
from engine.descent import race
from engine.losses import LOSSES
from engine.optimizers import OPTIMIZERS

SEVEN = [
    OPTIMIZERS[key] for key in "gradient_descent momentum nesterov adagrad adadelta rmsprop adam".split()
]  # fmt: skip
ROWS, STEPS = 10_000, 200


def table() -> Table:
    chance = np.random.default_rng(0)
    u = chance.normal(5, 2, ROWS)
    t = 1.5 * u - 2 + chance.normal(0, 1, ROWS)
    return Table("many", ("u", "t", "c"), np.column_stack([u, t, t + chance.normal(0, 3, ROWS) > 5]))


def loss_of(kind: str, **more: Any) -> Any:
    return data_loss(samples(table(), kind, ("u",), "c" if kind == "logistic" else "t"), **more)


@pytest.mark.parametrize("kind", ["linear", "logistic", "tanh", "two_layer"])
@pytest.mark.parametrize("batch", [None, 32])
def test_race_on_data(benchmark: Any, kind: str, batch: int | None) -> None:
    loss = loss_of(kind, batch_size=batch)
    benchmark(race, loss, SEVEN, loss.start, STEPS)


def test_ten_thousand_samples_cost_little_more_than_a_formula() -> None:
    def took(loss: Any) -> float:
        times = []
        for _ in range(9):
            began = time.perf_counter()
            race(loss, SEVEN, loss.start, STEPS)
            times.append(time.perf_counter() - began)
        return sorted(times)[4]

    formula = took(LOSSES["beale"])
    for kind, most in (("linear", 4), ("two_layer", 4), ("logistic", 30), ("tanh", 40)):
        ratio = took(loss_of(kind)) / formula
        print(f"{kind}: {ratio * formula * 1e3:.1f} ms, {ratio:.1f} times a formula")
        assert ratio < most
