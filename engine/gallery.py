"""One training image augmented in every way at once: image, label and the formula with its numbers, side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.augment import Floats, cropped, cutmix, cutout, flipped, mixup, noised, one_hot, smoothed

WAYS = ("original", "mixup", "cutmix", "cutout", "flip", "crop", "noise", "smoothing")


@dataclass(frozen=True)
class Tile:
    """An augmented image (3, H, W) between 0 and 1, how much of its label is A's and B's, and how it came about."""

    way: str
    image: Floats
    label: tuple[float, float]
    formula: str


def gallery(
    a: Floats, b: Floats, *, share: float = 0.7, patch: float = 0.4, sigma: float = 0.15, epsilon: float = 0.1,
    sample: int = 0,
) -> tuple[Tile, ...]:  # fmt: skip
    """The tiles of image `a`, with `b` as its partner, in the order of WAYS; `sample` seeds all that is drawn.

    `share` is λ, A's part in Mixup and (as an area) in CutMix; `patch` the side of Cutout's square as a share of the
    image's; `sigma` the noise; `epsilon` the label smoothing between the two classes. Raises ValueError for numbers out
    of range and images of different shapes.
    """
    if a.shape != b.shape:
        raise ValueError(f"both images must have one shape, not {a.shape} and {b.shape}")
    if not 0 <= patch <= 1:
        raise ValueError(f"the patch must be from 0 to 1 of the image, not {patch:g}")
    images, labels = np.stack([a, b]), one_hot([0, 1], 2)
    side = round(patch * min(a.shape[-2:]))
    mixed = mixup(images, labels, share=share, seed=sample)
    cut = cutmix(images, labels, share=share, seed=sample)
    out = cutout(images, labels, side, fill=0.5, seed=sample)
    mirrored = flipped(images, labels, 1.0, seed=sample)
    moved = cropped(images, labels, max(a.shape[-1] // 6, 1), fill=0.5, seed=sample)
    noisy = noised(images, labels, sigma, low=0.0, high=1.0, seed=sample)
    top, left, bottom, right = cut.boxes[0].tolist()
    area = f"{(bottom - top) * (right - left)}/{a.shape[-2] * a.shape[-1]}"
    made = {
        "original": (a, labels[0], "x"),
        "mixup": (mixed.images[0], mixed.labels[0], f"λ·A + (1 − λ)·B, λ = {mixed.shares[0]:.2f}"),
        "cutmix": (cut.images[0], cut.labels[0], f"1 − λ = area of B = {area} = {1 - cut.shares[0]:.2f}"),
        "cutout": (out.images[0], out.labels[0], "a patch removed, label kept"),
        "flip": (mirrored.images[0], mirrored.labels[0], "mirrored, label kept"),
        "crop": (moved.images[0], moved.labels[0], "moved and cropped, label kept"),
        "noise": (noisy.images[0], noisy.labels[0], f"x + σ·ξ, σ = {sigma:.2f}, label kept"),
        "smoothing": (a, smoothed(labels, epsilon)[0], f"label (1 − ε) + ε/2, ε = {epsilon:.2f}"),
    }
    return tuple(
        Tile(way, np.asarray(image), (float(label[0]), float(label[1])), formula)
        for way, (image, label, formula) in ((way, made[way]) for way in WAYS)
    )
