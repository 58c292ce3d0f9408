"""The layer as a matrix: repeated hues are tied weights; lit is what the current cell has to do with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.bounded_cache import ByteBoundedCache
from engine.convolution.layer import Layer
from engine.convolution.matrix import Matrix
from engine.convolution.steps import Pass, Step
from gui.convolution.palette import empty, hue
from gui.convolution.picture.marks import hues
from gui.painting import painting
from gui.picture.kept import picture_bytes
from gui.theme import look

TALLEST = 150  # pixels
MOST_BYTES = 4 << 20  # of pictures of weights: at the usual size 25


class MatrixView(QWidget):
    """Shows (layer, step). Of the pictures that light a weight at most 4 MB are kept."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.layer: Layer | None = None
        self.matrix: Matrix | None = None
        self.step: Step | None = None
        self._picture: tuple[object, QPixmap] | None = None
        self._kept: ByteBoundedCache[object, QPixmap] = ByteBoundedCache(MOST_BYTES, picture_bytes)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(self.tr("The layer as a matrix"))
        look().changed.connect(self.update)
        look().changed.connect(self.updateGeometry)

    def set_layer(self, layer: Layer) -> None:
        """Another layer; nothing is shown of one whose matrix would be too large."""
        self.layer, self._picture = layer, None
        self._kept.clear()
        try:
            self.matrix = layer.matrix
        except ValueError:
            self.matrix = None
        self.updateGeometry()
        self.update()

    def show_step(self, step: Step) -> None:
        self.step = step
        self.update()

    def heightForWidth(self, width: int) -> int:
        if self.matrix is None:
            return 0
        rows, columns = self.matrix.tied.shape
        return round(min(max((width - 4) * rows / columns, 40), TALLEST * look().scale)) + 4

    def sizeHint(self) -> QSize:
        return QSize(260, self.heightForWidth(max(self.width(), 200)))

    def _area(self) -> QRectF:
        return QRectF(2, 2, self.width() - 4, self.height() - 4)

    def paintEvent(self, _: QPaintEvent) -> None:
        if self.matrix is None or self.layer is None:
            return
        with painting(self) as painter:
            theme, area = look().theme, self._area()
            key = (theme.name, self.size())
            if self._picture is None or self._picture[0] != key:
                self._picture = (key, self._drawn(self.matrix, self.layer, area))
            painter.drawPixmap(area.topLeft(), self._picture[1])
            painter.setPen(QPen(theme.color("line"), 1))
            painter.drawRect(area)
            if self.step is not None:
                self._light(painter, area, self.matrix, self.step)

    def _drawn(self, matrix: Matrix, layer: Layer, area: QRectF) -> QPixmap:
        theme, count = look().theme, hues(layer)
        table = [hue(place, count, theme.dark) for place in range(count)]
        kinds = np.where(matrix.tied < 0, count, matrix.tied % count)
        return self._picture_of([*table, empty(theme)], kinds, area)

    def _tied(self, matrix: Matrix, weight: int, area: QRectF) -> QPixmap:
        """Only the entries that share a weight, the others faded; kept, since it is shown again and again."""
        assert self.layer is not None
        theme, count = look().theme, hues(self.layer)
        key = (theme.name, self.width(), self.height(), self.devicePixelRatioF(), weight)

        def draw() -> QPixmap:
            kinds = np.where(matrix.tied == weight, 0, np.where(matrix.tied < 0, 2, 1))
            colors = [hue(weight % count, count, theme.dark), theme.color("line"), empty(theme)]
            return self._picture_of(colors, kinds, area)

        return self._kept.made(key, draw)

    def _picture_of(self, colors: Sequence[QColor], kinds: NDArray[np.integer[Any]], area: QRectF) -> QPixmap:
        """(rows, columns) entries, each in the colour of its kind."""
        table = np.array([(color.blue(), color.green(), color.red(), 255) for color in colors], np.uint8)
        data = np.ascontiguousarray(table[kinds]).tobytes()  # must live as long as the image
        rows, columns = kinds.shape
        image = QImage(data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)
        ratio = self.devicePixelRatioF()
        size = QSize(max(round(area.width() * ratio), 1), max(round(area.height() * ratio), 1))
        small = size.width() < columns or size.height() < rows
        way = Qt.TransformationMode.SmoothTransformation if small else Qt.TransformationMode.FastTransformation
        picture = QPixmap.fromImage(image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, way))
        picture.setDevicePixelRatio(ratio)
        return picture

    def _light(self, painter: QPainter, area: QRectF, matrix: Matrix, step: Step) -> None:
        """The row of an output cell, the column of an input cell, or the entries of a weight."""
        theme = look().theme
        rows, columns = matrix.tied.shape
        high, wide = area.height() / rows, area.width() / columns
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("ink"), 2))
        if step.stage is Pass.KERNEL_GRADIENT:
            painter.drawPixmap(area.topLeft(), self._tied(matrix, int(step.weights[0]), area))
        elif step.stage is Pass.GATHER:
            column = int(np.ravel_multi_index(step.index[1:], self.layer.geometry.input_shape[1:]))  # type: ignore[union-attr]
            middle = QRectF(area.x() + column * wide, area.y(), wide, area.height())
            painter.drawRect(_at_least(middle, 4.0))
        elif step.stage is not Pass.BIAS_GRADIENT:
            row = int(np.ravel_multi_index(step.index[1:], self.layer.geometry.output_shape[1:]))  # type: ignore[union-attr]
            middle = QRectF(area.x(), area.y() + row * high, area.width(), high)
            painter.drawRect(_at_least(middle, 4.0))


def _at_least(area: QRectF, least: float) -> QRectF:
    dx, dy = max(least - area.width(), 0) / 2, max(least - area.height(), 0) / 2
    return area.adjusted(-dx, -dy, dx, dy)
