"""What each line of a rule looks like on the contour, told from the rule alone.

A line whose value changes sign with the gradient is a direction (an arrow), one that does not is a scale per
axis (an ellipse; of step sizes themselves, as Rprop's, where no gradient is in it), and `w` plus a direction is a
point. No optimizer is drawn by hand.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal
from unicodedata import normalize

from engine.descent import Run
from engine.expressions import Apply, Node, Number, Symbol
from engine.line_parts import Term, terms, time_factors
from engine.rules import Rule
from engine.tree_parts import ODD

Tag = Literal["number", "sign", "gradient", "direction", "scale", "point", "step"]


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value is; `degree` is the power of the gradient in it (g² has 2)."""

    tag: Tag
    degree: float = 0.0


@dataclass(frozen=True, slots=True)
class Arrow:
    """One drawn value. `origin` and `end` are points of the plane for a step or point; for a direction `value`
    is the vector as it acts (sign included), for a scale the radii of the ellipse, up to a factor. `numbers` is what
    the formula has for it. `terms` are the vectors that its line adds up, as they act, and `factors` say by how much
    time alone scales it or what is in it."""

    tag: Tag
    label: str
    origin: tuple[float, float]
    value: tuple[float, float]
    line: int
    numbers: tuple[float, float]
    terms: tuple[Term, ...] = ()
    factors: tuple[str, ...] = ()


_NUMBER = Kind("number")
_SIZES, _SIGN = Kind("scale", -1.0), Kind("sign")
_LIFTED = {"grad": Kind("gradient", 1.0), "norm": _NUMBER, "solve": Kind("direction", 1.0)}


@lru_cache(maxsize=64)
def kinds(rule: Rule) -> dict[str, Kind]:
    """What every name of the rule is, grad(·) results included."""
    known: dict[str, Kind] = {"w": Kind("point", 0.0), "g": Kind("gradient", 1.0)}
    for line in rule.lines:
        known |= {call.name: _LIFTED[call.function] for call in line.calls}
    for _ in range(len(rule.lines) + 2):  # state refers back to itself: settle it
        for line in rule.lines:
            if line.name in rule.vectors and line.name != "w":
                kind = _kind(line.lifted, known)
                if kind.tag == "gradient":
                    kind = Kind("direction", kind.degree)
                elif kind.tag == "number" and line.name in known:
                    kind = known[line.name]  # it was more before: d = where(t <= 1, η, d)
                elif kind.tag == "number":
                    kind = _SIZES
                known[line.name] = kind
    return known


def _kind(node: Node, known: dict[str, Kind]) -> Kind:
    if isinstance(node, Number):
        return _NUMBER
    if isinstance(node, Symbol):
        return known.get(node.name, _NUMBER)
    parts = [_kind(argument, known) for argument in node.arguments]
    match node.function:
        case "neg":
            return parts[0]
        case "+" | "-" | "maximum" | "minimum":
            return _sum(parts[0], parts[1], node.function)
        case "where":
            return _sum(parts[1], parts[2], "+")
        case "*" | "/":
            return _product(parts[0], parts[1], -1.0 if node.function == "/" else 1.0)
        case "**":
            return _power(parts[0], node)
        case "sqrt" | "abs":
            factor = 0.5 if node.function == "sqrt" else 1.0
            return _NUMBER if parts[0].tag == "number" else Kind("scale", parts[0].degree * factor)
    if parts[0].tag in ("number", "sign"):
        return parts[0]
    if node.function == "sign" and parts[0].tag == "scale":
        return _SIGN  # of something that does not follow the gradient's sign: neither direction nor length
    degree = 0.0 if node.function in {"sign", "arctan", "tanh"} else parts[0].degree
    return Kind("direction" if node.function in ODD and parts[0].tag != "scale" else "scale", degree)


def _power(base: Kind, node: Apply) -> Kind:
    exponent = node.arguments[1]
    power = exponent.value if isinstance(exponent, Number) else 1.0
    if base.tag == "number":
        return _NUMBER
    return Kind("scale" if power % 2 == 0 else base.tag, base.degree * power)


def _sum(a: Kind, b: Kind, function: str) -> Kind:
    tags = {a.tag, b.tag}
    degree = max(kind.degree for kind in (a, b) if kind.tag != "number" or tags == {"number"})
    if tags == {"point"} and function == "-":
        return Kind("direction", degree)
    for tag in ("point", "direction", "gradient", "scale", "sign"):
        if tag in tags:
            return Kind("direction" if tag == "gradient" and len(tags) > 1 else tag, degree)
    return _NUMBER


def _product(a: Kind, b: Kind, sign: float) -> Kind:
    degree = a.degree + sign * b.degree
    if {"number", "sign"} & {a.tag, b.tag}:
        other = b if a.tag in ("number", "sign") else a
        return Kind("direction" if other.tag in ("point", "gradient") else other.tag, degree)
    odd = sum(kind.tag != "scale" for kind in (a, b))
    return Kind("direction" if odd == 1 else "scale", degree)


