"""Marks of an axis: round numbers, and on a log scale powers of ten, with 2 and 5 times them where there are few."""

from __future__ import annotations

import math

import numpy as np

DIGITS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def ticks(low: float, high: float, pixels: float) -> list[tuple[float, str]]:
    """Round numbers between low and high, about one every 100 pixels or more, with their texts."""
    rough = (high - low) / max(pixels / 100, 2)
    base = 10.0 ** np.floor(np.log10(rough))
    step = base * next(m for m in (1, 2, 5, 10) if m * base >= rough)
    first, last = int(np.ceil(low / step)), int(np.floor(high / step))
    digits = max(0, -int(np.floor(np.log10(step) + 1e-9)))
    found = []
    for index in range(first, min(last, first + 40) + 1):
        value = index * step
        text = f"{value:.{digits}f}" if digits <= 6 and abs(value) < 1e6 else f"{value:.4g}"
        found.append((float(value), text.replace("-", "−")))
    return found


def log_marks(low: float, high: float, most: float) -> list[tuple[float, str]]:
    """From 10^low to 10^high, about `most` of them where there are powers enough: (log10, text) each."""
    every = max(1, math.ceil((high - low) / max(most, 1)))
    powers = [power for power in range(math.ceil(low), math.floor(high) + 1) if power % every == 0]
    if high - low >= 2 and len(powers) > 1:
        return [(float(power), _power(power)) for power in powers]
    least = (high - low) / max(2 * most, 1)  # between two marks
    marks: list[tuple[float, str]] = []
    for factor in (1, 2, 5):  # a power first
        for power in range(math.floor(low), math.floor(high) + 1):
            at = math.log10(factor) + power
            if low <= at <= high and all(abs(at - other) >= least for other, _ in marks):
                marks.append((at, _text(factor, power)))
    if len(marks) < 2:  # a small part of a power: round numbers
        return [(math.log10(at), text) for at, text in linear_marks(10.0**low, 10.0**high, most) if at > 0]
    return sorted(marks)


def linear_marks(low: float, high: float, most: float, whole: bool = False) -> list[tuple[float, str]]:
    """About `most` round numbers between low and high, or fewer, whole ones alone if that is wanted; each text says
    its number."""
    found: list[tuple[float, str]] = []
    for parts in range(2 * max(round(most), 2), 1, -1):
        found = ticks(low, high, 100 * parts)
        if len(found) <= max(1.3 * most, 2):
            break
    values = [value for value, _ in found if not whole or value == round(value)]
    if whole and abs(high) < 1e15:
        return [(value, str(round(value)).replace("-", "−")) for value in values]
    if high - low > 1e-5 and max(abs(low), abs(high)) < 1e5:
        return found
    for digits in range(3, 18):
        if all(abs(float(f"{value:.{digits}g}") - value) < 1e-3 * (high - low) for value in values):
            break
    return [(value, _number(value, digits)) for value in values]


def _number(value: float, digits: int) -> str:
    mantissa, _, power = f"{value:.{digits}g}".replace("-", "−").partition("e")
    if not power:
        return mantissa
    ten = _power(int(power.replace("−", "-")))
    return ten if mantissa == "1" else f"{mantissa}·{ten}"


def _text(factor: int, power: int) -> str:
    if -3 <= power <= 4:
        return f"{factor * 10.0**power:.{max(-power, 0)}f}"
    return _power(power) if factor == 1 else f"{factor}·{_power(power)}"


def _power(power: int) -> str:
    return "10" + str(power).translate(DIGITS)
