"""The pictures that are augmented: shipped ones, and files of the user's own, as numbers."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

from engine.augment import Floats
from engine.augmentation_scene import SIDE, AugmentationScene, PictureChoice, own_picture
from gui.image_input import read_image, shipped_pictures


@lru_cache(maxsize=16)
def numbers_of(choice: PictureChoice) -> Floats:
    """Shape (3, SIDE, SIDE), between 0 and 1, not to be written to. Raises ImageError where a shipped one is gone."""
    numbers = choice.numbers()
    if numbers is None:
        path = next(one.path for one in shipped_pictures() if one.key == choice.name)
        numbers = np.asarray(read_image(path, SIDE, SIDE, colour=True, levels=None), dtype=float)
    numbers.flags.writeable = False
    return numbers


def read_own(path: Path) -> PictureChoice:
    """A picture file as a choice that a scene can keep. Raises ImageError."""
    return own_picture(path.stem, read_image(path, SIDE, SIDE, colour=True, levels=None))


def pictures_of(scene: AugmentationScene) -> tuple[Floats, Floats]:
    """Both images of a scene."""
    return numbers_of(scene.first), numbers_of(scene.second)
