"""Where everything in a convolution is: sizes, which cell meets which weight, and what is refused."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property, lru_cache
from typing import SupportsIndex

import numpy as np
from numpy.typing import ArrayLike

from engine.convolution.arrays import Array, Cells, PerAxis, Shape, as_numbers, per_axis, strides

MOST_CELLS = 2**27  # of one grid (1 GiB); more is a slip of the hand, not a lesson
BLOCK_CELLS = 2**17  # of the columns at hand at one time: 1 MiB stays in the processor's cache


class Kind(IntEnum):
    """What a drawn cell is: data, or one of the zeros between and around it.

    A cell that is several by its several axes is the largest of them.
    """

    DATA = 0
    INSERTED = 1  # between the cells of the upstream gradient, where the stride jumped
    APPENDED = 2  # after them, for the last input cells, which the stride never reached
    PADDING = 3


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the output (whole items, or rows of one) whose columns fit the processor's cache."""

    items: slice
    whole: bool  # all rows of the items' output
    cells: slice  # of the output, its spatial axes flattened
    reach: slice  # along the first spatial axis of the padded input
    windows: Shape  # (n, G, C/G, *k, *part of the output)
    offset: int  # of the first window in the padded input, in bytes
    columns: Shape  # (n, G, C/G·K, cells)
    products: Shape  # (n, C, *k, *part of the output)
    spread: Shape  # (n, C, *k, *part of the padded input)
    spread_strides: Shape  # under which the products lie in `spread`, each where it is added


