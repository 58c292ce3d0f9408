"""`DataLoss`: the mean loss of a model with two weights over real samples, as a function of the weights.

It is a `Loss` like any other, so contour, race, maps and arrows take it. What a single step sees of it, a batch and
whatever a regulariser draws, is `at_step(t)`.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import ArrayLike

from engine.data.borders import box_of, minima_of, start_of
from engine.data.extent import drawable
from engine.data.models import Model
from engine.data.polar import LOOK_UP, Polar, polar
from engine.data.regularisers import OFF, Draw, Regularisers, augmented, draw, drawn, expected
from engine.data.samples import SCALINGS, Floats, Samples, Scaling
from engine.data.surfaces import Sums, Surface
from engine.expressions import Assignment, ExpressionError, parse_program
from engine.losses import Box, PointGradient, PointHessian
from engine.quoting import quoted
from engine.stochastic import NONE, Batches, Indices, StochasticLoss

MOST_KEPT = 200_000  # samples of steps that are kept for the next race, each step counting for 100 more: 8 MB


@dataclass(frozen=True, eq=False)
class DataLoss(StochasticLoss):
    """Made by `data_loss`. `formula` is the loss of one sample: inputs u (u1, u2), target t, weights x and y.

    `samples` are those of this loss, scaled; `measured` the ones it was made from. `surface` is the mean over them,
    read off at w + `shift`. `step` is the step that sees this loss, 0 for the whole one.
    """

    measured: Samples = dataclasses.field(kw_only=True)
    samples: Samples = dataclasses.field(kw_only=True)
    scaling: Scaling = dataclasses.field(kw_only=True)
    regularisers: Regularisers = dataclasses.field(kw_only=True)
    batch_size: int | None = dataclasses.field(kw_only=True)
    seed: int = dataclasses.field(kw_only=True)
    surface: Surface = dataclasses.field(kw_only=True)
    shift: tuple[float, float] = dataclasses.field(default=(0.0, 0.0), kw_only=True)
    step: int = dataclasses.field(default=0, kw_only=True)

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    @property
    def has_formula(self) -> bool:
        return False  # `formula` is one sample's, the loss their mean

    @property
    def terms(self) -> int:
        surface = self.surface
        if isinstance(surface, Polar):
            return LOOK_UP if surface.ready else len(surface.exact.weight)
        return len(surface.weight) if isinstance(surface, Sums) else 1

    @property
    def effort(self) -> float:
        own = 5 + self.batches.size / 400 if self.varies else 0  # a surface for each step
        return 1 + self.terms / 400 + own

    @property
    def model(self) -> Model:
        return self.samples.model

    # --- what a step sees ---

    @property
    def varies(self) -> bool:
        return self.step == 0 and (self.batches.size < len(self.samples) or self.regularisers.draws)

    @cached_property
    def batches(self) -> Batches:
        """Full batches where no size was said."""
        many = len(self.samples)
        return Batches(many, many if self.batch_size is None else self.batch_size, self.seed)

    def batch_at(self, t: int) -> Indices:
        return NONE if self.step else self.batches.at(t)

    def epochs(self, steps: int) -> float:
        return self.batches.epochs(steps)

    def _batch(self, t: int) -> Samples:
        return self.samples.take(self.batches.at(t)) if self.batches.size < len(self.samples) else self.samples

    def draw_at(self, t: int) -> Draw:
        """The samples of step `t` as it saw them."""
        return draw(self._batch(t), self.regularisers, self.seed, t)

    def at_step(self, t: int) -> DataLoss:
        if not self.varies:
            return self
        if t in self._seen:
            return self._seen[t]
        seen = self._step(t)
        if len(self._seen) * (self.batches.size + 100) < MOST_KEPT:
            self._seen[t] = seen
        return seen

    @cached_property
    def _seen(self) -> dict[int, DataLoss]:
        """What steps saw, as far as it is kept: wherever a race starts, its steps see the same."""
        return {}

    def _step(self, t: int) -> DataLoss:
        batch = self._batch(t)
        surface, shift = drawn(batch, self.regularisers, self.seed, t)
        return dataclasses.replace(self, samples=batch, surface=surface, shift=shift, step=t, gradient_program="")

    def batch(self, indices: ArrayLike) -> DataLoss:
        """The loss of some of `samples`, nothing drawn: regularisers as they are on average.

        Raises IndexError for an index that there is none of, ValueError for no indices.
        """
        chosen = np.asarray(indices)
        if not chosen.size:
            raise ValueError("a batch needs at least one sample")
        part = self.samples.take(chosen)
        surface = expected(part, self.regularisers)
        return dataclasses.replace(
            self, samples=part, surface=surface, batch_size=None, shift=(0.0, 0.0), step=self.step or -1,
            gradient_program=_program(surface, self.regularisers),
        )  # fmt: skip

    # --- value and slopes ---

    def value(self, w: ArrayLike) -> Floats:
        w = np.asarray(w, dtype=float)
        l1, l2 = self.regularisers.l1, self.regularisers.l2
        with np.errstate(all="ignore"):
            out = self.surface.value(self._shifted(w))
            if l2:
                out = out + l2 / 2 * (w * w).sum(axis=0)
            if l1:
                out = out + l1 * np.abs(w).sum(axis=0)
        return np.array(out)

    def penalty_on(self, x: Floats, y: Floats) -> Floats:
        """What the norm penalties add at x (nx,) and y (ny,), as (ny, nx)."""
        one, two = (
            self.regularisers.l2 / 2 * axis * axis + self.regularisers.l1 * np.abs(axis) for axis in (x, y)
        )  # fmt: skip
        return np.asarray(one[None, :] + two[:, None])

    def gradient(self, w: ArrayLike) -> Floats:
        w = np.asarray(w, dtype=float)
        with np.errstate(all="ignore"):
            smooth = self.smooth_gradient(w)
            return smooth + self.regularisers.l1 * np.sign(w) if self.regularisers.l1 else smooth

    def hessian(self, w: ArrayLike) -> Floats:
        w = np.asarray(w, dtype=float)
        with np.errstate(all="ignore"):
            out = self.surface.hessian(self._shifted(w))
        out[0, 0] += self.regularisers.l2
        out[1, 1] += self.regularisers.l2
        return out

    @cached_property
    def float_gradient(self) -> PointGradient:
        point, (dx, dy) = self.surface.point, self.shift
        l1, l2 = self.regularisers.l1, self.regularisers.l2
        if not (dx or dy or l1 or l2):
            return point

        def gradient(x: float, y: float) -> tuple[float, float]:
            gx, gy = point(x + dx, y + dy)
            return gx + l2 * x + l1 * ((x > 0) - (x < 0)), gy + l2 * y + l1 * ((y > 0) - (y < 0))

        return gradient

    @property
    def careful_gradient(self) -> PointGradient:
        return self.float_gradient  # gives inf and nan by itself

    @cached_property
    def float_hessian(self) -> PointHessian:
        def second(x: float, y: float) -> tuple[float, float, float]:
            (xx, xy), (_, yy) = self.hessian((x, y)).tolist()
            return xx, xy, yy

        return second

    @property
    def careful_hessian(self) -> PointHessian:
        return self.float_hessian

    @cached_property
    def program(self) -> tuple[Assignment, ...]:
        """The gradient's lines. Raises ExpressionError for a model that needs a line for every sample."""
        if not self.gradient_program:
            raise ExpressionError(f"{self.model.name} on {len(self.samples)} samples has no short gradient")
        return parse_program(self.gradient_program)

    @cached_property
    def minima(self) -> Floats:
        """The minima that there are, (k, 2), read-only, found when first asked for."""
        with np.errstate(all="ignore"):
            found = np.array(minima_of(self), dtype=float).reshape(-1, 2)
        found.flags.writeable = False
        return found

    @property
    def prepared(self) -> bool:
        """Whether `value` and `gradient` take no long time any more."""
        return not isinstance(self.surface, Polar) or self.surface.ready

    def prepare(self) -> None:
        """Make what pictures will ask for, where that takes long: to be called in the background."""
        for loss in (self,) if self.regularisers == OFF else (self, self.unregularised()):
            _ = loss.minima
            if isinstance(loss.surface, Polar):
                loss.surface.prepare()

    # --- what the weights mean ---

    @property
    def weight_names(self) -> tuple[str, str]:
        return self.model.weights(len(self.samples.inputs))

    def predict(self, w: ArrayLike, x: ArrayLike) -> Floats:
        """What the model with weights w (2,) says of inputs as they were measured: x (n,) or (inputs, n), as (n,).

        In the target's own unit; of classes, how probable the second one is (of a tanh neuron (1 + output)/2).
        Batch normalisation uses the mean and deviation of the whole data, as it does after training.
        """
        samples = self._normalised()
        given = np.asarray(x, dtype=float)
        given = given[None] if given.ndim == 1 and len(samples.inputs) == 1 else given
        inputs = (given - samples.center[:, None]) / samples.scale[:, None]
        a, b = (float(weight) for weight in np.asarray(w, dtype=float))
        if self.model.key == "two_layer":
            z = a * b * inputs[0]
        else:
            z = a * inputs[0] + (b if samples.intercept else b * inputs[1])
        return samples.measured(self.model.output(z))

    # --- other losses ---

    def plain(self) -> DataLoss:
        """The training loss of these weights: what was measured, all at once, without penalties, noise or copies.

        Batch normalisation stays: it is part of the model that the weights belong to.
        """
        inner = self._normalised()
        inner = inner.take(np.arange(min(len(self.measured), len(inner))))  # the copies come behind
        return data_loss(inner, name=self.name, scaling="none", seed=self.seed, domain=self.domain)

    def without_penalties(self) -> DataLoss:
        """This loss as it is on average, without the norm penalties: smooth everywhere."""
        by = dataclasses.replace(self.regularisers, l1=0.0, l2=0.0)
        return dataclasses.replace(self, regularisers=by)

    def unregularised(self) -> DataLoss:
        """The loss of the same samples before any regulariser, in the same plane of weights: the ghost beside it."""
        return _bare(self.measured, self.name, self.scaling, self.seed, self.domain)

    def _normalised(self) -> Samples:
        """The samples as the model sees them once training is over."""
        return self.samples.scaled("inputs") if self.regularisers.batch_normalisation else self.samples

    def split(self, share: float = 0.25, seed: int = 0) -> tuple[DataLoss, DataLoss]:
        """This loss on the samples that are left for training, and the plain loss of a random `share` held out.

        Both are scaled as the training samples alone would be. Raises ValueError where either would be empty.
        """
        many = len(self.measured)
        held = round(share * many)
        if not (0 < share < 1 and 1 <= held <= many - 2):
            raise ValueError(f"{share:g} of {many} samples leaves too few on one side")
        order = np.random.default_rng([seed, 3]).permutation(many)
        training, validation = np.sort(order[held:]), np.sort(order[:held])
        size = None if self.batch_size is None else min(self.batch_size, many - held)
        left = data_loss(
            self.measured.take(training), name=self.name, scaling=self.scaling, regularisers=self.regularisers,
            batch_size=size, seed=self.seed, domain=self.domain,
        )  # fmt: skip
        unseen = self.measured.take(validation).like(left._normalised())
        return left, data_loss(unseen, name=self.name, scaling="none", domain=self.domain)

    def _shifted(self, w: Floats) -> Floats:
        dx, dy = self.shift
        return w + np.reshape((dx, dy), (2, *[1] * (w.ndim - 1))) if dx or dy else w

    def smooth_gradient(self, w: Floats) -> Floats:
        return self.surface.gradient(self._shifted(w)) + self.regularisers.l2 * w

    def bends(self, w: Floats) -> Floats:
        """The Hessian at w (2,), as well as a search needs it."""
        if not isinstance(self.surface, Polar):
            return self.hessian(w)
        return self.surface.bends(w) + self.regularisers.l2 * np.eye(2)

    def smooth_value(self, w: Floats) -> Floats:
        return np.asarray(self.surface.value(w) + self.regularisers.l2 / 2 * (w * w).sum(axis=0))


