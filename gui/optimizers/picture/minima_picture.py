"""The experiment on batch size as a picture: where paths end, shares against batch size, and what a shift costs."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from engine.data.batch_experiment import Experiment
from engine.data.sharp_flat import shifted
from engine.expressions.typeset import format_number
from engine.losses import Loss
from gui.picture.background import paint_background, paint_ticks
from gui.picture.mapping import Mapping
from gui.theme import Theme

GAP = 18.0
LEFT, BELOW, ABOVE = 46.0, 34.0, 30.0  # of a chart, for its numbers and its name


def tr(text: str) -> str:
    return QCoreApplication.translate("minima", text)


def basin_color(theme: Theme, experiment: Experiment, basin: int) -> QColor:
    """Red for the sharp minimum, green for the others, grey for none."""
    return theme.color("muted" if basin < 0 else "gradient" if basin == experiment.sharp else "direction")


class MinimaPicture:
    """Paints (loss, experiment, which batch size, shift)."""

    def __init__(self, loss: Loss, experiment: Experiment, shift: float, font: QFont) -> None:
        self.loss, self.experiment, self.shift, self.font = loss, experiment, shift, font

    def paint(self, painter: QPainter, area: QRectF, place: int, theme: Theme, px: float) -> None:
        """`place` is the place of a batch size."""
        painter.setFont(self.font)
        painter.fillRect(area, theme.color("window"))
        left = QRectF(area.left(), area.top(), area.width() * 0.52 - GAP / 2, area.height())
        right = QRectF(left.right() + GAP, area.top(), area.right() - left.right() - GAP, area.height())
        upper = QRectF(right.left(), right.top(), right.width(), right.height() * 0.5 - GAP / 2)
        lower = QRectF(right.left(), upper.bottom() + GAP, right.width(), right.bottom() - upper.bottom() - GAP)
        self._ends(painter, left, place, theme, px)
        self._shares(painter, upper, place, theme, px)
        self._section(painter, lower, theme, px)

    def _ends(self, painter: QPainter, area: QRectF, place: int, theme: Theme, px: float) -> None:
        mapping = Mapping.fitted(self.loss.domain, area.width(), area.height())
        painter.save()
        painter.translate(area.topLeft())
        painter.setClipRect(QRectF(0, 0, area.width(), area.height()))
        paint_background(painter, self.loss, mapping, theme)
        paint_ticks(painter, mapping, theme, px)
        shares = self.experiment.repeats[0]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ends, basins = mapping.pixels(shares.ends[place].T).tolist(), shares.basin[place].tolist()
        for (x, y), basin in zip(ends, basins, strict=True):
            if mapping.inside(x, y):
                painter.setPen(QPen(theme.color("halo"), 1.0 * px))
                painter.setBrush(basin_color(theme, self.experiment, basin))
                painter.drawEllipse(QPointF(x, y), 4.2 * px, 4.2 * px)
        for number, (x, y) in enumerate(mapping.pixels(shares.minima).tolist()):
            painter.setPen(QPen(theme.color("ink"), 2.2 * px))
            painter.drawLine(QPointF(x - 8 * px, y), QPointF(x + 8 * px, y))
            painter.drawLine(QPointF(x, y - 8 * px), QPointF(x, y + 8 * px))
            name = f"λmax = {format_number(float(f'{shares.sharpness[number]:.3g}'))}"
            self._text(painter, name, x + 12 * px, y - 10 * px, theme.color("ink"), theme, px)
        size = self.experiment.batch_sizes[place]
        self._text(
            painter,
            tr("where paths end, B = {size}").format(size=size),
            14 * px,
            26 * px,
            theme.color("ink"),
            theme,
            px,
        )
        painter.restore()

    def _shares(self, painter: QPainter, area: QRectF, place: int, theme: Theme, px: float) -> None:
        found = self.experiment
        plot = self._frame(painter, area, tr("share that ends in each basin, against batch size"), theme, px)
        sizes = np.log2(np.array(found.batch_sizes, dtype=float))
        span = max(float(np.ptp(sizes)), 1e-9)
        xs = plot.left() + (sizes - sizes[0]) / span * plot.width() if len(sizes) > 1 else np.array([plot.center().x()])
        for value in (0.0, 0.5, 1.0):
            y = plot.bottom() - value * plot.height()
            painter.setPen(QPen(theme.color("line"), 1.0))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            self._number(painter, f"{value:g}", plot.left() - 8 * px, y, theme, px, Qt.AlignmentFlag.AlignRight)
        painter.setPen(QPen(theme.color("accent"), 1.6 * px))
        painter.drawLine(QPointF(xs[place], plot.top()), QPointF(xs[place], plot.bottom()))
        last = -math.inf
        for x, size in zip(xs, found.batch_sizes, strict=True):
            if x - last > 34 * px:
                self._number(painter, str(size), x, plot.bottom() + 14 * px, theme, px, Qt.AlignmentFlag.AlignHCenter)
                last = x
        for basin in range(found.shares.shape[1]):
            color = basin_color(theme, found, basin)
            ys = plot.bottom() - found.shares[:, basin] * plot.height()
            bars = found.errors[:, basin] * plot.height()
            painter.setPen(QPen(color, 2.2 * px))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in zip(xs, ys, strict=True)]))
            for x, y, bar in zip(xs, ys, bars, strict=True):
                painter.setPen(QPen(color, 1.6 * px))
                painter.drawLine(QPointF(x, y - bar), QPointF(x, y + bar))
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(color)
                painter.drawEllipse(QPointF(x, y), 4 * px, 4 * px)

    def _section(self, painter: QPainter, area: QRectF, theme: Theme, px: float) -> None:
        """Along the line through the sharp minimum and the one furthest from it: training loss, and the same moved."""
        shares, sharp = self.experiment.repeats[0], self.experiment.sharp
        name = tr("through both minima: training loss, and test loss moved by {shift}")
        plot = self._frame(painter, area, name.format(shift=format_number(self.shift)), theme, px)
        a = shares.minima[sharp]
        away = np.hypot(*(shares.minima - a).T)
        if away.max() <= 0:
            return
        b = shares.minima[int(away.argmax())]
        length = float(away.max())
        t = np.linspace(-0.35, 1.35, 500)
        line = a[:, None] + (b - a)[:, None] * t
        move = ((b - a) / length * self.shift)[:, None]
        training, test = self.loss.value(line), self.loss.value(line - move)
        low = float(np.nanmin(training))
        top = float(np.nanpercentile(training, 80)) - low or 1.0
        for values, color, dash in ((training, "ink", ()), (test, "muted", (4.0, 3.0))):
            y = plot.bottom() - np.clip((values - low) / top, -0.05, 1.08) * plot.height() * 0.9
            pen = QPen(theme.color(color), 2.2 * px)
            if dash:
                pen.setDashPattern(dash)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            x = plot.left() + (t - t[0]) / (t[-1] - t[0]) * plot.width()
            painter.drawPolyline(QPolygonF([QPointF(u, v) for u, v in zip(x.tolist(), y.tolist(), strict=True)]))
        cost = shifted(self.loss, self.shift)
        for number, at in ((sharp, 0.0), (int(away.argmax()), 1.0)):
            x = plot.left() + (at - t[0]) / (t[-1] - t[0]) * plot.width()
            rise = float(cost.mean_test[number] - cost.training[number])
            tint = basin_color(theme, self.experiment, number)
            painter.setPen(QPen(tint, 1.6 * px, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
            said = tr("test − training {rise}").format(rise=format_number(float(f"{rise:.3g}")))
            width = QFontMetricsF(self.font).horizontalAdvance(said)
            left = min(max(x - width / 2, plot.left()), plot.right() - width)
            self._text(painter, said, left, plot.top() + (12 if number == sharp else 34) * px, tint, theme, px)

    def _frame(self, painter: QPainter, area: QRectF, name: str, theme: Theme, px: float) -> QRectF:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("panel"))
        painter.drawRoundedRect(area, 8 * px, 8 * px)
        self._text(
            painter, name, area.left() + 12 * px, area.top() + 16 * px, theme.color("ink"), theme, px, ground=False
        )
        return area.adjusted(LEFT * px, ABOVE * px + 6, -18 * px, -BELOW * px)

    def _number(
        self, painter: QPainter, text: str, x: float, y: float, theme: Theme, px: float, align: Qt.AlignmentFlag
    ) -> None:
        font = QFont(self.font)
        font.setPixelSize(max(round(12 * px), 11))
        painter.setFont(font)
        painter.setPen(theme.color("muted"))
        width = 60 * px
        left = x - width if align == Qt.AlignmentFlag.AlignRight else x - width / 2
        painter.drawText(QRectF(left, y - 10 * px, width, 20 * px), align | Qt.AlignmentFlag.AlignVCenter, text)

    def _text(
        self, painter: QPainter, text: str, x: float, y: float, color: QColor, theme: Theme, px: float,
        ground: bool = True,
    ) -> None:  # fmt: skip
        font = QFont(self.font)
        font.setPixelSize(max(round(13 * px), 11))
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        if ground:
            halo = theme.color("halo")
            halo.setAlpha(190)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(halo)
            box = QRectF(x - 4, y - metrics.height() / 2, metrics.horizontalAdvance(text) + 8, metrics.height())
            painter.drawRoundedRect(box, 5, 5)
        painter.setPen(color)
        painter.drawText(QPointF(x, y - metrics.height() / 2 + metrics.ascent()), text)
