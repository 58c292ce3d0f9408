"""Being told to end: by Ctrl+C, by the system, or because the terminal is closed."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class Stopped(BaseException):
    """Somebody wants us to end."""


@contextmanager
def stoppable() -> Iterator[None]:
    """Within it, being told to end raises Stopped, once: what tidies up after that is left in peace."""
    if threading.current_thread() is not threading.main_thread():  # others never hear of signals
        yield
        return
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    # What we were told to ignore, as nohup does, stays ignored.
    heard = [number for number, handler in before.items() if handler is not signal.SIG_IGN]

    told = False

    def stop(_number: int, _frame: object) -> None:
        nonlocal told
        if not told:
            told = True
            raise Stopped

    for number in heard:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number in heard:
            signal.signal(number, before[number])
