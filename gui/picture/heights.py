"""The scale of heights: where the contour's lines lie, and how high the same values stand in three dimensions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEVELS = 20
HIGHEST = 1.2  # of what is drawn; a little of every picture lies above its highest line
SOFT = 0.002  # of the span, below which the ground is rounded: a root alone would make a spike of every minimum
BENT = 4.0  # beyond this power the lines are log-spaced

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class HeightScale:
    """From losses to heights, 0 at the lowest and 1 at the highest line: even where the values are even, ever more
    drawn out towards the minimum (up to a logarithm) where most of the picture lies low and little of it very high.
    """

    low: float
    span: float  # from the lowest to the highest line; 0 for a plain
    bend: float = 1.0
    lowest: float = 0.0  # the first line above `low` of a log scale

    @staticmethod
    def of(values: Floats) -> HeightScale:
        """The scale that suits these values; those that are not finite do not count."""
        finite = values[np.isfinite(values)]
        if finite.size == 0:
            return HeightScale(0.0, 0.0)
        low, high = float(finite.min()), float(np.percentile(finite, 99.7))
        span = high - low
        if not np.isfinite(span) or span <= 1e-12 * max(abs(low), abs(high), 1e-300):
            return HeightScale(low, 0.0)
        middle = float(np.median(finite) - low) / span
        bend = float(np.log(min(max(middle, 1e-6), 0.5)) / np.log(0.5))
        lowest = max(float(np.percentile(finite, 1)) - low, span * 1e-9)
        return HeightScale(low, span, bend, lowest)

    def levels(self, count: int = LEVELS) -> Floats:
        """The losses at which lines are drawn; none on a plain."""
        if not self.span:
            return np.empty(0)
        if self.bend <= BENT:
            return np.asarray(self.low + self.span * np.linspace(0, 1, count + 1)[1:] ** self.bend)
        return np.asarray(self.low + np.geomspace(self.lowest, self.span, count))

    def heights(self, values: Floats) -> Floats:
        """From 0 to 1.2; nan stays nan."""
        if not self.span:
            return np.where(np.isnan(values), np.nan, 0.0)
        with np.errstate(all="ignore"):
            share = np.maximum((values - self.low) / self.span, 0.0)
            if self.bend <= BENT:
                power, soft = 1 / self.bend, SOFT ** (1 / self.bend)
                bent = ((share + SOFT) ** power - soft) / ((1 + SOFT) ** power - soft)
            else:  # smooth at the bottom, where a logarithm has none
                bent = np.log1p(share * self.span / self.lowest) / np.log1p(self.span / self.lowest)
        return np.minimum(bent, HIGHEST)
