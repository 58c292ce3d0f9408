"""Pixels that are kept as long as what they are made from stays the same."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter

from gui.painting import painting

Paint = Callable[[QPainter], None]


class Layer:
    """A transparent picture of a rectangle whose left upper corner lies on a whole pixel of the device."""

    def __init__(self) -> None:
        self._made_of: tuple[object, ...] | None = None
        self._image = QImage()

    def image(self, area: QRectF, ratio: float, made_of: tuple[object, ...], paint: Paint) -> QImage:
        """The picture of `area`, in whose coordinates `paint` paints; made again when `made_of` is another."""
        made_of = (*made_of, area.left(), area.top(), area.width(), area.height(), ratio)
        if self._made_of != made_of:
            self._made_of = None  # should it fail
            size = QSize(max(round(area.width() * ratio), 1), max(round(area.height() * ratio), 1))
            image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
            image.setDevicePixelRatio(ratio)
            image.fill(Qt.GlobalColor.transparent)
            with painting(image) as painter:
                painter.translate(-area.left(), -area.top())
                paint(painter)
            self._image, self._made_of = image, made_of
        return self._image

    def draw(
        self, painter: QPainter, area: QRectF, ratio: float, made_of: tuple[object, ...], paint: Paint
    ) -> None:  # fmt: skip
        """Draw the picture of `area` where that is."""
        painter.drawImage(area.topLeft(), self.image(area, ratio, made_of, paint))
