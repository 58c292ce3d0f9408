"""Any cell of any pass of a layer, looked up: its operands, products in order, partial sums, result.

Nothing is replayed. A step costs as much as the window it draws, and the moment before or after any
product is as near as any other, forwards and backwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from engine import convolution
from engine.convolution.arrays import Array, Cells, Shape
from engine.convolution.geometry import Kind
from engine.convolution.layer import ACTIVATIONS, Layer
from engine.convolution.operands import Operands, Pass, Step, cells, factors, operands

__all__ = ["Operands", "Pass", "Step", "count", "locate", "scattered", "stages", "step", "stepped_grid"]


def stages(layer: Layer, views: Sequence[Pass] = (Pass.GATHER,)) -> tuple[Pass, ...]:
    """The passes that this layer has, in order; `views` are those of the input gradient."""
    missing = {Pass.SCATTER, Pass.GATHER} - set(views)
    if layer.activation == "none":
        missing |= {Pass.ACTIVATION, Pass.ACTIVATION_GRADIENT}
    if layer.pooling is None:
        missing |= {Pass.POOLING, Pass.POOLING_GRADIENT}
    if layer.bias is None:
        missing |= {Pass.BIAS_GRADIENT}
    return tuple(stage for stage in Pass if stage not in missing)


def stepped_grid(layer: Layer, stage: Pass) -> str:
    """The grid whose cells a pass goes through in reading order (for a scatter pass, g)."""
    match stage:
        case Pass.UPSTREAM:
            return next(iter(layer.gradients))
        case Pass.POOLING_GRADIENT:
            return "g" if layer.activation == "none" else "da"
        case _:
            return _GRIDS[stage]


def count(layer: Layer, stage: Pass) -> int:
    """How many cells a pass has."""
    return layer.grid(stepped_grid(layer, stage)).size


def locate(layer: Layer, passes: Sequence[Pass], moment: int) -> tuple[Pass, int]:
    """The pass and cell at `moment`, counted in cells along `passes` one after the other.

    The last cell for moments after it, the first for those before.
    """
    moment = max(moment, 0)
    for stage in passes:
        length = count(layer, stage)
        if moment < length:
            return stage, moment
        moment -= length
    return passes[-1], count(layer, passes[-1]) - 1


def step(layer: Layer, stage: Pass, number: int) -> Step:
    """Cell `number` of a pass. Raises IndexError unless 0 ≤ number < count(layer, stage)."""
    grid = stepped_grid(layer, stage)
    values = layer.grid(grid)
    if not 0 <= number < values.size:
        raise IndexError(f"{stage} has the cells 0 to {values.size - 1}, not {number}")
    index = tuple(int(place) for place in np.unravel_index(number, values.shape))
    with np.errstate(over="ignore", invalid="ignore"):
        return _LOOKUPS[stage](layer, number, index)


def scattered(layer: Layer, sent: int, products: int = 0) -> Array:
    """dx as it stands in a scatter pass: after `sent` output cells and `products` products of the next."""
    g = layer.gradients["g"]
    so_far = np.where(np.arange(g.size).reshape(g.shape) < sent, g, 0.0)
    shape, settings = layer.geometry.input_shape, layer.settings
    dx = convolution.input_gradient(layer.kernel, so_far, shape, *settings, flip=layer.flip)
    if products and sent < g.size:
        now = step(layer, Pass.SCATTER, sent)
        assert now.targets is not None
        there = (np.arange(len(now.products)) < products) & (now.targets.kind == Kind.DATA)
        dx[tuple(now.targets.index[there].T)] += now.products[there]  # no cell twice in one window
    return dx


def _forward(layer: Layer, number: int, index: Shape) -> Step:
    x, w = _window(layer, index)
    bias = None if layer.bias is None else float(layer.bias[index[1]])
    return _sum(layer, Pass.FORWARD, number, index, x, w, bias=bias)


def _activation(layer: Layer, number: int, index: Shape) -> Step:
    y = layer.values["y"]
    found = _sum(layer, Pass.ACTIVATION, number, index, operands("y", y, _single(index)))
    value = ACTIVATIONS[layer.activation].function(found.products)
    return replace(found, result=float(value[0]))


def _pooling(layer: Layer, number: int, index: Shape) -> Step:
    assert layer.pooling is not None
    size, stride = layer.pooling.windows(layer.geometry.axes)
    axes = [i * s + np.arange(k) for i, s, k in zip(index[2:], stride, size, strict=True)]
    name = "y" if layer.activation == "none" else "a"
    left = operands(name, layer.activated, [*_single(index[:2]), *axes])
    if layer.pooling.kind == "max":
        shares = (np.arange(len(left.values)) == layer.winners[index]).astype(float)
    else:
        shares = np.full(len(left.values), 1 / len(left.values))
    return _sum(layer, Pass.POOLING, number, index, left, factors(shares))


def _upstream(layer: Layer, number: int, index: Shape) -> Step:
    name = stepped_grid(layer, Pass.UPSTREAM)
    given = layer.gradients[name]
    found = _sum(layer, Pass.UPSTREAM, number, index, operands(name, given, [np.arange(0)] * given.ndim))
    return replace(found, result=float(given[index]))


def _pooling_gradient(layer: Layer, number: int, index: Shape) -> Step:
    assert layer.pooling is not None
    dp = layer.gradients["dp"]
    size, stride = layer.pooling.windows(layer.geometry.axes)
    axes = zip(index[2:], size, stride, dp.shape[2:], strict=True)
    near = [np.arange(max(0, (m - k) // s + 1), min(m // s + 1, end)) for m, k, s, end in axes]
    left = operands("dp", dp, [*_single(index[:2]), *near])
    shares = np.full(len(left.values), 1 / np.prod(size))
    if layer.pooling.kind == "max":
        offsets = np.array(index[2:]) - left.index[:, 2:] * stride
        winners = layer.winners[tuple(left.index.T)]
        shares = (winners == np.ravel_multi_index(tuple(offsets.T), size)).astype(float)
    return _sum(layer, Pass.POOLING_GRADIENT, number, index, left, factors(shares))


def _activation_gradient(layer: Layer, number: int, index: Shape) -> Step:
    left = operands("da", layer.gradients["da"], _single(index))
    right = operands("y", layer.slope, _single(index))
    return _sum(layer, Pass.ACTIVATION_GRADIENT, number, index, left, right)


def _bias_gradient(layer: Layer, number: int, index: Shape) -> Step:
    g = layer.gradients["g"]
    left = operands("g", g, [np.arange(len(g)), *_single(index), *map(np.arange, g.shape[2:])])
    return _sum(layer, Pass.BIAS_GRADIENT, number, index, left)


def _kernel_gradient(layer: Layer, number: int, index: Shape) -> Step:
    layout, (o, c, *offsets) = layer.geometry, index
    g = layer.gradients["g"]
    first = o // layout.group_shape[1] * layout.kernel_shape[1]
    if layer.flip:
        offsets = [k - 1 - u for u, k in zip(offsets, layout.window, strict=True)]
    items, outputs = np.arange(len(g)), [np.arange(end) for end in layout.output_size]
    axes = zip(outputs, layout.stride, layout.dilation, offsets, strict=True)
    places = [i * s + d * u for i, s, d, u in axes]
    laid = [layout.padded_cells(axis, place) for axis, place in enumerate(places)]
    channel = np.array([first + c])
    left = operands("g", g, [items, np.array([o]), *outputs])
    right = operands("x", layer.x, [items, channel, *laid], [items, channel, *places])
    found = _sum(layer, Pass.KERNEL_GRADIENT, number, index, left, right)
    return replace(found, weights=np.full(len(left.values), number))


def _gather(layer: Layer, number: int, index: Shape) -> Step:
    layout, (n, c, *cell) = layer.geometry, index
    each = layout.group_shape[1]
    group, channel = divmod(c, layout.kernel_shape[1])
    item, kernels = np.array([n]), np.arange(group * each, (group + 1) * each)
    turned = [np.arange(k) for k in layout.window]  # as the kernel lies, rotated
    places = [m + d * v for m, d, v in zip(cell, layout.dilation, turned, strict=True)]
    laid = [layout.spread_cells(axis, place) for axis, place in enumerate(places)]
    left = operands("g", layer.gradients["g"], [item, kernels, *laid], [item, kernels, *places])
    own = turned if layer.flip else [v[::-1] for v in turned]
    right = operands("w", layer.kernel, [kernels, np.array([channel]), *own])
    right = replace(right, place=cells([np.array([c]), np.arange(each), *turned]))
    found = _sum(layer, Pass.GATHER, number, index, left, right)
    # What is no data sends nothing, not even where the weight is infinite.
    products = np.where(left.kind == Kind.DATA, found.products, 0.0)
    partials = np.cumsum(products)
    return replace(found, products=products, partials=partials, result=float(partials[-1]))


def _scatter(layer: Layer, number: int, index: Shape) -> Step:
    x, w = _window(layer, index)
    g = operands("g", layer.gradients["g"], [np.full(1, i) for i in index])
    terms = np.zeros(len(w.values), np.intp)  # the one cell of g, in every product
    left = Operands("g", g.index[terms], g.place[terms], g.kind[terms], g.values[terms])
    found = _sum(layer, Pass.SCATTER, number, index, left, w)
    before = _arrived(layer, number, index)
    targets = Operands("dx", x.index, x.place, x.kind, before)
    return replace(found, partials=before + found.products, result=float(g.values[0]), targets=targets)


def _arrived(layer: Layer, number: int, index: Shape) -> Array:
    """(T,) what has arrived in the window of output cell `number` from the cells before it.

    Only neighbours whose windows overlap with it have sent anything there, so this is the input gradient
    of a small layer cut out around it.
    """
    layout, (n, o, *middle) = layer.geometry, index
    each = layout.group_shape[1]
    kernels = np.arange(o // each * each, (o // each + 1) * each)
    near, local, size = [], [], []
    axes = zip(middle, layout.output_size, layout.span, layout.stride, layout.dilation, layout.window, strict=True)
    for i, end, span, s, d, k in axes:
        reach = (span - 1) // s
        near.append(np.arange(max(0, i - reach), min(end, i + reach + 1)))
        local.append((i - near[-1][0]) * s + np.arange(k) * d)
        size.append((len(near[-1]) - 1) * s + span)
    grid = np.ix_(np.array([n]), kernels, *near)
    earlier = np.ravel_multi_index(grid, layout.output_shape) < number
    sent = np.where(earlier, layer.gradients["g"][grid], 0.0)
    channels = layout.kernel_shape[1]
    dx = convolution.input_gradient(
        layer.kernel[kernels], sent, (1, channels, *size), layout.stride, 0, layout.dilation, flip=layer.flip
    )
    return np.asarray(dx[np.ix_(np.arange(1), np.arange(channels), *local)]).reshape(-1)


def _window(layer: Layer, index: Shape) -> tuple[Operands, Operands]:
    """The window of an output cell in the padded input, and the kernel as it lies there."""
    layout, (n, o, *cell) = layer.geometry, index
    channels = np.arange(layout.kernel_shape[1])
    above = o // layout.group_shape[1] * len(channels) + channels
    offsets = [np.arange(k) for k in layout.window]
    axes = zip(cell, layout.stride, layout.dilation, offsets, strict=True)
    places = [i * s + d * u for i, s, d, u in axes]
    laid = [layout.padded_cells(axis, place) for axis, place in enumerate(places)]
    item, kernel = np.array([n]), np.array([o])
    x = operands("x", layer.x, [item, above, *laid], [item, above, *places])
    own = [u[::-1] for u in offsets] if layer.flip else offsets
    w = operands("w", layer.kernel, [kernel, channels, *own])
    return x, replace(w, place=cells([kernel, channels, *offsets]))


def _single(index: Sequence[int]) -> list[Cells]:
    """One cell, as axes."""
    return [np.array([place]) for place in index]


def _sum(
    layer: Layer,
    stage: Pass,
    number: int,
    index: Shape,
    left: Operands,
    right: Operands | None = None,
    bias: float | None = None,
) -> Step:
    """The step whose result is Σ left · right + bias."""
    products, weights = left.values, np.full(len(left.values), -1)
    if right is not None and not right.grid:  # a share of nothing is nothing, even of infinity
        products = np.where(right.values == 0, 0.0, left.values * right.values)
    elif right is not None:
        products = left.values * right.values
        if right.grid == "w":
            weights = np.ravel_multi_index(tuple(right.index.T), layer.kernel.shape)
    partials = np.cumsum(products)
    total = float(partials[-1]) if len(partials) else 0.0
    grid = stepped_grid(layer, stage)
    return Step(stage, number, grid, index, left, right, products, partials, weights, bias, total + (bias or 0.0))


_GRIDS: Mapping[Pass, str] = {
    Pass.FORWARD: "y",
    Pass.ACTIVATION: "a",
    Pass.POOLING: "p",
    Pass.ACTIVATION_GRADIENT: "g",
    Pass.BIAS_GRADIENT: "db",
    Pass.KERNEL_GRADIENT: "dw",
    Pass.SCATTER: "g",
    Pass.GATHER: "dx",
}

_LOOKUPS: Mapping[Pass, Callable[[Layer, int, Shape], Step]] = {
    Pass.FORWARD: _forward,
    Pass.ACTIVATION: _activation,
    Pass.POOLING: _pooling,
    Pass.UPSTREAM: _upstream,
    Pass.POOLING_GRADIENT: _pooling_gradient,
    Pass.ACTIVATION_GRADIENT: _activation_gradient,
    Pass.BIAS_GRADIENT: _bias_gradient,
    Pass.KERNEL_GRADIENT: _kernel_gradient,
    Pass.SCATTER: _scatter,
    Pass.GATHER: _gather,
}
