"""Every loss: values known from the literature, hand-written gradients against SymPy and differences."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from engine.expressions import ExpressionError
from engine.losses import LOSSES, Loss
from engine.parameters import Parameter

ROOT = Path(__file__).parents[2]

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

# The same functions as others write them: multiplied out, or in other terms.
WRITTEN: dict[str, Callable[[Any, Any], Any]] = {
    "quadratic_bowl": lambda x, y: np.hypot(x, y) ** 2 / 2,
    "ill_conditioned": lambda x, y: 0.5 * x * x + 10 * y * y,
    "rotated_ravine": lambda x, y: 10.5 * x * x - 19 * x * y + 10.5 * y * y,
    "booth": lambda x, y: 5 * x**2 + 5 * y**2 + 8 * x * y - 34 * x - 38 * y + 74,
    "matyas": lambda x, y: 0.02 * x * x + 0.02 * y * y + 0.24 * (x - y) ** 2 + 0 * x,
    "rosenbrock": lambda x, y: 1 - 2 * x + x**2 + 100 * y**2 - 200 * x**2 * y + 100 * x**4,
    "beale": lambda x, y: sum((c - x * (1 - y**n)) ** 2 for n, c in enumerate((1.5, 2.25, 2.625), start=1)),
    "himmelblau": lambda x, y: x**4 + y**4 + 2 * x * x * y + 2 * x * y * y - 21 * x**2 - 13 * y**2 - 14 * x - 22 * y
    + 170,
    "styblinski_tang": lambda x, y: sum(np.polyval([0.5, 0, -8, 2.5, 0], t) for t in (x, y)),
    "six_hump_camel": lambda x, y: 4 * x**2 - 2.1 * x**4 + x**6 / 3 + x * y - 4 * y**2 + 4 * y**4,
    "three_hump_camel": lambda x, y: np.polyval([1 / 6, 0, -1.05, 0, 2, 0, 0], x) + y * (x + y),
    "two_wells": lambda x, y: -np.exp(-(np.hypot(x + 1.5, y) ** 2)) - 1.5 * np.exp(-(np.hypot(x - 1.5, y) ** 2)),
    "sharp_and_flat": lambda x, y: 1 + np.hypot(x, y) ** 2 / 40 - np.exp(-(np.hypot(x + 2, y) ** 2) / 2)
    - np.exp(-12 * np.hypot(x - 2, y) ** 2),
    "saddle": lambda x, y: 0.5 * (x - y) * (x + y) + (y * y / 4) ** 2,
    "monkey_saddle": lambda x, y: ((x + 1j * y) ** 3).real,
    "plateau": lambda x, y: -np.expm1(-(np.hypot(x, y) ** 2) / 2),
    "easom": lambda x, y: -np.cos(x) * np.cos(y) * np.exp(-((x - np.pi) ** 2 + (y - np.pi) ** 2)),
    "rastrigin": lambda x, y: sum(t * t + 20 * np.sin(np.pi * t) ** 2 for t in (x, y)),
    "ackley": lambda x, y: -20 * np.exp(-0.2 * np.sqrt((x * x + y * y) / 2))
    - np.exp((np.cos(2 * np.pi * x) + np.cos(2 * np.pi * y)) / 2) + 20 + np.e,
    "levy": lambda x, y: (1 - np.cos(6 * np.pi * x)) / 2 + (x - 1) ** 2 * (1.5 - np.cos(6 * np.pi * y) / 2)
    + (y - 1) ** 2 * (1.5 - np.cos(4 * np.pi * y) / 2),
    "absolute": lambda x, y: np.maximum(x, -x) + np.maximum(y, -y),
    "flower": lambda x, y: x * (x + np.sin(y)) + y * (y + np.sin(x)),
    "mccormick": lambda x, y: np.sin(x) * np.cos(y) + np.cos(x) * np.sin(y) + (y - x) ** 2 - 1.5 * x + 2.5 * y + 1,
    "goldstein_price": lambda x, y: (
        1 + (x + y + 1) ** 2 * (19 - 14 * (x + y) + 3 * (x + y) ** 2)
    ) * (30 + (2 * x - 3 * y) ** 2 * (18 - 16 * (2 * x - 3 * y) + 3 * (2 * x - 3 * y) ** 2)),
}  # fmt: skip


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
def test_value_everywhere(key: str) -> None:
    w = inside(LOSSES[key])
    np.testing.assert_allclose(LOSSES[key].value(w), WRITTEN[key](*w), rtol=1e-9, atol=1e-9)


def by_sympy(loss: Loss, w: np.ndarray) -> list[np.ndarray]:
    """The gradient, by SymPy from the whole formula (a text of ours, not a typed one)."""
    x, y = sympy.symbols("x y", real=True)
    known = {"x": x, "y": y, "e": sympy.E} | loss.constants
    formula = sympy.parse_expr(loss.formula, local_dict=known)
    return [np.broadcast_to(sympy.lambdify((x, y), formula.diff(v), "numpy")(*w), w[0].shape) for v in (x, y)]


@pytest.mark.parametrize("key", KEYS)
def test_gradient_against_sympy(key: str) -> None:
    loss, w = LOSSES[key], inside(LOSSES[key])
    np.testing.assert_allclose(loss.gradient(w), by_sympy(loss, w), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("key", KEYS)
def test_typed_gradient_equals_the_hand_written_one(key: str) -> None:
    loss = LOSSES[key]
    typed, w = Loss.from_text(loss.formula, parameters=loss.parameters), inside(loss)
    np.testing.assert_array_equal(typed.value(w), loss.value(w))
    np.testing.assert_allclose(typed.gradient(w), loss.gradient(w), rtol=1e-9, atol=1e-9)


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
def test_far_out_nothing_is_said(key: str) -> None:
    """Overflow and what is undefined are results (a warning would fail the test); shapes stay."""
    loss = LOSSES[key]
    w = np.array([[1e200, -1e308, np.inf, np.nan, 0.0], [-1e200, 1e308, -np.inf, 1.0, np.nan]])
    assert loss.value(w).shape == (5,)
    assert loss.gradient(w).shape == (2, 5)
    assert np.isnan(loss.value(w)[3:]).all()


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
    assert hash(typed) == hash(Loss.from_text("(1 - x)**2 + 100*(y - x**2)**2"))
    assert typed != Loss.from_text("(1 - x)**2 + 101*(y - x**2)**2")
    assert typed.minima.shape == (0, 2)


def test_a_loss_equals_another_of_the_same_values() -> None:
    loss = LOSSES["ill_conditioned"]
    assert loss.with_values() is loss
    assert loss.with_values(condition_number=5) == loss.with_values(κ=5) != loss
    assert loss.with_values(condition_number=5).with_values(condition_number=20) == loss
    assert hash(loss.with_values(κ=5)) == hash(loss.with_values(κ=5))


def test_what_is_known_of_a_loss_is_read_only() -> None:
    for array in (LOSSES["beale"].minima, LOSSES["beale"].start):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_a_typed_formula_may_have_parameters() -> None:
    steepness = Parameter("α", "steepness", 2.0, 0.0, 10.0, False, "How steep.")
    loss = Loss.from_text("α*x**2 + y**α", parameters=(steepness,))
    np.testing.assert_allclose(loss.gradient((3, 0)), (12, 0))
    np.testing.assert_allclose(loss.with_values(steepness=3).gradient((3, 2)), (18, 12))
    with pytest.raises(ValueError, match="steepness must be"):
        loss.with_values(steepness=-1)
    with pytest.raises(ExpressionError, match="line 1, column 7: only x and y"):
        Loss.from_text("α*x + β*y", parameters=(steepness,))


def test_formulas_are_typed_in_worker_threads() -> None:
    texts = [f"sin({n}*x)*exp(y) + maximum(x, {n}*y)" for n in range(16)]
    with ThreadPoolExecutor(8) as pool:
        losses = list(pool.map(Loss.from_text, texts))
    assert losses == [Loss.from_text(text) for text in texts]


# Each of these once hung, or gave something other than a loss or an ExpressionError.
HOSTILE = [
    "((((1/9)**100)**100)**100)**100 + x",
    "(" * 5 + "x + x" + ")**100" * 5,
    "(x + x)**(((x + x)/x)**100)",
    "sin(((((x/x)*1e300)**100)**100)**100)",
    "abs(" * 30 + "x" + " - y)" * 30,
    "sqrt((" * 25 + "x" + " - y)**2)" * 25,
    "max(" * 40 + "x" + ", y)" * 40,
    "where(x > 0, " * 40 + "x" + ", y)" * 40,
    "*".join(f"(x + {n})" for n in range(119)),
    "*".join(f"where(x > {n}*y, x*{n}, y)" for n in range(11)),
    "x**" * 100 + "x",
    "1e300*x*1e300",
    "1e308*x**2",
    "1/(1e-320*x)",
    "x/(x - x)",
]


def test_no_formula_hangs_or_breaks_anything() -> None:
    code = f"""
