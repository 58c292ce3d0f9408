"""Who is who, and everyone's loss at the moment."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from engine.frames import Frame, RacerFrame
from gui.optimizers.figures import figure
from gui.optimizers.markers import draw_marker
from gui.optimizers.picture.overlay import Label
from gui.recording.page import text_font
from gui.theme import Theme

ROW, LEAST = 31.0, 17.0  # height of a row
HEAD = 26.0  # the words above the losses
LINE = 40.0  # length of the piece of trail
APART = 28.0  # columns
NAMES, NAME_ROW = (17.0, 16.0, 15.0, 14.0), 30.0  # of a row of names alone


def tr(text: str) -> str:
    return QCoreApplication.translate("recording", text)


class Legend:
    """Rows of trail, marker, name and loss in one or more columns; as many as fit."""

    def __init__(self, labels: Sequence[Label], theme: Theme, width: float, most: float, columns: int) -> None:
        self.labels, self.theme = labels, theme
        for self.columns in range(columns, 0, -1):
            rows = math.ceil(len(labels) / self.columns)
            self.row = max(min(ROW, (most - HEAD) / max(rows, 1)), LEAST)
            self.rows = max(min(rows, int((most - HEAD) / self.row)), 1)
            self.width = (width - APART * (self.columns - 1)) / self.columns
            self.size = min(18.0, 0.62 * self.row)
            wanted = max((_wide(label.name, self.size) for label in labels), default=0.0)
            room = self._room(self.size)
            if wanted <= room:
                break
        self.size = max(self.size * min(room / max(wanted, 1.0), 1.0), 12.0)
        self.height = HEAD + self.rows * self.row
        places = self.rows * self.columns
        self._shown = len(labels) if len(labels) <= places else places - 1  # the last row says how many more
        self.left_out = len(labels) - self._shown

    def _room(self, size: float) -> float:
        """For a name, beside its piece of trail and its loss."""
        return self.width - LINE - 12 - max(_wide("0.0000000", size), _wide(tr("diverged"), size)) - 8

    def paint(self, painter: QPainter, at: QPointF) -> None:
        """All but the losses."""
        theme = self.theme
        small = text_font(min(15.0, 0.6 * self.row))
        metrics = QFontMetricsF(small)
        for column in range(self.columns):
            x = at.x() + column * (self.width + APART)
            painter.setFont(small)
            painter.setPen(theme.color("muted"))
            right = x + self.width - metrics.horizontalAdvance(tr("loss"))
            painter.drawText(QPointF(right, at.y() + 15), tr("loss"))
            painter.setPen(QPen(theme.color("line"), 1.2))
            painter.drawLine(QPointF(x, at.y() + HEAD - 3), QPointF(x + self.width, at.y() + HEAD - 3))
        for place in range(self._shown):
            self._name(painter, self._at(at, place), self.labels[place])
        if self.left_out:
            self._words(painter, self._at(at, self._shown), tr("and {n} more").format(n=self.left_out))

    def paint_losses(self, painter: QPainter, at: QPointF, frame: Frame) -> None:
        """Everyone's loss now."""
        painter.setFont(text_font(self.size))
        for place in range(self._shown):
            self._loss(painter, self._at(at, place), frame.racers[place])

    def _at(self, at: QPointF, place: int) -> QPointF:
        """A row's left end, at mid-height."""
        column, row = divmod(place, self.rows)
        return QPointF(at.x() + column * (self.width + APART), at.y() + HEAD + (row + 0.5) * self.row)

    def _base(self, y: float) -> float:
        return y + QFontMetricsF(text_font(self.size)).capHeight() / 2

    def _words(self, painter: QPainter, at: QPointF, text: str) -> None:
        painter.setFont(text_font(self.size))
        painter.setPen(self.theme.color("muted"))
        painter.drawText(QPointF(at.x(), self._base(at.y())), text)

    def _name(self, painter: QPainter, at: QPointF, label: Label) -> None:
        theme, color = self.theme, label.style.color(self.theme)
        x, y = at.x(), at.y()
        pen = QPen(color, 2.6, c=Qt.PenCapStyle.FlatCap)
        if label.style.dash:
            pen.setDashPattern(label.style.dash)
        painter.setPen(pen)
        painter.drawLine(QPointF(x, y), QPointF(x + LINE, y))
        draw_marker(painter, x + LINE / 2, y, label.style.marker, 0.48 * self.row, color, theme.color("halo"))
        font = text_font(self.size)
        painter.setFont(font)
        painter.setPen(theme.color("ink"))
        name = QFontMetricsF(font).elidedText(label.name, Qt.TextElideMode.ElideRight, self._room(self.size))
        painter.drawText(QPointF(x + LINE + 12, self._base(y)), name)

    def _loss(self, painter: QPainter, at: QPointF, racer: RacerFrame) -> None:
        diverged = racer.state == "diverged"
        value = tr("diverged") if diverged else figure(racer.value)
        painter.setPen(self.theme.color("danger" if diverged else "ink"))
        wide = _wide(value, self.size)
        painter.drawText(QPointF(at.x() + self.width - wide, self._base(at.y())), value)


class NameRow:
    """Markers and names one after the other, where there is no room for more."""

    def __init__(self, labels: Sequence[Label], theme: Theme, width: float) -> None:
        self.labels, self.theme = labels, theme
        for self.size in NAMES:
            self.places = self._placed(width)
            if all(place.y() == 0 for place in self.places):
                break
        self.height = max((place.y() for place in self.places), default=0.0) + NAME_ROW

    def _placed(self, width: float) -> list[QPointF]:
        places: list[QPointF] = []
        x = y = 0.0
        for label in self.labels:
            wide = 26.0 + _wide(label.name, self.size)
            if x and x + wide > width:
                x, y = 0.0, y + NAME_ROW
            places.append(QPointF(x, y))
            x += wide + 16.0
        return places

    def paint(self, painter: QPainter, at: QPointF) -> None:
        theme, font = self.theme, text_font(self.size)
        painter.setFont(font)
        painter.setPen(theme.color("ink"))
        for label, place in zip(self.labels, self.places, strict=True):
            x, y = at.x() + place.x(), at.y() + place.y() + NAME_ROW / 2
            draw_marker(painter, x + 9, y, label.style.marker, 15, label.style.color(theme), theme.color("halo"))
            painter.setPen(theme.color("ink"))
            painter.drawText(QPointF(x + 24, y + QFontMetricsF(font).capHeight() / 2), label.name)

    def paint_losses(self, painter: QPainter, at: QPointF, frame: Frame) -> None:
        """There is no room for them."""


def _wide(text: str, size: float) -> float:
    return QFontMetricsF(text_font(size)).horizontalAdvance(text)
