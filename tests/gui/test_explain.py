"""Why a racer diverged: the limit is named wherever it is one, and nowhere else."""

from __future__ import annotations

import pytest

from engine.curvature import limited_as
from engine.descent import Branch, race
from engine.losses import Loss
from engine.optimizers import OPTIMIZERS, Optimizer
from engine.schedules import SCHEDULES
from gui.optimizers.explain import outcome_sentence, stability_sentence

BOWL = Loss.from_text("10*y**2 + x**2/2")  # λmax = 20
DESCENT, MOMENTUM = OPTIMIZERS["gradient_descent"], OPTIMIZERS["momentum"]
OWN = Optimizer.from_rule("w = w - η*g", η=0.5)
OWN_MOMENTUM = Optimizer.from_rule("velocity = β*velocity + g\nw = w - η*velocity", η=0.5, β=0.5)
FAST = DESCENT.with_values(learning_rate=0.5)
SLOW_START = SCHEDULES["warm_up"].with_values(duration=10, start=0.01)


@pytest.mark.parametrize(
    ("optimizer", "reason"),
    [
        (FAST, "η = 0.5 > 2/λmax = 0.1"),
        (FAST.with_schedule(SCHEDULES["exponential"]), "η = 0.5 in step 1 > 2/λmax = 0.1"),
        (FAST.with_schedule(SLOW_START), "η = 0.5 in step 11 > 2/λmax = 0.1"),
        (FAST.with_schedule(SCHEDULES["constant"]), "η = 0.5 > 2/λmax = 0.1"),
        (FAST.with_clipping(1e9), "η = 0.5 > 2/λmax = 0.1"),
        (OWN, "η = 0.5 > 2/λmax = 0.1"),
        (OWN.with_schedule(SCHEDULES["exponential"]), "η = 0.5 in step 1 > 2/λmax = 0.1"),
        (OWN_MOMENTUM, "η = 0.5 > 2(1 + β)/λmax = 0.15"),
        (MOMENTUM.with_values(learning_rate=0.5, momentum=0.5), "η = 0.5 > 2(1 + β)/λmax = 0.15"),
        (Optimizer.from_rule("w = w - 2*η*g", η=0.5), "it left the picture for good"),
        (Optimizer.from_rule("w = w - lr*g", lr=0.5), "it left the picture for good"),
        (Optimizer.from_rule("w = w - η*g*(1 + norm(g))", η=0.5), "it left the picture for good"),
    ],
)
def test_the_limit_is_named_where_it_is_one(optimizer: Optimizer, reason: str) -> None:
    run = race(BOWL, [optimizer], (1, 1), 400)
    assert outcome_sentence(run, 0) == f"diverged at step {run.outcomes[0].step}: {reason}"


def test_a_rate_below_the_limit_is_not_blamed() -> None:
    saddle = Loss.from_text("x**2 - y**2")  # λmax = 2, but downhill has no end
    for optimizer in (DESCENT, DESCENT.with_schedule(SCHEDULES["cosine"]), Optimizer.from_rule("w = w - η*g")):
        run = race(saddle, [optimizer.with_values(learning_rate=0.5)], (1, 1), 4000)
        assert run.outcomes[0].kind != "diverged" or "left the picture" in outcome_sentence(run, 0)


def test_a_shortened_gradient_says_nothing_of_the_limit() -> None:
    run = race(BOWL, [FAST.with_clipping(0.1), OPTIMIZERS["nesterov"].with_clipping(1e9)], (1, 1), 20)
    assert stability_sentence(run, 0, 3) == stability_sentence(run, 1, 3) == ""
    assert stability_sentence(race(BOWL, [FAST.with_clipping(1e9)], (1, 1), 20), 0, 0).startswith("η = 0.5 is above")


def test_the_rate_of_the_moment_is_judged() -> None:
    run = race(BOWL, [FAST.with_schedule(SLOW_START)], (1, 1e-3), 20)
    assert stability_sentence(run, 0, 0) == "η = 0.005 in step 1 is below 2/λmax = 0.1: stable here"
    assert stability_sentence(run, 0, 10).startswith("η = 0.5 in step 11 is above 2/λmax = 0.1")


def test_a_branch_is_blamed_for_its_own_rate() -> None:
    slow = DESCENT.with_values(learning_rate=0.01)
    run = race(BOWL, [slow], (1, 1), 400, branches={0: Branch(5, FAST)})
    assert outcome_sentence(run, 0).endswith("η = 0.5 > 2/λmax = 0.1")


@pytest.mark.parametrize("key", list(OPTIMIZERS))
def test_a_copy_of_a_method_has_its_limit(key: str) -> None:
    rule = OPTIMIZERS[key].rule.text
    expected = key if key in ("gradient_descent", "momentum", "nesterov") else ""
    assert limited_as(Optimizer.from_rule(rule)) == expected
    assert limited_as(OPTIMIZERS[key]) == limited_as(OPTIMIZERS[key].with_clipping(1)) == expected
    run = race(BOWL, [OPTIMIZERS[key]], (1e300, 1e300), 3)  # whatever becomes of it, there are words for it
    assert outcome_sentence(run, 0) == "" or run.outcomes[0].kind != "running"
