"""How formulas are shown: boxes, brackets, fractions, numbers, plain text and LaTeX."""

from __future__ import annotations

import math
from fractions import Fraction as Exact

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from engine.expressions import Apply, ExpressionError, Node, Number, Symbol, parse, parse_program
from engine.expressions.boxes import (
    Accent,
    Box,
    Brackets,
    Call,
    Cases,
    Column,
    Fraction,
    Root,
    Row,
    Subscript,
    Superscript,
    Text,
    texts,
)
from engine.expressions.typeset import format_number, latex, plain, typeset, typeset_assignment

ADAM = parse_program(
    "m = β1*m + (1 - β1)*g\nv = β2*v + (1 - β2)*g**2\nw = w - η/sqrt(v + ε) * sqrt(1 - β2**t)/(1 - β1**t) * m"
)
VALUES: dict[str, float | tuple[float, float]] = {
    "β1": 0.9, "β2": 0.999, "η": 0.05, "ε": 1e-8, "t": 26.0, "w": (2.61, -0.88),
    "m": (-2.31, 1.87), "v": (28.4, 90.2), "g": (1.42, -0.96),
}  # fmt: skip


def variable(letter: str, symbol: str | None = None) -> Text:
    return Text(letter, "variable", symbol or letter)


def number(text: str, symbol: str | None = None) -> Text:
    return Text(text, "number", symbol)


def operator(text: str) -> Text:
    return Text(text, "operator")


def shown(text: str) -> str:
    return plain(typeset(parse(text)))


def subscripted(letter: str, index: str) -> Subscript:
    name = letter + index
    return Subscript(variable(letter, name), Text(index, "upright", name))


# --- boxes ---------------------------------------------------------------------------------------


def test_a_line_of_a_rule() -> None:
    beta = subscripted("β", "1")
    assert typeset_assignment(ADAM[0]) == Row(
        (
            variable("m"),
            operator("←"),
            Row((beta, variable("m"))),
            operator("+"),
            Row(
                (
                    Brackets(Row((number("1"), operator("−"), beta))),
                    variable("g"),
                )
            ),
        )
    )


def test_a_chain_of_products_and_quotients_is_three_factors() -> None:
    eta, root, m = variable("η"), Row((variable("v"), operator("+"), variable("ε"))), variable("m")
    beta1, beta2 = (Superscript(subscripted("β", i), variable("t")) for i in "12")
    product = Row(
        (
            Fraction(eta, Root(root)),
            Fraction(
                Root(Row((number("1"), operator("−"), beta2))),
                Row((number("1"), operator("−"), beta1)),
            ),
            m,
        )
    )
    w = variable("w")
    assert typeset_assignment(ADAM[2]) == Row((w, operator("←"), w, operator("−"), product))


def test_numbers_stand_in_for_symbols_and_keep_their_names() -> None:
    box = typeset_assignment(ADAM[0], VALUES, (-1.94, 1.59))
    assert isinstance(box, Row)
    assert box.items[0] == Row(
        (
            number("0.9", "β1"),
            operator("·"),
            Column((number("−2.31", "m"), number("1.87", "m"))),
        )
    )
    assert box.items[-2:] == (operator("="), Column((number("−1.94", "m"), number("1.59", "m"))))
    literal = [text for text in texts(box) if text == number("1")]
    assert len(literal) == 1  # the 1 of (1 − β1) stays
    assert all(text.style in {"number", "operator"} for text in texts(box))


def test_values_that_are_not_known_stay_symbols() -> None:
    assert plain(typeset(parse("a*x"), {"a": 2.0})) == "2·x"


@pytest.mark.parametrize(
    ("name", "box"),
    [
        ("x", variable("x")),
        ("η", variable("η")),
        ("beta", variable("β", "beta")),
        ("beta1", Subscript(variable("β", "beta1"), Text("1", "upright", "beta1"))),
        ("v_max", Subscript(variable("v", "v_max"), Text("max", "upright", "v_max"))),
        ("x_i", Subscript(variable("x", "x_i"), variable("i", "x_i"))),
        ("m_hat", Accent(variable("m", "m_hat"), "hat")),
        ("x_bar", Accent(variable("x", "x_bar"), "bar")),
        ("learning_rate_x", Text("learning_rate_x", "upright", "learning_rate_x")),
        ("학습률", Text("학습률", "upright", "학습률")),
        ("pi", Text("π", "variable")),
    ],
)
def test_names(name: str, box: Box) -> None:
    assert typeset(Symbol(name)) == box


