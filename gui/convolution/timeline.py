"""The passes one after the other, and what a position of the player means in them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from engine.bounded_cache import ByteBoundedCache
from engine.convolution.layer import Layer
from engine.convolution.scene import ConvolutionScene
from engine.convolution.steps import Pass, Step, count, stages, step
from engine.frames import Position

MOST_BYTES = 16 << 20  # of steps: the largest, of a kernel's gradient on a picture, take 10 MB
SWEEP = 0.6  # of a cell's time its products take; then the result rests


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """What is shown: a cell of a pass with `products` of its products done; `complete` with its result."""

    stage: Pass
    number: int
    step: Step
    products: int
    complete: bool

    @property
    def done(self) -> int:
        """How many cells of the pass have their result."""
        return self.number + self.complete


class Timeline:
    """All cells of the chosen passes of one layer. At most 16 MB of their steps are kept."""

    def __init__(self, layer: Layer, scene: ConvolutionScene) -> None:
        self.layer = layer
        both = (Pass.SCATTER, Pass.GATHER)
        views = both if scene.view == "both" else (Pass(scene.view),)
        self.story = stages(layer, views)
        self.alone = scene.alone if scene.alone in self.story else ""
        self.passes = (Pass(self.alone),) if self.alone else self.story
        self._steps: ByteBoundedCache[tuple[Pass, int], Step] = ByteBoundedCache(MOST_BYTES)

    @cached_property
    def counts(self) -> tuple[int, ...]:
        """Cells of each pass."""
        return tuple(count(self.layer, stage) for stage in self.passes)

    @property
    def length(self) -> int:
        return sum(self.counts)

    def start(self, stage: Pass) -> int:
        """The number of cells before a pass."""
        return sum(self.counts[: self.passes.index(stage)])

    def _step(self, stage: Pass, number: int) -> Step:
        return self._steps.made((stage, number), lambda: step(self.layer, stage, number))

    def _at(self, cell: int) -> tuple[Pass, int]:
        for stage, cells in zip(self.passes, self.counts, strict=True):
            if cell < cells:
                return stage, cell
            cell -= cells
        return self.passes[-1], self.counts[-1] - 1

    def products_in(self, cell: int) -> int:
        """How many products (or terms) cell `cell` of the timeline has; at least one."""
        return max(len(self._step(*self._at(cell)).products), 1)

    def moment(self, position: Position) -> Moment:
        """What is shown at a position: the cell in progress, or else the one just done."""
        cell = min(max(position.step, 0), self.length)
        between = position.line > 0 or position.fraction > 0
        if cell < self.length and (between or cell == 0):
            stage, number = self._at(cell)
            found = self._step(stage, number)
            terms = max(len(found.products), 1)
            if position.line:
                return Moment(stage, number, found, min(position.line, terms), False)
            swept = position.fraction / SWEEP
            products = min(int(swept * terms), terms) if position.fraction else 0
            return Moment(stage, number, found, products, swept >= 1)
        stage, number = self._at(cell - 1)
        found = self._step(stage, number)
        return Moment(stage, number, found, max(len(found.products), 1), True)

    def carried(self, before: Timeline, position: Position) -> Position:
        """The same moment as `position` had in another timeline: the same pass, as far as it has cells."""
        if before.passes == self.passes and before.counts == self.counts:
            return position
        if position.step == 0:
            return Position()
        stage, number = before._at(position.step - 1)
        if stage not in self.passes:
            wanted = {Pass.SCATTER: Pass.GATHER, Pass.GATHER: Pass.SCATTER}.get(stage, stage)
            if wanted not in self.passes:
                return Position(min(position.step, self.length))
            stage, number = wanted, 0
        cells = self.counts[self.passes.index(stage)]
        return Position(self.start(stage) + min(number, cells - 1) + 1)
