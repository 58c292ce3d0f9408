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
from engine.convolution.kernels import ANY_SIZE, PRESETS, drawn, preset_kernel
from engine.convolution.layer import Layer, squared_error
from engine.convolution.pooling import Pooling
from engine.drawing import Stroke
from engine.quoting import quoted

LIMITS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "size": (1, 256), "window": (1, 9), "channels": (1, 4), "kernels": (1, 4), "stride": (1, 6),
        "padding": (0, 8), "dilation": (1, 5), "groups": (1, 4), "pool": (1, 4), "seed": (0, 9999),
    }
)  # fmt: skip
LARGEST = MappingProxyType({1: 64, 2: 256, 3: 10})  # cells along an axis, by the number of axes
NUMBERED = 32  # larger inputs are pictures, whose cells are not typed
SHADES = 9.0  # the brightest cell of a small picture; of a large one it is 1
FAR = 1e6  # the largest number that a cell accepts
PASSES = (
    "forward", "activation", "pooling", "upstream", "pooling_gradient", "activation_gradient",
    "bias_gradient", "kernel_gradient", "scatter", "gather",
)  # fmt: skip
GRIDS = ("x", "kernel", "bias", "upstream", "target")
MOST_STEPS = 10_000_000


class ConvolutionScene(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A convolution of one input along one to three axes, and how its passes are looked at."""

    title: str = "Untitled"
    note: str = ""
    size: tuple[int, ...] = (6, 6)  # as many as there are axes: slices, rows, columns
    window: tuple[int, ...] = (3, 3)
    channels: int = 1
    kernels: int = 1
    stride: int = 1
    padding: int = 0
    dilation: int = 1
    groups: int = 1
    flip: bool = False  # true convolution
    activation: Literal["none", "relu", "tanh", "sigmoid"] = "none"
    pooling: Literal["none", "max", "average"] = "none"
    pool: int = 2  # cells along each axis of a pooling window
    input: Literal["numbers", "picture", "drawing"] = "numbers"  # how x is coloured and changed
    preset: str = "own"
    loss: Literal["own", "ones", "squared_error"] = "own"  # where the upstream gradient comes from
    seed: int = 1
    whole: bool = True  # whether the seed draws whole numbers
    x: tuple[float, ...] = ()  # all grids in reading order: channel, then space
    pixels: bytes = b""  # x of a large picture: a byte a cell, 255 is 1.0
    kernel: tuple[float, ...] = ()
    bias: tuple[float, ...] | None = None
    upstream: tuple[float, ...] = ()
    target: tuple[float, ...] = ()
    view: Literal["gather", "scatter", "both"] = "gather"  # how the input gradient is found
    matrix: bool = False  # whether the layer's matrix is shown beside the grids
    alone: str = ""  # the one pass on the timeline; empty: all of them
    position: int = 0
    speed: float = 1.0
    strokes: tuple[Stroke, ...] = ()  # drawn on it by hand; those of a lecture's page belong to the page

    def with_(self, **changes: object) -> ConvolutionScene:
        """A copy with some fields replaced."""
        return msgspec.structs.replace(self, **changes)

    @property
    def axes(self) -> int:
        return len(self.size)

    @property
    def large(self) -> bool:
        """Whether the input is too large for numbers."""
        return max(self.size) > NUMBERED and self.axes > 1

    def shape(self, grid: str) -> Shape:
        """The shape of x, kernel, bias, upstream or target. Raises ValueError where the window does not fit."""
        match grid:
            case "x":
                return (self.channels, *self.size)
            case "kernel":
                return (self.kernels, self.channels // self.groups, *self.window)
            case "bias":
                return (self.kernels,)
        cells = output_size(self.size, self.window, self.stride, self.padding, self.dilation)
        if self.pooling != "none":
            cells = Pooling(self.pooling, self.pool).output_shape((1, 1, *cells))[2:]
        return (self.kernels, *cells)

    def numbers(self, grid: str) -> Array:
        """The numbers of x, kernel, bias, upstream or target: typed, of a picture, of a preset, or from the seed."""
        shape = self.shape(grid)
        if grid == "kernel" and self.preset != "own":
            return preset_kernel(self.preset, shape)
        if grid == "x" and self.pixels:
            return np.frombuffer(self.pixels, np.uint8).reshape(shape) / 255.0
        given = getattr(self, grid)
        if given is None:
            return np.zeros(shape)
        return np.array(given, float).reshape(shape) if given else drawn(self.seed, grid, shape, self.whole)

    def with_numbers(self, grid: str, numbers: Array) -> ConvolutionScene:
        """All cells of x, kernel, bias, upstream or target, in an array of that grid's shape."""
        if grid == "x" and self.large:
            return self.with_(pixels=_pixels(numbers), x=())
        changes: dict[str, object] = {grid: tuple(numbers.reshape(-1).tolist())}
        if grid == "x":
            changes["pixels"] = b""
        elif grid == "kernel":
            changes["preset"] = "own"
        elif grid == "upstream":
            changes["loss"] = "own"
        return self.with_(**changes)

    def with_number(self, grid: str, index: Shape, value: float) -> ConvolutionScene:
        """One cell of x, kernel, bias, upstream or target changed."""
        numbers = self.numbers(grid)
        numbers[index] = value
        return self.with_numbers(grid, numbers)

    def resized(self, **changes: object) -> ConvolutionScene:
        """Other sizes or settings: typed numbers stay where their cells still are, new cells are drawn.

        A picture is shown smaller or larger. Raises ValueError, in one sentence, for a combination that
        cannot be.
        """
        new = self.with_(**changes)
        if new.preset in PRESETS and set(new.window) != {3}:
            kept = tuple(self.numbers("kernel").reshape(-1).tolist())
            self, new = self.with_(preset="own", kernel=kept), new.with_(preset="own", kernel=kept)
        check_layer(new)
        for grid in GRIDS:
            before, after = self.shape(grid), new.shape(grid)
            if before == after or not (getattr(self, grid) or (grid == "x" and self.pixels)):
                continue
            old = self.numbers(grid)
            if grid == "x" and self.input != "numbers" and self.axes == new.axes:
                fresh = _resampled(old, after) * (_brightest(new) / _brightest(self))
                new = new.with_(x=(), pixels=b"").with_numbers("x", fresh if new.large else np.rint(fresh))
                continue
            fresh = drawn(new.seed, grid, after, new.whole)
            while old.ndim < fresh.ndim:  # another axis: what was there is its first slice
                old = old[:, None] if grid != "kernel" else old[:, :, None]
            while old.ndim > fresh.ndim:
                old = old[:, 0] if grid != "kernel" else old[:, :, 0]
            common = tuple(slice(min(a, b)) for a, b in zip(old.shape, fresh.shape, strict=True))
            fresh[common] = old[common]
            new = new.with_(x=(), pixels=b"") if grid == "x" else new
            loss, preset = new.loss, new.preset
            new = new.with_numbers(grid, fresh).with_(loss=loss, preset=preset)
        return new

    def with_axes(self, axes: int) -> ConvolutionScene:
        """The same layer along one, two or three axes, as large as reads well. Raises ValueError as `resized`."""
        if axes == self.axes:
            return self
        cells = {1: 12, 2: 6, 3: 4}[axes]
        k = min(max(self.window), {1: 5, 2: 5, 3: 2}[axes])
        pool = 2 if self.pooling != "none" else self.pool
        plain = self.with_(input="numbers", pixels=b"", x=() if self.large else self.x)
        if plain.preset in PRESETS:
            plain = plain.with_(preset="own", kernel=())
        changes: dict[str, object] = {"size": (cells,) * axes, "window": (k,) * axes}
        return plain.resized(**changes, dilation=1, padding=min(self.padding, k - 1), pool=pool)

    def layer(self) -> Layer:
        """The layer with its numbers, one item. Raises ValueError for what does not fit together."""
        layer = Layer(
            self.numbers("x")[None],
            self.numbers("kernel"),
            None if self.bias is None else self.numbers("bias"),
            self.stride,
            self.padding,
            self.dilation,
            self.groups,
            flip=self.flip,
            activation=self.activation,
            pooling=None if self.pooling == "none" else Pooling(self.pooling, self.pool),
        )
        match self.loss:
            case "own":
                upstream = self.numbers("upstream")[None]
            case "squared_error":
                _, upstream = squared_error(layer.output, self.numbers("target")[None])
            case _:
                upstream = np.ones(layer.output.shape)
        return replace(layer, upstream=upstream)


def _brightest(scene: ConvolutionScene) -> float:
    return 1.0 if scene.large else SHADES


def _pixels(numbers: Array) -> bytes:
    """A byte for each number from 0 to 1."""
    return np.rint(np.clip(numbers, 0.0, 1.0) * 255).astype(np.uint8).tobytes()


def _resampled(numbers: Array, shape: Shape) -> Array:
    """A picture (channels, *space) in another size: each new cell is the mean of what it covers."""
    channels = [min(place, len(numbers) - 1) for place in range(shape[0])]
    numbers = numbers[channels]
    for axis in range(1, numbers.ndim):
        numbers = np.moveaxis(_shares(numbers.shape[axis], shape[axis]) @ np.moveaxis(numbers, axis, -2), -2, axis)
    return numbers


def _shares(old: int, new: int) -> Array:
    """(new, old): how much of each old cell is in each new one; every row adds up to 1."""
    edges = np.linspace(0, old, new + 1)
    left, right = edges[:-1, None], edges[1:, None]
    cells = np.arange(old)
    covered = np.clip(np.minimum(right, cells + 1) - np.maximum(left, cells), 0.0, None)
    return np.asarray(covered / covered.sum(1, keepdims=True))


def check_layer(scene: ConvolutionScene) -> None:
    """Raises ValueError, in one sentence that begins with the setting, if there is no such layer."""
    if not 1 <= scene.axes <= 3:
        raise ValueError(f"input size must have one to three numbers, not {scene.axes}")
    if len(scene.window) != scene.axes:
        raise ValueError(f"kernel size has {len(scene.window)} numbers, the input size {scene.axes}")
    for name, (low, high) in LIMITS.items():
        value = getattr(scene, name)
        most = LARGEST[scene.axes] if name == "size" else high
        for number in value if isinstance(value, tuple) else (value,):
            if not low <= number <= most:
                raise ValueError(f"{_NAMES.get(name, name)} must be from {low} to {most}, not {number}")
    if scene.channels % scene.groups or scene.kernels % scene.groups:
        raise ValueError(
            f"groups must divide the channels and the kernels: {scene.groups} does not divide "
            f"{scene.channels if scene.channels % scene.groups else scene.kernels}"
        )
    sides = ("slices", "rows", "columns")[3 - scene.axes :] if scene.axes > 1 else ("cells",)
    for axis, side in enumerate(sides):
        span = scene.dilation * (scene.window[axis] - 1) + 1
        room = scene.size[axis] + 2 * scene.padding
        if span > room:
            spread = f" with dilation {scene.dilation}" if scene.dilation > 1 else ""
            padded = f" with padding {scene.padding}" if scene.padding else ""
            raise ValueError(f"the kernel spans {span} {side}{spread}, the input has only {room}{padded}")
    if scene.pooling != "none":
        cells = output_size(scene.size, scene.window, scene.stride, scene.padding, scene.dilation)
        for side, length in zip(sides, cells, strict=True):
            if scene.pool > length:
                raise ValueError(f"the pooling window spans {scene.pool} {side}, the convolution gives only {length}")


_NAMES = {"size": "input size", "window": "kernel size", "pool": "pooling window"}


def check_convolution(scene: ConvolutionScene) -> ConvolutionScene:
    """The scene, if everything in it makes sense. Raises ValueError with one sentence that says where."""
    check_layer(scene)
    if scene.preset != "own" and scene.preset not in (*PRESETS, *ANY_SIZE):
        raise ValueError(f"there is no kernel preset {quoted(scene.preset)}")
    if scene.preset in PRESETS and set(scene.window) != {3}:
        sizes = " × ".join(["3"] * scene.axes)
        raise ValueError(f"preset {quoted(scene.preset)} needs a kernel size of {sizes}")
    if scene.alone and scene.alone not in PASSES:
        raise ValueError(f"alone: there is no pass {quoted(scene.alone)}")
    if scene.pixels:
        _check_count("pixels", len(scene.pixels), scene.shape("x"))
        if scene.x:
            raise ValueError("x and pixels cannot both be given")
    for grid in GRIDS:
        numbers = getattr(scene, grid)
        if not numbers:
            continue
        _check_count(grid, len(numbers), scene.shape(grid))
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


def _check_count(grid: str, many: int, shape: Shape) -> None:
    if many != math.prod(shape):
        sizes = " × ".join(map(str, shape))
        raise ValueError(f"{grid} has {many} numbers where {sizes} = {math.prod(shape)} are needed")


def opening_convolution() -> ConvolutionScene:
    """What a first look at the panel shows: small enough to be followed by hand."""
    kernel = (1.0, 0.0, -1.0, 2.0, 1.0, -2.0, 0.0, -1.0, 1.0)
    upstream = (1.0, 0.0, -1.0, 2.0, 0.0, 0.5, 1.0, 0.0, -1.0, 0.0, 0.0, 1.0, 2.0, -0.5, 0.0, 1.0)
    return ConvolutionScene("Why is the kernel rotated by 180°?", kernel=kernel, upstream=upstream, bias=(1.0,))