def data_loss(
    samples: Samples,
    *,
    name: str = "",
    scaling: Scaling = "both",
    regularisers: Regularisers = OFF,
    batch_size: int | None = None,
    seed: int = 0,
    domain: Box | None = None,
) -> DataLoss:
    """The loss of `engine.data.samples.samples`. Steps see `batch_size` of them (None: all).

    Raises ValueError, in one sentence, for a size, a scaling or a regulariser that does not fit.
    """
    if scaling not in SCALINGS:
        raise ValueError(f"scaling must be one of {', '.join(SCALINGS)}, not {quoted(scaling)}")
    regularisers.check(samples)
    loss = _loss(samples, name, scaling, regularisers, batch_size, seed)
    _ = loss.batches  # refuses a wrong size
    surface, domain = loss.surface, domain or _box(samples, scaling, regularisers.batch_normalisation)
    if isinstance(surface, Sums) and not (samples.intercept or surface.offset.any()):
        surface = polar(surface, domain)
    return dataclasses.replace(loss, domain=domain, begin=start_of(loss, domain), surface=surface)


# What is the same while a strength is dragged: made once.


@lru_cache(maxsize=2)
def _bare(samples: Samples, name: str, scaling: Scaling, seed: int, domain: Box) -> DataLoss:
    return data_loss(samples, name=name, scaling=scaling, seed=seed, domain=domain)


