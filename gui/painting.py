"""The one way in which a painter is made: it is ended whatever happens meanwhile.

A painter that outlives an exception may outlive what it paints on, and that ends the process.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QTimer, qInstallMessageHandler
from PySide6.QtGui import QPaintDevice, QPainter
from PySide6.QtWidgets import QWidget


@contextmanager
def painting(device: QPaintDevice) -> Iterator[QPainter]:
    """A painter on `device`, for a `with`.

    On a widget, which is painted when Qt asks for it, a fault ends here and is told of a moment later: on its way
    through Qt it would keep all other widgets from being painted, too.
    """
    painter = QPainter(device)
    try:
        yield painter
    except BaseException as error:
        _break_off(painter)
        if not (isinstance(device, QWidget) and isinstance(error, Exception)):
            raise
        tell_later(error)
    else:
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


def tell_later(error: Exception) -> None:
    """Tell of a fault in a moment: that may change the window, which nothing may do while it is painted."""
    QTimer.singleShot(0, lambda: sys.excepthook(type(error), error, error.__traceback__))
