"""The paths of the racers: the past drawn strongly, the future faintly.

A path is cut into blocks of steps. Whole blocks of the past are painted once into a layer; what is left, less
than a block, is painted every frame. A block looks the same whether it was added while playing or after a
jump, so the picture depends on the moment alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen

from gui.optimizers.picture.leaving import draw_in_one
from gui.picture.lines import PIECE, draw_line, polygon
from gui.picture.mapping import FAR, Mapping, cut_far
from gui.theme import RacerStyle, Theme

BLOCK = PIECE  # steps
WIDTH = 2.6  # of a trail, in pixels at scale 1
NEAR = 1.5  # vertices closer than 1/NEAR pixels to the one before are left out


@dataclass(frozen=True)
class Trails:
    """All paths of a run in pixels: (steps + 1, racers, 2), with the way gone so far for the dashes, and
    which corners lie apart enough from the one before to be told from it; `left` is the step at which each has left
    the picture for good (`leaving.left_at`), the last one for those that do not."""

    pixels: NDArray[np.float64]
    travelled: NDArray[np.float64]
    telling: NDArray[np.bool_]
    styles: Sequence[RacerStyle]
    left: NDArray[np.intp]
    pens: dict[tuple[int, str, float], QPen] = field(default_factory=dict)

    @staticmethod
    def of(
        points: NDArray[np.float64], mapping: Mapping, styles: Sequence[RacerStyle], left: NDArray[np.intp]
    ) -> Trails:
        pixels = mapping.pixels(points)
        travelled = np.zeros(pixels.shape[:2])
        np.cumsum(np.hypot(*np.moveaxis(np.diff(pixels, axis=0), -1, 0)), axis=0, out=travelled[1:])
        cells = np.round(np.clip(pixels, -FAR, FAR) * NEAR)
        telling = np.ones(pixels.shape[:2], dtype=bool)
        telling[1:] = (cells[1:] != cells[:-1]).any(axis=-1)
        return Trails(pixels, travelled, telling, styles, left)

    @property
    def steps(self) -> int:
        return len(self.pixels) - 1

    def paint_blocks(self, painter: QPainter, first: int, last: int, theme: Theme, px: float) -> None:
        """Blocks first..last − 1 of every racer."""
        for block in range(first, last):
            begin = block * BLOCK
            for racer in range(self.pixels.shape[1]):
                self._stroke(painter, racer, begin, min(begin + BLOCK, self.steps), theme, px)

    def paint_rest(self, painter: QPainter, step: int, heads: NDArray[np.float64], theme: Theme, px: float) -> None:
        """From the last whole block to the heads (racers, 2), which may be between two steps."""
        begin = step // BLOCK * BLOCK
        for racer in range(self.pixels.shape[1]):
            self._stroke(painter, racer, begin, step, theme, px, heads[racer])
            self._dots(painter, racer, step, theme, px)

    def paint_ahead(self, painter: QPainter, theme: Theme) -> None:
        """Whole paths, thin and faint; those that diverge up to where they have left the picture."""
        for racer, style in enumerate(self.styles):
            color = style.color(theme)
            color.setAlpha(88 if theme.dark else 110)
            painter.setPen(QPen(color, 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            left = int(self.left[racer])
            if left < self.steps:
                draw_in_one(painter, self._kept(racer, 0, left))
            else:
                self._lines(painter, self._kept(racer, 0, self.steps))

    def _stroke(
        self, painter: QPainter, racer: int, begin: int, end: int, theme: Theme, px: float,
        head: NDArray[np.float64] | None = None,
    ) -> None:  # fmt: skip
        if head is None and not self.telling[begin + 1 : end + 1, racer].any():
            return  # at rest
        corners = self._kept(racer, begin, end)
        if head is not None:
            corners = np.vstack([corners, head])
            if not np.ptp(corners, axis=0).any():
                return
        pen = self._pen(racer, theme, px)
        dash = self.styles[racer].dash
        if dash:
            pen.setDashOffset(float(self.travelled[begin, racer]) / (WIDTH * px) % sum(dash))
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        self._lines(painter, corners)

    def _pen(self, racer: int, theme: Theme, px: float) -> QPen:
        key = (racer, theme.name, px)
        if key not in self.pens:
            style = self.styles[racer]
            pen = QPen(style.color(theme), WIDTH * px)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap if style.dash else Qt.PenCapStyle.RoundCap)
            if style.dash:
                pen.setDashPattern(style.dash)
            self.pens[key] = pen
        return self.pens[key]

    def _kept(self, racer: int, begin: int, end: int) -> NDArray[np.float64]:
        """The corners from step begin to end; those that no one could tell apart are left out."""
        keep = self.telling[begin : end + 1, racer].copy()
        keep[[0, -1]] = True
        return self.pixels[begin : end + 1, racer][keep]

    @staticmethod
    def _lines(painter: QPainter, corners: NDArray[np.float64]) -> None:
        if np.abs(corners).max() < FAR:
            draw_line(painter, corners)
            return
        a, b = corners[:-1].copy(), corners[1:].copy()
        kept = cut_far(a, b)
        for begin, end in zip(a[kept], b[kept], strict=True):
            painter.drawLine(QPointF(*begin), QPointF(*end))

    def _dots(self, painter: QPainter, racer: int, step: int, theme: Theme, px: float) -> None:
        """The last few steps, marked: their spacing shows the speed."""
        recent = self.pixels[max(step - 11, 0) : step + 1, racer]
        recent = recent[(np.abs(recent) < FAR).all(axis=1)]
        if not len(recent):
            return
        pen = QPen(self.styles[racer].color(theme), 5.0 * px)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPoints(polygon(recent))
