"""Where a model of two inputs gives one prediction: a straight line in the plane of the inputs."""

from __future__ import annotations

import numpy as np

from engine.data.loss import DataLoss
from engine.data.samples import Floats
from engine.losses import Box


def level_line(loss: DataLoss, w: tuple[float, float], share: float, box: Box) -> tuple[Floats, Floats] | None:
    """The ends of the line in the box, as x (2,) and y (2,) in measured units; None where it does not cross the box.

    `share` 0.5 is the decision between two classes, or the mean of the targets; others lie that share of the way
    from 0 to 1, or from one standard deviation below the mean to one above.
    """
    samples = loss.samples
    if loss.regularisers.batch_normalisation:
        samples = samples.scaled("inputs")
    if loss.model.key == "logistic":
        level = float(np.log(share / (1 - share)))
    else:
        targets = samples.targets
        two = len(np.unique(targets)) == 2
        level = (2 * share - 1) if two else float(targets.mean() + (4 * share - 2) * targets.std())
        if loss.model.key == "tanh":
            level = float(np.arctanh(np.clip(level, -0.999, 0.999)))
    # a·(u1 − center)/scale + b·(u2 − center)/scale = level
    a, b = (float(one) for one in np.asarray(w) / samples.scale)
    c = level + a * float(samples.center[0]) + b * float(samples.center[1])
    (x0, x1), (y0, y1) = box
    wide, high = a * (x1 - x0), b * (y1 - y0)  # per box, so that units do not decide
    if wide == 0 and high == 0:
        return None
    if abs(high) >= abs(wide):
        x = np.array([x0, x1])
        y = (c - a * x) / b
        return (x, y) if y.max() >= y0 and y.min() <= y1 else None
    y = np.array([y0, y1])
    x = (c - b * y) / a
    return (x, y) if x.max() >= x0 and x.min() <= x1 else None
