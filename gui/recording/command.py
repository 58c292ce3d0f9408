"""`main.py render`: the renderer for scripts, and for the window, which runs it as a process of its own.

Exit status: 0 all was written, 1 something was not, 2 the command makes no sense.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.cancelling import Cancelled, check
from engine.lecture import Lecture
from engine.lecture_file import MAX_BYTES, decode, load
from engine.quoting import listed, quoted, shown
from engine.reading import ReadingError, TooLargeError, read_stream
from engine.scene_file import SceneFileError
from engine.temporary_files import sweep
from gui.command_line import Read, UsageError, say, tell
from gui.recording.errors import RecordingError, refused
from gui.recording.options import (
    format_from,
    handout_from,
    is_paper,
    options_from,
    position_from,
    settings_from,
    targets,
    usage,
)
from gui.recording.settings import Settings, SettingsError, check_alone, format_of
from gui.recording.stopping import stoppable, waiting

FILM_SECONDS = 8.0
PATIENCE = 5000  # milliseconds for work that nobody wants any more to end
EVERY = 0.2  # seconds between two words on the progress


def main(arguments: Sequence[str]) -> int:
    """Run `render` with its arguments; the exit status."""
    try:
        command = options_from(arguments)
    except UsageError as error:
        return say(error, 2)
    if "--help" in command.given:
        return tell(usage())
    return _Order(command).run()


class _Order:
    """One command: what it is to write, and what it has written."""

    def __init__(self, command: Read) -> None:
        self.scenes, self.out, self.given = command.words[:-1], Path(command.words[-1]), command.given
        self.paper = is_paper(command)
        self.written: list[str] = []
        self.pictures = 0  # of pages
        self.folder: Path | None = None  # that has been made

    def run(self) -> int:
        """Write it all; the exit status."""
        try:
            with stoppable():
                try:
                    return self._paper() if self.paper else self._films()
                finally:
                    self._tidy()
        except (SettingsError, UsageError) as error:
            return say(error, 2)
        except (RecordingError, SceneFileError) as error:
            return say(error, 1)
        except Cancelled:
            return say(f"Stopped; {self._there()}.", 1)

    def _tidy(self) -> None:
        for folder in {self.out, self.out.parent}:
            sweep(folder, os.getpid())
        if self.folder is not None and not self.written and not self.pictures:
            try:
                self.folder.rmdir()
            except OSError:  # it is not empty, or has gone
                return

    def _there(self) -> str:
        """What there is of what was wanted."""
        what, many = listed(self.written, 3), len(self.written) != 1
        if self.pictures:
            what, many = f"{self.pictures} picture{'s' * (self.pictures > 1)}", self.pictures > 1
        return f"{what} {'were' if many else 'was'} written before" if what else "nothing was written"

    def _films(self) -> int:
        kind = format_from(self.given)
        paths = targets(self.scenes, str(self.out), kind)
        settings = [settings_from(self.given, format_of(path)) for path in paths]
        for path, chosen in zip(paths, settings, strict=True):
            check_alone(chosen, format_of(path))
        at = position_from(self.given["--at"][0]) if "--at" in self.given else None
        if self.out not in paths:
            self._make_folder()
        app = _offscreen()
        status = 0
        for scene, path, chosen in zip(self.scenes, paths, settings, strict=True):
            status = max(status, self._film(scene, path, chosen, at))
        del app
        return status

    def _film(self, name: str, path: Path, settings: Settings, at: Any) -> int:
        from gui.recording.render import render_picture

        progress = _Progress(path.name, "--report" in self.given)
        try:
            scene = _load(name)
            if "--estimate" in self.given:
                return _estimate(scene, path, settings)
            if at is None:
                _render(scene, path, settings, progress)
            elif isinstance(scene, Lecture):
                raise SettingsError("at", "A lecture has pages, and no moment of its own: leave out --at.")
            else:
                render_picture(scene, path, replace(settings, ahead=True), at)
        except SettingsError as error:
            progress.end()
            return say(error, 2)
        except (SceneFileError, RecordingError) as error:
            progress.end()
            return say(error, 1)
        finally:
            progress.end()
        self.written.append(path.name)
        return 0

    def _paper(self) -> int:
        """A lecture's handout, or a picture of each of its pages."""
        reader = handout_from(self.given)
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        lecture = _load(self.scenes[0])
        if not isinstance(lecture, Lecture):
            raise UsageError(f"{quoted(Path(self.scenes[0]).name)} is a scene: handouts are made of lectures.")
        if "--pages" in self.given:
            self._make_folder()
        from PySide6.QtCore import QThreadPool
        from PySide6.QtWidgets import QApplication

        from gui.application import make_application
        from gui.recording.lecture_film import write_handout, write_pages

        app = QApplication.instance() or make_application(["stepscope"])
        progress = _Progress(self.out.name, "--report" in self.given)
        pages = "--pages" in self.given

        def tell(done: int) -> None:
            self.pictures = done if pages else 0
            check()
            if done:
                progress(done, len(lecture.pages))

        try:
            if pages:
                write_pages(lecture, self.out, tell)
            else:
                write_handout(lecture, self.out, tell, reader)
        finally:
            progress.end()
            QThreadPool.globalInstance().waitForDone(PATIENCE)  # what is still under way needs the app
        del app
        return 0

    def _make_folder(self) -> None:
        try:
            self.out.mkdir()
            self.folder = self.out
        except FileExistsError:
            if not self.out.is_dir():
                raise RecordingError(f"{quoted(self.out.name)} is there already, and is no folder.") from None
        except OSError as error:
            raise refused(self.out, error) from None


