"""Early stopping: the loss on samples that training never sees, and the step after which it only got worse."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.data.loss import DataLoss
from engine.descent import Run
from engine.frames import Frame, RacerFrame
from engine.losses import Floats
from engine.results import Result, evaluations
from engine.scene import LossChoice


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


def stopping_of(choice: LossChoice, run: Run) -> Stopping | None:
    """Early stopping of a scene's run: None where its loss holds no samples out."""
    validation = choice.validation()
    if validation is None or choice.data is None or not isinstance(run.loss, DataLoss):
        return None
    return early_stopping(run, validation, choice.data.stopping.patience)


def held(frame: Frame, run: Run, stopping: Stopping | None, selected: int | None = None) -> Frame:
    """The frame with every racer that has stopped at the weights it kept: those of the lowest validation loss.

    The stop is the last step of the `selected` one whose lines are shown.
    """
    if stopping is None:
        return frame
    racers = tuple(
        _kept(racer, run, stopping) if 0 <= stopping.stop[racer.racer] <= racer.step else racer
        for racer in frame.racers
    )
    if selected is not None and 0 <= stopping.stop[selected] < frame.shown_step:
        last = max(len(run.optimizers[selected].rule.lines) - 1, 0)
        return replace(frame, racers=racers, shown_step=int(stopping.stop[selected]), shown_line=last)
    return replace(frame, racers=racers)


def _kept(frame: RacerFrame, run: Run, stopping: Stopping) -> RacerFrame:
    best = int(stopping.best[frame.racer])
    x, y = run.points[best, frame.racer]
    value = float(run.values[best, frame.racer])
    return replace(frame, step=best, point=(float(x), float(y)), value=value, state="stopped")


def stopped_results(rows: list[Result], run: Run, stopping: Stopping | None) -> list[Result]:
    """A race's results, `rows` in the racers' order, with every racer that has stopped as it was kept."""
    if stopping is None:
        return rows
    return [_stopped(row, run, stopping, racer) if stopping.stop[racer] >= 0 else row for racer, row in enumerate(rows)]


def _stopped(row: Result, run: Run, stopping: Stopping, racer: int) -> Result:
    best, stop = int(stopping.best[racer]), int(stopping.stop[racer])
    minima, point = run.loss.minima, run.points[best, racer]
    away = float(np.hypot(*(minima - point).T).min()) if len(minima) else float("nan")
    steps = row.steps_to_tolerance
    return replace(
        row, loss=float(run.values[best, racer]), evaluations=evaluations(run, racer, stop), distance=away,
        steps_to_tolerance=steps if steps is not None and steps <= best else None, outcome="stopped", ended=stop,
    )  # fmt: skip
