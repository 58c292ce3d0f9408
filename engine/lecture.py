"""A lecture: scenes in the order in which they are shown, with what is said and asked about each.

Frozen values like a scene's. `lecture_file` reads and writes them.
"""

from __future__ import annotations

from typing import Any

import msgspec

from engine.drawing import Stroke, check_drawing

VERSION = 1
MAX_PAGES = 200
MAX_NOTES = 10_000  # characters


class Page(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One scene of a lecture, of either panel; it is shown at the scene's own position."""

    scene: Any
    title: str = ""
    notes: str = ""
    question: str = ""
    strokes: tuple[Stroke, ...] = ()

    def with_(self, **changes: object) -> Page:
        """A copy with some fields replaced."""
        return msgspec.structs.replace(self, **changes)

    @property
    def name(self) -> str:
        """The title, or the scene's where the page has none of its own."""
        return self.title or str(self.scene.title)


class Lecture(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Pages in order."""

    title: str = "Untitled lecture"
    pages: tuple[Page, ...] = ()

    def with_(self, **changes: object) -> Lecture:
        """A copy with some fields replaced."""
        return msgspec.structs.replace(self, **changes)

    def with_page(self, index: int, page: Page) -> Lecture:
        """Page `index` replaced."""
        return self.with_(pages=(*self.pages[:index], page, *self.pages[index + 1 :]))

    def with_added(self, index: int, page: Page) -> Lecture:
        """One page more, so that it becomes page `index`. Raises ValueError when the lecture is full."""
        if len(self.pages) >= MAX_PAGES:
            raise ValueError(f"a lecture has at most {MAX_PAGES} pages")
        return self.with_(pages=(*self.pages[:index], page, *self.pages[index:]))

    def without(self, index: int) -> Lecture:
        """Page `index` left out."""
        return self.with_(pages=(*self.pages[:index], *self.pages[index + 1 :]))

    def with_moved(self, index: int, to: int) -> Lecture:
        """Page `index` taken out and put back so that it becomes page `to`."""
        pages = list(self.pages)
        pages.insert(to, pages.pop(index))
        return self.with_(pages=tuple(pages))

    def without_drawings(self) -> Lecture:
        """The same pages with nothing drawn on them."""
        return self.with_(pages=tuple(page.with_(strokes=()) for page in self.pages))


def check_lecture(lecture: Lecture) -> Lecture:
    """The lecture, if it keeps within its limits (its scenes are checked as scenes). Raises ValueError with one
    sentence that says where."""
    _check_text("title", lecture.title, 200)
    if len(lecture.pages) > MAX_PAGES:
        raise ValueError(f"pages: at most {MAX_PAGES}, not {len(lecture.pages)}")
    for number, page in enumerate(lecture.pages):
        place = f"pages[{number}]"
        for name, longest in (("title", 200), ("question", 1000), ("notes", MAX_NOTES)):
            _check_text(f"{place}.{name}", getattr(page, name), longest)
        check_drawing(f"{place}.strokes", page.strokes)
    return lecture


def _check_text(name: str, text: str, longest: int) -> None:
    if len(text) > longest:
        raise ValueError(f"{name}: longer than {longest} characters")
