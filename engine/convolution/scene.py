"""What the user chose for a convolution: sizes, settings, numbers; the layer is computed from it.

Grids whose numbers were never typed are empty here and drawn from the seed, so that a scene stays short
and the same scene always gives the same numbers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Literal

import msgspec
import numpy as np

from engine.convolution.arrays import Array, Shape
from engine.convolution.geometry import output_size
from engine.convolution.layer import Layer, squared_error

LIMITS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "size": (1, 32), "window": (1, 9), "channels": (1, 4), "kernels": (1, 4), "stride": (1, 6),
        "padding": (0, 8), "dilation": (1, 5), "seed": (0, 9999),
    }
)  # fmt: skip
FAR = 1e6  # the largest number that a cell accepts
PASSES = ("forward", "upstream", "bias_gradient", "kernel_gradient", "scatter", "gather")

_S = ((1, 0, -1), (2, 0, -2), (1, 0, -1))  # Sobel: brightness that falls to the right
PRESETS: Mapping[str, tuple[tuple[tuple[float, ...], ...], ...]] = MappingProxyType(
    {
        "edge": (((-1, -1, -1), (-1, 8, -1), (-1, -1, -1)),),
        "sobel": (_S, tuple(zip(*_S, strict=True))),
        "sharpen": (((0, -1, 0), (-1, 5, -1), (0, -1, 0)),),
        "emboss": (((-2, -1, 0), (-1, 1, 1), (0, 1, 2)),),
    }
)
ANY_SIZE = ("identity", "blur")  # the other presets are 3 × 3


class ConvolutionScene(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A convolution of one 2-D input, and how its passes are looked at."""

    title: str = "Untitled"
    note: str = ""
    size: tuple[int, int] = (6, 6)  # rows, columns
    window: tuple[int, int] = (3, 3)
    channels: int = 1
    kernels: int = 1
    stride: int = 1
    padding: int = 0
    dilation: int = 1
    flip: bool = False  # true convolution
    preset: str = "own"
    loss: Literal["own", "ones", "squared_error"] = "own"  # where the upstream gradient comes from
    seed: int = 1
    x: tuple[float, ...] = ()  # all grids in reading order: channel, row, column
    kernel: tuple[float, ...] = ()
    bias: tuple[float, ...] | None = None
    upstream: tuple[float, ...] = ()
    target: tuple[float, ...] = ()
    view: Literal["gather", "scatter", "both"] = "gather"  # how the input gradient is found
    alone: str = ""  # the one pass on the timeline; empty: all of them
    position: int = 0
    speed: float = 1.0

    def with_(self, **changes: object) -> ConvolutionScene:
        """A copy with some fields replaced."""
        return msgspec.structs.replace(self, **changes)

    def shape(self, grid: str) -> Shape:
        """The shape of x, kernel, bias, upstream or target. Raises ValueError where the window does not fit."""
        match grid:
            case "x":
                return (self.channels, *self.size)
            case "kernel":
                return (self.kernels, self.channels, *self.window)
            case "bias":
                return (self.kernels,)
        cells = output_size(self.size, self.window, self.stride, self.padding, self.dilation)
        return (self.kernels, *cells)

    def numbers(self, grid: str) -> Array:
        """The numbers of x, kernel, bias, upstream or target: typed, of a preset, or from the seed."""
        shape = self.shape(grid)
        if grid == "kernel" and self.preset != "own":
            return preset_kernel(self.preset, shape)
        given = getattr(self, grid)
        if given is None:
            return np.zeros(shape)
        return np.array(given, float).reshape(shape) if given else _drawn(self.seed, grid, shape)

    def with_number(self, grid: str, index: Shape, value: float) -> ConvolutionScene:
        """One cell of x, kernel, bias, upstream or target changed."""
        numbers = self.numbers(grid)
        numbers[index] = value
        changes: dict[str, object] = {grid: tuple(numbers.reshape(-1).tolist())}
        if grid == "kernel":
            changes["preset"] = "own"
        elif grid == "upstream":
            changes["loss"] = "own"
        return self.with_(**changes)

    def resized(self, **changes: object) -> ConvolutionScene:
        """Other sizes or settings: typed numbers stay where their cells still are, new cells are drawn.

        Raises ValueError, in one sentence, for a combination that cannot be.
        """
        new = self.with_(**changes)
        if new.preset not in ("own", *ANY_SIZE) and new.window != (3, 3):
            kept = tuple(self.numbers("kernel").reshape(-1).tolist())
            self, new = self.with_(preset="own", kernel=kept), new.with_(preset="own", kernel=kept)
        check_layer(new)
        for grid in ("x", "kernel", "bias", "upstream", "target"):
            if getattr(self, grid) and new.shape(grid) != self.shape(grid):
                old, fresh = self.numbers(grid), _drawn(new.seed, grid, new.shape(grid))
                common = tuple(slice(min(a, b)) for a, b in zip(old.shape, fresh.shape, strict=True))
                fresh[common] = old[common]
                new = new.with_(**{grid: tuple(fresh.reshape(-1).tolist())})
        return new

    def layer(self) -> Layer:
        """The layer with its numbers, one item. Raises ValueError for what does not fit together."""
        bias = None if self.bias is None else self.numbers("bias")
        settings = (self.stride, self.padding, self.dilation)
        layer = Layer(self.numbers("x")[None], self.numbers("kernel"), bias, *settings, flip=self.flip)
        match self.loss:
            case "own":
                upstream = self.numbers("upstream")[None]
            case "squared_error":
                _, upstream = squared_error(layer.output, self.numbers("target")[None])
            case _:
                upstream = np.ones(layer.geometry.output_shape)
        return replace(layer, upstream=upstream)


