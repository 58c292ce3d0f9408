"""A canvas as a picture: for the clipboard, and as PNG or SVG, written whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize
from PySide6.QtGui import QImage, QPainter

from engine.scene_file import SceneFileError, write_atomically
from gui.painting import painting
from gui.theme import look


class Drawable(Protocol):
    """A canvas that can draw its picture anywhere."""

    def size(self) -> QSize: ...
    def paint_to(self, painter: QPainter, width: float, height: float) -> None: ...


def picture_of(canvas: Drawable, scale: float = 2.0) -> QImage:
    """The canvas's picture, sharper than the screen."""
    image = QImage(canvas.size() * scale, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    with painting(image) as painter:
        _paint(painter, canvas)
    return image


def write_picture(canvas: Drawable, path: Path) -> Path:
    """Write PNG or SVG, by the ending (PNG where there is none). Raises SceneFileError on any fault."""
    ending = path.suffix.lower()
    if ending not in (".png", ".svg"):
        if ending:
            raise SceneFileError(f"Pictures are saved as .png or .svg, not as {ending}.")
        path = path.with_suffix(".png")
    data = _svg(canvas) if path.suffix.lower() == ".svg" else png(picture_of(canvas))
    write_atomically(path, data)
    return path


def png(image: QImage) -> bytes:
    """An image as the bytes of a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def _svg(canvas: Drawable) -> bytes:
    from PySide6.QtSvg import QSvgGenerator

    data = QByteArray()
    buffer = QBuffer(data)
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)  # which knows clipping
    generator.setOutputDevice(buffer)
    generator.setSize(canvas.size())
    generator.setViewBox(QRectF(0, 0, canvas.size().width(), canvas.size().height()))
    generator.setTitle("Stepscope")
    with painting(generator) as painter:
        _paint(painter, canvas)
    return bytes(data.data())


def _paint(painter: QPainter, canvas: Drawable) -> None:
    area = QRectF(0, 0, canvas.size().width(), canvas.size().height())
    painter.setClipRect(area)
    painter.fillRect(area, look().theme.color("window"))
    canvas.paint_to(painter, area.width(), area.height())
