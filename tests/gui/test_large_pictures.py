"""What is drawn anew in every frame stays quick on the largest screens, and looks as it does on usual ones."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen

from engine.losses import Loss
from engine.scene import LossChoice, NoiseChoice
from gui.optimizers.picture.batches import MOST, BatchContour, contour_lines
from gui.painting import painting
from gui.picture.background import band_color, paint_background
from gui.picture.mapping import Mapping
from gui.theme import DARK

LAPTOP, UHD = (900, 760), (2984, 2008)  # what the contour has of 1600 × 960 and of 3840 × 2160
NOISE = NoiseChoice(1.0, 4, 3)
WAVES = LossChoice("own", "sin(3*x)*sin(3*y) + 0.05*(x^2+y^2)", domain=((-5.0, 5.0), (-5.0, 5.0)), noise=NOISE)
RIPPLES = LossChoice("own", "sin(30*x)*sin(30*y)", domain=((-5.0, 5.0), (-5.0, 5.0)), noise=NOISE)
RASTRIGIN = LossChoice("rastrigin", noise=NOISE)


def image(size: tuple[int, int], paint: Any) -> QImage:
    made = QImage(*size, QImage.Format.Format_RGB32)
    made.fill(Qt.GlobalColor.darkBlue)
    with painting(made) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint(painter)
    return made


def step_picture(loss: Any, size: tuple[int, int]) -> QImage:
    run: Any = SimpleNamespace(loss=loss)
    mapping = Mapping.fitted(loss.domain, *size)
    return image(size, lambda painter: BatchContour().paint(painter, run, 3, mapping, DARK, 1.0))


def in_one_shape(loss: Any, size: tuple[int, int]) -> QImage:
    color = DARK.color("gradient")
    color.setAlpha(190)
    pen, path = QPen(color, 1.2), QPainterPath()
    pen.setDashPattern([5.0, 4.0])
    for line in contour_lines(loss.at_step(3), Mapping.fitted(loss.domain, *size)):
        path.addPolygon(line)

    def paint(painter: QPainter) -> None:
        painter.setPen(pen)
        painter.drawPath(path)

    return image(size, paint)


@pytest.mark.parametrize("choice", [WAVES, RASTRIGIN, LossChoice("himmelblau", noise=NOISE)])
def test_a_steps_contour_looks_as_in_one_shape(choice: LossChoice) -> None:
    loss = choice.loss()
    assert step_picture(loss, LAPTOP) == in_one_shape(loss, LAPTOP)


@pytest.mark.parametrize("choice", [RASTRIGIN, RIPPLES])
def test_a_steps_contour_is_quick(choice: LossChoice) -> None:
    loss = choice.loss()
    took = []
    for _ in range(3):
        begin = time.thread_time()
        step_picture(loss, UHD)
        took.append(time.thread_time() - begin)
    print(took)
    assert min(took) < 0.15  # in one shape 0.7 and 1.6


def test_a_steps_contour_of_too_many_corners_has_fewer_lines() -> None:
    loss: Any = RIPPLES.loss()
    many = contour_lines(loss.at_step(3), Mapping.fitted(loss.domain, 1640, 1000))
    fewer = contour_lines(loss.at_step(3), Mapping.fitted(loss.domain, *UHD))
    assert 0 < sum(line.size() for line in fewer) <= MOST
    assert sum(line.size() for line in many) > 0.8 * MOST  # none are left out there


def bands(loss: Loss, size: tuple[int, int]) -> set[int]:
    """The colours of large areas."""
    mapping = Mapping.fitted(loss.domain, *size)
    drawn = image(size, lambda painter: paint_background(painter, loss, mapping, DARK))
    colors, counts = np.unique(np.frombuffer(drawn.constBits(), np.uint32), return_counts=True)
    return {int(color) for color, count in zip(colors, counts, strict=True) if count > size[0] * size[1] / 2000}


def test_a_wavy_ground_has_half_as_many_lines_on_the_largest_screens() -> None:
    every = {band_color(DARK, index / 20).rgb() for index in range(21)}
    second = {band_color(DARK, index / 10).rgb() for index in range(11)}
    assert len(bands(WAVES.loss(), LAPTOP) & every) > 15
    assert bands(WAVES.loss(), UHD) <= second
    smooth = LossChoice("himmelblau").loss()
    assert len(bands(smooth, UHD) & every) > 15
