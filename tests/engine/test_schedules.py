"""Schedules and clipping: PyTorch's figures, and the rule that is shown is the rule that is run."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.descent import race
from engine.expressions.typeset import latex, plain, typeset_assignment
from engine.losses import LOSSES, Loss
from engine.optimizers import OPTIMIZERS, Optimizer
from engine.schedules import SCHEDULES, Schedule

REFERENCE: dict[str, Any] = json.loads(
    (Path(__file__).parent.parent / "reference" / "schedules.json").read_text(encoding="utf-8")
)
ALL = list(SCHEDULES.values())


@pytest.mark.parametrize("case", REFERENCE["schedules"], ids=lambda case: f"{case['torch_class']}-{case['values']}")
def test_rates_are_pytorchs(case: dict[str, Any]) -> None:
    schedule = SCHEDULES[case["schedule"]].with_values(**case["values"])
    steps = np.arange(1, len(case["rates"]) + 1)
    np.testing.assert_allclose(REFERENCE["rate"] * schedule.factor(steps), case["rates"], rtol=1e-12, atol=1e-14)


def test_every_schedule_has_a_reference() -> None:
    assert {case["schedule"] for case in REFERENCE["schedules"]} == set(SCHEDULES)


@pytest.mark.parametrize("case", REFERENCE["runs"], ids=lambda case: case["optimizer"])
def test_scheduled_and_clipped_runs_are_pytorchs(case: dict[str, Any]) -> None:
    optimizer = OPTIMIZERS[case["optimizer"]].as_pytorch().with_values(**case["values"])
    if case["schedule"]:
        key, values = case["schedule"]
        optimizer = optimizer.with_schedule(SCHEDULES[key].with_values(**values))
    optimizer = optimizer.with_clipping(case["clipping"])
    loss = Loss.from_text("(x**2 + y - 11)**2 + (x + y**2 - 7)**2")
    points = race(loss, [optimizer], (-1, -1), len(case["points"]) - 1).points[:, 0]
    np.testing.assert_allclose(points, case["points"], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("schedule", ALL, ids=lambda s: s.key)
def test_a_curve_is_its_points_and_lies_between_0_and_1(schedule: Schedule) -> None:
    curve = schedule.factor(np.arange(1, 400))
    assert curve.shape == (399,)
    assert (curve >= 0).all()
    assert (curve <= 1 + 1e-15).all()
    assert [float(schedule.factor(k)) for k in (1, 7, 399)] == [curve[0], curve[6], curve[398]]
    assert schedule.summary.endswith(".")
    assert schedule.source
    for parameter in schedule.parameters:
        assert parameter.low <= parameter.default <= parameter.high


@pytest.mark.parametrize("schedule", ALL, ids=lambda s: s.key)
@pytest.mark.parametrize("key", list(OPTIMIZERS))
def test_any_racer_takes_any_schedule_and_clipping(key: str, schedule: Schedule) -> None:
    """The race with η_t is the race in which η is set by hand before each step."""
    for plain_one in (OPTIMIZERS[key], OPTIMIZERS[key].as_pytorch()):
        scheduled = plain_one.with_schedule(schedule).with_clipping(3.0)
        history = race(LOSSES["himmelblau"], [scheduled], (1, -1), 12).histories[0]
        by_hand = plain_one.with_clipping(3.0)
        rule, record = by_hand.rule, list[tuple[float, ...]]()
        row = rule.start_row((1.0, -1.0))
        loss = LOSSES["himmelblau"]
        hessian = [loss.float_hessian] * rule.uses_hessian
        for step in range(1, 13):
            rate = by_hand.values["learning_rate"] * float(schedule.factor(step))
            symbols = dict(by_hand.symbols) | {"η": rate}
            values = [symbols[symbol] for symbol in rule.hyperparameters]
            rule.descend("floats")(loss.float_gradient, row, step, step, 1e9, record, *hessian, *values)
            row = record[-1]
        ours = history.rows[:, scheduled.rule.weights]
        np.testing.assert_allclose(ours, np.array(record)[:, rule.weights], rtol=1e-9, atol=1e-12)


def lines(optimizer: Optimizer) -> list[str]:
    return [plain(typeset_assignment(line)) for line in optimizer.rule.program]


def test_the_schedule_is_a_line_of_the_rule() -> None:
    momentum = OPTIMIZERS["momentum"].with_schedule(SCHEDULES["step"].with_values(every=10))
    assert lines(momentum) == ["η_t ← η·q^⌊(t − 1)/k⌋", "a ← β·a + g", "w ← w − η_t·a"]
    assert latex(typeset_assignment(momentum.rule.program[0])) == (
        r"\eta_t \leftarrow \eta q^{\left\lfloor \frac{t - 1}{k} \right\rfloor}"
    )
    run = race(LOSSES["himmelblau"], [momentum], (1, -1), 30)
    assert run.histories[0].line(10, 0) == 0.01
    assert run.histories[0].line(11, 0) == 0.005
    assert run.histories[0].before_line(11, 2)["η_t"] == 0.005


def test_clipping_is_a_line_of_the_rule() -> None:
    assert lines(OPTIMIZERS["momentum"].with_clipping(2)) == [
        "g_hat ← min(1, c/(‖g‖ + 10⁻⁶))·g", "a ← β·a + g_hat", "w ← w − η·a",
    ]  # fmt: skip
    assert lines(OPTIMIZERS["nesterov"].with_clipping(2)) == [
        "u ← w − η·β·a", "s ← ∇L(u)", "s_hat ← min(1, c/(‖s‖ + 10⁻⁶))·s", "a ← β·a + s_hat", "w ← w − η·a",
    ]  # fmt: skip
    own = Optimizer.from_rule("w = w - η*(g + grad(w - grad(w)))").with_clipping(1)
    assert lines(own)[1:] == [
        "s ← ∇L(w)", "s_hat ← min(1, c/(‖s‖ + 10⁻⁶))·s", "s2 ← ∇L(w − s_hat)",
        "s2_hat ← min(1, c/(‖s2‖ + 10⁻⁶))·s2", "w ← w − η·(g_hat + s2_hat)",
    ]  # fmt: skip


def test_a_clipped_gradient_has_the_norm_and_a_short_one_is_left_alone() -> None:
    run = race(LOSSES["himmelblau"], [OPTIMIZERS["gradient_descent"].with_clipping(2)], (1, -1), 200)
    history = run.histories[0]
    first, last = np.array(history.line(1, 0)), np.array(history.line(200, 0))
    assert math.hypot(*first) == pytest.approx(2, rel=1e-6)
    assert np.cross([*first, 0], [*run.gradients[0, 0], 0])[2] == pytest.approx(0, abs=1e-9)
    np.testing.assert_array_equal(last, run.gradients[199, 0])


def test_a_modifier_replaces_the_last_one_and_none_takes_it_away() -> None:
    adam = OPTIMIZERS["adam"].with_values(beta1=0.8)
    changed = adam.with_schedule(SCHEDULES["step"]).with_clipping(1).with_schedule(SCHEDULES["cosine"])
    assert "q" not in changed.rule.hyperparameters
    assert changed.values["beta1"] == 0.8
    assert changed.with_values(beta1=0.7).schedule is SCHEDULES["cosine"]
    assert changed.with_schedule(None).with_clipping(None).rule == adam.rule
    assert changed.as_pytorch().rule == adam.as_pytorch().with_clipping(1).with_schedule(SCHEDULES["cosine"]).rule
    assert changed.as_pytorch().values == changed.values
    assert adam.with_schedule(SCHEDULES["constant"]).rule == adam.rule


@pytest.mark.parametrize("bad", [0, -1, math.nan, math.inf, "much", True])
def test_a_bad_norm_is_refused(bad: Any) -> None:
    with pytest.raises(ValueError, match="clipping must be"):
        OPTIMIZERS["adam"].with_clipping(bad)


def test_bad_numbers_of_a_schedule_are_named() -> None:
    with pytest.raises(ValueError, match="every must be a finite number, 1 or more"):
        SCHEDULES["step"].with_values(every=0)
    with pytest.raises(ValueError, match="there are period, lowest"):
        SCHEDULES["cosine"].with_values(every=3)


def test_a_rule_that_leaves_no_room_says_so() -> None:
    with pytest.raises(ValueError, match="no learning rate η"):
        Optimizer.from_rule("w = w - g").with_schedule(SCHEDULES["step"])
    with pytest.raises(ValueError, match="already uses “k”"):
        Optimizer.from_rule("w = w - k*η*g").with_schedule(SCHEDULES["step"])
    with pytest.raises(ValueError, match="already uses “c”"):
        Optimizer.from_rule("w = w - c*g").with_clipping(1)


def test_only_the_name_itself_is_replaced() -> None:
    own = Optimizer.from_rule("η_g = η²\nw = w - η_g*g*η1", η=0.5).with_schedule(SCHEDULES["exponential"])
    assert [line.text for line in own.rule.program[1:]] == ["η_g = η_t²", "w = w - η_g*g*η1"]
    assert OPTIMIZERS["rprop"].with_schedule(SCHEDULES["exponential"]).rule.hyperparameters[:2] == ("η", "q")
