"""The calm ground: filled bands, thin lines. Made once for a loss, a view and a theme."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import contourpy
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF

from engine.data.loss import DataLoss
from engine.data.on_grid import MANY, on_grid
from engine.losses import Loss
from gui.picture.heights import LEVELS, HeightScale
from gui.picture.lines import polygon
from gui.picture.mapping import Mapping
from gui.plotting.ticks import ticks
from gui.theme import Theme

CELL = 4.0  # pixels between samples of the loss
MAX_SAMPLES = 420  # along an axis, so that a 4K picture costs no more than a screen
MAX_CORNERS = 60_000  # of all lines; more of them are a grey haze that takes seconds to draw
USUAL = 2_000_000  # pixels of a picture; on larger ones a corner takes longer, about as the root of their number


def grid_of(mapping: Mapping, cell: float = CELL) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The places in the plane at which a loss is sampled for the picture: x (nx,) and y (ny,), from above."""
    nx = int(np.clip(mapping.width / cell, 24, MAX_SAMPLES)) + 1
    ny = int(np.clip(mapping.height / cell, 24, MAX_SAMPLES)) + 1
    (x0, x1), (y0, y1) = mapping.view
    return np.linspace(x0, x1, nx), np.linspace(y1, y0, ny)


def sample(loss: Loss, mapping: Mapping, cell: float = CELL, most: float = MANY) -> tuple[NDArray[np.float64], ...]:
    """The loss on a grid over the picture: x (nx,), y (ny,) in pixels and values (ny, nx). Of a sum over many samples
    fewer points are computed, `most` numbers in all, and splines laid between them."""
    x, y = grid_of(mapping, cell)
    values = on_grid(loss, x, y, most) if isinstance(loss, DataLoss) else loss.value(np.array(np.meshgrid(x, y)))
    return np.linspace(0, mapping.width, len(x)), np.linspace(0, mapping.height, len(y)), values


def levels_of(values: NDArray[np.float64], count: int = LEVELS) -> NDArray[np.float64]:
    """Where to draw the lines: evenly where the values are even, ever closer to the minimum (up to
    log-spaced) where most of the picture lies low and little of it very high."""
    return HeightScale.of(values).levels(count)


def paint_background(painter: QPainter, loss: Loss, mapping: Mapping, theme: Theme) -> None:
    """Fill the picture. Where the loss is undefined the ground stays bare and is hatched."""
    whole = QRectF(0, 0, mapping.width, mapping.height)
    x, y, values = sample(loss, mapping)
    levels = levels_of(values)
    if _takes_long(corners(values, levels), mapping):
        levels = levels[1::2]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(whole, theme.color("contour_low"))
    finite = np.isfinite(values)
    if not finite.all():
        painter.fillRect(whole, theme.color("panel"))
        painter.fillRect(whole, QBrush(theme.color("line"), Qt.BrushStyle.BDiagPattern))
    if finite.any() and corners(values, levels) > MAX_CORNERS:
        _samples(painter, whole, values, levels, theme)
    elif finite.any():
        values = np.clip(values, -1e300, 1e300)
        masked = np.ma.masked_invalid(values)
        generator = contourpy.contour_generator(
            x, y, masked, line_type="ChunkCombinedOffset", fill_type="ChunkCombinedOffset"
        )
        _bands(painter, generator, levels, values[finite], theme)
    painter.restore()


def _takes_long(count: int, mapping: Mapping) -> bool:
    """Whether so many corners are too many for a large picture, though not for a usual one: half as many lines do."""
    larger = max(mapping.width * mapping.height / USUAL, 1.0)
    return MAX_CORNERS / larger**0.5 < count <= MAX_CORNERS


def corners(values: NDArray[np.float64], levels: NDArray[np.float64]) -> int:
    """About how many corners the lines have: a line has one wherever it passes between two neighbouring samples."""
    band = np.searchsorted(levels, values)
    return int(sum(np.abs(np.diff(band, axis=axis)).sum() for axis in (0, 1)))


