"""The gallery as a picture: a tile for each way to augment, or one way large; labels as bars that add up to 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter, QPen

from engine.augment import Floats
from engine.gallery import MIXING, Tile
from gui.augmentation.words import short_name, shortest_told, tile_told, tr, way_name
from gui.theme import Theme

COLUMNS = (1, 2, 4, 8)  # that a gallery may have
GAP = 18.0
LINE, BAR, APART = 20.0, 22.0, 5.0  # under a picture: lines of text, the label's bar, and what is between
# What stands there, from everything to nothing: name, how it came about, bar.
UNDER = ((True, True, True), (True, False, True), (False, False, True), (False, False, False))
NAME, TOLD = 15.0, 12.5  # sizes of letters
SMALLEST = 0.5  # of the size of words that are too wide for their tile
LEAST = 40.0  # pixels of a picture at scale 1, or less stands under it
BETWEEN = 56.0  # for the arrow to a large picture
SMALL = 0.3  # of the width at most, for what it is made of
Named = tuple[Tile, str]


@dataclass(frozen=True)
class Sheet:
    """What the picture is drawn on: `px` scales letters and lines."""

    area: QRectF
    font: QFont
    theme: Theme
    px: float = 1.0


@dataclass(frozen=True)
class Shown:
    """The tiles of a sample, the second image, the names of both classes, and which way is large ("all": none)."""

    tiles: tuple[Tile, ...]
    second: Floats
    classes: tuple[str, str]
    way: str = "all"

    @cached_property
    def parts(self) -> list[Named]:
        """What is drawn, with its name: all tiles, or what one is made of and at last that one."""
        by_way = {tile.way: tile for tile in self.tiles}
        if self.way == "all":
            return [(tile, way_name(tile.way)) for tile in self.tiles]
        made_of = [(by_way["original"], tr("A: {name}").format(name=self.classes[0]))]
        if self.way in MIXING:
            other = Tile("original", self.second, (0.0, 1.0))
            made_of.append((other, tr("B: {name}").format(name=self.classes[1])))
        return made_of if self.way == "original" else [*made_of, (by_way[self.way], way_name(self.way))]

    @cached_property
    def images(self) -> list[QImage]:
        """Their pictures."""
        return [image_of(tile.image) for tile, _ in self.parts]


@dataclass(frozen=True)
class Placed:
    """A tile, its name, where its image lies, and which of `UNDER` stands under it."""

    tile: Tile
    name: str
    place: QRectF
    under: tuple[bool, bool, bool]


def image_of(numbers: Floats) -> QImage:
    """(3, H, W) between 0 and 1 as a picture."""
    pixels = np.ascontiguousarray(np.moveaxis(np.clip(numbers * 255 + 0.5, 0, 255), 0, -1).astype(np.uint8))
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def paint(painter: QPainter, sheet: Sheet, shown: Shown, pointed: str = "") -> None:
    """The picture of a sample; `pointed` is the way under the mouse."""
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    placed = arranged(sheet, shown)
    for one, image in zip(placed, shown.images, strict=True):
        painter.drawImage(one.place, image)
        _tile(painter, sheet, one, shown, shown.way == "all" and one.tile.way == pointed)
    if shown.way != "all" and len(placed) > 1:
        made, result = placed[0].place, placed[-1].place
        gap = QRectF(made.right(), result.center().y() - 20, result.left() - made.right(), 40)
        _write(painter, sheet, gap, ["→"], 26, True, "muted")


def arranged(sheet: Sheet, shown: Shown) -> list[Placed]:
    """Where each tile lies: all in rows, or one way large beside what it is made of."""
    *made_of, result = shown.parts
    if shown.way in ("all", "original"):
        return _in_rows(sheet, shown.parts)
    return _beside(sheet, made_of, result)


def _below(sheet: Sheet, under: tuple[bool, bool, bool]) -> float:
    """The height of what stands under a picture."""
    named, told, label = under
    return (LINE * (named + told) + (BAR + 2 * APART if label else 0.0) + (4.0 if named and told else 0.0)) * sheet.px


def _least_side(sheet: Sheet, under: tuple[bool, bool, bool], names: Sequence[str]) -> float:
    """How wide a picture must be for what stands under it."""
    sides = [LEAST * sheet.px]
    for there, size, bold, texts in zip(
        under, (SMALLEST * NAME, SMALLEST * TOLD), (True, False), (names, shortest_told()), strict=False
    ):
        if there:
            sides += map(QFontMetricsF(_font(sheet, size, bold)).horizontalAdvance, texts)
    return max(sides)


def _in_rows(sheet: Sheet, tiles: Sequence[Named]) -> list[Placed]:
    """In as many columns as make them largest."""
    area = sheet.area

    def side_with(columns: int, words: float) -> float:
        rows = -(-len(tiles) // columns)
        return min((area.width() - GAP) / columns - GAP, (area.height() - GAP) / rows - GAP - words)

    for under in UNDER:
        words = _below(sheet, under)
        columns = max((many for many in COLUMNS if many <= len(tiles)), key=lambda many: side_with(many, words))
        side = side_with(columns, words)
        if side >= _least_side(sheet, under, [short_name(tile, name) for tile, name in tiles]):
            break
    rows, side = -(-len(tiles) // columns), max(side, 1.0)
    left = area.left() + (area.width() - columns * side - (columns - 1) * GAP) / 2
    top = area.top() + (area.height() - rows * (side + words) - (rows - 1) * GAP) / 2
    places = [(i % columns, i // columns) for i in range(len(tiles))]
    return [
        Placed(tile, name, QRectF(left + column * (side + GAP), top + row * (side + words + GAP), side, side), under)
        for (tile, name), (column, row) in zip(tiles, places, strict=True)
    ]


def _beside(sheet: Sheet, made_of: Sequence[Named], result: Named) -> list[Placed]:
    """What it is made of, one above the other, and the result as large as there is room."""
    area, between = sheet.area, BETWEEN * sheet.px
    for under in UNDER:
        words = _below(sheet, under)
        small = min((area.height() - GAP) / 2 - GAP - words, SMALL * area.width())
        large = min(area.width() - small - between - 2 * GAP, area.height() - words - 2 * GAP)
        if min(small, large) >= LEAST * sheet.px:
            break
    small, large = max(small, 1.0), max(large, 1.0)
    left = area.left() + (area.width() - small - between - large) / 2
    middle = area.center().y()
    top = middle - (len(made_of) * (small + words) + (len(made_of) - 1) * GAP) / 2
    placed = [
        Placed(tile, name, QRectF(left, top + row * (small + words + GAP), small, small), under)
        for row, (tile, name) in enumerate(made_of)
    ]
    tile, name = result
    large_at = QRectF(left + small + between, middle - (large + words) / 2, large, large)
    return [*placed, Placed(tile, name, large_at, under)]


def way_at(sheet: Sheet, shown: Shown, place: QPointF) -> str:
    """The way whose tile, words included, is at a place of the picture; empty for none."""
    placed = arranged(sheet, shown)
    found = (one for one in placed if one.place.adjusted(0, 0, 0, _below(sheet, one.under)).contains(place))
    return next((one.tile.way for one in found), "")


def _tile(painter: QPainter, sheet: Sheet, one: Placed, shown: Shown, pointed: bool) -> None:
    tile, place, theme, px = one.tile, one.place, sheet.theme, sheet.px
    if tile.box is not None:
        top, left, bottom, right = tile.box
        scale = place.width() / tile.image.shape[-1]
        cut = QRectF(place.left() + left * scale, place.top() + top * scale, (right - left) * scale,
                     (bottom - top) * scale)  # fmt: skip
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color("scale"), 2 * px))
        painter.drawRect(cut)
    if pointed:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color("accent"), 3 * px))
        painter.drawRect(place.adjusted(-2, -2, 2, 2))
    named, told, label = one.under
    line = QRectF(place.left(), place.bottom() + APART * px, place.width(), LINE * px)  # not into the next tile
    if named:
        _write(painter, sheet, line, [one.name, short_name(tile, one.name)], NAME, True, "ink", SMALLEST)
        line.translate(0, LINE * px)
    if told:
        _write(
            painter, sheet, line, tile_told(tile) if tile.way != "original" else [""], TOLD, False, "muted", SMALLEST
        )
        line.translate(0, LINE * px)
    if label:
        line.translate(0, 3 * px if named else 0.0)
        _bar(painter, sheet, QRectF(place.left(), line.top(), place.width(), BAR * px), tile, shown)


def _bar(painter: QPainter, sheet: Sheet, bar: QRectF, tile: Tile, shown: Shown) -> None:
    """The label: how much of it is A's and how much B's."""
    painter.setPen(Qt.PenStyle.NoPen)
    left = bar.left()
    for share, name, color in zip(tile.label, shown.classes, ("accent", "scale"), strict=True):
        part = QRectF(left, bar.top(), bar.width() * share, bar.height())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(sheet.theme.color(color))
        painter.drawRect(part)
        ink = "window" if sheet.theme.dark else "on_accent"
        for text in (f"{name} {share:.2f}", f"{share:.2f}"):
            if QFontMetricsF(_font(sheet, 12.5, True)).horizontalAdvance(text) + 6 <= part.width():
                _write(painter, sheet, part, [text], 12.5, True, ink)
                break
        left += part.width()


def _font(sheet: Sheet, size: float, bold: bool) -> QFont:
    font = QFont(sheet.font)
    font.setPixelSize(max(round(size * sheet.px), 11))
    font.setBold(bold)
    return font


def _write(
    painter: QPainter, sheet: Sheet, area: QRectF, texts: Sequence[str], size: float, bold: bool, ink: str,
    smallest: float = 1.0,
) -> None:  # fmt: skip
    """The first of `texts` that there is room for; the last one in smaller letters, down to `smallest` of their size,
    or elided."""
    font = _font(sheet, size, bold)
    metrics = QFontMetricsF(font)
    text = next((text for text in texts if metrics.horizontalAdvance(text) <= area.width()), texts[-1])
    least = _font(sheet, smallest * size, bold).pixelSize()
    while font.pixelSize() > least and QFontMetricsF(font).horizontalAdvance(text) > area.width():
        font.setPixelSize(font.pixelSize() - 1)
    painter.setFont(font)
    painter.setPen(sheet.theme.color(ink))
    shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, shown)
