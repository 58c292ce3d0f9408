"""What if, several starts, and fair play: continued runs, tuned rates, equal budgets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from engine.cancelling import Cancelled
from engine.descent import SPENT, Branch, Run, path, race
from engine.fair_play import common_rate, holds, lengths, mark, run_scene, starts, with_equal_rates, work_of
from engine.losses import LOSSES, Loss
from engine.optimizers import OPTIMIZERS
from engine.results import evaluations, results
from engine.scene import BranchChoice, CrowdChoice, LossChoice, RacerChoice, Scene, ScheduleChoice, check
from engine.scene_file import decode, encode
from engine.tuning import RUNS, tune

HIMMELBLAU = LOSSES["himmelblau"]


@pytest.mark.parametrize("key", list(OPTIMIZERS))
@pytest.mark.parametrize("step", [0, 1, 17])
def test_a_branch_with_the_same_values_changes_nothing(key: str, step: int) -> None:
    optimizer = OPTIMIZERS[key]
    plain = race(HIMMELBLAU, [optimizer], (1.2, -0.8), 40)
    run = race(HIMMELBLAU, [optimizer], (1.2, -0.8), 40, branches={0: Branch(step, optimizer)})
    np.testing.assert_array_equal(run.points, plain.points)
    np.testing.assert_array_equal(run.histories[0].rows, plain.histories[0].rows)
    np.testing.assert_array_equal(run.ghosts[0].points, plain.points[step:, 0])


def test_a_branch_goes_on_from_the_recorded_velocity() -> None:
    before, after = (OPTIMIZERS["momentum"].with_values(learning_rate=rate) for rate in (0.01, 0.002))
    run = race(HIMMELBLAU, [before], (1.2, -0.8), 30, branches={0: Branch(10, after)})
    plain = race(HIMMELBLAU, [before], (1.2, -0.8), 30)
    np.testing.assert_array_equal(run.points[:11], plain.points[:11])
    # a = β a + g and w = w − η a by hand, from the velocity that stands recorded.
    w, velocity = plain.points[10, 0].copy(), np.array(plain.histories[0].line(10, 0))
    for step in range(11, 31):
        velocity = 0.9 * velocity + HIMMELBLAU.gradient(w)
        w = w - 0.002 * velocity
        np.testing.assert_allclose(run.points[step, 0], w, rtol=1e-12)
    ghost = run.ghosts[0]
    assert (ghost.racer, ghost.step) == (0, 10)
    np.testing.assert_array_equal(ghost.points, plain.points[10:, 0])
    np.testing.assert_array_equal(ghost.values, plain.values[10:, 0])
    history = run.histories[0]
    assert history.before_line(10, 1)["η"] == 0.01 and history.before_line(11, 1)["η"] == 0.002


def test_a_branch_can_save_a_racer_or_ruin_it() -> None:
    wild, calm = (OPTIMIZERS["gradient_descent"].with_values(learning_rate=rate) for rate in (2.5, 0.3))
    bowl = LOSSES["quadratic_bowl"]
    plain = race(bowl, [wild], (1.0, 1.0), 60)
    assert plain.outcomes[0].kind == "diverged"
    saved = race(bowl, [wild], (1.0, 1.0), 60, branches={0: Branch(3, calm)})
    assert saved.outcomes[0].kind != "diverged" and saved.ghosts[0].outcome == plain.outcomes[0]
    ruined = race(bowl, [calm], (1.0, 1.0), 60, branches={0: Branch(3, wild)})
    assert ruined.outcomes[0].kind == "diverged" and ruined.ghosts[0].outcome.kind != "diverged"


def test_a_racer_that_has_ended_has_no_other_future() -> None:
    wild, calm = (OPTIMIZERS["gradient_descent"].with_values(learning_rate=rate) for rate in (9.0, 0.3))
    bowl = LOSSES["quadratic_bowl"]
    ended = race(bowl, [wild], (1.0, 1.0), 200)
    late = ended.outcomes[0].step
    for step in (late, late + 5, 200, 900):
        run = race(bowl, [wild], (1.0, 1.0), 200, branches={0: Branch(step, calm)})
        assert run.ghosts == () and run.outcomes == ended.outcomes
        np.testing.assert_array_equal(run.points, ended.points)


def test_a_branch_that_is_none() -> None:
    adam, momentum = OPTIMIZERS["adam"], OPTIMIZERS["momentum"]
    with pytest.raises(ValueError, match="not the rule"):
        race(HIMMELBLAU, [adam], (1, 1), 9, branches={0: Branch(3, momentum)})
    with pytest.raises(ValueError, match="no racer 4"):
        race(HIMMELBLAU, [adam], (1, 1), 9, branches={4: Branch(3, adam)})


def test_racers_may_have_fewer_steps() -> None:
    racers = [OPTIMIZERS["adam"], OPTIMIZERS["momentum"]]
    whole = race(HIMMELBLAU, racers, (1.2, -0.8), 30)
    run = race(HIMMELBLAU, racers, (1.2, -0.8), 30, lengths=[30, 10])
    np.testing.assert_array_equal(run.points[:, 0], whole.points[:, 0])
    np.testing.assert_array_equal(run.points[:11, 1], whole.points[:11, 1])
    for array in (run.points, run.values, run.gradients):
        assert (array[10:, 1] == array[10, 1]).all()
    assert (run.outcomes[1].kind, run.outcomes[1].step, run.outcomes[1].reason) == ("running", 10, SPENT)
    assert run.histories[1].steps == 10
    for bad in ([30], [30, 31], [30, -1]):
        with pytest.raises(ValueError, match="lengths"):
            race(HIMMELBLAU, racers, (1, 1), 30, lengths=bad)


def of_scene(scene: Scene) -> Run:
    active = [index for index, racer in enumerate(scene.racers) if racer.on]
    return run_scene(scene, scene.loss.loss(), active, [scene.racers[i].build() for i in active])


def scene_of(racers: Sequence[RacerChoice], **more: Any) -> Scene:
    return Scene(loss=LossChoice("himmelblau"), racers=tuple(racers), steps=60, **more)


def test_equal_gradients_cut_newton_to_a_third() -> None:
    scene = scene_of([RacerChoice("newton"), RacerChoice("nesterov"), RacerChoice("adam")], fair="gradients")
    run = of_scene(scene)
    assert lengths(run.optimizers, 60) == [20, 60, 60]
    # Newton counts its gradient and, for its Hessian by differences, two more.
    row = results(run, ["a", "b", "c"], 1e-3)[0]
    assert run.points.shape[0] == 61 and row.ended <= 20 and row.evaluations == 3 * row.ended
    assert (run.points[20:, 0] == run.points[20, 0]).all()
    plain = race(HIMMELBLAU, run.optimizers, scene.start, 60)
    assert [evaluations(plain, 2, step) for step in (0, 7, 60)] == [0, 7, 60]


def test_crowds_are_the_races_from_those_starts() -> None:
    crowd = CrowdChoice("ring", 5, 0.7)
    scene = scene_of([RacerChoice("adam"), RacerChoice("momentum", crowd=crowd)])
    run = of_scene(scene)
    (made,) = run.crowds
    assert made.racer == 1 and made.points.shape == (61, 5, 2)
    for place, start in enumerate(starts(crowd, scene.start)):
        assert math.dist(start, scene.start) == pytest.approx(0.7)
        np.testing.assert_array_equal(
            made.points[:, place], race(HIMMELBLAU, [OPTIMIZERS["momentum"]], start, 60).points[:, 0]
        )
    assert work_of(scene) == 60 * 7


def test_a_grid_of_starts_is_a_square() -> None:
    places = starts(CrowdChoice("grid", 9, 1.0), (2.0, 3.0))
    assert sorted(places) == sorted((2.0 + x, 3.0 + y) for x in (-1, 0, 1) for y in (-1, 0, 1))
    assert len(starts(CrowdChoice("grid", 7, 1.0), (0, 0))) == 7


def test_a_lone_path_is_the_race() -> None:
    wild = OPTIMIZERS["gradient_descent"].with_values(learning_rate=9)
    for optimizer in (wild, OPTIMIZERS["adam"]):
        run = race(LOSSES["quadratic_bowl"], [optimizer], (1.0, 2.0), 300)
        np.testing.assert_array_equal(path(run.loss, optimizer, (1.0, 2.0), 300), run.points[:, 0])


def test_tuned_on_a_parabola_is_the_best_there_is() -> None:
    # x² + y² has H = 2: η = 1/2 reaches the minimum in one step.
    loss = Loss.from_text("x**2 + y**2")
    shares: list[float] = []
    found = tune(loss, OPTIMIZERS["gradient_descent"], (3.0, -2.0), 3, progress=shares.append)
    assert found is not None and found.rate == pytest.approx(0.5, rel=0.06)
    assert shares == sorted(shares) and shares[-1] == 1.0 and len(found.tried) <= RUNS
    assert found.loss == min(value for _, value in found.tried)
    assert max(found.tried)[1] > 1e3  # η = 10 runs away


@pytest.mark.parametrize("key", ["adam", "momentum", "nesterov", "adagrad", "newton"])
def test_tuned_is_no_worse_than_the_default_and_always_the_same(key: str) -> None:
    optimizer = OPTIMIZERS[key]
    found = tune(HIMMELBLAU, optimizer, (1.2, -0.8), 25)
    assert found is not None and found == tune(HIMMELBLAU, optimizer, (1.2, -0.8), 25)
    run = race(HIMMELBLAU, [optimizer.with_values(learning_rate=found.rate)], (1.2, -0.8), 25)
    assert run.values[-1, 0] == found.loss
    assert found.loss <= race(HIMMELBLAU, [optimizer], (1.2, -0.8), 25).values[-1, 0] * 1.05


def test_tuning_can_be_cancelled_and_needs_a_rate() -> None:
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 4

    with pytest.raises(Cancelled):
        tune(HIMMELBLAU, OPTIMIZERS["adam"], (1, 1), 20, cancelled=cancelled)
    assert len(asked) == 5
    own = RacerChoice("own", rule="w = w - g/100").build()
    assert tune(HIMMELBLAU, own, (1, 1), 20) is None
    nowhere = RacerChoice("own", rule="w = w*1e300*1e300 - η*g").build()
    assert tune(HIMMELBLAU, nowhere, (1, 1), 20) is None


def test_equal_rates_hold_until_one_changes() -> None:
    scene = scene_of([RacerChoice("adam"), RacerChoice("own", rule="w = w - g/100")], fair="rate")
    scene = with_equal_rates(scene.with_(racers=(*scene.racers, RacerChoice("momentum"))), 0.03)
    assert common_rate(scene) == 0.03 and holds(scene)
    assert scene.racers[1].values == {}  # it has no rate
    other = scene.with_racer(2, RacerChoice("momentum", {"learning_rate": 0.1}))
    assert common_rate(other) is None and not holds(other)
    assert holds(other.with_racer(2, RacerChoice("momentum", {"learning_rate": 0.1}, on=False)))
    branch = RacerChoice("momentum", {"learning_rate": 0.03}, branch=BranchChoice(5, {"learning_rate": 0.1}))
    assert not holds(scene.with_racer(2, branch))


def test_the_mark_of_tuning_knows_what_matters() -> None:
    scene = scene_of([RacerChoice("adam"), RacerChoice("momentum")], fair="tuned")
    scene = scene.with_(tuned=mark(scene))
    assert holds(scene) and holds(scene.with_(position=9, selected=1, title="Other"))
    changes: list[Scene] = [
        scene.with_(start=(1.0, 1.0)), scene.with_(steps=61), scene.with_(loss=LossChoice("beale")),
        scene.with_racer(0, RacerChoice("adam", {"beta1": 0.8})),
        scene.with_racer(0, RacerChoice("adam", schedule=ScheduleChoice("cosine"))),
    ]  # fmt: skip
    assert not any(holds(changed) for changed in changes)


def test_branches_and_crowds_are_saved_and_checked() -> None:
    racer = RacerChoice("adam", branch=BranchChoice(7, {"beta1": 0.5}), crowd=CrowdChoice("grid", 9, 0.4))
    scene = scene_of([racer], fair="gradients")
    assert decode(encode(check(scene))) == scene
    for bad, word in (
        (RacerChoice("adam", branch=BranchChoice(-1, {})), "branch.step"),
        (RacerChoice("adam", branch=BranchChoice(3, {"beta1": 7.0})), "racers.0..branch"),
        (RacerChoice("adam", crowd=CrowdChoice("ring", 1, 1.0)), "crowd.count"),
        (RacerChoice("adam", crowd=CrowdChoice("ring", 10_000, 1.0)), "crowd.count"),
        (RacerChoice("adam", crowd=CrowdChoice("ring", 5, math.nan)), "crowd.radius"),
    ):
        with pytest.raises(ValueError, match=word):
            check(scene_of([bad]))
