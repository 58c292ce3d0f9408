"""What one step sees of a loss that is different in every step: its contour, the fan of gradients, the epoch."""

from __future__ import annotations

import math

import contourpy
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from engine.data.fan import fan
from engine.data.loss import DataLoss
from engine.descent import Run
from engine.losses import Loss
from engine.stochastic import NoisyLoss, StochasticLoss
from gui.optimizers.picture.captions import Box
from gui.picture.background import levels_of, polygons, sample
from gui.picture.mapping import Mapping
from gui.theme import Theme

LEVELS = 9
LONGEST = 105.0  # pixels of the strong arrows
MOST = 25_000  # corners of all lines of one step's contour, which is drawn anew in every step
BUDGET = 2e6  # numbers summed up for one step's contour


class BatchContour:
    """This step's loss as dashed lines over the whole one. What was found for the last step is kept."""

    def __init__(self) -> None:
        self._key: object = None
        self._lines: list[QPolygonF] = []
        self._loss: Loss | None = None

    def paint(self, painter: QPainter, run: Run, step: int, mapping: Mapping, theme: Theme, px: float) -> None:
        """Nothing where every step sees the whole loss."""
        loss = run.loss
        if not isinstance(loss, StochasticLoss) or not loss.varies or not step:
            return
        key = (loss, step, mapping)
        if key != self._key:
            self._lines = contour_lines(loss.at_step(step), mapping)
            self._key = key
        color = theme.color("gradient")
        color.setAlpha(190)
        pen = QPen(color, 1.2 * px)
        pen.setDashPattern([5.0, 4.0])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for line in self._lines:  # all of them as one shape take ten times as long
            painter.drawPolyline(line)


def contour_lines(loss: Loss, mapping: Mapping) -> list[QPolygonF]:
    """The lines of one step's loss: at every second level, or fewer still, where there would be too many corners."""
    x, y, values = sample(loss, mapping, cell=10.0, most=BUDGET)
    finite = np.isfinite(values)
    if not finite.any():
        return []
    masked = np.ma.masked_invalid(np.clip(values, -1e300, 1e300))
    generator = contourpy.contour_generator(x, y, masked, line_type="ChunkCombinedOffset")
    levels = levels_of(values, LEVELS)
    while True:
        lines = [line for level in levels for line in polygons(generator.lines(level))]
        if sum(line.size() for line in lines) <= MOST or len(levels) == 1:
            return lines
        levels = levels[::2]


def paint_fan(painter: QPainter, run: Run, racer: int, step: int, mapping: Mapping, theme: Theme, px: float) -> None:
    """Downhill as samples or batches see it, from where `step` began: faint; as this step saw it and as the whole
    loss has it: strong. Lengths are to scale with one another."""
    loss = run.loss
    if not isinstance(loss, StochasticLoss) or not step or step > run.steps:
        return
    w = run.points[step - 1, racer]
    x, y = mapping.x(float(w[0])), mapping.y(float(w[1]))
    if not mapping.inside(x, y):
        return
    found = fan(loss, w, step)
    lengths = np.hypot(*found.others.T) if len(found.others) else np.zeros(1)
    typical = float(np.percentile(lengths[np.isfinite(lengths)], 90)) if np.isfinite(lengths).any() else 0.0
    longest = max(math.hypot(*found.mean), math.hypot(*found.seen), typical)
    if not math.isfinite(longest) or longest == 0:
        return
    scale = LONGEST * px / longest
    faint = theme.color("gradient")
    faint.setAlpha(110)
    painter.setPen(QPen(faint, 1.4 * px, c=Qt.PenCapStyle.RoundCap))
    for gx, gy in found.others[np.isfinite(found.others).all(axis=1)]:
        painter.drawLine(QPointF(x, y), QPointF(x - gx * scale, y + gy * scale))
    for vector, name in ((found.mean, "ink"), (found.seen, "gradient")):
        _strong(painter, x, y, vector, scale, theme.color(name), theme, px)


def _strong(
    painter: QPainter, x: float, y: float, vector: NDArray[np.float64], scale: float, color: QColor, theme: Theme,
    px: float,
) -> None:  # fmt: skip
    length = math.hypot(*vector) * scale
    if length < 2 or not math.isfinite(length):
        return
    dx, dy = -float(vector[0]) * scale / length, float(vector[1]) * scale / length
    tip, head = QPointF(x + dx * length, y + dy * length), min(11 * px, length * 0.6)
    neck = QPointF(tip.x() - dx * head, tip.y() - dy * head)
    for ink, width in ((theme.color("halo"), 5.6 * px), (color, 3.0 * px)):
        painter.setPen(QPen(ink, width, c=Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(x, y), neck)
    painter.setPen(QPen(theme.color("halo"), 1.2 * px))
    painter.setBrush(color)
    side = 0.45 * head
    painter.drawPolygon(
        [tip, QPointF(neck.x() - dy * side, neck.y() + dx * side), QPointF(neck.x() + dy * side, neck.y() - dx * side)]
    )


def pace_place(
    text: str, run: Run, mapping: Mapping, font: QFont, px: float, y: float, legend: Box | None
) -> tuple[float, float] | None:
    """Where `pace_of` stands: on top beside the numbers of the axis, or at the bottom where the start or the legend is
    there; None where the legend leaves no room."""
    wide = QFont(font)
    wide.setPixelSize(round(14 * px))
    left, width = 52 * px, QFontMetricsF(wide).horizontalAdvance(text)
    x0, y0 = mapping.x(float(run.start[0])), mapping.y(float(run.start[1]))
    start_there = left - 20 * px < x0 < left + width + 20 * px and y0 < y + 26 * px
    low = mapping.height - 46 * px
    for foot in (low, y) if start_there else (y, low):
        if legend is None or left + width + 10 * px < legend[0] or foot - 20 * px > legend[3]:
            return left, foot
    return None


def pace_of(run: Run, step: int) -> str:
    """How much of the data has been seen, or how loud the noise is; empty for any other loss."""
    loss = run.loss
    if isinstance(loss, DataLoss):
        many, size = loss.batches.samples, loss.batches.size
        epochs = loss.epochs(min(step, run.steps))
        shown = f"{epochs:.0f}" if size == many else f"{math.floor(epochs * 10) / 10:.1f}".removesuffix(".0")
        text = QCoreApplication.translate("batches", "epoch {epoch} · {size} of {many} samples a step")
        return text.format(epoch=shown, size=size, many=many)
    if isinstance(loss, NoisyLoss):
        text = QCoreApplication.translate("batches", "gradient noise σ/√B = {noise}")
        return text.format(noise=f"{loss.sigma / loss.batch_size**0.5:.3g}")
    return ""
