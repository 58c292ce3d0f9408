"""How long the GUI thread could not answer: measured by a heartbeat in its own event loop.

    with Blocks() as blocks:
        QTest.keyClick(window, Qt.Key.Key_R)
        wait(500)
    seconds, what = blocks.longest
    assert not blocks.over(0.1)

Whatever keeps the loop from running counts, a direct call between two waits as well as an event. The time that the
thread waited for a core, which is other programs' doing, is taken off.
"""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter
from pathlib import Path
from types import FrameType

from PySide6.QtCore import Qt, QTimer

BEAT = 5  # milliseconds
SUSPECT = 0.04  # seconds without a beat, from which on it is noted what runs
ROOT = Path(__file__).resolve().parents[2]

Block = tuple[float, str]  # seconds, what ran


class Blocks:
    """To be used in the GUI thread, as a context; `longest` and `over` are also asked while it lasts."""

    def __init__(self) -> None:
        self._found: list[Block] = []
        self._seen: Counter[str] = Counter()
        self._thread = threading.get_ident()
        self._end = threading.Event()
        self._waits = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        self._last = self._waited = 0.0

    def __enter__(self) -> Blocks:
        self._last, self._waited = time.monotonic(), self._waited_for_core()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(BEAT)
        self._watcher = threading.Thread(target=self._watch, name="blocks", daemon=True)
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._beat()
        self._timer.stop()
        self._timer.deleteLater()
        self._end.set()
        self._watcher.join()

    @property
    def longest(self) -> Block:
        """The longest block's seconds, and where in the code it was."""
        return max(self._found, default=(0.0, ""))

    def over(self, seconds: float) -> list[Block]:
        """All blocks longer than that, in their order."""
        return [block for block in self._found if block[0] > seconds]

    def _beat(self) -> None:
        now, waited = time.monotonic(), self._waited_for_core()
        block = now - self._last - (waited - self._waited) - BEAT / 1000
        if block > 0.001:
            what = ", ".join(f"{place} ({times}×)" for place, times in self._seen.most_common(3))
            self._found.append((block, what))
        self._seen.clear()
        self._last, self._waited = now, waited

    def _waited_for_core(self) -> float:
        """Seconds, as far as this system tells them."""
        try:
            return int(self._waits.read_text().split()[1]) / 1e9
        except (OSError, IndexError, ValueError):
            return 0.0

    def _watch(self) -> None:
        while not self._end.wait(SUSPECT / 2):
            if time.monotonic() - self._last > SUSPECT:
                frame = sys._current_frames().get(self._thread)
                if frame is not None:
                    self._seen[_where(frame)] += 1


def _where(frame: FrameType | None) -> str:
    """The innermost line of the app itself; of whatever runs, where none of it does."""
    outer = frame
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(ROOT / "gui") or path.is_relative_to(ROOT / "engine"):
            return f"{path.relative_to(ROOT)}:{frame.f_lineno} {frame.f_code.co_name}"
        frame = frame.f_back
    return f"{outer.f_code.co_filename}:{outer.f_lineno} {outer.f_code.co_name}" if outer is not None else ""
