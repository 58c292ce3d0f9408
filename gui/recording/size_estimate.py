"""The size of a file that is not written yet: found by the renderer, as a process of its own that has time."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, QProcess, QProcessEnvironment, QTimer, Signal

from engine.lecture_file import encode
from engine.scene_file import SceneFileError
from gui.recording.options import arguments_for
from gui.recording.recorder import PROGRAM
from gui.recording.settings import Settings

SETTLED = 600  # milliseconds without a change, after which it begins


class SizeEstimate(QObject):
    """One at a time; a new question takes the place of the one before."""

    found = Signal(float)  # bytes; not a number where that cannot be known

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.program = list(PROGRAM)
        self._asked: tuple[Any, Settings, str] | None = None
        self._process: QProcess | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(SETTLED)
        self._later.timeout.connect(self._begin)

    def ask(self, thing: Any, settings: Settings, kind: str) -> None:
        """Begin soon, unless that is the question already asked."""
        if (thing, settings, kind) != self._asked:
            self.stop()
            self._asked = thing, settings, kind
            self._later.start()

    def stop(self) -> None:
        """Nobody wants to know any more."""
        self._asked = None
        self._later.stop()
        process, self._process = self._process, None
        if process is not None:
            process.finished.disconnect(self._ended)
            process.terminate()

    def _begin(self) -> None:
        assert self._asked is not None
        thing, settings, kind = self._asked
        try:
            data = encode(thing)
        except SceneFileError:  # the recording will say so
            self.found.emit(math.nan)
            return
        # It tidies up when it is told to end, and nobody waits for that: so it is the app's, and goes by itself.
        process = self._process = QProcess(QCoreApplication.instance())
        process.finished.connect(process.deleteLater)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("QT_QPA_PLATFORM", "offscreen")
        process.setProcessEnvironment(environment)
        process.finished.connect(self._ended)
        process.errorOccurred.connect(self._broke)
        program, *before = self.program
        process.start(program, [*before, "render", "-", f"size.{kind}", *arguments_for(settings), "--estimate"])
        process.write(data)
        process.closeWriteChannel()

    def _ended(self, status: int, how: QProcess.ExitStatus) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        said = bytes(process.readAllStandardOutput().data()).decode(errors="replace").strip()
        known = how == QProcess.ExitStatus.NormalExit and status == 0 and said.isdigit()
        self.found.emit(float(said) if known else math.nan)

    def _broke(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and self._process is not None:
            process, self._process = self._process, None
            process.deleteLater()
            self.found.emit(math.nan)
