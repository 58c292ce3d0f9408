"""Names on the contour: beside what they name, never on each other, still while the racers move."""

from __future__ import annotations

import math
from itertools import combinations
from typing import Any

import pytest
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from engine.frames import Position, frame_at
from engine.scene_file import load
from gui.fonts import load_fonts
from gui.optimizers.panel import OptimizersPanel
from gui.optimizers.picture import captions as place
from gui.optimizers.picture.captions import Anchor, Box, Caption, Wanted, arranged
from gui.optimizers.picture.contour_picture import Canvas, ContourPicture, Subject
from gui.picture.mapping import Mapping
from gui.theme import ASSETS, LIGHT

INK, FONT = QColor("black"), QFont()
MAPPING = Mapping(((0.0, 1.0), (0.0, 1.0)), 400, 300)
FAR = 30.0  # pixels


def overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def away(box: Box, anchor: Anchor) -> float:
    """From an anchor to the nearest of a box."""
    x = min(max(anchor.place[0], box[0]), box[2])
    y = min(max(anchor.place[1], box[1]), box[3])
    return math.dist((x, y), anchor.place) - anchor.clear


def name(text: str, x: float = 200.0, y: float = 150.0, angle: float = 0.0) -> Caption:
    return Caption(text, INK, (Anchor((x, y), angle),))


def test_a_name_stands_where_it_is_best(qtbot: Any) -> None:
    (box,) = arranged(Wanted([name("−g")]), FONT, MAPPING, 1.0)
    assert box is not None and box[0] == pytest.approx(204) and (box[1] + box[3]) / 2 == pytest.approx(150)


def test_names_at_one_place_stand_around_it_until_there_is_no_room(qtbot: Any) -> None:
    wanted = Wanted([name(f"a long name, {k}") for k in range(40)])
    boxes = arranged(wanted, FONT, MAPPING, 1.0)
    kept = [box for box in boxes if box is not None]
    assert boxes[-1] is not None and 5 <= len(kept) < 40
    assert not any(overlap(a, b) for a, b in combinations(kept, 2))
    assert all(away(box, wanted.captions[0].anchors[0]) < FAR for box in kept)


def test_names_keep_off_markers_lines_and_other_texts(qtbot: Any) -> None:
    right: Box = (205.0, 120.0, 260.0, 180.0)
    for wanted in (Wanted(markers=[right]), Wanted(taken=[right]), Wanted(lines=[((200.0, 150.0), (300.0, 150.0))])):
        wanted.captions.append(name("−g"))
        (box,) = arranged(wanted, FONT, MAPPING, 1.0)
        assert box is not None and not place._crosses(box, (200.0, 150.0), (300.0, 150.0))
        assert not (wanted.lines == [] and overlap(box, right))
    everywhere: Box = (0.0, 0.0, 400.0, 300.0)
    assert arranged(Wanted([name("−g")], markers=[everywhere]), FONT, MAPPING, 1.0) != [None]
    assert arranged(Wanted([name("−g")], taken=[everywhere]), FONT, MAPPING, 1.0) == [None]


@pytest.mark.parametrize("at", [(0.0, 0.0), (400.0, 0.0), (399.0, 299.0), (0.0, 150.0)])
def test_names_stay_on_the_picture(qtbot: Any, at: tuple[float, float]) -> None:
    (box,) = arranged(Wanted([name("−(1 − β₁)·g", *at)]), FONT, MAPPING, 1.0)
    assert box is not None and box[0] >= 0 and box[1] >= 0 and box[2] <= 400 and box[3] <= 300


def drawn(panel: OptimizersPanel, position: Position, picture: ContourPicture | None = None) -> ContourPicture:
    picture = picture or ContourPicture()
    assert panel.run is not None
    canvas = Canvas(Mapping.fitted(panel.canvas.box, 740, 620), LIGHT, QFont(list(load_fonts())))
    subject = Subject(panel.run, panel.labels, panel.scene.show, panel.selected, "start (drag me)")
    image = QImage(740, 620, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    picture.paint(painter, canvas, subject, frame_at(panel.run, position, panel.selected))
    painter.end()
    return picture


@pytest.fixture
def panel(qtbot: Any, request: pytest.FixtureRequest) -> OptimizersPanel:
    panel = OptimizersPanel(load(ASSETS / "scenes" / "optimizers" / f"{request.param}.json"))
    qtbot.addWidget(panel)
    return panel


SCENES = ["9-bias-correction", "7-nesterov-against-momentum", "21-curvature", "17-what-if", "13-clipping"]


@pytest.mark.parametrize("panel", SCENES, indirect=True)
def test_no_name_lies_on_another_or_far_from_its_arrow(panel: OptimizersPanel) -> None:
    for step in (1, 2, 3, 5, 12, 30):
        for line in range(panel._lines_in_step()):
            places = drawn(panel, Position(step, line)).captions.places
            boxes = [box for _, box in places if box is not None]
            assert not any(overlap(a, b) for a, b in combinations(boxes, 2))
            for caption, box in places:
                assert box is None or min(away(box, anchor) for anchor in caption.anchors) < FAR
            assert sum(box is None for _, box in places) <= 1


@pytest.mark.parametrize("panel", SCENES[:1], indirect=True)
def test_the_correction_of_the_first_steps_has_a_place_of_its_own(panel: OptimizersPanel) -> None:
    places = drawn(panel, Position(3)).captions.places
    (factor,) = (box for caption, box in places if caption.text.startswith("√(1 − β₂ᵗ)"))
    assert factor is not None
    assert {caption.text for caption, box in places if box} >= {"−m", "−g", "v", "Δw"}


@pytest.mark.parametrize("panel", SCENES, indirect=True)
def test_names_are_still_while_the_racers_move(panel: OptimizersPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = drawn(panel, Position(5))
    before = picture.captions.places
    monkeypatch.setattr(place, "arranged", lambda *_: pytest.fail("arranged anew"))
    for fraction in (0.2, 0.6, 0.9):
        assert drawn(panel, Position(5, 0, fraction), picture).captions.places == before


@pytest.mark.parametrize("panel", SCENES[:1], indirect=True)
def test_the_hint_is_there_until_the_race_has_left_its_start(panel: OptimizersPanel) -> None:
    assert panel.canvas.subject is not None and panel.canvas.subject.hint
    panel.player.seek(Position(0, 1))
    assert not panel.canvas.subject.hint
    panel.player.seek(Position())
    assert not panel.canvas.subject.hint


@pytest.mark.parametrize("panel", ["10-schedules"], indirect=True)
def test_a_scene_that_opens_later_has_no_hint(panel: OptimizersPanel) -> None:
    assert panel.player.position != Position()
    assert panel.canvas.subject is not None and not panel.canvas.subject.hint
