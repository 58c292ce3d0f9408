"""What a command imports when it is given for the first time is imported before, so that nobody waits for it then.

One module at a time, between two events and while nothing moves. A thread of its own would take turns with a film, and
Qt's classes are made on the thread that uses them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from pkgutil import iter_modules

from PySide6.QtCore import QObject, QTimer

EVERY = 40  # milliseconds
FOLDERS = (  # what others need comes before them, so that no module brings many with it
    "engine", "engine.convolution", "engine.data", "gui.convolution.picture", "gui.convolution", "gui.minima",
    "gui.augmentation", "gui.plotting", "gui.optimizers.curve", "gui.optimizers", "gui.recording", "gui.lecture",
    "gui.presentation", "gui",
)  # fmt: skip
QT = ("PySide6.QtSvg",)  # which is needed for pictures in files alone
APART = {"gui.recording.command"}  # which runs in a process of its own


class ImportsAhead(QObject):
    """Begins with `start` and ends by itself; `busy()` puts it off."""

    def __init__(self, busy: Callable[[], bool], parent: QObject) -> None:
        super().__init__(parent)
        self.busy = busy
        self._names = _wanted()
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self._next)

    def start(self) -> None:
        self._timer.start()

    @property
    def running(self) -> bool:
        """Whether something is still to be imported."""
        return self._timer.isActive()

    def _next(self) -> None:
        if self.busy():
            return
        name = next((name for name in self._names if name not in sys.modules), None)
        if name is None:
            self._timer.stop()
            return
        with suppress(ImportError):  # who needs it hears of that
            import_module(name)


def _wanted() -> Iterator[str]:
    """The names of all modules, each folder's when its turn has come."""
    for folder in FOLDERS:
        yield folder
        for module in iter_modules(import_module(folder).__path__):
            if f"{folder}.{module.name}" not in APART:
                yield f"{folder}.{module.name}"
    yield from QT
