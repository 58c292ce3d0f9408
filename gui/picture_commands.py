"""The commands of pictures: copy what is shown, and save it. What takes long of both is done in the background."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from engine.quoting import shown
from engine.scene_file import SceneFileError, write_atomically
from gui.files import file_name, last_folder
from gui.picture_file import SCALE, Drawable, Still, file_data, path_of_picture, picture_of, scale_of
from gui.worker import run_latest


@dataclass
class _File:
    """A picture that was asked for: what is to be painted, or, once it is painted, how its bytes are made."""

    path: Path
    drawn: Any
    data: Callable[[], bytes] | None


class PictureCommands(QObject):
    """A picture is of the moment at which it was asked for. Files are written one after the other."""

    def __init__(self, window: Any) -> None:
        super().__init__(window)
        self.window = window
        self._files: deque[_File] = deque()  # still to be written, the first of them now
        self._closes = False  # the window, when all are

    def may_close(self) -> bool:
        """Whether all files are written. The window is closed when they are, and stays where one can't be."""
        if self._files:
            self._closes = True
            name = shown(self._files[0].path.name)
            self.window.say(self.tr("“{name}” is still being saved …").format(name=name))
        return not self._files

    def take(self, drawn: Drawable, file: bool) -> None:
        """The picture of one part of the panel: to a file, or to the clipboard."""
        if file:
            self.save_picture(drawn)
        else:
            self.copy_picture(drawn)

    def copy_picture(self, drawn: Drawable | None = None) -> None:
        """What the panel shows, or one part of it."""

        def copy(drawn: Drawable) -> None:
            QGuiApplication.clipboard().setImage(picture_of(drawn))
            self.window.say(self.tr("The picture is on the clipboard."), 3)

        drawn = self._drawn() if drawn is None else drawn
        if isinstance(drawn, Still):
            run_latest(self, "copy", partial(drawn.prepare, SCALE), lambda _: copy(drawn), self._say, short=True)
        else:
            copy(drawn)

    def save_picture(self, drawn: Drawable | None = None) -> None:
        start = last_folder() / f"{file_name(self.window.panel.scene.title)}.png"
        name, _ = QFileDialog.getSaveFileName(
            self.window, self.tr("Save the picture"), str(start), self.tr("Pictures (*.png *.svg)")
        )
        if name:
            self.save_picture_to(Path(name), drawn)

    def save_picture_to(self, path: Path, drawn: Drawable | None = None) -> None:
        """PNG or SVG by the file's ending."""
        try:
            path = path_of_picture(path)
        except SceneFileError as error:
            self._say(error)
            return
        drawn = self._drawn() if drawn is None else drawn
        data = None if isinstance(drawn, Still) else file_data(drawn, path)
        self._files.append(_File(path, drawn, data))
        if len(self._files) == 1:
            self._begin()

    def _drawn(self) -> Any:
        """All that the panel draws: its canvas, or of a race what that and a 3-D view beside it show now."""
        pictures = getattr(self.window.panel, "pictures", None)
        return self.window.panel.canvas if pictures is None else pictures.still()

    def _begin(self) -> None:
        file = self._files[0]
        if file.data is None:
            work = partial(file.drawn.prepare, scale_of(file.path))
            run_latest(self, "save", work, lambda _: self._paint(file), self._failed, short=True)
        else:
            self._write(file.path, file.data)

    def _paint(self, file: _File) -> None:
        """Here, and not in a thread: letters are of this one."""
        self._write(file.path, file_data(file.drawn, file.path))

    def _write(self, path: Path, data: Callable[[], bytes]) -> None:
        def work() -> None:
            write_atomically(path, data())

        run_latest(self, "save", work, lambda _: self._written(path), self._failed, short=True)

    def _written(self, path: Path) -> None:
        self.window.say(self.tr("Saved as “{name}”.").format(name=shown(path.name)), 3)
        self._next()

    def _failed(self, error: Exception) -> None:
        self._closes = False
        self._next()
        self._say(error)

    def _next(self) -> None:
        self._files.popleft()
        if self._files:
            self._begin()
        elif self._closes:
            self.window.close()

    def _say(self, error: Exception) -> None:
        if not isinstance(error, SceneFileError):
            raise error
        self.window.say(str(error))
