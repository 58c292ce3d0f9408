"""The quadratic model at a point, exact and by differences."""

from __future__ import annotations

import numpy as np
import pytest

from engine.curvature import hessian, hessian_by_differences, model_at
from engine.losses import LOSSES, Loss


@pytest.mark.parametrize("key", list(LOSSES))
def test_differences_agree_with_the_exact_hessian(key: str) -> None:
    loss = LOSSES[key]
    (x0, x1), (y0, y1) = loss.domain
    point = (x0 + 0.37 * (x1 - x0), y0 + 0.61 * (y1 - y0))
    exact = hessian(loss, point)
    near = hessian_by_differences(loss, point)
    assert np.isfinite(exact).all()
    np.testing.assert_allclose(near, exact, rtol=1e-5, atol=1e-5 * max(1.0, float(np.abs(exact).max())))


def test_the_model_of_a_quadratic_is_the_quadratic() -> None:
    loss = Loss.from_text("3*(x - 1)**2 + 0.5*(y + 2)**2 + x*y")
    model = model_at(loss, (2.5, 1.0))
    assert model is not None and model.is_bowl
    np.testing.assert_allclose(model.matrix, [[6, 1], [1, 1]])
    np.testing.assert_allclose(model.matrix @ model.axes, model.axes * model.eigenvalues)
    bottom, ellipse = model.bottom(), model.ellipse()
    assert bottom is not None and ellipse is not None
    np.testing.assert_allclose(loss.gradient(bottom), 0, atol=1e-12)
    np.testing.assert_allclose(loss.value(ellipse.T), loss.value((2.5, 1.0)))
    np.testing.assert_array_equal(np.round(ellipse[0] - ellipse[-1], 12), 0)


@pytest.mark.parametrize("text", ["x**2 - y**2", "x + y", "-x**2 - y**2", "x**2"])
def test_without_a_bowl_there_is_no_ellipse(text: str) -> None:
    model = model_at(Loss.from_text(text), (0.5, 0.25))
    assert model is not None and not model.is_bowl
    assert model.ellipse() is None and model.bottom() is None


def test_where_nothing_is_finite_there_is_no_model() -> None:
    assert model_at(Loss.from_text("log(x) + y"), (-1.0, 0.0)) is None
