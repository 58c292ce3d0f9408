"""Work longer than a frame, off the GUI thread. Of several requests under one key only the latest counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal, Slot


class _Report(QObject):
    """Carries one result to the GUI thread, where it lives."""

    finished = Signal(object, object)  # result, error

    def __init__(self, owner: QObject, deliver: Callable[[Any, Exception | None], None]) -> None:
        super().__init__(owner)
        self._callback = deliver
        self.finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @Slot(object, object)
    def _deliver(self, result: Any, error: Exception | None) -> None:
        self.deleteLater()
        self._callback(result, error)


class _Job(QRunnable):
    def __init__(self, work: Callable[[], Any], report: _Report, current: Callable[[], bool]) -> None:
        super().__init__()
        self.work, self.report, self.current = work, report, current

    @Slot()
    def run(self) -> None:
        result, error = None, None
        try:
            if not self.current():
                return
            result = self.work()
        except Exception as problem:
            error = problem
        if shiboken6.isValid(self.report):
            self.report.finished.emit(result, error)


_latest: dict[tuple[int, str], int] = {}


def run_latest(
    owner: QObject,
    key: str,
    work: Callable[[], Any],
    done: Callable[[Any], None],
    failed: Callable[[Exception], None],
) -> None:
    """Run `work` in a thread; then `done(result)` or `failed(error)` on the GUI thread.

    Dropped without a word when a later request of the same owner and key was made meanwhile, or when the
    owner is gone.
    """
    place = (id(owner), key)
    ticket = _latest.get(place, 0) + 1
    _latest[place] = ticket

    def current() -> bool:
        return _latest.get(place) == ticket and shiboken6.isValid(owner)

    def deliver(result: Any, error: Exception | None) -> None:
        if current():
            if error is None:
                done(result)
            else:
                failed(error)

    QThreadPool.globalInstance().start(_Job(work, _Report(owner, deliver), current))


def drop(owner: QObject, key: str) -> None:
    """Forget a request under way: its result will not be delivered."""
    _latest[id(owner), key] = _latest.get((id(owner), key), 0) + 1
