"""A recording while the window goes on: the renderer of the command line, run as a process of its own."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

from engine.lecture import Lecture
from engine.lecture_file import encode
from engine.quoting import shown
from engine.scene_file import SceneFileError
from engine.temporary_files import sweep
from gui.recording.errors import RecordingError
from gui.recording.options import arguments_for
from gui.recording.settings import Settings

Paper = Literal["teacher", "students", "pictures"]  # whose handout, or pictures of the pages
MAIN = Path(__file__).resolve().parents[2] / "main.py"
PROGRAM = (sys.executable, str(MAIN))
PATIENCE = 3000  # milliseconds for a renderer to end by itself when it is told to


class Recorder(QObject):
    """One recording at a time. What was chosen is frozen when it starts; later changes do not reach it."""

    progressed = Signal(int, int)  # frames done, of how many
    finished = Signal(object)  # Path
    failed = Signal(str)  # one sentence
    cancelled = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path = Path()
        self.program = list(PROGRAM)
        self._process: QProcess | None = None
        self._number = 0  # the system's, of the process
        self._cancelled = False
        self._began = 0.0
        self._impatience = QTimer(self)
        self._impatience.setSingleShot(True)
        self._impatience.setInterval(PATIENCE)
        self._impatience.timeout.connect(self._kill)

    @property
    def running(self) -> bool:
        return self._process is not None

    def start(self, scene: Any, settings: Settings, path: Path) -> None:
        """Begin. Raises RecordingError while another one is under way."""
        self._start(scene, path, arguments_for(settings))

    def start_paper(self, lecture: Lecture, path: Path, what: Paper) -> None:
        """Begin a handout in place of a recording, or a picture of every page into the folder `path`."""
        self._start(lecture, path, ["--pages"] if what == "pictures" else ["--handout", what])

    def _start(self, thing: Any, path: Path, arguments: list[str]) -> None:
        if self.running:
            raise RecordingError(
                self.tr("“{name}” is still being recorded: wait for it, or cancel it.").format(
                    name=shown(self.path.name)
                )
            )
        try:
            data = encode(thing)
        except SceneFileError as error:
            raise RecordingError(str(error)) from None
        self.path, self._cancelled, self._began = path.absolute(), False, time.monotonic()
        process = self._process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("QT_QPA_PLATFORM", "offscreen")
        process.setProcessEnvironment(environment)
        process.readyReadStandardOutput.connect(self._read_progress)
        process.finished.connect(self._ended)
        process.errorOccurred.connect(self._broke)
        program, *before = self.program
        process.start(program, [*before, "render", "-", str(self.path), *arguments, "--report"])
        self._number = process.processId()
        process.write(data)
        process.closeWriteChannel()

    def seconds_left(self, done: int, total: int) -> float:
        """From how long it took so far."""
        return (time.monotonic() - self._began) / max(done, 1) * (total - done)

    def cancel(self) -> None:
        """End it; nothing of it stays."""
        if self._process is not None:
            self._cancelled = True
            self._process.terminate()
            self._impatience.start()

    def stop_now(self) -> None:
        """End it and wait for that: the window closes."""
        process = self._process
        if process is not None:
            self.cancel()
            if not process.waitForFinished(PATIENCE):
                process.kill()
                process.waitForFinished(PATIENCE)

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()

    def _read_progress(self) -> None:
        words: list[str] = []
        while self._process is not None and self._process.canReadLine():  # a line may come in pieces
            words = bytes(self._process.readLine().data()).decode(errors="replace").split()
        if len(words) == 2 and all(word.isdigit() for word in words):
            self.progressed.emit(int(words[0]), int(words[1]))

    def _broke(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and self._process is not None:
            reason = self._process.errorString()
            self._close()
            self.failed.emit(self.tr("The recording could not be started: {reason}.").format(reason=reason))

    def _ended(self, status: int, how: QProcess.ExitStatus) -> None:
        if self._process is None:
            return
        said = bytes(self._process.readAllStandardError().data()).decode(errors="replace").strip()
        self._read_progress()
        self._close()
        sweep(self.path.parent, self._number)
        if how == QProcess.ExitStatus.NormalExit and status == 0:
            self.finished.emit(self.path)
        elif self._cancelled:
            self.cancelled.emit()
        elif how == QProcess.ExitStatus.NormalExit and status in (1, 2) and said and "Traceback" not in said:
            self.failed.emit(said.splitlines()[-1])
        else:
            self.failed.emit(
                self.tr("The recording of “{name}” ended by itself; nothing was written.").format(
                    name=shown(self.path.name)
                )
            )

    def _close(self) -> None:
        self._impatience.stop()
        if self._process is not None:
            self._process.deleteLater()
            self._process = None
