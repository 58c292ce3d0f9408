"""What a step sees: all samples, a batch or one, or the gradient through noise; and what is drawn of it."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from engine.data.scene import MAX_SEED, NoiseChoice
from engine.parameters import Parameter
from engine.scene import Scene
from gui.document import Document
from gui.optimizers.data_controls import data_choice
from gui.widgets.number_field import NumberField
from gui.widgets.toggle import Toggle

ALL, MINI, SINGLE = "all", "mini", "single"
USUAL = 16  # samples of a mini-batch
SIGMA = Parameter(
    "σ", "noise", 1.0, 0.01, 100.0, True, "The standard deviation of one sample's gradient, in x and in y.", 0.0, 1e9
)
NOISE_BATCH = Parameter(
    "B", "batch size", 1.0, 1.0, 1024.0, True, "The mean of B gradients scatters by σ/√B.", 1.0, 1_000_001.0
)


class BatchControls(QWidget):
    """Shown under every loss; changes the batches of one made from data, the noise of any other."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self._mini = USUAL
        self._sigma = SIGMA.default
        self.kinds: dict[str, QPushButton] = {}
        self.batches, self.noises, self.drawn = QWidget(self), QWidget(self), QWidget(self)
        self.size_field: NumberField | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for part in (self.batches, self.noises, self.drawn):
            column.addWidget(part)
        self._make_batches()
        self._make_noise()
        self._make_drawn()

    @property
    def scene(self) -> Scene:
        scene: Scene = self.document.scene
        return scene

    def _make_batches(self) -> None:
        texts = {
            ALL: (self.tr("All"), self.tr("Every step sees the whole data set: batch gradient descent")),
            MINI: (self.tr("Mini-batch"), self.tr("Every step sees some samples; an epoch sees each once")),
            SINGLE: (self.tr("Single"), self.tr("Every step sees one sample: stochastic gradient descent")),
        }
        row = QHBoxLayout()
        row.setSpacing(4)
        group = QButtonGroup(self)
        for kind, (text, tip) in texts.items():
            button = QPushButton(text)
            button.setCheckable(True)
            button.setToolTip(tip)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _checked=False, kind=kind: self._choose(kind))
            group.addButton(button)
            row.addWidget(button, 1)
            self.kinds[kind] = button
        self.sizes = QVBoxLayout()
        self.sizes.setContentsMargins(0, 0, 0, 0)
        self.shuffle = _button(self.tr("Shuffle again"), self.tr("Another order, the same for all racers"))
        self.shuffle.clicked.connect(self._shuffle)
        column = QVBoxLayout(self.batches)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addLayout(self.sizes)
        column.addWidget(self.shuffle)

    def _make_noise(self) -> None:
        self.noise = Toggle(self.tr("Gradient noise"))
        self.noise.clicked.connect(self._switch_noise)
        label = QLabel(self.tr("gradient noise σ/√B"))
        label.setObjectName("muted")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.noise)
        row.addWidget(label, 1)
        self.sigma, self.noise_batch = NumberField(SIGMA, SIGMA.default), NumberField(NOISE_BATCH, 1.0)
        self.sigma.edited.connect(lambda value, gesture: self._set_noise(gesture, sigma=float(value)))
        self.noise_batch.edited.connect(lambda value, gesture: self._set_noise(gesture, batch_size=round(value)))
        self.again = _button(self.tr("Draw again"), self.tr("Other noise, the same for all racers"))
        self.again.clicked.connect(lambda: self._set_noise(None, seed=_next(self._noise().seed)))
        column = QVBoxLayout(self.noises)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        for widget in (self.sigma, self.noise_batch, self.again):
            column.addWidget(widget)

    def _make_drawn(self) -> None:
        grid = QGridLayout(self.drawn)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        names = {
            "batch_contour": (self.tr("step's contour"), self.tr("What this step sees of the loss, dashed")),
            "gradient_fan": (self.tr("gradient fan"), self.tr("How the gradients of samples or batches scatter")),
        }
        self.shows: dict[str, Toggle] = {}
        for place, (key, (name, tip)) in enumerate(names.items()):
            toggle = self.shows[key] = Toggle(name)
            toggle.setToolTip(tip)
            toggle.clicked.connect(lambda _checked=False, key=key: self._set_show(key))
            label = QLabel(name)
            label.setObjectName("muted")
            label.setToolTip(tip)
            grid.addWidget(toggle, 0, 2 * place)
            grid.addWidget(label, 0, 2 * place + 1)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)

    # The scene to the widgets.

    def show_scene(self, scene: Scene) -> None:
        """Follow the scene."""
        choice = data_choice(scene)
        noise = scene.loss.noise if choice is None else None
        loud = noise is not None and noise.sigma > 0
        self.batches.setVisible(choice is not None)
        self.noises.setVisible(choice is None)
        self.drawn.setVisible(choice is not None or loud)
        for key, toggle in self.shows.items():
            toggle.setChecked(getattr(scene.show, key))
        self.noise.setChecked(loud)
        for widget in (self.sigma, self.noise_batch, self.again):
            widget.setVisible(loud)
        if noise is not None and loud:
            self._sigma = noise.sigma
            self.sigma.set_value(noise.sigma)
            self.noise_batch.set_value(noise.batch_size)
        if choice is not None:
            self._show_batches(scene)

    def _show_batches(self, scene: Scene) -> None:
        choice = data_choice(scene)
        assert choice is not None
        many = choice.losses()[0].batches.samples
        size = choice.batch_size
        if size is not None:
            size = min(size, many)
        kind = ALL if size is None or size == many else SINGLE if size == 1 else MINI
        self.kinds[kind].setChecked(True)
        if kind == MINI and size is not None:
            self._mini = size
        if self.size_field is None or self.size_field.parameter.high != many:
            self._make_size(many)
        assert self.size_field is not None
        self.size_field.setVisible(kind == MINI)
        self.shuffle.setVisible(kind != ALL)
        if kind == MINI and size is not None:
            self.size_field.set_value(size)

    def _make_size(self, many: int) -> None:
        if self.size_field is not None:
            self.sizes.removeWidget(self.size_field)
            self.size_field.hide()
            self.size_field.deleteLater()
        parameter = Parameter(
            "B", "batch size", min(USUAL, many), 1.0, many, True, "Samples that one step sees.", 1.0, many + 1
        )
        self.size_field = NumberField(parameter, min(self._mini, many))
        self.size_field.edited.connect(lambda value, gesture: self._set_size(round(value), gesture))
        self.sizes.addWidget(self.size_field)

    # The widgets to the scene.

    def _choose(self, kind: str) -> None:
        choice = data_choice(self.scene)
        if choice is None:
            return
        many = choice.losses()[0].batches.samples
        mini = min(self._mini if self._mini > 1 else USUAL, max(many - 1, 1))
        self._set_size({ALL: None, MINI: mini, SINGLE: 1}[kind], None)

    def _set_size(self, size: int | None, gesture: Hashable) -> None:
        self._set_data(self.tr("Batch size"), gesture, batch_size=size)

    def _shuffle(self) -> None:
        choice = data_choice(self.scene)
        if choice is not None:
            self._set_data(self.tr("Shuffle again"), None, seed=_next(choice.seed))

    def _set_data(self, text: str, gesture: Hashable, **changes: Any) -> None:
        choice = data_choice(self.scene)
        if choice is not None:
            loss = msgspec.structs.replace(self.scene.loss, data=choice.with_(**changes))
            self.document.change(self.scene.with_(loss=loss), text, gesture)

    def _noise(self) -> NoiseChoice:
        return self.scene.loss.noise or NoiseChoice()

    def _switch_noise(self) -> None:
        self._set_noise(None, sigma=self._sigma if self.noise.isChecked() else 0.0)

    def _set_noise(self, gesture: Hashable, **changes: Any) -> None:
        noise = msgspec.structs.replace(self._noise(), **changes)
        loss = msgspec.structs.replace(self.scene.loss, noise=noise)
        self.document.change(self.scene.with_(loss=loss), self.tr("Gradient noise"), gesture)

    def _set_show(self, key: str) -> None:
        show = msgspec.structs.replace(self.scene.show, **{key: self.shows[key].isChecked()})
        self.document.change(self.scene.with_(show=show), self.tr("Show or hide"))


def _next(seed: int) -> int:
    return (seed + 1) % (MAX_SEED + 1)


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
