"""The contour in the window: a pyqtgraph view that zooms, pans and is drawn by `ContourPicture`."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from engine.frames import Frame
from gui.document import new_gesture
from gui.optimizers.picture.contour_picture import Canvas, ContourPicture, Subject
from gui.optimizers.picture.mapping import Box, Mapping
from gui.theme import look


class ContourCanvas(pg.GraphicsView):
    """Shows (subject, frame). Click or drag moves the start; wheel zooms; right or middle drag pans;
    double click asks for the whole domain again."""

    start_moved = Signal(tuple, object)  # (x, y), gesture
    view_changed = Signal(object)  # Box, or None for the whole domain
    hovered = Signal(object)  # (x, y), or None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None)
        self.subject: Subject | None = None
        self.frame_shown: Frame | None = None
        self.view: Box | None = None
        self.picture = ContourPicture()
        self.box = _View(self)
        self.setCentralItem(self.box)
        self.item = _Picture(self)
        self.item.setParentItem(self.box)
        self.setMouseTracking(True)
        # The picture covers all of it: nothing behind needs painting.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setViewportUpdateMode(pg.GraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.viewport().setCursor(Qt.CursorShape.CrossCursor)
        self.setMinimumSize(320, 240)
        self.setAccessibleName(self.tr("Loss contour with the paths of the optimizers"))
        look().changed.connect(self.item.update)

    def set_subject(self, subject: Subject, view: Box | None) -> None:
        """Another run, or another look at it."""
        self.subject, self.view = subject, view
        self.item.update()

    def show_frame(self, frame: Frame) -> None:
        """Another moment of it."""
        self.frame_shown = frame
        self.item.update()

    def mapping(self) -> Mapping:
        """The plane as it lies on the widget now."""
        size = self.viewport().size()
        return Mapping.fitted(self._wanted(), size.width(), size.height())

    def _wanted(self) -> Box:
        if self.view is not None:
            return self.view
        if self.subject is None:
            return (-1.0, 1.0), (-1.0, 1.0)
        return self.subject.run.loss.domain

    def canvas(self, mapping: Mapping, ratio: float) -> Canvas:
        theme = look().theme
        return Canvas(mapping, theme, QApplication.font(), look().scale, ratio)

    def paint_to(self, painter: QPainter, width: float, height: float, layers: bool = False) -> None:
        """The same picture at another size, for files."""
        if self.subject is not None and self.frame_shown is not None:
            canvas = self.canvas(Mapping.fitted(self._wanted(), width, height), 1.0)
            ContourPicture().paint(painter, canvas, self.subject, self.frame_shown, layers)

    def leaveEvent(self, event: Any) -> None:
        self.hovered.emit(None)
        super().leaveEvent(event)

    def mouseMoveEvent(self, event: Any) -> None:
        place = event.position()
        self.hovered.emit(self.mapping().point(place.x(), place.y()))
        super().mouseMoveEvent(event)


class _View(pg.ViewBox):
    """Turns the mouse into intents; the range itself belongs to the scene."""

    def __init__(self, canvas: ContourCanvas) -> None:
        super().__init__(enableMenu=False, border=None)
        self.canvas = canvas
        self.setMouseEnabled(False, False)
        self.gesture: int = 0
        self.before: tuple[float, float] | None = None

    def _at(self, place: QPointF) -> tuple[float, float]:
        return self.canvas.mapping().point(place.x(), place.y())

    def mouseClickEvent(self, event: Any) -> None:
        event.accept()
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if event.double():
            # The first click of the two has moved the start: put it back, then show everything.
            if self.before is not None:
                self.canvas.start_moved.emit(self.before, self.gesture)
            self.canvas.view_changed.emit(None)
            return
        subject = self.canvas.subject
        self.before = subject.run.start if subject else None
        self.gesture = new_gesture()
        self.canvas.start_moved.emit(self._at(event.scenePos()), self.gesture)

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:
        event.accept()
        if event.button() == Qt.MouseButton.LeftButton and not event.modifiers():
            if event.isStart():
                self.gesture = new_gesture()
            size = self.canvas.viewport().size()
            place = event.scenePos()
            x = min(max(place.x(), 0.0), float(size.width()))
            y = min(max(place.y(), 0.0), float(size.height()))
            self.canvas.start_moved.emit(self._at(QPointF(x, y)), self.gesture)
            return
        x0, y0 = self._at(event.lastScenePos())
        x1, y1 = self._at(event.scenePos())
        (left, right), (low, high) = self.canvas.mapping().view
        dx, dy = x0 - x1, y0 - y1
        self.canvas.view_changed.emit(((left + dx, right + dx), (low + dy, high + dy)))

    def wheelEvent(self, event: Any, axis: int | None = None) -> None:
        event.accept()
        factor = 1.0015 ** -event.delta()
        self.zoom(factor, self._at(event.scenePos()))

    def zoom(self, factor: float, about: tuple[float, float]) -> None:
        """Grow the view by `factor` around a point that stays where it is."""
        (x0, x1), (y0, y1) = self.canvas.mapping().view
        if not 1e-6 < (x1 - x0) * factor < 1e6:
            return
        x, y = about
        view = (
            (x + (x0 - x) * factor, x + (x1 - x) * factor),
            (y + (y0 - y) * factor, y + (y1 - y) * factor),
        )
        self.canvas.view_changed.emit(view)


class _Picture(pg.GraphicsObject):
    """The one thing in the view: the picture, in the view's pixels."""

    def __init__(self, canvas: ContourCanvas) -> None:
        super().__init__()
        self.canvas = canvas
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption, False)

    def boundingRect(self) -> QRectF:
        return QRectF(self.canvas.viewport().rect())

    def viewRangeChanged(self) -> None:
        pass

    def paint(self, painter: QPainter, _: QStyleOptionGraphicsItem, __: QWidget | None = None) -> None:
        canvas = self.canvas
        if canvas.subject is None or canvas.frame_shown is None:
            return
        ratio = canvas.viewport().devicePixelRatioF()
        canvas.picture.paint(painter, canvas.canvas(canvas.mapping(), ratio), canvas.subject, canvas.frame_shown)
