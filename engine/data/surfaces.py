"""Sums over samples as functions of two weights: exact values, gradients and Hessians, in three forms.

`Quadratic` and `Product` have gathered their samples into a few numbers once, so that 10,000 of them cost as much as
ten. `Sums` goes through its rows every time. All take w (2, ...) and give (...), (2, ...) and (2, 2, ...); `point`
takes and gives plain floats and never warns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.cancelling import check

Floats = NDArray[np.float64]
BLOCK = 1 << 13  # numbers of one intermediate array: in the cache, without new pages or BLAS's threads for each
FAR = 1e150


class Surface(Protocol):
    def value(self, w: Floats) -> Floats: ...
    def gradient(self, w: Floats) -> Floats: ...
    def hessian(self, w: Floats) -> Floats: ...
    @property
    def point(self) -> Callable[[float, float], tuple[float, float]]: ...
    @property
    def program(self) -> str:
        """The gradient in the maths language; empty where that would be a line for every sample."""


@dataclass(frozen=True)
class Quadratic:
    """(xx·x² + 2·xy·x·y + yy·y²)/2 − x0·x − y0·y + c: half a mean squared error."""

    xx: float
    xy: float
    yy: float
    x0: float
    y0: float
    c: float

    def value(self, w: Floats) -> Floats:
        x, y = w
        half = (self.xx * x * x + 2 * self.xy * x * y + self.yy * y * y) / 2
        return np.asarray(half - self.x0 * x - self.y0 * y + self.c)

    def gradient(self, w: Floats) -> Floats:
        x, y = w
        return np.stack([self.xx * x + self.xy * y - self.x0, self.xy * x + self.yy * y - self.y0])

    def hessian(self, w: Floats) -> Floats:
        return _hessian(w, self.xx, self.xy, self.yy)

    @cached_property
    def point(self) -> Callable[[float, float], tuple[float, float]]:
        xx, xy, yy, x0, y0 = self.xx, self.xy, self.yy, self.x0, self.y0
        return lambda x, y: (xx * x + xy * y - x0, xy * x + yy * y - y0)

    @property
    def program(self) -> str:
        return f"gx = {self.xx!r}*x + {self.xy!r}*y - {self.x0!r}\ngy = {self.xy!r}*x + {self.yy!r}*y - {self.y0!r}"


@dataclass(frozen=True)
class Product:
    """(uu·(x² + n)·(y² + n) + tt)/2 − ut·x·y: half a mean squared error of x·y·u, n the variance of weight noise."""

    uu: float
    ut: float
    tt: float
    n: float = 0.0

    def value(self, w: Floats) -> Floats:
        x, y = w
        return np.asarray((self.uu * (x * x + self.n) * (y * y + self.n) + self.tt) / 2 - self.ut * x * y)

    def gradient(self, w: Floats) -> Floats:
        x, y = w
        gx = self.uu * x * (y * y + self.n) - self.ut * y
        return np.stack([gx, self.uu * y * (x * x + self.n) - self.ut * x])

    def hessian(self, w: Floats) -> Floats:
        x, y = w
        mixed = 2 * self.uu * x * y - self.ut
        return _hessian(w, self.uu * (y * y + self.n), mixed, self.uu * (x * x + self.n))

    @cached_property
    def point(self) -> Callable[[float, float], tuple[float, float]]:
        uu, ut, n = self.uu, self.ut, self.n
        return lambda x, y: (uu * x * (y * y + n) - ut * y, uu * y * (x * x + n) - ut * x)

    @property
    def program(self) -> str:
        uu, ut, n = self.uu, self.ut, self.n
        return f"gx = {uu!r}*x*(y**2 + {n!r}) - {ut!r}*y\ngy = {uu!r}*y*(x**2 + {n!r}) - {ut!r}*x"


@dataclass(frozen=True, eq=False)
class Sums:
    """Σ over rows of weight·p(z) + tilt·q(z), plus `constant`, where z = rows·w + offset.

    rows (2, m); weight, tilt (weight times target) and offset (m,). For "logistic" p = log(1 + eᶻ) and q = −z, for
    "tanh" p = tanh²(z)/2 and q = −tanh(z).
    """

    kind: str
    rows: Floats
    weight: Floats
    tilt: Floats
    offset: Floats
    constant: float = 0.0

    program = ""

    def value(self, w: Floats) -> Floats:
        out = np.empty(w.shape[1:])
        flat = out.reshape(-1)
        for part, z in self._scores(w):
            if self.kind == "tanh":
                s = np.tanh(z)
                flat[part] = self.weight @ (s * s) / 2 - self.tilt @ s
                continue
            # log(1 + eᶻ) = max(z, 0) + log(1 + e^−|z|); in this order nothing cancels where the loss is tiny.
            straight = self.weight[:, None] * np.maximum(z, 0) - self.tilt[:, None] * z
            np.negative(np.abs(z, out=z), out=z)
            flat[part] = straight.sum(axis=0) + self.weight @ np.log1p(np.exp(z, out=z), out=z)
        return out + self.constant

    def gradient(self, w: Floats) -> Floats:
        out = np.empty(w.shape)
        flat = out.reshape(2, -1)
        for part, z in self._scores(w):
            flat[:, part] = self.rows @ self._slopes(z)
        return out

    def hessian(self, w: Floats) -> Floats:
        products = np.stack([self.rows[0] ** 2, self.rows[0] * self.rows[1], self.rows[1] ** 2])
        sums = np.empty((3, *w.shape[1:]))
        flat = sums.reshape(3, -1)
        for part, z in self._scores(w):
            flat[:, part] = products @ self._bends(z)
        return _hessian(w, *sums)

    @cached_property
    def point(self) -> Callable[[float, float], tuple[float, float]]:
        tanh, rows, offset, weight, tilt = np.tanh, self.rows, self.offset, self.weight, self.tilt
        half, shift, halved = rows / 2, offset / 2, rows * (weight / 2)
        fixed_x, fixed_y = (rows @ (weight / 2 - tilt)).tolist()
        logistic, moved = self.kind == "logistic", bool(offset.any())

        def point(x: float, y: float) -> tuple[float, float]:
            if not (-FAR < x < FAR and -FAR < y < FAR):
                return np.nan, np.nan
            w = np.array((x, y))
            if logistic:  # σ(z) = (1 + tanh(z/2))/2: the constant parts once, and no overflow
                z = w.dot(half)
                gx, gy = halved.dot(tanh(z + shift if moved else z)).tolist()
                return gx + fixed_x, gy + fixed_y
            z = w.dot(rows)
            s = tanh(z + offset if moved else z)
            gx, gy = rows.dot((weight * s - tilt) * (1 - s * s)).tolist()
            return gx, gy

        return point

    def _slopes(self, z: Floats) -> Floats:
        weight, tilt = self.weight[:, None], self.tilt[:, None]
        if self.kind == "logistic":
            return np.asarray(weight * (0.5 + 0.5 * np.tanh(z / 2)) - tilt)
        s = np.tanh(z)
        return np.asarray((weight * s - tilt) * (1 - s * s))

    def _bends(self, z: Floats) -> Floats:
        weight, tilt = self.weight[:, None], self.tilt[:, None]
        if self.kind == "logistic":
            return np.asarray(weight * (1 - np.tanh(z / 2) ** 2) / 4)
        s = np.tanh(z)
        r = 1 - s * s
        return np.asarray(weight * r * r - 2 * (weight * s - tilt) * s * r)

    def _scores(self, w: Floats) -> Iterator[tuple[slice, Floats]]:
        """z (m, chunk) of one stretch of points after the other."""
        points = w.reshape(2, -1)
        size, moved = max(BLOCK // max(len(self.weight), 1), 1), bool(self.offset.any())
        for first in range(0, points.shape[1], size):
            check()
            part = slice(first, first + size)
            z = self.rows.T @ points[:, part]
            yield part, z + self.offset[:, None] if moved else z


def _hessian(w: Floats, xx: Floats | float, xy: Floats | float, yy: Floats | float) -> Floats:
    out = np.empty((2, 2, *w.shape[1:]))
    out[0, 0], out[0, 1], out[1, 0], out[1, 1] = xx, xy, xy, yy
    return out
