"""One grid: fills, numbers, lines; dashed where a cell is no data; drawn once and kept."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap

from engine.convolution.geometry import Kind
from gui.convolution.palette import edge, empty, fill, text_on
from gui.convolution.picture.figures import LEAST, Figures
from gui.convolution.picture.layout import Placed
from gui.convolution.picture.plates import MAGNIFIED, Plate
from gui.convolution.words import cell_text
from gui.theme import Theme

MOST_KEPT = 60  # pictures of grids


class GridPainter:
    """Draws plates in one theme, keeping a picture of each."""

    def __init__(self) -> None:
        self.figures = Figures()
        self._kept: dict[tuple[object, ...], tuple[Plate, QPixmap]] = {}

    def paint(
        self, painter: QPainter, placed: Placed, theme: Theme, ratio: float, done: int | None = None,
        vector: bool = False,
    ) -> None:  # fmt: skip
        """A plate with its first `done` cells (None: all); the others are empty."""
        rows, columns = placed.plate.size
        rect = placed.rect
        if done is None or done >= rows * columns:
            self._whole(painter, placed, theme, ratio, vector)
            return
        draw_empty(painter, placed, theme)
        row, column = divmod(max(done, 0), columns)
        parts = [QRectF(rect.left() - 1, rect.top() - 1, rect.width() + 2, row * placed.cell + 1.5)] if row else []
        if column:
            top = rect.top() + row * placed.cell
            parts.append(QRectF(rect.left() - 1, top - 1, column * placed.cell + 1.5, placed.cell + 1.5))
        for part in parts:
            painter.save()
            painter.setClipRect(part)
            self._whole(painter, placed, theme, ratio, vector)
            painter.restore()

    def paint_values(
        self, painter: QPainter, placed: Placed, values: NDArray[np.float64], theme: Theme, ratio: float,
        vector: bool = False,
    ) -> None:  # fmt: skip
        """A plate whose numbers change at every step: nothing is kept."""
        self._cells(painter, placed, values, theme, ratio, vector)

    def _whole(self, painter: QPainter, placed: Placed, theme: Theme, ratio: float, vector: bool) -> None:
        if vector:
            self._cells(painter, placed, placed.plate.values, theme, ratio, True)
            return
        key = (id(placed.plate), placed.cell, theme.name, ratio)
        kept = self._kept.get(key)
        if kept is None:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            rect = placed.rect
            size = (math.ceil((rect.width() + 2) * ratio), math.ceil((rect.height() + 2) * ratio))
            picture = QPixmap(*size)
            picture.setDevicePixelRatio(ratio)
            picture.fill(Qt.GlobalColor.transparent)
            inner = QPainter(picture)
            origin = Placed(placed.plate, 1, 1, placed.cell, placed.active)
            self._cells(inner, origin, placed.plate.values, theme, ratio, False)
            inner.end()
            kept = self._kept[key] = (placed.plate, picture)  # the plate, so that its id stays its own
        painter.drawPixmap(QRectF(placed.x - 1, placed.y - 1, kept[1].width() / ratio, kept[1].height() / ratio),
                           kept[1], QRectF(kept[1].rect()))  # fmt: skip

    def _cells(
        self, painter: QPainter, placed: Placed, values: NDArray[np.float64], theme: Theme, ratio: float, vector: bool
    ) -> None:
        plate, rect = placed.plate, placed.rect
        data = plate.kind == Kind.DATA
        colors = fill(plate.palette, theme).colors(values / plate.scale)
        pixels = np.zeros((*values.shape, 4), np.uint8)
        pixels[data, :3] = colors[data]
        pixels[data, 3] = 255
        if vector:
            for row, column in np.argwhere(data).tolist():
                painter.fillRect(placed.at(row, column), QColor(*colors[row, column].tolist()))
        else:
            bits = pixels.tobytes()  # must live as long as the image
            image = QImage(bits, values.shape[1], values.shape[0], QImage.Format.Format_RGBA8888)
            smooth = placed.cell * ratio < 3  # cells of a picture that are not whole pixels
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
            painter.drawImage(rect, image)
        draw_lines(painter, placed, data, theme)
        if placed.cell < LEAST:
            return
        room = placed.cell * (0.8 if plate.name in MAGNIFIED and plate.name != "rm" else 1.0)  # within the hue's frame
        size, digits = self.figures.size_for(np.unique(values[data]).tolist(), room, LEAST)
        if not size:
            return
        black, white, faint = QColor("#10141c"), QColor("#ffffff"), theme.color("muted")
        dark = text_on(colors)
        texts: dict[float, str] = {}
        for row, line in enumerate(values.tolist()):
            for column, value in enumerate(line):
                if not data[row, column]:
                    if plate.name == "x" or placed.cell < 26:
                        continue
                    small = max(LEAST, math.floor(0.27 * placed.cell))
                    self.figures.draw(painter, placed.at(row, column), "0", small, faint, ratio, vector)
                    continue
                text = texts.get(value)
                if text is None:
                    text = texts[value] = cell_text(value, digits)
                color = black if dark[row, column] else white
                self.figures.draw(painter, placed.at(row, column), text, size, color, ratio, vector)


def draw_empty(painter: QPainter, placed: Placed, theme: Theme) -> None:
    """A grid that is not computed yet."""
    painter.fillRect(placed.rect, empty(theme))
    draw_lines(painter, placed, np.ones(placed.plate.size, bool), theme)


def draw_lines(painter: QPainter, placed: Placed, data: NDArray[np.bool_], theme: Theme) -> None:
    """Lines around the cells: solid around data, dashed around what is none."""
    if placed.cell < 5:
        painter.setPen(QPen(edge(theme), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(placed.rect)
        return
    rows, columns = placed.plate.size
    if not data.all():
        dashed = QPen(theme.color("muted"), 1, Qt.PenStyle.CustomDashLine)
        dashed.setDashPattern([3, 3])
        color = dashed.color()
        color.setAlpha(150)
        dashed.setColor(color)
        painter.setPen(dashed)
        painter.drawLines(_lines(placed, 0, rows, 0, columns))
    painter.setPen(QPen(edge(theme), 1))
    if data.all():
        painter.drawLines(_lines(placed, 0, rows, 0, columns))
        return
    inside = np.argwhere(data)
    if len(inside) == 0:
        return
    (top, left), (bottom, right) = inside.min(0).tolist(), (inside.max(0) + 1).tolist()
    if data[top:bottom, left:right].all():
        painter.drawLines(_lines(placed, top, bottom, left, right))
    else:
        for row, column in inside.tolist():
            area = placed.at(row, column)
            painter.drawRect(QRect(round(area.x()), round(area.y()), round(area.width()), round(area.height())))


def _lines(placed: Placed, top: int, bottom: int, left: int, right: int) -> list[QLineF]:
    x0, x1 = placed.x + left * placed.cell, placed.x + right * placed.cell
    y0, y1 = placed.y + top * placed.cell, placed.y + bottom * placed.cell
    across = [QLineF(x0, placed.y + row * placed.cell, x1, placed.y + row * placed.cell)
              for row in range(top, bottom + 1)]  # fmt: skip
    down = [QLineF(placed.x + column * placed.cell, y0, placed.x + column * placed.cell, y1)
            for column in range(left, right + 1)]  # fmt: skip
    return across + down
