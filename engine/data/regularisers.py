"""What is done to a loss so that the model generalises better: each one a number, 0 for off; all go together.

The samples pass them in this order: copies, batch normalisation, noise on inputs, dropout, label smoothing, noise on
weights; penalties are added to the mean. `drawn` is what one step sees, `expected` the mean over all that could have
been drawn: exact for dropout and for both quadratic models, by quadrature otherwise, the finer the fewer rows there
are to sum.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from engine.data.condense import condensed
from engine.data.samples import Floats, Samples, with_intercept
from engine.data.surfaces import Product, Quadratic, Sums, Surface
from engine.quoting import quoted

MOST_COPIES = 20
MOST_ROWS = 4000  # of a sum, beyond which quadrature takes fewer nodes
LIMITS = {
    "l2": 1e3, "l1": 1e3, "input_noise": 10.0, "weight_noise": 10.0, "dropout": 0.95, "label_smoothing": 0.95,
    "copies": MOST_COPIES, "jitter": 10.0,
}  # fmt: skip


@dataclass(frozen=True)
class Regularisers:
    """Strengths; the noises are standard deviations, in the units of the scaled inputs and of the weights.

    l2 and l1 add l2/2·‖w‖² and l1·‖w‖₁, over the intercept too (both axes of the picture); both together are the
    elastic net (Zou and Hastie 2005). `dropout` sets each input to 0 with this probability and divides the others
    by 1 − p (Srivastava et al. 2014); the intercept stays. `label_smoothing` ε moves both classes' targets towards
    their middle (Szegedy et al. 2016). `copies` adds that many copies of every sample, their inputs moved once and
    for all by `jitter`. Raises ValueError, naming it, for a number out of range.
    """

    l2: float = 0.0
    l1: float = 0.0
    input_noise: float = 0.0
    weight_noise: float = 0.0
    dropout: float = 0.0
    label_smoothing: float = 0.0
    copies: int = 0
    jitter: float = 0.1
    batch_normalisation: bool = False

    def __post_init__(self) -> None:
        for name, most in LIMITS.items():
            value = getattr(self, name)
            if not 0 <= value <= most:
                raise ValueError(f"{name.replace('_', ' ')} must be from 0 to {most:g}, not {value:g}")
        if self.copies != int(self.copies):
            raise ValueError(f"copies must be a whole number, not {self.copies:g}")

    @staticmethod
    def elastic_net(strength: float, share: float = 0.5) -> Regularisers:
        """strength·(share·‖w‖₁ + (1 − share)/2·‖w‖²), as in glmnet."""
        return Regularisers(l1=strength * share, l2=strength * (1 - share))

    @property
    def draws(self) -> bool:
        """Whether chance takes part in every step."""
        return bool(self.input_noise or self.weight_noise or self.dropout)

    def check(self, samples: Samples) -> None:
        """Raises ValueError for what makes no sense with this model."""
        classes = {-1.0, 1.0} if samples.model.key == "tanh" else {0.0, 1.0}
        if self.label_smoothing and set(np.unique(samples.targets)) != classes:
            raise ValueError(f"label smoothing needs two classes, which {quoted(samples.target)} is not")

    def penalty(self) -> str:
        """What is added to the mean, as a formula; empty for none."""
        l2 = f" + {self.l2!r}/2*(x**2 + y**2)" if self.l2 else ""
        return l2 + (f" + {self.l1!r}*(abs(x) + abs(y))" if self.l1 else "")


OFF = Regularisers()


def augmented(samples: Samples, by: Regularisers, seed: int) -> Samples:
    """The samples and `copies` moved copies of each, copy k of sample i at place k·n + i."""
    if not by.copies:
        return samples
    moved = np.random.default_rng([seed, 1]).standard_normal((by.copies, *samples.inputs.shape)) * by.jitter
    copies = [samples.inputs, *(samples.inputs + one for one in moved)]
    targets = np.tile(samples.targets, by.copies + 1)
    return replace(samples, inputs=np.concatenate(copies, axis=1), targets=targets)


def prepared(samples: Samples, by: Regularisers) -> Samples:
    """What is done without chance: batch normalisation (Ioffe and Szegedy 2015), label smoothing."""
    if by.batch_normalisation:
        samples = samples.scaled("inputs")
    if by.label_smoothing:
        middle = (0.5 - samples.zero) / samples.unit  # classes were measured as 0 and 1
        targets = (1 - by.label_smoothing) * samples.targets + by.label_smoothing * middle
        samples = replace(samples, targets=targets)
    return samples


@dataclass(frozen=True, eq=False)
class Draw:
    """What chance did in one step: `samples` with their noise, which inputs dropout has `kept` (inputs, n), and how
    far from w the loss is read off, the noise on the weights."""

    samples: Samples
    kept: NDArray[np.bool_] | None = None
    shift: tuple[float, float] = (0.0, 0.0)


def draw(samples: Samples, by: Regularisers, seed: int, t: int) -> Draw:
    """What step `t` sees of these samples."""
    samples = prepared(samples, by)
    if not by.draws:
        return Draw(samples)
    chance = np.random.default_rng([seed, 2, t])
    dx, dy = (chance.standard_normal(2) * by.weight_noise).tolist()
    inputs = samples.inputs
    if by.input_noise:
        inputs = inputs + by.input_noise * chance.standard_normal(inputs.shape)
    kept = chance.random(inputs.shape) >= by.dropout if by.dropout else None
    return Draw(replace(samples, inputs=inputs), kept, (dx, dy))


def drawn(samples: Samples, by: Regularisers, seed: int, t: int) -> tuple[Surface, tuple[float, float]]:
    """The surface that step `t` sees, and how far from w it is read off."""
    found = draw(samples, by, seed, t)
    samples = found.samples
    if found.kept is not None:
        samples = replace(samples, inputs=samples.inputs * found.kept / (1 - by.dropout))
    return plain(samples), found.shift


def plain(samples: Samples) -> Surface:
    """The mean loss of these samples, one by one."""
    n, t = len(samples), samples.targets
    if samples.model.key in ("linear", "two_layer"):
        return _gathered(samples, OFF)
    even = np.full(n, 1 / n)
    return Sums(samples.model.key, samples.rows, even, t / n, np.zeros(n), _constant(samples))


def expected(samples: Samples, by: Regularisers) -> Surface:
    """The mean over all noise and all masks of what `drawn` gives."""
    samples = prepared(samples, by)
    if samples.model.key in ("linear", "two_layer"):
        return _gathered(samples, by)
    n = len(samples)
    inputs, weight, target = samples.inputs, np.full(n, 1 / n), samples.targets
    many = n * (2 ** len(inputs) if by.dropout else 1) * (3 if by.weight_noise else 1)
    if by.input_noise:
        nodes, shares = _nodes(len(inputs), many)
        moved = [inputs + by.input_noise * node[:, None] for node in nodes]
        inputs, weight, target = _all(moved, list(shares), weight, target)
    if by.dropout:
        masks = list(product((0, 1), repeat=len(inputs)))
        p = by.dropout
        masked = [inputs * (np.array(mask)[:, None] / (1 - p)) for mask in masks]
        inputs, weight, target = _all(
            masked, [math.prod((p, 1 - p)[m] for m in mask) for mask in masks], weight, target
        )
    rows = with_intercept(inputs) if samples.intercept else inputs
    rows, weight, tilt = _merged(rows, weight, weight * target)
    sums = Sums(samples.model.key, rows, weight, tilt, np.zeros(len(weight)), _constant(samples))
    if by.weight_noise:
        few = next((k for k in (9, 5) if k * len(weight) <= MOST_ROWS), 3)
        return _blurred(sums, by.weight_noise, few)
    return condensed(sums) if samples.intercept else sums


def _blurred(sums: Sums, noise: float, many: int) -> Sums:
    """The mean over noise on the weights: row·(w + σξ) is row·w with noise of its own, of deviation σ‖row‖."""
    nodes, shares = _gauss_hermite(many)
    return Sums(
        sums.kind,
        np.tile(sums.rows, len(nodes)),
        np.outer(shares, sums.weight).ravel(),
        np.outer(shares, sums.tilt).ravel(),
        np.outer(nodes, noise * np.hypot(*sums.rows)).ravel(),
        sums.constant,
    )


def _gathered(samples: Samples, by: Regularisers) -> Surface:
    """Half the mean squared error as a few numbers, and what noise and dropout add to it on average.

    With dropout E[ũ²] = (u² + σ²)/(1 − p) while E[ũ] = u: for linear regression that is a penalty
    p/(1 − p)/2·Σ mean(u²)·w², L2 with a strength for each input (Wager, Wang and Liang 2013, section 2.1); noise on
    inputs alone is the penalty σ²/2·‖w‖² (Bishop 1995).
    """
    n, t = len(samples), samples.targets
    spread, kept = by.input_noise**2, 1 - by.dropout
    if samples.model.key == "two_layer":
        u = samples.inputs[0]
        uu = (float(u @ u) / n + spread) / kept
        return Product(uu, float(u @ t) / n, float(t @ t) / n, by.weight_noise**2)
    rows = samples.rows
    squares, mixed = rows @ rows.T / n, rows @ t / n
    for axis in range(len(samples.inputs)):
        squares[axis, axis] = (squares[axis, axis] + spread) / kept
    constant = float(t @ t) / n / 2 + by.weight_noise**2 / 2 * float(np.trace(squares))
    (xx, xy), (_, yy) = squares.tolist()
    return Quadratic(xx, xy, yy, float(mixed[0]), float(mixed[1]), constant)


def _constant(samples: Samples) -> float:
    """The part of a sample's loss that the weights do not change."""
    return float(np.mean(samples.targets**2)) / 2 if samples.model.key == "tanh" else 0.0


