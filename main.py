"""Start Stepscope: the window, or a short video of the opening race where there is no display; `render` for more."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

VERSION = "0.1.0"
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the window would wait for more, whose matrices are small


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; the exit status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments[:1] == ["render"]:
        from gui.recording.command import main as render

        return render(arguments[1:])
    parser = argparse.ArgumentParser(
        prog="stepscope",
        description="Watch learning happen one step at a time: optimizers race over loss contours.",
        epilog="“stepscope render --help” tells how to make videos and pictures of scenes without a window.",
    )
    parser.add_argument("scene", nargs="?", type=Path, help="a scene file to open, or a lecture")
    parser.add_argument("--version", action="version", version=f"Stepscope {VERSION}")
    options = parser.parse_args(arguments)

    from engine.lecture_file import load
    from engine.scene_file import SceneFileError
    from gui.application import has_display, run_window

    scene, problem = None, ""
    if options.scene is not None:
        try:
            scene = load(options.scene)
        except SceneFileError as error:
            problem = str(error)
    if has_display():
        return run_window(scene, options.scene if scene else None, problem)
    if problem:
        print(problem, file=sys.stderr)
        return 1
    return film(scene, Path("stepscope.mp4"))


def film(scene: object | None, path: Path) -> int:
    """A short video instead of a window."""
    from engine.scene import opening_scene
    from gui.recording.command import film as make

    what = "the opening race" if scene is None else "the scene"
    print(f"There is no display here, so a short video of {what} is made instead: {path}.", flush=True)
    return make(scene or opening_scene(), path)


if __name__ == "__main__":
    sys.exit(main())
