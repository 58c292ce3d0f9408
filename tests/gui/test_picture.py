"""The contour picture depends on the moment alone, and copes with everything a run can hold."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QFont, QImage, QPainter

from engine.descent import Branch, Crowd, path, race
from engine.frames import Position, frame_at
from engine.losses import LOSSES, Loss
from engine.optimizers import OPTIMIZERS
from engine.scene import Show
from gui.optimizers.markers import marker_path
from gui.optimizers.picture.contour_picture import Canvas, ContourPicture, Subject
from gui.optimizers.picture.overlay import Label, fan_out
from gui.picture.background import levels_of, paint_background, ticks
from gui.picture.mapping import FAR, Mapping, cut_far
from gui.theme import DARK, LIGHT, racer_style

WIDTH, HEIGHT = 480, 360


def subject_of(loss: Loss, start: tuple[float, float] = (1.2, -0.8), steps: int = 150, **values: float) -> Subject:
    racers = [o.with_values(**values) if values else o for o in OPTIMIZERS.values()]
    run = race(loss, racers, start, steps)
    labels = [Label(o.name, racer_style(o.key)) for o in racers]
    return Subject(run, labels, Show(legend=True), 6)


def draw(picture: ContourPicture, subject: Subject, position: Position, **options: Any) -> np.ndarray:
    theme, view = options.pop("theme", DARK), options.pop("view", subject.run.loss.domain)
    canvas = Canvas(Mapping.fitted(view, WIDTH, HEIGHT), theme, QFont())
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    picture.paint(painter, canvas, subject, frame_at(subject.run, position, 6), **options)
    painter.end()
    return np.array(image.constBits()).reshape(HEIGHT, WIDTH, 4)[..., :3].astype(int)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_playing_jumping_and_coming_back_give_the_same_picture(qtbot: Any, theme: Any) -> None:
    subject = subject_of(LOSSES["himmelblau"])
    played = ContourPicture()
    for step in range(101):
        last = draw(played, subject, Position(step), theme=theme)
    np.testing.assert_array_equal(last, draw(ContourPicture(), subject, Position(100), theme=theme))
    draw(played, subject, Position(150), theme=theme)
    np.testing.assert_array_equal(last, draw(played, subject, Position(100), theme=theme))
    assert (last != draw(played, subject, Position(101), theme=theme)).any()


def test_with_and_without_layers_look_alike(qtbot: Any) -> None:
    subject = subject_of(LOSSES["beale"], (1.0, 1.5))
    a = draw(ContourPicture(), subject, Position(90))
    b = draw(ContourPicture(), subject, Position(90), layers=False)
    assert np.abs(a - b).max() < 60  # the edges of letters, which blend otherwise in a layer; a line moved is 100 off


@pytest.mark.parametrize("key", list(LOSSES))
@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_every_loss_has_a_readable_ground(qtbot: Any, key: str, theme: Any) -> None:
    subject = subject_of(LOSSES[key], tuple(LOSSES[key].start), 20)
    pixels = draw(ContourPicture(), subject, Position(0), theme=theme)
    assert len(np.unique(pixels.reshape(-1, 3), axis=0)) > 20


@pytest.mark.parametrize(
    "text",
    [
        "log(-1 - x**2)",
        "3",
        "sqrt(x)",
        "1/x",
        "exp(exp(x*x))",
        "where(x > 0, 1, -1)",
        "1e300*x*x*y",
        "1e-300*x",
    ],
)
def test_strange_surfaces_are_drawn(qtbot: Any, text: str) -> None:
    subject = subject_of(Loss.from_text(text))
    for position in (Position(0), Position(3, 1), Position(150)):
        draw(ContourPicture(), subject, position)


def ground(loss: Loss, theme: Any, width: int = 900, height: int = 700) -> np.ndarray:
    """The ground's colours, (height, width, 3)."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    paint_background(painter, loss, Mapping.fitted(loss.domain, width, height), theme)
    painter.end()
    return np.array(image.constBits()).reshape(height, width, 4)[..., :3].astype(int)


