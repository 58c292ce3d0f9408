"""Curvature at a point: the Hessian, its eigenvalues, and the learning rate beyond which descent diverges."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from engine.expressions import ExpressionError
from engine.losses import Loss


def hessian(loss: Loss, point: tuple[float, float]) -> NDArray[np.float64]:
    """(2, 2) second derivatives at (x, y), exact; nan for a formula too long to be differentiated twice."""
    try:
        return loss.hessian(point)
    except ExpressionError:
        return np.full((2, 2), np.nan)


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
