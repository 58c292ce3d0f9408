"""What the 3-D view costs: turning it, resting, and a frame of a race on it.

pytest tests/benchmarks/test_relief.py -s. Milliseconds are printed; asserted are ratios in one run.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from engine.descent import race
from engine.frames import Position, frame_at
from engine.losses import LOSSES
from engine.optimizers import OPTIMIZERS
from engine.scene import Camera
from gui.optimizers.picture.contour_picture import Subject
from gui.optimizers.picture.overlay import Label
from gui.optimizers.picture.relief_picture import ReliefPicture
from gui.optimizers.picture.sheet import Sheet
from gui.picture.mapping import Mapping
from gui.recording.page import plain_font
from gui.theme import DARK, racer_styles

KEYS = ("adam", "rmsprop", "adagrad", "adadelta", "nesterov", "momentum", "gradient_descent")


def test_turning_resting_and_playing(qapp: QApplication) -> None:
    loss = LOSSES["himmelblau"]
    run = race(loss, [OPTIMIZERS[key] for key in KEYS], (1.2, -0.8), 500)
    subject = Subject(run, [Label(key, style) for key, style in zip(KEYS, racer_styles(KEYS), strict=True)])
    mapping, picture = Mapping.fitted(loss.domain, 690, 930), ReliefPicture()
    image = QImage(470, 930, QImage.Format.Format_ARGB32_Premultiplied)

    def paint(turned: float, step: int, rough: bool) -> None:
        sheet = Sheet(mapping, loss.domain, Camera(turned), 470, 930, DARK, plain_font())
        painter = QPainter(image)
        picture.paint(painter, sheet, subject, frame_at(run, Position(step)), rough)
        painter.end()

    def median(work: Callable[[int], None]) -> float:
        paint(0, 250, False)
        times = []
        for index in range(20):
            begin = time.perf_counter()
            work(index)
            times.append(1000 * (time.perf_counter() - begin))
        return statistics.median(times)

    turning = median(lambda i: paint(i + 1, 250, True))
    resting = median(lambda i: paint(-i - 1, 250, False))
    playing = median(lambda i: paint(0, 250 + i, False))
    print(f"\n3-D view: turning {turning:.1f} ms, at rest {resting:.1f} ms, a frame while playing {playing:.1f} ms")
    assert turning < 0.7 * resting and playing < 0.25 * resting