def test_a_rough_surface_takes_no_longer_than_others(qtbot: Any) -> None:
    def seconds(loss: Loss) -> float:
        began = time.thread_time()
        ground(loss, DARK)
        return time.thread_time() - began

    rough = Loss.from_text("sin(30*x)*cos(30*y)")
    assert min(seconds(rough) for _ in range(3)) < 2 * min(seconds(LOSSES["rastrigin"]) for _ in range(3))


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("text", ["x**2 + 3*y**2 + 2*sin(2*x)", "log(x) + y**2", "x - y"])
def test_samples_have_the_colours_of_their_bands(
    qtbot: Any, text: str, theme: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    loss = Loss.from_text(text)
    bands = ground(loss, theme)
    monkeypatch.setattr("gui.picture.background.MAX_CORNERS", 0)
    samples = ground(loss, theme)
    assert bands.std() > 5
    difference = np.abs(bands - samples).max(axis=-1)
    assert np.median(difference) <= 2  # all but lines and borders of bands
    assert np.percentile(difference, 75) <= 8


def test_racers_far_away_are_drawn_at_the_border(qtbot: Any) -> None:
    subject = subject_of(LOSSES["rosenbrock"], (-1.5, 2.0), learning_rate=3.0)
    far = draw(ContourPicture(), subject, Position(150))
    view = ((1e-6, 2e-6), (1e-6, 2e-6))
    draw(ContourPicture(), subject, Position(40), view=view)
    start = draw(ContourPicture(), subject, Position(0))
    assert (far[:, -40:] != start[:, -40:]).any() or (far[:40] != start[:40]).any()


def test_equal_scales_on_both_axes() -> None:
    mapping = Mapping.fitted(((-1, 1), (-5, 5)), 600, 300)
    assert mapping.x(1) - mapping.x(0) == pytest.approx(mapping.y(0) - mapping.y(1))
    assert mapping.view[1] == (-5, 5)
    assert mapping.point(mapping.x(0.3), mapping.y(-2)) == pytest.approx((0.3, -2))
    np.testing.assert_allclose(mapping.pixels(np.array([[0.3, -2.0]]))[0], [mapping.x(0.3), mapping.y(-2)])


def test_far_lines_are_cut_where_they_leave() -> None:
    a = np.array([[0.0, 0.0], [1e9, 0.0], [0.0, 0.0]])
    b = np.array([[1e8, 1e8], [1e9, 1.0], [10.0, 5.0]])
    kept = cut_far(a, b)
    assert kept.tolist() == [True, False, True]
    np.testing.assert_allclose(b[0], [FAR, FAR])
    np.testing.assert_allclose(b[2], [10, 5])


def test_levels_crowd_at_the_minimum_where_the_range_asks_for_it() -> None:
    even = levels_of(np.linspace(0, 1, 10_000))
    np.testing.assert_allclose(np.diff(even), np.diff(even)[0], rtol=0.02)
    steep = levels_of(np.linspace(0, 1, 10_000) ** 9)
    ratios = steep[1:] / steep[:-1]
    assert ratios.std() / ratios.mean() < 0.05
    assert levels_of(np.full((4, 4), 2.0)).size == 0
    assert levels_of(np.full((4, 4), np.nan)).size == 0


def test_markers_that_would_cover_each_other_fan_out() -> None:
    places = np.array([[100.0, 100], [101, 100], [100, 101], [300, 300]])
    fanned = fan_out(places, [True] * 4, 14)
    gaps = np.hypot(*(fanned[:3, None] - fanned[None, :3]).transpose(2, 0, 1))
    assert gaps[~np.eye(3, dtype=bool)].min() >= 14
    np.testing.assert_array_equal(fanned[3], places[3])


def test_ticks_are_round() -> None:
    assert [text for _, text in ticks(-5, 5, 700)] == ["−4", "−2", "0", "2", "4"]
    assert [text for _, text in ticks(0.1, 0.13, 400)][:2] == ["0.10", "0.11"]
    assert ticks(-1e-9, 1e-9, 800)


def test_every_method_has_a_marker_and_a_look_of_its_own() -> None:
    styles = [racer_style(key) for key in OPTIMIZERS]
    assert len({style.marker for style in styles}) == len(styles)
    for theme in (DARK, LIGHT):
        looks = {(style.color(theme).name(), style.dash) for style in styles}
        assert len(looks) == len(styles)
    shapes = [marker_path(style.marker, 20.0) for style in styles]
    assert sum(shape.elementCount() > 10 and shape.boundingRect().width() == 20 for shape in shapes) == 1  # the disc
    for shape in shapes:
        assert 14 < max(shape.boundingRect().width(), shape.boundingRect().height()) < 34


@pytest.mark.parametrize("ahead", [True, False])
def test_ghosts_and_crowds_are_the_same_whichever_way_one_came(qtbot: Any, ahead: bool) -> None:
    momentum = OPTIMIZERS["momentum"].with_values(learning_rate=0.01)
    run = race(LOSSES["himmelblau"], [momentum], (1.2, -0.8), 120, branches={
        0: Branch(30, momentum.with_values(momentum=0.3))
    })  # fmt: skip
    others = np.stack([path(LOSSES["himmelblau"], momentum, (0.1 * k, 3.0 - k), 120) for k in range(7)], axis=1)
    run = replace(run, crowds=(Crowd(0, others),))
    subject = Subject(run, [Label("Momentum", racer_style("momentum"))], Show(path_ahead=ahead), 0)
    played = ContourPicture()
    for step in range(0, 101, 2):
        last = draw_one(played, subject, step)
    np.testing.assert_array_equal(last, draw_one(ContourPicture(), subject, 100))
    draw_one(played, subject, 120)
    np.testing.assert_array_equal(last, draw_one(played, subject, 100))
    assert (last != draw_one(played, subject, 20)).any()
    assert np.abs(last - draw_one(ContourPicture(), subject, 100, layers=False)).mean() < 0.5
    plain = replace(subject, run=replace(run, ghosts=(), crowds=()))
    assert np.abs(last - draw_one(ContourPicture(), plain, 100)).mean() > 0.5


def draw_one(picture: ContourPicture, subject: Subject, step: int, layers: bool = True) -> np.ndarray:
    canvas = Canvas(Mapping.fitted(subject.run.loss.domain, WIDTH, HEIGHT), DARK, QFont())
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    picture.paint(painter, canvas, subject, frame_at(subject.run, Position(step), 0), layers)
    painter.end()
    return np.array(image.constBits()).reshape(HEIGHT, WIDTH, 4)[..., :3].astype(int)
