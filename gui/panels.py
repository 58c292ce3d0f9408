"""What the window knows of a panel, and which panels there are. Each is built when it is first shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QSplitter, QWidget

from engine.choices import same_choices
from engine.file_stamp import Stamp, stamp_of
from engine.work import OpenScene
from gui.document import Document
from gui.picture_file import Drawable
from gui.player import Player
from gui.transport_bar import TransportBar


class Panel(Protocol):
    """A subject of the course: a widget with one document and one player."""

    document: Document
    player: Player
    message: Any  # Signal(str)
    picture_wanted: Any  # Signal(object, bool): of one of its parts; whether as a file
    settled: Any  # Signal(): what was computed in the background is there
    busy: bool
    canvas: Drawable
    controls: QWidget
    right: QWidget
    splitter: QSplitter
    wanted_sides: tuple[int, int]  # remembered thousandths of the width; 0: as suits the window

    def open_scene(self, scene: Any) -> None: ...
    def give_up(self) -> None: ...
    def scene_to_save(self) -> Any: ...
    def set_presenting(self, presenting: bool) -> None: ...
    def toggle_side(self, side: QWidget) -> None: ...
    def toggle_racer(self, index: int) -> None: ...
    def reset_view(self) -> None: ...
    def zoom(self, factor: float) -> None: ...


@dataclass(frozen=True)
class Kind:
    """A kind of panel: its name in the header and how one is made from a scene (None: its opening one)."""

    key: str
    name: str
    make: Callable[[Any], Any]
    step_text: str  # with {step} and {length}
    line_text: str  # with {line} and {lines}
    counted_from: int = 0  # what the first position is called: a step 0 is the start, the first sample is number 1


_openings = count(1)


@dataclass
class Place:
    """A panel in the window, with its transport, its file and what is in that."""

    kind: Kind
    panel: Any
    transport: TransportBar
    saved: Any  # the scene as it was opened or saved last; None where that is not known
    path: Path | None = None
    stamp: Stamp | None = None  # of that file when it was read or written last
    opening: int = 0  # another number for every scene that is opened

    @property
    def clean(self) -> bool:
        """Whether no other choices have been made since the scene was opened or saved."""
        return self.saved is not None and same_choices(self.saved, self.panel.scene)

    def state(self) -> OpenScene:
        """The scene at the moment that is shown, and its file."""
        return OpenScene(self.panel.scene_to_save(), self.saved, self.path, self.stamp, self.opening)

    def restore(self, there: OpenScene) -> None:
        """The scene as it was: of the same opening its choices, of another one also how it was looked at."""
        if there.opening and there.opening == self.opening:
            self.panel.document.restore(there.scene)
        elif there.scene != self.panel.scene:
            self.panel.open_scene(there.scene)
        self.saved, self.path, self.stamp = there.saved, there.path, there.stamp
        self.opening = there.opening or next(_openings)

    def saved_as(self, path: Path) -> None:
        """What is shown is now in the file at `path`."""
        self.saved, self.path, self.stamp = self.panel.scene, path, stamp_of(path)

    def opened(self, scene: Any, path: Path | None = None) -> None:
        """Another scene is in the panel, as it is in the file at `path`."""
        self.saved, self.path, self.stamp = scene, path, stamp_of(path) if path else None
        self.opening = next(_openings)


# Of each panel: the scene that it begins with. Imported when it is asked for.
OPENINGS = {
    "optimizers": ("engine.scene", "opening_scene"),
    "convolution": ("engine.convolution.scene", "opening_convolution"),
    "minima": ("engine.minima_scene", "opening_minima"),
    "augmentation": ("engine.augmentation_scene", "opening_augmentation"),
}


def opening(key: str) -> Any:
    """The scene that a panel begins with."""
    module, name = OPENINGS[key]
    return getattr(import_module(module), name)()


def kinds() -> tuple[Kind, ...]:
    """All panels, in the order of the header."""

    def optimizers(scene: Any) -> Any:
        from gui.optimizers.panel import OptimizersPanel

        return OptimizersPanel(scene or opening("optimizers"))

    def convolution(scene: Any) -> Any:
        from gui.convolution.panel import ConvolutionPanel

        return ConvolutionPanel(scene or opening("convolution"))

    def minima(scene: Any) -> Any:
        from gui.minima.panel import MinimaPanel

        return MinimaPanel(scene or opening("minima"))

    def augmentation(scene: Any) -> Any:
        from gui.augmentation.panel import AugmentationPanel

        return AugmentationPanel(scene or opening("augmentation"))

    translate = QCoreApplication.translate
    return (
        Kind(
            "optimizers",
            translate("panels", "Optimizers"),
            optimizers,
            translate("panels", "step {step} of {length}"),
            translate("panels", " · line {line} of {lines}"),
        ),
        Kind(
            "convolution",
            translate("panels", "Convolution"),
            convolution,
            translate("panels", "cell {step} of {length}"),
            translate("panels", " · product {line} of {lines}"),
        ),
        Kind(
            "minima",
            translate("panels", "Sharp and flat"),
            minima,
            translate("panels", "batch size no. {step} of {length}"),
            "",
            counted_from=1,
        ),
        Kind(
            "augmentation",
            translate("panels", "Augmentation"),
            augmentation,
            translate("panels", "sample {step} of {length}"),
            "",
            counted_from=1,
        ),
    )
