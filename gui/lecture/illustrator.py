"""Pictures of scenes that are not on the screen, drawn by panels of their own."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Any

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QFont, QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from engine.cancelling import asking_nobody, check
from engine.lecture import Page
from engine.scene_file import panel_of
from gui.painting import painting
from gui.panels import kinds
from gui.presentation.strokes import paint_strokes
from gui.theme import Theme, look
from gui.worker import run_latest

BESIDE = 0.36  # of the width, for data and loss curve where there are data


@dataclass(frozen=True)
class _Wanted:
    """A picture that is drawn when all that it shows is there."""

    key: str  # of the panel
    page: Page
    width: int
    height: int
    theme: Theme
    scale: float
    then: Callable[[QImage], None]


class Illustrator:
    """Draws pages at any size and in any theme. Its panels are hidden children of `parent`; without one they
    belong to it alone, and `close` (or leaving `with`) takes them down.

    What a page shows may take long to compute. In a window `image_later` does not wait for it; `image` and `paint` do.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        self._parent = parent
        self._panels: dict[str, Any] = {}
        self._scenes: dict[str, Any] = {}  # that are open in them
        self._wanted: _Wanted | None = None

    def __enter__(self) -> Illustrator:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        for panel in self._panels.values():
            panel.give_up()
            panel.deleteLater()
        self._panels, self._scenes, self._wanted = {}, {}, None

    def image_later(
        self, page: Page, width: int, height: int, theme: Theme, scale: float, then: Callable[[QImage], None]
    ) -> None:
        """Call `then` with the page's image when it is drawn, which keeps nobody waiting; one asked for before is given
        up."""
        key = panel_of(page.scene)
        for other, panel in self._panels.items():
            if other != key and panel.busy:
                panel.give_up()
                del self._scenes[other]
        self._wanted = _Wanted(key, page, width, height, theme, scale, then)
        opened = self._opened(page.scene)
        QTimer.singleShot(0, opened, lambda: self._settled(key))

    def _settled(self, key: str) -> None:
        wanted = self._wanted
        if wanted is None or wanted.key != key or self._panels[key].busy:
            return
        panel = self._panels[key]
        if not hasattr(panel, "pictures"):
            self._deliver(wanted, None)
            return
        with look().drawing_in(wanted.theme, wanted.scale):
            still = panel.pictures.still()
        still.shape = QSize(round(_room(panel, wanted.width)), wanted.height)

        def fail(error: Exception) -> None:
            raise error  # a fault of our own: nothing in a scene keeps its surface from being drawn

        run_latest(
            panel, "still", partial(still.prepare, 1.0), lambda _: self._deliver(wanted, still), fail, short=True
        )

    def _deliver(self, wanted: _Wanted, still: Any) -> None:
        if wanted is self._wanted:
            self._wanted = None
            size = wanted.width, wanted.height
            wanted.then(self.image(wanted.page, *size, wanted.theme, wanted.scale, still=still))

    def paint(
        self, painter: QPainter, page: Page, width: float, height: float, theme: Theme, scale: float = 1,
        still: Any = None,
    ) -> None:  # fmt: skip
        """The page's picture with what is drawn on it, in `theme`; `scale` enlarges its lines and letters. Its long
        part may be prepared in a `still`."""
        panel = self._panel(page.scene)
        canvas = panel.canvas
        whole = getattr(panel, "pictures", canvas)  # with a 3-D view, where there is one
        charts = panel.right.charts() if hasattr(panel.right, "charts") else ()
        room = _room(panel, width)
        own = whole.canvas_area(room, height) if whole is not canvas else QRectF(0, 0, room, height)
        with look().drawing_in(theme, scale):
            painter.setFont(QApplication.font())
            painter.setClipRect(QRectF(0, 0, width, height))
            painter.fillRect(QRectF(0, 0, width, height), theme.color("window"))
            painter.save()
            painter.setClipRect(QRectF(0, 0, room, height))
            (still or whole).paint_to(painter, room, height)
            painter.restore()
            _paint_charts(painter, charts, QRectF(room, 0, width - room, height), theme, scale)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_strokes(painter, page.strokes, canvas, own.width(), own.height(), theme, scale)

    def image(
        self, page: Page, width: int, height: int, theme: Theme, scale: float = 1, ratio: float = 1, still: Any = None
    ) -> QImage:
        """The same as an image of width × height, with `ratio` pixels to each of them."""
        image = QImage(round(width * ratio), round(height * ratio), QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.black)
        image.setDevicePixelRatio(ratio)
        with painting(image) as painter:
            self.paint(painter, page, width, height, theme, scale, still)
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


def _room(panel: Any, width: float) -> float:
    """How wide the picture is, beside the charts where there are some."""
    has_charts = hasattr(panel.right, "charts") and panel.right.charts()
    return round(width * (1 - BESIDE)) if has_charts else width


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
