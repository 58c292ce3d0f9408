"""A race: every optimizer run from the same start, with everything that happened kept."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.expressions import ExpressionError
from engine.losses import Loss
from engine.optimizers import Optimizer
from engine.rules import Record, Value
from engine.stochastic import Indices, StochasticLoss

Floats = NDArray[np.float64]
MAX_STEPS = 1_000_000
FAR = 1e6  # domain sizes: a racer further away than this is not coming back into the picture


@dataclass(frozen=True)
class Outcome:
    """How a racer ended: running, converged or diverged, from which step, and in words why."""

    kind: Literal["running", "converged", "diverged"]
    step: int
    reason: str = ""

    def __str__(self) -> str:
        return self.kind if self.kind == "running" else f"{self.kind} at step {self.step}"


@dataclass(frozen=True)
class History:
    """What one racer computed, step by step: `rows[k - 1]` is step k, laid out as `rule.columns`."""

    optimizer: Optimizer
    start: tuple[float, float]
    rows: Floats
    problem: str = ""  # why it could not even begin

    @property
    def steps(self) -> int:
        """How many steps were computed, the diverging one included."""
        return len(self.rows)

    @cached_property
    def _start_row(self) -> tuple[float, ...]:
        return self.optimizer.rule.start_row(self.start)

    def line(self, step: int, line: int) -> Value:
        """The value that `line` (from 0) took in `step` (from 1): a number or an (x, y) pair."""
        rule = self.optimizer.rule
        column = next(i for i, c in enumerate(rule.columns) if c[0] == "line" and c[1] == line)
        return _value(self.rows[step - 1][rule.slots[column]])

    def before_line(self, step: int, line: int) -> dict[str, Value]:
        """Every symbol's value as `line` reads it in `step`: what stands in the formula."""
        rule = self.optimizer.rule
        now = self.rows[step - 1]
        last = self.rows[step - 2] if step > 1 else self._start_row
        known: dict[str, Value] = {**self.optimizer.symbols, "t": float(step)}
        for (what, _, name), slot in zip(rule.columns, rule.slots, strict=True):
            if what == "line":
                known[name] = _value(last[slot])
        for (what, at, name), slot in zip(rule.columns, rule.slots, strict=True):
            if at < line or (at == line and what != "line"):
                known[f"{name}·point" if what == "point" else name] = _value(now[slot])
        return known


@dataclass(frozen=True)
class Run:
    """All that a race computed. Arrays are read-only.

    points (steps + 1, racers, 2); values (steps + 1, racers); gradients as points, at the points.
    A diverged racer stays at its last point from its diverging step on. Where steps see samples of the data,
    `batches[k - 1]` are those of step k; values and gradients are still those of the whole loss.
    """

    loss: Loss
    optimizers: tuple[Optimizer, ...]
    start: tuple[float, float]
    points: Floats
    values: Floats
    gradients: Floats
    outcomes: tuple[Outcome, ...]
    histories: tuple[History, ...]
    batches: tuple[Indices, ...] = ()

    @property
    def steps(self) -> int:
        return len(self.points) - 1


def race(
    loss: Loss,
    optimizers: Sequence[Optimizer],
    start: ArrayLike,
    steps: int,
    *,
    gradient_tolerance: float = 1e-5,
    step_tolerance: float = 1e-6,
) -> Run:
    """Run every optimizer for `steps` steps from `start` (x, y).

    A racer has converged at the first step from which its gradient norm stays below `gradient_tolerance`
    and its step length below `step_tolerance` times the domain's diagonal: momentum in full flight has a
    small gradient too, and a plateau short steps. It has diverged at the first step whose point or
    loss is not finite, or lies a million domain sizes away. Raises ValueError for a bad start or steps.
    """
    point = np.asarray(start, dtype=float)
    if point.shape != (2,) or not np.isfinite(point).all():
        raise ValueError(f"the start must be two finite numbers (x, y), not {start!r}")
    if isinstance(steps, bool) or steps != int(steps) or not 0 <= steps <= MAX_STEPS:
        raise ValueError(f"steps must be a whole number from 0 to {MAX_STEPS}, not {steps!r}")
    begin, steps = (float(point[0]), float(point[1])), int(steps)
    limit = furthest(loss, point)
    stretches = _stretches(loss, steps)
    histories = tuple(_descend(stretches, optimizer, begin, limit) for optimizer in optimizers)
    points = np.empty((steps + 1, len(histories), 2))
    for racer, history in enumerate(histories):
        _place(points[:, racer], history, limit)
    where = np.moveaxis(points, -1, 0)
    values, gradients = loss.value(where), np.moveaxis(loss.gradient(where), 0, -1).copy()
    outcomes = tuple(
        _outcome(
            history, points[:, racer], values[:, racer], gradients[:, racer], limit,
            gradient_tolerance, step_tolerance * float(np.hypot(*np.diff(loss.domain, axis=1).ravel())),
        )
        for racer, history in enumerate(histories)
    )  # fmt: skip
    for array in (points, values, gradients):
        array.flags.writeable = False
    batches = tuple(loss.batch_at(t) for t in range(1, steps + 1)) if isinstance(loss, StochasticLoss) else ()
    return Run(loss, tuple(optimizers), begin, points, values, gradients, outcomes, histories, batches)


