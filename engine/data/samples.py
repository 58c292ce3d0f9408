"""What a model learns from: inputs and targets as they were measured, and how they are scaled for it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.data.models import MODELS, Model
from engine.data.table import Table
from engine.quoting import quoted
from engine.stochastic import Indices

Floats = NDArray[np.float64]
Scaling = Literal["none", "inputs", "both"]
SCALINGS: tuple[Scaling, ...] = ("none", "inputs", "both")


@dataclass(frozen=True, eq=False)
class Samples:
    """n samples for a model, in its own units.

    inputs (1 or 2, n), targets (n,). What was measured is `inputs·scale + center`, for the target
    `targets·unit + zero`. `left_out` rows of the table lacked a value. One input has an intercept beside it.
    """

    model: Model
    inputs: Floats
    targets: Floats
    center: Floats
    scale: Floats
    zero: float = 0.0
    unit: float = 1.0
    names: tuple[str, ...] = ()
    target: str = ""
    left_out: int = 0

    def __len__(self) -> int:
        return len(self.targets)

    @property
    def intercept(self) -> bool:
        return len(self.inputs) == 1 and self.model.key != "two_layer"

    @cached_property
    def rows(self) -> Floats:
        """(2, n): what is multiplied with the weights and summed up. (1, n) for two layers."""
        return with_intercept(self.inputs) if self.intercept else self.inputs

    def take(self, indices: ArrayLike) -> Samples:
        """Some of the samples, in this order."""
        chosen = np.asarray(indices)
        return dataclasses.replace(self, inputs=self.inputs[:, chosen], targets=self.targets[chosen])

    def scaled(self, by: Scaling, like: Indices | None = None) -> Samples:
        """Inputs (and targets, if `both` and they are no classes) minus their mean, divided by their standard
        deviation, means and deviations being those of the samples `like` (all, if not said)."""
        if by == "none":
            return self
        seen = slice(None) if like is None else like
        mean, spread = _mean_and_spread(self.inputs[:, seen])
        changes = dataclasses.replace(
            self,
            inputs=(self.inputs - mean[:, None]) / spread[:, None],
            center=self.center + self.scale * mean,
            scale=self.scale * spread,
        )
        if by == "inputs" or self.model.key not in ("linear", "two_layer"):
            return changes
        (zero,), (unit,) = _mean_and_spread(self.targets[None, seen])
        targets = (self.targets - zero) / unit
        return dataclasses.replace(
            changes, targets=targets, zero=self.zero + self.unit * float(zero), unit=self.unit * float(unit)
        )

    def like(self, other: Samples) -> Samples:
        """The same samples in the units of others of this model."""
        inputs = self.inputs * self.scale[:, None] + self.center[:, None]
        targets = (self.targets * self.unit + self.zero - other.zero) / other.unit
        return dataclasses.replace(
            self, inputs=(inputs - other.center[:, None]) / other.scale[:, None], targets=targets,
            center=other.center, scale=other.scale, zero=other.zero, unit=other.unit,
        )  # fmt: skip

    def measured(self, output: Floats) -> Floats:
        """The model's output in the target's own unit."""
        return output * self.unit + self.zero


def with_intercept(inputs: Floats) -> Floats:
    return np.concatenate([inputs, np.ones((1, inputs.shape[1]))])


def constant(numbers: Floats) -> bool:
    """Whether numbers are all the same, but for rounding."""
    return bool(np.ptp(numbers) <= 1e-12 * np.abs(numbers).max())


def _mean_and_spread(numbers: Floats) -> tuple[Floats, Floats]:
    """Of each row. A constant row is only moved to 0."""
    mean, spread = numbers.mean(axis=1), numbers.std(axis=1)
    return mean, np.where(spread > 1e-12 * np.maximum(np.abs(mean), 1e-300), spread, 1.0)


def samples(
    table: Table,
    model: str,
    inputs: tuple[str, ...],
    target: str,
    *,
    classes: tuple[float, float] | None = None,
    threshold: float | None = None,
) -> Samples:
    """The samples that a table's columns make for a model, not scaled yet; rows that lack a value are left out.

    A model of classes takes a target of two values, or only the rows of the two `classes` (the second one is 1), or
    two classes below and above `threshold`. A tanh neuron's targets become −1 and 1 for classes, and −0.9 to 0.9
    for other numbers. Raises ValueError, in one sentence, for what cannot be.
    """
    if model not in MODELS:
        raise ValueError(f"there is no model {quoted(model)}")
    kind = MODELS[model]
    if not 1 <= len(inputs) <= kind.most_inputs:
        most = "one input" if kind.most_inputs == 1 else "one or two inputs"
        raise ValueError(f"{kind.name} takes {most}, not {len(inputs)}")
    if target in inputs or len(set(inputs)) < len(inputs):
        raise ValueError("inputs and target must be different columns")
    chosen = table.complete((*inputs, target))
    left_out = len(table) - len(chosen)
    x, t = chosen.numbers[:, :-1].T, chosen.numbers[:, -1]
    if classes is not None:
        if classes[0] == classes[1]:
            raise ValueError("the two classes must be different")
        kept = np.isin(t, classes)
        x, t = x[:, kept], (t[kept] == classes[1]).astype(float)
    elif threshold is not None:
        t = (t > threshold).astype(float)
    if len(t) < 2:
        only = f"only {len(t)} of {len(table)} rows can be used" if len(table) > 1 else "there is only one row"
        raise ValueError(f"{only}; at least 2 are needed")
    for name, row in zip(inputs, x, strict=True):
        if constant(row):
            raise ValueError(f"{quoted(name)} is {row[0]:g} in every row: an input must vary")
    different = np.unique(t)
    two = len(different) == 2 and (kind.classes or classes is not None or threshold is not None)
    if kind.classes and len(different) != 2:
        many = f"{len(different)} different value{'s' * (len(different) != 1)}"
        raise ValueError(f"{quoted(target)} has {many}, {kind.name} needs two classes: choose two, or a threshold")
    zero, unit = 0.0, 1.0
    if two:
        t = (t == different[1]).astype(float)
        if model == "tanh":
            t, zero, unit = 2 * t - 1, 0.5, 0.5
    elif model == "tanh":
        zero, unit = float(t.max() + t.min()) / 2, max(float(np.ptp(t)) / 1.8, 1e-300)
        t = (t - zero) / unit
    ones = np.ones(len(inputs))
    return Samples(kind, np.ascontiguousarray(x), t, 0 * ones, ones, zero, unit, inputs, target, left_out)
