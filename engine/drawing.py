"""What is drawn by hand on a scene or on a page of a lecture. Frozen values, like a scene's."""

from __future__ import annotations

import math
from typing import Literal

import msgspec

MAX_STROKES = 400  # on one scene or page
MAX_POINTS = 4000  # of one stroke
FAR = 1e9  # the largest coordinate of a stroke

COLORS = ("red", "yellow", "green", "blue", "ink")


class Stroke(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line drawn by hand. Points (x, y) are relative to the picture, not in pixels: on a contour they lie in
    the loss's plane, elsewhere in the picture's width and height, with (0, 0) in its middle."""

    points: tuple[tuple[float, float], ...]
    color: Literal["red", "yellow", "green", "blue", "ink"] = "red"


def check_drawing(place: str, strokes: tuple[Stroke, ...]) -> None:
    """Check strokes. Raises ValueError, with the place, for too many, and for one too long or too far away."""
    if len(strokes) > MAX_STROKES:
        raise ValueError(f"{place}: at most {MAX_STROKES}, not {len(strokes)}")
    for index, stroke in enumerate(strokes):
        if not 1 <= len(stroke.points) <= MAX_POINTS:
            raise ValueError(f"{place}[{index}]: a stroke has from 1 to {MAX_POINTS} points, not {len(stroke.points)}")
        for point in stroke.points:
            if not all(math.isfinite(value) and abs(value) <= FAR for value in point):
                raise ValueError(f"{place}[{index}]: a point lies nowhere near the picture")
