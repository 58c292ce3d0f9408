"""A plate on the screen, put together from square pictures of its parts: only those that are seen are ever drawn."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap, QTransform

from engine.bounded_cache import ByteBoundedCache
from gui.convolution.picture.layout import Placed
from gui.painting import painting
from gui.picture.kept import picture_bytes

SIDE = 256  # pixels of the screen
MOST_BYTES = 48 << 20  # a 4K screen full of tiles is 32 MB, with those that are half outside some 40
Draw = Callable[[QPainter, Placed, QRectF | None], None]


class Tiles:
    """Keeps at most 48 MB of tiles, so that a screen full of them is always there and a moved one is quickly drawn."""

    def __init__(self) -> None:
        self._kept: ByteBoundedCache[Hashable, QPixmap] = ByteBoundedCache(MOST_BYTES, picture_bytes)

    @property
    def bytes(self) -> int:
        return self._kept.bytes

    def clear(self) -> None:
        self._kept.clear()

    def paint(
        self, painter: QPainter, placed: Placed, key: Hashable, ratio: float, seen: QRectF | None, draw: Draw,
        in_one: bool = False,
    ) -> None:  # fmt: skip
        """A plate with a pixel of margin, as far as it is `seen` (None: all); what looks the same has the same `key`.

        `draw(painter, placed, area)` draws the part of it in an area. `in_one`: the picture is small, and one tile.
        """
        rect = placed.rect.adjusted(-1, -1, 1, 1)
        wide, high = math.ceil(rect.width() * ratio), math.ceil(rect.height() * ratio)
        side = max(wide, high) if in_one else SIDE
        area = rect if seen is None else rect & seen
        if area.isEmpty():
            return
        first_column, last_column = _reach(area.left() - rect.left(), area.right() - rect.left(), ratio, side, wide)
        first_row, last_row = _reach(area.top() - rect.top(), area.bottom() - rect.top(), ratio, side, high)
        corner = _on_pixels(painter, rect.topLeft())
        for row in range(first_row, last_row):
            for column in range(first_column, last_column):
                left, top = column * side, row * side
                size = min(side, wide - left), min(side, high - top)

                def make(left: int = left, top: int = top, size: tuple[int, int] = size) -> QPixmap:
                    return _tile(placed, left, top, size, ratio, draw)

                picture = self._kept.made((key, ratio, row, column), make)
                area = QRectF(
                    corner.x() + left / ratio, corner.y() + top / ratio, size[0] / ratio, size[1] / ratio
                )  # fmt: skip
                painter.drawPixmap(area, picture, QRectF(picture.rect()))


def _reach(begin: float, end: float, ratio: float, side: int, length: int) -> tuple[int, int]:
    """The first tile between two places, and the one after the last."""
    return max(math.floor((begin * ratio - 1) / side), 0), min(math.ceil((end * ratio + 1) / side), -(-length // side))


def _on_pixels(painter: QPainter, place: QPointF) -> QPointF:
    """The place nearest to this one that is a corner of a pixel: tiles then meet without a seam."""
    to_pixels = painter.deviceTransform()
    pixels = to_pixels.map(place)
    whole = QPointF(math.floor(pixels.x() + 0.5), math.floor(pixels.y() + 0.5))
    return to_pixels.inverted()[0].map(whole)


def _tile(placed: Placed, left: int, top: int, size: tuple[int, int], ratio: float, draw: Draw) -> QPixmap:
    picture = QPixmap(*size)
    picture.fill(Qt.GlobalColor.transparent)
    with painting(picture) as painter:
        painter.setTransform(QTransform(ratio, 0, 0, ratio, -left, -top))  # whole pixels, whatever the ratio
        area = QRectF(left / ratio, top / ratio, size[0] / ratio, size[1] / ratio)
        draw(painter, replace(placed, x=1, y=1), area)
    return picture
