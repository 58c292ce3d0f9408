"""Thousands of samples with two inputs: what the table says against the sum written out, over wild data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.data.loss import DataLoss, data_loss
from engine.data.polar import LEAST, Polar, exact, polar
from engine.data.regularisers import Regularisers
from engine.data.samples import samples
from engine.data.scene import OWN, DataChoice, OwnTable, RegulariserChoice
from engine.data.surfaces import Floats, Sums
from engine.data.table import Table
from engine.descent import race
from engine.optimizers import OPTIMIZERS


def _circle(chance: np.random.Generator, n: int, spread: float) -> Floats:
    turns = chance.uniform(-spread, spread, n)
    return np.stack([np.cos(turns), np.sin(turns)]) * chance.uniform(0.98, 1, n)


Shape = Callable[[np.random.Generator, int], Floats]
SHAPES: dict[str, Shape] = {
    "normal": lambda chance, n: chance.normal(size=(2, n)),
    "ring": lambda chance, n: _circle(chance, n, np.pi),
    "arc": lambda chance, n: _circle(chance, n, 0.05),
    "outliers": lambda chance, n: np.exp(1.5 * chance.normal(size=(2, n))),
    "far away": lambda chance, n: chance.normal(size=(2, n)) + 1000,
    "huge and tiny": lambda chance, n: chance.normal(size=(2, n)) * [[1e9], [1e-9]],
    "one constant": lambda chance, n: np.stack([chance.normal(size=n), np.full(n, 3.0)]),
    "one always 0": lambda chance, n: np.stack([chance.normal(size=n), np.zeros(n)]),
    "many at 0": lambda chance, n: chance.normal(size=(2, n)) * (chance.random((2, n)) < 0.3),
    "two clouds": lambda chance, n: 0.1 * chance.normal(size=(2, n)) + 3 * chance.choice([-1, 1], n),
    "duplicates": lambda chance, n: np.round(chance.normal(size=(2, n))),
}


def sums_of(kind: str, shape: Shape, n: int) -> tuple[Sums, tuple[tuple[float, float], tuple[float, float]]]:
    """The sum, and a box in which an ordinary sample's z goes to four."""
    chance = np.random.default_rng(5)
    rows = shape(chance, n)
    t = (chance.random(n) < 0.4).astype(float) if kind == "logistic" else chance.uniform(-1, 1, n)
    half = 4 / np.maximum(np.sqrt(np.mean(rows**2, axis=1)), 1e-30)
    (x, y) = half.tolist()
    return Sums(kind, rows, np.full(n, 1 / n), t / n, np.zeros(n), 0.25), ((-x, x), (-0.5 * y, y))


def levels(surface: Sums | Polar) -> list[Polar]:
    """The tables, from the innermost."""
    return [surface, *levels(surface.beyond)] if isinstance(surface, Polar) else []


def points_of(table: Polar, many: int) -> Floats:
    """Weights all over the table and a little beyond, at its rim and close to the origin."""
    chance = np.random.default_rng(6)
    shares = chance.uniform(0, 1.05, many), chance.uniform(0.98, 1, many), 10 ** chance.uniform(-9, 0, many)
    r = np.concatenate(shares)
    turns = chance.uniform(0, 2 * np.pi, len(r))
    turns[:8] = np.arange(8) * np.pi / 4
    w = np.stack([r * np.cos(turns), r * np.sin(turns)]) * np.array(table.reach)[:, None]
    return np.concatenate([w, np.zeros((2, 1)), -w[:, :1] * [[1], [0]]], axis=1)


@pytest.mark.parametrize("kind", ["logistic", "tanh"])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_table_is_the_sum(kind: str, shape: str) -> None:
    sums, box = sums_of(kind, SHAPES[shape], 5000)
    whole = polar(sums, box)
    assert levels(whole)
    w = np.concatenate([points_of(table, 50) for table in levels(whole)], axis=1)
    values, slopes = sums.value(w), sums.gradient(w)
    most = np.abs(slopes).max(axis=1)[:, None]
    assert (np.abs(whole.gradient(w) - slopes) <= 5e-10 * most).all()
    assert (np.abs(whole.value(w) - values) <= 1e-11 * values.max()).all()
    one_by_one = np.array([whole.point(*p) for p in w.T.tolist()]).T
    assert (np.abs(one_by_one - whole.gradient(w)) <= 1e-13 * most).all()
    assert (whole.hessian(w[:, :3]) == sums.hessian(w[:, :3])).all()
    if kind == "logistic" and shape == "normal":
        assert (np.abs(whole.gradient(w) - slopes) <= 1e-13 * most).all()


@pytest.mark.parametrize("kind", ["logistic", "tanh"])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_whole_box_is_on_the_table_but_for_wild_data(kind: str, shape: str) -> None:
    sums, box = sums_of(kind, SHAPES[shape], 5000)
    tables = levels(polar(sums, box))
    corner = np.hypot(*(np.abs(box).max(axis=1) / tables[-1].reach))
    assert corner < 1
    few = [0 if table.far is None else len(table.far.weight) for table in tables]
    assert few == sorted(few) and few[-1] <= 1250 and (few[0] == 0 or shape == "outliers")
    assert [table.reach for table in tables] == sorted(table.reach for table in tables)