def film(scene: Any, path: Path) -> int:
    """A short video, as made where there is no display; the exit status."""
    app = _offscreen()
    try:
        with stoppable():
            progress = _Progress(path.name, False)
            try:
                seconds = None if isinstance(scene, Lecture) else FILM_SECONDS
                _render(scene, path, Settings(fps=30, seconds=seconds), progress)
            finally:
                progress.end()
                sweep(path.parent, os.getpid())
    except (SettingsError, RecordingError) as error:
        return say(error, 1)
    except Cancelled:
        return say("Stopped; nothing was written.", 1)
    del app
    return 0


def _render(scene: Any, path: Path, settings: Settings, progress: _Progress) -> None:
    from gui.recording.lecture_film import render_lecture
    from gui.recording.render import render

    if isinstance(scene, Lecture):
        render_lecture(scene, path, settings, progress)
    else:
        render(scene, path, settings, progress)


def _estimate(scene: Any, path: Path, settings: Settings) -> int:
    """Say how large the file would be, with time for all others; the exit status."""
    from gui.recording.estimate import estimate
    from gui.recording.lecture_film import LectureFilm
    from gui.recording.render import SceneFilm

    if hasattr(os, "nice"):
        os.nice(10)
    kind = format_of(path)
    check_alone(settings, kind)
    film = (LectureFilm if isinstance(scene, Lecture) else SceneFilm)(scene, settings, kind)
    return tell(str(round(estimate(film, settings, kind))))


def _offscreen() -> Any:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtWidgets import QApplication

    return QApplication.instance() or QApplication(["stepscope"])


def _load(name: str) -> Any:
    """A scene or lecture of that name, or from standard input. Raises SceneFileError."""
    if name != "-":
        return load(name)
    if sys.stdin is None:
        raise SceneFileError("There is no standard input to read a scene from.")
    try:
        with waiting():
            data = read_stream(sys.stdin.buffer, MAX_BYTES)
        return decode(data)
    except TooLargeError:
        raise SceneFileError("Standard input holds more than a scene or lecture can.") from None
    except ReadingError as error:
        raise SceneFileError(f"Standard input cannot be read: {error.reason.lower()}.") from None


class _Progress:
    """One line that is written over on a terminal; lines `done total` for the window; else nothing."""

    def __init__(self, name: str, report: bool) -> None:
        self.name, self.report = shown(name), report
        self.terminal = not report and sys.stderr is not None and sys.stderr.isatty()
        self.last, self.began, self.written = 0.0, time.monotonic(), False

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if not (self.report or self.terminal) or (now - self.last < EVERY and done < total):
            return
        self.last = now
        left = (now - self.began) / done * (total - done)
        line = f"\r{self.name}: {100 * done // total} %, {left:.0f} s left \033[K"
        try:
            if self.report:
                print(done, total, flush=True)
            else:
                print(line, end="", file=sys.stderr, flush=True)
                self.written = True
        except OSError:  # who wanted to know of it has gone
            raise Cancelled from None

    def end(self) -> None:
        if self.written:
            self.written = False
            with suppress(OSError):  # the terminal has been closed
                print("\r\033[K", end="", file=sys.stderr, flush=True)
