"""Why a racer did what it did, in one sentence each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QCoreApplication

from engine.curvature import FORMULAS, largest_eigenvalue, stable_rate
from engine.descent import SPENT, Branch, Run, step_length
from engine.expressions.typeset import format_number
from engine.fair_play import common_rate, holds
from engine.optimizers import Optimizer
from engine.scene import Scene


def tr(text: str) -> str:
    return QCoreApplication.translate("explain", text)


def racer_names(optimizers: Sequence[Optimizer]) -> list[str]:
    """What the racers are called: their method, and where one races twice, what sets them apart."""
    result = []
    for optimizer in optimizers:
        alike = [other for other in optimizers if other.name == optimizer.name]
        parts = [optimizer.name]
        if len(alike) > 1:
            schedules = {other.schedule.key if other.schedule else "constant" for other in alike}
            if len(schedules) > 1:
                parts.append(optimizer.schedule.name.lower() if optimizer.schedule else tr("constant"))
            for symbol, value in optimizer.symbols.items():
                scheduled = optimizer.schedule is not None and symbol in optimizer.schedule.symbols
                if any(other.symbols.get(symbol) != value for other in alike) and not (
                    scheduled and len(schedules) > 1
                ):
                    parts.append(f"{symbol} = {format_number(value)}")
            if any(other.convention != optimizer.convention for other in alike):
                parts.append(tr("PyTorch") if optimizer.convention == "pytorch" else tr("textbook"))
        result.append(" ".join(parts))
    return result


def changed_values(before: Optimizer, after: Optimizer) -> list[tuple[str, float, float]]:
    """(symbol, before, after) for each hyperparameter that a branch changed."""
    pairs = ((symbol, value, after.symbols[symbol]) for symbol, value in before.symbols.items())
    return [(symbol, old, new) for symbol, old, new in pairs if old != new]


def named_with_branch(name: str, run: Run, racer: int) -> str:
    """The racer's name, with what was changed on the way: "Momentum, η → 0.002 at step 10"."""
    branch = run.histories[racer].branch
    if branch is None:
        return name
    changes = ", ".join(
        f"{symbol} → {format_number(new)}" for symbol, _, new in changed_values(run.optimizers[racer], branch.optimizer)
    )
    if not changes:
        return name
    return tr("{name}, {changes} at step {step}").format(name=name, changes=changes, step=branch.step)


def ghost_name(before: Optimizer, branch: Branch) -> str:
    """What the old future is called: "η = 0.01 kept"."""
    old = ", ".join(
        f"{symbol} = {format_number(value)}" for symbol, value, _ in changed_values(before, branch.optimizer)
    )
    return tr("{values} kept").format(values=old) if old else tr("unchanged")


def stability_sentence(run: Run, racer: int, step: int) -> str:
    """The learning rate beside its limit at this point; empty for methods and places without a known limit.

    The limit is that of a quadratic, so it speaks of the rate that the next step has: none is given for one that
    a schedule changes or where gradients are clipped.
    """
    optimizer = run.histories[racer].optimizer_at(step + 1)
    rate = optimizer.values.get("learning_rate")
    point = float(run.points[step, racer, 0]), float(run.points[step, racer, 1])
    limit = stable_rate(optimizer.key, optimizer.values, largest_eigenvalue(run.loss, point))
    if rate is None or limit is None or optimizer.bare is not None:
        return ""
    formula, numbers = FORMULAS[optimizer.key], (format_number(rate), format_number(limit))
    if rate > limit:
        return tr(
            "η = {rate} is above {formula} = {limit}: along the steepest axis every step overshoots further"
        ).format(rate=numbers[0], formula=formula, limit=numbers[1])
    if rate < 0.01 * limit:
        return tr("η = {rate} is far below {formula} = {limit}: safe, and slow").format(
            rate=numbers[0], formula=formula, limit=numbers[1]
        )
    return tr("η = {rate} is below {formula} = {limit}: stable here").format(
        rate=numbers[0], formula=formula, limit=numbers[1]
    )


SLOW = 5  # times the race's length: further away than that, a racer crawls


def crawl_sentence(run: Run, racer: int) -> str:
    """For one that is still running at the end, but would need several races more at its pace; empty otherwise."""
    outcome = run.outcomes[racer]
    if outcome.kind != "running" or not run.steps or not len(run.loss.minima):
        return ""
    if outcome.reason == SPENT:
        return tr("its gradients are used up after step {step}").format(step=outcome.step)
    pace = step_length(run, racer, run.steps)
    away = float(np.hypot(*(run.loss.minima - run.points[-1, racer]).T).min())
    size = float(np.hypot(*np.diff(run.loss.domain, axis=1).ravel()))
    if away < 0.01 * size or away <= SLOW * run.steps * pace:
        return ""
    if not pace:
        return tr("it does not move any more")
    return tr("it crawls: at this pace the minimum is {steps} steps away").format(
        steps=format_number(float(f"{away / pace:.1g}"))
    )


def outcome_sentence(run: Run, racer: int) -> str:
    """E.g. "diverged at step 12: η = 0.12 > 2/λmax = 0.098". Empty while it simply goes on."""
    outcome = run.outcomes[racer]
    if outcome.kind == "running":
        return ""
    step = outcome.step
    if outcome.kind == "converged":
        point = run.points[-1, racer]
        if len(run.loss.minima):
            near = np.hypot(*(run.loss.minima - point).T).min()
            size = np.hypot(*np.diff(run.loss.domain, axis=1).ravel())
            if near > 0.01 * size:
                return tr("came to rest at step {step}, but at no minimum").format(step=step)
        return tr("converged at step {step}").format(step=step)
    return tr("diverged at step {step}: {reason}").format(step=step, reason=_reason(run, racer))


def _reason(run: Run, racer: int) -> str:
    """The limit that the rate broke, where one is known: not for one that changes or for clipped gradients."""
    history = run.histories[racer]
    optimizer, point = run.optimizers[racer], run.start
    if history.branch is not None:  # what was changed then is what it died of
        optimizer, branched = history.branch.optimizer, run.points[history.branch.step, racer]
        point = float(branched[0]), float(branched[1])
    rate = optimizer.values.get("learning_rate")
    curvature = largest_eigenvalue(run.loss, point)
    limit = stable_rate(optimizer.key, optimizer.values, curvature)
    if rate is not None and limit is not None and rate > limit and optimizer.bare is None:
        return f"η = {format_number(rate)} > {FORMULAS[optimizer.key]} = {format_number(limit)}"
    return run.outcomes[racer].reason


def rule_of_comparison(scene: Scene) -> str:
    """What makes the race a fair one, to stand on the picture; empty for racers as they are."""
    steps = scene.steps
    if scene.fair and not holds(scene):
        return {
            "rate": tr("learning rates are no longer equal"),
            "tuned": tr("changed since the learning rates were tuned"),
        }.get(scene.fair, "")
    match scene.fair:
        case "rate":
            rate = format_number(common_rate(scene) or 0.0)
            return tr("equal learning rate: η = {rate}, {steps} steps each").format(rate=rate, steps=steps)
        case "gradients":
            return tr("equal cost: at most {count} gradients each, a Hessian counts as two").format(count=steps)
        case "tuned":
            return tr("each at its best learning rate for the loss after {steps} steps").format(steps=steps)
    return ""
