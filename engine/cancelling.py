"""Long work that ends when nobody wants it any more.

Who starts it says how that is told, with `asking(cancelled)` around it or by a parameter `cancelled` that does the
same. Whatever takes long calls `check()` every few milliseconds, however deep it lies: a sum over samples knows nothing
of the race that needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class Cancelled(Exception):  # noqa: N818 - a wish, not a mistake
    """The caller asked to stop."""


_asked: ContextVar[Callable[[], bool] | None] = ContextVar("asked", default=None)


@contextmanager
def asking(cancelled: Callable[[], bool] | None) -> Iterator[None]:
    """In this block and thread, `check` asks `cancelled`, too; None asks nothing more than before."""
    if cancelled is None:
        yield
        return
    outer = _asked.get()
    both = cancelled if outer is None else lambda: outer() or cancelled()
    before = _asked.set(both)
    try:
        yield
    finally:
        _asked.reset(before)


@contextmanager
def asking_nobody() -> Iterator[None]:
    """In this block and thread, `check` passes: for what must not be left half done."""
    before = _asked.set(None)
    try:
        yield
    finally:
        _asked.reset(before)


def check() -> None:
    """Raise Cancelled once the work under way is not wanted any more."""
    cancelled = _asked.get()
    if cancelled is not None and cancelled():
        raise Cancelled
