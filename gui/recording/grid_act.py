"""A convolution as a recording shows it: the grids, and beside or under them the cell's formula, products, result."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from engine.convolution.scene import ConvolutionScene
from engine.convolution.steps import Pass
from engine.frames import Position
from gui.convolution.formulas import pass_formula
from gui.convolution.inspector import terms
from gui.convolution.picture.grid_picture import Canvas, GridPicture
from gui.convolution.picture.marks import hues
from gui.convolution.subject import Subject, subject_of
from gui.convolution.timeline import Moment, Timeline
from gui.convolution.words import cell_name, number, pass_name
from gui.formula import FormulaStyle, Laid, layout
from gui.recording.page import GAP, Page, plain_font, text_font
from gui.recording.products import Products
from gui.recording.settings import Settings

CELLS_A_SECOND = 4.0  # at speed 1, as in the window
COLUMN = 0.31  # of a wide picture's width, beside the grids
SQUARE, TALL = 0.39, 0.34  # of the height of others, under the grids
HEADING = 36.0
RESULT_WIDTH, RESULT_HEIGHT = 160.0, 84.0


def tr(text: str) -> str:
    return QCoreApplication.translate("recording", text)


def _pace(scene: ConvolutionScene) -> float:
    return 1 / (CELLS_A_SECOND * scene.speed)


class GridAct:
    """Computes the layer of a scene and paints its moments."""

    def __init__(self, scene: ConvolutionScene, settings: Settings, before: GridAct | None = None) -> None:
        self.subject: Subject = subject_of(scene) if before is None else before.subject
        self.loss, self.formula = scene.loss, settings.formula
        self.length, self.pace = self.subject.timeline.length, _pace(scene)
        self.ends = False
        self.reading: tuple[float, ...] = ()
        self.lines = 0  # products come in turn by themselves
        self.picture, self.products = GridPicture(), Products()
        self._formulas: dict[Pass, Laid] = {}

    @staticmethod
    def timing(scene: ConvolutionScene) -> tuple[int, float]:
        return Timeline(scene.layer(), scene).length, _pace(scene)

    def lines_after(self, step: int) -> int:
        return self.subject.timeline.products_in(step) if step < self.length else 0

    def where(self, position: Position) -> str:
        begun = position.fraction > 0 or position.line > 0
        return self._where(str(min(position.step + begun, self.length)))

    def widest(self) -> str:
        return self._where("0" * len(str(self.length)))

    def _where(self, cell: str) -> str:
        return tr("cell {cell} of {length}").format(cell=cell, length=self.length)

    def key(self, position: Position) -> object:
        moment = self.subject.timeline.moment(position)
        return moment.stage, moment.number, moment.products, moment.complete, self.where(position)

    def lay_out(self, page: Page, area: QRectF) -> None:
        self.page = page
        x, y, width, height = area.x(), area.y(), area.width(), area.height()
        self.grids, self.notes = area, QRectF()
        if self.formula and page.wide:
            column = width * COLUMN
            self.grids = QRectF(x, y, width - column - GAP, height)
            self.notes = QRectF(x + width - column, y, column, height)
        elif self.formula:
            strip = height * (TALL if page.tall else SQUARE)
            self.grids = QRectF(x, y, width, height - strip - GAP)
            self.notes = QRectF(x, y + height - strip, width, strip)
        self.grids, self.notes = page.snapped(self.grids), page.snapped(self.notes)
        size = self.grids.size()
        self.canvas = Canvas(size.width(), size.height(), page.theme, plain_font(), 1.0, page.ratio)

    def prepare(self) -> None:
        """Nothing of it takes long."""

    def paint(self, painter: QPainter, position: Position) -> None:
        moment = self.subject.timeline.moment(position)
        self.page.clear(painter, self.grids)
        painter.save()
        painter.translate(self.grids.topLeft())
        painter.setClipRect(QRectF(0, 0, self.grids.width(), self.grids.height()))
        self.picture.paint(painter, self.canvas, self.subject, moment)
        painter.restore()
        if self.formula:
            self._paint_notes(painter, moment)

    def _paint_notes(self, painter: QPainter, moment: Moment) -> None:
        page, area = self.page, self.notes
        theme = page.theme
        page.clear(painter, area)
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("panel"))
        painter.drawRoundedRect(area, 10, 10)
        inside = area.adjusted(18, 14, -18, -12)
        top = self._heading(painter, moment, inside, inside.width())
        laid = self._formula(moment.stage, inside.width())
        laid.draw(painter, inside.left(), top + laid.ascent)
        top += laid.height + 14
        self._sum(painter, moment, QRectF(inside.left(), top, inside.width(), inside.bottom() - top))
        painter.restore()

    def _heading(self, painter: QPainter, moment: Moment, inside: QRectF, width: float) -> float:
        """The cell and its pass; where they end."""
        bold, plain = text_font(21, QFont.Weight.DemiBold), text_font(17)
        wide, narrow = QFontMetricsF(bold), QFontMetricsF(plain)
        name = cell_name(self.subject.plates.layer, moment.step.grid, moment.step.index)
        stage = pass_name(moment.stage, self.subject.plates.upstream)
        base = inside.top() + wide.ascent()
        painter.setFont(bold)
        painter.setPen(self.page.theme.color("ink"))
        painter.drawText(QPointF(inside.left(), base), name)
        begin = wide.horizontalAdvance(name) + 14
        painter.setFont(plain)
        painter.setPen(self.page.theme.color("muted"))
        painter.drawText(
            QPointF(inside.left() + begin, base), narrow.elidedText(stage, Qt.TextElideMode.ElideRight, width - begin)
        )
        return inside.top() + HEADING

    def _formula(self, stage: Pass, width: float) -> Laid:
        if stage not in self._formulas:
            box = pass_formula(self.subject.plates.layer, stage, self.loss)
            for size in (25, 22, 19, 16):
                style = FormulaStyle(size_px=size, ink=self.page.theme.color("ink"))
                laid = self._formulas[stage] = layout(box, style, width)
                if laid.height < 2.6 * size and laid.width <= width:
                    break
        return self._formulas[stage]

    def _sum(self, painter: QPainter, moment: Moment, area: QRectF) -> None:
        """The products, and what they amount to so far."""
        step, layer = moment.step, self.subject.plates.layer
        if self.page.wide or self.page.tall:
            room = area.adjusted(0, 0, 0, -RESULT_HEIGHT)
            place = QRectF(area.left(), area.bottom() - RESULT_HEIGHT, area.width(), RESULT_HEIGHT)
        else:
            room = area.adjusted(0, 0, -RESULT_WIDTH - 8, 0)
            place = QRectF(area.right() - RESULT_WIDTH, area.top(), RESULT_WIDTH, area.height())
        done = moment.products
        if len(step.products):
            shown = terms(layer, step, done)
            self.products.paint(painter, room, shown, done - shown.first, hues(layer), self.page.theme, self.page.ratio)
        so_far = float(step.partials[done - 1]) if 0 < done <= len(step.partials) else 0.0
        adds = moment.stage not in (Pass.ACTIVATION, Pass.POOLING)
        text, ink = f"= {number(step.result)}", "ink"
        if moment.stage is Pass.SCATTER:
            text = f"g = {number(step.result)}"
        elif not moment.complete:
            text, ink = f"= {number(so_far)} …" if done and adds else "= …", "muted"
        above = ""
        if step.bias is not None and moment.complete:
            above = tr("{sum} + bias {bias}").format(sum=number(so_far), bias=number(step.bias))
        self._result(painter, place, text, ink, above)

    def _result(self, painter: QPainter, area: QRectF, text: str, ink: str, above: str) -> None:
        theme, size = self.page.theme, 34.0
        font = text_font(size, QFont.Weight.Bold)
        wide = QFontMetricsF(font).horizontalAdvance(text)
        if wide > area.width():
            font = text_font(size * area.width() / wide, QFont.Weight.Bold)
        painter.setFont(font)
        painter.setPen(theme.color(ink))
        center = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(area.adjusted(0, 14, 0, 0), center, text)
        if above:
            small = text_font(15)
            painter.setFont(small)
            painter.setPen(theme.color("muted"))
            shown = QFontMetricsF(small).elidedText(above, Qt.TextElideMode.ElideRight, area.width())
            painter.drawText(area.adjusted(0, 0, 0, -48), center, shown)
