"""Early stopping on the loss curve: the validation loss beside the training loss, its lowest point and the stop."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from engine.data.early_stopping import Stopping
from gui.picture.lines import draw_line
from gui.theme import Theme


def tr(text: str) -> str:
    return QCoreApplication.translate("stopping", text)


def paint_validation(
    painter: QPainter, stopping: Stopping, racer: int, color: QColor, plot: QRectF, low: float, high: float,
    is_past: bool, theme: Theme, font: QFont, px: float,
) -> None:  # fmt: skip
    """The validation loss of one racer, dashed, its lowest point and the stop; both curves named at their ends."""

    def height(values: NDArray[np.float64]) -> NDArray[np.float64]:
        with np.errstate(all="ignore"):
            logs = np.log10(np.maximum(values, 1e-12))
        return np.clip(plot.bottom() - plot.height() * (logs - low) / (high - low), plot.top() - 50, plot.bottom() + 50)

    y = height(stopping.validation[:, racer])
    x = np.linspace(plot.left(), plot.right(), len(y))
    known = np.isfinite(y)
    faint = QColor(color)
    faint.setAlpha(255 if is_past else 90)
    pen = QPen(faint, (2.2 if is_past else 1.4) * px)
    pen.setDashPattern([3.0, 2.0])
    painter.setPen(pen)
    draw_line(painter, np.column_stack([x[known], y[known]]))
    best, stop = int(stopping.best[racer]), int(stopping.stop[racer])
    strong = theme.color("ink")
    if not is_past:
        strong.setAlpha(120)
    if np.isfinite(y[best]):
        painter.setPen(QPen(strong, 1.8 * px))
        painter.setBrush(theme.color("panel"))
        painter.drawEllipse(QPointF(x[best], y[best]), 4.5 * px, 4.5 * px)
    painter.setFont(font)
    if stop >= 0:
        pen = QPen(theme.color("danger") if is_past else faint, 1.6 * px)
        painter.setPen(pen)
        painter.drawLine(QPointF(x[stop], plot.top()), QPointF(x[stop], plot.bottom()))
        _name(painter, tr("stop"), x[stop] + 4 * px, plot.top() + 6 * px, plot, theme.color("danger"))
    for values, name in ((stopping.training, tr("training")), (stopping.validation, tr("validation"))):
        end = height(values[-1:, racer])[0]
        if np.isfinite(end):
            other = height((stopping.validation if values is stopping.training else stopping.training)[-1:, racer])[0]
            shift = 10 * px if end >= other else -8 * px
            _name(painter, name, plot.right(), end + shift, plot, theme.color("ink" if is_past else "muted"), True)


def _name(
    painter: QPainter, text: str, x: float, y: float, plot: QRectF, color: QColor, at_right: bool = False
) -> None:
    metrics = QFontMetricsF(painter.font())
    width = metrics.horizontalAdvance(text)
    x = x - width if at_right else min(x, plot.right() - width)
    y = min(max(y, plot.top() + metrics.height() / 2), plot.bottom() - metrics.height() / 2)
    painter.setPen(color)
    painter.drawText(QPointF(x, y + metrics.ascent() / 2 - 1), text)
