"""The 3-D view for one moment: the same run as on the contour, laid on the surface and turned to the camera."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from engine.frames import Frame
from gui.optimizers.markers import draw_marker
from gui.optimizers.picture.contour_picture import Subject
from gui.optimizers.picture.draped import Draped, Seen, pens
from gui.optimizers.picture.leaving import left_at
from gui.optimizers.picture.overlay import HEAD, fan_out
from gui.optimizers.picture.relief import Relief, Terrain, paint_relief
from gui.optimizers.picture.sheet import Sheet, paint_axes
from gui.optimizers.picture.stops import kept_points
from gui.optimizers.picture.trails import BLOCK, WIDTH
from gui.painting import painting

RAISED = 0.08  # a marker is hidden where even its top is: at the bottom of a funnel it is seen
GHOST_DASH = (5.0, 4.0)
Floats = NDArray[np.float64]


class ReliefPicture:
    """Paints (subject, frame) on a sheet. What it keeps are caches: the picture is the same without them."""

    def __init__(self) -> None:
        self._terrain: Terrain | None = None
        self._relief: Relief | None = None
        self._relief_key: object = None
        self._sheet: Sheet | None = None  # of that relief
        self.is_rough = False
        self._draped: dict[str, list[Draped]] = {}
        self._draped_key: object = None
        self._seen: dict[str, list[Seen]] = {}
        self._seen_key: object = None
        self._past: QImage | None = None
        self._past_key: object = None
        self._past_blocks = 0
        self._held: tuple[object, ...] = ()  # so that their ids are not used again

    def forget(self) -> None:
        """Drop the surface and what is drawn on it: the next picture takes longer."""
        self._relief = self._past = self._seen_key = None
        self._held = ()
        self._seen = {}

    def paint(self, painter: QPainter, sheet: Sheet, subject: Subject, frame: Frame, rough: bool = False) -> None:
        """Draw one moment. A surface that must be drawn anew is drawn in haste while it is `rough`."""
        painter.setFont(sheet.font)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        terrain = self._terrain_for(sheet, subject)
        relief = self._relief_for(sheet, terrain, rough)
        if not subject.show.outcome:
            painter.drawImage(0, 0, relief.image)
            paint_axes(painter, sheet, terrain)
            _paint_places(painter, sheet, subject, terrain, relief)
            return
        seen = self._seen_for(sheet, subject, terrain, relief)
        step = min(frame.position.step, subject.run.steps)
        blocks = step // BLOCK
        painter.drawImage(0, 0, self._past_for(sheet, subject, terrain, relief, seen, blocks))
        _paint_places(painter, sheet, subject, terrain, relief)
        self._paint_futures(painter, sheet, subject, seen, step, terrain, relief)
        self._paint_rest(painter, sheet, subject, seen, frame, terrain, relief)

    def prepare(self, sheet: Sheet, subject: Subject) -> None:
        """Draw the surface, and lay the paths on it, ahead of `paint`: in any thread, as long as nothing else uses
        this picture."""
        terrain = self._terrain_for(sheet, subject)
        relief = self._relief_for(sheet, terrain, False)
        if subject.show.outcome:
            self._seen_for(sheet, subject, terrain, relief)

    # What is kept.

    def _terrain_for(self, sheet: Sheet, subject: Subject) -> Terrain:
        loss, mapping = subject.run.loss, sheet.mapping
        kept = self._terrain
        if kept is None or (kept.mapping, kept.box) != (mapping, sheet.box) or kept.loss != loss:
            kept = self._terrain = Terrain.of(loss, mapping, sheet.box)
        return kept

    def _relief_for(self, sheet: Sheet, terrain: Terrain, rough: bool) -> Relief:
        key = (id(terrain), sheet)
        if self._relief is None or key != self._relief_key or (self.is_rough and not rough):
            self._relief = paint_relief(terrain, sheet.projection, sheet.theme, sheet.ratio, rough)
            self._relief_key, self._sheet, self.is_rough = key, sheet, rough
        return self._relief

    def finer(self) -> tuple[object, Callable[[], Relief]]:
        """The surface drawn last, to be drawn finely in any thread, and what `take` needs to know of it."""
        assert self._sheet is not None and self._terrain is not None
        terrain, sheet = self._terrain, self._sheet
        return self._relief_key, lambda: paint_relief(terrain, sheet.projection, sheet.theme, sheet.ratio)

    def take(self, key: object, relief: Relief) -> None:
        """Show it finely from now on, if it is still what is shown."""
        if key == self._relief_key:
            self._relief, self.is_rough = relief, False

    def _seen_for(self, sheet: Sheet, subject: Subject, terrain: Terrain, relief: Relief) -> dict[str, list[Seen]]:
        run = subject.run
        key = (id(run), id(subject.stopping), id(terrain))
        if key != self._draped_key:
            self._run = run, subject.stopping  # held, so that their ids are not used again
            points = kept_points(run, subject.stopping)
            self._draped = {
                "racers": [Draped.of(points[:, racer], terrain) for racer in range(points.shape[1])],
                "ghosts": [Draped.of(ghost.points, terrain) for ghost in run.ghosts],
                "crowds": [Draped.of(crowd.points[:, i], terrain) for crowd in run.crowds
                           for i in range(crowd.points.shape[1])],
            }  # fmt: skip
            self._draped_key = key
        seen_key = (key, id(relief))
        if seen_key != self._seen_key:
            self._seen = {
                kind: [Seen.of(path, sheet.projection, relief) for path in paths]
                for kind, paths in self._draped.items()
            }
            self._seen_key = seen_key
            self._held = terrain, relief
        return self._seen

    def _past_for(
        self, sheet: Sheet, subject: Subject, terrain: Terrain, relief: Relief, seen: dict[str, list[Seen]], blocks: int
    ) -> QImage:
        """Surface, axes, the way ahead and all whole blocks of the past."""
        styles = tuple(label.style for label in subject.labels)
        key = (self._seen_key, subject.show.path_ahead, styles)
        if self._past is None or key != self._past_key or blocks < self._past_blocks:
            self._past = relief.image.copy()
            self._past_key, self._past_blocks = key, 0
            with _painting(self._past, sheet) as painter:
                paint_axes(painter, sheet, terrain)
                if subject.show.path_ahead:
                    self._paint_ahead(painter, sheet, subject, seen, terrain)
        if blocks > self._past_blocks:
            with _painting(self._past, sheet) as painter:
                for label, path in zip(subject.labels, seen["racers"], strict=True):
                    pen, faint = pens(label.style.color(sheet.theme), WIDTH * sheet.px, label.style.dash)
                    stride = BLOCK * (blocks if self.is_rough else 1)  # block by block every picture is the same
                    for begin in range(self._past_blocks * BLOCK, blocks * BLOCK, stride):
                        path.paint(painter, begin, min(begin + stride, blocks * BLOCK, subject.run.steps), pen, faint)
            self._past_blocks = blocks
        return self._past

    # Paths.

    @staticmethod
    def _paint_ahead(
        painter: QPainter, sheet: Sheet, subject: Subject, seen: dict[str, list[Seen]], terrain: Terrain
    ) -> None:
        steps = subject.run.steps
        left = left_at(subject.run.loss, kept_points(subject.run, subject.stopping), terrain.box).tolist()
        for label, path, end in zip(subject.labels, seen["racers"], left, strict=True):
            color = label.style.color(sheet.theme)
            color.setAlpha(88 if sheet.theme.dark else 110)
            pen, faint = pens(color, 1.0)
            path.paint(painter, 0, end, pen, faint, in_one=end < steps)

    @staticmethod
    def _paint_futures(
        painter: QPainter, sheet: Sheet, subject: Subject, seen: dict[str, list[Seen]], step: int, terrain: Terrain,
        relief: Relief,
    ) -> None:  # fmt: skip
        """Crowds and ghosts, as on the contour."""
        if not subject.show.futures:
            return
        paths = iter(seen["crowds"])
        for crowd in subject.run.crowds:
            color = subject.labels[crowd.racer].style.color(sheet.theme)
            thin = subject.labels[crowd.racer].style.color(sheet.theme)
            thin.setAlpha(175)
            pen, faint = pens(thin, 1.0)
            for index in range(crowd.points.shape[1]):
                next(paths).paint(painter, 0, step, pen, faint)
                x, y, hidden, inside = _placed(crowd.points[step, index], sheet, terrain, relief)
                if inside:
                    painter.setOpacity(0.35 if hidden else 1.0)
                    painter.setPen(QPen(sheet.theme.color("halo"), 1.2 * sheet.px))
                    painter.setBrush(color)
                    painter.drawEllipse(QPointF(x, y), 3.6 * sheet.px, 3.6 * sheet.px)
            painter.setOpacity(1.0)
        for ghost, path in zip(subject.run.ghosts, seen["ghosts"], strict=True):
            color = subject.labels[ghost.racer].style.color(sheet.theme)
            color.setAlpha(190)
            pen, faint = pens(color, 2.0 * sheet.px, GHOST_DASH)
            last = len(path.first) - 1
            path.paint(
                painter, 0, last if subject.show.path_ahead else min(max(step - ghost.step, 0), last), pen, faint
            )

    @staticmethod
    def _paint_rest(
        painter: QPainter, sheet: Sheet, subject: Subject, seen: dict[str, list[Seen]], frame: Frame, terrain: Terrain,
        relief: Relief,
    ) -> None:  # fmt: skip
        """From the last whole block of the past to the racers, and they themselves."""
        theme, px, projection = sheet.theme, sheet.px, sheet.projection
        step = min(frame.position.step, subject.run.steps)
        points = np.array([racer.point for racer in frame.racers]).reshape(-1, 2)
        if not len(points):
            return
        places = projection.pixels(points, terrain.heights_at(points))
        inside = projection.holds(points)
        hidden = relief.hides(projection.pixels(points, terrain.heights_at(points) + RAISED))
        for racer, (label, path) in enumerate(zip(subject.labels, seen["racers"], strict=True)):
            pen, faint = pens(label.style.color(theme), WIDTH * px, label.style.dash)
            # Between two steps, along the ground as far as the racer is.
            a, b = path.first[step], path.first[min(step + 1, len(path.first) - 1)]
            way = path.pixels[a + 1 : a + 1 + int((b - a) * frame.position.fraction)]
            head = np.vstack([way, places[racer, None, :2]]) if inside[racer] else way
            path.paint(painter, step // BLOCK * BLOCK, step, pen, faint, head)
        _paint_heads(painter, sheet, subject, frame, places, inside, hidden)


def _paint_heads(
    painter: QPainter, sheet: Sheet, subject: Subject, frame: Frame, places: Floats, inside: NDArray[np.bool_],
    hidden: NDArray[np.bool_],
) -> None:  # fmt: skip
    """Every racer's marker: those behind a hill first, and faint. Racers outside the view are left to the contour."""
    theme, size = sheet.theme, HEAD * sheet.px
    fanned = fan_out(places[:, :2], list(inside), size)
    order = sorted(np.flatnonzero(inside).tolist(), key=lambda i: (not hidden[i], i == subject.selected))
    for racer in order:
        x, y = fanned[racer]
        color = subject.labels[racer].style.color(theme)
        painter.setOpacity(0.4 if hidden[racer] else 1.0)
        if np.hypot(x - places[racer, 0], y - places[racer, 1]) > 1:
            painter.setPen(QPen(color, 1.3 * sheet.px))
            painter.drawLine(QPointF(*places[racer, :2]), QPointF(x, y))
        grown = size * 1.25 if racer == subject.selected else size
        draw_marker(painter, x, y, subject.labels[racer].style.marker, grown, color, theme.color("halo"))
    painter.setOpacity(1.0)


