"""Early stopping on the contour: the path is cut at the stop, what would have followed is faint."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QPointF, Qt
from PySide6.QtGui import QPainter, QPen

from engine.data.early_stopping import Stopping
from engine.descent import Run
from gui.optimizers.picture.captions import Anchor, Caption, Wanted
from gui.optimizers.picture.overlay import Label
from gui.picture.lines import draw_line
from gui.picture.mapping import FAR, Mapping
from gui.theme import Theme


def kept_points(run: Run, stopping: Stopping | None) -> NDArray[np.float64]:
    """The paths (steps + 1, racers, 2), each at rest from its stop on."""
    if stopping is None or not (stopping.stop >= 0).any():
        return run.points
    points = run.points.copy()
    for racer, stop in enumerate(stopping.stop):
        if stop >= 0:
            points[stop:, racer] = points[stop, racer]
    return points


def paint_stops(
    painter: QPainter, run: Run, stopping: Stopping, labels: Sequence[Label], step: int, ahead: bool,
    selected: int | None, wanted: Wanted, mapping: Mapping, theme: Theme, px: float,
) -> None:  # fmt: skip
    """For every racer that has stopped by now (or will, with the path ahead): the rest of its path, dotted, a bar
    across it at the stop, and a ring around the weights that are kept."""
    for racer, label in enumerate(labels):
        stop, best = int(stopping.stop[racer]), int(stopping.best[racer])
        if stop < 0 or (step < stop and not ahead):
            continue
        pixels = mapping.pixels(run.points[:, racer])
        color = label.style.color(theme)
        color.setAlpha(150 if step >= stop else 90)
        rest = pixels[stop : len(pixels) if ahead else max(step, stop) + 1]
        near = (np.abs(rest) < FAR).all(axis=1)
        rest = rest[: np.argmin(near)] if not near.all() else rest
        if len(rest) > 1:
            pen = QPen(color, 1.6 * px, Qt.PenStyle.CustomDashLine, Qt.PenCapStyle.FlatCap)
            pen.setDashPattern([1.0, 2.0])
            painter.setPen(pen)
            draw_line(painter, rest)
        if step < stop:
            continue
        _bar(painter, pixels, stop, mapping, theme, px)
        x, y = pixels[best]
        if mapping.inside(x, y):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for shade, width in ((theme.color("halo"), 4.5), (theme.color("danger"), 2.2)):
                painter.setPen(QPen(shade, width * px))
                painter.drawEllipse(QPointF(x, y), 12 * px, 12 * px)
            if racer != selected:
                continue
            text = QCoreApplication.translate("stopping", "stopped at step {stop}").format(stop=stop)
            above = Anchor((float(x), float(y)), -math.pi / 4, 12 * px)
            wanted.captions.append(Caption(text, theme.color("danger"), (above,), size=13))


def _bar(painter: QPainter, pixels: NDArray[np.float64], stop: int, mapping: Mapping, theme: Theme, px: float) -> None:
    x, y = pixels[stop]
    if not mapping.inside(x, y):
        return
    before = pixels[:stop][np.hypot(*(pixels[:stop] - pixels[stop]).T) > 2]
    way = pixels[stop] - before[-1] if len(before) else np.array([1.0, 0.0])
    across = np.array([-way[1], way[0]]) / max(float(np.hypot(*way)), 1e-9) * 9 * px
    for shade, width in ((theme.color("halo"), 5.0), (theme.color("danger"), 2.6)):
        painter.setPen(QPen(shade, width * px))
        painter.drawLine(QPointF(x - across[0], y - across[1]), QPointF(x + across[0], y + across[1]))
