"""A scene to a file, frame by frame, on no clock but the frames' own. Runs without a window or a display."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.frames import Position
from gui.recording import encoder
from gui.recording.errors import RecordingError, refused
from gui.recording.settings import Settings, SettingsError, check, format_of
from gui.recording.shots import Shots, plan
from gui.recording.stage import Act, Stage, act_of
from gui.recording.writer import Encoder, Frames, Writer, palette_of, write_picture

COLORS_FROM = 48  # frames from which the colours of a GIF are taken
Progress = Callable[[int, int], None]  # frames done, of how many


def silent(done: int, total: int) -> None:
    """Progress that nobody wants to know of."""


def act_for(scene: Any, settings: Settings) -> Act:
    """The act of a scene. Raises RecordingError for a scene that cannot be computed."""
    try:
        return act_of(scene, settings)
    except ValueError as error:
        raise RecordingError(f"This scene cannot be computed: {error}.") from None


def render(scene: Any, path: Path, settings: Settings, progress: Progress = silent) -> Shots:
    """Write a video, a GIF or a folder of frames, by the ending of `path`, and say what was shot.

    Needs a QGuiApplication. Raises SettingsError for settings that cannot be, RecordingError for all that can
    go wrong on the way; then nothing new stands under `path`.
    """
    kind = format_of(path)
    act = act_for(scene, settings)
    check(settings, kind, act.length)
    shots = plan(settings, act.length, act.pace, act.lines)
    if not path.parent.is_dir():
        raise refused(path, FileNotFoundError(2, ""))
    if kind == "png":
        with Frames(path) as frames:
            _shoot(Stage(scene, settings, act), shots, range(len(shots)), frames, progress)
    elif kind == "gif":
        _render_gif(scene, path, settings, act, shots, progress)
    else:
        arguments = encoder.video(kind, settings.width, settings.height, settings.fps)
        with Encoder(path, arguments) as writer:
            _shoot(Stage(scene, settings, act), shots, range(len(shots)), writer, progress)
    return shots


def _shoot(stage: Stage, shots: Shots, which: range, writer: Writer, progress: Progress) -> None:
    for done, frame in enumerate(which):
        writer.write(stage.frame(shots[frame]))
        progress(done + 1, len(which))
    writer.finish()


def _render_gif(scene: Any, path: Path, settings: Settings, act: Act, shots: Shots, progress: Progress) -> None:
    """The colours from some of the frames first: an encoder that had to wait for them would hold all frames."""
    size = settings.width, settings.height, settings.fps
    colors = palette_of(path)
    stage = Stage(scene, settings, act)
    try:
        with Encoder(colors, encoder.palette(*size)) as writer:
            _shoot(stage, shots, range(0, len(shots), -(-len(shots) // COLORS_FROM)), writer, silent)
        with Encoder(path, encoder.gif(*size, colors)) as writer:
            _shoot(stage, shots, range(len(shots)), writer, progress)
    finally:
        with suppress(OSError):
            colors.unlink(missing_ok=True)


def render_picture(scene: Any, path: Path, settings: Settings, position: Position) -> None:
    """Write one moment as a PNG. Raises SettingsError and RecordingError."""
    if format_of(path) != "png":
        raise SettingsError("path", "A single moment becomes a .png picture.")
    act = act_for(scene, settings)
    check(replace(settings, first=0, last=None), "png", act.length)
    if not 0 <= position.step <= act.length:
        raise SettingsError("at", f"The scene has the steps 0 to {act.length}, and no step {position.step}.")
    write_picture(Stage(scene, settings, act).frame(position), path)
