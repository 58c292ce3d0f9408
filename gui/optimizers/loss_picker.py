"""The loss surface: a built-in one with its parameters, a typed formula, checked as it is typed, or heights."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import msgspec
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from engine.data.models import MODELS
from engine.data.scene import DataChoice
from engine.expressions import Apply, ExpressionError, Node, Number, parse
from engine.expressions.typeset import typeset
from engine.losses import LOSSES, Loss, free_names
from engine.scene import DATA, HEIGHTS, LossChoice, Scene
from gui.document import Document, new_gesture
from gui.formula import FormulaLabel, FormulaStyle
from gui.optimizers.batch_controls import BatchControls
from gui.optimizers.csv_reader import CsvReader
from gui.optimizers.data_controls import DataControls
from gui.optimizers.surface_heights import HeightControls
from gui.theme import look
from gui.widgets.choice_box import ChoiceBox
from gui.widgets.number_field import NumberField
from gui.widgets.words import words
from gui.worker import drop, run_latest

OWN = "own"
PICTURE, DRAWING = "picture", "drawing"  # entries of the list; the scene knows both as heights
MODEL = "model "  # and the entries of models on data, before the model's key
GROUPS = (
    ("quadratic_bowl", "ill_conditioned", "rotated_ravine", "booth", "matyas", "rosenbrock", "beale"),
    ("himmelblau", "styblinski_tang", "six_hump_camel", "three_hump_camel", "goldstein_price",
     "two_wells", "sharp_and_flat"),
    ("saddle", "monkey_saddle", "plateau", "easom"),
    ("mccormick", "rastrigin", "ackley", "levy", "absolute", "flower"),
)  # fmt: skip
PAUSE = 250  # ms without typing before a formula is differentiated


class LossPicker(QWidget):
    """Shows and changes `scene.loss`."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.combo = ChoiceBox()
        self.combo.setAccessibleName(self.tr("Loss surface"))
        self.combo.setMaxVisibleItems(30)
        self._fill()
        self.combo.activated.connect(self._pick)
        self.formula = FormulaLabel()
        self.story = words("muted")
        self.edit = QLineEdit()
        self.edit.setPlaceholderText(self.tr("e.g. (1 - x)**2 + 100*(y - x**2)**2"))
        self.edit.setAccessibleName(self.tr("Your own formula in x and y"))
        self.edit.setMaxLength(20_000)
        self.edit.textEdited.connect(self._typed)
        self.error = words("error")
        self.edit.setToolTip(self.tr("Every name other than x and y gets a slider, e.g. a*x**2 + y**2"))
        self.heights = HeightControls(document)
        self._data: DataControls | None = None
        self.tables = CsvReader(self, lambda: self.data)
        self.batches = BatchControls(document)
        self.fields: dict[str, NumberField] = {}
        self._kept: dict[str, float] = {}  # what each name's slider was set to, should it be typed again
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(6)
        for widget in (
            self.combo,
            self.heights.error,
            self.tables.error,
            self.heights,
            self.edit,
            self.error,
            self.formula,
            self.story,
            self.batches,
        ):
            self.column.addWidget(widget)
        self.heights.tell("")
        self.tables.tell("")
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(PAUSE)
        self.timer.timeout.connect(self._differentiate)
        self._gesture: Hashable = None
        self._shown: LossChoice | None = None
        look().changed.connect(self._restyle)
        self.show_scene(document.scene)

    @property
    def data(self) -> DataControls:
        """Its many lists are made when the first loss is made from data: most scenes need none."""
        if self._data is None:
            self._data = DataControls(self.document)
            self._data.file_wanted.connect(self.tables.choose)
            self.column.insertWidget(self.column.indexOf(self.batches), self._data)
        return self._data

    def _fill(self) -> None:
        grouped = [key for group in GROUPS for key in group]
        rest = tuple(key for key in LOSSES if key not in grouped)
        for group in (*GROUPS, rest):
            if self.combo.count() and group:
                self.combo.insertSeparator(self.combo.count())
            for key in group:
                self.combo.addItem(LOSSES[key].name, key)
        self.combo.insertSeparator(self.combo.count())
        for key, model in MODELS.items():
            self.combo.addItem(self.tr("{model} on data").format(model=model.name), MODEL + key)
        self.combo.insertSeparator(self.combo.count())
        self.combo.addItem(self.tr("Your own formula…"), OWN)
        self.combo.addItem(self.tr("A picture…"), PICTURE)
        self.combo.addItem(self.tr("Draw it yourself"), DRAWING)

    def show_scene(self, scene: Scene) -> None:
        """Follow the scene."""
        choice = scene.loss
        self.batches.show_scene(scene)
        if choice == self._shown:
            return
        before, self._shown = self._shown, choice
        own = choice.key == OWN
        self._show_entry()
        if before is None or before.key != choice.key:
            self._kept = {}
        self.heights.setVisible(choice.key == HEIGHTS)
        self.heights.show_scene(scene)
        if choice.key == DATA or self._data is not None:
            self.data.setVisible(choice.key == DATA)
            self.data.show_scene(scene)
        loss = choice.loss()
        if [f.parameter for f in self.fields.values()] != list(loss.parameters):
            self._make_fields(loss)
        for name, field in self.fields.items():
            field.set_value(loss.values[name])
        self.edit.setVisible(own)
        if own:
            if not self.edit.hasFocus() or not self.edit.text():
                self.edit.setText(choice.formula)
                self.edit.setCursorPosition(0)
            self._kept |= choice.values
        self._fault(None)
        self._show_formula()

    def _show_entry(self) -> None:
        """The list's entry of the loss that is shown."""
        if self._shown is not None:
            key, heights = self._shown.key, self._shown.heights
            if key == HEIGHTS:
                key = DRAWING if heights is not None and heights.name == "a drawing" else PICTURE
            if key == DATA:
                key = MODEL + (self._shown.data or DataChoice()).model
            self.combo.setCurrentIndex(self.combo.findData(key))

    def _show_formula(self) -> None:
        choice = self._shown
        if choice is None:
            return
        self.formula.setVisible(choice.key != HEIGHTS)
        if choice.key == HEIGHTS:
            self.story.hide()
            return
        own = choice.key == OWN
        loss = None if own else choice.loss() if choice.key == DATA else LOSSES[choice.key].with_values(**choice.values)
        tree = parse(choice.formula) if loss is None else with_numbers(parse(loss.formula), loss.constants)
        self._restyle()
        self.formula.set_box(typeset(tree))
        self.story.setText("" if loss is None else loss.story)
        self.story.setVisible(bool(self.story.text()))

    def _restyle(self) -> None:
        self.formula.set_formula_style(FormulaStyle(look().px(17), look().theme.color("ink")))

    def _make_fields(self, loss: Loss) -> None:
        for field in self.fields.values():
            self.column.removeWidget(field)
            field.hide()
            field.deleteLater()
        self.fields = {}
        for parameter in loss.parameters:
            field = NumberField(parameter, loss.values[parameter.name])
            field.edited.connect(lambda value, gesture, name=parameter.name: self._set(name, value, gesture))
            self.column.addWidget(field)
            self.fields[parameter.name] = field
        for field in self.fields.values():
            field.stand_with(self.fields.values())

    def _set(self, name: str, value: float, gesture: Hashable) -> None:
        scene: Scene = self.document.scene
        values = dict(scene.loss.values) | {name: value}
        choice = msgspec.structs.replace(scene.loss, values=values)
        text = self.tr("Change {name}").format(name=name.replace("_", " "))
        self.document.change(scene.with_loss(choice), text, gesture)

    def _pick(self, index: int) -> None:
        key: Any = self.combo.itemData(index)
        scene: Scene = self.document.scene
        if key == scene.loss.key:
            return
        if key.startswith(MODEL):
            self.data.choose_model(key.removeprefix(MODEL))
            self._show_entry()  # where it cannot be
            return
        self.timer.stop()
        drop(self, "formula")
        drop(self.heights, "picture")
        if key == PICTURE:
            self._show_entry()  # until there is one
            self.heights.choose_file()
            return
        if key == DRAWING:
            self.heights.begin_drawing()
            return
        if key == OWN:
            # Begin with the formula that is there: something to change beats an empty box.
            formula = scene.loss.loss()
            tree_text = _with_constants(formula) if formula.has_formula else "x**2 + y**2"
            choice = LossChoice(OWN, tree_text, domain=formula.domain, noise=scene.loss.noise)
            self._gesture = new_gesture()
            self.document.change(scene.with_loss(choice, view=None), self.tr("Own formula"), self._gesture)
            self.edit.setFocus()
            self.edit.selectAll()
            return
        loss = LOSSES[key]
        start = (float(loss.start[0]), float(loss.start[1]))
        choice = LossChoice(key, noise=scene.loss.noise)
        self.document.change(scene.with_loss(choice, start=start, view=None), self.tr("Change the loss"))

    def _typed(self, text: str) -> None:
        """Mistakes of writing are told at once; the derivative waits for a pause."""
        drop(self, "formula")
        try:
            check_formula(text)
        except ExpressionError as error:
            self.timer.stop()
            self._fault(error)
            return
        self._fault(None)
        self.timer.start()

    def _differentiate(self) -> None:
        text = self.edit.text().strip()
        scene: Scene = self.document.scene
        if scene.loss.key == OWN and scene.loss.formula == text:
            return
        values = {name: self._kept[name] for name in check_formula(text) if name in self._kept}
        choice = LossChoice(OWN, text, values, scene.loss.domain, noise=scene.loss.noise)
        run_latest(self, "formula", choice.loss, lambda _loss: self._accept(choice), self._fault)

    def _accept(self, choice: LossChoice) -> None:
        scene: Scene = self.document.scene
        if scene.loss.key == OWN:
            self.document.change(scene.with_loss(choice), self.tr("Change the formula"), self._gesture)

    def _fault(self, error: Exception | None) -> None:
        text = ""
        if isinstance(error, ExpressionError):
            text = self.tr("column {column}: {problem}").format(column=error.column, problem=error.problem)
        elif error is not None:
            text = str(error)
        self.error.setText(text)
        self.error.setVisible(bool(text))
        if self.edit.property("wrong") != bool(text):
            self.edit.setProperty("wrong", bool(text))
            self.edit.style().polish(self.edit)


def check_formula(text: str) -> list[str]:
    """The free names of a formula in x and y. Raises ExpressionError where it is none."""
    return free_names(parse(text))


def with_numbers(node: Node, constants: dict[str, float]) -> Node:
    """The tree with numbers in place of parameters."""
    if isinstance(node, Apply):
        return Apply(node.function, tuple(with_numbers(a, constants) for a in node.arguments), node.at)
    if not isinstance(node, Number) and node.name in constants:
        return Number(constants[node.name])
    return node


def _with_constants(loss: Loss) -> str:
    text = loss.formula
    for symbol, value in loss.constants.items():
        text = text.replace(symbol, f"{value:g}")
    return text
