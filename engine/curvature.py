"""Curvature at a point: the Hessian, its eigenvalues, and the learning rate beyond which descent diverges."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from engine.losses import Loss


def hessian(loss: Loss, point: tuple[float, float]) -> NDArray[np.float64]:
    """(2, 2) second derivatives at (x, y), by central differences of the exact gradient."""
    x, y = point
    h = 1e-5 * max(1.0, abs(x), abs(y))
    around = np.array([[x + h, x - h, x, x], [y, y, y + h, y - h]])
    gradient = loss.gradient(around)
    columns = np.stack([gradient[:, 0] - gradient[:, 1], gradient[:, 2] - gradient[:, 3]], axis=1)
    matrix = columns / (2 * h)
    return np.asarray((matrix + matrix.T) / 2)


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
