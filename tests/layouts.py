"""How often widgets are laid out: a layout that feeds back on itself does it without end for one size of the window."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from gui.widgets.scroll_column import ScrollColumn

SCENES = sorted(Path(__file__).parents[1].glob("assets/scenes/*/*.json"))
SIZES = ((900, 560), (1024, 768), (1280, 720), (1366, 768), (1600, 900), (1920, 1016), (1920, 1080), (2560, 1440))
SCALES = (0.8, 1.0, 1.3, 1.5)
MOST = 6  # times that a widget gets another size before the window's new one has settled
ENDLESS = 60  # from which on no more are delivered, so that the test lives to tell
COUNTED = (QEvent.Type.Resize, QEvent.Type.LayoutRequest)


class Relays(QObject):
    """Counts sizes given and layouts asked for, by widget."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: Counter[tuple[int, str]] = Counter()

    def eventFilter(self, receiver: QObject, event: QEvent) -> bool:
        if event.type() not in COUNTED or not isinstance(receiver, QWidget):
            return False
        key = id(receiver), f"{type(receiver).__name__} {receiver.objectName()!r} {event.type().name}"
        self.counts[key] += 1
        return self.counts[key] > ENDLESS

    def worst(self) -> tuple[int, str]:
        """The most for one widget, and which one."""
        [(key, count)] = self.counts.most_common(1) or [((0, "nothing"), 0)]
        return count, key[1]


@contextmanager
def counted() -> Iterator[Relays]:
    """What is laid out in the block."""
    relays, app = Relays(), QApplication.instance()
    assert app is not None
    app.installEventFilter(relays)
    try:
        yield relays
    finally:
        app.removeEventFilter(relays)


def settle() -> None:
    """All that has been asked for, and what that asks for."""
    for _ in range(4):
        QCoreApplication.sendPostedEvents()
        QCoreApplication.processEvents()


def restless(window: Any, sizes: Sequence[tuple[int, int]]) -> list[str]:
    """The sizes for which a widget of the window is laid out more often than a settled layout needs, and which one."""
    found = []
    for width, height in sizes:
        with counted() as relays:
            window.resize(width, height)
            settle()
        count, what = relays.worst()
        if count > MOST:
            found.append(f"{width}×{height}: {what} {count} times")
        for column in window.findChildren(ScrollColumn):
            if column.isVisible() and column.column.geometry() != column.content.rect():
                found.append(f"{width}×{height}: {type(column).__name__} is laid out for another size")
    return found


def restless_at_brink(window: Any, column: Any, width: int) -> list[str]:
    """The same around the height at which all of a column begins to have room: there its bar would come and go."""
    found, low, high = [], 560, 1600
    while high - low > 1:
        middle = (low + high) // 2
        found += restless(window, [(width, middle)])
        low, high = (middle, high) if column.verticalScrollBar().maximum() else (low, middle)
    return found + restless(window, [(width, height) for height in range(high + 14, high - 15, -1)])
