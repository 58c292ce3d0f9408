"""How many bytes pictures take that are kept for later use, and which are not kept for so long."""

from __future__ import annotations

from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QWidget

LARGE = 3_000_000  # pixels of the screen, of which 1920 × 1080 are 2,000,000


def picture_bytes(picture: QPixmap | QImage) -> int:
    """The memory of its pixels."""
    return picture.width() * picture.height() * picture.depth() // 8


def is_large(widget: QWidget) -> bool:
    """Whether pictures as large as the widget are not worth their memory while nobody sees them."""
    return widget.width() * widget.height() * widget.devicePixelRatioF() ** 2 > LARGE
