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

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.convolution_geometry import (
    Array,
    Block,
    Geometry,
    Kind,
    PerAxis,
    as_numbers,
    as_upstream,
    flipped,
    geometry,
    output_size,
)
from engine.convolution_matrix import Matrix, fully_connected_parameters, matrix

__all__ = [
    "Geometry",
    "Gradients",
    "Kind",
    "Matrix",
    "Pieces",
    "backward",
    "flipped",
    "forward",
    "fully_connected_parameters",
    "geometry",
    "matrix",
    "output_size",
    "pieces",
]


@dataclass(frozen=True, slots=True, eq=False)
class Gradients:
    """∂L/∂x (N, C, *spatial), ∂L/∂w (O, C/groups, *k) and ∂L/∂b (O,)."""

    input: Array
    kernel: Array
    bias: Array


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
    padded = _padded(x, layout)
    for block in layout.blocks:
        np.matmul(weights, _columns(padded, layout, block), out=y[block.items, :, :, block.cells])
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
    sent = as_upstream(upstream, layout).reshape(x.shape[0], *layout.group_shape[:2], -1)
    by_kernel = _kernel_gradient(x, sent, layout)
    return Gradients(
        _input_gradient(flipped(kernel) if flip else kernel, sent, layout),
        flipped(by_kernel) if flip else by_kernel,
        np.add.reduce(sent, (0, 3)).reshape(-1),
    )


def _kernel_gradient(x: Array, sent: Array, layout: Geometry) -> Array:
    """∂L/∂w (O, C/groups, *k) from `sent`, the upstream gradient as (N, G, O/G, cells)."""
    total = np.zeros(layout.group_shape)
    padded = _padded(x, layout)
    for block in layout.blocks:
        columns = _columns(padded, layout, block)
        part = np.matmul(sent[block.items, :, :, block.cells], columns.swapaxes(2, 3))
        total += part[0] if len(part) == 1 else np.add.reduce(part)
    return total.reshape(layout.kernel_shape)


def _input_gradient(kernel: Array, sent: Array, layout: Geometry) -> Array:
    """∂L/∂x (N, C, *spatial): every output cell sends g·w to its window, where they are added.

    The products of a block are laid out once per weight, each shifted to the input cells it goes to,
    with zeros between; then one sum over the weights adds what arrives at the same cell.
    """
    batch, channels = layout.input_shape[:2]
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
        products = multiply(weights, sent[block.items, :, :, block.cells])
        target[...] = products.reshape(block.products)
        total[block.items, :, block.reach] += np.add.reduce(arriving, 2)
    return np.ascontiguousarray(total[layout.inside])


def _padded(x: Array, layout: Geometry) -> Array:
    """x with its zeros around it, (N, C, *padded)."""
    if layout.padded_size == layout.size:
        return x
    padded = np.zeros((*x.shape[:2], *layout.padded_size))
    padded[layout.inside] = x
    return padded


def _columns(padded: Array, layout: Geometry, block: Block) -> Array:
    """(n, G, C/G·K, cells): the windows of the block's output cells, one below the other."""
    windows = np.ndarray(block.windows, float, padded, block.offset, layout.window_strides)
    return windows.reshape(block.columns)
