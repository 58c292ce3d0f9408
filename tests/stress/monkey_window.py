"""One window that the monkey plays with, in a process of its own, begun and ended as users' windows are.

    python -m tests.stress.monkey_window SEED ACTS LONGEST FOLDER

What is done goes line by line into FOLDER/trail; lines that begin with "!" are faults, an answer that takes more
than LONGEST seconds among them. Whatever else is wrong comes out on stderr or as the exit status;
tests/stress/monkey.py reads all three.
"""

from __future__ import annotations

import faulthandler
import gc
import os
import signal
import sys
import threading
import time
import traceback
from pathlib import Path
from random import Random
from typing import Any

from PySide6.QtCore import (
    QAbstractEventDispatcher,
    QEvent,
    QEventLoop,
    QObject,
    QThread,
    QThreadPool,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog, QMessageBox

from gui import application
from gui.main_window import MainWindow
from tests.stress import material
from tests.stress.blocks import Blocks
from tests.stress.monkey_acts import choose
from tests.stress.monkey_stage import Stage

MEMORY = 400  # MB that are a fault
LIBRARY = "libpng error: "  # of a damaged picture: the library writes it itself, past Qt and past the app
PAGE = os.sysconf("SC_PAGE_SIZE")


def megabytes() -> float:
    """This process's memory now."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE / 1e6
    except OSError:
        return 0.0


class Monkey(QObject):
    """Does one thing after the other in the app's own event loop, or in that of a menu or a dialog."""

    def __init__(self, seed: int, acts: int, longest: float, folder: Path) -> None:
        super().__init__()
        self.seed, self.acts, self.longest, self.folder = seed, acts, longest, folder
        self.done = self.answers = self.said = 0
        self.heavy = self.leaving = False
        self.level = 0  # of the event loop in which something is being done
        self.trail = (folder / "trail").open("w", encoding="utf-8", errors="backslashreplace")
        self.blocks, self.blocked = Blocks(), 0
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.timeout.connect(self.act)

    def tell(self, line: str) -> None:
        self.trail.write(line + "\n")
        self.trail.flush()

    def fault(self, what: str) -> None:
        self.tell(f"! {what}")

    def begin(self) -> None:
        self.tell("begin")
        main = next(w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow))
        self.stage: Any = Stage(main, self.folder / "files", self.answered)
        for kind in main.kinds:
            main.choose_panel(kind.key)
            self.settle(3.0)
        main.choose_panel(main.kinds[0].key)
        self.settle(3.0)
        self.blocks.__enter__()  # after the panels are built, each of which is built once
        self.tell("ready")
        self.timer.start(0)

    def act(self) -> None:
        level = QThread.currentThread().loopLevel()
        if self.level and level == self.level:  # the app lets events through while it works: not our turn
            self.timer.start(5)
            return
        if self.done >= self.acts:
            self.leave()
            return
        number, outer = self.done, self.level
        self.done += 1
        rng = Random(f"{self.seed}/{number}")
        what, deed = choose(rng, self.stage)
        self.tell(f"{number}: {what}")
        self.level = level
        self.timer.start(0)
        try:
            deed()
        except RuntimeError as error:  # what was aimed at has gone meanwhile, by this very deed
            if "already deleted" not in str(error):
                raise
        finally:
            self.level = outer
        self.timer.stop()
        self.settle(rng.choice((0.0, 0.0, 0.0, 0.05, 0.2, 1.0)))
        self.look()
        self.timer.start(0)

    def settle(self, patience: float) -> None:
        """Let events through until there are none; with patience, also what comes of the work in the background."""
        dispatcher = QAbstractEventDispatcher.instance()
        end, last = time.monotonic() + patience, time.monotonic() + patience + 0.3
        while time.monotonic() < last:
            if dispatcher.processEvents(QEventLoop.ProcessEventsFlag.AllEvents):
                continue
            if time.monotonic() > end or (patience > 1 and QThreadPool.globalInstance().activeThreadCount() == 0):
                return
            time.sleep(0.002)

    def answered(self) -> None:
        """After each key and each press the app has its turn, as it has between a user's."""
        QApplication.processEvents()

    def look(self) -> None:
        """What can be seen from here to be wrong."""
        self.hear()
        blocks = self.blocks.over(self.longest)
        for seconds, what in blocks[self.blocked :]:
            self.fault(f"a block of {seconds:.2f} s: {what}")
        self.blocked = len(blocks)
        if not self.heavy and megabytes() > MEMORY:
            self.heavy = True
            self.fault(f"{megabytes():.0f} MB of memory")

    def hear(self) -> None:
        """What was said on stderr since the last time."""
        said = (self.folder / "stderr").read_bytes()
        lines = said[self.said :].decode(errors="replace").strip().splitlines()
        if lines := [line for line in lines if not line.startswith(LIBRARY)]:
            self.fault("said on stderr:\n    " + "\n    ".join(lines[-40:]))
        self.said = len(said)

    def leave(self) -> None:
        """Close whatever is open, the window at last; with it the app should end."""
        front = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if front is not None:
            front.close()
            self.timer.start(0)
            return
        if QThread.currentThread().loopLevel() > 1:
            self.timer.start(10)
            return
        self.blocks.__exit__()
        self.look()
        self.leaving = True
        self.tell("close")
        if not self.stage.main.close():
            self.fault("the window does not close")
            QApplication.exit(0)

    # What the dialogs answer that belong to the system.

    def rng(self) -> Random:
        self.answers += 1
        return Random(f"{self.seed}/answer {self.answers}")

    def answer_dialogs(self) -> None:
        files = self.folder / "files"

        def opened(*words: Any, **more: Any) -> tuple[str, str]:
            filters = " ".join(str(word) for word in words)
            kinds = ("json",) if "json" in filters else ("csv",) if "csv" in filters else ("picture", "csv")
            return str(material.file(self.rng(), files, kinds)), ""

        def question(_parent: Any, _title: str, text: str, buttons: Any, *_: Any) -> Any:
            given = [button for button in QMessageBox.StandardButton if button.value and button in buttons]
            ways = [b for b in given if b.name in ("Discard", "Yes")] if self.leaving else given
            answer = self.rng().choice(ways)
            self.tell(f"   asked {text[:60]!r}: {answer.name}")
            return answer

        QFileDialog.getOpenFileName = opened  # type: ignore[method-assign,assignment]
        QFileDialog.getSaveFileName = lambda *_, **__: (material.place(self.rng(), files), "")  # type: ignore
        QFileDialog.getExistingDirectory = lambda *_, **__: str(files) if self.rng().random() < 0.7 else ""  # type: ignore
        QMessageBox.question = question  # type: ignore[method-assign,assignment]
        QInputDialog.getText = lambda *_, **__: (material.text(self.rng()), self.rng().random() < 0.7)  # type: ignore
        QDesktopServices.openUrl = lambda *_: True  # type: ignore


