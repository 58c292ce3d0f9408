"""Where everything in a convolution is: sizes, which cell meets which weight, and what is refused."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property, lru_cache
from typing import SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Shape = tuple[int, ...]
PerAxis = SupportsIndex | Sequence[SupportsIndex]

MOST_CELLS = 2**27  # of one grid (1 GiB); more is a slip of the hand, not a lesson
BLOCK_CELLS = 2**16  # of the columns at hand at one time: 512 KiB stay in the processor's cache


class Kind(IntEnum):
    """What a drawn cell is: data, or one of the zeros around and between it."""

    DATA = 0
    PADDING = 1
    INSERTED = 2  # between the cells of the upstream gradient, where the stride jumped
    APPENDED = 3  # after them, for the last input cells, which the stride never reached


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the output (whole items, or rows of one) whose columns fit the processor's cache."""

    items: slice
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

    @cached_property
    def group_shape(self) -> Shape:
        """(G, O/G, C/G·K): the kernel as one matrix for each group."""
        kernels, channels = self.kernel_shape[:2]
        return (self.groups, kernels // self.groups, channels * math.prod(self.window))

    @cached_property
    def window_strides(self) -> Shape:
        """In bytes, over a contiguous padded input seen as (N, G, C/G, *k, *output)."""
        item, channel, *steps = _strides((*self.input_shape[:2], *self.padded_size))
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
        strides = _strides(spread)
        cells, steps = strides[2 : 2 + self.axes], strides[2 + self.axes :]
        diagonal = [a + b * d for a, b, d in zip(cells, steps, self.dilation, strict=True)]
        moves = [a * s for a, s in zip(steps, self.stride, strict=True)]
        item, along = self.window_strides[0], self.window_strides[3 + self.axes]
        return Block(
            items=slice(start, stop),
            cells=slice(first * row, last * row),
            reach=slice(top, top + reach),
            windows=(items, groups, channels, *self.window, *part),
            offset=start * item + first * along,
            columns=(items, groups, self.group_shape[2], math.prod(part)),
            products=(items, groups * channels, *self.window, *part),
            spread=spread,
            spread_strides=(*strides[:2], *diagonal, *moves),
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


def per_axis(name: str, value: PerAxis, axes: int) -> Shape:
    """One whole number for every axis. Raises ValueError, naming the setting."""
    if type(value) is int:
        return (value,) * axes
    try:
        if isinstance(value, bool):
            raise TypeError
        if not isinstance(value, Iterable):
            return (operator.index(value),) * axes
        numbers = tuple(operator.index(number) for number in value)
    except TypeError:
        wanted = "a whole number" + (f", or {axes} of them" if axes > 1 else "")
        raise ValueError(f"{name} must be {wanted}, not {value!r}") from None
    if len(numbers) != axes:
        raise ValueError(f"{name} {numbers} has {len(numbers)} numbers where {axes} are needed")
    return numbers


def as_numbers(name: str, values: ArrayLike) -> Array:
    """`values` as a contiguous float64 array, without a copy where they are one already.

    NaN and infinity are numbers. Raises ValueError, naming the array, for anything else.
    """
    try:
        array = np.asarray(values)
    except ValueError:
        raise ValueError(f"{name} must be a full grid of numbers; its rows differ in length") from None
    if array.dtype.kind not in "fiub":
        raise ValueError(f"{name} must hold real numbers, not {array.dtype}")
    return np.ascontiguousarray(array, np.float64)


def as_upstream(values: ArrayLike, layout: Geometry) -> Array:
    """An upstream gradient (N, O, *output). Raises ValueError if it has not the output's shape."""
    upstream = as_numbers("upstream", values)
    if upstream.shape != layout.output_shape:
        raise ValueError(
            f"upstream of shape {upstream.shape} must have the shape of the output, "
            f"{layout.output_shape}, for x {layout.input_shape} and kernel {layout.kernel_shape}"
        )
    return upstream


def flipped(kernel: Array) -> Array:
    """The kernel (O, C/groups, *k) rotated by 180°: reversed along every spatial axis."""
    back = (slice(None, None, -1),) * (kernel.ndim - 2)
    return np.ascontiguousarray(kernel[:, :, *back])


def _strides(shape: Shape) -> Shape:
    """In bytes, of a contiguous float64 array."""
    return tuple(8 * math.prod(shape[axis + 1 :]) for axis in range(len(shape)))


@lru_cache(maxsize=256)  # a tiny convolution takes no longer than these questions would
def _checked(x: Shape, kernel: Shape, stride: Shape, padding: Shape, dilation: Shape, groups: int) -> Geometry:
    axes = len(x) - 2
    if not 1 <= axes <= 3:
        raise ValueError(f"x of shape {x} must have a batch axis, a channel axis and one to three spatial axes")
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
