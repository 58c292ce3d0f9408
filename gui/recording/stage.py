"""One frame of a recording: the whole picture of (scene, moment), at any size, without a window."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter

from engine.frames import Position
from engine.scene_file import panel_of
from gui.painting import painting
from gui.recording.page import GAP, MARGIN, Page, draw_lines, text_font, wrapped
from gui.recording.settings import Settings

TITLE, TITLE_SKIP = 30.0, 40.0
CAPTION, CAPTION_SKIP = 18.0, 26.0
# Of each panel, imported when it is asked for.
ACTS = {
    "optimizers": ("gui.recording.race_act", "RaceAct"),
    "convolution": ("gui.recording.grid_act", "GridAct"),
    "minima": ("gui.recording.minima_act", "MinimaAct"),
    "augmentation": ("gui.recording.gallery_act", "GalleryAct"),
}


class Act(Protocol):
    """What is played: a race, a convolution, or what else a panel shows."""

    length: int  # steps of its timeline
    pace: float  # seconds a step, as the scene plays
    lines: int  # of a step, where a film can show them in turn
    reading: tuple[float, ...]  # seconds of each of them
    ends: bool  # whether there is an ending that could be given away

    @staticmethod
    def timing(scene: Any) -> tuple[int, float]:
        """`length` and `pace` of a scene's act, without computing what it shows. Raises ValueError."""

    def lines_after(self, step: int) -> int:
        """Lines (products, in a convolution) on the way from a step to the next one: what `Position.line` counts."""

    def lay_out(self, page: Page, area: QRectF) -> None:
        """The room there is, once, before anything is painted."""

    def prepare(self) -> None:
        """Do ahead what takes long of painting and needs no letters: in any thread, after `lay_out`."""

    def key(self, position: Position) -> object:
        """Equal for moments that look the same."""

    def where(self, position: Position) -> str:
        """Such as: step 3 of 160."""

    def widest(self) -> str:
        """The longest such text."""

    def paint(self, painter: QPainter, position: Position) -> None:
        """The moment, over the one painted before."""


def act_of(scene: Any, settings: Settings, before: Act | None = None) -> Act:
    """The act of a scene; of one that was made `before` of the same scene, it takes what it has computed. That may
    take long, and be done in a thread. Raises ValueError for a scene that cannot be computed."""
    act: Act = _kind(scene)(scene, settings, before)
    return act


def timing_of(scene: Any) -> tuple[int, float]:
    """Steps of a scene's timeline, and seconds a step as it plays; nothing is computed. Raises ValueError for a scene
    that makes no sense."""
    length, pace = _kind(scene).timing(scene)
    return length, pace


def _kind(scene: Any) -> Any:
    module, name = ACTS[panel_of(scene)]
    return getattr(import_module(module), name)


class Stage:
    """Paints moments of one scene. Needs a QGuiApplication; knows nothing of the screen's theme and size."""

    def __init__(self, scene: Any, settings: Settings, act: Act | None = None, asks: bool = False) -> None:
        """Of a scene that `asks`, the note is a question: it gives nothing away, and stands there from the start."""
        self.page = page = Page.of(settings)
        self.act = act or act_of(scene, settings)
        kind = QImage.Format.Format_ARGB32_Premultiplied if page.transparent else QImage.Format.Format_RGB32
        self.image = QImage(settings.width, settings.height, kind)
        self.image.setDevicePixelRatio(page.ratio)
        self._shown: object = None
        title = scene.title if settings.title else ""
        caption = " ".join(scene.note.split()) if settings.caption else ""
        self.last = self.act.length if settings.last is None else settings.last
        self._ink = page.theme.color("accent" if asks else "muted")
        self._late = self.act.ends and not settings.ahead and not asks  # the note tells how it ends
        self._noted = not self._late
        self._lay_out(title, caption)

    def _lay_out(self, title: str, caption: str) -> None:
        page = self.page
        whole = QRectF(0, 0, page.width, page.height)
        inside = whole.adjusted(MARGIN, MARGIN * 0.75, -MARGIN, -MARGIN)
        self._small = text_font(19)
        room = QFontMetricsF(self._small).horizontalAdvance(self.act.widest())
        top = inside.top()
        with painting(self.image) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            page.clear(painter, whole)
            self._where, self._note = QRectF(), QRectF()
            self._caption: list[str] = []
            if title:
                font = text_font(TITLE, QFont.Weight.DemiBold)
                lines = wrapped(title, font, inside.width() - room - GAP, 1)
                self._where = page.snapped(QRectF(inside.right() - room - 4, top, room + 4, TITLE_SKIP))
                top = draw_lines(painter, lines, font, page.theme.color("ink"), inside.left(), top, TITLE_SKIP)
            if caption:
                font = text_font(CAPTION)
                self._caption = wrapped(caption, font, inside.width(), 2 if page.wide else 3)
                height = CAPTION_SKIP * len(self._caption)
                self._note = page.snapped(QRectF(inside.left(), top, inside.width(), height))
                self._note_at = QPointF(inside.left(), top)
                if self._noted:
                    self._draw_note(painter)
                top += height
        begin = top + GAP * 0.6 if top > inside.top() else MARGIN
        self.act.lay_out(page, QRectF(inside.left(), begin, inside.width(), inside.bottom() - begin))

    def _draw_note(self, painter: QPainter) -> None:
        at = self._note_at
        draw_lines(painter, self._caption, text_font(CAPTION), self._ink, at.x(), at.y(), CAPTION_SKIP)

    def _show_note(self, painter: QPainter, position: Position) -> None:
        """The note on how it goes belongs to the end."""
        wanted = not self._late or position.step >= self.last
        if wanted != self._noted and self._caption:
            self.page.clear(painter, self._note)
            if wanted:
                self._draw_note(painter)
        self._noted = wanted

    def frame(self, position: Position) -> QImage:
        """The picture of a moment; it is painted over by the next one."""
        key = self.act.key(position)
        if key != self._shown:
            self._shown = key
            with painting(self.image) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                self._show_note(painter, position)
                if not self._where.isEmpty():
                    self.page.clear(painter, self._where)
                    painter.setFont(self._small)
                    painter.setPen(self.page.theme.color("muted"))
                    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                    painter.drawText(self._where, right, self.act.where(position))
                self.act.paint(painter, position)
        return self.image
