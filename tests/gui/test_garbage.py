"""Python's collector never destroys what Qt is at work in, wherever it runs; and in the app it runs between events."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject

from gui.garbage import ALL, LEAST, OLDER, GarbageCollector
from gui.player import FRAME_MS

ROOT = Path(__file__).resolve().parents[2]
SHOWN = ("23-logistic-regression", "04-stride-2-backward")  # of the examples; tests/stress/test_ownership.py shows all


def said(*command: str, seconds: float = 400) -> str:
    """What a process says; it must end well, and warn of nothing but the offscreen platform."""
    run = subprocess.run(
        [sys.executable, "-W", "error", *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds,
    )
    wrong = [line for line in run.stderr.splitlines() if not line.startswith("This plugin does not support")]
    assert run.returncode == 0 and not wrong, f"ended with {run.returncode}\n" + "\n".join(wrong)
    return run.stdout


@pytest.mark.parametrize("where", ["paint", "thread"])
def test_everything_that_is_shown_has_an_owner(where: str) -> None:
    """All panels, dialogs and menus live through collections in their own paint events and in another thread."""
    said("-m", "tests.gui.garbage_walk", where, *SHOWN)


WINDOW = """
import gc, json, sys, threading, time, weakref
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget
from gui import application, main_window

class Junk:  # which only a cycle holds
    def __init__(self):
        self.me = self

painting, looks, dead, begun = 0, [], 0, 0.0

def make_junk():
    def died(_):
        global dead
        dead += 1
    for _ in range(1000):
        Junk()
    last = Junk()
    weakref.finalize(last, died, None)

def note(phase, info):
    global begun
    if phase == "start":
        begun = time.thread_time()
    else:
        here = threading.current_thread() is threading.main_thread()
        looks.append((here, painting, 1000 * (time.thread_time() - begun)))

def around(paint):
    def paint_event(self, event):
        global painting
        painting += 1
        paint(self, event)
        make_junk()
        painting -= 1
    return paint_event

class Window(main_window.MainWindow):
    def begin(self):
        gc.callbacks.append(note)
        self.keys = [kind.key for kind in self.kinds]
        self.go_on()

    def go_on(self):
        self.player.pause()
        if not self.keys:
            gc.callbacks.remove(note)
            begin = time.thread_time()
            gc.unfreeze(), gc.collect()
            whole = 1000 * (time.thread_time() - begin)
            print(json.dumps({"looks": looks, "dead": dead, "whole": whole}))
            self.close()
            return
        self.show_panel(self.keys.pop())
        threading.Thread(target=lambda: [make_junk() for _ in range(10)]).start()
        canvas = type(self.panel.canvas)
        canvas.paintEvent = around(canvas.paintEvent)
        self.player.play()
        QTimer.singleShot(1000, self, self.go_on)

def restore(window):
    window.resize(1280, 720)
    QTimer.singleShot(2 * application.AFTER_START, window, window.begin)

main_window.MainWindow, main_window.restore_window = Window, restore
sys.exit(application.run_window(None, None))
"""


def test_the_app_collects_between_two_events_and_in_less_than_a_frame() -> None:
    """While races play, workers work and panels are made, all of which leave garbage."""
    told = json.loads(said("-c", WINDOW).splitlines()[-1])
    assert told["looks"] and told["dead"] > 20
    for on_the_windows_thread, painting, milliseconds in told["looks"]:
        assert on_the_windows_thread and not painting
        assert milliseconds < min(FRAME_MS, told["whole"])
    longest = max(look[-1] for look in told["looks"])
    print(f"longest of {len(told['looks'])}: {longest:.1f} ms; all there is: {told['whole']:.1f} ms")


@pytest.fixture
def collected() -> Iterator[list[int]]:
    """The generations that are collected meanwhile; afterwards Python collects by itself again."""
    generations: list[int] = []

    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            generations.append(info["generation"])

    gc.collect()
    gc.callbacks.append(note)
    yield generations
    gc.callbacks.remove(note)
    gc.unfreeze()
    gc.enable()


class Junk:
    def __init__(self) -> None:
        self.me = self


def test_new_garbage_goes_at_once_and_old_garbage_when_nothing_moves(qtbot: Any, collected: list[int]) -> None:
    busy, owner = True, QObject()
    collector = GarbageCollector(lambda: busy, owner)
    collector.start()
    assert not gc.isenabled()

    def look() -> None:
        new = [Junk() for _ in range(LEAST)]
        gone = weakref.ref(new[0])
        del new
        collector.look()
        assert gone() is None

    old = Junk()
    gone = weakref.ref(old)
    gc.collect()
    del old  # out of the reach of a look at what is new
    collected.clear()
    for _ in range(2 * ALL):
        look()
    assert gone() is not None and set(collected) == {0, 1} and collected.count(1) == 2 * ALL // OLDER
    busy = False
    look()
    assert gone() is None and collected[-1] == 2
    collected.clear()
    collector.look()
    assert not collected  # nothing new
    owner.deleteLater()


def test_garbage_waits_for_the_event_loop(qtbot: Any, collected: list[int]) -> None:
    owner = QObject()
    collector = GarbageCollector(lambda: False, owner)
    collector.start()
    worker = threading.Thread(target=lambda: [Junk() for _ in range(50 * LEAST)])
    worker.start()
    worker.join()
    assert not collected
    qtbot.waitUntil(lambda: bool(collected))
    owner.deleteLater()
