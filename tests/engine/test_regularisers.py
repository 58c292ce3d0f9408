"""Regularisers: what is drawn averages to what is expected, and the expectations are the known closed forms."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.early_stopping import early_stopping
from engine.data.loss import DataLoss, data_loss
from engine.data.regularisers import Regularisers, augmented
from engine.data.samples import samples
from engine.data.surfaces import Sums
from engine.data.table import DATA_SETS, Table
from engine.descent import race
from engine.losses import LOSSES
from engine.optimizers import OPTIMIZERS

TABLE = DATA_SETS["iris"].table
PLANE = samples(TABLE, "linear", ("sepal length", "petal length"), "petal width")
LINE = samples(TABLE, "linear", ("petal length",), "petal width")
TWO = samples(TABLE, "two_layer", ("petal length",), "petal width")
CLASSES = samples(TABLE, "logistic", ("petal length",), "species", classes=(1.0, 2.0))
CLASSES_OF_TWO = samples(TABLE, "logistic", ("petal length", "sepal width"), "species", classes=(1.0, 2.0))
NEURON = samples(TABLE, "tanh", ("petal length", "sepal width"), "petal width")
ALL = {"plane": PLANE, "line": LINE, "two": TWO, "classes": CLASSES, "classes2": CLASSES_OF_TWO, "neuron": NEURON}
small = st.floats(-2, 2)


@settings(max_examples=40, deadline=None)
@given(p=st.floats(0, 0.9), x=small, y=small)
def test_dropout_of_linear_regression_is_its_known_l2_form(p: float, x: float, y: float) -> None:
    plain, dropped = (data_loss(PLANE, regularisers=Regularisers(dropout=q)) for q in (0.0, p))
    squares = np.mean(plain.samples.inputs**2, axis=1)
    penalty = p / (1 - p) / 2 * (squares @ np.array([x, y]) ** 2)  # Wager, Wang and Liang 2013
    assert float(dropped.value((x, y))) == pytest.approx(float(plain.value((x, y))) + penalty, rel=1e-9, abs=1e-12)


@settings(max_examples=40, deadline=None)
@given(sigma=st.floats(0, 3), x=small, y=small)
def test_noise_on_inputs_of_linear_regression_is_l2_and_spares_the_intercept(sigma: float, x: float, y: float) -> None:
    for given_samples, norm in ((PLANE, x * x + y * y), (LINE, x * x)):
        plain, noised = (data_loss(given_samples, regularisers=Regularisers(input_noise=s)) for s in (0.0, sigma))
        expected = float(plain.value((x, y))) + sigma**2 / 2 * norm  # Bishop 1995
        assert float(noised.value((x, y))) == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_noise_on_the_weights_of_linear_regression_only_lifts_the_loss() -> None:
    plain, noised = (data_loss(PLANE, regularisers=Regularisers(weight_noise=s)) for s in (0.0, 0.5))
    w = np.random.default_rng(0).normal(size=(2, 9))
    lift = 0.5**2 / 2 * np.sum(np.mean(plain.samples.inputs**2, axis=1))
    assert noised.value(w) - plain.value(w) == pytest.approx(np.full(9, lift))
    assert noised.gradient(w) == pytest.approx(plain.gradient(w))


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    "by",
    [
        Regularisers(dropout=0.4),
        Regularisers(input_noise=0.5),
        Regularisers(weight_noise=0.4),
        Regularisers(dropout=0.3, input_noise=0.4, weight_noise=0.3, l2=0.2, l1=0.1),
    ],
    ids=["dropout", "inputs", "weights", "all"],
)
def test_the_mean_of_what_is_drawn_is_what_is_expected(name: str, by: Regularisers) -> None:
    loss, w = data_loss(ALL[name], regularisers=by, seed=2), np.array([0.8, -0.6])
    many = 3000
    drawn = [loss.at_step(t) for t in range(1, many + 1)]
    gradients = np.array([one.float_gradient(0.8, -0.6) for one in drawn])
    error = gradients.std(axis=0) / many**0.5
    assert (np.abs(gradients.mean(axis=0) - loss.gradient(w)) < 4.5 * error + 1e-9).all()
    assert (error > 0).all()
    values = np.array([float(one.value(w)) for one in drawn[:1000]])
    assert abs(values.mean() - float(loss.value(w))) < 4.5 * values.std() / 1000**0.5


@pytest.mark.parametrize("by", [Regularisers(dropout=0.4, input_noise=0.5), Regularisers(weight_noise=0.4, l2=0.1)])
def test_drawn_batches_average_to_the_whole_loss_too(by: Regularisers) -> None:
    loss = data_loss(CLASSES, regularisers=by, batch_size=20, seed=5)
    gradients = np.array([loss.at_step(t).float_gradient(0.8, -0.6) for t in range(1, 3001)])
    error = gradients.std(axis=0) / 3000**0.5
    assert (np.abs(gradients.mean(axis=0) - loss.gradient((0.8, -0.6))) < 4.5 * error).all()


def test_dropout_zeroes_inputs_with_its_probability_and_never_the_intercept() -> None:
    loss = data_loss(CLASSES, regularisers=Regularisers(dropout=0.25))
    kept = []
    for t in range(1, 60):
        surface = loss.at_step(t).surface
        assert isinstance(surface, Sums)
        inputs, ones = surface.rows
        assert (ones == 1).all()
        alive = inputs != 0
        assert inputs[alive] == pytest.approx(loss.samples.inputs[0][alive] / 0.75)
        kept.append(alive.mean())
    assert np.mean(kept) == pytest.approx(0.75, abs=0.02)


def test_penalties_are_what_they_say_and_elastic_net_is_both() -> None:
    plain, w = data_loss(LINE), np.array([1.5, -0.5])
    for by, more in (
        (Regularisers(l2=0.4), 0.2 * 2.5),
        (Regularisers(l1=0.4), 0.4 * 2),
        (Regularisers.elastic_net(0.4, 0.25), 0.1 * 2 + 0.15 * 2.5),
    ):
        assert float(data_loss(LINE, regularisers=by).value(w) - plain.value(w)) == pytest.approx(more)
    assert np.hypot(*data_loss(LINE, regularisers=Regularisers(l2=0.4)).minima[0]) < np.hypot(*plain.minima[0])


def test_l2_makes_contours_rounder() -> None:
    ratios = [np.linalg.cond(data_loss(PLANE, regularisers=Regularisers(l2=a)).hessian((0, 0))) for a in (0, 0.5)]
    assert ratios[1] < ratios[0] / 3


def test_label_smoothing_moves_targets_and_keeps_the_minimum_finite() -> None:
    apart = samples(TABLE, "logistic", ("petal length",), "species", classes=(0.0, 2.0))
    smooth = data_loss(apart, regularisers=Regularisers(label_smoothing=0.1))
    assert not len(data_loss(apart).minima) and len(smooth.minima) == 1
    by_hand = dataclasses.replace(apart.scaled("both"), targets=0.9 * apart.targets + 0.05)
    w = np.random.default_rng(0).normal(size=(2, 5))
    assert smooth.value(w) == pytest.approx(data_loss(by_hand, scaling="none").value(w))
    neuron = samples(TABLE, "tanh", ("petal length",), "species", threshold=1.5)
    at_zero = data_loss(neuron, regularisers=Regularisers(label_smoothing=0.2)).value((0.0, 0.0))
    assert float(at_zero) == pytest.approx(0.8**2 / 2)
    with pytest.raises(ValueError, match="label smoothing needs two classes, which “petal width” is not"):
        data_loss(LINE, regularisers=Regularisers(label_smoothing=0.1))


def test_batch_normalisation_uses_the_batch_that_a_step_sees() -> None:
    nile = samples(DATA_SETS["nile"].table, "linear", ("year",), "volume")
    loss = data_loss(nile, scaling="none", batch_size=10, regularisers=Regularisers(batch_normalisation=True))
    batch = loss.batch_at(3)
    years, volumes = nile.inputs[0][batch], nile.targets[batch]
    z = (years - years.mean()) / years.std()
    w = (20.0, 900.0)
    assert float(loss.at_step(3).value(w)) == pytest.approx(np.mean((20 * z + 900 - volumes) ** 2) / 2)
    alone = data_loss(nile, scaling="none", batch_size=1, regularisers=Regularisers(batch_normalisation=True))
    assert alone.at_step(1).gradient(w)[0] == 0  # one sample minus its mean is nothing


def test_copies_keep_labels_and_move_inputs() -> None:
    more = augmented(CLASSES, Regularisers(copies=3, jitter=0.2), 1)
    assert len(more) == 4 * len(CLASSES)
    assert (more.targets.reshape(4, -1) == CLASSES.targets).all()
    moved = more.inputs.reshape(4, -1) - CLASSES.inputs
    assert (moved[0] == 0).all() and moved[1:].std() == pytest.approx(0.2, rel=0.1)
    assert (augmented(CLASSES, Regularisers(copies=3, jitter=0.2), 1).inputs == more.inputs).all()


@pytest.mark.parametrize(
    ("strengths", "sentence"),
    [
        ({"dropout": 1.0}, "dropout must be from 0 to 0.95, not 1"),
        ({"l2": -1.0}, "l2 must be from 0 to 1000, not -1"),
        ({"input_noise": float("nan")}, "input noise must be from 0 to 10, not nan"),
        ({"copies": 1.5}, "copies must be a whole number, not 1.5"),
        ({"copies": 21}, "copies must be from 0 to 20, not 21"),
    ],
)
def test_strengths_out_of_range(strengths: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError) as caught:
        Regularisers(**strengths)
    assert str(caught.value) == sentence


# --- early stopping ------------------------------------------------------------------------------


def overfit() -> tuple[DataLoss, DataLoss]:
    """Few noisy samples of two inputs of which one means nothing."""
    chance = np.random.default_rng(3)
    u = chance.normal(size=(2, 24))
    t = (u[0] + 1.2 * chance.normal(size=24) > 0).astype(float)
    table = Table("few", ("u", "v", "t"), np.column_stack([*u, t]))
    return data_loss(samples(table, "logistic", ("u", "v"), "t")).split(0.4, seed=3)


def test_training_stops_where_the_validation_loss_turns_up() -> None:
    training, validation = overfit()
    racers = [OPTIMIZERS["gradient_descent"].with_values(learning_rate=rate) for rate in (1.0, 1e-4)]
    run = race(training, racers, (-2.0, 2.0), 300)
    stopping = early_stopping(run, validation, patience=15)
    assert stopping.validation[:, 0] == pytest.approx(validation.value(run.points[:, 0].T))
    best, stop = int(stopping.best[0]), int(stopping.stop[0])
    assert best > 0 and stop == best + 15
    assert stopping.validation[: stop + 1, 0].argmin() == best
    assert stopping.validation[-1, 0] > stopping.validation[best, 0] + 1e-4
    assert (np.diff(stopping.training[:, 0]) <= 1e-12).all()  # training itself only falls
    assert stopping.stop[1] == -1 and stopping.best[1] == 300  # far too slow to overfit
    later = early_stopping(run, validation, patience=150)
    assert later.best[0] == best and later.stop[0] == best + 150


def test_a_split_is_disjoint_and_scaled_as_the_training_part() -> None:
    whole = data_loss(LINE, batch_size=150)
    training, validation = whole.split(0.2, seed=1)
    assert (len(training.samples), len(validation.samples)) == (120, 30) and training.batches.size == 120
    lengths = [
        part.samples.inputs[0] * part.samples.scale[0] + part.samples.center[0] for part in (training, validation)
    ]
    assert sorted(np.concatenate(lengths)) == pytest.approx(sorted(LINE.inputs[0]))
    assert training.samples.inputs.mean() == pytest.approx(0, abs=1e-12)
    assert abs(validation.samples.inputs.mean()) > 1e-3
    assert (training.samples.center == validation.samples.center).all()
    w = np.array([0.7, 0.2])
    assert training.predict(w, lengths[1]) == pytest.approx(validation.predict(w, lengths[1]))
    assert (whole.split(0.2, seed=1)[1].samples.inputs == validation.samples.inputs).all()


def test_the_validation_loss_has_no_penalty() -> None:
    by = Regularisers(l2=0.5, dropout=0.5)
    training, validation = data_loss(LINE, regularisers=by).split(0.2)
    plain = data_loss(LINE).split(0.2)
    assert float(validation.value((1.0, 1.0))) == pytest.approx(float(plain[1].value((1.0, 1.0))))
    assert float(training.plain().value((1.0, 1.0))) == pytest.approx(float(plain[0].value((1.0, 1.0))))


def test_early_stopping_refuses_what_makes_no_sense() -> None:
    training, validation = overfit()
    run = race(training, [OPTIMIZERS["adam"]], (0, 0), 5)
    with pytest.raises(ValueError, match="the patience must be at least 1 step, not 0"):
        early_stopping(run, validation, patience=0)
    with pytest.raises(ValueError, match="needs a loss made from data"):
        early_stopping(race(LOSSES["beale"], [OPTIMIZERS["adam"]], (0, 0), 5), validation)
    for share in (0.0, 1.0, 0.001, 0.999):
        with pytest.raises(ValueError, match="leaves too few on one side"):
            training.split(share)
