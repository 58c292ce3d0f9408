"""What changes at every step, drawn over the grids: ties, outlines, and what lights up under the mouse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from gui.convolution.palette import hue
from gui.convolution.picture.frames import draw_frame
from gui.convolution.picture.layout import Placed
from gui.convolution.picture.marks import Corners, Mark, Marks, Tie
from gui.theme import Theme

TINY, MANY = 24.0, 60  # pixels a cell, outlines: more and smaller ones are drawn plainly
LIT = 150  # cells: so many are outlined as one area
PICTURE = 8.0  # pixels a cell: smaller ones are not outlined one by one
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


def _area(placed: Placed, corners: Corners | None) -> QRectF:
    if corners is None:
        return placed.rect
    top, left, bottom, right = corners
    cell = placed.cell
    return QRectF(placed.x + left * cell, placed.y + top * cell, (right - left) * cell, (bottom - top) * cell)


def draw_marks(
    painter: QPainter, placed: Sequence[Placed], marks: Marks, count: int, theme: Theme, scale: float, ratio: float
) -> None:
    """Outlines of the cells that take part: hues of the kernel's cells, ink for the result."""
    for one in placed:
        name = (one.plate.name, one.plate.lead)
        if one.active and name in marks.areas:
            corners, place = marks.areas[name]
            _frame(painter, _area(one, corners), theme, place, count, 2.4 * scale)
        if one.active and name in marks.cells:
            _outline(painter, one, marks.cells[name], count, theme, scale, ratio)
        elif not one.active and name in marks.context:
            _outline(painter, one, marks.context[name], count, theme, scale, ratio)


def draw_kernel_hues(painter: QPainter, placed: Placed, count: int, theme: Theme, scale: float, ratio: float) -> None:
    """Every kernel cell always shows its own hue."""
    assert placed.plate.hue is not None
    marks = [
        Mark(*divmod(cell, placed.plate.size[1]), place)
        for cell, place in enumerate(placed.plate.hue.reshape(-1).tolist())
    ]
    _outline(painter, placed, marks, count, theme, scale, ratio)


def _frame(painter: QPainter, area: QRectF, theme: Theme, place: int, count: int, width: float) -> None:
    """One plain frame in a hue, outside of what it surrounds, and never too small to be seen."""
    color = hue(place, count, theme.dark) if place >= 0 else theme.color("ink")
    least = 9.0
    grow = [max(width / 2, (least - length) / 2) for length in (area.width(), area.height())]
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(theme.color("window"), width + 2), QPen(color, width)):
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.drawRect(area.adjusted(-grow[0], -grow[1], grow[0], grow[1]))


def _outline(
    painter: QPainter, placed: Placed, marks: Sequence[Mark], count: int, theme: Theme, scale: float, ratio: float
) -> None:
    """`ratio` is that of the screen, or 0 in files."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if placed.cell < PICTURE:
        rows, columns = [mark.row for mark in marks], [mark.column for mark in marks]
        if rows:
            corners = (min(rows), min(columns), max(rows) + 1, max(columns) + 1)
            _frame(painter, _area(placed, corners), theme, -1, count, 1.8 * scale)
        return
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
        states = _lit_states(one, depends, feeds)
        if one is hovered[0]:
            states[hovered[1], hovered[2]] = 3
        _veil(painter, one, states == 0, veil)
        wide = min(max(one.cell * 0.08, 1.6), 3.4 * scale)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for state, color in ((1, colors[0]), (2, colors[1]), (3, theme.color("ink"))):
            cells = np.argwhere(states == state)
            if not len(cells):
                continue
            pen = QPen(color, wide * (1.4 if state == 3 else 1.0))
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            half = wide / 2
            if one.cell < PICTURE or len(cells) >= LIT:
                (top, left), (bottom, right) = cells.min(0).tolist(), (cells.max(0) + 1).tolist()
                painter.drawRect(_area(one, (top, left, bottom, right)).adjusted(-half, -half, half, half))
            else:
                painter.drawRects([one.at(*cell).adjusted(half, half, -half, -half) for cell in cells.tolist()])


def _lit_states(one: Placed, depends: Lit, feeds: Lit) -> NDArray[np.intp]:
    """0 for what has nothing to do with it, 1 for what it depends on, 2 for what it feeds."""
    index = one.plate.index
    states = np.zeros(one.plate.size, np.intp)
    data = index[..., 0] >= 0
    for number, lit in ((2, feeds), (1, depends)):
        if one.plate.grid in lit and data.any():
            states[data] = np.where(lit[one.plate.grid][tuple(index[data].T)], number, states[data])
    return states


def _veil(painter: QPainter, one: Placed, dim: NDArray[np.bool_], veil: QColor) -> None:
    """What fades: one small picture, stretched over the grid."""
    if dim.all():
        painter.fillRect(one.rect.adjusted(-1, -1, 1, 1), veil)
        return
    pixels = np.zeros((*dim.shape, 4), np.uint8)
    pixels[dim] = (veil.red(), veil.green(), veil.blue(), veil.alpha())
    data = pixels.tobytes()  # must live as long as the image
    image = QImage(data, dim.shape[1], dim.shape[0], QImage.Format.Format_RGBA8888)
    painter.drawImage(one.rect, image)


def link_colors(theme: Theme) -> tuple[QColor, QColor]:
    """Of what a cell depends on, and of what it feeds."""
    return theme.color("accent"), theme.color("scale")
