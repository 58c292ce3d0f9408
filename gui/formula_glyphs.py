"""Glyphs of a formula: measured once per font size, then only looked up."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, NamedTuple

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainterPath, QRawFont, QTextLayout, QTransform

from gui.fonts import math_font, number_font

FaceName = Literal["maths", "number"]

MEASURING_SIZE = 512.0  # glyphs are measured at this size, since Qt rounds ink to whole pixels
NUMBER_SCALE = 0.885  # makes the interface font's figures as tall as the maths font's
CACHED_TEXTS = 512  # of a face: 0.4 MB


class Glyph(NamedTuple):
    font: QRawFont
    code: int  # the glyph's number in its font
    advance: float
    left: float  # of the ink, from the pen position; y grows downwards
    top: float
    right: float
    bottom: float


class Run(NamedTuple):
    """A measured piece of text."""

    segments: tuple[tuple[QRawFont, list[int], list[float]], ...]  # per font: glyphs and their x
    width: float  # the advance, or the ink's right end if that is further
    ascent: float  # of the ink
    descent: float
    left: float


class Face:
    """One font at one size, in whole pixels.

    Qt could resize a QRawFont to fractions of a pixel, but Qt 6.11 then draws nothing at all where a
    glyph is taller than 64 pixels of the device.
    """

    def __init__(self, name: FaceName, size: int) -> None:
        self.font = math_font(size) if name == "maths" else number_font(size)
        self.size = self.font.pixelSize()
        self.glyphs: dict[str, Glyph] = {}
        self.runs: dict[str, Run] = {}
        self.fonts: dict[str, QRawFont] = {}
        digits = [self.glyph(digit) for digit in "0123456789"]
        self.figure_ascent = max(-g.top for g in digits)
        self.figure_descent = max(g.bottom for g in digits)

    def glyph(self, letter: str) -> Glyph:
        known = self.glyphs.get(letter)
        if known is None:
            code, font = self._shaped(letter)
            large = QRawFont(font)
            large.setPixelSize(MEASURING_SIZE)
            scale = self.size / MEASURING_SIZE
            advance = large.advancesForGlyphIndexes([code])[0].x() * scale
            ink = large.boundingRect(code)
            ends = (ink.left() * scale, ink.top() * scale, ink.right() * scale, ink.bottom() * scale)
            known = self.glyphs[letter] = Glyph(font, code, advance, *ends)
        return known

    def _shaped(self, letter: str) -> tuple[int, QRawFont]:
        """The glyph of a letter and the font that has it: this one, or Qt's choice instead."""
        layout = QTextLayout(letter, self.font)
        layout.beginLayout()
        layout.createLine()
        layout.endLayout()
        for run in layout.glyphRuns():
            if run.glyphIndexes():
                font = run.rawFont()
                key = f"{font.familyName()} {font.styleName()}"
                return run.glyphIndexes()[0], self.fonts.setdefault(key, font)
        return 0, QRawFont.fromFont(self.font)

    def run(self, text: str) -> Run:
        known = self.runs.get(text)
        if known is None:
            if len(self.runs) >= CACHED_TEXTS:
                self.runs.clear()
            known = self.runs[text] = self._measure(text)
        return known

    def _measure(self, text: str) -> Run:
        glyphs = [self.glyphs.get(letter) or self.glyph(letter) for letter in text]
        segments: list[tuple[QRawFont, list[int], list[float]]] = []
        x = ascent = descent = 0.0
        font: QRawFont | None = None
        for glyph in glyphs:
            if glyph.font is not font:
                font = glyph.font
                indexes: list[int] = []
                positions: list[float] = []
                segments.append((font, indexes, positions))
            indexes.append(glyph.code)
            positions.append(x)
            ascent, descent = max(ascent, -glyph.top), max(descent, glyph.bottom)
            x += glyph.advance
        if not glyphs:
            return Run((), 0.0, 0.0, 0.0, 0.0)
        width = max(x, x - glyphs[-1].advance + glyphs[-1].right)
        return Run(tuple(segments), width, ascent, descent, min(glyphs[0].left, 0.0))


def face(name: FaceName, size: float) -> Face:
    """The face for a text size in pixels."""
    return _face(name, round(size * NUMBER_SCALE if name == "number" else size))


@lru_cache(maxsize=64)
def _face(name: FaceName, size: int) -> Face:
    return Face(name, max(size, 1))


@lru_cache(maxsize=1024)
def stretched(letter: str, size: float, height: float) -> QPainterPath:
    """A bracket's outline, as tall as `height`, with its top left at the origin."""
    glyph = face("maths", size).glyph(letter)
    path = glyph.font.pathForGlyph(glyph.code)
    ink = path.boundingRect()
    factor = height / ink.height()
    # A tall bracket is a little wider too, but its stroke must not grow heavy.
    wide = 1 + 0.1 * min(factor - 1, 2.0)
    scaled = QTransform.fromScale(wide, factor).map(path)
    bounds: QRectF = scaled.boundingRect()
    return scaled.translated(-bounds.left(), -bounds.top())


_ITALIC_H = "ℎ"


@lru_cache(maxsize=1024)
def italic(text: str) -> str:
    """Letters as mathematical italics, where Unicode has them. Greek capitals stay upright."""
    return "".join(map(_italic, text))


def _italic(letter: str) -> str:
    code = ord(letter)
    if letter == "h":
        return _ITALIC_H
    if "A" <= letter <= "Z":
        return chr(0x1D434 + code - ord("A"))
    if "a" <= letter <= "z":
        return chr(0x1D44E + code - ord("a"))
    if "α" <= letter <= "ω":
        return chr(0x1D6FC + code - ord("α"))
    return letter
