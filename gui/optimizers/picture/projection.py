"""From the plane of the loss and its heights to pixels, as seen from a camera far away (orthographic)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.scene import Camera
from gui.picture.mapping import Box

RISE = 0.66  # of the highest place above the lowest, in half diagonals of the view
BASE = -0.07  # the ground that the surface stands on
LEFT, RIGHT, UNDER = 44.0, 18.0, 30.0  # pixels left free for numbers
AWAY = 1e5  # pixels from the middle, where what lies outside the view is said to be

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Projection:
    """A `view` of the plane seen by `camera`, on a picture of width × height pixels.

    Lengths are in half diagonals of the view: it lies within a circle of radius 1, so that turning it does not
    change its size. Across the picture runs u, into it v, and z upwards.
    """

    view: Box
    camera: Camera
    width: float
    height: float
    px: float = 1.0

    @cached_property
    def half(self) -> tuple[float, float]:
        """Half the width and height of the view."""
        (x0, x1), (y0, y1) = self.view
        return (x1 - x0) / 2 / self.unit, (y1 - y0) / 2 / self.unit

    @cached_property
    def unit(self) -> float:
        """Half the diagonal of the view, in units of the plane."""
        (x0, x1), (y0, y1) = self.view
        return math.hypot(x1 - x0, y1 - y0) / 2

    @cached_property
    def turn(self) -> tuple[float, float]:
        """Cosine and sine of the azimuth."""
        return math.cos(math.radians(self.camera.azimuth)), math.sin(math.radians(self.camera.azimuth))

    @cached_property
    def tilt(self) -> tuple[float, float]:
        """Cosine and sine of the elevation."""
        return math.cos(math.radians(self.camera.elevation)), math.sin(math.radians(self.camera.elevation))

    @cached_property
    def scale(self) -> float:
        """Pixels a half diagonal."""
        cos, sin = self.tilt
        tall = 2 * sin + (RISE - BASE) * cos
        room_x, room_y = self.width - (LEFT + RIGHT) * self.px, self.height - 2 * UNDER * self.px
        return self.camera.zoom * max(min(room_x / 2, room_y / tall), 10.0)

    @property
    def middle(self) -> float:
        """Pixels from the left to where u is 0."""
        return (self.width + (LEFT - RIGHT) * self.px) / 2

    def plane(self, points: Floats) -> tuple[Floats, Floats]:
        """Points (..., 2) of the plane as u and v."""
        (x0, x1), (y0, y1) = self.view
        x, y = (points[..., 0] - (x0 + x1) / 2) / self.unit, (points[..., 1] - (y0 + y1) / 2) / self.unit
        cos, sin = self.turn
        return x * cos + y * sin, y * cos - x * sin

    def across(self, u: Floats) -> Floats:
        """Pixels from the left."""
        return np.asarray(self.middle + self.scale * u)

    def down(self, v: Floats, z: Floats) -> Floats:
        """Pixels from the top."""
        cos, sin = self.tilt
        middle = (RISE + BASE) / 2 * cos
        return np.asarray(self.height / 2 - self.scale * (v * sin + z * cos - middle))

    def pixels(self, points: Floats, heights: Floats) -> Floats:
        """Points (..., 2) at heights (...) as a `Terrain` has them, as (..., 3): across, down, and v."""
        u, v = self.plane(points)
        return np.stack([self.across(u), self.down(v, RISE * heights), v], axis=-1)

    def holds(self, points: Floats) -> NDArray[np.bool_]:
        """Which of the points (..., 2) lie in the view."""
        (x0, x1), (y0, y1) = self.view
        x, y = points[..., 0], points[..., 1]
        return np.asarray((x >= x0) & (x <= x1) & (y >= y0) & (y <= y1))

    def corners(self) -> list[tuple[float, float]]:
        """Of the view, in the plane, anticlockwise from the lower left."""
        (x0, x1), (y0, y1) = self.view
        return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
