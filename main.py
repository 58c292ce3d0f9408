"""Start Stepscope: the window, or a picture of the opening race where there is no display."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

VERSION = "0.1.0"


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; the exit status."""
    parser = argparse.ArgumentParser(
        prog="stepscope",
        description="Watch learning happen one step at a time: optimizers race over loss contours.",
    )
    parser.add_argument("scene", nargs="?", type=Path, help="a scene file to open, or a lecture")
    parser.add_argument("--version", action="version", version=f"Stepscope {VERSION}")
    options = parser.parse_args(arguments)

    from engine.lecture_file import load
    from engine.scene import opening_scene
    from engine.scene_file import SceneFileError
    from gui.application import draw_window, has_display, run_window

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
    picture = Path("stepscope.png")
    print(f"There is no display here, so the opening race is drawn into {picture} instead.")
    try:
        draw_window(scene or opening_scene(), picture)
    except SceneFileError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
