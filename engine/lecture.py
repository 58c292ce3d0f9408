"""A lecture: scenes in the order in which they are shown, with what is said and asked about each.

Frozen values like a scene's. `lecture_file` reads and writes them.
"""

from __future__ import annotations

import math
from typing import Any, Literal

import msgspec

VERSION = 1
MAX_PAGES = 200
MAX_STROKES = 400  # on one page
MAX_POINTS = 4000  # of one stroke
MAX_NOTES = 10_000  # characters
FAR = 1e9  # the largest coordinate of a stroke

COLORS = ("red", "yellow", "green", "blue", "ink")


class Stroke(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line drawn by hand. Points (x, y) are relative to the picture, not in pixels: on a contour they lie in
    the loss's plane, elsewhere in the picture's width and height, with (0, 0) in its middle."""

    points: tuple[tuple[float, float], ...]
    color: Literal["red", "yellow", "green", "blue", "ink"] = "red"


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
        if len(page.strokes) > MAX_STROKES:
            raise ValueError(f"{place}.strokes: at most {MAX_STROKES}, not {len(page.strokes)}")
        for index, stroke in enumerate(page.strokes):
            check_stroke(f"{place}.strokes[{index}]", stroke)
    return lecture


def check_stroke(place: str, stroke: Stroke) -> None:
    """Raises ValueError, with the place, for a stroke too long or too far away."""
    if not 1 <= len(stroke.points) <= MAX_POINTS:
        raise ValueError(f"{place}: a stroke has from 1 to {MAX_POINTS} points, not {len(stroke.points)}")
    for point in stroke.points:
        if not all(math.isfinite(value) and abs(value) <= FAR for value in point):
            raise ValueError(f"{place}: a point lies nowhere near the picture")


def _check_text(name: str, text: str, longest: int) -> None:
    if len(text) > longest:
        raise ValueError(f"{name}: longer than {longest} characters")
