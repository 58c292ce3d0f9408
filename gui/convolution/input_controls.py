"""Where the input comes from: numbers from a seed, a picture, or the mouse."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engine.convolution.scene import LIMITS, NUMBERED, SHADES, ConvolutionScene
from gui.convolution.fields import Stepper, labelled
from gui.document import Document
from gui.files import last_folder
from gui.image_input import ImageError, numbers_of, read_image, shipped_digits, shipped_pictures
from gui.widgets.choice_box import ChoiceBox
from gui.widgets.segments import Segments
from gui.widgets.toggle import Toggle
from gui.widgets.words import sentence, words

SIDES = (8, 28, 96, 224)  # cells along both axes that a picture is offered in
SHEET = (12, 12)  # rows and columns of a drawing, where the input is too large or too small for one
DRAWABLE = range(8, NUMBERED + 1)
KEPT = ("kernel", "upstream", "target")  # what stays when only the input is drawn anew


class InputControls(QWidget):
    """Follows the document, and changes its input."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.source: Path | None = None  # of the picture shown, to be read again at another size
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        self.kind = Segments(
            self.tr("Input"),
            {"numbers": self.tr("numbers"), "picture": self.tr("picture"), "drawing": self.tr("draw")},
        )
        self.kind.chosen.connect(self._choose_kind)
        column.addWidget(self.kind)
        self.pages = {"numbers": self._numbers(), "picture": self._picture(), "drawing": self._drawing()}
        for page in self.pages.values():
            column.addWidget(page)
        self.error = words("error")
        self.error.hide()
        column.addWidget(self.error)
        document.changed.connect(self.show_scene)
        self.show_scene(None, document.scene)

    def _numbers(self) -> QWidget:
        self.seed = Stepper(self.tr("seed"), (1,), self.tr("The same seed draws the same numbers"))
        self.seed.wanted.connect(self._set_seed)
        self.whole = Toggle(self.tr("Whole numbers"))
        self.whole.clicked.connect(self._set_whole)
        self.randomise = self._button(self.tr("New input"), self.tr("Draw another input; the kernel stays"))
        self.randomise.clicked.connect(lambda: self._draw(everything=False))
        self.everything = self._button(
            self.tr("All new"), self.tr("Draw input, kernel, bias, upstream gradient and target")
        )
        self.everything.clicked.connect(lambda: self._draw(everything=True))
        return _page(self.seed, labelled(self.tr("whole numbers"), self.whole), _row(self.randomise, self.everything))

    def _picture(self) -> QWidget:
        self.pictures = ChoiceBox()
        self.pictures.setAccessibleName(self.tr("Picture"))
        self.pictures.addItem(self.tr("choose …"), None)
        for picture in shipped_pictures():
            self.pictures.addItem(picture.name, picture.path)
        self.pictures.activated.connect(self._choose_picture)
        self.open = self._button(self.tr("From a file…"), self.tr("Any picture: it is scaled to the input"))
        self.open.clicked.connect(self._open_file)
        self.colour = Toggle(self.tr("Colours"))
        self.colour.clicked.connect(self._set_colour)
        self.scale = Segments(self.tr("Size of the picture"), {str(side): str(side) for side in SIDES})
        self.scale.chosen.connect(lambda key: self._read(self.source, (int(key), int(key))))
        return _page(self.pictures, self.open, self.scale, labelled(self.tr("red, green, blue"), self.colour))

    def _drawing(self) -> QWidget:
        self.clear = self._button(self.tr("Clear"), self.tr("An empty sheet"))
        self.clear.clicked.connect(self._clear)
        self.digits = ChoiceBox()
        self.digits.setAccessibleName(self.tr("Handwritten digit"))
        self.digits.addItem(self.tr("a digit …"), None)
        for place, digit in enumerate(shipped_digits()):
            self.digits.addItem(str(digit.label), place)
        self.digits.activated.connect(self._choose_digit)
        hint = words("muted")
        hint.setText(self.tr("Drag on the input to draw, with the right button to erase."))
        return _page(_row(self.clear, self.digits), hint)

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    # The scene to the widgets.

    def show_scene(self, _old: ConvolutionScene | None, scene: ConvolutionScene) -> None:
        self.kind.set_choice(scene.input)
        for key, page in self.pages.items():
            page.setVisible(key == scene.input)
        self.kind.set_tip({"picture", "drawing"}, "" if scene.axes == 2 else self.tr("Makes the input 2-D"))
        self.seed.set_numbers((scene.seed,))
        self.whole.setChecked(scene.whole)
        self.colour.setChecked(scene.channels == 3)
        self.scale.set_choice(str(scene.size[0]) if len(set(scene.size)) == 1 else "")
        self.error.hide()

    # The widgets to the scene.

    @property
    def scene(self) -> ConvolutionScene:
        scene: ConvolutionScene = self.document.scene
        return scene

    def _change(self, text: str, **changes: object) -> None:
        self.document.change(self.scene.with_(**changes), text)

    def _choose_kind(self, key: str) -> None:
        if key == "numbers":
            plain = self.scene if not self.scene.large else self.scene.resized(size=(6, 6)).with_(x=())
            self.document.change(plain.with_(input="numbers"), self.tr("Input"))
        elif key == "picture":
            self._read(self.source or shipped_pictures()[0].path, None)
        elif key == "drawing":
            self._show(np.zeros((1, *self._sheet())), "drawing", self.tr("Drawing"))

    def _sheet(self) -> tuple[int, int]:
        rows, columns = self.scene.size if self.scene.axes == 2 else SHEET
        return (rows, columns) if rows in DRAWABLE and columns in DRAWABLE else SHEET

    def _choose_picture(self, place: int) -> None:
        path = self.pictures.itemData(place)
        if path is not None:
            self._read(path, None)

    def _open_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, self.tr("Open a picture"), str(last_folder()), self.tr("Pictures (*);;All files (*)")
        )
        if name:
            self._read(Path(name), None)

    def read(self, path: Path) -> None:
        """Make a picture file the input, or say near the button why not."""
        self._read(path, None)

    def use(self, image: QImage) -> None:
        """Make a picture from the clipboard the input. Raises ImageError where there is none."""
        rows, columns = self._wanted()
        levels = None if max(rows, columns) > NUMBERED else int(SHADES)
        self._show(numbers_of(image, rows, columns, self.scene.channels == 3, levels), "picture", self.tr("Picture"))

    def _wanted(self) -> tuple[int, int]:
        """Rows and columns for another picture: those of the last one."""
        scene = self.scene
        if scene.input == "picture" and len(scene.size) == 2:
            return scene.size[0], scene.size[1]
        return SIDES[1], SIDES[1]

    def _set_colour(self, on: bool) -> None:
        if self.source is not None:
            self._read(self.source, None, on)
            return
        self._try(lambda: self.scene.resized(channels=3 if on else 1), self.tr("Colours"))

    def _read(self, path: Path | None, size: tuple[int, int] | None, colour: bool | None = None) -> None:
        """The picture at `path` (None: the one that is shown, which may have come with the scene)."""
        scene = self.scene
        if path is None:
            self._try(lambda: scene.resized(size=size or scene.size), self.tr("Size of the picture"))
            return
        rows, columns = size or self._wanted()
        colour = scene.channels == 3 if colour is None else colour
        try:
            large = max(rows, columns) > NUMBERED
            numbers = read_image(path, rows, columns, colour, None if large else int(SHADES))
        except ImageError as error:
            self._tell(error)
            return
        self.source = path
        self._show(numbers, "picture", self.tr("Picture"))

    def _choose_digit(self, place: int) -> None:
        number = self.digits.itemData(place)
        if number is not None:
            digit = shipped_digits()[number].numbers
            self._show(np.rint(digit * SHADES / 16)[None], "drawing", self.tr("A digit"))

    def _clear(self) -> None:
        self._show(np.zeros((1, *self._sheet())), "drawing", self.tr("Clear the drawing"))

    def _show(self, numbers: np.ndarray, kind: str, text: str) -> None:
        """Make these numbers (channels, rows, columns) the input."""

        def changed() -> ConvolutionScene:
            plain = self.scene.with_(input="numbers", x=(), pixels=b"")
            sized = plain.with_axes(2).resized(size=numbers.shape[1:], channels=len(numbers))
            return sized.with_(input=kind).with_numbers("x", numbers)

        self._try(changed, text)

    def _try(self, change: Callable[[], ConvolutionScene], text: str) -> None:
        try:
            scene = change()
        except ValueError as error:
            self.show_scene(None, self.scene)
            self._tell(error)
            return
        self.document.change(scene, text)

    def _tell(self, error: ValueError) -> None:
        self.error.setText(sentence(str(error)))
        self.error.show()

    def _set_seed(self, numbers: tuple[int, ...]) -> None:
        low, high = LIMITS["seed"]
        if not low <= numbers[0] <= high:
            self.seed.show_problem(
                self.tr("Seed must be from {low} to {high}, not {n}.").format(low=low, high=high, n=numbers[0])
            )
            return
        self._change(self.tr("Seed"), seed=numbers[0], x=(), pixels=b"")
        self.seed.set_numbers(numbers)

    def _set_whole(self, on: bool) -> None:
        self._change(self.tr("Whole numbers"), whole=on, x=(), pixels=b"")

    def _draw(self, everything: bool) -> None:
        scene = self.scene
        changes: dict[str, object] = {"seed": (scene.seed + 1) % (LIMITS["seed"][1] + 1), "x": (), "pixels": b""}
        if everything:
            changes |= {"kernel": (), "upstream": (), "target": (), "preset": "own"}
            changes["bias"] = None if scene.bias is None else ()
        else:
            for grid in KEPT:
                changes[grid] = tuple(scene.numbers(grid).reshape(-1).tolist())
            if scene.preset != "own":
                del changes["kernel"]
        self._change(self.tr("New numbers"), **changes)


def _page(*widgets: QWidget) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(5)
    for widget in widgets:
        column.addWidget(widget)
    return page


def _row(*widgets: QWidget) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(6)
    for widget in widgets:
        line.addWidget(widget, 1)
    return row
