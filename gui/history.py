"""The order in which things were done: what was done last is undone first, wherever it was done."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any

from PySide6.QtCore import QObject, QSignalBlocker, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from engine.bounded_cache import added_bytes

MOST_STEPS = 500  # that can be undone
MOST_BYTES = 16 << 20  # of all their states: drawings on the largest picture (256 × 256 in four channels) take sixty


class History(QObject):
    """Records steps from one state to another. `state()` is a frozen value, which `restore(state)` brings back.

    At most 500 steps can be undone, or as many as take 16 MB, but always one. `stepped` tells of each new one.
    """

    stepped = Signal(object, object)  # the state before it, and after

    def __init__(self, state: Callable[[], Any], restore: Callable[[Any], None], parent: QObject) -> None:
        super().__init__(parent)
        self.stack = QUndoStack(self)
        self.stack.setUndoLimit(MOST_STEPS)
        self.state, self.restore = state, restore
        self._within = False

    @contextmanager
    def step(self, text: str, gesture: Hashable = None) -> Iterator[None]:
        """Record all that is done within as one step called `text`; one step for all with one `gesture`."""
        if self._within:
            yield
            return
        before = self.state()
        self._within = True
        try:
            yield
        finally:
            self._within = False
            after = self.state()
            if after != before:
                self._forget_oldest()
                self.stack.push(_Step(self, before, after, text, gesture))
                self.stepped.emit(before, after)

    def _forget_oldest(self) -> None:
        """Where the steps take too much, keep the newest half. Qt's stack only counts: it is filled anew, unheard."""
        stack = self.stack
        steps: list[Any] = [stack.command(place) for place in range(stack.index())]
        if sum(step.bytes for step in steps) <= MOST_BYTES:
            return
        first, total = len(steps) - 1, 0
        while first > 0 and (total := total + steps[first].bytes) <= MOST_BYTES // 2:
            first -= 1
        fresh = [_Step(self, one.before, one.after, one.text(), one.gesture) for one in steps[first:]]
        del steps
        with QSignalBlocker(stack):
            stack.clear()
            for step in fresh:
                stack.push(step)


class _Step(QUndoCommand):
    """Everything as it was before and after."""

    def __init__(self, history: History, before: Any, after: Any, text: str, gesture: Hashable) -> None:
        super().__init__(text)
        self.history, self.before, self.after, self.gesture = history, before, after, gesture
        self.done = True
        self.bytes = added_bytes(before, after)

    def redo(self) -> None:
        if not self.done:
            self.history.restore(self.after)
        self.done = True

    def undo(self) -> None:
        self.done = False
        self.history.restore(self.before)

    def id(self) -> int:
        return 1 if self.gesture is not None else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, _Step) or other.gesture != self.gesture:
            return False
        self.after = other.after
        self.bytes = added_bytes(self.before, self.after)
        return True
