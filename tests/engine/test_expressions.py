"""The maths language: what gets through, what is refused and where, and that all flavours agree."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.expressions import (
    FUNCTIONS,
    RULE_ONLY,
    Apply,
    Assignment,
    ExpressionError,
    Flavour,
    Node,
    Number,
    Symbol,
    compile_program,
    names,
    parse,
    parse_program,
    walk,
)
from engine.expressions.compile import namespace
from engine.expressions.derivative import differentiate, differentiate_program


def value(text: str, flavour: Any = "arrays", **variables: Any) -> Any:
    line = Assignment("z", parse(text), text)
    return compile_program([line], list(variables), ["z"], flavour)(*variables.values())[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2*3", 7), ("(1 + 2)*3", 9), ("2**3**2", 512), ("-2**2", -4), ("2^3", 8), ("x²", 9), ("x³ − 1", 26),
        ("2×x", 6), ("x·x", 9), ("x ÷ 2", 1.5), ("√(16)", 4), ("sqrt(x + 1)", 2), ("abs(-x)", 3), ("sign(-x)", -1),
        ("maximum(x, 5)", 5), ("min(x, 5)", 3), ("max(x, 5)", 5), ("ln(e)", 1), ("arctan(1)*4", math.pi),
        ("where(x > 2, 1, 0)", 1), ("where(x ≤ 2, 1, 0)", 0), ("where(x != 3, 1, 0)", 0), ("π", math.pi),
        ("floor(x/2)", 1), ("floor(-x/2)", -2), ("float32(x/10)", float(np.float32(0.3))),
        ("1e-3", 1e-3), ("+x", 3), ("cosh(0) + sinh(0) + tanh(0) + tan(0)", 1), ("x**-1", 1 / 3), ("x**0.5", 3**0.5),
    ],
)  # fmt: skip
@pytest.mark.parametrize("flavour", ["floats", "careful", "arrays"])
def test_values(text: str, expected: float, flavour: str) -> None:
    x: Any = {"floats": 3.0, "careful": np.float64(3), "arrays": np.array([3.0, 3.0])}[flavour]
    np.testing.assert_allclose(value(text, flavour, x=x), expected, rtol=1e-14)


def test_greek_and_subscripts() -> None:
    assert names(parse("η*β₁ + β1 + ε - pi")) == ["η", "β1", "ε"]
    assert value("β₁ + β1", "floats", β1=2.0) == 4


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("x² − 3·y", "x**2 - 3*y"), ("x^2×y", "x**2*y"), ("x⋅y ÷ 2", "x*y/2"), ("2**-x", "2**(-x)"), ("x¹²", "x**12"),
        ("√(x) + ln(y)", "sqrt(x) + log(y)"), ("where(x ≥ y, 1, 0)", "where(x >= y, 1, 0)"), ("  x+1 ", "x + 1"),
        ("x\u00a0+\u00a01", "x + 1"), ("𝐱 + ｙ", "x + y"), ("β₁₂", "β12"), ("π", "π"), ("1_000", "1000"), (".5", "0.5"),
    ],
)  # fmt: skip
def test_spellings(typed: str, meant: str) -> None:
    assert parse(typed) == parse(meant)


@pytest.mark.parametrize(
    ("text", "problem", "column"),
    [
        ("__import__('os')", "no function “__import__”", 1),
        ("x + __import__('os').system('ls')", "only the listed functions", 5),
        ("x.__class__", "a dot between names", 1),
        ("9**9**9", "exponent is larger", 1),
        ("x + y**1000", "exponent is larger", 5),
        ("1/0", "not a finite number", 1),
        ("x + sqrt(-1)", "not a finite number", 5),
        ("2x", "write the multiplication", 1),
        ("1 + √x", "write the root with brackets", 5),
        ("x +", "not a complete formula", 1),
        ("(x", "not closed", 1),
        ("x)", "no opening one", 2),
        ("x]", "no opening one", 2),
        ("(x]", "do not match", 3),
        ("x and y", "and/or", 1),
        ("x < y", "a comparison belongs", 1),
        ("where(x, 1, 2)", "where begins with a comparison", 1),
        ("where(x < y < 1, 1, 2)", "chained comparisons", 7),
        ("sin()", "sin takes 1 argument", 1),
        ("maximum(x)", "maximum takes 2 arguments", 1),
        ("sin(x=1)", "sin takes 1 argument", 1),
        ("sin", "is a function", 1),
        ("x(y)", "write 2", 1),
        ("foo(y)", "there is no function “foo”", 1),
        ("lambda: x", "not a complete formula", 7),
        ("[x]", "a list of values", 1),
        ("x[0]", "square brackets", 1),
        ("(x, y)", "a list of values", 1),
        ("'x'", "only numbers", 1),
        ("f'{x}'", "not allowed", 1),
        ("True", "not a number", 1),
        ("x if y else 1", "if/else", 1),
        ("(x := 1)", "an assignment inside", 2),
        ("x % 2", "this operator", 1),
        ("x // 2", "this operator", 1),
        ("~x", "this operator", 1),
        ("not x", "this operator", 1),
        ("1j", "only numbers", 1),
        ("1e999", "too large", 1),
        ("9" * 400, "too large", 1),
        ("", "empty", 1),
        ("   ", "empty", 1),
        ("x\x00", "not part of a formula", 2),
        ("x $ y", "", 3),
        ("α + $", "", 5),
        ("(" * 10_000, "too long", 2001),
        ("(" * 100 + "x" + ")" * 100, "brackets inside each other", 61),
        ("-" * 1500 + "x", "too deeply nested", 122),
        ("x" + "+x" * 900, "too deeply nested", 1),
        ("x" * 3000, "too long", 2001),
        ("*x", "", 1),
        ("await x", "", 1),
        ("yield", "", 1),
        ("{1: 2}", "not allowed", 1),
        ("...", "only numbers", 1),
        ("\u202ex", "not part of a formula", 1),
        ("x + \u2066y", "not part of a formula", 5),
        ("x\u200b", "not part of a formula", 2),
        ("x ≤ y", "a comparison belongs", 1),
        ("x² + y.real", "a dot between names", 6),
        ("x² + foo(y)", "there is no function", 6),
        ("x⁻¹", "not part of a formula", 2),
        ("½*x", "not part of a formula", 1),
        ("x!", "not a complete formula", 2),
        ("x; y", "not a complete formula", 2),
        ("x = 1", "not a complete formula", 3),
        ("sin(*x)", "not allowed", 5),
        ("sin(**x)", "takes 1 argument", 1),
        ("sin(x)(y)", "only the listed functions", 1),
        ("b'x'", "only numbers", 1),
        ("None", "only numbers", 1),
        ("[x for x in y]", "not allowed", 1),
        ("{x}", "not allowed", 1),
        ("x is y", "comparison", 1),
        ("x in y", "not allowed", 1),
        ("x @ y", "this operator", 1),
        ("x << 9", "this operator", 1),
        ("x | y", "this operator", 1),
        ("where(x > 0 and y > 0, 1, 2)", "where begins with a comparison", 1),
        ("where(x in y, 1, 2)", "chained comparisons", 7),
        ("0x" + "f" * 300, "too large", 1),
        ("x**-101", "exponent is larger", 1),
        ("x**(50*3)", "exponent is larger", 1),
        ("power(x, 3)", "there is no function", 1),
        ("eval(x)", "there is no function", 1),
    ],
)  # fmt: skip
def test_refusals_say_what_and_where(text: str, problem: str, column: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert problem in caught.value.problem
    assert caught.value.line == 1
    assert caught.value.column == column
    assert str(caught.value).startswith(f"line 1, column {column}: ")


def test_a_formula_is_one_line() -> None:
    with pytest.raises(ExpressionError) as caught:
        parse("x +\n y")
    assert (caught.value.line, caught.value.column) == (2, 1)


def test_the_tree_knows_where_its_parts_stand() -> None:
    tree = parse("x² + sin(y)")
    assert isinstance(tree, Apply)
    assert [node.at for node in walk(tree)] == [(1, 1), (1, 1), (1, 1), (1, 2), (1, 6), (1, 10)]


def test_a_program_keeps_lines_and_comments_apart() -> None:
    program = parse_program("# Adam\n\nm = β*m + g   # mean\nw ← w − η·m\n")
    assert [line.name for line in program] == ["m", "w"]
    assert program[1].text == "w ← w − η·m"


@pytest.mark.parametrize(
    ("text", "problem", "line"),
    [
        ("a = 1\nb = ", "not a complete formula", 2),
        ("a = 1\n\n  b = 1 + sin", "is a function", 3),
        ("a + 1", "name = expression", 1),
        ("a = 1; b = 2", "name = expression", 1),
        ("import os", "name = expression", 1),
        ("a, b = 1", "the left of =", 1),
        ("a.b = 1", "the left of =", 1),
        ("a = b = 1", "name = expression", 1),
        ("pi = 3", "already has a meaning", 1),
        ("sin = 3", "already has a meaning", 1),
        ("", "empty", 1),
        ("a = 1\n" * 50, "at most 40 lines", 41),
    ],
)
def test_lines_that_are_none(text: str, problem: str, line: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_program(text)
    assert problem in caught.value.problem
    assert caught.value.line == line


@given(st.text(max_size=60))
@settings(max_examples=400)
def test_no_text_raises_anything_else(text: str) -> None:
    for read in (parse, parse_program):
        try:
            read(text)
        except ExpressionError:
            continue


@given(st.text(alphabet="xy019.+-*/()<>=,eπη² sincowhret", max_size=40))
@settings(max_examples=400)
def test_almost_formulas_raise_nothing_else(text: str) -> None:
    try:
        tree = parse(text)
        with np.errstate(all="ignore"):
            line = Assignment("z", tree, text)
            compile_program([line], names(tree), ["z"], "careful")(*[np.float64(0.5)] * len(names(tree)))
    except (ExpressionError, NameError):  # grad has no meaning outside a rule
        return


FLAVOURS: tuple[Flavour, ...] = ("floats", "careful", "arrays")


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_program_runs_in_order(flavour: Flavour) -> None:
    program = parse_program("u = x + κ\nu = u*u\nv = u - x")
    run = compile_program(program, ["x"], ["v", "u", "x"], flavour, {"κ": 2.0})
    one = 3.0 if flavour == "floats" else np.float64(3.0)
    assert run(one) == (22, 25, 3)


def test_arrays_broadcast_and_arguments_are_left_alone() -> None:
    run = compile_program(parse_program("x = x + y\nz = 2*x"), ["x", "y"], ["z"])
    x, y = np.ones((3, 1)), np.arange(4.0)
    np.testing.assert_array_equal(run(x, y)[0], 2 + 2 * np.arange(4.0) * np.ones((3, 1)))
    np.testing.assert_array_equal(x, 1)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_names_that_nobody_gives(flavour: Flavour) -> None:
    for text, result in (("z = x + a", "z"), ("z = x", "a"), ("z = z + x", "z")):
        with pytest.raises(KeyError):
            compile_program(parse_program(text), ["x"], [result], flavour)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_compiled_programs_reach_nothing(flavour: Flavour) -> None:
    assert namespace(flavour)["__builtins__"] == {}
    hidden = compile_program(parse_program("z = square + np + number"), ["square", "np", "number"], ["z"], flavour)
    assert hidden(1.0, 2.0, 3.0) == (6,)  # names of the user's own, not the compiler's


@pytest.mark.parametrize("text", ["1/x", "log(x)", "sqrt(x - 1)", "exp(1000 + x)", "x**-0.5", "(x - 2)**0.5"])
def test_where_floats_raise_the_careful_give_inf_or_nan(text: str) -> None:
    with pytest.raises((ArithmeticError, ValueError)):
        value(text, "floats", x=0.0)
    with np.errstate(all="ignore"):
        careful = value(text, "careful", x=np.float64(0))
        arrays = value(text, "arrays", x=np.zeros(2))
    assert not np.isfinite(careful)
    np.testing.assert_array_equal(arrays, [careful, careful])


LEAVES = st.one_of(st.sampled_from([Symbol("x"), Symbol("y")]), st.floats(-3, 3).map(lambda v: Number(round(v, 2))))


def grow(children: Any) -> Any:
    one = st.builds(
        lambda f, a: Apply(f, (a,)),
        st.sampled_from(["neg", "sin", "tanh", "abs", "exp", "arctan", "float32"]),
        children,
    )
    two = st.builds(
        lambda f, a, b: Apply(f, (a, b)),
        st.sampled_from(["+", "-", "*", "/", "maximum", "minimum"]),
        children,
        children,
    )
    squared = st.builds(lambda a, n: Apply("**", (a, Number(n))), children, st.sampled_from([2.0, 3.0, 4.0]))
    cases = st.builds(lambda a, b, c: Apply("where", (Apply("<", (a, b)), b, c)), children, children, children)
    return st.one_of(one, two, squared, cases)


TREES = st.recursive(LEAVES, grow, max_leaves=12)


@given(TREES, st.floats(-2, 2), st.floats(-2, 2))
@settings(max_examples=300)
def test_all_flavours_agree(tree: Node, x: float, y: float) -> None:
    line = [Assignment("z", tree, "")]
    with np.errstate(all="ignore"):
        careful = compile_program(line, ["x", "y"], ["z"], "careful")(np.float64(x), np.float64(y))[0]
        arrays = compile_program(line, ["x", "y"], ["z"], "arrays")(np.full(3, x), np.full(3, y))[0]
    np.testing.assert_allclose(arrays, careful, rtol=1e-9, atol=1e-12)
    try:
        floats = compile_program(line, ["x", "y"], ["z"], "floats")(x, y)[0]
    except (ArithmeticError, ValueError):
        return
    if math.isfinite(careful):
        np.testing.assert_allclose(floats, careful, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    "text",
    [
        "x**3 - 3*x*y**2", "sin(x)*cos(y) + tan(x/3)", "exp(-x**2)/(1 + y**2)", "sqrt(1 + x**2)*log(2 + y)",
        "abs(x - y)", "maximum(x, y**2)", "minimum(sin(x), x)", "where(x > y, x**2, y**3)", "arctan(x*y)",
"sinh(x)*cosh(y) - tanh(x)", "x**2.5", "x**y", "1/x + 2", "e**x", "pi*x + x**-2", "max(x, max(y, 0.5))",
        "where(x < 0, -x, where(y > 1, y, x*y))", "sign(x)*x**2", "sqrt(where(x > 1, x, y))/3", "sqrt((x - y)**2)",
        "x/(1 + y)/(2 + x)", "(x*y)**3*(x + y)**-2", "min(x, min(y, x*y))", "2**x*y", "where(x > y, x, y)**0.5 - -x",
        "x**2*floor(3*y) + floor(x)",
    ],
)  # fmt: skip
def test_derivatives_equal_differences(text: str) -> None:
    tree = parse(text)
    for name in ("x", "y"):
        slope = compile_program([Assignment("z", differentiate(tree, name), "")], ["x", "y"], ["z"])
        for x, y in ((0.7, 1.3), (1.9, 0.4)):
            h = 1e-6
            dx, dy = (h, 0) if name == "x" else (0, h)
            difference = (value(text, x=x + dx, y=y + dy) - value(text, x=x - dx, y=y - dy)) / (2 * h)
            np.testing.assert_allclose(slope(x, y)[0], difference, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(
    ("text", "name"), [("3", "x"), ("y**2", "x"), ("sign(x)", "x"), ("floor(x)", "x"), ("pi*e", "x"), ("x", "e")]
)
def test_what_does_not_change_has_the_slope_zero(text: str, name: str) -> None:
    assert differentiate(parse(text), name) == Number(0.0)


def test_what_has_no_derivative_is_refused_at_its_place() -> None:
    with pytest.raises(ExpressionError, match="line 1, column 5: “grad” cannot be differentiated"):
        differentiate(parse("x + grad(x)"), "x")
    with pytest.raises(ExpressionError, match="too long to be differentiated"):
        differentiate(parse("*".join(["(x + 1)"] * 119)), "x")


@pytest.mark.parametrize(
    "function", sorted(set(FUNCTIONS) - RULE_ONLY - {"where", "floor", "float32", "sign"} | {"**"})
)
def test_slopes_of_single_functions_are_sympys(function: str) -> None:
    theirs: dict[str, Any] = {"maximum": sympy.Max, "minimum": sympy.Min, "arctan": sympy.atan, "abs": sympy.Abs}
    x, y = sympy.symbols("x y", positive=True)
    both = FUNCTIONS.get(function) != 1
    whole = x**y if function == "**" else theirs.get(function, getattr(sympy, function, None))(*(x, y)[: 1 + both])
    ours = Apply(function, (Symbol("x"), Symbol("y"))[: 1 + both])
    for name, variable in (("x", x), ("y", y))[: 1 + both]:
        program = [Assignment("z", differentiate(ours, name), "")]
        slope = compile_program(program, ["x", "y"], ["z"], "floats")
        for at in ((0.7, 1.3), (1.9, 0.4)):
            exact = float(whole.diff(variable).subs({x: at[0], y: at[1]}))
            assert slope(*at)[0] == pytest.approx(exact, rel=1e-14)


def test_rounding_to_32_bits_has_the_slope_of_what_is_rounded() -> None:
    assert differentiate(parse("float32(3*x)"), "x") == Number(3.0)


def test_slopes_of_a_program_follow_the_chain_from_line_to_line() -> None:
    program = parse_program("u = x*y\nu = u**2 + x\nv = 3\nz = sin(u)*v")
    slopes = compile_program(
        differentiate_program(program, ("x", "y")), ["x", "y"], ["z", "z__x", "z__y", "v__x"], "floats"
    )
    x, y = 0.7, 0.3
    cosine = 3 * math.cos(x * x * y * y + x)
    np.testing.assert_allclose(
        slopes(x, y),
        (3 * math.sin(x * x * y * y + x), cosine * (2 * x * y * y + 1), cosine * 2 * x * x * y, 0),
        rtol=1e-14,
    )


@given(TREES)
def test_a_derivative_is_a_formula_of_finite_numbers(tree: Node) -> None:
    for node in walk(differentiate(tree, "x")):
        assert not isinstance(node, Number) or math.isfinite(node.value)


@given(TREES, st.floats(-2, 2), st.floats(-2, 2))
def test_the_slope_of_a_sum_and_of_a_product(tree: Node, x: float, y: float) -> None:
    """(f + f)' = 2f' and (f*f)' = 2ff', whatever f is."""
    lines = [
        Assignment("f", tree, ""),
        Assignment("slope", differentiate(tree, "x"), ""),
        Assignment("double", differentiate(Apply("+", (tree, tree)), "x"), ""),
        Assignment("square", differentiate(Apply("*", (tree, tree)), "x"), ""),
    ]
    with np.errstate(all="ignore"):
        f, slope, double, square = compile_program(lines, ["x", "y"], ["f", "slope", "double", "square"], "careful")(
            np.float64(x), np.float64(y)
        )
        if np.isfinite(2 * f * slope):
            np.testing.assert_allclose((double, square), (2 * slope, 2 * f * slope), rtol=1e-12)
