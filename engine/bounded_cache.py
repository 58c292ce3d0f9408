"""What is kept for later use is bounded by bytes: what was not used for longest goes first."""

from __future__ import annotations

import gc
import sys
import types
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from threading import Lock
from typing import Any, Generic, TypeVar

import numpy as np

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
ENTRY = 200  # bytes of an entry besides its value, so that many tiny ones are bounded as well
NUMBER = 32  # bytes of a float in a tuple, with its place there
_SHARED = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType, types.CodeType)  # the program's own
_NOTHING: Any = object()


def size_in_bytes(thing: object) -> int:
    """The memory that `thing` and all that it refers to take, what belongs to the program itself left out.

    Long tuples of numbers are judged by their first, so that they need not be walked through.
    """
    seen: set[int] = set()
    left, total = [thing], 0
    while left:
        one = left.pop()
        if id(one) in seen or isinstance(one, _SHARED):
            continue
        seen.add(id(one))
        if isinstance(one, np.ndarray):
            total += sys.getsizeof(one)  # with its numbers, where it owns them
            if one.base is not None:
                left.append(one.base)
            continue
        total += sys.getsizeof(one)
        if isinstance(one, tuple | list) and one and isinstance(one[0], float | int):
            total += (NUMBER - 8) * len(one)
        else:
            left += gc.get_referents(one)
    return total


def added_bytes(before: object, after: object) -> int:
    """The memory of what is in `after`, a scene or a part of one, and is not the very same thing in `before`."""
    if after is before:
        return 0
    fields = getattr(after, "__struct_fields__", None)
    if fields is not None and type(after) is type(before):
        parts = sum(added_bytes(getattr(before, name), getattr(after, name)) for name in fields)
        return sys.getsizeof(after) + parts
    if isinstance(before, dict) and isinstance(after, dict):
        return sys.getsizeof(after) + sum(added_bytes(before.get(key), value) for key, value in after.items())
    if isinstance(before, tuple) and isinstance(after, tuple) and hasattr(next(iter(after), None), "__struct_fields__"):
        pairs = zip(before, after, strict=True) if len(before) == len(after) else _without(before, after)
        return sys.getsizeof(after) + sum(added_bytes(*pair) for pair in pairs)
    return size_in_bytes(after)


def _without(before: tuple[object, ...], after: tuple[object, ...]) -> list[tuple[None, object]]:
    there = set(map(id, before))
    return [(None, one) for one in after if id(one) not in there]


class ByteBoundedCache(Generic[Key, Value]):
    """Values by key, at most `max_bytes` of them as `size_of` counts, each entry counting `ENTRY` more.

    The least recently used are dropped first. One that is too large alone is not kept at all. Any thread may use it.
    """

    def __init__(self, max_bytes: int, size_of: Callable[[Value], int] = size_in_bytes) -> None:
        self.max_bytes, self.size_of = max_bytes, size_of
        self._kept: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def bytes(self) -> int:
        """What is kept at the moment."""
        return self._bytes

    def get(self, key: Key) -> Value | None:
        """The value, which counts as used now; None where there is none."""
        found = self._found(key)
        return None if found is _NOTHING else found

    def put(self, key: Key, value: Value) -> Value:
        """Keep a value, in place of one kept under the same key; the value."""
        size = self.size_of(value) + ENTRY
        dropped = []  # taken down after the lock is free: that may run code of its own
        with self._lock:
            before = self._kept.pop(key, None)
            if before is not None:
                self._bytes -= before[1]
                dropped.append(before)
            if size <= self.max_bytes:
                self._kept[key] = value, size
                self._bytes += size
            while self._bytes > self.max_bytes:
                oldest = self._kept.popitem(last=False)[1]
                self._bytes -= oldest[1]
                dropped.append(oldest)
        return value

    def made(self, key: Key, make: Callable[[], Value]) -> Value:
        """The value kept under `key`, made now if there is none."""
        found: Value = self._found(key)
        return self.put(key, make()) if found is _NOTHING else found

    def clear(self) -> None:
        """Drop everything."""
        with self._lock:
            dropped, self._kept, self._bytes = self._kept, OrderedDict(), 0
        del dropped

    def _found(self, key: Key) -> Any:
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return _NOTHING
            self._kept.move_to_end(key)
            return found[0]


Function = TypeVar("Function", bound=Callable[..., Any])


def byte_bounded(max_bytes: int, size_of: Callable[[Any], int] = size_in_bytes) -> Callable[[Function], Function]:
    """Decorate a function of hashable positional arguments: its results are kept in a `ByteBoundedCache`."""

    def decorate(function: Function) -> Function:
        cache: ByteBoundedCache[tuple[Any, ...], Any] = ByteBoundedCache(max_bytes, size_of)

        @wraps(function)
        def kept(*arguments: Any) -> Any:
            return cache.made(arguments, lambda: function(*arguments))

        kept.cache = cache  # type: ignore[attr-defined]
        return kept  # type: ignore[return-value]

    return decorate
