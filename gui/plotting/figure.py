"""A plot on the screen."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QGraphicsScene, QGraphicsView, QWidget

from gui.plotting.library import GraphicsView
from gui.plotting.plot import Plot


class Figure(GraphicsView):
    """Shows a plot and leaves mouse and keys to its parent. It is transparent: the ground is the panel's."""

    def __init__(self, plot: Plot, parent: QWidget) -> None:
        super().__init__(parent, background=None)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setCacheMode(QGraphicsView.CacheModeFlag(0))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.viewport().setAutoFillBackground(False)
        self.scene().setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.plot = plot
        self.scene().addItem(plot)
        self.paints = 0  # how often it was painted

    def paintEvent(self, event: QPaintEvent) -> None:
        self.paints += 1
        super().paintEvent(event)

    def show_again(self) -> None:
        """Paint the plot when there is time: once, whatever has changed."""
        self.viewport().update()
