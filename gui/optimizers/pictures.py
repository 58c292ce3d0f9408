"""The middle of the panel: the contour, and beside it, where it is wanted, the same in three dimensions."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from engine.frames import Frame
from engine.scene import Camera
from gui.optimizers.contour_canvas import ContourCanvas
from gui.optimizers.picture.contour_picture import Subject
from gui.optimizers.picture.sheet import FLAT
from gui.optimizers.relief_canvas import ReliefCanvas
from gui.optimizers.stills import GAP, Still


class Pictures(QSplitter):
    """Holds the contour and a 3-D view of it, made when it is first shown: side by side, in a tall window one above
    the other."""

    camera_changed = Signal(object)  # Camera
    hint_changed = Signal()

    def __init__(self, canvas: ContourCanvas, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.canvas = canvas
        self.relief: ReliefCanvas | None = None
        self.hint = ""  # what the mouse does where it is, if it is not on the contour
        self.setChildrenCollapsible(False)
        self.setObjectName("pictures")
        self.setHandleWidth(GAP)
        self.addWidget(canvas)
        canvas.resized.connect(self._follow)

    def set_subject(self, subject: Subject, camera: Camera) -> None:
        """Another run, or another look at it; the contour has it already."""
        if subject.show.relief and self.relief is None:
            self._make()
        if self.relief is None:
            return
        hidden = self.relief.isHidden()
        self.relief.set_subject(subject, camera, self.canvas.mapping(), self.canvas.box)
        self.relief.setVisible(subject.show.relief)
        if hidden and subject.show.relief:
            self._share()

    def show_nothing(self, why: str) -> None:
        """There is no run."""
        self.canvas.show_nothing(why)
        if self.relief is not None:
            self.relief.subject = None
            self.relief.update()

    def set_camera(self, camera: Camera) -> None:
        """The same from elsewhere."""
        if self.relief is not None and self.relief.subject is not None:
            self.set_subject(self.relief.subject, camera)

    def shown_relief(self) -> ReliefCanvas | None:
        """The 3-D view, if it is on the screen."""
        return None if self.relief is None or self.relief.isHidden() else self.relief

    def focused(self) -> ContourCanvas | ReliefCanvas:
        """The one that keys zoom: the contour, unless the other has the focus."""
        relief = self.shown_relief()
        return relief if relief is not None and relief.hasFocus() else self.canvas

    def _make(self) -> None:
        self.relief = ReliefCanvas(self)
        self.relief.hide()
        self.addWidget(self.relief)
        self.relief.camera_changed.connect(self.camera_changed)
        self.relief.installEventFilter(self)
        self.setStretchFactor(0, 3)
        self.setStretchFactor(1, 2)

    def _share(self) -> None:
        whole = self.width() if self.orientation() == Qt.Orientation.Horizontal else self.height()
        self.setSizes([round(FLAT * whole), round((1 - FLAT) * whole)])

    def show_frame(self, frame: Frame) -> None:
        """Another moment."""
        if self.relief is not None:
            self.relief.show_frame(frame)

    # Pictures for files.

    def canvas_area(self, width: float, height: float) -> QRectF:
        """Where the contour lies on a picture of width × height."""
        return self.still().areas(width, height)[0]

    def still(self) -> Still:
        """What is shown now, to be painted when its long part is prepared."""
        relief = self.shown_relief()
        return Still(self.canvas.still(), relief.still() if relief is not None else None, self.size())

    def paint_to(self, painter: QPainter, width: float, height: float) -> None:
        """What is shown, at another size."""
        self.still().paint_to(painter, width, height)

    def _follow(self) -> None:
        """The same part of the plane as on the contour, which has another size now."""
        if self.relief is not None and self.relief.subject is not None:
            self.set_subject(self.relief.subject, self.relief.camera)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= self.height()
        orientation = Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
        if orientation != self.orientation():
            self.setOrientation(orientation)
            self._share()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            on = event.type() == QEvent.Type.Enter
            self.hint = self.tr("drag: turn · wheel: zoom · double click: as at first") if on else ""
            self.hint_changed.emit()
        return super().eventFilter(watched, event)
