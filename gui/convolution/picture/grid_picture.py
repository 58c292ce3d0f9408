"""The whole picture of a moment: titles, grids, ties, outlines. Drawn the same on screen and in files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from engine.convolution.geometry import Kind
from engine.convolution.layer import Layer
from engine.convolution.steps import Pass, scattered
from gui.convolution.picture.blocks import result_grid
from gui.convolution.picture.grid import GridPainter, draw_empty
from gui.convolution.picture.layout import Measures, Placed, arrange
from gui.convolution.picture.lit import Spot, links_of
from gui.convolution.picture.magnifier import magnified, mark_magnified
from gui.convolution.picture.marks import hues, marks_at
from gui.convolution.picture.matrices import MatrixPainter, light_matrix
from gui.convolution.picture.overlay import draw_kernel_hues, draw_lit, draw_marks, draw_ties
from gui.convolution.picture.plates import BIASES, KERNELS, MAGNIFIED, MATRICES, Plates
from gui.convolution.timeline import Moment, Timeline
from gui.theme import Theme

TEXT = 14.0  # pixels of usual size for numbers where the cells hold them, a little more than all other text


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """What the picture is of."""

    plates: Plates
    timeline: Timeline


@dataclass(frozen=True, slots=True)
class Canvas:
    """What it is drawn on."""

    width: float
    height: float
    theme: Theme
    font: QFont
    scale: float
    ratio: float
    seen: QRectF | None = None  # the part of it that is on the screen; None: all


class GridPicture:
    """Draws (subject, moment), keeping what stays the same from one moment to the next."""

    def __init__(self) -> None:
        self.painter = GridPainter()
        self.matrices = MatrixPainter(self.painter)
        self._subject: Subject | None = None  # what the painter's pictures are of
        self._arrived: tuple[Layer | None, tuple[int, int], NDArray[np.float64]] = (None, (0, 0), np.zeros(0))
        self._arranged: tuple[tuple[object, ...], Subject | None, list[Placed]] = ((), None, [])

    def forget(self) -> None:
        """Drop the pictures of grids: the next one takes longer."""
        self.painter.forget()

    def arranged(self, canvas: Canvas, subject: Subject, stage: Pass) -> list[Placed]:
        """Where every plate lies."""
        key = (canvas.width, canvas.height, canvas.scale, stage)
        if self._arranged[0] != key or self._arranged[1] is not subject:
            px = canvas.scale
            at = Measures(
                canvas.width,
                canvas.height,
                28 * px,
                gap=min(44 * px, 0.04 * canvas.width),
                near=14 * px,
                margin=10 * px,
                slot=62 * px,
                least=48.0 * px if subject.plates.magnify else 24.0,
                text=TEXT * px,
            )
            self._arranged = (key, subject, arrange(subject.plates, stage, subject.timeline.story, at))
        return self._arranged[2]

    def spot(self, placed: Sequence[Placed], x: float, y: float) -> Spot | None:
        """The cell at a point."""
        for one in placed:
            if one.rect.contains(x, y):
                rows, columns = one.plate.size
                row, column = int((y - one.y) / one.cell), int((x - one.x) / one.cell)
                return Spot(one, min(row, rows - 1), min(column, columns - 1))
        return None

    def paint(
        self, painter: QPainter, canvas: Canvas, subject: Subject, moment: Moment, hovered: Spot | None = None,
        vector: bool = False,
    ) -> None:  # fmt: skip
        """Everything, on a background that is already there."""
        theme, layer = canvas.theme, subject.plates.layer
        if subject is not self._subject:
            self._subject = subject
            self.painter.forget()
        placed = self.arranged(canvas, subject, moment.stage)
        if subject.plates.magnify:
            placed = [magnified(one, moment) for one in placed]
        for one in placed:
            self._grid(painter, one, subject, moment, canvas, vector)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        count = hues(layer)
        lit = links_of(subject.plates, hovered) if hovered is not None else None
        if hovered is not None and lit is not None:
            spot = (hovered.placed, hovered.row, hovered.column)
            draw_lit(painter, placed, spot, lit.depends, lit.feeds, theme, canvas.scale)
            self._titles(painter, placed, canvas)
            return
        marks, ratio = marks_at(layer, moment), 0.0 if vector else canvas.ratio
        if subject.plates.magnify:
            mark_magnified(marks, layer, moment)
        draw_ties(painter, placed, marks.ties, theme)
        self._titles(painter, placed, canvas)
        for one in placed:
            name = (one.plate.name, one.plate.lead)
            if one.plate.name in ("w", "wt") and not (one.active and name in marks.cells):
                draw_kernel_hues(painter, one, count, theme, canvas.scale, ratio)
            elif one.plate.name in MATRICES:
                light_matrix(painter, one, layer, moment.step, theme, canvas.scale)
        draw_marks(painter, placed, marks, count, theme, canvas.scale, ratio)

    def is_done(self, subject: Subject, moment: Moment, spot: Spot) -> bool:
        """Whether the cell's number is shown already."""
        plate = spot.placed.plate
        if plate.name in MATRICES:
            return True
        done = _done(subject, moment, spot.placed)
        return done is None or spot.row * plate.size[1] + spot.column < done

    def _grid(
        self, painter: QPainter, one: Placed, subject: Subject, moment: Moment, canvas: Canvas, vector: bool
    ) -> None:
        theme, ratio, layer, seen = canvas.theme, canvas.ratio, subject.plates.layer, canvas.seen
        if one.plate.name in MATRICES:
            self.matrices.paint(painter, one, layer, theme, ratio, vector, seen)
        elif one.plate.name == "rm" and not moment.complete:
            draw_empty(painter, one, theme, seen)
        elif one.plate.name in MAGNIFIED:
            self.painter.paint_values(painter, one, one.plate.values, theme, ratio, vector, seen)
        elif moment.stage is Pass.SCATTER and one.active and one.plate.name == "dx":
            products = 0 if moment.complete else moment.products
            if moment.done == 0 and products == 0:
                draw_empty(painter, one, theme, seen)
            else:
                now = self._scattered(layer, moment.done, products)[0][one.plate.lead]
                values = now[None] if now.ndim == 1 else now
                self.painter.paint_values(painter, one, values, theme, ratio, vector, seen)
        else:
            self.painter.paint(painter, one, theme, ratio, _done(subject, moment, one), vector, seen)

    def _scattered(self, layer: Layer, sent: int, products: int) -> NDArray[np.float64]:
        """The same for all plates of a moment."""
        key = (sent, products)
        if self._arrived[0] is not layer or self._arrived[1] != key:
            self._arrived = (layer, key, scattered(layer, sent, products))
        return self._arrived[2]

    def _titles(self, painter: QPainter, placed: Sequence[Placed], canvas: Canvas) -> None:
        """Above each plate its name, in the same words for all of a block, and its size where there is room."""
        px, ink, muted = canvas.scale, QColor(canvas.theme.ink), QColor(canvas.theme.muted)
        small = QFont(canvas.font)
        small.setPixelSize(round(12 * px))
        for group in _blocks(placed):
            font = QFont(canvas.font)
            font.setPixelSize(round((15 if group[0].active else 13) * px))
            font.setWeight(QFont.Weight.DemiBold)
            wide, narrow = QFontMetricsF(font).horizontalAdvance, QFontMetricsF(small).horizontalAdvance
            short = any(wide(one.plate.titles[0]) > one.rect.width() + 6 * px for one in group)
            titles = [one.plate.titles[short] for one in group]
            sizes = [size_text(one) for one in group]
            pairs = zip(group, titles, sizes, strict=True)
            roomy = all(wide(title) + narrow(size) + 12 * px <= one.rect.width() for one, title, size in pairs)
            for one, title, size in zip(group, titles, sizes, strict=True):
                base = one.y - 8 * px
                # Lines end where a name begins.
                behind = QRectF(one.x - 2, base - 13 * px, wide(title) + 4, 17 * px)
                painter.fillRect(behind, canvas.theme.color("window"))
                painter.setFont(font)
                painter.setPen(ink)
                painter.drawText(QPointF(one.x, base), title)
                if roomy:
                    painter.setFont(small)
                    painter.setPen(muted)
                    painter.drawText(QPointF(one.rect.right() - narrow(size), base), size)


