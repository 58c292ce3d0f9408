"""A race: every optimizer run from the same start, with everything that happened kept."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.cancelling import asking, check
from engine.counting import made
from engine.expressions import ExpressionError
from engine.loop import Descend
from engine.losses import Loss
from engine.optimizers import Optimizer
from engine.quoting import literal
from engine.rules import Record, Rule, Value
from engine.stochastic import Indices, StochasticLoss

Floats = NDArray[np.float64]
Kind = TypeVar("Kind")
MAX_STEPS = 1_000_000
SPENT = "its steps are used up"  # why one that had fewer steps than the race goes no further
FAR = 1e6  # domain sizes: a racer further away than this is not coming back into the picture
STRETCH = 64  # steps in a row at first, before it is asked whether they are still wanted
PATIENCE = 0.002  # seconds, below which twice as many are made in a row


@dataclass(frozen=True)
class Outcome:
    """How a racer ended: running, converged or diverged, from which step, and in words why."""

    kind: Literal["running", "converged", "diverged"]
    step: int
    reason: str = ""

    def __str__(self) -> str:
        return self.kind if self.kind == "running" else f"{self.kind} at step {self.step}"


@dataclass(frozen=True)
class Branch:
    """A racer that goes on with other values: after `step` steps its rule is run as `optimizer` has it."""

    step: int
    optimizer: Optimizer


@dataclass(frozen=True)
class Ghost:
    """The future that `racer` had before it branched at `step`: points (steps + 1 − step, 2), and their values."""

    racer: int
    step: int
    points: Floats
    values: Floats
    outcome: Outcome


@dataclass(frozen=True)
class Crowd:
    """The same method from other starts: points (steps + 1, starts, 2)."""

    racer: int
    points: Floats


@dataclass(frozen=True)
class History:
    """What one racer computed, step by step: `rows[k - 1]` is step k, laid out as `rule.columns`."""

    optimizer: Optimizer
    start: tuple[float, float]
    rows: Floats
    problem: str = ""  # why it could not even begin
    branch: Branch | None = None

    def optimizer_at(self, step: int) -> Optimizer:
        """The method with the values that step `step` (from 1) was made with."""
        return self.branch.optimizer if self.branch is not None and step > self.branch.step else self.optimizer

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
        known: dict[str, Value] = {**self.optimizer_at(step).symbols, "t": float(step)}
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
    A diverged racer stays at its last point from its diverging step on, one that had fewer steps at its last.
    Where steps see samples of the data, `batches[k - 1]` are those of step k; values and gradients are still those
    of the whole loss.
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
    ghosts: tuple[Ghost, ...] = ()
    crowds: tuple[Crowd, ...] = ()

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
    branches: Mapping[int, Branch] | None = None,
    lengths: Sequence[int] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Run:
    """Run every optimizer for `steps` steps from `start` (x, y).

    A racer has converged at the first step from which its gradient norm stays below `gradient_tolerance`
    and its step length below `step_tolerance` times the domain's diagonal: momentum in full flight has a
    small gradient too, and a plateau short steps. It has diverged at the first step whose point or
    loss is not finite, or lies a million domain sizes away.

    `branches` has a `Branch` for some racers, by their place: up to its step the run is as it was, from the
    state recorded there it goes on with the other values, and the future it would have had is in `ghosts`. A
    racer that ended before its branch has none. `lengths` gives each racer a number of steps of its own, at
    most `steps`. Raises ValueError for a bad start, steps or lengths, and for a branch with another rule, Cancelled
    when `cancelled`, asked every few milliseconds, says so.
    """
    with asking(cancelled):
        tolerances = gradient_tolerance, step_tolerance
        return _race(loss, optimizers, start, steps, tolerances, branches or {}, lengths)


def _race(
    loss: Loss, optimizers: Sequence[Optimizer], start: ArrayLike, steps: int, tolerances: tuple[float, float],
    branches: Mapping[int, Branch], lengths: Sequence[int] | None,
) -> Run:  # fmt: skip
    point = np.asarray(start, dtype=float)
    if point.shape != (2,) or not np.isfinite(point).all():
        raise ValueError(f"the start must be two finite numbers (x, y), not {literal(start)}")
    if isinstance(steps, bool) or steps != int(steps) or not 0 <= steps <= MAX_STEPS:
        raise ValueError(f"steps must be a whole number from 0 to {MAX_STEPS}, not {literal(steps)}")
    begin, steps = (float(point[0]), float(point[1])), int(steps)
    own = [steps] * len(optimizers) if lengths is None else [int(length) for length in lengths]
    if len(own) != len(optimizers) or not all(0 <= length <= steps for length in own):
        raise ValueError(f"lengths must hold a number from 0 to {steps} for each racer")
    limit = furthest(loss, point)
    seen = _seen(loss, 1, steps)
    before = [
        _descend(seen, optimizer, begin, 1, length, limit) for optimizer, length in zip(optimizers, own, strict=True)
    ]
    histories = list(before)
    for racer, branch in branches.items():
        if not 0 <= racer < len(before):
            raise ValueError(f"there is no racer {racer} to branch")
        if branch.optimizer.rule != before[racer].optimizer.rule:
            raise ValueError("a branch changes values, not the rule")
        if 0 <= branch.step < own[racer] and _alive(before[racer], branch.step, limit):
            histories[racer] = _continued(loss, before[racer], branch, own[racer], limit)
    tolerances = tolerances[0], tolerances[1] * float(np.hypot(*np.diff(loss.domain, axis=1).ravel()))
    points, values, gradients, outcomes = _follow(loss, histories, own, steps, limit, tolerances)
    ghosts: list[Ghost] = []
    for racer, history in enumerate(histories):
        if history.branch is not None:
            old = _follow(loss, [before[racer]], [own[racer]], steps, limit, tolerances)
            first = history.branch.step
            ghosts.append(Ghost(racer, first, old[0][first:, 0], old[1][first:, 0], old[3][0]))
    steps_seen = _while_wanted(range(1, steps + 1))
    batches = tuple(loss.batch_at(t) for t in steps_seen) if isinstance(loss, StochasticLoss) else ()
    whole = (points, values, gradients, outcomes)
    return Run(loss, tuple(optimizers), begin, *whole, tuple(histories), batches, tuple(ghosts))


def _follow(
    loss: Loss, histories: Sequence[History], lengths: Sequence[int], steps: int, limit: float,
    tolerances: tuple[float, float],
) -> tuple[Floats, Floats, Floats, tuple[Outcome, ...]]:  # fmt: skip
    """Points, values and gradients along the histories, read-only, and how each ended."""
    points = np.empty((steps + 1, len(histories), 2))
    for racer, history in enumerate(histories):
        _place(points[:, racer], history, limit)
    where = np.moveaxis(points, -1, 0)
    values, gradients = loss.value(where), np.moveaxis(loss.gradient(where), 0, -1).copy()
    outcomes: list[Outcome] = []
    for racer, (history, length) in enumerate(zip(histories, lengths, strict=True)):
        part = slice(length + 1), racer
        outcome = _outcome(history, points[part], values[part], gradients[part], limit, *tolerances)
        for array in (points, values, gradients):
            array[length + 1 :, racer] = array[length, racer]
        if outcome.kind == "running" and length < steps:
            outcome = Outcome("running", length, SPENT)
        outcomes.append(outcome)
    for array in (points, values, gradients):
        array.flags.writeable = False
    return points, values, gradients, tuple(outcomes)


def path(loss: Loss, optimizer: Optimizer, start: tuple[float, float], steps: int) -> Floats:
    """One racer's points alone, (steps + 1, 2); where it diverged it stays at its last point."""
    points, limit = np.empty((steps + 1, 2)), furthest(loss, np.asarray(start))
    _place(points, _descend(_seen(loss, 1, steps), optimizer, start, 1, steps, limit), limit)
    return points


