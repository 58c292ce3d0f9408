"""Augmented images as a recording shows them: the gallery, or one way large with its rule."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QFont, QPainter

from engine.augmentation_scene import AugmentationScene
from engine.frames import Position
from engine.gallery import Tile
from engine.losses import Floats
from gui.augmentation.inspector import class_colors, rule_boxes
from gui.augmentation.picture import Sheet, Shown, paint
from gui.augmentation.pictures import pictures_of
from gui.augmentation.words import way_name, way_story
from gui.formula import FormulaStyle, layout
from gui.recording.page import GAP, Page, draw_lines, plain_font, text_font, wrapped
from gui.recording.settings import Settings
from gui.widgets.words import capitalised

SAMPLES_A_SECOND = 1.5  # at speed 1, as in the window
COLUMN = 0.3  # of a wide picture's width, for the rule
TALL, SQUARE = 0.26, 0.33  # of the height of others


def tr(text: str) -> str:
    return QCoreApplication.translate("recording", text)


class GalleryAct:
    """Paints the samples of a scene. Raises ImageError where a shipped picture is gone."""

    def __init__(self, scene: AugmentationScene, settings: Settings, before: GalleryAct | None = None) -> None:
        self.scene = scene
        self.images: tuple[Floats, Floats] = pictures_of(scene) if before is None else before.images
        first, second = scene.classes
        self.classes = capitalised(first), capitalised(second)
        (self.length, self.pace), self.lines = self.timing(scene), 0
        self.ends = False
        self.reading: tuple[float, ...] = ()
        self.formula = settings.formula and scene.way != "all"

    @staticmethod
    def timing(scene: AugmentationScene) -> tuple[int, float]:
        return scene.samples - 1, 1 / (SAMPLES_A_SECOND * scene.speed)

    def lines_after(self, step: int) -> int:
        return 0

    def where(self, position: Position) -> str:
        return self._where(str(position.step + 1))

    def widest(self) -> str:
        return self._where("0" * len(str(self.length + 1)))

    def _where(self, sample: str) -> str:
        return tr("sample {sample} of {length}").format(sample=sample, length=self.length + 1)

    def key(self, position: Position) -> object:
        return position.step

    def lay_out(self, page: Page, area: QRectF) -> None:
        self.page = page
        self.place, self.notes = area, QRectF()
        if self.formula and page.wide:
            column = area.width() * COLUMN
            self.place = area.adjusted(0, 0, -column - GAP, 0)
            self.notes = area.adjusted(area.width() - column, 0, 0, 0)
        elif self.formula:
            strip = area.height() * (TALL if page.tall else SQUARE)
            self.place = area.adjusted(0, 0, 0, -strip - GAP)
            self.notes = area.adjusted(0, area.height() - strip, 0, 0)
        self.place, self.notes = page.snapped(self.place), page.snapped(self.notes)

    def prepare(self) -> None:
        """Nothing of it takes long."""

    def paint(self, painter: QPainter, position: Position) -> None:
        tiles = self.scene.tiles_at(*self.images, position.step)
        self.page.clear(painter, self.place)
        painter.save()
        painter.translate(self.place.topLeft())
        painter.setClipRect(QRectF(0, 0, self.place.width(), self.place.height()))
        sheet = Sheet(QRectF(0, 0, self.place.width(), self.place.height()), plain_font(), self.page.theme)
        paint(painter, sheet, Shown(tiles, self.images[1], self.classes, self.scene.way))
        painter.restore()
        if self.formula:
            self._rule(painter, next(tile for tile in tiles if tile.way == self.scene.way))

    def _rule(self, painter: QPainter, tile: Tile) -> None:
        """The way's name, its rule, and the rule with this sample's numbers."""
        theme = self.page.theme
        self.page.clear(painter, self.notes)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("panel"))
        painter.drawRoundedRect(self.notes, 10, 10)
        inside = self.notes.adjusted(18, 14, -18, -12)
        bold = text_font(21, QFont.Weight.DemiBold)
        top = draw_lines(painter, [way_name(tile.way)], bold, theme.color("ink"), inside.left(), inside.top(), 38)
        formulas = rule_boxes(tile)
        columns = 1 if self.page.wide or self.page.tall else 2  # below a square picture the strip is low
        width = (inside.width() - GAP * (columns - 1)) / columns
        begin, left = top, inside.left()
        for place, (rule, numbers) in enumerate(formulas):
            if columns == 2 and place == len(formulas) - 1:  # the label's last line beside what leads to it
                left, top = left + width + GAP, begin
            for box, size, after in ((rule, 25, 8), (numbers, 18, 16)):
                if box is not None:
                    laid = layout(box, FormulaStyle(size, theme.color("ink"), class_colors(theme)), width)
                    laid.draw(painter, left, top + laid.ascent)
                    top += laid.height + after
        if self.page.wide:
            plain = text_font(18)
            lines = wrapped(way_story(tile.way), plain, inside.width(), 8)
            draw_lines(painter, lines, plain, theme.color("muted"), inside.left(), top + 8, 26)
