"""The open lecture: which page is shown, and every change to it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, Signal

from engine.lecture import Lecture, Page, Stroke
from engine.scene_file import panel_of
from gui.document import Document

# Of each panel: what is only how its scene is looked at.
LOOKS = {
    "optimizers": ("position", "speed", "view", "selected"),
    "convolution": ("position", "speed", "alone"),
    "minima": ("position", "speed"),
    "augmentation": ("position", "speed", "way"),
}


class LectureSession(QObject):
    """Holds at most one lecture. Pages open as they were saved, every time: a lecture can be repeated. What is
    tried out on a page is put into it by `keep`, and not otherwise.

    `show_scene(scene)` puts a scene on the screen (False: it may not), `live_scene()` is the one that is there.
    """

    changed = Signal()  # the lecture, the page shown, or whether there is a lecture
    page_shown = Signal()

    def __init__(
        self, show_scene: Callable[[Any], bool], live_scene: Callable[[], Any], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._show_scene, self._live_scene = show_scene, live_scene
        self.document = Document(Lecture(), parent=self)
        self.is_open = False
        self.path: Path | None = None
        self.index: int | None = None  # None: what is on the screen is no page
        self._last = 0  # the page to come back to
        self._example: Lecture | None = None  # as it was shipped
        self._tried: tuple[Page, Any] | None = None
        self.document.changed.connect(self._follow)
        self.document.undo_stack.cleanChanged.connect(self._tell)

    def _tell(self, *_: object) -> None:
        if shiboken6.isValid(self):  # a stack's last word comes while the window is taken down
            self.changed.emit()

    @property
    def lecture(self) -> Lecture:
        lecture: Lecture = self.document.scene
        return lecture

    @property
    def pages(self) -> tuple[Page, ...]:
        return self.lecture.pages

    @property
    def page(self) -> Page | None:
        """The page that is shown."""
        return None if self.index is None else self.pages[self.index]

    # Opening and closing.

    def open(self, lecture: Lecture, path: Path | None = None, example: bool = False) -> None:
        """Show a lecture from its first page; a shipped `example` has no file of its own to save to."""
        self.index, self.path, self.is_open, self._tried = None, None if example else path, True, None
        self._last, self._example = 0, lecture if example else None
        self.document.open(lecture)
        self.document.undo_stack.setClean()
        if self.pages:
            self.show(0)
        self.changed.emit()

    def close(self) -> None:
        """No lecture any more; the scene stays on the screen."""
        self.index, self.path, self.is_open, self._tried = None, None, False, None
        self.document.open(Lecture())
        self.changed.emit()

    def saved(self, path: Path) -> None:
        self.path, self._example = path, None
        self.document.undo_stack.setClean()
        self.changed.emit()

    @property
    def unsaved(self) -> bool:
        """Whether closing would lose work. Drawing on a shipped lecture is not meant to last."""
        if not self.is_open:
            return False
        if self._example is not None:
            return self.lecture.without_drawings() != self._example.without_drawings()
        return not self.document.undo_stack.isClean() or (self.page_changed and self.path is not None)

    # Showing.

    def show(self, index: int) -> bool:
        """Page `index` as it was saved."""
        if not 0 <= index < len(self.pages):
            return False
        before = self.page
        tried = (before, self._live_scene()) if before is not None and self.page_changed else None
        if not self._show_scene(self.pages[index].scene):
            return False
        if tried is not None:
            self._tried = tried
        self.index = index
        self.page_shown.emit()
        self.changed.emit()
        return True

    def next(self) -> bool:
        return self.show(self._last if self.index is None else self.index + 1)

    def back(self) -> bool:
        return self.show(self._last if self.index is None else self.index - 1)

    def left(self) -> None:
        """Something that is no page has come on the screen."""
        if self.index is not None:
            self._last, self.index = self.index, None
            self.changed.emit()

    @property
    def page_changed(self) -> bool:
        """Whether other choices are on the screen than in the page; time and zoom do not count."""
        return self.page is not None and not same_choices(self.page.scene, self._live_scene())

    @property
    def tried(self) -> bool:
        """Whether something was tried out on this page, and dropped when the page was left."""
        return self._tried is not None and self.page is self._tried[0]

    def bring_back(self) -> None:
        """What was tried out on this page and dropped."""
        if self._tried is not None and self.tried:
            self._show_scene(self._tried[1])
            self.changed.emit()

    # Changing. Everything is undoable.

    def _change(self, lecture: Lecture, text: str, gesture: Hashable = None) -> None:
        self.document.change(lecture, text, gesture)

    def _follow(self, old: Lecture, new: Lecture) -> None:
        """Keep to the page that is shown while pages come, go and move."""
        if self.index is not None and self.index < len(old.pages):
            shown = old.pages[self.index]
            alike = zip(old.pages, new.pages, strict=False)
            others = (
                [i for i, (one, other) in enumerate(alike) if one != other] if len(old.pages) == len(new.pages) else []
            )
            if others != [self.index] and (self.index >= len(new.pages) or new.pages[self.index] != shown):
                if shown in new.pages:
                    self.index = new.pages.index(shown)
                elif len(new.pages) != len(old.pages):
                    self.index = None
        self.changed.emit()

    def add(self) -> None:
        """The scene on the screen as a page behind the one shown. Raises ValueError when the lecture is full."""
        scene = self._live_scene()
        place = len(self.pages) if self.index is None else self.index + 1
        if not self.is_open:
            self.open(Lecture(self.tr("Untitled lecture")))
            place = 0
        self._change(self.lecture.with_added(place, Page(scene, scene.title, scene.note)), self.tr("Add a page"))
        self.index = place
        self.changed.emit()

    def keep(self) -> None:
        """The scene on the screen, as it is now, into the page."""
        if self.index is not None and self.page is not None:
            page = self.page.with_(scene=self._live_scene())
            self._change(self.lecture.with_page(self.index, page), self.tr("Keep the changes"))

    def duplicate(self, index: int) -> None:
        """Raises ValueError when the lecture is full."""
        self._change(self.lecture.with_added(index + 1, self.pages[index]), self.tr("Duplicate a page"))
        self.show(index + 1)
        self.document.undo_stack.setActive()  # the next undo takes this back

    def remove(self, index: int) -> None:
        shown = self.index == index
        self._change(self.lecture.without(index), self.tr("Remove a page"))
        if shown:
            self.show(min(index, len(self.pages) - 1))
        self.document.undo_stack.setActive()

    def move(self, index: int, to: int) -> None:
        """Page `index` becomes page `to`."""
        if index != to and 0 <= index < len(self.pages) and 0 <= to < len(self.pages):
            shown = self.index
            self._change(self.lecture.with_moved(index, to), self.tr("Move a page"))
            if shown is not None:
                if shown == index:
                    self.index = to
                else:
                    self.index = shown - (index < shown) + (to <= shown - (index < shown))
                self.changed.emit()

    def edit(self, index: int, gesture: Hashable = None, **fields: str) -> None:
        """Title, notes or question of a page."""
        self._change(self.lecture.with_page(index, self.pages[index].with_(**fields)), self.tr("Edit a page"), gesture)

    def rename(self, title: str, gesture: Hashable = None) -> None:
        self._change(self.lecture.with_(title=title), self.tr("Rename the lecture"), gesture)

    def draw(self, strokes: tuple[Stroke, ...], text: str) -> None:
        """Other strokes on the page that is shown."""
        if self.index is not None and self.page is not None:
            self._change(self.lecture.with_page(self.index, self.page.with_(strokes=strokes)), text)


def same_choices(one: Any, other: Any) -> bool:
    """Whether two scenes differ only in how they are looked at."""
    if type(one) is not type(other):
        return False
    looks = {name: getattr(one, name) for name in LOOKS[panel_of(one)]}
    return bool(other.with_(**looks) == one)