def test_functions_have_their_own_shapes() -> None:
    x = variable("x")
    assert typeset(parse("sqrt(x)")) == Root(x)
    assert typeset(parse("abs(x)")) == Brackets(x, "||")
    assert typeset(parse("exp(x)")) == Superscript(Text("e", "variable"), x)
    assert typeset(parse("grad(x)")) == Call(Text("∇L", "variable", "grad"), (x,))
    assert typeset(parse("min(x, 2)")) == Call(Text("min", "function"), (x, number("2")))
    squared = Superscript(Text("sin", "function"), number("2"))
    assert typeset(parse("sin(x)**2")) == Call(squared, (x,))
    condition = Row((x, operator("≤"), number("0")))
    assert typeset(parse("where(x <= 0, 1, x)")) == Cases(number("1"), condition, x)


@pytest.mark.parametrize(
    ("left", "right", "dot"),
    [
        ("a", "b", False), ("2", "x", False), ("x", "2", True), ("2", "3", True),
        ("2", "3**x", True), ("2", "(x + 1)", False), ("2", "(1 + 3)", True), ("(1/2)", "(3/4)", True),
        ("rate", "x", True), ("x", "rate", True), ("x", "sin(x)", False), ("2", "sqrt(3)", True),
    ],
)  # fmt: skip
def test_a_dot_stands_where_factors_would_run_together(left: str, right: str, dot: bool) -> None:
    box = typeset(parse(f"{left}*{right}"))
    assert isinstance(box, Row)
    assert (operator("·") in box.items) == dot


# --- brackets ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-x**2", "−x²"),
        ("(-x)**2", "(−x)²"),
        ("a - (b + c)", "a − (b + c)"),
        ("a + (b - c)", "a + b − c"),
        ("a*(b*c)", "a·b·c"),
        ("a*(b/c)", "a·b/c"),
        ("a/b/c", "a/(b·c)"),
        ("a/(b/c)", "a/(b/c)"),
        ("a*b/c", "a·b/c"),
        ("(a + b)/c", "(a + b)/c"),
        ("-a/b*c", "−a/b·c"),
        ("c + (-a)*b", "c + (−a)·b"),
        ("x*-2", "x·(−2)"),
        ("-2*x", "−2·x"),
        ("a - -b", "a − (−b)"),
        ("-(a + b)", "−(a + b)"),
        ("-(-a)", "−(−a)"),
        ("-(a*b)", "−a·b"),
        ("x**-2", "x^(−2)"),
        ("x**y**z", "x^(y^z)"),
        ("(x**y)**z", "(x^y)^z"),
        ("(x/y)**2", "(x/y)²"),
        ("sqrt(x)**2", "(√(x))²"),
        ("abs(x)**2", "|x|²"),
        ("log(x)**2", "(log(x))²"),
        ("exp(x)**2", "(e^x)²"),
        ("exp(-(x**2 + y)/2)", "e^(−(x² + y)/2)"),
        ("x**(1/2)", "x^(1/2)"),
        ("x**(1/(2*n))", "x^(1/(2·n))"),
        ("grad(u)**2", "(∇L(u))²"),
        ("1e-8**2", "(10⁻⁸)²"),
        ("2*where(x > 0, x, -x)", "2·(x if x > 0, else −x)"),
    ],
)
def test_brackets_stand_exactly_where_they_are_needed(text: str, expected: str) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize(
    ("text", "x", "expected"),
    [
        ("a*x", -3.0, "a·(−3)"),
        ("x*a", -3.0, "−3·a"),
        ("1 + x", -3.0, "1 + (−3)"),
        ("1 - x*a", -3.0, "1 − (−3)·a"),
        ("-x", -3.0, "−(−3)"),
        ("x**2", -3.0, "(−3)²"),
        ("x**2", 3.0, "3²"),
        ("x**2", 1.2e-5, "(1.2×10⁻⁵)²"),
        ("x**2", (-3.0, 4.0), "(−3, 4)²"),
        ("2**x", -3.0, "2^(−3)"),
        ("sqrt(x)", -3.0, "√(−3)"),
        ("x/2", -3.0, "(−3)/2"),
        ("2*x", math.nan, "2·undefined"),
    ],
)
def test_brackets_around_numbers(text: str, x: float | tuple[float, float], expected: str) -> None:
    assert plain(typeset(parse(text), {"x": x})) == expected


# A tree shown as plain text and read again must mean the same. Roots, powers and functions are
# replaced by some exact rational function, so that only structure is compared.