def _all(inputs: list[Floats], shares: list[float], weight: Floats, target: Floats) -> tuple[Floats, Floats, Floats]:
    """Every way that the inputs may come out, with its share of the weight."""
    return np.concatenate(inputs, axis=1), np.outer(shares, weight).ravel(), np.tile(target, len(shares))


def _merged(rows: Floats, weight: Floats, tilt: Floats) -> tuple[Floats, Floats, Floats]:
    """Rows that are the same as one, in ascending order: measured numbers repeat themselves."""
    order = np.lexsort(rows[::-1])
    ascending = rows[:, order]
    new = np.append(True, (np.diff(ascending, axis=1) != 0).any(axis=0))
    which = np.empty(len(order), dtype=np.intp)
    which[order] = np.cumsum(new) - 1
    sums = [np.asarray(np.bincount(which, part), dtype=float) for part in (weight, tilt)]
    return np.ascontiguousarray(ascending[:, new]), sums[0], sums[1]


def _nodes(inputs: int, many: int) -> tuple[Floats, Floats]:
    """Nodes (k, inputs) and shares (k,) for the mean over a standard normal number for each input, of `many` rows.

    In the plane twelve, seven or four nodes: exact to degree 7, 5 and 3 (Stroud 1971, E₂^r² 7-1, 5-1 and 3-1).
    """
    if inputs == 1:
        nodes, shares = _gauss_hermite(next((k for k in (9, 5) if k * many <= MOST_ROWS), 3))
        return nodes[:, None], shares
    square = np.array(list(product((-1.0, 1.0), repeat=2)))
    if 12 * many <= MOST_ROWS:
        cross = np.array([(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)]) * 6**0.5
        near, far = ((9 - 3 * 5**0.5) / 4) ** 0.5, ((9 + 3 * 5**0.5) / 4) ** 0.5
        shares = np.repeat([1 / 36, (5 + 2 * 5**0.5) / 45, (5 - 2 * 5**0.5) / 45], 4)
        return np.concatenate([cross, near * square, far * square]), shares
    if 7 * many <= 2 * MOST_ROWS:
        turns = np.arange(6) * np.pi / 3
        hexagon = 2 * np.stack([np.cos(turns), np.sin(turns)], axis=1)
        return np.concatenate([np.zeros((1, 2)), hexagon]), np.array([1 / 2, *[1 / 12] * 6])
    return square, np.full(4, 1 / 4)


def _gauss_hermite(nodes: int) -> tuple[Floats, Floats]:
    """Nodes and shares with which the mean of f over a standard normal number is Σ share·f(node)."""
    places, shares = np.polynomial.hermite_e.hermegauss(nodes)
    return np.asarray(places), np.asarray(shares / shares.sum())
