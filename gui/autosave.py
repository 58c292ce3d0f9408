"""What is open and in no file is kept on the disk while the window is used, and offered at the next start."""

from __future__ import annotations

import contextlib
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QLockFile, QObject, QStandardPaths, QTimer

from engine.scene_file import SceneFileError, read_bytes, write_atomically
from engine.work import MAX_BYTES, Work, decode, encode, shows

MOST_ASIDE = 5  # works that gave way to others, the newest
DELAY = 400  # milliseconds from a change until it is written, together with what has followed meanwhile
ENDING = ".work.json"


def autosave_folder() -> Path:
    """Where the work of this user is kept between two starts."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation), "autosave")


class Autosave(QObject):
    """Keeps the work of one window in a file of its own in `folder`; there is none while all work is in other files.
    What gives way to something else, and is in no file either, stays in files beside it.

    Several windows may run: each holds a lock beside its file, so that nobody takes it for what a window that has
    ended left behind.
    """

    def __init__(self, window: Any, folder: Path) -> None:
        super().__init__(window)
        self.window, self.folder = window, folder
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path, self._lock = self._new_file()
        self._aside: list[tuple[Work, Path, QLockFile]] = []
        self._writer = ThreadPoolExecutor(1, "autosave")  # of its own: no long race is waited for
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY)
        self._timer.timeout.connect(self.save)
        window.work_changed.connect(self.note)

    def note(self) -> None:
        """Something has changed: it is written soon, and never later because of further changes."""
        if not self._timer.isActive():
            self._timer.start()

    def save(self) -> None:
        """Write the work as it is now, in a thread."""
        self.take_back()
        self._writer.submit(_store, self.path, self.window.work())

    def set_aside(self, work: Work) -> None:
        """Keep work that gave way to something else: until it is open again, or is offered at the next start."""
        path, lock = self._new_file()
        self._aside.append((work, path, lock))
        self._writer.submit(_store, path, work)
        for _, oldest, its_lock in self._aside[:-MOST_ASIDE]:
            self._writer.submit(forget, oldest)
            its_lock.unlock()
        del self._aside[:-MOST_ASIDE]

    def take_back(self) -> None:
        """What is open again is no longer aside."""
        if not self._aside:
            return
        now = self.window.work()
        for entry in [entry for entry in self._aside if shows(now, entry[0])]:
            self._aside.remove(entry)
            self._writer.submit(forget, entry[1])
            entry[2].unlock()

    def _new_file(self) -> tuple[Path, QLockFile]:
        """A name that nobody has, and the lock that says that its window runs."""
        path = self.folder / f"{uuid.uuid4().hex}{ENDING}"
        lock = _lock_of(path)
        lock.tryLock(0)
        return path, lock

    def take_over(self, path: Path) -> None:
        """Write the work as it is now, which came from `path`, and only then remove that file."""
        work = self.window.work()

        def write() -> None:
            if _store(self.path, work):
                forget(path)

        self._writer.submit(write)

    def close(self, work: Work | None) -> None:
        """The window closes, and `work` is what stays to be offered at the next start."""
        self._timer.stop()
        self.take_back()
        self._writer.submit(_store, self.path, work)
        self._writer.shutdown(wait=True)
        for lock in (self._lock, *(lock for _, _, lock in self._aside)):
            lock.unlock()

    def _own(self) -> set[Path]:
        return {self.path, *(path for _, path, _ in self._aside)}

    # What other windows have left.

    def left_behind(self) -> list[tuple[Path, Work]]:
        """The work of windows that have ended, the latest first. What cannot be read any more is removed."""
        found = []
        with contextlib.suppress(OSError):
            found = sorted(self.folder.glob(f"*{ENDING}"), key=lambda path: path.stat().st_mtime, reverse=True)
        left = []
        for path in found:
            lock = _lock_of(path)
            if path in self._own() or not lock.tryLock(0):
                continue
            lock.unlock()
            try:
                left.append((path, decode(read_bytes(path, "saved session", MAX_BYTES))))
            except SceneFileError:
                forget(path)
        return left


def forget(path: Path) -> None:
    """Remove work that was left behind."""
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)


def time_of(path: Path) -> str:
    """When a file was written, for a person: the time, and the day where that is another."""
    try:
        when = datetime.fromtimestamp(path.stat().st_mtime)
    except OSError:
        return ""
    return when.strftime("%H:%M" if when.date() == datetime.now().date() else "%Y-%m-%d %H:%M")


def _store(path: Path, work: Work | None) -> bool:
    """Write the work, or remove what was written where none is unsaved; whether it could be."""
    if work is None or not work.changed:
        forget(path)
        return True
    try:
        write_atomically(path, encode(work))
    except SceneFileError:  # a full disk: the next change tries again
        return False
    return True


def _lock_of(path: Path) -> QLockFile:
    lock = QLockFile(str(path) + ".lock")
    lock.setStaleLockTime(0)  # stale only where its process is gone
    return lock
