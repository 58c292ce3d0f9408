"""The room that a plot has: with little of it less is drawn around the plot, and without any no plot is made."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF

LEAST = 16.0  # pixels at scale 1 that a plot has in both directions, or it is left out
Margins = tuple[float, float, float, float]  # left, top, right, bottom


def check_room(width: float, height: float) -> None:
    """Raise ValueError where a plot would have no width or no height: on a negative one, what is larger would be drawn
    lower."""
    if not (width > 0 and height > 0):  # neither is NaN
        raise ValueError(f"no room for a plot: {width:g} × {height:g}")


def fitted(area: QRectF, ways: Sequence[Margins], px: float, least: float = LEAST) -> tuple[int, QRectF] | None:
    """The first of the ways to surround a plot that leaves it `least` pixels at scale `px`, and the plot.

    The fullest way comes first. None where not even the last one leaves as much.
    """
    for place, (left, top, right, bottom) in enumerate(ways):
        inside = area.adjusted(left * px, top * px, -right * px, -bottom * px)
        if min(inside.width(), inside.height()) >= least * px:
            return place, inside
    return None
