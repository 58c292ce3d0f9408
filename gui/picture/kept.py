"""How many bytes pictures take that are kept for later use, and which are not kept while nobody sees them."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QWidget

from gui.memory import give_back

LARGE = 3_000_000  # pixels of the screen, of which 1920 × 1080 are 2,000,000


class Forgetful(Protocol):
    """A picture that keeps layers of itself."""

    def forget(self) -> None: ...


def picture_bytes(picture: QPixmap | QImage) -> int:
    """The memory of its pixels."""
    return picture.width() * picture.height() * picture.depth() // 8


def forget_unseen(widget: QWidget, picture: Forgetful) -> None:
    """Let the picture of a hidden widget forget its layers where they are so large that they are not worth their
    memory, and give that back to the system."""
    if widget.width() * widget.height() * widget.devicePixelRatioF() ** 2 > LARGE:
        picture.forget()
        give_back()
