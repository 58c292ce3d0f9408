"""What the grids hold, cut into plates, which are flat: plain data, before anything is placed or drawn.

A 1-D grid is a plate of one row, a 3-D grid a row of slices.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.convolution.geometry import Kind
from engine.convolution.layer import Layer
from gui.convolution.words import grid_title, plate_name, tr

Array = NDArray[np.float64]
Cells = NDArray[np.intp]
Name = tuple[str, tuple[int, ...]]  # a plate's name and its place among those: ("w", (kernel, channel))

KERNELS = ("w", "wt", "dw")
BIASES = ("b", "db")
VALUES = ("x", "w", "b", "y", "a", "p", "t", "s")
MAGNIFIED = ("xm", "gm", "dxm", "rm")  # the window of a large picture, and its result
LAID_OUT = {"gs": "g", "wt": "w", "s": "y", "xm": "x", "gm": "g", "dxm": "dx"}  # plates of another grid's cells
MATRICES = ("C", "W", "CT", "WT", "dC")


@dataclass(frozen=True, slots=True, eq=False)
class Plate:
    """One flat grid as it is drawn."""

    name: str  # a grid's, or gs: g spread out, wt: the kernel as input cells meet it, s: slope, t: target
    lead: tuple[int, ...]
    grid: str  # the layer's grid whose cells these are, or "t"
    titles: tuple[str, ...]  # the longest first
    values: Array  # (rows, columns)
    kind: Cells  # (rows, columns): a `Kind`
    index: Cells  # (rows, columns, axes of the grid), −1 where there is no data
    palette: str
    scale: float  # the number that has the full colour
    edit: str = ""  # the scene's grid that these numbers are typed into
    hue: Cells | None = None  # (rows, columns): of kernels, the place of each cell's hue

    @property
    def size(self) -> tuple[int, int]:
        rows, columns = self.values.shape
        return rows, columns


class Plates:
    """All plates of one layer, made when first asked for."""

    def __init__(
        self, layer: Layer, loss: str = "own", target: Array | None = None, picture: bool = False,
        typed: bool = True, magnify: bool = False, matrix: bool = False,
    ) -> None:  # fmt: skip
        """`picture`: the input is coloured as one. `typed`: its cells are numbers that can be changed.

        `magnify`: its window is shown larger. `matrix`: the layer as a matrix is shown, too.
        """
        self.layer, self.loss, self.target = layer, loss, target
        self.picture, self.typed, self.magnify, self.matrix = picture, typed, magnify, matrix
        self._made: dict[Name, Plate] = {}

    def plate(self, name: Name) -> Plate:
        if name not in self._made:
            make = self._matrix_plate if name[0] in MATRICES else self._make
            self._made[name] = make(*name)
        return self._made[name]

    def slices(self, name: str) -> list[tuple[int, ...]]:
        """The places of the slices of a grid: those of its first spatial axis in 3-D, else one that is empty."""
        if self.layer.geometry.axes < 3:
            return [()]
        grids = {"wt": "w", "s": "y", "t": self.output}
        if name == "gs":
            many = self.layer.pieces.spread.shape[2]
        elif name == "x":
            many = self.layer.geometry.padded_size[0]
        else:
            many = self.layer.grid(grids.get(name, name)).shape[2]
        return [(place,) for place in range(many)]

    @property
    def output(self) -> str:
        """The last grid of the forward pass."""
        return list(self.layer.values)[-1]

    @property
    def upstream(self) -> str:
        """The first grid of the backward pass."""
        return next(iter(self.layer.gradients))

    def _make(self, name: str, lead: tuple[int, ...]) -> Plate:
        grid = LAID_OUT.get(name, name)
        if name in MAGNIFIED:
            size = (1, 1) if name == "rm" else self.layer.geometry.window[-2:]
            values, kind = np.zeros(size), np.zeros(size, np.intp)
            index = np.full((*size, 1), -1)
            grid = self.output if name == "rm" else grid
        else:
            values, kind, index = self._flat(name, lead, *self._space(name, grid, lead))
        palette = "value" if grid in VALUES else "gradient"
        if grid == "x" and self.picture:
            palette = ("red", "green", "blue")[lead[0]] if self.layer.x.shape[1] == 3 else "grey"
        hue = None
        if name in KERNELS:
            window = self.layer.geometry.window
            hue = np.ravel_multi_index(tuple(np.moveaxis(index[..., 2:], -1, 0)), window)
        titles = self._titles(name, grid, lead)
        return Plate(name, lead, grid, titles, values, kind, index, palette, self._scales[grid], self._edit(name), hue)

    def _space(self, name: str, grid: str, lead: tuple[int, ...]) -> tuple[Array, Cells, Cells]:
        """Numbers, kinds and indices over the spatial axes, with what is laid around them."""
        layer = self.layer
        layout = layer.geometry
        if name in BIASES:
            return layer.grid(name)[lead[:1]].reshape(1), np.zeros(1, np.intp), np.full((1, 1), lead[0])
        if name == "gs":
            pieces = layer.pieces
            spatial = np.stack(np.unravel_index(np.maximum(pieces.cell, 0), layout.output_size), -1)
            spatial = np.where(pieces.cell[..., None] < 0, -1, spatial)
            return pieces.spread[0, lead[0]], pieces.kind.astype(np.intp), _led(spatial, (0, lead[0]))
        if name == "wt":
            back = (slice(None, None, 1 if layer.flip else -1),) * layout.axes
            spatial = np.moveaxis(np.indices(layout.window), 0, -1)[back]
            values = layer.pieces.kernel[lead[:2]]
            return values, np.zeros(values.shape, np.intp), _led(spatial, self._own_kernel(lead))
        where = lead[:2] if name in KERNELS else (0, lead[0])
        full = self.target if name == "t" else layer.slope if name == "s" else layer.grid(grid)
        assert full is not None
        values = full[where]
        kind, index = np.zeros(values.shape, np.intp), _led(np.moveaxis(np.indices(values.shape), 0, -1), where)
        if name == "x" and any(layout.padding):
            around = tuple((p, p) for p in layout.padding)
            values = np.pad(values, around)
            kind = np.pad(kind, around, constant_values=Kind.PADDING)
            index = np.pad(index, (*around, (0, 0)), constant_values=-1)
        return values, kind, index

    def _flat(self, name: str, lead: tuple[int, ...], *parts: NDArray[Any]) -> tuple[NDArray[Any], ...]:
        """A row of one axis, a slice of three."""
        axes = 1 if name in BIASES else self.layer.geometry.axes
        if axes == 1:
            return tuple(part[None] for part in parts)
        return tuple(part[lead[-1]] for part in parts) if axes == 3 else parts

    def _titles(self, name: str, grid: str, lead: tuple[int, ...]) -> tuple[str, ...]:
        layer = self.layer
        if name == "rm":
            return tr("result"), "="
        own = lead
        if name == "wt":
            turned = [layer.geometry.window[0] - 1 - place if not layer.flip else place for place in lead[2:]]
            own = (*self._own_kernel(lead), *turned)
        symbol = plate_name(layer, self.output if name == "t" else grid, own)
        if name == "t":
            symbol = "t" + symbol[1:]
        if name == "s":
            symbol = f"σ′({symbol})"
        if name in MAGNIFIED:
            return tr("window of {}").format(symbol), symbol
        short = tr("rot {}").format(symbol) if name == "wt" and not layer.flip else symbol
        return grid_title(layer, name).format(symbol), short

    def _own_kernel(self, lead: tuple[int, ...]) -> tuple[int, int]:
        """Kernel and channel of a turned kernel's plate (channel of the input, kernel of its group)."""
        layout = self.layer.geometry
        c, place = lead[:2]
        return c // layout.kernel_shape[1] * layout.group_shape[1] + place, c % layout.kernel_shape[1]

    def _edit(self, name: str) -> str:
        """The scene's grid that a plate's numbers are typed into."""
        if name in ("g", "gs", "da", "dp"):
            first = {"gs": "g"}.get(name, name) == self.upstream
            return "upstream" if first and self.loss != "squared_error" else ""  # or it follows from y and t
        if name == "x" and not self.typed:
            return ""
        return {"x": "x", "w": "kernel", "b": "bias", "t": "target"}.get(name, "")

    @cached_property
    def _scales(self) -> dict[str, float]:
        grids = {**self.layer.values, **self.layer.gradients}
        if self.target is not None:
            grids["t"] = self.target
        found = {}
        for name, grid in grids.items():
            finite = np.abs(grid[np.isfinite(grid)])
            found[name] = float(finite.max()) if finite.size and finite.max() > 0 else 1.0
        if "t" in found:
            found["t"] = found[self.output] = max(found["t"], found[self.output])
        if self.picture:
            found["x"] = max(found["x"], 9.0 if self.typed else 1.0)
        return found

    # The layer as a matrix.

    def _matrix_plate(self, name: str, lead: tuple[int, ...]) -> Plate:
        layer = self.layer
        tied = layer.matrix.tied
        rows, columns = np.indices(tied.shape)
        index = np.stack((rows, columns), -1)
        kind = np.zeros(tied.shape, np.intp)
        title, palette, hue = "", "value", None
        if name in ("W", "WT"):
            random = np.random.default_rng([7, *tied.shape])
            values = random.integers(-2, 3, tied.shape).astype(float)
            title = tr("fully connected {matrix}: {n} weights").format(
                matrix="W" if name == "W" else "Wᵀ", n=f"{tied.size:,}"
            )
        elif name == "dC":
            palette = "gradient"
            values = np.outer(layer.gradients["g"].reshape(-1), layer.x.reshape(-1))
            title = tr("∂C = g xᵀ, summed where tied")
        else:
            values = np.array(layer.matrix.values)
            title = tr("C: {n} weights, shared").format(n=layer.kernel.size)
        if name in ("C", "CT"):
            kind = np.where(tied < 0, int(Kind.PADDING), 0)
            hue = np.where(tied < 0, -1, tied % math.prod(layer.geometry.window))
        short = {"C": "C", "W": "W", "CT": "Cᵀ", "WT": "Wᵀ", "dC": "∂C"}[name]
        if name == "CT":
            title = tr("Cᵀ: columns of C")
        if name in ("CT", "WT"):
            values, kind, index = values.T, kind.T, index.swapaxes(0, 1)
            hue = None if hue is None else hue.T
        scale = float(np.abs(values).max()) or 1.0
        return Plate(name, lead, name, (title, short), values, kind, index, palette, scale, "", hue)


def address(name: str, index: Sequence[int]) -> tuple[Name, int, int]:
    """The plate, row and column of a cell at `index` of a grid (or at its place, as a pass lays it out)."""
    if name in BIASES:
        return (name, (index[0],)), 0, 0
    lead, space = (tuple(index[:2]), index[2:]) if name in KERNELS else ((index[1],), index[2:])
    if len(space) == 1:
        return (name, lead), 0, space[0]
    return (name, (*lead, *space[:-2])), space[-2], space[-1]


def _led(spatial: Cells, lead: tuple[int, ...]) -> Cells:
    """The leading indices before the spatial ones."""
    before = np.broadcast_to(np.array(lead), (*spatial.shape[:-1], len(lead)))
    return np.where(spatial.min(-1, keepdims=True) < 0, -1, np.concatenate([before, spatial], -1))