def left_behind() -> list[str]:
    """Windows, timers and threads that are still there after the last window was closed."""
    import shiboken6

    gc.unfreeze()
    gc.collect()
    found = [type(w).__name__ for w in QApplication.topLevelWidgets()]
    found = [word for word in found if word not in ("QTipLabel", "QComboBoxPrivateContainer", "QDesktopScreenWidget")]
    for thing in gc.get_objects():
        kind = type(thing)
        if not issubclass(kind, QTimer | QThread) or not shiboken6.isValid(thing):
            continue
        if thing.isActive() if issubclass(kind, QTimer) else thing.isRunning():
            found.append(kind.__name__)
    threads = [t for t in threading.enumerate() if not isinstance(t, threading._DummyThread)]
    return found + [thread.name for thread in threads if thread is not threading.main_thread()]


def complain(kind: Any, context: Any, message: str) -> None:
    platform = message.startswith("This plugin does not support")  # of the platform "offscreen"
    if not platform and kind in (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg):
        sys.stderr.write(f"Qt: {message}\n")
        sys.stderr.write("".join(traceback.format_stack()[-7:-1]))


def main(seed: int, acts: int, longest: float, folder: Path) -> int:
    faulthandler.enable()
    faulthandler.register(signal.SIGUSR1, all_threads=True)
    qInstallMessageHandler(complain)
    make = application.make_application
    monkey = Monkey.__new__(Monkey)

    def make_with_monkey(arguments: list[str]) -> QApplication:
        app = make(arguments)
        monkey.__init__(seed, acts, longest, folder)  # type: ignore[misc]
        monkey.answer_dialogs()
        QTimer.singleShot(600, monkey.begin)
        return app

    application.make_application = make_with_monkey
    status = application.run_window(None, None)
    monkey.tell("closed")
    window = monkey.stage.main
    monkey.stage = None
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    if words := left_behind():
        monkey.fault(f"left behind: {', '.join(sorted(words))}")
    monkey.hear()
    monkey.tell(f"end {monkey.said}")
    return status


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), Path(sys.argv[4])))
