"""A grid of heights as a loss: a picture or a drawing, made smooth, with its exact gradient and Hessian.

The heights are blurred (Gaussian) and interpolated by a bicubic B-spline, which is C² (de Boor, A Practical Guide to
Splines, 1978; the coefficients as in Unser, Splines: a perfect fit, 1999, with mirrored borders). Mirrored means that
the slope across the border is 0 there, so that the surface goes on outside as the nearest point of the border plus
k·distance², a wall that racers come back from: C¹ everywhere, C² except at the border.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from engine.expressions import Assignment, ExpressionError
from engine.losses import Box, Floats, Loss, Point, PointGradient, PointHessian
from engine.parameters import Parameter

FEWEST, MOST = 4, 128  # cells along an axis
SIZE = 64  # of what is drawn or read: enough for a landscape
WALL = 16.0  # the wall outside rises by the whole relief within a quarter of the domain
MOST_MINIMA = 12
PARAMETERS = (
    Parameter("s", "smoothing", 1.5, 0.0, 8.0, False, "How far each height is blurred, in cells.", below=40.0),
    Parameter("h", "relief", 10.0, 1.0, 100.0, True, "The loss between the lowest and the highest byte.", 1e-3, 1e6),
)
# A row for each of the four splines that reach into a cell, with its coefficients of 1, t, t², t³.
_BASIS = np.array([[1, -3, 3, -1], [4, 0, -6, 3], [1, 3, 3, -3], [0, 0, 0, 1]]) / 6


@dataclass(frozen=True)
class HeightMap(Loss):
    """A loss from `rows` × `columns` bytes, the first row on top; 0 is the lowest and 255 is `relief` above it.

    The heights lie on the points of a grid whose outermost lines are the border of the domain.
    """

    pixels: bytes = b""
    rows: int = 0
    columns: int = 0
    inverted: bool = False  # 255 is the lowest

    @staticmethod
    def of(
        pixels: bytes,
        rows: int,
        columns: int,
        inverted: bool = False,
        domain: Box = ((-5.0, 5.0), (-5.0, 5.0)),
        name: str = "a picture",
    ) -> HeightMap:
        """Raises ValueError for a size that does not fit the bytes, or outside 4…128."""
        if not (FEWEST <= rows <= MOST and FEWEST <= columns <= MOST):
            raise ValueError(f"heights have {FEWEST} to {MOST} rows and columns, not {rows} and {columns}")
        if len(pixels) != rows * columns:
            raise ValueError(f"{rows} × {columns} heights are {rows * columns} bytes, not {len(pixels)}")
        return HeightMap(
            "heights", name[:1].upper() + name[1:], name, "", domain, parameters=PARAMETERS,
            pixels=pixels, rows=rows, columns=columns, inverted=inverted,
        )  # fmt: skip

    @cached_property
    def grid(self) -> Floats:
        """The blurred heights as losses, (rows, columns) with y upwards and read-only."""
        heights = np.frombuffer(self.pixels, np.uint8).reshape(self.rows, self.columns)[::-1] / 255.0
        heights = 1.0 - heights if self.inverted else heights
        s = self.values["smoothing"]
        blurred = _blur(self.rows, s) @ heights @ _blur(self.columns, s).T * self.values["relief"]
        return _fixed(blurred)

    @cached_property
    def coefficients(self) -> Floats:
        """Of the splines, (rows + 2, columns + 2), read-only."""
        return _fixed(_prefilter(self.rows) @ self.grid @ _prefilter(self.columns).T)

    @cached_property
    def spacing(self) -> Point:
        """Between two lines of the grid, along x and y."""
        (x0, x1), (y0, y1) = self.domain
        return (x1 - x0) / (self.columns - 1), (y1 - y0) / (self.rows - 1)

    @cached_property
    def wall(self) -> float:
        """k of the wall outside."""
        (x0, x1), (y0, y1) = self.domain
        return WALL * self.values["relief"] / max(x1 - x0, y1 - y0) ** 2

    @property
    def has_formula(self) -> bool:
        return False

    @property
    def program(self) -> tuple[Assignment, ...]:
        """There is none. Raises ExpressionError."""
        raise ExpressionError(f"{self.formula} has no formula")

    @property
    def slopes(self) -> tuple[Assignment, ...]:
        """There are none. Raises ExpressionError."""
        raise ExpressionError(f"{self.formula} has no formula")

    # Many points at once.

    def _axis(self, at: Floats, axis: int) -> tuple[NDArray[np.int64], Floats, Floats]:
        """The cell along x (0) or y (1), the place in it from 0 to 1, and how far outside the domain."""
        (low, high), count = self.domain[axis], (self.columns, self.rows)[axis]
        inside = np.clip(at, low, high)
        u = (inside - low) / self.spacing[axis]
        cell = np.clip(np.nan_to_num(u), 0, count - 2).astype(np.int64)
        return cell, u - cell, at - inside

    def _sum(self, x: Floats, y: Floats, orders: tuple[tuple[int, int], ...]) -> list[Floats]:
        """Derivatives of the splines alone, each of an order along x and along y."""
        (i, s, _), (j, t, _) = self._axis(x, 0), self._axis(y, 1)
        by_order = {(0, n): _weights(s, n) / self.spacing[0] ** n for n in {a for a, _ in orders}}
        by_order |= {(1, n): _weights(t, n) / self.spacing[1] ** n for n in {b for _, b in orders}}
        sums = [np.zeros(np.shape(x)) for _ in orders]
        for b in range(4):
            for a in range(4):
                part = self.coefficients[j + b, i + a]
                for total, (along_x, along_y) in zip(sums, orders, strict=True):
                    total += by_order[0, along_x][a] * by_order[1, along_y][b] * part
        return sums

    def _on_mesh(self, x: Floats, y: Floats) -> Floats:
        """The splines where rows of x are alike and columns of y: two products of matrices."""
        return _matrix(*self._axis(y, 1)[:2], self.rows) @ self.coefficients @ _matrix(
            *self._axis(x, 0)[:2], self.columns
        ).T  # fmt: skip

    @cached_property
    def _value(self) -> Callable[..., tuple[Floats, ...]]:
        def value(x: Floats, y: Floats) -> tuple[Floats, ...]:
            if x.ndim == 2 and x.size > 64 and (x == x[:1]).all() and (y == y[:, :1]).all():
                z = self._on_mesh(x[0], y[:, 0])
            else:
                (z,) = self._sum(x, y, ((0, 0),))
            out_x, out_y = self._axis(x, 0)[2], self._axis(y, 1)[2]
            return (z + self.wall * (out_x * out_x + out_y * out_y),)

        return value

    @cached_property
    def _gradient(self) -> Callable[..., tuple[Floats, ...]]:
        def gradient(x: Floats, y: Floats) -> tuple[Floats, ...]:
            gx, gy = self._sum(x, y, ((1, 0), (0, 1)))
            out_x, out_y = self._axis(x, 0)[2], self._axis(y, 1)[2]
            gx, gy = np.where(out_x == 0, gx, 0.0), np.where(out_y == 0, gy, 0.0)
            return gx + 2 * self.wall * out_x, gy + 2 * self.wall * out_y

        return gradient

    @cached_property
    def _hessian(self) -> Callable[..., tuple[Floats, ...]]:
        def hessian(x: Floats, y: Floats) -> tuple[Floats, ...]:
            xx, xy, yy = self._sum(x, y, ((2, 0), (1, 1), (0, 2)))
            out_x, out_y = self._axis(x, 0)[2] != 0, self._axis(y, 1)[2] != 0
            return (
                np.where(out_x, 2 * self.wall, xx),
                np.where(out_x | out_y, 0.0, xy),
                np.where(out_y, 2 * self.wall, yy),
            )

        return hessian

    # One point, on plain numbers.

    @cached_property
    def _cells(self) -> Callable[[int, int], tuple[float, ...]]:
        """The 16 coefficients of s^a t^b in cell (row, column), kept once they were asked for."""
        c, known = self.coefficients, dict[int, tuple[float, ...]]()

        def cell(j: int, i: int) -> tuple[float, ...]:
            key = j * MOST + i
            found = known.get(key)
            if found is None:
                found = known[key] = tuple((_BASIS.T @ c[j : j + 4, i : i + 4] @ _BASIS).ravel().tolist())
            return found

        return cell

    @cached_property
    def float_gradient(self) -> PointGradient:
        (x0, x1), (y0, y1) = self.domain
        dx, dy = self.spacing
        last_i, last_j, k = self.columns - 2, self.rows - 2, 2 * self.wall
        cell = self._cells

        def gradient(x: float, y: float) -> tuple[float, float]:
            # Comparisons with nan are false, and int(nan) raises ValueError, as `race` expects.
            px = x0 if x < x0 else x1 if x > x1 else x
            py = y0 if y < y0 else y1 if y > y1 else y
            s, t = (px - x0) / dx, (py - y0) / dy
            i, j = min(int(s), last_i), min(int(t), last_j)
            s -= i
            t -= j
            _, a1, a2, a3, b0, b1, b2, b3, c0, c1, c2, c3, d0, d1, d2, d3 = cell(j, i)
            gx = gy = 0.0
            if px == x:
                one = a1 + t * (b1 + t * (c1 + t * d1))
                two = a2 + t * (b2 + t * (c2 + t * d2))
                three = a3 + t * (b3 + t * (c3 + t * d3))
                gx = (one + s * (2 * two + 3 * s * three)) / dx
            if py == y:
                one = b0 + s * (b1 + s * (b2 + s * b3))
                two = c0 + s * (c1 + s * (c2 + s * c3))
                three = d0 + s * (d1 + s * (d2 + s * d3))
                gy = (one + t * (2 * two + 3 * t * three)) / dy
            return gx + k * (x - px), gy + k * (y - py)

        return gradient

    @cached_property
    def careful_gradient(self) -> PointGradient:
        return cast(PointGradient, self._one_point(self._gradient))

    @cached_property
    def float_hessian(self) -> PointHessian:
        return cast(PointHessian, self._one_point(self._hessian))

    @cached_property
    def careful_hessian(self) -> PointHessian:
        return self.float_hessian

    @staticmethod
    def _one_point(function: Callable[..., tuple[Floats, ...]]) -> Callable[[float, float], tuple[Any, ...]]:
        def at(x: float, y: float) -> tuple[np.float64, ...]:
            with np.errstate(all="ignore"):
                return tuple(np.float64(v) for v in function(np.asarray(x, dtype=float), np.asarray(y, dtype=float)))

        return at

    # What is known of it.

    @cached_property
    def minima(self) -> Floats:
        """The deepest minima inside, (k, 2) with k ≤ 12: found on the grid, polished by Newton's method. A hollow
        counts if it is deeper than 1 % of the relief; a plain has none."""
        j, i = np.nonzero(_hollows(self.grid))
        (x0, _), (y0, _) = self.domain
        grid_points = np.array([x0 + i * self.spacing[0], y0 + j * self.spacing[1]])
        points = grid_points.copy()
        reach = np.array(self.spacing)[:, None]
        for _ in range(8):
            g, h = self.gradient(points), self.hessian(points)
            bent = h[0, 0] * h[1, 1] - h[0, 1] ** 2
            fine = (bent > 0) & (h[0, 0] > 0)
            step = np.array([h[1, 1] * g[0] - h[0, 1] * g[1], h[0, 0] * g[1] - h[0, 1] * g[0]])
            step = np.where(fine, step / np.where(fine, bent, 1.0), 0.0)
            points = np.clip(points - step, grid_points - reach, grid_points + reach)
            if not (np.abs(step) > 1e-9 * reach).any():
                break
        slope = np.hypot(*self.gradient(points))
        points = points[:, slope < 1e-6 * self.values["relief"] / min(self.spacing)]
        order = np.argsort(self.value(points), kind="stable")[:MOST_MINIMA]
        return _fixed(points[:, order].T.copy())

    @cached_property
    def start(self) -> Floats:
        """In the upper half, where it is steepest."""
        rows, columns = max(self.rows // 10, 1), max(self.columns // 10, 1)
        inner = np.zeros(self.grid.shape, dtype=bool)
        inner[rows:-rows, columns:-columns] = True
        middle = (self.grid[inner].min() + self.grid[inner].max()) / 2
        j, i = np.nonzero(inner & (self.grid >= middle))
        (x0, _), (y0, _) = self.domain
        points = np.array([x0 + i * self.spacing[0], y0 + j * self.spacing[1]])
        best = points[:, int(np.argmax(np.hypot(*self.gradient(points))))]
        return _fixed(np.round(best, 3))


def _weights(t: Floats, order: int) -> Floats:
    """The four splines at t in their cell, or their derivative by t, (4, ...)."""
    ones = np.ones_like(t)
    powers = {
        0: (ones, t, t * t, t * t * t),
        1: (0 * ones, ones, 2 * t, 3 * t * t),
        2: (0 * ones, 0 * ones, 2 * ones, 6 * t),
    }[order]
    return np.tensordot(_BASIS, np.array(powers), axes=1)


def _matrix(cell: NDArray[np.int64], t: Floats, count: int) -> Floats:
    """The splines at n places as a matrix (n, count + 2)."""
    matrix = np.zeros((len(cell), count + 2))
    rows = np.arange(len(cell))
    for a, weight in enumerate(_weights(t, 0)):
        matrix[rows, cell + a] = weight
    return matrix


@lru_cache(maxsize=16)
def _prefilter(count: int) -> Floats:
    """(count + 2, count): from heights to coefficients, those beyond the border mirrored."""
    system = np.zeros((count, count))
    places = np.arange(count)
    system[places, places] = 4 / 6
    system[places[1:], places[:-1]] = system[places[:-1], places[1:]] = 1 / 6
    system[0, 1] = system[-1, -2] = 2 / 6
    inverse = np.linalg.inv(system)
    return np.vstack([inverse[1], inverse, inverse[-2]])


@lru_cache(maxsize=64)
def _blur(count: int, deviation: float) -> Floats:
    """(count, count): a Gaussian average along an axis, mirrored at the ends."""
    if deviation < 0.05:
        return np.eye(count)
    reach = min(math.ceil(4 * deviation), 40 * MOST)
    shifts = np.arange(-reach, reach + 1)
    weights = np.exp(-0.5 * (shifts / deviation) ** 2)
    matrix = np.zeros((count, count))
    for row in range(count):
        place = np.abs(row + shifts) % (2 * count - 2)
        np.add.at(matrix[row], np.where(place < count, place, 2 * count - 2 - place), weights / weights.sum())
    return matrix


def _rolling(grid: Floats, reach: int, choose: Callable[..., Floats], beyond: float) -> Floats:
    """The lowest or highest height within a square of `reach` cells around each."""
    size = 2 * reach + 1
    for axis in (0, 1):
        pads = [(reach, reach) if a == axis else (0, 0) for a in (0, 1)]
        padded = np.pad(grid, pads, constant_values=beyond)
        grid = choose(np.lib.stride_tricks.sliding_window_view(padded, size, axis=axis), axis=-1)
    return grid


def _hollows(grid: Floats) -> NDArray[np.bool_]:
    """Heights lower than all around, in the middle of something; the border is left out: the wall begins there."""
    low = grid <= _rolling(grid, 1, np.min, math.inf)
    low[[0, -1]] = low[:, [0, -1]] = False
    deep = _rolling(grid, min(4, *grid.shape), np.max, -math.inf) - grid
    return low & (deep > 0.01 * max(float(np.ptp(grid)), 1e-9))


# Making heights.


def sampled(loss: Loss, size: int = SIZE) -> NDArray[np.uint8]:
    """A loss over its domain as (size, size) heights: bent like the levels of a contour, half of it in the lower
    half, and cut off where it is very high or undefined."""
    (x0, x1), (y0, y1) = loss.domain
    values = loss.value(np.array(np.meshgrid(np.linspace(x0, x1, size), np.linspace(y1, y0, size))))
    finite = values[np.isfinite(values)]
    if not finite.size:
        return np.full((size, size), 128, np.uint8)
    low, high = float(finite.min()), float(np.percentile(finite, 98))
    if not high - low > 1e-12 * max(abs(low), abs(high), 1e-300) or not math.isfinite(high - low):
        return np.full((size, size), 128, np.uint8)
    share = np.clip((np.nan_to_num(values, nan=high, posinf=high, neginf=low) - low) / (high - low), 0, 1)
    bend = math.log(min(max(float(np.median(share)), 1e-4), 0.5)) / math.log(0.5)
    return np.asarray(np.rint(255 * share ** (1 / bend)), np.uint8)


def dabbed(heights: Floats, domain: Box, points: Floats, radius: float, amount: float) -> Floats:
    """Heights (rows, columns), the first row on top, from 0 to 255, after a soft brush has touched all `points`
    (n, 2); each raises its middle by `amount` (digs, where negative)."""
    rows, columns = heights.shape
    (x0, x1), (y0, y1) = domain
    x, y = np.linspace(x0, x1, columns), np.linspace(y1, y0, rows)
    across = np.exp(-2 * ((x - points[:, :1]) / radius) ** 2)
    down = np.exp(-2 * ((y - points[:, 1:]) / radius) ** 2)
    return np.clip(heights + amount * (down.T @ across), 0.0, 255.0)


def _fixed(array: Floats) -> Floats:
    array.flags.writeable = False
    return array
