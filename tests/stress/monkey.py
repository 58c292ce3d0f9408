"""A monkey at the keyboard: windows of the app, each in a process of its own, in which it does whatever can be done."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.stress.result import Result

ROOT = Path(__file__).resolve().parents[2]
ACTS = 300  # in one window
LONGEST = 0.2  # seconds in which the window answers
LONGEST_X11 = 1.0  # the same with an X server, whose own waits for a core nobody tells
SILENCE = 20.0  # seconds after which a window hangs
ENDING = 5.0  # seconds that a process may take from its window's end to its own
TRAIL = 30  # the last things done, printed with a fault


def run(seed: int, seconds: float, acts: int = ACTS) -> Result:
    """Play with one window after the other for so long."""
    result, end, number = Result(), time.monotonic() + seconds, seed * 1000
    longest = LONGEST_X11 if os.environ.get("QT_QPA_PLATFORM") == "xcb" else LONGEST
    while time.monotonic() < end:
        result += play(number, acts, until=end + 30, longest=longest)
        number += 1
    return result


PLAYER = (sys.executable, "-W", "always", "-m", "tests.stress.monkey_window")


def play(
    seed: int, acts: int = ACTS, until: float = float("inf"), show: bool = False,
    longest: float = LONGEST, player: Sequence[str] = PLAYER,
) -> Result:  # fmt: skip
    """One window, in which nothing may take longer than `longest`. Beyond `until` it is ended, which is no fault."""
    with tempfile.TemporaryDirectory(prefix="stepscope-monkey-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        for part in ("files", "home", "runtime"):
            (folder / part).mkdir(mode=0o700)
        trail, errors = folder / "trail", folder / "stderr"
        trail.touch()
        with errors.open("wb") as stderr:
            process = subprocess.Popen(
                [*player, str(seed), str(acts), str(longest), name],
                cwd=folder / "files",
                env=environment(folder),
                stdout=stderr,
                stderr=stderr,
                start_new_session=True,
            )
        try:
            faults = _wait(process, trail, until)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        lines = trail.read_text(encoding="utf-8", errors="replace").splitlines()
        if show:
            print("\n".join(lines))
        told = int(lines[-1].split()[1]) if lines and lines[-1].startswith("end ") else 0
        said = errors.read_bytes()[told:].decode(errors="replace").strip()
        result = Result(sum(line.partition(":")[0].isdigit() for line in lines))
        result.faults = [_told(seed, fault, before) for fault, before in _faults(lines)]
        if said:
            faults.append("said on stderr:\n    " + "\n    ".join(said.splitlines()[-60:]))
        faults += [f"left in the folder: {file.name}" for file in (folder / "files").glob(".*")]
        result.faults += [_told(seed, fault, [line for line in lines if line[:1] not in "! "]) for fault in faults]
        return result


def environment(folder: Path) -> dict[str, str]:
    """Nothing of the user's is read or written."""
    names = {f"XDG_{name}_HOME": str(folder / "home" / name.lower()) for name in ("CONFIG", "DATA", "CACHE", "STATE")}
    more = {
        "HOME": str(folder / "home"),
        "XDG_CONFIG_DIRS": str(folder / "none"),
        "XDG_RUNTIME_DIR": str(folder / "runtime"),
    }
    platform = os.environ.get("QT_QPA_PLATFORM", "offscreen")
    return {**os.environ, **names, **more, "QT_QPA_PLATFORM": platform, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"}


def _wait(process: subprocess.Popen[bytes], trail: Path, until: float) -> list[str]:
    """Until the process ends, or hangs, or its time is over; what was wrong with that."""
    size, since, waited = 0, time.monotonic(), 0.0
    while process.poll() is None:
        time.sleep(0.05)
        if trail.stat().st_size != size:
            size, since, waited = trail.stat().st_size, time.monotonic(), _waited_for_core(process.pid)
        silence = time.monotonic() - since - (_waited_for_core(process.pid) - waited)
        ended = silence > ENDING and "\nend " in trail.read_text(errors="replace")
        if silence > SILENCE or ended:
            process.send_signal(signal.SIGUSR1)  # it tells its stacks
            time.sleep(1)
            return (
                ["the process does not end after its window has"] if ended else [f"nothing moved for {SILENCE:.0f} s"]
            )
        if time.monotonic() > until:
            return []
    if process.returncode < 0:
        return [f"the process ended by {signal.Signals(-process.returncode).name}"]
    return [f"the process ended with {process.returncode}"] if process.returncode else []


def _waited_for_core(process: int) -> float:
    try:
        return int(Path(f"/proc/{process}/schedstat").read_text().split()[1]) / 1e9
    except (OSError, ValueError):
        return 0.0


def _faults(lines: list[str]) -> list[tuple[str, list[str]]]:
    """Each fault in the trail with the lines before it."""
    found: list[tuple[str, list[str]]] = []
    before: list[str] = []
    for line in lines:
        if line.startswith("! "):
            found.append((line[2:], list(before)))
        elif line.startswith("    ") and found:  # more of the fault
            found[-1] = (found[-1][0] + "\n" + line, found[-1][1])
        else:
            before.append(line)
    return found


def _told(seed: int, fault: str, trail: list[str]) -> str:
    last = next((line.partition(":")[0] for line in reversed(trail) if line.partition(":")[0].isdigit()), "0")
    steps = "\n".join(f"    {line}" for line in trail[-TRAIL:])
    return f"{fault}\n  replay: scripts/stress --replay {seed}:{int(last) + 1}\n{steps}"
