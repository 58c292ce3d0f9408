"""What the loss curve costs, as ratios in one run. pytest tests/benchmarks/test_loss_curve.py -s"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from engine.fair_play import run_scene
from engine.frames import Position, frame_at
from engine.scene import Curve, RacerChoice, opening_scene
from gui.optimizers.curve.content import Content
from gui.optimizers.curve.plot import CurvePlot
from gui.optimizers.labels import labels_of
from gui.optimizers.picture.contour_picture import Subject
from gui.plotting.plot import Drawing
from gui.plotting.sheet import Sheet
from gui.theme import DARK

KEYS = ("adam", "rmsprop", "adagrad", "adadelta", "nesterov", "momentum", "gradient_descent")
SIZE = (440, 260)


@pytest.fixture
def drawing(qapp: Any) -> tuple[Drawing, Any]:
    scene = opening_scene().with_(racers=tuple(RacerChoice(key) for key in KEYS), steps=500)
    active = list(range(len(KEYS)))
    run = run_scene(scene, scene.loss.loss(), active, [racer.build() for racer in scene.racers])
    subject, plot = Subject(run, labels_of(scene, active, run), selected=0), CurvePlot()
    plot.set_sheet(Sheet(*SIZE, DARK, QApplication.font()))
    plot.show_subject(subject, Content.of(subject, Curve()), Curve())
    return Drawing(plot), run


def cost(draw: Callable[[int], None], rounds: int = 60) -> float:
    """The median of thread time in seconds."""
    times = []
    for index in range(rounds):
        begin = time.thread_time()
        draw(index)
        times.append(time.thread_time() - begin)
    return statistics.median(times[5:])


def test_a_frame_costs_a_fraction_of_the_whole_picture(drawing: tuple[Drawing, Any]) -> None:
    made, run = drawing
    image = QImage(*SIZE, QImage.Format.Format_RGB32)

    def paint(layers: bool) -> Callable[[int], None]:
        def draw(index: int) -> None:
            made.plot.show_frame(frame_at(run, Position(100 + index)))
            painter = QPainter(image)
            made.paint(painter, layers)
            painter.end()

        return draw

    kept, whole = cost(paint(True)), cost(paint(False))
    print(f"a frame {kept * 1e3:.2f} ms, drawn whole {whole * 1e3:.2f} ms: {kept / whole:.2f}")
    assert kept < 0.4 * whole


def test_zooming_costs_about_what_curves_of_pyqtgraph_cost(drawing: tuple[Drawing, Any], qtbot: Any) -> None:
    import pyqtgraph

    made, run = drawing
    image = QImage(*SIZE, QImage.Format.Format_RGB32)
    content = made.plot.content
    made.plot.show_frame(frame_at(run, Position(250)))

    def ours(index: int) -> None:
        part = (0.0, 300.0 + index)
        made.plot.show_subject(made.plot.subject, content, Curve(steps=part))
        painter = QPainter(image)
        made.paint(painter)
        painter.end()

    theirs = pyqtgraph.PlotWidget(background=None, enableMenu=False)
    qtbot.addWidget(theirs)
    theirs.resize(*SIZE)
    theirs.hideButtons()
    for racer in range(len(KEYS)):
        pen = pyqtgraph.mkPen(made.plot.subject.labels[racer].style.color(DARK), width=1.9)
        heights = np.where(np.isfinite(content.heights[:, racer]), content.heights[:, racer], -8)
        theirs.plot(heights, pen=pen, antialias=True)

    def zoom(index: int) -> None:
        theirs.setXRange(0.0, 300.0 + index, padding=0)
        painter = QPainter(image)
        theirs.render(painter)
        painter.end()

    mine, other = cost(ours), cost(zoom)
    print(f"zoom {mine * 1e3:.1f} ms, with curves of pyqtgraph {other * 1e3:.1f} ms: {mine / other:.2f}")
    assert mine < 1.5 * other  # which have no dashes, names or past and future
