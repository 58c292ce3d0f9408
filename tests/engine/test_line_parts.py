"""The parts of a rule's lines: terms add up to the line, factors are what time alone does."""

from __future__ import annotations

import numpy as np
import pytest

from engine.arrows import arrows_at
from engine.descent import race
from engine.line_parts import terms, time_factor
from engine.losses import LOSSES
from engine.optimizers import OPTIMIZERS, Optimizer

STEP = 3
CASES = {f"{key}{form}": o.as_pytorch() if form else o for key, o in OPTIMIZERS.items() for form in ("", " pytorch")}


@pytest.mark.parametrize("name", CASES)
def test_terms_add_up_to_their_line(name: str) -> None:
    run = race(LOSSES["beale"], [CASES[name]], (1.0, 1.5), STEP)
    history, rule = run.histories[0], CASES[name].rule
    for place, line in enumerate(rule.lines):
        found = terms(rule, place, history.before_line(STEP, place))
        if found:
            begin = run.points[STEP - 1, 0] if line.name == "w" else np.zeros(2)
            total = begin + np.sum([term.value for term in found], axis=0)
            np.testing.assert_allclose(total, history.line(STEP, place), rtol=1e-12, atol=1e-15)


def said(optimizer: Optimizer, place: int) -> tuple[list[str], str]:
    run = race(LOSSES["beale"], [optimizer], (1.0, 1.5), STEP)
    rule, known = optimizer.rule, run.histories[0].before_line(STEP, place)
    return [term.label for term in terms(rule, place, known)], time_factor(rule, place, known)


def test_what_the_parts_are_called() -> None:
    assert said(OPTIMIZERS["momentum"], 0) == (["β·a", "g"], "")
    assert said(OPTIMIZERS["momentum"], 1) == ([], "")  # one term only: the step itself
    assert said(OPTIMIZERS["nesterov"], 1)[0] == ["β·a", "∇L(u)"]
    assert said(OPTIMIZERS["adam"], 0)[0] == ["β₁·m", "(1 − β₁)·g"]
    bias = (1 - 0.999**STEP) ** 0.5 / (1 - 0.9**STEP)
    assert said(OPTIMIZERS["adam"], 2)[1] == f"√(1 − β₂ᵗ)/(1 − β₁ᵗ) = {bias:.4g}"
    assert said(OPTIMIZERS["adamw"], 2)[0][1] == "−η·λ·w"


def test_a_sum_with_a_number_in_it_is_no_chain() -> None:
    assert said(Optimizer.from_rule("a = g + 1\nw = w - η*a"), 0) == ([], "")


def test_only_the_line_looked_at_has_parts_and_they_act_as_it_does() -> None:
    run = race(LOSSES["beale"], [OPTIMIZERS["momentum"]], (1.0, 1.5), STEP)
    gradient, velocity = arrows_at(run, 0, STEP, 0)
    assert not gradient.terms and [term.label for term in velocity.terms] == ["−β·a", "−g"]
    assert [term.is_gradient for term in velocity.terms] == [False, True]
    np.testing.assert_allclose(np.sum([term.value for term in velocity.terms], axis=0), velocity.value)
    np.testing.assert_allclose(velocity.numbers, np.negative(velocity.value))
    assert not any(arrow.terms for arrow in arrows_at(run, 0, STEP, 1))
