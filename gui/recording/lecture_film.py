"""A lecture to a file: one video of all its pages, a PDF handout, or a folder of pictures. Needs no window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QCoreApplication, QRectF
from PySide6.QtGui import QFont, QImage, QPainter

from engine.lecture import Lecture, Page
from engine.scene import Scene
from gui.painting import painting
from gui.recording.errors import RecordingError
from gui.recording.page import MARGIN, draw_lines, text_font, wrapped
from gui.recording.page import Page as Sheet
from gui.recording.render import Progress, act_for, silent, write_film
from gui.recording.settings import Settings, SettingsError, check, check_alone, format_of
from gui.recording.shots import Shots, plan
from gui.recording.stage import Act, Stage
from gui.recording.writer import Writer

CARD_SECONDS = 3.0  # a page's title and question
GUESS_SECONDS = 4.0  # a race whose future is hidden, before it is revealed
PAGE_SECONDS = 10.0  # what is played of a page, unless a length is asked for
LEAST = 4.0  # seconds of a page, its card included


@dataclass(frozen=True)
class Part:
    """A scene of a page, and how long it is played."""

    scene: Any
    settings: Settings
    shots: Shots


def parts_of(page: Page, settings: Settings, seconds: float, kind: str = "mp4") -> list[Part]:
    """What a page shows after its card: its scene from its own position on, a race to its end, a convolution at
    its own pace.

    A race whose future is hidden stands still first, and is then shown from its start. Raises RecordingError for
    a scene that cannot be computed, SettingsError for settings that cannot be.
    """
    scene = page.scene
    hidden = isinstance(scene, Scene) and not scene.show.outcome
    if not hidden:
        return [_part(scene, settings, seconds, scene.position, kind)]
    assert isinstance(scene, Scene)
    revealed = scene.with_(show=msgspec.structs.replace(scene.show, outcome=True, path_ahead=False))
    still = min(GUESS_SECONDS, seconds / 2)
    guess = _part(scene, replace(settings, hold_last=0.0), still, 0, kind, still=True)
    return [guess, _part(revealed, settings, seconds - still, 0, kind)]


def _part(scene: Any, settings: Settings, seconds: float, first: int, kind: str, still: bool = False) -> Part:
    act = act_for(scene, settings)
    rests = settings.hold_first + settings.hold_last
    first = min(first, act.length)
    steps = max(int((seconds - rests) / act.pace), 1)
    last = first if still else act.length if isinstance(scene, Scene) else min(first + steps, act.length)
    own = replace(settings, first=first, last=last, seconds=seconds)
    check(own, kind, act.length)
    return Part(scene, own, plan(own, act.length, act.pace, act.lines))


def render_lecture(lecture: Lecture, path: Path, settings: Settings, progress: Progress = silent) -> int:
    """Write one video, GIF or folder of frames of all pages, by the ending of `path`; the number of frames.

    `settings.seconds` is the length of the whole; without it every page has its own. Needs a QGuiApplication.
    Raises SettingsError and RecordingError; then nothing new stands under `path`.
    """
    kind = format_of(path)
    check_alone(settings, kind)
    if (settings.first, settings.last) != (0, None):
        raise SettingsError("first", "A lecture is played page by page: leave out --from and --to.")
    if settings.step_seconds is not None:
        raise SettingsError("seconds", "A lecture has no time of a step: give the length of the whole by --seconds.")
    if settings.transparent:
        raise SettingsError("transparent", "The pages of a lecture are not transparent: leave out --transparent.")
    if not lecture.pages:
        raise RecordingError("This lecture has no pages.")
    many = len(lecture.pages)
    each = CARD_SECONDS + PAGE_SECONDS if settings.seconds is None else settings.seconds / many
    if each < LEAST:
        length = "one page" if many == 1 else f"{many} pages"
        raise SettingsError("seconds", f"A lecture of {length} needs at least {LEAST * many:g} seconds.")
    card = min(CARD_SECONDS, each / 3)
    plain = replace(settings, first=0, last=None, seconds=None, caption=False)
    pages = [parts_of(page, plain, each - card, kind) for page in lecture.pages]
    cards = round(card * settings.fps)
    total = sum(cards + sum(len(part.shots) for part in parts) for parts in pages)

    def shoot(writer: Writer) -> None:
        for done, frame in enumerate(_frames(lecture, pages, plain, cards), start=1):
            writer.write(frame)
            progress(done, total)

    def sample(writer: Writer) -> None:
        for parts in pages:
            writer.write(_stage(parts[-1]).frame(parts[-1].shots[len(parts[-1].shots) - 1]))

    write_film(path, settings, shoot, sample)
    return total


def _frames(lecture: Lecture, pages: list[list[Part]], settings: Settings, cards: int) -> Iterator[QImage]:
    """All frames; the stage of one part is gone before the next one's is made."""
    for number, parts in enumerate(pages):
        card = card_of(lecture, number, settings)
        for _ in range(cards):
            yield card
        for part in parts:
            stage = _stage(part)
            for shot in range(len(part.shots)):
                yield stage.frame(part.shots[shot])


def _stage(part: Part) -> Stage:
    act: Act = act_for(part.scene, part.settings)
    return Stage(part.scene, part.settings, act)


def card_of(lecture: Lecture, number: int, settings: Settings) -> QImage:
    """A page's title, large, with its question below."""
    sheet, page = Sheet.of(replace(settings, transparent=False)), lecture.pages[number]
    image = QImage(settings.width, settings.height, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(sheet.ratio)
    theme, room, left = sheet.theme, sheet.width - 4 * MARGIN, 2 * MARGIN
    of = QCoreApplication.translate("recording", "{lecture} · {number} of {all}")
    above = of.format(lecture=lecture.title, number=number + 1, all=len(lecture.pages))
    small, large, middle = text_font(22), text_font(54, QFont.Weight.Bold), text_font(32, QFont.Weight.DemiBold)
    title, question = wrapped(page.name, large, room, 4), wrapped(page.question, middle, room, 5)
    height = 40 + 66 * len(title) + (30 + 44 * len(question) if page.question else 0)
    y = (sheet.height - height) / 2
    with painting(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        sheet.clear(painter, QRectF(0, 0, sheet.width, sheet.height))
        y = draw_lines(painter, wrapped(above, small, room, 1), small, theme.color("muted"), left, y, 40)
        y = draw_lines(painter, title, large, theme.color("ink"), left, y, 66)
        if page.question:
            draw_lines(painter, question, middle, theme.color("accent"), left, y + 30, 44)
    return image


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
