"""Kills the program at any moment of its work, also while it writes, and looks at what its next start finds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

from engine.scene_file import SceneFileError, read_bytes
from engine.work import MAX_BYTES, decode
from gui.autosave import ENDING
from tests.stress.result import Result

ROOT = Path(__file__).resolve().parents[2]
MOST_LOST = 2.0  # seconds of work
LONGEST = 3.0  # seconds from the first change to the kill
WAIT = 60.0  # seconds for the program to start

# The real program, at which somebody works fifty times a second: in two panels, with the pen, and at times much.
LIVE = """
import itertools, sys, time
from pathlib import Path
from PySide6.QtCore import QTimer
from engine.drawing import Stroke
from engine.scene import opening_scene
from gui.application import make_application
from gui.main_window import MainWindow
app = make_application(["x"])
window = MainWindow(opening_scene())
window.show()
window.recovery.start(Path(sys.argv[1]))
numbers = itertools.count(1)
def work():
    number = next(numbers)
    scene = window.panel.scene
    if number % 3 == 0:
        points = tuple((0.001 * place, 0.5) for place in range(number % 400 + 2))
        scene = scene.with_(strokes=(*scene.strokes[-20:], Stroke(points)))
    window.panel.document.change(scene.with_(steps=number), "Change")
    print(number, time.monotonic(), flush=True)
timer = QTimer()
timer.timeout.connect(work)
timer.start(20)
app.exec()
"""


@dataclass(frozen=True)
class Killed:
    """What a kill left: the age in seconds of the newest change that is lost (0: none), how many files of work can be
    read, and what is wrong."""

    lost: float
    kept: int
    faults: tuple[str, ...]


def kill(folder: Path, after: float) -> Killed:
    """Run the program with its work kept in `folder`, and kill it `after` seconds from its first change."""
    program = subprocess.Popen(
        [sys.executable, "-c", LIVE, str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )
    assert program.stdout is not None
    lines = [program.stdout.readline()]
    time.sleep(after)
    killed = time.monotonic()
    program.send_signal(signal.SIGKILL)
    rest, said = program.communicate(timeout=WAIT)
    lines += rest.splitlines(keepends=True)
    done = {int(number): float(when) for number, when in (line.split() for line in lines if line.endswith("\n"))}
    faults = [f"said: {said.strip()[-500:]}"] if said.strip() else []
    if not done:
        faults.append("nothing was done before the kill")
    saved = []
    for path in folder.glob(f"*{ENDING}"):
        try:
            saved.append(decode(read_bytes(path, "saved session", MAX_BYTES)).scenes["optimizers"].scene.steps)
        except SceneFileError as error:
            faults.append(f"{path.name} can't be read: {error}")
    lost = [when for number, when in done.items() if number > max(saved, default=0)]
    return Killed(killed - min(lost) if lost else 0.0, len(saved), tuple(faults))


def run(seed: int, seconds: float, most: int | None = None) -> Result:
    """Kill the program again and again, at moments drawn from `seed`."""
    rng, result, end = Random(seed), Result(), time.monotonic() + seconds
    while time.monotonic() < end and (most is None or result.tried < most):
        after = rng.uniform(0.0, LONGEST)
        with tempfile.TemporaryDirectory(prefix="stepscope-kills-") as folder:
            killed = kill(Path(folder), after)
        result.tried += 1
        faults = [*killed.faults, *([f"{killed.lost:.2f} s of work are lost"] if killed.lost >= MOST_LOST else [])]
        result.faults += [f"kill {result.tried} of seed {seed}, after {after:.2f} s: {fault}" for fault in faults]
    return result
