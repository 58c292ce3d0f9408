"""Trees taken apart: the branch that is taken, the terms of a sum, what stands inside a function."""

from __future__ import annotations

from collections.abc import Mapping

from engine.expressions import Apply, Node, Symbol, names, walk
from engine.rules import Lifted

ODD = frozenset({"sign", "tanh", "sin", "sinh", "tan", "arctan"})  # they turn round with what they are given
Signed = tuple[int, Node]


def undecided(node: Node, vectors: frozenset[str]) -> list[Node]:
    """The conditions that hold, or not, for both axes alike, each once."""
    found = (part.arguments[0] for part in walk(node) if isinstance(part, Apply) and part.function == "where")
    return list(dict.fromkeys(condition for condition in found if vectors.isdisjoint(names(condition))))


def settled(node: Node, holds: Mapping[Node, bool]) -> Node:
    """With the branch that is taken in place of each condition that is known."""
    if not isinstance(node, Apply):
        return node
    if node.function == "where" and node.arguments[0] in holds:
        return settled(node.arguments[1 if holds[node.arguments[0]] else 2], holds)
    return Apply(node.function, tuple(settled(argument, holds) for argument in node.arguments), node.at)


def restored(node: Node, calls: Mapping[str, Lifted]) -> Node:
    """As it was typed: with grad(·), norm(·) and solve(·) where they were lifted out."""
    if isinstance(node, Symbol) and node.name in calls:
        call = calls[node.name]
        return Apply(call.function, tuple(restored(argument, calls) for argument in call.arguments), node.at)
    if isinstance(node, Apply):
        return Apply(node.function, tuple(restored(argument, calls) for argument in node.arguments), node.at)
    return node


def summands(node: Node, vectors: frozenset[str], sign: int = 1) -> list[Signed]:
    """What is added up, with its sign. A product or quotient with one sum of vectors in it becomes a sum:
    η·(g + a) is η·g + η·a."""
    if not isinstance(node, Apply):
        return [(sign, node)]
    if node.function in ("+", "-"):
        left, right = node.arguments
        return summands(left, vectors, sign) + summands(right, vectors, -sign if node.function == "-" else sign)
    if node.function == "neg":
        return summands(node.arguments[0], vectors, -sign)
    if node.function in ("*", "/"):
        left, right = node.arguments
        before = _vector_sum(left, vectors)
        behind = _vector_sum(right, vectors) if node.function == "*" else []
        if before and not behind:
            return [(sign * s, Apply(node.function, (part, right), node.at)) for s, part in before]
        if behind and not before:
            return [(sign * s, Apply(node.function, (left, part), node.at)) for s, part in behind]
    return [(sign, node)]


def _vector_sum(node: Node, vectors: frozenset[str]) -> list[Signed]:
    """Its terms, if it is a sum of nothing but vectors."""
    parts = summands(node, vectors)
    return parts if len(parts) > 1 and not any(vectors.isdisjoint(names(part)) for _, part in parts) else []


def within_function(sign: int, node: Node, vectors: frozenset[str]) -> list[Signed]:
    """What is added up in the odd function that a product holds, such as η·sign(β·m + g); nothing if there is none."""
    if not isinstance(node, Apply):
        return []
    if node.function in ODD:
        return summands(node.arguments[0], vectors, sign)
    if node.function == "neg":
        return within_function(-sign, node.arguments[0], vectors)
    above = {"*": node.arguments, "/": node.arguments[:1]}.get(node.function, ())
    return next((found for part in above if (found := within_function(sign, part, vectors))), [])
