"""Augmented images: labels add to 1, areas are those really cut, and nothing is changed in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.augment import Augmented, cropped, cutmix, cutout, flipped, mixup, noised, one_hot, smoothed

WAYS: dict[str, Callable[..., Augmented]] = {
    "mixup": mixup,
    "cutmix": cutmix,
    "cutout": lambda x, y, seed=0: cutout(x, y, 3, seed=seed),
    "flipped": flipped,
    "cropped": lambda x, y, seed=0: cropped(x, y, 2, seed=seed),
    "noised": lambda x, y, seed=0: noised(x, y, 0.1, seed=seed),
}
shapes = st.tuples(st.integers(1, 6), st.integers(1, 3), st.integers(3, 9), st.integers(3, 9))


def drawn(shape: tuple[int, ...], seed: int = 0) -> tuple[Any, Any]:
    """Images in each of which every pixel is the number of the image, so that pixels tell where they are from."""
    images = np.broadcast_to(np.arange(shape[0], dtype=float).reshape(-1, *[1] * (len(shape) - 1)), shape).copy()
    return images, np.random.default_rng(seed).dirichlet(np.ones(4), shape[0])


@pytest.mark.parametrize("way", WAYS)
@settings(max_examples=40, deadline=None)
@given(shape=shapes, seed=st.integers(0, 10_000))
def test_labels_add_to_one_and_the_given_stays(way: str, shape: tuple[int, ...], seed: int) -> None:
    images, labels = drawn(shape, seed)
    kept = images.copy(), labels.copy()
    new = WAYS[way](images, labels, seed=seed)
    assert new.images.shape == images.shape and new.labels.shape == labels.shape
    assert new.labels.sum(axis=1) == pytest.approx(np.ones(shape[0]), abs=1e-12) and (new.labels >= 0).all()
    assert (images == kept[0]).all() and (labels == kept[1]).all()
    again = WAYS[way](images, labels, seed=seed)
    assert (again.images == new.images).all() and (again.labels == new.labels).all()
    one_channel = WAYS[way](images[:, 0], labels, seed=seed)
    assert one_channel.images.shape == images[:, 0].shape


@settings(max_examples=100, deadline=None)
@given(shape=shapes, seed=st.integers(0, 10_000), share=st.none() | st.floats(0, 1))
def test_cutmix_labels_are_the_areas(shape: tuple[int, ...], seed: int, share: float | None) -> None:
    images, _ = drawn(shape)
    many = shape[0]
    new = cutmix(images, np.eye(many), share=share, seed=seed)
    for i in range(many):
        pixels = new.images[i, 0]
        for source in range(many):
            assert new.labels[i, source] == pytest.approx((pixels == source).mean(), abs=1e-12)
        top, left, bottom, right = new.boxes[i]
        outside = np.ones(pixels.shape, dtype=bool)
        outside[top:bottom, left:right] = False
        assert (pixels[outside] == i).all() and (pixels[~outside] == new.partners[i]).all()


def test_mixup_blends_images_and_labels_alike() -> None:
    images, _ = drawn((5, 1, 4, 4))
    new = mixup(images, np.eye(5), share=0.7, seed=3)
    assert sorted(new.partners) == list(range(5)) and (new.partners != np.arange(5)).all()
    for i, partner in enumerate(new.partners):
        assert new.images[i] == pytest.approx(np.full((1, 4, 4), 0.7 * i + 0.3 * partner))
        assert new.labels[i, i] == pytest.approx(0.7) and new.labels[i, partner] == pytest.approx(0.3)


def test_the_proportions_are_drawn_from_the_beta_distribution() -> None:
    images, labels = drawn((4000, 1, 1))
    for alpha in (0.2, 2.0):
        shares = mixup(images, labels, alpha, seed=1).shares
        assert shares.mean() == pytest.approx(0.5, abs=0.03)
        assert shares.var() == pytest.approx(1 / (4 * (2 * alpha + 1)), rel=0.06)


def test_cutmix_cuts_what_it_was_asked_for_where_nothing_reaches_over_the_border() -> None:
    images, _ = drawn((200, 1, 32, 32))
    new = cutmix(images, one_hot(np.arange(200) % 3, 3), share=0.75, seed=1)
    sizes = {(b - t, r - left) for t, left, b, r in new.boxes.tolist()}
    assert max(sizes) == (16, 16) and len(sizes) > 1
    whole = (new.boxes[:, 2] - new.boxes[:, 0] == 16) & (new.boxes[:, 3] - new.boxes[:, 1] == 16)
    assert (new.shares[whole] == 0.75).all() and (new.shares[~whole] > 0.75).all()


def test_cutout_removes_a_square_and_keeps_the_label() -> None:
    images, labels = np.ones((50, 2, 8, 8)), one_hot(np.zeros(50), 2)
    new = cutout(images, labels, 4, fill=-1, seed=0)
    assert (new.labels == labels).all()
    removed = (new.images == -1).sum(axis=(2, 3))
    assert (removed[:, 0] == removed[:, 1]).all() and removed.max() == 16 and removed.min() >= 4
    assert (cutout(images, labels, 0).images == images).all()


def test_flips_and_crops() -> None:
    images = np.arange(2 * 3 * 4, dtype=float).reshape(2, 3, 4)
    labels = one_hot([0, 1], 2)
    assert (flipped(images, labels, 1.0).images == images[..., ::-1]).all()
    assert (flipped(images, labels, 1.0, axis="vertical").images == images[:, ::-1]).all()
    assert (flipped(images, labels, 0.0).images == images).all()
    assert (cropped(images, labels, 0).images == images).all()
    seen = {tuple(cropped(images, labels, 1, seed=s).images[0].ravel()) for s in range(80)}
    assert len(seen) == 9 and tuple(images[0].ravel()) in seen
    half = flipped(np.broadcast_to(images[:1], (2000, 3, 4)), one_hot(np.zeros(2000), 1), 0.3, seed=2).images
    assert (half != images[0]).any(axis=(1, 2)).mean() == pytest.approx(0.3, abs=0.04)


def test_noise_is_as_strong_as_asked_for_and_kept_in_range() -> None:
    images, labels = np.full((4, 50, 50), 0.5), one_hot(np.zeros(4), 1)
    assert (noised(images, labels, 0.2, seed=1).images - 0.5).std() == pytest.approx(0.2, rel=0.03)
    kept = noised(images, labels, 2.0, low=0, high=1, seed=1).images
    assert kept.min() == 0 and kept.max() == 1


def test_smoothed_labels() -> None:
    assert smoothed(one_hot([1], 4), 0.2) == pytest.approx(np.array([[0.05, 0.85, 0.05, 0.05]]))


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda x, y: mixup(x[0, 0], y), "images must have shape"),
        (lambda x, y: mixup(x[:2], y), "there are 2 images and 3 labels"),
        (lambda x, y: mixup(x, y[:, 0]), "labels must have shape"),
        (lambda x, y: mixup(x, 2 * y), "add up to 1"),
        (lambda x, y: mixup(x, y, 0), "alpha must be above 0"),
        (lambda x, y: cutmix(x, y, share=1.5), "the share must be from 0 to 1, not 1.5"),
        (lambda x, y: cutout(x, y, 99), "the square must be from 0 to 5 pixels, not 99"),
        (lambda x, y: cropped(x, y, -1), "the padding must be from 0 to 5 pixels, not -1"),
        (lambda x, y: flipped(x, y, axis="diagonal"), "not “diagonal”"),
        (lambda x, y: noised(x, y, -1), "the noise must be a number from 0, not -1"),
        (lambda x, y: one_hot([3], 3), "classes must be a row of numbers from 0 to 2"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(call: Callable[[Any, Any], object], sentence: str) -> None:
    images, labels = drawn((3, 1, 5, 5))
    with pytest.raises(ValueError, match=sentence):
        call(images, labels)
