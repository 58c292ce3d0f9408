"""The right column: the rule at work, data and model where there are any, and the loss curve; who gets what height."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from engine.frames import Frame
from engine.scene import Scene
from gui.optimizers.data_area import DataArea
from gui.optimizers.data_canvas import DataCanvas
from gui.optimizers.inspector import Inspector
from gui.optimizers.loss_canvas import LossCanvas
from gui.optimizers.picture.contour_picture import Subject
from gui.theme import look
from gui.widgets.elided import Elided

NARROWEST = 280  # pixels at scale 1 in which every figure is whole
LEAST_ROOM = 400  # pixels that very large type gets along with
CURVE_SHARE = 0.26  # of the height, where the rule has the rest
WITH_DATA = (0.5, 0.28, 0.22)  # for the rule, data and model, and the curve


class RightColumn(QWidget):
    """Three views of the same subject and moment."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspectorPanel")
        self.inspector, self.data, self.losses = Inspector(), DataArea(), LossCanvas()
        self._has_data = False
        self.heading = Elided()
        self.heading.setObjectName("heading")
        self.losses.titled.connect(self.heading.setText)
        self.curve = QWidget()
        below = QVBoxLayout(self.curve)
        below.setContentsMargins(10, 8, 8, 0)
        below.setSpacing(2)
        below.addWidget(self.heading)
        below.addWidget(self.losses, 1)
        self.parts = QSplitter(Qt.Orientation.Vertical)
        for index, (part, stretch) in enumerate(((self.inspector, 3), (self.data, 2), (self.curve, 1))):
            self.parts.addWidget(part)
            self.parts.setStretchFactor(index, stretch)
        self.parts.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(0)
        column.addWidget(self.parts)
        look().changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        self.setMinimumWidth(round(min(look().px(NARROWEST), LEAST_ROOM)))

    def share_height(self, height: float, px: float) -> None:
        """Divide a height anew, in pixels at scale 1 where `px` is 1."""
        if self._has_data:
            sizes = [share * height for share in WITH_DATA]
        else:
            curve = max(150 * px, CURVE_SHARE * height)
            sizes = [max(height - curve, 0.0), 0.0, curve]
        self.parts.setSizes([round(size) for size in sizes])

    def charts(self) -> tuple[tuple[str, DataCanvas | LossCanvas], ...]:
        """Data and curve with the curve's heading, where the loss is made from data: its contour needs them."""
        return (("", self.data.canvas), (self.heading.text(), self.losses)) if self._has_data else ()

    def set_subject(self, subject: Subject, scene: Scene) -> None:
        """Another run, or another look at it."""
        show = subject.show
        self.losses.set_run(subject.run, subject.labels, show, subject.stopping, subject.selected, scene.curve)
        self.data.set_subject(subject, scene.loss)
        if self._has_data == self.data.isHidden():
            self._has_data = not self._has_data
            self.share_height(self.height(), look().scale)
        self.inspector.set_run(subject.run, subject.selected, scene.note, show.outcome, show.curvature)

    def show_nothing(self, why: str) -> None:
        """There is no run."""
        self.losses.show_nothing()
        self.data.canvas.subject = None
        self.data.canvas.update()
        self.inspector.show_nothing(why)

    def show_frame(self, frame: Frame) -> None:
        """Another moment of it."""
        self.losses.show_frame(frame)
        self.data.show_frame(frame)
        self.inspector.show_frame(frame)
