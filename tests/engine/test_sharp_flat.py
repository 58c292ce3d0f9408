"""Sharp and flat minima: the experiment, and what it finds on the shipped loss."""

from __future__ import annotations

import numpy as np
import pytest

from engine.cancelling import Cancelled
from engine.data.loss import data_loss
from engine.data.samples import samples
from engine.data.sharp_flat import basin_shares, both_losses, shifted
from engine.data.table import DATA_SETS
from engine.losses import LOSSES

LOSS = LOSSES["sharp_and_flat"]


def test_the_minima_are_equally_deep_and_unequally_sharp() -> None:
    found = basin_shares(LOSS, (1,), steps=1, starts=50)
    assert found.sharpness[1] > 20 * found.sharpness[0]
    depth = LOSS.value(found.minima.T)
    assert abs(depth[0] - depth[1]) < 0.01


def test_without_noise_the_batch_size_means_nothing() -> None:
    found = basin_shares(LOSS, (1, 64), sigma=0.0, starts=1500)
    assert (found.shares[0] == found.shares[1]).all()
    assert found.shares.sum(axis=1) == pytest.approx([1, 1])
    p = found.shares[0, 1]
    assert found.errors[0, 1] == pytest.approx((p * (1 - p) / 1500) ** 0.5)


def test_single_samples_leave_the_sharp_basin_at_a_large_rate_but_moderate_noise_finds_it_more_often() -> None:
    """As measured, not as the textbook has it: the share in the sharp basin rises with noise before it vanishes."""
    found = basin_shares(LOSS, (1, 16, 1024), sigma=1.0, learning_rate=0.2, steps=600)
    flat, sharp = found.shares.T
    assert sharp[0] < 0.03 < 0.1 < sharp[2] and flat[0] > 0.97
    gentle = basin_shares(LOSS, (1, 1024), sigma=1.0, learning_rate=0.05)
    (many, few), error = gentle.shares[:, 1], gentle.errors[:, 1].max()
    assert many > few + 3 * error


def test_a_shift_costs_more_at_the_sharp_minimum() -> None:
    cost = shifted(LOSS, 0.3)
    rise = cost.mean_test - cost.training
    assert rise[1] > 10 * rise[0] > 0 and (cost.worst_test >= cost.mean_test).all()
    tiny = shifted(LOSS, 1e-3)
    curvature = np.trace(LOSS.hessian(LOSS.minima.T))
    assert tiny.mean_test - tiny.training == pytest.approx(1e-6 / 4 * curvature, rel=0.01)
    assert shifted(LOSS, 0.0).worst_test == pytest.approx(cost.training)


def test_on_data_small_batches_end_in_flatter_places_of_the_valley() -> None:
    table = DATA_SETS["iris"].table
    loss = data_loss(samples(table, "two_layer", ("petal length",), "petal width"))
    found = basin_shares(loss, (1, 150), learning_rate=0.1, starts=400, steps=200)
    assert found.shares.sum(axis=1) == pytest.approx([1, 1])
    assert found.end_sharpness[0] < found.end_sharpness[1] - 3 * found.end_errors.max()
    assert both_losses(loss, loss.batch(range(50)), found.minima).shape == (2, 2)


def test_progress_rises_and_cancel_stops() -> None:
    told: list[float] = []
    basin_shares(LOSS, (1, 8), steps=20, starts=10, progress=told.append)
    assert told == sorted(told) and told[0] == 0 and told[-1] == 1
    with pytest.raises(Cancelled):
        basin_shares(LOSS, (1, 8), starts=10, cancelled=lambda: True)


def test_the_same_seed_gives_the_same_shares() -> None:
    one, two, other = (basin_shares(LOSS, (1, 4), starts=300, steps=50, sigma=4.0, seed=s) for s in (1, 1, 2))
    assert (one.shares == two.shares).all() and (one.shares != other.shares).any()


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="no minima"):
        basin_shares(LOSSES["monkey_saddle"], (1,))
    for wrong in ({"starts": 0}, {"learning_rate": 0.0}, {"sigma": -1.0}):
        with pytest.raises(ValueError):
            basin_shares(LOSS, (1,), **wrong)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="at least 1"):
        basin_shares(LOSS, (0, 4))
    with pytest.raises(ValueError, match="shift"):
        shifted(LOSS, -1)
