"""The panel's picture as a file: PNG or SVG, written whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize
from PySide6.QtGui import QImage, QPainter

from engine.scene_file import SceneFileError, write_atomically


class Pictured(Protocol):
    """A panel that can draw its picture."""

    def picture(self, scale: float = 2.0) -> QImage: ...
    def picture_size(self) -> QSize: ...
    def paint_picture(self, painter: QPainter) -> None: ...


def write_picture(panel: Pictured, path: Path) -> Path:
    """Write PNG or SVG, by the ending (PNG where there is none). Raises SceneFileError on any fault."""
    ending = path.suffix.lower()
    if ending not in (".png", ".svg"):
        if ending:
            raise SceneFileError(f"Pictures are saved as .png or .svg, not as {ending}.")
        path = path.with_suffix(".png")
    data = _svg(panel) if path.suffix.lower() == ".svg" else _png(panel.picture())
    write_atomically(path, data)
    return path


def _png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def _svg(panel: Pictured) -> bytes:
    from PySide6.QtSvg import QSvgGenerator

    data = QByteArray()
    buffer = QBuffer(data)
    generator = QSvgGenerator()
    size = panel.picture_size()
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    generator.setTitle("Stepscope")
    painter = QPainter(generator)
    painter.setClipRect(QRectF(0, 0, size.width(), size.height()))
    panel.paint_picture(painter)
    painter.end()
    return bytes(data.data())
