"""A lecture to a file: one video of all its pages, a PDF handout, or a folder of pictures. Needs no window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QImage

from engine.lecture import Lecture, Page
from gui.recording.card import card
from gui.recording.film import Chapter, Progress, Span, silent
from gui.recording.render import act_for, write_film
from gui.recording.settings import Settings, check, check_alone, format_of
from gui.recording.shots import Shots, plan
from gui.recording.stage import Stage
from gui.recording.timetable import Timetable


@dataclass(frozen=True)
class Part:
    """A scene of a page, and how long it is played."""

    scene: Any
    settings: Settings
    shots: Shots


def scene_of(page: Page) -> Any:
    """The page's scene as a film shows it. Its own title and note may be the answer to the page's question."""
    return page.scene.with_(title=page.name, note=page.question)


def parts_of(page: Page, settings: Settings, frames: Sequence[int], kind: str = "mp4") -> list[Part]:
    """What a page shows after its card: its scene from its own position to its end; or a race that is hidden first.

    A scene has the page's name here, and in its note's place the page's question. Raises RecordingError for a
    scene that cannot be computed, SettingsError for settings that cannot be.
    """
    scene = scene_of(page)
    seconds = [float(many / settings.fps) for many in frames]
    if len(seconds) == 1:
        return [_part(scene, settings, seconds[0], scene.position, kind)]
    revealed = scene.with_(show=msgspec.structs.replace(scene.show, outcome=True, path_ahead=False))
    guess = _part(scene, replace(settings, hold_last=0.0), seconds[0], 0, kind, still=True)
    return [guess, _part(revealed, settings, seconds[1], 0, kind)]


def _part(scene: Any, settings: Settings, seconds: float, first: int, kind: str, still: bool = False) -> Part:
    act = act_for(scene, settings)
    first = min(first, act.length)
    last = first if still else act.length
    own = replace(settings, first=first, last=last, seconds=seconds)
    check(own, kind, act.length)
    return Part(scene, own, plan(own, act.length, act.pace, act.reading))


class LectureFilm:
    """All pages of a lecture as one film. Raises SettingsError and RecordingError as `Timetable.times` and
    `parts_of`."""

    def __init__(self, lecture: Lecture, settings: Settings, kind: str) -> None:
        times = Timetable(lecture).times(settings)
        self.lecture = lecture
        self.settings = replace(settings, first=0, last=None, seconds=None, opening=False)
        self._pieces: list[tuple[int, Part | int | None]] = [(times.opening, None)] if times.opening else []
        self.chapters: list[Chapter] = []
        for number, (shown, *played) in enumerate(times.pages):
            begin = sum(count for count, _ in self._pieces) if number else 0
            self.chapters.append(Chapter(lecture.pages[number].name, begin))
            parts = parts_of(lecture.pages[number], self.settings, played, kind)
            self._pieces += [(shown, number)] if shown else []
            self._pieces += [(len(part.shots), part) for part in parts]
        self._starts = list(accumulate((count for count, _ in self._pieces), initial=0))
        self._shown: tuple[int, Stage | QImage] | None = None  # of which piece

    def __len__(self) -> int:
        return self._starts[-1]

    @property
    def spans(self) -> Sequence[Span]:
        found: list[Span] = []
        for count, piece in self._pieces:
            spans = piece.shots.spans if isinstance(piece, Part) else (Span(count, True),)
            found += [replace(span, cut=place == 0) for place, span in enumerate(spans)]
        return found

    @property
    def telling(self) -> Sequence[int]:
        """The end of every page."""
        return [chapter.first - 1 for chapter in self.chapters[1:]] + [len(self) - 1]

    def frame(self, number: int) -> QImage:
        place = next(place for place, start in enumerate(self._starts[1:]) if number < start)
        piece = self._pieces[place][1]
        if self._shown is None or self._shown[0] != place:
            self._shown = None  # the stage of one part is gone before the next one's is made
            self._shown = place, self._made(piece)
        shown = self._shown[1]
        if isinstance(shown, QImage):
            return shown
        assert isinstance(piece, Part)
        return shown.frame(piece.shots[number - self._starts[place]])

    def _made(self, piece: Part | int | None) -> Stage | QImage:
        if isinstance(piece, Part):
            return Stage(piece.scene, piece.settings, act_for(piece.scene, piece.settings), asks=True)
        return opening_of(self.lecture, self.settings) if piece is None else card_of(self.lecture, piece, self.settings)


def render_lecture(lecture: Lecture, path: Path, settings: Settings, progress: Progress = silent) -> int:
    """Write one video, GIF or folder of frames of all pages, by the ending of `path`; the number of frames.

    Needs a QGuiApplication. Raises SettingsError and RecordingError; then nothing new stands under `path`.
    """
    check_alone(settings, format_of(path))
    film = LectureFilm(lecture, settings, format_of(path))
    write_film(film, path, settings, progress)
    return len(film)


def opening_of(lecture: Lecture, settings: Settings) -> QImage:
    """What the film of a lecture opens with: its title, and how many pages follow."""
    pages = QCoreApplication.translate("recording", "{all} pages").format(all=len(lecture.pages))
    return card(settings, "", lecture.title, pages if len(lecture.pages) > 1 else "", quiet=True)


def card_of(lecture: Lecture, number: int, settings: Settings) -> QImage:
    """A page's title, large, with its question below."""
    page = lecture.pages[number]
    of = QCoreApplication.translate("recording", "{lecture} · {number} of {all}")
    above = of.format(lecture=lecture.title, number=number + 1, all=len(lecture.pages))
    return card(settings, above, page.name, page.question)


def write_handout(lecture: Lecture, path: Path, tell: Callable[[int], None], reader: str = "teacher") -> None:
    """A PDF for the teacher, or for students; `tell` hears how many pages there are. Needs a QApplication. Raises
    SceneFileError where it cannot be written."""
    from gui.lecture.handout import write_pdf
    from gui.lecture.student_handout import write_student_pdf

    (write_student_pdf if reader == "students" else write_pdf)(lecture, path, _told(tell))


def write_pages(lecture: Lecture, folder: Path, tell: Callable[[int], None]) -> None:
    """A picture of every page; `tell` hears how many there are. Needs a QApplication. Raises SceneFileError where
    they cannot be written."""
    from gui.lecture.handout import write_pictures

    write_pictures(lecture, folder, _told(tell))


def _told(tell: Callable[[int], None]) -> Callable[[int], bool]:
    def go_on(done: int) -> bool:
        tell(done)
        return True

    return go_on
