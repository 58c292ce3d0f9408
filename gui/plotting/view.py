"""The part of a plot in which things lie: its range, in the units of its axes."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QPainter

from gui.picture.mapping import Mapping
from gui.plotting.library import ViewBox
from gui.plotting.ranges import Range


class View(ViewBox):
    """Has no menu, no border and no mouse of its own: the figure handles that. Its range is set from outside."""

    def __init__(self) -> None:
        super().__init__(enableMenu=False, enableMouse=False, defaultPadding=0.0)
        self.setFlag(self.GraphicsItemFlag.ItemClipsChildrenToShape, False)  # markers reach over its border
        self.setFlag(self.GraphicsItemFlag.ItemIsFocusable, False)
        self.disableAutoRange()

    def show_range(self, x: Range, y: Range) -> None:
        """Show this part; both ends differ."""
        if self.viewRange() != [[*x], [*y]]:
            self.setRange(xRange=x, yRange=y, padding=0, disableAutoRange=False)

    def mapping(self) -> Mapping:
        """From the axes' units to the view's pixels. Raises ValueError for a view without room."""
        (x0, x1), (y0, y1) = self.viewRange()
        return Mapping(((x0, x1), (y0, y1)), self.rect().width(), self.rect().height())

    def paint(self, painter: QPainter, option: Any, widget: Any = None) -> None:
        """Nothing: the ground is the figure's."""
