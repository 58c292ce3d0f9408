"""The contour in the window: drawn by `ContourPicture`, and the mouse turned into intents."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from engine.frames import Frame
from gui.document import new_gesture
from gui.files import dropped_picture, dropped_table
from gui.optimizers.picture.arrows import arrow_at
from gui.optimizers.picture.contour_picture import Canvas, ContourPicture, Subject, drawn_arrows
from gui.optimizers.picture.surface_brush import paint_brush
from gui.optimizers.stills import ContourStill
from gui.painting import painting
from gui.picture.kept import forget_unseen
from gui.picture.mapping import Box, Mapping
from gui.theme import look
from gui.widgets.words import as_plain


class ContourCanvas(QWidget):
    """Shows (subject, frame). Press or drag moves the start; the wheel zooms; a drag with another button, or
    with Shift, pans; a double click asks for the whole domain again. With a brush the left button raises the surface
    and the right one digs."""

    start_moved = Signal(tuple, object)  # (x, y), gesture
    view_changed = Signal(object)  # Box, or None for the whole domain
    held = Signal()  # a press that would have moved the start, while presenting
    hovered = Signal(object)  # (x, y), or None
    brushed = Signal(tuple, int, object)  # (x, y), +1 raises or −1 digs, gesture
    pasted = Signal()
    dropped = Signal(object)  # Path of a picture
    table_dropped = Signal(object)  # Path of a CSV file
    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.subject: Subject | None = None
        self.why = ""  # there is none
        self.shown: Frame | None = None
        self.view: Box | None = None
        self.picture = ContourPicture()
        self._gesture = 0
        self._before: tuple[float, float] | None = None
        self._panned_from: QPointF | None = None
        self._brush = 0.0  # its radius, in the plane; 0: the mouse moves the start
        self._stroke: tuple[int, object] | None = None
        self._brush_at: QPointF | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.presenting = False
        self.setAcceptDrops(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setMinimumSize(320, 240)
        self.setAccessibleName(self.tr("Loss contour with the paths of the optimizers"))
        look().changed.connect(self.update)

    def set_subject(self, subject: Subject, view: Box | None) -> None:
        """Another run, or another look at it."""
        self.subject, self.view = subject, view
        self.update()

    def show_nothing(self, why: str) -> None:
        """There is no run."""
        self.subject, self.why = None, why
        self.update()

    def show_frame(self, frame: Frame) -> None:
        """Another moment of it."""
        self.shown = frame
        self.update()

    def mapping(self, width: float = 0, height: float = 0) -> Mapping:
        """The plane as it lies on the widget now, or on a picture of another size."""
        return Mapping.fitted(self.box, width or self.width(), height or self.height())

    @property
    def box(self) -> Box:
        """What of the plane is meant to be seen; the widget's shape adds some on two sides."""
        if self.view is not None:
            return self.view
        return self.subject.run.loss.domain if self.subject is not None else ((-1.0, 1.0), (-1.0, 1.0))

    @property
    def draws(self) -> bool:
        """Whether the mouse draws on the surface."""
        return self._brush > 0

    def set_brush(self, radius: float) -> None:
        """Let the mouse draw on the surface, in circles of this radius; 0: no longer."""
        self._brush = radius
        if not radius:
            self._stroke = None
        self.update()

    def _canvas(self, mapping: Mapping, ratio: float) -> Canvas:
        return Canvas(mapping, look().theme, QApplication.font(), look().scale, ratio)

    def paintEvent(self, _: QPaintEvent) -> None:
        with painting(self) as painter:
            if self.subject is not None and self.shown is not None:
                canvas = self._canvas(self.mapping(), self.devicePixelRatioF())
                self.picture.paint(painter, canvas, self.subject, self.shown)
                if self._brush and self._brush_at is not None:
                    paint_brush(painter, self._brush_at, self._brush * canvas.mapping.scale, self._stroke, look().theme)
            else:
                painter.fillRect(self.rect(), look().theme.color("window"))
                painter.setPen(look().theme.color("muted"))
                painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.why)

    def still(self) -> ContourStill | None:
        """What is shown now, for files; None where there is nothing."""
        if self.subject is None or self.shown is None:
            return None
        return ContourStill(self.subject, self.shown, self.box, look().theme, QApplication.font(), look().scale)

    def paint_to(self, painter: QPainter, width: float, height: float) -> None:
        """The same picture at another size, in lines and areas only, for files."""
        still = self.still()
        if still is not None:
            still.paint_to(painter, width, height)

    def zoom(self, factor: float, about: tuple[float, float] | None = None) -> None:
        """Ask for a view larger by `factor` around a point that stays where it is."""
        (x0, x1), (y0, y1) = self.mapping().view
        if not 1e-6 < (x1 - x0) * factor < 1e6:
            return
        x, y = about or ((x0 + x1) / 2, (y0 + y1) / 2)
        view = (
            (x + (x0 - x) * factor, x + (x1 - x) * factor),
            (y + (y0 - y) * factor, y + (y1 - y) * factor),
        )
        self.view_changed.emit(view)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        forget_unseen(self, self.picture)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    # The mouse.

    def _point(self, place: QPointF) -> tuple[float, float]:
        x = min(max(place.x(), 0.0), float(self.width()))
        y = min(max(place.y(), 0.0), float(self.height()))
        return self.mapping().point(x, y)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        pans = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        signs = {Qt.MouseButton.LeftButton: 1, Qt.MouseButton.RightButton: -1}
        if self._brush and event.button() in signs and not pans:
            self._stroke = signs[event.button()], new_gesture()
            self._draw(event.position())
        elif event.button() == Qt.MouseButton.LeftButton and not pans and not self._moves_start(event):
            self._gesture, self._before = 0, None
            self.held.emit()
        elif event.button() == Qt.MouseButton.LeftButton and not pans:
            self._before = self.subject.run.start if self.subject else None
            self._gesture = new_gesture()
            self.start_moved.emit(self._point(event.position()), self._gesture)
        else:
            self._panned_from = event.position()

    def _moves_start(self, event: QMouseEvent) -> bool:
        """Whether a press moves the start: before an audience, who points at something does not mean that."""
        return not self.presenting or bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.hovered.emit(self._point(event.position()))
        self._tell_arrow(event)
        if self._brush:
            self._brush_at = event.position()
            self.update()
        if self._stroke is not None:
            self._draw(event.position())
        elif self._panned_from is not None and event.buttons():
            mapping = self.mapping()
            x0, y0 = mapping.point(self._panned_from.x(), self._panned_from.y())
            x1, y1 = mapping.point(event.position().x(), event.position().y())
            self._panned_from = event.position()
            (left, right), (low, high) = mapping.view
            dx, dy = x0 - x1, y0 - y1
            self.view_changed.emit(((left + dx, right + dx), (low + dy, high + dy)))
        elif event.buttons() & Qt.MouseButton.LeftButton and self._gesture:
            self.start_moved.emit(self._point(event.position()), self._gesture)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._panned_from = self._stroke = None
        self.update()

    def _tell_arrow(self, event: QMouseEvent) -> None:
        """The numbers of the arrow under the mouse."""
        said = ""
        if self.subject is not None and self.shown is not None and not event.buttons():
            arrows = drawn_arrows(self.subject, self.shown, self.mapping(), look().scale)
            said = arrow_at(arrows, (event.position().x(), event.position().y()), look().scale)
        if said:
            QToolTip.showText(event.globalPosition().toPoint(), as_plain(said), self)
        elif QToolTip.isVisible():
            QToolTip.hideText()

    def _draw(self, place: QPointF) -> None:
        if self._stroke is not None:
            self._brush_at = place
            self.brushed.emit(self._point(place), *self._stroke)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._brush:
            self.mousePressEvent(event)  # two dabs in a row
            return
        # The first press of the two has moved the start: put it back, then show everything.
        if self._before is not None and event.button() == Qt.MouseButton.LeftButton:
            self.start_moved.emit(self._before, self._gesture)
            self._gesture = 0
        self.view_changed.emit(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom(1.0015 ** -event.angleDelta().y(), self._point(event.position()))
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered.emit(None)
        self._brush_at = None
        self.update()
        super().leaveEvent(event)

    # Pictures.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.pasted.emit()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_picture(event.mimeData()) is not None or dropped_table(event.mimeData()) is not None:
            event.acceptProposedAction()
        else:
            event.ignore()  # the window knows what to do with scenes

    def dropEvent(self, event: QDropEvent) -> None:
        path, table = dropped_picture(event.mimeData()), dropped_table(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.dropped.emit(path)
        elif table is not None:
            event.acceptProposedAction()
            self.table_dropped.emit(table)
