"""Every loss: values known from the literature, hand-written gradients against SymPy and differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.expressions import Assignment, ExpressionError, compile_program, parse
from engine.expressions.derivative import differentiate
from engine.losses import LOSSES, Loss

# (point, value) from the sources that name the functions, not from our formulas.
KNOWN = {
    "quadratic_bowl": ((3, 4), 12.5),
    "ill_conditioned": ((1, 1), 10.5),
    "rotated_ravine": ((1, 1), 2.0),
    "booth": ((1, 3), 0.0),
    "matyas": ((0, 0), 0.0),
    "rosenbrock": ((1, 1), 0.0),
    "beale": ((3, 0.5), 0.0),
    "himmelblau": ((3, 2), 0.0),
    "styblinski_tang": ((-2.903534, -2.903534), -78.33233),
    "six_hump_camel": ((0.0898, -0.7126), -1.0316),
    "three_hump_camel": ((0, 0), 0.0),
    "goldstein_price": ((0, -1), 3.0),
    "two_wells": ((1.5, 0), -1.500123),
    "sharp_and_flat": ((2, 0), 0.099665),
    "saddle": ((0, 2), -1.0),
    "monkey_saddle": ((1, 1), -2.0),
    "plateau": ((0, 0), 0.0),
    "easom": ((np.pi, np.pi), -1.0),
    "mccormick": ((-0.54719, -1.54719), -1.91322),
    "rastrigin": ((0, 0), 0.0),
    "ackley": ((0, 0), 0.0),
    "levy": ((1, 1), 0.0),
    "absolute": ((-1, 2), 3.0),
    "flower": ((0, 0), 0.0),
}
KEYS = list(LOSSES)


def inside(loss: Loss, count: int = 200) -> np.ndarray:
    (x0, x1), (y0, y1) = loss.domain
    random = np.random.default_rng(3)
    return np.array([random.uniform(x0, x1, count), random.uniform(y0, y1, count)])


def test_all_are_known() -> None:
    assert set(KNOWN) == set(LOSSES)
    assert len(LOSSES) >= 24


@pytest.mark.parametrize("key", KEYS)
def test_value(key: str) -> None:
    point, value = KNOWN[key]
    assert float(LOSSES[key].value(point)) == pytest.approx(value, abs=6e-5)


@pytest.mark.parametrize("key", KEYS)
def test_gradient_against_sympy(key: str) -> None:
    loss, w = LOSSES[key], inside(LOSSES[key])
    tree = parse(loss.formula)
    for axis, name in enumerate("xy"):
        line = Assignment("z", differentiate(tree, name), "")
        (exact,) = compile_program([line], ["x", "y"], ["z"], "arrays", loss.constants)(*w)
        np.testing.assert_allclose(loss.gradient(w)[axis], exact, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("key", KEYS)
def test_gradient_against_differences(key: str) -> None:
    loss, w = LOSSES[key], inside(LOSSES[key])
    w = w[:, (np.abs(w) > 1e-3).all(axis=0)]  # not across a kink
    for axis, step in enumerate(np.eye(2) * 1e-6):
        difference = (loss.value(w + step[:, None]) - loss.value(w - step[:, None])) / 2e-6
        scale = np.abs(difference).max()
        np.testing.assert_allclose(loss.gradient(w)[axis], difference, rtol=1e-5, atol=1e-8 * scale + 1e-8)


@pytest.mark.parametrize("key", KEYS)
def test_minima_are_minima(key: str) -> None:
    loss = LOSSES[key]
    assert loss.minima.shape == (len(loss.marked), 2)
    angle = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    for x, y in loss.minima:
        ring = np.array([x + 1e-3 * np.cos(angle), y + 1e-3 * np.sin(angle)])
        assert (loss.value(ring) > loss.value((x, y))).all()
        if key not in ("absolute", "ackley"):
            assert np.hypot(*loss.gradient((x, y))) < 1e-7


@pytest.mark.parametrize("key", KEYS)
def test_shapes_and_flavours(key: str) -> None:
    loss, w = LOSSES[key], inside(LOSSES[key], 24)
    assert loss.value(w[:, 0]).shape == ()
    assert loss.value(w.reshape(2, 2, 3, 4)).shape == (2, 3, 4)
    assert loss.gradient(w.reshape(2, 2, 3, 4)).shape == (2, 2, 3, 4)
    assert loss.gradient([1, 2]).dtype == float
    for x, y in w.T[:6]:
        np.testing.assert_allclose(loss.float_gradient(float(x), float(y)), loss.gradient((x, y)), rtol=1e-12)
        np.testing.assert_allclose(loss.careful_gradient(x, y), loss.gradient((x, y)), rtol=1e-12)


@pytest.mark.parametrize("key", KEYS)
def test_every_loss_is_ready_to_be_shown(key: str) -> None:
    loss = LOSSES[key]
    assert loss.key == key
    assert loss.name
    assert loss.story.endswith(".")
    for point in [*loss.minima, loss.start]:
        for (low, high), at in zip(loss.domain, point, strict=True):
            assert low <= at <= high
    assert np.hypot(*loss.gradient(loss.start)) > 0
    assert np.isfinite(loss.value(loss.start))


@pytest.mark.parametrize("key", ["ill_conditioned", "rotated_ravine"])
def test_the_condition_number_is_the_condition_number(key: str) -> None:
    from engine.curvature import hessian

    loss = LOSSES[key].with_values(condition_number=250)
    eigenvalues = np.linalg.eigvalsh(hessian(loss, (0.3, 0.2)))
    assert eigenvalues[1] / eigenvalues[0] == pytest.approx(250, rel=1e-5)
    assert LOSSES[key].values["condition_number"] == 20
    for bad in (0, -3, float("nan"), "big"):
        with pytest.raises(ValueError, match="condition_number"):
            LOSSES[key].with_values(condition_number=bad)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="steepness"):
        LOSSES[key].with_values(steepness=1)


def test_typed_formula_equals_the_built_in_one() -> None:
    typed, built = Loss.from_text("(1 - x)**2 + 100*(y - x**2)**2"), LOSSES["rosenbrock"]
    w = inside(built)
    np.testing.assert_allclose(typed.value(w), built.value(w))
    np.testing.assert_allclose(typed.gradient(w), built.gradient(w), rtol=1e-10)
    assert typed == Loss.from_text("(1 - x)**2 + 100*(y - x**2)**2")


@pytest.mark.parametrize("text", ["3", "log(-1 - x**2)", "where(x > 0, 1, -1)", "sign(x)", "sqrt(x)", "1/x", "x**x"])
def test_strange_formulas_have_values_and_slopes(text: str) -> None:
    loss = Loss.from_text(text)
    w = inside(loss)
    assert loss.value(w).shape == (200,)
    assert loss.gradient(w).shape == (2, 200)
    if text == "3":
        assert not loss.gradient(w).any()


@pytest.mark.parametrize(
    ("text", "problem", "column"),
    [
        ("x + a", "only x and y", 5),
        ("x + grad(y)", "grad has a meaning only", 5),
        ("x + t", "only x and y", 5),
        ("x +* y", "", 4),
        ("__import__('os').system('x')", "only the listed functions", 1),
    ],
)
def test_typed_rubbish_is_refused_with_its_place(text: str, problem: str, column: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        Loss.from_text(text)
    assert problem in caught.value.problem
    assert caught.value.column == column


def test_a_loss_cannot_be_changed() -> None:
    loss: Any = LOSSES["beale"]
    with pytest.raises(AttributeError):
        loss.formula = "x"
    with pytest.raises(TypeError):
        LOSSES["mine"] = loss  # type: ignore[index]