@lru_cache(maxsize=64)
def signs(rule: Rule) -> dict[str, int]:
    """Whether each name is added to the weights (+1) or subtracted from them (−1) in the end."""
    found: dict[str, int] = {"w": 1}
    for _ in range(len(rule.lines) + 1):
        for line in reversed(rule.lines):
            into = found.get(line.name)
            if into is not None:
                for name, sign in _signs_in(line.lifted, into).items():
                    found.setdefault(name, sign)
    return found


def _signs_in(node: Node, sign: int) -> dict[str, int]:
    if isinstance(node, Symbol):
        return {node.name: sign}
    if not isinstance(node, Apply):
        return {}
    found: dict[str, int] = {}
    for index, argument in enumerate(node.arguments):
        flips = node.function == "neg" or (node.function == "-" and index == 1)
        for name, inner in _signs_in(argument, -sign if flips else sign).items():
            found.setdefault(name, inner)
    return found


def arrows_at(run: Run, racer: int, step: int, line: int) -> tuple[Arrow, ...]:
    """Everything that `step` (from 1) has drawn once `line` (from 0) is done, in the order of the lines."""
    return seen(arrows_of(run, racer, step), line)


def seen(step: tuple[Arrow, ...], line: int) -> tuple[Arrow, ...]:
    """What of a whole step's arrows is there once `line` is done; terms and factors of that line only."""
    drawn = [arrow for arrow in step if arrow.line <= line]
    last = {(arrow.tag, arrow.label, arrow.origin): place for place, arrow in enumerate(drawn)}
    kept = [arrow for place, arrow in enumerate(drawn) if last[arrow.tag, arrow.label, arrow.origin] == place]
    return tuple(arrow if arrow.line == line else replace(arrow, terms=(), factors=()) for arrow in kept)


def arrows_of(run: Run, racer: int, step: int) -> tuple[Arrow, ...]:
    """Everything that `step` (from 1) draws, in the order of the lines."""
    history = run.histories[racer]
    if not 1 <= step <= history.steps:
        return ()
    rule = history.optimizer.rule
    known, sign = kinds(rule), signs(rule)
    origin = (float(run.points[step - 1, racer, 0]), float(run.points[step - 1, racer, 1]))
    row = history.rows[step - 1]
    arrows: list[Arrow] = []
    at, seen_at = origin, 0
    for (what, index, name), slot in zip(rule.columns, rule.slots, strict=True):
        numbers = row[slot]
        drawn = what == "line" and isinstance(rule.lines[index].lifted, Symbol)  # h = grad(u): there already
        if len(numbers) != 2 or drawn:
            continue
        value = (float(numbers[0]), float(numbers[1]))
        if what == "g":
            if rule.uses_g:
                arrows.append(_direction("gradient", "g", origin, value, -1, 0))
        elif what == "point":
            at, seen_at = value, index
        elif what == "solution":
            call = next(call for call in rule.lines[index].calls if call.name == name)
            label = "H⁻¹g" if call.arguments[1] == Number(0.0) else "(H + λI)⁻¹g"
            arrows.append(_direction("direction", label, origin, value, sign.get(name, -1), index))
        elif what == "gradient":
            arrows.append(_direction("gradient", "∇L", at, value, -1, seen_at))
        elif name == "w":
            move = (value[0] - origin[0], value[1] - origin[1])
            arrows.append(_in_parts(Arrow("step", "Δw", origin, move, index, move), run, racer, step, 1))
        elif known[name].tag == "sign":
            continue
        elif known[name].tag == "point":
            move = (value[0] - origin[0], value[1] - origin[1])
            arrows.append(Arrow("point", _shown(name), origin, move, index, value))
        elif known[name].tag == "scale":
            degree = known[name].degree or 2.0
            radii = [abs(v) ** (-1 / degree) if v else float("inf") for v in value]
            arrows.append(Arrow("scale", _shown(name), origin, (radii[0], radii[1]), index, value))
        else:
            acts = sign.get(name, -1)
            arrow = _direction("direction", name, origin, value, acts, index)
            arrows.append(_in_parts(arrow, run, racer, step, acts))
    return tuple(arrows)


def _in_parts(arrow: Arrow, run: Run, racer: int, step: int, acts: int) -> Arrow:
    """With what its line is made of, each vector the way it acts."""
    history = run.histories[racer]
    rule, before = history.optimizer.rule, history.before_line(step, arrow.line)
    found = terms(rule, arrow.line, before)
    return replace(
        arrow,
        terms=found if acts > 0 else tuple(term.turned() for term in found),
        factors=time_factors(rule, arrow.line, before),
    )


def _shown(name: str) -> str:
    """A name as a label: g_hat is ĝ."""
    return normalize("NFC", name.replace("_hat", "\u0302"))


def _direction(
    tag: Tag,
    name: str,
    origin: tuple[float, float],
    value: tuple[float, float],
    sign: int,
    line: int,
) -> Arrow:
    label = f"−{_shown(name)}" if sign < 0 else _shown(name)
    return Arrow(tag, label, origin, (sign * value[0], sign * value[1]), line, value)
