"""The Augmentation panel: two pictures and every way to make more of them, sample after sample."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QLabel, QWidget

from engine.augmentation_scene import SIDE, AugmentationScene, own_picture
from engine.frames import Position
from gui.augmentation.canvas import GalleryCanvas
from gui.augmentation.controls import Controls
from gui.augmentation.inspector import Inspector
from gui.augmentation.picture import Shown
from gui.augmentation.pictures import pictures_of
from gui.image_input import ImageError, numbers_of
from gui.panel_frame import PanelFrame
from gui.widgets.words import capitalised

SAMPLES_A_SECOND = 1.5  # at speed 1: time to see each


def keep_looking(current: AugmentationScene, wanted: AugmentationScene) -> AugmentationScene:
    """Undo brings back choices, not how they are looked at."""
    return wanted.with_(position=min(current.position, wanted.samples - 1), speed=current.speed, way=current.way)


class AugmentationPanel(PanelFrame):
    """Controls, gallery and inspector around one document and one player. A step is a sample."""

    def __init__(self, scene: AugmentationScene, parent: QWidget | None = None) -> None:
        super().__init__(scene, keep_looking, SAMPLES_A_SECOND, parent)
        self._shown: AugmentationScene | None = None  # at the sample that is on the canvas
        self.controls = Controls(self.document)
        self.canvas = GalleryCanvas()
        self.inspector = Inspector()
        self.right = self._inspected_by(self.inspector)
        self.hint = QLabel(self.tr("click: one way large, or all · drop or paste a picture: image A"))
        self._set_columns(self._with_hint(self.canvas, self.hint))
        self.document.changed.connect(self._scene_changed)
        self.player.moved.connect(self._show_moment)
        self.canvas.chosen.connect(self.controls.show_way)
        self.canvas.dropped.connect(self.controls.read)
        self.canvas.pasted.connect(self._paste)
        self._open(scene)

    def _open(self, scene: AugmentationScene) -> None:
        self._go_to(scene, scene.samples - 1)
        self.controls.tell("")
        self._show_moment(self.player.position)

    def _scene_changed(self, old: AugmentationScene, new: AugmentationScene) -> None:
        if self._opening:
            return
        self.player.set_length(new.samples - 1)
        self._show_moment(self.player.position)

    def _show_moment(self, position: Position) -> None:
        scene = self.scene
        now = scene.with_(position=position.step, speed=1.0, strokes=())
        if now == self._shown:
            return  # only on the way to the next sample
        try:
            a, b = pictures_of(scene)
        except ImageError as error:
            self.message.emit(str(error))
            return
        tiles = scene.tiles_at(a, b, position.step)
        classes = tuple(capitalised(name) for name in scene.classes)
        self._shown = now
        self.canvas.show_tiles(Shown(tiles, b, (classes[0], classes[1]), scene.way))
        large = next((tile for tile in tiles if tile.way == scene.way), None)
        self.inspector.show_tile(large, position.step)
        self.inspector.set_note(scene.note)

    def _paste(self) -> None:
        """A picture on the clipboard becomes image A."""
        try:
            numbers = numbers_of(QApplication.clipboard().image(), SIDE, SIDE, colour=True, levels=None)
            self.controls.take(own_picture(self.tr("pasted"), numbers))
        except ImageError as error:
            self.controls.tell(str(error))

    def reset_view(self) -> None:
        """All ways side by side."""
        self.controls.show_way("all")

    def set_presenting(self, presenting: bool) -> None:
        super().set_presenting(presenting)
        self.hint.setVisible(not presenting)
