"""Being told to end, wherever the word arrives."""

from __future__ import annotations

import os
import select
import signal
import threading
import time

import pytest

from engine.cancelling import Cancelled, asking_nobody, check
from gui.recording.stopping import stoppable, waiting

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals")


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_is_noted_and_given_back(name: str) -> None:
    number = getattr(signal, name)
    before = signal.getsignal(number)
    with stoppable():
        check()
        signal.raise_signal(number)  # raises nothing here: this may be inside Qt
        with pytest.raises(Cancelled):
            check()
    check()
    assert signal.getsignal(number) is before


def test_what_waits_ends_at_once() -> None:
    read, write = os.pipe()
    timer = threading.Timer(0.1, lambda: os.kill(os.getpid(), signal.SIGTERM))
    started = time.monotonic()
    with pytest.raises(Cancelled), stoppable(), waiting():
        timer.start()
        select.select([read], [], [], 10)
    assert time.monotonic() - started < 5
    timer.join()
    os.close(read)
    os.close(write)


def test_what_tidies_up_is_left_in_peace() -> None:
    tidied = False
    with pytest.raises(Cancelled), stoppable(), waiting():
        try:
            signal.raise_signal(signal.SIGINT)
        finally:
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGTERM)
            tidied = True
    assert tidied


def test_waiting_does_not_begin_for_nothing() -> None:
    with stoppable():
        signal.raise_signal(signal.SIGHUP)
        with pytest.raises(Cancelled), waiting():
            pytest.fail("it waits")


def test_what_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stoppable():
            signal.raise_signal(signal.SIGHUP)
            check()
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_another_thread_hears_of_none() -> None:
    done: list[bool] = []

    def work() -> None:
        with stoppable(), waiting():
            check()
            done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]


def test_what_must_not_be_left_half_done_hears_of_nothing() -> None:
    with stoppable():
        signal.raise_signal(signal.SIGTERM)
        with asking_nobody():
            check()
        with pytest.raises(Cancelled):
            check()