def _samples(
    painter: QPainter, whole: QRectF, values: NDArray[np.float64], levels: NDArray[np.float64], theme: Theme
) -> None:
    """Of a surface that is too rough for lines, every sample in the colour of its band; bare where there is none."""
    count = len(levels)
    colors = [band_color(theme, index / max(count, 1)).rgba() for index in range(count + 1)]
    pixels = np.array([*colors, 0], dtype=np.uint32)[
        np.where(np.isfinite(values), np.searchsorted(levels, values, side="right"), count + 1)
    ]
    rows, columns = pixels.shape
    image = QImage(pixels.tobytes(), columns, rows, 4 * columns, QImage.Format.Format_ARGB32).copy()
    # A sample is the middle of its pixel, and the outermost ones lie on the border.
    right, down = whole.width() / (columns - 1) / 2, whole.height() / (rows - 1) / 2
    painter.setClipRect(whole, Qt.ClipOperation.IntersectClip)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(whole.adjusted(-right, -down, right, down), image)


def _bands(
    painter: QPainter,
    generator: contourpy.ContourGenerator,
    levels: NDArray[np.float64],
    finite: NDArray[np.float64],
    theme: Theme,
) -> None:
    count = len(levels)
    below = float(finite.min()) - 1.0
    painter.setPen(Qt.PenStyle.NoPen)
    # Each band covers all that is higher, so neighbours share no seam.
    for index, level in enumerate([below, *levels]):
        painter.setBrush(band_color(theme, index / max(count, 1)))
        path = band_path(generator.filled(level, np.inf), closed=True)
        painter.drawPath(path)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for index, level in enumerate(levels):
        color = theme.color("isoline")
        color.setAlphaF(0.75 - 0.45 * index / max(count, 1))
        painter.setPen(QPen(color, 1.0))
        painter.drawPath(band_path(generator.lines(level), closed=False))


def band_path(combined: Any, closed: bool) -> QPainterPath:
    """contourpy's (corners of all lines, where each line begins), of its one chunk, as a path."""
    path = QPainterPath()
    for line in polygons(combined):
        path.addPolygon(line)
    path.setFillRule(Qt.FillRule.OddEvenFill if closed else Qt.FillRule.WindingFill)
    return path


def polygons(combined: Any) -> list[QPolygonF]:
    """The same as lines of their own."""
    (corners,), (offsets,) = combined
    if corners is None:
        return []
    return [polygon(corners[begin:end]) for begin, end in pairwise(offsets.tolist())]


def band_color(theme: Theme, height: float) -> QColor:
    """The colour of a band, from the lowest (0) to the highest (1)."""
    low, high = theme.color("contour_low"), theme.color("contour_high")
    mix = height**0.8
    parts = [
        a + (b - a) * mix
        for a, b in ((low.redF(), high.redF()), (low.greenF(), high.greenF()), (low.blueF(), high.blueF()))
    ]
    return QColor.fromRgbF(*parts)


def paint_ticks(painter: QPainter, mapping: Mapping, theme: Theme, px: float) -> None:
    """Numbers along the left and lower border, inside the picture."""
    font = painter.font()
    font.setPixelSize(max(round(12 * px), 11))
    painter.setFont(font)
    metrics = painter.fontMetrics()
    ink, halo = theme.color("muted"), theme.color("contour_high")
    halo.setAlpha(190)
    for axis, (low, high) in enumerate(mapping.view):
        for value, text in ticks(low, high, mapping.width if axis == 0 else mapping.height):
            width, height = metrics.horizontalAdvance(text), metrics.height()
            if axis == 0:
                place = QPointF(mapping.x(value) - width / 2, mapping.height - 8 * px)
            else:
                place = QPointF(10 * px, mapping.y(value) + metrics.ascent() / 2 - 1)
            box = QRectF(place.x() - 3, place.y() - metrics.ascent(), width + 6, height)
            fits = mapping.inside(box.left(), box.top(), 2) and mapping.inside(box.right(), box.bottom(), 2)
            corner = box.left() < 60 * px and box.bottom() > mapping.height - 40 * px
            if not fits or (corner and axis == 0):
                continue
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(halo)
            painter.drawRoundedRect(box, 4, 4)
            painter.setPen(ink)
            painter.drawText(place, text)
