"""What one line of a rule is made of at one step: the vectors that it adds up, the factors that are time's alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.expressions import Apply, Assignment, Node, Symbol, compile_program, names
from engine.expressions.typeset import format_number, plain, typeset
from engine.rules import Rule, Value
from engine.time_factors import factors_of
from engine.tree_parts import restored, settled, summands, undecided, within_function

_SMALL = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True, slots=True)
class Term:
    """One of the vectors that a line adds up: as it stands in the formula, its value, sign included, the vector that
    it scales, and whether it is this step's gradient, scaled or not. `within` says that the sum stands inside a
    function, as in sign(β·m + g): there the terms add up to what the function is given."""

    label: str
    value: tuple[float, float]
    scaled: str
    is_gradient: bool
    within: bool = False

    def turned(self) -> Term:
        """The other way round."""
        return Term(
            _turned(self.label), (-self.value[0], -self.value[1]), _turned(self.scaled), self.is_gradient, self.within
        )


def _turned(label: str) -> str:
    return label[1:] if label.startswith("−") else f"−{label}"


def terms(rule: Rule, line: int, known: Mapping[str, Value]) -> tuple[Term, ...]:
    """The vectors that are added up in `line` (from 0), in their order; none where it adds fewer than two.

    A factor in front of a bracket is taken into it. Where the line moves the weights, the weights themselves are
    where the sum begins, and no term. `known` holds every name's value as the line reads it.
    """
    found = []
    for label, scaled, sign, part, is_gradient, within in _parts(rule, line, _taken(rule, line, known)).terms:
        x, y = part(known)
        found.append(Term(label, (sign * x, sign * y), scaled, is_gradient, within))
    return tuple(found)


def time_factors(rule: Rule, line: int, known: Mapping[str, Value]) -> tuple[str, ...]:
    """By which numbers time alone scales a line of vectors, or something in it, such as Adam's bias correction:
    "√(…)/(…) = 0.316"."""
    factors = _parts(rule, line, _taken(rule, line, known)).factors
    return tuple(f"{text} = {format_number(value(known)[0])}" for text, value in factors)


_Part = Callable[[Mapping[str, Value]], tuple[float, float]]


@dataclass(frozen=True)
class _Parts:
    """What `terms` and `time_factors` look up: (label, scaled, sign, value, whether it is the gradient, within) of
    each term, (label, value) of each factor."""

    terms: tuple[tuple[str, str, int, _Part, bool, bool], ...] = ()
    factors: tuple[tuple[str, _Part], ...] = ()


@lru_cache(maxsize=256)
def _conditions(rule: Rule, place: int) -> tuple[_Part, ...]:
    return tuple(_compiled(condition) for condition in undecided(rule.lines[place].lifted, rule.with_components))


def _taken(rule: Rule, place: int, known: Mapping[str, Value]) -> tuple[bool, ...]:
    """Which way the line's conditions went, those that are the same for both axes."""
    return tuple(bool(holds(known)[0]) for holds in _conditions(rule, place))


@lru_cache(maxsize=256)
def _parts(rule: Rule, place: int, taken: tuple[bool, ...]) -> _Parts:
    line, vectors = rule.lines[place], rule.with_components
    calls = {call.name: call for at in rule.lines for call in at.calls}
    fresh = {"g"} | {call.name for call in line.calls if call.function == "grad"}
    whole = settled(line.lifted, dict(zip(undecided(line.lifted, vectors), taken, strict=True)))
    if vectors.isdisjoint(names(whole)):
        return _Parts()
    added = summands(whole, vectors)
    factors = {_text(restored(factor, calls)): _compiled(factor) for factor in factors_of([n for _, n in added], rule)}
    within = False
    if line.name == "w":
        begins = (1, Symbol("w")) in added
        added = [(sign, node) for sign, node in added if node != Symbol("w")]
        if not begins:
            added = []
    if len(added) == 1:
        added, within = within_function(*added[0], vectors), True
    if len(added) < 2 or any(vectors.isdisjoint(names(node)) for _, node in added):
        added = []
    found = tuple(
        (
            _text(restored(node, calls), sign), _text(restored(_scaled(node, vectors), calls), sign), sign,
            _compiled(node), not fresh.isdisjoint(names(node)), within,
        )
        for sign, node in added
    )  # fmt: skip
    return _Parts(found, tuple(factors.items()))


def _scaled(node: Node, vectors: frozenset[str]) -> Node:
    """The vector in a product that all the rest scales: the last one that is not below a fraction bar."""
    if not isinstance(node, Apply) or node.function not in ("*", "/", "neg"):
        return node
    above = node.arguments if node.function == "*" else node.arguments[:1]
    own = [part for part in above if not vectors.isdisjoint(names(part))]
    return _scaled(own[-1], vectors) if own else node


def _text(node: Node, sign: int = 1) -> str:
    """As a label: β₁·m, not β1·m."""
    written = re.sub(r"(?<=[^\W\d_])\d+", lambda digits: digits[0].translate(_SMALL), plain(typeset(node)))
    return ("−" if sign < 0 else "") + written.replace("^t", "ᵗ")


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
        return Symbol(to[node.name], node.at) if node.name in to else node
    if isinstance(node, Apply):
        return Apply(node.function, tuple(_renamed(argument, to) for argument in node.arguments), node.at)
    return node
