"""An axis with few round marks, in the theme's font and inks; its room never depends on what is seen of it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from gui.plotting.item import kept
from gui.plotting.library import AxisItem
from gui.plotting.scale import LINEAR, Scale
from gui.plotting.sheet import Sheet
from gui.plotting.view import View

APART = 34.0  # pixels at scale 1 between two marks of an upright axis
WIDE = 4.6  # times the font's height between two marks of a level one
TICK, GAP = 4.0, 6.0
ASIDE = TICK + 3.0  # from an upright axis to its numbers


@dataclass(frozen=True)
class Drawn:
    """What an axis draws: where its marks are along it, its numbers, and its name where that has room."""

    marks: list[float]
    texts: list[tuple[QRectF, str]]
    name: QRectF | None = None


class Axis(AxisItem):
    """Left or bottom, with the range of its view. Letters are drawn as letters everywhere."""

    def __init__(self, side: str, view: View, parent: Any) -> None:
        super().__init__(side, parent=parent, maxTickLength=0)
        self.enableAutoSIPrefix(False)
        self.linkToView(view)
        self.kind: Scale = LINEAR
        self.name = ""  # of a level axis
        self.sheet: Sheet | None = None
        self._found: tuple[tuple[object, ...], list[tuple[float, str]], Drawn] | None = None

    @property
    def _upright(self) -> bool:
        return bool(self.orientation == "left")

    def marks(self) -> list[tuple[float, str]]:
        """What is marked, in the axis's units, with the texts."""
        return self._look()[1]

    def drawn(self) -> Drawn:
        """The same as it is drawn, in pixels of the axis."""
        return self._look()[2]

    def _look(self) -> tuple[tuple[object, ...], list[tuple[float, str]], Drawn]:
        made_of = (self.sheet, *self.range, self.kind, self.name, self.rect().width(), self.rect().height(), self.x())
        if self._found is None or self._found[0] != made_of:
            marks = [] if self.sheet is None else self.kind.marks(self.range[0], self.range[1], self._most(self.sheet))
            self._found = made_of, marks, self._placed(marks)
        return self._found

    def _most(self, sheet: Sheet) -> float:
        if self._upright:
            return float(self.rect().height() / (APART * sheet.px))
        return float(self.rect().width() / (WIDE * QFontMetricsF(sheet.small()).height()))

    def place_of(self, at: float) -> float:
        """Pixels along the axis, from its left or upper end."""
        low, high = self.range
        share = (at - low) / (high - low)
        return float((1 - share) * self.rect().height() if self._upright else share * self.rect().width())

    def _placed(self, marks: list[tuple[float, str]]) -> Drawn:
        """Where marks and numbers are drawn; no number touches another or is cut off."""
        if self.sheet is None:
            return Drawn([], [])
        metrics = QFontMetricsF(self.sheet.small())
        width, height, px = self.rect().width(), metrics.height(), self.sheet.px
        found: list[tuple[QRectF, str]] = []
        end = self.sheet.width - self.x() - 1  # of the sheet
        for at, text in marks:
            along, wide = self.place_of(at), metrics.horizontalAdvance(text)
            if self._upright:
                box = QRectF(width - ASIDE * px - wide, along - height / 2, wide, height)
                fits = box.left() >= 0 and (not found or box.bottom() <= found[-1][0].top())
            else:
                box = QRectF(min(along - wide / 2, end - wide), (TICK + 2) * px, wide, height)
                fits = not found or box.left() > found[-1][0].right() + GAP * px
            if fits:
                found.append((box, text))
        return Drawn([self.place_of(at) for at, _ in marks], found, self._name_box([box for box, _ in found]))

    def _name_box(self, boxes: list[QRectF]) -> QRectF | None:
        """Where a level axis has its name: at its end, or else between two of its numbers; None without room."""
        if self.sheet is None or not self.name:
            return None
        metrics, gap = QFontMetricsF(self.sheet.small()), GAP * self.sheet.px
        wide, top = metrics.horizontalAdvance(self.name), (TICK + 2) * self.sheet.px
        if self.rect().width() - wide >= (boxes[-1].right() + gap if boxes else 0.0):
            return QRectF(self.rect().width() - wide, top, wide, metrics.height())
        for left, right in pairwise(boxes):
            if right.left() - left.right() >= wide + 2 * gap:
                return QRectF((left.right() + right.left() - wide) / 2, top, wide, metrics.height())
        return None

    def paint(self, painter: QPainter, option: Any, widget: Any = None) -> None:
        sheet = self.sheet
        if sheet is None or min(self.rect().width(), self.rect().height()) <= 0:
            return
        drawn, width, font = self.drawn(), self.rect().width(), sheet.small()
        ascent = QFontMetricsF(font).ascent()
        with kept(painter):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(font)
            painter.setPen(QPen(sheet.theme.color("muted"), 1))
            for along in drawn.marks:
                if self._upright:
                    painter.drawLine(QPointF(width - TICK * sheet.px, along), QPointF(width, along))
                else:
                    painter.drawLine(QPointF(along, 0), QPointF(along, TICK * sheet.px))
            for box, text in drawn.texts:
                painter.drawText(QPointF(box.left(), box.top() + ascent), text)
            if drawn.name is not None:
                painter.drawText(QPointF(drawn.name.left(), drawn.name.top() + ascent), self.name)

    def boundingRect(self) -> QRectF:
        """Its place, and room for half a number beyond each end."""
        return QRectF(self.rect()).adjusted(-30, -12, 30, 12)


def room_of(sheet: Sheet, scale: Scale, low: float, high: float, height: float) -> float:
    """Pixels at scale 1 that an upright axis of `height` pixels needs for its numbers between two places."""
    metrics = QFontMetricsF(sheet.small())
    texts = [text for _, text in scale.marks(low, high, max(height / (APART * sheet.px), 2.0))]
    return max((metrics.horizontalAdvance(text) for text in texts), default=0.0) / sheet.px + ASIDE + 1.0
