"""Pictures of scenes that are not on the screen, drawn by panels of their own."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from PySide6.QtCore import QCoreApplication, QRectF, Qt, QThreadPool
from PySide6.QtGui import QFont, QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from engine.lecture import Page
from engine.scene_file import panel_of
from gui.panels import kinds
from gui.presentation.strokes import paint_strokes
from gui.theme import Theme, look

BESIDE = 0.36  # of the width, for data and loss curve where there are data
WAIT = 20_000  # milliseconds for a very long race


class Illustrator:
    """Draws pages at any size and in any theme. Its panels are hidden children of `parent`; without one they
    belong to it alone, and `close` (or leaving `with`) takes them down."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._parent = parent
        self._panels: dict[str, Any] = {}

    def __enter__(self) -> Illustrator:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        for panel in self._panels.values():
            panel.deleteLater()
        self._panels = {}

    def paint(self, painter: QPainter, page: Page, width: float, height: float, theme: Theme, scale: float = 1) -> None:
        """The page's picture with what is drawn on it, in `theme`; `scale` enlarges its lines and letters."""
        panel = self._panel(page.scene)
        canvas = panel.canvas
        whole = getattr(panel, "pictures", canvas)  # with a 3-D view, where there is one
        charts = panel.right.charts() if hasattr(panel.right, "charts") else ()
        room = round(width * (1 - BESIDE)) if charts else width
        own = whole.canvas_area(room, height) if whole is not canvas else QRectF(0, 0, room, height)
        with look().drawing_in(theme, scale):
            painter.setFont(QApplication.font())
            painter.setClipRect(QRectF(0, 0, width, height))
            painter.fillRect(QRectF(0, 0, width, height), theme.color("window"))
            painter.save()
            painter.setClipRect(QRectF(0, 0, room, height))
            whole.paint_to(painter, room, height)
            painter.restore()
            _paint_charts(painter, charts, QRectF(room, 0, width - room, height), theme, scale)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_strokes(painter, page.strokes, canvas, own.width(), own.height(), theme, scale)

    def image(self, page: Page, width: int, height: int, theme: Theme, scale: float = 1, ratio: float = 1) -> QImage:
        """The same as an image of width × height, with `ratio` pixels to each of them."""
        image = QImage(round(width * ratio), round(height * ratio), QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.black)
        image.setDevicePixelRatio(ratio)
        painter = QPainter(image)
        self.paint(painter, page, width, height, theme, scale)
        painter.end()
        return image

    def _panel(self, scene: Any) -> Any:
        key = panel_of(scene)
        if key not in self._panels:
            kind = next(kind for kind in kinds() if kind.key == key)
            panel = kind.make(scene)
            panel.hide()
            if self._parent is not None:
                panel.setParent(self._parent)
            self._panels[key] = panel
        panel = self._panels[key]
        panel.open_scene(scene)
        if QThreadPool.globalInstance().activeThreadCount():
            QThreadPool.globalInstance().waitForDone(WAIT)
        QCoreApplication.sendPostedEvents()
        return panel


def _paint_charts(painter: QPainter, charts: Any, room: QRectF, theme: Theme, scale: float) -> None:
    """Pictures with their headings, one above the other."""
    height = room.height() / max(len(charts), 1)
    gap = 12 * scale
    for place, (heading, chart) in enumerate(charts):
        area = QRectF(room.left(), room.top() + place * height, room.width(), height).adjusted(gap, gap, -gap, -gap)
        if heading:
            font = QFont(QApplication.font())
            font.setPixelSize(round(12 * scale))
            painter.setFont(font)
            painter.setPen(theme.color("muted"))
            painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, heading)
            area.setTop(area.top() + 22 * scale)
        painter.save()
        painter.translate(area.topLeft())
        chart.paint_to(painter, area.width(), area.height())
        painter.restore()
