"""The scene that a panel shows: changed by intents, undone and redone, saved by the main window."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from itertools import count
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

_gestures = count(1)


def new_gesture() -> int:
    """A key for one drag: all changes made under it become one undo entry."""
    return next(_gestures)


class Document(QObject):
    """Holds one frozen scene. `changed(old, new)` follows every replacement, undo and redo included.

    `keep` may carry fields of the current scene (how it is looked at) over an undo.
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
        self.undo_stack = QUndoStack(self)
        self.undo_stack.setUndoLimit(500)

    @property
    def scene(self) -> Any:
        return self._scene

    def change(self, scene: Any, text: str, gesture: Hashable = None) -> None:
        """Replace the scene as one undoable step named `text`; one step for all with one `gesture`."""
        if scene != self._scene:
            self.undo_stack.push(_Change(self, self._scene, scene, text, gesture))

    def look(self, scene: Any) -> None:
        """Replace the scene without an undo entry: for zoom, position, speed and the like."""
        self._replace(scene)

    def open(self, scene: Any) -> None:
        """Start over with another scene."""
        self.undo_stack.clear()
        self._replace(scene)

    def restore(self, scene: Any) -> None:
        self._replace(self._keep(self._scene, scene))

    def _replace(self, scene: Any) -> None:
        old, self._scene = self._scene, scene
        if old != scene:
            self.changed.emit(old, scene)


class _Change(QUndoCommand):
    def __init__(self, document: Document, old: Any, new: Any, text: str, gesture: Hashable) -> None:
        super().__init__(text)
        self.document, self.old, self.new, self.gesture = document, old, new, gesture
        self.first = True

    def redo(self) -> None:
        if self.first:
            self.first = False
            self.document.look(self.new)
        else:
            self.document.restore(self.new)

    def undo(self) -> None:
        self.document.restore(self.old)

    def id(self) -> int:
        return 1 if self.gesture is not None else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, _Change) or other.gesture != self.gesture:
            return False
        self.new = other.new
        return True
