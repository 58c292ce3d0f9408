"""The Convolution panel: scene in, layer computed, every view shown the same moment."""

from __future__ import annotations

import html
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from engine.convolution.scene import ConvolutionScene
from engine.convolution.steps import Pass
from engine.frames import Position
from gui.convolution.controls import Controls
from gui.convolution.grid_canvas import GridCanvas
from gui.convolution.hover import hover_words
from gui.convolution.inspector import Inspector
from gui.convolution.pass_bar import PassBar
from gui.convolution.paste import pasted, read_table
from gui.convolution.picture.blocks import result_grid
from gui.convolution.picture.grid_picture import Subject
from gui.convolution.picture.lit import Spot
from gui.convolution.subject import subject_of
from gui.panel_frame import PanelFrame
from gui.theme import look
from gui.widgets.words import sentence

BEGIN = 1e-6  # of a cell: the pass has begun, nothing of it is done
LOOKS = ("title", "note", "position", "speed", "strokes")  # changes that compute nothing


def keep_looking(current: ConvolutionScene, wanted: ConvolutionScene) -> ConvolutionScene:
    """Undo brings back choices, not how they are looked at."""
    return wanted.with_(position=current.position, speed=current.speed, alone=current.alone)


class ConvolutionPanel(PanelFrame):
    """Controls, grids and inspector around one document and one player."""

    def __init__(self, scene: ConvolutionScene, parent: QWidget | None = None) -> None:
        super().__init__(scene, keep_looking, 4.0, parent)
        self.player.lines_in_step = self._products_in_cell
        self.subject: Subject | None = None
        self._presenting = False
        self.controls = Controls(self.document)
        self.passes = PassBar()
        self.canvas = GridCanvas()
        self.inspector = Inspector()
        self._lay_out()
        self.document.changed.connect(self._scene_changed)
        self.player.moved.connect(self._show_moment)
        self.passes.chosen.connect(self._go_to_pass)
        self.passes.alone_wanted.connect(self._set_alone)
        self.canvas.edited.connect(self._edit)
        self.canvas.faulty.connect(self._show_fault)
        self.canvas.hovered.connect(self._show_hover)
        self.canvas.chosen.connect(self._go_to_cell)
        self.canvas.drawn.connect(self._draw)
        self.canvas.pasted.connect(self._paste)
        self.canvas.dropped.connect(self.controls.input.read)
        look().changed.connect(self._fit_hint)
        self._open(scene)

    def _lay_out(self) -> None:
        self.hover = QLabel()
        self.hover.setObjectName("muted")
        self.hint = QLabel(
            self.tr("hover: what belongs together · click a number: type · drag it: change · wheel: zoom")
        )
        self.hint.setObjectName("muted")
        for label in (self.hover, self.hint):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.caption = QWidget()
        caption = QHBoxLayout(self.caption)
        caption.setContentsMargins(0, 0, 0, 0)
        caption.addWidget(self.hover, 1)
        caption.addWidget(self.hint, 1)
        middle = QWidget()
        middle.setObjectName("canvasArea")
        column = QVBoxLayout(middle)
        column.setContentsMargins(12, 10, 12, 6)
        column.setSpacing(5)
        column.addWidget(self.passes)
        column.addWidget(self.canvas, 1)
        column.addWidget(self.caption)
        self.right = self._inspected_by(self.inspector)
        self._set_columns(middle)

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self._fit_hint()

    def _fit_hint(self) -> None:
        """The hint while nothing is hovered, in full or not at all; an audience is not told how to edit."""
        free = (
            not self._presenting and not self.hover.text() and self.hint.sizeHint().width() < 0.95 * self.canvas.width()
        )
        self.hint.setVisible(free)
        self.hover.setVisible(bool(self.hover.text()))
        self.caption.setFixedHeight(self.hint.sizeHint().height())  # as ever: grids stay where they are under the mouse

    def set_presenting(self, presenting: bool) -> None:
        super().set_presenting(presenting)
        self._presenting = presenting
        self.inspector.products.set_presenting(presenting)
        self._fit_hint()

    # The scene and its layer.

    def _open(self, scene: ConvolutionScene) -> None:
        self._recompute()
        self.canvas.reset_view()
        self.player.set_speed(scene.speed)
        self.player.seek(Position(scene.position))
        self._show_moment(self.player.position)

    def _scene_changed(self, old: ConvolutionScene, new: ConvolutionScene) -> None:
        if old.with_(**{name: getattr(new, name) for name in LOOKS}) != new:
            self._recompute()
        if old.note != new.note:
            self.inspector.set_note(new.note)

    def _recompute(self) -> None:
        """Another layer; the moment stays in its pass where the cells become more or fewer."""
        scene, before = self.scene, self.subject
        try:
            subject = subject_of(scene)
        except ValueError as error:
            self.message.emit(str(error))
            return
        at, timeline = self.player.position, subject.timeline
        if before is not None and before.timeline.length == self.player.length:
            at = timeline.carried(before.timeline, at)
        self.subject = subject
        self.passes.set_story(timeline.story, bool(timeline.alone), subject.plates.upstream)
        self.canvas.drawable = scene.input == "drawing"
        self.canvas.set_subject(self.subject)
        self.inspector.set_layer(self.subject.plates, scene.note)
        self.player.set_length(timeline.length)
        self.player.seek(at)
        self._show_moment(self.player.position)

    def _products_in_cell(self) -> int:
        return 1 if self.subject is None else self.subject.timeline.products_in(self.player.position.step)

    # The moment.

    def _show_moment(self, position: Position) -> None:
        if self.subject is None:
            return
        if position.line >= self._products_in_cell():  # one step back into a cell with fewer products
            self.player.seek(Position(position.step, self._products_in_cell() - 1))
            return
        moment = self.subject.timeline.moment(position)
        self.passes.show_stage(moment.stage)
        self.canvas.show_moment(moment)
        self.inspector.show_moment(moment)

    def _go_to_pass(self, key: str) -> None:
        """A click on a chip: the beginning of that pass."""
        if self.subject is None:
            return
        if self.scene.alone:
            self.document.look(self.scene.with_(alone=key))
        self.player.seek(self._beginning(Pass(key)))

    def _beginning(self, stage: Pass) -> Position:
        assert self.subject is not None
        return Position(self.subject.timeline.start(stage), 0, BEGIN)

    def _set_alone(self, on: bool) -> None:
        if self.canvas.moment is None or self.subject is None:
            return
        stage, number, complete = self.canvas.moment.stage, self.canvas.moment.number, self.canvas.moment.complete
        self.document.look(self.scene.with_(alone=stage.value if on else ""))
        self.player.seek(Position(self.subject.timeline.start(stage) + number + complete))

    def _go_to_cell(self, grid: str, index: tuple[int, ...]) -> None:
        """A click on a computed cell of the pass that runs: the moment when it is done."""
        if self.subject is None or self.canvas.moment is None:
            return
        stage = self.canvas.moment.stage
        if result_grid(self.subject.plates, stage) == grid and stage is not Pass.SCATTER:
            self.player.pause()
            shape = self.subject.plates.layer.grid(grid).shape
            number = 0
            for length, place in zip(shape, index, strict=True):
                number = number * length + place
            self.player.seek(Position(self.subject.timeline.start(stage) + number + 1))

    # What the user does on the grids.

    def _edit(self, grid: str, index: tuple[int, ...], value: float, gesture: object) -> None:
        scene = self.scene.with_number(grid, index, value)
        self.document.change(scene, self.tr("Change a number"), gesture)

    def _draw(self, lead: tuple[int, ...], numbers: NDArray[np.float64], gesture: object) -> None:
        x = self.scene.numbers("x")
        x[lead] = numbers
        self.document.change(self.scene.with_numbers("x", x), self.tr("Draw"), gesture)

    def _paste(self, spot: Spot | None) -> None:
        """A table or a picture from the clipboard: into the grid under the mouse, or as the whole input."""
        data = QApplication.clipboard().mimeData()
        try:
            if data is not None and data.hasImage() and not data.hasText():
                self.controls.input.use(QApplication.clipboard().image())
            else:
                scene = pasted(self.scene, spot, read_table(QApplication.clipboard().text()))
                self.document.change(scene, self.tr("Paste numbers"))
        except ValueError as error:
            self._show_fault(sentence(str(error)))

    def _show_fault(self, problem: str) -> None:
        self.hover.setText(
            f"<span style='color:{look().theme.danger}'>{html.escape(problem)}</span>" if problem else ""
        )
        self._fit_hint()

    def _show_hover(self, spot: Spot | None) -> None:
        self.hover.setText(
            "" if spot is None or self.subject is None else hover_words(self.subject, spot, self.canvas.is_done(spot))
        )
        self._fit_hint()

    def reset_view(self) -> None:
        self.canvas.reset_view()

    def zoom(self, factor: float) -> None:
        """`factor` < 1 shows less, larger: as on the contour."""
        self.canvas.zoom(1 / factor)
