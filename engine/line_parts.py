"""What one line of a rule is made of at one step: the vectors that it adds up, and the factor that is time's alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.expressions import Apply, Assignment, Node, Number, Symbol, compile_program, names
from engine.expressions.typeset import format_number, plain, typeset
from engine.rules import Rule, Value

_SMALL = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True, slots=True)
class Term:
    """One of the vectors that a line adds up: as it stands in the formula, its value, sign included, and whether it
    is this step's gradient, scaled or not."""

    label: str
    value: tuple[float, float]
    is_gradient: bool


def terms(rule: Rule, line: int, known: Mapping[str, Value]) -> tuple[Term, ...]:
    """The vectors that are added up in `line` (from 0), in their order; none where it adds fewer than two.

    Where the line moves the weights, the weights themselves are where the sum begins, and no term. `known` holds
    every name's value as the line reads it.
    """
    found = []
    for label, sign, part, is_gradient in _parts(rule, line)[0]:
        x, y = part(known)
        found.append(Term(label, (sign * x, sign * y), is_gradient))
    return tuple(found)


def time_factor(rule: Rule, line: int, known: Mapping[str, Value]) -> str:
    """The number by which time alone scales a line of vectors, such as Adam's bias correction: "√(…)/(…) = 0.316";
    empty where there is none."""
    factor = _parts(rule, line)[1]
    return f"{factor[0]} = {format_number(factor[1](known)[0])}" if factor else ""


_Part = Callable[[Mapping[str, Value]], tuple[float, float]]


@lru_cache(maxsize=256)
def _parts(rule: Rule, place: int) -> tuple[list[tuple[str, int, _Part, bool]], tuple[str, _Part] | None]:
    """(label, sign, value, whether it is the gradient) of each term, and (label, value) of the factor, if any."""
    line, vectors = rule.lines[place], rule.with_components
    fresh = {"g"} | {call.name for call in line.calls if call.function == "grad"}
    found: list[tuple[str, int, _Part, bool]] = []
    above: list[Node] = []
    below: list[Node] = []
    if vectors.isdisjoint(names(line.lifted)):
        return [], None
    shown, computed = _summands(line.expression), _summands(line.lifted)
    for (sign, written), (_, node) in zip(shown, computed, strict=True):
        _collect(node, above, below, rule)
        if node != Symbol("w"):
            found.append((_text(written, sign), sign, _compiled(node), not fresh.isdisjoint(names(node))))
    if len(found) < 2 or any(vectors.isdisjoint(names(node)) for _, node in computed):
        found = []
    if not above and not below:
        return found, None
    factor = _product(above)
    if below:
        factor = Apply("/", (factor, _product(below)), factor.at)
    return found, (_text(factor), _compiled(factor))


def _text(node: Node, sign: int = 1) -> str:
    """As a label: β₁·m, not β1·m."""
    written = re.sub(r"(?<=[^\W\d_])\d+", lambda digits: digits[0].translate(_SMALL), plain(typeset(node)))
    return ("−" if sign < 0 else "") + written.replace("^t", "ᵗ")


def _summands(node: Node, sign: int = 1) -> list[tuple[int, Node]]:
    if isinstance(node, Apply) and node.function in ("+", "-"):
        left, right = node.arguments
        return _summands(left, sign) + _summands(right, -sign if node.function == "-" else sign)
    if isinstance(node, Apply) and node.function == "neg":
        return _summands(node.arguments[0], -sign)
    return [(sign, node)]


def _collect(node: Node, above: list[Node], below: list[Node], rule: Rule) -> None:
    """The factors of a product that read t and no vector, from above and below the fraction bars."""
    if not isinstance(node, Apply) or node.function not in ("*", "/"):
        if "t" in names(node) and rule.with_components.isdisjoint(names(node)):
            above.append(node)
        return
    left, right = node.arguments
    _collect(left, above, below, rule)
    if node.function == "*":
        _collect(right, above, below, rule)
    else:
        _collect(right, below, above, rule)


def _product(nodes: list[Node]) -> Node:
    if not nodes:
        return Number(1.0)
    whole = nodes[0]
    for node in nodes[1:]:
        whole = Apply("*", (whole, node), whole.at)
    return whole


def _compiled(node: Node) -> _Part:
    """The (x, y) of an expression, from the values of its names."""
    read = list(dict.fromkeys(names(node)))
    short = {name: f"n{place}" for place, name in enumerate(read)}
    line = Assignment("value", _renamed(node, short), "")
    program = compile_program([line], list(short.values()), ["value"], "careful")

    def value(known: Mapping[str, Value]) -> tuple[float, float]:
        pairs = [value if isinstance(value, tuple) else (value, value) for value in (known[name] for name in read)]
        with np.errstate(all="ignore"):
            x, y = (float(program(*(np.float64(pair[axis]) for pair in pairs))[0]) for axis in (0, 1))
        return x, y

    return value


def _renamed(node: Node, to: Mapping[str, str]) -> Node:
    """With names that may stand in a program: those of lifted calls may not."""
    if isinstance(node, Symbol):
        return Symbol(to[node.name], node.at)
    if isinstance(node, Apply):
        return Apply(node.function, tuple(_renamed(argument, to) for argument in node.arguments), node.at)
    return node
