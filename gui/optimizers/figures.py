"""Figures short enough for their places, and never rounded where they look exact: 19432 or 1.9e5, not 190000."""

from __future__ import annotations

import math

from gui.widgets.number_box import short_text

LONGEST = 7  # characters of a figure; one less beside a minus, which is wide
WIDEST = 6  # characters of a figure on a card
TINY = 1e-9  # a coordinate below is a rounded 0


def figure(number: float) -> str:
    """For the inspector and the table: 0.0541, 0.0015, 3.9e−7; a dash where there is none."""
    if not math.isfinite(number):
        return "–"
    digits = (4, 3, 2) if abs(number) >= 1e-2 else (2,)
    return _shortest(number, digits, 1e-4, LONGEST - (number < 0))


def card_figure(value: float) -> str:
    """A loss short enough to stand beside the longest name: 11.3, 2e−12."""
    return _shortest(value, (3, 2), 1e-3, WIDEST) if math.isfinite(value) else f"{value:g}"


def point_figure(point: tuple[float, float]) -> str:
    """A place on the plane, roughly: 3.6, −1.8."""
    rounded = (0.0 if abs(value) < TINY else float(f"{value:.2g}") for value in point)
    return ", ".join(short_text(value).replace("-", "−") for value in rounded)


def _shortest(number: float, digits: tuple[int, ...], least: float, longest: int) -> str:
    """The first that is short enough: so many digits, but all of a whole number; or a power of ten, always below
    `least` and where five digits would not be all."""
    number += 0.0  # −0 becomes 0
    size = abs(number)
    whole = 5 if size >= 9999.5 else 4 if size >= 999.5 else 0
    plain = number == 0 or least <= size < 99_999.5
    texts = [f"{number:.{max(count, whole)}g}" for count in digits] if plain else []
    texts += [_power(f"{number:.{count}e}") for count in (1, 0)]
    return next((text for text in texts if len(text) <= longest), texts[-1]).replace("-", "−")


def _power(text: str) -> str:
    """1.9e+05 as 1.9e5."""
    mantissa, exponent = text.split("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent)}"
