"""A window that shows examples and opens its dialogs while Python collects garbage at the worst of moments.

    python -m tests.gui.garbage_walk paint|thread [SCENE…]

“paint” collects at the beginning and at the end of every paint event, “thread” all the time in a thread of its own:
what nothing but a reference cycle holds is then destroyed while Qt is at work in it, and the process ends. Whatever is
wrong comes out on stderr or as the exit status. Without names of scenes every example is shown and every command given
in every panel, which takes minutes.
"""

from __future__ import annotations

import faulthandler
import gc
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QThreadPool, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from engine.frames import Position
from gui.application import make_application
from gui.file_commands import FileCommands
from gui.files import example_lectures, example_scenes
from gui.lecture.handout import write_pdf
from gui.main_window import MainWindow

LOOK_ROUND = 0.05  # seconds for what is shown to be painted
PLAY = 0.15
CLOSED_AFTER = 0.1
OPENING = (  # commands that show something over the panel or in a window of its own
    "help", "record", "results", "rename", "open", "save_picture", "handout_pictures", "pen", "spotlight", "blank",
    "keys_shown", "lecture", "presenter", "present", "relief", "what_if", "new_lecture", "close_lecture",
)  # fmt: skip


def collect_in_paint_events() -> None:
    """In every paint event of ours from now on, of classes that exist by now."""

    def around(paint: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
        def paint_event(self: Any, event: Any) -> None:
            gc.collect()
            paint(self, event)
            gc.collect()

        paint_event.collects = True  # type: ignore[attr-defined]
        return paint_event

    classes: list[Any] = [QWidget]
    for kind in classes:
        classes += kind.__subclasses__()
        paint = vars(kind).get("paintEvent")
        if kind.__module__.startswith("gui.") and paint is not None and not hasattr(paint, "collects"):
            kind.paintEvent = around(paint)


class Walk:
    """Goes through one window."""

    def __init__(self, mode: str, names: list[str]) -> None:
        self.mode, self.names = mode, names
        self.over = threading.Event()
        self.orphans: set[str] = set()
        self.window = MainWindow()
        self.window.resize(1366, 768)
        self.window.show()
        self.closer = QTimer(self.window)
        self.closer.timeout.connect(self._close)
        self.closer.start(round(1000 * CLOSED_AFTER))
        if mode == "thread":
            self.thread = threading.Thread(target=self._collect)
            self.thread.start()

    def _collect(self) -> None:
        while not self.over.wait(0.03):
            gc.collect()

    def _close(self) -> None:
        """Menus and dialogs with a loop of their own, as soon as they have been seen."""
        for shown in (QApplication.activePopupWidget(), QApplication.activeModalWidget()):
            if shown is not None:
                shown.close()

    def rest(self, seconds: float = LOOK_ROUND) -> None:
        if self.mode == "paint":
            collect_in_paint_events()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            QCoreApplication.processEvents()
            time.sleep(0.002)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        for widget in QApplication.topLevelWidgets():  # what Qt owns has a parent, or is not Python's to collect
            if widget.parent() is None and shiboken6.ownedByPython(widget) and widget is not self.window:
                self.orphans.add(type(widget).__name__)

    def walk(self) -> None:
        for kind in self.window.kinds:
            for path in example_scenes(kind.key):
                if not self.names or path.stem in self.names:
                    self.show(path)
        for kind in self.window.kinds[: 1 if self.names else None]:
            for name in OPENING if self.names else self.window.actions_by_name:
                self.window.show_panel(kind.key)
                self.window.actions_by_name[name].trigger()
                self.rest()
            self.window.mode.leave()
            self.window.header.menu.popup(self.window.mapToGlobal(QPoint(50, 50)))
            self.rest(2 * CLOSED_AFTER)
        self.bring_a_table()
        self.present(example_lectures()[0])

    def bring_a_table(self) -> None:
        self.window.show_panel("optimizers")
        with tempfile.TemporaryDirectory() as folder:
            table = Path(folder, "table.csv")
            table.write_text("a,b\n1,2\n3,4\n5,7\n")
            reader = self.window.panel.controls.picker.tables
            reader.read(table)
            while not hasattr(reader, "dialog"):
                self.rest()

    def show(self, path: Path) -> None:
        self.window.open_path(path, True)
        self.rest()
        player = self.window.player
        for step in (player.length // 2, player.length, 0):
            player.seek(Position(step))
            self.rest(0)
        player.play()
        self.rest(PLAY)
        player.pause()

    def present(self, path: Path) -> None:
        """A lecture, its presenter's window, its handout."""
        self.window.open_path(path, True)
        self.window.lectures.toggle_presenter()
        self.rest()
        self.window.lectures.next()
        self.rest()
        with tempfile.TemporaryDirectory() as folder:
            write_pdf(self.window.lecture.lecture, Path(folder, "handout.pdf"))
        self.rest()

    def end(self) -> None:
        self.over.set()
        self.closer.stop()
        QThreadPool.globalInstance().waitForDone()
        self.window.close()
        self.rest()
        if self.orphans:
            sys.exit(f"nobody owns {self.orphans}")


def main(mode: str, names: list[str]) -> None:
    faulthandler.enable()
    app = make_application(["walk"])
    FileCommands.may_close = lambda *_: True  # type: ignore[method-assign]
    gc.collect()
    gc.freeze()  # modules: to walk through them takes long, and there is nothing of Qt in them
    walk = Walk(mode, names)
    try:
        walk.walk()
    finally:
        walk.end()
    del app


if __name__ == "__main__":
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory() as home:
        for name in ("CONFIG", "DATA", "CACHE", "STATE"):
            os.environ[f"XDG_{name}_HOME"] = home
        main(sys.argv[1], sys.argv[2:])
