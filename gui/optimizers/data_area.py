"""The part of the right column that shows data and model, there only while the loss is made from data."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine.data.loss import DataLoss
from engine.data.scene import DataChoice
from engine.frames import Frame
from engine.scene import DATA, LossChoice
from gui.optimizers.data_canvas import DataCanvas
from gui.optimizers.data_words import data_names
from gui.optimizers.picture.contour_picture import Subject


class DataArea(QWidget):
    """A heading and the canvas."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = DataCanvas()
        heading = QLabel(self.tr("Data and model"))
        heading.setObjectName("heading")
        top = QHBoxLayout()
        top.addWidget(heading)
        top.addStretch(1)
        self.key = QLabel()
        self.key.setObjectName("small")
        top.addWidget(self.key)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 8, 0)
        column.setSpacing(2)
        column.addLayout(top)
        column.addWidget(self.canvas, 1)
        self.hide()

    def set_subject(self, subject: Subject, choice: LossChoice) -> None:
        """Another run; a loss without data has nothing to show here."""
        loss = subject.run.loss
        if isinstance(loss, DataLoss) and choice.key == DATA:
            names = data_names(choice.data or DataChoice())
            self.canvas.set_subject(subject, names)
            held = self.tr("grey: held out") if names.held is not None else ""
            dropped = self.tr("struck through: dropped") if loss.regularisers.dropout else ""
            self.key.setText(", ".join(filter(None, (held, dropped))))
            self.setVisible(True)
        else:
            self.canvas.subject = None
            self.setVisible(False)

    def show_frame(self, frame: Frame) -> None:
        """Another moment of it."""
        self.canvas.show_frame(frame)
