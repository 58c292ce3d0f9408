"""What is kept stays within its bytes, the least recently used goes first, and sizes are what memory they take."""

from __future__ import annotations

import threading
import tracemalloc
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.bounded_cache import ENTRY, ByteBoundedCache, added_bytes, byte_bounded, size_in_bytes
from engine.convolution.scene import opening_convolution


def of_bytes(most: int) -> ByteBoundedCache[Any, bytes]:
    return ByteBoundedCache(most, len)


def test_the_least_recently_used_goes_first() -> None:
    cache = of_bytes(3 * (100 + ENTRY))
    for key in "abc":
        cache.put(key, bytes(100))
    assert cache.get("a") is not None  # used again
    cache.put("d", bytes(100))
    assert [key for key in "abcd" if cache.get(key) is not None] == ["a", "c", "d"]
    assert cache.bytes == 3 * (100 + ENTRY) and len(cache) == 3


def test_what_is_too_large_alone_is_given_but_not_kept() -> None:
    cache = of_bytes(1000)
    cache.put("small", bytes(10))
    assert cache.made("large", lambda: bytes(2000)) == bytes(2000)
    assert cache.get("large") is None and cache.get("small") == bytes(10)


def test_a_key_has_one_value_and_its_size() -> None:
    cache = of_bytes(10_000)
    for size in (10, 500, 20):
        cache.put("key", bytes(size))
        assert (len(cache), cache.bytes, cache.get("key")) == (1, size + ENTRY, bytes(size))
    cache.put("key", bytes(20_000))  # the old one must not stand for it
    assert (len(cache), cache.bytes, cache.get("key")) == (0, 0, None)
    cache.put("key", bytes(20))
    cache.clear()
    assert (len(cache), cache.bytes, cache.get("key")) == (0, 0, None)


def test_even_none_is_made_only_once() -> None:
    cache: ByteBoundedCache[str, None] = ByteBoundedCache(1000)
    made: list[int] = []
    for _ in range(3):
        cache.made("key", lambda: made.append(1))
    assert made == [1]


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 900)), max_size=60))
def test_never_more_than_the_bound(puts: list[tuple[int, int]]) -> None:
    cache = of_bytes(2000)
    for key, size in puts:
        cache.put(key, bytes(size))
        kept = [value for key in range(9) if (value := cache.get(key)) is not None]
        assert cache.bytes == sum(map(len, kept)) + ENTRY * len(cache) <= 2000
        assert cache.get(key) == bytes(size)


def test_threads_leave_the_sum_right() -> None:
    cache = of_bytes(5000)

    def work(seed: int) -> None:
        for number in range(3000):
            cache.made((seed * number) % 40, lambda number=number: bytes(number % 700))  # type: ignore[misc]

    threads = [threading.Thread(target=work, args=(seed,)) for seed in (1, 7, 11)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cache.bytes == sum(len(cache.get(key) or b"") + ENTRY for key in range(40) if cache.get(key) is not None)
    assert 0 < cache.bytes <= 5000


def test_a_function_keeps_its_results_within_the_bound() -> None:
    asked: list[int] = []

    @byte_bounded(3 * 8200)
    def zeros(count: int) -> Any:
        asked.append(count)
        return np.zeros(count)

    for count in (1000, 1001, 1000, 1002, 1000, 1001):
        assert len(zeros(count)) == count
    assert asked == [1000, 1001, 1002, 1001]


@dataclass
class Thing:
    numbers: Any
    words: dict[str, object]


@pytest.mark.parametrize(
    "make",
    [
        lambda: np.arange(100_000.0),
        lambda: Thing(np.zeros(50_000), {"a": bytes(70_000), "b": ["x" * 30_000]}),
        lambda: tuple(np.arange(60_000.0).tolist()),
        lambda: opening_convolution().with_(pixels=bytes(200_000), target=tuple(np.arange(9_000.0).tolist())),
    ],
    ids=["array", "object", "numbers", "scene"],
)  # fmt: skip
def test_sizes_are_the_memory_taken(make: Any) -> None:
    make()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        thing = make()
        taken = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert size_in_bytes(thing) == pytest.approx(taken, rel=0.1)


def test_what_is_there_twice_counts_once_and_a_view_counts_what_it_holds() -> None:
    numbers = np.zeros(10_000)
    assert size_in_bytes([numbers, numbers]) < 1.1 * 80_000
    assert size_in_bytes(numbers[5:8]) > 80_000


class Part(msgspec.Struct, frozen=True):
    data: bytes = b""


class Whole(msgspec.Struct, frozen=True):
    part: Part = Part()
    parts: tuple[Part, ...] = ()
    name: str = ""


def test_only_what_a_change_adds_counts() -> None:
    old = Whole(Part(bytes(50_000)), tuple(Part(bytes(10_000 + k)) for k in range(9)))
    assert added_bytes(old, old) == 0
    assert added_bytes(old, msgspec.structs.replace(old, name="other")) < 1000
    assert 20_000 < added_bytes(old, msgspec.structs.replace(old, part=Part(bytes(20_000)))) < 21_000
    one_more = msgspec.structs.replace(old, parts=(*old.parts, Part(bytes(5_000))))
    assert 5_000 < added_bytes(old, one_more) < 6_000
    assert added_bytes(one_more, old) < 1000
