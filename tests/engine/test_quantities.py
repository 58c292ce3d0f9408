"""The quantities that are drawn against the steps of a race."""

from __future__ import annotations

import csv
import math

import numpy as np
import pytest

from engine.descent import Run, race
from engine.losses import LOSSES
from engine.optimizers import OPTIMIZERS
from engine.quantities import QUANTITIES, as_csv, ghost_values, quantities_of, values_of
from engine.scene import Curve, opening_scene
from engine.scene_file import SceneFileError, decode, encode


@pytest.fixture(scope="module")
def run() -> Run:
    return race(LOSSES["himmelblau"], [OPTIMIZERS["adam"], OPTIMIZERS["momentum"]], (1.2, -0.8), 30)


def test_each_is_what_it_says(run: Run) -> None:
    for step in (1, 17, 30):
        for racer in (0, 1):
            point, before = run.points[step, racer], run.points[step - 1, racer]
            nearest = min(math.dist(point, minimum) for minimum in run.loss.minima)
            expected = {
                "loss": float(run.loss.value(point)),
                "above": float(run.loss.value(point)) - float(min(run.loss.value(run.loss.minima.T))),
                "gradient": math.hypot(*run.gradients[step, racer]),
                "step": math.dist(point, before),
                "distance": nearest,
            }
            for name in QUANTITIES:
                assert values_of(run, name)[step, racer] == pytest.approx(expected[name], rel=1e-12, abs=1e-12), name


def test_before_any_step_there_is_no_step_length(run: Run) -> None:
    lengths = values_of(run, "step")
    assert np.isnan(lengths[0]).all() and np.isfinite(lengths[1:]).all()


def test_what_needs_a_minimum_is_offered_with_one_alone() -> None:
    flat = next(loss for loss in LOSSES.values() if not len(loss.minima))
    run = race(flat, [OPTIMIZERS["adam"]], flat.begin, 5)
    assert quantities_of(run) == ("loss", "gradient", "step")
    with pytest.raises(ValueError, match="no quantity 'above'"):
        values_of(run, "above")


def test_nothing_is_below_the_lowest_known(run: Run) -> None:
    assert values_of(run, "above").min() >= 0


def test_a_table_has_every_number_in_full(run: Run) -> None:
    names = ["Adam, η = 0.1", "Momentum"]
    rows = list(csv.reader(as_csv(values_of(run, "step"), names, 12).splitlines()))
    assert rows[0] == ["step", *names] and rows[1] == ["0", "", ""]
    assert len(rows) == 14  # nothing after step 12
    told = np.array([[float(cell) for cell in row[1:]] for row in rows[2:]])
    assert (told == values_of(run, "step")[1:13]).all()


def test_futures_left_behind_have_what_is_known_of_them(run: Run) -> None:
    from engine.descent import Ghost

    ghost = Ghost(0, 3, run.points[3:, 0] + 0.5, run.loss.value((run.points[3:, 0] + 0.5).T), run.outcomes[0])
    branched = Run(**{**{name: getattr(run, name) for name in run.__dataclass_fields__}, "ghosts": (ghost,)})
    for name in ("loss", "above", "distance"):
        assert ghost_values(branched, 0, name).shape == (28,)
    assert not len(ghost_values(branched, 0, "gradient"))


@pytest.mark.parametrize("ends", [(3.0, 3.0), (4.0, 1.0), (-1e301, 0.0)])
def test_an_impossible_range_is_refused(ends: tuple[float, float]) -> None:
    scene = opening_scene().with_(curve=Curve("gradient", False, True, (1.0, 20.5), (-3.0, 2.0)))
    assert decode(encode(scene)) == scene
    with pytest.raises(SceneFileError, match=r"curve\.steps"):
        encode(scene.with_(curve=Curve(steps=ends)))
    with pytest.raises(SceneFileError, match=r"curve\.heights"):
        encode(scene.with_(curve=Curve(heights=ends)))
