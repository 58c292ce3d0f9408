"""Losses of which one step sees only a sample: what `race` needs to know of them, batches, and noise by itself."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.bounded_cache import byte_bounded
from engine.losses import Floats, Loss, PointGradient, PointHessian

Kind = TypeVar("Kind", bound=Loss)
Indices = NDArray[np.intp]
NONE: Indices = np.empty(0, dtype=np.intp)
NONE.flags.writeable = False


class StochasticLoss(Loss):
    """A loss whose `at_step(t)` is the loss that step t (from 1) sees, the same for all racers.

    Its own value and gradient are the whole loss: what a run's values, the contour and the outcome are about.
    """

    @property
    def varies(self) -> bool:
        """Whether steps see different losses at all."""
        return True

    def at_step(self, t: int) -> Loss:
        """The loss that step `t` sees. Depends on `t` and the loss's seed only."""
        raise NotImplementedError

    def batch_at(self, t: int) -> Indices:
        """The samples that step `t` sees, read-only; none where the loss is not made of samples."""
        return NONE

    def epochs(self, steps: int) -> float:
        """How often `steps` steps have gone through the data."""
        return 0.0


@dataclass(frozen=True)
class Batches:
    """`samples` samples in batches of `size`, shuffled anew every epoch from `seed`; the last batch may be smaller.

    Raises ValueError for a size out of range.
    """

    samples: int
    size: int
    seed: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.size <= self.samples:
            raise ValueError(f"the batch size must be from 1 to {self.samples}, the number of samples, not {self.size}")

    @property
    def per_epoch(self) -> int:
        return -(-self.samples // self.size)

    def at(self, t: int) -> Indices:
        """The samples of step `t` (from 1), read-only."""
        if t < 1:
            raise ValueError(f"steps count from 1, not {t}")
        epoch, place = divmod(t - 1, self.per_epoch)
        if self.size == self.samples:
            epoch = 0  # one batch holds all: no order to draw
        return _shuffled(self.samples, self.seed, epoch)[place * self.size : (place + 1) * self.size]

    def epochs(self, steps: int) -> float:
        """Passes through the data after `steps` steps."""
        whole, rest = divmod(steps, self.per_epoch)
        return whole + rest * self.size / self.samples


@byte_bounded(8 << 20)  # an order of 10,000 samples takes 80 KB
def _shuffled(samples: int, seed: int, epoch: int) -> Indices:
    order = np.random.default_rng([seed, epoch]).permutation(samples)
    order.flags.writeable = False
    return order


@dataclass(frozen=True, eq=False)
class NoisyLoss(StochasticLoss):
    """Another loss whose gradient each step is seen with Gaussian noise of standard deviation σ/√B in x and in y.

    That is how the mean gradient of B samples scatters whose own gradients scatter by σ. `noisy` makes one.
    """

    base: Loss = dataclasses.field(kw_only=True)
    sigma: float = dataclasses.field(kw_only=True)
    batch_size: int = dataclasses.field(kw_only=True)
    seed: int = dataclasses.field(kw_only=True)

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    @property
    def has_formula(self) -> bool:
        return self.base.has_formula

    @property
    def varies(self) -> bool:
        return self.sigma > 0

    def noise_at(self, t: int) -> tuple[float, float]:
        """What is added to the gradient in step `t`."""
        x, y = _noise(self.seed, (t - 1) // 256)[:, (t - 1) % 256] * (self.sigma / self.batch_size**0.5)
        return float(x), float(y)

    def at_step(self, t: int) -> TiltedLoss:
        return _as(TiltedLoss, self.base, base=self.base, tilt=self.noise_at(t))

    def value(self, w: ArrayLike) -> Floats:
        return self.base.value(w)

    def gradient(self, w: ArrayLike) -> Floats:
        return self.base.gradient(w)


@dataclass(frozen=True, eq=False)
class TiltedLoss(Loss):
    """Another loss and a plane `tilt · w` on top: the gradient is that of `base` plus `tilt` everywhere."""

    base: Loss = dataclasses.field(kw_only=True)
    tilt: tuple[float, float] = dataclasses.field(kw_only=True)

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    @cached_property
    def float_gradient(self) -> PointGradient:
        return _plus(self.base.float_gradient, *self.tilt)

    @cached_property
    def careful_gradient(self) -> PointGradient:
        return _plus(self.base.careful_gradient, *self.tilt)

    @cached_property
    def float_hessian(self) -> PointHessian:
        return self.base.float_hessian

    @cached_property
    def careful_hessian(self) -> PointHessian:
        return self.base.careful_hessian

    def value(self, w: ArrayLike) -> Floats:
        return self.base.value(w) + np.tensordot(self.tilt, np.asarray(w, dtype=float), 1)

    def gradient(self, w: ArrayLike) -> Floats:
        g = self.base.gradient(w)
        g[0] += self.tilt[0]
        g[1] += self.tilt[1]
        return g

    def hessian(self, w: ArrayLike) -> Floats:
        return self.base.hessian(w)


def noisy(loss: Loss, sigma: float, batch_size: int = 1, seed: int = 0) -> NoisyLoss:
    """`loss`, its gradient seen through noise of standard deviation `sigma`/√`batch_size`.

    Raises ValueError for a sigma that is no number from 0, or a batch size below 1.
    """
    if not 0 <= sigma < 1e9:
        raise ValueError(f"the gradient noise must be from 0 to 1e9, not {sigma:g}")
    if batch_size < 1:
        raise ValueError(f"the batch size must be at least 1, not {batch_size}")
    return _as(NoisyLoss, loss, base=loss, sigma=float(sigma), batch_size=int(batch_size), seed=int(seed))


def _as(kind: type[Kind], loss: Loss, **more: Any) -> Kind:
    known = {field.name: getattr(loss, field.name) for field in dataclasses.fields(Loss)}
    return kind(**known, **more)


def _plus(gradient: PointGradient, a: float, b: float) -> PointGradient:
    def tilted(x: float, y: float) -> tuple[float, float]:
        gx, gy = gradient(x, y)
        return gx + a, gy + b

    return tilted


@lru_cache(maxsize=256)
def _noise(seed: int, block: int) -> Floats:
    """(2, 256) standard normal numbers."""
    return np.random.default_rng([seed, block]).standard_normal((2, 256))