_leaves = st.sampled_from(["x", "y", "β1", "t"]).map(Symbol) | st.sampled_from([1.0, 2.0, 3.0, 0.5, 12.0]).map(Number)


def _deeper(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    binary = st.tuples(st.sampled_from(["+", "-", "*", "/", "**", "maximum"]), st.tuples(inner, inner))
    unary = st.tuples(st.sampled_from(["neg", "neg", "sqrt", "log", "exp"]), st.tuples(inner))
    return (binary | unary).map(lambda parts: Apply(*parts))


def _exact(node: Node) -> Exact:
    if isinstance(node, Number):
        return Exact(node.value)
    if isinstance(node, Symbol):
        return {"x": Exact(7, 3), "y": Exact(11, 5), "β1": Exact(13, 17), "t": Exact(19), "e": Exact(23, 29)}[node.name]
    values = [_exact(argument) for argument in node.arguments]
    a, b = values[0], values[-1]
    match node.function:
        case "+":
            return a + b
        case "-":
            return a - b
        case "*":
            return a * b
        case "/":
            return a / b
        case "neg":
            return -a
        case "exp":
            a = _exact(Symbol("e"))
            return 3 * a + 5 * b + a / 7 * b
        case "**":
            return 3 * a + 5 * b + a / 7 * b
        case "maximum":
            return 2 * a + 9 * b
        case "sqrt":
            return 31 * a + 1
        case _:
            return 37 * a + 2


@given(st.recursive(_leaves, _deeper, max_leaves=12))
@example(parse("-(x - y)/(x*y)/-t"))
def test_what_is_shown_means_what_was_typed(tree: Node) -> None:
    text = plain(typeset(tree))
    try:
        again = parse(text)
        value = _exact(tree)
    except (ExpressionError, ZeroDivisionError):
        assume(False)
    assert _exact(again) == value


# --- text and LaTeX ------------------------------------------------------------------------------


def test_plain_text() -> None:
    assert plain(typeset_assignment(ADAM[0])) == "m ← β1·m + (1 − β1)·g"
    assert plain(typeset_assignment(ADAM[2])) == ("w ← w − η/√(v + ε)·√(1 − β2^t)/(1 − β1^t)·m")
    assert plain(typeset_assignment(ADAM[1], VALUES, (28.4, 90.1))) == (
        "0.999·(28.4, 90.2) + (1 − 0.999)·(1.42, −0.96)² = (28.4, 90.1)"
    )
    assert plain(typeset_assignment(ADAM[2], VALUES, (2.62, -0.88))) == (
        "(2.61, −0.88) − 0.05/√((28.4, 90.2) + 10⁻⁸)·√(1 − 0.999²⁶)/(1 − 0.9²⁶)·(−2.31, 1.87) = (2.62, −0.88)"
    )


def test_plain_text_of_what_only_rules_have() -> None:
    assert plain(typeset(parse("norm(g - m)**2 + floor(t/2)"))) == "‖g − m‖² + ⌊t/2⌋"
    assert plain(typeset(parse("w - η*solve(g, λ)"))) == "w − η·(H + λ·I)^(−1)·g"
    assert plain(typeset(parse("solve(g, λ)"), {"λ": 0.5})) == "(H + 0.5·I)^(−1)·g"


def test_scalar_results() -> None:
    (line,) = parse_program("r = t - 2")
    assert plain(typeset_assignment(line, {"t": 5.0}, 3.0)) == "5 − 2 = 3"
    assert plain(typeset_assignment(line, result=3.0)) == "r ← t − 2 = 3"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(1 - x)**2 + 100*(y - x**2)**2", "(1 - x)^2 + 100 (y - x^2)^2"),
        ("β1*m_hat", r"\beta_1 \hat{m}"),
        ("2*3", r"2 \cdot 3"),
        ("-a/b", r"-\frac{a}{b}"),
        ("abs(x/2)", r"\left| \frac{x}{2} \right|"),
        ("log(x/2)", r"\log\left( \frac{x}{2} \right)"),
        ("sign(x)", r"\operatorname{sign}(x)"),
        ("c/norm(g)", r"\frac{c}{\left\| g \right\|}"),
        ("q**floor(t/k)", r"q^{\left\lfloor \frac{t}{k} \right\rfloor}"),
        ("η*solve(g, 0)", r"\eta H^{-1} g"),
        ("solve(g + v, 2*λ)", r"(H + 2 \lambda I)^{-1} (g + v)"),
        ("η_plus*ρ_inf - η_minus", r"\eta_+ \rho_{\infty} - \eta_-"),
        ("float32(x)", r"\operatorname{float32}(x)"),
        ("learning_rate_x*v_max", r"\mathrm{learning\_rate\_x} \cdot v_{\mathrm{max}}"),
        ("exp(-x)", "e^{-x}"),
        ("pi*φ", r"\pi \varphi"),
        ("1.2e-5*x", r"1.2 \times 10^{-5} x"),
        ("학습률*x", r"\text{학습률} \cdot x"),
        (
            "where(x > 0, x, -x)",
            r"\begin{cases} x & \text{if } x > 0 \\ -x & \text{otherwise} \end{cases}",
        ),
    ],
)
def test_latex(text: str, expected: str) -> None:
    assert latex(parse(text)) == expected