@lru_cache(maxsize=16)
def _box(samples: Samples, scaling: Scaling, normalised: bool) -> Box:
    """The picture's borders, which are those without regularisers."""
    return drawable(box_of(_loss(samples, "", scaling, Regularisers(batch_normalisation=normalised), None, 0)))


@lru_cache(maxsize=2)
def _scaled(samples: Samples, scaling: Scaling, copies: int, jitter: float, seed: int) -> Samples:
    return augmented(samples.scaled(scaling), Regularisers(copies=copies, jitter=jitter), seed)


def _loss(
    samples: Samples, name: str, scaling: Scaling, regularisers: Regularisers, batch_size: int | None, seed: int
) -> DataLoss:
    """Without borders and a start."""
    copies = regularisers.copies
    scaled = _scaled(samples, scaling, copies, regularisers.jitter if copies else 0.0, seed if copies else 0)
    surface = expected(scaled, regularisers)
    model = samples.model
    formula = model.loss.format(z=model.score(len(samples.inputs))) + regularisers.penalty()
    return DataLoss(
        key=f"data_{model.key}", name=name or model.name, formula=formula, story=model.story,
        gradient_program=_program(surface, regularisers), measured=samples, samples=scaled, scaling=scaling,
        regularisers=regularisers, batch_size=batch_size, seed=seed, surface=surface,
    )  # fmt: skip


def _program(surface: Surface, by: Regularisers) -> str:
    if not surface.program:
        return ""
    lines = surface.program.splitlines()
    for place, weight in enumerate("xy"):
        lines[place] += f" + {by.l2!r}*{weight}" if by.l2 else ""
        lines[place] += f" + {by.l1!r}*sign({weight})" if by.l1 else ""
    return "\n".join(lines)
