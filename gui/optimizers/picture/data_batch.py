"""The samples that one step has seen, lit, where it has seen them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPen

from engine.data.loss import DataLoss
from gui.optimizers.data_words import DataNames
from gui.optimizers.picture.data_plot import Plot, Sheet, places
from gui.optimizers.picture.data_signs import paint_sign

MOST_LIT = 600  # samples of a batch


def paint_batch(
    painter: QPainter, sheet: Sheet, loss: DataLoss, names: DataNames, plot: Plot, step: int
) -> None:  # fmt: skip
    """Noise moves them from where they were measured; an input that dropout left out is struck through. Nothing where
    every step sees all of them as they are."""
    by, batches = loss.regularisers, loss.batches
    whole = batches.size >= len(loss.samples)
    if not step or (whole and not (by.input_noise or by.dropout)):
        return
    found = loss.draw_at(step)
    few = slice(0, MOST_LIT)
    x, y, second = places(found.samples, names)
    corners = plot.pixels(x[few], y[few])
    px = sheet.px
    radius = (6.0 if len(corners) <= 60 else 4.2) * px
    lit, halo = sheet.theme.color("gradient"), sheet.theme.color("halo")
    if by.input_noise:
        seen = (np.arange(len(loss.samples)) if whole else batches.at(step))[few]
        _paint_moves(painter, plot.pixels(plot.x[seen], plot.y[seen]), corners, lit, px)
    for place, (left, top) in enumerate(corners):
        kept = (True, True) if found.kept is None else tuple(found.kept[:, place])
        kind = None if second is None else bool(second[place])
        color = QColor(lit)
        color.setAlpha(255 if all(kept) else 110)
        if kind is not False:
            paint_sign(painter, left, top, radius + 1.2 * px, halo, kind, px)
        paint_sign(painter, left, top, radius, color, kind, px)
        _strike(painter, left, top, 1.5 * radius, kept, QPen(sheet.theme.color("ink"), 1.3 * px))


def _paint_moves(painter: QPainter, before: np.ndarray, after: np.ndarray, color: QColor, px: float) -> None:
    faint = QColor(color)
    faint.setAlpha(90)
    painter.setPen(QPen(faint, px))
    for (x0, y0), (x1, y1) in zip(before, after, strict=True):
        painter.drawLine(QPointF(x0, y0), QPointF(x1, y1))


def _strike(painter: QPainter, x: float, y: float, reach: float, kept: tuple[bool, ...], pen: QPen) -> None:
    """A line along the axis of every input that was left out."""
    for there, dx, dy in zip(kept, (reach, 0.0), (0.0, reach), strict=False):
        if not there:
            painter.setPen(pen)
            painter.drawLine(QPointF(x - dx, y - dy), QPointF(x + dx, y + dy))
