"""Arrows on the contour: terms tip to tail, labels, and the numbers under the mouse."""

from __future__ import annotations

import math
from typing import Any

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QToolTip

from engine.arrows import arrows_at
from engine.descent import race
from engine.frames import Position, frame_at
from engine.losses import LOSSES
from engine.optimizers import OPTIMIZERS
from gui.optimizers.contour_canvas import ContourCanvas
from gui.optimizers.picture.arrows import arrow_at, placed
from gui.optimizers.picture.contour_picture import Subject
from gui.optimizers.picture.overlay import Label
from gui.picture.mapping import Mapping
from gui.theme import racer_style

RUN = race(LOSSES["quadratic_bowl"], [OPTIMIZERS["momentum"].with_values(learning_rate=0.05)], (-4.0, 1.2), 10)
MAPPING = Mapping.fitted(RUN.loss.domain, 800, 600)


def test_terms_are_drawn_tip_to_tail_and_end_where_their_sum_does() -> None:
    (velocity,) = placed(arrows_at(RUN, 0, 5, 0), MAPPING, 1.0)  # −g is one of its terms, so it is not drawn twice
    assert velocity.chain[0] == velocity.start and velocity.chain[-1] == velocity.end and len(velocity.chain) == 3
    for term, begin, tip in zip(velocity.arrow.terms, velocity.chain, velocity.chain[1:], strict=False):
        turn = math.atan2(begin[1] - tip[1], tip[0] - begin[0])
        assert turn == pytest.approx(math.atan2(term.value[1], term.value[0]))
    ratio = math.dist(*velocity.chain[:2]) / math.dist(*velocity.chain[1:])
    assert ratio == pytest.approx(
        math.hypot(*velocity.arrow.terms[0].value) / math.hypot(*velocity.arrow.terms[1].value)
    )


def test_the_arrow_under_the_mouse_is_told_in_numbers() -> None:
    arrows = arrows_at(RUN, 0, 5, 1)
    for one in placed(arrows, MAPPING, 1.0):
        near = one.start[0] + 0.9 * (one.end[0] - one.start[0]), one.start[1] + 0.9 * (one.end[1] - one.start[1])
        said = arrow_at((one.arrow,), near, MAPPING, 1.0)
        assert said.startswith(f"{one.arrow.label.removeprefix('−')} = (") and "‖ = " in said
    assert arrow_at(arrows, (5.0, 5.0), MAPPING, 1.0) == ""


def test_hovering_shows_it(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda place, text, widget: said.append(text))
    canvas = ContourCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(800, 600)
    canvas.set_subject(Subject(RUN, [Label("Momentum", racer_style("momentum"))], selected=0), None)
    canvas.show_frame(frame_at(RUN, Position(5), 0))
    canvas.show()
    (one, *_) = placed(arrows_at(RUN, 0, 5, 1), canvas.mapping(), 1.0)
    middle = QPoint(round((one.start[0] + one.end[0]) / 2), round((one.start[1] + one.end[1]) / 2))
    qtbot.mouseMove(canvas, QPoint(5, 5))
    assert not said
    qtbot.mouseMove(canvas, middle)
    assert said == [arrow_at(arrows_at(RUN, 0, 5, 1), (middle.x(), middle.y()), canvas.mapping(), 1.0)] != [""]
