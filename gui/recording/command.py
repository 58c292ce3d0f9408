"""`main.py render`: the command line of the renderer, and its words for scripts.

Exit status: 0 all was written, 1 something was not, 2 the command makes no sense.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from gui.recording.errors import RecordingError
from gui.recording.settings import FORMATS, SIZES, Settings, SettingsError, for_format, format_of, size_from

# Of the picture, that may be left out.
PARTS = {
    "title": "title",
    "caption": "caption",
    "formula": "formula",
    "legend": "legend",
    "curve": "loss curve and data",
}
FILM_SECONDS = 8.0
EVERY = 0.2  # seconds between two words on the progress


class Stopped(BaseException):
    """Somebody wants us to end."""


def parser() -> argparse.ArgumentParser:
    """The options. Those not given are None, so that the format can choose."""
    made = argparse.ArgumentParser(
        prog="stepscope render",
        description="Make a video, a GIF or pictures of scenes. No display is needed.",
        epilog="OUT ends in .mp4 (H.264), .webm (VP9), .gif, or .png: then it is a folder of frames, or with --at one "
        "picture. A lecture becomes one video of all its pages, or with .pdf a handout. Any other OUT is a folder in "
        "which every scene gets a file of its own name; several scenes need one.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        argument_default=argparse.SUPPRESS,
    )
    made.add_argument(
        "scenes", nargs="+", metavar="SCENE.json", help="scene or lecture files; - reads one from standard input"
    )
    made.add_argument("out", metavar="OUT", help="the file or folder to write; what is there is replaced")
    names = ", ".join(SIZES)
    made.add_argument("--size", metavar="WxH", help=f"such as 1920x1080 (GIF: 960x540), or {names}")
    made.add_argument("--fps", type=int, metavar="N", help="frames a second: 60 (GIF: 25)")
    made.add_argument("--from", type=int, metavar="N", dest="first", help="the first step: 0")
    made.add_argument("--to", type=int, metavar="N", dest="last", help="the last step: that of the scene")
    made.add_argument("--at", metavar="STEP[:LINE]", help="one moment as a .png picture")
    length = made.add_mutually_exclusive_group()
    length.add_argument("--seconds", type=float, metavar="S", help="the whole length; else as fast as the scene plays")
    length.add_argument("--step-seconds", type=float, metavar="S", help="the time of one step")
    made.add_argument(
        "--hold", type=float, nargs=2, metavar=("S", "S"), help="seconds of rest at the start and the end: 1 2"
    )
    made.add_argument("--lines", action="store_true", help="every line of the rule in turn, then the step")
    made.add_argument("--theme", choices=("dark", "light"), help="dark")
    for part, name in PARTS.items():
        made.add_argument(f"--no-{part}", action="store_false", dest=part, help=f"leave out the {name}")
    made.add_argument("--transparent", action="store_true", help="no ground behind .png pictures")
    made.add_argument("--format", choices=FORMATS, help="of the files in a folder: mp4")
    made.add_argument("--pages", action="store_true", help="of a lecture, one picture a page into the folder OUT")
    made.add_argument("--report", action="store_true", help=argparse.SUPPRESS)  # for the window: progress in lines
    return made


def arguments_for(settings: Settings) -> list[str]:
    """The options that say `settings`, all of them."""
    words = ["--size", f"{settings.width}x{settings.height}", "--fps", str(settings.fps)]
    words += ["--from", str(settings.first), "--hold", repr(settings.hold_first), repr(settings.hold_last)]
    words += ["--theme", settings.theme]
    if settings.last is not None:
        words += ["--to", str(settings.last)]
    if settings.seconds is not None:
        words += ["--seconds", repr(settings.seconds)]
    elif settings.step_seconds is not None:
        words += ["--step-seconds", repr(settings.step_seconds)]
    words += ["--lines"] if settings.lines else []
    words += ["--transparent"] if settings.transparent else []
    return words + [f"--no-{part}" for part in PARTS if not getattr(settings, part)]


def settings_from(options: argparse.Namespace, kind: str) -> Settings:
    """The format's settings with what was asked for. Raises SettingsError."""
    given = vars(options)
    changes: dict[str, Any] = {field.name: given[field.name] for field in fields(Settings) if field.name in given}
    if "size" in given:
        changes["width"], changes["height"] = size_from(options.size)
    if "hold" in given:
        changes["hold_first"], changes["hold_last"] = options.hold
    return replace(for_format(kind), **changes)


def targets(scenes: Sequence[str], out: str, kind: str | None) -> list[Path]:
    """The file of every scene. Raises SettingsError where that makes no sense."""
    path = Path(out)
    one_file = path.suffix.lower().lstrip(".") in FORMATS and not (path.is_dir() and path.suffix.lower() != ".png")
    if one_file and len(scenes) == 1:
        if kind not in (None, format_of(path)):
            raise SettingsError("path", f"“{path.name}” is no .{kind} file: leave out --format.")
        return [path]
    if one_file:
        raise SettingsError("path", f"Several scenes need a folder to go to, and “{path.name}” is one file's name.")
    if path.suffix and not path.is_dir():
        format_of(path)  # says that there is no such format
    found = [path / f"{'scene' if scene == '-' else Path(scene).stem}.{kind or 'mp4'}" for scene in scenes]
    if len(set(found)) < len(found):
        raise SettingsError("path", "Two scenes have the same name, and would be written to the same file.")
    return found


