"""Work longer than a frame, off the GUI thread. Of several requests under one key only the latest counts: the others
end, also while they run, and so does all work once the app quits. A `Search` also tells how far it is.

A thread holds nothing of the GUI's: neither does the last reference to a widget end there, nor does a signal of an
object that the GUI thread may delete meanwhile come from there.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal, Slot

from engine import cancelling

Place = tuple[int, str]  # whose request, and under which key


class _Post(QObject):
    """Brings what happens in threads to the GUI thread. There is one, and it stays."""

    arrived = Signal(int, str, object)  # of which request, what, and its value

    def __init__(self) -> None:
        super().__init__()
        self.arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @Slot(int, str, object)
    def _deliver(self, ticket: int, what: str, value: Any) -> None:
        request = _requests.get(ticket)
        if request is None or request.gone():
            _requests.pop(ticket, None)
        elif what == "progress":
            request.progressed(value)
        else:
            del _requests[ticket]
            if what == "done":
                request.done(value)
            elif what == "failed":
                request.failed(value)


class _Request:
    """What the GUI thread keeps of work under way."""

    def __init__(
        self,
        gone: Callable[[], bool],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
        progressed: Callable[[float], None],
    ) -> None:
        self.gone, self.done, self.failed, self.progressed = gone, done, failed, progressed


class _Job(QRunnable):
    def __init__(self, work: Callable[[], Any], post: _Post, ticket: int, gone: Callable[[], bool]) -> None:
        super().__init__()
        self.work, self.post, self.ticket, self.gone = work, post, ticket, gone

    @Slot()
    def run(self) -> None:
        what, value = "given up", None
        try:
            if not self.gone():
                with cancelling.asking(self.gone):
                    value = self.work()
                what = "done"
        except cancelling.Cancelled:
            pass
        except Exception as problem:
            what, value = "failed", problem
        with suppress(RuntimeError):  # the program ends, and nobody waits for it any more
            self.post.arrived.emit(self.ticket, what, value)


_latest: dict[Place, int] = {}
_requests: dict[int, _Request] = {}
_tickets = count(1)
_post: _Post | None = None
_short: QThreadPool | None = None
_quitting = False


def pools() -> tuple[QThreadPool, QThreadPool]:
    """The threads of any work, and those that short work has for itself."""
    global _short
    _short = _short or QThreadPool()
    return QThreadPool.globalInstance(), _short


def run_latest(
    owner: QObject,
    key: str,
    work: Callable[[], Any],
    done: Callable[[Any], None],
    failed: Callable[[Exception], None],
    short: bool = False,
) -> None:
    """Run `work` in a thread; then `done(result)` or `failed(error)` on the GUI thread.

    Dropped without a word when a later request of the same owner and key was made meanwhile, or when the
    owner is gone; `engine.cancelling.check` then ends the work where it stands. `work` must not hold the owner.
    `short` work, of less than a second, does not wait for a core until longer work is done.
    """
    pool = pools()[1 if short else 0]
    _start(owner, key, lambda _ticket, _gone: work(), done, failed, lambda _share: None, pool)


def _start(
    owner: QObject,
    key: str,
    work: Callable[[int, Callable[[], bool]], Any],
    done: Callable[[Any], None],
    failed: Callable[[Exception], None],
    progressed: Callable[[float], None],
    pool: QThreadPool,
) -> None:
    global _post
    _post = _post or _Post()
    place, ticket, alive = (id(owner), key), next(_tickets), weakref.ref(owner)
    _requests.pop(_latest.get(place, 0), None)
    _latest[place] = ticket

    def gone() -> bool:
        if _quitting or _latest.get(place) != ticket:
            return True
        there = alive()
        return there is None or not shiboken6.isValid(there)

    _requests[ticket] = _Request(gone, done, failed, progressed)
    pool.start(_Job(lambda: work(ticket, gone), _post, ticket, gone))


def drop(owner: QObject, key: str) -> None:
    """Forget a request under way: its result will not be delivered."""
    _requests.pop(_latest.pop((id(owner), key), 0), None)


def end_all(patience: int) -> bool:
    """Before the app ends: give up all work, and whether that took less than `patience` milliseconds."""
    global _quitting
    _quitting = True
    for pool in pools():
        pool.clear()
    return all(pool.waitForDone(patience) for pool in pools())


Progress = Callable[[float], None]
Cancelled = Callable[[], bool]


class Search(QObject):
    """Long work in the background, of which only the last one started counts: its result, its error, its progress."""

    progressed = Signal(float)  # the share done

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.running = False

    def start(
        self,
        work: Callable[[Progress, Cancelled], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Run `work(progress, cancelled)`; it should end soon once `cancelled()` is true, which nobody waits for."""
        self.running = True

        def last(then: Callable[[Any], None]) -> Callable[[Any], None]:
            def end(result: Any) -> None:
                self.running = False
                then(result)

            return end

        def job(ticket: int, gone: Cancelled) -> Any:
            post = _post
            assert post is not None
            return work(lambda share: post.arrived.emit(ticket, "progress", share), gone)

        _start(self, "search", job, last(done), last(failed), self.progressed.emit, pools()[0])

    def stop(self) -> bool:
        """Give up the work under way: nothing more is heard of it. Whether there was any."""
        running, self.running = self.running, False
        if running:
            drop(self, "search")
        return running
