"""The left panel: both pictures, which way is large, and how strong each way is."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QWidget

from engine.augmentation_scene import LIMITS, AugmentationScene, PictureChoice
from engine.gallery import SHIPPED, WAYS
from engine.parameters import Parameter
from gui.augmentation.pictures import numbers_of, read_own
from gui.augmentation.words import way_name
from gui.document import Document
from gui.files import last_folder
from gui.image_input import ImageError, shipped_pictures
from gui.widgets.choice_box import ChoiceBox
from gui.widgets.number_field import NumberField
from gui.widgets.side_panel import SidePanel
from gui.widgets.toggle import Toggle
from gui.widgets.words import words

FILE, OWN = "file", "own"
STRENGTHS = (
    Parameter("λ", "share", 0.7, 0, 1, False, "A's part in Mixup, and in CutMix as an area.", 0, 1.0001),
    Parameter("α", "alpha", 1.0, 0.05, 20, True, "Beta(α, α) is even at 1, and near 0 and 1 below.", 0.01, 100.01),
    Parameter("c", "patch", 0.4, 0, 1, False, "Side of Cutout's square, as a part of the image's.", 0, 1.0001),
    Parameter("σ", "noise", 0.15, 0, 0.6, False, "Noise on every pixel.", 0, 10.001),
    Parameter("ε", "smoothing", 0.1, 0, 0.9, False, "What label smoothing shares out evenly.", 0, 1.0001),
)
SAMPLES = Parameter("n", "samples", 60, 2, 300, True, "How many samples the timeline has.", 1, LIMITS["samples"][1] + 1)


class Controls(SidePanel):
    """Everything that is chosen for an augmentation. Follows the document, and changes it."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.setObjectName("sidePanel")
        self.column.setSpacing(7)
        self.error = words("error")
        self.error.hide()
        self.boxes = {place: self._picture_box(place) for place in ("first", "second")}
        self.way = ChoiceBox()
        self.way.setAccessibleName(self.tr("Shown"))
        for way in ("all", *WAYS):
            self.way.addItem(way_name(way), way)
        self.way.activated.connect(lambda index: self.show_way(self.way.itemData(index)))
        self.drawn = Toggle(self.tr("λ drawn from Beta(α, α)"))
        self.drawn.clicked.connect(lambda on: self._change(self.tr("Draw λ"), drawn=on))
        self.fields = {parameter.name: self._field(parameter) for parameter in (*STRENGTHS, SAMPLES)}
        self.again = QPushButton(self.tr("Draw again"))
        self.again.setToolTip(self.tr("Other samples from the same pictures"))
        self.again.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.again.clicked.connect(
            lambda: self._change(self.tr("Draw again"), seed=(self.scene.seed + 1) % int(LIMITS["seed"][1]))
        )
        self._lay_out()
        document.changed.connect(lambda _old, scene: self.show_scene(scene))
        self.show_scene(document.scene)

    @property
    def scene(self) -> AugmentationScene:
        scene: AugmentationScene = self.document.scene
        return scene

    def _picture_box(self, place: str) -> ChoiceBox:
        box = ChoiceBox()
        box.setAccessibleName(self.tr("Image A") if place == "first" else self.tr("Image B"))
        for picture in shipped_pictures():
            if picture.key in SHIPPED:
                box.addItem(picture.name, picture.key)
        box.addItem(self.tr("Your own picture…"), FILE)
        box.activated.connect(lambda index: self.choose(place, box.itemData(index)))
        return box

    def _field(self, parameter: Parameter) -> NumberField:
        field = NumberField(parameter, parameter.default)
        field.edited.connect(partial(self._set, parameter.name))
        return field

    def _lay_out(self) -> None:
        pictures = [_beside(QLabel(name), box) for name, box in zip(("A", "B"), self.boxes.values(), strict=True)]
        self.add_section(self.tr("Pictures"), *pictures, self.error)
        self.add_section(self.tr("Shown"), self.way)
        label = QLabel(self.tr("λ drawn from Beta(α, α)"))
        label.setObjectName("muted")
        share, alpha, *others = (self.fields[parameter.name] for parameter in STRENGTHS)
        self.add_section(self.tr("Strengths"), share, alpha, _beside(self.drawn, label), *others)
        self.add_section(self.tr("Samples"), self.fields["samples"], self.again)
        self.column.addStretch(1)

    def show_scene(self, scene: AugmentationScene) -> None:
        """Follow the scene."""
        for place, box in self.boxes.items():
            self._show_picture(box, getattr(scene, place))
        self.way.setCurrentIndex(self.way.findData(scene.way))
        self.drawn.setChecked(scene.drawn)
        self.fields["share"].setVisible(not scene.drawn)
        self.fields["alpha"].setVisible(scene.drawn)
        for name, field in self.fields.items():
            field.set_value(getattr(scene, name))

    def _show_picture(self, box: ChoiceBox, choice: PictureChoice) -> None:
        """The entry of a picture; one of the user's own has an entry while it is shown."""
        own = box.findData(OWN)
        if own >= 0:
            box.removeItem(own)
        if choice.pixels:
            box.insertItem(box.findData(FILE), choice.name, OWN)
        box.setCurrentIndex(box.findData(OWN if choice.pixels else choice.name))

    def choose(self, place: str, key: str) -> None:
        """A shipped picture, or a file of one's own."""
        if key == FILE:
            self._show_picture(self.boxes[place], getattr(self.scene, place))  # until there is one
            name, _ = QFileDialog.getOpenFileName(self, self.tr("Your own picture"), str(last_folder()))
            if name:
                self.read(Path(name), place)
        elif key != OWN:
            self.take(PictureChoice(key), place)

    def read(self, path: Path, place: str = "first") -> None:
        """A picture file; what is wrong with it is one sentence, and the last picture stays."""
        try:
            self.take(read_own(path), place)
        except ImageError as error:
            self.tell(str(error))

    def take(self, choice: PictureChoice, place: str = "first") -> None:
        """Another picture. Raises ImageError where a shipped one is gone."""
        numbers_of(choice)
        self.tell("")
        self._change(self.tr("Another picture"), **{place: choice})

    def tell(self, problem: str) -> None:
        """What is wrong with a picture, or nothing."""
        self.error.setText(problem)
        self.error.setVisible(bool(problem))

    def show_way(self, way: str) -> None:
        """One way large, or all: a matter of looking, not to be undone."""
        self.document.look(self.scene.with_(way=way))

    def _set(self, name: str, value: float, gesture: Hashable) -> None:
        wanted = min(max(value, LIMITS[name][0]), LIMITS[name][1])
        changes: dict[str, object] = {name: round(wanted) if name == "samples" else wanted}
        if name == "samples":
            changes["position"] = min(self.scene.position, round(wanted) - 1)
        self._change(self.tr("Change {name}").format(name=name), gesture, **changes)

    def _change(self, text: str, gesture: Hashable = None, **changes: object) -> None:
        self.document.change(self.scene.with_(**changes), text, gesture)


def _beside(left: QWidget, right: QWidget) -> QWidget:
    both = QWidget()
    row = QHBoxLayout(both)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    row.addWidget(left)
    row.addWidget(right, 1)
    return both
