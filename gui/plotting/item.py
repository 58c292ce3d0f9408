"""What lies in a view: one item for a whole picture, painted in the view's pixels."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakMethod

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from gui.painting import tell_later
from gui.plotting.library import GraphicsObject


@contextmanager
def kept(painter: QPainter) -> Iterator[QPainter]:
    """The painter, as it was afterwards whatever happens meanwhile."""
    painter.save()
    try:
        yield painter
    finally:
        painter.restore()


class PaintedItem(GraphicsObject):
    """Fills a rectangle of its parent's pixels with what `draw`, a method, paints there.

    A fault in `draw` ends here, since on its way through Qt it would end the process. It is told once, or handed on by
    who paints a file.
    """

    def __init__(self, draw: Callable[[QPainter], None], parent: Any) -> None:
        super().__init__(parent)
        self._draw = WeakMethod(draw)  # of what holds the item: so that both go without the garbage collector
        self._area = QRectF()
        self.asked = False  # whether who paints asks for faults, and is not told of them
        self.fault: Exception | None = None
        self._told = ""  # of which fault; itself it would keep alive what it met

    def place(self, area: QRectF) -> None:
        """Lie somewhere else."""
        if area != self._area:
            self.prepareGeometryChange()
            self._area = QRectF(area)

    def boundingRect(self) -> QRectF:
        return QRectF(self._area)

    def paint(self, painter: QPainter, option: Any, widget: Any = None) -> None:
        try:
            draw = self._draw()
            if draw is not None:
                with kept(painter):
                    draw(painter)
        except Exception as fault:
            if self.asked:
                self.fault = fault
            elif repr(fault) != self._told:
                self._told = repr(fault)
                tell_later(fault)
        else:
            self._told = ""
