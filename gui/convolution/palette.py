"""The colours of grids: diverging fills for numbers, one hue for each kernel cell."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from gui.theme import Theme

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Fill:
    """A diverging palette, symmetric about 0: sRGB for −1, 0 and +1."""

    negative: tuple[int, int, int]
    neutral: tuple[int, int, int]
    positive: tuple[int, int, int]
    power: float = 0.85

    def colors(self, share: Array) -> NDArray[np.uint8]:
        """(…, 3) of numbers from −1 to 1; what is no number is neutral."""
        share = np.clip(np.nan_to_num(share, nan=0.0, posinf=1.0, neginf=-1.0), -1, 1)[..., None]
        middle = np.array(self.neutral, float)
        ends = np.where(share < 0, np.array(self.negative, float), np.array(self.positive, float))
        return np.asarray(np.rint(middle + np.abs(share) ** self.power * (ends - middle)), np.uint8)


# Values: red and blue. Gradients: purple and green, so that the two are never taken for each other.
_FILLS = {
    ("value", False): Fill((222, 125, 107), (253, 253, 251), (82, 152, 199)),
    ("gradient", False): Fill((168, 128, 190), (253, 253, 251), (88, 176, 100)),
    ("value", True): Fill((226, 110, 92), (37, 44, 57), (74, 158, 222)),
    ("gradient", True): Fill((176, 128, 214), (37, 44, 57), (84, 190, 104)),
}


# Pictures are as bright as they are, in either theme.
_PICTURES = {
    "grey": Fill((110, 60, 130), (12, 14, 18), (250, 250, 248), 1.0),
    "red": Fill((60, 90, 110), (18, 12, 12), (255, 96, 84), 1.0),
    "green": Fill((100, 60, 110), (10, 18, 12), (92, 222, 110), 1.0),
    "blue": Fill((110, 90, 50), (10, 14, 26), (92, 156, 255), 1.0),
}


def fill(palette: str, theme: Theme) -> Fill:
    """`palette` is "value" or "gradient", or of a picture: grey, red, green, blue."""
    return _PICTURES[palette] if palette in _PICTURES else _FILLS[palette, theme.dark]


def empty(theme: Theme) -> QColor:
    """A cell that is not computed yet."""
    return QColor("#151a24") if theme.dark else QColor("#eceef2")


def edge(theme: Theme) -> QColor:
    """Between the cells of a grid."""
    return QColor("#4a5568") if theme.dark else QColor("#b4bbc7")


def text_on(colors: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Whether black is easier to read than white on these (…, 3) colours."""
    linear = np.where(colors / 255 <= 0.04045, colors / 255 / 12.92, ((colors / 255 + 0.055) / 1.055) ** 2.4)
    luminance = linear @ np.array([0.2126, 0.7152, 0.0722])
    return np.asarray((luminance + 0.05) ** 2 > 0.05 * 1.05)


@lru_cache(maxsize=1024)
def hue(place: int, count: int, dark: bool) -> QColor:
    """The colour of kernel cell `place` of `count`: around the wheel, all equally light (OKLCH)."""
    angle = math.radians(25 + 360 * place / max(count, 1))
    return _oklch(0.74 if dark else 0.55, 0.145, angle)


def _oklch(light: float, chroma: float, angle: float) -> QColor:
    """Less colourful where the screen cannot show it (Ottosson 2020)."""
    while True:
        a, b = chroma * math.cos(angle), chroma * math.sin(angle)
        cone = [
            (light + 0.3963377774 * a + 0.2158037573 * b) ** 3,
            (light - 0.1055613458 * a - 0.0638541728 * b) ** 3,
            (light - 0.0894841775 * a - 1.2914855480 * b) ** 3,
        ]
        linear = np.array(
            [
                [4.0767416621, -3.3077115913, 0.2309699292],
                [-1.2684380046, 2.6097574011, -0.3413193965],
                [-0.0041960863, -0.7034186147, 1.7076147010],
            ]
        ) @ np.array(cone)
        if linear.min() >= -0.001 and linear.max() <= 1.001:
            break
        chroma *= 0.96
    linear = np.clip(linear, 0, 1)
    shown = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return QColor.fromRgbF(*(float(part) for part in np.clip(shown, 0, 1)))
