"""The scene that a panel shows: changed by intents, undone and redone, saved by the main window."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from itertools import count
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from gui.history import History

_gestures = count(1)


def new_gesture() -> int:
    """A key for one drag: all changes made under it become one undo entry."""
    return next(_gestures)


class Document(QObject):
    """Holds one frozen scene. `changed(old, new)` follows every replacement, undo and redo included.

    `keep` may carry fields of the current scene (how it is looked at) over an undo. A document alone has a history of
    its own; those of a window share one, which they `join`.
    """

    changed = Signal(object, object)

    def __init__(
        self,
        scene: Any,
        keep: Callable[[Any, Any], Any] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._scene = scene
        self._keep = keep or (lambda _current, wanted: wanted)
        self._own = History(lambda: self._scene, self.restore, self)
        self.history = self._own

    @property
    def scene(self) -> Any:
        return self._scene

    @property
    def undo_stack(self) -> QUndoStack:
        return self.history.stack

    def join(self, history: History) -> None:
        """Undo in one order with others."""
        self.history = history

    def change(self, scene: Any, text: str, gesture: Hashable = None) -> None:
        """Replace the scene as one undoable step named `text`; one step for all with one `gesture`."""
        if scene != self._scene:
            with self.history.step(text, gesture):
                self._replace(scene)

    def look(self, scene: Any) -> None:
        """Replace the scene without an undo entry: for zoom, position, speed and the like."""
        self._replace(scene)

    def open(self, scene: Any) -> None:
        """Start over with another scene. A shared history goes on: opening is a step of it."""
        if self.history is self._own:
            self._own.stack.clear()
        self._replace(scene)

    def restore(self, scene: Any) -> None:
        """Bring back the choices of a scene, looked at as now."""
        self._replace(self._keep(self._scene, scene))

    def _replace(self, scene: Any) -> None:
        old, self._scene = self._scene, scene
        if old != scene:
            self.changed.emit(old, scene)
