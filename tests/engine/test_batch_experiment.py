"""Batch size and the minimum that is found: repeats, errors, and both results that can be measured."""

from __future__ import annotations

import numpy as np
import pytest

from engine.cancelling import Cancelled
from engine.data.batch_experiment import experiment, wilson
from engine.data.sharp_flat import basin_shares
from engine.losses import LOSSES

LOSS = LOSSES["sharp_and_flat"]


def test_at_a_large_rate_large_batches_end_in_the_sharp_minimum_as_the_textbook_says() -> None:
    found = experiment(LOSS, (1, 256), sigma=1.0, learning_rate=0.25, steps=300, starts=300)
    assert found.verdict == "rises" and found.sharp == 1
    assert found.shares.sum(axis=1) == pytest.approx([1, 1])


def test_at_a_small_rate_moderate_noise_finds_the_sharp_minimum_more_often() -> None:
    found = experiment(LOSS, (1, 256), sigma=2.0, learning_rate=0.05, steps=300, starts=500)
    assert found.verdict == "falls"


def test_what_differs_only_between_the_ends_is_not_called_the_same() -> None:
    found = experiment(LOSS, (1, 8, 512), sigma=1.0, learning_rate=0.15, steps=300, starts=1000)
    (small, middle, large), error = found.shares[:, 1], found.errors[:, 1].max()
    assert middle > max(small, large) + 2 * error and found.verdict in ("bends", "rises")


def test_without_noise_there_is_no_difference() -> None:
    found = experiment(LOSS, (1, 256), sigma=0.0, steps=60, starts=100)
    assert found.verdict == "same" and found.change[0] == 0 and found.change[1] > 0
    assert (found.repeats[0].begins != found.repeats[1].begins).any()


def test_errors_hold_where_a_share_is_0_and_where_it_is_not() -> None:
    assert wilson(np.array([0.0]), 99) == pytest.approx([0.5 / 100])
    assert wilson(np.array([0.3]), 1_000_000) == pytest.approx([(0.21 / 1e6) ** 0.5], rel=1e-3)
    few = experiment(LOSS, (4,), sigma=1.0, steps=50, starts=200, repeats=4)
    each = np.array([one.shares[0] for one in few.repeats])
    assert (few.errors[0] >= each.std(axis=0, ddof=1) / 2 - 1e-12).all()


def test_the_same_seed_gives_the_same_and_zero_momentum_is_gradient_descent() -> None:
    one, two = (experiment(LOSS, (1, 8), steps=30, starts=50, seed=3) for _ in range(2))
    assert (one.shares == two.shares).all() and (one.errors == two.errors).all()
    heavy = basin_shares(LOSS, (8,), steps=30, starts=50, momentum=0.9)
    plain = basin_shares(LOSS, (8,), steps=30, starts=50)
    assert (heavy.begins == plain.begins).all() and (heavy.ends != plain.ends).any()
    with pytest.raises(ValueError, match="momentum"):
        basin_shares(LOSS, (8,), momentum=1.0)


def test_every_end_has_a_basin_that_the_shares_count() -> None:
    found = basin_shares(LOSS, (1, 64), steps=50, starts=80)
    assert found.ends.shape == (2, 2, 80)
    for row, share in zip(found.basin, found.shares, strict=True):
        assert share == pytest.approx(np.bincount(row[row >= 0], minlength=2) / 80)


def test_progress_runs_over_all_repeats_and_cancel_stops() -> None:
    told: list[float] = []
    experiment(LOSS, (1,), steps=20, starts=10, progress=told.append)
    assert told == sorted(told) and told[0] == 0 and told[-1] == 1
    with pytest.raises(Cancelled):
        experiment(LOSS, (1,), starts=10, cancelled=lambda: True)
    with pytest.raises(ValueError, match="repeats"):
        experiment(LOSS, (1,), repeats=0)
