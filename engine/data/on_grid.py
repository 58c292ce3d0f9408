"""A loss made from data on a whole grid: what a contour is drawn from while a strength is dragged.

A sum over samples is smooth, so that where it is long it is computed on a coarser grid and filled in by cubic splines;
the penalties, with L1's kinks on the axes, are added on the grid itself.
"""

from __future__ import annotations

import numpy as np

from engine.bounded_cache import byte_bounded
from engine.data.condense import Condensed
from engine.data.loss import DataLoss
from engine.data.polar import Polar, exact
from engine.data.samples import Floats
from engine.data.surfaces import Sums, Surface

FINEST = {"logistic": 1.5, "tanh": 0.6}  # how far z goes between two nodes: both are met to about a thousandth
LEAST = 24  # nodes along an axis
USUAL = 97.0  # percent of the rows that FINEST holds for: a few far ones change little
FEW = 1_000_000  # rows times points up to which nothing is gained
MANY = 15_000_000  # rows times points beyond which it is coarser, rather than slow


def on_grid(loss: DataLoss, x: Floats, y: Floats, most: float = MANY) -> Floats:
    """The loss at x (nx,) and y (ny,), both evenly spaced, as (ny, nx); rows times nodes are about `most`, if that is
    fewer than it takes.

    It differs from `value` by less than can be seen, and not at all for losses that are gathered in a few numbers.
    """
    counts = _counts(loss.surface, x, y, most)
    if counts is None:
        return loss.value(np.array(np.meshgrid(x, y)))
    columns, rows = counts
    nodes = np.array(np.meshgrid(np.linspace(x[0], x[-1], columns), np.linspace(y[0], y[-1], rows)))
    smooth = loss.without_penalties().value(nodes)
    return np.asarray(_spline(rows, len(y)) @ smooth @ _spline(columns, len(x)).T + loss.penalty_on(x, y))


def _counts(surface: Surface, x: Floats, y: Floats, most: float) -> tuple[int, int] | None:
    """How many nodes do for each axis; None where the grid itself is no more work."""
    sums = surface.few if isinstance(surface, Condensed) else exact(surface)
    if not isinstance(sums, Sums):
        return None
    terms = surface.terms(x, y) if isinstance(surface, Polar) else len(sums.weight)
    if terms * len(x) * len(y) <= min(FEW, most):
        return None
    reach = np.percentile(np.abs(sums.rows), USUAL, axis=1)
    wanted = [
        max(LEAST, int(np.ceil(float(size) * abs(float(axis[-1] - axis[0])) / FINEST[sums.kind])))
        for size, axis in zip(reach, (x, y), strict=True)
    ]
    coarser = max(1.0, (terms * wanted[0] * wanted[1] / most) ** 0.5)
    columns, rows = (max(LEAST, int(count / coarser)) for count in wanted)
    if columns * rows > 0.6 * len(x) * len(y):
        return None
    return min(columns, len(x)), min(rows, len(y))


@byte_bounded(8 << 20)  # the largest take 1.4 MB
def _spline(nodes: int, points: int) -> Floats:
    """(points, nodes): the cubic spline through values at evenly spaced nodes, at points over the same range.

    The slopes at both ends are those of the cubic through the four nodes there (de Boor 1978, chapter IV).
    """
    system, right = np.zeros((nodes, nodes)), np.zeros((nodes, nodes))
    for i in range(1, nodes - 1):
        system[i, i - 1 : i + 2] = 1, 4, 1
        right[i, i - 1], right[i, i + 1] = -3, 3
    system[0, 0] = system[-1, -1] = 1
    right[0, :4] = -11 / 6, 3, -3 / 2, 1 / 3
    right[-1, -4:] = -1 / 3, 3 / 2, -3, 11 / 6
    slopes = np.linalg.solve(system, right)
    at = np.linspace(0, nodes - 1, points)
    cell = np.minimum(at.astype(int), nodes - 2)
    t = (at - cell)[:, None]
    ones = np.eye(nodes)
    out = (1 + 2 * t) * (1 - t) ** 2 * ones[cell] + t * t * (3 - 2 * t) * ones[cell + 1]
    out += t * (1 - t) ** 2 * slopes[cell] + t * t * (t - 1) * slopes[cell + 1]
    out.flags.writeable = False
    return np.asarray(out)
