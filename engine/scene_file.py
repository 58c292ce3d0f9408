"""Scenes as versioned JSON: read as data, checked whole, written atomically."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from engine.drawing import check_drawing
from engine.quoting import LONGEST, quoted, shown
from engine.reading import ReadingError, TooLargeError, read_file
from engine.scene import VERSION
from engine.writing import write_file

FORMAT = "stepscope scene"
MAX_BYTES = 2_000_000
LONGEST_WHOLE = 18  # digits
_LONG = re.compile(rb"\d{%d}" % LONGEST_WHOLE)
_HALVES = re.compile(rb"\\u[dD][89a-fA-F]")
MAX_TITLE, MAX_NOTE = 200, 5000  # characters


class SceneFileError(ValueError):
    """A file that is not a scene; the message is one sentence for the user."""


# Of each panel: the module of its scenes, their type, and what checks them. Imported when they are asked for.
PANELS = {
    "optimizers": ("engine.scene", "Scene", "check"),
    "convolution": ("engine.convolution.scene", "ConvolutionScene", "check_convolution"),
    "minima": ("engine.minima_scene", "MinimaScene", "check_minima"),
    "augmentation": ("engine.augmentation_scene", "AugmentationScene", "check_augmentation"),
}


def panel_of(scene: Any) -> str:
    """The key of the panel that a scene belongs to, which is also its place in the file."""
    kind = type(scene)
    return next(panel for panel, (_, name, _) in PANELS.items() if name == kind.__name__)


def _reader(panel: str) -> tuple[type[Any], Callable[[Any], Any]]:
    """The type of a panel's scenes and what checks them."""
    module, kind, check = PANELS[panel]
    there = import_module(module)
    return getattr(there, kind), getattr(there, check)


def encode(scene: Any) -> bytes:
    """The scene as indented JSON; the same scene always gives the same bytes.

    Raises SceneFileError for a scene that could not be read again.
    """
    packed = msgspec.json.encode({"format": FORMAT, "version": VERSION, panel_of(scene): scene})
    return readable(msgspec.json.format(packed, indent=2) + b"\n", decode, "scene")


def readable(data: bytes, read: Callable[[bytes], Any], name: str) -> bytes:
    """What is about to be written, if `read` takes it. Raises SceneFileError for a `name` that would be lost."""
    try:
        read(data)
    except SceneFileError as error:
        why = str(error).partition(" has a mistake: ")[2] or str(error)
        raise SceneFileError(f"This {name} cannot be saved, since it could not be opened again: {why}") from None
    return data


def decode(data: bytes) -> Any:
    """The scene in JSON text, of whichever panel. Raises SceneFileError saying what is wrong and where."""
    head = read_head(data, "scene", {FORMAT: VERSION}, MAX_BYTES)
    panel = next((panel for panel in PANELS if panel in head), "")
    others = sorted(set(head) - {"format", "version"} - ({panel} if panel else set()))
    if others or not panel:
        problem = f"it contains the unknown field `{shown(others[0])}`" if others else "it holds no scene"
        raise SceneFileError(f"This scene has a mistake: {problem}.")
    try:
        return convert_scene(panel, head[panel])
    except ValueError as error:
        raise SceneFileError(f"This scene has a mistake: {error}.") from None


def read_head(data: bytes, name: str, versions: dict[str, int], most: int) -> dict[str, Any]:
    """The JSON object in `data`, if it is of one of the formats in `versions` and not newer than that.

    `name` is what the file should have been. Raises SceneFileError.
    """
    if len(data) > most:
        raise SceneFileError(f"This file is too large to be a {name}.")
    try:
        head = json.loads(data, parse_constant=_refuse, parse_int=_whole if _LONG.search(data) else None)
    except (ValueError, RecursionError):
        raise SceneFileError(f"This file is not a {name}: it is not complete JSON.") from None
    if _HALVES.search(data) and not _is_text(head):
        raise SceneFileError(f"This file is not a {name}: a text in it ends within a sign.")
    kind = head.get("format") if isinstance(head, dict) else None
    if not isinstance(kind, str) or kind not in versions:
        raise SceneFileError(f"This file is not a Stepscope {name}.")
    what, version = kind.removeprefix("stepscope "), head.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise SceneFileError(f"This {what} does not say which version it is.")
    if version > versions[kind]:
        raise SceneFileError(
            f"This {what} was made by a newer Stepscope (format {version}; this one reads up to {versions[kind]})."
        )
    return dict(head)


def _is_text(tree: Any) -> bool:
    """Whether all texts can be written again: JSON can name one half of a sign alone, which no file can hold."""
    try:
        json.dumps(tree, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def convert_scene(panel: str, tree: Any) -> Any:
    """The scene of a panel from its part of a file. Raises ValueError saying what is wrong and where."""
    kind, check_scene = _reader(panel)
    try:
        scene = check_scene(msgspec.convert(tree, type=kind))
        _check_words(scene)
        return scene
    except msgspec.ValidationError as error:
        raise ValueError(plain(str(error))) from None
    except RecursionError as error:
        raise ValueError(str(error)) from None


def _whole(digits: str) -> float:
    """A whole number; one with more digits than any field takes as a float, which has an end."""
    return int(digits) if len(digits) <= LONGEST_WHOLE else float(digits)


def _check_words(scene: Any) -> None:
    """What scenes of every panel hold: title, note and drawing. Raises ValueError saying which is too long."""
    for name, text, longest in (("title", scene.title, MAX_TITLE), ("note", scene.note, MAX_NOTE)):
        if len(text) > longest:
            raise ValueError(f"{name}: longer than {longest} characters")
    check_drawing("strokes", scene.strokes)


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no JSON")


def load(path: Path | str) -> Any:
    """Read a scene file. Raises SceneFileError for any file that cannot be read or is no scene."""
    return decode(read_bytes(Path(path), "scene", MAX_BYTES))


def read_bytes(path: Path, name: str, most: int) -> bytes:
    """What is in a file that should be a `name`. Raises SceneFileError if it cannot be read or is too large."""
    try:
        return read_file(path, most)
    except TooLargeError:
        raise SceneFileError(f"This file is too large to be a {name}.") from None
    except ReadingError as error:
        raise SceneFileError(f"{quoted(path.name)} cannot be read: {error.reason.lower()}.") from None


def save(scene: Any, path: Path | str) -> None:
    """Write a scene file whole or not at all. Raises SceneFileError when the disk refuses, or for a scene that
    could not be opened again."""
    write_atomically(Path(path), encode(scene))


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, as `write_file` does. Raises SceneFileError."""
    try:
        write_file(path, data)
    except (OSError, ValueError) as error:  # ValueError: a null in the name
        raise SceneFileError(f"{quoted(path.name)} cannot be saved: {_reason(error)}.") from None


def _reason(error: OSError | ValueError) -> str:
    return ((error.strerror if isinstance(error, OSError) else None) or str(error)).lower()


def plain(message: str) -> str:
    """msgspec's message with the path in front, in the user's terms."""
    problem, _, place = message.rpartition(" - at `") if " - at `" in message else (message, "", "")
    place = shown(place.rstrip("`").replace("$.", ""))
    problem = shown(problem[:1].lower() + problem[1:], 2 * LONGEST)
    return f"{place}: {problem}" if place and place != "$" else problem
