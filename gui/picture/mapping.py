"""From the plane of the loss to pixels and back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gui.picture.room import check_room

Box = tuple[tuple[float, float], tuple[float, float]]
FAR = 20_000.0  # pixels; lines reaching further are cut, since painters lose precision out there


@dataclass(frozen=True, slots=True)
class Mapping:
    """A view of the plane, `(x0, x1), (y0, y1)`, on a picture of width × height pixels, both more than 0."""

    view: Box
    width: float
    height: float

    def __post_init__(self) -> None:
        check_room(self.width, self.height)

    @staticmethod
    def fitted(box: Box, width: float, height: float) -> Mapping:
        """The whole of `box`, with equal scales on both axes: only so are gradients at right angles."""
        (x0, x1), (y0, y1) = box
        width, height = max(width, 1.0), max(height, 1.0)
        scale = max((x1 - x0) / width, (y1 - y0) / height)
        half_x, half_y = scale * width / 2, scale * height / 2
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        return Mapping(((x - half_x, x + half_x), (y - half_y, y + half_y)), width, height)

    @property
    def scale(self) -> float:
        """Pixels a unit."""
        return self.width / (self.view[0][1] - self.view[0][0])

    def x(self, x: float) -> float:
        return (x - self.view[0][0]) * self.scale

    def y(self, y: float) -> float:
        return (self.view[1][1] - y) * self.height / (self.view[1][1] - self.view[1][0])

    def pixels(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points (..., 2) to pixels (..., 2), y downwards."""
        (x0, _), (y0, y1) = self.view
        out = np.empty(points.shape)
        out[..., 0] = (points[..., 0] - x0) * self.scale
        out[..., 1] = (y1 - points[..., 1]) * (self.height / (y1 - y0))
        return out

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Pixels to a point of the plane."""
        (x0, _), (y0, y1) = self.view
        return x0 + x / self.scale, y1 - y * (y1 - y0) / self.height

    def inside(self, x: float, y: float, margin: float = 0.0) -> bool:
        """Whether a pixel lies in the picture, `margin` pixels from its border."""
        return margin <= x <= self.width - margin and margin <= y <= self.height - margin


def cut_far(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Shorten the segments a→b (n, 2) in place to within FAR pixels; says which have anything inside."""
    low, high = np.zeros(len(a)), np.ones(len(a))
    step = b - a
    with np.errstate(all="ignore"):
        for axis in (0, 1):
            for bound, side in ((-FAR, 1.0), (FAR, -1.0)):
                start, move = side * (a[:, axis] - bound), side * step[:, axis]
                at = -start / move
                low = np.where(move > 0, np.maximum(low, at), low)
                high = np.where(move < 0, np.minimum(high, at), high)
                high = np.where((move == 0) & (start < 0), -1.0, high)
    kept = low <= high
    begin = a + low[:, None] * step
    b[kept] = (a + high[:, None] * step)[kept]
    a[kept] = begin[kept]
    return kept
