"""A race as a table: how far every racer came, how soon, and what it cost in gradients."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.descent import Run
from engine.rules import Rule


@dataclass(frozen=True, slots=True)
class Result:
    """One racer at the end of a race."""

    name: str
    loss: float  # at its last point; infinite or nan where it diverged
    steps_to_tolerance: int | None  # the first step within it of the lowest loss known; None: never
    evaluations: int  # gradients computed until it ended
    distance: float  # to the nearest known minimum; nan where none is known
    outcome: str  # running, converged or diverged
    ended: int  # the step of that


def evaluations_per_step(rule: Rule) -> int:
    """Gradients that a step of the rule computes: its g, each grad(·), and two for a Hessian.

    A Hessian of two weights costs two gradients more when it is taken by differences, one for each column; counted
    as free, Newton would win every race for the wrong reason.
    """
    return rule.gradients_per_step() + 2 * rule.uses_hessian


def evaluations(run: Run, racer: int, step: int) -> int:
    """Gradients that the racer has computed after `step` steps; none any more once it has ended."""
    return min(step, run.outcomes[racer].step) * evaluations_per_step(run.optimizers[racer].rule)


def lowest_known(run: Run) -> float:
    """The loss at the best minimum that is known, or the best that any racer reached."""
    finite = run.values[np.isfinite(run.values)]
    reached = float(finite.min()) if finite.size else math.nan
    if not len(run.loss.minima):
        return reached
    return min(float(np.min(run.loss.value(run.loss.minima.T))), reached)


def results(run: Run, names: list[str], tolerance: float) -> list[Result]:
    """A row for each racer, in their order. Raises ValueError for a tolerance that is no positive number."""
    if not (math.isfinite(tolerance) and tolerance > 0):
        raise ValueError(f"the tolerance must be a positive number, not {tolerance:g}")
    lowest = lowest_known(run)
    return [_result(run, racer, name, lowest + tolerance) for racer, name in enumerate(names)]


def _result(run: Run, racer: int, name: str, enough: float) -> Result:
    outcome, values = run.outcomes[racer], run.values[:, racer]
    ended = outcome.step
    diverged = outcome.kind == "diverged"
    within = np.flatnonzero(values[: ended + (not diverged)] <= enough)
    point = run.points[-1, racer]
    minima = run.loss.minima
    near = float(np.hypot(*(minima - point).T).min()) if len(minima) and not diverged else math.nan
    return Result(
        name,
        math.inf if diverged else float(values[-1]),
        int(within[0]) if len(within) else None,
        evaluations(run, racer, ended),
        near,
        outcome.kind,
        ended,
    )
