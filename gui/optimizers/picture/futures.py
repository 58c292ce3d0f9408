"""Futures beside a racer's own: the one it had before it was changed, and those from other starts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from engine.descent import Ghost, Run
from gui.optimizers.explain import ghost_name
from gui.optimizers.markers import marker_path
from gui.optimizers.picture.captions import Anchor, Caption, Wanted
from gui.optimizers.picture.leaving import draw_in_one, left_at
from gui.optimizers.picture.overlay import Label
from gui.painting import painting
from gui.picture.lines import PIECE, draw_line, polygon
from gui.picture.mapping import FAR, Mapping
from gui.theme import RacerStyle, Theme

GHOST_DASH = (1.2, 2.6)  # in pen widths: dots, which no racer has
FAINT = 150  # of 255


class Futures:
    """Paints the crowds and ghosts of a run. What is kept from the last moment is a cache: without it (`layers`) the
    picture is the same."""

    def __init__(self) -> None:
        self._key: object = None
        self._run: Run | None = None  # held, so that its identity means it
        self._layer: QImage | None = None
        self._blocks = 0
        self._styles: list[RacerStyle] = []
        self._crowds: list[tuple[RacerStyle, list[NDArray[np.float64]]]] = []
        self._left: list[NDArray[np.intp]] = []  # the step at which each path of a crowd has left the picture for good
        self._ghosts: list[tuple[Ghost, NDArray[np.float64], NDArray[np.intp]]] = []

    def forget(self) -> None:
        """Drop the layer."""
        self._layer = None

    def paint(
        self, painter: QPainter, run: Run, labels: Sequence[Label], step: int, ahead: bool, wanted: Wanted,
        mapping: Mapping, theme: Theme, px: float, ratio: float, layers: bool,
    ) -> None:  # fmt: skip
        """Crowds, then ghosts. Without the path ahead both end at now."""
        if not run.crowds and not run.ghosts:
            return
        key = (id(run), mapping, theme.name, px, ratio, ahead, tuple(label.style for label in labels))
        if key != self._key:
            self._key, self._run, self._layer = key, run, None
            self._styles = [label.style for label in labels]
            self._crowds = [
                (labels[crowd.racer].style, [_near(line) for line in np.moveaxis(mapping.pixels(crowd.points), 1, 0)])
                for crowd in run.crowds
            ]
            self._left = [left_at(run.loss, crowd.points, mapping.view) for crowd in run.crowds]
            self._ghosts = [(ghost, *_apart(_near(mapping.pixels(ghost.points)), 2.5 * px)) for ghost in run.ghosts]
        blocks = step // PIECE
        if layers:
            painter.drawImage(0, 0, self._layer_for(blocks, ahead, mapping, theme, px, ratio))
        else:
            self._paint_ahead(painter, ahead, theme, px)
            self._paint_past(painter, 0, blocks * PIECE, theme)
        self._paint_past(painter, blocks * PIECE, step, theme)
        for style, lines in self._crowds:
            painter.setPen(QPen(theme.color("halo"), 1.2 * px))
            painter.setBrush(style.color(theme))
            for line in filter(len, lines):
                x, y = line[min(step, len(line) - 1)]
                if mapping.inside(x, y):
                    painter.drawEllipse(QPointF(x, y), 3.6 * px, 3.6 * px)
        for ghost, corners, at in self._ghosts:
            style = labels[ghost.racer].style
            if not ahead:
                corners = corners[: int(np.searchsorted(at, step - ghost.step, side="right"))]
                _paint_ghost_line(painter, corners, style, theme, px)
            _paint_ghost_marks(painter, run, ghost, style, step, ahead, corners, wanted, mapping, theme, px)

    def _layer_for(self, blocks: int, ahead: bool, mapping: Mapping, theme: Theme, px: float, ratio: float) -> QImage:
        if self._layer is None or blocks < self._blocks:
            size = QSize(max(round(mapping.width * ratio), 1), max(round(mapping.height * ratio), 1))
            self._layer = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
            self._layer.setDevicePixelRatio(ratio)
            self._layer.fill(0)
            self._blocks = 0
            with _on(self._layer) as inside:
                self._paint_ahead(inside, ahead, theme, px)
        if blocks > self._blocks:
            with _on(self._layer) as inside:
                for block in range(self._blocks, blocks):
                    self._paint_past(inside, block * PIECE, (block + 1) * PIECE, theme)
            self._blocks = blocks
        return self._layer

    def _paint_ahead(self, painter: QPainter, ahead: bool, theme: Theme, px: float) -> None:
        """What is there from the first step on: where a crowd starts, and what is to come."""
        painter.setPen(Qt.PenStyle.NoPen)
        for style, lines in self._crowds:
            painter.setBrush(style.color(theme))
            for line in filter(len, lines):
                painter.drawEllipse(QPointF(*line[0].tolist()), 2.2 * px, 2.2 * px)
        if not ahead:
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        last = self._run.steps if self._run is not None else 0
        for (style, lines), left in zip(self._crowds, self._left, strict=True):
            faint = style.color(theme)
            faint.setAlpha(60)
            for line, end in zip(lines, left.tolist(), strict=True):
                painter.setPen(QPen(faint, 1.0))
                if end < last:
                    draw_in_one(painter, line[: end + 1])
                else:
                    draw_line(painter, line)
        for ghost, corners, _ in self._ghosts:
            _paint_ghost_line(painter, corners, self._styles[ghost.racer], theme, px)

    def _paint_past(self, painter: QPainter, begin: int, end: int, theme: Theme) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for style, lines in self._crowds:
            color = style.color(theme)
            color.setAlpha(175)
            painter.setPen(QPen(color, 1.0))
            for line in lines:
                draw_line(painter, line[begin : end + 1])


@contextmanager
def _on(image: QImage) -> Iterator[QPainter]:
    with painting(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        yield painter


def _paint_ghost_line(
    painter: QPainter, corners: NDArray[np.float64], style: RacerStyle, theme: Theme, px: float
) -> None:
    """In one go: the dots run on, and a translucent pen does not overlap itself."""
    if len(corners) < 2:
        return
    color = style.color(theme)
    color.setAlpha(FAINT)
    pen = QPen(color, 2.2 * px)
    pen.setDashPattern(GHOST_DASH)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(polygon(corners))


def _paint_ghost_marks(
    painter: QPainter, run: Run, ghost: Ghost, style: RacerStyle, step: int, ahead: bool,
    corners: NDArray[np.float64], wanted: Wanted, mapping: Mapping, theme: Theme, px: float,
) -> None:  # fmt: skip
    """Where they part, where the ghost is now, and what it is called."""
    branch = run.histories[ghost.racer].branch
    if branch is None or not len(corners) or (step < ghost.step and not ahead):
        return
    x, y = mapping.pixels(ghost.points[0])
    painter.setPen(QPen(theme.color("ink"), 1.8 * px))
    painter.setBrush(style.color(theme))
    painter.drawEllipse(QPointF(x, y), 4.5 * px, 4.5 * px)
    if step >= ghost.step:
        x, y = mapping.pixels(ghost.points[min(step - ghost.step, len(ghost.points) - 1)])
        if mapping.inside(x, y):
            painter.save()
            painter.translate(x, y)
            painter.setPen(QPen(style.color(theme), 1.8 * px))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(marker_path(style.marker, 11 * px))
            painter.restore()
    name_at = next((corner for corner in corners[::-1] if mapping.inside(corner[0], corner[1], margin=20 * px)), None)
    if name_at is not None:
        name = ghost_name(run.optimizers[ghost.racer], branch)
        below = Anchor((float(name_at[0]), float(name_at[1])), math.pi / 4, 6 * px)
        wanted.captions.append(Caption(name, theme.color("ink"), (below,), size=13, bold=False))


def _near(pixels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Up to the first corner that is too far away to be drawn."""
    far = np.flatnonzero(~(np.abs(pixels) < FAR).all(axis=-1))
    return pixels[: far[0]] if len(far) else pixels


def _apart(pixels: NDArray[np.float64], least: float) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Corners at least so many pixels from the one kept before, both ends too; and which ones they are."""
    kept: list[int] = []
    for place, corner in enumerate(pixels.tolist()):
        if not kept or place == len(pixels) - 1 or math.dist(corner, pixels[kept[-1]]) >= least:
            kept.append(place)
    at = np.array(kept, dtype=np.intp)
    return pixels[at].reshape(-1, 2), at
