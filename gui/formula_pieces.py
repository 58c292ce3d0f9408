"""Pieces of a formula: measured boxes, and the settings and brackets they are made with.

Lengths are in pixels, constants in ems, most of them after STIX Two Math's own table of constants.
x grows to the right, y downwards from the baseline.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple

from gui.formula_glyphs import FaceName, Run, face, stretched

AXIS = 0.258  # height of the minus sign and the fraction bar
RULE = 0.062  # thickness of a fraction bar
STRAIGHT = {"|": RULE, "‖": 0.24, "⌊": 0.2, "⌋": 0.2}  # brackets drawn as lines, and their widths
SCRIPT, SMALLEST = 0.7, 9.0
DEEP = 4  # levels that a script counts, a fraction counts one
COLUMN = 0.84  # size of a vector's numbers
NESTED = 0.85  # size of a fraction inside a fraction
CACHED_FENCES = 64  # of a setting: 50 KB

ShapeKind = Literal["bar", "root", "stretched", "hat"]


class Shape(NamedTuple):
    """Something drawn as a path. Its top left corner is where it is placed."""

    kind: ShapeKind
    width: float
    height: float
    size: float  # of the text that it belongs to
    text: str = ""
    hook: float = 0.0  # of a root: how wide it is before its bar


class Piece(NamedTuple):
    """A measured box."""

    width: float
    ascent: float
    descent: float
    parts: Sequence[Part]


# What lies at (x, y) inside a piece, and the symbol that it stands for. Plain tuples, since
# thousands are made in a second while numbers change.
Part = tuple[float, float, Run | Shape | Piece, str | None]
WORD = ""  # in place of a symbol: only a word, such as “if”


class Setting:
    """Where a box stands: its text size, how deep it is, and its faces. Made by `setting`."""

    def __init__(self, size: float, level: int, numbers: FaceName) -> None:
        self.size, self.level, self.numbers = size, level, numbers
        self.letters = face("maths", size)
        self.figures = face(numbers, size)
        self.fences: dict[tuple[str, float, str | None], Piece] = {}

    def _inside(self, factor: float, deeper: int) -> Setting:
        return setting(max(self.size * factor, min(SMALLEST, self.size)), self.level + deeper, self.numbers)

    @cached_property
    def script(self) -> Setting:
        return self._inside(SCRIPT, DEEP)

    @cached_property
    def fraction(self) -> Setting:
        """Above and below a fraction's bar."""
        return self._inside(NESTED if self.level else 1.0, 1)

    @cached_property
    def column(self) -> Setting:
        return self._inside(COLUMN, 0)


def setting(size: float, level: int = 0, numbers: FaceName = "maths") -> Setting:
    """The setting for a text size, rounded to quarter pixels so that few faces are made."""
    return _setting(round(size * 4) / 4, level, numbers)


@lru_cache(maxsize=128)
def _setting(size: float, level: int, numbers: FaceName) -> Setting:
    return Setting(size, level, numbers)


def fence(letter: str, inside: Piece, at: Setting, symbol: str | None = None) -> Piece:
    """A bracket for what is inside: the font's own, or a stretched one if that is too small."""
    axis = AXIS * at.size
    reach = max(inside.ascent - axis, inside.descent + axis)
    known = at.fences.get((letter, reach, symbol))
    if known is None:
        if len(at.fences) >= CACHED_FENCES:
            at.fences.clear()
        known = at.fences[letter, reach, symbol] = _fence(letter, reach, at, symbol)
    return known


def _fence(letter: str, reach: float, at: Setting, symbol: str | None) -> Piece:
    """A bracket that reaches this far above and below the axis."""
    size, axis = at.size, AXIS * at.size
    if letter in STRAIGHT:
        half = max(reach + 0.1 * size, 0.48 * size)
        side, width = 0.09 * size, STRAIGHT[letter] * size
    else:
        run = at.letters.run(letter)
        own = (run.ascent + run.descent) / 2
        if letter != "{" and reach <= own * 1.26:
            return Piece(run.width, run.ascent, run.descent, ((0.0, 0.0, run, symbol),))
        half = max(reach + 0.03 * size, own)
        side, width = 0.06 * size, stretched(letter, size, 2 * half).boundingRect().width()
    shape = Shape("stretched", width, 2 * half, size, letter)
    parts = ((side, -axis - half, shape, symbol),)
    return Piece(width + 2 * side, axis + half, half - axis, parts)


def fenced(inside: Piece, at: Setting, kind: str = "()", symbol: str | None = None) -> Piece:
    left, right = fence(kind[0], inside, at, symbol), fence(kind[1], inside, at, symbol)
    parts = (
        (0.0, 0.0, left, None),
        (left.width, 0.0, inside, None),
        (left.width + inside.width, 0.0, right, None),
    )
    return Piece(
        left.width + inside.width + right.width,
        max(left.ascent, inside.ascent),
        max(left.descent, inside.descent),
        parts,
    )
