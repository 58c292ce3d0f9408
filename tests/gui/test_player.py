"""The clock: what playing shows depends on time alone; stepping and sub-stepping both ways."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from engine.frames import Position
from gui.player import Player

ROOT = Path(__file__).parents[2]


@pytest.fixture
def player(qtbot: Any) -> Player:
    player = Player(rate=10)
    player.set_length(100)
    player.lines_in_step = lambda: 3
    return player


def test_position_is_a_function_of_time(player: Player) -> None:
    player.seek(Position(20))
    assert player.position_after(1.0) == Position(30)
    assert player.position_after(0.25) == Position(22, 0, 0.5)
    assert player.position_after(1e9) == Position(100)
    player.set_speed(4)
    assert player.position_after(1.0) == Position(60)


def test_playing_moves_and_stops_at_the_end(player: Player, qtbot: Any) -> None:
    player.seek(Position(99))
    player.play()
    assert player.playing
    qtbot.waitUntil(lambda: not player.playing, timeout=2000)
    assert player.position == Position(100)


class Clock:
    """Shows what it is set to."""

    def __init__(self) -> None:
        self.now = 0

    def start(self) -> None:
        self.now = 0

    def elapsed(self) -> int:
        return self.now


def test_a_stall_is_no_time_that_passed(player: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    """A laptop that was shut goes on where it was; frames that are only late skip ahead."""
    clock = Clock()
    monkeypatch.setattr(player, "_clock", clock)
    player.play()
    for now, step in ((100, 1), (300, 3), (500, 5), (60_500, 7), (60_600, 8), (90_000, 11), (90_100, 12)):
        clock.now = now
        player._tick()
        assert player.position.step + player.position.fraction == pytest.approx(step, abs=0.5001)
    assert player.position == Position(12)
    player.pause()


STOPPED = """
import os, signal
from PySide6.QtCore import QCoreApplication, QTimer
from gui.player import Player

app = QCoreApplication([])
player = Player(10)
player.set_length(1000)
player.play()

def stop():
    before = player.position.step
    os.kill(os.getpid(), signal.SIGSTOP)
    QTimer.singleShot(300, lambda: (print(player.position.step - before), app.quit()))

QTimer.singleShot(300, stop)
app.exec()
"""


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="no such signal here")
def test_a_stopped_process_goes_on_where_it_was() -> None:
    with subprocess.Popen([sys.executable, "-c", STOPPED], stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        os.waitpid(process.pid, os.WUNTRACED)
        time.sleep(3)
        os.kill(process.pid, signal.SIGCONT)
        played, _ = process.communicate(timeout=20)
    assert int(played) < 15  # and not thirty more, whose time the process did not have


def test_play_at_the_end_begins_again(player: Player) -> None:
    player.last()
    player.play()
    assert player.position.step == 0
    player.pause()


def test_loop_returns_to_the_start(player: Player) -> None:
    player.set_loop(True)
    player.seek(Position(90))
    assert player.position_after(1.2) == Position(100)
    assert player.position_after(1.6).step < 10


def test_steps_in_both_directions(player: Player) -> None:
    player.seek(Position(5, 0, 0.4))
    player.step(1)
    assert player.position == Position(6)
    player.seek(Position(5, 0, 0.4))
    player.step(-1)
    assert player.position == Position(5)
    player.step(-1)
    assert player.position == Position(4)
    player.first()
    player.step(-1)
    assert player.position == Position(0)
    player.last()
    player.step(1)
    assert player.position == Position(100)


def test_sub_steps_walk_through_the_lines(player: Player) -> None:
    player.seek(Position(5))
    seen = []
    for _ in range(4):
        player.sub_step(1)
        seen.append((player.position.step, player.position.line))
    assert seen == [(5, 1), (5, 2), (6, 0), (6, 1)]
    for _ in range(5):
        player.sub_step(-1)
    assert player.position == Position(4, 2)
    player.first()
    player.sub_step(-1)
    assert player.position == Position(0)
    player.last()
    player.sub_step(1)
    assert player.position == Position(100)


def test_a_shorter_timeline_moves_the_position(player: Player, qtbot: Any) -> None:
    player.seek(Position(80))
    with qtbot.waitSignal(player.moved):
        player.set_length(50)
    assert player.position == Position(50)


def test_speed_changes_keep_the_moment(player: Player) -> None:
    player.seek(Position(40, 0, 0.5))
    player.faster()
    assert player.speed == 2
    assert player.position == Position(40, 0, 0.5)
    assert player.position_after(0) == Position(40, 0, 0.5)
    for _ in range(30):
        player.slower()
    assert player.speed == 0.1
