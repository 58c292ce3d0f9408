"""Maps: the same race from many starts (basins of attraction) or with many hyperparameters (a sweep).

Racers are computed in chunks that fit the processor's cache, on two threads. Both functions take

- `progress`, called with the share that is done, from 0 to 1, and
- `cancelled`, asked several times a second; once it returns True, `Cancelled` is raised.

Both are called in the caller's own thread only.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.cancelling import asking, check
from engine.descent import MAX_STEPS, furthest
from engine.expressions import Apply, Number, parse, walk
from engine.losses import Loss
from engine.many import Stepper, stepper
from engine.method import Optimizer
from engine.parameters import checked_values
from engine.quoting import literal

Floats = NDArray[np.float64]
Progress = Callable[[float], object]
MAX_RACERS = 4_000_000
THREADS = min(2, os.cpu_count() or 1)
CHUNK = 16_384  # racers: six or seven buffers of this size fit a core's own cache
NEAR = 0.01  # of the domain's diagonal: this close to a minimum, a racer has found it
_EVERYWHERE = {"+", "-", "*", "neg", "sin", "cos", "tanh", "arctan", "abs", "sign", "floor", "maximum", "minimum"}


@dataclass(frozen=True)
class Basins:
    """Where racers from all over the domain end. Index [i, j] is row i (y upwards) and column j (x).

    start, end (2, R, R); minimum (R, R): which of `loss.minima` is within 1 % of the domain's diagonal of the end,
    −1 where none is; diverged (R, R). A diverged racer's end is its last point, as in a race.
    """

    loss: Loss
    optimizer: Optimizer
    start: Floats
    end: Floats
    minimum: NDArray[np.int64]
    diverged: NDArray[np.bool_]


def basins(
    loss: Loss,
    optimizer: Optimizer,
    steps: int = 200,
    resolution: int = 512,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Basins:
    """Run the optimizer from a grid of `resolution`² starts, the domain's edges included.

    Raises ValueError for bad steps or resolution, `Cancelled` where the caller asked to stop.
    """
    if isinstance(resolution, bool) or resolution != int(resolution) or not 1 <= resolution**2 <= MAX_RACERS:
        raise ValueError(
            f"resolution must be a whole number from 1 to {int(MAX_RACERS**0.5)}, not {literal(resolution)}"
        )
    size = int(resolution)
    x, y = (np.linspace(low, high, size) for low, high in loss.domain)
    start = np.stack(np.meshgrid(x, y))
    end, diverged = _run(loss, optimizer, start.reshape(2, -1), {}, steps, progress, cancelled)
    minimum = nearest_minimum(loss, end)
    minimum[diverged] = -1
    return Basins(
        loss, optimizer, start, end.reshape(2, size, size), minimum.reshape(size, size), diverged.reshape(size, size)
    )


def nearest_minimum(loss: Loss, points: Floats) -> NDArray[np.int64]:
    """For points (2, n) the index of the marked minimum that is near, −1 where none is."""
    near = NEAR * float(np.hypot(*np.diff(loss.domain, axis=1).ravel()))
    index = np.full(points.shape[1], -1)
    closest = np.full(points.shape[1], near)
    for place, (x, y) in enumerate(loss.minima):
        distance = np.hypot(points[0] - x, points[1] - y)
        better = distance <= closest
        index[better], closest[better] = place, distance[better]
    return index


def sweep(
    loss: Loss,
    optimizer: Optimizer,
    start: ArrayLike,
    steps: int,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    **values: ArrayLike,
) -> Floats:
    """The loss after `steps` steps from `start` (x, y), for all combinations of the given hyperparameters:
    `sweep(…, learning_rate=rates, beta1=betas)` has the shape (len(rates), len(betas)). One, two or more.

    inf where the racer diverged. Raises ValueError for a bad start, steps or value, naming it, and `Cancelled`
    where the caller asked to stop.
    """
    point = np.asarray(start, dtype=float)
    if point.shape != (2,) or not np.isfinite(point).all():
        raise ValueError(f"the start must be two finite numbers (x, y), not {literal(start)}")
    axes: dict[str, Floats] = {}
    symbols = {p.name: p.symbol for p in optimizer.parameters} | {p.symbol: p.symbol for p in optimizer.parameters}
    for name, given in values.items():
        axis = np.asarray(given)
        if axis.ndim != 1:
            raise ValueError(f"{name} must be a row of numbers")
        checked = [checked_values(optimizer.parameters, {}, {name: value}) for value in axis.tolist()]
        axes[symbols.get(name, name)] = np.array([next(iter(one.values())) for one in checked])
    if len(axes) < len(values) or not axes:
        raise ValueError("a sweep takes at least one hyperparameter, each once")
    shape = tuple(len(axis) for axis in axes.values())
    if np.prod(shape) > MAX_RACERS:
        raise ValueError(f"a sweep has at most {MAX_RACERS} combinations")
    grid = {
        symbol: values.ravel() for symbol, values in zip(axes, np.meshgrid(*axes.values(), indexing="ij"), strict=True)
    }
    starts = np.repeat(point[:, None], int(np.prod(shape)), axis=1)
    end, diverged = _run(loss, optimizer, starts, grid, steps, progress, cancelled)
    final = loss.value(end)
    final[diverged] = np.inf
    return final.reshape(shape)


# --- the racers ----------------------------------------------------------------------------------


def _run(
    loss: Loss,
    optimizer: Optimizer,
    start: Floats,
    rows: dict[str, Floats],
    steps: int,
    progress: Progress | None,
    cancelled: Callable[[], bool] | None,
) -> tuple[Floats, NDArray[np.bool_]]:
    """The ends (2, n) of racers from `start` (2, n), and which of them diverged (n,)."""
    if isinstance(steps, bool) or steps != int(steps) or not 0 <= steps <= MAX_STEPS:
        raise ValueError(f"steps must be a whole number from 0 to {MAX_STEPS}, not {literal(steps)}")
    job = _Job(loss, optimizer, start, rows, int(steps))
    count = start.shape[1]
    size = max(min(CHUNK, -(-count // THREADS)), 1)
    chunks = [slice(first, min(first + size, count)) for first in range(0, count, size)]
    with asking(cancelled), ThreadPoolExecutor(THREADS) as pool:
        waiting: set[Future[None]] = {pool.submit(job.run, chunk) for chunk in chunks}
        try:
            while waiting:
                done, waiting = wait(waiting, timeout=0.05, return_when="FIRST_EXCEPTION")
                for future in done:
                    future.result()
                check()
                if progress is not None and waiting:
                    progress(job.share())
        finally:
            job.stop.set()
    if progress is not None:
        progress(1.0)
    return job.end, job.diverged


class _Job:
    """What all threads share. Each chunk writes to its own part of `end` and `diverged`."""

    def __init__(self, loss: Loss, optimizer: Optimizer, start: Floats, rows: dict[str, Floats], steps: int) -> None:
        self.loss, self.optimizer, self.rows, self.steps = loss, optimizer, rows, steps
        self.stepper: Stepper = stepper(optimizer.rule, loss, frozenset(rows))
        self.limit = furthest(loss, start)
        self.partial = not _defined_everywhere(loss)
        self.start = start
        self.end = start.copy()
        self.diverged = np.zeros(start.shape[1], dtype=bool)
        self.done: dict[int, int] = {}  # racers × steps, by chunk
        self.stop = threading.Event()

    def share(self) -> float:
        """How much is done, from 0 to 1."""
        return float(min(sum(self.done.copy().values()) / max(self.start.shape[1] * self.steps, 1), 1.0))

    def run(self, chunk: slice) -> None:
        with np.errstate(all="ignore"):
            self._run(chunk)

    def _run(self, chunk: slice) -> None:
        alive = np.arange(chunk.start, chunk.stop)
        rows = {symbol: row[chunk] for symbol, row in self.rows.items()}
        numbers = {**self.optimizer.symbols, **dict(self.optimizer.rule.initial)}
        buffers = self.stepper.buffers({**numbers, **rows, "w": self.start[:, chunk]}, len(alive))
        if self.partial:
            buffers, alive = self._without_lost(buffers, alive, np.isfinite(self.loss.value(buffers[0])), 0)
        for t in range(1, self.steps + 1):
            if self.stop.is_set() or not len(alive):
                return
            buffers = self.stepper.step(np.float64(t), buffers)
            w = buffers[0]
            if not (w.max() < self.limit and w.min() > -self.limit):  # also where there is a nan
                near = (np.abs(w) < self.limit).all(axis=0)
                buffers, alive = self._without_lost(buffers, alive, near, 1)
            if self.partial:
                buffers, alive = self._without_lost(buffers, alive, np.isfinite(self.loss.value(buffers[0])), 1)
            self.done[chunk.start] = t * (chunk.stop - chunk.start)
        self.end[:, alive] = buffers[0]

    def _without_lost(
        self, buffers: tuple[Floats, ...], alive: NDArray[np.int64], fine: NDArray[np.bool_], last: int
    ) -> tuple[tuple[Floats, ...], NDArray[np.int64]]:
        """Take out the racers that are not fine; they end at their last point, buffer `last`."""
        if fine.all():
            return buffers, alive
        lost = alive[~fine]
        self.end[:, lost] = buffers[last][:, ~fine]
        self.diverged[lost] = True
        return self.stepper.kept(buffers, fine), alive[fine]


def _defined_everywhere(loss: Loss) -> bool:
    """Whether the loss is a finite number at every point that a racer can reach, told from its formula."""
    if not loss.has_formula:
        return True
    for node in walk(parse(loss.formula)):
        if isinstance(node, Apply) and node.function not in _EVERYWHERE:
            last = node.arguments[-1]
            whole = isinstance(last, Number) and last.value in range(1, 13)
            if not (node.function == "**" and whole) and not (node.function == "/" and isinstance(last, Number)):
                return False
    return True
