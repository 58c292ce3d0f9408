"""Tree to boxes: how a formula is shown, with its symbols or with numbers in their place.

Here it is decided where brackets are needed, where a product gets a dot, what stands in a fraction.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

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
    format_exactly,
    format_number,
    texts,
)
from engine.expressions.greek import GREEK
from engine.expressions.parse import COMPARISONS, CONSTANTS, Apply, Assignment, Node, Number, Symbol
from engine.expressions.written import latex_of, plain

__all__ = ["format_number", "latex", "plain", "typeset", "typeset_assignment"]

Value = float | tuple[float, float]
Values = Mapping[str, Value]

PLUS, MINUS, DOT = Text("+", "operator"), Text("−", "operator"), Text("·", "operator")
SLASH = Text("/", "operator")
EQUALS, ARROW = Text("=", "operator"), Text("←", "operator")
_RELATIONS = {"<=": "≤", ">=": "≥", "==": "=", "!=": "≠"}
_SIGNS = {"plus": "+", "minus": "−", "inf": "∞"}  # η_plus is η₊
_SHORT_NAMES = {"maximum": "max", "minimum": "min"}
_POWER_IN_THE_NAME = {"sin", "cos", "tan", "sinh", "cosh", "tanh"}  # sin²(x)


def typeset(node: Node, values: Values | None = None) -> Box:
    """How an expression is shown. Symbols in `values` are replaced by their numbers: a float, or
    the pair (x, y) of a vector, which becomes a column."""
    return _Setter(values or {}).expression(node)


def typeset_assignment(assignment: Assignment, values: Values | None = None, result: Value | None = None) -> Box:
    """How one line of a rule is shown: `m ← β₁ m + (1 − β₁) g`.

    With `values`, the right side with these numbers. `result` is written behind it: `… = 2.6`.
    """
    shown = typeset(assignment.expression, values)
    items: tuple[Box, ...] = shown.items if isinstance(shown, Row) else (shown,)
    if values is None:
        items = (typeset(Symbol(assignment.name)), ARROW, *items)
    if result is not None:
        items = (*items, EQUALS, _value(assignment.name, result))
    return Row(items) if len(items) > 1 else items[0]


def latex(formula: Box | Node) -> str:
    """LaTeX for a formula, from its boxes or its tree."""
    return latex_of(typeset(formula) if isinstance(formula, Node) else formula)


class _Setter:
    """Builds boxes. `lead`: a part stands at the beginning, where a minus needs no brackets."""

    def __init__(self, values: Values) -> None:
        self.values = values

    def expression(self, node: Node) -> Box:
        """A whole formula, or one that brackets, a root or a fraction bar already hold together."""
        if isinstance(node, Apply):
            if node.function == "where":
                condition, value, otherwise = (self.expression(a) for a in node.arguments)
                return Cases(value, condition, otherwise)
            if node.function in {"+", "-"}:
                return Row(tuple(self.terms(node, True)))
            if node.function in COMPARISONS:
                relation = Text(_RELATIONS.get(node.function, node.function), "operator")
                left, right = (self.expression(a) for a in node.arguments)
                return Row((left, relation, right))
        return self.term(node, True)

    def terms(self, node: Node, lead: bool) -> list[Box]:
        if isinstance(node, Apply):
            if node.function == "+":
                return [
                    *self.terms(node.arguments[0], lead),
                    PLUS,
                    *self.terms(node.arguments[1], False),
                ]
            if node.function == "-":
                right = self.term(node.arguments[1], False)
                return [*self.terms(node.arguments[0], lead), MINUS, right]
        return [self.term(node, lead)]

    def term(self, node: Node, lead: bool) -> Box:
        """Something that can follow a plus or a minus."""
        if isinstance(node, Apply) and node.function in {"*", "/"}:
            return self.product(_factors(node), lead)
        return self.factor(node, lead)

    def factor(self, node: Node, lead: bool) -> Box:
        """Something that can stand in a product."""
        if isinstance(node, Number):
            return _bracketed_minus(Text(format_exactly(node.value), "number"), lead)
        if isinstance(node, Symbol):
            if node.name in self.values:
                return _bracketed_minus(_value(node.name, self.values[node.name]), lead)
            return _name(node.name)
        function, arguments = node.function, node.arguments
        if function == "neg":
            return self.negative(arguments[0], lead)
        if function == "**":
            return self.power(*arguments)
        if function in {"+", "-", "*", "/", "where"} or function in COMPARISONS:
            return Brackets(self.expression(node))
        if function == "exp":
            return Superscript(Text("e", "variable"), self.exponent(arguments[0]))
        inside = tuple(self.expression(a) for a in arguments)
        if function == "sqrt":
            return Root(inside[0])
        if function == "abs":
            return Brackets(inside[0], "||")
        if function == "norm":
            return Brackets(inside[0], "‖‖")
        if function == "floor":
            return Brackets(inside[0], "⌊⌋")
        if function == "solve":
            return Row(self.solution(*arguments))
        if function == "grad":
            return Call(Text("∇L", "variable", "grad"), inside)
        return Call(Text(_SHORT_NAMES.get(function, function), "function"), inside)

    def solution(self, vector: Node, damping: Node) -> tuple[Box, Box]:
        """(H + λI)⁻¹ v, or H⁻¹ v without damping."""
        matrix: Box = Text("H", "variable")
        if damping != Number(0.0):
            damped = self.product([*_factors(damping), (Symbol("I"), [])], False)
            matrix = Brackets(Row((matrix, PLUS, *(damped.items if isinstance(damped, Row) else (damped,)))))
        return Superscript(matrix, Text("−1", "number")), self.factor(vector, False)

    def negative(self, node: Node, lead: bool) -> Box:
        if isinstance(node, Number) and node.value >= 0:
            return _bracketed_minus(Text("−" + format_exactly(node.value), "number"), lead)
        inner = self.term(node, False)
        row = Row((MINUS, *(inner.items if isinstance(inner, Row) else (inner,))))
        return row if lead else Brackets(row)

    def power(self, base: Node, exponent: Node) -> Box:
        raised = self.exponent(exponent)
        if (
            isinstance(base, Apply)
            and base.function in _POWER_IN_THE_NAME
            and isinstance(exponent, Number)
            and exponent.value in {2, 3, 4}
        ):
            name = Superscript(Text(base.function, "function"), raised)
            return Call(name, (self.expression(base.arguments[0]),))
        box = self.expression(base)
        whole = {"abs", "norm", "floor", "maximum", "minimum"}
        held = not isinstance(base, Apply) or base.function in whole
        if isinstance(box, Text) and box.style == "number":
            held = box.text.replace(".", "").isascii()  # neither negative nor with a power of ten
        return Superscript(box if held else Brackets(box), raised)

    def exponent(self, node: Node) -> Box:
        """Above the line a fraction is written with a slash."""
        box = self.expression(node)
        items = box.items if isinstance(box, Row) else (box,)
        if isinstance(items[-1], Fraction) and items[:-1] in {(), (MINUS,)}:
            top, bottom = items[-1].top, items[-1].bottom
            sum_above = isinstance(top, Row) and any(i in {PLUS, MINUS} for i in top.items)
            above = Brackets(top) if sum_above or isinstance(top, Cases) else top
            below = Brackets(bottom) if isinstance(bottom, Row | Fraction | Cases) else bottom
            return Row((*items[:-1], above, SLASH, below))
        return box

    def product(self, factors: Sequence[_Factor], lead: bool) -> Box:
        first, below = factors[0]
        if lead and isinstance(first, Apply) and first.function == "neg":
            # −(a/b) c instead of (−a)/b c
            rest = self.product([(first.arguments[0], below), *factors[1:]], False)
            return Row((MINUS, *(rest.items if isinstance(rest, Row) else (rest,))))
        boxes: list[Box] = []
        for index, (top, bottoms) in enumerate(factors):
            if bottoms:
                bottom = bottoms[0]
                for other in bottoms[1:]:
                    bottom = Apply("*", (bottom, other))
                boxes.append(Fraction(self.expression(top), self.expression(bottom)))
            else:
                boxes.append(self.factor(top, lead and index == 0))
        return _multiplied(boxes)


_Factor = tuple[Node, list[Node]]  # what is multiplied, and what it is divided by


def _factors(node: Node) -> list[_Factor]:
    """A chain of * and /, where each division takes just the factor before it as its numerator:
    η/√v · s/(1 − b) · m is three factors."""
    if isinstance(node, Apply) and node.function == "*":
        return _factors(node.arguments[0]) + _factors(node.arguments[1])
    if isinstance(node, Apply) and node.function == "/":
        *before, (top, bottoms) = _factors(node.arguments[0])
        return [*before, (top, [*bottoms, node.arguments[1]])]
    return [(node, [])]


def _multiplied(boxes: list[Box]) -> Box:
    items = boxes[:1]
    for left, right in pairwise(boxes):
        if _needs_dot(left, right):
            items.append(DOT)
        items.append(right)
    return Row(tuple(items)) if len(items) > 1 else items[0]


def _needs_dot(left: Box, right: Box) -> bool:
    if any(isinstance(b, Text) and b.style == "upright" for b in (left, right)):
        return True
    start = right.base if isinstance(right, Superscript) else right
    if isinstance(start, Text) and start.style == "number":
        return True
    return _numeric(left) and _numeric(right)


def _numeric(box: Box) -> bool:
    return all(text.style in {"number", "operator"} for text in texts(box))


def _bracketed_minus(box: Box, lead: bool) -> Box:
    negative = isinstance(box, Text) and box.style == "number" and box.text.startswith("−")
    return Brackets(box) if negative and not lead else box


def _value(name: str, value: Value) -> Box:
    if isinstance(value, tuple):
        x, y = (Text(format_number(part), "number", name) for part in value)
        return Column((x, y))
    return Text(format_number(value), "number", name)


@lru_cache(maxsize=1024)
def _name(name: str) -> Box:
    """A symbol: β1 has an index, a single letter is italic, a word is upright."""
    if name in CONSTANTS:
        return Text("π" if name == "pi" else name, "variable")
    split = re.fullmatch(r"([^\W\d_]+|∇)(\d+)|([^\W\d_]+)_(\w+)", name)
    letter = _letter(split[1] or split[3]) if split else _letter(name)
    if letter is None:
        return Text(name, "upright", name)
    base = Text(letter, "variable", name)
    if not split:
        return base
    index = split[2] or split[4]
    if index == "hat" or index == "bar":
        return Accent(base, "hat" if index == "hat" else "bar")
    if index in _SIGNS:
        return Subscript(base, Text(_SIGNS[index], "operator"))
    inner = None if index.isdecimal() else _letter(index)
    if inner is not None:
        return Subscript(base, Text(inner, "variable", name))
    return Subscript(base, Text(index.replace("_", " "), "upright", name))


def _letter(word: str) -> str | None:
    """The one letter that a word stands for: itself, or the Greek letter of that name."""
    return word if len(word) == 1 else GREEK.get(word)
