"""What a run's curves are made of: heights of one quantity on one scale, and which part of them is whole."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.frames import Position
from engine.quantities import ABOVE, LOSS, ghost_values, quantities_of, values_of
from engine.scene import Curve
from gui.optimizers.picture.contour_picture import Subject
from gui.plotting.ranges import Range, within
from gui.plotting.scale import LINEAR, LOG, Scale

Floats = NDArray[np.float64]
NEGLIGIBLE = 1e-9  # below zero, as rounding gives it
DEEPEST = -8.0  # powers of ten that are shown at first, unless the race begins below
ASIDE = 0.02  # of all steps, left and right of them
FOLLOWED = 0.3  # of all steps, in sight while the present one is followed
AHEAD = 0.25  # of what is in sight, right of the present step


@dataclass(frozen=True, eq=False)
class Content:
    """The curves of a subject, equal to nothing but themselves. Heights are those of the axis, (steps + 1, racers)."""

    quantity: str
    scale: Scale
    may_log: bool
    values: Floats
    heights: Floats
    validation: Floats | None  # of the selected racer, with early stopping
    ghosts: tuple[Floats, ...]  # of each of the run's, from its step on
    whole: tuple[Range, Range]

    @staticmethod
    def of(subject: Subject, curve: Curve) -> Content:
        """The quantity that is chosen, where the run has it, on the scale that is chosen, where that is possible."""
        run, stopping = subject.run, subject.stopping
        known = quantities_of(run, stopping)
        quantity = curve.quantity if curve.quantity in known else LOSS
        values = values_of(run, quantity, stopping)
        if not curve.quantity and ABOVE in known and not _may_log(values):
            quantity = ABOVE
            values = values_of(run, quantity, stopping)
        beside = None
        if stopping is not None and subject.selected is not None and quantity == LOSS:
            beside = stopping.validation[:, subject.selected]
        may_log = _may_log(values) and (beside is None or _may_log(beside))
        scale = LOG if curve.log and may_log else LINEAR
        heights = scale.at(values)
        validation = None if beside is None else scale.at(beside)
        ghosts = tuple(scale.at(ghost_values(run, index, quantity)) for index in range(len(run.ghosts)))
        steps = max(run.steps, 1)
        whole = ((-ASIDE * steps, (1 + ASIDE) * steps), _range(heights, validation, scale.log))
        return Content(quantity, scale, may_log, values, heights, validation, ghosts, whole)

    def seen(self, curve: Curve, position: Position) -> tuple[Range, Range]:
        """The part that is seen: what the user chose of it, unless nothing of the race is there."""
        x, y = curve.steps or self.whole[0], curve.heights or self.whole[1]
        steps = len(self.values) - 1
        if x[0] >= steps or x[1] <= 0:
            x = self.whole[0]
        if curve.follow:
            length = x[1] - x[0]
            if curve.steps is None:
                length = max(FOLLOWED * length, min(10.0, length))
            end = position.step + position.fraction + AHEAD * length
            x = within((end - length, end), self.whole[0])
        return x, y

    def least(self) -> tuple[float, float]:
        """The smallest part of each axis that can be told apart."""
        (x0, x1), (low, high) = self.whole
        if self.scale.log:
            return min(2.0, x1 - x0), 1e-2
        return min(2.0, x1 - x0), min(max(1e-3 * (high - low), 1e-2 * max(abs(low), abs(high))), high - low)

    def widest(self) -> tuple[Range, Range]:
        """All of both axes that can be seen: every step, and heights far beyond the race's."""
        (low, high), known = self.whole[1], self.heights[np.isfinite(self.heights) & (self.heights > -300)]
        span = high - low
        bottom, top = (float(known.min()), float(known.max())) if known.size else (low, high)
        return self.whole[0], (min(low, bottom) - span, max(high, min(top, high + 1e3 * span)) + span)


def _may_log(values: Floats) -> bool:
    known = values[np.isfinite(values)]
    return not known.size or float(known.min()) >= -NEGLIGIBLE


def _range(heights: Floats, validation: Floats | None, log: bool) -> Range:
    """What is shown at first. A diverging racer must not squeeze the others flat: the start sets the top."""
    known = heights[np.isfinite(heights)]
    if known.size == 0:
        return -1.0, 1.0
    start = next(row[np.isfinite(row)] for row in heights if np.isfinite(row).any())
    first = float(start.max())
    lowest = float(known.min())
    top = first + (1.0 if log else max(first - lowest, 1e-300))
    shown = known[known <= top]
    if validation is not None:
        shown = np.concatenate([shown, validation[np.isfinite(validation) & (validation <= top)]])
    low, high = float(shown.min()), float(shown.max())
    if log:
        low = max(low, min(DEEPEST, first + DEEPEST))
        return low - 0.15, max(high, low + 1.0) + 0.15
    room = 0.05 * (high - low) or 0.5 * max(abs(high), 1e-12)
    return low - room, high + room
