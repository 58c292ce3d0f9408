"""Background work: delivered on the GUI thread, stale results and gone owners dropped."""

from __future__ import annotations

import threading
from typing import Any

from PySide6.QtCore import QObject, QThreadPool

from gui.worker import drop, run_latest


def ignore(_: object) -> None:
    return


def test_delivers_on_the_gui_thread(qtbot: Any) -> None:
    owner, seen = QObject(), list[Any]()
    run_latest(
        owner, "work", lambda: threading.current_thread().name,
        lambda name: seen.append((name, threading.current_thread() is threading.main_thread())), ignore,
    )  # fmt: skip
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0][1]
    assert seen[0][0] != threading.main_thread().name


def test_only_the_latest_counts(qtbot: Any) -> None:
    owner, gate, seen = QObject(), threading.Event(), list[int]()

    def slow() -> int:
        gate.wait(5)
        return 1

    run_latest(owner, "work", slow, seen.append, ignore)
    run_latest(owner, "work", lambda: 2, seen.append, ignore)
    qtbot.waitUntil(lambda: seen == [2])
    gate.set()
    QThreadPool.globalInstance().waitForDone()
    qtbot.wait(30)
    assert seen == [2]


def test_failures_are_delivered(qtbot: Any) -> None:
    owner, errors = QObject(), list[Exception]()
    run_latest(owner, "work", lambda: 1 / 0, ignore, errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], ZeroDivisionError)


def test_dropped_and_orphaned_work_says_nothing(qtbot: Any) -> None:
    owner, other, gate, seen = QObject(), QObject(), threading.Event(), list[object]()
    run_latest(owner, "work", lambda: gate.wait(5), seen.append, seen.append)
    run_latest(other, "work", lambda: gate.wait(5), seen.append, seen.append)
    drop(owner, "work")
    other.deleteLater()
    qtbot.wait(20)
    gate.set()
    QThreadPool.globalInstance().waitForDone()
    qtbot.wait(30)
    assert seen == []
