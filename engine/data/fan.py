"""How gradients scatter at one point: those of samples or batches, the one a step saw, and their mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.data.loss import DataLoss
from engine.data.regularisers import prepared
from engine.data.samples import Floats
from engine.stochastic import Indices, NoisyLoss, StochasticLoss

MOST = 72  # gradients of a fan


@dataclass(frozen=True, eq=False)
class Fan:
    """Gradients at one point: `others` (m, 2), the one that the step saw (2,), and that of the whole loss (2,)."""

    others: Floats
    seen: Floats
    mean: Floats


def fan(loss: StochasticLoss, w: ArrayLike, t: int) -> Fan:
    """The fan of step `t` (from 1) at w (2,).

    With batches `others` are the gradients of this epoch's batches, at most MOST of them; where every step sees all
    samples, those of single samples; with noise those of the steps around this one.
    """
    w = np.asarray(w, dtype=float)
    mean = loss.gradient(w)
    seen = loss.at_step(t).gradient(w)
    if isinstance(loss, DataLoss):
        each = sample_gradients(loss, w)
        batches = loss.batches
        if batches.size == batches.samples:
            return Fan(each[:, _some(batches.samples)].T, seen, mean)
        first = (t - 1) // batches.per_epoch * batches.per_epoch + 1
        chosen = _some(batches.per_epoch)
        return Fan(np.array([each[:, batches.at(first + int(k))].mean(axis=1) for k in chosen]), seen, mean)
    if isinstance(loss, NoisyLoss):
        first = (t - 1) // MOST * MOST + 1
        return Fan(mean + np.array([loss.noise_at(k) for k in range(first, first + MOST)]), seen, mean)
    return Fan(np.empty((0, 2)), seen, mean)


def sample_gradients(loss: DataLoss, w: ArrayLike) -> Floats:
    """The gradient of every sample's loss at w (2,), penalties included, (2, n): their mean is the loss's gradient
    wherever no regulariser draws at random."""
    a, b = (float(one) for one in np.asarray(w, dtype=float))
    samples, by = prepared(loss.samples, loss.regularisers), loss.regularisers
    t = samples.targets
    with np.errstate(all="ignore"):
        if loss.model.key == "two_layer":
            u = samples.inputs[0]
            slope = a * b * u - t
            out = np.stack([slope * b * u, slope * a * u])
        else:
            z = np.array([a, b]) @ samples.rows
            output = loss.model.output(z)
            slope = (output - t) * (1 - output**2 if loss.model.key == "tanh" else 1.0)
            out = slope * samples.rows
        penalty = by.l2 * np.array([a, b]) + by.l1 * np.sign([a, b])
    return np.asarray(out + penalty[:, None])


def _some(many: int) -> Indices:
    """At most MOST places from 0 to many − 1, evenly."""
    return np.unique(np.linspace(0, many - 1, min(many, MOST)).astype(np.intp))
