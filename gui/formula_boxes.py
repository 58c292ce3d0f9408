"""Boxes to pieces: how large a formula is and where its parts lie. TeX's rules in miniature.

Lengths are in pixels, constants in ems; x grows to the right, y downwards from the baseline.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from PySide6.QtCore import QCoreApplication

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
    split_power,
)
from gui.formula_glyphs import face, italic
from gui.formula_pieces import AXIS, DEEP, RULE, WORD, Part, Piece, Setting, Shape, fence, fenced

THIN, MEDIUM, THICK = 0.16, 0.22, 0.27
BESIDE = 0.1  # between factors without a dot
TIGHT = 0.45  # all these spaces in scripts
COLUMN_SKIP = 1.12  # from one number of a vector to the next

Class = Literal["unit", "plus", "dot", "slash", "relation", "comma", "open", "close"]


def measure(box: Box, at: Setting) -> Piece:
    """The piece for a box."""
    return _MEASURES[type(box)](box, at)


def _text(box: Text, at: Setting) -> Piece:
    style = box.style
    if style == "number":
        return _number(box, at)
    run = at.letters.run(italic(box.text) if style == "variable" else box.text)
    return Piece(run.width, run.ascent, run.descent, ((0.0, 0.0, run, box.symbol),))


def _number(box: Text, at: Setting) -> Piece:
    text, symbol, figures = box.text, box.symbol, at.figures
    # All numbers are equally tall, so that nothing jumps while they change.
    ascent, descent = figures.figure_ascent, figures.figure_descent
    body, exponent = (text, "") if text.isascii() else split_power(text)
    run = figures.run(body)
    if not exponent:
        descent = max(descent, run.descent)
        return Piece(run.width, ascent, descent, ((0.0, 0.0, run, symbol),))
    small = at.script.figures.run(exponent.replace("-", "−"))
    x, up = run.width + 0.04 * at.size, 0.36 * at.size
    parts: list[Part] = [(0.0, 0.0, run, symbol), (x, -up, small, symbol)]
    return Piece(x + small.width, max(ascent, up + small.ascent), descent, parts)


# --- rows ----------------------------------------------------------------------------------------

_CLASSES: dict[str, Class] = {"+": "plus", "−": "plus", "·": "dot", "⊙": "dot", "/": "slash", ",": "comma"}


def classify(box: Box, before: Class | None) -> Class:
    """What a box is to its neighbours. A sign with nothing to its left belongs to what follows."""
    if not isinstance(box, Text) or box.style != "operator":
        return "unit"
    kind = _CLASSES.get(box.text, "relation")
    if kind == "plus" and before not in {"unit", "close"}:
        return "open"
    return kind


@lru_cache(maxsize=256)
def space(left: Class | None, right: Class, level: int) -> float:
    """The space between neighbours, in ems."""
    if left in {None, "open", "slash"} or right in {"close", "comma", "slash"}:
        return 0.0
    tight = TIGHT if level >= DEEP else 1.0
    for kind, gap in (("relation", THICK), ("plus", MEDIUM), ("dot", THIN), ("comma", THIN)):
        if kind in {left, right}:
            return gap * tight
    return BESIDE * tight


class Spaced(NamedTuple):
    """One item of a row: the space before it, what it is to its neighbours, and its piece."""

    gap: float
    kind: Class
    piece: Piece


def spaced(items: Iterable[Box | tuple[Class, Piece]], at: Setting) -> list[Spaced]:
    """The items of a row with the spaces between them; pieces may come ready measured."""
    row: list[Spaced] = []
    before: Class | None = None
    left: Box | tuple[Class, Piece] | None = None
    for item in items:
        if isinstance(item, tuple):
            kind, piece = item
        else:
            kind, piece = classify(item, before), measure(item, at)
        if kind == before == "unit":
            gap = _beside(left, item) * (TIGHT if at.level >= DEEP else 1.0)
        else:
            gap = space(before, kind, at.level)
        row.append(Spaced(gap * at.size, kind, piece))
        before, left = kind, item
    return row


def _beside(left: object, right: object) -> float:
    """The space between two factors without a dot, in ems."""
    if isinstance(left, Fraction) or isinstance(right, Fraction):
        return 0.08  # fractions bring space of their own
    if isinstance(left, Call) or isinstance(right, Call):
        return THIN
    return 0.05 if isinstance(left, Text) and left.style == "number" else BESIDE


def _row(box: Row, at: Setting) -> Piece:
    return joined(spaced(box.items, at))


def joined(row: Sequence[Spaced]) -> Piece:
    """A row as one piece; the space before its first item is left out."""
    parts: list[Part] = []
    x = -row[0].gap if row else 0.0
    ascent = descent = 0.0
    for gap, _, piece in row:
        x += gap
        width, above, below, inner = piece
        if len(inner) == 1:
            dx, dy, what, symbol = inner[0]
            parts.append((x + dx, dy, what, symbol))
        else:
            parts.append((x, 0.0, piece, None))
        x += width
        if above > ascent:
            ascent = above
        if below > descent:
            descent = below
    return Piece(x, ascent, descent, parts)


# --- fractions, roots, scripts -------------------------------------------------------------------


def _fraction(box: Fraction, at: Setting) -> Piece:
    size = at.size
    inside = at.fraction
    top, bottom = measure(box.top, inside), measure(box.bottom, inside)
    thickness = RULE * size
    gap = (0.11 if at.level else 0.15) * size
    edge = 0.07 * size
    bar = max(top.width, bottom.width) + 2 * edge
    axis = AXIS * size
    up = max(axis + thickness / 2 + gap + top.descent, 0.56 * inside.size)
    down = max(bottom.ascent + gap + thickness / 2 - axis, 0.56 * inside.size)
    side = 0.08 * size
    parts = (
        (side + (bar - top.width) / 2, -up, top, None),
        (side, -axis - thickness / 2, Shape("bar", bar, thickness, size), None),
        (side + (bar - bottom.width) / 2, down, bottom, None),
    )
    return Piece(bar + 2 * side, up + top.ascent, down + bottom.descent, parts)


def _root(box: Root, at: Setting) -> Piece:
    size = at.size
    body = measure(box.body, at)
    thickness = RULE * size
    gap = 0.12 * size
    # As tall as a letter at least, so that √v and √G look alike.
    ascent = max(body.ascent, 0.5 * size) + gap + thickness
    descent = max(body.descent, 0.02 * size) + 0.05 * size
    hook = (0.52 + 0.05 * min((ascent + descent) / size, 4)) * size
    width = hook + body.width + 0.1 * size
    shape = Shape("root", width, ascent + descent, size, hook=hook)
    parts = ((0.0, -ascent, shape, None), (hook + 0.04 * size, 0.0, body, None))
    return Piece(width + 0.03 * size, ascent + 0.04 * size, descent, parts)


def _superscript(box: Superscript, at: Setting) -> Piece:
    size = at.size
    exponent = measure(box.exponent, at.script)
    if isinstance(box.base, Subscript):  # the two indices stand above each other
        base = measure(box.base.base, at)
        return raised(base, exponent, size, measure(box.base.sub, at.script))
    return raised(measure(box.base, at), exponent, size)


def raised(base: Piece, exponent: Piece, size: float, sub: Piece | None = None) -> Piece:
    """A piece with an exponent, and perhaps an index below that."""
    up = max(0.36 * size, exponent.descent + 0.12 * size)
    if base.ascent > 0.95 * size:  # taller than letters with exponents
        up = max(up, base.ascent - 0.3 * size)
    gap = 0.03 * size
    parts = [(0.0, 0.0, base, None), (base.width + gap, -up, exponent, None)]
    width = base.width + gap + exponent.width
    descent = max(base.descent, exponent.descent - up)
    if sub is not None:
        down = max(0.22 * size, sub.ascent - (up - exponent.descent) + 0.13 * size)
        parts.append((base.width + gap * 0.3, down, sub, None))
        width = max(width, base.width + gap * 0.3 + sub.width)
        descent = max(descent, down + sub.descent)
    return Piece(width + 0.03 * size, max(base.ascent, up + exponent.ascent), descent, parts)


def _subscript(box: Subscript, at: Setting) -> Piece:
    size = at.size
    base = measure(box.base, at)
    sub = measure(box.sub, at.script)
    down = 0.2 * size
    x = base.width + 0.01 * size
    parts = ((0.0, 0.0, base, None), (x, down, sub, None))
    ascent = max(base.ascent, sub.ascent - down)
    return Piece(x + sub.width + 0.03 * size, ascent, max(base.descent, down + sub.descent), parts)


def _accent(box: Accent, at: Setting) -> Piece:
    size = at.size
    base = measure(box.base, at)
    height = 0.17 * size if box.mark == "hat" else RULE * size
    width = (0.42 if box.mark == "hat" else 0.46) * size
    top = base.ascent + 0.09 * size + height
    slant = 0.06 * size  # italic letters lean to the right
    shape = Shape("hat" if box.mark == "hat" else "bar", width, height, size)
    x = (base.width - width) / 2 + slant
    parts = ((0.0, 0.0, base, None), (x, -top, shape, box.base.symbol))
    return Piece(max(base.width, x + width), top, base.descent, parts)


# --- brackets and what they hold -----------------------------------------------------------------


def _brackets(box: Brackets, at: Setting) -> Piece:
    return fenced(measure(box.body, at), at, box.kind)


def _call(box: Call, at: Setting) -> Piece:
    size = at.size
    name = measure(box.name, at)
    items: list[Box] = []
    for argument in box.arguments:
        items += [Text(",", "operator")] * bool(items) + [argument]
    inside = fenced(_row(Row(tuple(items)), at), at)
    parts = ((0.0, 0.0, name, None), (name.width + 0.02 * size, 0.0, inside, None))
    ascent, descent = max(name.ascent, inside.ascent), max(name.descent, inside.descent)
    return Piece(name.width + 0.02 * size + inside.width, ascent, descent, parts)


def _column(box: Column, at: Setting) -> Piece:
    inner, pad = at.column, 0.05 * at.size
    upper, lower = (measure(item, inner) for item in box.items)
    natural = max(upper.width, lower.width)
    points = [_point(item, inner) for item in box.items]
    upper_x, lower_x = max(points) - points[0], max(points) - points[1]
    width = max(upper.width + upper_x, lower.width + lower_x)
    if min(points) < 0 or width > natural + 1.6 * inner.size:
        # No decimal points to line up, or too far apart.
        width, upper_x, lower_x = natural, natural - upper.width, natural - lower.width
    # Centred on the axis: the middle between the upper number's top and the lower one's foot.
    skip = COLUMN_SKIP * inner.size
    down = (skip + inner.figures.figure_ascent) / 2 - AXIS * at.size
    parts = ((pad + upper_x, down - skip, upper, None), (pad + lower_x, down, lower, None))
    inside = Piece(width + 2 * pad, skip - down + upper.ascent, down + lower.descent, parts)
    first = box.items[0]
    return fenced(inside, at, symbol=first.symbol if isinstance(first, Text) else None)


def _point(box: Box, at: Setting) -> float:
    """How far into a number its decimal point is; −1 where there is no lining up."""
    if not isinstance(box, Text) or not box.text.lstrip("−").replace(".", "").isdecimal():
        return -1.0
    whole = box.text.partition(".")[0]
    return at.figures.run(whole).width


def _cases(box: Cases, at: Setting) -> Piece:
    size = at.size
    words = [
        QCoreApplication.translate("Formula", "if"),
        QCoreApplication.translate("Formula", "else"),
    ]
    values = [measure(box.value, at), measure(box.otherwise, at)]
    condition = measure(box.condition, at)
    text = face("number", size * 0.95)
    indent = max(value.width for value in values) + 0.8 * size
    skip = max(1.25 * size, values[0].descent + values[1].ascent + 0.35 * size)
    up = skip / 2 - AXIS * size + 0.05 * size
    parts: list[Part] = []
    width = 0.0
    for index, (value, word) in enumerate(zip(values, words, strict=True)):
        y, run = -up + index * skip, text.run(word)
        parts += [(0.0, y, value, None), (indent, y, run, WORD)]
        width = max(width, indent + run.width)
        if index == 0:
            parts.append((indent + run.width + 0.3 * size, y, condition, None))
            width = max(width, indent + run.width + 0.3 * size + condition.width)
    ascent = up + max(values[0].ascent, condition.ascent)
    inside = Piece(width, ascent, skip - up + values[1].descent, parts)
    brace = fence("{", inside, at)
    x = brace.width + 0.1 * size
    both = ((0.0, 0.0, brace, None), (x, 0.0, inside, None))
    return Piece(x + width, max(brace.ascent, ascent), max(brace.descent, inside.descent), both)


_MEASURES: dict[type, Callable[[Any, Setting], Piece]] = {
    Text: _text, Row: _row, Fraction: _fraction, Root: _root, Superscript: _superscript,
    Subscript: _subscript, Accent: _accent, Brackets: _brackets, Call: _call, Column: _column,
    Cases: _cases,
}  # fmt: skip
