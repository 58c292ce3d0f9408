"""Where every grid lies: the largest cells with which everything fits."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QRectF

from engine.convolution.steps import Pass
from gui.convolution.picture.blocks import FORWARD, Names, backward_blocks, forward_blocks, matrix_blocks
from gui.convolution.picture.plates import BIASES, KERNELS, MAGNIFIED, Name, Plate, Plates

LARGEST, SMALLEST = 84.0, 0.125  # pixels a cell
FINE = 8.0  # smaller cells need not be whole pixels
CONTEXT = 0.74  # the forward row's cells beside those of a backward pass
READABLE = 24.0  # … unless they become smaller than this; also the least cells of kernels
SMALL = (*KERNELS, *BIASES, *MAGNIFIED)  # plates that stay readable beside large ones
MATRIX_SHARE, TALL_SHARE = 0.46, 0.42  # of the height, or width, where the matrices are shown, too
CROWDED, GAIN = 24.0, 1.25  # the forward row is left out where the pass then gains so much


Cells = tuple[int, int, int, int]  # a part of a plate: top, left, bottom, right; the last two are outside


@dataclass(frozen=True, slots=True)
class Placed:
    """A plate on the picture: its top left corner, pixels a cell, the row it belongs to, and the size that its numbers
    have at least where the cells hold it."""

    plate: Plate
    x: float
    y: float
    cell: float
    active: bool  # of the pass that runs, not of the row above it
    text: float = 0.0

    @property
    def rect(self) -> QRectF:
        rows, columns = self.plate.size
        return QRectF(self.x, self.y, columns * self.cell, rows * self.cell)

    def at(self, row: float, column: float) -> QRectF:
        """One cell."""
        return QRectF(self.x + column * self.cell, self.y + row * self.cell, self.cell, self.cell)

    def cells_in(self, area: QRectF | None) -> Cells | None:
        """The cells that an area (None: everywhere) or the pixel around it touches; None where there are none."""
        rows, columns = self.plate.size
        if area is None:
            return 0, 0, rows, columns
        top, bottom = (area.top() - 1 - self.y) / self.cell, (area.bottom() + 1 - self.y) / self.cell
        left, right = (area.left() - 1 - self.x) / self.cell, (area.right() + 1 - self.x) / self.cell
        part = (
            max(math.floor(top), 0), max(math.floor(left), 0),
            min(math.ceil(bottom), rows), min(math.ceil(right), columns),
        )  # fmt: skip
        return part if part[0] < part[2] and part[1] < part[3] else None


@dataclass(frozen=True, slots=True)
class Way:
    """`across`: channels side by side instead of above each other. `stacked`: blocks above each other.

    `folded`: what comes after the convolution stands below it.
    """

    across: bool = False
    stacked: bool = False
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Measures:
    """Lengths that do not depend on the cells, in pixels."""

    width: float
    height: float
    title: float  # above each plate
    gap: float  # least, between blocks
    near: float  # between the plates of a block
    margin: float
    slot: float  # least width of a plate, for its title
    least: float  # pixels a cell of a kernel
    text: float = 0.0  # size of the numbers where the cells hold it

    def squeezed(self, share: float) -> Measures:
        """Less room around the cells, for pictures with hardly any."""
        gap, near, margin = self.gap * share, self.near * share, self.margin * share
        slot = self.slot * (share if share < 0.5 else max(share, 0.8))  # titles are not squeezed at once
        return replace(self, gap=gap, near=near, margin=margin, slot=slot, least=self.least * share)


def arrange(plates: Plates, stage: Pass, story: Sequence[Pass], at: Measures) -> list[Placed]:
    """All plates of a pass. The cells are as large in every backward pass, so that nothing jumps."""
    if plates.matrix:
        return _beside_matrices(plates, stage, story, at)
    return _squeezed(at, lambda at: _arranged(plates, stage, story, at))


def _beside_matrices(plates: Plates, stage: Pass, story: Sequence[Pass], at: Measures) -> list[Placed]:
    """The grids above the matrices, or to the left of tall ones."""
    row = _Row(matrix_blocks(stage), plates)
    tall = row.blocks[0].heights[0] > row.blocks[0].widths[0]
    whole = at.width if tall else at.height
    share = round(whole * (TALL_SHARE if tall else MATRIX_SHARE))
    room, rest = (replace(at, **{"width" if tall else "height": length}) for length in (whole - share, share))
    placed = _squeezed(room, lambda at: _arranged(plates, stage, story, at))
    matrices = _squeezed(rest, lambda at: _place([row], _largest([row], at), at))
    dx, dy = (whole - share, 0) if tall else (0, whole - share)
    return placed + [replace(one, x=one.x + dx, y=one.y + dy) for one in matrices]


def _squeezed(at: Measures, way: Callable[[Measures], list[Placed]]) -> list[Placed]:
    """With as much room around the cells as there is."""
    whole = QRectF(0, 0, at.width, at.height)
    for share in (1.0, 0.8, 0.65, 0.5, 0.2, 0.0):
        placed = way(at.squeezed(share))
        apart = not any(one.rect.intersects(other.rect) for one, other in itertools.combinations(placed, 2))
        if apart and all(whole.contains(one.rect) for one in placed):
            break
    return placed


def _arranged(plates: Plates, stage: Pass, story: Sequence[Pass], at: Measures) -> list[Placed]:
    cells: list[float]
    rows: list[list[_Row]]
    if stage in FORWARD:
        cells, rows = [], []
        for way in _ways(plates):
            rows.append(_forward(plates, way, 1.0))
            cells.append(_largest(rows[-1], at))
        best = _best(cells)
        return _place(rows[best], cells[best], at)
    alone_only = plates.matrix or plates.magnify
    cell, ways = (0.0, (Way(), Way())) if alone_only else _backward_cells(plates, story, at, context=True)
    if cell < CROWDED * at.title / 28:
        alone, others = _backward_cells(plates, story, at, context=False)
        if alone >= GAIN * cell:
            return _place(_backward(plates, stage, others[1]), alone, at)
    return _place([*_forward(plates, ways[0], CONTEXT), *_backward(plates, stage, ways[1])], cell, at)


def _ways(plates: Plates) -> list[Way]:
    """1-D grids lie above each other, 3-D ones where there is more room for it."""
    across = (False, True)
    stacked = {1: (True,), 2: (False,), 3: (True, False)}[plates.layer.geometry.axes]
    if plates.matrix:
        stacked = (False, True)
    ways = [Way(*way) for way in itertools.product(across, stacked)]
    if plates.output != "y":
        ways += [replace(way, folded=True) for way in ways if not way.stacked]
    return ways


def _best(cells: Sequence[float]) -> int:
    """The place of the largest; of nearly equal ones the first."""
    return next(place for place, cell in enumerate(cells) if cell + 0.5 >= max(cells))


def _forward(plates: Plates, way: Way, share: float) -> list[_Row]:
    blocks = forward_blocks(plates, way.across, way.stacked, way.folded, magnify=share == 1.0)
    return [_Row(row, plates, share) for row in blocks]


def _backward(plates: Plates, stage: Pass, way: Way) -> list[_Row]:
    return [_Row(row, plates) for row in backward_blocks(plates, stage, way.across, way.stacked)]


def _backward_cells(
    plates: Plates, story: Sequence[Pass], at: Measures, context: bool
) -> tuple[float, tuple[Way, Way]]:
    """The cells that suit every backward pass, and how the rows of context and pass stand."""
    passes = [stage for stage in story if stage not in FORWARD]
    pairs = list(
        itertools.product(_ways(plates) if context else [Way()], [way for way in _ways(plates) if not way.folded])
    )
    cells = []
    for first, second in pairs:
        top = _forward(plates, first, CONTEXT) if context else []
        cells.append(
            min((_largest([*top, *_backward(plates, stage, second)], at) for stage in passes), default=SMALLEST)
        )
    best = _best(cells)
    return cells[best], pairs[best]


class _Row:
    """Blocks side by side, and how large they are for a size of cell."""

    def __init__(self, blocks: list[Names], plates: Plates, share: float = 1.0) -> None:
        self.share = share  # less than 1: it is there for context
        self.active = share == 1.0
        self.blocks = [_Block([[_plate(plates, name) for name in row] for row in block]) for block in blocks]

    def cell(self, cell: float) -> float:
        return cell if self.share == 1.0 else max(cell * self.share, min(cell, READABLE))

    def height(self, cell: float, at: Measures) -> float:
        return max(block.height(self.cell(cell), at) for block in self.blocks)

    def width(self, cell: float, at: Measures) -> float:
        return sum(block.width(self.cell(cell), at) for block in self.blocks)


class _Block:
    """Plates of one kind. Those of kernels stay readable where all others must be tiny."""

    def __init__(self, rows: list[list[Plate | None]]) -> None:
        self.rows = rows
        self.heights = [max(plate.size[0] for plate in row if plate) for row in rows]
        columns = list(zip(*rows, strict=True))
        self.widths = [max(plate.size[1] for plate in column if plate) for column in columns]
        first = rows[0][0]
        self.small = first is not None and first.name in SMALL and max(first.size) <= 5

    def cell(self, cell: float, at: Measures) -> float:
        return max(cell, at.least) if self.small else cell

    def height(self, cell: float, at: Measures) -> float:
        heights, many = sum(self.heights) * self.cell(cell, at), len(self.heights)
        return heights + many * at.title + (many - 1) * at.near

    def width(self, cell: float, at: Measures) -> float:
        widths = (max(count * self.cell(cell, at), at.slot) for count in self.widths)
        return sum(widths) + (len(self.widths) - 1) * at.near


def _plate(plates: Plates, name: Name | None) -> Plate | None:
    return plates.plate(name) if name is not None else None


def _fits(rows: list[_Row], cell: float, at: Measures) -> bool:
    height = sum(row.height(cell, at) for row in rows) + (len(rows) - 1) * at.near
    widths = [row.width(cell, at) + (len(row.blocks) - 1) * at.gap for row in rows]
    return height <= at.height - 2 * at.margin and max(widths) <= at.width - 2 * at.margin


def _largest(rows: list[_Row], at: Measures) -> float:
    low, high = SMALLEST, LARGEST
    while high - low > 0.5 or (high - low > 0.05 and low < FINE):
        middle = (low + high) / 2
        low, high = (middle, high) if _fits(rows, middle, at) else (low, middle)
    return _whole(low) if low > SMALLEST or _fits(rows, low, at) else 0.0  # then any other way is better


def _whole(cell: float) -> float:
    """Whole pixels, or eighths where cells are tiny."""
    return math.floor(cell * 8) / 8 if cell < FINE else float(int(cell))


def _place(rows: list[_Row], cell: float, at: Measures) -> list[Placed]:
    cell = max(cell, SMALLEST)
    heights = [row.height(cell, at) for row in rows]
    spare = max(at.height - 2 * at.margin - sum(heights), 0.0)
    between = spare / (len(rows) + 1) if len(rows) > 1 else 0.0
    y = at.margin + (spare / 2 if len(rows) == 1 else between)
    placed: list[Placed] = []
    for number, row in enumerate(rows):
        size = _whole(row.cell(cell))
        widths = [block.width(size, at) for block in row.blocks]
        room = at.width - 2 * at.margin - sum(widths)
        gap = max(room, 0.0) / (len(widths) + 1)
        x = at.margin + gap
        for block, width in zip(row.blocks, widths, strict=True):
            top = y + (heights[number] - block.height(size, at)) / 2
            placed += _placed_block(block, x, top, size, at, row.active)
            x += width + gap
        y += heights[number] + between
    return placed


def _placed_block(block: _Block, x: float, y: float, cell: float, at: Measures, active: bool) -> list[Placed]:
    placed = []
    cell = block.cell(cell, at)
    for row, height in zip(block.rows, block.heights, strict=True):
        left = x
        for plate, width in zip(row, block.widths, strict=True):
            if plate is not None:
                placed.append(Placed(plate, round(left), round(y + at.title), cell, active, at.text))
            left += max(width * cell, at.slot) + at.near
        y += height * cell + at.title + at.near
    return placed
