"""A view with its axes, on a sheet of some size; the same on the screen, in files and in recordings."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsScene

from gui.picture.room import Margins, fitted
from gui.plotting.axis import Axis
from gui.plotting.item import PaintedItem
from gui.plotting.library import GraphicsWidget
from gui.plotting.sheet import Sheet
from gui.plotting.view import View


class Plot(GraphicsWidget):
    """Lays out view and axes; what surrounds the view gives way where there is little room. `ways` are the margins,
    the fullest first, with both axes, with the left one alone, and with none."""

    WAYS: tuple[Margins, Margins, Margins] = ((44.0, 8.0, 10.0, 26.0), (44.0, 8.0, 10.0, 8.0), (10.0, 8.0, 10.0, 8.0))

    def __init__(self) -> None:
        super().__init__()
        self.view = View()
        self.view.setParentItem(self)
        self.left, self.bottom = Axis("left", self.view, self), Axis("bottom", self.view, self)
        self.sheet: Sheet | None = None
        self.layers = True

    def keep_layers(self, layers: bool) -> None:
        """Whether pixels may be kept; a file that can be enlarged has none."""
        self.layers = layers

    def set_sheet(self, sheet: Sheet) -> None:
        """Another size, theme or font."""
        self.sheet = sheet
        self.left.sheet = self.bottom.sheet = sheet
        self.lay_out()

    def margins(self) -> tuple[Margins, ...]:
        """The ways to surround the view, at scale 1."""
        return self.WAYS

    def lay_out(self) -> None:
        """Place view and axes."""
        sheet = self.sheet
        if sheet is None:
            return
        self.setGeometry(QRectF(0, 0, sheet.width, sheet.height))
        found = fitted(QRectF(0, 0, sheet.width, sheet.height), self.margins(), sheet.px)
        self.view.setVisible(found is not None)
        self.left.setVisible(found is not None and found[0] < 2)
        self.bottom.setVisible(found is not None and found[0] == 0)
        if found is None:
            self.view.setGeometry(QRectF())
            return
        sides = (found[1].left(), found[1].top(), found[1].right(), found[1].bottom())
        left, top, right, bottom = (round(side * sheet.ratio) / sheet.ratio for side in sides)  # on whole pixels
        area = QRectF(left, top, right - left, bottom - top)
        self.view.setGeometry(area)
        self.left.setWidth(area.left())  # which it would choose itself otherwise, while it is painted
        self.bottom.setHeight(max(sheet.height - area.bottom(), 0))
        self.left.setGeometry(QRectF(0, area.top(), area.left(), area.height()))
        self.bottom.setGeometry(QRectF(area.left(), area.bottom(), area.width(), max(sheet.height - area.bottom(), 0)))

    @property
    def area(self) -> QRectF:
        """Where the view lies; empty where there is no room for it."""
        return QRectF(self.view.geometry())

    def items_painted(self) -> list[PaintedItem]:
        """The items of the plot that may have met a fault."""
        return [item for item in self.childItems() + self.view.childItems() if isinstance(item, PaintedItem)]


class Drawing:
    """A plot that is on no screen, in a scene of its own."""

    def __init__(self, plot: Plot) -> None:
        self.plot = plot
        self.scene = QGraphicsScene()
        self.scene.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.scene.addItem(plot)

    def paint(self, painter: QPainter, layers: bool = True) -> None:
        """Draw the plot from the painter's origin on. Without `layers` all of it is lines and letters.

        Raises what its items met.
        """
        sheet = self.plot.sheet
        if sheet is None or sheet.width < 1 or sheet.height < 1:
            return
        items = self.plot.items_painted()
        for item in items:
            item.asked = True
        self.plot.keep_layers(layers)
        whole = QRectF(0, 0, sheet.width, sheet.height)
        self.scene.setSceneRect(whole)
        self.scene.render(painter, whole, whole)
        faults = [item.fault for item in items if item.fault is not None]
        for item in items:
            item.fault = None
        if faults:
            raise faults[0]
