"""The scene that a panel shows: changed by intents, undone and redone, saved by the main window."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from itertools import count
from typing import Any

from PySide6.QtCore import QObject, QSignalBlocker, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from engine.bounded_cache import added_bytes

MOST_STEPS = 500  # that can be undone
MOST_BYTES = 16 << 20  # of all their scenes: drawings on the largest picture (256 × 256 in four channels) take sixty

_gestures = count(1)


def new_gesture() -> int:
    """A key for one drag: all changes made under it become one undo entry."""
    return next(_gestures)


class Document(QObject):
    """Holds one frozen scene. `changed(old, new)` follows every replacement, undo and redo included.

    At most 500 steps can be undone, or as many as take 16 MB, but always one. `keep` may carry fields of the current
    scene (how it is looked at) over an undo.
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
        self.undo_stack.setUndoLimit(MOST_STEPS)

    @property
    def scene(self) -> Any:
        return self._scene

    def change(self, scene: Any, text: str, gesture: Hashable = None) -> None:
        """Replace the scene as one undoable step named `text`; one step for all with one `gesture`."""
        if scene != self._scene:
            self._forget_oldest()
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

    def _forget_oldest(self) -> None:
        """Where the steps take too much, keep the newest half. Qt's stack only counts: it is filled anew, unheard."""
        stack = self.undo_stack
        changes: list[Any] = [stack.command(place) for place in range(stack.index())]
        if sum(change.bytes for change in changes) <= MOST_BYTES:
            return
        first, total = len(changes) - 1, 0
        while first > 0 and (total := total + changes[first].bytes) <= MOST_BYTES // 2:
            first -= 1
        clean = stack.cleanIndex() - first
        fresh = [_Change(self, one.old, one.new, one.text(), one.gesture, done=True) for one in changes[first:]]
        del changes
        with QSignalBlocker(stack):
            stack.clear()
            if clean != 0:
                stack.resetClean()
            for place, change in enumerate(fresh, 1):
                stack.push(change)
                if place == clean:
                    stack.setClean()

    def _replace(self, scene: Any) -> None:
        old, self._scene = self._scene, scene
        if old != scene:
            self.changed.emit(old, scene)


class _Change(QUndoCommand):
    def __init__(
        self, document: Document, old: Any, new: Any, text: str, gesture: Hashable, done: bool = False
    ) -> None:
        """`done`: the scene is there already."""
        super().__init__(text)
        self.document, self.old, self.new, self.gesture = document, old, new, gesture
        self.first, self.done = True, done
        self.bytes = added_bytes(old, new)

    def redo(self) -> None:
        if self.first:
            self.first = False
            if not self.done:
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
        self.bytes = added_bytes(self.old, self.new)
        return True
