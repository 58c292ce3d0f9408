"""Pictures of scenes that are not on the screen, drawn by panels of their own."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Any

from PySide6.QtCore import QCoreApplication, QRectF, Qt, QTimer
from PySide6.QtGui import QFont, QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from engine.cancelling import asking_nobody, check
from engine.lecture import Page
from engine.scene_file import panel_of
from gui.painting import painting
from gui.panels import kinds
from gui.presentation.strokes import paint_strokes
from gui.theme import Theme, look

BESIDE = 0.36  # of the width, for data and loss curve where there are data


class Illustrator:
    """Draws pages at any size and in any theme. Its panels are hidden children of `parent`; without one they
    belong to it alone, and `close` (or leaving `with`) takes them down.

    What a page shows may take long to compute. In a window `when_ready` tells when it is there; a picture that is
    asked for before is waited for.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        self._parent = parent
        self._panels: dict[str, Any] = {}
        self._scenes: dict[str, Any] = {}  # that are open in them
        self._wanted: tuple[str, Callable[[], None]] | None = None  # in which panel, and whom to tell

    def __enter__(self) -> Illustrator:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        for panel in self._panels.values():
            panel.give_up()
            panel.deleteLater()
        self._panels, self._scenes, self._wanted = {}, {}, None

    def when_ready(self, page: Page, then: Callable[[], None]) -> None:
        """Call `then`, now or later, when the page can be drawn without waiting; a page asked for before is given
        up."""
        key = panel_of(page.scene)
        for other, panel in self._panels.items():
            if other != key and panel.busy:
                panel.give_up()
                del self._scenes[other]
        self._wanted = key, then
        opened = self._opened(page.scene)
        QTimer.singleShot(0, opened, lambda: self._settled(key))

    def _settled(self, key: str) -> None:
        if self._wanted is not None and self._wanted[0] == key and not self._panels[key].busy:
            _, then = self._wanted
            self._wanted = None
            then()

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
        with painting(image) as painter:
            self.paint(painter, page, width, height, theme, scale)
        return image

    def _panel(self, scene: Any) -> Any:
        """The panel with the scene and all that it shows."""
        panel = self._opened(scene)
        while panel.busy:
            check()
            time.sleep(0.002)
            with asking_nobody():
                QCoreApplication.processEvents()
        return panel

    def _opened(self, scene: Any) -> Any:
        with asking_nobody():  # in slots nobody hears of Cancelled
            return self._open(scene)

    def _open(self, scene: Any) -> Any:
        key = panel_of(scene)
        if key not in self._panels:
            kind = next(kind for kind in kinds() if kind.key == key)
            panel = kind.make(scene)
            panel.hide()
            if self._parent is not None:
                panel.setParent(self._parent)
            panel.settled.connect(partial(self._settled, key))
            self._panels[key], self._scenes[key] = panel, scene
        elif self._scenes.get(key) is not scene:
            self._scenes[key] = scene
            self._panels[key].open_scene(scene)
        return self._panels[key]


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