def test_latex_of_adam() -> None:
    assert latex(typeset_assignment(ADAM[2])) == (
        r"w \leftarrow w - \frac{\eta}{\sqrt{v + \varepsilon}} "
        r"\frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t} m"
    )
    assert latex(typeset(parse("a*m"), VALUES)) == (r"a \begin{pmatrix} -2.31 \\ 1.87 \end{pmatrix}")
    assert latex(typeset(parse("x + y + z"), {"x": math.nan, "y": math.inf, "z": 1e-8})) == (
        r"\text{undefined} + \infty + 10^{-8}"
    )


def test_long_formulas() -> None:
    goldstein_price = (
        "(1 + (x + y + 1)**2*(19 - 14*x + 3*x**2 - 14*y + 6*x*y + 3*y**2))"
        "*(30 + (2*x - 3*y)**2*(18 - 32*x + 12*x**2 + 48*y - 36*x*y + 27*y**2))"
    )
    assert shown(goldstein_price) == (
        "(1 + (x + y + 1)²·(19 − 14·x + 3·x² − 14·y + 6·x·y + 3·y²))"
        "·(30 + (2·x − 3·y)²·(18 − 32·x + 12·x² + 48·y − 36·x·y + 27·y²))"
    )


# --- numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.0, "0"), (-0.0, "0"), (0.05, "0.05"), (0.9, "0.9"), (0.999, "0.999"), (0.9995, "0.9995"),
        (0.99995, "0.99995"), (28.4, "28.4"), (1234.0, "1234"), (0.0107, "0.0107"),
        (1.2e-5, "1.2×10⁻⁵"), (-1.94, "−1.94"), (math.nan, "undefined"), (math.inf, "∞"),
        (-math.inf, "−∞"), (1e-8, "10⁻⁸"), (-1e-8, "−10⁻⁸"), (0.0003, "0.0003"), (2 / 3, "0.6667"),
        (1e-4 / 3, "3.333×10⁻⁵"), (20 / 3, "6.667"), (1234.567, "1235"), (123456.7, "123457"),
        (9999.712, "10000"), (1234567.0, "1.235×10⁶"), (1e6, "10⁶"), (-1e300, "−10³⁰⁰"),
    ],
)  # fmt: skip
def test_numbers(value: float, expected: str) -> None:
    assert format_number(value) == expected


def read(text: str) -> float:
    """The number back from its text."""
    plain_digits = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")
    body = text.rstrip("⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    power = text[len(body) :].translate(plain_digits)
    body = body.translate(plain_digits)
    if power:
        mantissa, _, _ = body.rpartition("10")
        sign = {"": "1", "-": "-1"}.get(mantissa, mantissa.rstrip("×"))
        return float(f"{sign}e{power}")
    return float(body)


@given(st.floats(-1e308, 1e308, allow_subnormal=False))
@example(9.9995)
@example(999949.99)
@example(0.00099996)
def test_numbers_are_right_to_a_tenth_of_a_percent(value: float) -> None:
    text = format_number(value)
    assert read(text) == pytest.approx(value, rel=1e-3)
    assert len(text) <= len("−1.23456×10⁻³⁰⁰")


@given(st.decimals(0, 10, places=5))
def test_short_numbers_keep_all_their_digits(value: object) -> None:
    assert read(format_number(float(str(value)))) == float(str(value))


@given(st.floats())
def test_every_number_can_be_shown_in_a_formula(value: float) -> None:
    box = typeset(parse("a*x**2"), {"x": value})
    assert format_number(value) in plain(box)
    assert latex(box).startswith("a ")


@given(st.floats(min_value=1e-300, max_value=1e300))
def test_literals_keep_all_their_digits(value: float) -> None:
    box = typeset(Number(value))
    assert isinstance(box, Text)
    assert read(box.text) == value
