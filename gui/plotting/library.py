"""What is used of pyqtgraph: its base classes alone.

Its import takes a tenth of a second, so whoever needs a plot imports this room when the window has been seen.
"""

from __future__ import annotations

import sys
import threading

_hooks = sys.excepthook, threading.excepthook

from pyqtgraph import AxisItem, GraphicsObject, GraphicsView, GraphicsWidget, ViewBox  # noqa: E402

# It puts hooks of its own around them, for a console that is not used here: faults are told by the window.
sys.excepthook, threading.excepthook = _hooks

__all__ = ["AxisItem", "GraphicsObject", "GraphicsView", "GraphicsWidget", "ViewBox"]
