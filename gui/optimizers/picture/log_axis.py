"""Marks of a logarithmic axis: powers of ten, and 2 and 5 times them where there are few."""

from __future__ import annotations

import math

DIGITS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


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
    return sorted(marks)


def _text(factor: int, power: int) -> str:
    if -3 <= power <= 4:
        return f"{factor * 10.0**power:.{max(-power, 0)}f}"
    return _power(power) if factor == 1 else f"{factor}·{_power(power)}"


def _power(power: int) -> str:
    return "10" + str(power).translate(DIGITS)
