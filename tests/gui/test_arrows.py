"""Arrows on the contour: terms tip to tail, one length a step, and the numbers under the mouse."""

from __future__ import annotations

import math
from itertools import combinations
from typing import Any

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QToolTip

from engine.arrows import Arrow, arrows_of
from engine.descent import Run, race
from engine.frames import Position, frame_at
from engine.losses import LOSSES
from engine.optimizers import OPTIMIZERS, Optimizer
from gui.optimizers.contour_canvas import ContourCanvas
from gui.optimizers.picture.arrow_places import LONGEST, LONGEST_CHAIN, SHORTEST, Placed, placed
from gui.optimizers.picture.arrows import arrow_at
from gui.optimizers.picture.contour_picture import Subject
from gui.optimizers.picture.overlay import Label
from gui.picture.mapping import Mapping
from gui.theme import racer_style

METHODS = {f"{key}{form}": o.as_pytorch() if form else o for key, o in OPTIMIZERS.items() for form in ("", " pytorch")}
RUN = race(LOSSES["quadratic_bowl"], [OPTIMIZERS["momentum"].with_values(learning_rate=0.05)], (-4.0, 1.2), 10)
MAPPING = Mapping.fitted(RUN.loss.domain, 800, 600)


def drawn(run: Run, step: int, line: int) -> list[Placed]:
    return placed(arrows_of(run, 0, step), line, MAPPING, 1.0)


def test_terms_are_drawn_tip_to_tail_and_end_where_their_sum_does() -> None:
    run = race(LOSSES["beale"], [OPTIMIZERS["momentum"]], (1.0, 1.5), 5)
    (velocity,) = drawn(run, 5, 0)  # −g is one of its terms, so it is not drawn twice
    assert velocity.chain[0] == velocity.start and len(velocity.chain) == 3
    assert velocity.chain[-1] == pytest.approx(velocity.end)
    for term, (begin, tip) in zip(velocity.arrow.terms, velocity.links, strict=True):
        turn = math.atan2(begin[1] - tip[1], tip[0] - begin[0])
        assert turn == pytest.approx(math.atan2(term.value[1], term.value[0]))
    ratio = math.dist(*velocity.links[0]) / math.dist(*velocity.links[1])
    assert ratio == pytest.approx(
        math.hypot(*velocity.arrow.terms[0].value) / math.hypot(*velocity.arrow.terms[1].value)
    )


@pytest.mark.parametrize("name", METHODS)
def test_a_vector_is_as_long_in_every_line_of_its_step_and_a_longer_one_longer(name: str) -> None:
    run = race(LOSSES["beale"], [METHODS[name]], (1.0, 1.5), 30)
    for step in (1, 2, 5, 12, 30):
        shown: dict[tuple[str, tuple[float, float]], float] = {}
        for line in range(len(METHODS[name].rule.lines)):
            for one in drawn(run, step, line):
                length = math.dist(one.start, one.end)
                if one.arrow.tag in ("gradient", "direction"):
                    assert shown.setdefault((one.arrow.label, one.arrow.value), length) == pytest.approx(length)
                if one.chain and not one.arrow.terms[0].within:  # the sum is as long as the arrow that it is
                    assert math.dist(one.chain[0], one.chain[-1]) == pytest.approx(length)
                assert all(math.dist(one.chain[0], corner) < 3.01 * LONGEST for corner in one.chain)
        for (a, b), (x, y) in combinations(((math.hypot(*key[1]), length) for key, length in shown.items()), 2):
            assert (a - x) * (b - y) > 0 or a == pytest.approx(x)


def velocity_and_gradient(velocity: tuple[float, float], gradient: tuple[float, float], **state: float) -> list[Placed]:
    """What a = β·a + g looks like where it comes to `velocity`."""
    from engine.line_parts import Term

    old = (velocity[0] - gradient[0], velocity[1] - gradient[1])
    terms = Term("β·a", old, "a", False), Term("g", gradient, "g", True)
    return placed(
        (
            Arrow("gradient", "g", (0.0, 0.0), gradient, 0, gradient),
            Arrow("direction", "a", (0.0, 0.0), velocity, 0, velocity, terms),
            Arrow("step", "Δw", (0.0, 0.0), velocity, 1, velocity),
        ),
        int(state.get("line", 0)), MAPPING, 1.0,
    )  # fmt: skip


def test_lengths_are_in_proportion_where_all_of_them_can_be_seen() -> None:
    gradient, velocity, _ = velocity_and_gradient((3.0, 0.0), (0.0, 1.0), line=1)
    assert 3 * math.dist(gradient.start, gradient.end) == pytest.approx(math.dist(velocity.start, velocity.end))
    (summed,) = velocity_and_gradient((3.0, 0.0), (0.0, 1.0))
    assert math.dist(*summed.links[1]) == pytest.approx(math.dist(gradient.start, gradient.end))
    gradient, velocity, _ = velocity_and_gradient((30.0, 0.0), (0.0, 1.0), line=1)
    assert math.dist(gradient.start, gradient.end) == pytest.approx(SHORTEST)


