"""A scene to a file, frame by frame, on no clock but the frames' own. Runs without a window or a display."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from PySide6.QtGui import QImage

from engine.frames import Position
from gui.recording import encoder
from gui.recording.card import card
from gui.recording.chapters import chapters_of
from gui.recording.errors import RecordingError
from gui.recording.film import Chapter, Film, Progress, Span, silent
from gui.recording.settings import Settings, SettingsError, check, check_alone, format_of
from gui.recording.shots import Shots, plan
from gui.recording.stage import Act, Stage, act_of
from gui.recording.writer import Encoder, Frames, Writer, colors_of, write_picture

COLORS_FROM = 48  # frames from which the colours of a GIF are taken


def act_for(scene: Any, settings: Settings) -> Act:
    """The act of a scene. Raises RecordingError for a scene that cannot be computed."""
    try:
        return act_of(scene, settings)
    except ValueError as error:
        raise RecordingError(f"This scene cannot be computed: {error}.") from None


def title_card(scene: Any, settings: Settings) -> QImage:
    """What a film opens with: the title of its scene, and who takes part."""
    racers = [racer for racer in getattr(scene, "racers", ()) if racer.on]
    names = list(dict.fromkeys(racer.build().name for racer in racers))
    return card(settings, "", scene.title, " · ".join(names), quiet=True)


class SceneFilm:
    """A scene as a film. Raises SettingsError for settings that cannot be, RecordingError for a scene that cannot be
    computed."""

    chapters: Sequence[Chapter] = ()

    def __init__(self, scene: Any, settings: Settings, kind: str) -> None:
        self.scene, self.settings = scene, settings
        self.act = act_for(scene, settings)
        check(settings, kind, self.act.length)
        self.shots: Shots = plan(settings, self.act.length, self.act.pace, self.act.reading)

    def __len__(self) -> int:
        return len(self.shots)

    @property
    def spans(self) -> Sequence[Span]:
        return self.shots.spans

    @property
    def telling(self) -> Sequence[int]:
        return range(0, len(self), -(-len(self) // COLORS_FROM))

    @cached_property
    def _card(self) -> QImage:
        return title_card(self.scene, self.settings)

    @cached_property
    def _stage(self) -> Stage:
        return Stage(self.scene, self.settings, self.act)

    def frame(self, number: int) -> QImage:
        return self._card if number < self.shots.card else self._stage.frame(self.shots[number])


def render(scene: Any, path: Path, settings: Settings, progress: Progress = silent) -> Shots:
    """Write a video, a GIF or a folder of frames, by the ending of `path`, and say what was shot.

    Needs a QGuiApplication. Raises SettingsError for settings that cannot be, RecordingError for all that can
    go wrong on the way; then nothing new stands under `path`.
    """
    check_alone(settings, format_of(path))
    film = SceneFilm(scene, settings, format_of(path))
    write_film(film, path, settings, progress)
    return film.shots


def write_film(film: Film, path: Path, settings: Settings, progress: Progress = silent) -> None:
    """Write a film by the ending of `path`, with its chapters where the format has any. Raises RecordingError.

    The colours of a GIF come first: an encoder that had to wait for them would hold all frames.
    """
    kind, size = format_of(path), (settings.width, settings.height, settings.fps)
    whole = range(len(film))
    if kind == "png":
        _write(Frames(path), film, whole, progress)
    elif kind == "gif":
        with colors_of(path) as colors:
            _write(Encoder(colors, encoder.palette(*size), path), film, film.telling)
            _write(Encoder(path, encoder.gif(*size, colors)), film, whole, progress)
    else:
        with chapters_of(film, path, settings.fps) as chapters:
            _write(Encoder(path, encoder.video(kind, *size, chapters)), film, whole, progress)


def _write(writer: Writer, film: Film, which: Sequence[int], progress: Progress = silent) -> None:
    with writer:
        shoot(writer, film, which, progress)
        writer.finish()


def shoot(writer: Writer, film: Film, which: Iterable[int], progress: Progress = silent) -> None:
    """Give frames of a film to a writer, one after the other."""
    for done, number in enumerate(which, start=1):
        writer.write(film.frame(number))
        progress(done, len(film))


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
