"""Image augmentation in a window of its own: two pictures, every way side by side, sample after sample."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QRectF, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from engine.augment import Floats
from engine.gallery import Tile, gallery
from engine.parameters import Parameter
from gui.augmentation.picture import paint_gallery
from gui.image_input import ImageError, read_image, shipped_pictures
from gui.theme import look
from gui.widgets.choice_box import ChoiceBox
from gui.widgets.number_field import NumberField
from gui.widgets.words import words

SIDE = 160  # pixels of the images
PACE = 700  # milliseconds a sample while playing
FILE = "file"
FIELDS = (
    Parameter("λ", "share", 0.7, 0, 1, False, "A's part in Mixup, and in CutMix as an area.", 0, 1.0001),
    Parameter("c", "patch", 0.4, 0, 1, False, "Side of Cutout's square, as a part of the image's.", 0, 1.0001),
    Parameter("σ", "sigma", 0.15, 0, 0.6, False, "Noise on every pixel.", 0, 10),
    Parameter("ε", "epsilon", 0.1, 0, 0.9, False, "What label smoothing gives to both classes.", 0, 1.0001),
    Parameter("k", "sample", 0, 0, 99, False, "Which sample: where patches lie, which crop, which noise.", 0, 1e6),
)


class AugmentationDialog(QDialog):
    """`values` decide everything that is seen; Play goes from sample to sample."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Image augmentation"))
        self.values = {parameter.name: parameter.default for parameter in FIELDS}
        self.pictures: list[tuple[str, Floats]] = []
        self.canvas = GalleryCanvas()
        self.error = words("error")
        self.error.hide()
        self.timer = QTimer(self)
        self.timer.setInterval(PACE)
        self.timer.timeout.connect(lambda: self.step(1))
        self.play = QPushButton(self.tr("Play"))
        self.play.setCheckable(True)
        self.play.toggled.connect(lambda on: self.timer.start() if on else self.timer.stop())
        self.boxes = [self._box(place, name) for place, name in enumerate(("A", "B"))]
        self._lay_out()
        self.pictures = [_shipped("cat"), _shipped("coffee")]
        self.resize(1080, 680)
        self._show()

    def _box(self, place: int, name: str) -> ChoiceBox:
        box = ChoiceBox()
        box.setAccessibleName(name)
        for picture in shipped_pictures():
            if picture.path.suffix == ".jpg":
                box.addItem(picture.key, picture.key)
        box.addItem(self.tr("Your own…"), FILE)
        box.setCurrentIndex(box.findData(("cat", "coffee")[place]))
        box.activated.connect(lambda index: self.choose(place, box.itemData(index)))
        return box

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        for name, box in zip(("A", "B"), self.boxes, strict=True):
            top.addWidget(QLabel(name))
            top.addWidget(box)
        self.fields: dict[str, NumberField] = {}
        for parameter in FIELDS:
            field = NumberField(parameter, parameter.default)
            field.edited.connect(lambda value, _gesture, name=parameter.name: self.set_value(name, value))
            self.fields[parameter.name] = field
            top.addWidget(field, 1)
        top.addWidget(self.play)
        column = QVBoxLayout(self)
        column.addLayout(top)
        column.addWidget(self.error)
        column.addWidget(self.canvas, 1)

    def choose(self, place: int, key: str) -> None:
        """A shipped picture, or a file of one's own, as A (0) or B (1)."""
        if key == FILE:
            name, _ = QFileDialog.getOpenFileName(self, self.tr("Your own picture"))
            if name:
                self.read(place, Path(name))
        else:
            self._take(place, _shipped(key))

    def read(self, place: int, path: Path) -> None:
        """A picture file; what is wrong with it is one sentence, and the last picture stays."""
        try:
            numbers = read_image(path, SIDE, SIDE, colour=True, levels=None)
        except ImageError as error:
            self._tell(str(error))
            return
        self._take(place, (path.stem[:16], numbers))

    def _take(self, place: int, picture: tuple[str, Floats]) -> None:
        self.pictures[place] = picture
        self._show()

    def set_value(self, name: str, value: float) -> None:
        """Another number."""
        self.values[name] = round(value) if name == "sample" else min(value, 1.0) if name != "sigma" else value
        self._show()

    def step(self, by: int) -> None:
        """Another sample; after the hundredth the first again."""
        sample = int(self.values["sample"] + by) % 100
        self.fields["sample"].set_value(sample)
        self.set_value("sample", sample)

    def _show(self) -> None:
        (first, a), (second, b) = self.pictures
        numbers = {name: value for name, value in self.values.items() if name != "sample"}
        self._tell("")
        self.canvas.classes = (first, second)
        self.canvas.tiles = gallery(a, b, **numbers, sample=int(self.values["sample"]))
        self.canvas.update()

    def _tell(self, sentence: str) -> None:
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))

    def hideEvent(self, event: object) -> None:
        self.play.setChecked(False)
        super().hideEvent(event)  # type: ignore[arg-type]


class GalleryCanvas(QWidget):
    """Shows the tiles."""

    def __init__(self) -> None:
        super().__init__()
        self.tiles: tuple[Tile, ...] = ()
        self.classes = ("A", "B")
        self.setMinimumSize(560, 360)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Augmented images with their labels"))
        look().changed.connect(self.update)

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        theme, px = look().theme, look().scale
        paint_gallery(painter, QRectF(self.rect()), self.tiles, self.classes, QApplication.font(), theme, px)
        painter.end()


def _shipped(key: str) -> tuple[str, Floats]:
    picture = next(one for one in shipped_pictures() if one.key == key)
    numbers = read_image(picture.path, SIDE, SIDE, colour=True, levels=None)
    return key, np.asarray(numbers, dtype=float)
