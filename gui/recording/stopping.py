"""Being told to end: by Ctrl+C, by the system, or because the terminal is closed.

A signal raises nothing where it happens to arrive: inside Qt an exception may be kept back, or become another one. It
is noted, and `engine.cancelling.check` raises Cancelled, which all that takes long calls; only where nothing is done
but to wait, within `waiting`, it is raised at once.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from engine.cancelling import Cancelled, asking, check

_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
_waiting = 0


@contextmanager
def stoppable() -> Iterator[None]:
    """Within it, being told to end means Cancelled, once: what tidies up after that is left in peace."""
    told = False

    def stop(_number: int, _frame: object) -> None:
        nonlocal told
        first, told = not told, True
        if first and _waiting:
            raise Cancelled

    with _heard(stop), asking(lambda: told):
        yield


@contextmanager
def waiting() -> Iterator[None]:
    """For calls that wait for others: for input, or for an encoder. Raises Cancelled."""
    global _waiting
    _waiting += 1
    try:
        check()
        yield
    finally:
        _waiting -= 1


@contextmanager
def _heard(stop: Callable[[int, object], None]) -> Iterator[None]:
    """The signals call `stop`; but what we were told to ignore, as nohup does, stays ignored."""
    if threading.current_thread() is not threading.main_thread():  # others never hear of signals
        yield
        return
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    heard = [number for number, handler in before.items() if handler is not signal.SIG_IGN]
    for number in heard:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number in heard:
            signal.signal(number, before[number])
