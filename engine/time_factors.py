"""The factors in a line of vectors that time alone changes, such as the corrections of averages that began at zero."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from engine.expressions import Apply, Node, Number, Symbol, names
from engine.rules import Rule


def factors_of(terms: Iterable[Node], rule: Rule) -> list[Node]:
    """One factor for each thing that is scaled: the term itself, as in √(1 − β₂ᵗ)/(1 − β₁ᵗ)·m, or a part of a sum
    in it, as in m/(√(s/(1 − β₂ᵗ)) + ε). A name alone is none: its own line tells its value."""
    found: list[_Factor] = []
    for term in terms:
        whole = _Factor()
        found.append(whole)
        _collect(term, whole, found, rule)
    return [factor.node for factor in found if factor.above or factor.below]


@dataclass
class _Factor:
    """What scales one thing, above and below the fraction bar."""

    above: list[Node] = field(default_factory=list)
    below: list[Node] = field(default_factory=list)

    @property
    def node(self) -> Node:
        above = _product(self.above)
        return Apply("/", (above, _product(self.below)), above.at) if self.below else above

    @property
    def inverse(self) -> _Factor:
        return _Factor(self.below, self.above)


def _product(nodes: list[Node]) -> Node:
    if not nodes:
        return Number(1.0)
    whole = nodes[0]
    for node in nodes[1:]:
        whole = Apply("*", (whole, node), whole.at)
    return whole


def _collect(node: Node, into: _Factor, others: list[_Factor], rule: Rule) -> None:
    """Add to `into` what scales all of `node`, to `others` what scales parts of sums in it."""
    if isinstance(node, Symbol) and node.name == "t":
        into.above.append(node)
    if not isinstance(node, Apply):
        return
    arguments = node.arguments
    if node.function in ("*", "/"):
        _collect(arguments[0], into, others, rule)
        _collect(arguments[1], into if node.function == "*" else into.inverse, others, rule)
    elif node.function == "neg":
        _collect(arguments[0], into, others, rule)
    elif not rule.with_components.intersection(names(node)):
        if _is_time(node, rule):
            into.above.append(node)
    elif node.function == "sqrt" or (node.function == "**" and isinstance(arguments[1], Number)):
        inner = _Factor()
        _collect(arguments[0], inner, others, rule)
        for kept, parts in ((into.above, inner.above), (into.below, inner.below)):
            kept += [Apply(node.function, (part, *arguments[1:]), part.at) for part in parts]
    else:
        for argument in arguments:
            part = _Factor()
            others.append(part)
            _collect(argument, part, others, rule)


def _is_time(node: Node, rule: Rule) -> bool:
    moving, numbers = _moving(rule)
    return bool(moving.intersection(names(node))) and not numbers.intersection(names(node))


@lru_cache(maxsize=64)
def _moving(rule: Rule) -> tuple[frozenset[str], frozenset[str]]:
    """The numbers that go with the step, and those that go with where the racer is: lengths, and what reads them."""
    lengths = {call.name for line in rule.lines for call in line.calls if call.function == "norm"}
    steps = {"t", *rule.state} - rule.with_components
    for _ in rule.lines:
        for line in rule.lines:
            read = set(names(line.lifted))
            if line.name not in rule.with_components:
                if read & lengths:
                    lengths.add(line.name)
                if read & steps:
                    steps.add(line.name)
    return frozenset(steps), frozenset(lengths)
