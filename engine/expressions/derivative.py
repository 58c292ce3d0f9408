"""Exact derivatives through SymPy, which is imported here, when the first typed formula needs it.

SymPy is never given text: its objects are built from the checked tree and read back into one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.expressions.parse import CONSTANTS, Apply, ExpressionError, Node, Number, Symbol

_SAME_NAME = ("exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh")


def differentiate(node: Node, name: str) -> Node:
    """∂node/∂name as a tree. Raises ExpressionError where SymPy finds no derivative."""
    import sympy

    try:
        variable = sympy.Symbol(name, real=True)
        return _to_node(sympy.diff(_to_sympy(node), variable))
    except ExpressionError:
        raise
    except (RecursionError, MemoryError):
        raise ExpressionError("this formula is too long to be differentiated") from None
    except Exception as error:
        raise ExpressionError(f"this formula cannot be differentiated ({error})") from None


def _to_sympy(node: Node) -> Any:
    import sympy

    if isinstance(node, Number):
        value = node.value
        small = value == int(value) and abs(value) < 1e6
        return sympy.Integer(int(value)) if small else sympy.Float(value)
    if isinstance(node, Symbol):
        constant = CONSTANTS.get(node.name)
        if constant is not None:
            return sympy.E if node.name == "e" else sympy.pi
        return sympy.Symbol(node.name, real=True)
    if node.function == "where":
        condition, value, otherwise = (_to_sympy(a) for a in node.arguments)
        return sympy.Piecewise((value, condition), (otherwise, True))
    parts = [_to_sympy(argument) for argument in node.arguments]
    makers: dict[str, Callable[..., Any]] = {name: getattr(sympy, name) for name in _SAME_NAME} | {
        "sqrt": sympy.sqrt, "arctan": sympy.atan, "abs": sympy.Abs, "sign": sympy.sign,
        "maximum": sympy.Max, "minimum": sympy.Min, "neg": lambda a: -a,
        "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b,
        "/": lambda a, b: a / b, "**": lambda a, b: a**b, "<": sympy.Lt, "<=": sympy.Le,
        ">": sympy.Gt, ">=": sympy.Ge, "==": sympy.Eq, "!=": sympy.Ne,
    }  # fmt: skip
    if node.function not in makers:
        raise ExpressionError(f"“{node.function}” cannot be differentiated", *node.at)
    return makers[node.function](*parts)


def _to_node(expression: Any) -> Node:
    import sympy

    if expression.is_Symbol:
        return Symbol(expression.name)
    if expression is sympy.pi:
        return Symbol("pi")
    if expression is sympy.E:
        return Symbol("e")
    if expression.is_number and not expression.has(sympy.Function):
        return _number(expression)
    if expression.is_Add:
        return _joined("+", [_to_node(part) for part in expression.args])
    if expression.is_Mul:
        return _joined("*", [_to_node(part) for part in expression.args])
    if expression.is_Pow:
        return _power(*expression.args)
    return _function(expression)


def _number(expression: Any) -> Node:
    value = complex(expression)
    if value.imag or value.real != value.real:
        # e.g. log(-1): undefined everywhere, which is a result and not a fault
        return Apply("log", (Number(-1.0),))
    return Number(value.real)


def _joined(operator: str, parts: list[Node]) -> Node:
    whole = parts[0]
    for part in parts[1:]:
        whole = Apply(operator, (whole, part))
    return whole


def _power(base: Any, exponent: Any) -> Node:
    import sympy

    if exponent == sympy.Rational(1, 2):
        return Apply("sqrt", (_to_node(base),))
    if exponent.is_number and exponent.is_negative:
        below = _to_node(base) if exponent == -1 else _power(base, -exponent)
        return Apply("/", (Number(1.0), below))
    if base is sympy.E:
        return Apply("exp", (_to_node(exponent),))
    return Apply("**", (_to_node(base), _to_node(exponent)))


def _function(expression: Any) -> Node:
    import sympy

    name = type(expression).__name__
    relations = {
        "StrictLessThan": "<", "LessThan": "<=", "StrictGreaterThan": ">", "GreaterThan": ">=",
        "Equality": "==", "Unequality": "!=",
    }  # fmt: skip
    if name in relations:
        return Apply(relations[name], tuple(_to_node(side) for side in expression.args))
    if name == "Heaviside":
        inside = _to_node(expression.args[0])
        below = Apply("where", (Apply("<", (inside, Number(0.0))), Number(0.0), Number(0.5)))
        return Apply("where", (Apply(">", (inside, Number(0.0))), Number(1.0), below))
    if name == "Piecewise":
        return _cases(list(expression.args))
    if name == "DiracDelta" or (name == "Derivative" and expression.expr.func is sympy.sign):
        return Number(0.0)  # the slope of a step, taken as that of the flat on either side
    if name in ("Max", "Min"):
        whole = {"Max": "maximum", "Min": "minimum"}[name]
        return _joined(whole, [_to_node(part) for part in expression.args])
    known = {"atan": "arctan", "Abs": "abs", "sign": "sign"} | {n: n for n in _SAME_NAME}
    if name not in known:
        raise ExpressionError(f"no derivative is known here ({name})")
    return Apply(known[name], tuple(_to_node(argument) for argument in expression.args))


def _cases(cases: list[Any]) -> Node:
    value, condition = cases[0]
    if condition == True or len(cases) == 1:  # noqa: E712 (a SymPy truth value)
        return _to_node(value)
    rest = _cases(cases[1:])
    if condition == False:  # noqa: E712
        return rest
    return Apply("where", (_to_node(condition), _to_node(value), rest))
