"""The one way in which a painter is made: it is ended whatever happens meanwhile.

A painter that outlives an exception may outlive what it paints on, and that ends the process.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import qInstallMessageHandler
from PySide6.QtGui import QPaintDevice, QPainter


@contextmanager
def painting(device: QPaintDevice) -> Iterator[QPainter]:
    """A painter on `device`, for a `with`."""
    painter = QPainter(device)
    try:
        yield painter
    except BaseException:
        _break_off(painter)
        raise
    if painter.isActive():
        painter.end()


def _break_off(painter: QPainter) -> None:
    """End it without Qt's word on the states that are still saved: it can't be asked how many there are."""
    before = qInstallMessageHandler(lambda *_: None)
    try:
        if painter.isActive():
            painter.end()
    finally:
        qInstallMessageHandler(before)
