"""Races: every line kept, outcomes told rightly, nothing stops for a racer that diverges."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.arrows import arrows_at
from engine.curvature import hessian, largest_eigenvalue, stable_rate
from engine.descent import race
from engine.frames import Position, distance_to_minimum, frame_at
from engine.losses import LOSSES, Loss
from engine.optimizers import OPTIMIZERS, Optimizer
from engine.schedules import SCHEDULES

ALL = list(OPTIMIZERS.values())


def test_shapes() -> None:
    run = race(LOSSES["beale"], ALL, (1, 1.5), 40)
    assert run.points.shape == (41, len(ALL), 2)
    assert run.values.shape == (41, len(ALL))
    assert run.gradients.shape == (41, len(ALL), 2)
    assert len(run.outcomes) == len(run.histories) == len(ALL)
    np.testing.assert_array_equal(run.points[0], np.tile([1, 1.5], (len(ALL), 1)))
    np.testing.assert_allclose(run.values[3, 2], LOSSES["beale"].value(run.points[3, 2]))


def test_no_steps_and_no_racers() -> None:
    assert race(LOSSES["beale"], ALL, (1, 1), 0).points.shape == (1, len(ALL), 2)
    assert race(LOSSES["beale"], [], (1, 1), 5).points.shape == (6, 0, 2)


@pytest.mark.parametrize("key", list(OPTIMIZERS))
@pytest.mark.parametrize("loss", list(LOSSES))
def test_every_method_on_every_loss(key: str, loss: str) -> None:
    """Each recorded line is what the formula gives for the recorded numbers, looked up not replayed."""
    run = race(LOSSES[loss], [OPTIMIZERS[key]], LOSSES[loss].start, 30)
    history = run.histories[0]
    assert np.isfinite(run.points).all()
    for step in (1, 2, 17):
        if step > history.steps or run.outcomes[0].kind == "diverged":
            continue
        last = len(history.optimizer.rule.lines) - 1
        np.testing.assert_allclose(history.line(step, last), run.points[step, 0], rtol=1e-12)
        for line in range(last + 1):
            _check_line(history, step, line)


def _check_line(history, step: int, line: int) -> None:  # type: ignore[no-untyped-def]
    from engine.expressions.compile import namespace, source

    rule_line = history.optimizer.rule.lines[line]
    values = {k: np.array(v) for k, v in history.before_line(step, line).items()}
    code = source(rule_line.lifted, lambda name: f"values[{name!r}]", "arrays")
    with np.errstate(all="ignore"):
        expected = eval(code, namespace("arrays") | {"values": values})  # noqa: S307
    np.testing.assert_allclose(history.line(step, line), expected, rtol=1e-9, atol=1e-300)


def test_a_diverging_racer_stops_alone(recwarn: pytest.WarningsRecorder) -> None:
    wild = OPTIMIZERS["gradient_descent"].with_values(learning_rate=1e300)
    run = race(LOSSES["rosenbrock"], [wild, OPTIMIZERS["adam"]], (-1.5, 2), 60)
    assert run.outcomes[0].kind == "diverged"
    assert run.outcomes[0].step == 1
    assert str(run.outcomes[0]) == "diverged at step 1"
    assert np.isfinite(run.points).all()
    np.testing.assert_array_equal(run.points[:, 0], np.tile([-1.5, 2.0], (61, 1)))
    assert run.outcomes[1].kind == "running"
    alone = race(LOSSES["rosenbrock"], [OPTIMIZERS["adam"]], (-1.5, 2), 60)
    np.testing.assert_array_equal(run.points[:, 1], alone.points[:, 0])
    assert not recwarn.list


def test_slow_divergence_is_told_with_its_step() -> None:
    run = race(LOSSES["quadratic_bowl"], [OPTIMIZERS["gradient_descent"].with_values(η=4)], (1, 1), 200)
    outcome = run.outcomes[0]
    assert outcome.kind == "diverged"
    assert 3 < outcome.step < 60
    assert (run.points[outcome.step :, 0] == run.points[outcome.step - 1, 0]).all()
    assert (run.points[outcome.step - 1, 0] != run.points[outcome.step - 2, 0]).any()


def test_zero_by_zero_is_an_outcome() -> None:
    run = race(LOSSES["rosenbrock"], [OPTIMIZERS["adagrad"].with_values(epsilon=0)], (1, 1), 5)
    assert run.outcomes[0].kind == "diverged"
    assert "not a finite number" in run.outcomes[0].reason


def test_an_undefined_loss_is_an_outcome() -> None:
    run = race(Loss.from_text("log(-1 - x**2 - y**2)"), ALL, (1, 1), 20)
    assert {str(outcome) for outcome in run.outcomes} == {"diverged at step 0"}


def test_walking_out_of_the_domain_of_a_logarithm() -> None:
    run = race(
        Loss.from_text("log(x) + y**2"),
        [OPTIMIZERS["gradient_descent"].with_values(η=0.3)],
        (1, 1),
        50,
    )
    assert run.outcomes[0].kind == "diverged"
    assert np.isfinite(run.values).all()


def test_momentum_in_full_flight_has_not_converged() -> None:
    """The gradient vanishes as the ball rolls through the minimum of x²: only its step is long."""
    bowl = Loss.from_text("x**2")
    momentum = OPTIMIZERS["momentum"].with_values(learning_rate=0.05, momentum=0.95)
    run = race(bowl, [momentum], (2, 0), 60, gradient_tolerance=0.7)
    lowest = int(np.abs(run.gradients[:20, 0, 0]).argmin())
    assert abs(run.gradients[lowest, 0, 0]) < 0.7
    assert run.outcomes[0].kind == "running"


def test_a_plateau_is_not_convergence() -> None:
    run = race(LOSSES["plateau"], [OPTIMIZERS["gradient_descent"]], LOSSES["plateau"].start, 50)
    assert run.outcomes[0].kind == "running"


def test_convergence_is_told_from_its_first_step() -> None:
    run = race(LOSSES["quadratic_bowl"], [OPTIMIZERS["gradient_descent"].with_values(η=0.4)], (1, 1), 200)
    outcome = run.outcomes[0]
    assert outcome.kind == "converged"
    assert 5 < outcome.step < 60
    assert np.hypot(*run.gradients[outcome.step, 0]) <= 1e-5


@pytest.mark.parametrize("start", [(math.nan, 0), (1,), "here", (1, 2, 3), (math.inf, 0), None])
def test_a_bad_start(start: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        race(LOSSES["beale"], ALL, start, 5)  # type: ignore[arg-type]


@pytest.mark.parametrize("steps", [-1, 1.5, math.inf, math.nan, 10**9, True])
def test_bad_steps(steps: float) -> None:
    with pytest.raises((ValueError, OverflowError)):
        race(LOSSES["beale"], ALL, (1, 1), steps)  # type: ignore[arg-type]


@given(
    rate=st.floats(0, 1e308),
    start=st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)),
    loss=st.sampled_from(sorted(LOSSES)),
)
def test_nothing_breaks_a_race(rate: float, start: tuple[float, float], loss: str) -> None:
    racers = [optimizer.with_values(learning_rate=rate) for optimizer in ALL]
    run = race(LOSSES[loss], racers, start, 12)
    assert np.isfinite(run.points).all()
    for place, outcome in enumerate(run.outcomes):
        if outcome.kind == "diverged":
            frozen = run.points[max(outcome.step - 1, 0) :, place]
            assert (frozen == frozen[0]).all()


def test_frames_are_looked_up() -> None:
    run = race(LOSSES["beale"], ALL, (1, 1.5), 40)
    there = frame_at(run, Position(17), 6)
    frame_at(run, Position(3), 6)
    assert frame_at(run, Position(17), 6) == there
    assert there.shown_step == 17
    assert there.shown_line == 2
    half = frame_at(run, Position(17, fraction=0.5), 6)
    middle = (run.points[17, 6] + run.points[18, 6]) / 2
    assert half.racers[6].point == pytest.approx(tuple(middle))
    second_line = frame_at(run, Position(17, line=2), 6)
    assert (second_line.shown_step, second_line.shown_line) == (18, 1)
    assert frame_at(run, Position(99), 6).racers[0].step == 40


def test_arrows_of_nesterov_stand_where_they_act() -> None:
    run = race(LOSSES["beale"], [OPTIMIZERS["nesterov"]], (1, 1.5), 10)
    ahead, gradient, velocity, move = arrows_at(run, 0, 5, 2)
    origin = run.points[4, 0]
    look_ahead = np.array(run.histories[0].line(5, 0))
    assert [a.tag for a in (ahead, gradient, velocity, move)] == [
        "point",
        "gradient",
        "direction",
        "step",
    ]
    np.testing.assert_allclose(np.add(ahead.origin, ahead.value), look_ahead)
    np.testing.assert_allclose(gradient.origin, look_ahead)
    np.testing.assert_allclose(gradient.value, -LOSSES["beale"].gradient(look_ahead), rtol=1e-12)
    np.testing.assert_allclose(velocity.value, np.negative(run.histories[0].line(5, 1)))
    np.testing.assert_allclose(np.add(origin, move.value), run.points[5, 0])
    assert len(arrows_at(run, 0, 5, 0)) == 1
    assert arrows_at(run, 0, 0, 0) == ()


def shown(optimizer: Optimizer, step: int = 4) -> list[str]:
    run = race(LOSSES["beale"], [optimizer], (1, 1.5), step)
    last = len(optimizer.rule.lines) - 1
    return [f"{arrow.tag} {arrow.label}" for arrow in arrows_at(run, 0, step, last)]


def test_arrows_of_the_newer_methods() -> None:
    assert shown(OPTIMIZERS["rprop"]) == ["gradient −g", "scale d", "direction −h", "step Δw"]
    assert shown(OPTIMIZERS["newton"]) == ["gradient −g", "direction −H⁻¹g", "step Δw"]
    assert shown(OPTIMIZERS["damped_newton"])[1] == "direction −(H + λI)⁻¹g"
    assert shown(OPTIMIZERS["lion"]) == ["gradient −g", "direction −u", "direction −m", "step Δw"]
    assert shown(OPTIMIZERS["amsgrad"]) == ["gradient −g", "direction −m", "scale v", "scale v\u0302", "step Δw"]


def test_arrows_of_clipped_and_scheduled_racers() -> None:
    momentum = OPTIMIZERS["momentum"].with_clipping(0.1).with_schedule(SCHEDULES["cosine"])
    assert shown(momentum) == ["gradient −g", "direction −ĝ", "direction −a", "step Δw"]
    nesterov = ["point u", "gradient −∇L", "direction −ŝ", "direction −a", "step Δw"]
    assert shown(OPTIMIZERS["nesterov"].with_clipping(0.1)) == nesterov


def test_arrows_of_an_own_rule() -> None:
    own = Optimizer.from_rule("s = abs(g)\nw = w - η*g/(s + 1)")
    run = race(LOSSES["beale"], [own], (1, 1.5), 3)
    gradient, scale, _ = arrows_at(run, 0, 1, 1 + 1)
    assert gradient.label == "−g"
    assert scale.tag == "scale"
    np.testing.assert_allclose(scale.value, 1 / np.abs(run.gradients[0, 0]))


def test_curvature() -> None:
    loss = Loss.from_text("3*x**2 + x*y + y**2")
    np.testing.assert_allclose(hessian(loss, (1, 2)), [[6, 1], [1, 2]], rtol=1e-6)
    assert largest_eigenvalue(loss, (0, 0)) == pytest.approx(4 + math.sqrt(5), rel=1e-6)
    assert stable_rate("gradient_descent", {}, 4) == 0.5
    assert stable_rate("adam", {}, 4) is None


@pytest.mark.parametrize("key", ["gradient_descent", "momentum", "nesterov"])
def test_the_stability_limit_is_the_limit(key: str) -> None:
    loss = Loss.from_text("5*x**2 + 0.5*y**2")  # λmax = 10
    values = {"momentum": 0.9} if key != "gradient_descent" else {}
    limit = stable_rate(key, values, largest_eigenvalue(loss, (1, 1)))
    assert limit is not None
    racers = [OPTIMIZERS[key].with_values(learning_rate=limit * f) for f in (0.98, 1.02)]
    run = race(loss, racers, (1, 0.01), 3000)
    assert run.values[-1, 0] < 1e-3
    assert run.outcomes[1].kind == "diverged"


def test_distance_to_minimum() -> None:
    run = race(LOSSES["himmelblau"], ALL, (1, 1), 1)
    assert distance_to_minimum(run, (3, 2.5)) == pytest.approx(0.5)
    assert math.isnan(distance_to_minimum(race(LOSSES["monkey_saddle"], ALL, (1, 1), 1), (0, 0)))
