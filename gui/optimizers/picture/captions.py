"""The names on a picture, each beside what it names: placed together, so that none lies on another."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from gui.picture.mapping import Mapping
from gui.theme import Theme

Spot = tuple[float, float]
Box = tuple[float, float, float, float]  # left, top, right, bottom
GAPS = (4.0, 13.0, 24.0)  # pixels between a caption and what it names, the nearest first
TURNS = tuple(math.radians(turn) for turn in (0, 45, -45, 90, -90, 135, -135, 180))  # from the side that is best
PAD = 4.0  # pixels of ground on both sides of a text
ON_MARKER, ON_LINE = 3.0, 1.0  # how much worse a place is there


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place that a caption may stand beside, best at this angle (as painters have it: clockwise from the right);
    it stays off the place itself by `clear` pixels."""

    place: Spot
    angle: float
    clear: float = 0.0


@dataclass(frozen=True, slots=True)
class Caption:
    """A text, of one or several lines, that is wanted beside one of its anchors."""

    text: str
    color: QColor
    anchors: tuple[Anchor, ...]
    size: float = 15.0
    bold: bool = True

    def font(self, font: QFont, px: float) -> QFont:
        font = QFont(font)
        font.setPixelSize(max(round(self.size * px), 11))
        font.setBold(self.bold)
        return font


@dataclass
class Wanted:
    """What is to be named in one picture, in the order of painting: the last ones choose their place first.

    Captions never lie on each other or on `taken`, and keep off markers and lines where they can. Where no place is
    left near enough a caption is left out: the mouse tells the arrow's name as well.
    """

    captions: list[Caption] = field(default_factory=list)
    taken: list[Box] = field(default_factory=list)
    markers: list[Box] = field(default_factory=list)
    lines: list[tuple[Spot, Spot]] = field(default_factory=list)


class CaptionLayout:
    """Places and paints what is wanted. The places of the last picture are kept for as long as the same is wanted."""

    def __init__(self) -> None:
        self._key: object = None
        self.places: list[tuple[Caption, Box | None]] = []

    def paint(self, painter: QPainter, wanted: Wanted, mapping: Mapping, theme: Theme, px: float) -> None:
        key = (wanted, mapping, px, painter.font().key())
        if key != self._key:
            self.places = list(zip(wanted.captions, arranged(wanted, painter.font(), mapping, px), strict=True))
            self._key = key
        base, ground = painter.font(), theme.color("halo")
        ground.setAlpha(190)
        for caption, box in self.places:
            if box is not None:
                _paint(painter, caption, box, caption.font(base, px), ground)
        painter.setFont(base)


def arranged(wanted: Wanted, font: QFont, mapping: Mapping, px: float) -> list[Box | None]:
    """A box for each caption; None for one that is left out."""
    taken = list(wanted.taken)
    boxes: list[Box | None] = []
    for caption in reversed(wanted.captions):
        metrics = QFontMetricsF(caption.font(font, px))
        lines = caption.text.split("\n")
        width = max(metrics.horizontalAdvance(line) for line in lines) + 2 * PAD
        box = _best(_boxes(caption, width, metrics.height() * len(lines), px), taken, wanted, mapping)
        boxes.append(box)
        if box is not None:
            taken.append(box)
    return boxes[::-1]


def _boxes(caption: Caption, width: float, height: float, px: float) -> Iterator[Box]:
    """Where it could stand, the best first: with a side or a corner as near as the gap says."""
    for gap in GAPS:
        for anchor in caption.anchors:
            for turn in TURNS:
                cos, sin, away = math.cos(anchor.angle + turn), math.sin(anchor.angle + turn), anchor.clear + gap * px
                x = anchor.place[0] + cos * away + min(max(1.42 * cos, -1.0), 1.0) * width / 2
                y = anchor.place[1] + sin * away + min(max(1.42 * sin, -1.0), 1.0) * height / 2
                yield x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _best(boxes: Iterator[Box], taken: Sequence[Box], wanted: Wanted, mapping: Mapping) -> Box | None:
    """The first box on nothing; else the one on fewest markers and lines; never one on another caption."""
    best, least = None, math.inf
    for box in boxes:
        inside = box[0] >= 2 and box[1] >= 2 and box[2] <= mapping.width - 2 and box[3] <= mapping.height - 2
        if not inside or any(_overlap(box, other) for other in taken):
            continue
        cost = ON_MARKER * sum(_overlap(box, marker) for marker in wanted.markers)
        if cost < least:
            cost += ON_LINE * sum(_crosses(box, *line) for line in wanted.lines)
        if cost < least:
            best, least = box, cost
        if not cost:
            break
    return best


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _crosses(box: Box, start: Spot, end: Spot) -> bool:
    """Whether a line goes through a box: cut it to the box, side by side."""
    low, high = 0.0, 1.0
    for axis in (0, 1):
        begin, move = start[axis], end[axis] - start[axis]
        if not move:
            if not box[axis] < begin < box[axis + 2]:
                return False
            continue
        near, far = sorted(((box[axis] - begin) / move, (box[axis + 2] - begin) / move))
        low, high = max(low, near), min(high, far)
    return low < high


def _paint(painter: QPainter, caption: Caption, box: Box, font: QFont, ground: QColor) -> None:
    left, top, right, bottom = box
    painter.setFont(font)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(QRectF(left, top, right - left, bottom - top), 5, 5)
    painter.setPen(caption.color)
    metrics = QFontMetricsF(font)
    for row, line in enumerate(caption.text.split("\n")):
        painter.drawText(QPointF(left + PAD, top + metrics.height() * row + metrics.ascent()), line)
