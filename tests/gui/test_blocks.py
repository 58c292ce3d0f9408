"""The watch that other tests rely on: it finds what keeps the window from answering, and only that."""

from __future__ import annotations

import time
from typing import Any

from PySide6.QtCore import QTimer

from tests.stress.blocks import Blocks


def work(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def test_a_block_is_found_with_its_place(qtbot: Any) -> None:
    with Blocks() as blocks:
        QTimer.singleShot(0, lambda: work(0.15))
        qtbot.wait(60)
        qtbot.wait(60)
    seconds, what = blocks.longest
    assert seconds > 0.14
    assert "test_blocks.py" in what and "work" in what
    assert len(blocks.over(0.1)) == 1


def test_waiting_is_a_block_and_an_idle_loop_is_none(qtbot: Any) -> None:
    with Blocks() as blocks:
        qtbot.wait(150)
    assert not blocks.over(0.05), blocks.longest
    with Blocks() as blocks:
        time.sleep(0.15)
    assert len(blocks.over(0.14)) == 1
