"""A canvas as a picture: for the clipboard, and as PNG or SVG."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize
from PySide6.QtGui import QImage, QPainter

from engine.scene_file import SceneFileError
from gui.painting import painting
from gui.theme import look

SCALE = 2.0  # pixels of a picture to each of the screen's


class Drawable(Protocol):
    """A canvas that can draw its picture anywhere."""

    def size(self) -> QSize: ...
    def paint_to(self, painter: QPainter, width: float, height: float) -> None: ...


@runtime_checkable
class Still(Drawable, Protocol):
    """What is shown at one moment, of which the long part is done before it is painted."""

    def prepare(self, scale: float | None) -> None:
        """Be ready for a picture with `scale` pixels to each of the screen's, or for one of lines (None). In any
        thread."""


def picture_of(canvas: Drawable, scale: float = SCALE) -> QImage:
    """The canvas's picture, sharper than the screen."""
    image = QImage(canvas.size() * scale, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    with painting(image) as painter:
        _paint(painter, canvas)
    return image


def path_of_picture(path: Path) -> Path:
    """The name with its ending, which is .png where there is none. Raises SceneFileError for another one."""
    ending = path.suffix.lower()
    if ending in (".png", ".svg"):
        return path
    if ending:
        raise SceneFileError(f"Pictures are saved as .png or .svg, not as {ending}.")
    return path.with_suffix(".png")


def scale_of(path: Path) -> float | None:
    """Pixels to each of the screen's in such a file; None where it is made of lines."""
    return None if path.suffix.lower() == ".svg" else SCALE


def file_data(canvas: Drawable, path: Path) -> Callable[[], bytes]:
    """Paint now what the file will hold; what makes its bytes of that may be called in any thread."""
    if scale_of(path) is None:
        data = _svg(canvas)
        return lambda: data
    return partial(png, picture_of(canvas))


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
