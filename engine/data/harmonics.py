"""The arithmetic behind `polar`: angular harmonics, moments of samples, and what lies between evenly spaced nodes.

With Q even nodes, local interpolation errs by Π|t − k|/|iD − k| for a pole that is D spacings away (Hermite's formula,
Trefethen 2013, chapter 11), the Fourier series by e^{−D·m/ρ}: log(1 + eᶻ) has its poles at z = ±πi, tanh at ±πi/2.
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.cancelling import check
from engine.data.surfaces import Floats

Complex = NDArray[np.complex128]
Q = 20  # nodes of local interpolation
FURTHEST = 36.0  # the largest z of logistic regression; half of it for tanh, whose poles are twice as near
CELLS = 144  # of r and of ρ: twelve nodes up to the pole
ANGLES = 896  # as many to a unit of arc on the rim
HARMONICS = 300  # even: e^{−π·300/36} is 4e−12 on the rim
MANY = 256  # points that are looked up at once, in the cache
PIECE = 64  # samples that are gathered at once: for so few BLAS starts no threads, which cost more than they do
PLACES = (np.arange(CELLS + Q) - (Q // 2 - 1)) / CELLS  # of the nodes, as shares of the rim: some on either side


ORDERS = np.arange(float(Q))


@lru_cache(maxsize=1)
def lagrange() -> Floats:
    """The Lagrange polynomials of Q nodes, a step apart around the middle of a cell, as Chebyshev series over the cell:
    (orders, nodes). Made, and NumPy's polynomials imported, for the first table."""
    from numpy.polynomial.chebyshev import chebfromroots

    nodes = np.arange(Q) - (Q - 1) / 2
    series = []
    for node in nodes:
        others = nodes[nodes != node]
        series.append(chebfromroots(2 * others) / np.prod(2 * (node - others)))
    return np.ascontiguousarray(np.array(series).T)


def furthest(kind: str) -> float:
    return FURTHEST if kind == "logistic" else FURTHEST / 2


def sums_of(function: str, rho: Floats, alpha: Floats, each: Floats) -> Complex:
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
        check()
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
    return np.asarray(np.cos(np.arccos(np.clip(2 * t - 1, -1, 1))[:, None] * ORDERS) @ lagrange())


@lru_cache(maxsize=2)  # a neuron's two, or one of logistic regression
def _harmonics(function: str) -> Floats:
    """f_m(r·ρ) at all places, (m, r, ρ), for m = 1, 3, 5, … of an odd f, m = 0, 2, 4, … of an even one: 32 MB."""
    rim = furthest("logistic" if function == "logistic" else "tanh")
    around = 2 * HARMONICS + 64  # angles of a full turn; those that alias are beyond e^{−π·360/36}
    cosines = np.cos(math.tau / around * np.arange(around // 4 + 1))
    out = np.empty((HARMONICS // 2, len(PLACES), len(PLACES)))
    for k, place in enumerate(PLACES):
        check()
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
def integral() -> Floats:
    """(places, places): from values along r to their integral from the origin; of r < 0 nothing."""
    from numpy.polynomial.chebyshev import chebint, chebval

    steps = np.zeros((len(PLACES), len(PLACES)))
    whole = chebint(lagrange(), scl=0.5 / CELLS)
    for i in range(len(PLACES) - Q // 2):
        first = min(i, CELLS)  # nodes end half of Q beyond the rim
        low, high = chebval(2.0 * (i - first) + np.array([-1, 1]), whole).T
        steps[Q // 2 + i, first : first + Q] = high - low
    return np.cumsum(steps, axis=0)


def looked_up(table: Floats, r: Floats, a: Floats) -> Floats:
    """Between the table's nodes, (components, points); r and a count nodes."""
    i, j = np.minimum(r.astype(np.intp), CELLS - 1), np.minimum(a.astype(np.intp), ANGLES - 1)
    rows, columns = _weights(r - i), _weights(a - j)
    size, (down, right, _) = table.shape[2], table.strides
    shape = CELLS + 1, ANGLES + 1, Q, Q * size
    blocks = np.lib.stride_tricks.as_strided(table, shape, (down, right, down, right // size), writeable=False)[i, j]
    return np.asarray((columns[:, None] @ (rows[:, None] @ blocks).reshape(-1, Q, size))[:, 0].T)
