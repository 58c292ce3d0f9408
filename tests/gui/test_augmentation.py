"""Image augmentation: the numbers of the tiles, and the window that shows them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtTest import QTest

from engine.gallery import WAYS, gallery
from gui.augmentation.dialog import AugmentationDialog
from gui.augmentation.picture import image_of

A, B = np.zeros((3, 20, 30)), np.ones((3, 20, 30))


@pytest.mark.parametrize("sample", range(8))
def test_labels_are_what_the_pixels_say(sample: int) -> None:
    tiles = {tile.way: tile for tile in gallery(A, B, share=0.6, sample=sample)}
    assert tuple(tiles) == WAYS
    for tile in tiles.values():
        assert tile.image.shape == A.shape and sum(tile.label) == pytest.approx(1)
    assert tiles["mixup"].label == pytest.approx((0.6, 0.4)) and tiles["mixup"].image == pytest.approx(0.4)
    assert tiles["cutmix"].label[1] == pytest.approx(tiles["cutmix"].image.mean())  # B's pixels are the ones
    assert f"{tiles['cutmix'].label[1]:.2f}" in tiles["cutmix"].formula
    for way in ("original", "cutout", "flip", "crop", "noise"):
        assert tiles[way].label == (1.0, 0.0)
    assert tiles["smoothing"].label == pytest.approx((0.95, 0.05))


def test_what_cannot_be_is_told() -> None:
    with pytest.raises(ValueError, match="one shape"):
        gallery(A, B[:, :5])
    with pytest.raises(ValueError, match="patch"):
        gallery(A, B, patch=1.5)


def test_a_picture_has_the_colours_of_its_numbers() -> None:
    numbers = np.zeros((3, 2, 3))
    numbers[0, 0, 1] = 1.0
    image = image_of(numbers)
    assert (image.width(), image.height()) == (3, 2)
    assert image.pixelColor(1, 0).name() == "#ff0000" and image.pixelColor(0, 0).name() == "#000000"


@pytest.fixture
def dialog(qtbot: Any) -> AugmentationDialog:
    dialog = AugmentationDialog()
    qtbot.addWidget(dialog)
    return dialog


def test_the_numbers_change_the_tiles(dialog: AugmentationDialog) -> None:
    before = dialog.canvas.grab().toImage()
    box = dialog.fields["share"].box
    box.selectAll()
    QTest.keyClicks(box, "0.3")
    assert dialog.canvas.tiles[1].label == pytest.approx((0.3, 0.7)) and dialog.canvas.grab().toImage() != before
    box.selectAll()
    QTest.keyClicks(box, "x")
    assert dialog.canvas.tiles[1].label == pytest.approx((0.3, 0.7)) and not dialog.fields["share"].error.isHidden()


def test_sample_after_sample(dialog: AugmentationDialog, qtbot: Any) -> None:
    first = dialog.canvas.tiles
    dialog.timer.setInterval(5)
    dialog.play.click()
    qtbot.waitUntil(lambda: dialog.values["sample"] >= 2)
    dialog.play.click()
    assert not dialog.timer.isActive()
    dialog.step(-int(dialog.values["sample"]))
    for one, again in zip(first, dialog.canvas.tiles, strict=True):
        np.testing.assert_array_equal(one.image, again.image)


def test_other_pictures(dialog: AugmentationDialog, tmp_path: Path) -> None:
    dialog.choose(0, "astronaut")
    assert dialog.canvas.classes == ("astronaut", "coffee")
    (tmp_path / "bad.png").write_bytes(b"no picture")
    dialog.read(1, tmp_path / "bad.png")
    assert not dialog.error.isHidden() and dialog.canvas.classes == ("astronaut", "coffee")
    image_of(B).save(str(tmp_path / "mine.png"))
    dialog.read(1, tmp_path / "mine.png")
    assert dialog.canvas.classes == ("astronaut", "mine") and dialog.error.isHidden()
    assert dialog.pictures[1][1] == pytest.approx(1.0)
