"""The loss around the selected racer to second order: the axes of its Hessian, and the model's ellipse."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from engine.curvature import Model, model_at
from engine.descent import Run
from engine.expressions.typeset import format_number
from engine.frames import RacerFrame
from gui.optimizers.picture.captions import Anchor, Caption, Wanted
from gui.picture.lines import draw_line
from gui.picture.mapping import FAR, Mapping
from gui.theme import Theme

LONG, SHORT = 92.0, 26.0  # pixels from the point to the end of the flatter and the steeper axis


def paint_curvature(
    painter: QPainter, run: Run, racer: RacerFrame, wanted: Wanted, mapping: Mapping, theme: Theme, px: float
) -> None:
    """Axes through the racer, the flatter one longer as its ellipse is, each with its curvature; a negative one is
    dashed. Where the model has a minimum: its level line through the racer, and a small cross at the bottom."""
    at = float(run.points[racer.step, racer.racer, 0]), float(run.points[racer.step, racer.racer, 1])
    model = model_at(run.loss, at)
    x, y = mapping.x(at[0]), mapping.y(at[1])
    if model is None or not mapping.inside(x, y):
        return
    color = theme.color("scale")
    _ellipse(painter, model, mapping, color, theme, px)
    for place, length in enumerate(_lengths(model)):
        dx, dy = model.axes[0, place] * length * px, -model.axes[1, place] * length * px
        if dx < 0 or (dx == 0 and dy > 0):  # named at the right end, whichever sign the solver chose
            dx, dy = -dx, -dy
        value = float(model.eigenvalues[place])
        for ink, width in ((theme.color("halo"), 5.0 * px), (color, 2.2 * px)):
            pen = QPen(ink, width, c=Qt.PenCapStyle.FlatCap)
            if value < 0 and ink == color:
                pen.setDashPattern([3.0, 2.0])
            painter.setPen(pen)
            painter.drawLine(QPointF(x - dx, y - dy), QPointF(x + dx, y + dy))
        name = f"λ{'₂₁'[place]} = {format_number(float(f'{value:.3g}'))}"
        turn = math.atan2(dy, dx)
        ends = (Anchor((x + dx, y + dy), turn), Anchor((x - dx, y - dy), turn + math.pi))
        wanted.captions.append(Caption(name, color, ends, size=14))
        wanted.lines.append(((x - dx, y - dy), (x + dx, y + dy)))


def _lengths(model: Model) -> tuple[float, float]:
    """Pixels of each axis, in the order of the eigenvalues: as 1/√|λ|, between SHORT and LONG."""
    sizes = np.sqrt(np.maximum(np.abs(model.eigenvalues), 1e-300))
    least = float(sizes.min())
    low, high = (max(LONG * least / float(size), SHORT) for size in sizes)
    return low, high


def _ellipse(painter: QPainter, model: Model, mapping: Mapping, color: QColor, theme: Theme, px: float) -> None:
    corners, bottom = model.ellipse(), model.bottom()
    if corners is None or bottom is None:
        return
    pixels = mapping.pixels(corners)
    if np.abs(pixels).max() > FAR:
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for ink, width in ((theme.color("halo"), 3.6 * px), (color, 1.8 * px)):
        painter.setPen(QPen(ink, width))
        draw_line(painter, pixels)
    x, y = mapping.x(bottom[0]), mapping.y(bottom[1])
    if mapping.inside(x, y):
        arm = 5 * px
        for ink, width in ((theme.color("halo"), 4.5 * px), (color, 2.0 * px)):
            painter.setPen(QPen(ink, width, c=Qt.PenCapStyle.RoundCap))
            painter.drawLine(QPointF(x - arm, y - arm), QPointF(x + arm, y + arm))
            painter.drawLine(QPointF(x - arm, y + arm), QPointF(x + arm, y - arm))
