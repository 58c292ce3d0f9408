"""What is outlined at a moment, and which cells are tied together by lines: plain data."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.convolution.layer import Layer
from engine.convolution.steps import Operands, Pass, Step
from gui.convolution.picture.plates import Name
from gui.convolution.timeline import Moment

Corners = tuple[int, int, int, int]  # top, left, bottom, right; the last two are outside


class Mark(NamedTuple):
    """An outlined cell. `hue`: its kernel cell's place (−1: the ink); `state`: waiting, done or now."""

    row: int
    column: int
    hue: int
    state: str = "done"


@dataclass(frozen=True, slots=True)
class Tie:
    """Two areas whose corners are joined."""

    source: Name
    area: Corners
    target: Name
    to: Corners


@dataclass(slots=True)
class Marks:
    """By plate; and those in the row above, which only tells where we are."""

    cells: dict[Name, list[Mark]] = field(default_factory=dict)
    context: dict[Name, list[Mark]] = field(default_factory=dict)
    ties: list[Tie] = field(default_factory=list)

    def add(self, name: Name, mark: Mark, context: bool = False) -> None:
        (self.context if context else self.cells).setdefault(name, []).append(mark)


def hues(layer: Layer) -> int:
    """How many hues there are: one for each cell of a kernel's window."""
    return math.prod(layer.geometry.window)


def marks_at(layer: Layer, moment: Moment) -> Marks:
    """The outlines and ties of a moment."""
    found, step = Marks(), moment.step
    window = hues(layer)
    hue = [int(weight) % window if weight >= 0 else -1 for weight in step.weights]
    states = ["done" if t < moment.products else "waiting" for t in range(len(step.products))]
    if 0 < moment.products <= len(states) and not moment.complete:
        states[moment.products - 1] = "now"
    target = _target(layer, step)
    match step.stage:
        case Pass.FORWARD:
            assert step.right is not None
            _operands(found, "x", step.left, hue, states)
            _operands(found, "w", step.right, hue, states, index=True)
            if layer.bias is not None and moment.complete:  # it is added last
                found.add(("b", (step.index[1],)), Mark(0, 0, -1))
            _tie_through(found, ("x", step.left), ("w", step.right), target, layer)
        case Pass.KERNEL_GRADIENT:
            assert step.right is not None
            _operands(found, "g", step.left, hue, states)
            _operands(found, "x", step.right, hue, states)
            o, c, row, column = step.index
            found.add(("w", (o, c)), Mark(row, column, hue[0]), context=True)
            for name, area in _areas("x", step.right).items():
                found.ties.append(Tie(name, area, ("g", (o,)), _all(layer.geometry.output_size)))
            found.ties.append(Tie(("g", (o,)), _all(layer.geometry.output_size), *target))
        case Pass.GATHER:
            assert step.right is not None
            _operands(found, "gs", step.left, hue, states)
            _operands(found, "wt", step.right, hue, states)
            _, c, row, column = step.index
            p = layer.geometry.padding
            found.add(("x", (c,)), Mark(row + p[0], column + p[1], -1), context=True)
            _tie_through(found, ("gs", step.left), ("wt", step.right), target, layer)
        case Pass.SCATTER:
            assert step.right is not None and step.targets is not None
            _, o, row, column = step.index
            found.add(("g", (o,)), Mark(row, column, -1))
            found.add(("y", (o,)), Mark(row, column, -1), context=True)
            _operands(found, "w", step.right, hue, states, index=True)
            p = layer.geometry.padding
            shifted = step.targets.place - np.array([0, 0, *p])
            for t in np.flatnonzero(step.targets.kind == 0).tolist():
                _, c, r, k = shifted[t].tolist()
                found.add(("dx", (c,)), Mark(r, k, hue[t], states[t]))
            kernel = _all(layer.geometry.window)
            cell = (row, column, row + 1, column + 1)
            for c in range(layer.kernel.shape[1]):
                found.ties.append(Tie(("g", (o,)), cell, ("w", (o, c)), kernel))
                there = shifted[(shifted[:, 1] == c) & (step.targets.kind == 0)]
                if len(there):
                    found.ties.append(Tie(("w", (o, c)), kernel, ("dx", (c,)), _bounds(there[:, 2:])))
        case Pass.BIAS_GRADIENT:
            o = step.index[0]
            _operands(found, "g", step.left, hue, states)
            if layer.bias is not None:
                found.add(("b", (o,)), Mark(0, 0, -1), context=True)
            found.ties.append(Tie(("g", (o,)), _all(layer.geometry.output_size), *target))
        case Pass.UPSTREAM:
            _, o, row, column = step.index
            for grid in ("y", "t"):
                found.add((grid, (o,)), Mark(row, column, -1))
            found.add(("y", (o,)), Mark(row, column, -1), context=True)
    if step.stage is not Pass.SCATTER:
        plate, (row, column, _, _) = target
        found.add(plate, Mark(row, column, -1, "result"))
    return found


def _target(layer: Layer, step: Step) -> tuple[Name, Corners]:
    """The cell that the step computes, on its plate."""
    index = step.index
    if step.grid == "db":
        return ("db", (index[0],)), (0, 0, 1, 1)
    lead = tuple(index[:2]) if step.grid == "dw" else (index[1],)
    row, column = index[2:]
    return (step.grid, lead), (row, column, row + 1, column + 1)


def _operands(found: Marks, name: str, side: Operands, hue: list[int], states: list[str], index: bool = False) -> None:
    """Outlines for one side of the products; `index`: where the cells are in their own grid."""
    places = side.index if index else side.place
    leads = 2 if name in ("w", "wt") else 1
    before = places[:, 2 - leads : 2]
    if len(before) and (before == before[0]).all():  # all on one plate: many, where it is a large one
        marks = map(Mark, places[:, -2].tolist(), places[:, -1].tolist(), hue, states)
        found.cells.setdefault((name, tuple(before[0].tolist())), []).extend(marks)
        return
    for t, place in enumerate(places.tolist()):
        found.add(_name(name, place), Mark(place[-2], place[-1], hue[t], states[t]))


def _name(name: str, place: list[int]) -> Name:
    """The plate of an operand at this place."""
    return name, tuple(place[:2]) if name in ("w", "wt") else (place[1],)


def _areas(name: str, side: Operands) -> dict[Name, Corners]:
    """What each plate's operands cover."""
    places: dict[Name, list[list[int]]] = {}
    for place in side.place.tolist():
        places.setdefault(_name(name, place), []).append(place[-2:])
    return {plate: _bounds(np.array(cells)) for plate, cells in places.items()}


def _tie_through(
    found: Marks, source: tuple[str, Operands], kernel: tuple[str, Operands], target: tuple[Name, Corners], layer: Layer
) -> None:
    """From every window to the kernel that lies on it, and from there to the result."""
    whole = _all(layer.geometry.window)
    windows, kernels = list(_areas(*source).items()), list(_areas(*kernel))
    for (plate, area), weights in zip(windows, kernels, strict=True):
        found.ties.append(Tie(plate, area, weights, whole))
        found.ties.append(Tie(weights, whole, *target))


def _bounds(cells: NDArray[np.intp]) -> Corners:
    (top, left), (bottom, right) = cells.min(0).tolist(), cells.max(0).tolist()
    return top, left, bottom + 1, right + 1


def _all(size: tuple[int, ...]) -> Corners:
    return 0, 0, size[0], size[1]