def _placed(point: Floats, sheet: Sheet, terrain: Terrain, relief: Relief) -> tuple[float, float, bool, bool]:
    """Where a point of the plane is seen, whether the surface hides it, and whether it is in the view at all."""
    projection, height = sheet.projection, terrain.heights_at(point)
    place, above = projection.pixels(point, height), projection.pixels(point, height + RAISED)
    return float(place[0]), float(place[1]), bool(relief.hides(above)), bool(projection.holds(point))


def _paint_places(painter: QPainter, sheet: Sheet, subject: Subject, terrain: Terrain, relief: Relief) -> None:
    """The minima as crosses and the start as a ring, as on the contour."""
    theme, px = sheet.theme, sheet.px
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for point in subject.run.loss.minima if subject.show.minima else ():
        x, y, hidden, inside = _placed(np.asarray(point), sheet, terrain, relief)
        if inside:
            arm = 6.0 * px
            painter.setOpacity(0.35 if hidden else 1.0)
            for color, width in ((theme.color("halo"), 4.5 * px), (theme.color("ink"), 2.0 * px)):
                painter.setPen(QPen(color, width, c=Qt.PenCapStyle.RoundCap))
                painter.drawLine(QPointF(x - arm, y), QPointF(x + arm, y))
                painter.drawLine(QPointF(x, y - arm), QPointF(x, y + arm))
    x, y, hidden, inside = _placed(np.array(subject.run.start), sheet, terrain, relief)
    if inside:
        painter.setOpacity(0.35 if hidden else 1.0)
        for color, width in ((theme.color("halo"), 5.5 * px), (theme.color("ink"), 2.4 * px)):
            painter.setPen(QPen(color, width))
            painter.drawEllipse(QPointF(x, y), 9.5 * px, 9.5 * px)
    painter.setOpacity(1.0)


@contextmanager
def _painting(image: QImage, sheet: Sheet) -> Iterator[QPainter]:
    """A painter on a layer."""
    with painting(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(sheet.font)
        yield painter
