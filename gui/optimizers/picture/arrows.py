"""The values of a rule's lines, drawn on the contour where they act."""

from __future__ import annotations

import math
from collections.abc import Iterator

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from engine.arrows import Arrow
from engine.expressions.typeset import format_number
from engine.line_parts import Term
from gui.optimizers.picture.arrow_places import Placed, Spot
from gui.optimizers.picture.captions import Anchor, Caption, Wanted
from gui.picture.mapping import Mapping
from gui.theme import Theme

LONGEST_LABEL = 14  # letters of a term; of longer ones only the vector is named, the rest is told by hovering
FIRST_STEPS = 10  # in which a bias correction matters; later its label would only be in the way
LEAST = 2.0  # pixels of a term that is drawn
NEAR = 7.0  # pixels from the mouse to what it points at
COLORS = {
    "gradient": "gradient",
    "direction": "direction",
    "scale": "scale",
    "point": "muted",
    "step": "step",
}


def paint_arrows(
    painter: QPainter, arrows: list[Placed], step: int, lit: int, wanted: Wanted, mapping: Mapping, theme: Theme,
    px: float,
) -> None:  # fmt: skip
    """All that one `step` has drawn. `lit` is the line being looked at: its arrow is the strongest."""
    names: list[Caption] = []
    for one in arrows:
        arrow = one.arrow
        color = theme.color(COLORS[arrow.tag])
        strong = arrow.line == lit or arrow.tag == "step"
        if arrow.terms and arrow.terms[0].within and one.chain:
            _sum_line(painter, one.chain, theme.color("muted"), px)
        for term, (begin, tip) in zip(arrow.terms, one.links, strict=False):
            if math.dist(begin, tip) > LEAST * px:
                ink = theme.color("gradient" if term.is_gradient else "direction")
                _arrow(painter, *begin, *tip, ink, 2.0 * px, theme, px)
                wanted.captions.append(Caption(_short(term), ink, (_beside(begin, tip, px),)))
        if arrow.tag == "scale":
            _ellipse(painter, one, color, px, strong)
        elif arrow.tag == "point":
            _look_ahead(painter, *one.start, *one.end, color, theme, px)
        else:
            _arrow(painter, *one.start, *one.end, color, (3.2 if strong else 2.2) * px, theme, px)
        tip = _visible(one.start, one.end, mapping)
        out = math.atan2(one.end[1] - one.start[1], one.end[0] - one.start[0])
        anchors = (Anchor(tip, out), _beside(one.start, tip, px))
        names.append(Caption(arrow.label, color, anchors if arrow.tag != "scale" else anchors[:1]))
        wanted.lines += one.links if arrow.tag == "scale" else [(one.start, one.end), *one.links]
        if arrow.factors and step <= FIRST_STEPS:
            text = "\n".join(arrow.factors)
            around = *anchors, Anchor(one.start, out + math.pi, 10 * px)
            wanted.captions.append(Caption(text, theme.color("muted"), around, size=13, bold=False))
    wanted.captions += names


def arrow_at(arrows: list[Placed], place: Spot, px: float) -> str:
    """What the arrows, terms and ellipses under the mouse are in numbers, the topmost first; empty where there are
    none."""
    lines = [line for one in reversed(arrows) for said in _hit(one, place, px) for line in said.split("\n")]
    return "\n".join(dict.fromkeys(lines))


def _hit(one: Placed, place: Spot, px: float) -> Iterator[str]:
    """What of an arrow and its terms is near the place."""
    if one.arrow.tag == "scale":
        turn = math.hypot((place[0] - one.start[0]) / one.radii[0], (place[1] - one.start[1]) / one.radii[1])
        away = abs(turn - 1) * min(one.radii)
    else:
        away = _distance(place, one.start, one.end)
    if away < NEAR * px:
        yield _said(one.arrow)
    for term, (begin, tip) in zip(one.arrow.terms, one.links, strict=False):
        if _distance(place, begin, tip) < NEAR * px:
            yield _numbers(term.label, term.value)


def _said(arrow: Arrow) -> str:
    name = arrow.label.removeprefix("−") if arrow.tag in ("gradient", "direction") else arrow.label
    lines = [_numbers(name, arrow.numbers, with_length=arrow.tag not in ("scale", "point"))]
    return "\n".join([*lines, *arrow.factors, *(_numbers(term.label, term.value) for term in arrow.terms)])