@pytest.mark.parametrize("kind", ["logistic", "tanh"])
def test_slopes_agree_with_differences_of_the_value(kind: str) -> None:
    sums, box = sums_of(kind, SHAPES["normal"], 4000)
    table = polar(sums, box)
    assert isinstance(table, Polar)
    w = points_of(table, 20)[:, :40]
    for axis, step in enumerate(np.eye(2) * 1e-4):
        slopes = (table.value(w + step[:, None]) - table.value(w - step[:, None])) / 2e-4
        assert table.gradient(w)[axis] == pytest.approx(slopes, abs=2e-8)


@pytest.mark.parametrize("many", [10, LEAST - 1, LEAST, 100_000])
@pytest.mark.parametrize("kind", ["logistic", "tanh"])
def test_few_rows_and_many(kind: str, many: int) -> None:
    sums, box = sums_of(kind, SHAPES["normal"], many)
    table = polar(sums, box)
    assert isinstance(table, Polar) == (many >= LEAST) and exact(table) is sums
    w = np.random.default_rng(0).uniform(-1, 1, (2, 30)) * np.abs(box).max(axis=1)[:, None]
    assert table.gradient(w) == pytest.approx(sums.gradient(w), rel=1e-9, abs=5e-11)
    assert table.value(w) == pytest.approx(sums.value(w), rel=1e-11)


def test_what_no_table_can_hold() -> None:
    sums, box = sums_of("logistic", SHAPES["normal"], 3000)
    zero = Sums("logistic", 0 * sums.rows, sums.weight, sums.tilt, sums.offset)
    for one, where in ((zero, box), (sums, ((-1e300, 1e300), (-1e300, 1e300))), (sums, ((0.0, 0.0), (-1.0, 1.0)))):
        found = polar(one, where)
        w = np.array([[0.1, -3.0], [0.7, 0.2]])
        assert found.gradient(w) == pytest.approx(one.gradient(w), rel=1e-9, abs=1e-12)
    table = polar(sums, box)
    assert np.isnan(table.point(1e200, 0)).all() and np.isnan(table.point(np.nan, 0)).all()
    assert table.gradient(np.array([np.inf, 1.0])).shape == (2,)


def loss_of(kind: str, **more: Any) -> DataLoss:
    chance = np.random.default_rng(0)
    u, v = chance.normal(5, 2, 6000), chance.normal(0, 3, 6000)
    t = 1.5 * u - v + chance.normal(0, 1, 6000)
    table = Table("many", ("u", "v", "t", "c"), np.column_stack([u, v, t, t + chance.normal(0, 3, 6000) > 7]))
    return data_loss(samples(table, kind, ("u", "v"), "c" if kind == "logistic" else "t"), **more)


@pytest.mark.parametrize("strengths", [{"l2": 0.1, "l1": 0.01}, {"dropout": 0.3}, {"input_noise": 0.3}])
@pytest.mark.parametrize("kind", ["logistic", "tanh"])
def test_losses_on_many_rows_use_it_and_races_run_as_on_the_sum(kind: str, strengths: dict[str, float]) -> None:
    loss = replace(loss_of(kind, regularisers=Regularisers(**strengths)), step=-1)  # nothing drawn
    assert isinstance(loss.surface, Polar) and not loss.varies
    summed = replace(loss, surface=exact(loss.surface))
    runs = [race(one, [OPTIMIZERS["adam"], OPTIMIZERS["momentum"]], one.start, 100) for one in (loss, summed)]
    assert runs[0].points == pytest.approx(runs[1].points, rel=1e-9, abs=1e-9)
    assert runs[0].values == pytest.approx(runs[1].values, rel=1e-10)


@pytest.mark.parametrize("strengths", [{}, {"l2": 0.2, "l1": 0.05}, {"dropout": 0.4}])
@pytest.mark.parametrize("kind", ["logistic", "tanh"])
def test_minima_found_with_the_table_are_those_of_the_sum(kind: str, strengths: dict[str, float]) -> None:
    loss = loss_of(kind, regularisers=Regularisers(**strengths))
    summed = replace(loss, surface=exact(loss.surface))
    assert len(loss.minima) == len(summed.minima) > 0
    assert loss.minima == pytest.approx(summed.minima, rel=1e-8, abs=1e-9)
    assert isinstance(loss.surface, Polar)
    for w in (loss.minima[0], np.zeros(2), np.array([0.9, -1.7])):
        curvature = loss.surface.hessian(w)
        assert loss.surface.bends(w) == pytest.approx(curvature, abs=1e-6 * np.abs(curvature).max())


def test_what_pictures_ask_for_is_made_once_while_a_strength_is_dragged() -> None:
    chance = np.random.default_rng(0)
    u, v, t = chance.normal(size=(3, 3000))
    numbers = tuple(np.column_stack([u, v, u - v + t > 0]).ravel().tolist())
    choice = DataChoice(OWN, OwnTable("many", ("u", "v", "t"), numbers), "logistic", ("u", "v"), "t")
    losses = [choice.with_(regularisers=RegulariserChoice(("dropout",), dropout=p)).loss() for p in (0.1, 0.2)]
    assert losses[0].samples is losses[1].samples and losses[0].unregularised() is losses[1].unregularised()
    for loss in losses:
        assert isinstance(loss.surface, Polar)
        effort = loss.effort
        loss.prepare()
        assert loss.surface.ready and loss.effort < effort
