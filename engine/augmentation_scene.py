"""What is chosen for image augmentation: two pictures, the ways and their strengths, and how many samples are drawn."""

from __future__ import annotations

import base64
import binascii
import math
import zlib
from typing import Literal

import msgspec
import numpy as np

from engine.augment import Floats
from engine.drawing import Stroke
from engine.gallery import SHIPPED, Strengths, Tile, gallery
from engine.quoting import quoted

SIDE = 224  # pixels of a picture of the user's own
MOST_SAMPLES = 1000
PACKED = 4 * (3 * SIDE * SIDE // 3 + 200)  # characters that its pixels take at most


class PictureChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A shipped picture by its name; or one of the user's own, its SIDE × SIDE pixels of red, green and blue as bytes,
    packed. The name is also the label's."""

    name: str = "cat"
    pixels: str = ""

    def numbers(self) -> Floats | None:
        """Shape (3, SIDE, SIDE), between 0 and 1; None for a shipped picture. Raises ValueError for what is none."""
        if not self.pixels:
            return None
        size = 3 * SIDE * SIDE
        try:
            if len(self.pixels) > PACKED:
                raise ValueError
            data = zlib.decompressobj().decompress(base64.b64decode(self.pixels, validate=True), size + 1)
        except (ValueError, binascii.Error, zlib.error):
            data = b""
        if len(data) != size:
            raise ValueError("its pixels are damaged")
        return np.frombuffer(data, np.uint8).reshape(3, SIDE, SIDE) / 255


def own_picture(name: str, numbers: Floats) -> PictureChoice:
    """A picture of the user's own from numbers of shape (3, SIDE, SIDE) between 0 and 1."""
    data = np.rint(np.clip(numbers, 0, 1) * 255).astype(np.uint8).tobytes()
    return PictureChoice(name[:16] or "mine", base64.b64encode(zlib.compress(data, 9)).decode())


class AugmentationScene(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Two training images and what is done to the first, sample after sample.

    `way` is one of WAYS or "all". `share` is λ, the first image's part in Mixup and CutMix; where it is `drawn`, each
    sample has its own λ from Beta(alpha, alpha). `patch` is the side of Cutout's square as a share of the image's,
    `noise` the standard deviation on every pixel, `smoothing` what of the label is shared out evenly. `position` counts
    samples.
    """

    title: str = "Untitled"
    note: str = ""
    first: PictureChoice = PictureChoice("cat")
    second: PictureChoice = PictureChoice("coffee")
    way: Literal["all", "original", "mixup", "cutmix", "cutout", "flip", "crop", "noise", "smoothing"] = "all"
    share: float = 0.7
    drawn: bool = False
    alpha: float = 1.0
    patch: float = 0.4
    noise: float = 0.15
    smoothing: float = 0.1
    seed: int = 0
    samples: int = 60
    position: int = 0
    speed: float = 1.0
    strokes: tuple[Stroke, ...] = ()  # drawn on it by hand; those of a lecture's page belong to the page

    def with_(self, **changes: object) -> AugmentationScene:
        """A copy with some fields replaced."""
        return msgspec.structs.replace(self, **changes)

    @property
    def strengths(self) -> Strengths:
        """The numbers of all ways."""
        share = None if self.drawn else self.share
        return Strengths(share, self.alpha, self.patch, self.noise, self.smoothing)

    @property
    def classes(self) -> tuple[str, str]:
        """The labels of both images."""
        return self.first.name, self.second.name

    def tiles_at(self, a: Floats, b: Floats, sample: int) -> tuple[Tile, ...]:
        """Every way at sample `sample` from 0, of the two images (3, H, W)."""
        return gallery(a, b, self.strengths, seed=self.seed, sample=sample)


LIMITS = {
    "share": (0.0, 1.0), "alpha": (0.01, 100.0), "patch": (0.0, 1.0), "noise": (0.0, 10.0), "smoothing": (0.0, 1.0),
    "seed": (0, 2**31 - 1), "samples": (1, MOST_SAMPLES), "speed": (0.01, 1000.0),
}  # fmt: skip


def check_augmentation(scene: AugmentationScene) -> AugmentationScene:
    """The scene, if everything in it makes sense. Raises ValueError with one sentence that says where."""
    for name, (low, high) in LIMITS.items():
        value = getattr(scene, name)
        if not (math.isfinite(value) and low <= value <= high):
            raise ValueError(f"{name} must be from {low:g} to {high:g}, not {value:g}")
    for place in ("first", "second"):
        picture: PictureChoice = getattr(scene, place)
        if not picture.pixels and picture.name not in SHIPPED:
            raise ValueError(f"{place}: there is no picture {quoted(picture.name)}; there are {', '.join(SHIPPED)}")
        if len(picture.name) > 40:
            raise ValueError(f"{place}.name is longer than 40 characters")
        try:
            picture.numbers()
        except ValueError as error:
            raise ValueError(f"{place}: {error}") from None
    if not 0 <= scene.position <= scene.samples - 1:
        raise ValueError(f"position must be from 0 to {scene.samples - 1}, not {scene.position}")
    return scene


def opening_augmentation() -> AugmentationScene:
    """Every way side by side."""
    note = (
        "One training image and all that is done to it, side by side. Every sample is drawn anew, and every label "
        "says what is left of the class."
    )
    return AugmentationScene("Every way to augment an image", note)
