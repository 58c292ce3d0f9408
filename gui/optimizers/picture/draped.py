"""Paths laid on the surface, and drawn as they are seen: behind a hill thin and faint."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gui.optimizers.picture.leaving import draw_in_one
from gui.optimizers.picture.projection import Projection
from gui.optimizers.picture.relief import Relief, Terrain
from gui.picture.lines import draw_line

FINE = 0.025  # of half a diagonal: the longest piece that is drawn straight
MOST = 40  # pieces of one step
HIDDEN = 105  # of 255
NEAR = 1.5  # corners closer than 1/NEAR pixels to the one before are left out

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Draped:
    """A path on the surface: `points` (n, 2) of the plane at `heights` (n,), finer than its steps; step k of the
    path is corner `first[k]`."""

    points: Floats
    heights: Floats
    first: NDArray[np.int64]

    @staticmethod
    def of(path: Floats, terrain: Terrain) -> Draped:
        """Lay the steps (k, 2) of a path on a terrain, in so many pieces that it follows the ground."""
        with np.errstate(all="ignore"):
            path = np.clip(np.nan_to_num(path, nan=1e9, posinf=1e9, neginf=-1e9), -1e9, 1e9)
            (x0, x1), (y0, y1) = terrain.box
            length = np.hypot(*np.diff(path, axis=0).T) / (np.hypot(x1 - x0, y1 - y0) / 2)
        pieces = np.clip(np.ceil(length / FINE), 1, MOST).astype(np.int64)
        low, high = np.minimum(path[:-1], path[1:]), np.maximum(path[:-1], path[1:])
        crosses = (high[:, 0] > x0) & (low[:, 0] < x1) & (high[:, 1] > y0) & (low[:, 1] < y1)
        pieces[~crosses] = 1
        first = np.concatenate([[0], np.cumsum(pieces)])
        step = np.repeat(np.arange(len(pieces)), pieces)
        part = (np.arange(len(step)) - first[step] + 1) / np.repeat(pieces, pieces)
        corners = path[step] + part[:, None] * (path[step + 1] - path[step])
        points = np.vstack([path[:1], corners])
        return Draped(points, terrain.heights_at(points), first)


@dataclass(frozen=True)
class Seen:
    """A draped path on a picture: `pixels` (n, 2), the way gone along them, and which corners are in the view, hidden
    by the surface, and apart from the one before."""

    pixels: Floats
    travelled: Floats
    inside: NDArray[np.bool_]
    hidden: NDArray[np.bool_]
    telling: NDArray[np.bool_]
    first: NDArray[np.int64]

    @staticmethod
    def of(draped: Draped, projection: Projection, relief: Relief) -> Seen:
        placed = projection.pixels(draped.points, draped.heights)
        inside = projection.holds(draped.points)
        pixels = placed[:, :2]
        travelled = np.zeros(len(pixels))
        np.cumsum(np.hypot(*np.diff(pixels, axis=0).T), out=travelled[1:])
        cells = np.round(np.clip(pixels, -1e6, 1e6) * NEAR)
        telling = np.ones(len(pixels), dtype=bool)
        telling[1:] = (cells[1:] != cells[:-1]).any(axis=1)
        return Seen(pixels, travelled, inside, relief.hides(placed) & inside, telling, draped.first)

    def paint(
        self, painter: QPainter, begin: int, end: int, pen: QPen, faint: QPen, head: Floats | None = None,
        in_one: bool = False,
    ) -> None:  # fmt: skip
        """From step `begin` to step `end`, and on to `head`, pixels (k, 2) of which the first follow that step. Parts
        that the surface hides are drawn with `faint`. With `in_one` no pen is drawn over itself."""
        a, b = int(self.first[begin]), int(self.first[end])
        keep = self.telling[a : b + 1].copy()
        keep[[0, -1]] = True
        corners, inside, hidden = (
            self.pixels[a : b + 1][keep],
            self.inside[a : b + 1][keep],
            self.hidden[a : b + 1][keep],
        )
        travelled = self.travelled[a : b + 1][keep]
        if head is not None and len(head):
            corners = np.vstack([corners, head])
            inside, hidden = (np.append(array, [array[-1]] * len(head)) for array in (inside, hidden))
            travelled = np.append(travelled, [travelled[-1]] * len(head))
        if len(corners) < 2:
            return
        kind = np.where(inside[:-1] & inside[1:], 1 + (hidden[:-1] & hidden[1:]), 0)
        cuts = np.flatnonzero(np.diff(kind)) + 1
        painter.setBrush(Qt.BrushStyle.NoBrush)
        ranges = list(zip([0, *cuts], [*cuts, len(kind)], strict=True))
        if in_one:
            for which, whole in ((1, pen), (2, faint)):
                painter.setPen(whole)
                draw_in_one(painter, *(corners[low : high + 1] for low, high in ranges if kind[low] == which))
            return
        for low, high in ranges:
            if not kind[low]:
                continue
            chosen = pen if kind[low] == 1 else faint
            if chosen.style() == Qt.PenStyle.CustomDashLine:
                pattern = sum(chosen.dashPattern())
                chosen.setDashOffset(float(travelled[low]) / chosen.widthF() % pattern)
            painter.setPen(chosen)
            draw_line(painter, corners[low : high + 1])


def pens(color: QColor, width: float, dash: tuple[float, ...] = ()) -> tuple[QPen, QPen]:
    """For what is seen of a path and for what is hidden."""
    pen = QPen(color, width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap if dash else Qt.PenCapStyle.RoundCap)
    if dash:
        pen.setDashPattern(dash)
    faded = QColor(color)
    faded.setAlpha(round(color.alpha() * HIDDEN / 255))
    return pen, QPen(faded, 1.0)