def test_terms_that_nearly_cancel_stay_on_the_picture() -> None:
    gradient, velocity, _ = velocity_and_gradient((0.5, 0.1), (-9.0, 0.0), line=1)
    (summed,) = velocity_and_gradient((0.5, 0.1), (-9.0, 0.0))
    assert math.dist(summed.start, summed.end) == pytest.approx(math.dist(velocity.start, velocity.end))
    assert max(math.dist(summed.chain[0], corner) for corner in summed.chain) < 1.001 * LONGEST_CHAIN
    assert math.dist(gradient.start, gradient.end) > math.dist(velocity.start, velocity.end)


def test_a_chain_that_lies_on_its_sum_steps_aside() -> None:
    (summed,) = velocity_and_gradient((3.0, 0.0), (1.0, 0.0))
    assert [y - summed.start[1] for _, y in summed.chain] == pytest.approx([7.0] * 3)
    (bent,) = velocity_and_gradient((3.0, 0.0), (0.0, 1.0))
    assert bent.chain[0] == bent.start


def test_what_a_sign_is_of_is_a_chain_beside_the_arrow() -> None:
    run = race(LOSSES["beale"], [OPTIMIZERS["lion"]], (1.0, 1.5), 6)
    (sign,) = (one for one in drawn(run, 5, 0) if one.arrow.label == "−u")
    assert [term.label for term in sign.arrow.terms] == ["−β₁·m", "−(1 − β₁)·g"]
    total = [sum(axis) for axis in zip(*(term.value for term in sign.arrow.terms), strict=True)]
    dx, dy = sign.chain[-1][0] - sign.chain[0][0], sign.chain[0][1] - sign.chain[-1][1]
    assert math.atan2(dy, dx) == pytest.approx(math.atan2(total[1], total[0]))
    assert sign.arrow.value == tuple(math.copysign(1.0, axis) for axis in total)


def test_a_sum_that_has_the_name_of_its_first_term_is_drawn() -> None:
    own = Optimizer.from_rule("a = a + g\nw = w - 0.001*a")
    labels = [one.arrow.label for one in drawn(race(LOSSES["quadratic_bowl"], [own], (-4.0, 1.2), 5), 4, 0)]
    assert labels == ["−a"]


def test_the_arrow_under_the_mouse_is_told_in_numbers() -> None:
    for one in drawn(RUN, 5, 1):
        near = one.start[0] + 0.9 * (one.end[0] - one.start[0]), one.start[1] + 0.9 * (one.end[1] - one.start[1])
        said = arrow_at([one], near, 1.0)
        assert said.startswith(f"{one.arrow.label.removeprefix('−')} = (") and "‖ = " in said
    assert arrow_at(drawn(RUN, 5, 1), (5.0, 5.0), 1.0) == ""


@pytest.mark.parametrize("name", ["momentum", "nesterov", "gradient_descent", "qhm pytorch"])
def test_arrows_below_another_are_told_too_the_topmost_first(name: str) -> None:
    run = race(LOSSES["quadratic_bowl"], [METHODS[name].with_values(learning_rate=0.05)], (-4.0, 1.2), 10)
    arrows = drawn(run, 2, len(METHODS[name].rule.lines) - 1)
    move = arrows[-1]
    assert move.arrow.label == "Δw"
    lines = arrow_at(arrows, move.start, 1.0).split("\n")
    assert lines[0].startswith("Δw = (")
    here = [one.arrow.label for one in arrows[:-1] if one.start == move.start]
    assert here and all(any(line.startswith(f"{label.lstrip('−')} = ") for line in lines) for label in here)
    assert len(lines) == len(set(lines))


def test_hovering_shows_it(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda place, text, widget: said.append(text))
    canvas = ContourCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(800, 600)
    canvas.set_subject(Subject(RUN, [Label("Momentum", racer_style("momentum"))], selected=0), None)
    canvas.show_frame(frame_at(RUN, Position(5), 0))
    canvas.show()
    arrows = placed(arrows_of(RUN, 0, 5), 1, canvas.mapping(), 1.0)
    one = arrows[0]
    middle = QPoint(round((one.start[0] + one.end[0]) / 2), round((one.start[1] + one.end[1]) / 2))
    qtbot.mouseMove(canvas, QPoint(5, 5))
    assert not said
    qtbot.mouseMove(canvas, middle)
    assert said == [arrow_at(arrows, (middle.x(), middle.y()), 1.0)] != [""]
