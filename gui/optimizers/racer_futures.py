"""Other futures of a racer: what if a value had changed at this step, and the same method from several starts."""

from __future__ import annotations

from collections.abc import Hashable

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engine.parameters import Parameter
from engine.scene import MAX_CROWD, BranchChoice, CrowdChoice, RacerChoice
from gui.widgets.choice_box import ChoiceBox
from gui.widgets.number_field import NumberField
from gui.widgets.words import words

SHAPES = ("ring", "grid")


class RacerFutures(QWidget):
    """`changed(choice, text, gesture)` with another branch or crowd; shown while there is one."""

    changed = Signal(object, str, object)

    def __init__(self, choice: RacerChoice, steps: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = choice
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        crowd = self._make_crowd()
        column.addWidget(self._make_branch())
        column.addWidget(crowd)
        self.show_choice(choice, steps)

    def _make_branch(self) -> QWidget:
        self.branch = QWidget()
        self.since = words("note")
        self.back = QPushButton(self.tr("Old values"))
        self.back.setToolTip(self.tr("Forget this what-if: the future is the old one again"))
        self.back.clicked.connect(lambda: self._set_branch(None))
        self.keep = QPushButton(self.tr("From the start"))
        self.keep.setToolTip(self.tr("Race with the new values from the first step on"))
        self.keep.clicked.connect(self._keep)
        column = QVBoxLayout(self.branch)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.since)
        row = QHBoxLayout()
        row.setSpacing(6)
        for button in (self.back, self.keep, self.one):
            button.setObjectName("onCard")
        row.addWidget(self.back)
        row.addWidget(self.keep, 1)
        column.addLayout(row)
        return self.branch

    def _make_crowd(self) -> QWidget:
        self.crowd = QWidget()
        self.shape = ChoiceBox()
        self.shape.setAccessibleName(self.tr("How the starts are laid out"))
        for key, name in zip(SHAPES, (self.tr("ring"), self.tr("grid")), strict=True):
            self.shape.addItem(name, key)
        self.shape.activated.connect(lambda place: self._set_crowd(shape=SHAPES[place]))
        close = QPushButton(self.tr("One start"))
        close.clicked.connect(lambda: self._emit(crowd=None, text=self.tr("One start")))
        self.one = close
        self.count = NumberField(_COUNT, 12)
        self.count.edited.connect(lambda value, gesture: self._set_crowd(gesture, count=round(value)))
        self.radius = NumberField(_RADIUS, 0.5)
        self.radius.edited.connect(lambda value, gesture: self._set_crowd(gesture, radius=value))
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.shape, 1)
        row.addWidget(close)
        column = QVBoxLayout(self.crowd)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.count)
        column.addWidget(self.radius)
        return self.crowd

    def show_choice(self, choice: RacerChoice, steps: int) -> None:
        """Follow the scene, a race of so many steps."""
        self.choice = choice
        branch, crowd = choice.branch, choice.crowd
        if branch is not None:
            text = self.tr("What if: from step {step} on, with the values above. The old future stays as a ghost.")
            if branch.step >= steps:
                text = self.tr("What if from step {step} on: this race ends before.")
            self.since.setText(text.format(step=branch.step))
        if crowd is not None:
            self.shape.setCurrentIndex(SHAPES.index(crowd.shape))
            self.count.set_value(crowd.count)
            self.radius.set_value(crowd.radius)
        self.branch.setVisible(branch is not None)
        self.crowd.setVisible(crowd is not None)

    def set_color(self, color: QColor) -> None:
        for field in (self.count, self.radius):
            field.set_color(color)

    def _set_branch(self, branch: BranchChoice | None) -> None:
        self._emit(branch=branch, text=self.tr("What if"))

    def _keep(self) -> None:
        kept = msgspec.structs.replace(self.choice.branched(), branch=None)
        self.changed.emit(kept.with_values(), self.tr("Keep the new values"), None)

    def _set_crowd(self, gesture: Hashable = None, **changes: object) -> None:
        crowd = msgspec.structs.replace(self.choice.crowd or CrowdChoice(), **changes)
        self._emit(gesture, crowd=crowd, text=self.tr("Several starts"))

    def _emit(self, gesture: Hashable = None, *, text: str, **changes: object) -> None:
        self.changed.emit(msgspec.structs.replace(self.choice, **changes), text, gesture)


def _whole(value: float) -> float:
    return round(value)


_COUNT = Parameter("n", "starts", 12, 2, 36, False, "How many starts, 2 to 100.", least=2, below=MAX_CROWD + 0.5)
_RADIUS = Parameter("r", "radius", 0.5, 0.01, 5, True, "How far from the start, in units of the axes.", 1e-9, 1e6)
