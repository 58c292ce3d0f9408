"""The whole picture of a moment: titles, grids, ties, outlines. Drawn the same on screen and in files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from engine.convolution.geometry import Kind
from engine.convolution.links import Links, links
from engine.convolution.steps import Pass, scattered
from gui.convolution.picture.grid import GridPainter, draw_empty
from gui.convolution.picture.layout import Measures, Placed, arrange
from gui.convolution.picture.marks import hues, marks_at
from gui.convolution.picture.overlay import draw_kernel_hues, draw_lit, draw_marks, draw_ties
from gui.convolution.picture.plates import Plates
from gui.convolution.timeline import Moment, Timeline
from gui.theme import Theme

RESULTS = {
    Pass.FORWARD: "y", Pass.UPSTREAM: "g", Pass.BIAS_GRADIENT: "db", Pass.KERNEL_GRADIENT: "dw",
    Pass.SCATTER: "dx", Pass.GATHER: "dx",
}  # fmt: skip


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


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell under the mouse."""

    placed: Placed
    row: int
    column: int

    @property
    def index(self) -> tuple[int, ...] | None:
        """In the layer's grid; None where there is no data."""
        found = tuple(self.placed.plate.index[self.row, self.column].tolist())
        return None if found[0] < 0 else found


def links_of(plates: Plates, spot: Spot) -> Links | None:
    """What the cell under the mouse depends on and feeds; None where it is no data."""
    grid, index = spot.placed.plate.grid, spot.index
    if index is None:
        return None
    if grid == "t":
        return Links({}, {"g": _one(plates, index)})
    found = links(plates.layer, grid, index)
    if plates.loss == "squared_error" and grid == "y":
        return Links(found.depends, {**found.feeds, "g": _one(plates, index)})
    if plates.loss == "squared_error" and grid == "g":
        return Links({**found.depends, "y": _one(plates, index), "t": _one(plates, index)}, found.feeds)
    return found


def _one(plates: Plates, index: tuple[int, ...]) -> NDArray[np.bool_]:
    marks = np.zeros(plates.layer.geometry.output_shape, bool)
    marks[index] = True
    return marks


class GridPicture:
    """Draws (subject, moment), keeping what stays the same from one moment to the next."""

    def __init__(self) -> None:
        self.painter = GridPainter()
        self._arranged: tuple[tuple[object, ...], Subject | None, list[Placed]] = ((), None, [])

    def arranged(self, canvas: Canvas, subject: Subject, stage: Pass) -> list[Placed]:
        """Where every plate lies."""
        key = (canvas.width, canvas.height, canvas.scale, stage)
        if self._arranged[0] != key or self._arranged[1] is not subject:
            px = canvas.scale
            at = Measures(
                canvas.width,
                canvas.height,
                28 * px,
                gap=44 * px,
                near=14 * px,
                margin=10 * px,
                slot=62 * px,
                least=24.0,
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
        placed = self.arranged(canvas, subject, moment.stage)
        self._titles(painter, placed, canvas)
        for one in placed:
            self._grid(painter, one, subject, moment, canvas, vector)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        count = hues(layer)
        lit = links_of(subject.plates, hovered) if hovered is not None else None
        if hovered is not None and lit is not None:
            spot = (hovered.placed, hovered.row, hovered.column)
            draw_lit(painter, placed, spot, lit.depends, lit.feeds, theme, canvas.scale)
            return
        marks, ratio = marks_at(layer, moment), 0.0 if vector else canvas.ratio
        draw_ties(painter, placed, marks.ties, theme)
        for one in placed:
            if one.plate.name in ("w", "wt"):
                name = (one.plate.name, one.plate.lead)
                if not one.active or name not in marks.cells:
                    draw_kernel_hues(painter, one, count, theme, canvas.scale, ratio)
        draw_marks(painter, placed, marks, count, theme, canvas.scale, ratio)

    def is_done(self, subject: Subject, moment: Moment, spot: Spot) -> bool:
        """Whether the cell's number is shown already."""
        plate = spot.placed.plate
        if not spot.placed.active or plate.name != RESULTS.get(moment.stage):
            return True
        if moment.stage is Pass.SCATTER:
            return moment.done >= subject.plates.layer.gradients["g"].size
        before = _before(subject, plate.name, plate.lead) * plate.values.size
        return before + spot.row * plate.size[1] + spot.column < moment.done

    def _grid(
        self, painter: QPainter, one: Placed, subject: Subject, moment: Moment, canvas: Canvas, vector: bool
    ) -> None:
        name, lead = one.plate.name, one.plate.lead
        theme, ratio = canvas.theme, canvas.ratio
        if not one.active or name != RESULTS.get(moment.stage):
            self.painter.paint(painter, one, theme, ratio, vector=vector)
        elif moment.stage is Pass.SCATTER:
            products = 0 if moment.complete else moment.products
            if moment.done == 0 and products == 0:
                draw_empty(painter, one, theme)
            else:
                now = scattered(subject.plates.layer, moment.done, products)
                self.painter.paint_values(painter, one, now[0, lead[0]], theme, ratio, vector)
        else:
            cells = one.plate.values.size
            self.painter.paint(painter, one, theme, ratio, moment.done - _before(subject, name, lead) * cells, vector)

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
                painter.setFont(font)
                painter.setPen(ink)
                painter.drawText(QPointF(one.x, base), title)
                if roomy:
                    painter.setFont(small)
                    painter.setPen(muted)
                    painter.drawText(QPointF(one.rect.right() - narrow(size), base), size)


def size_text(one: Placed) -> str:
    """Rows × columns of the data."""
    if one.plate.name in ("b", "db"):
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


def _before(subject: Subject, name: str, lead: tuple[int, ...]) -> int:
    """How many plates of this grid are filled before this one."""
    if len(lead) == 1:
        return lead[0]
    return lead[0] * subject.plates.layer.kernel.shape[1] + lead[1]
