"""A formula that is too wide for one line: where it breaks, and how its lines are set."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from engine.expressions.boxes import Box, Brackets, Row, Superscript, Text, texts
from gui.formula_boxes import THIN, Class, Spaced, joined, measure, raised, spaced
from gui.formula_pieces import Part, Piece, Setting, fence, setting

INDENT = 1.2  # of the second and later lines, in ems
LEADING, SKIP = 0.3, 1.45  # least gap between two lines, least distance of their baselines
STRUT_UP, STRUT_DOWN = 0.72, 0.22  # a line is at least this tall
SMALLEST_SCALE = 0.6
GENTLE_SCALE = 0.85  # rather this much smaller than a break inside brackets

# What a break costs, by what it comes before; inside brackets more.
_COSTS: dict[str, float] = {"=": 0.0, "plus": 10.0, "dot": 30.0, "unit": 45.0}
_PER_LINE, _PER_BRACKET = 60.0, 35.0


class Item(NamedTuple):
    """A part of the row that no break divides. `cost` of a break before it; None: impossible."""

    spaced: Spaced
    cost: float | None
    dot: bool = False  # a break here needs a multiplication dot


def arranged(box: Box, size: float, max_width: float | None) -> Piece:
    """The formula as one piece, in as many lines as it needs, smaller if that is not enough.

    The piece's baseline is that of its first line.
    """
    # Numbers put in for symbols are set in the interface's upright figures, like numbers elsewhere.
    filled = any(text.style == "number" and text.symbol for text in texts(box))
    at = setting(size, 0, "number" if filled else "maths")
    flat = _flat(box)
    row = spaced(flat, at)
    whole = joined(row)
    if max_width is None or whole.width <= max_width:
        return _stacked([whole], size)
    least = math.ceil(at.size * SMALLEST_SCALE * 4) / 4
    while True:
        lines = _broken(flat, row, at, max_width)
        widest = max(line.width for line in lines)
        if widest <= max_width or at.size <= least:
            return _stacked(lines, at.size)
        smaller = at.size * min(max_width / widest, 0.98)
        at = setting(max(least, math.floor(smaller * 4) / 4), 0, at.numbers)
        row = spaced(flat, at)


def _flat(box: Box) -> list[Box]:
    """The items of a row, those of a product inside a sum among them."""
    if not isinstance(box, Row):
        return [box]
    return [inner for item in box.items for inner in _flat(item)]


def _stacked(lines: list[Piece], size: float) -> Piece:
    parts: list[Part] = []
    y: float = 0
    width = descent = 0.0
    ascent = max(lines[0].ascent, STRUT_UP * size)
    for index, line in enumerate(lines):
        if index:
            y = math.ceil(y + max(descent + LEADING * size + line.ascent, SKIP * size))
        parts.append((0.0, y, line, None))
        width = max(width, line.width)
        descent = max(line.descent, STRUT_DOWN * size)
    return Piece(width, ascent, y + descent, parts)


def _broken(flat: list[Box], row: list[Spaced], at: Setting, max_width: float) -> list[Piece]:
    """The lines of the formula; brackets are opened for breaks only if all else is too wide."""
    best: list[Piece] = []
    for depth in range(5):
        entries = list(_opened(flat, at, depth))
        if depth:
            row = spaced([entry[0] for entry in entries], at)
        lines = _lines(_items(row, entries), at, max_width)
        widest = max(line.width for line in lines)
        if not best or widest < max(line.width for line in best) - 0.5:
            best = lines
        elif depth > 1:
            break
        if widest * GENTLE_SCALE <= max_width:
            break
    return best


# An item of the row, measured or not, how many open brackets are around it, and its sign if any.
Entry = tuple[Box | tuple[Class, Piece], int, str]


def _opened(flat: Iterable[Box], at: Setting, depth: int, inside: int = 0) -> Iterator[Entry]:
    """The items, with brackets up to `depth` inside each other taken apart."""
    for item in flat:
        held = item.base if isinstance(item, Superscript) else item
        if inside < depth and isinstance(held, Brackets) and isinstance(held.body, Row):
            body = measure(held.body, at)
            left, right = (fence(letter, body, at) for letter in held.kind)
            if isinstance(item, Superscript):
                right = raised(right, measure(item.exponent, at.script), at.size)
            yield ("open", left), inside, ""
            yield from _opened(_flat(held.body), at, depth, inside + 1)
            yield ("close", right), inside, ""
        else:
            sign = item.text if isinstance(item, Text) and item.style == "operator" else ""
            yield item, inside, sign


def _items(row: list[Spaced], entries: list[Entry]) -> list[Item]:
    items: list[Item] = []
    before: Class | None = None
    for part, (_, inside, sign) in zip(row, entries, strict=True):
        cost: float | None = None
        product = part.kind in {"unit", "open"} and before in {"unit", "close"}
        if sign == "=" and inside == 0:
            cost = _COSTS["="]
        elif part.kind in {"plus", "dot"}:
            cost = _COSTS[part.kind] + inside * _PER_BRACKET
        elif product:
            cost = _COSTS["unit"] + inside * _PER_BRACKET
        items.append(Item(part, cost, product))
        before = part.kind
    return items


def _lines(items: list[Item], at: Setting, max_width: float) -> list[Piece]:
    """The cheapest division into lines: few, none too wide, broken where it reads best."""
    size = at.size
    indent = INDENT * size
    dot = measure(Text("·", "operator"), at)
    starts = [0] + [i for i, item in enumerate(items) if i and item.cost is not None]
    ends = [*starts[1:], len(items)]
    offsets = [0.0]
    for item in items:
        offsets.append(offsets[-1] + item.spaced.gap + item.spaced.piece.width)
    extra = dot.width + THIN * size

    def width(start: int, end: int) -> float:
        bare = offsets[end] - offsets[start] - items[start].spaced.gap
        return bare + (indent if start else 0.0) + (extra if start and items[start].dot else 0.0)

    best: dict[int, tuple[float, int]] = {len(items): (0.0, -1)}  # from a start: cost, next start
    for start in reversed(starts):
        options = []
        for end in (e for e in ends if e > start):
            wide = width(start, end)
            excess = max(wide - max_width, 0.0)
            slack = 0.0 if end == len(items) else (1 - min(wide / max_width, 1.0)) ** 2
            cost = _PER_LINE + 40.0 * slack + 1000.0 * excess + (items[start].cost or 0.0)
            options.append((cost + best[end][0], end))
            if excess:
                break
        best[start] = min(options)
    lines: list[Piece] = []
    start = 0
    while start < len(items):
        end = best[start][1]
        line = [item.spaced for item in items[start:end]]
        if start and items[start].dot:
            line = [Spaced(0.0, "dot", dot), line[0]._replace(gap=THIN * size), *line[1:]]
        piece = joined(line)
        if start:
            moved: list[Part] = [(indent, 0.0, piece, None)]
            piece = Piece(piece.width + indent, piece.ascent, piece.descent, moved)
        lines.append(piece)
        start = end
    return lines