def size_text(one: Placed) -> str:
    """Rows × columns of the data."""
    if one.plate.name in (*BIASES, *MAGNIFIED) or (one.plate.name in KERNELS and one.plate.size[0] == 1):
        return ""
    rows, columns = one.plate.size
    if one.plate.name == "x":  # its padding is no data
        inside = one.plate.kind == Kind.DATA
        rows, columns = int(inside.any(1).sum()), int(inside.any(0).sum())
    return f"{rows} × {columns}"


def _blocks(placed: Sequence[Placed]) -> list[list[Placed]]:
    groups: dict[tuple[str, bool], list[Placed]] = {}
    for one in placed:
        groups.setdefault((one.plate.name, one.active), []).append(one)
    return list(groups.values())


def _done(subject: Subject, moment: Moment, one: Placed) -> int | None:
    """How many cells of a plate have their number; None: all."""
    plates, name = subject.plates, one.plate.name
    if not one.active:
        return None
    result = result_grid(plates, moment.stage)
    if name != result:
        later = _LATER.get(moment.stage, ())
        return 0 if name in later else None
    if moment.stage is Pass.SCATTER:
        return None if moment.done >= plates.layer.gradients["g"].size else 0
    shape = plates.layer.grid(result).shape
    flat = min(plates.layer.geometry.axes, 2)
    leads = shape[: len(shape) - flat] if name not in BIASES else shape
    lead = one.plate.lead if name in (*KERNELS, *BIASES) else (0, *one.plate.lead)
    return moment.done - int(np.ravel_multi_index(lead, leads)) * one.plate.values.size


# Grids in the row of the forward pass that come after the one under way.
_LATER = {Pass.FORWARD: ("a", "p"), Pass.ACTIVATION: ("p",)}
