"""The best learning rate of a method for one race, by trying: a grid on a log scale, refined around its best."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.descent import race
from engine.losses import Loss
from engine.method import Optimizer

RATE = "learning_rate"
COARSE = 25  # rates on the first grid: four to a decade where the range is 1e-5 to 10
FINE = 9  # between the neighbours of the best, both included
ROUNDS = 2
RUNS = COARSE + ROUNDS * (FINE - 2)  # at most: both ends are known already


@dataclass(frozen=True)
class Tuned:
    """The best `rate` of `tried` (rate, final loss) pairs, in the order of the rates; a diverged one has inf."""

    rate: float
    loss: float
    tried: tuple[tuple[float, float], ...]


def tune(
    loss: Loss,
    optimizer: Optimizer,
    start: ArrayLike,
    steps: int,
    *,
    progress: Callable[[float], object] = lambda share: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Tuned | None:
    """The learning rate with the lowest loss after `steps` steps; of equals the smallest.

    None where the rule has no learning rate, or where every rate diverges. The same arguments give the same rate.
    Rates are rounded to three digits, as a lecturer would write them. `progress` is called with the share done,
    `cancelled` asked every few milliseconds; raises Cancelled once that is True.
    """
    parameter = next((p for p in optimizer.parameters if p.name == RATE), None)
    if parameter is None:
        return None
    known: dict[float, float] = {}

    def measure(rates: list[float]) -> None:
        for rate in rates:
            if rate in known:
                continue
            run = race(loss, [optimizer.with_values(**{RATE: rate})], start, steps, cancelled=cancelled)
            final = float(run.values[-1, 0])
            known[rate] = math.inf if run.outcomes[0].kind == "diverged" or math.isnan(final) else final
            progress(min(len(known) / RUNS, 1.0))

    grid = _grid(parameter.low, parameter.high, COARSE)
    measure(grid)
    for _ in range(ROUNDS):
        rates = sorted(known)
        place = rates.index(_best(known))
        low, high = rates[max(place - 1, 0)], rates[min(place + 1, len(rates) - 1)]
        measure(_grid(low, high, FINE))
    progress(1.0)
    best = _best(known)
    if not math.isfinite(known[best]):
        return None
    return Tuned(best, known[best], tuple(sorted(known.items())))


def _grid(low: float, high: float, count: int) -> list[float]:
    return sorted({float(f"{rate:.3g}") for rate in np.geomspace(low, high, count)})


def _best(known: dict[float, float]) -> float:
    return min(known, key=lambda rate: (known[rate], rate))
