"""The left panel: loss, start, steps, racers, and what is drawn."""

from __future__ import annotations

import math
from collections.abc import Hashable
from functools import partial

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from engine.optimizers import OPTIMIZERS
from engine.parameters import Parameter
from engine.scene import FAR, MAX_RACERS, MAX_STEPS, OWN, RacerChoice, Scene
from gui.document import Document
from gui.optimizers.fair_controls import FairControls
from gui.optimizers.loss_picker import LossPicker
from gui.optimizers.racer_card import RacerCard
from gui.optimizers.regulariser_controls import RegulariserControls
from gui.theme import look, racer_styles
from gui.widgets.icons import icon
from gui.widgets.number_box import NumberBox
from gui.widgets.side_panel import SidePanel
from gui.widgets.toggle import Toggle
from gui.widgets.words import heading, words


class Controls(SidePanel):
    """Everything that is chosen for a race. Follows the document, and changes it."""

    branch_wanted = Signal(int)
    message = Signal(str)  # why something cannot be done

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.setObjectName("sidePanel")
        column = self.column
        column.setSpacing(6)
        self.picker = LossPicker(document)
        column.addWidget(heading(self.tr("Loss surface")))
        column.addWidget(self.picker)
        column.addSpacing(4)
        self.regularisers = RegulariserControls(document)
        column.addWidget(self.regularisers)
        column.addSpacing(4)
        column.addWidget(heading(self.tr("Start and steps")))
        column.addLayout(self._make_start())
        column.addWidget(self.start_error)
        column.addSpacing(4)
        column.addLayout(self._make_racers_heading())
        self.cards_column = QVBoxLayout()
        self.cards_column.setSpacing(6)
        self.cards: list[RacerCard] = []
        column.addLayout(self.cards_column)
        column.addSpacing(4)
        column.addWidget(heading(self.tr("Comparison")))
        self.fair = FairControls(document)
        column.addWidget(self.fair)
        column.addSpacing(4)
        column.addWidget(heading(self.tr("Show")))
        column.addLayout(self._make_show())
        column.addStretch(1)
        document.changed.connect(self.show_scene)
        look().changed.connect(self._restyle)
        self._restyle()
        self.show_scene(None, document.scene)

    def _make_start(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        scene: Scene = self.document.scene
        self.start_x = NumberBox(self.tr("Start x"), scene.start[0], _coordinate)
        self.start_y = NumberBox(self.tr("Start y"), scene.start[1], _coordinate)
        self.steps = NumberBox(self.tr("Steps"), scene.steps, _whole_steps)
        self.start_error = words("error")
        self.start_error.hide()
        for name, box, stretch in (("x", self.start_x, 3), ("y", self.start_y, 3), (self.tr("steps"), self.steps, 3)):
            label = QLabel(name)
            label.setObjectName("muted")
            row.addWidget(label)
            row.addWidget(box, stretch)
            box.setMinimumWidth(48)
            box.faulty.connect(lambda _sentence: self._show_faults())
        self.start_x.edited.connect(lambda v, gesture: self._set_start((v, self.document.scene.start[1]), gesture))
        self.start_y.edited.connect(lambda v, gesture: self._set_start((self.document.scene.start[0], v), gesture))
        self.steps.edited.connect(self._set_steps)
        return row

    def _make_racers_heading(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(heading(self.tr("Racers")))
        row.addStretch(1)
        self.add = QToolButton()
        self.add.setObjectName("flat")
        self.add.setText(self.tr("Add"))
        self.add.setToolTip(self.tr("Add a racer"))
        self.add.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.add.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.add)
        for key, optimizer in OPTIMIZERS.items():
            menu.addAction(optimizer.name, partial(self.add_racer, RacerChoice(key)))
        menu.addSeparator()
        menu.addAction(self.tr("Your own rule"), self.add_own)
        self.add.setMenu(menu)
        row.addWidget(self.add)
        return row

    def _make_show(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        names = {
            "arrows": self.tr("arrows"),
            "path_ahead": self.tr("path ahead"),
            "minima": self.tr("minima"),
            "legend": self.tr("legend"),
            "curvature": self.tr("curvature"),
            "unregularised": self.tr("unregularised"),
            "penalty": self.tr("penalty"),
            "outcome": self.tr("outcome"),
            "relief": self.tr("3-D view"),
            "futures": self.tr("ghosts, starts"),
        }
        self.shows: dict[str, Toggle] = {}
        for index, (key, name) in enumerate(names.items()):
            toggle = Toggle(name)
            toggle.toggled.connect(lambda on, key=key: self._set_show(key, on))
            label = QLabel(name)
            label.setObjectName("muted")
            row, side = divmod(index, 2)
            grid.addWidget(toggle, row, 2 * side)
            grid.addWidget(label, row, 2 * side + 1)
            self.shows[key] = toggle
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        return grid

    def _restyle(self) -> None:
        self.add.setIcon(icon("plus", look().theme.accent, round(look().px(14))))

    # The scene to the widgets.

    def show_scene(self, old: Scene | None, scene: Scene) -> None:
        """Follow the scene. Cards are made anew only when other racers take part."""
        self.picker.show_scene(scene)
        self.regularisers.show_scene(scene)
        self.start_x.set_value(scene.start[0])
        self.start_y.set_value(scene.start[1])
        self.steps.set_value(scene.steps)
        self.fair.show_scene(scene)
        for key, toggle in self.shows.items():
            if toggle.isChecked() != getattr(scene.show, key):
                toggle.setChecked(getattr(scene.show, key))
        if [card.made_for for card in self.cards] != [racer.optimizer for racer in scene.racers]:
            self._make_cards(scene)
        elif old is None or any(getattr(old, name) != getattr(scene, name) for name in ("racers", "selected", "steps")):
            for card in self.cards:
                card.show_scene(scene)

    def _make_cards(self, scene: Scene) -> None:
        for card in self.cards:
            self.cards_column.removeWidget(card)
            card.hide()
            card.deleteLater()
        styles = racer_styles([racer.optimizer for racer in scene.racers])
        self.cards = [RacerCard(i, self.document, style) for i, style in enumerate(styles)]
        for card in self.cards:
            card.removed.connect(self.remove_racer)
            card.edited.connect(self.add_own)
            card.branched.connect(self.branch_wanted)
            card.compared.connect(self.compare)
            card.duplicated.connect(lambda index: self.add_racer(self.document.scene.racers[index]))
            self.cards_column.addWidget(card)
        self.add.setEnabled(len(self.cards) < MAX_RACERS)

    def set_names(self, names: list[str]) -> None:
        """What the racers of the scene are called on the picture."""
        for card, name in zip(self.cards, names, strict=False):
            card.set_name(name)

    def set_statuses(self, statuses: list[tuple[str, str, str]]) -> None:
        """(loss, running/converged/diverged/off, sentence) for every racer of the scene."""
        for card, status in zip(self.cards, statuses, strict=False):
            card.set_status(*status)

    def _show_faults(self) -> None:
        problems = [box.problem for box in (self.start_x, self.start_y, self.steps) if box.problem]
        self.start_error.setText(problems[0] if problems else "")
        self.start_error.setVisible(bool(problems))

    # The widgets to the scene.

    def _set_start(self, start: tuple[float, float], gesture: Hashable) -> None:
        self.document.change(self.document.scene.with_(start=start), self.tr("Move the start"), gesture)

    def _set_steps(self, steps: float, gesture: Hashable) -> None:
        self.document.change(self.document.scene.with_(steps=int(steps)), self.tr("Steps"), gesture)

    def _set_show(self, key: str, on: bool) -> None:
        scene: Scene = self.document.scene
        show = msgspec.structs.replace(scene.show, **{key: on})
        self.document.change(scene.with_(show=show), self.tr("Show or hide"))

    def add_racer(self, choice: RacerChoice) -> None:
        """One more racer, selected."""
        scene: Scene = self.document.scene
        if self._has_room():
            changed = scene.with_(racers=(*scene.racers, choice), selected=len(scene.racers))
            self.document.change(changed, self.tr("Add a racer"))

    def _has_room(self) -> bool:
        """Whether one more can race; where not, that is said."""
        if len(self.document.scene.racers) < MAX_RACERS:
            return True
        self.message.emit(self.tr("At most {n} racers: remove one first.").format(n=MAX_RACERS))
        return False

    def add_own(self, like: int = -1) -> None:
        """One more racer whose rule is typed, beginning as a copy of racer `like` (−1: as gradient descent)."""
        if not self._has_room():
            return
        scene: Scene = self.document.scene
        choice = scene.racers[like] if like >= 0 else RacerChoice("gradient_descent")
        method = choice.method()
        bare = method.as_pytorch() if choice.pytorch else method
        values = {parameter.symbol: method.values[parameter.name] for parameter in method.parameters}
        name = self.tr("{name}, edited").format(name=method.name)
        own = RacerChoice(OWN, rule=bare.rule.text, name=name, initial=dict(bare.rule.initial))
        known = {parameter.symbol: parameter.name for parameter in own.method().parameters}
        kept = {known[symbol]: value for symbol, value in values.items() if symbol in known}
        own = msgspec.structs.replace(own, values=kept, schedule=choice.schedule, clipping=choice.clipping)
        self.add_racer(own)
        card = self.cards[-1]
        if card.editor is not None:
            card.editor.text.setFocus()

    def compare(self, index: int, name: str) -> None:
        """Racer `index` once more, below it, with another value of the hyperparameter `name`."""
        if not self._has_room():
            return
        scene: Scene = self.document.scene
        racer = msgspec.structs.replace(scene.racers[index], branch=None, crowd=None, on=True)
        method = racer.method()
        parameter = next(p for p in method.parameters if p.name == name)
        other = racer.with_values(**{name: another_value(parameter, method.values[name])})
        racers = (*scene.racers[: index + 1], other, *scene.racers[index + 1 :])
        changed = scene.with_(racers=racers, selected=index + 1)
        self.document.change(changed, self.tr("Compare two values of {name}").format(name=name.replace("_", " ")))

    def remove_racer(self, index: int) -> None:
        scene: Scene = self.document.scene
        racers = (*scene.racers[:index], *scene.racers[index + 1 :])
        selected = min(scene.selected, max(len(racers) - 1, 0))
        self.document.change(scene.with_(racers=racers, selected=selected), self.tr("Remove a racer"))

    def toggle_racer(self, index: int) -> None:
        """Racer `index` (from 0) on or off."""
        if index < len(self.cards):
            self.cards[index].on.toggle()


def another_value(parameter: Parameter, value: float) -> float:
    """A value that is worth comparing with `value`: a third or three times it, or from the range's other half."""
    if parameter.log:
        return float(f"{value / 3 if value / 3 >= parameter.low else value * 3:.2g}")
    low, high = parameter.low, min(parameter.high, parameter.below)
    middle = (low + high) / 2
    return float(f"{middle if abs(value - middle) > 0.1 * (high - low) else (low + middle) / 2:.2g}")


def _coordinate(value: float) -> float:
    if not math.isfinite(value) or abs(value) > FAR:
        raise ValueError("a coordinate lies between −1000000 and 1000000")
    return value


def _whole_steps(value: float) -> float:
    if not math.isfinite(value) or value != int(value) or not 1 <= value <= MAX_STEPS:
        raise ValueError(f"steps are a whole number from 1 to {MAX_STEPS}")
    return value
