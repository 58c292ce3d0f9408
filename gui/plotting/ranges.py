"""What part of an axis is seen: zoomed, moved and kept within bounds."""

from __future__ import annotations

Range = tuple[float, float]


def zoomed(seen: Range, factor: float, about: float, whole: Range, least: float) -> Range:
    """A part larger by `factor` around a place that stays where it is, unless the part would be larger than `whole` or
    smaller than `least`."""
    low, high = seen
    span = max(high - low, 1e-300)
    factor = min(max(factor, least / span), max((whole[1] - whole[0]) / span, 1e-9))
    return within((about + (low - about) * factor, about + (high - about) * factor), whole)


def moved(seen: Range, by: float, whole: Range) -> Range:
    """The same length elsewhere."""
    return within((seen[0] + by, seen[1] + by), whole)


def within(seen: Range, whole: Range) -> Range:
    """The same length inside `whole`, or all of it."""
    length = seen[1] - seen[0]
    if length >= (whole[1] - whole[0]) * (1 - 1e-9):
        return whole
    low = min(max(seen[0], whole[0]), whole[1] - length)
    return low, low + length
