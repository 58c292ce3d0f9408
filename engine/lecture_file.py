"""Lectures as versioned JSON, by the same machinery as scenes; and whatever else a file may hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from engine import scene_file
from engine.lecture import VERSION, Lecture, Page, check_lecture
from engine.quoting import shown
from engine.scene import VERSION as SCENE_VERSION
from engine.scene_file import (
    PANELS,
    SceneFileError,
    convert_scene,
    panel_of,
    plain,
    read_bytes,
    read_head,
    readable,
    write_atomically,
)

FORMAT = "stepscope lecture"
MAX_BYTES = 20_000_000
FORMATS = {scene_file.FORMAT: SCENE_VERSION, FORMAT: VERSION}


def encode(thing: Any) -> bytes:
    """A lecture, or a scene, as indented JSON; the same one always gives the same bytes.

    Raises SceneFileError for what could not be read again.
    """
    if not isinstance(thing, Lecture):
        return scene_file.encode(thing)
    pages = [page_tree(page) for page in thing.pages]
    packed = msgspec.json.encode({"format": FORMAT, "version": VERSION, "title": thing.title, "pages": pages})
    return readable(msgspec.json.format(packed, indent=1) + b"\n", decode, "lecture")


def page_tree(page: Page) -> dict[str, Any]:
    """A page as it stands in a file."""
    tree = {"title": page.title, "notes": page.notes, "question": page.question, "strokes": page.strokes}
    return {panel_of(page.scene): page.scene} | tree


def decode(data: bytes) -> Any:
    """The lecture, or the scene, in JSON text. Raises SceneFileError saying what is wrong and where."""
    head = read_head(data, "scene or lecture", FORMATS, MAX_BYTES)
    if head["format"] != FORMAT:
        return scene_file.decode(data)
    try:
        return lecture_from(head)
    except (ValueError, RecursionError) as error:
        raise SceneFileError(f"This lecture has a mistake: {error}.") from None


def lecture_from(head: dict[str, Any]) -> Lecture:
    """The lecture in a JSON object. Raises ValueError saying what is wrong and where."""
    _refuse_others(head, {"format", "version", "title", "pages"}, "it")
    pages = head.get("pages", [])
    if not isinstance(pages, list):
        raise ValueError("pages: expected a list of pages")
    title = head.get("title", "")
    if not isinstance(title, str):
        raise ValueError("title: expected a text")
    return check_lecture(Lecture(title, tuple(_page(tree, f"pages[{number}]") for number, tree in enumerate(pages))))


def _page(tree: Any, place: str) -> Page:
    if not isinstance(tree, dict):
        raise ValueError(f"{place}: expected a page")
    _refuse_others(tree, {"title", "notes", "question", "strokes", *PANELS}, place)
    there = [panel for panel in PANELS if panel in tree]
    if len(there) != 1:
        raise ValueError(f"{place}: it holds {'two scenes' if there else 'no scene'}")
    panel = there[0]
    try:
        scene = convert_scene(panel, tree[panel])
    except ValueError as error:
        raise ValueError(f"{place}.{panel}.{error}") from None
    try:
        rest = {name: value for name, value in tree.items() if name != panel}
        return msgspec.convert(rest | {"scene": scene}, type=Page)
    except msgspec.ValidationError as error:
        raise ValueError(f"{place}.{plain(str(error))}") from None


def _refuse_others(tree: dict[str, Any], known: set[str], place: str) -> None:
    others = sorted(set(tree) - known)
    if others:
        raise ValueError(f"{place} contains the unknown field `{shown(others[0])}`")


def load(path: Path | str) -> Any:
    """Read a file: a scene of either panel, or a lecture. Raises SceneFileError for any other."""
    return decode(read_bytes(Path(path), "scene or lecture", MAX_BYTES))


def save(thing: Any, path: Path | str) -> None:
    """Write a scene or a lecture whole or not at all. Raises SceneFileError when the disk refuses, or for what
    could not be opened again."""
    write_atomically(Path(path), encode(thing))
