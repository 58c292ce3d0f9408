"""Pictures as numbers: a file, the clipboard or one that comes with the app.

Nothing here needs a window; reading may run in a thread.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QFile, QIODevice, QLoggingCategory, QRect, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from engine.png import is_damaged_png
from engine.quoting import shown
from engine.reading import FolderError, MissingError, NoFileError, ReadingError, open_file
from gui.theme import ASSETS

Array = NDArray[np.float64]

LEVELS = 9  # one digit in every cell
MOST_BYTES = 256 * 2**20  # of a picture decoded whole, as much as Qt itself allows
MOST_SCALED = 2**29  # pixels of a JPEG that is made smaller while it is decoded, a strip at a time
MOST_FILE = 512 * 2**20  # bytes of the file itself
SPARE = 8  # a large picture is first brought down to this many pixels a cell
_GREY = np.array([0.299, 0.587, 0.114])  # brightness of red, green and blue (ITU-R BT.601)
_DRAWINGS = ("svg", "svgz")  # programs rather than pictures: drawing one may take for ever


def tr(text: str) -> str:
    return QCoreApplication.translate("pictures", text)


class ImageError(ValueError):
    """A picture that cannot be read; the message is one sentence for the user."""


def read_image(path: Path, rows: int, columns: int, colour: bool = False, levels: int | None = LEVELS) -> Array:
    """A picture file as numbers of shape (1, rows, columns), or (3, rows, columns) in colour; see `numbers_of`.

    Any raster format that Qt reads, known by its content; turned upright as its EXIF data says; the first frame
    of a moving picture. The size is looked at before anything is decoded: a picture that takes more than
    `MOST_BYTES` is refused, but a sequential JPEG is scaled while it is decoded, up to `MOST_SCALED` pixels.
    Of a JPEG that ends too soon the missing part is grey. Raises ImageError.
    """
    name = shown(path.name or str(path))
    try:
        with open_file(path) as file:  # without a buffer: Qt shares its place
            image = _decode(file, name, SPARE * max(rows, columns))
    except FolderError:
        raise ImageError(tr("“{name}” is a folder, not a picture.").format(name=name)) from None
    except NoFileError:
        raise ImageError(tr("“{name}” is not a file.").format(name=name)) from None
    except MissingError:
        raise ImageError(tr("There is no file “{name}”.").format(name=name)) from None
    except (ReadingError, OSError) as error:
        reason = error.reason if isinstance(error, ReadingError) else error.strerror or type(error).__name__
        raise ImageError(tr("“{name}” cannot be read: {reason}.").format(name=name, reason=reason)) from None
    return numbers_of(image, rows, columns, colour, levels)


def numbers_of(image: QImage, rows: int, columns: int, colour: bool = False, levels: int | None = LEVELS) -> Array:
    """A picture as numbers of shape (1, rows, columns); in colour (3, rows, columns): red, green, blue.

    The largest middle part of the right proportions is taken and scaled smoothly; what shines through is white.
    Black is 0 and white is `levels`, in whole numbers, which read best in cells; with None white is 1, in steps
    of 0.001. Raises ImageError where there is no picture, ValueError for a size or levels below 1.
    """
    if min(rows, columns) < 1 or (levels is not None and levels < 1):
        raise ValueError("a picture has at least one row, one column and one level")
    if image.isNull():
        raise ImageError(tr("There is no picture here."))
    small = image.copy(_middle(image.width(), image.height(), rows, columns)).scaled(
        columns, rows, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    small = small.convertToFormat(QImage.Format.Format_RGBA8888_Premultiplied)
    pixels = np.array(small.constBits(), np.uint8).reshape(rows, -1)[:, : 4 * columns].reshape(rows, columns, 4)
    over_white = pixels[..., :3] + (255.0 - pixels[..., 3:])
    bright = np.moveaxis(over_white, -1, 0) if colour else (over_white @ _GREY)[None]
    share = np.clip(bright / 255, 0, 1)
    return np.ascontiguousarray(np.round(share, 3) if levels is None else np.rint(levels * share))


def _middle(width: int, height: int, rows: int, columns: int) -> QRect:
    """The largest part of the proportions asked for, in the middle."""
    cut_width = min(width, max(1, round(height * columns / rows)))
    cut_height = min(height, max(1, round(width * rows / columns)))
    return QRect((width - cut_width) // 2, (height - cut_height) // 2, cut_width, cut_height)


def _decode(file: BinaryIO, name: str, enough: int) -> QImage:
    """The picture in an open file; its shorter side no more than `enough` pixels where that saves memory."""
    _quiet()
    length = file.seek(0, 2)
    if length == 0:
        raise ImageError(tr("“{name}” is empty.").format(name=name))
    if length > MOST_FILE:
        raise ImageError(tr("“{name}” is too large a file for a picture.").format(name=name))
    in_strips, damaged = _is_sequential_jpeg(file), _is_cut_bmp(file, length) or is_damaged_png(file, MOST_BYTES)
    file.seek(0)
    if damaged:
        raise ImageError(tr("“{name}” is damaged or incomplete.").format(name=name))
    device = QFile()  # on the open file, since Qt cannot spell every file's name
    if not device.open(file.fileno(), QIODevice.OpenModeFlag.ReadOnly):
        raise OSError(device.errorString())
    reader = QImageReader(device)
    try:
        return _read(reader, name, enough, in_strips)
    finally:
        reader.setDevice(None)  # type: ignore[arg-type]  # first of the two, or it asks a device that is gone
        device.close()


def _read(reader: QImageReader, name: str, enough: int, in_strips: bool) -> QImage:
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    if not reader.canRead():
        raise ImageError(tr("“{name}” is not a picture that can be read here.").format(name=name))
    if bytes(reader.format().data()).decode() in _DRAWINGS:
        raise ImageError(tr("“{name}” is a drawing made of lines; save it as PNG or JPEG first.").format(name=name))
    size = reader.size()
    if size.isValid():  # where the file does not say, Qt's own limit holds
        width, height = size.width(), size.height()
        depth = max(32, QImage.toPixelFormat(reader.imageFormat()).bitsPerPixel())
        most = MOST_SCALED if in_strips else 8 * MOST_BYTES // depth
        if width * height > most:
            raise ImageError(
                tr("“{name}” is too large with {width} × {height} pixels; save it smaller first.").format(
                    name=name, width=width, height=height
                )
            )
        times = min(width, height) / enough
        if times > 1:
            reader.setScaledSize(QSize(math.ceil(width / times), math.ceil(height / times)))
    image = reader.read()
    if image.isNull():
        raise ImageError(tr("“{name}” is damaged or incomplete.").format(name=name))
    return image


def _is_sequential_jpeg(file: BinaryIO) -> bool:
    """Whether all components come in one scan (ITU-T T.81, B.2); others are held whole while they are decoded."""
    file.seek(0)
    if file.read(2) != b"\xff\xd8":
        return False
    components = 0
    while len(head := file.read(4)) == 4 and head[0] == 0xFF:
        kind, length = head[1], int.from_bytes(head[2:], "big")
        body = file.read(max(length - 2, 0))
        if kind in (0xC0, 0xC1) and len(body) > 5:  # start of a sequential frame, Huffman coded
            components = body[5]
        elif kind == 0xDA:  # start of the first scan
            return bool(body) and components == body[0]
    return False


def _is_cut_bmp(file: BinaryIO, length: int) -> bool:
    """Whether a BMP file is shorter than it says; Qt would leave the missing rows as the memory happens to be."""
    file.seek(0)
    head = file.read(6)
    return head[:2] == b"BM" and int.from_bytes(head[2:], "little") > length


@lru_cache(maxsize=1)
def _quiet() -> None:
    """A damaged picture gets its sentence, not lines on the console as well."""
    QLoggingCategory.setFilterRules("qt.gui.imageio*=false\nqt.gui.icc=false\nqt.imageformats*=false")


@dataclass(frozen=True)
class ShippedPicture:
    """A picture that comes with the app."""

    key: str
    path: Path
    colour: bool

    @property
    def name(self) -> str:
        """As it is called on the screen."""
        return {
            "edge": tr("Edge"),
            "checkerboard": tr("Checkerboard"),
            "disc": tr("Disc"),
            "gradient": tr("Gradient"),
            "cat": tr("Cat"),
            "coffee": tr("Coffee"),
            "astronaut": tr("Astronaut"),
            "camera": tr("Camera"),
            "bricks": tr("Bricks"),
        }[self.key]

    def thumbnail(self, side: int) -> QImage:
        """`side` × `side` pixels; not to be drawn on, since it is kept. A null image where the file is gone."""
        return _thumbnail(self.path, side)


@lru_cache(maxsize=64)
def _thumbnail(path: Path, side: int) -> QImage:
    return QImage(str(path)).scaled(
        side, side, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )


@dataclass(frozen=True)
class ShippedDigit:
    """A digit written by hand: 8 × 8 numbers from 0 (paper) to 16 (ink), not to be written to."""

    label: int
    numbers: Array


@lru_cache(maxsize=1)
def shipped_pictures() -> Sequence[ShippedPicture]:
    """Simple ones to teach with, then photographs. No file is opened."""
    drawn = [(key, f"{key}.png", False) for key in ("edge", "checkerboard", "disc", "gradient")]
    photographs = [(key, f"{key}.jpg", key not in ("camera", "bricks"))
                   for key in ("cat", "coffee", "astronaut", "camera", "bricks")]  # fmt: skip
    return tuple(ShippedPicture(key, ASSETS / "pictures" / file, colour) for key, file, colour in drawn + photographs)


@lru_cache(maxsize=1)
def shipped_digits() -> Sequence[ShippedDigit]:
    """Forty digits, four of each, from 0 to 9. Raises ImageError where the file is gone or damaged."""
    path = ASSETS / "data" / "digits.csv"
    try:
        table = np.loadtxt(path, delimiter=",", ndmin=2, encoding="utf-8").reshape(-1, 65)
    except (OSError, ValueError):
        raise ImageError(tr("“{name}” is damaged or incomplete.").format(name=path.name)) from None
    table.flags.writeable = False
    return tuple(ShippedDigit(int(row[0]), row[1:].reshape(8, 8)) for row in table)