def position_from(text: str) -> Any:
    """The moment `12`, or `12:2`: two lines of the step after it. Raises SettingsError."""
    from engine.frames import Position

    step, _, line = text.partition(":")
    try:
        return Position(int(step), int(line or 0))
    except ValueError:
        raise SettingsError("at", "--at takes a step such as 12, or 12:2 with lines of the next one.") from None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `render` with its arguments; the exit status."""
    options = parser().parse_args(arguments)
    given = vars(options)
    if "pages" in given or options.out.lower().endswith(".pdf"):
        return _paper(options.scenes, Path(options.out), "pages" in given)
    signal.signal(signal.SIGTERM, _stop)
    try:
        paths = targets(options.scenes, options.out, given.get("format"))
        jobs = [(scene, path, settings_from(options, format_of(path))) for scene, path in
                zip(options.scenes, paths, strict=True)]  # fmt: skip
        at = position_from(options.at) if "at" in given else None
        _make_folder(Path(options.out), paths)
    except SettingsError as error:
        return _say(error, 2)
    except RecordingError as error:
        return _say(error, 1)
    app = _offscreen()
    status = 0
    try:
        for scene, path, settings in jobs:
            status = max(status, _one(scene, path, settings, at, "report" in given))
    except (Stopped, KeyboardInterrupt):
        return _say("Stopped; nothing was written.", 1)
    del app
    return status


def _paper(names: Sequence[str], out: Path, pictures: bool) -> int:
    """A lecture's handout, or a picture of each of its pages; the exit status."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from engine.lecture import Lecture
    from engine.lecture_file import load
    from engine.scene_file import SceneFileError
    from gui.application import make_application
    from gui.recording.lecture_film import write_handout, write_pages

    if len(names) > 1:
        return _say("A handout is made of one lecture at a time.", 2)
    try:
        lecture = load(Path(names[0]))
        if not isinstance(lecture, Lecture):
            return _say(f"“{Path(names[0]).name}” is a scene: handouts are made of lectures.", 2)
        app = make_application(["stepscope"])
        if pictures:
            out.mkdir(exist_ok=True)
            write_pages(lecture, out)
        else:
            write_handout(lecture, out)
        del app
    except SceneFileError as error:
        return _say(error, 1)
    except OSError as error:
        return _say(f"“{out.name}” cannot be written: {(error.strerror or str(error)).lower()}.", 1)
    return 0


def film(scene: Any, path: Path) -> int:
    """A short video, as made where there is no display; the exit status."""
    from engine.lecture import Lecture
    from gui.recording.lecture_film import render_lecture
    from gui.recording.render import render

    app = _offscreen()
    progress = _Progress(path.name, False)
    try:
        if isinstance(scene, Lecture):
            render_lecture(scene, path, Settings(fps=30), progress)
        else:
            render(scene, path, Settings(fps=30, seconds=FILM_SECONDS), progress)
    except (SettingsError, RecordingError) as error:
        return _say(error, 1, progress)
    except KeyboardInterrupt:
        return _say("Stopped; nothing was written.", 1, progress)
    progress.end()
    del app
    return 0


def _offscreen() -> Any:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtGui import QGuiApplication

    return QGuiApplication.instance() or QGuiApplication(["stepscope"])


def _one(name: str, path: Path, settings: Settings, at: Any, report: bool) -> int:
    from engine.lecture import Lecture
    from engine.lecture_file import decode, load
    from engine.scene_file import SceneFileError
    from gui.recording.lecture_film import render_lecture
    from gui.recording.render import render, render_picture

    progress = _Progress(path.name, report)
    try:
        scene = decode(sys.stdin.buffer.read()) if name == "-" else load(name)
        if isinstance(scene, Lecture):
            if at is not None:
                raise SettingsError("at", "A lecture has pages, and no moment of its own: leave out --at.")
            render_lecture(scene, path, settings, progress)
        elif at is None:
            render(scene, path, settings, progress)
        else:
            render_picture(scene, path, settings, at)
    except SettingsError as error:
        return _say(error, 2, progress)
    except (SceneFileError, RecordingError) as error:
        return _say(error, 1, progress)
    progress.end()
    return 0


def _make_folder(out: Path, paths: Sequence[Path]) -> None:
    if out not in paths:
        try:
            out.mkdir(exist_ok=True)
        except OSError as error:
            from gui.recording.errors import refused

            raise refused(out, error) from None


def _stop(_number: int, _frame: object) -> None:
    raise Stopped


def _say(sentence: object, status: int, progress: _Progress | None = None) -> int:
    if progress is not None:
        progress.end()
    print(sentence, file=sys.stderr)
    return status


class _Progress:
    """One line that is written over on a terminal; lines `done total` for the window; else nothing."""

    def __init__(self, name: str, report: bool) -> None:
        self.name, self.report = name, report
        self.terminal = sys.stderr.isatty() and not report
        self.last, self.began, self.written = 0.0, time.monotonic(), False

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if not (self.report or self.terminal) or (now - self.last < EVERY and done < total):
            return
        self.last = now
        if self.report:
            print(done, total, flush=True)
            return
        left = (now - self.began) / done * (total - done)
        print(f"\r{self.name}: {100 * done // total} %, {left:.0f} s left \033[K", end="", file=sys.stderr, flush=True)
        self.written = True

    def end(self) -> None:
        if self.written:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
            self.written = False
