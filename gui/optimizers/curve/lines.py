"""The lines, marks and texts of the loss curve in pixels of its view, as data."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from engine.frames import Frame
from gui.optimizers.curve.content import Content
from gui.optimizers.picture.contour_picture import Subject
from gui.picture.mapping import Mapping
from gui.plotting.lines import Line, by_column
from gui.theme import Theme

Floats = NDArray[np.float64]
BEYOND = 50.0  # pixels that lines go on above and below the view
WIDTH = 1.9  # of a curve's past, in pixels at scale 1


@dataclass(frozen=True)
class Mark:
    """Where a racer is now."""

    racer: int
    x: float
    y: float
    color: QColor
    marker: str


def pixels_of(mapping: Mapping, first: int, heights: Floats) -> Floats:
    """Heights of steps from `first` on as pixels (n, 2), those that are known and near the view; each column once."""
    (x0, x1), (low, high) = mapping.view
    begin = max(math.floor(x0) - 1 - first, 0)
    end = min(max(math.ceil(x1) + 2 - first, begin), len(heights))
    y = (high - heights[begin:end]) * (mapping.height / (high - low))
    known = ~np.isnan(y)
    x = (np.arange(first + begin, first + end) - x0) * mapping.scale
    return by_column(np.column_stack([x[known], np.clip(y[known], -BEYOND, mapping.height + BEYOND)]))


def curves(subject: Subject, content: Content, mapping: Mapping, theme: Theme, px: float, past: bool) -> list[Line]:
    """The racers' curves on the past or on the future side of now, with the futures that were left behind."""
    found = []
    for racer, label in enumerate(subject.labels):
        end = subject.run.outcomes[racer]
        stop = end.step + 1 if end.kind == "diverged" else len(content.heights)
        color = label.style.color(theme)
        color.setAlpha(255 if past else 70)
        pixels = pixels_of(mapping, 0, content.heights[:stop, racer])
        found.append(Line(racer, "curve", pixels, color, WIDTH * px if past else 1.0, label.style.dash))
    if not subject.show.futures:
        return found
    for ghost, heights in zip(subject.run.ghosts, content.ghosts, strict=True):
        color = subject.labels[ghost.racer].style.color(theme)
        color.setAlpha(170)
        found.append(Line(ghost.racer, "left behind", pixels_of(mapping, ghost.step, heights), color, 1.0, (4.0, 3.0)))
    return found


def marks(subject: Subject, content: Content, frame: Frame, mapping: Mapping, theme: Theme) -> list[Mark]:
    """The racers at this moment, those at steps that are seen; one too high or too low stands at the border."""
    found = []
    now = frame.position.step + frame.position.fraction
    for racer, label in zip(frame.racers, subject.labels, strict=True):
        height = float(content.heights[racer.step, racer.racer])
        # A stopped racer stands at the step whose weights it kept.
        x = mapping.x(racer.step if racer.state == "stopped" else now)
        if not math.isnan(height) and -1 <= x <= mapping.width + 1:
            y = min(max(mapping.y(height), 0.0), mapping.height)
            found.append(Mark(racer.racer, x, y, label.style.color(theme), label.style.marker))
    return found


def ends(subject: Subject, content: Content, frame: Frame, mapping: Mapping) -> list[tuple[float, float] | None]:
    """The pixel at which each racer's curve ends in the view, as far as it is drawn; None where nothing of it is
    there."""
    (x0, x1), _ = mapping.view
    found: list[tuple[float, float] | None] = []
    for racer in range(len(subject.labels)):
        outcome = subject.run.outcomes[racer]
        last = outcome.step if outcome.kind == "diverged" else len(content.heights) - 1
        if not subject.show.path_ahead:
            last = min(last, frame.position.step)
        first, last = max(math.ceil(x0), 0), min(last, math.floor(x1))
        known = np.flatnonzero(~np.isnan(content.heights[first : max(last + 1, first), racer]))
        if not len(known):
            found.append(None)
            continue
        step = first + int(known[-1])
        y = min(max(mapping.y(float(content.heights[step, racer])), 0.0), mapping.height)
        found.append((mapping.x(step), y))
    return found