def preset_kernel(preset: str, shape: Shape) -> Array:
    """The numbers of a preset for a kernel (O, C, rows, columns): the same for every channel."""
    kernels, _, rows, columns = shape
    full = np.zeros(shape)
    if preset == "identity":
        full[:, :, rows // 2, columns // 2] = 1.0
    elif preset == "blur":
        full[...] = 1.0 / (rows * columns)
    else:
        choices = PRESETS[preset]
        for kernel in range(kernels):
            full[kernel] = np.array(choices[kernel % len(choices)], float)
    return full


def _drawn(seed: int, grid: str, shape: Shape) -> Array:
    """Small whole numbers (for the upstream gradient, halves too); a smaller grid is a part of a larger one."""
    salt = ("x", "kernel", "bias", "upstream", "target").index(grid)
    low, high = {"x": (-3, 6), "kernel": (-2, 3), "upstream": (-2, 5)}.get(grid, (-4, 5))
    largest = tuple(32 if length > 9 or grid != "kernel" else 9 for length in shape)
    numbers = np.random.default_rng([seed, salt]).integers(low, high, largest).astype(float)
    numbers = numbers[tuple(slice(length) for length in shape)]
    return numbers / 2 if grid == "upstream" else numbers


def check_layer(scene: ConvolutionScene) -> None:
    """Raises ValueError, in one sentence that begins with the setting, if there is no such layer."""
    for name, (low, high) in LIMITS.items():
        value = getattr(scene, name)
        for number in value if isinstance(value, tuple) else (value,):
            if not low <= number <= high:
                raise ValueError(f"{_NAMES.get(name, name)} must be from {low} to {high}, not {number}")
    for axis, side in enumerate(("rows", "columns")):
        span = scene.dilation * (scene.window[axis] - 1) + 1
        room = scene.size[axis] + 2 * scene.padding
        if span > room:
            spread = f" with dilation {scene.dilation}" if scene.dilation > 1 else ""
            padded = f" with padding {scene.padding}" if scene.padding else ""
            raise ValueError(f"the kernel spans {span} {side}{spread}, the input has only {room}{padded}")


_NAMES = {"size": "input size", "window": "kernel size"}


def check_convolution(scene: ConvolutionScene) -> ConvolutionScene:
    """The scene, if everything in it makes sense. Raises ValueError with one sentence that says where."""
    check_layer(scene)
    if scene.preset != "own" and scene.preset not in (*PRESETS, *ANY_SIZE):
        raise ValueError(f"there is no kernel preset “{scene.preset}”")
    if scene.preset in PRESETS and scene.window != (3, 3):
        raise ValueError(f"preset “{scene.preset}” needs a kernel size of 3 × 3")
    if scene.alone and scene.alone not in PASSES:
        raise ValueError(f"alone: there is no pass “{scene.alone}”")
    for grid in ("x", "kernel", "bias", "upstream", "target"):
        numbers = getattr(scene, grid)
        if not numbers:
            continue
        shape = scene.shape(grid)
        if len(numbers) != math.prod(shape):
            sizes = " × ".join(map(str, shape))
            raise ValueError(f"{grid} has {len(numbers)} numbers where {sizes} = {math.prod(shape)} are needed")
        for place, number in enumerate(numbers):
            if not math.isfinite(number) or abs(number) > FAR:
                raise ValueError(f"{grid}[{place}] must be a number between −1e6 and 1e6, not {number:g}")
    if not 0 <= scene.position <= MOST_STEPS:
        raise ValueError(f"position must be from 0 to {MOST_STEPS}, not {scene.position}")
    if not 0.01 <= scene.speed <= 1000:
        raise ValueError(f"speed must be from 0.01 to 1000, not {scene.speed:g}")
    for name, text, longest in (("title", scene.title, 200), ("note", scene.note, 5000)):
        if len(text) > longest:
            raise ValueError(f"{name}: longer than {longest} characters")
    return scene


MOST_STEPS = 1_000_000


def opening_convolution() -> ConvolutionScene:
    """What a first look at the panel shows: small enough to be followed by hand."""
    kernel = (1.0, 0.0, -1.0, 2.0, 1.0, -2.0, 0.0, -1.0, 1.0)
    upstream = (1.0, 0.0, -1.0, 2.0, 0.0, 0.5, 1.0, 0.0, -1.0, 0.0, 0.0, 1.0, 2.0, -0.5, 0.0, 1.0)
    return ConvolutionScene("Why is the kernel rotated by 180°?", kernel=kernel, upstream=upstream, bias=(1.0,))
