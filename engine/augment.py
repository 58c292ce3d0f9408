"""Pictures made of pictures, with labels that follow: what is done to training images so that a network sees more.

Everything is a function of (images, labels, parameters, seed) and leaves its input alone. Images have shape
(n, C, H, W) or (n, H, W), labels (n, K): shares of the classes that add up to 1. Results are `Augmented`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.quoting import quoted

Floats = NDArray[np.float64]
Box = tuple[int, int, int, int]  # top, left, bottom, right; the last two are outside


@dataclass(frozen=True)
class Augmented:
    """New images and labels, of the shapes of the given ones.

    `partners` (n,) are the images mixed in (its own index for none), `shares` (n,) how much of each image's own label
    is left, `boxes` (n, 4) what was cut: top, left, bottom, right, the last two outside; all 0 where nothing was.
    """

    images: Floats
    labels: Floats
    partners: NDArray[np.intp]
    shares: Floats
    boxes: NDArray[np.intp]


def one_hot(classes: ArrayLike, many: int) -> Floats:
    """(n,) class numbers from 0 as labels (n, many). Raises ValueError for a class that there is none of."""
    numbers = np.asarray(classes)
    if numbers.ndim != 1 or (numbers.size and not (numbers.min() >= 0 and numbers.max() < many)):
        raise ValueError(f"classes must be a row of numbers from 0 to {many - 1}")
    return np.asarray(np.eye(many)[numbers.astype(int)])


def smoothed(labels: ArrayLike, epsilon: float) -> Floats:
    """Labels (n, K) moved by `epsilon` towards 1/K each (Szegedy et al. 2016, section 7)."""
    _check_share("label smoothing", epsilon)
    given = _labels(labels)
    return np.asarray(given * (1 - epsilon) + epsilon / given.shape[1])


def mixup(
    images: ArrayLike, labels: ArrayLike, alpha: float = 0.4, *, share: float | None = None, seed: int = 0
) -> Augmented:
    """Each image blended with another one, and their labels in the same proportion (Zhang et al. 2018).

    The proportion λ of the image itself is drawn from Beta(alpha, alpha), or is `share`. Raises ValueError for numbers
    out of range and for labels that do not fit.
    """
    x, y = _given(images, labels)
    chance = np.random.default_rng([seed, 10])
    partners, own = _partners(len(x), chance), _proportions(len(x), alpha, share, chance)
    weight = own.reshape(-1, *[1] * (x.ndim - 1))
    # In this form equal pixels stay what they are.
    blended = x[partners] + weight * (x - x[partners])
    return Augmented(blended, _mixed(y, partners, own), partners, own, np.zeros((len(x), 4), dtype=np.intp))


def cutmix(
    images: ArrayLike, labels: ArrayLike, alpha: float = 1.0, *, share: float | None = None, seed: int = 0
) -> Augmented:
    """In each image a rectangle of another one, labels in proportion to area (Yun et al. 2019).

    The rectangle has the image's proportions and 1 − λ of its area, λ as in `mixup`; its middle is anywhere, and what
    would reach over the border is cut off. The labels count the pixels that were really replaced.
    """
    x, y = _given(images, labels)
    chance = np.random.default_rng([seed, 11])
    partners, own = _partners(len(x), chance), _proportions(len(x), alpha, share, chance)
    out, boxes = x.copy(), np.zeros((len(x), 4), dtype=np.intp)
    height, width = x.shape[-2:]
    for i, partner in enumerate(partners):
        side = float(np.sqrt(1 - own[i]))
        top, left, bottom, right = boxes[i] = _box(height, width, round(side * height), round(side * width), chance)
        out[i, ..., top:bottom, left:right] = x[partner, ..., top:bottom, left:right]
        own[i] = 1 - (bottom - top) * (right - left) / (height * width)
    return Augmented(out, _mixed(y, partners, own), partners, own, boxes)


def cutout(images: ArrayLike, labels: ArrayLike, size: int, *, fill: float = 0.0, seed: int = 0) -> Augmented:
    """In each image a square of `size` pixels filled with one value, labels kept (DeVries and Taylor 2017).

    The square's middle is anywhere, and what would reach over the border is cut off.
    """
    x, y = _given(images, labels)
    if not 0 <= size <= max(x.shape[-2:]):
        raise ValueError(f"the square must be from 0 to {max(x.shape[-2:])} pixels, not {size}")
    chance = np.random.default_rng([seed, 12])
    out, boxes = x.copy(), np.zeros((len(x), 4), dtype=np.intp)
    for i in range(len(x)):
        top, left, bottom, right = boxes[i] = _box(x.shape[-2], x.shape[-1], size, size, chance)
        out[i, ..., top:bottom, left:right] = fill
    return _kept(out, y, boxes)


def flipped(
    images: ArrayLike, labels: ArrayLike, probability: float = 0.5, *, axis: str = "horizontal", seed: int = 0
) -> Augmented:
    """Each image mirrored with this probability, left and right ("horizontal") or top and bottom ("vertical")."""
    x, y = _given(images, labels)
    _check_share("probability", probability)
    if axis not in ("horizontal", "vertical"):
        raise ValueError(f"an image is flipped horizontal or vertical, not {quoted(axis)}")
    turned = are_flipped(len(x), probability, seed)
    out = x.copy()
    out[turned] = np.flip(x[turned], axis=-1 if axis == "horizontal" else -2)
    return _kept(out, y)


def are_flipped(many: int, probability: float, seed: int) -> NDArray[np.bool_]:
    """Which of `many` images `flipped` mirrors."""
    return np.asarray(np.random.default_rng([seed, 13]).random(many) < probability)


def cropped(images: ArrayLike, labels: ArrayLike, padding: int, *, fill: float = 0.0, seed: int = 0) -> Augmented:
    """Each image moved by up to `padding` pixels in both directions: a random crop of the padded image, of its size."""
    x, y = _given(images, labels)
    height, width = x.shape[-2:]
    if not 0 <= padding <= max(height, width):
        raise ValueError(f"the padding must be from 0 to {max(height, width)} pixels, not {padding}")
    wide = np.pad(x, [(0, 0)] * (x.ndim - 2) + [(padding, padding)] * 2, constant_values=fill)
    places = np.random.default_rng([seed, 14]).integers(0, 2 * padding + 1, (len(x), 2))
    out = np.empty_like(x)
    for i, (top, left) in enumerate(places):
        out[i] = wide[i, ..., top : top + height, left : left + width]
    return _kept(out, y)


def noised(
    images: ArrayLike, labels: ArrayLike, sigma: float, *, low: float = -np.inf, high: float = np.inf, seed: int = 0
) -> Augmented:
    """Gaussian noise of standard deviation `sigma` on every pixel, kept between `low` and `high`."""
    x, y = _given(images, labels)
    if not 0 <= sigma < np.inf:
        raise ValueError(f"the noise must be a number from 0, not {sigma:g}")
    noise = sigma * np.random.default_rng([seed, 15]).standard_normal(x.shape)
    return _kept(np.clip(x + noise, low, high), y)


# --- what they share -----------------------------------------------------------------------------


def _given(images: ArrayLike, labels: ArrayLike) -> tuple[Floats, Floats]:
    x, y = np.asarray(images, dtype=float), _labels(labels)
    if x.ndim not in (3, 4) or 0 in x.shape[-2:]:
        raise ValueError(f"images must have shape (n, C, H, W) or (n, H, W), not {x.shape}")
    if len(x) != len(y):
        raise ValueError(f"there are {len(x)} images and {len(y)} labels")
    return x, y


def _labels(labels: ArrayLike) -> Floats:
    y = np.asarray(labels, dtype=float)
    if y.ndim != 2 or not y.shape[1]:
        raise ValueError(f"labels must have shape (n, classes), not {y.shape}")
    if not ((y >= 0).all() and np.allclose(y.sum(axis=1), 1, rtol=0, atol=1e-9)):
        raise ValueError("the shares of every label must be from 0 and add up to 1")
    return y


def _partners(many: int, chance: np.random.Generator) -> NDArray[np.intp]:
    """Everybody gets somebody else's image, each once, as far as there is somebody else."""
    order = chance.permutation(many)
    partners = np.empty(many, dtype=np.intp)
    partners[order] = np.roll(order, 1)
    return partners


