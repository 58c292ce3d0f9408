"""Thousands of samples with two inputs, read off a table: values and gradients to 11 digits at the cost of a formula.

In polar coordinates, weights w = r·(cos θ, sin θ) and samples u = ρ·(cos α, sin α), each term is f(r·ρ·cos(θ − α)): a
convolution over the angle. So with f(a·cos β) = Σ_m f_m(a)·e^{imβ}

    Σ_i c_i·f(w·u_i) = Σ_m e^{imθ} Σ_i c_i·f_m(r·ρ_i)·e^{−imα_i},

where f_m at evenly spaced r and ρ is the same for all data (`_harmonics`), and Σ_i c_i·e^{−imα_i} is gathered at those
ρ (`_moments`) by local interpolation in ρ. FFTs give the table in r and θ, local interpolation what lies between. With
Q even nodes it errs by Π|t − k|/|iD − k| for a pole that is D spacings away (Hermite's formula, Trefethen 2013, chapter
11), the Fourier series by e^{−D·m/ρ}: log(1 + eᶻ) has its poles at z = ±πi, tanh at ±πi/2. As in `condense`, the table
has a border, FURTHEST in z: beyond it the samples themselves are summed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

import numpy as np
from numpy.polynomial.chebyshev import chebfromroots, chebint, chebval
from numpy.typing import NDArray

from engine.data.surfaces import Floats, Sums, Surface
from engine.losses import Box

Complex = NDArray[np.complex128]
LEAST = 2048  # samples from which it pays
MOST_FAR = 512  # samples that may lie so far out that they are rather summed one by one
CORNERS = 1.001 * 2**0.5  # half boxes: an ellipse of this size has the whole box in it
USEFUL = 0.5  # the least size of one that has no far samples
WIDEST = 2.0  # half boxes: where there is no need to go further, what is between the nodes is the more accurate
Q = 20  # nodes of local interpolation
FURTHEST = 36.0  # the largest z of logistic regression; half of it for tanh, whose poles are twice as near
CELLS = 144  # of r and of ρ: twelve nodes up to the pole
ANGLES = 896  # as many to a unit of arc on the rim
HARMONICS = 300  # even: e^{−π·300/36} is 4e−12 on the rim
LOOK_UP = 400  # terms of a sum that take as long as one look at the table
MANY = 256  # points that are looked up at once, in the cache
PIECE = 64  # samples that are gathered at once: for so few BLAS starts no threads, which cost more than they do
PLACES = (np.arange(CELLS + Q) - (Q // 2 - 1)) / CELLS  # of the nodes, as shares of the rim: some on either side


def _lagrange() -> Floats:
    """The Lagrange polynomials of Q nodes, a step apart around the middle of a cell, as Chebyshev series over the cell:
    (orders, nodes)."""
    nodes = np.arange(Q) - (Q - 1) / 2
    series = []
    for node in nodes:
        others = nodes[nodes != node]
        series.append(chebfromroots(2 * others) / np.prod(2 * (node - others)))
    return np.ascontiguousarray(np.array(series).T)


ORDERS, LAGRANGE = np.arange(float(Q)), _lagrange()


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

    def covers(self, x: Floats, y: Floats) -> bool:
        """Whether there is a table for all weights up to the largest of x and of y."""
        if math.hypot(float(np.abs(x).max()) / self.reach[0], float(np.abs(y).max()) / self.reach[1]) < 1:
            return True
        return isinstance(self.beyond, Polar) and self.beyond.covers(x, y)

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

        def point(x: float, y: float) -> tuple[float, float]:
            p, q = x / across, y / along
            r, a = hypot(p, q) * rim, atan2(q, p) * turn
            if not r < rim:
                return beyond.point(x, y)
            if a < 0:
                a += ANGLES
            i, j = int(r), int(a)
            angles = array(((acos(2 * (r - i) - 1),), (acos(2 * (a - j) - 1),)))
            rows, columns = cos(angles * ORDERS).dot(LAGRANGE)
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
            turned += _sums(function, rho / _furthest(sums.kind), alpha, each)
        if sums.kind == "logistic":
            turned += complex(*(u @ (sums.weight / 2 - sums.tilt)))
        away = np.exp(-1j * math.tau / ANGLES * np.arange(ANGLES))
        slopes = (turned * away).real.reshape(len(PLACES), -1, 8)  # along r; in parts for which BLAS starts no threads
        value = (_integral() @ slopes.swapaxes(0, 1)).swapaxes(0, 1).reshape(turned.shape)
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
            out[:, part] = _looked_up(table, r[part], a[part])
        if self.far and len(places):
            out[:, places] += what(self.far, points[:, places])
        return out.reshape(-1, *w.shape[1:])


def polar(sums: Sums, box: Box) -> Sums | Polar:
    """The same surface, faster over `box`, if there are enough samples for it to pay. `offset` must be 0."""
    if len(sums.weight) < LEAST:
        return sums
    half = np.abs(np.array(box)).max(axis=1)
    z = np.hypot(*(sums.rows * half[:, None]))  # the largest on an ellipse that touches the sides of the box
    limit = _furthest(sums.kind)
    least = float(np.partition(z, -MOST_FAR - 1)[-MOST_FAR - 1])
    surface: Sums | Polar = sums
    for border in (
        max(limit / CORNERS, least),
        np.inf,
    ):  # with the few far samples apart further out, without them faster
        near = z <= border
        size = min(limit / max(float(z[near].max(initial=0.0)), 1e-300), WIDEST)
        reach = float(half[0]) * size, float(half[1]) * size
        if not (np.isfinite(reach).all() and min(reach) > 0) or (near.all() and size < USEFUL):
            continue
        far = None if near.all() else _some(sums, ~near, 0.0)
        inside = _some(sums, near, sums.constant)
        surface = Polar(sums, inside, far, surface, reach)
        if far is None:
            break
    return surface


def exact(surface: Surface) -> Surface:
    """The sum over all samples."""
    return surface.exact if isinstance(surface, Polar) else surface


def _some(sums: Sums, which: NDArray[np.bool_], constant: float) -> Sums:
    if which.all():
        return sums
    rows = np.ascontiguousarray(sums.rows[:, which])
    return Sums(sums.kind, rows, sums.weight[which], sums.tilt[which], sums.offset[which], constant)


def _furthest(kind: str) -> float:
    return FURTHEST if kind == "logistic" else FURTHEST / 2


def _sums(function: str, rho: Floats, alpha: Floats, each: Floats) -> Complex:
    """Σ each·e^{iα}·f(z) on the table, (places, angles); `rho` as shares of the rim."""
    even = function == "even"
    moments = _moments(rho, alpha, each, even)
    order = np.arange(HARMONICS // 2)
    m = 2 * order + (not even)
    below, above = (moments[order - 1], moments[order]) if even else (moments[order], moments[order + 1])
    if even:
        below[0] = above[0].conj()  # of e^{iα}
    given = np.stack([below.real, below.imag, above.real, -above.imag], axis=-1)  # for e^{imθ} and for e^{−imθ}
    found = (_harmonics(function) @ given).view(complex)
    series = np.zeros((len(PLACES), ANGLES), dtype=complex)
    series[:, -m] = found[..., 1].T
    series[:, m] = found[..., 0].T
    return np.asarray(np.fft.ifft(series, axis=1) * ANGLES)


def _moments(rho: Floats, alpha: Floats, each: Floats, even: bool) -> Complex:
    """Σ each·e^{−ikα} gathered at the places of ρ, (k, places): k = 0, 2, 4, … or, if `even`, 1, 3, 5, …"""
    order = np.argsort(rho)
    rho, alpha, each = rho[order], alpha[order], each[order]
    cell = np.minimum((rho * CELLS).astype(np.intp), CELLS - 1)
    many = HARMONICS // 2 + 1
    out = np.zeros((len(PLACES), many), dtype=complex)
    edges = pairwise(np.searchsorted(cell, np.arange(CELLS + 1)).tolist())
    for part in (slice(i, min(i + PIECE, end)) for begin, end in edges for i in range(begin, end, PIECE)):
        turns = np.empty((many, part.stop - part.start), dtype=complex)
        turns[0] = np.exp(-1j * alpha[part]) if even else 1.0
        known, turn = 1, np.exp(-2j * alpha[part])
        while known < many:
            np.multiply(turns[: many - known][:known], turn, out=turns[known : 2 * known])
            known, turn = 2 * known, turn * turn
        shares = (_weights(rho[part] * CELLS - cell[part]) * each[part, None]).T
        first = cell[part.start]
        out[first : first + Q] += shares @ turns.real.T + 1j * (shares @ turns.imag.T)
    return np.ascontiguousarray(out.T)


def _weights(t: Floats) -> Floats:
    """The shares of the Q nodes around a cell at t (n,), from 0 to 1 in the cell: (n, Q)."""
    return np.asarray(np.cos(np.arccos(np.clip(2 * t - 1, -1, 1))[:, None] * ORDERS) @ LAGRANGE)


@lru_cache(maxsize=3)
def _harmonics(function: str) -> Floats:
    """f_m(r·ρ) at all places, (m, r, ρ), for m = 1, 3, 5, … of an odd f, m = 0, 2, 4, … of an even one: 32 MB."""
    rim = _furthest("logistic" if function == "logistic" else "tanh")
    around = 2 * HARMONICS + 64  # angles of a full turn; those that alias are beyond e^{−π·360/36}
    cosines = np.cos(math.tau / around * np.arange(around // 4 + 1))
    out = np.empty((HARMONICS // 2, len(PLACES), len(PLACES)))
    for k, place in enumerate(PLACES):
        z = rim * place * PLACES[k:, None] * cosines
        if function == "logistic":
            f = np.tanh(z / 2) / 2  # σ(z) − 1/2
        else:
            s = np.tanh(z)
            f = s * (1 - s * s) if function == "odd" else 1 - s * s
        sign = 1 if function == "even" else -1
        half = np.concatenate([f, sign * f[:, -2::-1]], axis=1)
        series = np.fft.rfft(np.concatenate([half, half[:, -2:0:-1]], axis=1)).real / around
        out[:, k, k:] = out[:, k:, k] = series[:, 0 if function == "even" else 1 :: 2][:, : HARMONICS // 2].T
    out.flags.writeable = False
    return out


@lru_cache(maxsize=1)
def _integral() -> Floats:
    """(places, places): from values along r to their integral from the origin; of r < 0 nothing."""
    steps = np.zeros((len(PLACES), len(PLACES)))
    whole = chebint(LAGRANGE, scl=0.5 / CELLS)
    for i in range(len(PLACES) - Q // 2):
        first = min(i, CELLS)  # nodes end half of Q beyond the rim
        low, high = chebval(2.0 * (i - first) + np.array([-1, 1]), whole).T
        steps[Q // 2 + i, first : first + Q] = high - low
    return np.cumsum(steps, axis=0)


def _looked_up(table: Floats, r: Floats, a: Floats) -> Floats:
    """Between the table's nodes, (components, points); r and a count nodes."""
    i, j = np.minimum(r.astype(np.intp), CELLS - 1), np.minimum(a.astype(np.intp), ANGLES - 1)
    rows, columns = _weights(r - i), _weights(a - j)
    size, (down, right, _) = table.shape[2], table.strides
    shape = CELLS + 1, ANGLES + 1, Q, Q * size
    blocks = np.lib.stride_tricks.as_strided(table, shape, (down, right, down, right // size), writeable=False)[i, j]
    return np.asarray((columns[:, None] @ (rows[:, None] @ blocks).reshape(-1, Q, size))[:, 0].T)
