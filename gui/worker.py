"""Work longer than a frame, off the GUI thread. Of several requests under one key only the latest counts; a `Search`
also tells how far it is, and can be given up."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
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


Progress = Callable[[float], None]
Cancelled = Callable[[], bool]


class Search(QObject):
    """Long work in the background, of which only the last one started counts: its result, its error, its progress."""

    progressed = Signal(float)  # the share done
    _told = Signal(float, object)  # that share, and of which

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._stop: Event | None = None  # of the work under way
        self._told.connect(self._pass_on)

    @property
    def running(self) -> bool:
        return self._stop is not None

    def start(
        self,
        work: Callable[[Progress, Cancelled], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Run `work(progress, cancelled)`; it should end soon once `cancelled()` is true, which nobody waits for."""
        self.stop()
        stop = self._stop = Event()
        self.destroyed.connect(stop.set)

        def last(then: Callable[[Any], None]) -> Callable[[Any], None]:
            def end(result: Any) -> None:
                self._stop = None
                then(result)

            return end

        def told(share: float) -> None:
            self._told.emit(share, stop)

        run_latest(self, "search", lambda: work(told, stop.is_set), last(done), last(failed))

    def stop(self) -> bool:
        """Give up the work under way: nothing more is heard of it. Whether there was any."""
        if self._stop is None:
            return False
        self._stop.set()
        self._stop = None
        drop(self, "search")
        return True

    def _pass_on(self, share: float, which: object) -> None:
        if which is self._stop:
            self.progressed.emit(share)
