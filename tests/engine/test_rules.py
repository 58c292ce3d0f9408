"""What a rule knows of itself, and that compiled rules compute what the text says."""

from __future__ import annotations

import numpy as np
import pytest

from engine.arrows import kinds, signs
from engine.expressions import ExpressionError
from engine.optimizers import OPTIMIZERS, Optimizer
from engine.rules import Rule
from engine.schedules import SCHEDULES

ADAM = OPTIMIZERS["adam"].rule


def test_names_of_adam() -> None:
    assert ADAM.state == ("m", "v")
    assert ADAM.hyperparameters == ("β1", "β2", "η", "ε")
    assert ADAM.vectors == {"w", "g", "m", "v"}
    assert ADAM.gradients_per_step() == 1


def test_a_look_ahead_gradient_counts_and_is_recorded() -> None:
    rule = OPTIMIZERS["nesterov"].rule
    assert not rule.uses_g
    assert rule.gradients_per_step() == 1
    assert [column[0] for column in rule.columns] == [
        "g",
        "line",
        "point",
        "gradient",
        "line",
        "line",
    ]


def test_numbers_without_components_are_numbers() -> None:
    rule = Rule("μ = 0.5*(1 + μ)\nβ = μ**2\nw = w - β*g")
    assert rule.vectors == {"w", "g"}
    assert rule.state == ("μ",)
    record: list[tuple[float, ...]] = []
    rule.descend("floats")(lambda x, y: (1.0, 2.0), rule.start_row((0, 0)), 1, 2, 1e9, record)
    np.testing.assert_allclose(record[1], [1, 2, 0.75, 0.5625, -0.25 - 0.5625, 2 * (-0.25 - 0.5625)])


def test_a_name_assigned_twice_keeps_both_values() -> None:
    rule = Rule("w = w - η*g\nw = w*0.5")
    record: list[tuple[float, ...]] = []
    descend = rule.descend("floats")
    descend(lambda x, y: (x, y), rule.start_row((8, 4)), 1, 2, 1e9, record, 0.5)
    assert record[0] == (8, 4, 4, 2, 2, 1)
    assert record[1] == (2, 1, 1, 0.5, 0.5, 0.25)


def test_nested_gradients() -> None:
    rule = Rule("w = w - η*grad(w - η*grad(w))")
    record: list[tuple[float, ...]] = []
    rule.descend("floats")(lambda x, y: (x, y), rule.start_row((1, 2)), 1, 1, 1e9, record, 0.5)
    assert record[0][-2:] == (0.75, 1.5)
    assert rule.gradients_per_step() == 2


@pytest.mark.parametrize("key", list(OPTIMIZERS))
@pytest.mark.parametrize("convention", ["textbook", "pytorch"])
def test_floats_and_numpy_scalars_agree(key: str, convention: str) -> None:
    optimizer = OPTIMIZERS[key]
    rule = optimizer.rule if convention == "textbook" else optimizer.as_pytorch().rule
    values = [optimizer.symbols[symbol] for symbol in rule.hyperparameters]
    rows = []
    for flavour in ("floats", "careful"):
        record: list[tuple[float, ...]] = []
        start = tuple(np.float64(v) for v in rule.start_row((0.7, -1.3)))
        gradient = lambda x, y: (3 * x + y, x + y * y * y)  # noqa: E731
        hessian = [lambda x, y: (3.0, 1.0, 3 * y * y)] * rule.uses_hessian
        rule.descend(flavour)(gradient, start, 1, 30, 1e9, record, *hessian, *values)
        rows.append(record)
    np.testing.assert_allclose(rows[0], rows[1], rtol=1e-12)


def test_what_a_line_looks_like_follows_from_the_rule() -> None:
    tags = {key: {n: k.tag for n, k in kinds(o.rule).items()} for key, o in OPTIMIZERS.items()}
    assert tags["adam"] == {"w": "point", "g": "gradient", "m": "direction", "v": "scale"}
    assert tags["momentum"]["a"] == "direction"
    assert tags["nesterov"]["u"] == "point"
    assert tags["adadelta"] == {
        "w": "point", "g": "gradient", "G": "scale", "Δ": "direction", "H": "scale",
    }  # fmt: skip


def test_what_the_lines_of_the_newer_methods_look_like() -> None:
    tags = {key: {n: k.tag for n, k in kinds(o.rule).items()} for key, o in OPTIMIZERS.items()}
    assert tags["amsgrad"]["v_hat"] == tags["adamax"]["u"] == tags["adabelief"]["s"] == tags["yogi"]["v"] == "scale"
    assert tags["lion"]["u"] == tags["qhm"]["a"] == tags["nadam"]["m"] == "direction"
    assert {n: tags["rprop"][n] for n in "dhs"} == {"d": "scale", "h": "direction", "s": "sign"}
    assert kinds(OPTIMIZERS["rprop"].rule)["d"].degree == -1  # an ellipse as large as the steps
    clipped = kinds(OPTIMIZERS["adam"].with_clipping(1).rule)
    assert clipped["g_hat"].tag == clipped["m"].tag == "direction"


def test_a_velocity_points_the_way_it_acts() -> None:
    assert signs(OPTIMIZERS["momentum"].rule)["a"] == -1
    assert signs(Rule("a = β*a - η*g\nw = w + a"))["a"] == 1
    assert signs(Rule("a = β*a - η*g\nw = w + a"))["g"] == -1


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("w = w - eta*g", "w = w - η*g"),
        ("m = beta1*m + (1 - beta₁)*g\nw = w - eta_plus*m", "m = β1*m + (1 - β₁)*g\nw = w - η_plus*m"),
        ("w = w - lambda*Delta²*g", "w = w - λ*Δ²*g"),
        ("w = w - beta1x*betas*g", "w = w - beta1x*betas*g"),
        ("w = w - pi*g", "w = w - pi*g"),
    ],
)
def test_the_names_of_greek_letters_are_the_letters(typed: str, meant: str) -> None:
    rule, same = Rule(typed), Rule(meant)
    assert rule.hyperparameters == same.hyperparameters
    assert [line.text for line in rule.program] == [line.text for line in same.program]
    assert [line.expression for line in rule.program] == [line.expression for line in same.program]


def test_a_mistake_behind_a_greek_name_is_told_where_it_was_typed() -> None:
    with pytest.raises(ExpressionError) as raised:
        Rule("w = w - epsilon*lambda*sqrrt(g)")
    assert raised.value.column == 24


def test_a_rule_written_with_names_takes_their_values_and_a_schedule() -> None:
    method = Optimizer.from_rule("mu = beta*mu + g\nw = w - eta*mu", initial={"mu": 2}, eta=0.3, beta=0.5)
    assert dict(method.symbols) == {"β": 0.5, "η": 0.3} and method.rule.initial == (("μ", 2),)
    assert "η_t*μ" in method.with_schedule(SCHEDULES["cosine"]).rule.text
    assert "g_hat" in method.with_clipping(1.0).rule.text


def test_a_name_of_ones_own_never_shares_the_value_of_a_letter() -> None:
    method = Optimizer.from_rule("m = β*m + momentum*g\nw = w - η*m")
    assert [parameter.name for parameter in method.parameters] == ["β", "momentum", "learning_rate"]
    assert method.with_values(momentum=3).symbols == {"β": 0.9, "momentum": 3, "η": 0.01}
