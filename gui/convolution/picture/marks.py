"""What is outlined at a moment, and which cells are tied together by lines: plain data."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.convolution.geometry import Kind
from engine.convolution.layer import Layer
from engine.convolution.steps import Pass, Step
from gui.convolution.picture.plates import BIASES, KERNELS, Name, address
from gui.convolution.timeline import Moment

Side = tuple[str, NDArray[np.intp]]  # a grid, and (T, axes) places in it
Corners = tuple[int, int, int, int]  # top, left, bottom, right; the last two are outside
MANY = 400  # products: so many and more are outlined as one area


class Mark(NamedTuple):
    """An outlined cell. `hue`: its kernel cell's place (−1: the ink); `state`: waiting, done, now or result."""

    row: int
    column: int
    hue: int
    state: str = "done"


class States:
    """The state of each product of a moment."""

    def __init__(self, moment: Moment) -> None:
        self.products = moment.products
        self.now = moment.products - 1 if moment.products and not moment.complete else -1

    def __getitem__(self, t: int) -> str:
        return "now" if t == self.now else "done" if t < self.products else "waiting"


StateOf = States | Sequence[str]


@dataclass(frozen=True, slots=True)
class Tie:
    """Two areas whose corners are joined; None: the whole plate."""

    source: Name
    area: Corners | None
    target: Name
    to: Corners | None


@dataclass(slots=True)
class Marks:
    """By plate; and those in the row above, which only tells where we are."""

    cells: dict[Name, list[Mark]] = field(default_factory=dict)
    context: dict[Name, list[Mark]] = field(default_factory=dict)
    areas: dict[Name, tuple[Corners, int]] = field(default_factory=dict)  # of very many cells, with their hue
    ties: list[Tie] = field(default_factory=list)

    def add(self, grid: str, index: Sequence[int], hue: int, state: str = "done", context: bool = False) -> None:
        """A cell at its index in a grid, or at its place in a grid as it is laid out."""
        plate, row, column = address(grid, index)
        (self.context if context else self.cells).setdefault(plate, []).append(Mark(row, column, hue, state))


def hues(layer: Layer) -> int:
    """How many hues there are: one for each cell of a kernel's window."""
    return math.prod(layer.geometry.window)


def marks_at(layer: Layer, moment: Moment) -> Marks:
    """The outlines and ties of a moment."""
    found, step = Marks(), moment.step
    window, before = hues(layer), (0, 0, *layer.geometry.padding)
    hue = np.where(step.weights >= 0, step.weights % window, -1)
    states = States(moment)
    target = () if step.stage is Pass.SCATTER else (_cell(step.grid, step.index),)
    match step.stage:
        case Pass.FORWARD:
            assert step.right is not None
            _outline(found, "x", step.left.place, hue, states)
            _outline(found, "w", step.right.index, hue, states)
            if layer.bias is not None and moment.complete:  # it is added last
                found.add("b", (step.index[1],), -1)
            _tie_through(found, ("x", step.left.place), ("w", step.right.index), target)
        case Pass.KERNEL_GRADIENT:
            assert step.right is not None
            _outline(found, "g", step.left.index, hue, states)
            _outline(found, "x", step.right.place, hue, states)
            found.add("w", step.index, int(hue[0]), context=True)
            _tie(found, ("x", step.right.place), ("g", step.left.index))
            found.ties += [Tie(plate, None, *to) for plate in _areas("g", step.left.index) for to in target]
        case Pass.GATHER:
            assert step.right is not None
            _outline(found, "gs", step.left.place, hue, states)
            _outline(found, "wt", step.right.place, hue, states)
            found.add("x", [a + b for a, b in zip(step.index, before, strict=True)], -1, context=True)
            _tie_through(found, ("gs", step.left.place), ("wt", step.right.place), target)
        case Pass.SCATTER:
            assert step.right is not None and step.targets is not None
            found.add("g", step.index, -1)
            found.add("y", step.index, -1, context=True)
            _outline(found, "w", step.right.index, hue, states)
            there = step.targets.kind == Kind.DATA
            cells, kept = step.targets.index[there], np.flatnonzero(there)
            _outline(found, "dx", cells, hue[kept], [states[t] for t in kept.tolist()])
            _tie_each(found, [_cell("g", step.index)], ("w", step.right.index))
            _tie(found, ("w", step.right.index[there]), ("dx", cells), whole=True)
        case Pass.UPSTREAM:
            for grid in _before(layer):
                found.add(grid, step.index, -1)
            found.add(_before(layer)[0], step.index, -1, context=True)
        case _:
            _simple(found, layer, step, states, moment.complete, target)
    for plate, (row, column, _, _) in target:
        found.cells.setdefault(plate, []).append(Mark(row, column, -1, "result"))
    return found


