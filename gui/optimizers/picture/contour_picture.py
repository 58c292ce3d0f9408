"""The whole contour picture for one moment, with what can be kept from the last moment kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from PySide6.QtCore import QSize
from PySide6.QtGui import QFont, QImage, QPainter

from engine.arrows import arrows_of
from engine.data.early_stopping import Stopping
from engine.descent import Run
from engine.frames import Frame
from engine.scene import Show
from gui.optimizers.picture.arrow_places import Placed, placed
from gui.optimizers.picture.arrows import paint_arrows
from gui.optimizers.picture.batches import BatchContour, pace_of, pace_place, paint_fan
from gui.optimizers.picture.captions import Box, CaptionLayout, Wanted
from gui.optimizers.picture.curvature import paint_curvature
from gui.optimizers.picture.futures import Futures
from gui.optimizers.picture.ghost_contour import paint_ghosts, paint_moved_minimum
from gui.optimizers.picture.leaving import left_at
from gui.optimizers.picture.names import name_heads
from gui.optimizers.picture.overlay import (
    HEAD,
    Label,
    fan_out,
    head_pixels,
    legend_box,
    paint_heads,
    paint_legend,
    paint_minima,
    paint_rule,
    paint_start,
    paint_text,
)
from gui.optimizers.picture.stops import kept_points, paint_stops
from gui.optimizers.picture.trails import BLOCK, Trails
from gui.painting import painting
from gui.picture.background import paint_background, paint_ticks
from gui.picture.mapping import Mapping
from gui.theme import Theme


@dataclass(frozen=True)
class Subject:
    """What is drawn: a run and how its racers look. `selected` is an index into the run's racers."""

    run: Run
    labels: Sequence[Label]
    show: Show = field(default_factory=Show)
    selected: int | None = None
    hint: str = ""
    rule: str = ""  # of comparison
    stopping: Stopping | None = None


@dataclass(frozen=True)
class Canvas:
    """Where it is drawn: a view of the plane on so many pixels, in a theme. `px` scales lines and text."""

    mapping: Mapping
    theme: Theme
    font: QFont
    px: float = 1.0
    ratio: float = 1.0


def drawn_arrows(subject: Subject, frame: Frame, mapping: Mapping, px: float) -> list[Placed]:
    """Those of the selected racer at this moment, if arrows are shown."""
    show, racer = subject.show, subject.selected
    if not show.arrows or not show.outcome or racer is None or frame.racers[racer].state == "stopped":
        return []
    return placed(arrows_of(subject.run, racer, frame.shown_step), frame.shown_line, mapping, px)


