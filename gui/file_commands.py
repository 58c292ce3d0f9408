"""The commands of files and of the clipboard: open, save, share, and never lose work without asking."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMessageBox

from engine.lecture import Lecture
from engine.lecture_file import load, save
from engine.quoting import shown
from engine.scene import Scene
from engine.scene_file import SceneFileError, panel_of
from gui.files import file_name, is_shipped, last_folder, remember_file
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
        if not self.open(thing, None if example else path, example):
            return False
        if not example:
            remember_file(path)
        return True

    def open(self, thing: Any, path: Path | None = None, example: bool = False) -> bool:
        """Show a scene or a lecture; a scene leaves the lecture open, so that it can be added to it."""
        if isinstance(thing, Lecture):
            keys = {panel_of(page.scene) for page in thing.pages}
            if not self.may_leave_lecture() or not all(self.may_leave(key) for key in sorted(keys)):
                return False
            for key in keys & set(self.window.places):
                self.window.places[key].path = None  # asked already
            self.window.lectures.open(thing, path, example)
            return True
        if not self.window.show_scene(thing):
            return False
        self.window.lecture.left()
        self.window.place.path = path
        self.window.show_title()
        return True

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
        return path is not None and self._save_scene(path)

    def _chosen(self, question: str, title: str) -> Path | None:
        start = last_folder() / f"{file_name(title)}.json"
        name, _ = QFileDialog.getSaveFileName(self.window, question, str(start), "JSON (*.json)")
        return Path(name if name.endswith(".json") else name + ".json") if name else None

    def save_to(self, path: Path) -> bool:
        session = self.window.lecture
        if not session.is_open:
            return self._save_scene(path)
        if session.page_changed:
            session.keep()  # what is seen is what is saved
        if not self._write(session.lecture, path):
            return False
        session.saved(path)
        self.window.say(self.tr("The lecture is saved as “{name}”.").format(name=shown(path.name)), 3)
        return True

    def _save_scene(self, path: Path) -> bool:
        if not self._write(self.window.panel.scene_to_save(), path):
            return False
        if not self.window.lecture.is_open:
            self.window.place.path = path
            self.window.panel.document.undo_stack.setClean()
        self.window.say(self.tr("Saved as “{name}”.").format(name=shown(path.name)), 3)
        return True

    def _write(self, thing: Any, path: Path) -> bool:
        try:
            save(thing, path)
        except SceneFileError as error:
            self.window.say(str(error))
            return False
        remember_file(path)
        return True

    def rename(self) -> None:
        """The page where one is shown, otherwise the scene."""
        session, scene = self.window.lecture, self.window.panel.document.scene
        page = session.page
        question = self.tr("Rename the scene") if page is None else self.tr("Rename the page")
        name = scene.title if page is None else page.name
        title, fine = QInputDialog.getText(self.window, question, self.tr("Title"), text=name)
        if fine and title.strip():
            title = title.strip()[:200]
            if page is None:
                self.window.panel.document.change(scene.with_(title=title), self.tr("Rename"))
            else:
                session.edit(session.index, title=title)

    # Never without asking.

    def may_leave(self, key: str) -> bool:
        """Ask before unsaved changes of a panel's saved scene are lost."""
        place = self.window.places.get(key)
        if place is None or place.path is None or place.clean:
            return True
        self.window.show_panel(key)
        answer = self._ask(place.path.name)
        return bool(answer == ASK.Discard or (answer == ASK.Save and self._save_scene(place.path)))

    def may_leave_lecture(self) -> bool:
        """Ask before unsaved changes of the lecture are lost."""
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
        return self.open(thing)

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

    # Pictures.

    def _picture(self) -> Any:
        """All that the panel draws: its canvas, or that and a 3-D view beside it."""
        return getattr(self.window.panel, "pictures", self.window.panel.canvas)

    def copy_picture(self) -> None:
        from gui.picture_file import picture_of

        QGuiApplication.clipboard().setImage(picture_of(self._picture()))
        self.window.say(self.tr("The picture is on the clipboard."), 3)

    def save_picture(self) -> None:
        start = last_folder() / f"{file_name(self.window.panel.scene.title)}.png"
        name, _ = QFileDialog.getSaveFileName(
            self.window, self.tr("Save the picture"), str(start), self.tr("Pictures (*.png *.svg)")
        )
        if name:
            self.save_picture_to(Path(name))

    def save_picture_to(self, path: Path) -> bool:
        """PNG or SVG by the file's ending."""
        from gui.picture_file import write_picture

        try:
            path = write_picture(self._picture(), path)
        except SceneFileError as error:
            self.window.say(str(error))
            return False
        self.window.say(self.tr("Saved as “{name}”.").format(name=shown(path.name)), 3)
        return True
