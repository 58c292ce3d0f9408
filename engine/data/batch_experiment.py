"""The experiment on batch size, repeated: shares with errors that hold, and what was measured in one word.

Starts of one repeat may share an order of batches, and a share of 0 or 1 has no binomial error. So a share's error is
the larger of what the repeats scatter by and the half width of Wilson's interval at one standard deviation (1927).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.data.sharp_flat import Shares, basin_shares
from engine.losses import Floats, Loss

CLEAR = 2.0  # standard errors of a difference that is told as one
ROUNDING = 1e-6  # of a curvature: less than that is no difference
ALIKE = 1.05  # how much sharper a minimum must be to be called so
CLEARER = 3.5  # of a difference that is looked for among many batch sizes


@dataclass(frozen=True)
class Experiment:
    """Mean shares (b, k) of all repeats and their errors (b, k); `repeats` holds each one, `sharp` the place of the
    minimum with the largest curvature."""

    shares: Floats
    errors: Floats
    repeats: tuple[Shares, ...]
    sharp: int

    @property
    def batch_sizes(self) -> tuple[int, ...]:
        return self.repeats[0].batch_sizes

    @property
    def change(self) -> tuple[float, float]:
        """By how much the share in sharp basins rises from the smallest to the largest batch, with its error."""
        small, large = np.argmin(self.batch_sizes), np.argmax(self.batch_sizes)
        share, error = self.sharp_share
        return float(share[large] - share[small]), float(np.hypot(error[large], error[small]))

    @property
    def sharpness(self) -> Floats:
        """λmax, the largest eigenvalue of the Hessian, at each minimum (k,)."""
        return self.repeats[0].sharpness

    @property
    def end_sharpness(self) -> tuple[Floats, Floats]:
        """The mean λmax where paths end in some basin, for each batch size (b,), and its error: the larger of what the
        repeats scatter by and what the ends do. Where minima form a valley it tells how flat a place is found."""
        means = np.stack([one.end_sharpness for one in self.repeats])
        inner = np.stack([one.end_errors for one in self.repeats])
        many = len(means)
        scatter = means.std(axis=0, ddof=1) / many**0.5 if many > 1 else np.zeros(means.shape[1])
        return means.mean(axis=0), np.maximum(scatter, np.sqrt((inner**2).sum(axis=0)) / many)

    @property
    def valley(self) -> str:
        """Of `end_sharpness`: "rises" with the batch size, as the textbook says, "falls", or "same"."""
        mean, error = self.end_sharpness
        small, large = np.argmin(self.batch_sizes), np.argmax(self.batch_sizes)
        rise = mean[large] - mean[small]
        clear = abs(rise) > max(CLEAR * np.hypot(error[large], error[small]), ROUNDING * abs(mean[small]))
        return ("rises" if rise > 0 else "falls") if clear else "same"

    @cached_property
    def distinct(self) -> bool:
        """Whether one minimum is sharper than another at all: a model's symmetric minima are not."""
        return len(self.sharp_ones) < len(self.sharpness)

    @cached_property
    def sharp_ones(self) -> tuple[int, ...]:
        """The places of the sharpest minimum and of those that are as sharp."""
        return tuple(np.flatnonzero(self.sharpness * ALIKE >= self.sharpness.max()).tolist())

    @cached_property
    def sharp_share(self) -> tuple[Floats, Floats]:
        """The share that ends in any sharp basin, for each batch size (b,), and its error."""
        ones = list(self.sharp_ones)
        if len(ones) == 1:
            return self.shares[:, ones[0]], self.errors[:, ones[0]]
        return _mean_of(np.stack([one.shares[:, ones].sum(axis=1) for one in self.repeats]), self.repeats[0].starts)

    @property
    def verdict(self) -> str:
        """Of the share in sharp basins: "rises" with the batch size, as the textbook says; "falls", as it does not;
        "bends", equal at both ends but not between; "same": no difference beyond the errors; "alike": there is no
        sharper minimum."""
        if not self.distinct:
            return "alike"
        rise, error = self.change
        if abs(rise) > CLEAR * error:
            return "rises" if rise > 0 else "falls"
        share, errors = self.sharp_share
        apart = np.abs(share - share[-1]) > CLEARER * np.hypot(errors, errors[-1])
        return "bends" if apart.any() else "same"


def experiment(
    loss: Loss,
    batch_sizes: Sequence[int],
    *,
    sigma: float = 1.0,
    learning_rate: float = 0.05,
    momentum: float = 0.0,
    steps: int = 400,
    starts: int = 400,
    repeats: int = 3,
    seed: int = 0,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Experiment:
    """`basin_shares` with starts and noise drawn anew for each repeat, all from `seed`.

    Raises ValueError as it does, Cancelled when `cancelled` says so.
    """
    if not 1 <= repeats <= 100:
        raise ValueError(f"repeats must be from 1 to 100, not {repeats}")
    found = []
    for number in range(repeats):

        def told(share: float, number: int = number) -> None:
            if progress is not None:
                progress((number + share) / repeats)

        found.append(
            basin_shares(
                loss, batch_sizes, sigma=sigma, learning_rate=learning_rate, momentum=momentum, steps=steps,
                starts=starts, seed=seed + 1_000_003 * number, progress=told, cancelled=cancelled,
            )
        )  # fmt: skip
    mean, error = _mean_of(np.stack([one.shares for one in found]), starts)
    return Experiment(mean, error, tuple(found), int(found[0].sharpness.argmax()))


def _mean_of(shares: Floats, starts: int) -> tuple[Floats, Floats]:
    """The mean over the repeats, the leading axis, and its error."""
    repeats, mean = len(shares), shares.mean(axis=0)
    scatter = shares.std(axis=0, ddof=1) / repeats**0.5 if repeats > 1 else np.zeros_like(mean)
    return mean, np.maximum(scatter, wilson(np.clip(mean, 0, 1), starts * repeats))


def wilson(share: Floats, count: int) -> Floats:
    """Half the width of Wilson's interval at one standard deviation (z = 1) for a share of `count`."""
    return np.asarray(np.sqrt(share * (1 - share) / count + 1 / (4 * count**2)) / (1 + 1 / count))
