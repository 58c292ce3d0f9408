"""How a racer ended, in one sentence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QCoreApplication

from engine.curvature import largest_eigenvalue, stable_rate
from engine.descent import Run
from engine.expressions.typeset import format_number
from engine.optimizers import Optimizer


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
    optimizer = run.optimizers[racer]
    rate = optimizer.values.get("learning_rate")
    curvature = largest_eigenvalue(run.loss, run.start)
    limit = stable_rate(optimizer.key, optimizer.values, curvature)
    if rate is not None and limit is not None and rate > limit and optimizer.bare is None:
        formula = {
            "gradient_descent": "2/λmax",
            "momentum": "2(1 + β)/λmax",
            "nesterov": "2(1 + β)/((1 + 2β) λmax)",
        }[optimizer.key]
        return f"η = {format_number(rate)} > {formula} = {format_number(limit)}"
    return run.outcomes[racer].reason
