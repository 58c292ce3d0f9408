"""Exact derivatives: the chain rule over the checked tree, from a table of the slopes of single functions.

The work is bounded by the size of the formula: nothing is multiplied out, as (((x + x)**100)**100)**100 in integers
would be, which takes for ever.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import islice

from engine.expressions.compile import constant_value
from engine.expressions.parse import (
    CONSTANTS,
    Apply,
    Assignment,
    ExpressionError,
    Node,
    Number,
    Symbol,
    names,
    parse,
    walk,
)

MAX_SLOPE = 20_000  # nodes of a derivative
ZERO, ONE = Number(0.0), Number(1.0)


def differentiate(node: Node, name: str) -> Node:
    """∂node/∂name as a tree. At a step (sign, where) it is the slope of the flat on either side, where two
    sides meet (maximum) their mean. Raises ExpressionError for what has no derivative or is too long."""
    try:
        slope = _slope(node, name)
        if sum(1 for _ in islice(walk(slope), MAX_SLOPE + 1)) <= MAX_SLOPE:
            return slope
    except RecursionError:
        pass
    raise ExpressionError("this formula is too long to be differentiated")


def differentiate_program(program: Sequence[Assignment], variables: Sequence[str]) -> tuple[Assignment, ...]:
    """The lines, each preceded by its own slopes: `u__x = ∂u/∂x` before `u = …`, by the chain rule from line to
    line (forward mode). Raises ExpressionError as `differentiate` does."""
    slopes: dict[tuple[str, str], Node] = {(variable, variable): ONE for variable in variables}
    lines: list[Assignment] = []
    for line in program:
        for variable in variables:
            whole: Node = ZERO
            for name in names(line.expression):
                inner = slopes.get((name, variable), ZERO)
                if inner != ZERO:
                    whole = _apply("+", whole, _apply("*", differentiate(line.expression, name), inner))
            lines.append(Assignment(f"{line.name}__{variable}", whole, ""))
        lines.append(line)
        for variable, slope in zip(variables, lines[-1 - len(variables) : -1], strict=True):
            slopes[line.name, variable] = ZERO if slope.expression == ZERO else Symbol(slope.name)
    return tuple(lines)


def _slope(node: Node, name: str) -> Node:
    match node:
        case Symbol(name=read):
            return ONE if read == name else ZERO
        case Number():
            return ZERO
        case Apply("where", (condition, value, otherwise)):
            sides = (_slope(value, name), _slope(otherwise, name))
            return ZERO if sides == (ZERO, ZERO) else Apply("where", (condition, *sides))
        case Apply("sqrt", (Apply("**", (inside, Number(2.0))),)):
            node = Apply("abs", (inside,), node.at)  # the same, and with a slope at 0
        case Apply(function, (Apply("where", (condition, *sides)), *rest)) if all(isinstance(r, Number) for r in rest):
            # Into the branches: sqrt(where(x > 0, x, 0)) is flat for x < 0, though sqrt(0) is infinitely steep.
            inner_sides = (Apply(function, (side, *rest), node.at) for side in sides)
            return _slope(Apply("where", (condition, *inner_sides)), name)
    slope: Node = ZERO
    for argument, partial in zip(node.arguments, _partials(node), strict=True):
        inner = _slope(argument, name)
        if inner != ZERO:
            outer = _filled(partial, dict(zip("uv", node.arguments, strict=False)))
            slope = _apply("+", slope, _apply("*", outer, inner))
    return slope


def _filled(partial: Node, values: Mapping[str, Node]) -> Node:
    """A slope in u and v, with the arguments themselves in their place."""
    if isinstance(partial, Symbol):
        return values.get(partial.name, partial)
    if isinstance(partial, Apply):
        return _apply(partial.function, *(_filled(argument, values) for argument in partial.arguments))
    return partial


def _apply(function: str, *arguments: Node) -> Node:
    """A function of its arguments, without the needless: 0 + a, 1*a, a**1, 2*3."""
    match function, arguments:
        case ("+", (Number(0.0), a)) | ("+" | "-", (a, Number(0.0))):
            return a
        case ("*", (Number(1.0), a)) | ("*" | "/" | "**", (a, Number(1.0))):
            return a
        case ("*", (Number(0.0), _)) | ("*", (_, Number(0.0))):
            return ZERO
        case "**", (_, Number(0.0)):
            return ONE
    whole = Apply(function, arguments)
    fixed = all(isinstance(a, Number) or (isinstance(a, Symbol) and a.name in CONSTANTS) for a in arguments)
    if fixed and function not in "<>" and function != "where":
        value = constant_value(whole)
        if math.isfinite(value):
            return Number(value)
    return whole


# --- the slopes of single functions --------------------------------------------------------------

# Of f(u) or f(u, v), along each argument; written so that they are good at u = 0 where they can be. At a step the
# slope is that of the flat beside it, where two sides meet their mean, and float32 is as good as unrounded.
_SLOPES = {
    "+": ("1", "1"), "-": ("1", "-1"), "*": ("v", "u"), "/": ("1/v", "-u/v**2"), "neg": ("-1",),
    "**": ("v*u**(v - 1)", "u**v*log(u)"),
    "maximum": ("(1 + sign(u - v))/2", "(1 + sign(v - u))/2"),
    "minimum": ("(1 + sign(v - u))/2", "(1 + sign(u - v))/2"),
    "sqrt": ("1/(2*sqrt(u))",), "exp": ("exp(u)",), "log": ("1/u",), "abs": ("sign(u)",),
    "sin": ("cos(u)",), "cos": ("-sin(u)",), "tan": ("1 + tan(u)**2",), "arctan": ("1/(1 + u**2)",),
    "sinh": ("cosh(u)",), "cosh": ("sinh(u)",), "tanh": ("1 - tanh(u)**2",),
    "sign": ("0",), "floor": ("0",), "float32": ("1",),
}  # fmt: skip


def _partials(node: Apply) -> tuple[Node, ...]:
    try:
        return _known_partials(node.function)
    except KeyError:
        raise ExpressionError(f"“{node.function}” cannot be differentiated", *node.at) from None


@lru_cache(maxsize=64)  # there are fewer functions
def _known_partials(function: str) -> tuple[Node, ...]:
    """The slopes of function(u) or function(u, v) along each argument. KeyError where there is none."""
    return tuple(parse(slope) for slope in _SLOPES[function])