def _numbers(name: str, value: Spot, with_length: bool = True) -> str:
    x, y = (format_number(number) for number in value)
    length = f", ‖{name}‖ = {format_number(math.hypot(*value))}" if with_length else ""
    return f"{name} = ({x}, {y}){length}"


def _distance(place: Spot, start: Spot, end: Spot) -> float:
    """From a place to a line."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    square = dx * dx + dy * dy
    along = ((place[0] - start[0]) * dx + (place[1] - start[1]) * dy) / square if square else 0.0
    along = min(max(along, 0.0), 1.0)
    return math.hypot(place[0] - start[0] - along * dx, place[1] - start[1] - along * dy)


def _short(term: Term) -> str:
    """−…m where the whole would be too long."""
    if len(term.label) <= LONGEST_LABEL:
        return term.label
    return f"−…{term.scaled[1:]}" if term.scaled.startswith("−") else f"…{term.scaled}"


def _beside(begin: Spot, tip: Spot, px: float) -> Anchor:
    """To the right of a line's middle, or below it."""
    turn = math.atan2(tip[1] - begin[1], tip[0] - begin[0]) + math.pi / 2
    if math.cos(turn) < -1e-9:
        turn += math.pi
    return Anchor(((begin[0] + tip[0]) / 2, (begin[1] + tip[1]) / 2), turn, 2 * px)


def _visible(start: Spot, end: Spot, mapping: Mapping) -> Spot:
    """Where an arrow that leaves the picture does so; otherwise its end."""
    share = 1.0
    for begin, stop, size in zip(start, end, (mapping.width, mapping.height), strict=True):
        if stop != begin:
            share = min(share, ((size if stop > begin else 0.0) - begin) / (stop - begin))
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])


def _sum_line(painter: QPainter, chain: tuple[Spot, ...], color: QColor, px: float) -> None:
    """From where a chain begins to where it ends, where its arrow is something else than the sum."""
    pen = QPen(color, 1.4 * px)
    pen.setDashPattern([2, 3])
    painter.setPen(pen)
    painter.drawLine(QPointF(*chain[0]), QPointF(*chain[-1]))


def _arrow(
    painter: QPainter, x: float, y: float, end_x: float, end_y: float, color: QColor, width: float,
    theme: Theme, px: float,
) -> None:  # fmt: skip
    angle = math.atan2(end_y - y, end_x - x)
    cos, sin = math.cos(angle), math.sin(angle)
    head = min(4.2 * width, 0.8 * math.dist((x, y), (end_x, end_y)))
    neck = QPointF(end_x - 0.8 * head * cos, end_y - 0.8 * head * sin)
    corners = [
        QPointF(end_x, end_y),
        QPointF(end_x - head * cos - 0.42 * head * sin, end_y - head * sin + 0.42 * head * cos),
        QPointF(end_x - head * cos + 0.42 * head * sin, end_y - head * sin - 0.42 * head * cos),
    ]
    for ink, extra in ((theme.color("halo"), 2.6 * px), (color, 0.0)):
        painter.setPen(QPen(ink, width + extra, c=Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(x, y), neck)
        painter.setPen(QPen(ink, extra) if extra else Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawPolygon(QPolygonF(corners))


def _look_ahead(
    painter: QPainter,
    x: float,
    y: float,
    end_x: float,
    end_y: float,
    color: QColor,
    theme: Theme,
    px: float,
) -> None:
    pen = QPen(color, 1.8 * px)
    pen.setDashPattern([3, 2])
    painter.setPen(pen)
    painter.drawLine(QPointF(x, y), QPointF(end_x, end_y))
    painter.setPen(QPen(theme.color("ink"), 2.0 * px))
    painter.setBrush(theme.color("halo"))
    painter.drawEllipse(QPointF(end_x, end_y), 4.5 * px, 4.5 * px)


def _ellipse(painter: QPainter, one: Placed, color: QColor, px: float, strong: bool) -> None:
    fill = QColor(color)
    fill.setAlpha(26)
    pen = QPen(color, (2.2 if strong else 1.6) * px)
    pen.setDashPattern([4, 3])
    painter.setPen(pen)
    painter.setBrush(fill)
    painter.drawEllipse(QPointF(*one.start), *one.radii)
