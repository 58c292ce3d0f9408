"""How far long work is, told from deep inside it: who makes steps knows nothing of the race that needs them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

FINEST = 0.005  # of the whole: less is not worth telling

_count: ContextVar[Callable[[int], None] | None] = ContextVar("count", default=None)


@contextmanager
def counted(total: int, progress: Callable[[float], None]) -> Iterator[None]:
    """In this block and thread, tell `progress` which share of `total` steps is done, from 0 to 1."""
    done, told = 0, 0.0

    def count(steps: int) -> None:
        nonlocal done, told
        done += steps
        share = min(done / max(total, 1), 1.0)
        if share - told >= FINEST:
            told = share
            progress(share)

    before = _count.set(count)
    try:
        yield
    finally:
        _count.reset(before)


def made(steps: int) -> None:
    """Count so many more steps, if anybody wants to know."""
    count = _count.get()
    if count is not None and steps:
        count(steps)
