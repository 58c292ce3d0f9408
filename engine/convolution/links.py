"""What a cell depends on and what it feeds, in every grid of a layer: what lights up under the mouse.

Between the grids of a convolution the question "which of these cells meet those?" is a convolution
itself, of marks instead of numbers: x → y is a forward pass of marks, y → x an input gradient, and so on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine import convolution
from engine.convolution.arrays import Array
from engine.convolution.layer import Layer
from engine.convolution.pooling import Pooling

Marks = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """By grid name, the marked cells (shaped as the grid): direct operands, and direct users."""

    depends: Mapping[str, Marks]
    feeds: Mapping[str, Marks]


@dataclass(frozen=True, slots=True)
class _Edge:
    """Cells of `source` are operands of cells of `target`; either side's marks give the other's."""

    source: str
    target: str
    push: Callable[[Array], Array]
    pull: Callable[[Array], Array]


def links(layer: Layer, grid: str, index: Sequence[int]) -> Links:
    """What the cell `index` of `grid` (x w b y a p dp da g db dw dx) depends on, and what it feeds.

    KeyError for a grid that the layer has not, IndexError for a cell outside.
    """
    marks = np.zeros(layer.grid(grid).shape)
    marks[tuple(index)] = 1.0
    edges = _edges(layer)
    return Links(
        depends={edge.source: edge.pull(marks) > 0 for edge in edges if edge.target == grid},
        feeds={edge.target: edge.push(marks) > 0 for edge in edges if edge.source == grid},
    )


def _edges(layer: Layer) -> list[_Edge]:
    layout, settings, flip = layer.geometry, layer.settings, layer.flip
    every_x, every_w, every_g = (
        np.ones(shape) for shape in (layout.input_shape, layout.kernel_shape, layout.output_shape)
    )

    def reached(x: Array, w: Array) -> Array:
        return convolution.forward(x, w, None, *settings, flip=flip)

    def reaching(w: Array, g: Array) -> Array:
        return convolution.input_gradient(w, g, layout.input_shape, *settings, flip=flip)

    def meeting(x: Array, g: Array) -> Array:
        return convolution.kernel_gradient(x, g, layout.kernel_shape, *settings, flip=flip)

    def whole_maps(marks: Array) -> Array:
        """Kernel or bias o ↔ map o: a weight takes part in every cell of its map, even in the padding."""
        kernels = marks.reshape(len(marks), -1).any(axis=1)
        return every_g * kernels.reshape(1, -1, *(1,) * layout.axes)

    def kernels_of(maps: Array) -> Array:
        return np.moveaxis(maps, 1, 0).reshape(maps.shape[1], -1).any(axis=1).astype(float)

    def weights_of(maps: Array) -> Array:
        return every_w * kernels_of(maps).reshape(-1, *(1,) * (every_w.ndim - 1))

    edges = [
        _Edge("x", "y", lambda x: reached(x, every_w), lambda y: reaching(every_w, y)),
        _Edge("w", "y", whole_maps, weights_of),
        _Edge("g", "dw", lambda g: meeting(every_x, g), lambda w: reached(every_x, w)),
        _Edge("x", "dw", lambda x: meeting(x, every_g), lambda w: reaching(w, every_g)),
        _Edge("g", "dx", lambda g: reaching(every_w, g), lambda x: reached(x, every_w)),
        _Edge("w", "dx", lambda w: reaching(w, every_g), lambda x: meeting(x, every_g)),
    ]
    if layer.bias is not None:
        edges += [_Edge("b", "y", whole_maps, kernels_of), _Edge("g", "db", kernels_of, whole_maps)]
    last, last_gradient = "y", "g"
    if layer.activation != "none":
        edges += [_Edge(*pair, np.copy, np.copy) for pair in (("y", "a"), ("da", "g"), ("y", "g"))]
        last, last_gradient = "a", "da"
    if (pooling := layer.pooling) is not None:
        mean = Pooling("average", pooling.size, pooling.stride)  # of marks: every cell of a window takes part
        a = layer.activated
        edges.append(_Edge(last, "p", mean.forward, lambda p: mean.backward(every_g, p)))
        edges.append(_Edge("dp", last_gradient, lambda p: pooling.backward(a, p), lambda da: pooling.collect(a, da)))
    return edges
