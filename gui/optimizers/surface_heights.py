"""A surface of one's own without a formula: a picture as a height map, and a brush that raises and digs."""

from __future__ import annotations

import math
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.heightmap import SIZE, dabbed, sampled
from engine.parameters import Parameter
from engine.scene import HEIGHTS, Heights, LossChoice, Scene
from gui.document import Document
from gui.files import last_folder
from gui.image_input import ImageError, numbers_of, read_image, shipped_pictures
from gui.widgets.number_field import NumberField
from gui.widgets.toggle import Toggle
from gui.widgets.words import words
from gui.worker import drop, run_latest

STRENGTH = 9.0  # of 255, that a touch of the brush raises
BRUSH = Parameter("r", "brush", 9.0, 2.0, 30.0, False, "Its radius, in percent of the picture's width.", 0.5, 100.0)


class HeightControls(QWidget):
    """Shown while the loss is a grid of heights; changes `scene.loss.heights`. `error` has its place outside: a
    picture may be chosen, and be none, while another loss is shown."""

    brush_changed = Signal(float)  # radius in the plane, 0: no brush

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self._stroke: tuple[object, Heights, np.ndarray, np.ndarray] | None = None  # gesture, shown, heights, place
        self.open = _button(
            self.tr("Picture"), self.tr("Any picture, also dropped or pasted on the contour: brightness becomes height")
        )
        self.open.setMenu(self._make_menu())
        self.flat = _button(self.tr("Flat"), self.tr("An empty plain to draw on"))
        self.flat.clicked.connect(self._flatten)
        self.draw = Toggle(self.tr("Draw with the mouse"))
        self.draw.toggled.connect(lambda _on: self._tell_brush())
        self.bright = Toggle(self.tr("Bright is deep"))
        self.bright.clicked.connect(self._invert)
        self.width_field = NumberField(BRUSH, BRUSH.default)
        self.width_field.edited.connect(lambda _value, _gesture: self._tell_brush())
        self.hint = words("muted", self.tr("On the contour, the left button raises and the right one digs."))
        self.error = words("error")
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        for button in (self.open, self.flat):
            buttons.addWidget(button, 1)
        switches = QGridLayout()
        switches.setHorizontalSpacing(8)
        switches.setVerticalSpacing(6)
        pairs = ((self.bright, self.tr("bright is deep")), (self.draw, self.tr("draw with the mouse")))
        for row, (toggle, name) in enumerate(pairs):
            label = QLabel(name)
            label.setObjectName("muted")
            switches.addWidget(toggle, row, 0)
            switches.addWidget(label, row, 1)
        switches.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(buttons)
        column.addLayout(switches)
        column.addWidget(self.width_field)
        column.addWidget(self.hint)
        self._tell_brush()

    def _make_menu(self) -> QMenu:
        menu = QMenu(self.open)
        menu.aboutToShow.connect(lambda: self._fill_menu(menu))  # not at every start of the app
        return menu

    def _fill_menu(self, menu: QMenu) -> None:
        menu.clear()
        for picture in shipped_pictures():
            if picture.path.suffix == ".jpg":  # the drawn ones are edges and squares, to convolve
                menu.addAction(picture.name, partial(self.read, picture.path))
        menu.addSeparator()
        menu.addAction(self.tr("Open a file…"), self.choose_file)
        menu.addAction(self.tr("Paste"), self.paste)

    @property
    def scene(self) -> Scene:
        scene: Scene = self.document.scene
        return scene

    def show_scene(self, scene: Scene) -> None:
        """Follow the scene."""
        heights = scene.loss.heights if scene.loss.key == HEIGHTS else None
        self.bright.setChecked(heights is not None and heights.inverted)
        if heights is None:
            self.draw.setChecked(False)
        self._tell_brush()

    # The brush.

    @property
    def radius(self) -> float:
        """Of the brush, in the plane; 0 while nothing is drawn."""
        if not self.draw.isChecked() or self.scene.loss.key != HEIGHTS:
            return 0.0
        (x0, x1), _ = self.scene.loss.loss().domain
        return self.width_field.box.value / 100 * (x1 - x0)

    def _tell_brush(self) -> None:
        for widget in (self.width_field, self.hint):
            widget.setVisible(self.draw.isChecked())
        self.brush_changed.emit(self.radius)

    def brush(self, point: tuple[float, float], sign: int, gesture: object) -> None:
        """Touch the surface, or go on to `point` with the stroke `gesture`; a stroke is one undo entry."""
        heights, radius = self.scene.loss.heights, self.radius
        if heights is None or not radius:
            return
        place = np.array(point)
        if self._stroke is None or self._stroke[0] != gesture or self._stroke[1] != heights:
            # Kept as floats during the stroke, or the faint rim of the brush would be rounded away.
            field = np.frombuffer(heights.pixels, np.uint8).reshape(heights.rows, heights.columns).astype(float)
            path = place[None]
        else:
            field, before = self._stroke[2:]
            touches = min(math.floor(math.dist(point, before) / (radius / 4)), 200)
            if not touches:
                return
            path = before + (place - before) * np.arange(1, touches + 1)[:, None] / touches
        domain = self.scene.loss.loss().domain
        up = -sign if heights.inverted else sign
        field = dabbed(field, domain, path, radius, STRENGTH * up)
        changed = msgspec.structs.replace(heights, pixels=np.rint(field).astype(np.uint8).tobytes())
        self._stroke = gesture, changed, field, place
        text = self.tr("Raise the surface") if sign > 0 else self.tr("Dig the surface")
        self._change(text, gesture, heights=changed)

    def _change(self, text: str, gesture: Any = None, **changes: object) -> None:
        loss = msgspec.structs.replace(self.scene.loss, **changes)
        self.document.change(self.scene.with_loss(loss), text, gesture)

    # Another grid.

    def begin_drawing(self) -> None:
        """Make a drawing of the surface that is there: something to change beats an empty sheet."""
        drop(self, "picture")
        loss = self.scene.loss
        if loss.heights is not None and loss.key == HEIGHTS:
            heights, values = msgspec.structs.replace(loss.heights, name="a drawing"), loss.values
        else:
            grid = sampled(loss.loss())
            heights, values = Heights(grid.tobytes(), SIZE, SIZE), {"smoothing": 0.8}
        self._show(heights, values, self.tr("Draw"), loss.loss().domain)
        self.draw.setChecked(True)

    def _flatten(self) -> None:
        flat = Heights(bytes([128]) * SIZE**2, SIZE, SIZE)
        self._show(flat, self.scene.loss.values, self.tr("A flat surface"), self.scene.loss.domain)
        self.draw.setChecked(True)

    def _invert(self) -> None:
        heights = self.scene.loss.heights
        if heights is not None:
            changed = msgspec.structs.replace(heights, inverted=self.bright.isChecked())
            self._change(self.tr("Bright is deep") if changed.inverted else self.tr("Dark is deep"), heights=changed)

    def choose_file(self) -> None:
        """Ask for a picture and read it."""
        name, _ = QFileDialog.getOpenFileName(
            self, self.tr("Open a picture"), str(last_folder()), self.tr("Pictures (*);;All files (*)")
        )
        if name:
            self.read(Path(name))

    def read(self, path: Path) -> None:
        """Make a picture file the surface, or say near the button why not."""
        self.tell("")

        def read() -> np.ndarray:
            return read_image(path, SIZE, SIZE, levels=None)[0]

        run_latest(self, "picture", read, self._have, self._refuse)

    def paste(self) -> None:
        """Make the picture on the clipboard the surface, or say that there is none."""
        image = QApplication.clipboard().image()
        if image.isNull():
            self.tell(self.tr("There is no picture on the clipboard."))
            return
        self._have(numbers_of(image, SIZE, SIZE, levels=None)[0])

    def _have(self, share: np.ndarray) -> None:
        old = self.scene.loss
        values = old.values if old.key == HEIGHTS else {}
        inverted = old.key == HEIGHTS and old.heights is not None and old.heights.inverted
        pixels = np.rint(255 * share).astype(np.uint8).tobytes()
        self.draw.setChecked(False)
        self._show(Heights(pixels, SIZE, SIZE, inverted, "a picture"), values, self.tr("Picture"), None, True)

    def _refuse(self, error: Exception) -> None:
        self.tell(str(error) if isinstance(error, ImageError) else self.tr("This picture cannot be read."))

    def tell(self, problem: str) -> None:
        """What is wrong with the picture, or nothing."""
        self.error.setText(problem)
        self.error.setVisible(bool(problem))

    def _show(self, heights: Heights, values: Any, text: str, domain: Any, start: bool = False) -> None:
        self.tell("")
        loss = LossChoice(HEIGHTS, values=values, domain=domain, heights=heights)
        changes: dict[str, object] = {}
        if start:
            x, y = loss.loss().start
            changes = {"start": (float(x), float(y)), "view": None}
        self.document.change(self.scene.with_loss(loss, **changes), text)


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
