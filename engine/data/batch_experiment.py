"""The experiment on batch size, repeated: shares with errors that hold, and what was measured in one word.

Starts of one repeat may share an order of batches, and a share of 0 or 1 has no binomial error. So a share's error is
the larger of what the repeats scatter by and the half width of Wilson's interval at one standard deviation (1927).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.data.sharp_flat import Shares, basin_shares
from engine.losses import Floats, Loss

CLEAR = 2.0  # standard errors of a difference that is told as one
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
        """By how much the share in the sharp basin rises from the smallest to the largest batch, with its error."""
        small, large = np.argmin(self.batch_sizes), np.argmax(self.batch_sizes)
        share, error = self.shares[:, self.sharp], self.errors[:, self.sharp]
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
        clear = abs(rise) > CLEAR * np.hypot(error[large], error[small])
        return ("rises" if rise > 0 else "falls") if clear else "same"

    @property
    def distinct(self) -> bool:
        """Whether one minimum is sharper than another at all: a model's symmetric minima are not."""
        curvature = self.sharpness
        return bool(curvature.max() > 1.05 * curvature.min())

    @property
    def verdict(self) -> str:
        """Of the share in the sharp basin: "rises" with the batch size, as the textbook says; "falls", as it does not;
        "bends", equal at both ends but not between; "same": no difference beyond the errors; "alike": there is no
        sharper minimum."""
        if not self.distinct:
            return "alike"
        rise, error = self.change
        if abs(rise) > CLEAR * error:
            return "rises" if rise > 0 else "falls"
        share, errors = self.shares[:, self.sharp], self.errors[:, self.sharp]
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
    shares = np.stack([one.shares for one in found])
    mean = shares.mean(axis=0)
    scatter = shares.std(axis=0, ddof=1) / repeats**0.5 if repeats > 1 else np.zeros_like(mean)
    return Experiment(mean, np.maximum(scatter, wilson(mean, starts * repeats)), tuple(found),
                      int(found[0].sharpness.argmax()))  # fmt: skip


def wilson(share: Floats, count: int) -> Floats:
    """Half the width of Wilson's interval at one standard deviation (z = 1) for a share of `count`."""
    return np.asarray(np.sqrt(share * (1 - share) / count + 1 / (4 * count**2)) / (1 + 1 / count))
