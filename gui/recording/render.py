"""A scene to a file, frame by frame, on no clock but the frames' own. Runs without a window or a display."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.frames import Position
from gui.recording import encoder
from gui.recording.errors import RecordingError
from gui.recording.settings import Settings, SettingsError, check, check_alone, format_of
from gui.recording.shots import Shots, plan
from gui.recording.stage import Act, Stage, act_of
from gui.recording.writer import Encoder, Frames, Writer, colors_of, write_picture

COLORS_FROM = 48  # frames from which the colours of a GIF are taken
Progress = Callable[[int, int], None]  # frames done, of how many
Shoot = Callable[[Writer], None]  # gives frames to a writer, one after the other


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
    check_alone(settings, kind)
    act = act_for(scene, settings)
    check(settings, kind, act.length)
    shots = plan(settings, act.length, act.pace, act.lines)
    stage: list[Stage] = []

    def shoot(writer: Writer, which: range, tell: Progress) -> None:
        stage[:] = stage or [Stage(scene, settings, act)]
        for done, frame in enumerate(which, start=1):
            writer.write(stage[0].frame(shots[frame]))
            tell(done, len(which))

    whole = range(len(shots))
    some = whole[:: -(-len(shots) // COLORS_FROM)]
    write_film(
        path, settings, lambda writer: shoot(writer, whole, progress), lambda writer: shoot(writer, some, silent)
    )
    return shots


def write_film(path: Path, settings: Settings, shoot: Shoot, sample: Shoot) -> None:
    """Write what `shoot` gives to a writer, by the ending of `path`. Raises RecordingError.

    The colours of a GIF come first, from what `sample` gives: an encoder that had to wait for them would hold all
    frames.
    """
    kind, size = format_of(path), (settings.width, settings.height, settings.fps)
    if kind == "png":
        _write(Frames(path), shoot)
    elif kind == "gif":
        with colors_of(path) as colors:
            _write(Encoder(colors, encoder.palette(*size), path), sample)
            _write(Encoder(path, encoder.gif(*size, colors)), shoot)
    else:
        _write(Encoder(path, encoder.video(kind, *size)), shoot)


def _write(writer: Writer, shoot: Shoot) -> None:
    with writer:
        shoot(writer)
        writer.finish()


def render_picture(scene: Any, path: Path, settings: Settings, position: Position) -> None:
    """Write one moment as a PNG. Raises SettingsError and RecordingError."""
    if format_of(path) != "png":
        raise SettingsError("path", "A single moment becomes a .png picture.")
    check_alone(settings, "png")
    act = act_for(scene, settings)
    _check_moment(position, act)
    write_picture(Stage(scene, settings, act).frame(position), path)


def _check_moment(position: Position, act: Act) -> None:
    step, line = position.step, position.line
    if not 0 <= step <= act.length:
        raise SettingsError("at", f"The scene has the steps 0 to {act.length}, and no step {step}.")
    lines = act.lines_after(step)
    if not 0 <= line <= lines:
        there = "come no lines" if not lines else "comes line 1 only" if lines == 1 else f"come the lines 1 to {lines}"
        raise SettingsError("at", f"After step {step} {there}, and so no line {line}.")
