"""Regularisation of a loss made from data: a switch and a strength for each way, and early stopping.

Off for every other loss, and said so. A drag changes the scene at once; what cannot be is a sentence below the switch.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import msgspec
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from engine.data.regularisers import MOST_COPIES
from engine.data.scene import DataChoice, RegulariserChoice
from engine.parameters import Parameter
from engine.scene import DATA, Scene
from gui.document import Document
from gui.formula import FormulaLabel, FormulaStyle
from gui.optimizers.regulariser_formula import formula_words, regularised_formula
from gui.theme import look
from gui.widgets.fold import Fold
from gui.widgets.number_field import NumberField
from gui.widgets.toggle import Toggle
from gui.widgets.words import sentence, words

SHARE = 0.3  # of the samples held out when early stopping is switched on


def tr(text: str) -> str:
    return QCoreApplication.translate("RegulariserControls", text)


def strengths() -> dict[str, tuple[str, str, tuple[Parameter, ...]]]:
    """For each switch its name, what it does, and its numbers (named as in `RegulariserChoice`)."""
    return {
        "l2": (
            tr("L2 norm penalty"),
            tr("α/2·‖w‖² is added to the loss: contours become rounder, and the minimum moves towards the origin. "
               "Every method sees it in its gradient; decoupled from the gradient it is the racer AdamW. With L1 it is "
               "the elastic net."),
            (Parameter("α", "l2", 0.1, 1e-3, 10.0, True, tr("How much long weights cost"), 0.0, 1000.001),),
        ),
        "l1": (
            tr("L1 norm penalty"),
            tr("λ·‖w‖₁ is added to the loss: its edges lie on the axes, so that weights become exactly 0. "
               "With L2 it is the elastic net."),
            (Parameter("λ", "l1", 0.1, 1e-3, 10.0, True, tr("How much a weight that is not 0 costs"), 0.0, 1000.001),),
        ),
        "dropout": (
            tr("dropout"),
            tr("Each input is set to zero with probability p in a training step, and the others are divided by 1 − p. "
               "The contour is the mean over all masks."),
            (Parameter("p", "dropout", 0.5, 0.0, 0.95, False, tr("How probable it is that an input is dropped"),
                       0.0, 0.9501),),
        ),
        "input_noise": (
            tr("noise on inputs"),
            tr("Random noise is added to every input in every step; on average this smooths the loss, and for linear "
               "regression it is an L2 penalty."),
            (Parameter("σ", "input_noise", 0.3, 0.0, 2.0, False, tr("Its standard deviation"), 0.0, 10.001),),
        ),
        "weight_noise": (
            tr("noise on weights"),
            tr("Every step reads its gradient a random bit beside the weights: steep and narrow places become higher, "
               "flat ones stay."),
            (Parameter("τ", "weight_noise", 0.3, 0.0, 2.0, False, tr("Its standard deviation"), 0.0, 10.001),),
        ),
        "label_smoothing": (
            tr("label smoothing"),
            tr("Targets of 0 and 1 become ε/2 and 1 − ε/2: being ever more certain does not pay any longer."),
            (Parameter("ε", "label_smoothing", 0.1, 0.0, 0.9, False, tr("How far both targets move to their middle"),
                       0.0, 0.9501),),
        ),
        "copies": (
            tr("data augmentation"),
            tr("Copies of every sample with the same target, their inputs moved a little, are learnt from as well."),
            (
                Parameter("k", "copies", 2, 1, MOST_COPIES, False, tr("Copies of each sample, up to 20"), 0.0, 20.001),
                Parameter("s", "jitter", 0.1, 0.0, 2.0, False, tr("How far the copies are moved"), 0.0, 10.001),
            ),
        ),
        "batch_normalisation": (
            tr("batch normalisation"),
            tr("The inputs of each batch minus their mean, divided by their standard deviation: a ravine becomes a "
               "bowl."),
            (),
        ),
    }  # fmt: skip


STOPPING = (
    Parameter("v", "validation", SHARE, 0.05, 0.9, False, "The share of the samples that is held out", 0.001, 0.9001),
    Parameter("k", "patience", 10, 1, 200, True, "Steps that the validation loss may fail to fall", 1.0, 100_000.5),
)


class RegulariserControls(QWidget):
    """Shows and changes `scene.loss.data`'s regularisers and early stopping."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.formula = FormulaLabel()
        self.error = words("error")
        self.body = QWidget()
        self.fold = Fold(self.tr("Regularisation"), self.body)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.fold)
        column.addWidget(self.formula)
        column.addWidget(self.error)
        column.addWidget(self.body)
        self.error.hide()
        self.switches: dict[str, Toggle] = {}
        self.fields: dict[str, NumberField] = {}
        self._rows: dict[str, list[NumberField]] = {}
        self._made = False
        self._restyle()
        look().changed.connect(self._restyle)
        self.show_scene(document.scene)

    def _make(self) -> None:
        """The rows, once a loss is made from data."""
        self._made = True
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 2, 0, 4)
        column.setSpacing(5)
        for key, (name, story, parameters) in strengths().items():
            self._make_row(column, key, name, story, parameters)
        stopping = self.tr(
            "Some samples are held out. Training stops where their loss, the validation loss, has turned up, and the "
            "weights at its lowest point are kept."
        )
        self._make_row(column, "stopping", self.tr("early stopping"), stopping, STOPPING)

    def _make_row(
        self, column: QVBoxLayout, key: str, name: str, story: str, parameters: tuple[Parameter, ...]
    ) -> None:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(1, 1)
        switch = self.switches[key] = Toggle(name)
        switch.clicked.connect(lambda on, key=key: self._switch(key, on))
        label = QLabel(name)
        for widget in (switch, label):
            widget.setToolTip(story)
        grid.addWidget(switch, 0, 0)
        grid.addWidget(label, 0, 1)
        self._rows[key] = []
        for place, parameter in enumerate(parameters):
            field = NumberField(parameter, parameter.default)
            field.set_labelled(len(parameters) > 1)  # one number alone is named by its switch
            grid.addWidget(field, 1 + place, 0, 1, 2)
            field.edited.connect(lambda value, gesture, name=parameter.name: self._set(name, value, gesture))
            self.fields[parameter.name] = field
            self._rows[key].append(field)
        column.addLayout(grid)

    def _restyle(self) -> None:
        self.formula.set_formula_style(FormulaStyle(look().px(17), look().theme.color("ink")))

    # The scene to the widgets.

    def show_scene(self, scene: Scene) -> None:
        """Follow the scene."""
        choice = (scene.loss.data or DataChoice()) if scene.loss.key == DATA else None
        self.error.hide()
        self.fold.set_possible(choice is not None)
        if choice is None:
            self.fold.set_summary(self.tr("only for models on data"))
            self.formula.hide()
            return
        if not self._made:
            self._make()
        on = set(choice.regularisers.on) | ({"stopping"} if choice.stopping.share else set())
        self.fold.set_summary(self._summary(on))
        self._show_strengths(choice, on)
        box = regularised_formula(choice.regularisers, 0.0 if choice.model == "tanh" else 0.5)
        self.formula.setVisible(box is not None)
        self.formula.setToolTip(formula_words(choice.regularisers))
        if box is not None:
            self.formula.set_box(box)

    def _show_strengths(self, choice: DataChoice, on: set[str]) -> None:
        for key, switch in self.switches.items():
            switch.setChecked(key in on)
            for field in self._rows[key]:
                field.setVisible(key in on)
        for name, field in self.fields.items():
            if name == "validation":
                if choice.stopping.share:
                    field.set_value(choice.stopping.share)
            elif name == "patience":
                field.set_value(choice.stopping.patience)
            else:
                field.set_value(getattr(choice.regularisers, name))

    def _summary(self, on: set[str]) -> str:
        """What is on, by name."""
        names = {key: name for key, (name, _, _) in strengths().items()} | {"stopping": self.tr("early stopping")}
        if {"l1", "l2"} <= on:
            names |= {"l1": self.tr("elastic net"), "l2": ""}
        return ", ".join(name for key, name in names.items() if key in on and name) or self.tr("none")

    # The widgets to the scene.

    @property
    def choice(self) -> DataChoice:
        scene: Scene = self.document.scene
        return scene.loss.data or DataChoice()

    def _switch(self, key: str, on: bool) -> None:
        choice = self.choice
        text = self.tr("Switch a regulariser")
        if key == "stopping":
            share = self.fields["validation"].box.value if on else 0.0
            self._try(choice.with_(stopping=msgspec.structs.replace(choice.stopping, share=share)), text)
            return
        names = [name for name in choice.regularisers.on if name != key] + ([key] if on else [])
        self._try(self._with(on=tuple(names)), text)

    def _set(self, name: str, value: float, gesture: Hashable) -> None:
        choice, text = self.choice, self.tr("Change a strength")
        if name in ("copies", "patience"):
            value = round(value)
        if name == "validation":
            changed = choice.with_(stopping=msgspec.structs.replace(choice.stopping, share=value))
        elif name == "patience":
            changed = choice.with_(stopping=msgspec.structs.replace(choice.stopping, patience=max(int(value), 1)))
        else:
            changed = self._with(**{name: int(value) if name == "copies" else value})
        self._try(changed, text, gesture)

    def _with(self, **changes: Any) -> DataChoice:
        choice = self.choice
        regularisers: RegulariserChoice = msgspec.structs.replace(choice.regularisers, **changes)
        return choice.with_(regularisers=regularisers)

    def _try(self, choice: DataChoice, text: str, gesture: Hashable = None) -> None:
        """Change to this; if it cannot be, say why and stay."""
        scene: Scene = self.document.scene
        if scene.loss.key != DATA:
            return
        choice = _with_fitting_batch(choice)
        try:
            choice.losses()
        except ValueError as error:
            self.show_scene(scene)
            message = str(error)
            self.error.setText(sentence(message))
            self.error.show()
            return
        loss = msgspec.structs.replace(scene.loss, data=choice)
        self.document.change(scene.with_(loss=loss), text, gesture)
        self.error.hide()


def _with_fitting_batch(choice: DataChoice) -> DataChoice:
    """Fewer copies may leave fewer samples than a batch has: then all of them."""
    if choice.batch_size is None:
        return choice
    copies = choice.regularisers.copies if "copies" in choice.regularisers.on else 0
    many = len(choice.samples()) * (1 + copies)
    return choice if choice.batch_size <= many else choice.with_(batch_size=None)
