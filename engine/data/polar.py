"""Thousands of samples with two inputs, read off a table: values and gradients to 11 digits at the cost of a formula.

In polar coordinates, weights w = r·(cos θ, sin θ) and samples u = ρ·(cos α, sin α), each term is f(r·ρ·cos(θ − α)): a
convolution over the angle. So with f(a·cos β) = Σ_m f_m(a)·e^{imβ}

    Σ_i c_i·f(w·u_i) = Σ_m e^{imθ} Σ_i c_i·f_m(r·ρ_i)·e^{−imα_i},

where f_m at evenly spaced r and ρ is the same for all data, and Σ_i c_i·e^{−imα_i} is gathered at those ρ by local
interpolation in ρ. FFTs give the table in r and θ, local interpolation what lies between (`harmonics`). As in
`condense`, poles set a border: weights times samples may go to z = FURTHEST. Beyond it the samples are summed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.data.harmonics import (
    ANGLES,
    CELLS,
    MANY,
    ORDERS,
    PLACES,
    Q,
    furthest,
    integral,
    lagrange,
    looked_up,
    sums_of,
)
from engine.data.surfaces import Floats, Sums, Surface
from engine.losses import Box

LEAST = 2048  # samples from which it pays
FAR = (0, 512, 4096)  # samples that may lie so far out that they are summed apart: in the innermost table, further out
USEFUL = 0.5  # half boxes: a smaller table is not made
WIDEST = 2.5  # half boxes: where there is no need to go further, what is between the nodes is the more accurate
LOOK_UP = 400  # terms of a sum that take as long as one look at the table


@dataclass(frozen=True, eq=False)
class Polar:
    """`near` by a table for weights in the ellipse with half axes `reach`, plus `far`; `beyond` it another surface.

    `exact` are all the samples.
    """

    exact: Sums
    near: Sums
    far: Sums | None
    beyond: Sums | Polar
    reach: tuple[float, float]

    program = ""

    @property
    def ready(self) -> bool:
        """Whether the tables are there; they are made when first asked for."""
        return "_tables" in self.__dict__

    def value(self, w: Floats) -> Floats:
        (out,) = self._either(w, 1, lambda surface, part: surface.value(part)[None])
        return np.asarray(out)

    def gradient(self, w: Floats) -> Floats:
        return self._either(w, 0, lambda surface, part: surface.gradient(part))

    def terms(self, x: Floats, y: Floats) -> int:
        """How many terms of a sum take as long as a value somewhere among weights up to the largest of x and of y."""
        if math.hypot(float(np.abs(x).max()) / self.reach[0], float(np.abs(y).max()) / self.reach[1]) < 1:
            return LOOK_UP + (len(self.far.weight) if self.far else 0)
        return self.beyond.terms(x, y) if isinstance(self.beyond, Polar) else len(self.exact.weight)

    def prepare(self) -> None:
        """Make the tables."""
        _ = self._tables
        if isinstance(self.beyond, Polar):
            self.beyond.prepare()

    def bends(self, w: Floats) -> Floats:
        """The Hessian at w (2,) to about seven digits, from differences of the gradient: quick."""
        steps = 1e-4 * np.diag(self.reach)
        slopes = self.gradient(w[:, None] + np.concatenate([steps, -steps], axis=1))
        half = (slopes[:, :2] - slopes[:, 2:]) / (2 * np.diag(steps))
        return np.asarray(half + half.T) / 2

    def hessian(self, w: Floats) -> Floats:
        return self.exact.hessian(w)

    @cached_property
    def point(self) -> Callable[[float, float], tuple[float, float]]:
        hypot, atan2, acos, cos, array = math.hypot, math.atan2, math.acos, np.cos, np.array
        (across, along), rim, turn = self.reach, float(CELLS), ANGLES / math.tau
        table = self._tables[0].reshape(len(PLACES), -1)  # the x and y of one angle after the other
        beyond, far = self.beyond, self.far.point if self.far else None
        nodes = lagrange()

        def point(x: float, y: float) -> tuple[float, float]:
            p, q = x / across, y / along
            r, a = hypot(p, q) * rim, atan2(q, p) * turn
            if not r < rim:
                return beyond.point(x, y)
            if a < 0:
                a += ANGLES
            i, j = int(r), int(a)
            angles = array(((acos(2 * (r - i) - 1),), (acos(2 * (a - j) - 1),)))
            rows, columns = cos(angles * ORDERS).dot(nodes)
            block = rows.dot(table[i : i + Q, 2 * j : 2 * (j + Q)])
            gx, gy = columns.dot(block.reshape(Q, 2)).tolist()
            if far is None:
                return gx, gy
            more = far(x, y)
            return gx + more[0], gy + more[1]

        return point

    @cached_property
    def _tables(self) -> tuple[Floats, Floats]:
        """The gradient, (places, angles, 2), and the value, (places, angles, 1), angles going on after a full turn."""
        sums, (across, along) = self.near, self.reach
        u = sums.rows * np.array([[across], [along]])
        rho, alpha = np.hypot(*u), np.arctan2(u[1], u[0])
        if sums.kind == "logistic":
            parts = [("logistic", sums.weight * rho)]
        else:
            parts = [("odd", sums.weight * rho), ("even", -sums.tilt * rho)]
        turned = np.zeros((len(PLACES), ANGLES), dtype=complex)
        for function, each in parts:
            turned += sums_of(function, rho / furthest(sums.kind), alpha, each)
        if sums.kind == "logistic":
            turned += complex(*(u @ (sums.weight / 2 - sums.tilt)))
        away = np.exp(-1j * math.tau / ANGLES * np.arange(ANGLES))
        slopes = (turned * away).real.reshape(len(PLACES), -1, 8)  # along r; in parts for which BLAS starts no threads
        value = (integral() @ slopes.swapaxes(0, 1)).swapaxes(0, 1).reshape(turned.shape)
        value += float(sums.value(np.zeros(2)))
        inner = Q // 2 - 1
        value[:inner] = np.roll(value[2 * inner : inner : -1], ANGLES // 2, axis=1)  # (−r, θ) is (r, θ + π)
        gradient = np.stack([turned.real / across, turned.imag / along], axis=-1)
        gradient *= sums.rows.any(axis=1)  # of an input that is always 0 nothing, not even rounding
        whole = np.arange(-(Q // 2 - 1), ANGLES + Q // 2 + 1) % ANGLES
        return np.ascontiguousarray(gradient[:, whole]), np.ascontiguousarray(value[:, whole, None])

    def _either(self, w: Floats, which: int, what: Callable[[Surface, Floats], Floats]) -> Floats:
        """What the table says, (components, ...), or beyond it the samples."""
        points = w.reshape(2, -1)
        p, q = points / np.array(self.reach)[:, None]
        r = np.hypot(p, q) * CELLS
        inside = r < CELLS
        table = self._tables[which]
        out = np.empty((table.shape[-1], points.shape[1]))
        if not inside.all():
            out[:, ~inside] = what(self.beyond, points[:, ~inside])
        places = np.flatnonzero(inside)
        a = np.arctan2(q, p) % math.tau * (ANGLES / math.tau)
        for first in range(0, len(places), MANY):
            part = places[first : first + MANY]
            out[:, part] = looked_up(table, r[part], a[part])
        if self.far and len(places):
            out[:, places] += what(self.far, points[:, places])
        return out.reshape(-1, *w.shape[1:])


def polar(sums: Sums, box: Box) -> Sums | Polar:
    """The same surface, faster over `box`, if there are enough samples for it to pay. `offset` must be 0."""
    if len(sums.weight) < LEAST:
        return sums
    half = np.abs(np.array(box)).max(axis=1)
    z = np.hypot(*(sums.rows * half[:, None]))  # the largest on an ellipse that touches the sides of the box
    limit = furthest(sums.kind)
    found: list[tuple[float, NDArray[np.bool_]]] = []
    least = USEFUL
    for many in FAR:  # the more samples are summed apart, the further the table reaches and the longer a look takes
        many = min(many, len(z) // 4)
        near = z <= max(limit / WIDEST, float(np.partition(z, -many - 1)[-many - 1]))
        size = min(limit / max(float(z[near].max(initial=0.0)), 1e-300), WIDEST)
        if size >= least:
            found.append((size, near))
            least = 1.05 * size
    surface: Sums | Polar = sums
    for size, near in reversed(found):
        reach = float(half[0]) * size, float(half[1]) * size
        if np.isfinite(reach).all() and min(reach) > 0:
            far = None if near.all() else _some(sums, ~near, 0.0)
            surface = Polar(sums, _some(sums, near, sums.constant), far, surface, reach)
    return surface


def exact(surface: Surface) -> Surface:
    """The sum over all samples."""
    return surface.exact if isinstance(surface, Polar) else surface


def _some(sums: Sums, which: NDArray[np.bool_], constant: float) -> Sums:
    if which.all():
        return sums
    rows = np.ascontiguousarray(sums.rows[:, which])
    return Sums(sums.kind, rows, sums.weight[which], sums.tilt[which], sums.offset[which], constant)
