"""The path ahead of a racer that diverges: it ends where it leaves the picture for good, as faint as one line."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QFont, QImage, QPainter

from engine.descent import Crowd, Run, path, race
from engine.frames import Position, frame_at
from engine.losses import LOSSES
from engine.optimizers import OPTIMIZERS
from engine.scene import Camera, Show
from gui.optimizers.picture.contour_picture import Canvas, ContourPicture, Subject
from gui.optimizers.picture.draped import HIDDEN
from gui.optimizers.picture.leaving import left_at
from gui.optimizers.picture.overlay import Label
from gui.optimizers.picture.relief_picture import ReliefPicture
from gui.optimizers.picture.sheet import Sheet
from gui.picture.mapping import Mapping
from gui.theme import DARK, LIGHT, Theme, racer_style

RAVINE = LOSSES["ill_conditioned"].with_values(condition_number=10.0)
START = (-4.0, 1.0)
WIDTH, HEIGHT = 480, 360
SLOW, FAST, FINE = 0.205, 0.9, 0.18  # learning rates; the limit is 0.2


def descent(rate: float) -> Any:
    return OPTIMIZERS["gradient_descent"].with_values(learning_rate=rate)


def run_of(rate: float, steps: int = 120) -> Run:
    return race(RAVINE, [descent(rate)], START, steps)


def subject_of(run: Run, ahead: bool) -> Subject:
    show = Show(path_ahead=ahead, minima=False, arrows=False, legend=False)
    return Subject(run, [Label("Gradient descent", racer_style("gradient_descent"))], show, 0)


def contour(run: Run, ahead: bool, theme: Theme = DARK, layers: bool = True, box: Any = RAVINE.domain) -> np.ndarray:
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    canvas = Canvas(Mapping.fitted(box, WIDTH, HEIGHT), theme, QFont())
    ContourPicture().paint(painter, canvas, subject_of(run, ahead), frame_at(run, Position(0), 0), layers)
    painter.end()
    return pixels(image)


def relief(run: Run, ahead: bool, theme: Theme) -> np.ndarray:
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    image.fill(0)
    box = RAVINE.domain
    sheet = Sheet(Mapping.fitted(box, WIDTH, HEIGHT), box, Camera(), WIDTH, HEIGHT, theme, QFont())
    painter = QPainter(image)
    ReliefPicture().paint(painter, sheet, subject_of(run, ahead), frame_at(run, Position(0), 0))
    painter.end()
    return pixels(image)


def pixels(image: QImage) -> np.ndarray:
    return np.array(image.constBits()).reshape(HEIGHT, WIDTH, 4)[..., 2::-1].astype(float)


def most(with_path: np.ndarray, without: np.ndarray, theme: Theme) -> float:
    """The largest share of the racer's colour that the path ahead puts on a pixel."""
    color = racer_style("gradient_descent").color(theme)
    whole = np.array([color.red(), color.green(), color.blue()]) - without
    return float(np.max(np.abs(with_path - without) / np.maximum(np.abs(whole), 40)))


@pytest.mark.parametrize("theme", [DARK, LIGHT])
@pytest.mark.parametrize("rate", [SLOW, FAST])
def test_the_path_ahead_is_nowhere_darker_than_one_line(rate: float, theme: Theme, qapp: Any) -> None:
    run = run_of(rate)
    one = (88 if theme.dark else 110) / 255 + 0.03
    for layers in (True, False):
        ahead, none = (contour(run, shown, theme, layers) for shown in (True, False))
        assert (ahead != none).any() and most(ahead, none, theme) < one
    ahead, none = (relief(run, shown, theme) for shown in (True, False))
    behind = 1 - (1 - one) * (1 - one * HIDDEN / 255)  # and of what the surface hides once more
    assert (ahead != none).any() and most(ahead, none, theme) < behind


def test_so_is_that_of_a_racer_with_several_starts(qapp: Any) -> None:
    run = run_of(FINE)
    starts = np.stack([path(RAVINE, descent(SLOW), (START[0], y), 120) for y in (1.0, -1.0)], axis=1)
    run = replace(run, crowds=(Crowd(0, starts),))
    plain = replace(run, crowds=())
    ahead, none = (contour(one, True) - contour(one, False) for one in (run, plain))
    column = round(Mapping.fitted(RAVINE.domain, WIDTH, HEIGHT).x(0.0))
    added = np.abs(ahead - none)[: HEIGHT // 4, column - 2 : column + 3].max()
    assert 5 < added < 255 * (1 - (1 - 60 / 255) ** 2) + 8, "two starts, two lines"


def test_a_path_ends_at_its_first_step_outside_for_good() -> None:
    run = run_of(SLOW)
    (end,) = left_at(RAVINE, run.points)
    (x0, x1), (y0, y1) = RAVINE.domain
    inside = (x0 <= run.points[:, 0, 0]) & (run.points[:, 0, 0] <= x1) & (np.abs(run.points[:, 0, 1]) <= max(-y0, y1))
    assert inside[end - 1] and not inside[end:].any() and end < run.steps - 20
    wide = ((-20.0, 20.0), (-20.0, 20.0))
    (later,) = left_at(RAVINE, run.points, wide)
    assert later > end and np.abs(run.points[later - 1]).max() <= 20 < np.abs(run.points[later]).max()
    near = ((-0.1, 0.1), (-0.1, 0.1))
    assert left_at(RAVINE, run.points, near) == [end], "who looks closely sees what the domain shows"


def test_paths_that_do_not_diverge_are_drawn_whole() -> None:
    for key in ("himmelblau", "rosenbrock", "ill_conditioned"):
        loss = LOSSES[key]
        run = race(loss, [OPTIMIZERS[name] for name in ("adam", "momentum", "nesterov", "rmsprop")], (-1.0, 1.5), 80)
        kept = [place for place, outcome in enumerate(run.outcomes) if outcome.kind != "diverged"]
        assert kept and (left_at(loss, run.points)[kept] == run.steps).all(), key
    run = run_of(FINE)
    assert left_at(RAVINE, run.points, ((3.0, 4.0), (3.0, 4.0))) == [run.steps], "wherever one looks"
    outside = run.points + 1000.0
    assert left_at(RAVINE, outside) == [run.steps], "never in the picture"
    lost = run.points.copy()
    lost[-1] = np.nan
    assert left_at(RAVINE, lost) == [run.steps]
