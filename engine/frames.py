"""One moment of a race as plain data: what every view draws. Looked up from the run, never replayed."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.descent import Run


@dataclass(frozen=True, slots=True)
class Position:
    """A moment: `step` steps are done, `line` lines of the next one too, `fraction` of the way to it."""

    step: int = 0
    line: int = 0
    fraction: float = 0.0


@dataclass(frozen=True, slots=True)
class RacerFrame:
    """One racer now: `point` (x, y) between its path's vertices `step` and `step + 1`."""

    racer: int
    step: int
    point: tuple[float, float]
    value: float
    state: str  # running, converged or diverged, as of this moment


@dataclass(frozen=True, slots=True)
class Frame:
    """All racers at one moment. `shown_step` is the step whose lines the inspector shows (0: none yet),
    `shown_line` the line that is lit (from 0)."""

    position: Position
    racers: tuple[RacerFrame, ...]
    shown_step: int
    shown_line: int


def frame_at(run: Run, position: Position, selected: int | None = None) -> Frame:
    """The moment `position` of `run`; `selected` is the racer whose lines the sub-steps count."""
    if not 0 <= position.step <= run.steps:  # of a longer race, whose run is still on its way
        position = Position(min(max(position.step, 0), run.steps))
    step = position.step
    after = min(step + 1, run.steps)
    fraction = position.fraction if after > step else 0.0
    points = run.points[step] + fraction * (run.points[after] - run.points[step])
    racers = tuple(
        RacerFrame(
            racer,
            step,
            (float(points[racer, 0]), float(points[racer, 1])),
            float(run.values[step, racer]),
            _state(run, racer, step),
        )
        for racer in range(points.shape[0])
    )
    if position.line and selected is not None and step < run.steps:
        return Frame(position, racers, step + 1, position.line - 1)
    lines = 0
    if selected is not None and run.histories:
        lines = len(run.histories[selected].optimizer.rule.lines)
    return Frame(position, racers, step, max(lines - 1, 0))


def _state(run: Run, racer: int, step: int) -> str:
    outcome = run.outcomes[racer]
    return outcome.kind if outcome.kind != "running" and step >= outcome.step else "running"


def distance_to_minimum(run: Run, point: tuple[float, float]) -> float:
    """From a point to the nearest marked minimum; nan where the loss has none."""
    minima = run.loss.minima
    if not len(minima):
        return math.nan
    return float(np.hypot(*(minima - np.asarray(point)).T).min())
