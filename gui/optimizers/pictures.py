"""The middle of the panel: the contour, and beside it, where it is wanted, the same in three dimensions."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from engine.frames import Frame
from engine.scene import Camera
from gui.optimizers.contour_canvas import ContourCanvas
from gui.optimizers.picture.contour_picture import Subject
from gui.optimizers.relief_canvas import ReliefCanvas

SHARE = 0.55  # of the room, for the contour


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
        self.setHandleWidth(8)
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

    def set_camera(self, camera: Camera) -> None:
        """The same from elsewhere."""
        if self.relief is not None and self.relief.subject is not None:
            self.set_subject(self.relief.subject, camera)

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
        self.setSizes([round(SHARE * whole), round((1 - SHARE) * whole)])

    def show_frame(self, frame: Frame) -> None:
        """Another moment."""
        if self.relief is not None:
            self.relief.show_frame(frame)

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
