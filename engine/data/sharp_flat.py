"""Do small batches find flat minima? Many starts, several batch sizes, and where each path ends.

Keskar et al. 2017 saw large batches end in sharp minima, which a shift between training and test loss makes costly.
Here both halves are measured: how many paths end in each basin against the batch size, with standard errors, and what
a shift costs at each minimum. Steps are plain gradient descent, all starts at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.cancelling import asking, check
from engine.data.loss import DataLoss
from engine.losses import Floats, Loss
from engine.stochastic import Batches

MOST_STARTS = 100_000
SETTLING = 200  # steps downhill on the whole loss, without noise: they tell whose basin a path ended in
SETTLED = 1e-3  # of the gradient that is usual in the domain


@dataclass(frozen=True)
class Shares:
    """For each batch size (b,) the share of starts that end in the basin of each minimum (b, k), with its standard
    error √(p(1 − p)/starts) (b, k); what is missing to 1 ended in none. `sharpness` (k,) is the largest eigenvalue of
    the Hessian at each minimum, `end_sharpness` (b,) its mean over the ends, with standard errors `end_errors` (b,):
    where minima form a valley, this tells how flat a place in it is found."""

    batch_sizes: tuple[int, ...]
    minima: Floats
    sharpness: Floats
    shares: Floats
    errors: Floats
    end_sharpness: Floats
    end_errors: Floats
    starts: int
    begins: Floats  # (2, n)
    ends: Floats  # (b, 2, n): where the noisy steps ended, before the noiseless descent that tells the basin
    basin: NDArray[np.int64]  # (b, n): the place of the minimum in `minima`, −1 for none


@dataclass(frozen=True)
class Shift:
    """At each minimum (k,): the training loss, and the mean and largest test loss over shifts of one length."""

    minima: Floats
    training: Floats
    mean_test: Floats
    worst_test: Floats


def basin_shares(
    loss: Loss,
    batch_sizes: Sequence[int],
    *,
    sigma: float = 1.0,
    learning_rate: float = 0.05,
    momentum: float = 0.0,
    steps: int = 400,
    starts: int = 2000,
    seed: int = 0,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Shares:
    """Where gradient descent ends from `starts` random points of the loss's domain, for each batch size.

    A loss made from data has each start see batches of its own; the gradient of any other loss is seen with Gaussian
    noise of standard deviation `sigma`/√B. Starts and the order of batches are drawn from `seed`; the same starts
    serve every batch size. With `momentum` β the step is v ← βv + g, w ← w − ηv. A path ends in the basin into which
    the whole loss, without noise, leads it from its last point.

    Raises ValueError for numbers out of range and for a loss without minima, Cancelled when `cancelled` says so.
    """
    if not len(loss.minima):
        raise ValueError("the loss has no minima to end in")
    if not 1 <= starts <= MOST_STARTS:
        raise ValueError(f"starts must be from 1 to {MOST_STARTS}, not {starts}")
    if not batch_sizes or min(batch_sizes) < 1:
        raise ValueError("batch sizes must be at least 1")
    if not 0 <= momentum < 1:
        raise ValueError(f"momentum must be from 0 to below 1, not {momentum:g}")
    if not 0 < learning_rate < np.inf or not 0 <= sigma < np.inf:
        raise ValueError("learning rate and noise must be positive numbers")
    low, high = np.array(loss.domain).T
    begin = np.random.default_rng([seed, 4]).uniform(low[:, None], high[:, None], (2, starts))
    usual = float(np.median(np.hypot(*loss.gradient(begin))))
    whole = len(batch_sizes) * (steps + SETTLING)
    shares = np.empty((len(batch_sizes), len(loss.minima)))
    flatness = np.empty((2, len(batch_sizes)))
    ends = np.empty((len(batch_sizes), 2, starts))
    basin = np.empty((len(batch_sizes), starts), dtype=np.int64)
    with asking(cancelled):
        for number, size in enumerate(batch_sizes):
            noise = np.random.default_rng([seed, 5, number])
            seen = _batch_gradient(loss, size, starts, noise) if isinstance(loss, DataLoss) else None
            w, v = begin.copy(), np.zeros_like(begin)
            for step in range(steps + SETTLING):
                check()
                if progress is not None and step % 20 == 0:
                    progress((number * (steps + SETTLING) + step) / whole)
                with np.errstate(all="ignore"):
                    if step == steps:
                        ends[number] = w
                    if step >= steps:
                        w = _downhill(loss, w)
                        continue
                    if seen is not None:
                        g = seen(step + 1, w)
                    else:
                        g = loss.gradient(w) + noise.standard_normal(w.shape) * (sigma / size**0.5)
                    v = momentum * v + g
                    w = w - learning_rate * v
            basin[number] = _basin(loss, w, SETTLED * usual)
            there = basin[number] >= 0
            shares[number] = np.bincount(basin[number][there], minlength=len(loss.minima)) / starts
            sharp = _sharpness(loss, w[:, there])
            flatness[:, number] = (sharp.mean(), sharp.std() / len(sharp) ** 0.5) if len(sharp) else np.nan
    if progress is not None:
        progress(1.0)
    errors: Floats = np.sqrt(shares * (1 - shares) / starts)
    curvature = _sharpness(loss, loss.minima.T)
    return Shares(
        tuple(batch_sizes), loss.minima, curvature, shares, errors, flatness[0], flatness[1], starts, begin, ends, basin
    )


def _sharpness(loss: Loss, w: Floats) -> Floats:
    """The largest eigenvalue of the Hessian at w (2, n)."""
    return np.asarray(_largest(loss.hessian(w)))


def _largest(h: Floats) -> Floats:
    middle, half = (h[0, 0] + h[1, 1]) / 2, np.hypot((h[0, 0] - h[1, 1]) / 2, h[0, 1])
    return np.asarray(middle + half)


def _downhill(loss: Loss, w: Floats) -> Floats:
    """A step of gradient descent as long as the curvature at w allows, and never far."""
    g, h = loss.gradient(w), loss.hessian(w)
    bend = np.maximum(_largest(h), _largest(-h))  # the eigenvalue of the largest size
    step = 0.5 / np.maximum(bend, 1e-12) * g
    longest = 0.01 * float(np.hypot(*np.diff(loss.domain, axis=1).ravel()))
    return np.asarray(w - step * np.minimum(1.0, longest / np.maximum(np.hypot(*step), 1e-300)))


def _batch_gradient(
    loss: DataLoss, size: int, starts: int, chance: np.random.Generator
) -> Callable[[int, Floats], Floats]:
    """The gradient that step t sees at w (2, starts). Every start has an order of batches of its own.

    There are as many different orders as keep the work small, at most 16: starts share them in turn.
    """
    samples = loss.samples
    size = min(size, len(samples))
    orders = [Batches(len(samples), size, int(seed)) for seed in chance.integers(1 << 31, size=min(16, starts))]
    if size == len(samples):
        return lambda t, w: loss.gradient(w)

    def gradient(t: int, w: Floats) -> Floats:
        out = np.empty_like(w)
        for place, order in enumerate(orders):
            part = slice(place, None, len(orders))
            out[:, part] = loss.batch(order.at(t)).gradient(w[:, part])
        return out

    return gradient


def _basin(loss: Loss, w: Floats, still: float) -> NDArray[np.int64]:
    """For w (2, n) the place of the nearest minimum, −1 where the path did not come to rest."""
    far = np.hypot(*(w[:, None] - loss.minima.T[:, :, None]))  # (k, n)
    with np.errstate(all="ignore"):
        there = np.isfinite(far).all(axis=0) & (np.hypot(*loss.gradient(w)) < still)
    basin = np.full(w.shape[1], -1)
    basin[there] = far[:, there].argmin(axis=0)
    return basin


def shifted(loss: Loss, length: float, directions: int = 64) -> Shift:
    """What it costs if the test loss is the training loss moved by `length`, over evenly spread `directions`.

    Raises ValueError for a negative length.
    """
    if not 0 <= length < np.inf:
        raise ValueError(f"the shift must be a number from 0, not {length:g}")
    angle = np.arange(directions) * 2 * np.pi / directions
    moved = loss.minima.T[:, :, None] - length * np.stack([np.cos(angle), np.sin(angle)])[:, None, :]
    test = loss.value(moved)  # (k, directions): the moved loss at the minimum is the loss at the point moved back
    return Shift(loss.minima, loss.value(loss.minima.T), test.mean(axis=1), test.max(axis=1))


def both_losses(training: Loss, test: Loss, points: ArrayLike) -> Floats:
    """(2, k): training and test loss at points (k, 2), for a test loss on samples of its own."""
    where = np.asarray(points, dtype=float).reshape(-1, 2).T
    return np.stack([training.value(where), test.value(where)])
