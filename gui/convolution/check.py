"""Every gradient once more, by moving the number a little both ways."""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.convolution.layer import Layer
from engine.convolution.steps import Step
from engine.expressions.boxes import format_exactly
from gui.convolution.words import tr

CLOSE = 1e-5  # of the larger of both, or of 1


@dataclass(frozen=True)
class Check:
    """What the badge says, and what its tooltip adds."""

    text: str
    details: str
    good: bool = True


def check_gradient(layer: Layer, step: Step) -> Check:
    """The result of a step of a backward pass against the finite difference at its cell."""
    value = step.result
    measured = layer.finite_difference(step.grid, step.index)
    details = tr("(L(v + h) − L(v − h)) / 2h = {value}; by the formula {exact}").format(
        value=format_exactly(measured), exact=format_exactly(value)
    )
    if _same(value, measured):
        return Check(tr("{sign} finite difference {value}").format(sign="✓", value=_six(measured)), details)
    below, above = (layer.finite_difference(step.grid, step.index, side=side) for side in (-1, 1))
    if not _same(below, above):  # neither is wrong: there is no slope here
        text = tr("a kink: slope {below} below, {above} above").format(below=_six(below), above=_six(above))
        why = tr("ReLU bends at 0, and max pooling where two cells are equally large. ")
        return Check(text, why + details, good=False)
    return Check(tr("{sign} finite difference {value}").format(sign="✗", value=_six(measured)), details, good=False)


def _same(one: float, other: float) -> bool:
    return math.isfinite(one - other) and abs(one - other) <= CLOSE * max(abs(one), abs(other), 1.0)


def _six(value: float) -> str:
    shown = f"{round(value, 6) + 0.0:.6f}" if abs(value) < 1e6 else f"{value:.6e}"
    return shown.replace("-", "−")
