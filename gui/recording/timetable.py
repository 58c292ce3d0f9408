"""How long every page of a lecture is in its film, and how fast its scene plays there. Nothing is computed or drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import Any

from engine.choices import outcome_hidden
from engine.lecture import Lecture
from gui.recording.errors import RecordingError
from gui.recording.reading import reading_of
from gui.recording.settings import Settings, SettingsError
from gui.recording.shots import OPENING, plan, step_time
from gui.recording.stage import timing_of

CARD = 3.0  # seconds of a page's title and question, where titles come first
GUESS = 4.0  # a race whose future is hidden, before it is revealed
SHORTEST, LONGEST = 10.0, 60.0  # of a page, unless a length is asked for
LEAST = 4.0  # of a page, its title included
FAST = 5.0  # times as fast as a scene plays by itself: beyond that little can be followed


@dataclass(frozen=True)
class Times:
    """Frames of a lecture's film: of the title that it opens with, and of every page's card and parts."""

    opening: int
    pages: tuple[tuple[int, ...], ...]

    def __len__(self) -> int:
        return self.opening + sum(map(sum, self.pages))


@dataclass(frozen=True)
class _Play:
    """What a page plays: `steps` of its scene's timeline, and how long each of them takes by itself."""

    steps: int
    pace: float  # seconds a step
    reading: tuple[float, ...]  # seconds of its lines
    hidden: bool

    def seconds(self, settings: Settings) -> float:
        moving = self.steps * step_time(settings, self.pace, self.reading)
        rests = settings.hold_first + settings.hold_last
        return min(max((GUESS if self.hidden else 0.0) + rests + moving, SHORTEST), LONGEST)


def _play(scene: Any) -> _Play:
    try:
        length, pace = timing_of(scene)
    except ValueError:  # it cannot be computed, which is said when it is recorded
        length, pace = 0, 1.0
    hidden = outcome_hidden(scene)  # then it stands still first, and is played from its start
    return _Play(length if hidden else max(length - scene.position, 0), pace, reading_of(scene), hidden)


class Timetable:
    """Every page plays from its own position to its end. By itself it takes as long as its scene plays, but from 10 to
    60 seconds: what is shorter plays slower, what is longer faster. Where a length of the whole is asked for, a page
    has four seconds, and of what is left its share: in proportion to what it takes by itself beyond those."""

    def __init__(self, lecture: Lecture) -> None:
        self._plays = [_play(page.scene) for page in lecture.pages]

    def times(self, settings: Settings) -> Times:
        """How long what is shown; `settings.seconds` is the length of the whole. Raises SettingsError where that is
        too short, or where a setting means nothing for a lecture, RecordingError for one without pages."""
        self._check(settings)
        opening, card = (OPENING, CARD) if settings.opening else (0.0, 0.0)
        lengths = [card + play.seconds(settings) for play in self._plays]
        if settings.seconds is not None:
            many, beyond = len(lengths), sum(lengths) - LEAST * len(lengths)
            left = settings.seconds - opening - LEAST * many
            if left < 0:
                pages = "one page" if many == 1 else f"{many} pages"
                least = f"{LEAST * many + opening:g}"
                raise SettingsError("seconds", f"A lecture of {pages} needs at least {least} seconds.")
            lengths = [LEAST + (length - LEAST) * left / beyond for length in lengths]
        starts = [round(start * settings.fps) for start in accumulate(lengths, initial=opening)]
        found = []
        for play, length, (begin, end) in zip(self._plays, lengths, pairwise(starts), strict=True):
            shown = round(min(card, length / 3) * settings.fps)
            found.append((shown, *_shares(play, end - begin - shown, settings)))
        return Times(starts[0], tuple(found))

    def _check(self, settings: Settings) -> None:
        if (settings.first, settings.last) != (0, None):
            raise SettingsError("first", "A lecture is played page by page: leave out --from and --to.")
        if settings.step_seconds is not None:
            sentence = "A lecture has no time of a step: give the length of the whole by --seconds."
            raise SettingsError("seconds", sentence)
        if settings.transparent:
            raise SettingsError("transparent", "The pages of a lecture are not transparent: leave out --transparent.")
        if not self._plays:
            raise RecordingError("This lecture has no pages.")

    def speeds(self, settings: Settings) -> Sequence[float]:
        """How many times as fast as by itself every page plays. Raises as `times`."""
        found = []
        for play, page in zip(self._plays, self.times(settings).pages, strict=True):
            seconds = float(page[-1] / settings.fps)
            own = replace(settings, first=0, last=play.steps, seconds=seconds, opening=False)
            moving = float(plan(own, play.steps, play.pace, play.reading).moving / settings.fps)
            found.append(play.steps * step_time(settings, play.pace, play.reading) / moving)
        return found


def _shares(play: _Play, frames: int, settings: Settings) -> tuple[int, ...]:
    """A race whose future is hidden stands still first, and is then shown from its start."""
    if play.hidden:
        still = min(round(GUESS * settings.fps), frames // 2)
        return still, frames - still
    return (frames,)
