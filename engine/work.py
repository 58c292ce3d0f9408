"""Everything that is open in a window, as one frozen value: what undo brings back and what is saved by itself.

`encode` and `decode` write and read it as JSON, by the machinery of scenes and lectures.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from engine.choices import same_choices
from engine.file_stamp import Stamp
from engine.lecture import Lecture
from engine.lecture_file import lecture_from, page_tree
from engine.quoting import LONGEST, shown
from engine.scene_file import PANELS, SceneFileError, convert_scene, panel_of, read_head

FORMAT = "stepscope work"
VERSION = 1
MAX_BYTES = 60_000_000


class OpenScene(msgspec.Struct, frozen=True):
    """A scene in its panel. `saved` is the scene as it was opened or saved last: None where that is not known, and
    it certainly was another. `path` is its own file, which had the `stamp` then; `opening` is another number for every
    scene that is opened in a window."""

    scene: Any
    saved: Any = None
    path: Path | None = None
    stamp: Stamp | None = None
    opening: int = 0

    @property
    def changed(self) -> bool:
        """Whether other choices have been made since then."""
        return self.saved is None or not same_choices(self.saved, self.scene)


class OpenLecture(msgspec.Struct, frozen=True):
    """A lecture, the page that is shown (None: none of them), and by page what was tried out there.

    `saved` is the lecture as it was opened or saved last, as of a scene; a shipped `example` has no file; `opening`
    is another number for every lecture that is opened or begun in a window.
    """

    lecture: Lecture
    saved: Lecture | None = None
    path: Path | None = None
    stamp: Stamp | None = None
    example: bool = False
    index: int | None = None
    tried: Mapping[int, Any] = {}
    opening: int = 0

    @property
    def changed(self) -> bool:
        """Whether closing it would lose work. Drawing on a shipped lecture is not meant to last."""
        if self.example and self.saved is not None:
            return self.lecture.without_drawings() != self.saved.without_drawings()
        return self.lecture != self.saved


class Work(msgspec.Struct, frozen=True):
    """The scenes of all panels that have been shown, by the panels' keys, and the lecture if one is open."""

    shown: str
    scenes: Mapping[str, OpenScene]
    lecture: OpenLecture | None = None

    @property
    def changed(self) -> bool:
        """Whether there is anything in it that no file holds."""
        if self.unsaved_scenes():
            return True
        return self.lecture is not None and (self.lecture.changed or bool(self.lecture.tried))

    def unsaved_scenes(self) -> dict[str, OpenScene]:
        """The scenes that no file holds, and no page of the lecture, by their panels; what is tried out on a page is
        among them."""
        pages = self.lecture.lecture.pages if self.lecture is not None else ()
        held = [page.scene for page in pages]
        return {
            key: there
            for key, there in self.scenes.items()
            if there.changed
            and not any(type(one) is type(there.scene) and same_choices(one, there.scene) for one in held)
        }


def put_away(before: Work, after: Work) -> Work | None:
    """What of `before` no file holds and `after` no longer shows: a lecture with all that was open beside it, or
    scenes that gave way to others; None where there is nothing."""
    lecture, now = before.lecture, after.lecture
    if lecture is not None and lecture.changed and not shows(after, before):
        return before
    page_shown = before.shown if lecture is not None and lecture.index is not None else ""
    gone = {
        key: there
        for key, there in before.unsaved_scenes().items()
        if key != page_shown and key in after.scenes and after.scenes[key].opening != there.opening
    }
    if now is not None:  # a page that was made of a scene holds it
        gone = {key: there for key, there in gone.items() if key in Work(key, {key: there}, now).unsaved_scenes()}
    return Work(next(iter(gone)), gone) if gone else None


def shows(work: Work, other: Work) -> bool:
    """Whether all that is open in `other` is open in `work`: the same openings, whatever was done to them since."""
    lecture, there = other.lecture, work.lecture
    if lecture is not None:
        return there is not None and there.opening == lecture.opening
    return all(key in work.scenes and work.scenes[key].opening == one.opening for key, one in other.scenes.items())


def encode(work: Work) -> bytes:
    """The work as JSON. Of what was saved last only stays whether that was the same."""
    scenes = [
        {panel_of(there.scene): there.scene, "changed": there.changed, "path": _text(there.path), "stamp": there.stamp}
        for there in work.scenes.values()
    ]
    tree: dict[str, Any] = {"format": FORMAT, "version": VERSION, "shown": work.shown, "scenes": scenes}
    there = work.lecture
    if there is not None:
        tree["lecture"] = {
            "title": there.lecture.title,
            "pages": [page_tree(page) for page in there.lecture.pages],
            "changed": there.changed,
            "path": _text(there.path),
            "stamp": there.stamp,
            "index": there.index,
            "tried": [{panel_of(scene): scene, "page": page} for page, scene in there.tried.items()],
        }
    return msgspec.json.encode(tree)


def decode(data: bytes) -> Work:
    """The work in JSON text. Raises SceneFileError for anything else, and for a part that is no longer valid."""
    head = read_head(data, "saved session", {FORMAT: VERSION}, MAX_BYTES)
    try:
        scenes = {}
        for tree in head["scenes"]:
            panel, scene = _scene(tree)
            saved = None if tree["changed"] else scene
            scenes[panel] = OpenScene(scene, saved, _path(tree["path"]), _stamp(tree.get("stamp")))
        lecture = _lecture(head["lecture"]) if "lecture" in head else None
        if head["shown"] not in scenes:
            raise ValueError("its panel is not among its scenes")
        return Work(head["shown"], scenes, lecture)
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise SceneFileError(
            f"What was open last time cannot be brought back: {shown(str(error), 2 * LONGEST)}."
        ) from None


def _lecture(tree: Any) -> OpenLecture:
    lecture = lecture_from({"title": tree["title"], "pages": tree["pages"]})
    index = tree["index"]
    if index is not None and index not in range(len(lecture.pages)):
        raise ValueError("it shows a page that is not there")
    tried = {int(one["page"]): _scene(one)[1] for one in tree["tried"] if one["page"] in range(len(lecture.pages))}
    saved, path = None if tree["changed"] else lecture, _path(tree["path"])
    return OpenLecture(lecture, saved, path, _stamp(tree.get("stamp")), index=index, tried=tried)


def _scene(tree: Any) -> tuple[str, Any]:
    panel = next((panel for panel in PANELS if panel in tree), None)
    if panel is None:
        raise ValueError("it holds no scene")
    return panel, convert_scene(panel, tree[panel])


def _text(path: Path | None) -> str:
    return "" if path is None else str(path)


def _stamp(numbers: Any) -> Stamp | None:
    """Of the file as it was then, so that what somebody else has done to it since is noticed."""
    if numbers is None:
        return None
    changed, size, number = (int(one) for one in numbers)
    return changed, size, number


def _path(text: Any) -> Path | None:
    return Path(str(text)) if text else None
