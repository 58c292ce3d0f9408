"""The experiment's charts: shares against batch size, what a shift costs, and how flat a place is found."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from engine.data.batch_experiment import Experiment
from engine.losses import Floats
from gui.minima.plot import LEGEND, Axes, Sheet, frame, line_with_errors, write, x_names, y_numbers
from gui.minima.subject import Subject
from gui.minima.words import basin_name, risen, rounded, tr
from gui.theme import Theme

FAR_APART = 0.3  # shares between which nothing is: the axis leaves that out
LEAST_SPAN = 0.04  # of a part of the axis of shares
GAP = 16.0  # where it is broken
LEAST_PART = 16.0  # pixels of a part, or the axis is whole
NAMED = (240.0, 72.0)  # pixels of a plot at scale 1 that has room for what a shift costs, in words
_OTHERS = ("direction", "accent", "scale", "ink", "step", "muted")


def basin_color(theme: Theme, found: Experiment, basin: int) -> QColor:
    """Red for the sharp minimum, green for the flat one, others after it; grey for none."""
    if basin < 0:
        return theme.color("muted")
    sharp = found.sharp_ones if found.distinct else ()
    if basin in sharp:
        return theme.color("gradient")
    others = [one for one in range(len(found.sharpness)) if one not in sharp]
    return theme.color(_OTHERS[others.index(basin) % len(_OTHERS)])


def size_axis(found: Experiment) -> Floats:
    """Where each batch size lies on an axis: every doubling as far as the next."""
    return np.asarray(np.log2(np.array(found.batch_sizes, dtype=float)))


def size_axes(found: Experiment, area: QRectF, low: float, high: float) -> Axes:
    """An area with all batch sizes on its x axis."""
    at = size_axis(found)
    half = 0.5 if len(at) == 1 else 0.04 * (at[-1] - at[0])
    return Axes(area, at[0] - half, at[-1] + half, low, high)


def share_parts(found: Experiment) -> list[tuple[float, float]]:
    """The parts of the axis of shares that are drawn, from below: one, or two of equal length with a gap between them,
    so that errors of a hundredth can be seen."""
    low, high = (found.shares - found.errors).min(axis=0), (found.shares + found.errors).max(axis=0)
    order = np.argsort(low)
    low, high = low[order], np.maximum.accumulate(high[order])
    gaps = low[1:] - high[:-1]
    if not len(gaps) or gaps.max() < FAR_APART:
        return [(0.0, 1.0)]
    cut = int(gaps.argmax())
    lower, upper = (float(low[0]), float(high[cut])), (float(low[cut + 1]), float(high[-1]))
    span = max(1.2 * (lower[1] - lower[0]), 1.2 * (upper[1] - upper[0]), LEAST_SPAN)
    return [_around(lower, span), _around(upper, span)]


def _around(part: tuple[float, float], span: float) -> tuple[float, float]:
    begin = min(max((part[0] + part[1] - span) / 2, 0.0), 1.0 - span)
    return begin, begin + span


def shares_areas(found: Experiment, area: QRectF) -> list[Axes]:
    """The parts of the chart of shares, from below; a low chart has one with all shares."""
    parts = share_parts(found)
    height = (area.height() - GAP * (len(parts) - 1)) / len(parts)
    if height < LEAST_PART:
        parts, height = [(0.0, 1.0)], area.height()
    return [
        size_axes(found, QRectF(area.left(), area.bottom() - (i + 1) * height - i * GAP, area.width(), height), *part)
        for i, part in enumerate(parts)
    ]


def paint_shares(painter: QPainter, sheet: Sheet, area: QRectF, found: Experiment) -> QRectF | None:
    """The share that ends in each basin, with error bars; the area between the axes, None where there is no room."""
    chart = frame(painter, sheet, area, tr("share of paths that end in each basin"), tr("batch size B"))
    if chart is None:
        return None
    inside = chart.plot
    at = size_axis(found)
    axes_of_parts = shares_areas(found, inside)
    for axes in axes_of_parts:
        y_numbers(painter, sheet, axes)
        for basin in range(found.shares.shape[1]):
            shares, errors = found.shares[:, basin], found.errors[:, basin]
            if ((shares >= axes.y0) & (shares <= axes.y1)).any():
                color = basin_color(sheet.theme, found, basin)
                line_with_errors(painter, sheet, axes, at, shares, errors, color)
    if len(axes_of_parts) == 2:
        middle = axes_of_parts[1].area.bottom() + GAP / 2
        place = QRectF(inside.left() - 8 * sheet.px, middle - 9 * sheet.px, 16 * sheet.px, 18 * sheet.px)
        write(painter, sheet, place, "≈", Qt.AlignmentFlag.AlignCenter, "muted", 14)  # right of the numbers beside it
    x_names(painter, sheet, axes_of_parts[0], at.tolist(), [str(size) for size in found.batch_sizes])
    return inside


def paint_place(painter: QPainter, sheet: Sheet, inside: QRectF, found: Experiment, place: float) -> None:
    """Which batch size is shown: a line through a chart of batch sizes, between two of them while time goes on."""
    at = size_axis(found)
    x = size_axes(found, inside, 0, 1).x(float(np.interp(place, np.arange(len(at)), at)))
    painter.setPen(QPen(sheet.theme.color("ink"), 1.6 * sheet.px))
    painter.drawLine(QPointF(x, inside.top() - 6), QPointF(x, inside.bottom() + 3))


def paint_valley(painter: QPainter, sheet: Sheet, area: QRectF, found: Experiment) -> QRectF | None:
    """How flat a place is found along a valley, against batch size; the area between the axes, None without room."""
    chart = frame(painter, sheet, area, tr("curvature λmax where paths end, as their mean"), tr("batch size B"))
    if chart is None:
        return None
    inside = chart.plot
    mean, error = found.end_sharpness
    ends = np.concatenate([mean - error, mean + error])
    ends = ends[np.isfinite(ends)]
    low, high = (float(ends.min()), float(ends.max())) if len(ends) else (0.0, 1.0)
    margin = max(0.08 * (high - low), 0.02 * abs(high), 1e-9)
    axes = size_axes(found, inside, low - margin, high + margin)
    y_numbers(painter, sheet, axes)
    line_with_errors(painter, sheet, axes, size_axis(found), mean, error, sheet.theme.color("accent"))
    x_names(painter, sheet, axes, size_axis(found).tolist(), [str(size) for size in found.batch_sizes])
    return inside


def paint_section(painter: QPainter, sheet: Sheet, area: QRectF, subject: Subject) -> None:
    """Along the line through the sharp minimum and the one furthest from it, from left to right as on the map: training
    loss, the same moved along the line as the test loss, and what that costs at each minimum."""
    line, theme, px = subject.line, sheet.theme, sheet.px
    name = tr("training and test loss through both minima")
    chart = frame(painter, sheet, area, name, tr("distance along the line"), legend=True)
    if chart is None:
        return
    inside = chart.plot
    length = line.length
    s = np.linspace(-0.3 * length, 1.3 * length, 600)
    points = line.points(s)
    training, test = line.training(points), line.test(points)
    between = training[(s >= 0) & (s <= length)]
    low, high = float(np.nanmin(training)), float(np.nanmax(between))
    margin = 0.12 * (high - low) or 1.0
    axes = Axes(inside, float(s[0]), float(s[-1]), low - 2 * margin, high + margin)  # below: room for names
    y_numbers(painter, sheet, axes)
    painter.save()
    painter.setClipRect(inside)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for values, ink, dash in ((training, "ink", []), (test, "accent", [5.0, 3.0])):
        pen = QPen(theme.color(ink), 2.2 * px)
        if dash:
            pen.setDashPattern(dash)
        painter.setPen(pen)
        good = np.isfinite(values)
        pairs = zip(s[good].tolist(), values[good].tolist(), strict=True)
        painter.drawPolyline(QPolygonF([QPointF(axes.x(x), axes.y(y)) for x, y in pairs]))
    painter.restore()
    for basin, at in ((line.left, 0.0), (line.right, length)):
        _cost(painter, sheet, axes, subject, basin, at)
    if chart.legend:
        place = QRectF(inside.left(), inside.top() - LEGEND * px, inside.width(), LEGEND * px)
        _legend(painter, sheet, place, area.left() + 12 * px, line.shift)


def _cost(painter: QPainter, sheet: Sheet, axes: Axes, subject: Subject, basin: int, at: float) -> None:
    """At a minimum, from the training loss up to the test loss of this shift."""
    px, line, found = sheet.px, subject.line, subject.experiment
    place = line.minima[basin]
    training, test = float(line.training(place)), float(line.test(place))
    color, x = basin_color(sheet.theme, found, basin), axes.x(at)
    painter.setPen(QPen(color, 3.5 * px, c=Qt.PenCapStyle.FlatCap))
    painter.drawLine(QPointF(x, axes.y(training)), QPointF(x, max(axes.y(test), axes.area.top())))
    if axes.area.width() < NAMED[0] * px or axes.area.height() < NAMED[1] * px:
        return
    text = tr("{name}: {rise}").format(name=basin_name(found, basin), rise=risen(line.rise(basin)))
    half = 70 * px
    middle = min(max(x, axes.area.left() + half), axes.area.right() - half)
    area = QRectF(middle - half, axes.area.bottom() - 19 * px, 2 * half, 18 * px)
    halo = sheet.theme.color("panel")
    halo.setAlpha(215)
    painter.fillRect(area.adjusted(0.4 * half, 0, -0.4 * half, 0), halo)
    write(painter, sheet, area, text, Qt.AlignmentFlag.AlignCenter, color, 13, True)


def _legend(painter: QPainter, sheet: Sheet, area: QRectF, margin: float, shift: float) -> None:
    """Which line is which; how far the test loss is moved, too, where there is room. It begins at the plot, or where
    that is narrow at the chart's margin."""
    px, wide = sheet.px, QFontMetricsF(sheet.text_font(12)).horizontalAdvance
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    moved = tr("test: moved by {shift}").format(shift=rounded(shift, 3))
    training = tr("training")
    for gap, test in ((18 * px, moved), (18 * px, tr("test")), (6 * px, tr("test"))):
        needed = 60 * px + gap + wide(training) + wide(test)
        if needed <= area.width():
            break
    else:
        area = QRectF(margin, area.top(), area.right() + 8 * px - margin, area.height())
    begin = area.left()
    for text, ink, style in ((training, "ink", Qt.PenStyle.SolidLine), (test, "accent", Qt.PenStyle.DashLine)):
        if begin + 30 * px >= area.right():
            break
        painter.setPen(QPen(sheet.theme.color(ink), 2.2 * px, style))
        painter.drawLine(QPointF(begin, area.center().y()), QPointF(begin + 24 * px, area.center().y()))
        write(painter, sheet, area.adjusted(begin - area.left() + 30 * px, 0, 0, 0), text, left, ink)
        begin += wide(text) + 30 * px + gap
