"""Kernels by name, for any number of axes, and numbers drawn from a seed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.convolution.arrays import Array, Shape

PRESETS = ("edge", "sobel", "sharpen", "emboss")  # three cells along every axis
ANY_SIZE = ("identity", "blur")
_PLENTY = 32  # a smaller grid is a part of a larger one up to here


def preset_kernel(preset: str, shape: Shape) -> Array:
    """The numbers of a preset for a kernel (O, C, *k): the same for every channel.

    Kernel o of Sobel's answers to changes along another axis than kernel o − 1 (the last axis first).
    """
    full = np.zeros(shape)
    window = shape[2:]
    if preset == "blur":
        full[...] = 1.0 / np.prod(window)
    elif preset == "identity":
        middle = tuple(slice(k // 2, k // 2 + 1) for k in window)
        full[(slice(None), slice(None), *middle)] = 1.0
    else:
        for kernel in range(len(full)):
            full[kernel] = _three(preset, len(window), kernel)
    return full


def _three(preset: str, axes: int, kernel: int) -> Array:
    """(3, …): one of `PRESETS` over so many axes."""
    middle = (1,) * axes
    places = np.indices((3,) * axes)
    if preset == "sobel":
        slope, smooth = np.array([1.0, 0.0, -1.0]), np.array([1.0, 2.0, 1.0])  # brightness that falls to the right
        along = axes - 1 - kernel % axes
        return _outer([slope if axis == along else smooth for axis in range(axes)])
    if preset == "edge":
        numbers = np.full((3,) * axes, -1.0)
        numbers[middle] = 3.0**axes - 1
    elif preset == "sharpen":
        numbers = np.where(np.abs(places - 1).sum(0) == 1, -1.0, 0.0)
        numbers[middle] = 2.0 * axes + 1
    else:  # emboss: light from one corner
        numbers = (places - 1).sum(0).astype(float)
        numbers[middle] = 1.0
    return numbers


def _outer(parts: Sequence[Array]) -> Array:
    product = parts[0]
    for part in parts[1:]:
        product = np.multiply.outer(product, part)
    return product


def drawn(seed: int, grid: str, shape: Shape, whole: bool = True) -> Array:
    """Small whole numbers (for the upstream gradient, halves too), or such with one decimal."""
    salt = ("x", "kernel", "bias", "upstream", "target").index(grid)
    low, high = {"x": (-3, 6), "kernel": (-2, 3), "upstream": (-2, 5)}.get(grid, (-4, 5))
    if len(shape) - (2 if grid == "kernel" else 1) == 3:  # a full grid of 32 along each would take long
        largest = tuple(max(length, 12 if place else 4) for place, length in enumerate(shape))
    else:
        largest = tuple(max(length, _PLENTY if length > 9 or grid != "kernel" else 9) for length in shape)
    random = np.random.default_rng([seed, salt])
    if whole:
        numbers = random.integers(low, high, largest).astype(float)
    else:
        numbers = random.integers(10 * low, 10 * high - 9, largest) / 10
    numbers = numbers[tuple(slice(length) for length in shape)]
    return numbers / 2 if grid == "upstream" and whole else numbers
