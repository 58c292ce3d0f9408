"""The window of a large picture, cell by cell: plates whose numbers are those of the moment."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.convolution.geometry import Kind
from engine.convolution.layer import Layer
from engine.convolution.steps import Operands, Pass
from gui.convolution.picture.layout import Placed
from gui.convolution.picture.marks import Mark, Marks, States, Tie, hues
from gui.convolution.picture.plates import address
from gui.convolution.timeline import Moment

WINDOWS = {Pass.FORWARD: "xm", Pass.GATHER: "gm", Pass.SCATTER: "dxm"}


def magnified(one: Placed, moment: Moment) -> Placed:
    """A magnified plate with the numbers of this moment; any other as it is."""
    plate, step = one.plate, moment.step
    if plate.name == "rm":
        value = np.full((1, 1), step.result if moment.complete else np.nan)
        kind = np.full((1, 1), 0 if moment.complete else int(Kind.PADDING))
        return replace(one, plate=replace(plate, values=value, kind=kind, grid=step.grid))
    if plate.name != WINDOWS.get(step.stage):
        return one
    side = _window(moment)
    own = np.flatnonzero(side.place[:, 1] == plate.lead[0])
    values, kind = np.zeros(plate.size), np.full(plate.size, int(Kind.PADDING))
    index = np.full((*plate.size, side.index.shape[1]), -1)
    if len(own) == values.size:  # other channels take no part where there are groups
        numbers = step.partials if moment.stage is Pass.SCATTER else side.values
        values, kind = numbers[own].reshape(plate.size), side.kind[own].reshape(plate.size)
        index = side.index[own].reshape(index.shape)
    return replace(one, plate=replace(plate, values=values, kind=kind, index=index))


def mark_magnified(marks: Marks, layer: Layer, moment: Moment) -> None:
    """The hues of the products on the magnified window."""
    name = WINDOWS.get(moment.stage)
    if name is None:
        return
    side, step, count, states = _window(moment), moment.step, hues(layer), States(moment)
    marks.ties = _ties(marks, moment, name)
    for lead in np.unique(side.place[:, 1]).tolist():
        own = np.flatnonzero(side.place[:, 1] == lead).tolist()
        columns = layer.geometry.window[-1]
        marks.cells[name, (lead,)] = [
            Mark(*divmod(place, columns), int(step.weights[t]) % count, states[t]) for place, t in enumerate(own)
        ]


def _ties(marks: Marks, moment: Moment, name: str) -> list[Tie]:
    """From each window to its magnified picture, and from the magnified result to its cell."""
    step = moment.step
    sources = {"xm": "x", "gm": "gs", "dxm": "dx"}
    ties = []
    for plate, cells in marks.cells.items():
        if plate[0] == sources[name] and cells:
            rows, columns = [cell.row for cell in cells], [cell.column for cell in cells]
            area = (min(rows), min(columns), max(rows) + 1, max(columns) + 1)
            ties.append(Tie(plate, area, (name, plate[1][:1]), None))
    if moment.stage is not Pass.SCATTER:
        plate, row, column = address(step.grid, step.index)
        ties.append(Tie(plate, (row, column, row + 1, column + 1), ("rm", ()), None))
    return ties


def _window(moment: Moment) -> Operands:
    step = moment.step
    if step.targets is not None:
        return step.targets
    return step.left
