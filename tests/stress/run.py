"""The whole stress test: every part for its share of the time, two at once, and a table of what came of it.

scripts/stress [MINUTES] [SEED]     # 10 minutes and the seed 1, if not said otherwise
scripts/stress --only monkey        # one row; --x11: with real windows, on an X server of its own
scripts/stress --replay SEED[:N]    # the monkey's window of that seed, or its first N acts
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path

from tests.stress.result import Result

ROOT = Path(__file__).resolve().parents[2]
AT_ONCE = 2
GRACE = 180.0  # seconds that a part may take beyond its share


@dataclass(frozen=True)
class Row:
    """A part: its name, the module and function that try it, `(seed, seconds) -> Result`, and its share of the time.
    Without a function the module is a sweep for pytest, which takes what it takes."""

    name: str
    module: str
    function: str
    weight: float


# The longest first, so that both cores are busy to the end.
ROWS = (
    Row("monkey", "monkey", "run", 10),
    Row("layout", "test_layout", "", 3),
    Row("room", "test_room", "", 1),
    Row("soak", "soak", "run", 3),
    Row("kills", "kills", "run", 2),
    Row("ownership", "test_ownership", "", 1),
    Row("expressions", "expressions", "run", 1),
    Row("command lines", "command_lines", "run", 1),
    Row("scenes", "files", "scenes", 0.5),
    Row("lectures", "files", "lectures", 0.5),
    Row("share text", "files", "share_text", 0.4),
    Row("CSV tables", "files", "csv_tables", 0.4),
    Row("pictures", "files", "pictures", 0.4),
    Row("settings", "files", "settings", 0.4),
)


def run_row(row: Row, seed: int, seconds: float) -> Result:
    """A part in a process of its own: what it finds, or how it ended otherwise."""
    with tempfile.TemporaryDirectory(prefix="stepscope-stress-", ignore_cleanup_errors=True) as name:
        home, answer = Path(name), Path(name, "answer")
        (home / "runtime").mkdir(mode=0o700)
        command = [sys.executable, "-m", "tests.stress.run", "--child", row.name, str(seed), str(seconds), str(answer)]
        if not row.function:
            sweep = ROOT / "tests" / "stress" / f"{row.module}.py"
            command = [
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "-p",
                "no:cacheprovider",
                f"--junitxml={answer}",
                str(sweep),
            ]
        with (home / "said").open("wb") as said:
            process = subprocess.Popen(command, cwd=ROOT, env=_environment(home), stdout=said, stderr=said)
        try:
            process.wait(None if not row.function else seconds + GRACE)
            problem = f"ended with {process.returncode}"
        except subprocess.TimeoutExpired:
            problem = f"not done {GRACE:.0f} s after its time"
        finally:
            _end(process)
        words = (home / "said").read_text(errors="replace").strip()
        try:
            result = _swept(answer.read_text()) if not row.function else Result(**json.loads(answer.read_text()))
        except (OSError, ValueError, TypeError):
            return Result(0, [f"{row.name} {problem}:\n" + "\n".join(words.splitlines()[-30:])])
        return result


def _swept(report: str) -> Result:
    """pytest's report as ours."""
    from xml.etree import ElementTree

    cases = list(ElementTree.fromstring(report).iter("testcase"))
    bad = [(case, fault) for case in cases for fault in (*case.iter("failure"), *case.iter("error"))]
    return Result(len(cases), [f"{case.get('name')}:\n{(fault.text or '')[-3000:]}" for case, fault in bad])


def _environment(home: Path) -> dict[str, str]:
    """Nothing of the user's is read or written."""
    names = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "DATA", "CACHE", "STATE")}
    platform = os.environ.get("QT_QPA_PLATFORM", "offscreen")
    more = {"HOME": str(home), "XDG_RUNTIME_DIR": str(home / "runtime"), "QT_QPA_PLATFORM": platform}
    return {**os.environ, **names, **more, "PYTHONFAULTHANDLER": "1"}


def _end(process: subprocess.Popen[bytes]) -> None:
    """The process, which ends what it has started."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def table(results: dict[str, Result]) -> str:
    """What, tried, faults."""
    lines = [("what", "tried", "faults"), *((n, f"{r.tried:,}", str(len(r.faults))) for n, r in results.items())]
    wide = [max(len(line[column]) for line in lines) for column in range(3)]
    return "\n".join(f"{a:<{wide[0]}}  {b:>{wide[1]}}  {c:>{wide[2]}}" for a, b, c in lines)


@contextmanager
def real_windows(wanted: bool) -> Iterator[None]:
    """An X server of our own, where wanted, on which all parts show their windows."""
    if not wanted:
        yield
        return
    from tests.smoke_window import x_server

    with x_server() as display:
        os.environ.update(QT_QPA_PLATFORM="xcb", DISPLAY=display)
        os.environ.pop("WAYLAND_DISPLAY", None)
        yield


def replay(which: str) -> int:
    from tests.stress import monkey

    seed, _, acts = which.partition(":")
    result = monkey.play(int(seed), int(acts or monkey.ACTS), show=True)
    print("", *result.faults, sep="\n\n")
    return bool(result.faults)


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/stress", description="Try for a while to break the app.")
    parser.add_argument("minutes", nargs="?", type=float, default=10.0)
    parser.add_argument("seed", nargs="?", type=int, default=1)
    parser.add_argument("--only", action="append", choices=[row.name for row in ROWS], help="this row")
    parser.add_argument("--x11", action="store_true", help="real windows, on an X server of their own")
    parser.add_argument("--replay", metavar="SEED[:N]", help="the monkey's window of that seed, or its first N acts")
    options = parser.parse_args()
    with real_windows(options.x11):
        if options.replay:
            return replay(options.replay)
        rows = [row for row in ROWS if not options.only or row.name in options.only]
        whole = options.minutes * 60 * min(AT_ONCE, len(rows)) / sum(row.weight for row in rows)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            under_way = {row.name: pool.submit(run_row, row, options.seed, whole * row.weight) for row in rows}
            try:
                results = {name: future.result() for name, future in under_way.items()}
            except KeyboardInterrupt:
                pool.shutdown(cancel_futures=True)
                return 130
    for name, result in results.items():
        for fault in result.faults:
            print(f"{name}: {fault}\n")
    print(f"Python {sys.version.split()[0]}, seed {options.seed}, {options.minutes:g} minutes")
    print(table(results))
    return int(any(result.faults for result in results.values()))


def child(name: str, seed: str, seconds: str, answer: str) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what it has started is ended with it
    row = next(row for row in ROWS if row.name == name)
    result = getattr(import_module(f"tests.stress.{row.module}"), row.function)(int(seed), float(seconds))
    Path(answer).write_text(json.dumps(asdict(result)))
    return 0


if __name__ == "__main__":
    sys.exit(child(*sys.argv[2:]) if sys.argv[1:2] == ["--child"] else main())
