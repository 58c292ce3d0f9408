"""Where a loss with two weights is lowest: Newton's method, with the kinks of an L1 penalty taken one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
STEPS = 100
FLATTEST = 1e-6  # of the curvature at the origin


def minima(
    value: Callable[[Floats], Floats],
    gradient: Callable[[Floats], Floats],
    hessian: Callable[[Floats], Floats],
    l1: float,
    starts: Iterable[tuple[float, float]],
) -> tuple[tuple[float, float], ...]:
    """The local minima of value(w) + l1·‖w‖₁ that are reached from `starts`, the lowest first.

    The functions are of the smooth part. A loss that falls for ever has none.
    """
    found: list[Floats] = []
    for start in starts:
        # Where no weight changes sign the L1 part is smooth, too: one search for each pattern of signs.
        for signs in product((-1.0, 0.0, 1.0), repeat=2) if l1 else ((0.0, 0.0),):
            pattern = np.array(signs)
            free = pattern != 0 if l1 else np.array([True, True])
            w = _newton(value, gradient, hessian, l1 * pattern, free, np.where(free, start, 0.0))
            if w is None or (l1 and not _fits(w, gradient(w), pattern, l1)):
                continue
            if all(np.hypot(*(w - other)) > 1e-6 * (1 + np.hypot(*w)) for other in found):
                found.append(w)
    found.sort(key=lambda w: float(value(w) + l1 * np.abs(w).sum()))
    return tuple((float(x), float(y)) for x, y in found)


def _newton(
    value: Callable[[Floats], Floats],
    gradient: Callable[[Floats], Floats],
    hessian: Callable[[Floats], Floats],
    tilt: Floats,
    free: NDArray[np.bool_],
    w: Floats,
) -> Floats | None:
    """The minimum of value(w) + tilt·w over the `free` weights, downhill from w; None where it is not found."""
    where = np.flatnonzero(free)
    if not len(where):
        return w
    least = FLATTEST * float(np.abs(hessian(np.zeros(2))).max())  # a plateau far out is no minimum
    height = float(value(w) + tilt @ w)
    for _ in range(STEPS):
        slope = (gradient(w) + tilt)[where]
        bends, axes = np.linalg.eigh(hessian(w)[np.ix_(where, where)])
        floor = max(1e-12 * float(np.abs(bends).max()), 1e-300)
        step = -axes @ ((axes.T @ slope) / np.maximum(np.abs(bends), floor))
        if float(np.abs(slope).max()) == 0 or np.hypot(*_two(step)) <= 1e-9 * (1e-3 + np.hypot(*w)):
            return w if _bowl(bends, least) else None
        share = 1.0
        while True:
            new = w.copy()
            new[where] += share * step
            lower = float(value(new) + tilt @ new)
            if lower < height or share < 1e-10:
                break
            share /= 2
        if not lower < height:  # rounding hides any further descent
            near = np.hypot(*_two(step)) <= 1e-5 * (1e-3 + np.hypot(*w))
            return w if near and _bowl(bends, least) else None
        w, height = new, lower
        if np.abs(w).max() > 1e12:
            return None
    return None


def _bowl(bends: Floats, least: float) -> bool:
    return bool(bends.max() >= least and bends.min() >= -1e-6 * bends.max())


def _two(step: Floats) -> Floats:
    return np.resize(np.append(step, 0.0), 2)


def _fits(w: Floats, slope: Floats, pattern: Floats, l1: float) -> bool:
    """Whether signs are those searched for, and weights held at 0 want to stay there."""
    held = pattern == 0
    return bool((np.sign(w[~held]) == pattern[~held]).all() and (np.abs(slope[held]) <= l1 * (1 + 1e-9)).all())
