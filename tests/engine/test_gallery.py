"""Every way to augment an image: what the pixels say, what the label's rule says, and scenes of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.augmentation_scene import (
    SIDE,
    AugmentationScene,
    PictureChoice,
    check_augmentation,
    opening_augmentation,
    own_picture,
)
from engine.gallery import RULES, WAYS, Strengths, Tile, gallery, label_steps
from engine.scene_file import SceneFileError, decode, encode, panel_of

A, B = np.zeros((3, 20, 30)), np.ones((3, 20, 30))


def tiles(strengths: Strengths | None = None, **chance: int) -> dict[str, Tile]:
    return {tile.way: tile for tile in gallery(A, B, strengths, **chance)}


@pytest.mark.parametrize("sample", range(8))
def test_labels_are_what_the_pixels_say(sample: int) -> None:
    found = tiles(Strengths(share=0.6), sample=sample)
    assert tuple(found) == WAYS == tuple(RULES)
    for tile in found.values():
        assert tile.image.shape == A.shape and sum(tile.label) == pytest.approx(1)
    assert found["mixup"].label == pytest.approx((0.6, 0.4)) and found["mixup"].image == pytest.approx(0.4)
    assert found["cutmix"].label[1] == pytest.approx(found["cutmix"].image.mean())  # B's pixels are the ones
    for way in ("original", "cutout", "flip", "crop", "noise"):
        assert found[way].label == (1.0, 0.0)
    assert found["smoothing"].label == pytest.approx((0.95, 0.05))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("sample", range(4))
def test_the_rule_shown_gives_the_label(way: str, sample: int) -> None:
    tile = tiles(Strengths(share=None, alpha=0.6, smoothing=0.3), seed=3, sample=sample)[way]
    line, _, result = label_steps(tile)[-1]
    assert line.name == "y" and result == pytest.approx(tile.label)


def test_a_box_is_what_was_replaced() -> None:
    for sample in range(6):
        found = tiles(sample=sample)
        for way, inside in (("cutmix", 1.0), ("cutout", 0.5)):
            tile = found[way]
            assert tile.box is not None
            top, left, bottom, right = tile.box
            mask = np.zeros(A.shape[-2:], bool)
            mask[top:bottom, left:right] = True
            assert (tile.image[:, mask] == inside).all() and (tile.image[:, ~mask] == 0).all()
    assert tiles(Strengths(share=1.0, patch=0.0))["cutmix"].box is None


def test_a_sample_is_looked_up_and_others_differ() -> None:
    again = tiles(Strengths(share=None), sample=5)
    for one, other in zip(tiles(Strengths(share=None), sample=5).values(), again.values(), strict=True):
        np.testing.assert_array_equal(one.image, other.image)
    shares = [tiles(Strengths(share=None, alpha=1.0), sample=k)["mixup"].label[0] for k in range(200)]
    assert np.mean(shares) == pytest.approx(0.5, abs=0.08) and np.var(shares) == pytest.approx(1 / 12, abs=0.03)
    assert shares[0] != [tiles(Strengths(share=None), seed=1, sample=0)["mixup"].label[0]][0]


def test_half_of_the_images_are_mirrored() -> None:
    ramp = np.broadcast_to(np.arange(30.0) / 30, (3, 20, 30))
    found = [{t.way: t for t in gallery(ramp, B, sample=k)}["flip"] for k in range(200)]
    mirrored = [bool(tile.numbers["mirrored"]) for tile in found]
    assert 70 < sum(mirrored) < 130
    for tile, is_mirrored in zip(found, mirrored, strict=True):
        np.testing.assert_array_equal(tile.image, ramp[..., ::-1] if is_mirrored else ramp)


def test_a_picture_that_is_its_own_mirror_is_mirrored_all_the_same() -> None:
    assert {bool(tiles(sample=k)["flip"].numbers["mirrored"]) for k in range(12)} == {True, False}


def test_what_cannot_be_is_told() -> None:
    with pytest.raises(ValueError, match="one shape"):
        gallery(A, B[:, :5])
    with pytest.raises(ValueError, match="patch"):
        gallery(A, B, Strengths(patch=1.5))


def test_a_picture_of_ones_own_is_kept_in_the_scene() -> None:
    numbers = np.random.default_rng(0).random((3, SIDE, SIDE))
    scene = opening_augmentation().with_(first=own_picture("my cat", numbers))
    again = decode(encode(scene))
    assert again == scene and panel_of(again) == "augmentation"
    assert again.first.numbers() == pytest.approx(numbers, abs=0.5 / 255 + 1e-9)


def bomb() -> str:
    import base64
    import zlib

    return base64.b64encode(zlib.compress(b"\0" * 50_000_000, 9)).decode()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"share": 1.5}, "share must be from 0 to 1"),
        ({"noise": float("nan")}, "noise must be"),
        ({"samples": 0}, "samples must be from 1"),
        ({"position": 60}, "position must be from 0 to 59"),
        ({"first": PictureChoice("dog")}, "there is no picture “dog”"),
        ({"second": PictureChoice("x" * 50, "AAAA")}, "longer than 40"),
        ({"second": PictureChoice("mine", "no pixels")}, "second: its pixels are damaged"),
        ({"second": PictureChoice("mine", bomb())}, "second: its pixels are damaged"),
    ],
)
def test_a_scene_that_makes_no_sense_is_one_sentence(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        check_augmentation(AugmentationScene().with_(**changes))


def test_unknown_ways_are_refused_in_files() -> None:
    text = encode(opening_augmentation()).replace(b'"way": "all"', b'"way": "blur"')
    with pytest.raises(SceneFileError, match="way"):
        decode(text)
