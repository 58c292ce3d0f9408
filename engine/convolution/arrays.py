"""What every part of a convolution is made of: arrays of numbers, and settings given once or per axis."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Sequence
from typing import SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.quoting import literal

Array = NDArray[np.float64]
Cells = NDArray[np.intp]
Shape = tuple[int, ...]
PerAxis = SupportsIndex | Sequence[SupportsIndex]


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
        raise ValueError(f"{name} must be {wanted}, not {literal(value)}") from None
    if len(numbers) != axes:
        raise ValueError(f"{name} {numbers} has {len(numbers)} numbers where {axes} are needed")
    return numbers


def as_shape(name: str, shape: Sequence[SupportsIndex]) -> Shape:
    """A shape given as such. Raises ValueError, naming it, unless it is a row of whole numbers."""
    try:
        return tuple(operator.index(length) for length in shape)
    except TypeError:
        raise ValueError(f"{name} must be a row of whole numbers, not {literal(shape)}") from None


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


def flipped(kernel: Array) -> Array:
    """The kernel (O, C/groups, *k) rotated by 180°: reversed along every spatial axis."""
    back = (slice(None, None, -1),) * (kernel.ndim - 2)
    return np.ascontiguousarray(kernel[:, :, *back])


def strides(shape: Shape) -> Shape:
    """In bytes, of a contiguous float64 array."""
    return tuple(8 * math.prod(shape[axis + 1 :]) for axis in range(len(shape)))
