"""A picture of words alone: the title that a film opens with, or a page of a lecture with its question."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QImage, QPainter

from gui.painting import painting
from gui.recording.page import MARGIN, Page, draw_lines, text_font, wrapped
from gui.recording.settings import Settings


def card(settings: Settings, above: str, title: str, below: str, quiet: bool = False) -> QImage:
    """`title`, large, between a small line and a sentence, which is `quiet` or stands out."""
    page = Page.of(settings)
    kind = QImage.Format.Format_ARGB32_Premultiplied if page.transparent else QImage.Format.Format_RGB32
    image = QImage(settings.width, settings.height, kind)
    image.setDevicePixelRatio(page.ratio)
    theme, room, left = page.theme, page.width - 4 * MARGIN, 2 * MARGIN
    small, large = text_font(22), text_font(54, QFont.Weight.Bold)
    middle = text_font(26) if quiet else text_font(32, QFont.Weight.DemiBold)
    skip = 36 if quiet else 44
    titles, sentence = wrapped(title, large, room, 4), wrapped(below, middle, room, 5)
    height = (40 if above else 0) + 66 * len(titles) + (30 + skip * len(sentence) if below else 0)
    y = (page.height - height) / 2
    with painting(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        page.clear(painter, QRectF(0, 0, page.width, page.height))
        if above:
            y = draw_lines(painter, wrapped(above, small, room, 1), small, theme.color("muted"), left, y, 40)
        y = draw_lines(painter, titles, large, theme.color("ink"), left, y, 66)
        if below:
            ink = theme.color("muted" if quiet else "accent")
            draw_lines(painter, sentence, middle, ink, left, y + 30, skip)
    return image