def _alive(history: History, step: int, limit: float) -> bool:
    """Whether the racer was still on its way after `step` steps."""
    if history.problem or history.steps < step:
        return False
    return not step or bool((np.abs(history.rows[step - 1][history.optimizer.rule.weights]) < limit).all())


def _continued(loss: Loss, history: History, branch: Branch, steps: int, limit: float) -> History:
    """The history up to the branch, and from the row recorded there on with the branch's values."""
    known = history.rows[: branch.step]
    row = tuple(known[-1].tolist()) if branch.step else history.optimizer.rule.start_row(history.start)
    seen, first = _seen(loss, branch.step + 1, steps), branch.step + 1
    later = _descend(seen, branch.optimizer, history.start, first, steps, limit, row)
    return replace(history, rows=np.concatenate([known, later.rows]), branch=branch)


def furthest(loss: Loss, start: Floats) -> float:
    """The coordinate at which a racer from `start` (2, ...) counts as diverged."""
    return FAR * max(1.0, float(np.abs(loss.domain).max()), float(np.abs(start).max(initial=0.0)))


def _seen(loss: Loss, first: int, last: int) -> Loss | list[Loss]:
    """What the steps `first` to `last` see: all of them the same loss, or each its own."""
    if isinstance(loss, StochasticLoss) and loss.varies:
        return [loss.at_step(t) for t in _while_wanted(range(first, last + 1))]
    return loss


