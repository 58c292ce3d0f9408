"""Early stopping: the loss on samples that training never sees, and the step after which it only got worse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data.loss import DataLoss
from engine.descent import Run
from engine.losses import Floats


@dataclass(frozen=True)
class Stopping:
    """Of each racer: both curves (steps + 1, racers), without penalties and read-only; the step of the lowest
    validation loss, `best`; and the step at which training stops, `stop`, −1 where it never does."""

    training: Floats
    validation: Floats
    best: NDArray[np.intp]
    stop: NDArray[np.intp]


def early_stopping(run: Run, validation: DataLoss, patience: int = 10, least: float = 0.0) -> Stopping:
    """When each racer of `run` would have stopped: after `patience` steps none of which brought the validation loss
    more than `least` below the lowest so far (Prechelt 1998; Goodfellow et al. 2016, algorithm 7.1).

    `run` is a race on the training part of `DataLoss.split`, `validation` the other part. The weights that are kept
    are those of step `best`. Raises ValueError for a patience below 1, or a run that is not on data.
    """
    if patience < 1:
        raise ValueError(f"the patience must be at least 1 step, not {patience}")
    if not isinstance(run.loss, DataLoss):
        raise ValueError("early stopping needs a loss made from data")
    where = np.moveaxis(run.points, -1, 0)
    training, curves = run.loss.plain().value(where), validation.value(where)
    ends = [_end(values, patience, least) for values in curves.T.tolist()]
    best, stop = np.array(ends, dtype=np.intp).reshape(-1, 2).T.copy()
    for array in (training, curves, best, stop):
        array.flags.writeable = False
    return Stopping(training, curves, best, stop)


def _end(values: list[float], patience: int, least: float) -> tuple[int, int]:
    """The step of the lowest value up to the stop, and the stop, −1 for none. Plain floats: runs are long."""
    best, lowest = 0, values[0]
    for step, value in enumerate(values):
        if value < lowest - least:
            best, lowest = step, value
        elif step - best >= patience:
            return best, step
    return best, -1
