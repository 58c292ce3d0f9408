"""One training image augmented in every way at once: image, label, and the rule with its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

import numpy as np

from engine.augment import (
    Augmented,
    Floats,
    are_flipped,
    cropped,
    cutmix,
    cutout,
    flipped,
    mixup,
    noised,
    one_hot,
    smoothed,
)
from engine.expressions import Assignment, compile_program, names, parse_program

Value = float | tuple[float, float]
WAYS = ("original", "mixup", "cutmix", "cutout", "flip", "crop", "noise", "smoothing")
MIXING = ("mixup", "cutmix")  # what the second image takes part in
SHIPPED = ("cat", "coffee", "astronaut", "camera", "bricks")  # pictures that come with the app
FLIP = 0.5  # how probable it is that an image is mirrored
MOVE = 6  # a crop moves an image by up to this part of its width
GREY = 0.5  # what is left where nothing of the image is

# What becomes of the image x_A and its label y_A, in the maths language. M is 1 where the first image stays, u is drawn
# evenly from 0 to 1 and ξ from a normal distribution for every pixel; n of the N pixels are replaced.
RULES: Mapping[str, tuple[str, str]] = MappingProxyType({
    "original": ("x = x_A", "y = y_A"),
    "mixup": ("x = λ*x_A + (1 - λ)*x_B", "y = λ*y_A + (1 - λ)*y_B"),
    "cutmix": ("x = M*x_A + (1 - M)*x_B", "λ = 1 - n/N\ny = λ*y_A + (1 - λ)*y_B"),
    "cutout": ("x = M*x_A + (1 - M)/2", "y = y_A"),
    "flip": ("x = where(u < 1/2, x_mirrored, x_A)", "y = y_A"),
    "crop": ("x = x_moved", "y = y_A"),
    "noise": ("x = minimum(maximum(x_A + σ*ξ, 0), 1)", "y = y_A"),
    "smoothing": ("x = x_A", "y = (1 - ε)*y_A + ε/2"),
})  # fmt: skip

SOURCES: Mapping[str, str] = MappingProxyType({
    "mixup": "Zhang et al. 2018, mixup: Beyond empirical risk minimization, equation 1",
    "cutmix": "Yun et al. 2019, CutMix: Regularization strategy to train strong classifiers, equations 1 and 2",
    "cutout": "DeVries and Taylor 2017, Improved regularization of convolutional neural networks with Cutout",
    "crop": "Krizhevsky et al. 2012, ImageNet classification with deep convolutional neural networks, section 4.1",
    "flip": "Krizhevsky et al. 2012, ImageNet classification with deep convolutional neural networks, section 4.1",
    "noise": "Bishop 1995, Training with noise is equivalent to Tikhonov regularization",
    "smoothing": "Szegedy et al. 2016, Rethinking the Inception architecture, section 7",
})  # fmt: skip


@dataclass(frozen=True)
class Strengths:
    """The numbers of all ways. `share` is λ, or None: drawn from Beta(alpha, alpha) for each sample; `patch` is the
    side of Cutout's square as a share of the image's, `noise` σ, `smoothing` ε for two classes."""

    share: float | None = 0.7
    alpha: float = 1.0
    patch: float = 0.4
    noise: float = 0.15
    smoothing: float = 0.1


@dataclass(frozen=True)
class Tile:
    """An augmented image (3, H, W) between 0 and 1 and how much of its label is A's and B's. `numbers` are those of its
    rule by symbol, `box` what was replaced (top, left, bottom, right; None: nothing was)."""

    way: str
    image: Floats
    label: tuple[float, float]
    numbers: Mapping[str, Value] = field(default_factory=dict)
    box: tuple[int, int, int, int] | None = None


@lru_cache(maxsize=16)  # there are fewer ways
def rule_lines(way: str) -> tuple[tuple[Assignment, ...], tuple[Assignment, ...]]:
    """The lines for the image and those for its label."""
    image, label = RULES[way]
    return parse_program(image), parse_program(label)


def label_steps(tile: Tile) -> list[tuple[Assignment, dict[str, Value], Value]]:
    """Each line for the label, run: the line, the numbers that it read, and its result."""
    numbers: dict[str, Value] = dict(tile.numbers)
    steps = []
    for line in rule_lines(tile.way)[1]:
        read = {name: numbers[name] for name in names(line.expression)}
        run = compile_program((line,), tuple(read), (line.name,))
        result = np.asarray(run(*(np.asarray(value, dtype=float) for value in read.values()))[0])
        numbers[line.name] = float(result) if result.ndim == 0 else (float(result[0]), float(result[1]))
        steps.append((line, read, numbers[line.name]))
    return steps


def gallery(
    a: Floats, b: Floats, strengths: Strengths | None = None, *, seed: int = 0, sample: int = 0
) -> tuple[Tile, ...]:
    """The tiles of image `a`, with `b` as its partner, in the order of WAYS; `seed` and `sample` decide what is drawn.

    Raises ValueError for numbers out of range and images of different shapes.
    """
    strengths = strengths or Strengths()
    if a.shape != b.shape:
        raise ValueError(f"both images must have one shape, not {a.shape} and {b.shape}")
    if not 0 <= strengths.patch <= 1:
        raise ValueError(f"the patch must be from 0 to 1 of the image, not {strengths.patch:g}")
    images, labels = np.stack([a, b]), one_hot([0, 1], 2)
    height, width = a.shape[-2:]
    chance = int(np.random.SeedSequence([seed, sample]).generate_state(1)[0])
    mixed = mixup(images, labels, strengths.alpha, share=strengths.share, seed=chance)
    cut = cutmix(images, labels, strengths.alpha, share=strengths.share, seed=chance)
    side = round(strengths.patch * min(height, width))
    out = cutout(images, labels, side, fill=GREY, seed=chance)
    mirrored = flipped(images, labels, FLIP, seed=chance)
    is_mirrored = are_flipped(2, FLIP, chance)[0]
    moved = cropped(images, labels, max(width // MOVE, 1), fill=GREY, seed=chance)
    noisy = noised(images, labels, strengths.noise, low=0.0, high=1.0, seed=chance)
    classes: dict[str, Value] = {"y_A": (1.0, 0.0), "y_B": (0.0, 1.0)}
    top, left, bottom, right = cut.boxes[0].tolist()
    return (
        Tile("original", a, (1.0, 0.0), classes),
        _tile("mixup", mixed, classes | {"λ": float(mixed.shares[0])}),
        _tile("cutmix", cut, classes | {"n": (bottom - top) * (right - left), "N": height * width}),
        _tile("cutout", out, classes),
        _tile("flip", mirrored, classes | {"mirrored": float(is_mirrored)}),
        _tile("crop", moved, classes),
        _tile("noise", noisy, classes | {"σ": strengths.noise}),
        Tile("smoothing", a, _pair(smoothed(labels, strengths.smoothing)[0]), classes | {"ε": strengths.smoothing}),
    )


def _tile(way: str, made: Augmented, numbers: Mapping[str, Value]) -> Tile:
    top, left, bottom, right = made.boxes[0].tolist()
    box = (top, left, bottom, right) if bottom > top and right > left else None
    return Tile(way, made.images[0], _pair(made.labels[0]), numbers, box)


def _pair(label: Floats) -> tuple[float, float]:
    return float(label[0]), float(label[1])
