"""Which grids a pass shows, and what is in them: plain data, before anything is placed or drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.convolution.geometry import Kind
from engine.convolution.layer import Layer
from engine.convolution.steps import Pass
from gui.convolution.words import plate_name, tr

Array = NDArray[np.float64]
Cells = NDArray[np.intp]
Names = list[list["Name | None"]]
Name = tuple[str, tuple[int, ...]]  # a plate's name and its place among those: ("w", (kernel, channel))


@dataclass(frozen=True, slots=True, eq=False)
class Plate:
    """One 2-D grid as it is drawn."""

    name: str  # x w b y t g gs wt db dw dx; gs is g spread out, wt the kernel as the input cells meet it
    lead: tuple[int, ...]
    grid: str  # the layer's grid whose cells these are, or "t"
    titles: tuple[str, ...]  # the longest first
    values: Array  # (rows, columns)
    kind: Cells  # (rows, columns): a `Kind`
    index: Cells  # (rows, columns, axes of the grid), −1 where there is no data
    palette: str
    scale: float  # the number that has the full colour
    edit: str = ""  # the scene's grid that these numbers are typed into

    @property
    def size(self) -> tuple[int, int]:
        rows, columns = self.values.shape
        return rows, columns


class Plates:
    """All plates of one layer, made when first asked for."""

    def __init__(self, layer: Layer, loss: str = "own", target: Array | None = None) -> None:
        self.layer, self.loss, self.target = layer, loss, target
        self._made: dict[Name, Plate] = {}

    def plate(self, name: Name) -> Plate:
        if name not in self._made:
            self._made[name] = self._make(*name)
        return self._made[name]

    def _make(self, name: str, lead: tuple[int, ...]) -> Plate:
        layer = self.layer
        grid = {"gs": "g", "wt": "w"}.get(name, name)
        shown = tuple(reversed(lead)) if name == "wt" else lead
        symbol = plate_name(layer, "g" if grid == "t" else grid, shown)
        if grid == "t":
            symbol = symbol.replace("g", "t")
        titles = (self._titles[name].format(symbol), f"rot {symbol}" if name == "wt" and not layer.flip else symbol)
        palette = "value" if grid in "xwbyt" else "gradient"
        if name == "gs":
            pieces = layer.pieces
            values, kind = pieces.spread[0, lead[0]], pieces.kind.astype(np.intp)
            spatial = _indices(pieces.cell, layer.geometry.output_size)
            index = _led(spatial, (0, lead[0]))
        elif name == "wt":
            rows, columns = np.indices(layer.geometry.window)
            c, o = lead
            values = layer.pieces.kernel[c, o]
            if not layer.flip:
                rows, columns = rows[::-1, ::-1], columns[::-1, ::-1]
            kind, index = np.zeros(values.shape, np.intp), _led(np.stack((rows, columns), axis=-1), (o, c))
        elif name in ("b", "db"):
            values = layer.grid(name)[lead[0]].reshape(1, 1)
            kind, index = np.zeros((1, 1), np.intp), np.full((1, 1, 1), lead[0])
        else:
            full = self.target if grid == "t" else layer.grid(grid)
            assert full is not None
            where = lead if grid in ("w", "dw") else (0, *lead)
            values = full[where]
            kind, index = np.zeros(values.shape, np.intp), _led(np.moveaxis(np.indices(values.shape), 0, -1), where)
            if name == "x" and any(layer.geometry.padding):
                around = tuple((p, p) for p in layer.geometry.padding)
                values = np.pad(values, around)
                kind = np.pad(kind, around, constant_values=Kind.PADDING)
                index = np.pad(index, (*around, (0, 0)), constant_values=-1)
        edit = {"x": "x", "w": "kernel", "b": "bias", "g": "upstream", "gs": "upstream", "t": "target"}.get(name, "")
        if edit == "upstream" and self.loss == "squared_error":
            edit = ""  # it follows from y and t
        return Plate(name, lead, grid, titles, values, kind, index, palette, self._scales[grid], edit)

    @cached_property
    def _titles(self) -> dict[str, str]:
        layout, turned = self.layer.geometry, tr("{} as it is") if self.layer.flip else tr("{} rotated 180°")
        spread = tr("upstream {}")
        if max(layout.stride) > 1:
            spread = tr("{} spread out")
        elif max(layout.adjoint_padding) > 0:
            spread = tr("{} padded")
        return {
            "x": tr("input {}"), "w": tr("kernel {}"), "b": tr("bias {}"), "y": tr("output {}"),
            "t": tr("target {}"), "g": tr("upstream {}"), "gs": spread, "wt": turned,
            "db": tr("bias gradient {}"), "dw": tr("kernel gradient {}"), "dx": tr("input gradient {}"),
        }  # fmt: skip

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
            found["t"] = found["y"] = max(found["t"], found["y"])
        return found


def _indices(flat: Cells, shape: Sequence[int]) -> Cells:
    """(rows, columns, 2) of flat cells, −1 where there is none."""
    found = np.stack(np.unravel_index(np.maximum(flat, 0), tuple(shape)), -1)
    return np.where(flat[..., None] < 0, -1, found)


def _led(spatial: Cells, lead: tuple[int, ...]) -> Cells:
    """The leading indices before the spatial ones."""
    before = np.broadcast_to(np.array(lead), (*spatial.shape[:2], len(lead)))
    return np.where(spatial.min(-1, keepdims=True) < 0, -1, np.concatenate([before, spatial], -1))


def forward_blocks(layer: Layer, across: bool) -> list[Names]:
    """Input, kernels with their bias, output; `across`: channels side by side instead of above each other."""
    kernels, channels = layer.kernel.shape[:2]
    weights: Names = [[("w", (o, c)) for o in range(kernels)] for c in range(channels)]
    if layer.bias is not None:
        weights.append([("b", (o,)) for o in range(kernels)])
    return _turned([_stack("x", channels), weights, _stack("y", kernels)], across)


def backward_blocks(layer: Layer, stage: Pass, loss: str, across: bool) -> list[Names]:
    """The grids of a backward pass, its result last."""
    kernels, channels = layer.kernel.shape[:2]
    weights: Names = [[("w", (o, c)) for o in range(kernels)] for c in range(channels)]
    turned: Names = [[("wt", (c, o)) for c in range(channels)] for o in range(kernels)]
    results: Names = [[("dw", (o, c)) for o in range(kernels)] for c in range(channels)]
    blocks: list[Names]
    match stage:
        case Pass.UPSTREAM if loss == "squared_error":
            blocks = [_stack("y", kernels), _stack("t", kernels), _stack("g", kernels)]
        case Pass.UPSTREAM:
            blocks = [_stack("g", kernels)]
        case Pass.BIAS_GRADIENT:
            blocks = [_stack("g", kernels), _stack("db", kernels)]
        case Pass.KERNEL_GRADIENT:
            blocks = [_stack("x", channels), _stack("g", kernels), results]
        case Pass.SCATTER:
            blocks = [_stack("g", kernels), weights, _stack("dx", channels)]
        case _:
            blocks = [_stack("gs", kernels), turned, _stack("dx", channels)]
    return _turned(blocks, across)


def _stack(name: str, many: int) -> Names:
    return [[(name, (place,))] for place in range(many)]


def _turned(blocks: list[Names], across: bool) -> list[Names]:
    return [[list(row) for row in zip(*block, strict=True)] for block in blocks] if across else blocks
