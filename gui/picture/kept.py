"""How many bytes pictures take that are kept for later use."""

from __future__ import annotations

from PySide6.QtGui import QImage, QPixmap


def picture_bytes(picture: QPixmap | QImage) -> int:
    """The memory of its pixels."""
    return picture.width() * picture.height() * picture.depth() // 8
