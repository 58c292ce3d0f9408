"""Thousands of samples with two inputs, summed in single precision: six digits, at a tenth of the time.

Sums over one input are condensed exactly (see `condense`); for two inputs the nodes would be as many as the samples.
Curvatures and minima are still computed from `exact`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.data.surfaces import BLOCK, FAR, Floats, Sums, Surface

LEAST = 2048  # samples from which it pays
Singles = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Single:
    """`exact`, its values and gradients in single precision."""

    exact: Sums

    program = ""

    @cached_property
    def _arrays(self) -> tuple[Singles, Singles, Singles, Singles]:
        sums = self.exact
        rows, weight, tilt, offset = (
            np.ascontiguousarray(array, np.float32) for array in (sums.rows, sums.weight, sums.tilt, sums.offset)
        )
        return rows, weight, tilt, offset

    def value(self, w: Floats) -> Floats:
        rows, weight, tilt, offset = self._arrays
        points = w.reshape(2, -1).T.astype(np.float32)
        out = np.empty(len(points))
        ones = 2 * tilt > weight
        sign = np.where(ones, -1, 1).astype(np.float32)
        rest = np.where(ones, weight - tilt, tilt)
        smoothed = bool(rest.any())
        for part in _stretches(len(points), rows.shape[1]):
            z = points[part] @ rows
            z += offset
            if self.exact.kind == "tanh":
                s = np.tanh(z, out=z)
                out[part] = -(s @ tilt) + (np.multiply(s, s, out=s) @ weight) / 2
                continue
            # log(1 + eᶻ) = max(z, 0) + log(1 + e^−|z|), with the sign of z that makes the target 0: nothing cancels.
            z *= sign
            straight = np.maximum(z, 0) @ weight
            if smoothed:
                straight -= z @ rest
            np.negative(np.abs(z, out=z), out=z)
            np.exp(z, out=z)
            z += 1
            out[part] = straight + np.log(z, out=z) @ weight
        return out.reshape(w.shape[1:]) + self.exact.constant

    def gradient(self, w: Floats) -> Floats:
        rows, weight, tilt, offset = self._arrays
        points = w.reshape(2, -1).T.astype(np.float32)
        out = np.empty((2, len(points)))
        for part in _stretches(len(points), rows.shape[1]):
            z = points[part] @ rows
            z += offset
            if self.exact.kind == "tanh":
                s = np.tanh(z, out=z)
                slopes = (weight * s - tilt) * (1 - s * s)
            else:
                slopes = (np.tanh(np.multiply(z, np.float32(0.5), out=z), out=z) + 1) * (weight / 2) - tilt
            out[:, part] = rows @ slopes.T
        return out.reshape(w.shape)

    def hessian(self, w: Floats) -> Floats:
        return self.exact.hessian(w)

    @cached_property
    def point(self) -> Callable[[float, float], tuple[float, float]]:
        tanh, (rows, weight, tilt, offset) = np.tanh, self._arrays
        half, shift, halved = rows / 2, offset / 2, rows * (weight / 2)
        # The constant part is the larger one: summed once, in full.
        fixed = self.exact.rows @ (self.exact.weight / 2 - self.exact.tilt)
        logistic = self.exact.kind == "logistic"

        def point(x: float, y: float) -> tuple[float, float]:
            if not (-FAR < x < FAR and -FAR < y < FAR):
                return np.nan, np.nan
            w = np.array((x, y), np.float32)
            if logistic:
                gx, gy = (halved @ tanh(w @ half + shift) + fixed).tolist()
            else:
                s = tanh(w @ rows + offset)
                gx, gy = (rows @ ((weight * s - tilt) * (1 - s * s))).tolist()
            return gx, gy

        return point


def single(sums: Sums) -> Sums | Single:
    """The same surface, faster, if there are enough samples for it to pay."""
    return Single(sums) if len(sums.weight) >= LEAST else sums


def exact(surface: Surface) -> Surface:
    """The surface in double precision."""
    return surface.exact if isinstance(surface, Single) else surface


def _stretches(points: int, samples: int) -> list[slice]:
    """Points whose scores stay in the cache together."""
    size = max(2 * BLOCK // max(samples, 1), 1)
    return [slice(first, first + size) for first in range(0, points, size)]
