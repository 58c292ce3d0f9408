"""The left panel: on which loss, with which method, and how many paths."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from engine.data.scene import DataChoice
from engine.losses import LOSSES
from engine.minima_scene import BATCHES, LIMITS, MinimaScene, check_minima
from engine.parameters import Parameter
from engine.scene import DATA, LossChoice
from gui.document import Document, new_gesture
from gui.minima.words import tr
from gui.widgets.choice_box import ChoiceBox
from gui.widgets.number_field import NumberField
from gui.widgets.segments import Segments
from gui.widgets.side_panel import SidePanel
from gui.widgets.words import sentence, words

FIELDS = (
    Parameter("η", "learning_rate", 0.25, 1e-3, 2.0, True, "Beyond 2/λmax no path rests in a minimum.", 1e-5, 10.01),
    Parameter("β", "momentum", 0.9, 0.0, 0.99, False, "How much of the velocity is kept.", 0.0, 0.9991),
    Parameter("σ", "sigma", 1.0, 0.01, 20, True, "Noise of one sample's gradient; a batch of B has σ/√B.", 0.0, 100.01),
    Parameter("n", "starts", 300, 50, 2000, True, "Random starts in the domain.", 1, 5001),
    Parameter("k", "steps", 300, 20, 2000, True, "Steps of each path.", 1, 5001),
    Parameter("r", "repeats", 3, 2, 10, False, "How often all is drawn anew: error bars come from it.", 1, 21),
    Parameter("s", "shift", 0.3, 0.0, 2.0, False, "How far the test loss lies from the training loss.", 0.0, 10.01),
)  # fmt: skip
WHOLE = {"starts", "steps", "repeats"}
DATA_BATCHES = (1, 2, 4, 8, 16, 32, 64)
VALLEY_RATE = 0.25  # noise moves a path along the valley faster, the larger the rate


def losses() -> dict[str, tuple[str, LossChoice]]:
    """By key: name and choice of each loss that the experiment can be run on: several minima, of which one is sharper,
    or a valley."""
    own = {key: (LOSSES[key].name, LossChoice(key)) for key in LOSSES if len(LOSSES[key].minima) > 1}
    first = "sharp_and_flat"
    valley = LossChoice(DATA, data=DataChoice(model="two_layer"))
    data = {"valley": (tr("Two layers on Iris: a valley"), valley)}
    return {first: own.pop(first)} | data | own


class Controls(SidePanel):
    """Everything that is chosen for the experiment. Follows the document, and changes it."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.setObjectName("sidePanel")
        self.column.setSpacing(7)
        self.losses = losses()
        self.loss = ChoiceBox()
        self.loss.setAccessibleName(self.tr("Loss"))
        self.loss.setMinimumContentsLength(10)
        self.loss.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for key, (name, _) in self.losses.items():
            self.loss.addItem(name, key)
        self.loss.activated.connect(lambda index: self.choose_loss(self.loss.itemData(index)))
        names = {"gradient_descent": self.tr("Gradient descent"), "momentum": self.tr("Momentum")}
        self.method = Segments(self.tr("Method"), names)
        self.method.chosen.connect(lambda key: self._change(self.tr("Method"), method=key))
        self.fields: dict[str, NumberField] = {}
        for parameter in FIELDS:
            field = self.fields[parameter.name] = NumberField(parameter, parameter.default)
            field.edited.connect(partial(self._set, parameter.name))
        self.error = words("error")
        self.error.hide()
        self.again = QPushButton(self.tr("Draw again"))
        self.again.setToolTip(self.tr("Other starts and other noise"))
        self.again.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.again.clicked.connect(
            lambda: self._change(self.tr("Draw again"), seed=(self.scene.seed + 1) % int(LIMITS["seed"][1]))
        )
        self._lay_out()
        document.changed.connect(lambda _old, scene: self.show_scene(scene))
        self.show_scene(document.scene)

    @property
    def scene(self) -> MinimaScene:
        scene: MinimaScene = self.document.scene
        return scene

    def _lay_out(self) -> None:
        self.add_section(self.tr("Loss"), self.loss)
        method = (self.fields[name] for name in ("learning_rate", "momentum", "sigma"))
        self.add_section(self.tr("Method"), self.method, *method)
        many = (self.fields[name] for name in ("starts", "steps", "repeats"))
        self.add_section(self.tr("Paths for each batch size"), *many, self.again)
        self.add_section(self.tr("Test loss"), self.fields["shift"], self.error)
        self.column.addStretch(1)

    def show_scene(self, scene: MinimaScene) -> None:
        """Follow the scene."""
        key = next((key for key, (_, choice) in self.losses.items() if choice == scene.loss), "")
        self.loss.setCurrentIndex(self.loss.findData(key))
        self.method.set_choice(scene.method)
        self.fields["momentum"].setVisible(scene.method == "momentum")
        self.fields["sigma"].setVisible(scene.loss.key != DATA)
        for name, field in self.fields.items():
            field.set_value(getattr(scene, name))
        self._tell("")

    def choose_loss(self, key: str) -> None:
        """Another loss, at a rate that suits it: near the edge at which its sharpest minimum lets go."""
        choice = self.losses[key][1]
        data = choice.key == DATA
        rate = VALLEY_RATE if data else 0.25 if key == "sharp_and_flat" else fitting_rate(choice)
        self._change(
            self.tr("Another loss"), loss=choice, learning_rate=rate, batch_sizes=DATA_BATCHES if data else BATCHES,
            starts=120 if data else 300, steps=150 if data else 300, position=0,
        )  # fmt: skip

    def _set(self, name: str, value: float, gesture: Hashable) -> None:
        low, high = LIMITS[name]
        wanted = round(value) if name in WHOLE else min(max(value, low), high)
        self._change(self.tr("Change {name}").format(name=name.replace("_", " ")), gesture, **{name: wanted})

    def _change(self, text: str, gesture: Hashable = None, **changes: object) -> None:
        """Change to this; if it cannot be, say why and stay."""
        scene = self.scene.with_(**changes)
        try:
            check_minima(scene)
        except ValueError as error:
            self.show_scene(self.scene)
            self._tell(str(error))
            return
        self.document.change(scene, text, gesture if gesture is not None else new_gesture())

    def _tell(self, problem: str) -> None:
        self.error.setText(sentence(problem))
        self.error.setVisible(bool(problem))


def fitting_rate(choice: LossChoice) -> float:
    """A learning rate just below 2/λmax of the sharpest minimum."""
    from engine.curvature import largest_eigenvalue

    loss = choice.loss()
    sharpest = max(largest_eigenvalue(loss, (float(x), float(y))) for x, y in loss.minima)
    least = LIMITS["learning_rate"][0]
    return float(f"{min(max(1.6 / sharpest, least), 1.0):.2g}") if sharpest > 0 else 0.05