class ContourPicture:
    """Paints (subject, frame) on a canvas. Layers are caches: with or without them the picture is the same."""

    def __init__(self) -> None:
        self._ground: QImage | None = None
        self._ground_key: object = None
        self._past: QImage | None = None
        self._past_key: object = None
        self._past_blocks = 0
        self._trails: Trails | None = None
        self._trails_key: object = None
        self._futures = Futures()
        self._legend: QImage | None = None
        self._legend_key: object = None
        self._batch = BatchContour()
        self._arrows: list[Placed] = []
        self._arrows_key: object = None
        self._markers: list[Box] = []
        self._markers_key: object = None
        self.captions = CaptionLayout()

    def forget(self) -> None:
        """Drop the layers: the next picture takes longer."""
        self._ground = self._past = self._legend = None
        self._futures.forget()

    def paint(
        self, painter: QPainter, canvas: Canvas, subject: Subject, frame: Frame, layers: bool = True,
        ground: QImage | None = None,
    ) -> None:  # fmt: skip
        """Draw one moment. Without `layers` everything is drawn as lines and areas, for SVG, on a `ground` of bands and
        lines where there is one already."""
        mapping, theme, px, show = canvas.mapping, canvas.theme, canvas.px, subject.show
        painter.setFont(canvas.font)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not subject.show.outcome:
            self._paint_question(painter, canvas, subject, layers, ground)
            return
        wanted = Wanted()
        trails = self._trails_for(canvas, subject)
        blocks = frame.position.step // BLOCK
        if layers:
            painter.drawImage(0, 0, self._past_for(canvas, subject, trails, blocks))
        else:
            self._paint_bare_ground(painter, canvas, subject, ground)
            if show.path_ahead:
                trails.paint_ahead(painter, theme)
            trails.paint_blocks(painter, 0, blocks, theme, px)
        if show.batch_contour:
            self._batch.paint(painter, subject.run, frame.shown_step, mapping, theme, px)
        if subject.show.minima:
            paint_minima(painter, subject.run.loss.minima, mapping, theme, px)
            if show.unregularised:
                paint_moved_minimum(painter, subject.run.loss, wanted, mapping, theme, px)
        heads = head_pixels(frame.racers, mapping)
        for racer in frame.racers:
            if racer.state == "stopped":  # its path ends at the stop, its marker stands at the weights it kept
                heads[racer.racer] = trails.pixels[min(frame.position.step, trails.steps), racer.racer]
        if subject.stopping is not None:
            paint_stops(
                painter, subject.run, subject.stopping, subject.labels, frame.position.step, show.path_ahead,
                subject.selected, wanted, mapping, theme, px,
            )  # fmt: skip
        if show.futures:
            self._futures.paint(
                painter, subject.run, subject.labels, frame.position.step, show.path_ahead, wanted, mapping,
                theme, px, canvas.ratio, layers,
            )  # fmt: skip
        trails.paint_rest(painter, frame.position.step, heads, theme, px)
        paint_start(painter, subject.run.start, mapping, theme, px, subject.hint, wanted)
        if show.curvature and subject.selected is not None:
            paint_curvature(painter, subject.run, frame.racers[subject.selected], wanted, mapping, theme, px)
        if show.gradient_fan and subject.selected is not None:
            paint_fan(painter, subject.run, subject.selected, frame.shown_step, mapping, theme, px)
        if subject.hint and not frame.position.step:
            name_heads(frame.racers, subject.labels, wanted, mapping, theme, px)
        arrows = self._arrows_for(canvas, subject, frame)
        paint_arrows(painter, arrows, frame.shown_step, frame.shown_line, wanted, mapping, theme, px)
        wanted.taken += self._paint_margin(painter, canvas, subject, frame)
        wanted.markers += self._markers_for(canvas, trails, frame.position.step)
        self.captions.paint(painter, wanted, mapping, theme, px)
        paint_heads(painter, frame.racers, subject.labels, subject.selected, mapping, theme, px)
        if subject.show.legend:
            if layers:
                painter.drawImage(0, 0, self._legend_for(canvas, subject))
            else:
                paint_legend(painter, subject.labels, mapping, theme, px)

    @staticmethod
    def _paint_margin(painter: QPainter, canvas: Canvas, subject: Subject, frame: Frame) -> list[Box]:
        """The texts that stand in the upper left, and all places in which texts stand."""
        mapping, theme, px = canvas.mapping, canvas.theme, canvas.px
        taken: list[Box] = []
        if subject.rule:
            taken.append(paint_rule(painter, subject.rule, mapping, theme, px))
        legend = legend_box(canvas.font, subject.labels, mapping, px) if subject.show.legend else None
        if pace := pace_of(subject.run, frame.shown_step):
            y = (52 if subject.rule else 26) * px
            place = pace_place(pace, subject.run, mapping, canvas.font, px, y, legend)
            if place is not None:
                taken.append(paint_text(painter, pace, *place, theme.color("ink"), mapping, theme, px, size=14))
        if legend is not None:
            taken.append(legend)
        painter.setFont(canvas.font)
        return taken

    def _paint_question(
        self, painter: QPainter, canvas: Canvas, subject: Subject, layers: bool, ground: QImage | None
    ) -> None:
        """Where it starts and who takes part, whatever the moment."""
        mapping, theme, px = canvas.mapping, canvas.theme, canvas.px
        if layers:
            painter.drawImage(0, 0, self._ground_for(canvas, subject))
        else:
            self._paint_bare_ground(painter, canvas, subject, ground)
        if subject.show.minima:
            paint_minima(painter, subject.run.loss.minima, mapping, theme, px)
        wanted = Wanted(taken=[legend_box(canvas.font, subject.labels, mapping, px)])
        paint_start(painter, subject.run.start, mapping, theme, px, subject.hint, wanted)
        self.captions.paint(painter, wanted, mapping, theme, px)
        paint_legend(painter, subject.labels, mapping, theme, px)

    def _legend_for(self, canvas: Canvas, subject: Subject) -> QImage:
        """On a transparent ground: as wide as the picture, as high as the legend."""
        key = (tuple(subject.labels), canvas)
        if self._legend is None or key != self._legend_key:
            height = legend_box(canvas.font, subject.labels, canvas.mapping, canvas.px)[3] + 4
            size = QSize(max(round(canvas.mapping.width * canvas.ratio), 1), max(round(height * canvas.ratio), 1))
            self._legend = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
            self._legend.setDevicePixelRatio(canvas.ratio)
            self._legend.fill(0)
            with _painting(self._legend, canvas) as painter:
                paint_legend(painter, subject.labels, canvas.mapping, canvas.theme, canvas.px)
            self._legend_key = key
        return self._legend

    def _arrows_for(self, canvas: Canvas, subject: Subject, frame: Frame) -> list[Placed]:
        """Until the next line: within one, only the racers move."""
        key = (
            id(subject.run), subject.selected, subject.show, frame.shown_step, frame.shown_line, canvas.mapping,
            canvas.px, subject.selected is not None and frame.racers[subject.selected].state,
        )  # fmt: skip
        if key != self._arrows_key:
            self._arrows, self._arrows_key = drawn_arrows(subject, frame, canvas.mapping, canvas.px), key
        return self._arrows

    def _markers_for(self, canvas: Canvas, trails: Trails, step: int) -> list[Box]:
        """Where the racers stand at a step: names keep off there, and do not jump about while the racers move on."""
        key = (self._trails_key, step, canvas.px)
        if key != self._markers_key:
            places, half = trails.pixels[min(step, trails.steps)], HEAD * canvas.px / 2
            fanned = fan_out(places, [canvas.mapping.inside(x, y) for x, y in places], 2 * half).tolist()
            self._markers = [(x - half, y - half, x + half, y + half) for x, y in fanned]
            self._markers_key = key
        return self._markers

    def _trails_for(self, canvas: Canvas, subject: Subject) -> Trails:
        # Identity of the run is enough: runs are immutable and held here.
        key = (id(subject.run), id(subject.stopping), canvas.mapping, tuple(label.style for label in subject.labels))
        if self._trails is None or key != self._trails_key:
            styles = [label.style for label in subject.labels]
            points = kept_points(subject.run, subject.stopping)
            left = left_at(subject.run.loss, points, canvas.mapping.view)
            self._trails = Trails.of(points, canvas.mapping, styles, left)
            self._stopping = subject.stopping
            self._trails_key = key
            self._run = subject.run
        return self._trails

    @staticmethod
    def _paint_bare_ground(painter: QPainter, canvas: Canvas, subject: Subject, ground: QImage | None = None) -> None:
        if ground is None:
            paint_background(painter, subject.run.loss, canvas.mapping, canvas.theme)
        else:
            painter.drawImage(0, 0, ground)
        paint_ghosts(painter, subject.run.loss, subject.show, canvas.mapping, canvas.theme, canvas.px)
        paint_ticks(painter, canvas.mapping, canvas.theme, canvas.px)

    def _ground_for(self, canvas: Canvas, subject: Subject) -> QImage:
        contours = (
            subject.run.loss,
            canvas.mapping,
            canvas.theme,
            canvas.px,
            canvas.ratio,
            canvas.font.family(),
            subject.show.unregularised,
            subject.show.penalty,
        )
        if self._ground is None or contours != self._ground_key:
            self._ground = self._layer(canvas)
            with _painting(self._ground, canvas) as painter:
                self._paint_bare_ground(painter, canvas, subject)
            self._ground_key = contours
        return self._ground

    def _past_for(self, canvas: Canvas, subject: Subject, trails: Trails, blocks: int) -> QImage:
        """The ground with all whole blocks of the past on it: one opaque image a frame to copy."""
        ground = self._ground_for(canvas, subject)
        key = (self._ground_key, self._trails_key, subject.show.path_ahead)
        if self._past is None or key != self._past_key or blocks < self._past_blocks:
            self._past = ground.copy()
            self._past_key, self._past_blocks = key, 0
            if subject.show.path_ahead:
                with _painting(self._past, canvas) as painter:
                    trails.paint_ahead(painter, canvas.theme)
        if blocks > self._past_blocks:
            with _painting(self._past, canvas) as painter:
                trails.paint_blocks(painter, self._past_blocks, blocks, canvas.theme, canvas.px)
            self._past_blocks = blocks
        return self._past

    @staticmethod
    def _layer(canvas: Canvas) -> QImage:
        size = QSize(
            max(round(canvas.mapping.width * canvas.ratio), 1),
            max(round(canvas.mapping.height * canvas.ratio), 1),
        )
        image = QImage(size, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(canvas.ratio)
        return image


@contextmanager
def _painting(image: QImage, canvas: Canvas) -> Iterator[QPainter]:
    """A painter on a layer, always ended."""
    with painting(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(canvas.font)
        yield painter
