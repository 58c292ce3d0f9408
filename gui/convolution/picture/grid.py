"""One grid: fills, numbers, lines; dashed where a cell is no data. What of it is on the screen is drawn once."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from engine.bounded_cache import ByteBoundedCache
from engine.convolution.geometry import Kind
from gui.convolution.palette import edge, empty, fill, text_on
from gui.convolution.picture.figures import LEAST, Figure, Figures, Widths
from gui.convolution.picture.layout import Cells, Placed
from gui.convolution.picture.plates import MAGNIFIED, Plate
from gui.convolution.picture.tiles import Tiles
from gui.convolution.words import cell_text
from gui.theme import Theme

MOST_GROUNDS = 4 << 20  # bytes: of the largest plates (256 × 256) thirteen
MOST_RECTANGLES = 1024  # of a grid in a vector picture; the cells of a larger one are the pixels of an image in it
SMOOTH = 3.0  # pixels a cell: smaller ones are not whole pixels, and a plate of them is one small picture


@dataclass(frozen=True, eq=False)
class Ground:
    """The fills of a plate, a pixel a cell, and how wide its numbers are."""

    pixels: NDArray[np.uint8]  # (rows, columns, 4): blue, green, red, alpha; the memory of the image
    image: QImage
    widths: Widths

    @property
    def bytes(self) -> int:
        return self.pixels.nbytes


class GridPainter:
    """Draws plates in one theme. The fills of at most 4 MB of plates are kept, and the pictures that `Tiles` keeps."""

    def __init__(self) -> None:
        self.figures = Figures()
        self.tiles = Tiles()
        self._grounds: ByteBoundedCache[tuple[Plate, str], Ground] = ByteBoundedCache(
            MOST_GROUNDS, lambda ground: ground.bytes
        )

    def forget(self) -> None:
        """Nothing of the plates drawn so far will be drawn again."""
        self.tiles.clear()
        self._grounds.clear()

    def paint(
        self, painter: QPainter, placed: Placed, theme: Theme, ratio: float, done: int | None = None,
        vector: bool = False, seen: QRectF | None = None,
    ) -> None:  # fmt: skip
        """A plate with its first `done` cells (None: all); the others are empty. Only what is `seen` (None: all)."""
        rows, columns = placed.plate.size
        rect = placed.rect
        if done is None or done >= rows * columns:
            self._whole(painter, placed, theme, ratio, vector, seen)
            return
        draw_empty(painter, placed, theme, seen)
        if vector:  # not every program that shows such a file knows clipping
            ground = self._ground_of(placed.plate, placed.plate.values, theme)
            self._cells(painter, placed, ground, placed.plate.values, theme, ratio, True, seen, done)
            return
        row, column = divmod(max(done, 0), columns)
        parts = [QRectF(rect.left() - 1, rect.top() - 1, rect.width() + 2, row * placed.cell + 1.5)] if row else []
        if column:
            top = rect.top() + row * placed.cell
            parts.append(QRectF(rect.left() - 1, top - 1, column * placed.cell + 1.5, placed.cell + 1.5))
        for part in parts:
            painter.save()
            painter.setClipRect(part, Qt.ClipOperation.IntersectClip)
            self._whole(painter, placed, theme, ratio, vector, part if seen is None else part & seen)
            painter.restore()

    def paint_values(
        self, painter: QPainter, placed: Placed, values: NDArray[np.float64], theme: Theme, ratio: float,
        vector: bool = False, seen: QRectF | None = None,
    ) -> None:  # fmt: skip
        """A plate whose numbers change at every step: nothing is kept."""
        if placed.cells_in(seen) is not None:
            ground = self._ground_of(placed.plate, values, theme)
            self._cells(painter, placed, ground, values, theme, ratio, vector, seen)

    def _whole(
        self, painter: QPainter, placed: Placed, theme: Theme, ratio: float, vector: bool, seen: QRectF | None
    ) -> None:
        plate, values = placed.plate, placed.plate.values

        def draw(inner: QPainter, origin: Placed, area: QRectF | None) -> None:
            ground = self._grounds.made((plate, theme.name), lambda: self._ground_of(plate, values, theme))
            self._cells(inner, origin, ground, values, theme, ratio, vector, area)

        if vector:
            draw(painter, placed, seen)
        else:
            in_one = placed.cell * ratio < SMOOTH
            self.tiles.paint(painter, placed, (plate, placed.cell, theme.name), ratio, seen, draw, in_one)

    @staticmethod
    def _ground_of(plate: Plate, values: NDArray[np.float64], theme: Theme) -> Ground:
        data = plate.kind == Kind.DATA
        pixels = np.zeros((*values.shape, 4), np.uint8)
        pixels[data, :3] = fill(plate.palette, theme).colors(values / plate.scale)[data][:, ::-1]
        pixels[data, 3] = 255
        image = QImage(pixels.data, values.shape[1], values.shape[0], QImage.Format.Format_ARGB32_Premultiplied)
        return Ground(pixels, image, Widths(values[data]))

    def _cells(
        self, painter: QPainter, placed: Placed, ground: Ground, values: NDArray[np.float64], theme: Theme,
        ratio: float, vector: bool, area: QRectF | None, done: int | None = None,
    ) -> None:  # fmt: skip
        """Its first `done` cells (None: all) as far as they lie in `area`, and the lines around all of them."""
        part = placed.cells_in(area)
        if part is None:
            return
        plate = placed.plate
        data = plate.kind == Kind.DATA
        top, left, bottom, right = part
        seen = slice(top, bottom), slice(left, right)
        reached = np.arange(values.size).reshape(values.shape) < (values.size if done is None else done)
        if vector and values.size <= MOST_RECTANGLES:
            for row, column in np.add(np.argwhere((data & reached)[seen]), (top, left)).tolist():
                painter.fillRect(placed.at(row, column), QColor(*ground.pixels[row, column, 2::-1].tolist()))
        elif vector:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, placed.cell * ratio < SMOOTH)
            painter.drawImage(placed.rect, _only(ground, reached))
        else:
            smooth = placed.cell * ratio < SMOOTH
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
            if smooth:
                painter.drawImage(placed.rect, ground.image)
            else:
                _draw_fills(painter, placed, ground, area, ratio)
        draw_lines(painter, placed, data, theme, area)
        if placed.cell < LEAST:
            return
        room = placed.cell * (0.8 if plate.name in MAGNIFIED and plate.name != "rm" else 1.0)  # within the hue's frame
        size, digits = self.figures.size_for(ground.widths, room, placed.text)
        if not size:
            return
        black, white, faint = QColor("#10141c"), QColor("#ffffff"), theme.color("muted")
        dark = text_on(ground.pixels[seen][..., 2::-1]).tolist()
        small = max(LEAST, math.floor(0.27 * placed.cell))
        zeros = plate.name != "x" and placed.cell >= 26  # where there is no data
        half = placed.cell / 2
        drawn: dict[tuple[float, bool], Figure] = {}
        zero = self.figures.figure("0", small, faint, ratio, vector)
        for row, (line, darks, known, there) in enumerate(
            zip(values[seen].tolist(), dark, data[seen].tolist(), reached[seen].tolist(), strict=True), top
        ):
            y = placed.y + row * placed.cell + half
            for column, key in enumerate(zip(line, darks, strict=True), left):
                if not there[column - left]:
                    continue
                if known[column - left]:
                    figure = drawn.get(key)
                    if figure is None:
                        ink = black if key[1] else white
                        figure = drawn[key] = self.figures.figure(cell_text(key[0], digits), size, ink, ratio, vector)
                elif zeros:
                    figure = zero
                else:
                    continue
                figure(painter, placed.x + column * placed.cell + half, y)


def _draw_fills(painter: QPainter, placed: Placed, ground: Ground, area: QRectF | None, ratio: float) -> None:
    """Each pixel in the colour of the cell that its middle lies in: twenty times as fast as Qt enlarges an image."""
    whole = placed.rect if area is None else placed.rect & area
    to_pixels = painter.deviceTransform()
    corner, cell = to_pixels.map(QPointF(placed.x, placed.y)), placed.cell * ratio
    shown = to_pixels.mapRect(whole)
    places = []
    for begin, end, zero, count in (
        (shown.top(), shown.bottom(), corner.y(), placed.plate.size[0]),
        (shown.left(), shown.right(), corner.x(), placed.plate.size[1]),
    ):
        first, last = math.ceil(begin - 0.5), math.ceil(end - 0.5)
        middles = (np.arange(first, last) + 0.5 - zero) / cell - 1e-9  # on a border the cell before it, as Qt does
        places.append((first, np.clip(middles.astype(np.intp), 0, count - 1)))
    (top, rows), (left, columns) = places
    if not len(rows) or not len(columns):
        return
    lines = ground.pixels.view(np.uint32)[rows[0] : rows[-1] + 1, :, 0].take(columns, axis=1)
    pixels = lines.take(rows - rows[0], axis=0)  # in two steps, which is several times as fast as in one
    image = QImage(pixels.data, len(columns), len(rows), 4 * len(columns), ground.image.format())
    place = to_pixels.inverted()[0].map(QPointF(left, top))
    size = QSizeF(len(columns) / ratio, len(rows) / ratio)
    painter.drawImage(QRectF(place, size), image, QRectF(image.rect()))


def _only(ground: Ground, reached: NDArray[np.bool_]) -> QImage:
    """The fills of the cells that are reached; nothing in place of the others."""
    pixels = np.where(reached[..., None], ground.pixels, 0).astype(np.uint8)
    rows, columns = reached.shape
    return QImage(pixels.data, columns, rows, QImage.Format.Format_ARGB32_Premultiplied).copy()


def draw_empty(painter: QPainter, placed: Placed, theme: Theme, seen: QRectF | None = None) -> None:
    """A grid that is not computed yet, as far as it is `seen` (None: all)."""
    if placed.cells_in(seen) is not None:
        painter.fillRect(placed.rect, empty(theme))
        draw_lines(painter, placed, np.ones(placed.plate.size, bool), theme, seen)


def draw_lines(
    painter: QPainter, placed: Placed, data: NDArray[np.bool_], theme: Theme, seen: QRectF | None = None
) -> None:
    """Lines around the cells that are `seen` (None: all): solid around data, dashed around what is none."""
    if placed.cell < 5:
        painter.setPen(QPen(edge(theme), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(placed.rect)
        return
    part = placed.cells_in(seen)
    if part is None:
        return
    rows, columns = placed.plate.size
    if not data.all():
        _draw_dashed(painter, placed, part, theme, seen)
    painter.setPen(QPen(edge(theme), 1))
    if data.all():
        painter.drawLines(_across(placed, (0, 0, rows, columns), part) + _down(placed, (0, 0, rows, columns), part))
        return
    inside = np.argwhere(data)
    if len(inside) == 0:
        return
    (top, left), (bottom, right) = inside.min(0).tolist(), (inside.max(0) + 1).tolist()
    if data[top:bottom, left:right].all():
        grid = (top, left, bottom, right)
        painter.drawLines(_across(placed, grid, part) + _down(placed, grid, part))
    else:
        first, last = (part[0], part[1]), (part[2], part[3])
        for row, column in inside[((inside >= first) & (inside < last)).all(axis=1)].tolist():
            area = placed.at(row, column)
            painter.drawRect(QRect(round(area.x()), round(area.y()), round(area.width()), round(area.height())))


def _draw_dashed(painter: QPainter, placed: Placed, part: Cells, theme: Theme, seen: QRectF | None) -> None:
    """The lines around all cells. Dashes are counted from where the plate begins, though Qt would count them from where
    a line comes into sight."""
    rows, columns = placed.plate.size
    dashed = QPen(theme.color("muted"), 1, Qt.PenStyle.CustomDashLine)
    dashed.setDashPattern([3, 3])
    color = dashed.color()
    color.setAlpha(150)
    dashed.setColor(color)
    hidden = (0.0, 0.0) if seen is None else (max(seen.left() - placed.x, 0.0), max(seen.top() - placed.y, 0.0))
    for lines, length in zip((_across, _down), hidden, strict=True):
        dashed.setDashOffset(length % 6)
        painter.setPen(dashed)
        shift = QPointF(length, 0) if lines is _across else QPointF(0, length)
        painter.drawLines([QLineF(line.p1() + shift, line.p2())
                           for line in lines(placed, (0, 0, rows, columns), part)])  # fmt: skip


def _across(placed: Placed, grid: Cells, part: Cells) -> list[QLineF]:
    """The lines between the rows of `grid` that lie at cells of `part`."""
    top, left, bottom, right = grid
    x0, x1 = placed.x + left * placed.cell, placed.x + right * placed.cell
    rows = [placed.y + row * placed.cell for row in range(max(top, part[0]), min(bottom, part[2]) + 1)]
    return [QLineF(x0, y, x1, y) for y in rows]


def _down(placed: Placed, grid: Cells, part: Cells) -> list[QLineF]:
    """The lines between its columns."""
    top, left, bottom, right = grid
    y0, y1 = placed.y + top * placed.cell, placed.y + bottom * placed.cell
    columns = [placed.x + column * placed.cell for column in range(max(left, part[1]), min(right, part[3]) + 1)]
    return [QLineF(x, y0, x, y1) for x in columns]
