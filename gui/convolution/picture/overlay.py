"""What changes at every step, drawn over the grids: ties, outlines, and what lights up under the mouse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from gui.convolution.palette import hue
from gui.convolution.picture.frames import draw_frame
from gui.convolution.picture.layout import Placed
from gui.convolution.picture.marks import Corners, Mark, Marks, Tie
from gui.theme import Theme

TINY, MANY = 24.0, 60  # pixels a cell, outlines: more and smaller ones are drawn plainly
Lit = Mapping[str, NDArray[np.bool_]]  # by the layer's grid, shaped as it


def draw_ties(painter: QPainter, placed: Sequence[Placed], ties: Iterable[Tie], theme: Theme) -> None:
    """Lines from the corners of one area to those of another."""
    color = theme.color("ink")
    color.setAlpha(110)
    painter.setPen(QPen(color, 1.2))
    active = {(one.plate.name, one.plate.lead): one for one in placed if one.active}
    for tie in ties:
        source, target = active.get(tie.source), active.get(tie.target)
        if source is None or target is None:
            continue
        a, b = _area(source, tie.area), _area(target, tie.to)
        if a.right() <= b.left():
            pairs = ((a.topRight(), b.topLeft()), (a.bottomRight(), b.bottomLeft()))
        else:
            pairs = ((a.bottomLeft(), b.topLeft()), (a.bottomRight(), b.topRight()))
        painter.drawLines([QLineF(one, other) for one, other in pairs])


def _area(placed: Placed, corners: Corners) -> QRectF:
    top, left, bottom, right = corners
    cell = placed.cell
    return QRectF(placed.x + left * cell, placed.y + top * cell, (right - left) * cell, (bottom - top) * cell)


def draw_marks(
    painter: QPainter, placed: Sequence[Placed], marks: Marks, count: int, theme: Theme, scale: float, ratio: float
) -> None:
    """Outlines of the cells that take part: hues of the kernel's cells, ink for the result."""
    for one in placed:
        name = (one.plate.name, one.plate.lead)
        if one.active and name in marks.cells:
            _outline(painter, one, marks.cells[name], count, theme, scale, ratio)
        elif not one.active and name in marks.context:
            _outline(painter, one, marks.context[name], count, theme, scale, ratio)


def draw_kernel_hues(painter: QPainter, placed: Placed, count: int, theme: Theme, scale: float, ratio: float) -> None:
    """Every kernel cell always shows its own hue."""
    index = placed.plate.index[..., -2:]
    columns = placed.plate.size[1]
    marks = [
        Mark(row, column, int(index[row, column, 0] * columns + index[row, column, 1]))
        for row in range(placed.plate.size[0])
        for column in range(columns)
    ]
    _outline(painter, placed, marks, count, theme, scale, ratio)


def _outline(
    painter: QPainter, placed: Placed, marks: Sequence[Mark], count: int, theme: Theme, scale: float, ratio: float
) -> None:
    """`ratio` is that of the screen, or 0 in files."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if placed.cell < TINY and len(marks) > MANY:
        _outline_many(painter, placed, marks, count, theme)
        return
    wide = min(max(placed.cell * 0.075, 1.4), 3.2 * scale)
    # What is under way lies on top.
    for mark in sorted(marks, key=lambda mark: mark.state in ("now", "result")):
        color = hue(mark.hue, count, theme.dark) if mark.hue >= 0 else theme.color("ink")
        width = wide
        if mark.state == "waiting":
            color = QColor(color)
            color.setAlpha(90)
        elif mark.state == "now":
            width = wide * 1.7
        elif mark.state == "result":
            width = wide * 1.25
        inset = width / 2 + (0.5 if mark.state != "result" else -width / 2)
        area = placed.at(mark.row, mark.column).adjusted(inset, inset, -inset, -inset)
        draw_frame(painter, area, color, width, ratio)


def _outline_many(painter: QPainter, placed: Placed, marks: Sequence[Mark], count: int, theme: Theme) -> None:
    """Plain frames, all of one colour at once: a hundred times as fast as round ones."""
    frames: dict[tuple[int, str], list[QRectF]] = {}
    x, y, cell = placed.x + 1, placed.y + 1, placed.cell
    for row, column, place, state in marks:
        frames.setdefault((place, state), []).append(QRectF(x + column * cell, y + row * cell, cell - 1, cell - 1))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for (place, state), areas in sorted(frames.items(), key=lambda item: item[0][1] in ("now", "result")):
        color = QColor(hue(place, count, theme.dark) if place >= 0 else theme.color("ink"))
        if state == "waiting":
            color.setAlpha(90)
        painter.setPen(QPen(color, 3 if state in ("now", "result") else 1))
        painter.drawRects(areas)
    painter.restore()


def draw_lit(
    painter: QPainter, placed: Sequence[Placed], hovered: tuple[Placed, int, int], depends: Lit, feeds: Lit,
    theme: Theme, scale: float,
) -> None:  # fmt: skip
    """All grids fade but the hovered cell, what it depends on and what it feeds."""
    veil = theme.color("window")
    veil.setAlpha(190)
    colors = link_colors(theme)
    for one in placed:
        rows, columns = one.plate.size
        index = one.plate.index
        states = np.zeros((rows, columns), int)
        data = index[..., 0] >= 0
        for number, lit in ((2, feeds), (1, depends)):
            if one.plate.grid in lit:
                states[data] = np.where(lit[one.plate.grid][tuple(index[data].T)], number, states[data])
        if one is hovered[0]:
            states[hovered[1], hovered[2]] = 3
        path = QPainterPath()
        path.addRect(one.rect.adjusted(-1, -1, 1, 1))
        wide = min(max(one.cell * 0.08, 1.6), 3.4 * scale)
        half = wide / 2
        groups: dict[int, list[QRectF]] = {1: [], 2: [], 3: []}
        for row, column in np.argwhere(states > 0).tolist():
            area = one.at(row, column)
            path.addRect(area)
            groups[int(states[row, column])].append(area.adjusted(half, half, -half, -half))
        painter.fillPath(path, veil)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for state, areas in groups.items():
            pen = QPen(theme.color("ink") if state == 3 else colors[state - 1], wide * (1.4 if state == 3 else 1.0))
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            painter.drawRects(areas)


def link_colors(theme: Theme) -> tuple[QColor, QColor]:
    """Of what a cell depends on, and of what it feeds."""
    return theme.color("accent"), theme.color("scale")
