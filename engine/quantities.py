"""What of a race can be drawn against its steps: the loss, and what else tells how a racer goes."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.data.early_stopping import Stopping
from engine.descent import Run
from engine.results import lowest_known

Floats = NDArray[np.float64]
LOSS, ABOVE, GRADIENT, STEP, DISTANCE = QUANTITIES = ("loss", "above", "gradient", "step", "distance")


def quantities_of(run: Run, stopping: Stopping | None = None) -> tuple[str, ...]:
    """Those that a run has: what is measured from a minimum needs one that is known."""
    known = len(run.loss.minima) > 0
    above = known and stopping is None  # the curves of early stopping are not of the loss that has the minimum
    return tuple(
        name for name in QUANTITIES if (name != ABOVE or above) and (name != DISTANCE or known)
    )  # fmt: skip


def values_of(run: Run, quantity: str, stopping: Stopping | None = None) -> Floats:
    """A quantity of every racer after every step, (steps + 1, racers).

    With early stopping the loss is the training loss. The step length at step 0, before any step, is nan.
    Raises ValueError for a quantity that the run does not have.
    """
    if quantity not in quantities_of(run, stopping):
        raise ValueError(f"this race has no quantity {quantity!r}")
    with np.errstate(all="ignore"):
        if quantity == LOSS:
            return run.values if stopping is None else stopping.training
        if quantity == ABOVE:
            return run.values - lowest_known(run)
        if quantity == GRADIENT:
            return np.asarray(np.hypot(run.gradients[..., 0], run.gradients[..., 1]))
        if quantity == STEP:
            lengths = np.full(run.values.shape, np.nan)
            steps = np.diff(run.points, axis=0)
            lengths[1:] = np.hypot(steps[..., 0], steps[..., 1])
            return lengths
        return distances(run.points, run.loss.minima)


def ghost_values(run: Run, index: int, quantity: str) -> Floats:
    """The same of the future that a racer has left behind, from the step at which it did; the loss, or what is
    measured from a minimum. Empty where the quantity is not known of it."""
    ghost = run.ghosts[index]
    with np.errstate(all="ignore"):
        if quantity == LOSS:
            return ghost.values
        if quantity == ABOVE:
            return ghost.values - lowest_known(run)
        if quantity == DISTANCE:
            return distances(ghost.points, run.loss.minima)
    return np.empty(0)


def distances(points: Floats, minima: Floats) -> Floats:
    """From points (..., 2) to the nearest of the minima (n, 2)."""
    nearest = np.full(points.shape[:-1], np.inf)
    for minimum in minima:
        offset = points - minimum
        np.minimum(nearest, np.hypot(offset[..., 0], offset[..., 1]), out=nearest)
    return nearest


def as_csv(values: Floats, names: Sequence[str], last: int) -> str:
    """Comma-separated values with a heading, a row for each step up to `last`; every number in full."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["step", *names])
    for step, row in enumerate(values[: last + 1].tolist()):
        writer.writerow([step, *("" if value != value else repr(value) for value in row)])
    return text.getvalue()
