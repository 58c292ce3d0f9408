"""The values of a rule's lines, drawn on the contour where they act."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from engine.arrows import Arrow
from engine.expressions.typeset import format_number
from engine.line_parts import Term
from gui.optimizers.picture.overlay import paint_text
from gui.picture.mapping import Mapping
from gui.theme import Theme

SHORTEST, LONGEST = 34.0, 120.0  # pixels
LONGEST_LABEL = 14  # letters of a term; longer ones are told by hovering
FIRST_STEPS = 10  # in which a bias correction matters; later its label would only be in the way
WIDE, NARROW = 56.0, 6.0  # pixels, radii of an ellipse
COLORS = {
    "gradient": "gradient",
    "direction": "direction",
    "scale": "scale",
    "point": "muted",
    "step": "step",
}
Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Placed:
    """An arrow in pixels: from `start` to `end`, for an ellipse to a place on its rim. `chain` are the corners at
    which its terms follow each other, from `start` on; empty for an arrow that is no sum."""

    arrow: Arrow
    start: Spot
    end: Spot
    radii: Spot = (0.0, 0.0)
    chain: tuple[Spot, ...] = ()


def placed(arrows: Sequence[Arrow], mapping: Mapping, px: float) -> list[Placed]:
    """Where the arrows lie on the picture: those outside, without length or not finite lie nowhere.

    Directions keep their direction and the order of their lengths, but are long enough to see; the terms of a sum
    are drawn to its scale, tip to tail, and one that has an arrow of its own already replaces it.
    """
    lengths = [math.hypot(*a.value) for a in arrows if a.tag in ("gradient", "direction")]
    longest = max((length for length in lengths if math.isfinite(length)), default=0.0)
    chains = [_chain(arrow, longest, mapping, px) for arrow in arrows]
    drawn = {term.label for arrow, chain in zip(arrows, chains, strict=True) if chain for term in arrow.terms}
    found: list[Placed] = []
    for arrow, corners in zip(arrows, chains, strict=True):
        x, y = mapping.x(arrow.origin[0]), mapping.y(arrow.origin[1])
        if not mapping.inside(x, y) or arrow.label in drawn:
            continue
        if arrow.tag == "scale":
            radii = _radii(arrow, px)
            if radii is not None:
                found.append(Placed(arrow, (x, y), (x + 0.72 * radii[0], y + 0.72 * radii[1]), radii))
        elif all(map(math.isfinite, arrow.value)) and any(arrow.value):
            chain = tuple((x + dx, y + dy) for dx, dy in corners)
            end = chain[-1] if chain else _end(arrow, x, y, longest, mapping, px)
            found.append(Placed(arrow, (x, y), end, chain=chain))
    return found


def paint_arrows(
    painter: QPainter, arrows: Sequence[Arrow], step: int, lit: int, mapping: Mapping, theme: Theme, px: float
) -> None:
    """All that one `step` has drawn. `lit` is the line being looked at: its arrow is the strongest."""
    labels: list[tuple[str, float, float, QColor]] = []
    factor = ""
    for one in placed(arrows, mapping, px):
        arrow, (x, y), end = one.arrow, one.start, one.end
        color = theme.color(COLORS[arrow.tag])
        strong = arrow.line == lit or arrow.tag == "step"
        for term, begin, tip in zip(arrow.terms, one.chain, one.chain[1:], strict=False):
            ink = theme.color("gradient" if term.is_gradient else "direction")
            if math.dist(begin, tip) > 3:
                _arrow(painter, *begin, *tip, ink, 2.0 * px, theme, px)
            if len(term.label) <= LONGEST_LABEL:
                labels.append(_beside(term, begin, tip, ink, px))
        if arrow.tag == "scale":
            _ellipse(painter, one, color, px, strong)
        elif arrow.tag == "point":
            _look_ahead(painter, x, y, *end, color, theme, px)
        else:
            _arrow(painter, x, y, *end, color, (3.2 if strong else 2.2) * px, theme, px)
        away = math.dist(end, (x, y)) or 1.0
        out_x, out_y = (end[0] - x) / away, (end[1] - y) / away
        labels.append((arrow.label, end[0] + out_x * 14 * px - 8 * px, end[1] + out_y * 14 * px, color))
        if arrow.factor and step <= FIRST_STEPS:
            factor = arrow.factor
            labels.append((factor, labels[-1][1], labels[-1][2], theme.color("muted")))
    taken: list[Spot] = []
    for text, x, y, color in labels:
        x, y = min(max(x, 8.0), mapping.width - 40 * px), min(max(y, 14.0), mapping.height - 14)
        # Labels step aside, in turn, from those already there.
        while any(abs(x - a) < 34 * px and abs(y - b) < 20 * px for a, b in taken):
            y += 21 * px
        taken.append((x, y))
        aside = text == factor
        paint_text(painter, text, x, y, color, mapping, theme, px, size=13 if aside else 15, bold=not aside)


def arrow_at(arrows: Sequence[Arrow], place: Spot, mapping: Mapping, px: float) -> str:
    """What the arrow, term or ellipse under the mouse is in numbers; empty where there is none."""
    nearest, said = 7.0 * px, ""
    for one in placed(arrows, mapping, px):
        if one.arrow.tag == "scale":
            turn = math.hypot((place[0] - one.start[0]) / one.radii[0], (place[1] - one.start[1]) / one.radii[1])
            away = abs(turn - 1) * min(one.radii)
        else:
            away = _distance(place, one.start, one.end)
        if away < nearest:
            nearest, said = away, _said(one.arrow)
        for term, begin, tip in zip(one.arrow.terms, one.chain, one.chain[1:], strict=False):
            away = _distance(place, begin, tip)
            if away < nearest:
                nearest, said = away, _numbers(term.label, term.value)
    return said


def _said(arrow: Arrow) -> str:
    name = arrow.label.removeprefix("−") if arrow.tag in ("gradient", "direction") else arrow.label
    lines = [_numbers(name, arrow.numbers, with_length=arrow.tag not in ("scale", "point"))]
    if arrow.factor:
        lines.append(arrow.factor)
    return "\n".join(lines + [_numbers(term.label, term.value) for term in arrow.terms])


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


def _beside(term: Term, begin: Spot, tip: Spot, color: QColor, px: float) -> tuple[str, float, float, QColor]:
    """A term's label, beside its middle."""
    away = math.dist(begin, tip) or 1.0
    across_x, across_y = -(tip[1] - begin[1]) / away, (tip[0] - begin[0]) / away
    side = 1 if across_x >= 0 else -1
    x, y = (begin[0] + tip[0]) / 2 + side * across_x * 16 * px, (begin[1] + tip[1]) / 2 + side * across_y * 16 * px
    return term.label, x, y, color


