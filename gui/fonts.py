"""The bundled fonts: loaded once, from assets/fonts, when the first text needs them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase

FOLDER = Path(__file__).resolve().parent.parent / "assets" / "fonts"
_MATHS = ("STIX Two Math", "Cambria Math", "DejaVu Serif")


@lru_cache(maxsize=1)
def load_fonts() -> tuple[str, ...]:
    """Make the fonts in assets/fonts known to Qt; the interface's families, in order of preference.

    Needs a QGuiApplication. Where a bundled font is missing, an installed one stands in.
    """
    bundled: set[str] = set()
    for path in sorted([*FOLDER.glob("*.ttf"), *FOLDER.glob("*.otf")]):
        identity = QFontDatabase.addApplicationFont(str(path))
        if identity >= 0:
            bundled.update(QFontDatabase.applicationFontFamilies(identity))
    latin = _first("Inter", "Inter Variable", QFont().defaultFamily())
    korean = sorted(family for family in bundled if "KR" in family)
    for family in korean:
        QFont.insertSubstitution(_first(*_MATHS), family)
    return (latin, *korean)


def _first(*wanted: str) -> str:
    """The first family that exists here, or else the last one."""
    known = set(QFontDatabase.families())
    return next((family for family in wanted if family in known), wanted[-1])


@lru_cache(maxsize=1)
def maths_family() -> str:
    load_fonts()
    return _first(*_MATHS)


def math_font(size: float) -> QFont:
    """The font of formulas, at `size` pixels: for labels on a canvas that should match them."""
    return _font([maths_family(), *load_fonts()], size)


def number_font(size: float) -> QFont:
    """The interface font with figures of equal width, at `size` pixels."""
    font = _font(list(load_fonts()), size)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def _font(families: list[str], size: float) -> QFont:
    font = QFont(families)
    font.setPixelSize(max(round(size), 1))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font
