"""Convolution as neural networks use the word (cross-correlation), forward and backward, in NumPy.

Per axis, for input x, kernel w, stride s, padding p, dilation d and upstream gradient g = ∂L/∂y:

    y[n,o,i]  = b[o] + Σ_{c,u} w[o,c,u] · xp[n,c, s·i + d·u]      xp is x with p zeros on each side
    db[o]     = Σ_{n,i} g[n,o,i]
    dw[o,c,u] = Σ_{n,i} g[n,o,i] · xp[n,c, s·i + d·u]
    dx[n,c,m] = Σ_{o,u} g[n,o, (m + p − d·u)/s] · w[o,c,u]        where the division is exact

(Dumoulin & Visin 2016, "A guide to convolution arithmetic for deep learning"; the grouping is that
of Krizhevsky et al. 2012.) True convolution, `flip=True`, reads the kernel from its end: w[K−1−u].

Each is one matrix product over columns, the windows laid side by side ("im2col", Chellapilla et al.
2006), a block of columns at a time so that they stay in the processor's cache.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.convolution.arrays import Array, Cells, PerAxis, Shape, as_numbers, as_shape, flipped
from engine.convolution.geometry import Block, Geometry, Kind, as_upstream, geometry


@dataclass(frozen=True, slots=True, eq=False)
class Gradients:
    """∂L/∂x (N, C, *spatial), ∂L/∂w (O, C/groups, *k) and ∂L/∂b (O,)."""

    input: Array
    kernel: Array
    bias: Array


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """What the input cells correlate when they collect: a spread-out upstream gradient, a turned kernel.

    (Dumoulin & Visin 2016, section 4: "transposed convolution".) `spread` is `appended`, padded or cropped;
    `kind` and `cell` tell of each of its places what it is and whose value it holds.
    """

    inserted: Array  # (N, O, *((output − 1)·s + 1)): s − 1 zeros between the cells
    remainder: Shape  # r = (H + 2p − d(K−1) − 1) mod s, the zeros appended per axis
    appended: Array  # (N, O, *((output − 1)·s + 1 + r))
    padding: Shape  # d(K−1) − p on both sides; negative: so many cells are cropped
    spread: Array  # (N, O, *(H + d(K−1)))
    kind: Cells  # spatial shape of spread: a `Kind`
    cell: Cells  # spatial shape of spread: the flat output cell, or −1
    kernel: Array  # (C, O/groups, *k): rotated by 180°, inputs and outputs exchanged
    dilation: Shape
    groups: int

    def correlate(self) -> Array:
        """∂L/∂x (N, C, *spatial): `spread` correlated with `kernel`, at stride 1 and without padding."""
        return forward(self.spread, self.kernel, dilation=self.dilation, groups=self.groups)


# Overflow and NaN are results: they stay in the numbers and say nothing on the console.
@np.errstate(over="ignore", invalid="ignore")
def forward(
    x: ArrayLike,
    kernel: ArrayLike,
    bias: ArrayLike | None = None,
    stride: PerAxis = 1,
    padding: PerAxis = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
    *,
    flip: bool = False,
) -> Array:
    """y (N, O, *output) of x (N, C, *spatial), kernel (O, C/groups, *k) and bias (O,) or None.

    One to three spatial axes; stride, padding and dilation are one number or one per axis.
    Raises ValueError, naming the shapes, for what does not fit together.
    """
    x, kernel = as_numbers("x", x), as_numbers("kernel", kernel)
    layout = geometry(x.shape, kernel.shape, stride, padding, dilation, groups)
    weights = (flipped(kernel) if flip else kernel).reshape(layout.group_shape)
    groups, each, _ = layout.group_shape
    y = np.empty((x.shape[0], groups, each, layout.cells))
    for block, columns in _columns(_padded(x, layout), layout):
        np.matmul(weights, columns, out=y[block.items, :, :, block.cells])
    if bias is not None:
        bias = as_numbers("bias", bias)
        if bias.shape != kernel.shape[:1]:
            raise ValueError(
                f"bias of shape {bias.shape} must have shape {kernel.shape[:1]}: "
                f"one number for each kernel of kernel {kernel.shape}"
            )
        y += bias.reshape(groups, each, 1)
    return y.reshape(layout.output_shape)


@np.errstate(over="ignore", invalid="ignore")
def backward(
    x: ArrayLike,
    kernel: ArrayLike,
    upstream: ArrayLike,
    stride: PerAxis = 1,
    padding: PerAxis = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
    *,
    flip: bool = False,
) -> Gradients:
    """The gradients of a loss L by x, kernel and bias, given `upstream` = ∂L/∂y (N, O, *output).

    Raises ValueError like `forward`, and for an upstream that has not the shape of the output.
    """
    x, kernel = as_numbers("x", x), as_numbers("kernel", kernel)
    layout = geometry(x.shape, kernel.shape, stride, padding, dilation, groups)
    upstream = as_upstream(upstream, layout)
    by_kernel = _kernel_gradient(x, upstream, layout)
    return Gradients(
        _input_gradient(flipped(kernel) if flip else kernel, upstream, layout),
        flipped(by_kernel) if flip else by_kernel,
        np.add.reduce(upstream.reshape(*layout.output_shape[:2], -1), (0, 2)),
    )


@np.errstate(over="ignore", invalid="ignore")
def input_gradient(
    kernel: ArrayLike,
    upstream: ArrayLike,
    input_shape: Sequence[int],
    stride: PerAxis = 1,
    padding: PerAxis = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
    *,
    flip: bool = False,
) -> Array:
    """`backward(…).input` alone, for an x of `input_shape`: its values do not matter."""
    kernel = as_numbers("kernel", kernel)
    layout = geometry(as_shape("input_shape", input_shape), kernel.shape, stride, padding, dilation, groups)
    return _input_gradient(flipped(kernel) if flip else kernel, as_upstream(upstream, layout), layout)


@np.errstate(over="ignore", invalid="ignore")
def kernel_gradient(
    x: ArrayLike,
    upstream: ArrayLike,
    kernel_shape: Sequence[int],
    stride: PerAxis = 1,
    padding: PerAxis = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
    *,
    flip: bool = False,
) -> Array:
    """`backward(…).kernel` alone, for a kernel of `kernel_shape`: its values do not matter."""
    x = as_numbers("x", x)
    layout = geometry(x.shape, as_shape("kernel_shape", kernel_shape), stride, padding, dilation, groups)
    gradient = _kernel_gradient(x, as_upstream(upstream, layout), layout)
    return flipped(gradient) if flip else gradient


def pieces(
    kernel: ArrayLike,
    upstream: ArrayLike,
    input_shape: Sequence[int],
    stride: PerAxis = 1,
    padding: PerAxis = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
    *,
    flip: bool = False,
) -> Pieces:
    """What `input_gradient` correlates, piece by piece; the same arguments and errors."""
    kernel = as_numbers("kernel", kernel)
    layout = geometry(as_shape("input_shape", input_shape), kernel.shape, stride, padding, dilation, groups)
    upstream = as_upstream(upstream, layout)
    ends = [(cells - 1) * step + 1 for cells, step in zip(layout.output_size, layout.stride, strict=True)]
    lengths = [end + r for end, r in zip(ends, layout.remainder, strict=True)]
    maps, steps = (slice(None), slice(None)), zip(ends, layout.stride, strict=True)
    appended = np.zeros((*upstream.shape[:2], *lengths))
    appended[(*maps, *(slice(0, end, step) for end, step in steps))] = upstream

    places = [np.arange(n + span - 1) for n, span in zip(layout.size, layout.span, strict=True)]
    found = [layout.spread_cells(axis, place) for axis, place in enumerate(places)]
    cell, kind = np.zeros(1, np.intp), np.zeros(1, np.intp)
    for cells, (own, what) in zip(layout.output_size, found, strict=True):
        cell, kind = cell[..., None] * cells + own, np.maximum(kind[..., None], what)
    cell, kind = np.where(kind == Kind.DATA, cell, -1)[0], kind[0]
    flat = upstream.reshape(*upstream.shape[:2], -1)

    turned = kernel if flip else flipped(kernel)  # true convolution has turned it once already
    turned = turned.reshape(layout.groups, -1, *kernel.shape[1:]).swapaxes(1, 2)
    return Pieces(
        inserted=appended[(*maps, *(slice(end) for end in ends))].copy(),
        remainder=layout.remainder,
        appended=appended,
        padding=layout.adjoint_padding,
        spread=np.where(cell < 0, 0.0, flat[:, :, cell]),
        kind=kind,
        cell=cell,
        kernel=turned.reshape(layout.input_shape[1], -1, *layout.window),
        dilation=layout.dilation,
        groups=layout.groups,
    )


def _kernel_gradient(x: Array, upstream: Array, layout: Geometry) -> Array:
    """∂L/∂w (O, C/groups, *k): the upstream gradient times the columns, transposed."""
    sent = upstream.reshape(x.shape[0], *layout.group_shape[:2], -1)
    total = np.zeros(layout.group_shape)
    for block, columns in _columns(_padded(x, layout), layout):
        part = np.matmul(sent[block.items, :, :, block.cells], columns.swapaxes(2, 3))
        total += part[0] if len(part) == 1 else np.add.reduce(part)
    return total.reshape(layout.kernel_shape)


def _input_gradient(kernel: Array, upstream: Array, layout: Geometry) -> Array:
    """∂L/∂x (N, C, *spatial): every output cell sends g·w to its window, where they are added.

    The products of a block are laid out once per weight, each shifted to the input cells it goes to,
    with zeros between; then one sum over the weights adds what arrives at the same cell.
    """
    batch, channels = layout.input_shape[:2]
    sent = upstream.reshape(batch, *layout.group_shape[:2], -1)
    weights = kernel.reshape(layout.group_shape).swapaxes(1, 2)
    # A sum over one kernel is no sum: NumPy's matmul takes several times as long for it.
    multiply = np.multiply if layout.group_shape[1] == 1 else np.matmul
    total = np.zeros((batch, channels, *layout.padded_size))
    spread = np.empty(0)
    for block in layout.blocks:
        if spread.shape != block.spread:  # else the zeros between are still in place
            spread = np.zeros(block.spread)
            target = np.ndarray(block.products, float, spread, 0, block.spread_strides)
            arriving = spread.reshape(*block.spread[:2], -1, *block.spread[2 + layout.axes :])
            products = np.empty(block.columns)
        multiply(weights, sent[block.items, :, :, block.cells], out=products)
        target[...] = products.reshape(block.products)
        part = total[block.items, :, block.reach]
        if block.whole:
            np.add.reduce(arriving, 2, out=part)
        else:  # the windows of the next block overlap with these
            part += np.add.reduce(arriving, 2)
    return np.ascontiguousarray(total[layout.inside])


def _padded(x: Array, layout: Geometry) -> Array:
    """x with its zeros around it, (N, C, *padded)."""
    if layout.padded_size == layout.size:
        return x
    padded = np.zeros((*x.shape[:2], *layout.padded_size))
    padded[layout.inside] = x
    return padded


def _columns(padded: Array, layout: Geometry) -> Iterator[tuple[Block, Array]]:
    """Block by block (n, G, C/G·K, cells): the windows of its output cells, side by side.

    The array is the same for every block of one shape: new memory would cost as much as the copy.
    """
    columns = np.empty(0)
    for block in layout.blocks:
        windows = np.ndarray(block.windows, float, padded, block.offset, layout.window_strides)
        if columns.shape != block.columns:
            columns = np.empty(block.columns)
        columns.reshape(block.windows)[...] = windows
        yield block, columns
