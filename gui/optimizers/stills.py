"""What the pictures of a race show at one moment, to be painted for a file: the long part of it in any thread."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import msgspec
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QFont, QImage, QPainter

from engine.frames import Frame
from engine.scene import Camera
from gui.optimizers.picture.contour_picture import Canvas, ContourPicture, Subject
from gui.optimizers.picture.relief_picture import ReliefPicture, Sheet
from gui.optimizers.picture.sheet import halves
from gui.painting import painting
from gui.picture.background import paint_background
from gui.picture.mapping import Box, Mapping
from gui.theme import Theme

GAP = 8  # pixels between the contour and the 3-D view
SHARPEST = 2.0  # pixels of the surface at least to each of the picture's


@dataclass
class ContourStill:
    """The contour, which tells who is who, on its own."""

    subject: Subject
    frame: Frame
    box: Box
    theme: Theme
    font: QFont
    px: float
    ground: QImage | None = None  # bands and lines, once they are prepared

    def mapping(self, width: float, height: float) -> Mapping:
        return Mapping.fitted(self.box, width, height)

    def prepare(self, width: float, height: float, ratio: float) -> None:
        """Fill the areas and draw the lines of a picture of width × height, with `ratio` pixels to each of them."""
        size = QSize(math.ceil(width * ratio), math.ceil(height * ratio))
        ground = QImage(size, QImage.Format.Format_RGB32)
        ground.setDevicePixelRatio(ratio)
        ground.fill(self.theme.color("window"))  # which is seen where the picture ends within a pixel
        with painting(ground) as painter:
            paint_background(painter, self.subject.run.loss, self.mapping(width, height), self.theme)
        self.ground = ground

    def paint_to(self, painter: QPainter, width: float, height: float) -> None:
        canvas = Canvas(self.mapping(width, height), self.theme, self.font, self.px)
        show = msgspec.structs.replace(self.subject.show, legend=True)
        subject = replace(self.subject, show=show, hint="")
        ContourPicture().paint(painter, canvas, subject, self.frame, layers=False, ground=self.ground)


@dataclass
class ReliefStill:
    """The 3-D view."""

    subject: Subject
    frame: Frame
    camera: Camera
    box: Box
    theme: Theme
    font: QFont
    px: float
    picture: ReliefPicture = field(default_factory=ReliefPicture)

    def _sheet(self, mapping: Mapping, width: float, height: float, ratio: float) -> Sheet:
        return Sheet(mapping, self.box, self.camera, width, height, self.theme, self.font, self.px, ratio)

    def prepare(self, mapping: Mapping, width: float, height: float, ratio: float) -> None:
        """Draw the surface for a contour on `mapping`."""
        self.picture.prepare(self._sheet(mapping, width, height, ratio), self.subject)

    def paint_to(self, painter: QPainter, mapping: Mapping, width: float, height: float, ratio: float) -> None:
        self.picture.paint(painter, self._sheet(mapping, width, height, ratio), self.subject, self.frame)


@dataclass
class Still:
    """The contour, and beside it the 3-D view where that is shown."""

    contour: ContourStill | None
    relief: ReliefStill | None
    shape: QSize

    def size(self) -> QSize:
        return self.shape

    def areas(self, width: float, height: float) -> tuple[QRectF, QRectF]:
        """Where the two lie on a picture of width × height."""
        whole = QRectF(0, 0, width, height)
        return halves(whole, GAP) if self.relief is not None else (whole, QRectF())

    def prepare(self, scale: float | None) -> None:
        """Do what takes long of a picture with `scale` pixels to each of the screen's, or of one made of lines (None).
        In any thread: nothing of it needs a font."""
        area, beside = self.areas(self.shape.width(), self.shape.height())
        if self.contour is not None and scale is not None:
            self.contour.prepare(area.width(), area.height(), scale)
        if self.contour is not None and self.relief is not None:
            mapping = self.contour.mapping(area.width(), area.height())
            self.relief.prepare(mapping, beside.width(), beside.height(), max(scale or 1.0, SHARPEST))

    def paint_to(self, painter: QPainter, width: float, height: float) -> None:
        area, beside = self.areas(width, height)
        if self.contour is None:
            return
        self.contour.paint_to(painter, area.width(), area.height())
        if self.relief is None:
            return
        painter.save()
        painter.fillRect(beside.adjusted(-GAP, -GAP, 0, 0), self.contour.theme.color("window"))
        painter.translate(beside.topLeft())
        painter.setClipRect(QRectF(0, 0, beside.width(), beside.height()))
        mapping = self.contour.mapping(area.width(), area.height())
        ratio = max(painter.device().devicePixelRatioF(), SHARPEST)
        self.relief.paint_to(painter, mapping, beside.width(), beside.height(), ratio)
        painter.restore()
