"""What the window costs: a frame while playing, a drag to its complete picture, the first picture.

pytest tests/benchmarks -s. Milliseconds are printed, never asserted; the start-up is a ratio in one run.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from engine.frames import Position
from engine.scene import RacerChoice, opening_scene

ROOT = Path(__file__).parents[2]
RATES = {"adam": 0.12, "rmsprop": 0.05, "adagrad": 0.8, "adadelta": 1.0}
THIRTEEN = (
    "gradient_descent", "momentum", "nesterov", "adagrad", "adadelta", "rmsprop", "adam", "adamw", "amsgrad", "nadam",
    "radam", "adamax", "rprop",
)  # fmt: skip
KEYS = ("adam", "rmsprop", "adagrad", "adadelta", "nesterov", "momentum", "gradient_descent")


@pytest.fixture
def window(qtbot: Any) -> Iterator[Any]:
    from gui.main_window import MainWindow

    racers = tuple(RacerChoice(key, {"learning_rate": RATES[key]} if key in RATES else {}) for key in KEYS)
    window = MainWindow(opening_scene().with_(racers=racers, steps=500))
    qtbot.addWidget(window)
    window.resize(1920, 1080)
    window.show()
    QApplication.processEvents()
    yield window
    window.place.path = None


@pytest.mark.parametrize("step", [0, 250, 500])
def test_dragging_the_start(window: Any, benchmark: Any, step: int) -> None:
    """Seven racers, 500 steps: from the intent to the repainted window."""
    window.player.seek(Position(step))
    places = iter(range(10**9))

    def drag() -> None:
        shift = next(places) % 40 * 0.01
        window.panel.canvas.start_moved.emit((1.2 + shift, -0.8 - shift), 1)
        QApplication.processEvents()

    benchmark.pedantic(drag, rounds=40, warmup_rounds=4)


def test_dragging_a_learning_rate(window: Any, benchmark: Any) -> None:
    window.player.seek(Position(500))
    field = window.panel.controls.cards[0].fields["learning_rate"]
    shares = iter(range(10**9))

    def drag() -> None:
        field.slider.set_share(0.5 + next(shares) % 40 * 0.005)
        field.slider.moved.emit(field.slider.share, 1)
        QApplication.processEvents()

    benchmark.pedantic(drag, rounds=40, warmup_rounds=4)


def test_playing(window: Any, benchmark: Any) -> None:
    """At speed 1: ten steps a second, so that one frame in six shows new numbers."""
    frames = iter(range(10**9))

    def frame() -> None:
        count = next(frames) % 2900
        window.player.seek(Position(count // 6, 0, count % 6 / 6))
        QApplication.processEvents()

    benchmark.pedantic(frame, rounds=600, warmup_rounds=10)


@pytest.mark.qt_log_ignore("propagateSizeHints")
@pytest.mark.parametrize("shown", ["arrows", "everything"])
def test_playing_thirteen_racers(qtbot: Any, benchmark: Any, shown: str) -> None:
    """Thirteen methods, 1000 steps, every arrow of the selected one; with everything also a ghost, 24 starts and the
    curvature."""
    from engine.scene import BranchChoice, CrowdChoice, Show
    from gui.optimizers.panel import OptimizersPanel

    racers = [RacerChoice(key) for key in THIRTEEN]
    if shown == "everything":
        racers[1] = RacerChoice("momentum", branch=BranchChoice(100, {"momentum": 0.5}))
        racers[6] = RacerChoice("adam", crowd=CrowdChoice("ring", 24, 1.0))
    show = Show(arrows=True, legend=True, curvature=shown == "everything")
    panel = OptimizersPanel(opening_scene().with_(racers=tuple(racers), steps=1000, selected=6, show=show))
    qtbot.addWidget(panel)
    panel.resize(1920, 1080)
    panel.show()
    qtbot.waitUntil(lambda: panel.run is not None and panel.run.steps == 1000)
    frames = iter(range(10**9))

    def frame() -> None:
        count = next(frames) % 5900
        panel.player.seek(Position(count // 6, 0, count % 6 / 6))
        QApplication.processEvents()

    benchmark.pedantic(frame, rounds=1200, warmup_rounds=10)


def test_what_is_kept_between_frames_pays(qtbot: Any) -> None:
    """The same frames of the same race, with the layers kept from the last frame and drawn whole: a ratio."""
    from PySide6.QtGui import QFont, QImage, QPainter

    from engine.fair_play import run_scene
    from engine.frames import frame_at
    from engine.scene import BranchChoice, CrowdChoice, Show
    from gui.optimizers.labels import labels_of
    from gui.optimizers.picture.contour_picture import Canvas, ContourPicture, Subject
    from gui.picture.mapping import Mapping
    from gui.theme import look

    racers = [RacerChoice(key) for key in THIRTEEN]
    racers[1] = RacerChoice("momentum", branch=BranchChoice(100, {"momentum": 0.5}))
    racers[6] = RacerChoice("adam", crowd=CrowdChoice("ring", 24, 1.0))
    scene = opening_scene().with_(racers=tuple(racers), steps=1000)
    active, loss = list(range(len(racers))), scene.loss.loss()
    run = run_scene(scene, loss, active, [racer.build() for racer in racers])
    subject = Subject(run, labels_of(scene, active, run), Show(legend=True, curvature=True), 6)
    canvas = Canvas(Mapping(loss.domain, 1300, 900), look().theme, QFont())
    image, picture = QImage(1300, 900, QImage.Format.Format_RGB32), ContourPicture()

    def cost(step: int, layers: bool) -> float:
        frame = frame_at(run, Position(step), 6)
        begin = time.perf_counter()
        painter = QPainter(image)
        picture.paint(painter, canvas, subject, frame, layers)
        painter.end()
        return time.perf_counter() - begin

    cost(900, True)
    kept = statistics.median(cost(step, True) for step in range(901, 941))
    whole = statistics.median(cost(step, False) for step in range(901, 906))
    print(f"kept {kept * 1e3:.1f} ms, drawn whole {whole * 1e3:.1f} ms: {kept / whole:.3f}")
    assert kept < 0.3 * whole


OURS = """
import gc
gc.disable()  # as `run_window` does
from gui.application import make_application
app = make_application(["x"])
from gui.main_window import MainWindow
window = MainWindow()
window.resize(1280, 720)
window.show()
app.processEvents()
"""
EMPTY = """
from PySide6.QtWidgets import QApplication, QMainWindow
import pyqtgraph
app = QApplication([])
window = QMainWindow()
window.setCentralWidget(pyqtgraph.PlotWidget())
window.resize(1280, 720)
window.show()
app.processEvents()
"""
TIMED = "import time; begin = time.perf_counter()\n{code}\nprint(time.perf_counter() - begin)"


def start(code: str) -> float:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, "-c", TIMED.format(code=code)], cwd=ROOT, env=environment, check=True,
        capture_output=True, text=True,
    )  # fmt: skip
    return float(done.stdout)


def test_first_picture() -> None:
    start(OURS), start(EMPTY)  # compiled and in the disk's cache
    pairs = [(start(OURS), start(EMPTY)) for _ in range(7)]
    ours, empty = (statistics.median(side) for side in zip(*pairs, strict=True))
    print(f"first picture {ours * 1e3:.0f} ms, empty pyqtgraph window {empty * 1e3:.0f} ms: {ours / empty:.2f}")
    assert ours < 1.3 * empty
