"""The experiment on batch size as a picture: where paths end on the map, and the charts beside or below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen

from engine.data.batch_experiment import Experiment
from engine.losses import Floats
from gui.minima.charts import basin_color, paint_place, paint_section, paint_shares, paint_valley
from gui.minima.plot import Sheet, chart_in
from gui.minima.subject import Subject
from gui.minima.words import basin_labels, tr
from gui.painting import painting
from gui.picture.background import paint_background, paint_ticks
from gui.picture.mapping import FAR, Mapping

GAP = 14.0
MAP = 0.54  # of a wide picture's width, for the map; of a tall one's height
DOT = 4.2  # the radius of a path's end, in pixels at scale 1
MOST_DOTS = 16.0  # a heap of all paths has the area of so many dots
ARM, LINE = 6.0, 1.8  # of a minimum's cross


@dataclass(frozen=True)
class Places:
    """Where the map and both charts lie."""

    map: QRectF
    upper: QRectF
    lower: QRectF


def places_in(width: float, height: float, px: float = 1.0) -> Places:
    """The map beside its charts, or above them in a tall picture that has room for all that belongs to charts; `px`
    enlarges what stands around the plots."""
    beside, below = _beside(width, height), _below(width, height)
    if width >= 1.1 * height:
        return beside
    low = chart_in(below.lower, px)
    return below if (low is not None and low.named) or chart_in(beside.lower, px) is None else beside


def _beside(width: float, height: float) -> Places:
    wide = max(width * MAP - GAP / 2, 0.0)
    left, half = wide + GAP, max((height - GAP) / 2, 0.0)
    rest = max(width - left, 0.0)
    return Places(QRectF(0, 0, wide, height), QRectF(left, 0, rest, half), QRectF(left, half + GAP, rest, half))


def _below(width: float, height: float) -> Places:
    high = max(height * MAP - GAP / 2, 0.0)
    half = max((height - high - 2 * GAP) / 2, 0.0)
    return Places(
        QRectF(0, 0, width, high), QRectF(0, high + GAP, width, half), QRectF(0, high + half + 2 * GAP, width, half)
    )


class MinimaPicture:
    """Paints (subject, place): a place is that of a batch size, or between two while time goes on. What does not change
    with the place is kept."""

    def __init__(self) -> None:
        self._kept: tuple[object, Experiment, QImage, list[QRectF]] | None = None

    def forget(self) -> None:
        """Drop what is kept: the next picture takes longer."""
        self._kept = None

    def paint(
        self, painter: QPainter, sheet: Sheet, subject: Subject, place: float, size: tuple[float, float],
        ratio: float = 1.0, layers: bool = True,
    ) -> None:  # fmt: skip
        """The picture of width × height, at the painter's origin; `ratio` pixels to each of them, in `layers` that are
        kept, or in lines and areas only."""
        places = places_in(*size, sheet.px)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if layers:
            image, charts = self._ground(sheet, subject, size, ratio)
            painter.drawImage(QPointF(0, 0), image)
        else:
            charts = paint_ground(painter, sheet, subject, places)
        for inside in charts:
            paint_place(painter, sheet, inside, subject.experiment, place)
        painter.save()
        painter.translate(places.map.topLeft())
        painter.setClipRect(QRectF(0, 0, places.map.width(), places.map.height()))
        _ends(painter, sheet, subject, place, places.map)
        painter.restore()

    def _ground(
        self, sheet: Sheet, subject: Subject, size: tuple[float, float], ratio: float
    ) -> tuple[QImage, list[QRectF]]:
        key = (subject.scene.shift, size, ratio, sheet)
        if self._kept is None or self._kept[0] != key or self._kept[1] is not subject.experiment:
            pixels = QSize(max(round(size[0] * ratio), 1), max(round(size[1] * ratio), 1))
            image = QImage(pixels, QImage.Format.Format_ARGB32_Premultiplied)
            image.setDevicePixelRatio(ratio)
            image.fill(Qt.GlobalColor.transparent)
            with painting(image) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                charts = paint_ground(painter, sheet, subject, places_in(*size, sheet.px))
            self._kept = key, subject.experiment, image, charts
        return self._kept[2], self._kept[3]


def paint_ground(painter: QPainter, sheet: Sheet, subject: Subject, places: Places) -> list[QRectF]:
    """The map without its points, and the charts; the areas in which the place is marked."""
    painter.save()
    painter.setFont(sheet.font)
    painter.translate(places.map.topLeft())
    painter.setClipRect(QRectF(0, 0, places.map.width(), places.map.height()))
    mapping = Mapping.fitted(subject.view, places.map.width(), places.map.height())
    paint_background(painter, subject.loss, mapping, sheet.theme)
    paint_ticks(painter, mapping, sheet.theme, sheet.px)
    painter.restore()
    charts = [paint_shares(painter, sheet, places.upper, subject.experiment)]
    if subject.experiment.distinct:
        paint_section(painter, sheet, places.lower, subject)
    else:
        charts.append(paint_valley(painter, sheet, places.lower, subject.experiment))
    return [chart for chart in charts if chart is not None]


def _ends(painter: QPainter, sheet: Sheet, subject: Subject, place: float, area: QRectF) -> None:
    """Where every path ends at this batch size, in the colour of its basin; the minima with their names and the shares
    of all repeats that end in their basins."""
    found, theme, px = subject.experiment, sheet.theme, sheet.px
    mapping = Mapping.fitted(subject.view, area.width(), area.height())
    shares = found.repeats[0]
    now, then = min(int(place), subject.last), min(int(place) + 1, subject.last)
    share = place - int(place)
    ends = (1 - share) * shares.ends[now] + share * shares.ends[then]
    nearest = then if share > 0.5 else now
    basins = shares.basin[nearest]
    with np.errstate(all="ignore"):
        points = mapping.pixels(ends.T)
    colors = {basin: basin_color(theme, found, basin) for basin in range(-1, len(found.sharpness))}
    drawn = [one for one in heaps(points, basins, DOT * px) if mapping.inside(*one[0])]
    large = [one for one in drawn if one[2] > DOT * px]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("halo"))
    for (x, y), _, radius in large:  # one outline around all of a heap
        painter.drawEllipse(QPointF(x, y), radius + 0.5 * px, radius + 0.5 * px)
    for (x, y), basin, radius in drawn:
        if radius <= DOT * px:
            painter.setPen(QPen(theme.color("halo"), 1.0 * px))
        painter.setBrush(colors[basin])
        painter.drawEllipse(QPointF(x, y), radius, radius)
    size = tr("B = {size}").format(size=found.batch_sizes[nearest])
    whole = tr("where {count} paths end, B = {size}").format(count=shares.starts, size=found.batch_sizes[nearest])
    taken = [_label(painter, sheet, [whole, size], [QPointF(0, 20 * px)], area, theme.color("ink"), [])]
    arm = ARM * px
    for basin, (x, y) in enumerate(mapping.pixels(shares.minima).tolist()):
        for ink, width in (("halo", LINE + 2.0), ("ink", LINE)):
            painter.setPen(QPen(theme.color(ink), width * px))
            painter.drawLine(QPointF(x - arm, y), QPointF(x + arm, y))
            painter.drawLine(QPointF(x, y - arm), QPointF(x, y + arm))
        places = [QPointF(x, y + side * px) for side in (-26, 26, -50, 50, -74, 74)]
        texts = basin_labels(found, basin, nearest)
        taken.append(_label(painter, sheet, texts, places, area, colors[basin], taken))


def heaps(points: Floats, basins: NDArray[np.int64], dot: float) -> list[tuple[tuple[float, float], int, float]]:
    """The ends (n, 2) in pixels as (place, basin, radius), the large ones first. Ends of one basin less than about a
    dot apart are a heap, whose area grows with the share of all paths that lie there; a single end has the radius
    `dot`. Ends that are nowhere are left out."""
    there = np.isfinite(points).all(axis=1) & (np.abs(points) < FAR).all(axis=1)
    points, basins, many = points[there], basins[there], len(points)
    cell = dot / 2
    keys = np.column_stack([np.floor(points / cell).astype(np.int64), basins])
    cells, which, counts = np.unique(keys, axis=0, return_inverse=True, return_counts=True)
    which = which.reshape(-1)
    known = {tuple(key): count for key, count in zip(cells.tolist(), counts.tolist(), strict=True)}
    found = []
    for place, (column, row, basin) in enumerate(cells.tolist()):
        near = sum(known.get((column + i, row + j, basin), 0) for i in (-1, 0, 1) for j in (-1, 0, 1))
        area = min(max(MOST_DOTS * near / many, 1.0), near)
        found.append((place, basin, dot * area**0.5))
    middles = [np.bincount(which, points[:, axis], len(cells)) / counts for axis in (0, 1)]
    drawn = [((float(middles[0][at]), float(middles[1][at])), basin, radius) for at, basin, radius in found]
    return sorted(drawn, key=lambda one: -one[2])


def _label(
    painter: QPainter, sheet: Sheet, texts: Sequence[str], places: Sequence[QPointF], area: QRectF, color: QColor,
    taken: Sequence[QRectF],
) -> QRectF:  # fmt: skip
    """Words on the map, the first of `texts` that it has room for, the last one elided; inside it, at the first place
    where no others stand; where they are."""
    font = sheet.text_font(14, True)
    metrics = QFontMetricsF(font)
    room = max(area.width() - 28, 0.0)
    text = next((text for text in texts if metrics.horizontalAdvance(text) <= room), texts[-1])
    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
    box = QRectF(0, 0, metrics.horizontalAdvance(text) + 12, metrics.height() + 4)
    for place in places:
        box.moveCenter(place)
        box.moveLeft(min(max(box.left(), 8.0), area.width() - box.width() - 8))
        if not any(box.intersects(other) for other in taken):
            break
    halo = sheet.theme.color("halo")
    halo.setAlpha(205)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(halo)
    painter.drawRoundedRect(box, 5, 5)
    painter.setFont(font)
    painter.setPen(color)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    return box
