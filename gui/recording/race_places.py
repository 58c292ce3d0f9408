"""Where the parts of a recorded race lie, by the shape of the picture: contour, rule, names, data and loss curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF

from engine.descent import History
from gui.optimizers.picture.overlay import Label
from gui.recording.legend import Legend, NameRow
from gui.recording.page import GAP, Page
from gui.recording.rule_block import RuleBlock

COLUMN, WIDER = 0.33, 0.4  # of a wide picture's width, for all but the contour
BELOW = 0.44  # of the height, at most, for the rule under the contour
HEADING = 36.0
ASIDE = 0.37  # of a square picture's width, for data and curve beside the contour
CURVE = 128.0  # the least height of a curve, its heading included
# What a curve alone asks for in turn: share of the width, its height, the least size of the formulas above.
TRIES = ((COLUMN, 185.0, 20.0), (COLUMN, CURVE, 16.0), (WIDER, CURVE, 16.0))
ROW = 205.0  # of data and curve beside each other
MOST = 0.8  # of its width, the height of a chart that has a column to itself
SPACIOUS = 0.85  # height / width from which a room takes data and curve one above the other
DATA_SHARE = 0.55  # of what data and curve have together
NAMES = 0.26  # of the height, at most, for the names above charts; else they may take half


@dataclass(frozen=True)
class Wanted:
    """What is to be shown: the rule of a history, names, data, curve."""

    history: History | None
    labels: Sequence[Label]
    data: bool
    curve: bool  # always with data


@dataclass
class Places:
    """Empty where something is left out."""

    stage: QRectF
    notes: QRectF = field(default_factory=QRectF)  # name, rule and legend
    rule: RuleBlock | None = None
    legend: Legend | NameRow | None = None
    legend_at: QPointF = field(default_factory=QPointF)
    data: QRectF = field(default_factory=QRectF)
    curve: QRectF = field(default_factory=QRectF)


def places(page: Page, area: QRectF, wanted: Wanted, whole_stage: bool) -> Places:
    """`whole_stage`: the contour leaves none of its place to a curve that could be missed."""
    if page.wide:
        return _wide(page, area, wanted)
    found = _over(page, area, wanted)
    charts = wanted.data or (wanted.curve and wanted.history is not None and not whole_stage)
    if charts and (page.tall or wanted.history is None):  # without a rule the names stand in the contour
        _between(found, wanted)
    elif charts:
        _aside(found, wanted)
    return found


# A wide picture: a column beside the contour.


def _wide(page: Page, area: QRectF, wanted: Wanted) -> Places:
    found = Places(area)
    if wanted.history is None:
        if wanted.data:
            _stack(found, _column(found, area, COLUMN), wanted, MOST)
    elif wanted.data:
        found = _noted(page, area, wanted, WIDER, ROW)
        room = _below(found, area)
        if room.height() > SPACIOUS * room.width():
            _stack(found, room, wanted, MOST)
        else:
            _row(found, room, wanted)
    else:
        for share, height, size in TRIES if wanted.curve else ():
            found = _noted(page, area, wanted, share, height, size)
            named = not (isinstance(found.legend, Legend) and found.legend.left_out)
            if named and found.rule is not None and found.rule.whole(size):
                _stack(found, _below(found, area), wanted, MOST)
                return found
        found = _noted(page, area, wanted, COLUMN, 0.0)
    return found


def _column(found: Places, area: QRectF, share: float) -> QRectF:
    """Cuts a column off the contour."""
    width = area.width() * share
    found.stage = area.adjusted(0, 0, -width - GAP, 0)
    return QRectF(area.right() - width, area.top(), width, area.height())


def _noted(
    page: Page, area: QRectF, wanted: Wanted, share: float, charts: float, least: float = 0.0
) -> Places:  # fmt: skip
    """Rule and names in a column, over at least `charts` of room; without charts the names stand at its foot."""
    assert wanted.history is not None
    found = Places(area)
    column = _column(found, area, share)
    most = column.height() * (NAMES if charts else 0.5)
    foot = _make_legend(page, found, wanted, column.width(), most, 1)
    room = column.height() - HEADING - foot - GAP - (charts + GAP if charts else 0.0)
    found.rule = RuleBlock(wanted.history, page.theme, column.width(), room, least)
    used = column.height()
    if charts:
        used = HEADING + found.rule.height * found.rule.shrunk + (GAP + foot if foot else 0.0)
    found.notes = QRectF(column.left(), column.top(), column.width(), used)
    found.legend_at = QPointF(column.left(), found.notes.bottom() - foot)
    return found


def _below(found: Places, area: QRectF) -> QRectF:
    """What rule and names leave of their column."""
    top = found.notes.bottom() + GAP
    return QRectF(found.notes.left(), top, found.notes.width(), area.bottom() - top)


def _row(found: Places, room: QRectF, wanted: Wanted) -> None:
    """Data and curve beside each other, or the curve alone."""
    width = (room.width() - GAP) * DATA_SHARE if wanted.data else -GAP
    if wanted.data:
        found.data = QRectF(room.left(), room.top(), width, min(room.height(), width * 1.1))
        room.setHeight(found.data.height())
    found.curve = room.adjusted(width + GAP, 0, 0, 0)


def _stack(found: Places, room: QRectF, wanted: Wanted, most: float) -> None:
    """Data above the curve, or the curve alone; of either at most `most` of its width is its height."""
    height = (room.height() - GAP) * DATA_SHARE if wanted.data else -GAP
    if wanted.data:
        height = min(height, room.width() * most)
        found.data = QRectF(room.left(), room.top(), room.width(), height)
    found.curve = room.adjusted(0, height + GAP, 0, 0)
    found.curve.setHeight(min(found.curve.height(), room.width() * most))


# Others: the notes under the contour, data and curve beside it or between.


def _over(page: Page, area: QRectF, wanted: Wanted) -> Places:
    found = Places(area)
    if wanted.history is None:
        return found
    x, y, width, height = area.x(), area.y(), area.width(), area.height()
    foot = _make_legend(page, found, wanted, width, height * 0.2, 2)
    found.rule = RuleBlock(wanted.history, page.theme, width, height * BELOW - HEADING - foot)
    below = HEADING + found.rule.height * found.rule.shrunk + foot + (GAP if page.tall and foot else 0.0)
    found.stage = QRectF(x, y, width, height - below - GAP * 0.7)
    found.notes = QRectF(x, y + height - below, width, below)
    found.legend_at = QPointF(x, y + height - foot)
    return found


def _aside(found: Places, wanted: Wanted) -> None:
    stage = found.stage
    if not wanted.data and stage.width() < 1.5 * stage.height():
        return
    _stack(found, _column(found, stage, ASIDE), wanted, 2.0)


def _between(found: Places, wanted: Wanted) -> None:
    """Under the contour; a curve alone takes only what the contour has beyond a square."""
    stage = found.stage
    height = ROW if wanted.data else min(stage.height() - 0.92 * stage.width() - GAP, 190.0)
    if height < CURVE:
        return
    found.stage = stage.adjusted(0, 0, 0, -height - GAP)
    _row(found, QRectF(stage.left(), stage.bottom() - height, stage.width(), height), wanted)


def _make_legend(page: Page, found: Places, wanted: Wanted, width: float, most: float, columns: int) -> float:
    """The legend where names are wanted; its height."""
    if not wanted.labels:
        return 0.0
    if page.wide or page.tall:
        found.legend = Legend(wanted.labels, page.theme, width, most, columns)
    else:
        found.legend = NameRow(wanted.labels, page.theme, width)
    return found.legend.height