def furthest(loss: Loss, start: Floats) -> float:
    """The coordinate at which a racer from `start` (2, ...) counts as diverged."""
    return FAR * max(1.0, float(np.abs(loss.domain).max()), float(np.abs(start).max(initial=0.0)))


def _stretches(loss: Loss, steps: int) -> list[tuple[Loss, int, int]]:
    """What the steps see: (loss, its first step, its last)."""
    if isinstance(loss, StochasticLoss) and loss.varies:
        return [(loss.at_step(t), t, t) for t in range(1, steps + 1)]
    return [(loss, 1, steps)]


def _descend(
    stretches: list[tuple[Loss, int, int]], optimizer: Optimizer, start: tuple[float, float], limit: float
) -> History:
    rule = optimizer.rule
    width = rule.slots[-1].stop
    record: Record = []
    row = rule.start_row(start)
    for loss, first, last in stretches:
        try:
            _walk(loss, optimizer, row, first, last, limit, record)
        except ExpressionError:
            return History(optimizer, start, np.empty((0, width)), "the loss is too long for second derivatives")
        if len(record) < last or last == stretches[-1][2]:
            break
        row = tuple(map(float, record[-1]))
        if not all(-limit < coordinate < limit for coordinate in row[rule.weights]):
            break
    return History(optimizer, start, np.array(record, dtype=float).reshape(len(record), width))


def _walk(
    loss: Loss, optimizer: Optimizer, row: tuple[float, ...], first: int, last: int, limit: float, record: Record
) -> None:
    """Steps `first` to `last` on one loss, from the state in `row`. Raises ExpressionError where it has no Hessian."""
    rule = optimizer.rule
    settings = [optimizer.symbols[symbol] for symbol in rule.hyperparameters]
    second = [loss.float_hessian] if rule.uses_hessian else []
    try:
        rule.descend("floats")(loss.float_gradient, row, first, last, limit, record, *second, *settings)
    except (ArithmeticError, ValueError):
        # Floats raise where the mathematics says inf or nan; go on from there in NumPy's arithmetic.
        row = tuple(np.float64(value) for value in (record[-1] if record else row))
        careful = [np.float64(value) for value in settings]
        second = [loss.careful_hessian] if rule.uses_hessian else []
        first = len(record) + 1
        with np.errstate(all="ignore"):
            rule.descend("careful")(loss.careful_gradient, row, first, last, limit, record, *second, *careful)


def _place(points: Floats, history: History, limit: float) -> None:
    """Fill (steps + 1, 2) with the racer's path; the step that overflowed is not on it."""
    rule = history.optimizer.rule
    points[0] = history.start
    path = history.rows[:, rule.weights]
    if len(path) and not (np.abs(path[-1]) < limit).all():
        path = path[:-1]
    points[1 : len(path) + 1] = path
    points[len(path) + 1 :] = points[len(path)]


def _outcome(
    history: History, points: Floats, values: Floats, gradients: Floats, limit: float,
    gradient_tolerance: float, step_tolerance: float,
) -> Outcome:  # fmt: skip
    steps = len(points) - 1
    if history.problem:
        return Outcome("diverged", min(1, steps), history.problem)
    undefined = np.flatnonzero(~np.isfinite(values))
    if len(undefined):
        first = int(undefined[0])
        for array in (points, values, gradients):
            array[first:] = array[max(first - 1, 0)]
        return Outcome("diverged", first, "the loss is not a finite number there")
    last = history.rows[-1] if history.steps else None
    weights = history.optimizer.rule.weights
    if last is not None and not (np.abs(last[weights]) < limit).all():
        finite = np.isfinite(last[weights]).all()
        reason = "it left the picture for good" if finite else "the step is not a finite number"
        return Outcome("diverged", history.steps, reason)
    lengths = np.zeros(steps + 1)
    lengths[1:] = np.hypot(*np.diff(points, axis=0).T)
    with np.errstate(over="ignore"):
        moving = (lengths > step_tolerance) | ~(np.hypot(*gradients.T) <= gradient_tolerance)
    if not moving[-1]:
        still = np.flatnonzero(moving)
        return Outcome("converged", int(still[-1]) + 1 if len(still) else 0)
    return Outcome("running", steps)


def _value(numbers: Floats | tuple[float, ...]) -> Value:
    if len(numbers) == 1:
        return float(numbers[0])
    return float(numbers[0]), float(numbers[1])


def step_length(run: Run, racer: int, step: int) -> float:
    """How far the racer moved in `step` (from 1)."""
    return math.dist(run.points[step, racer], run.points[step - 1, racer]) if step else 0.0
