"""What all panels are made of: three columns around one document and one player."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QVBoxLayout, QWidget

from engine.frames import Position
from gui.document import Document
from gui.player import Player
from gui.theme import look

LEAST_INSPECTOR = 250  # pixels
NARROW = 600  # pixels: a panel below that has not got its size yet


class PanelFrame(QWidget):
    """A subject makes its columns, computes what its scene asks for in `_recompute`, and shows the moment.

    `LEFT` and `RIGHT` are what the sides get of a new window: (share of the width, least, most), in pixels at scale 1.
    """

    controls: Any  # widgets of the subject
    right: Any
    message = Signal(str)
    picture_wanted = Signal(object, bool)  # of one part of the panel; whether as a file
    settled = Signal()  # what was computed in the background is shown, or will not come
    LEFT = (0.19, 0.0, 350.0)
    RIGHT = (0.22, 285.0, 430.0)

    def __init__(self, scene: Any, keep: Callable[[Any, Any], Any], rate: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = Document(scene, keep, self)
        self.player = Player(rate, self)  # `rate` steps a second at speed 1
        self.player.settings_changed.connect(self._keep_speed)
        self.wanted_sides = (0, 0)  # thousandths of the width that were chosen; 0: as suits the window
        self._sized = False
        self._had_controls = True  # before the presentation
        self.without_room: list[QWidget] = []  # sides that come back when there is room
        self._opening = False  # another scene: what it asks for is computed once, by `_open`

    def _set_columns(self, middle: QWidget) -> None:
        """`controls`, `middle` and `right` beside each other."""
        self._middle = middle
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        for index, widget in enumerate((self.controls, middle, self.right)):
            self.splitter.addWidget(widget)
            self.splitter.setStretchFactor(index, index % 2)
        self.splitter.setCollapsible(1, False)
        self.splitter.splitterMoved.connect(self._keep_side)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.splitter)

    def _inspected_by(self, inspector: QWidget) -> QWidget:
        """The right side where an inspector is all there is in it."""
        side = QWidget()
        side.setObjectName("inspectorPanel")
        side.setMinimumWidth(LEAST_INSPECTOR)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(inspector)
        return side

    def _with_hint(self, canvas: QWidget, hint: QLabel) -> QWidget:
        """The middle where a canvas and a line below it, what the mouse does, are all there is in it."""
        hint.setObjectName("muted")
        hint.setAlignment(Qt.AlignmentFlag.AlignRight)
        middle = QWidget()
        middle.setObjectName("canvasArea")
        column = QVBoxLayout(middle)
        column.setContentsMargins(12, 12, 12, 6)
        column.addWidget(canvas, 1)
        column.addWidget(hint)
        return middle

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.width() > NARROW:
            self.share_width()
            if not self._sized:
                self._sized = True
                self._share_height()

    def _keep_side(self, _place: int, handle: int) -> None:
        """The user has moved a border: that side keeps its share of the window."""
        left, right = self.wanted_sides
        share = round(1000 * self.splitter.sizes()[0 if handle == 1 else 2] / self.width())
        if share:  # and not pushed shut
            self.wanted_sides = (share, right) if handle == 1 else (left, share)

    def share_width(self) -> None:
        """The canvas is the hero: the sides share what it leaves. One that was pushed shut stays so. Where there is
        not room for all, they are as narrow as they can be; then the right side goes, and then the left one."""
        now = self.splitter.sizes()
        parts = (self.controls, now[0], self.LEFT), (self.right, now[2], self.RIGHT)
        sides: list[int] = []
        least: list[int] = []
        there: list[bool] = []
        for wanted, (side, size, (share, smallest, most)) in zip(self.wanted_sides, parts, strict=True):
            suiting = min(max(share * self.width(), smallest * look().scale), most * look().scale)
            shut = self._sized and not size and not side.isHidden() and side not in self.without_room
            least.append(0 if shut else side.minimumSizeHint().width())
            sides.append(0 if shut else max(round(wanted * self.width() / 1000 or suiting), least[-1]))
            there.append(not side.isHidden())
        free = self.width() - max(self._middle.minimumSizeHint().width(), round(0.3 * self.width()))

        def taken() -> int:
            return sum(size for size, shown in zip(sides, there, strict=True) if shown)

        if taken() > free:
            sides = least
        self.without_room = []
        for index in (1, 0):
            if taken() > free and there[index] and sides[index]:
                sides[index] = 0
                self.without_room.append(parts[index][0])
        self.splitter.setSizes([sides[0], max(self.width() - taken(), 0), sides[1]])

    def toggle_side(self, side: QWidget) -> None:
        """Show a side, with the width that suits it, or hide it."""
        if side in self.without_room:
            self.message.emit(self.tr("There is no room: hide the pages or the other panel, or widen the window."))
            return
        side.setVisible(side.isHidden())
        if not side.isHidden() and self._sized:
            self.without_room.append(side)  # until it is given its width
        self.share_width()

    def _share_height(self) -> None:
        """What a column divides in a new window."""

    @property
    def scene(self) -> Any:
        return self.document.scene

    def open_scene(self, scene: Any) -> None:
        """Show another scene from its own position."""
        self.player.pause()
        self._opening = True
        try:
            self.document.open(scene)
        finally:
            self._opening = False
        self._open(scene)

    def _open(self, scene: Any) -> None:
        """Compute a scene and go to its moment."""
        raise NotImplementedError

    @property
    def busy(self) -> bool:
        """Whether what the scene asks for is still being computed."""
        return False

    def give_up(self) -> None:
        """End what is being computed: nobody wants it any more."""

    def scene_to_save(self) -> Any:
        """The scene at the moment and speed that are shown."""
        return self.scene.with_(position=self.player.position.step, speed=self.player.speed)

    def _keep_speed(self) -> None:
        if self.scene.speed != self.player.speed:
            self.document.look(self.scene.with_(speed=self.player.speed))

    def _go_to(self, scene: Any, length: int) -> None:
        """The clock on a scene's own speed and moment, `length` steps being there."""
        self.player.set_speed(scene.speed)
        self.player.set_length(length)
        self.player.seek(Position(scene.position))

    # What only some panels have.

    def toggle_racer(self, index: int) -> None:
        """The keys 1…9."""

    def reset_view(self) -> None:
        """The whole picture."""

    def zoom(self, factor: float) -> None:
        """`factor` < 1 shows less, larger."""

    def set_presenting(self, presenting: bool) -> None:
        """Only the canvas and what explains it."""
        if presenting:
            self._had_controls = not self.controls.isHidden()
            self.controls.hide()
        elif self._had_controls:
            self.controls.show()
            if self._sized:
                self.without_room.append(self.controls)  # until it is given its width
            self.share_width()
