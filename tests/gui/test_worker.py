"""Background work: delivered on the GUI thread, stale results and gone owners dropped."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, QThreadPool

from engine.cancelling import asking, check
from engine.scene import CrowdChoice, RacerChoice, Scene, opening_scene
from gui import worker
from gui.optimizers.panel import OptimizersPanel
from gui.worker import Search, drop, run_latest
from tests.stress.blocks import Blocks

ROOT = Path(__file__).parents[2]


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


def endless(ended: list[str], name: str = "") -> Any:
    """Work without an end of its own, which asks as all long work does."""

    def work() -> None:
        try:
            while True:
                time.sleep(0.001)
                check()
        finally:
            ended.append(name)

    return work


def test_superseded_work_ends_while_it_runs(qtbot: Any) -> None:
    owner, ended, seen = QObject(), list[str](), list[object]()
    for number in range(10):
        run_latest(owner, "work", endless(ended, str(number)), seen.append, seen.append)
        qtbot.wait(5)
    began = time.monotonic()
    run_latest(owner, "work", lambda: "last", seen.append, seen.append)
    qtbot.waitUntil(lambda: seen == ["last"], timeout=2000)
    assert QThreadPool.globalInstance().waitForDone(1000)
    assert time.monotonic() - began < 1
    assert seen == ["last"]


def test_dropped_and_orphaned_work_ends(qtbot: Any) -> None:
    owner, other, ended = QObject(), QObject(), list[str]()
    run_latest(owner, "work", endless(ended), ignore, ignore)
    run_latest(other, "work", endless(ended), ignore, ignore)
    qtbot.wait(20)
    assert not ended
    drop(owner, "work")
    other.deleteLater()
    qtbot.waitUntil(lambda: len(ended) == 2, timeout=2000)


def test_a_search_that_is_stopped_or_started_anew_ends_and_says_nothing(qtbot: Any) -> None:
    owner, ended, told, seen = QObject(), list[str](), list[float](), list[object]()
    search = Search(owner)
    search.progressed.connect(told.append)

    def work(progress: Any, cancelled: Any) -> None:
        progress(0.25)
        with asking(cancelled):
            endless(ended)()

    search.start(work, seen.append, seen.append)
    qtbot.waitUntil(lambda: told == [0.25])
    search.start(work, seen.append, seen.append)
    qtbot.waitUntil(lambda: len(ended) == 1, timeout=2000)
    assert search.running and search.stop() and not search.running and not search.stop()
    qtbot.waitUntil(lambda: len(ended) == 2, timeout=2000)
    search.start(lambda progress, cancelled: (progress(0.5), 3)[1], seen.append, seen.append)
    qtbot.waitUntil(lambda: seen == [3])
    assert told == [0.25, 0.25, 0.5] and not search.running


def heavy_race() -> Scene:
    """Minutes of work."""
    crowd = CrowdChoice(count=100)
    return opening_scene().with_(racers=tuple(RacerChoice("adam", {}, crowd=crowd) for _ in range(20)), steps=20_000)


def test_ten_changes_leave_one_race_and_none_of_another_scene(qtbot: Any) -> None:
    """What is under way is given up for the next change; no race stands under another scene's title meanwhile."""
    panel = OptimizersPanel(opening_scene())
    qtbot.addWidget(panel)
    assert panel.run is not None
    with Blocks() as blocks:
        panel.open_scene(heavy_race())
        assert panel.busy and panel.run is None and panel.canvas.subject is None and panel.losses.subject is None
        assert "being computed" in panel.inspector.heading.text() and "being computed" in panel.canvas.why
        for number in range(10):
            panel.document.change(heavy_race().with_(start=(0.1 * number, 0.2)), "Move the start")
            qtbot.wait(10)
            assert QThreadPool.globalInstance().activeThreadCount() <= 2
        qtbot.wait(100)
        assert QThreadPool.globalInstance().activeThreadCount() == 1
        panel.open_scene(opening_scene())
        assert panel.run is not None and not panel.busy
        assert QThreadPool.globalInstance().waitForDone(1000)
    assert blocks.longest[0] < 0.5, blocks.longest


CLOSED = """
import sys, time
from PySide6.QtCore import QTimer
from engine.minima_scene import opening_minima
from engine.scene import CrowdChoice, RacerChoice, opening_scene
import gui.main_window
from gui.application import run_window

crowd = CrowdChoice(count=100)
race = opening_scene().with_(racers=tuple(RacerChoice("adam", {}, crowd=crowd) for _ in range(20)), steps=20_000)

class Window(gui.main_window.MainWindow):
    def __init__(self, *given):
        super().__init__(*given)
        QTimer.singleShot(300, self.go)

    def go(self):
        self.show_panel("minima", opening_minima().with_(starts=5000, repeats=3, steps=2000))
        QTimer.singleShot(300, self.end)

    def end(self):
        assert all(self.places[key].panel.busy for key in ("optimizers", "minima"))
        print(time.monotonic(), flush=True)
        self.close()

gui.main_window.MainWindow = Window
sys.exit(run_window(race, None))
"""


def test_a_closed_window_ends_its_process_at_once() -> None:
    """Minutes of work are under way in two panels."""
    ended = subprocess.run(
        [sys.executable, "-c", CLOSED], cwd=ROOT, capture_output=True, text=True, timeout=60,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, check=False,
    )  # fmt: skip
    took = time.monotonic() - float(ended.stdout.split()[0])
    assert ended.returncode == 0, ended.stderr
    assert took < 1


def test_short_work_does_not_wait_for_long_work(qtbot: Any) -> None:
    """As many minutes of work are under way as there are cores."""
    owner, ends, seen = QObject(), threading.Event(), list[int]()

    def long() -> None:
        while not ends.wait(0.01):
            check()

    for number in range(QThreadPool.globalInstance().maxThreadCount() + 1):
        run_latest(owner, f"long {number}", long, ignore, ignore)
    run_latest(owner, "short", lambda: 7, seen.append, ignore, short=True)
    try:
        qtbot.waitUntil(lambda: seen == [7], timeout=2000)
    finally:
        ends.set()


def test_work_that_outlives_the_program_says_nothing(qtbot: Any) -> None:
    post = worker._Post()
    job = worker._Job(lambda: 1, post, 1, lambda: False)
    shiboken6.delete(post)
    job.run()
