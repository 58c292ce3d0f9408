"""The methods against PyTorch's figures or by hand, and what their hyperparameters accept."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.curvature import largest_eigenvalue
from engine.descent import race
from engine.expressions import ExpressionError
from engine.losses import LOSSES, Loss
from engine.optimizers import OPTIMIZERS, Optimizer

REFERENCE = Path(__file__).parent.parent / "reference" / "optimizers.json"
RUNS: list[dict[str, Any]] = json.loads(REFERENCE.read_text(encoding="utf-8"))["runs"]
SETTINGS = {"lr": "learning_rate", "eps": "epsilon", "rho": "decay", "alpha": "decay"}
PAIRS = {
    "betas": ("beta1", "beta2"), "etas": ("decrease", "increase"), "step_sizes": ("smallest_step", "largest_step"),
}  # fmt: skip
NOT_IN_PYTORCH = {"qhm", "adabelief", "yogi", "lion", "signsgd", "newton", "damped_newton"}


def optimizer_of(run: dict[str, Any]) -> Optimizer:
    values: dict[str, float] = {}
    for name, value in run["settings"].items():
        if name in PAIRS:
            values |= dict(zip(PAIRS[name], value, strict=True))
        elif name not in ("nesterov", "amsgrad"):
            values[SETTINGS.get(name, name)] = value
    return OPTIMIZERS[run["optimizer"].replace("_eps0", "")].with_values(**values)


def test_the_reference_covers_all_methods() -> None:
    assert {run["optimizer"].replace("_eps0", "") for run in RUNS} == set(OPTIMIZERS) - NOT_IN_PYTORCH


@pytest.mark.parametrize("run", RUNS, ids=lambda run: f"{run['loss']}-{run['optimizer']}")
def test_pytorch_convention_reproduces_pytorch(run: dict[str, Any]) -> None:
    loss = LOSSES.get(run["loss"]) or Loss.from_text(run["formula"])
    steps = max(int(step) for step in run["points"])
    points = race(loss, [optimizer_of(run).as_pytorch()], run["start"], steps).points[:, 0]
    for step, point in run["points"].items():
        assert points[int(step)] == pytest.approx(point, rel=1e-9, abs=1e-12), f"step {step}"


@pytest.mark.parametrize("key", ["adam", "rmsprop", "adagrad"])
def test_without_epsilon_both_conventions_are_one(key: str) -> None:
    optimizer = OPTIMIZERS[key].with_values(epsilon=0)
    run = race(LOSSES["beale"], [optimizer, optimizer.as_pytorch()], (1, 1.5), 100)
    np.testing.assert_allclose(run.points[:, 0], run.points[:, 1], rtol=1e-9)


def test_pytorch_nesterov_is_the_look_ahead_point() -> None:
    nesterov = OPTIMIZERS["nesterov"].with_values(learning_rate=0.002)
    run = race(LOSSES["himmelblau"], [nesterov, nesterov.as_pytorch()], (1, -1), 60)
    rate, beta = 0.002, 0.9
    for step in range(1, 60):
        velocity = np.array(run.histories[0].line(step, 1))
        ahead = run.points[step, 0] - rate * beta * velocity
        np.testing.assert_allclose(ahead, run.points[step, 1], rtol=1e-9)


def adam_by_hand(steps: int) -> np.ndarray:
    loss = LOSSES["rosenbrock"]
    w, m, v = np.array([-1.5, 2.0]), np.zeros(2), np.zeros(2)
    path = [w]
    for t in range(1, steps + 1):
        g = loss.gradient(w)
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g**2
        w = w - 0.05 / np.sqrt(v + 1e-8) * math.sqrt(1 - 0.999**t) / (1 - 0.9**t) * m
        path.append(w)
    return np.array(path)


def test_the_textbook_convention_is_the_default() -> None:
    run = race(LOSSES["rosenbrock"], [OPTIMIZERS["adam"]], (-1.5, 2), 80)
    np.testing.assert_allclose(run.points[:, 0], adam_by_hand(80), rtol=1e-10)


@pytest.mark.parametrize("key", list(OPTIMIZERS))
def test_every_hyperparameter_of_a_rule_is_described(key: str) -> None:
    optimizer = OPTIMIZERS[key]
    for rule in filter(None, (optimizer.rule, optimizer.pytorch)):
        assert set(rule.hyperparameters) <= set(optimizer.symbols)
    assert optimizer.summary.endswith(".") and optimizer.source
    for parameter in optimizer.parameters:
        assert parameter.low <= parameter.default <= parameter.high
        assert parameter.explanation.endswith((".", ")"))


@pytest.mark.parametrize("bad", [-1, math.nan, math.inf, "fast", None, True, 10**400])
def test_a_bad_value_is_named(bad: Any) -> None:
    with pytest.raises(ValueError, match="learning_rate"):
        OPTIMIZERS["adam"].with_values(learning_rate=bad)


def test_a_decay_of_one_or_more_is_refused() -> None:
    with pytest.raises(ValueError, match="beta1 must be a number from 0 to below 1"):
        OPTIMIZERS["adam"].with_values(beta1=1)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ValueError, match="learning_rate, momentum"):
        OPTIMIZERS["momentum"].with_values(speed=1)


def test_with_values_leaves_the_original_alone() -> None:
    changed = OPTIMIZERS["adam"].with_values(learning_rate=0.5).with_values(β1=0.5)
    assert changed.values["learning_rate"] == 0.5
    assert changed.values["beta1"] == 0.5
    assert OPTIMIZERS["adam"].values["learning_rate"] == 0.05


# --- methods that PyTorch does not have, by hand from their papers -------------------------------

Step = Callable[[float, np.ndarray, np.ndarray, dict[str, Any]], np.ndarray]  # t, w, g, state -> w


def qhm(t: float, w: np.ndarray, g: np.ndarray, s: dict[str, Any]) -> np.ndarray:
    s["a"] = 0.99 * s["a"] + (1 - 0.99) * g
    return w - 0.05 * (0.3 * g + 0.7 * s["a"])


def adabelief(t: float, w: np.ndarray, g: np.ndarray, s: dict[str, Any]) -> np.ndarray:
    s["m"] = 0.9 * s["m"] + 0.1 * g
    s["s"] = 0.999 * s["s"] + 0.001 * (g - s["m"]) ** 2 + 1e-8
    return w - 0.05 * (s["m"] / (1 - 0.9**t)) / (np.sqrt(s["s"] / (1 - 0.999**t)) + 1e-8)


def yogi(t: float, w: np.ndarray, g: np.ndarray, s: dict[str, Any]) -> np.ndarray:
    s["m"] = 0.9 * s["m"] + 0.1 * g
    s["v"] = s["v"] - 0.001 * np.sign(s["v"] - g * g) * g * g
    return w - 0.01 * s["m"] / (np.sqrt(s["v"]) + 1e-3)


def lion(t: float, w: np.ndarray, g: np.ndarray, s: dict[str, Any]) -> np.ndarray:
    update = np.sign(0.9 * s["m"] + 0.1 * g)
    s["m"] = 0.99 * s["m"] + 0.01 * g
    return w - 0.02 * (update + 0.0 * w)


def signsgd(t: float, w: np.ndarray, g: np.ndarray, s: dict[str, Any]) -> np.ndarray:
    return w - 0.02 * np.sign(g)


def himmelblau_hessian(w: np.ndarray) -> np.ndarray:
    x, y = w
    return np.array([[12 * x * x + 4 * y - 42, 4 * (x + y)], [4 * (x + y), 12 * y * y + 4 * x - 26]])


def newton(t: float, w: np.ndarray, g: np.ndarray, s: dict[str, Any]) -> np.ndarray:
    return w - np.linalg.solve(himmelblau_hessian(w), g)


def damped_newton(t: float, w: np.ndarray, g: np.ndarray, s: dict[str, Any]) -> np.ndarray:
    return w - np.linalg.solve(himmelblau_hessian(w) + np.eye(2), g)


@pytest.mark.parametrize("step", [qhm, adabelief, yogi, lion, signsgd, newton, damped_newton], ids=lambda s: s.__name__)
def test_methods_beyond_pytorch_by_hand(step: Step) -> None:
    loss, w = LOSSES["himmelblau"], np.array([2.5, 1.0])
    state: dict[str, Any] = dict.fromkeys("amvs", np.zeros(2))
    path = [w]
    for t in range(1, 41):
        path.append(w := step(t, w, loss.gradient(w), state))
    run = race(loss, [OPTIMIZERS[step.__name__]], (2.5, 1.0), 40)  # type: ignore[attr-defined]
    np.testing.assert_allclose(run.points[:, 0], path, rtol=1e-9, atol=1e-12)


def test_newton_needs_one_step_on_a_parabola() -> None:
    loss = Loss.from_text("3*x**2 + x*y + y**2 - 4*x")
    run = race(loss, [OPTIMIZERS["newton"], OPTIMIZERS["damped_newton"]], (5, -7), 200)
    np.testing.assert_allclose(run.points[1, 0], (8 / 11, -4 / 11), rtol=1e-14)
    np.testing.assert_allclose(run.points[-1, 1], (8 / 11, -4 / 11), rtol=1e-9)


def test_newton_on_a_formula_too_long_is_an_outcome() -> None:
    loss = Loss.from_text("*".join(f"(x + y - {n})" for n in range(60)))
    run = race(loss, [OPTIMIZERS["newton"], OPTIMIZERS["signsgd"]], (1.5, 0.2), 4)
    assert [str(outcome) for outcome in run.outcomes] == ["diverged at step 1", "running"]
    assert "too long for second derivatives" in run.outcomes[0].reason
    np.testing.assert_array_equal(run.points[:, 0], np.tile([1.5, 0.2], (5, 1)))
    # The curvature then comes from differences. P(x + y) has λmax = 2 P″, and at the root 2 exactly
    # P″ = 2 Q′ = 2 Q Σ 1/(2 − n), where Q is P without the factor that vanishes.
    others = [2 - n for n in range(60) if n != 2]
    exact = 4 * math.prod(others) * sum(Fraction(1, other) for other in others)
    assert largest_eigenvalue(loss, (1, 1)) == pytest.approx(float(exact), rel=1e-6)


def test_newton_where_the_hessian_is_singular_is_an_outcome() -> None:
    run = race(Loss.from_text("x + y"), [OPTIMIZERS["newton"], OPTIMIZERS["damped_newton"]], (1, 1), 5)
    assert run.outcomes[0].kind == "diverged"
    np.testing.assert_allclose(run.points[-1, 1], (-4, -4))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("w = w - g/norm(η)", "norm takes a vector"),
        ("w = w - solve(η, 0)", "solve takes a vector"),
        ("w = w - solve(g, g)", "the damping in solve is one number"),
    ],
)
def test_calls_that_make_no_sense(text: str, problem: str) -> None:
    with pytest.raises(ExpressionError, match=problem):
        Optimizer.from_rule(text)


def test_own_rule() -> None:
    own = Optimizer.from_rule("w = w - η*g", name="Mine", η=0.1)
    run = race(LOSSES["himmelblau"], [own, OPTIMIZERS["gradient_descent"]], (1, 1), 3)
    np.testing.assert_allclose(run.points[1, 0] - run.points[0, 0], 10 * (run.points[1, 1] - run.points[0, 1]))
    assert own.name == "Mine"


def test_own_rule_with_new_names_and_start_values() -> None:
    own = Optimizer.from_rule("s = s/2\nw = w - s*k*g", initial={"s": 4}, k=0.001)
    run = race(LOSSES["himmelblau"], [own], (1, 1), 2)
    assert run.histories[0].line(1, 0) == 2
    assert run.histories[0].line(2, 0) == 1
    with pytest.raises(ValueError, match="no hyperparameter"):
        Optimizer.from_rule("w = w - g", η=1)


@pytest.mark.parametrize(
    ("text", "problem", "line"),
    [
        ("v = g", "must assign w", 1),
        ("g = 1\nw = w - g", "“g” is the gradient", 1),
        ("w = w - g\nt = 3", "“t” is the step", 2),
        ("w = w -", "not a complete formula", 1),
        ("", "empty", 1),
        ("w = w - __import__('os')", "no function", 1),
    ],
)
def test_a_text_that_is_no_rule(text: str, problem: str, line: int) -> None:
    with pytest.raises(ExpressionError, match=problem) as caught:
        Optimizer.from_rule(text)
    assert caught.value.line == line