from engine.expressions import ExpressionError
from engine.losses import Loss
for text in {HOSTILE!r}:
    try:
        loss = Loss.from_text(text)
    except ExpressionError as error:
        assert "too long to be differentiated" in str(error), error
        continue
    assert loss.value([[0.5, 2.0], [0.25, 3.0]]).shape == (2,)
    assert loss.gradient([[0.5, 2.0], [0.25, 3.0]]).shape == (2, 2)
    try:
        loss.float_gradient(0.5, 0.25)
    except (ArithmeticError, ValueError):
        pass
"""
    subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=ROOT, check=True, timeout=60)


def test_nothing_typed_is_executed(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    make = f"open({str(trap)!r}, 'w')"
    for text in (
        make, f"x + {make}", f"(lambda: {make})()", f"[{make} for x in (1,)]", f"f'{{{make}}}'", f"sin({make})",
        f"__import__('os').system('touch {trap}')", f"eval({make!r})", f"x if {make} else y", f"(x := {make})",
        f"where({make} > 0, x, y)", f"where(x > {make}, x, y)", f"x\n{make}", f"x; {make}", f"x[{make}]",
    ):  # fmt: skip
        with pytest.raises(ExpressionError):
            Loss.from_text(text)
    assert not trap.exists()


@pytest.mark.parametrize(
    "text",
    ["3", "log(-1 - x**2)", "where(x > 0, 1, -1)", "sign(x)", "sqrt(x)", "1/x", "x**x", "1/(x - x)", "0**x", "x**0"],
)
def test_strange_formulas_have_values_and_slopes(text: str) -> None:
    loss = Loss.from_text(text)
    w = inside(loss)
    assert loss.value(w).shape == (200,)
    assert loss.gradient(w).shape == (2, 200)
    if text in ("3", "where(x > 0, 1, -1)", "sign(x)", "x**0"):
        assert not loss.gradient(w).any()
    if text == "log(-1 - x**2)":
        assert np.isnan(loss.value(w)).all()


@pytest.mark.parametrize(
    ("text", "at", "slope"),
    [
        ("sqrt(x**2)", (0, 0), (0, 0)),
        ("abs(x) + abs(y)", (0, -2), (0, -1)),
        ("sqrt(where(x > 0, x, 0))", (-1, 0), (0, 0)),
        ("sqrt(where(x > 0, x, 0))", (4, 0), (0.25, 0)),
        ("maximum(3*x, y)", (0, 0), (1.5, 0.5)),
        ("minimum(3*x, y)", (1, 2), (0, 1)),
        ("maximum(x, x)", (1, 2), (1, 0)),
        ("x**3 + x**2.5 + x**1", (0, 0), (1, 0)),
        ("where(x > y, x**2, 7)", (3, 1), (6, 0)),
        ("1e300*x*1e300", (1, 1), (np.inf, 0)),
    ],
)
def test_slopes_at_kinks_and_other_corners(text: str, at: tuple[float, float], slope: tuple[float, float]) -> None:
    np.testing.assert_array_equal(Loss.from_text(text).gradient(at), slope)


def test_every_other_name_of_a_typed_formula_is_a_number_to_choose() -> None:
    loss = Loss.from_text("a*x**2 + sin(β*y) + a*pi + z", a=3, β=-2)
    assert loss.values == {"a": 3, "β": -2, "z": 1}
    assert loss.value((2, 0)) == pytest.approx(12 + 3 * np.pi + 1)
    np.testing.assert_allclose(loss.gradient((2, 0)), (12, -2))
    np.testing.assert_allclose(loss.with_values(a=0.5).gradient((2, 0)), (2, -2))
    np.testing.assert_allclose(loss.hessian((2, 0)), [[6, 0], [0, 0]], atol=1e-12)
    assert Loss.from_text("a*x + e*y", a=2).values == {"a": 2}
    for bad in ({"b": 1.0}, {"a": np.inf}, {"a": np.nan}):
        with pytest.raises(ValueError, match=r"a must be|there is no"):
            loss.with_values(**bad)


@given(
    values=st.lists(st.floats(-5, 5), min_size=4, max_size=4),
    point=st.tuples(st.floats(-3, 3), st.floats(-3, 3)),
)
def test_its_gradient_is_exact_for_every_choice(values: list[float], point: tuple[float, float]) -> None:
    names = ("a", "w", "g", "self")
    text = "a*x**2 + w*sin(x*y) + (y - g)**2*cos(self*x)"
    loss = Loss.from_text(text).with_values(**dict(zip(names, values, strict=True)))
    step = 1e-5
    for axis in (0, 1):
        shift = step * np.eye(2)[axis]
        slope = (loss.value(np.add(point, shift)) - loss.value(np.subtract(point, shift))) / (2 * step)
        np.testing.assert_allclose(loss.gradient(point)[axis], slope, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(loss.float_gradient(*point), loss.gradient(point), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    ("text", "problem", "column"),
    [
        ("x + sin", "is a function: write sin(…)", 5),
        ("x + max", "only x and y", 5),
        ("x + gx", "only x and y", 5),
        ("x + gx__x", "only x and y", 5),
        ("2*xy", "write the multiplication: x*y", 3),
        ("x + " + "a" * 21, "at most 20 characters", 5),
        (" + ".join(f"a{i}" for i in range(13)), "at most 12 free numbers", 63),
        ("x + grad(y)", "grad has a meaning only", 5),
        ("x + norm(y)", "norm has a meaning only", 5),
        ("solve(x, y)", "solve has a meaning only", 1),
        ("x +* y", "", 4),
        ("__import__('os').system('x')", "only the listed functions", 1),
    ],
)
def test_typed_rubbish_is_refused_with_its_place(text: str, problem: str, column: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        Loss.from_text(text)
    assert problem in caught.value.problem
    assert caught.value.column == column


@pytest.mark.parametrize("key", list(LOSSES))
def test_hessians_equal_differences_of_the_gradient(key: str) -> None:
    loss = LOSSES[key]
    points = inside(loss)[:, :40]
    h = 1e-5
    exact = loss.hessian(points)
    assert exact.shape == (2, 2, 40)
    for axis in range(2):
        step = np.zeros((2, 1))
        step[axis] = h
        slope = (loss.gradient(points + step) - loss.gradient(points - step)) / (2 * h)
        size = np.abs(exact).max(axis=(0, 1)) + np.abs(loss.gradient(points)).max() * 1e-2
        assert (np.abs(exact[axis] - slope) <= 1e-4 * size + 1e-4).mean() > 0.95  # a kink may lie between
    x, y = (float(v) for v in points[:, 3])
    np.testing.assert_allclose(loss.float_hessian(x, y), exact[[0, 0, 1], [0, 1, 1], 3], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(loss.careful_hessian(x, y), exact[[0, 0, 1], [0, 1, 1], 3], rtol=1e-9, atol=1e-12)


def test_a_loss_cannot_be_changed() -> None:
    loss: Any = LOSSES["beale"]
    with pytest.raises(AttributeError):
        loss.formula = "x"
    with pytest.raises(TypeError):
        LOSSES["mine"] = loss  # type: ignore[index]
