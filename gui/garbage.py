"""Python's garbage is collected between two events, and on the window's thread only.

Python itself would do it wherever something is made: in the middle of a paint event or in a worker's thread. A widget
that nothing but a reference cycle holds would then be destroyed while Qt is at work in it, which ends the process.
"""

from __future__ import annotations

import gc
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from gui.memory import give_back

EVERY = 500  # milliseconds
LEAST = 1000  # new objects that are worth a look
OLDER = 10  # looks at new objects, after which those that outlived one are looked at, too
ALL = 100  # and after which all are


class GarbageCollector(QObject):
    """Stands in for Python's own collection, and gives free memory back to the system now and then. While `busy()` only
    new objects are looked at: nothing stutters."""

    def __init__(self, busy: Callable[[], bool], parent: QObject) -> None:
        super().__init__(parent)
        self.busy = busy
        self._looks = 0
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """From now on. What exists already stays: to walk through all modules again takes longer than a frame."""
        gc.disable()
        gc.freeze()
        self._timer.start()

    def look(self) -> None:
        """Collect where that is worth while."""
        if gc.get_count()[0] < LEAST:
            return
        self._looks += 1
        if self._looks >= ALL and not self.busy():
            self._looks = 0
            gc.collect()
            give_back()
        else:
            gc.collect(0 if self._looks % OLDER else 1)
            if self._looks % OLDER == 0 and not self.busy():
                give_back()
