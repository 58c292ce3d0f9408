"""The parts of a rule's lines: terms add up to the line, factors are what time alone does."""

from __future__ import annotations

import numpy as np
import pytest

from engine.arrows import arrows_at
from engine.descent import race
from engine.line_parts import terms, time_factors
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
            if all(term.within for term in found):
                total = np.sign(total)
            np.testing.assert_allclose(total, history.line(STEP, place), rtol=1e-12, atol=1e-15)


def said(optimizer: Optimizer, place: int, step: int = STEP) -> tuple[list[str], tuple[str, ...]]:
    run = race(LOSSES["beale"], [optimizer], (1.0, 1.5), step)
    rule, known = optimizer.rule, run.histories[0].before_line(step, place)
    return [term.label for term in terms(rule, place, known)], time_factors(rule, place, known)


def test_what_the_parts_are_called() -> None:
    assert said(OPTIMIZERS["momentum"], 0) == (["β·a", "g"], ())
    assert said(OPTIMIZERS["momentum"], 1) == ([], ())  # one term only: the step itself
    assert said(OPTIMIZERS["nesterov"], 1)[0] == ["β·a", "∇L(u)"]
    assert said(OPTIMIZERS["adam"], 0)[0] == ["β₁·m", "(1 − β₁)·g"]
    assert said(OPTIMIZERS["adamw"], 2)[0][1] == "−η·λ·w"


def test_what_stands_before_a_bracket_is_taken_into_it() -> None:
    assert said(OPTIMIZERS["qhm"], 1)[0] == ["−η·(1 − ν)·g", "−η·ν·a"]
    assert said(OPTIMIZERS["nesterov"].as_pytorch(), 1)[0] == ["−η·g", "−η·β·a"]
    assert said(OPTIMIZERS["nadam"], 5)[0][1] == "−η/√(v/(1 − β₂ᵗ) + ε)·(1 − μ)·g/(1 − P)"
    assert said(Optimizer.from_rule("w = w - (g - η*w)/9"), 0)[0] == ["−g/9", "η·w/9"]


def test_what_is_added_inside_a_sign_is_shown() -> None:
    assert said(OPTIMIZERS["lion"], 0)[0] == ["β₁·m", "(1 − β₁)·g"]
    assert said(Optimizer.from_rule("m = β*m + g\nw = w - η*sign(g + m)"), 1)[0] == ["−g", "−m"]
    assert said(Optimizer.from_rule("m = β*m + g\nw = w - η*abs(g + m)"), 1)[0] == []


def test_the_branch_that_is_taken_is_shown() -> None:
    own = Optimizer.from_rule("m = where(t > 5, m - g, m + g)\nw = w - η*m")
    assert said(own, 0)[0] == ["m", "g"]
    assert said(own, 0, 6)[0] == ["m", "−g"]


@pytest.mark.parametrize("line", ["a = g + 1", "a = 2*(g + 1)", "a = (w + w)*(w + w)"])
def test_sums_with_a_number_and_products_of_sums_are_no_chains(line: str) -> None:
    assert said(Optimizer.from_rule(f"{line}\nw = w - 0.001*a"), 0) == ([], ())


def test_weights_that_are_scaled_are_no_place_to_begin_a_chain() -> None:
    assert said(Optimizer.from_rule("w = (1 - η*λ)*w - η*g"), 0)[0] == []


B1, B2 = 1 - 0.9**STEP, 1 - 0.999**STEP


@pytest.mark.parametrize(
    ("name", "factors"),
    [
        ("adam", [("√(1 − β₂ᵗ)/(1 − β₁ᵗ)", B2**0.5 / B1)]),
        ("adam pytorch", [("1/(1 − β₁ᵗ)", 1 / B1), ("1/√(1 − β₂ᵗ)", B2**-0.5)]),
        ("adamw", [("√(1 − β₂ᵗ)/(1 − β₁ᵗ)", B2**0.5 / B1)]),
        ("amsgrad pytorch", [("1/(1 − β₁ᵗ)", 1 / B1), ("1/√(1 − β₂ᵗ)", B2**-0.5)]),
        ("adabelief", [("1/(1 − β₁ᵗ)", 1 / B1), ("1/√(1 − β₂ᵗ)", B2**-0.5)]),
        ("radam", [("1/(1 − β₁ᵗ)", 1 / B1)]),
        ("adamax", [("1/(1 − β₁ᵗ)", 1 / B1)]),
    ],
)
def test_the_factors_that_are_times_alone(name: str, factors: list[tuple[str, float]]) -> None:
    place = len(CASES[name].rule.lines) - 1
    assert said(CASES[name], place)[1] == tuple(f"{text} = {value:.4g}" for text, value in factors)


@pytest.mark.parametrize("name", CASES)
def test_no_correction_is_left_out(name: str) -> None:
    step = 8  # RAdam has begun to trust its scale
    for place, line in enumerate(CASES[name].rule.lines):
        factors = " ".join(said(CASES[name], place, step)[1])
        if line.name == "w":
            assert [f"β{k}**t" in line.text for k in (1, 2)] == ["β₁ᵗ" in factors, "β₂ᵗ" in factors]


def test_factors_of_averages_with_a_momentum_that_grows() -> None:
    run = race(LOSSES["beale"], [OPTIMIZERS["nadam"]], (1.0, 1.5), STEP)
    known = run.histories[0].before_line(STEP, 5)
    factors = dict(factor.split(" = ") for factor in time_factors(OPTIMIZERS["nadam"].rule, 5, known))
    assert set(factors) == {"1/(1 − P·μ_next)", "(1 − μ)/(1 − P)", "1/(1 − β₂ᵗ)"}
    assert float(factors["(1 − μ)/(1 − P)"]) == pytest.approx((1 - known["μ"]) / (1 - known["P"]), rel=1e-3)


def test_what_depends_on_the_gradient_is_not_times_alone() -> None:
    assert said(Optimizer.from_rule("w = w - η*g/(t + norm(g))"), 0)[1] == ()
    assert said(Optimizer.from_rule("n = t*norm(g)\nw = w - η*g/(1 + n)"), 1)[1] == ()
    assert said(Optimizer.from_rule("w = w - η*g/sqrt(t)"), 0)[1] == ("1/√(t) = 0.5774",)


def test_only_the_line_looked_at_has_parts_and_they_act_as_it_does() -> None:
    run = race(LOSSES["beale"], [OPTIMIZERS["momentum"]], (1.0, 1.5), STEP)
    gradient, velocity = arrows_at(run, 0, STEP, 0)
    assert not gradient.terms and [term.label for term in velocity.terms] == ["−β·a", "−g"]
    assert [term.is_gradient for term in velocity.terms] == [False, True]
    np.testing.assert_allclose(np.sum([term.value for term in velocity.terms], axis=0), velocity.value)
    np.testing.assert_allclose(velocity.numbers, np.negative(velocity.value))
    assert not any(arrow.terms for arrow in arrows_at(run, 0, STEP, 1))
