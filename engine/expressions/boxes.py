"""What a formula looks like, apart from size and font: a tree of boxes, drawn by `gui.formula`.

All decisions about brackets, dots and fractions are already made here; who draws a box, or writes
it as text or LaTeX, only places it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Style = Literal["variable", "number", "operator", "function", "upright"]


@dataclass(frozen=True, slots=True)
class Text:
    """Some characters. `symbol` is the name in the formula that they stand for, if any: a number
    with a symbol is that symbol's value."""

    text: str
    style: Style
    symbol: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """Side by side. Neighbours with no operator between them are multiplied."""

    items: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Fraction:
    top: Box
    bottom: Box


@dataclass(frozen=True, slots=True)
class Root:
    body: Box


@dataclass(frozen=True, slots=True)
class Superscript:
    base: Box
    exponent: Box


@dataclass(frozen=True, slots=True)
class Subscript:
    base: Box
    sub: Box


@dataclass(frozen=True, slots=True)
class Accent:
    """A mark above a letter: m_hat is m̂."""

    base: Text
    mark: Literal["hat", "bar"]


@dataclass(frozen=True, slots=True)
class Brackets:
    body: Box
    kind: Literal["()", "||", "‖‖", "⌊⌋"] = "()"


@dataclass(frozen=True, slots=True)
class Call:
    """A function's name and, in brackets, its arguments."""

    name: Box
    arguments: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A vector: its components above each other, in brackets."""

    items: tuple[Box, Box]


@dataclass(frozen=True, slots=True)
class Cases:
    """`value` where `condition` holds, else `otherwise`."""

    value: Box
    condition: Box
    otherwise: Box


Box = Text | Row | Fraction | Root | Superscript | Subscript | Accent | Brackets | Call | Column | Cases


def children(box: Box) -> tuple[Box, ...]:
    """The boxes directly inside, in reading order."""
    match box:
        case Row(items) | Column(items):
            return items
        case Fraction(a, b) | Superscript(a, b) | Subscript(a, b):
            return (a, b)
        case Root(body) | Brackets(body) | Accent(body):
            return (body,)
        case Call(name, arguments):
            return (name, *arguments)
        case Cases(value, condition, otherwise):
            return (value, condition, otherwise)
    return ()


def texts(box: Box) -> Iterator[Text]:
    """All characters of a formula, in reading order."""
    if isinstance(box, Text):
        yield box
    for child in children(box):
        yield from texts(child)


# --- numbers -------------------------------------------------------------------------------------

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_NORMAL = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def format_number(value: float) -> str:
    """A number for reading: four significant figures, e.g. 28.41, 0.0107, −1.94, 1.2×10⁻⁵.

    Numbers of up to six digits, as people type them (0.9995, 0.00025, 1e-8), keep all of them.
    """
    size = abs(value)
    short = f"{size:.5e}"
    if not math.isfinite(value):
        return _written("", 0, value)
    if float(short) != size:
        short = f"{size:.3e}" if size < 9999.5 or size >= 999999.5 else f"{round(size):.5e}"
    mantissa, _, exponent = short.partition("e")
    return _written(mantissa[0] + mantissa[2:], int(exponent), value)


@lru_cache(maxsize=2048)
def format_exactly(value: float) -> str:
    """A number with all its digits, as it was typed."""
    if not math.isfinite(value):
        return _written("", 0, value)
    for digits in range(17):
        mantissa, _, exponent = f"{abs(value):.{digits}e}".partition("e")
        if float(f"{mantissa}e{exponent}") == abs(value):
            break
    return _written(mantissa[0] + mantissa[2:], int(exponent), value)


def _written(digits: str, exponent: int, value: float) -> str:
    if value != value:
        return "undefined"
    sign = "−" if value < 0 else ""
    if math.isinf(value):
        return sign + "∞"
    digits = digits.rstrip("0")
    if not digits:
        return "0"
    if -4 <= exponent < 0 and (exponent > -4 or len(digits) <= 2):
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
    if 0 <= exponent < 6:
        whole, rest = digits[: exponent + 1].ljust(exponent + 1, "0"), digits[exponent + 1 :]
        return f"{sign}{whole}.{rest}" if rest else sign + whole
    power = "10" + str(exponent).translate(_SUPERSCRIPT)
    if digits == "1":
        return sign + power
    mantissa = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
    return f"{sign}{mantissa}×{power}"


def split_power(number: str) -> tuple[str, str]:
    """A written number apart from its power of ten's exponent: "1.2×10⁻⁵" is ("1.2×10", "-5")."""
    body = number.rstrip("⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    return body, number[len(body) :].translate(_NORMAL)
