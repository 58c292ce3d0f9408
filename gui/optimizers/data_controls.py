"""A loss made from data: which data set, which columns, how they are scaled. One sentence for what cannot be."""

from __future__ import annotations

import math
from collections.abc import Hashable
from typing import Any

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from engine.data.models import MODELS
from engine.data.scene import OWN as OWN_TABLE
from engine.data.scene import DataChoice
from engine.data.suited import middle_of, suited
from engine.data.table import DATA_SETS, Table
from engine.scene import DATA, LossChoice, Scene
from gui.document import Document
from gui.optimizers.data_words import AS_THEY_ARE, THRESHOLD, class_entries, used_text
from gui.widgets.choice_box import ChoiceBox
from gui.widgets.fold import Fold
from gui.widgets.number_box import NumberBox
from gui.widgets.words import sentence, words

OPEN = "open"  # the list's entry that asks for a file


def data_choice(scene: Scene) -> DataChoice | None:
    """What the scene's loss is made from, if it is made from data."""
    return (scene.loss.data or DataChoice()) if scene.loss.key == DATA else None


class DataControls(QWidget):
    """Shown while the loss is made from data; changes `scene.loss.data`."""

    file_wanted = Signal()

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self._last = DataChoice()  # of the loss made from data that was shown last
        self._own: DataChoice | None = None  # the last choice on a file, so that it can be chosen again
        self._shown: DataChoice | None = None
        self.sets, self.first, self.second, self.target, self.classes, self.scaling = (
            _box(name)
            for name in (
                self.tr("Data set"), self.tr("Input"), self.tr("Second input"), self.tr("Target"),
                self.tr("Classes"), self.tr("Scaling"),
            )
        )  # fmt: skip
        self.open = QPushButton(self.tr("CSV…"))
        self.open.setToolTip(self.tr("Your own table: a CSV file. You can also drop one on the contour."))
        self.open.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.open.clicked.connect(self.file_wanted)
        self.threshold = NumberBox(self.tr("Threshold"), 0.0, _finite)
        for text, key in (
            (self.tr("not standardised"), "none"),
            (self.tr("inputs standardised"), "inputs"),
            (self.tr("inputs and target standardised"), "both"),
        ):
            self.scaling.addItem(text, key)
        self.scaling.setToolTip(self.tr("Standardised: minus the mean, divided by the standard deviation"))
        self.story = words("muted")
        self.file_error, self.error = words("error"), words("error")
        self.file_error.hide()
        self.error.hide()
        body = QWidget()
        self.fold = Fold(self.tr("Data"), body)
        self._lay_out(body)
        self.sets.activated.connect(self._choose_set)
        for box in (self.first, self.second, self.target):
            box.activated.connect(lambda _index, box=box: self._choose_columns(box))
        self.classes.activated.connect(lambda _index: self._choose_classes())
        self.scaling.activated.connect(lambda _index: self._try(self.tr("Scaling"), scaling=self.scaling.currentData()))
        self.threshold.edited.connect(
            lambda value, gesture: self._try(self.tr("Threshold"), gesture, threshold=value, classes=None)
        )
        self.threshold.faulty.connect(self.tell)

    def _lay_out(self, body: QWidget) -> None:
        whole = QVBoxLayout(self)
        whole.setSpacing(4)
        column = QVBoxLayout(body)
        column.setSpacing(6)
        for layout in (whole, column):
            layout.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.fold)
        whole.addWidget(body)
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(self.sets, 1)
        top.addWidget(self.open)
        column.addLayout(top)
        column.addWidget(self.file_error)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        names = (self.tr("input"), self.tr("and"), self.tr("target"), self.tr("classes"))
        self.labels: dict[ChoiceBox, QLabel] = {}
        for row, (name, box) in enumerate(
            zip(names, (self.first, self.second, self.target, self.classes), strict=True)
        ):
            label = self.labels[box] = QLabel(name)
            label.setObjectName("muted")
            grid.addWidget(label, row, 0)
            if box is self.classes:
                grid.addWidget(box, row, 1)
                grid.addWidget(self.threshold, row, 2)
            else:
                grid.addWidget(box, row, 1, 1, 2)
        self.threshold.keep_width(72)
        grid.addWidget(self.scaling, len(names), 0, 1, 3)
        column.addLayout(grid)
        for label in (self.error, self.story):
            column.addWidget(label)

    @property
    def scene(self) -> Scene:
        scene: Scene = self.document.scene
        return scene

    # The scene to the widgets.

    def show_scene(self, scene: Scene) -> None:
        """Follow the scene."""
        choice = data_choice(scene)
        if choice is None or choice == self._shown:
            return
        self._shown = self._last = choice
        if choice.data == OWN_TABLE:
            self._own = choice
        self._fill_sets(choice)
        table, samples = choice.columns_from(), choice.samples()
        self.fold.set_summary(f"{self.sets.currentText()}: {', '.join(samples.names)} → {samples.target}")
        one_input = MODELS[choice.model].most_inputs == 1
        self.first.fill([(name, name) for name in table.names], samples.names[0])
        others = [(name, name) for name in table.names if name != samples.names[0]]
        second = samples.names[1] if len(samples.names) > 1 else ""
        self.second.fill([(self.tr("no second input"), ""), *others], second)
        self.target.fill([(name, name) for name in table.names], samples.target)
        self.second.setVisible(not one_input)
        self.labels[self.second].setVisible(not one_input)
        self._fill_classes(choice, table, samples.target)
        self.scaling.setCurrentIndex(self.scaling.findData(choice.scaling))
        self.tell("")
        self.story.setText(self._told(choice, len(samples), samples.left_out))

    def _fill_sets(self, choice: DataChoice) -> None:
        entries = [(one.name, key) for key, one in DATA_SETS.items()]
        own = self._own.table if self._own is not None else None
        if own is not None:
            entries.append((own.name or self.tr("your own table"), OWN_TABLE))
        self.sets.fill([*entries, (self.tr("Your own CSV file…"), OPEN)], choice.data)

    def _fill_classes(self, choice: DataChoice, table: Table, target: str) -> None:
        """Every pair of a few classes, and a threshold."""
        wanted = choice.model in ("logistic", "tanh")
        entries = class_entries(choice, table, target)
        now: Any = choice.classes or (AS_THEY_ARE if choice.threshold is None else THRESHOLD)
        self.classes.fill(entries, now)
        for widget in (self.classes, self.labels[self.classes]):
            widget.setVisible(wanted)
        self.threshold.setVisible(wanted and choice.threshold is not None)
        if choice.threshold is not None:
            self.threshold.set_value(choice.threshold)

    def _told(self, choice: DataChoice, used: int, left_out: int) -> str:
        shipped = DATA_SETS.get(choice.data)
        about = f"{shipped.story} ({shipped.source}) " if shipped else ""
        return (about + used_text(choice, used, left_out)).strip()

    def tell(self, problem: str) -> None:
        """What is wrong with the data, or nothing."""
        self._tell(self.error, problem)

    def tell_file(self, problem: str) -> None:
        """What is wrong with a file, or nothing."""
        self._tell(self.file_error, problem)

    def _tell(self, label: QLabel, problem: str) -> None:
        label.setText(problem)
        label.setVisible(bool(problem))
        if problem:
            self.fold.set_open(True)

    # The widgets to the scene.

    def choose_model(self, model: str) -> None:
        """Another model, on the same data where they suit it."""
        self.fold.set_open(True)
        self._show(self._last.with_(model=model), self.tr("Change the model"))

    @property
    def model(self) -> str:
        """The model that is shown, or was last."""
        return self._last.model

    def use_table(self, choice: DataChoice) -> None:
        """A table that was read from a file."""
        self.fold.set_open(True)
        self._show(choice.with_(model=self._last.model), self.tr("Your own table"))

    def _choose_set(self, index: int) -> None:
        key = self.sets.itemData(index)
        if key == OPEN:
            self.sets.setCurrentIndex(self.sets.findData(self._last.data))
            self.file_wanted.emit()
            return
        if key == self._last.data:
            return
        if key == OWN_TABLE and self._own is not None:
            choice = self._own.with_(model=self._last.model)
        else:
            choice = self._last.with_(
                data=key, table=None, inputs=(), target="", classes=None, threshold=None, batch_size=None
            )
        self._show(choice, self.tr("Change the data"))

    def _choose_columns(self, box: ChoiceBox) -> None:
        first, second, target = (one.currentData() for one in (self.first, self.second, self.target))
        old = self._last.samples()
        if box is self.first and first == second:
            second = ""
        inputs: tuple[str, ...] = (first, second) if second and MODELS[self._last.model].most_inputs > 1 else (first,)
        if target in inputs:  # whoever takes a column that is in use gives the old one for it
            if box is self.target:
                inputs = tuple(old.target if name == target else name for name in inputs)
            else:
                taken = next((name for name in old.names if name not in inputs), "")
                target = taken or next((n for n in self._last.columns_from().names if n not in inputs), target)
        changes: dict[str, Any] = {"inputs": inputs, "target": target}
        if target != old.target:
            changes |= {"classes": None, "threshold": None}
        self._show(self._last.with_(**changes), self.tr("Choose columns"))

    def _choose_classes(self) -> None:
        key = self.classes.currentData()
        if key == THRESHOLD:
            values = self._last.columns_from().complete((self._last.samples().target,)).numbers[:, 0]
            self._try(self.tr("Classes"), classes=None, threshold=middle_of(values))
        else:
            self._try(self.tr("Classes"), classes=None if key == AS_THEY_ARE else tuple(key), threshold=None)

    def _show(self, choice: DataChoice, text: str) -> None:
        """Change to a choice, mended so that it works; if it cannot be, say why and stay."""
        try:
            choice = suited(choice)
        except ValueError as error:
            self._refuse(str(error))
            return
        self._change(choice, text)

    def _try(self, text: str, gesture: Hashable = None, **changes: Any) -> None:
        """Change to exactly this; if it cannot be, say why and stay."""
        choice = self._last.with_(**changes)
        try:
            if choice.batch_size is not None and choice.batch_size > len(choice.samples()):
                choice = choice.with_(batch_size=None)
            choice.losses()
        except ValueError as error:
            self._refuse(str(error))
            return
        self._change(choice, text, gesture)

    def _change(self, choice: DataChoice, text: str, gesture: Hashable = None) -> None:
        loss = LossChoice(DATA, data=choice)
        made = loss.loss()
        x, y = (_short(float(value), *side) for value, side in zip(made.start, made.domain, strict=True))
        self.tell("")
        changed = self.scene.with_loss(loss, start=(x, y), view=None)
        self.document.change(changed, text, gesture)

    def _refuse(self, problem: str) -> None:
        if self._shown is not None and data_choice(self.scene) is not None:
            self._shown = None
            self.show_scene(self.scene)  # the boxes go back to what is there
        self.tell(sentence(problem))


def _box(name: str) -> ChoiceBox:
    box = ChoiceBox()
    box.setAccessibleName(name)
    box.setMinimumContentsLength(8)
    box.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    return box


def _short(value: float, low: float, high: float) -> float:
    """In no more digits than can be seen on a side of the picture."""
    return round(value, 3 - math.floor(math.log10(high - low)))


def _finite(value: float) -> float:
    if not np.isfinite(value):
        raise ValueError("a threshold is a finite number")
    return value
