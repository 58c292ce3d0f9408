"""One racer in the side panel: who it is, how it stands, and its hyperparameters when it is selected."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial

import msgspec
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from engine.rules import Rule
from engine.scene import OWN, CrowdChoice, RacerChoice, Scene
from gui.document import Document
from gui.optimizers.markers import draw_marker
from gui.optimizers.racer_extras import RacerExtras
from gui.optimizers.racer_futures import RacerFutures
from gui.optimizers.rule_editor import RuleEditor
from gui.painting import painting
from gui.theme import RacerStyle, look
from gui.widgets.elided import Elided
from gui.widgets.number_field import NumberField
from gui.widgets.toggle import Toggle
from gui.widgets.words import as_plain, words

LOSS = 44  # pixels of a loss at scale 1: what is beside it stands still while the figure changes


class RacerCard(QWidget):
    """Shows racer `index` of the document's scene and changes it."""

    removed = Signal(int)
    duplicated = Signal(int)
    edited = Signal(int)  # a copy whose rule can be typed is wanted
    branched = Signal(int)  # what if it went on with other values from this step?
    compared = Signal(int, str)  # a copy with another value of this hyperparameter is wanted

    def __init__(self, index: int, document: Document, style: RacerStyle) -> None:
        super().__init__()
        self.index, self.document, self.style_of = index, document, style
        self.fields: dict[str, NumberField] = {}
        self.body: QWidget | None = None
        self._futures: RacerFutures | None = None
        self.setObjectName("card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        optimizer = self.optimizer = self.choice.method()  # with the values of the moment
        self.made_for = self.choice.optimizer
        self.editor: RuleEditor | None = None
        self.marker = _Marker(style)
        self.name = Elided()
        self.name.setObjectName("value")
        self.loss = QLabel()
        self.loss.setObjectName("muted")
        self.loss.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.loss.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)  # the name gives way to it
        self.set_name(optimizer.name)
        self.on = Toggle(self.tr("{name} on or off").format(name=optimizer.name))
        self.on.toggled.connect(self._switch)
        self.head = QWidget()
        self.head.setCursor(Qt.CursorShape.PointingHandCursor)
        row = QHBoxLayout(self.head)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.marker)
        row.addWidget(self.name)
        row.addWidget(self.loss, 1)
        row.addWidget(self.on)
        self.outcome = words("error")
        self.outcome.hide()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(8, 7, 8, 7)
        self.column.setSpacing(5)
        self.column.addWidget(self.head)
        self.column.addWidget(self.outcome)
        look().changed.connect(self._restyle)
        self._restyle()
        self.show_scene(document.scene)

    @property
    def choice(self) -> RacerChoice:
        choice: RacerChoice = self.document.scene.racers[self.index]
        return choice

    def set_name(self, name: str) -> None:
        """As the racer is called on the picture: its method, and what sets it apart from its like."""
        self.name.setText(name)
        about = self.optimizer.summary, self.optimizer.source
        self.name.setToolTip(as_plain("\n".join(part for part in (name, *about) if part)))

    def _fit_loss(self) -> None:
        self.loss.setMinimumWidth(max(round(look().px(LOSS)), self.loss.sizeHint().width()))

    def _restyle(self) -> None:
        self._fit_loss()
        self.on.color = self.style_of.color(look().theme)
        for field in self.fields.values():
            field.set_color(self.style_of.color(look().theme))
        if self.body is not None:
            self.extras.set_color(self.style_of.color(look().theme))
            if self._futures is not None:
                self._futures.set_color(self.style_of.color(look().theme))
        self.update()

    def show_scene(self, scene: Scene) -> None:
        """Follow the scene; nothing is rebuilt, so that a slider being dragged keeps its hold."""
        selected = scene.selected == self.index
        if self.property("selected") != selected:
            self.setProperty("selected", selected)
            self.style().polish(self)
        if selected and self.body is None:
            self._make_body()
        if self.body is not None:
            self.body.setVisible(selected)
            self.optimizer = self.choice.branched().method()  # what the sliders change
            if list(self.fields) != [parameter.name for parameter in self.optimizer.parameters]:
                self._make_fields()
            values = self.optimizer.values
            for name, field in self.fields.items():
                field.set_value(values[name])
            self.pytorch.setChecked(self.choice.pytorch)
            self.extras.show_choice(self.choice, scene.steps)
            others = self.choice.branch is not None or self.choice.crowd is not None
            if others or self._futures is not None:
                self.futures.show_choice(self.choice, scene.steps)
                self.futures.setVisible(others)
            if self.editor is not None:
                self.editor.set_rule(self.choice.rule, self.choice.name)
        if self.choice.optimizer == OWN:
            self.set_name(self.choice.method().name)
        self.on.setChecked(self.choice.on)
        self.name.setEnabled(self.choice.on)

    def _make_body(self) -> None:
        self.body = QWidget()
        column = self.body_column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 2, 0, 0)
        column.setSpacing(6)
        if self.choice.optimizer == OWN:
            self.editor = RuleEditor(self.choice.rule, self.choice.name)
            self.editor.edited.connect(self._set_rule)
            self.editor.renamed.connect(self._rename)
            column.addWidget(self.editor)
        self.numbers = QVBoxLayout()
        self.numbers.setSpacing(6)
        column.addLayout(self.numbers)
        self._make_fields()
        self.extras = RacerExtras(self.choice, self.document.scene.steps)
        self.extras.changed.connect(self._change)
        self.extras.set_color(self.style_of.color(look().theme))
        column.addWidget(self.extras)  # first a parent, or it would be shown as a window
        self.extras.setVisible(self.choice.schedule is not None or self.choice.clipping is not None)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.pytorch = Toggle(self.tr("PyTorch convention"))
        self.pytorch.toggled.connect(self._set_convention)
        label = QLabel(self.tr("PyTorch convention"))
        label.setObjectName("muted")
        tip = self.tr(
            "ε outside the root, and for Adam after the bias correction; "
            "Nesterov follows the look-ahead point: the figures of torch.optim, to the last digit."
        )
        label.setToolTip(tip)
        self.pytorch.setToolTip(tip)
        for widget in (self.pytorch, label):
            row.addWidget(widget)
            if self.optimizer.pytorch is None:
                widget.hide()  # never shown before it has a parent: that would be a window of its own
        row.addStretch(1)
        more = QToolButton()
        more.setObjectName("flat")
        more.setText("⋯")
        more.setAccessibleName(self.tr("More"))
        more.setToolTip(self.tr("What if, several starts, two values, schedule, the rule"))
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(more)
        menu.addAction(self.tr("What if, from this step on"), lambda: self.branched.emit(self.index))
        menu.addAction(self.tr("Several starts"), self.toggle_crowd)
        values = menu.addMenu(self.tr("Compare two values of"))
        values.aboutToShow.connect(lambda: self._list_values(values))
        menu.addSeparator()
        menu.addAction(self.tr("Reset to defaults"), self.reset)
        menu.addAction(self.tr("Schedule and clipping"), lambda: self.extras.setVisible(not self.extras.isVisible()))
        menu.addAction(self.tr("Edit a copy of the rule"), lambda: self.edited.emit(self.index))
        menu.addAction(self.tr("Duplicate"), lambda: self.duplicated.emit(self.index))
        menu.addAction(self.tr("Remove"), lambda: self.removed.emit(self.index))
        more.setMenu(menu)
        row.addWidget(more)
        column.addLayout(row)
        self.column.addWidget(self.body)

    @property
    def futures(self) -> RacerFutures:
        """What-if and several starts; made when the first of them is wanted."""
        if self._futures is None:
            self._futures = RacerFutures(self.choice, self.document.scene.steps)
            self._futures.changed.connect(self._change)
            self._futures.set_color(self.style_of.color(look().theme))
            self.body_column.insertWidget(self.body_column.indexOf(self.extras), self._futures)
        return self._futures

    def _make_fields(self) -> None:
        """A slider for each hyperparameter: in a typed rule, for each name that it never assigns."""
        while (item := self.numbers.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.fields = {}
        for parameter in self.optimizer.parameters:
            field = NumberField(parameter, self.optimizer.values[parameter.name])
            field.edited.connect(lambda value, gesture, name=parameter.name: self._set(name, value, gesture))
            field.set_color(self.style_of.color(look().theme))
            self.fields[parameter.name] = field
            self.numbers.addWidget(field)
        for field in self.fields.values():
            field.stand_with(self.fields.values())

    def set_status(self, value: str, kind: str, sentence: str) -> None:
        """The loss now; a racer that has ended says how."""
        text = self.tr("off") if kind == "off" else self.tr("diverged") if kind == "diverged" else value
        self.loss.setText(text)
        name = "error" if kind == "diverged" else "good" if kind == "converged" else "muted"
        if self.loss.objectName() != name:
            self.loss.setObjectName(name)
            self.loss.style().polish(self.loss)
        self._fit_loss()
        ended = kind in ("diverged", "converged", "stopped")
        self.loss.setToolTip(as_plain(sentence) if ended else "" if kind == "hidden" else self.tr("loss"))
        shown = sentence if kind in ("diverged", "stopped") else ""
        style = "error" if kind == "diverged" else "small"
        if self.outcome.objectName() != style:
            self.outcome.setObjectName(style)
            self.outcome.style().polish(self.outcome)
        if self.outcome.text() != shown:
            self.outcome.setText(shown)
            self.outcome.setVisible(bool(shown))

    def _change(self, choice: RacerChoice, text: str, gesture: Hashable = None) -> None:
        if choice != self.choice:
            self.document.change(self.document.scene.with_racer(self.index, choice), text, gesture)

    def toggle_crowd(self) -> None:
        """Several starts, or one."""
        crowd = CrowdChoice(radius=self._radius()) if self.choice.crowd is None else None
        text = self.tr("One start") if crowd is None else self.tr("Several starts")
        self._change(msgspec.structs.replace(self.choice, crowd=crowd), text)

    def _radius(self) -> float:
        """An eighth of the picture, to begin with."""
        (x0, x1), (y0, y1) = self.document.scene.loss.loss().domain
        return float(f"{min(x1 - x0, y1 - y0) / 8:.2g}")

    def _list_values(self, menu: QMenu) -> None:
        menu.clear()
        for parameter in self.optimizer.parameters:
            name = f"{parameter.symbol}  {parameter.name.replace('_', ' ')}"
            menu.addAction(name, partial(self.compared.emit, self.index, parameter.name))

    def _set(self, name: str, value: float, gesture: Hashable) -> None:
        if self.choice.branch is not None:
            later = dict(self.choice.branch.values) | {name: value}
            if value == self.choice.method().values[name]:
                del later[name]
            branch = msgspec.structs.replace(self.choice.branch, values=later)
            self._change(msgspec.structs.replace(self.choice, branch=branch), self.tr("What if"), gesture)
            return
        values = dict(self.choice.values) | {name: value}
        if value == next(p.default for p in self.optimizer.parameters if p.name == name):
            values.pop(name, None)
        changed = msgspec.structs.replace(self.choice, values=values)
        self._change(changed, self.tr("Change {name}").format(name=name.replace("_", " ")), gesture)

    def _set_rule(self, rule: str, gesture: Hashable) -> None:
        """Another text; the numbers of names that are still in it stay."""
        state = Rule(rule).state
        initial = {symbol: value for symbol, value in self.choice.initial.items() if symbol in state}
        plain = msgspec.structs.replace(self.choice, rule=rule, values={}, initial=initial, branch=None)
        known = plain.method().values
        values = {name: value for name, value in self.choice.values.items() if name in known}
        changed = msgspec.structs.replace(plain, values=values)
        try:
            changed.build()
        except ValueError as error:  # what modifies it does not go with it any more
            assert self.editor is not None
            self.editor.tell(str(error))
            return
        self._change(changed, self.tr("Change the rule"), gesture)

    def _rename(self, name: str, gesture: Hashable) -> None:
        self._change(msgspec.structs.replace(self.choice, name=name), self.tr("Rename a method"), gesture)

    def _switch(self, on: bool) -> None:
        self._change(msgspec.structs.replace(self.choice, on=on), self.tr("Switch a racer"))

    def _set_convention(self, pytorch: bool) -> None:
        self._change(msgspec.structs.replace(self.choice, pytorch=pytorch), self.tr("Change the convention"))

    def reset(self) -> None:
        """All hyperparameters back to the method's defaults."""
        self._change(
            msgspec.structs.replace(self.choice, values={}, pytorch=False, schedule=None, clipping=None, branch=None),
            self.tr("Reset"),
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.document.look(self.document.scene.with_(selected=self.index))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()


class _Marker(QWidget):
    """The racer's marker on its line."""

    def __init__(self, style: RacerStyle) -> None:
        super().__init__()
        self.style_of = style
        self.setFixedSize(QSize(22, 22))
        look().changed.connect(self.update)

    def paintEvent(self, _: QPaintEvent) -> None:
        with painting(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            theme = look().theme
            middle = QRectF(self.rect()).center()
            color, halo = self.style_of.color(theme), theme.color("card")
            draw_marker(painter, middle.x(), middle.y(), self.style_of.marker, 14, color, halo)
