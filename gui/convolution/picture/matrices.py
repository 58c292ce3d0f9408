"""The layer as a matrix on the picture: hues tell which entries share a weight, a frame where the moment is."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from engine.convolution.layer import Layer
from engine.convolution.steps import Pass, Step
from gui.convolution.palette import edge, empty, fill, hue, text_on
from gui.convolution.picture.figures import Widths
from gui.convolution.picture.frames import draw_frame
from gui.convolution.picture.grid import MOST_RECTANGLES, GridPainter
from gui.convolution.picture.layout import Placed
from gui.convolution.picture.marks import hues
from gui.convolution.words import cell_text
from gui.theme import Theme

FRAMED = 17.0  # pixels an entry: smaller ones are filled with their hue


class MatrixPainter:
    """Draws a matrix plate; numbers come from the painter of the grids."""

    def __init__(self, grids: GridPainter) -> None:
        self.grids = grids

    def paint(
        self, painter: QPainter, placed: Placed, layer: Layer, theme: Theme, ratio: float, vector: bool,
        seen: QRectF | None = None,
    ) -> None:  # fmt: skip
        """All entries that are `seen` (None: all), without what the moment adds."""
        part = placed.cells_in(seen)
        if part is None:
            return
        plate, count = placed.plate, hues(layer)
        values = plate.values
        tied = plate.kind == 0
        colors = fill(plate.palette, theme).colors(values / plate.scale)
        colors[~tied] = _rgb(empty(theme))
        framed = placed.cell >= FRAMED
        if plate.hue is not None and not framed:
            table = np.array([_rgb(hue(place, count, theme.dark)) for place in range(count)], np.uint8)
            colors[tied] = table[plate.hue[tied]]
        if vector and values.size <= MOST_RECTANGLES:
            for (row, column), rgb in zip(np.ndindex(*values.shape), colors.reshape(-1, 3).tolist(), strict=True):
                painter.fillRect(placed.at(row, column), QColor(*rgb))
        else:
            pixels = np.dstack([colors, np.full(values.shape, 255, np.uint8)])
            data = pixels.tobytes()  # must live as long as the image
            image = QImage(data, values.shape[1], values.shape[0], QImage.Format.Format_RGBA8888)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, placed.cell * ratio < 3)
            painter.drawImage(placed.rect, image)
        painter.setPen(QPen(edge(theme), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(placed.rect)
        figures = self.grids.figures
        size, digits = figures.size_for(Widths(values), placed.cell, placed.text) if framed else (0.0, 0)
        dark = text_on(colors)
        top, left, bottom, right = part
        for row, column in np.add(np.argwhere(tied[top:bottom, left:right]), (top, left)).tolist() if framed else ():
            area = placed.at(row, column)
            if plate.hue is not None:
                color = hue(int(plate.hue[row, column]), count, theme.dark)
                draw_frame(painter, area.adjusted(1.5, 1.5, -1.5, -1.5), color, 1.8, 0.0 if vector else ratio)
            if size:
                ink = QColor("#10141c" if dark[row, column] else "#ffffff")
                text = cell_text(float(values[row, column]), digits)
                figures.draw(painter, area, text, size, ink, ratio, vector)


def light_matrix(painter: QPainter, placed: Placed, layer: Layer, step: Step, theme: Theme, scale: float) -> None:
    """The row of an output cell (of Cᵀ, of an input cell), or the entries that share a weight."""
    plate = placed.plate
    rows, columns = plate.size
    if step.stage is Pass.KERNEL_GRADIENT:
        _light_tied(painter, placed, layer, int(step.weights[0]), theme)
        return
    row, column = -1, -1
    shape = layer.geometry.output_shape[1:]
    if step.stage is Pass.GATHER:
        row = int(np.ravel_multi_index(step.index[1:], layer.geometry.input_shape[1:]))
    elif step.stage is Pass.SCATTER:  # g goes back along its row of C: a column of Cᵀ
        column = int(np.ravel_multi_index(step.index[1:], shape))
    elif step.stage is Pass.FORWARD or (step.grid in ("g", "a") and step.stage is not Pass.BIAS_GRADIENT):
        row = int(np.ravel_multi_index(step.index[1:], shape))
    x, y, cell = placed.x, placed.y, placed.cell
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for lit, area in (
        (row, QRectF(x, y + row * cell, columns * cell, cell)),
        (column, QRectF(x + column * cell, y, cell, rows * cell)),
    ):
        if lit >= 0:
            grow = max(1.0, (6.0 - cell) / 2)
            for pen in (QPen(theme.color("window"), 4.5 * scale), QPen(theme.color("ink"), 2.4 * scale)):
                painter.setPen(pen)
                painter.drawRect(area.adjusted(-grow, -grow, grow, grow))


def _light_tied(painter: QPainter, placed: Placed, layer: Layer, weight: int, theme: Theme) -> None:
    tied = layer.matrix.tied
    entries = np.argwhere(tied == weight).tolist()
    veil = theme.color("window")
    veil.setAlpha(170)
    pixels = np.zeros((*tied.shape, 4), np.uint8)
    pixels[tied != weight] = (veil.red(), veil.green(), veil.blue(), veil.alpha())
    data = pixels.tobytes()  # must live as long as the image
    painter.drawImage(placed.rect, QImage(data, tied.shape[1], tied.shape[0], QImage.Format.Format_RGBA8888))
    count = hues(layer)
    width = max(1.2, min(placed.cell * 0.12, 3.0))
    painter.setPen(QPen(hue(weight % count, count, theme.dark), width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    half = width / 2
    painter.drawRects([placed.at(*entry).adjusted(half, half, -half, -half) for entry in entries])


def _rgb(color: QColor) -> tuple[int, int, int]:
    return color.red(), color.green(), color.blue()