def _while_wanted(things: Iterable[Kind]) -> Iterator[Kind]:
    """One after the other, as long as it is wanted."""
    for number, thing in enumerate(things):
        if not number % STRETCH:
            check()
        yield thing


def _descend(
    seen: Loss | list[Loss], optimizer: Optimizer, start: tuple[float, float], first: int, last: int, limit: float,
    row: tuple[float, ...] | None = None,
) -> History:  # fmt: skip
    """The steps `first` to `last`, from the recorded `row` before them or from the start."""
    width = optimizer.rule.slots[-1].stop
    record: Record = []
    try:
        _walk(seen, optimizer, row or optimizer.rule.start_row(start), first, last, limit, record)
    except ExpressionError:
        return History(optimizer, start, np.empty((0, width)), "the loss is too long for second derivatives")
    finally:
        made(last - first + 1 - len(record))  # those that nobody has to make any more
    return History(optimizer, start, np.array(record, dtype=float).reshape(len(record), width))


def _walk(
    seen: Loss | list[Loss], optimizer: Optimizer, row: tuple[float, ...], first: int, last: int, limit: float,
    record: Record,
) -> None:  # fmt: skip
    """Steps `first` to `last` from the state in `row`. Raises ExpressionError where a loss has no Hessian."""
    rule, varying = optimizer.rule, isinstance(seen, list)
    settings = [optimizer.symbols[symbol] for symbol in rule.hyperparameters]

    def slopes(prefix: str) -> list[Any]:
        """The gradient and, if it is needed, the Hessian; of every step that is left, if they vary."""
        names = [f"{prefix}_gradient", f"{prefix}_hessian"][: 1 + rule.uses_hessian]
        if isinstance(seen, list):
            ahead = seen[len(record) : last - first + 1]
            return [[getattr(loss, name) for loss in _while_wanted(ahead)] for name in names]
        return [getattr(seen, name) for name in names]

    try:
        _steps(rule, rule.descend("floats", varying), slopes("float"), row, first, last, limit, record, settings)
    except (ArithmeticError, ValueError):
        # Floats raise where the mathematics says inf or nan; go on from there in NumPy's arithmetic.
        row = tuple(np.float64(value) for value in (record[-1] if record else row))
        careful = [np.float64(value) for value in settings]
        descend, left = rule.descend("careful", varying), slopes("careful")
        with np.errstate(all="ignore"):
            _steps(rule, descend, left, row, first + len(record), last, limit, record, careful)


def _steps(
    rule: Rule, descend: Descend, slopes: list[Any], row: tuple[float, ...], first: int, last: int, limit: float,
    record: Record, settings: Sequence[float],
) -> None:  # fmt: skip
    """Steps `first` to `last` in stretches, each from the row recorded last, as long as they are wanted."""
    begin, many = first, STRETCH
    while begin <= last:
        check()
        end, known, since = min(begin + many - 1, last), len(record), time.perf_counter()
        seen = [each[begin - first : end - first + 1] if isinstance(each, list) else each for each in slopes]
        descend(seen[0], row, begin, end, limit, record, *seen[1:], *settings)
        made(len(record) - known)
        if len(record) - known <= end - begin:
            return
        row = record[-1]
        x, y = row[rule.weights]
        if not (-limit < x < limit and -limit < y < limit):
            return
        begin = end + 1
        many = 2 * many if time.perf_counter() - since < PATIENCE else max(many // 2, 1)


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