def _proportions(many: int, alpha: float, share: float | None, chance: np.random.Generator) -> Floats:
    if share is not None:
        _check_share("share", share)
        return np.full(many, float(share))
    if not 0 < alpha <= 1000:
        raise ValueError(f"alpha must be above 0 and at most 1000, not {alpha:g}")
    return chance.beta(alpha, alpha, many)


def _mixed(y: Floats, partners: NDArray[np.intp], own: Floats) -> Floats:
    mixed = own[:, None] * y + (1 - own)[:, None] * y[partners]
    return np.asarray(mixed / mixed.sum(axis=1, keepdims=True))


def _box(height: int, width: int, rows: int, columns: int, chance: np.random.Generator) -> Box:
    """A box of rows × columns around a random pixel, as much of it as is in the image."""
    y, x = int(chance.integers(height)), int(chance.integers(width))
    top, left = y - rows // 2, x - columns // 2
    return max(top, 0), max(left, 0), max(min(top + rows, height), 0), max(min(left + columns, width), 0)


def _kept(images: Floats, labels: Floats, boxes: NDArray[np.intp] | None = None) -> Augmented:
    many = len(images)
    boxes = np.zeros((many, 4), dtype=np.intp) if boxes is None else boxes
    return Augmented(images, labels.copy(), np.arange(many), np.ones(many), boxes)


def _check_share(name: str, value: float) -> None:
    if not 0 <= value <= 1:
        raise ValueError(f"the {name} must be from 0 to 1, not {value:g}")
