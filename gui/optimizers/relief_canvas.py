"""The 3-D view in the window: drawn by `ReliefPicture`, turned with the mouse or the keys."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QMouseEvent, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from engine.frames import Frame
from engine.scene import Camera
from gui.optimizers.picture.contour_picture import Subject
from gui.optimizers.picture.relief import Relief
from gui.optimizers.picture.relief_picture import ReliefPicture, Sheet
from gui.optimizers.stills import ReliefStill
from gui.painting import painting
from gui.picture.kept import forget_unseen
from gui.picture.mapping import Box, Mapping
from gui.theme import look
from gui.worker import run_latest

DEGREES = 0.5  # that a pixel of a drag turns
TURN = 5.0  # degrees that a key turns
LOWEST, STEEPEST = 10.0, 90.0
SMALLEST, LARGEST = 0.5, 4.0
REST = 120  # ms without a change after which the surface is drawn finely


class ReliefCanvas(QWidget):
    """Shows (subject, frame) on the surface. A drag turns it, the wheel zooms, a double click looks from where it
    was looked at first. A surface that is new is drawn in haste; finely, in the background, as soon as all rests."""

    camera_changed = Signal(object)  # Camera

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.subject: Subject | None = None
        self.shown: Frame | None = None
        self.camera = Camera()
        self.source: tuple[Mapping, Box] | None = None  # the contour's, and what of it is meant to be seen
        self.picture = ReliefPicture()
        self._refining: object = None  # what is being drawn finely
        self._turned_from: QPointF | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST)
        self._rest.timeout.connect(self.update)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(220, 200)
        self.setAccessibleName(self.tr("The loss surface in three dimensions with the paths of the optimizers"))
        look().changed.connect(self.update)

    def set_subject(self, subject: Subject, camera: Camera, mapping: Mapping, box: Box) -> None:
        """Another run, another look at it, or another view on the contour, `box` on `mapping`."""
        source = mapping, box
        if (self.camera, self.source) != (camera, source) and self.source is not None:
            self._rest.start()
        self.subject, self.camera, self.source = subject, camera, source
        self.update()

    def show_frame(self, frame: Frame) -> None:
        """Another moment of it."""
        self.shown = frame
        self.update()

    def _sheet(self, source: tuple[Mapping, Box], width: float, height: float, ratio: float) -> Sheet:
        return Sheet(*source, self.camera, width, height, look().theme, QApplication.font(), look().scale, ratio)

    def paintEvent(self, _: QPaintEvent) -> None:
        with painting(self) as painter:
            painter.fillRect(self.rect(), look().theme.color("window"))
            if self.subject is not None and self.shown is not None and self.source is not None:
                sheet = self._sheet(self.source, self.width(), self.height(), self.devicePixelRatioF())
                self.picture.paint(painter, sheet, self.subject, self.shown, rough=True)
                if self.picture.is_rough and not self._rest.isActive():
                    if QApplication.mouseButtons() != Qt.MouseButton.NoButton or self._turned_from is not None:
                        self._rest.start()
                    else:
                        self._refine()
            if self.hasFocus():  # + and − zoom this picture then
                painter.setPen(QPen(look().theme.color("accent"), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def _refine(self) -> None:
        """Draw finely what is shown, once: every moment of a race that plays asks for it."""
        key, work = self.picture.finer()
        if key == self._refining:
            return
        self._refining = key

        def done(relief: Relief) -> None:
            self.picture.take(key, relief)
            self._refining = None
            self.update()

        run_latest(self, "relief", work, done, self._fail)

    def _fail(self, error: Exception) -> None:
        raise error  # a fault of our own: nothing in a scene keeps its surface from being drawn

    def still(self) -> ReliefStill | None:
        """What is shown now, for files; None where there is nothing."""
        if self.subject is None or self.shown is None or self.source is None:
            return None
        theme, font, px = look().theme, QApplication.font(), look().scale
        return ReliefStill(self.subject, self.shown, self.camera, self.source[1], theme, font, px)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        forget_unseen(self, self.picture)

    # The mouse.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._turned_from = event.position()
        self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._turned_from is None:
            return
        way = event.position() - self._turned_from
        self._turned_from = event.position()
        self.look_from(
            self.camera.azimuth + DEGREES * way.x(), self.camera.elevation + DEGREES * way.y(), self.camera.zoom
        )

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._turned_from = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.camera_changed.emit(Camera())

    def turn(self, right: int, up: int) -> None:
        """As keys do: so many small turns."""
        self.look_from(self.camera.azimuth + TURN * right, self.camera.elevation + TURN * up, self.camera.zoom)

    def zoom(self, factor: float) -> None:
        """`factor` < 1 shows less, larger."""
        self.look_from(self.camera.azimuth, self.camera.elevation, self.camera.zoom / factor)

    def wheelEvent(self, event: QWheelEvent) -> None:
        camera = self.camera
        self.look_from(camera.azimuth, camera.elevation, camera.zoom * 1.0015 ** event.angleDelta().y())
        event.accept()

    def look_from(self, azimuth: float, elevation: float, zoom: float) -> None:
        """Ask for another camera, within what one can do."""
        azimuth = round((azimuth + 180) % 360 - 180, 1)
        elevation = round(min(max(elevation, LOWEST), STEEPEST), 1)
        self.camera_changed.emit(Camera(azimuth, elevation, round(min(max(zoom, SMALLEST), LARGEST), 3)))
