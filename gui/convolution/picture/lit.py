"""A cell under the mouse, and what it depends on and feeds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.convolution.links import Links, links
from gui.convolution.picture.layout import Placed
from gui.convolution.picture.plates import MATRICES, Plates


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell under the mouse."""

    placed: Placed
    row: int
    column: int

    @property
    def index(self) -> tuple[int, ...] | None:
        """In the layer's grid; None where there is no data."""
        found = tuple(self.placed.plate.index[self.row, self.column].tolist())
        return None if found[0] < 0 else found


def links_of(plates: Plates, spot: Spot) -> Links | None:
    """What the cell under the mouse depends on and feeds; None where it is no data."""
    grid, index = spot.placed.plate.grid, spot.index
    if index is None:
        return None
    if grid in MATRICES:
        return _of_entry(plates, grid, index)
    last, first = plates.output, plates.upstream
    if grid == "t":
        return Links({}, {first: _one(plates, last, index)})
    found = links(plates.layer, grid, index)
    if plates.loss == "squared_error" and grid == last:
        return Links(found.depends, {**found.feeds, first: _one(plates, last, index)})
    if plates.loss == "squared_error" and grid == first:
        same = _one(plates, last, index)
        return Links({**found.depends, last: same, "t": same}, found.feeds)
    return found


def _of_entry(plates: Plates, grid: str, entry: tuple[int, ...]) -> Links:
    """An entry (output cell, input cell) of the matrix: the cell it multiplies, its weight, the sum it is part of."""
    layer, (row, column) = plates.layer, entry
    shapes = layer.geometry.output_shape, layer.geometry.input_shape
    y, x = (tuple(map(int, np.unravel_index(cell, shape))) for cell, shape in zip(entry, shapes, strict=True))
    weight = int(layer.matrix.tied[row, column])
    if weight < 0 and grid in ("C", "CT"):
        return Links({}, {})
    place = tuple(map(int, np.unravel_index(max(weight, 0), layer.kernel.shape)))
    marked = _marked(layer.kernel.shape, place)
    if grid == "dC":
        return Links({"g": _one(plates, "g", y), "x": _one(plates, "x", x)}, {"dw": marked} if weight >= 0 else {})
    tied = {"w": marked} if grid in ("C", "CT") else {}
    if grid in ("CT", "WT"):
        return Links({"g": _one(plates, "g", y), **tied}, {"dx": _one(plates, "x", x)})
    return Links({"x": _one(plates, "x", x), **tied}, {"y": _one(plates, "y", y)})


def _one(plates: Plates, grid: str, index: tuple[int, ...]) -> NDArray[np.bool_]:
    return _marked(plates.layer.grid(grid).shape, index)


def _marked(shape: tuple[int, ...], index: tuple[int, ...]) -> NDArray[np.bool_]:
    marks = np.zeros(shape, bool)
    marks[index] = True
    return marks