@dataclass(frozen=True)
class Geometry:
    """The shapes and settings of one layer, checked; all else about its sizes follows from them.

    Made by `geometry`. Per axis, output cell i meets weight u at the input's m = s·i + d·u − p.
    """

    input_shape: Shape  # (N, C, *spatial)
    kernel_shape: Shape  # (O, C/groups, *k)
    stride: Shape
    padding: Shape
    dilation: Shape
    groups: int

    @cached_property
    def axes(self) -> int:
        """How many spatial axes there are, one to three."""
        return len(self.stride)

    @cached_property
    def size(self) -> Shape:
        """(*spatial) of the input."""
        return self.input_shape[2:]

    @cached_property
    def window(self) -> Shape:
        """(*k) of the kernel."""
        return self.kernel_shape[2:]

    @cached_property
    def span(self) -> Shape:
        """The cells from a window's first to its last, per axis: d(K−1) + 1."""
        pairs = zip(self.window, self.dilation, strict=True)
        return tuple(d * (k - 1) + 1 for k, d in pairs)

    @cached_property
    def padded_size(self) -> Shape:
        """(*spatial) of the input with its padding."""
        return tuple(n + 2 * p for n, p in zip(self.size, self.padding, strict=True))

    @cached_property
    def output_size(self) -> Shape:
        """(*spatial) of the output: ⌊(H + 2p − d(K−1) − 1)/s⌋ + 1 (Dumoulin & Visin 2016, § 5.1)."""
        axes = zip(self.padded_size, self.span, self.stride, strict=True)
        return tuple((n - reach) // s + 1 for n, reach, s in axes)

    @cached_property
    def output_shape(self) -> Shape:
        """(N, O, *spatial) of the output and of its upstream gradient."""
        return (self.input_shape[0], self.kernel_shape[0], *self.output_size)

    @cached_property
    def remainder(self) -> Shape:
        """r = (H + 2p − d(K−1) − 1) mod s: the last padded input cells that no window reaches."""
        axes = zip(self.padded_size, self.span, self.stride, strict=True)
        return tuple((n - reach) % s for n, reach, s in axes)

    @cached_property
    def adjoint_padding(self) -> Shape:
        """d(K−1) − p: around the upstream gradient when the input cells collect; negative: cropped."""
        return tuple(reach - 1 - p for reach, p in zip(self.span, self.padding, strict=True))

    @cached_property
    def cells(self) -> int:
        """How many cells one output map has."""
        return math.prod(self.output_size)

    @cached_property
    def inside(self) -> tuple[slice, ...]:
        """Where x lies in its padded self."""
        axes = zip(self.padding, self.size, strict=True)
        return (slice(None), slice(None), *(slice(p, p + n) for p, n in axes))

    def padded_cells(self, axis: int, place: Cells) -> tuple[Cells, Cells]:
        """The input's cell at each `place` of the padded input on one axis (−1: none), and its `Kind`."""
        cell = place - self.padding[axis]
        kind = np.where((cell >= 0) & (cell < self.size[axis]), Kind.DATA, Kind.PADDING)
        return np.where(kind == Kind.DATA, cell, -1), kind

    def spread_cells(self, axis: int, place: Cells) -> tuple[Cells, Cells]:
        """The output's cell at each `place` of the spread upstream gradient on one axis, and its `Kind`.

        Spread: zeros inserted and appended, then padded or cropped by d(K−1) − p, to H + d(K−1) cells.
        """
        step = self.stride[axis]
        cell = place - self.adjoint_padding[axis]
        end = (self.output_size[axis] - 1) * step + 1
        kind = np.where(cell % step == 0, Kind.DATA, Kind.INSERTED)
        kind = np.where(cell >= end, Kind.APPENDED, kind)
        kind = np.where((cell < 0) | (cell >= end + self.remainder[axis]), Kind.PADDING, kind)
        return np.where(kind == Kind.DATA, cell // step, -1), kind

    @cached_property
    def group_shape(self) -> Shape:
        """(G, O/G, C/G·K): the kernel as one matrix for each group."""
        kernels, channels = self.kernel_shape[:2]
        return (self.groups, kernels // self.groups, channels * math.prod(self.window))

    @cached_property
    def window_strides(self) -> Shape:
        """In bytes, over a contiguous padded input seen as (N, G, C/G, *k, *output)."""
        item, channel, *steps = strides((*self.input_shape[:2], *self.padded_size))
        apart = [a * d for a, d in zip(steps, self.dilation, strict=True)]
        moves = [a * s for a, s in zip(steps, self.stride, strict=True)]
        return (item, channel * self.kernel_shape[1], channel, *apart, *moves)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The output in parts; a tiny one is a single part."""
        batch, rows = self.input_shape[0], self.output_size[0]
        row = self.group_shape[0] * self.group_shape[2] * math.prod(self.output_size[1:])
        if rows * row <= BLOCK_CELLS:
            some = max(1, BLOCK_CELLS // (rows * row))
            return tuple(self._block(n, min(n + some, batch), 0, rows) for n in range(0, batch, some))
        some = max(1, BLOCK_CELLS // row)
        return tuple(
            self._block(n, n + 1, first, min(first + some, rows))
            for n in range(batch)
            for first in range(0, rows, some)
        )

    def _block(self, start: int, stop: int, first: int, last: int) -> Block:
        """Items start…stop and rows first…last of the output."""
        items, groups, channels = stop - start, self.groups, self.kernel_shape[1]
        part = (last - first, *self.output_size[1:])
        row = math.prod(part[1:])
        top = first * self.stride[0]
        reach = (part[0] - 1) * self.stride[0] + self.span[0]
        spread = (items, groups * channels, *self.window, reach, *self.padded_size[1:])
        item, channel, *rest = strides(spread)
        cells, steps = rest[: self.axes], rest[self.axes :]
        diagonal = [a + b * d for a, b, d in zip(cells, steps, self.dilation, strict=True)]
        moves = [a * s for a, s in zip(steps, self.stride, strict=True)]
        a_item, a_row = self.window_strides[0], self.window_strides[3 + self.axes]
        return Block(
            items=slice(start, stop),
            whole=part[0] == self.output_size[0],
            cells=slice(first * row, last * row),
            reach=slice(top, top + reach),
            windows=(items, groups, channels, *self.window, *part),
            offset=start * a_item + first * a_row,
            columns=(items, groups, self.group_shape[2], math.prod(part)),
            products=(items, groups * channels, *self.window, *part),
            spread=spread,
            spread_strides=(item, channel, *diagonal, *moves),
        )


def geometry(
    input_shape: Sequence[int],
    kernel_shape: Sequence[int],
    stride: PerAxis = 1,
    padding: PerAxis = 0,
    dilation: PerAxis = 1,
    groups: SupportsIndex = 1,
) -> Geometry:
    """The checked geometry of x (N, C, *spatial) and kernel (O, C/groups, *k).

    Raises ValueError, in one sentence that names the shapes, for whatever does not fit together.
    """
    axes = len(input_shape) - 2
    if not 1 <= axes <= 3:
        shape = tuple(input_shape)
        raise ValueError(f"x of shape {shape} must have a batch axis, a channel axis and one to three spatial axes")
    return _checked(
        tuple(input_shape),
        tuple(kernel_shape),
        per_axis("stride", stride, axes),
        per_axis("padding", padding, axes),
        per_axis("dilation", dilation, axes),
        per_axis("groups", groups, 1)[0],
    )


def output_size(
    size: PerAxis, kernel: PerAxis, stride: PerAxis = 1, padding: PerAxis = 0, dilation: PerAxis = 1
) -> Shape:
    """(*spatial) of the output for an input and a kernel of these (*spatial) sizes.

    Raises ValueError like `geometry`.
    """
    sizes = per_axis("size", size, len(size) if isinstance(size, Sequence) else 1)
    kernels = per_axis("kernel", kernel, len(sizes))
    return geometry((1, 1, *sizes), (1, 1, *kernels), stride, padding, dilation).output_size


def as_upstream(values: ArrayLike, layout: Geometry) -> Array:
    """An upstream gradient (N, O, *output). Raises ValueError if it has not the output's shape."""
    upstream = as_numbers("upstream", values)
    if upstream.shape != layout.output_shape:
        raise ValueError(
            f"upstream of shape {upstream.shape} must have the shape of the output, "
            f"{layout.output_shape}, for x {layout.input_shape} and kernel {layout.kernel_shape}"
        )
    return upstream


@lru_cache(maxsize=256)  # a tiny convolution takes no longer than these questions would
def _checked(x: Shape, kernel: Shape, stride: Shape, padding: Shape, dilation: Shape, groups: int) -> Geometry:
    if len(kernel) != len(x):
        raise ValueError(
            f"kernel of shape {kernel} must have {len(x)} axes, as many as x of shape {x}: "
            "kernels, channels of a group, then the spatial axes"
        )
    for name, shape in (("x", x), ("kernel", kernel)):
        if min(shape) < 1:
            raise ValueError(f"{name} of shape {shape} is empty; every axis needs at least one cell")
    settings = (("stride", stride, 1), ("padding", padding, 0), ("dilation", dilation, 1))
    for name, numbers, least in (*settings, ("groups", (groups,), 1)):
        if min(numbers) < least:
            raise ValueError(f"{name} must be {least} or more, not {min(numbers)}")
    channels, kernels = x[1], kernel[0]
    if channels % groups or kernels % groups:
        raise ValueError(
            f"groups={groups} must divide both the {channels} channels of x {x} "
            f"and the {kernels} kernels of kernel {kernel}"
        )
    if kernel[1] * groups != channels:
        raise ValueError(
            f"kernel {kernel} must have {channels // groups} channels, not {kernel[1]}: "
            f"x {x} has {channels} channels in {groups} group{'s' * (groups > 1)}"
        )
    found = Geometry(x, kernel, stride, padding, dilation, groups)
    for axis, (span, room) in enumerate(zip(found.span, found.padded_size, strict=True)):
        if span > room:
            raise ValueError(
                f"kernel {kernel} does not fit into x {x}: on spatial axis {axis} it spans {span} "
                f"cells (dilation {dilation[axis]}) and x has {room} (padding {padding[axis]})"
            )
    grids = ((*x[:2], *found.padded_size), found.output_shape)
    if max(map(math.prod, grids)) > MOST_CELLS:
        raise ValueError(
            f"x {x} with padding {padding} and kernel {kernel} make a grid of more than {MOST_CELLS:,} cells"
        )
    return found
