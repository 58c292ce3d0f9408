"""The open lecture: which page is shown, and every change to it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager, nullcontext
from itertools import count
from pathlib import Path
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, Signal

from engine.choices import looked_at_as, outcome_hidden, same_choices
from engine.drawing import Stroke
from engine.file_stamp import stamp_of
from engine.lecture import Lecture, Page
from engine.work import OpenLecture
from gui.document import Document

_openings = count(1)


class LectureSession(QObject):
    """Holds at most one lecture. Pages open as they were saved, every time: a lecture can be repeated. What is
    tried out on a page is put into it by `keep`, and not otherwise; until the lecture closes it can be brought back.

    `show_scene(scene)` puts a page's scene on the screen, `live_scene()` is the one that is there.
    """

    changed = Signal()  # the lecture, the page shown, or whether there is a lecture

    def __init__(
        self, show_scene: Callable[[Any], None], live_scene: Callable[[], Any], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._show_scene, self._live_scene = show_scene, live_scene
        self.replaces_work: Callable[[Any], bool] = lambda _scene: False  # that no file and no page holds
        self.document = Document(Lecture(), parent=self)
        self.is_open = False
        self.path: Path | None = None
        self.stamp = stamp_of(Path())  # of that file when it was read or written last
        self.example = False  # a shipped one, which has no file of its own to save to
        self.index: int | None = None  # None: what is on the screen is no page
        self._last = 0  # the page to come back to
        self.opening = 0  # another number for every lecture that is opened or begun
        self._saved: Lecture | None = None
        self._tried: list[tuple[Page, Any]] = []  # pages, and the scenes that were tried out on them
        self.document.changed.connect(self._follow)

    def _tell(self) -> None:
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
        self._begin(OpenLecture(lecture, lecture, None if example else path, example=example))
        self.stamp = stamp_of(self.path) if self.path else None
        if self.pages:
            self.show(0)
        self.changed.emit()

    def close(self) -> None:
        """No lecture any more; the scene stays on the screen."""
        self._begin(None)
        self.changed.emit()

    def state(self) -> OpenLecture | None:
        """All there is to know of the open lecture. What is tried out on the page that is shown is on the screen."""
        if not self.is_open:
            return None
        return OpenLecture(
            self.lecture, self._saved, self.path, self.stamp, self.example, self.index, self.all_tried(), self.opening
        )

    def all_tried(self) -> dict[int, Any]:
        """By page, the scenes that were tried out when they were left."""
        places = {id(page): number for number, page in enumerate(self.pages)}
        return {places[id(page)]: scene for page, scene in self._tried if id(page) in places}

    def restore(self, state: OpenLecture | None) -> None:
        """The lecture as it was; nothing of it is put on the screen."""
        self._begin(state)
        if state is not None:
            self.index, self._last = state.index, state.index or 0
        self.changed.emit()

    def _begin(self, state: OpenLecture | None) -> None:
        there = state or OpenLecture(Lecture())
        self.index, self._last, self.is_open = None, 0, state is not None
        self.document.open(there.lecture)
        self.path, self.stamp, self.example, self._saved = there.path, there.stamp, there.example, there.saved
        self._tried = [(there.lecture.pages[number], scene) for number, scene in there.tried.items()]
        self.opening = there.opening or next(_openings)

    def saved(self, path: Path) -> None:
        """What is open is now in the file at `path`."""
        self.path, self.stamp, self.example, self._saved = path, stamp_of(path), False, self.lecture
        self.changed.emit()

    @property
    def newly_drawn(self) -> list[int]:
        """The numbers of the pages with drawings that were not there when the lecture was opened or saved last."""
        before = {page.strokes for page in self._saved.pages} if self._saved is not None else set()
        return [number for number, page in enumerate(self.pages, 1) if page.strokes and page.strokes not in before]

    @property
    def unsaved(self) -> bool:
        """Whether closing would lose work that was put into the lecture."""
        state = self.state()
        return state is not None and state.changed

    # Showing.

    def show(self, index: int) -> bool:
        """Page `index` as it was saved."""
        if not 0 <= index < len(self.pages):
            return False
        scene = self.pages[index].scene
        with self._step(self.tr("Show a page")) if self.replaces_work(scene) else nullcontext():
            self.note_tried()
            self._show_scene(scene)
            self.index = index
        self.changed.emit()
        return True

    def next(self) -> bool:
        return self.show(self._last if self.index is None else self.index + 1)

    def back(self) -> bool:
        return self.show(self._last if self.index is None else self.index - 1)

    def left(self) -> None:
        """Something that is no page comes on the screen."""
        if self.index is not None:
            self.note_tried()
            self._last, self.index = self.index, None
            self.changed.emit()

    @property
    def page_changed(self) -> bool:
        """Whether other choices are on the screen than in the page; time and zoom do not count, nor does a future
        that is shown."""
        return self.page is not None and not same_choices(self.page.scene, self._live_scene())

    # What is tried out on pages.

    def note_tried(self) -> None:
        """Keep what is tried out on the page that is shown, before something else is shown."""
        if self.page_changed:
            page = self.page
            self._tried = [(other, scene) for other, scene in self._tried if other is not page]
            self._tried.append((page, self._live_scene()))  # type: ignore[arg-type]  # a changed page is there

    @property
    def tried(self) -> Any:
        """The scene that was tried out on this page when it was left; None where there is none."""
        return next((scene for page, scene in self._tried if page is self.page), None)

    def bring_back(self) -> None:
        """What was tried out on this page."""
        if self.tried is not None:
            self._show_scene(self.tried)
            self.changed.emit()

    # Changing. Everything is undoable.

    def _step(self, text: str) -> AbstractContextManager[None]:
        return self.document.history.step(text)

    def _follow(self, old: Lecture, new: Lecture) -> None:
        """Keep to the page that is shown, and to what was tried out on each, while pages come, go and move."""
        if len(old.pages) == len(new.pages):
            changed = [pair for pair in zip(old.pages, new.pages, strict=True) if pair[0] is not pair[1]]
            if len(changed) == 1:  # one page is another, in its place
                was, now = changed[0]
                self._tried = [(now if page is was else page, scene) for page, scene in self._tried]
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
        self._tell()

    def add(self) -> None:
        """The scene on the screen as a page behind the one shown, with what is drawn on it. Its note stands beside the
        picture; what the lecturer alone reads is still to be written. Raises ValueError when
        the lecture is full."""
        scene = self._live_scene()
        strokes = self.page.strokes if self.page is not None else scene.strokes
        place = len(self.pages) if self.index is None else self.index + 1
        page = Page(scene.with_(strokes=()), scene.title, strokes=strokes)
        with self._step(self.tr("Add a page")):
            if not self.is_open:
                self._begin(OpenLecture(Lecture(self.tr("Untitled lecture"))))
                place = 0
            self.note_tried()
            self.document.look(self.lecture.with_added(place, page))
            self._show_scene(page.scene)
            self.index = place
        self.changed.emit()

    def keep(self) -> None:
        """The scene on the screen, as it is now, into the page. A future that the page hides stays hidden, unless
        nothing else is another: then showing it is what was meant."""
        if self.index is not None and self.page is not None:
            scene = self._live_scene()
            if self.page_changed and outcome_hidden(self.page.scene):
                scene = looked_at_as(scene, scene.with_(show=self.page.scene.show))
            page = self.page.with_(scene=scene)
            with self._step(self.tr("Keep the changes")):
                self._tried = [(other, tried) for other, tried in self._tried if other is not self.page]
                self.document.look(self.lecture.with_page(self.index, page))

    def duplicate(self, index: int) -> None:
        """Raises ValueError when the lecture is full."""
        with self._step(self.tr("Duplicate a page")):
            self.document.look(self.lecture.with_added(index + 1, self.pages[index].with_()))
            self.show(index + 1)

    def remove(self, index: int) -> None:
        shown = self.index == index
        with self._step(self.tr("Remove a page")):
            self.document.look(self.lecture.without(index))
            if shown:
                self.show(min(index, len(self.pages) - 1))

    def move(self, index: int, to: int) -> None:
        """Page `index` becomes page `to`."""
        if index != to and 0 <= index < len(self.pages) and 0 <= to < len(self.pages):
            shown = self.index
            with self._step(self.tr("Move a page")):
                self.document.look(self.lecture.with_moved(index, to))
                if shown == index:
                    self.index = to
                elif shown is not None:
                    self.index = shown - (index < shown) + (to <= shown - (index < shown))
            self.changed.emit()

    def edit(self, index: int, gesture: Hashable = None, **fields: str) -> None:
        """Title, notes or question of a page."""
        self.document.change(
            self.lecture.with_page(index, self.pages[index].with_(**fields)), self.tr("Edit a page"), gesture
        )

    def edit_words(self, title: str, note: str) -> None:
        """Title of the page that is shown, and the note beside its picture; whatever else is tried out on it is not
        kept by that."""
        if self.index is not None and self.page is not None:
            page = self.page.with_(title=title, scene=self.page.scene.with_(note=note))
            self.document.look(self.lecture.with_page(self.index, page))

    def rename(self, title: str, gesture: Hashable = None) -> None:
        self.document.change(self.lecture.with_(title=title), self.tr("Rename the lecture"), gesture)

    def draw(self, strokes: tuple[Stroke, ...], text: str) -> None:
        """Other strokes on the page that is shown."""
        if self.index is not None and self.page is not None:
            self.document.change(self.lecture.with_page(self.index, self.page.with_(strokes=strokes)), text)
