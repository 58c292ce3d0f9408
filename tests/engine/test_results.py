"""The table of a race: losses, steps, gradients, distances and outcomes, against the run itself."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.descent import race
from engine.losses import LOSSES, Loss
from engine.optimizers import OPTIMIZERS, Optimizer
from engine.results import evaluations_per_step, lowest_known, results


def test_a_parabola_is_reached_when_it_is_reached() -> None:
    descent = OPTIMIZERS["gradient_descent"]
    run = race(
        LOSSES["quadratic_bowl"],
        [descent.with_values(learning_rate=0.1), descent.with_values(learning_rate=3.0)],
        (3.0, 4.0),
        50,
    )
    good, bad = results(run, ["good", "bad"], 0.01)
    assert lowest_known(run) == 0
    assert good.steps_to_tolerance == int(np.flatnonzero(run.values[:, 0] <= 0.01)[0])
    assert good.loss == run.values[-1, 0] and good.distance == pytest.approx(float(np.hypot(*run.points[-1, 0])))
    assert good.evaluations == 50 and (good.outcome, good.ended) == ("running", 50)
    assert (bad.outcome, bad.steps_to_tolerance, bad.loss) == ("diverged", None, math.inf)
    assert bad.ended == run.outcomes[1].step and math.isnan(bad.distance)
    assert results(run, ["good", "bad"], 1e9)[0].steps_to_tolerance == 0


@pytest.mark.parametrize(
    ("rule", "gradients"),
    [
        ("w = w - η*g", 1),
        ("w = w - η*grad(w)", 1),
        ("w = w - η*(g + grad(w - g))", 2),
        ("w = w - η*w", 0),
        ("u = w - η*g\nw = w - η*(grad(u) + grad(2*u))", 3),
    ],
)
def test_gradients_are_counted_from_the_rule(rule: str, gradients: int) -> None:
    assert evaluations_per_step(Optimizer.from_rule(rule).rule) == gradients


def test_nesterov_costs_as_much_as_momentum() -> None:
    assert evaluations_per_step(OPTIMIZERS["nesterov"].rule) == evaluations_per_step(OPTIMIZERS["momentum"].rule) == 1


def test_without_a_known_minimum_the_best_racer_sets_the_mark() -> None:
    run = race(Loss.from_text("x**2 + y**4 + 3"), [OPTIMIZERS["adam"], OPTIMIZERS["momentum"]], (1.0, 1.0), 80)
    rows = results(run, ["a", "b"], 1e-12)
    assert lowest_known(run) == run.values.min()
    assert any(row.steps_to_tolerance is not None for row in rows)


@pytest.mark.parametrize("tolerance", [0.0, -1.0, math.nan, math.inf])
def test_a_tolerance_that_is_none(tolerance: float) -> None:
    run = race(LOSSES["quadratic_bowl"], [OPTIMIZERS["adam"]], (1.0, 1.0), 2)
    with pytest.raises(ValueError, match="tolerance"):
        results(run, ["a"], tolerance)
