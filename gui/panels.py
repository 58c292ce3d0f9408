"""What the window knows of a panel, and which panels there are. Each is built when it is first shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QCoreApplication, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QWidget

from gui.document import Document
from gui.player import Player
from gui.transport_bar import TransportBar


class Panel(Protocol):
    """A subject of the course: a widget with one document and one player."""

    document: Document
    player: Player
    message: Any  # Signal(str)
    controls: QWidget
    right: QWidget

    def open_scene(self, scene: Any) -> None: ...
    def scene_to_save(self) -> Any: ...
    def sides(self) -> list[int]: ...
    def restore_sides(self, stored: Any) -> None: ...
    def set_presenting(self, presenting: bool) -> None: ...
    def toggle_racer(self, index: int) -> None: ...
    def reset_view(self) -> None: ...
    def zoom(self, factor: float) -> None: ...
    def picture(self, scale: float = 2.0) -> QImage: ...
    def picture_size(self) -> QSize: ...
    def paint_picture(self, painter: QPainter) -> None: ...


@dataclass(frozen=True)
class Kind:
    """A kind of panel: its name in the header and how one is made from a scene (None: its opening one)."""

    key: str
    name: str
    make: Callable[[Any], Any]


@dataclass
class Place:
    """A panel in the window, with its transport, its file and whether that is up to date."""

    kind: Kind
    panel: Any
    transport: TransportBar
    path: Path | None = None
    clean: bool = True


def kinds() -> tuple[Kind, ...]:
    """All panels, in the order of the header."""

    def optimizers(scene: Any) -> Any:
        from engine.scene import opening_scene
        from gui.optimizers.panel import OptimizersPanel

        return OptimizersPanel(scene or opening_scene())

    return (Kind("optimizers", QCoreApplication.translate("panels", "Optimizers"), optimizers),)
