"""Early stopping on the loss curve: the validation loss beside the training loss, its lowest point and the stop."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from gui.optimizers.curve.content import Content
from gui.optimizers.curve.lines import pixels_of
from gui.optimizers.picture.contour_picture import Subject
from gui.picture.mapping import Mapping
from gui.plotting.lines import Line
from gui.plotting.sheet import Sheet


def tr(text: str) -> str:
    return QCoreApplication.translate("stopping", text)


def validation_line(subject: Subject, content: Content, mapping: Mapping, sheet: Sheet, past: bool) -> Line:
    """The validation loss of the selected racer, dashed."""
    assert subject.selected is not None and content.validation is not None
    color = QColor(subject.labels[subject.selected].style.color(sheet.theme))
    color.setAlpha(255 if past else 90)
    pixels = pixels_of(mapping, 0, content.validation)
    return Line(subject.selected, "validation", pixels, color, (2.2 if past else 1.4) * sheet.px, (3.0, 2.0))


def draw_stopping(
    painter: QPainter, subject: Subject, content: Content, mapping: Mapping, sheet: Sheet, past: bool
) -> None:
    """The validation loss, its lowest point and the stop; both curves named at their ends."""
    racer, stopping = subject.selected, subject.stopping
    if racer is None or stopping is None or content.validation is None:
        return
    line, theme, px = validation_line(subject, content, mapping, sheet, past), sheet.theme, sheet.px
    line.draw(painter)
    best, stop = int(stopping.best[racer]), int(stopping.stop[racer])
    strong = theme.color("ink")
    if not past:
        strong.setAlpha(120)
    lowest = float(content.validation[best])
    if np.isfinite(lowest):
        painter.setPen(QPen(strong, 1.8 * px))
        painter.setBrush(theme.color("panel"))
        painter.drawEllipse(QPointF(mapping.x(best), mapping.y(lowest)), 4.5 * px, 4.5 * px)
    painter.setFont(sheet.small())
    if stop >= 0 and -1 <= mapping.x(stop) <= mapping.width + 1:
        painter.setPen(QPen(theme.color("danger") if past else line.color, 1.6 * px))
        x = np.floor(mapping.x(stop)) + 0.5  # a whole pixel has its full colour
        painter.drawLine(QPointF(x, 0), QPointF(x, mapping.height))
        _name(painter, tr("stop"), mapping.x(stop) + 4 * px, 6 * px, mapping, theme.color("danger"))
    heights = (content.heights[:, racer], content.validation)
    ends = [pixels_of(mapping, 0, one)[-1:] for one in heights]
    if any(not len(end) for end in ends):
        return
    for place, name in enumerate((tr("training"), tr("validation"))):
        y, other = float(ends[place][0, 1]), float(ends[1 - place][0, 1])
        shift = 10 * px if y >= other else -8 * px
        _name(painter, name, mapping.width, y + shift, mapping, theme.color("ink" if past else "muted"), True)


def _name(
    painter: QPainter, text: str, x: float, y: float, mapping: Mapping, color: QColor, at_right: bool = False
) -> None:
    metrics = QFontMetricsF(painter.font())
    width = metrics.horizontalAdvance(text)
    x = x - width if at_right else min(x, mapping.width - width)
    y = min(max(y, metrics.height() / 2), mapping.height - metrics.height() / 2)
    painter.setPen(color)
    painter.drawText(QPointF(x, y + metrics.ascent() / 2 - 1), text)
