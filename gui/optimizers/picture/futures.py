"""Futures beside a racer's own: the one it had before it was changed, and those from other starts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen

from engine.descent import Crowd, Ghost, Run
from gui.optimizers.explain import ghost_name
from gui.optimizers.markers import marker_path
from gui.optimizers.picture.overlay import Label, paint_text
from gui.picture.lines import draw_line
from gui.picture.mapping import FAR, Mapping
from gui.theme import RacerStyle, Theme

GHOST_DASH = (5.0, 4.0)  # in pen widths
FAINT = 150  # of 255


def paint_futures(
    painter: QPainter, run: Run, labels: Sequence[Label], step: int, ahead: bool, mapping: Mapping, theme: Theme,
    px: float,
) -> None:  # fmt: skip
    """Crowds, then ghosts. Without the path ahead both end at now."""
    for crowd in run.crowds:
        _crowd(painter, crowd, labels[crowd.racer].style, step, ahead, mapping, theme, px)
    for ghost in run.ghosts:
        _ghost(painter, run, ghost, labels[ghost.racer].style, step, ahead, mapping, theme, px)


def _crowd(
    painter: QPainter, crowd: Crowd, style: RacerStyle, step: int, ahead: bool, mapping: Mapping, theme: Theme,
    px: float,
) -> None:  # fmt: skip
    pixels = mapping.pixels(crowd.points)
    color, faint = style.color(theme), style.color(theme)
    color.setAlpha(175)
    faint.setAlpha(60)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for start in range(pixels.shape[1]):
        if ahead:
            painter.setPen(QPen(faint, 1.0))
            draw_line(painter, _near(pixels[step:, start]))
        painter.setPen(QPen(color, 1.0))
        draw_line(painter, _near(pixels[: step + 1, start]))
    painter.setPen(QPen(theme.color("halo"), 1.2 * px))
    painter.setBrush(style.color(theme))
    for x, y in pixels[step]:
        if mapping.inside(x, y):
            painter.drawEllipse(QPointF(x, y), 3.6 * px, 3.6 * px)


def _ghost(
    painter: QPainter, run: Run, ghost: Ghost, style: RacerStyle, step: int, ahead: bool, mapping: Mapping,
    theme: Theme, px: float,
) -> None:  # fmt: skip
    branch = run.histories[ghost.racer].branch
    now = min(max(step - ghost.step, 0), len(ghost.points) - 1)
    pixels = _near(mapping.pixels(ghost.points if ahead else ghost.points[: now + 1]))
    if branch is None or len(pixels) < 2 or (step < ghost.step and not ahead):
        return
    color = style.color(theme)
    color.setAlpha(FAINT)
    pen = QPen(color, 2.0 * px)
    pen.setDashPattern(GHOST_DASH)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    # One path, not pieces: the dashes run on. A translucent wide pen must not overlap itself either.
    painter.drawPolyline([QPointF(x, y) for x, y in _apart(pixels, 2.5 * px)])
    x, y = mapping.pixels(ghost.points[0])
    painter.setPen(QPen(theme.color("ink"), 1.8 * px))
    painter.setBrush(style.color(theme))
    painter.drawEllipse(QPointF(x, y), 4.5 * px, 4.5 * px)  # where they part
    if step >= ghost.step:
        x, y = mapping.pixels(ghost.points[now])
        if mapping.inside(x, y):
            painter.save()
            painter.translate(x, y)
            painter.setPen(QPen(style.color(theme), 1.8 * px))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(marker_path(style.marker, 11 * px))
            painter.restore()
    name_at = next((corner for corner in pixels[::-1] if mapping.inside(corner[0], corner[1], margin=20 * px)), None)
    if name_at is not None:
        name = ghost_name(run.optimizers[ghost.racer], branch)
        paint_text(painter, name, name_at[0] + 14 * px, name_at[1] + 20 * px, theme.color("ink"), mapping, theme, px)


def _near(pixels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Up to the first corner that is too far away to be drawn."""
    far = np.flatnonzero(~(np.abs(pixels) < FAR).all(axis=-1))
    return pixels[: far[0]] if len(far) else pixels


def _apart(pixels: NDArray[np.float64], least: float) -> list[NDArray[np.float64]]:
    """Corners at least so many pixels from the one kept before; both ends stay."""
    kept = [pixels[0]]
    for corner in pixels[1:-1]:
        if np.hypot(*(corner - kept[-1])) >= least:
            kept.append(corner)
    return [*kept, pixels[-1]]
