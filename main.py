"""Start Stepscope: the window, or a short video of the opening race where there is no display; `render` for more."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from gui.command_line import HELP, Option, UsageError, ended, help_text, read, say, tell

VERSION = "0.1.0"
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the window would wait for more, whose matrices are small
WORDS = (Option("SCENE.json", (), "a scene file to open, or a lecture"),)
OPTIONS = (HELP, Option("--version", (), "say which version this is"))
ABOUT = "Watch learning happen one step at a time: optimizers race over loss contours."
BELOW = "“stepscope render --help” tells how to make videos and pictures of scenes without a window."


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # what a terminal cannot show ends nothing
    return ended(_run(sys.argv[1:] if arguments is None else arguments))


def _run(arguments: Sequence[str]) -> int:
    if arguments[:1] == ["render"]:
        from gui.recording.command import main as render

        return render(arguments[1:])
    try:
        command = read(arguments, OPTIONS)
        if len(command.words) > 1:
            raise UsageError(f"One scene is opened at a time, and here are {len(command.words)} names.")
        if "" in command.words:
            raise UsageError("A name in this command is empty.")
    except UsageError as error:
        return say(error, 2)
    if "--help" in command.given:
        return tell(help_text("stepscope [options] [SCENE.json]", ABOUT, WORDS, OPTIONS, BELOW))
    if "--version" in command.given:
        return tell(f"Stepscope {VERSION}")
    return _open(Path(command.words[0]) if command.words else None)


def _open(path: Path | None) -> int:
    """A window, or a film where there is no display."""
    from engine.lecture_file import load
    from engine.scene_file import SceneFileError
    from gui.application import has_display, run_window

    scene, problem = None, ""
    if path is not None:
        try:
            scene = load(path)
        except SceneFileError as error:
            problem = str(error)
    if has_display():
        return run_window(scene, path if scene else None, problem)
    if problem:
        return say(problem, 1)
    return film(scene, Path("stepscope.mp4"))


def film(scene: object | None, path: Path) -> int:
    """A short video instead of a window."""
    from engine.scene import opening_scene
    from gui.recording.command import film as make

    what = "the opening race" if scene is None else "the scene"
    tell(f"There is no display here, so a short video of {what} is made instead: {path}.")
    return make(scene or opening_scene(), path)


if __name__ == "__main__":
    sys.exit(main())
