"""The loss curve as a plot: the past strong, the future faint, a line at now, every racer named at its end."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from engine.frames import Frame
from engine.scene import Curve
from gui.optimizers.curve.content import Content
from gui.optimizers.curve.ends import Name, draw_signs, draw_texts, names_at, room_for_names
from gui.optimizers.curve.lines import Mark, curves, ends, marks
from gui.optimizers.curve.stopping import draw_stopping, validation_line
from gui.optimizers.curve.words import tr
from gui.optimizers.markers import draw_marker
from gui.optimizers.picture.contour_picture import Subject
from gui.picture.mapping import Mapping
from gui.picture.room import Margins
from gui.plotting.axis import room_of
from gui.plotting.item import PaintedItem, kept
from gui.plotting.layer import Layer
from gui.plotting.lines import Line
from gui.plotting.plot import Plot
from gui.plotting.scale import STEPS
from gui.plotting.sheet import Sheet

MARKER = 9.0  # pixels at scale 1
MOST_LEFT = 90.0  # for numbers
EDGE = 2  # pixels around the view that its curves may reach into


class CurvePlot(Plot):
    """Shows (subject, frame) as `curve` says. The layers are caches: with or without them the picture is the same."""

    def __init__(self) -> None:
        super().__init__()
        self.subject: Subject | None = None
        self.frame: Frame | None = None
        self.curve = Curve()
        self.content: Content | None = None
        self.curves = PaintedItem(self._draw_curves, self.view)
        self.names = PaintedItem(self._draw_names, self)
        self.bottom.kind = STEPS
        self._layers = {True: Layer(), False: Layer()}  # the past and the future
        self._signs = Layer()
        self._named: tuple[tuple[object, ...], list[Name]] = ((), [])

    def show_subject(self, subject: Subject, content: Content, curve: Curve) -> None:
        """Another run, or another look at it: `content` is that of `curve`."""
        self.subject, self.content, self.curve = subject, content, curve
        self.left.kind = content.scale
        self.bottom.name = tr("step")
        self.lay_out()

    def show_frame(self, frame: Frame) -> None:
        """Another moment of it."""
        self.frame = frame
        self._see()

    def margins(self) -> tuple[Margins, ...]:
        names = 10.0
        if self.sheet is not None and self.subject is not None:
            names = room_for_names(self.sheet, self.subject.labels)
        full, one, none = self.WAYS
        left = full[0]
        if self.sheet is not None and self.content is not None:
            low, high = self.content.whole[1]
            left = min(max(left, room_of(self.sheet, self.content.scale, low, high, self.sheet.height)), MOST_LEFT)
        return ((left, full[1], names, full[3]), (left, one[1], names, one[3]), none)

    def lay_out(self) -> None:
        super().lay_out()
        area, sheet = self.area, self.sheet
        if sheet is not None and not area.isEmpty():
            self.curves.place(QRectF(-12, -12, area.width() + 24, area.height() + 24))
            self.names.place(QRectF(0, 0, sheet.width, sheet.height))
        self._see()

    def _see(self) -> None:
        if self.content is not None and self.frame is not None and not self.area.isEmpty():
            self.view.show_range(*self.content.seen(self.curve, self.frame.position))

    # What is drawn, as data.

    def lines(self, past: bool = True) -> list[Line]:
        """The curves on the past or the future side of now, in pixels of the view."""
        subject, content, sheet = self._ready()
        found = curves(subject, content, self.view.mapping(), sheet.theme, sheet.px, past)
        if content.validation is not None:
            found.append(validation_line(subject, content, self.view.mapping(), sheet, past))
        return found

    def marks(self) -> list[Mark]:
        """The racers now, in pixels of the view."""
        subject, content, sheet = self._ready()
        assert self.frame is not None
        return marks(subject, content, self.frame, self.view.mapping(), sheet.theme)

    def end_names(self) -> list[Name]:
        """The racers' names, in pixels of the plot; none where they have no room."""
        subject, content, sheet = self._ready()
        assert self.frame is not None
        area, mapping = self.area, self.view.mapping()
        made_of = (content, mapping, sheet, self._told_until())
        if self._named[0] != made_of:
            left, room = area.right() + 4 * sheet.px, sheet.width - area.right() - 6 * sheet.px
            column = QRectF(left, area.top(), room, area.height())
            found = ends(subject, content, self.frame, mapping)
            placed = [None if end is None else (end[0] + area.left(), end[1] + area.top()) for end in found]
            self._named = made_of, names_at(sheet, subject.labels, placed, column)
        return self._named[1]

    def _told_until(self) -> int | None:
        """The step at which the curves end; None where they are drawn whole."""
        subject = self._ready()[0]
        assert self.frame is not None
        return None if subject.show.path_ahead else self.frame.position.step

    def _ready(self) -> tuple[Subject, Content, Sheet]:
        assert self.subject is not None and self.content is not None and self.sheet is not None
        return self.subject, self.content, self.sheet

    @property
    def shows(self) -> bool:
        """Whether there is anything to draw, and room for it."""
        there = self.subject is not None and self.frame is not None and self.subject.run.steps >= 1
        return there and not self.area.isEmpty()

    # Painting.

    def _draw_names(self, painter: QPainter) -> None:
        if not self.shows:
            return
        _, content, sheet = self._ready()
        names = self.end_names()
        if self.layers:
            made_of = (content, self.view.mapping(), sheet, self._told_until())
            area, ratio = self.names.boundingRect(), sheet.ratio
            self._signs.draw(painter, area, ratio, made_of, lambda onto: draw_signs(onto, sheet, names))
        else:
            draw_signs(painter, sheet, names)
        draw_texts(painter, sheet, names)

    def _draw_curves(self, painter: QPainter) -> None:
        if not self.shows:
            return
        sheet = self._ready()[2]
        assert self.frame is not None
        mapping, position = self.view.mapping(), self.frame.position
        now = mapping.x(position.step + position.fraction)
        edge, inside = EDGE / sheet.ratio, min(max(now, 0.0), mapping.width)
        cut = round(inside * sheet.ratio) / sheet.ratio  # whole pixels are copied as they are
        for past, begin, end in ((True, -edge, cut), (False, cut, mapping.width + edge)):
            if end > begin:
                with kept(painter):
                    self._draw_side(painter, mapping, begin, end, past)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if 0 <= now <= mapping.width:
            painter.setPen(QPen(sheet.theme.color("muted"), 1))
            painter.drawLine(QPointF(now, 0), QPointF(now, mapping.height))
        for mark in self.marks():
            draw_marker(painter, mark.x, mark.y, mark.marker, MARKER * sheet.px, mark.color, sheet.theme.color("halo"))

    def _draw_side(self, painter: QPainter, mapping: Mapping, begin: float, end: float, past: bool) -> None:
        if not self.layers:
            painter.setClipRect(QRectF(begin, -1, end - begin, mapping.height + 2), Qt.ClipOperation.IntersectClip)
            self._paint_side(painter, mapping, past)
            return
        _, content, sheet = self._ready()
        edge = EDGE / sheet.ratio
        area = QRectF(-edge, -edge, mapping.width + 2 * edge, mapping.height + 2 * edge)
        image = self._layers[past].image(
            area, sheet.ratio, (content, mapping, sheet), lambda onto: self._paint_side(onto, mapping, past)
        )
        source = QRectF((begin + edge) * sheet.ratio, 0, (end - begin) * sheet.ratio, image.height())
        painter.drawImage(QRectF(begin, -edge, end - begin, area.height()), image, source)

    def _paint_side(self, painter: QPainter, mapping: Mapping, past: bool) -> None:
        subject, content, sheet = self._ready()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(sheet.theme.color("line"), 1))
        for at, _ in self.left.marks():
            painter.drawLine(QPointF(0, mapping.y(at)), QPointF(mapping.width, mapping.y(at)))
        for at, _ in self.bottom.marks() if self.bottom.isVisible() else ():
            painter.drawLine(QPointF(mapping.x(at), 0), QPointF(mapping.x(at), mapping.height))
        if not past and not subject.show.path_ahead:
            return
        painter.setClipRect(QRectF(-1, -1, mapping.width + 2, mapping.height + 2), Qt.ClipOperation.IntersectClip)
        for line in curves(subject, content, mapping, sheet.theme, sheet.px, past):
            line.draw(painter)
        draw_stopping(painter, subject, content, mapping, sheet, past)