def _chain(arrow: Arrow, longest: float, mapping: Mapping, px: float) -> list[Spot]:
    """The corners of the arrow's terms, tip to tail, in pixels from where it begins; none where they would be out of
    all proportion."""
    corners = [(0.0, 0.0)]
    for term in arrow.terms:
        corners.append((corners[-1][0] + term.value[0], corners[-1][1] + term.value[1]))
    reach = max(math.hypot(*corner) for corner in corners)
    if not math.isfinite(reach) or not reach or not any(arrow.value):
        return []
    scale = LONGEST * px / reach
    if arrow.tag == "step":
        scale = math.hypot(*_end(arrow, 0.0, 0.0, longest, mapping, px)) / math.hypot(*arrow.value)
        if scale * reach > 3 * LONGEST * px:
            return []
    return [(scale * dx, -scale * dy) for dx, dy in corners]


def _end(arrow: Arrow, x: float, y: float, longest: float, mapping: Mapping, px: float) -> tuple[float, float]:
    """Where an arrow from pixel (x, y) ends."""
    dx, dy = arrow.value[0] * mapping.scale, -arrow.value[1] * mapping.scale
    length = math.hypot(dx, dy)
    if arrow.tag in ("gradient", "direction"):
        share = math.hypot(*arrow.value) / longest if longest else 0.0
        shown = (SHORTEST + (LONGEST - SHORTEST) * share**0.5) * px
    else:
        shown = max(length, SHORTEST * px) if arrow.tag == "step" else length
    shown = min(shown, 3.0 * max(mapping.width, mapping.height))
    return x + dx / length * shown, y + dy / length * shown


def _arrow(
    painter: QPainter, x: float, y: float, end_x: float, end_y: float, color: QColor, width: float,
    theme: Theme, px: float,
) -> None:  # fmt: skip
    angle = math.atan2(end_y - y, end_x - x)
    cos, sin = math.cos(angle), math.sin(angle)
    head = 4.2 * width
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


def _radii(arrow: Arrow, px: float) -> Spot | None:
    """Wide along an axis that is allowed long steps; only the ratio of the radii has a meaning."""
    largest = max(arrow.value)
    if largest <= 0 or math.isnan(largest):
        return None
    if math.isinf(largest):
        x, y = (WIDE if math.isinf(r) else NARROW for r in arrow.value)
    else:
        x, y = (max(WIDE * r / largest, NARROW) for r in arrow.value)
    return x * px, y * px


def _ellipse(painter: QPainter, one: Placed, color: QColor, px: float, strong: bool) -> None:
    fill = QColor(color)
    fill.setAlpha(26)
    pen = QPen(color, (2.2 if strong else 1.6) * px)
    pen.setDashPattern([4, 3])
    painter.setPen(pen)
    painter.setBrush(fill)
    painter.drawEllipse(QPointF(*one.start), *one.radii)
