"""Why a racer did what it did, in one sentence each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QCoreApplication

from engine.curvature import FORMULAS, largest_eigenvalue, limited_as, rate_limit
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
    """The learning rate of the next step beside its limit at this point; empty for methods and places without a known
    limit, and where the gradient is shortened."""
    judged = _judged(run, racer, step + 1)
    if judged is None:
        return ""
    rate, limit = judged
    optimizer = run.histories[racer].optimizer_at(step + 1)
    if rate > limit:
        text = tr("{rate} is above {formula} = {limit}: along the steepest axis every step overshoots further")
    elif rate < 0.01 * limit:
        text = tr("{rate} is far below {formula} = {limit}: safe, and slow")
    else:
        text = tr("{rate} is below {formula} = {limit}: stable here")
    formula = FORMULAS[limited_as(optimizer)]
    return text.format(rate=_rate(optimizer, step + 1, rate), formula=formula, limit=format_number(limit))


def _judged(run: Run, racer: int, step: int) -> tuple[float, float] | None:
    """The rate of `step` (from 1) and its limit where that step began; None where no limit is known to hold.

    The limit is that of a quadratic and of whole gradients. For a shortened one it says nothing; where it is taken
    ahead, or of samples, its length is not at hand, and nothing is said either.
    """
    optimizer = run.histories[racer].optimizer_at(step)
    point = float(run.points[step - 1, racer, 0]), float(run.points[step - 1, racer, 1])
    limit = rate_limit(optimizer, largest_eigenvalue(run.loss, point))
    if limit is None:
        return None
    if optimizer.clipping is not None:
        elsewhere = not optimizer.rule.uses_g or bool(run.batches)
        if elsewhere or np.hypot(*run.gradients[step - 1, racer]) > optimizer.clipping:
            return None
    return float(optimizer.rates(step)), limit


def _rate(optimizer: Optimizer, step: int, rate: float) -> str:
    """E.g. "η = 0.1"; where a schedule changes it, in which step."""
    text = f"η = {format_number(rate)}"
    changes = optimizer.schedule is not None and optimizer.schedule.text
    return tr("{rate} in step {step}").format(rate=text, step=step) if changes else text


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
    """The limit that the rate broke, where one is known: at its largest, so with a constant rate at the start, or at
    the branch that changed it."""
    history, outcome = run.histories[racer], run.outcomes[racer]
    first = history.branch.step if history.branch is not None else 0
    optimizer = history.optimizer_at(first + 1)
    if outcome.step > first and limited_as(optimizer):
        rates = np.nan_to_num(optimizer.rates(np.arange(first + 1, outcome.step + 1)))
        step = first + 1 + int(np.argmax(rates))
        judged = _judged(run, racer, step)
        if judged is not None and judged[0] > judged[1]:
            rate, limit = judged
            formula = FORMULAS[limited_as(optimizer)]
            return f"{_rate(optimizer, step, rate)} > {formula} = {format_number(limit)}"
    return outcome.reason


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
