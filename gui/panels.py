"""What the window knows of a panel, and which panels there are. Each is built when it is first shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QSplitter, QWidget

from gui.document import Document
from gui.picture_file import Drawable
from gui.player import Player
from gui.transport_bar import TransportBar


class Panel(Protocol):
    """A subject of the course: a widget with one document and one player."""

    document: Document
    player: Player
    message: Any  # Signal(str)
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


@dataclass
class Place:
    """A panel in the window, with its transport, its file and whether that is up to date."""

    kind: Kind
    panel: Any
    transport: TransportBar
    drawing: Document  # a tuple of strokes: what is drawn on a scene that is no page of a lecture
    path: Path | None = None
    clean: bool = True


def kinds() -> tuple[Kind, ...]:
    """All panels, in the order of the header."""

    def optimizers(scene: Any) -> Any:
        from engine.scene import opening_scene
        from gui.optimizers.panel import OptimizersPanel

        return OptimizersPanel(scene or opening_scene())

    def convolution(scene: Any) -> Any:
        from engine.convolution.scene import opening_convolution
        from gui.convolution.panel import ConvolutionPanel

        return ConvolutionPanel(scene or opening_convolution())

    def minima(scene: Any) -> Any:
        from engine.minima_scene import opening_minima
        from gui.minima.panel import MinimaPanel

        return MinimaPanel(scene or opening_minima())

    def augmentation(scene: Any) -> Any:
        from engine.augmentation_scene import opening_augmentation
        from gui.augmentation.panel import AugmentationPanel

        return AugmentationPanel(scene or opening_augmentation())

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
        ),
        Kind(
            "augmentation",
            translate("panels", "Augmentation"),
            augmentation,
            translate("panels", "sample {step} of {length}"),
            "",
        ),
    )
