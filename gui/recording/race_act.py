"""A race as a recording shows it: contour, rule with numbers, who is who with everyone's loss, data and loss curve."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter

from engine.bounded_cache import ByteBoundedCache
from engine.data.early_stopping import Stopping, held, stopping_of
from engine.data.loss import DataLoss
from engine.data.scene import DataChoice
from engine.descent import Run
from engine.fair_play import run_scene
from engine.frames import Frame, Position, frame_at
from engine.scene import DATA, Scene
from gui.optimizers.data_words import data_names
from gui.optimizers.explain import rule_of_comparison
from gui.optimizers.labels import labels_of
from gui.optimizers.markers import draw_marker
from gui.optimizers.picture.contour_picture import Canvas, ContourPicture, Subject
from gui.optimizers.picture.relief_picture import ReliefPicture
from gui.optimizers.picture.sheet import Sheet, halves
from gui.painting import painting
from gui.picture.kept import picture_bytes
from gui.picture.mapping import Mapping
from gui.recording.charts import Charts
from gui.recording.page import GAP, Page, plain_font, text_font
from gui.recording.race_places import HEADING, Wanted, places
from gui.recording.reading import reading_of
from gui.recording.settings import Settings

STEPS_A_SECOND = 10.0  # at speed 1, as in the window
MOST_BYTES = 64 << 20  # of notes without numbers, one picture for each line: at 4K they take 10 MB


def tr(text: str) -> str:
    return QCoreApplication.translate("recording", text)


class RaceAct:
    """Computes the run of a scene and paints its moments. Of its notes without numbers at most 64 MB are kept."""

    def __init__(self, scene: Scene, settings: Settings, before: RaceAct | None = None) -> None:
        loss = scene.loss.loss()
        active = [index for index, racer in enumerate(scene.racers) if racer.on]
        optimizers = [scene.racers[index].build() for index in active]
        self.run: Run = run_scene(scene, loss, active, optimizers) if before is None else before.run
        self.stopping: Stopping | None = stopping_of(scene.loss, self.run) if before is None else before.stopping
        self.selected = active.index(scene.selected) if scene.selected in active else None
        self.length, self.pace = self.timing(scene)
        self.lines = 0 if self.selected is None else len(optimizers[self.selected].rule.lines)
        self.view = scene.view or loss.domain
        self.formula = settings.formula and self.selected is not None
        # Beside the rule there is room for the names; without it the contour takes them in.
        self.names = settings.legend and bool(active) and self.formula
        ahead = settings.ahead and scene.show.path_ahead
        show = msgspec.structs.replace(
            scene.show, legend=settings.legend and bool(active) and not self.names, path_ahead=ahead
        )
        self.labels = labels_of(scene, active, self.run)
        rule = rule_of_comparison(scene)
        self.subject = Subject(self.run, self.labels, show, self.selected, rule=rule, stopping=self.stopping)
        self.ends, self.reading = True, reading_of(scene)
        self.curve = settings.curve and bool(active)
        is_data = self.curve and scene.loss.key == DATA and isinstance(loss, DataLoss)
        self.data_names = data_names(scene.loss.data or DataChoice()) if is_data else None
        self.picture = ContourPicture()
        self.relief = ReliefPicture() if scene.show.relief else None
        self.camera, self.look = scene.camera, scene.curve
        self._noted: object = None
        self._still: ByteBoundedCache[int, QImage] = ByteBoundedCache(MOST_BYTES, picture_bytes)  # by lit line

    @staticmethod
    def timing(scene: Scene) -> tuple[int, float]:
        return scene.steps, 1 / (STEPS_A_SECOND * scene.speed)

    def lines_after(self, step: int) -> int:
        return self.lines if step < self.length else 0

    def where(self, position: Position) -> str:
        return self._where(str(position.step + (1 if position.line else 0)))

    def widest(self) -> str:
        return self._where("0" * len(str(self.length)))

    def _where(self, step: str) -> str:
        return tr("step {step} of {length}").format(step=step, length=self.length)

    def key(self, position: Position) -> object:
        return position

    # Places.

    def lay_out(self, page: Page, area: QRectF) -> None:
        self.page, self.stage = page, area
        self._noted = None
        self._still.clear()
        self._place(page, area)
        beside = QRectF()
        if self.relief is not None:
            self.stage, beside = halves(self.stage, GAP)
        self.stage, self.beside = page.snapped(self.stage), page.snapped(beside)
        self._around = page.snapped(self.notes.adjusted(-6, -4, 6, 4))
        mapping = Mapping.fitted(self.view, self.stage.width(), self.stage.height())
        self.canvas = Canvas(mapping, page.theme, plain_font(), 1.0, page.ratio)
        width, height = self.beside.width(), self.beside.height()
        self.sheet = Sheet(mapping, self.view, self.camera, width, height, page.theme, plain_font(), 1.0, page.ratio)

    def _place(self, page: Page, area: QRectF) -> None:
        history = self.run.histories[self.selected] if self.formula and self.selected is not None else None
        wanted = Wanted(history, self.labels if self.names else (), self.data_names is not None, self.curve)
        found = places(page, area, wanted, whole_stage=self.relief is not None)
        self.stage, self.notes, self.rule = found.stage, found.notes, found.rule
        self.legend, self._legend_at = found.legend, found.legend_at
        self.curve_area = found.curve
        self.charts = Charts(self.subject, self.data_names, page, found.data, found.curve, self.look)

    # Painting.

    def prepare(self) -> None:
        """Draw the surface, and lay the paths on it."""
        if self.relief is not None:
            self.relief.prepare(self.sheet, self.subject)

    def paint(self, painter: QPainter, position: Position) -> None:
        frame = held(frame_at(self.run, position, self.selected), self.run, self.stopping, self.selected)
        self._paint_contour(painter, frame)
        if self.relief is not None:
            self.page.clear(painter, self.beside)
            painter.save()
            painter.translate(self.beside.topLeft())
            painter.setClipRect(QRectF(0, 0, self.beside.width(), self.beside.height()))
            self.relief.paint(painter, self.sheet, self.subject, frame)
            painter.restore()
        self.charts.paint(painter, frame)
        noted = (frame.shown_step, frame.shown_line, position.step)
        if self.formula and noted != self._noted:
            self._noted = noted
            self._paint_notes(painter, frame)

    def _paint_contour(self, painter: QPainter, frame: Frame) -> None:
        painter.save()
        painter.translate(self.stage.topLeft())
        painter.setClipRect(QRectF(0, 0, self.stage.width(), self.stage.height()))
        self.picture.paint(painter, self.canvas, self.subject, frame)
        painter.restore()

    def _paint_notes(self, painter: QPainter, frame: Frame) -> None:
        """Only the numbers change from step to step: all else is kept as an image for each lit line."""
        assert self.rule is not None and self.selected is not None
        step = min(frame.shown_step, self.run.histories[self.selected].steps)
        lit = frame.shown_line if step else -1
        still = self._still.made(lit, lambda: self._ground(lit))
        area = self._around
        painter.save()
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.drawImage(area.topLeft(), still)
        painter.restore()
        painter.save()
        painter.translate(self.notes.left(), self.notes.top() + HEADING)
        if step:
            self.rule.paint_numbers(painter, step, lit)
        painter.restore()
        if self.legend is not None:
            self.legend.paint_losses(painter, self._legend_at, frame)

    def _ground(self, lit: int) -> QImage:
        """Name, formulas and legend, without numbers."""
        assert self.rule is not None and self.selected is not None
        page, area, label = self.page, self._around, self.labels[self.selected]
        size = (area.size() * page.ratio).toSize()
        image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(page.ratio)
        with painting(image) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.translate(-area.topLeft())
            page.clear(painter, area)
            theme = page.theme
            left, middle = self.notes.left(), self.notes.top() + HEADING / 2 - 3
            draw_marker(
                painter, left + 12, middle, label.style.marker, 19, label.style.color(theme), theme.color("halo")
            )
            font = text_font(22, QFont.Weight.DemiBold)
            metrics = QFontMetricsF(font)
            painter.setFont(font)
            painter.setPen(theme.color("ink"))
            name = metrics.elidedText(label.name, Qt.TextElideMode.ElideRight, self.rule.width - 34)
            painter.drawText(QPointF(left + 30, middle + metrics.capHeight() / 2), name)
            painter.save()
            painter.translate(left, self.notes.top() + HEADING)
            self.rule.paint_formulas(painter, lit)
            painter.restore()
            if self.legend is not None:
                self.legend.paint(painter, self._legend_at)
        return image