def _simple(
    found: Marks, layer: Layer, step: Step, states: StateOf, complete: bool, target: Sequence[tuple[Name, Corners]]
) -> None:
    """Passes without weights: bias, activation, pooling, and back through these."""
    ink = np.full(len(step.products), -1)
    grid = step.left.grid
    if step.stage is Pass.POOLING and complete and step.right is not None:
        states = ["result" if share == 1 else "waiting" for share in step.right.values.tolist()]  # the largest
    _outline(found, grid, step.left.index, ink, states)
    if step.stage is Pass.ACTIVATION_GRADIENT and step.right is not None:
        _outline(found, "s", step.right.index, ink, states)
    if step.stage is Pass.BIAS_GRADIENT and layer.bias is not None:
        found.add("b", step.index, -1, context=True)
    if step.stage is Pass.POOLING_GRADIENT:
        found.add("a" if "a" in layer.values else "y", step.index, -1)
    found.ties += [Tie(plate, area, *to) for plate, area in _areas(grid, step.left.index).items() for to in target]


def _before(layer: Layer) -> tuple[str, str]:
    """The output that the upstream gradient belongs to, and the target."""
    return list(layer.values)[-1], "t"


def _cell(grid: str, index: Sequence[int]) -> tuple[Name, Corners]:
    plate, row, column = address(grid, index)
    return plate, (row, column, row + 1, column + 1)


def _by_plate(grid: str, places: NDArray[np.intp]) -> Iterable[tuple[Name, NDArray[np.intp], NDArray[np.intp]]]:
    """Cells at (T, axes) places of a grid, by plate: the numbers t, and (…, 2) rows and columns."""
    if not len(places):
        return
    if grid in BIASES:
        spatial, leads = np.zeros((len(places), 2), np.intp), places[:, :1]
    else:
        first = 2 if grid in KERNELS else 1
        lead, space = places[:, 2 - first : 2], places[:, 2:]
        if space.shape[1] == 1:
            space = np.concatenate([np.zeros_like(space), space], axis=1)
        spatial, leads = space[:, -2:], np.concatenate([lead, space[:, :-2]], axis=1)
    if (leads == leads[0]).all():
        yield (grid, tuple(leads[0].tolist())), np.arange(len(places)), spatial
        return
    _, number = np.unique(leads, axis=0, return_inverse=True)
    for place in range(int(number.max()) + 1):
        own = np.flatnonzero(number.reshape(-1) == place)
        yield (grid, tuple(leads[own[0]].tolist())), own, spatial[own]


def _outline(found: Marks, grid: str, places: NDArray[np.intp], hue: NDArray[np.intp], states: StateOf) -> None:
    """Outlines for one side of the products."""
    for plate, own, cells in _by_plate(grid, places):
        if len(cells) >= MANY and isinstance(states, States):
            found.areas[plate] = _bounds(cells), int(hue[0])
            own, cells = (part[own == states.now] for part in (own, cells))
        pairs = zip(cells.tolist(), own.tolist(), hue[own].tolist(), strict=True)
        marks = [Mark(row, column, place, states[t]) for (row, column), t, place in pairs]
        found.cells.setdefault(plate, []).extend(marks)


def _areas(grid: str, places: NDArray[np.intp]) -> dict[Name, Corners]:
    """What each plate's cells cover."""
    return {plate: _bounds(cells) for plate, _, cells in _by_plate(grid, places)}


def _tie(found: Marks, source: Side, to: Side, whole: bool = False) -> None:
    """From the areas of one side to those that the same products have on the other; `whole`: from whole plates."""
    for plate, own, cells in _by_plate(*source):
        for other, area in _areas(to[0], to[1][own]).items():
            found.ties.append(Tie(plate, None if whole else _bounds(cells), other, area if whole else None))


def _tie_each(found: Marks, sources: Iterable[tuple[Name, Corners]], to: Side) -> None:
    found.ties += [Tie(*source, plate, None) for source in sources for plate in _areas(*to)]


def _tie_through(found: Marks, source: Side, kernel: Side, target: Sequence[tuple[Name, Corners]]) -> None:
    """From every window to the kernel that lies on it, and from there to the result."""
    _tie(found, source, kernel)
    found.ties += [Tie(weights, None, *to) for weights in _areas(*kernel) for to in target]


def _bounds(cells: NDArray[np.intp]) -> Corners:
    (top, left), (bottom, right) = cells.min(0).tolist(), cells.max(0).tolist()
    return top, left, bottom + 1, right + 1
