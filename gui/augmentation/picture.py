"""The gallery as a picture: a tile for each way to augment, with its label as bars that add up to 1."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QFont, QImage, QPainter

from engine.augment import Floats
from engine.gallery import Tile
from gui.theme import Theme

COLUMNS = 4
GAP = 16.0
WORDS = 74.0  # under a picture: name, formula, bars


def tr(text: str) -> str:
    return QCoreApplication.translate("augmentation", text)


def names() -> dict[str, str]:
    """What the ways are called."""
    return {
        "original": tr("Original"), "mixup": "Mixup", "cutmix": "CutMix", "cutout": "Cutout", "flip": tr("Flip"),
        "crop": tr("Crop"), "noise": tr("Noise"), "smoothing": tr("Label smoothing"),
    }  # fmt: skip


def image_of(numbers: Floats) -> QImage:
    """(3, H, W) between 0 and 1 as a picture."""
    pixels = np.ascontiguousarray(np.moveaxis(np.clip(numbers * 255 + 0.5, 0, 255), 0, -1).astype(np.uint8))
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def paint_gallery(
    painter: QPainter, area: QRectF, tiles: Sequence[Tile], classes: tuple[str, str], font: QFont, theme: Theme,
    px: float,
) -> None:  # fmt: skip
    """All tiles in rows of four, as large as fits."""
    painter.fillRect(area, theme.color("window"))
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    rows = -(-len(tiles) // COLUMNS)
    wide = (area.width() - GAP * (COLUMNS + 1)) / COLUMNS
    high = (area.height() - GAP * (rows + 1)) / rows - WORDS * px
    side = max(min(wide, high), 20.0)
    for place, tile in enumerate(tiles):
        row, column = divmod(place, COLUMNS)
        left = area.left() + GAP + column * (wide + GAP) + (wide - side) / 2
        top = area.top() + GAP + row * (high + WORDS * px + GAP) + (high - side) / 2
        painter.drawImage(QRectF(left, top, side, side), image_of(tile.image))
        _words(painter, QRectF(left, top + side + 4 * px, side, WORDS * px - 4 * px), tile, classes, font, theme, px)


def _words(
    painter: QPainter, area: QRectF, tile: Tile, classes: tuple[str, str], font: QFont, theme: Theme, px: float
) -> None:
    line = 19 * px
    title = QRectF(area.left() - 20, area.top(), area.width() + 40, line)
    _write(painter, title, names()[tile.way], font, 15 * px, True, theme, "ink")
    _write(painter, title.translated(0, line), tile.formula, font, 12 * px, False, theme, "muted")
    bar = QRectF(area.left(), area.top() + 2 * line + 4 * px, area.width(), line + 4 * px)
    own = bar.width() * tile.label[0]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("accent"))
    painter.drawRect(QRectF(bar.left(), bar.top(), own, bar.height()))
    painter.setBrush(theme.color("scale"))
    painter.drawRect(QRectF(bar.left() + own, bar.top(), bar.width() - own, bar.height()))
    for share, name, left, width in (
        (tile.label[0], classes[0], bar.left(), own), (tile.label[1], classes[1], bar.left() + own, bar.width() - own)
    ):  # fmt: skip
        text = f"{name} {share:.2f}"
        if width > 9 * px * len(text) * 0.8:
            _write(painter, QRectF(left, bar.top(), width, bar.height()), text, font, 12 * px, True, theme, "window")


def _write(
    painter: QPainter, area: QRectF, text: str, font: QFont, size: float, bold: bool, theme: Theme, ink: str
) -> None:
    font = QFont(font)
    font.setPixelSize(max(round(size), 11))
    font.setBold(bold)
    painter.setFont(font)
    painter.setPen(theme.color(ink))
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
