"""The experiment on batch size as a recording shows it: map and charts, and below them what was measured."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QRectF
from PySide6.QtGui import QPainter

from engine.frames import Position
from engine.minima_scene import MinimaScene
from gui.minima.picture import MinimaPicture
from gui.minima.plot import Sheet
from gui.minima.subject import Subject, subject_of
from gui.minima.words import measured
from gui.recording.page import GAP, Page, draw_lines, plain_font, text_font, wrapped
from gui.recording.settings import Settings

SIZES_A_SECOND = 0.8  # at speed 1, as in the window
LINE = 27.0  # of what was measured


def tr(text: str) -> str:
    return QCoreApplication.translate("recording", text)


class MinimaAct:
    """Runs the experiment of a scene and paints its batch sizes. Raises ValueError for one that cannot be run."""

    def __init__(self, scene: MinimaScene, settings: Settings, before: MinimaAct | None = None) -> None:
        self.subject: Subject = subject_of(scene) if before is None else before.subject
        (self.length, self.pace), self.lines = self.timing(scene), 0
        self.reading: tuple[float, ...] = ()
        self.ends, self.last = True, self.length if settings.last is None else settings.last
        self.says, self.ahead = settings.formula, settings.ahead
        self.picture = MinimaPicture()

    @staticmethod
    def timing(scene: MinimaScene) -> tuple[int, float]:
        return len(scene.batch_sizes) - 1, 1 / (SIZES_A_SECOND * scene.speed)

    def lines_after(self, step: int) -> int:
        return 0

    def where(self, position: Position) -> str:
        place = min(position.step + (position.fraction > 0.5), self.length)
        return tr("B = {size}").format(size=self.subject.experiment.batch_sizes[place])

    def widest(self) -> str:
        return tr("B = {size}").format(size="0" * len(str(max(self.subject.experiment.batch_sizes))))

    def key(self, position: Position) -> object:
        return position

    def lay_out(self, page: Page, area: QRectF) -> None:
        self.page = page
        font = text_font(20)
        self._words = wrapped(measured(self.subject.experiment), font, area.width(), 3) if self.says else []
        below = LINE * len(self._words) + (GAP / 2 if self._words else 0)
        self.place = page.snapped(area.adjusted(0, 0, 0, -below))
        self._below = page.snapped(QRectF(area.left(), area.bottom() - below, area.width(), below))
        self._font = font

    def prepare(self) -> None:
        """Nothing of it takes long."""

    def paint(self, painter: QPainter, position: Position) -> None:
        page = self.page
        page.clear(painter, self.place)
        painter.save()
        painter.translate(self.place.topLeft())
        sheet = Sheet(plain_font(), page.theme)
        size = (self.place.width(), self.place.height())
        self.picture.paint(painter, sheet, self.subject, position.step + position.fraction, size, page.ratio)
        painter.restore()
        if self._words:
            page.clear(painter, self._below)
        if self._words and (self.ahead or position.step >= self.last):
            top = self._below.top() + GAP / 2
            draw_lines(painter, self._words, self._font, page.theme.color("ink"), self._below.left(), top, LINE)
