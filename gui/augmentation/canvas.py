"""The gallery on the screen: a click shows one way large, or all again; a picture can be dropped and pasted."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from gui.augmentation.picture import Sheet, Shown, paint, way_at
from gui.painting import painting
from gui.theme import look
from gui.widgets.picture_target import PictureTarget


class GalleryCanvas(PictureTarget):
    """Draws what it is shown. `chosen(way)` on a click, "all" where that way is large already."""

    chosen = Signal(str)
    pasted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown: Shown | None = None
        self._pointed = ""
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setMinimumSize(320, 240)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Augmented images with their labels"))
        look().changed.connect(self.update)

    def show_tiles(self, shown: Shown) -> None:
        """Another sample, or another way to look at it."""
        self.shown = shown
        self.update()

    def _sheet(self, width: float, height: float) -> Sheet:
        return Sheet(QRectF(0, 0, width, height), QApplication.font(), look().theme, look().scale)

    def paintEvent(self, _: QPaintEvent) -> None:
        with painting(self) as painter:
            painter.fillRect(self.rect(), look().theme.color("window"))
            self._paint(painter, self.width(), self.height(), self._pointed)

    def paint_to(self, painter: QPainter, width: float, height: float) -> None:
        """The same picture at another size, for files."""
        self._paint(painter, width, height, "")

    def _paint(self, painter: QPainter, width: float, height: float, pointed: str) -> None:
        if self.shown is not None:
            paint(painter, self._sheet(width, height), self.shown, pointed)

    def _way_at(self, event: QMouseEvent) -> str:
        if self.shown is None:
            return ""
        return way_at(self._sheet(self.width(), self.height()), self.shown, event.position())

    def _point(self, way: str) -> None:
        if way != self._pointed:
            self._pointed = way
            hand = Qt.CursorShape.PointingHandCursor if way else Qt.CursorShape.ArrowCursor
            self.setCursor(hand)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self._way_at(event))

    def leaveEvent(self, event: QEvent) -> None:
        self._point("")
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.shown is not None:
            way = self._way_at(event)
            self.chosen.emit("all" if self.shown.way != "all" else way or "all")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.pasted.emit()
        else:
            super().keyPressEvent(event)
