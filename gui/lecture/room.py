"""Lectures in the window: the line that says which page is shown, the strip of pages, the presenter's window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QFileDialog

from engine.lecture import Lecture
from engine.quoting import quoted
from engine.scene_file import SceneFileError, panel_of
from gui import settings
from gui.files import file_name, last_folder
from gui.lecture.session import LectureSession
from gui.title_dialog import ask_title

if TYPE_CHECKING:  # what few windows need is imported when it is wanted
    from gui.lecture.page_line import PageLine
    from gui.lecture.presenter import PresenterWindow
    from gui.lecture.strip import PageStrip
    from gui.recording.recorder import Paper


ARROWS = "presentation/arrows_turn_pages"


class LectureRoom(QObject):
    """The commands of lectures. Nothing of it is built before the first lecture is opened."""

    def __init__(self, window: Any) -> None:
        super().__init__(window)
        self.window = window
        self.session = LectureSession(window.show_scene, lambda: window.panel.scene_to_save(), self)
        self.session.replaces_work = self._replaces_work
        self.session.changed.connect(self._show)
        self.line: PageLine | None = None
        self.strip: PageStrip | None = None
        self.presenter: PresenterWindow | None = None
        self._strip_wanted = False
        self.arrows_turn = settings.word(ARROWS, ("on", "off"), "off") == "on"
        self._tried: list[Any] = []  # scenes that had been tried out on pages before the presentation

    # Showing.

    def _show(self) -> None:
        session = self.session
        if session.is_open and self.line is None:
            from gui.lecture.page_line import PageLine

            self.line = PageLine(session, self.window.actions_by_name, self.window.centralWidget())
            self.window.column.insertWidget(2, self.line)
        if self.line is not None:
            self.line.show_session()
        self._fit_strip()
        if self.strip is not None:
            self.strip.show_session()
        if self.presenter is not None and self.presenter.isVisible():
            self.presenter.show_session()
        self.window.tools.follow()
        self.window.show_title()

    def _replaces_work(self, scene: Any) -> bool:
        """Whether a page's scene would take the place of one that is not saved and is no page's."""
        place = self.window.places.get(panel_of(scene))
        on_page = self.session.index is not None and place is self.window.place
        return place is not None and not place.clean and not on_page

    def scene_changed(self) -> None:
        """The scene on the screen is another: perhaps it is no longer the page's."""
        if self.session.is_open and self.line is not None:
            self.line.show_changes()
            if self.strip is not None:
                self.strip.show_changes()

    def toggle_strip(self) -> None:
        """The pages at the left; with no lecture open, a new one begins with the scene that is shown."""
        if not self.session.is_open:
            self.new()
            return
        self._strip_wanted = not self._strip_wanted
        self._fit_strip()

    def _fit_strip(self) -> None:
        wanted = self._strip_wanted and self.session.is_open and not self.window.mode.on
        if wanted and self.strip is None:
            from gui.lecture.strip import PageStrip

            self.strip = PageStrip(
                self.session, self.window.actions_by_name, self.window.say, self.window.centralWidget()
            )
            self.window.body.insertWidget(0, self.strip)
            self.strip.show_session()
        if self.strip is not None and self.strip.isHidden() == wanted:
            self.strip.setVisible(wanted)

    def set_presenting(self, on: bool) -> None:
        if self.line is not None:
            self.line.set_presenting(on)
        self._fit_strip()
        tried = self.session.all_tried()
        if not on and (names := [self.session.pages[n].name for n, scene in tried.items() if scene not in self._tried]):
            self._say_tried(names, 8)
        self._tried = list(tried.values())
        if not on and self.presenter is not None:
            self.presenter.leave_full_screen()

    # The presenter's window.

    def toggle_presenter(self) -> None:
        if self.presenter is not None and self.presenter.isVisible():
            self.presenter.close()
        elif self.session.is_open:
            self._open_presenter()
        else:
            self._say_none()

    def _open_presenter(self) -> None:
        if self.presenter is None:
            from gui.lecture.presenter import PresenterWindow

            self.presenter = PresenterWindow(self.session, self.window)
        self.presenter.open_on(self.window.mode.places().notes if self.window.mode.on else None)

    def place_notes(self, screen: QScreen | None) -> None:
        """The notes over the whole of a screen of their own; where there is none they leave the pictures free."""
        if screen is not None and self.session.is_open:
            self._open_presenter()
        elif screen is None and self.presenter is not None and self.presenter.isFullScreen():
            self.presenter.close()

    def take_down(self) -> None:
        """Before the window goes."""
        if self.presenter is not None:
            self.presenter.close()

    # Commands.

    def _say_none(self) -> None:
        self.window.say(self.tr("No lecture is open: the scene's name in the header lists two, and begins a new one."))

    def open(self, lecture: Lecture, path: Path | None = None, example: bool = False) -> None:
        self.session.open(lecture, path, example)
        if not lecture.pages:
            self.window.say(self.tr("This lecture has no pages yet: add the scene that is shown with Ctrl+Shift+A."))

    def new(self) -> None:
        """A new lecture, begun with the scene that is shown."""
        left = self.session.lecture.title if self.session.unsaved else ""
        with self.window.history.step(self.tr("New lecture")):
            if self.session.is_open:
                self.session.close()
            self._strip_wanted = True
            self.session.add()
        self._say_left(left)

    def close(self) -> None:
        """No lecture any more; undo opens it again."""
        if self.session.is_open:
            left = self.session.lecture.title if self.session.unsaved else ""
            with self.window.history.step(self.tr("Close the lecture")):
                self.session.close()
            self._say_left(left)

    def _say_left(self, title: str) -> None:
        if title:
            said = self.tr("Ctrl+Z brings back {title}, which is not saved.").format(title=quoted(title))
            self.window.say(said, of_undo=True)

    def next(self) -> None:
        self._go(self.session.next, self.tr("This was the last page."))

    def back(self) -> None:
        self._go(self.session.back, self.tr("This is the first page."))

    def _go(self, go: Any, end: str) -> None:
        left = self.session.page if self.session.page_changed else None
        if not self.session.is_open:
            self._say_none()
        elif not go():
            if self.session.pages:
                self.window.say(end, 2)
        elif left is not None:
            self._say_tried([left.name], 3)

    def _say_tried(self, names: list[str], seconds: float) -> None:
        """What was tried on pages is not lost, and where it is brought back: a presentation has no button for that."""
        if len(names) == 1:
            said = self.tr("What was tried on {page} is kept until the lecture is closed.")
        else:
            said = self.tr("What was tried on {count} pages is kept until the lecture is closed.")
        if not self.window.mode.on:
            said += " " + self.tr("Go back there to bring it back.")
        self.window.say(said.format(page=quoted(names[0]), count=len(names)), seconds)

    def toggle_arrows(self) -> None:
        """Whether ← and → turn pages while presenting, for clickers that send them."""
        self.arrows_turn = not self.arrows_turn
        settings.put(ARROWS, "on" if self.arrows_turn else "off")
        on = self.tr("← and → turn pages while a lecture is presented.")
        self.window.say(on if self.arrows_turn else self.tr("← and → step through the scene."), 3)

    def arrow(self, step: int) -> bool:
        """← (−1) or → (1): whether that was to turn a page, which it then did."""
        turns = self.arrows_turn and self.session.is_open and self.window.mode.on
        if turns:
            self.next() if step > 0 else self.back()
        return bool(turns)

    def add(self) -> None:
        if not self.session.is_open:
            self._strip_wanted = True
        try:
            self.session.add()
        except ValueError as error:
            self.window.say(f"{error}.")

    def rename_page(self) -> None:
        """The page's title, and the note beside its picture."""
        page = self.session.page
        if page is not None:
            place = self.window.place
            document, clean = place.panel.document, place.clean
            heading = self.tr("Title and note of the page")
            words = ask_title(self.window, heading, page.name, document.scene.note)
            if words is not None:
                with self.window.history.step(self.tr("Title and note")):
                    self.session.edit_words(*words)
                    document.look(document.scene.with_(note=words[1]))
                    if clean:
                        place.saved = document.scene

    def keep(self) -> None:
        if self.session.page is None:
            self.window.say(self.tr("No page is shown that changes could be kept in."))
        else:
            self.session.keep()
            self.window.say(self.tr("The page opens like this from now on."), 3)

    def bring_back(self) -> None:
        if self.session.tried is not None:
            self.session.bring_back()
        else:
            self.window.say(self.tr("Nothing was tried out on this page that could be brought back."))

    # Paper.

    def save_handout(self) -> None:
        """All pages with their notes and answers, as a PDF for whoever teaches."""
        self._save_handout("teacher", self.tr("Save the teacher's handout"))

    def save_student_handout(self) -> None:
        """All pages with their questions and room to write, as a PDF to hand out."""
        self._save_handout("students", self.tr("Save the students' handout"))

    def _save_handout(self, reader: Paper, question: str) -> None:
        if not self.session.pages:
            self._say_none()
            return
        start = last_folder() / f"{file_name(self.session.lecture.title)} ({reader}).pdf"
        name, _ = QFileDialog.getSaveFileName(self.window, question, str(start), "PDF (*.pdf)")
        if name:
            self.write_paper(Path(name if name.endswith(".pdf") else name + ".pdf"), reader)

    def save_pictures(self) -> None:
        """A picture of every page, in a folder."""
        if not self.session.pages:
            self._say_none()
            return
        name = QFileDialog.getExistingDirectory(self.window, self.tr("A folder for the pictures"), str(last_folder()))
        if name:
            self.write_paper(Path(name), "pictures")

    def write_paper(self, path: Path, what: Paper) -> None:
        """Begin to write a PDF, or pictures into the folder `path`: in a process of its own, as recordings are."""
        if what == "pictures":
            from gui.lecture.handout import check_folder

            try:
                check_folder(path)
            except SceneFileError as error:
                self.window.say(str(error))
                return
        self.window.say(self.window.desk_made().write_paper(self.session.lecture, path, what))
