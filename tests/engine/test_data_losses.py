"""Losses made from data: values and slopes against the sum over samples written out, and against differences."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.curvature import largest_eigenvalue
from engine.data.condense import Condensed, condensed
from engine.data.loss import DataLoss, data_loss
from engine.data.regularisers import Regularisers
from engine.data.samples import Samples, samples
from engine.data.surfaces import Sums
from engine.data.table import DATA_SETS, Table
from engine.descent import race
from engine.expressions import parse
from engine.expressions.compile import compile_program
from engine.expressions.parse import Assignment
from engine.maps import basins
from engine.optimizers import OPTIMIZERS

TABLE = DATA_SETS["iris"].table
KINDS: dict[str, tuple[str, tuple[str, ...], str, dict[str, Any]]] = {
    "line": ("linear", ("petal length",), "petal width", {}),
    "plane": ("linear", ("sepal length", "petal length"), "petal width", {}),
    "logistic": ("logistic", ("petal length",), "species", {"classes": (1.0, 2.0)}),
    "logistic of two": ("logistic", ("petal length", "sepal width"), "species", {"classes": (1.0, 2.0)}),
    "neuron": ("tanh", ("petal length",), "petal width", {}),
    "neuron of two": ("tanh", ("petal length", "sepal width"), "species", {"threshold": 1.5}),
    "two layers": ("two_layer", ("petal length",), "petal width", {}),
}
STRONG = Regularisers(l2=0.3, l1=0.1, input_noise=0.4, weight_noise=0.2, dropout=0.3)
finite = st.floats(-3, 3).filter(lambda v: abs(v) > 1e-3)  # not on a kink


@lru_cache
def made(kind: str, **more: Any) -> DataLoss:
    model, inputs, target, choice = KINDS[kind]
    return data_loss(samples(TABLE, model, inputs, target, **choice), **more)


def by_hand(loss: DataLoss, w: tuple[float, float]) -> float:
    """The formula on screen, averaged over the samples one after the other."""
    line = Assignment("f", parse(loss.formula), loss.formula)
    inputs = ["u"] if len(loss.samples.inputs) == 1 else ["u1", "u2"]
    one = compile_program([line], ["x", "y", *inputs, "t"], ["f"], "arrays", {})
    losses = [one(*w, *u, t)[0] for u, t in zip(loss.samples.inputs.T, loss.samples.targets, strict=True)]
    return float(np.mean(losses))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scaling", ["none", "inputs", "both"])
def test_the_loss_is_the_mean_of_the_formula_shown(kind: str, scaling: Any) -> None:
    loss = made(kind, scaling=scaling, regularisers=Regularisers(l2=0.2, l1=0.05))
    for w in ((0.3, -0.7), (-1.1, 0.4)):
        assert float(loss.value(w)) == pytest.approx(by_hand(loss, w), rel=1e-10)


@pytest.mark.parametrize("by", [Regularisers(), STRONG], ids=["plain", "regularised"])
@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=15, deadline=None)
@given(x=finite, y=finite)
def test_gradient_and_hessian_agree_with_differences(kind: str, by: Regularisers, x: float, y: float) -> None:
    loss, w, h = made(kind, regularisers=by), np.array([x, y]), 1e-5
    steps = [np.array([h, 0.0]), np.array([0.0, h])]
    slopes = [(loss.value(w + s) - loss.value(w - s)) / (2 * h) for s in steps]
    assert loss.gradient(w) == pytest.approx(np.array(slopes), rel=1e-6, abs=1e-8)
    assert loss.float_gradient(x, y) == pytest.approx(tuple(loss.gradient(w)), rel=1e-9, abs=1e-12)
    bends = np.array([(loss.gradient(w + s) - loss.gradient(w - s)) / (2 * h) for s in steps])
    assert loss.hessian(w) == pytest.approx(bends, rel=1e-5, abs=1e-6)
    assert loss.float_hessian(x, y) == pytest.approx((bends[0, 0], bends[0, 1], bends[1, 1]), rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_many_points_at_once(kind: str) -> None:
    loss = made(kind, regularisers=STRONG)
    w = np.random.default_rng(0).normal(size=(2, 5, 7))
    assert (
        loss.value(w).shape == (5, 7) and loss.gradient(w).shape == w.shape and loss.hessian(w).shape == (2, *w.shape)
    )
    for i, j in ((0, 0), (4, 6)):
        assert loss.value(w)[i, j] == pytest.approx(float(loss.value(w[:, i, j])))
        assert loss.gradient(w)[:, i, j] == pytest.approx(loss.gradient(w[:, i, j]))
        assert loss.hessian(w)[:, :, i, j] == pytest.approx(loss.hessian(w[:, i, j]))


@pytest.mark.parametrize("kind", KINDS)
def test_the_batch_gradients_of_an_epoch_average_to_the_full_one(kind: str) -> None:
    loss, w = made(kind, batch_size=16, regularisers=Regularisers(l2=0.1)), np.array([0.4, -0.3])
    sizes = [len(loss.batch_at(t)) for t in range(1, loss.batches.per_epoch + 1)]
    parts = [loss.at_step(t).gradient(w) for t in range(1, loss.batches.per_epoch + 1)]
    assert np.average(parts, axis=0, weights=sizes) == pytest.approx(loss.gradient(w), rel=1e-10)
    assert loss.at_step(2).gradient(w) == pytest.approx(loss.batch(loss.batch_at(2)).gradient(w))


def test_least_squares_is_least_squares() -> None:
    shipped = DATA_SETS["engel"]
    loss = data_loss(samples(shipped.table, "linear", ("income",), "food"), scaling="none")
    assert loss.minima[0] == pytest.approx([0.4852, 147.4754], rel=1e-4)
    scaled = data_loss(samples(shipped.table, "linear", ("income",), "food"))
    incomes = np.array([300.0, 2000.0])
    assert scaled.predict(scaled.minima[0], incomes) == pytest.approx(147.4754 + 0.4852 * incomes, rel=1e-3)
    assert loss.predict(loss.minima[0], incomes) == pytest.approx(scaled.predict(scaled.minima[0], incomes), rel=1e-9)


def test_scaling_makes_the_ravine_a_bowl() -> None:
    nile = samples(DATA_SETS["nile"].table, "linear", ("year",), "volume")
    raw, scaled = data_loss(nile, scaling="none"), data_loss(nile, scaling="both")
    normalised = data_loss(nile, scaling="none", regularisers=Regularisers(batch_normalisation=True))
    ratio = [np.linalg.cond(one.hessian(one.minima[0])) for one in (raw, scaled, normalised)]
    assert ratio[0] > 1e9 and ratio[1:] == pytest.approx([1, 1])
    years = np.array([1880.0, 1950.0])
    lines = [one.predict(one.minima[0], years) for one in (raw, scaled, normalised)]
    assert lines[0] == pytest.approx(lines[1], rel=1e-6) and lines[1] == pytest.approx(lines[2], rel=1e-9)


@pytest.mark.parametrize("by", [Regularisers(), Regularisers(l2=0.2), Regularisers(l1=0.2, l2=0.1), STRONG])
@pytest.mark.parametrize("kind", KINDS)
def test_minima_are_lower_than_everything_near(kind: str, by: Regularisers) -> None:
    loss = made(kind, regularisers=by)
    assert len(loss.minima)
    around = np.random.default_rng(1).normal(size=(2, 200))
    around /= np.hypot(*around)
    for w in loss.minima:
        for far in (1e-4, 1e-2):
            size = far * np.diff(loss.domain, axis=1)
            assert (loss.value(w[:, None] + size * around) >= loss.value(w) - 1e-13).all()
    for w, (low, high) in zip(loss.minima[0], loss.domain, strict=True):
        assert low < w < high


def test_a_strong_l1_penalty_sets_weights_to_zero_and_l2_does_not() -> None:
    assert made("plane", regularisers=Regularisers(l1=0.2)).minima[0][0] == 0
    assert made("plane", regularisers=Regularisers(l2=0.2)).minima[0][0] != 0
    assert made("plane", regularisers=Regularisers(l1=50)).minima.tolist() == [[0, 0]]


def test_classes_that_a_line_divides_have_no_minimum_until_a_penalty_gives_one() -> None:
    apart = samples(TABLE, "logistic", ("petal length",), "species", classes=(0.0, 2.0))
    assert data_loss(apart).minima.shape == (0, 2)
    assert np.isfinite(data_loss(apart).domain).all() and np.abs(data_loss(apart).domain).max() < 100
    assert len(data_loss(apart, regularisers=Regularisers(l2=0.01)).minima) == 1


def test_two_layers_have_a_saddle_at_the_origin_between_two_valleys() -> None:
    loss = made("two layers")
    assert loss.gradient((0.0, 0.0)).tolist() == [0, 0]
    assert np.linalg.det(loss.hessian((0.0, 0.0))) < 0
    c = loss.minima[0].prod()
    assert sorted(loss.minima[:, 0] > 0) == [False, True]
    along = np.array([0.5, 1, 2, 4])
    assert loss.value([along, c / along]) == pytest.approx(float(loss.value(loss.minima[0])))


@pytest.mark.parametrize("kind", KINDS)
def test_a_race_with_every_method_and_the_tools_around_it(kind: str) -> None:
    loss = made(kind)
    run = race(loss, list(OPTIMIZERS.values()), loss.start, 30)
    assert np.isfinite(run.values).all() and (run.values[-1] < run.values[0]).sum() > len(OPTIMIZERS) / 2
    assert largest_eigenvalue(loss, loss.start) == pytest.approx(np.linalg.eigvalsh(loss.hessian(loss.start))[-1])
    parse(loss.formula)


@pytest.mark.parametrize("kind", ["line", "plane", "two layers"])
def test_maps_take_losses_that_are_gathered_in_a_few_numbers(kind: str) -> None:
    loss = made(kind, regularisers=Regularisers(l2=0.1, l1=0.01, dropout=0.2))
    optimizer = OPTIMIZERS["gradient_descent"].with_values(learning_rate=0.3)
    ends = basins(loss, optimizer, steps=50, resolution=8).end
    assert np.isfinite(ends).all()
    (x0, _), (y0, _) = loss.domain
    run = race(noiseless(loss), [optimizer], (x0, y0), 50)
    near = np.hypot(*(ends.reshape(2, -1) - run.points[-1, 0][:, None]))
    assert near.min() < 0.05


def noiseless(loss: DataLoss) -> Any:
    """Nothing drawn: what maps compute."""
    return loss.batch(np.arange(len(loss.samples)))


# --- thousands of samples ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["logistic", "tanh"])
@pytest.mark.parametrize("shape", ["normal", "lognormal", "gap"])
def test_condensed_sums_are_the_sums_on_either_side_of_each_reach(kind: str, shape: str) -> None:
    chance = np.random.default_rng(1)
    u = chance.normal(0, 1, 5000)
    u = {"normal": u, "lognormal": np.exp(u), "gap": u + 1000 + 8 * (u > 0)}[shape]
    t = (chance.random(5000) < 0.4).astype(float) if kind == "logistic" else chance.uniform(-1, 1, 5000)
    rows = np.stack([u, np.ones(5000)])
    sums = Sums(kind, rows, np.full(5000, 1 / 5000), t / 5000, np.zeros(5000))
    few = condensed(sums)
    assert isinstance(few, Condensed)
    level: Any = few
    while isinstance(level, Condensed):
        slope = np.concatenate([chance.uniform(-level.reach, level.reach, 40), [level.reach, 1.0001 * level.reach]])
        w = np.stack([slope, chance.uniform(-8, 8, 42) - slope * np.median(u)])
        assert few.value(w) == pytest.approx(sums.value(w), rel=1e-10)
        assert few.gradient(w) == pytest.approx(sums.gradient(w), rel=1e-9, abs=1e-10 * np.abs(u).max())
        assert few.hessian(w) == pytest.approx(sums.hessian(w), rel=1e-7, abs=1e-8 * np.abs(u).max() ** 2)
        assert few.point(*w[:, -1]) == pytest.approx(tuple(sums.gradient(w[:, -1])), rel=1e-9, abs=1e-7)
        level = level.more


def test_the_loss_of_separated_classes_is_accurate_where_it_is_tiny() -> None:
    rows = np.array([[-1.0, 1.0], [0.0, 0.0]])
    sums = Sums("logistic", rows, np.full(2, 0.5), np.array([0.0, 0.5]), np.zeros(2))
    assert float(sums.value(np.array([60.0, 0.0]))) == pytest.approx(np.exp(-60), rel=1e-9)


# --- what cannot be ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("none", ("petal length",), "petal width"), "there is no model “none”"),
        (("linear", (), "petal width"), "Linear regression takes one or two inputs, not 0"),
        (("two_layer", ("sepal length", "petal length"), "petal width"), "Two linear layers takes one input, not 2"),
        (("linear", ("petal width",), "petal width"), "inputs and target must be different columns"),
        (("linear", ("nectar",), "petal width"), "there is no column “nectar”"),
        (("logistic", ("petal width",), "species"), "“species” has 3 different values, Logistic regression needs two"),
    ],
)
def test_what_cannot_be_learnt_is_one_sentence(arguments: tuple[Any, ...], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        samples(TABLE, *arguments)


def test_few_rows_constant_columns_and_missing_values() -> None:
    numbers = np.array([[1.0, 2, 5], [1, 3, 5], [np.nan, 4, 5], [1, 5, 5]])
    table = Table("t", ("same", "x", "y"), numbers)
    made = samples(table, "linear", ("x",), "same")
    assert len(made) == 3 and made.left_out == 1
    with pytest.raises(ValueError, match="“same” is 1 in every row: an input must vary"):
        samples(table, "linear", ("same",), "x")
    for model in ("linear", "tanh", "two_layer"):
        loss = data_loss(samples(table, model, ("x",), "y"))  # the target does not vary
        assert np.isfinite(loss.value(np.zeros((2, 3)))).all() and np.isfinite(loss.domain).all()
    with pytest.raises(ValueError, match="only 1 of 2 rows can be used"):
        samples(Table("t", ("a", "b"), numbers[1:3, :2]), "linear", ("a",), "b")
    with pytest.raises(ValueError, match="only 0 of 4 rows can be used"):
        samples(table, "logistic", ("x",), "same", classes=(7.0, 8.0))
    with pytest.raises(ValueError, match="at least one sample"):
        data_loss(made).batch([])


def test_weights_that_no_picture_shows_are_refused_with_what_to_do() -> None:
    year = np.arange(1980.0, 2000)
    growth = Table("growth", ("year", "gdp"), np.column_stack([year, 3e9 + 1e8 * (year - 1980)]))
    made = samples(growth, "linear", ("year",), "gdp")
    for scaling in ("none", "inputs"):
        with pytest.raises(ValueError, match=r"weights reach ±.e., which no picture shows: standardise inputs and"):
            data_loss(made, scaling=scaling)  # type: ignore[arg-type]
    assert np.abs(data_loss(made).domain).max() < 10
    tiny = samples(growth, "linear", ("gdp",), "year")
    with pytest.raises(ValueError, match="standardise"):
        data_loss(tiny, scaling="none")


def test_samples_know_what_the_target_was() -> None:
    neuron = samples(TABLE, "tanh", ("petal length",), "petal width")
    assert isinstance(neuron, Samples)
    assert (neuron.targets.min(), neuron.targets.max()) == pytest.approx((-0.9, 0.9))
    assert neuron.measured(neuron.targets) == pytest.approx(TABLE.column("petal width"))
    classes = samples(TABLE, "tanh", ("petal length",), "species", threshold=1.5)
    assert set(classes.targets) == {-1.0, 1.0} and set(classes.measured(classes.targets)) == {0.0, 1.0}
