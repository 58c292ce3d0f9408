"""A coarse grid of a smooth loss made fine: natural cubic splines along both axes."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def refined(values: Floats, columns: int, rows: int) -> Floats:
    """`values` (few rows, few columns), evenly spaced, at rows × columns points over the same area."""
    return _spline(len(values), rows) @ values @ _spline(values.shape[1], columns).T


@lru_cache(maxsize=8)
def _spline(few: int, many: int) -> Floats:
    """(many, few): what each of `few` values at 0, 1, … contributes to the spline at `many` points between."""
    # The second derivatives m: m[k-1] + 4 m[k] + m[k+1] = 6 (f[k-1] - 2 f[k] + f[k+1]), 0 at both ends.
    inner = np.arange(1, few - 1)
    system, right = np.eye(few), np.zeros((few, few))
    for shift, factor in ((-1, 1.0), (0, 4.0), (1, 1.0)):
        system[inner, inner + shift] = factor
        right[inner, inner + shift] = 6.0 if shift else -12.0
    bends = np.linalg.solve(system, right)
    at = np.linspace(0, few - 1, many)
    k = np.minimum(at.astype(int), few - 2)
    b = (at - k)[:, None]
    a = 1 - b
    unit = np.eye(few)
    return a * unit[k] + b * unit[k + 1] + ((a**3 - a) * bends[k] + (b**3 - b) * bends[k + 1]) / 6
