"""The commands of files and of the clipboard: open, save, share, and never lose work without asking."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMessageBox

from engine.file_stamp import Stamp, stamp_of
from engine.lecture import Lecture
from engine.lecture_file import load, save
from engine.quoting import quoted, shown
from engine.scene import Scene
from engine.scene_file import MAX_TITLE, SceneFileError, panel_of
from engine.work import Work
from gui.files import file_name, is_shipped, last_folder, remember_file
from gui.panels import opening
from gui.title_dialog import ask_title
from gui.widgets.question import ask
from gui.widgets.words import as_plain

ASK = QMessageBox.StandardButton


class FileCommands(QObject):
    """Opens scenes and lectures into the window, and saves what is in it.

    While a lecture is open, saving means the lecture; otherwise the scene that is shown.
    """

    def __init__(self, window: Any) -> None:
        super().__init__(window)
        self.window = window

    # Opening.

    def open_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self.window, self.tr("Open a scene or lecture"), str(last_folder()), self.tr("Scenes and lectures (*.json)")
        )
        if name:
            self.open_path(Path(name))

    def open_path(self, path: Path, example: bool = False) -> bool:
        """Show what is in a file; on any fault say so and keep what is open. A shipped file is an example, however it
        was opened: saving does not replace it."""
        example = example or is_shipped(path)
        try:
            thing = load(path)
        except SceneFileError as error:
            self.window.say(str(error))
            return False
        self.open(thing, None if example else path, example)
        if not example:
            remember_file(path)
        return True

    def open(self, thing: Any, path: Path | None = None, example: bool = False) -> None:
        """Show a scene or a lecture, as a step that can be undone; a scene leaves the lecture open, so that it can be
        added to it."""
        left = self._left_by(thing)
        self.window.say("")  # what was said of another scene is over
        with self.window.history.step(self.tr("Open {title}").format(title=quoted(thing.title))):
            if isinstance(thing, Lecture):
                self.window.lectures.open(thing, path, example)
            else:
                self.window.lecture.left()
                self.window.show_scene(thing, path)
        if left:
            self.window.say(
                self.tr("Ctrl+Z brings back {title}, which is not saved.").format(title=quoted(left)), of_undo=True
            )

    def _left_by(self, thing: Any) -> str:
        """The title of what is not saved and leaves the screen when `thing` is opened."""
        session = self.window.lecture
        if isinstance(thing, Lecture):
            if session.unsaved:
                return str(session.lecture.title)
            panels = {panel_of(page.scene) for page in thing.pages[:1]}
        else:
            panels = {panel_of(thing)}
        for key in panels & set(self.window.places):
            place = self.window.places[key]
            if not place.clean and (session.index is None or place is not self.window.place):
                return str(place.panel.scene.title)
        return ""

    def new_scene(self) -> None:
        """A scene of its own in the panel that is shown, to begin with."""
        key = self.window.place.kind.key
        self.open(opening(key).with_(title=self.tr("Untitled"), note="", position=0))

    # Saving.

    def save_file(self) -> bool:
        session = self.window.lecture
        path = session.path if session.is_open else self.window.place.path
        return self.save_to(path) if path else self.save_file_as()

    def save_file_as(self) -> bool:
        """The lecture where one is open, otherwise the scene, under a name to be chosen."""
        if not self.window.lecture.is_open:
            return self.save_scene_as()
        path = self._chosen(self.tr("Save the lecture"), self.window.lecture.lecture.title)
        return path is not None and self.save_to(path)

    def save_scene_as(self) -> bool:
        """The scene that is shown in a file of its own, whether or not it is a page of a lecture."""
        path = self._chosen(self.tr("Save the scene"), self.window.panel.scene.title)
        if path is None:
            return False
        self._name_after(path)
        return self._save_scene(path)

    def _name_after(self, path: Path) -> None:
        """A scene that was made from another one, and has its title still, is called as its file."""
        place, document = self.window.place, self.window.panel.document
        made = place.path is None and not place.clean and self.window.lecture.page is None
        if made and (place.saved is None or place.saved.title == document.scene.title):
            title = " ".join(path.stem.replace("-", " ").replace("_", " ").split())[:MAX_TITLE]
            document.change(document.scene.with_(title=title[:1].upper() + title[1:]), self.tr("Title from the file"))

    def _chosen(self, question: str, title: str) -> Path | None:
        start = last_folder() / f"{file_name(title)}.json"
        name, _ = QFileDialog.getSaveFileName(self.window, question, str(start), "JSON (*.json)")
        return Path(name if name.endswith(".json") else name + ".json") if name else None

    def save_to(self, path: Path) -> bool:
        session = self.window.lecture
        if not session.is_open:
            return self._save_scene(path)
        if path == session.path and not self._still_ours(path, session.stamp):
            return False
        if not self._write(session.lecture, path):
            return False
        said = self.tr("The lecture is saved as “{name}”.").format(name=shown(path.name))
        if drawn := session.newly_drawn:
            numbers = ", ".join(map(str, drawn))
            said += " " + self.tr("In it is what was drawn on: {pages}.").format(pages=self.tr("page ") + numbers)
        session.saved(path)
        if session.page_changed:
            said += " " + self.tr("What was tried on this page is not in it: Ctrl+K keeps it.")
        self.window.say(said, 6 if session.page_changed else 3)
        return True

    def _save_scene(self, path: Path) -> bool:
        place = self.window.place
        own = self.window.lecture.page is None
        if own and path == place.path and not self._still_ours(path, place.stamp):
            return False
        if not self._write(place.panel.scene_to_save(), path):
            return False
        if own:
            place.saved_as(path)
            self.window.show_title()
        self.window.say(self.tr("Saved as “{name}”.").format(name=shown(path.name)), 3)
        return True

    def _still_ours(self, path: Path, stamp: Stamp | None) -> bool:
        """Whether a file may be written that had the `stamp` when it was read or written last. Where somebody else
        has changed or moved it since, the user chooses; another name that is chosen is saved to here."""
        now = stamp_of(path)
        if now == stamp or stamp is None:
            return True
        if now is None:
            question = self.tr("“{name}” is no longer where it was: it was moved or deleted.")
            again = self.tr("Save it there again")
        else:
            question = self.tr("“{name}” was changed by somebody else since it was opened here.")
            again = self.tr("Replace it")
        answers = {"again": again, "other": self.tr("Save under another name…"), "cancel": self.tr("Cancel")}
        answer = ask(self.window, question.format(name=shown(path.name)), answers, "cancel")
        if answer == "other":
            self.save_file_as()
        return answer == "again"

    def _write(self, thing: Any, path: Path) -> bool:
        try:
            save(thing, path)
        except SceneFileError as error:
            self.window.say(str(error))
            return False
        remember_file(path)
        return True

    def rename(self) -> None:
        """Title and note of the page, or of a scene that is none."""
        document = self.window.panel.document
        if self.window.lecture.page is not None:
            self.window.lectures.rename_page()
            return
        words = ask_title(self.window, self.tr("Title and note"), document.scene.title, document.scene.note)
        if words is not None:
            document.change(document.scene.with_(title=words[0], note=words[1]), self.tr("Title and note"))

    # Before the window closes.

    def may_close(self) -> bool:
        """Ask before changes of a file, or a lecture, are lost. A scene without a file is kept for the next start."""
        return self._may_leave_lecture() and all(self._may_leave(key) for key in self._unsaved() if self._file_of(key))

    def left_unsaved(self) -> Work | None:
        """What is in no file when the window closes: scenes, and what was tried out on pages of a lecture."""
        session, work = self.window.lecture, self.window.work()
        scenes = {key: work.scenes[key] for key in self._unsaved() if not self._file_of(key)}
        lecture = None
        if session.is_open and not session.unsaved and (session.page_changed or work.lecture.tried):
            lecture = work.lecture
            scenes[work.shown] = work.scenes[work.shown]
        shown = work.shown if work.shown in scenes else next(iter(scenes), "")
        return Work(shown, scenes, lecture) if scenes else None

    def _unsaved(self) -> list[str]:
        """The panels whose scene was changed and is no page's."""
        on_page = self.window.place.kind.key if self.window.lecture.index is not None else ""
        return [key for key in self.window.work().unsaved_scenes() if key != on_page]

    def _file_of(self, key: str) -> Path | None:
        path: Path | None = self.window.places[key].path
        return path

    def _may_leave(self, key: str) -> bool:
        place = self.window.places[key]
        self.window.choose_panel(key)
        answer = self._ask(place.path.name)
        return bool(answer == ASK.Discard or (answer == ASK.Save and self._save_scene(place.path)))

    def _may_leave_lecture(self) -> bool:
        session = self.window.lecture
        if not session.unsaved:
            return True
        answer = self._ask(session.path.name if session.path else session.lecture.title)
        return bool(answer == ASK.Discard or (answer == ASK.Save and self.save_file()))

    def _ask(self, name: str) -> Any:
        return QMessageBox.question(
            self.window,
            "Stepscope",
            as_plain(self.tr("Save the changes to “{name}”?").format(name=shown(name))),
            ASK.Save | ASK.Discard | ASK.Cancel,
        )

    # The clipboard.

    def copy_text(self) -> None:
        """The lecture where one is open, otherwise the scene, as text to send to somebody."""
        from engine.share import to_text

        session = self.window.lecture
        thing = session.lecture if session.is_open else self.window.panel.scene_to_save()
        try:
            QGuiApplication.clipboard().setText(to_text(thing))
        except SceneFileError as error:
            self.window.say(str(error))
            return
        self.window.say(
            self.tr("The lecture is on the clipboard as text.")
            if session.is_open
            else self.tr("The scene is on the clipboard as text."),
            3,
        )

    def paste(self) -> bool:
        """Open the scene or lecture that is on the clipboard as text."""
        from engine.share import from_text

        try:
            thing = from_text(QGuiApplication.clipboard().text())
        except SceneFileError as error:
            self.window.say(str(error))
            return False
        self.open(thing)
        return True

    def copy_numpy(self) -> None:
        from engine.export import numpy_script

        self._copy_code(numpy_script, "NumPy")

    def copy_pytorch(self) -> None:
        from engine.export import pytorch_script

        self._copy_code(pytorch_script, "PyTorch")

    def _copy_code(self, write: Any, library: str) -> None:
        scene = self.window.panel.scene
        if not isinstance(scene, Scene):
            self.window.say(self.tr("Only a race of optimizers can be copied as code."))
            return
        try:
            text = write(scene)
        except ValueError as error:
            self.window.say(str(error))
            return
        QGuiApplication.clipboard().setText(text)
        self.window.say(self.tr("This race is on the clipboard as a {library} script.").format(library=library), 3)
