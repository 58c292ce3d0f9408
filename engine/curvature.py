"""Curvature at a point: the Hessian, its axes, and the learning rate beyond which descent diverges."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.expressions import Apply, ExpressionError, Node, Symbol
from engine.losses import Loss
from engine.optimizers import OPTIMIZERS, Optimizer
from engine.rules import Rule

Floats = NDArray[np.float64]
FORMULAS = {
    "gradient_descent": "2/λmax",
    "momentum": "2(1 + β)/λmax",
    "nesterov": "2(1 + β)/((1 + 2β) λmax)",
}


def hessian(loss: Loss, point: tuple[float, float]) -> Floats:
    """(2, 2) second derivatives at (x, y): exact, or by differences for a formula too long for that."""
    try:
        return loss.hessian(point)
    except ExpressionError:
        return hessian_by_differences(loss, point)


def hessian_by_differences(loss: Loss, point: tuple[float, float]) -> Floats:
    """(2, 2) second derivatives from four gradients: (∇L(w + h) − ∇L(w − h))/2h for each axis, made symmetric.

    h is ε^(1/3) of the coordinate, where rounding and the cubic term weigh about the same: six to ten digits.
    """
    at = np.asarray(point, dtype=float)
    steps = np.cbrt(np.finfo(float).eps) * np.maximum(1.0, np.abs(at))
    columns = []
    with np.errstate(all="ignore"):
        for axis, step in enumerate(steps):
            away = np.zeros(2)
            away[axis] = step
            columns.append((loss.gradient(at + away) - loss.gradient(at - away)) / (2 * step))
        matrix = np.column_stack(columns)
        return np.asarray((matrix + matrix.T) / 2)


@dataclass(frozen=True)
class Model:
    """The loss around `point` to second order: value + gᵀd + ½ dᵀHd for a displacement d.

    eigenvalues (2,), ascending; axes (2, 2), whose columns are the unit eigenvectors that belong to them.
    """

    point: tuple[float, float]
    value: float
    gradient: Floats
    matrix: Floats
    eigenvalues: Floats
    axes: Floats

    @property
    def is_bowl(self) -> bool:
        """Whether the model has a minimum: both curvatures are positive, and not only by rounding."""
        low, high = self.eigenvalues
        return bool(low > 1e-12 * high > 0)

    def bottom(self) -> tuple[float, float] | None:
        """The model's minimum, where Newton's step leads; None where it has none."""
        if not self.is_bowl:
            return None
        x, y = self.point + self._shift()
        return float(x), float(y)

    def _shift(self) -> Floats:
        return np.asarray(-self.axes @ ((self.axes.T @ self.gradient) / self.eigenvalues))

    def ellipse(self, corners: int = 129) -> Floats | None:
        """(corners, 2), closed: where the model is as high as at the point, which lies on it. None without a bowl."""
        if not self.is_bowl:
            return None
        shift = self._shift()
        drop = float(shift @ self.matrix @ shift)
        radii = np.sqrt(drop / self.eigenvalues)
        turn = np.linspace(0, 2 * np.pi, corners)
        around = radii[:, None] * np.stack([np.cos(turn), np.sin(turn)])
        return np.asarray((np.asarray(self.point) + shift) + (self.axes @ around).T)


def model_at(loss: Loss, point: tuple[float, float]) -> Model | None:
    """The quadratic model at (x, y); None where the loss or a derivative is not finite."""
    value, gradient, matrix = float(loss.value(point)), loss.gradient(point), hessian(loss, point)
    if not (math.isfinite(value) and np.isfinite(gradient).all() and np.isfinite(matrix).all()):
        return None
    eigenvalues, axes = np.linalg.eigh(matrix)
    return Model(point, value, gradient, matrix, eigenvalues, axes)


def largest_eigenvalue(loss: Loss, point: tuple[float, float]) -> float:
    """λmax of the Hessian; nan where it is not finite."""
    matrix = hessian(loss, point)
    return float(np.linalg.eigvalsh(matrix)[-1]) if np.isfinite(matrix).all() else math.nan


def stable_rate(key: str, values: Mapping[str, float], curvature: float) -> float | None:
    """The largest learning rate that does not diverge on a quadratic with λmax = `curvature`.

    2/λmax for gradient descent, 2(1 + β)/λmax with momentum (Polyak 1964), and for Nesterov's
    2(1 + β)/((1 + 2β) λmax) (Sutskever et al. 2013). None where no such limit is known.
    """
    if not curvature > 0:
        return None
    beta = values.get("momentum", 0.0)
    match key:
        case "gradient_descent":
            return 2 / curvature
        case "momentum":
            return 2 * (1 + beta) / curvature
        case "nesterov":
            return 2 * (1 + beta) / ((1 + 2 * beta) * curvature)
    return None


def limited_as(optimizer: Optimizer) -> str:
    """The key in FORMULAS of the method that this one is, apart from schedule and clipping; empty for others.

    A typed rule is one when its lines are the same, whatever it calls its state.
    """
    bare = optimizer.bare or optimizer
    if bare.key in OPTIMIZERS:
        return bare.key if bare.key in FORMULAS else ""
    return _same_rule(bare.rule)


@lru_cache(maxsize=64)
def _same_rule(rule: Rule) -> str:
    for key in FORMULAS:
        method = OPTIMIZERS[key]
        if _lines(rule) in (_lines(method.rule), _lines(method.pytorch or method.rule)):
            return key
    return ""


def _lines(rule: Rule) -> list[tuple[str, Node]]:
    """What a rule computes, with the names it assigns, but for w, numbered."""
    own = [name for name in rule.assigned if name != "w"]

    def numbered(name: str) -> str:
        return str(own.index(name)) if name in own else name

    def renamed(node: Node) -> Node:
        if isinstance(node, Apply):
            return Apply(node.function, tuple(map(renamed, node.arguments)))
        return Symbol(numbered(node.name)) if isinstance(node, Symbol) else node

    return [(numbered(line.name), renamed(line.expression)) for line in rule.program]


def rate_limit(optimizer: Optimizer, curvature: float) -> float | None:
    """`stable_rate` of a method with its own momentum; None also for keys without a limit."""
    return stable_rate(limited_as(optimizer), {"momentum": optimizer.symbols.get("β", 0.0)}, curvature)
