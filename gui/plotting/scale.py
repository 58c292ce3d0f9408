"""From values to heights on an axis and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gui.plotting.ticks import linear_marks, log_marks

Floats = NDArray[np.float64]
LEAST = 1e-300  # of a log scale; zero stands there, below every picture


@dataclass(frozen=True)
class Scale:
    """Linear, or logarithmic: its axis then counts powers of ten. `whole`: only whole numbers are marked."""

    log: bool = False
    whole: bool = False

    def at(self, values: Any) -> Floats:
        """Where values stand on the axis; nan and infinite ones stay what they are."""
        values = np.asarray(values, dtype=float)
        if not self.log:
            return values
        with np.errstate(all="ignore"):
            return np.asarray(np.log10(np.maximum(values, LEAST)))

    def value(self, at: float) -> float:
        """What stands at a place of the axis."""
        return float(10.0 ** min(at, 308.0)) if self.log else at

    def marks(self, low: float, high: float, most: float) -> list[tuple[float, str]]:
        """Places between two of the axis, about `most` of them, with their texts."""
        if self.log:
            return log_marks(max(low, -300.0), min(high, 300.0), most) if low < 300 and high > -300 else []
        return linear_marks(low, high, most, self.whole)


LINEAR, LOG, STEPS = Scale(), Scale(log=True), Scale(whole=True)
