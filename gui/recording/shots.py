"""Which moment every frame shows. Nothing here knows of clocks or pictures."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from engine.frames import Position
from gui.recording.film import Span
from gui.recording.settings import MOST_SECONDS, Settings, SettingsError

OPENING = 2.0  # seconds of the title that a film opens with
MOVE = 0.8  # seconds that a step takes at least when its lines have been read


@dataclass(frozen=True)
class Shots:
    """The frames of a recording: its title, `before` at rest on step `first`, `moving`, then `after` on `last`."""

    first: int
    last: int
    before: int
    moving: int
    after: int
    fps: int | Fraction
    lines: tuple[float, ...] = ()  # shown in turn, and which share of a step's time is over when one has been read
    card: int = 0  # frames of the title

    def __len__(self) -> int:
        return self.card + self.before + self.moving + self.after

    @property
    def seconds(self) -> float:
        return float(len(self) / self.fps)

    @property
    def spans(self) -> tuple[Span, ...]:
        """The title, the rests and what moves."""
        title, rest = self.card > 0, self.before > 0
        parts = (
            Span(self.card, True), Span(self.before, True, cut=title),
            Span(self.moving, False, cut=title and not rest), Span(self.after, True),
        )  # fmt: skip
        return tuple(part for part in parts if part.count)

    def __getitem__(self, frame: int) -> Position:
        """The moment of frame `frame`, from 0; that of a title is the first one. Raises IndexError beyond the last."""
        if not 0 <= frame < len(self):
            raise IndexError(frame)
        moved = frame - self.card - self.before
        if moved < 0:
            return Position(self.first)
        if moved >= self.moving:
            return Position(self.last)
        # Whole numbers until the very end, so that a step begins on the frame it should.
        steps, rest = divmod((self.last - self.first) * moved, self.moving)
        return self._between(self.first + steps, rest / self.moving)

    def _between(self, step: int, share: float) -> Position:
        if not self.lines or not share:
            return Position(step, 0, share)
        if share < self.lines[-1]:
            return Position(step, 1 + bisect_right(self.lines, share))
        return Position(step, len(self.lines), (share - self.lines[-1]) / (1 - self.lines[-1]))


def step_time(settings: Settings, pace: float, reading: Sequence[float]) -> float:
    """Seconds of a step where no length is asked for: line by line, those of `reading` for its lines, and its move."""
    return sum(reading) + max(pace, MOVE) if settings.lines and reading else pace


def plan(settings: Settings, length: int, pace: float, reading: Sequence[float] = ()) -> Shots:
    """The shots of a timeline of `length` steps that plays with `pace` seconds a step.

    Line by line, a step takes the seconds of `reading` for its lines and then moves, or parts what time it is given
    in the same proportion.
    Where the whole length is given, title and rests take at most half of it. Raises SettingsError for what would
    last for many hours.
    """
    own = step_time(settings, pace, reading)
    lines = tuple(read / own for read in accumulate(reading)) if settings.lines else ()
    first, last = settings.first, length if settings.last is None else settings.last
    holds = (OPENING if settings.opening else 0.0, settings.hold_first, settings.hold_last)
    card, before, after = (max(round(hold * settings.fps), 0) for hold in holds)
    if settings.seconds is not None:
        total = max(round(settings.seconds * settings.fps), 1)
        rests, most = card + before + after, total // 2
        if rests > most:
            card, before = card * most // rests, before * most // rests
            after = most - card - before
        after = max(after, 1)
        moving = total - card - before - after
    else:
        step = own if settings.step_seconds is None else settings.step_seconds
        if (last - first) * step > MOST_SECONDS:
            raise SettingsError("seconds", "This would last longer than four hours: give its length, or fewer steps.")
        after = max(after, 1)
        moving = max(round((last - first) * step * settings.fps), 1) if last > first else 0
    return Shots(first, last, before, moving, after, settings.fps, lines, card)
