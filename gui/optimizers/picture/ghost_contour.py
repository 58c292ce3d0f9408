"""Beside a regularised loss: the contour it had without, its minimum, and the contours of what was added.

Where a penalty's contour touches one of the unregularised loss, there is the new minimum.
"""

from __future__ import annotations

import math

import contourpy
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from engine.data.loss import DataLoss
from engine.data.on_grid import on_grid
from engine.data.regularisers import OFF
from engine.losses import Loss
from engine.scene import Show
from gui.optimizers.picture.captions import Anchor, Caption, Wanted
from gui.picture.background import band_path, grid_of, levels_of
from gui.picture.mapping import Mapping
from gui.theme import Theme

LINES = 9
FAINT = 135  # of 255: paths must stand out from the ghost
RINGS = 6  # contours of the penalty


def tr(text: str) -> str:
    return QCoreApplication.translate("ghost", text)


def ghost_of(loss: Loss) -> DataLoss | None:
    """The loss without its regularisers, where it has any."""
    if not isinstance(loss, DataLoss) or loss.regularisers == OFF:
        return None
    return loss.unregularised()


def paint_ghosts(painter: QPainter, loss: Loss, show: Show, mapping: Mapping, theme: Theme, px: float) -> None:
    """The lines, for the ground."""
    if not (show.unregularised or show.penalty):
        return
    ghost = ghost_of(loss)
    if ghost is None or not isinstance(loss, DataLoss):
        return
    x, y = grid_of(mapping)
    columns, rows = np.linspace(0, mapping.width, len(x)), np.linspace(0, mapping.height, len(y))
    before = on_grid(ghost, x, y)
    painter.save()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    touch = _touching(loss)
    if show.unregularised:
        faint = ghost_color(theme)
        faint.setAlpha(FAINT)
        _lines(painter, columns, rows, before, levels_of(before, LINES), faint, max(1.0, px), None)
    if show.penalty:
        added = on_grid(loss, x, y) - before if _adds(loss) else loss.penalty_on(x, y)
        if np.ptp(added) > 1e-9 * max(float(np.abs(added).max()), 1e-300):
            color = penalty_color(theme)
            low, high = float(added.min()), float(added.max())
            rings = low + (high - low) * (np.arange(1, RINGS + 1) / (RINGS + 0.5)) ** 2
            dashed = penalty_color(theme)
            dashed.setAlpha(FAINT + 30)
            _lines(painter, columns, rows, added, rings, dashed, 1.4 * px, (5.0, 3.5))
            if touch is not None:
                both = float(loss.value(touch)), float(ghost.value(touch))
                ring = both[0] - both[1] if _adds(loss) else float(_penalty_at(loss, touch))
                if ring > low + 1e-6 * (high - low):
                    _lines(painter, columns, rows, added, np.array([ring]), color, 2.6 * px, None)
                if show.unregularised:
                    _lines(painter, columns, rows, before, np.array([both[1]]), ghost_color(theme), 2.4 * px, None)
    painter.restore()


def paint_moved_minimum(
    painter: QPainter, loss: Loss, wanted: Wanted, mapping: Mapping, theme: Theme, px: float
) -> None:
    """A hollow marker where the minimum was, and an arrow to where it is now."""
    ghost = ghost_of(loss)
    if ghost is None or (not len(ghost.minima) and not len(loss.minima)):
        return
    color = ghost_color(theme)
    new = loss.minima
    for old in ghost.minima:
        x, y = mapping.pixels(old)
        near = new[np.argmin(np.hypot(*(new - old).T))] if len(new) else None
        if near is not None:
            _arrow(painter, QPointF(x, y), QPointF(*mapping.pixels(near)), color, mapping, theme, px)
        if mapping.inside(x, y):
            for pen, width in ((theme.color("halo"), 5.0), (color, 2.4)):
                painter.setPen(QPen(pen, width * px))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(QPointF(x, y), 7 * px, 7 * px)
    for point in new:
        names = [name for name, weight in zip("xy", point, strict=True) if weight == 0]
        x, y = mapping.pixels(point)
        if names and mapping.inside(x, y):
            text = tr("{names} = 0 exactly").format(names=" = ".join(names))
            below = Anchor((float(x), float(y)), math.pi / 4, 8 * px)
            wanted.captions.append(Caption(text, theme.color("ink"), (below,), size=13))


def ghost_color(theme: Theme) -> QColor:
    return QColor("#ffb38a") if theme.dark else QColor("#b4501e")


def penalty_color(theme: Theme) -> QColor:
    return QColor("#8be0a4") if theme.dark else QColor("#1b7a3d")


def _adds(loss: DataLoss) -> bool:
    """Whether what the regularisers do is, on average, to add something: noise and dropout as well as penalties."""
    by = loss.regularisers
    return not (by.batch_normalisation or by.copies or by.label_smoothing)


def _penalty_at(loss: DataLoss, w: NDArray[np.float64]) -> float:
    return float(loss.penalty_on(w[:1], w[1:])[0, 0])


def _touching(loss: DataLoss) -> NDArray[np.float64] | None:
    return loss.minima[0] if len(loss.minima) == 1 else None


def _lines(
    painter: QPainter, x: NDArray[np.float64], y: NDArray[np.float64], values: NDArray[np.float64],
    levels: NDArray[np.float64], color: QColor, width: float, dash: tuple[float, float] | None,
) -> None:  # fmt: skip
    generator = contourpy.contour_generator(x, y, np.ma.masked_invalid(values), line_type="ChunkCombinedOffset")
    pen = QPen(color, width)
    if dash:
        pen.setDashPattern(dash)
    painter.setPen(pen)
    for level in levels:
        painter.drawPath(band_path(generator.lines(float(level)), closed=False))


def _arrow(
    painter: QPainter, begin: QPointF, end: QPointF, color: QColor, mapping: Mapping, theme: Theme, px: float
) -> None:
    """From marker to marker, with room left for both; none where they lie on each other."""
    dx, dy = end.x() - begin.x(), end.y() - begin.y()
    length = math.hypot(dx, dy)
    far = 10 * max(mapping.width, mapping.height)
    if not 30 * px < length < far:
        return
    ux, uy = dx / length, dy / length
    tail = QPointF(begin.x() + 10 * px * ux, begin.y() + 10 * px * uy)
    tip = QPointF(end.x() - 12 * px * ux, end.y() - 12 * px * uy)
    neck = QPointF(tip.x() - 11 * px * ux, tip.y() - 11 * px * uy)
    side = QPointF(-5.5 * px * uy, 5.5 * px * ux)
    for shade, width in ((theme.color("halo"), 5.5), (color, 2.4)):
        painter.setPen(QPen(shade, width * px, c=Qt.PenCapStyle.RoundCap))
        painter.drawLine(tail, neck)
    painter.setPen(QPen(theme.color("halo"), 1.5 * px))
    painter.setBrush(color)
    painter.drawPolygon(QPolygonF([tip, neck + side, neck - side]))
