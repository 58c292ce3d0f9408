"""Losses of which a step sees a sample: batches, noise, and what a race makes of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.loss import data_loss
from engine.data.regularisers import Regularisers
from engine.data.samples import samples
from engine.data.table import DATA_SETS
from engine.descent import race
from engine.losses import LOSSES
from engine.optimizers import OPTIMIZERS, Optimizer
from engine.stochastic import Batches, noisy

IRIS = samples(DATA_SETS["iris"].table, "linear", ("petal length",), "petal width")


@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 5), st.integers(0, 3))
def test_every_epoch_sees_every_sample_once(many: int, size: int, seed: int, epoch: int) -> None:
    size = min(size, many)
    batches = Batches(many, size, seed)
    seen = [batches.at(epoch * batches.per_epoch + k) for k in range(1, batches.per_epoch + 1)]
    assert sorted(np.concatenate(seen)) == list(range(many))
    assert all(len(batch) == size for batch in seen[:-1]) and 1 <= len(seen[-1]) <= size
    assert batches.epochs((epoch + 1) * batches.per_epoch) == epoch + 1


def test_epochs_are_shuffled_anew_and_from_the_seed() -> None:
    one, again, other = Batches(20, 20, 1), Batches(20, 5, 1), Batches(20, 5, 2)
    assert one.at(1).tolist() == one.at(2).tolist()  # all samples: nothing to shuffle
    epochs = [np.concatenate([again.at(4 * e + k) for k in range(1, 5)]).tolist() for e in range(2)]
    assert epochs[0] != epochs[1]
    assert again.at(3).tolist() == Batches(20, 5, 1).at(3).tolist() != other.at(3).tolist()
    assert Batches(10, 4).epochs(4) == pytest.approx(1.4)


@pytest.mark.parametrize("size", [0, -1, 21])
def test_a_batch_size_out_of_range(size: int) -> None:
    with pytest.raises(ValueError, match=f"the batch size must be from 1 to 20, the number of samples, not {size}"):
        Batches(20, size)
    with pytest.raises(ValueError, match="the batch size must be from 1 to 150"):
        data_loss(IRIS, batch_size=151)


def test_the_noise_has_the_mean_and_the_deviation_that_were_asked_for() -> None:
    loss = noisy(LOSSES["himmelblau"], sigma=3.0, batch_size=9, seed=4)
    w = np.array([1.0, -2.0])
    draws = np.array([loss.at_step(t).gradient(w) for t in range(1, 4001)]) - LOSSES["himmelblau"].gradient(w)
    assert np.abs(draws.mean(axis=0)).max() < 4 * 1.0 / 4000**0.5
    assert draws.std(axis=0) == pytest.approx([1.0, 1.0], rel=0.05)  # 3/√9
    assert abs(np.corrcoef(draws.T)[0, 1]) < 0.07


@pytest.mark.parametrize("key", ["nesterov", "adam", "damped_newton"])
def test_a_race_where_steps_see_different_losses_is_its_steps_one_after_the_other(key: str) -> None:
    loss = data_loss(IRIS, batch_size=16, regularisers=Regularisers(l1=0.01, weight_noise=0.2))
    optimizer = OPTIMIZERS[key]
    rule = optimizer.rule
    settings = [optimizer.symbols[name] for name in rule.hyperparameters]
    row, points = rule.start_row((1.0, -0.5)), [(1.0, -0.5)]
    for t in range(1, 31):
        seen, record = loss.at_step(t), []
        hessian = [seen.float_hessian] if rule.uses_hessian else []
        rule.descend("floats")(seen.float_gradient, row, t, t, 1e9, record, *hessian, *settings)
        row = record[-1]
        points.append(row[rule.weights])
    for _ in range(2):  # made, and kept from before
        assert race(loss, [optimizer], (1.0, -0.5), 30).points[:, 0] == pytest.approx(np.array(points), rel=1e-13)


def test_what_overflows_under_batches_diverges_and_says_when() -> None:
    loss = data_loss(IRIS, batch_size=16)
    steep = OPTIMIZERS["gradient_descent"].with_values(learning_rate=1e9)
    cubed = Optimizer.from_rule("w = w - η*g**99", name="Cubed", η=1.0)
    run = race(loss, [steep, cubed, OPTIMIZERS["adam"]], (3.0, -2.0), 40)
    assert [outcome.kind for outcome in run.outcomes] == ["diverged", "diverged", "running"]
    assert run.outcomes[0].step <= 2 and run.outcomes[1].step <= 2 and np.isfinite(run.points).all()


def test_a_step_of_a_noisy_loss_is_a_loss_with_its_own_surface() -> None:
    step = noisy(LOSSES["beale"], 1.0, seed=1).at_step(7)
    w, h = np.array([0.3, -0.4]), 1e-6
    sides = [[h, 0.0], [0.0, h]]
    slopes = [float(step.value(w + side) - step.value(w - np.array(side))) / (2 * h) for side in sides]
    assert step.gradient(w) == pytest.approx(slopes, rel=1e-6)
    assert step.float_gradient(0.3, -0.4) == pytest.approx(tuple(step.gradient(w)))
    assert (step.hessian(w) == LOSSES["beale"].hessian(w)).all()


def test_a_race_takes_a_batch_a_step_and_all_racers_the_same() -> None:
    loss = data_loss(IRIS, batch_size=16, seed=3)
    descent = OPTIMIZERS["gradient_descent"].with_values(learning_rate=0.1)
    run = race(loss, [descent, descent, OPTIMIZERS["adam"]], loss.start, 40)
    w = np.array(loss.start)
    for t in range(1, 41):
        w = w - 0.1 * loss.batch(run.batches[t - 1]).gradient(w)
        assert run.points[t, 0] == pytest.approx(w, rel=1e-12, abs=1e-12)
    assert (run.points[:, 0] == run.points[:, 1]).all()
    assert len(run.batches) == 40 and run.batches[0].tolist() == loss.batch_at(1).tolist()
    assert run.values[:, 0] == pytest.approx(loss.value(run.points[:, 0].T))  # of all data, not of the batches
    again = race(loss, [descent], loss.start, 40)
    assert (again.points[:, 0] == run.points[:, 0]).all()
    other = race(data_loss(IRIS, batch_size=16, seed=4), [descent], loss.start, 40)
    assert not np.allclose(other.points[-1], run.points[-1, :1])


@pytest.mark.parametrize("key", list(OPTIMIZERS))
def test_a_full_batch_is_the_plain_race_for_every_method(key: str) -> None:
    loss = data_loss(IRIS)
    stepwise = noisy(loss, sigma=1e-300)  # goes step by step, and changes nothing
    assert stepwise.varies and not loss.varies
    plain, stepped = (race(one, [OPTIMIZERS[key]], (-0.5, 0.7), 30) for one in (loss, stepwise))
    assert np.array_equal(plain.points, stepped.points)
    rows = plain.histories[0].rows, stepped.histories[0].rows
    assert np.allclose(*rows, rtol=1e-12, atol=1e-290, equal_nan=True)


@pytest.mark.parametrize("key", ["himmelblau", "goldstein_price", "easom"])
def test_step_by_step_is_the_same_race_where_racers_diverge(key: str) -> None:
    racers = [OPTIMIZERS["gradient_descent"].with_values(learning_rate=rate) for rate in (0.001, 0.5)]
    plain, stepped = (race(one, racers, (-1.2, 0.9), 60) for one in (LOSSES[key], noisy(LOSSES[key], 1e-300)))
    assert np.array_equal(plain.points, stepped.points)
    assert plain.outcomes == stepped.outcomes


def test_a_large_rate_on_batches_diverges_without_a_warning() -> None:
    for model, target in (("linear", "petal width"), ("tanh", "petal width"), ("two_layer", "petal width")):
        loss = data_loss(samples(DATA_SETS["iris"].table, model, ("petal length",), target), batch_size=4)
        racers = [OPTIMIZERS[key].with_values(learning_rate=1e6) for key in ("nesterov", "adam", "rmsprop")]
        run = race(loss, racers, loss.start, 200)
        assert np.isfinite(run.points).all()


def test_noise_of_regularisers_is_drawn_in_every_step_also_of_full_batches() -> None:
    loss = data_loss(IRIS, regularisers=Regularisers(dropout=0.5))
    assert loss.varies
    one, two = (loss.at_step(t).gradient(np.ones(2)) for t in (1, 2))
    assert not np.allclose(one, two)
    assert (loss.at_step(1).gradient(np.ones(2)) == one).all()
    assert not loss.at_step(1).varies and loss.at_step(1).step == 1


@pytest.mark.parametrize(("sigma", "batch"), [(-1, 1), (float("nan"), 1), (1.0, 0)])
def test_noise_out_of_range(sigma: float, batch: int) -> None:
    with pytest.raises(ValueError, match="must be"):
        noisy(LOSSES["beale"], sigma, batch)
