"""Starting Qt: fonts, settings, translation, the window."""

from __future__ import annotations

import gc
import os
import sys
import threading
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QLibraryInfo, QLocale, Qt, QTimer, QTranslator
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from engine.quoting import LONGEST, shown
from engine.scene import Scene
from engine.temporary_files import sweep
from gui import settings
from gui.fonts import load_fonts
from gui.theme import ASSETS, LARGEST_TEXT, SMALLEST_TEXT, look

AFTER_START = 500  # milliseconds: the first picture is there
NO_BUTTON = Qt.MouseButton.NoButton
TURN = 0.0005  # seconds, after which work in the background lets the window have its turn
PATIENCE = 300  # milliseconds, in which work ends that nobody wants any more


def make_application(arguments: list[str]) -> QApplication:
    """The QApplication with the app's own fonts, style and language."""
    sys.setswitchinterval(TURN)
    app = QApplication(arguments)
    app.setApplicationName("Stepscope")
    app.setOrganizationName("Stepscope")
    app.setStyle("Fusion")
    families = load_fonts()
    font = QFont()
    font.setFamilies([*families, font.family()])
    font.setPixelSize(13)
    app.setFont(font)
    for folder in (
        ASSETS / "translations",
        Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)),
    ):
        translator = QTranslator(app)
        name = "stepscope" if folder.parent == ASSETS else "qtbase"
        if translator.load(QLocale(), name, "_", str(folder)):
            app.installTranslator(translator)
    settings.set_aside_what_is_no_settings(app.organizationName(), app.applicationName())
    look().scale = settings.number("scale", SMALLEST_TEXT, LARGEST_TEXT, 1.0)
    look().set_theme(settings.word("theme", ("dark", "light"), "dark"))
    return app


def run_window(scene: Scene | None, path: Path | None, problem: str = "") -> int:
    """Show the window until it is closed; the exit status."""
    gc.disable()  # looking for garbage in what is made now is a tenth of the start
    app = make_application(sys.argv[:1])
    from gui.autosave import autosave_folder
    from gui.files import is_shipped, remember_file
    from gui.garbage import GarbageCollector
    from gui.imports import ImportsAhead
    from gui.main_window import MainWindow, restore_window
    from gui.welcome import first_scene
    from gui.worker import end_all

    if path is not None and is_shipped(path):
        path = None  # saving does not replace it
    new = scene is None and not problem
    window = MainWindow(first_scene() if new else scene, path)
    restore_window(window)
    if path is not None:
        remember_file(path)
    QTimer.singleShot(0, window, lambda: window.recovery.start(autosave_folder()))
    if problem:
        window.say(problem, 15)
    if new:
        window.welcome.greet()
    sys.excepthook = lambda kind, error, trace: _report(window, kind, error, trace)
    window.show()

    def busy() -> bool:
        return window.player.playing or app.mouseButtons() != NO_BUTTON

    collector, ahead = GarbageCollector(busy, window), ImportsAhead(busy, window)
    QTimer.singleShot(AFTER_START, collector.start)
    QTimer.singleShot(AFTER_START, ahead.start)
    QTimer.singleShot(AFTER_START, sweep_leftovers)
    status = app.exec()
    if not end_all(PATIENCE):  # something is under way that cannot be asked
        settings.sync()
        sys.stdout.flush()
        os._exit(status)
    return status


def sweep_leftovers() -> threading.Thread:
    """Remove what a process that was killed left beside the files used last; a folder far away keeps nobody waiting."""
    from gui.files import recent_files
    from gui.recording.choices import last_place

    folders = {path.parent for path in recent_files()} | {place for place in [last_place()] if place is not None}

    def work() -> None:
        for folder in folders:
            sweep(folder)

    sweeper = threading.Thread(target=work, name="leftovers", daemon=True)
    sweeper.start()
    return sweeper


def _report(window: object, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """A fault of our own must not end a lecture: say it in the window, print it for the report."""
    sys.__excepthook__(kind, error, trace)
    say = getattr(window, "say", None)
    if say is not None and issubclass(kind, Exception):
        say(f"Something went wrong here ({kind.__name__}: {shown(str(error), 2 * LONGEST)}). The scene is unchanged.")


def has_display() -> bool:
    """Whether a window could be shown at all."""
    if os.environ.get("QT_QPA_PLATFORM"):
        return True
    if sys.platform.startswith("linux"):
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return True
