"""Where a loss made from data is lowest, the box in which it shows its shape, and where a race in it begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.data.minima import minima
from engine.losses import FAR, Box

if TYPE_CHECKING:
    from engine.data.loss import DataLoss


def minima_of(loss: DataLoss) -> tuple[tuple[float, float], ...]:
    starts = [(0.0, 0.0)]
    if loss.model.key == "two_layer":
        starts = [(1.0, 1.0), (-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0)]
    elif loss.model.key == "tanh":
        (x0, x1), (y0, y1) = loss.domain
        starts = [(x / 2, y / 2) for x in (x0, 0.0, x1) for y in (y0, 0.0, y1)]
    smooth = loss.smooth_value, loss.smooth_gradient, loss.bends
    l1 = loss.regularisers.l1
    if l1 and len(starts) > 1:  # nine patterns of signs from each start: rather from where the smooth part is low
        starts = [(0.0, 0.0), *minima(*smooth, 0.0, starts)]
    found = minima(*smooth, l1, starts)
    if len(found) > 1:  # two layers may have flat places on the way
        lowest = float(loss.value(found[0]))
        span = float(loss.value((0.0, 0.0))) - lowest
        found = tuple(w for w in found if loss.value(w) - lowest <= 0.99 * span or loss.model.key == "tanh")
    return found


def box_of(loss: DataLoss) -> Box:
    """A box around the origin and the lowest minimum in which the loss shows its shape."""
    reach = 1 / np.sqrt(np.maximum(np.mean(loss.samples.rows**2, axis=1), FAR**-2))  # one unit of z
    if loss.model.key == "two_layer":
        found = minima_of(loss)
        side = 2.2 * max(abs(found[0][0]), abs(found[0][1]), 0.3) if found else 2.0
        return (-side, side), (-side, side)
    found = minima_of(loss)
    best = np.array(found[0]) if found else np.zeros(2)
    if not found:
        half = 10 * reach
    elif loss.model.key == "tanh":
        half = np.maximum(np.abs(best) / 2, 4 * reach)
    else:
        rise = max(float(loss.value((0.0, 0.0)) - loss.value(best)), 0.0)
        bends = np.maximum(np.diagonal(loss.hessian(best)), 1e-300)
        size = np.maximum(np.abs(best), 0.2 * reach)
        half = np.clip(np.sqrt(2 * rise / bends), size, 1.5 * np.maximum(size, reach))
    low, high = np.minimum(best, 0) - half, np.maximum(best, 0) + half
    return (float(low[0]), float(high[0])), (float(low[1]), float(high[1]))


def start_of(loss: DataLoss, domain: Box) -> tuple[float, float]:
    (x0, x1), (y0, y1) = domain
    if loss.key == "data_two_layer":
        return 0.7 * x0, 0.68 * y1  # almost on the line that runs into the saddle
    return x0 + 0.1 * (x1 - x0), y1 - 0.15 * (y1 - y0)
