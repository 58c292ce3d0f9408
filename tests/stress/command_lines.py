"""Random command lines: whatever is typed, a status of 0, 1 or 2 and one sentence come back, and nothing is spoilt.

Lines are made from the grammar of `main.py` and its `render`, then spoilt with rubbish, and run in a process of
their own upon tiny scenes. That process is a new one after it has died or hung, which is a fault.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.stress.result import Result

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0  # seconds until a command counts as hanging
LONGEST = 700  # characters of a sentence
MINE = {"thesis.txt": b"all my work", "x.gif.palette": b"mine", ".stepscope-notes": b"mine"}
RUBBISH = (
    "", " ", "x", "-", "--", "-1", "0", "1e9", "1e999999999", "nan", "-inf", "1/0", "٣", "½", "\n\n", "a\nb", "\x1b[2J",
    "%s", "%03d", "{0}", "9" * 40, "9" * 5000, "../..", "null", "\u202e", "“”", "'", '"', "\\", "$HOME", "*", "\udcff",
    "é" * 300,
)  # fmt: skip
VALUES = {
    "--size": ("64x64", "96x64", "64x128", "65x64", "-2x-2", "0x0", "64", "x64", "64x", "64×64", "1e2x64", "63x64"),
    "--fps": ("24", "25", "30", "10", "29.97", "23.976", "59.94", "30000/1001", "29.5", "-5", "61", "0", "25.0"),
    "--from": ("0", "1", "3", "4", "-1", "1.5", "99999999999"),
    "--to": ("0", "1", "3", "4", "-1", "1.5", "99999999999"),
    "--at": ("0", "1", "2:1", "3", "3:1", "0:99", "0:-1", "4", "-1", ":", "1:", ":1", "1:1:1"),
    "--seconds": ("0.1", "0.2", "0.05", "-1", "nan", "inf", "1e308", "14401", "0x10"),
    "--step-seconds": ("0.01", "0.03", "0", "-1", "nan", "121", "1e-9"),
    "--hold": ("0", "0.05", "-1", "61", "nan", "1e308"),
    "--theme": ("dark", "light", "pink", "DARK"),
    "--format": ("mp4", "webm", "gif", "png", "avi", "MP4"),
}
SWITCHES = ("--lines", "--no-title", "--no-caption", "--no-formula", "--no-legend", "--no-curve", "--transparent",
            "--opening", "--ahead", "--handout=students", "--pages",
            "--report", "--help", "--no", "--wide", "-x", "--lines=1", "-h")  # fmt: skip
OPTIONS = (*VALUES, *SWITCHES)
FITTING = ("--size", "--theme", "--lines", "--no-title", "--no-caption", "--no-formula", "--no-legend", "--no-curve")
SCENES = ("race.json", "grid.json", "minima.json", "gallery.json", "lecture.json", "empty-lecture.json")
NO_SCENES = ("missing.json", "broken.json", "thesis.txt", "folder", "pipe", os.devnull, "a:b.json", "n" * 300, "")
OUTS = (
    "x.mp4", "x.webm", "x.gif", "x.png", "x.pdf", "x", "folder", "frames.png", "mine.png", "sub/x.mp4", "no/such/x.gif",
    "pipe", "pipe.mp4", "link.mp4", "round.mp4", "thesis.txt", "thesis.txt/x.mp4", os.devnull, "a:b.mp4", "%03d.gif",
    "concat:a|b.webm", "two\nlines.mp4", "x.avi", ".mp4", "n" * 300 + ".mp4", "é.png", "x.MP4", ".", "..",
)  # fmt: skip


def command_of(random: random.Random) -> list[str]:
    """A command line; about one in two makes sense."""
    if random.random() < 0.06:
        return _opening(random)
    kind = random.choices((_film, _moment, _paper), (6, 3, 1))[0]
    words, options = kind(random)
    if random.random() < 0.2:
        words[-1] = random.choice(OUTS)
    for _ in range(random.choice((0, 0, 1, 2))):
        options.append(_option(random, FITTING if kind is not _paper and random.random() < 0.7 else OPTIONS))
    line = _shuffled(random, words, options)
    for _ in range(random.choice((0, 0, 0, 0, 1, 2))):
        line = _spoilt(random, line)
    return ["render", *line]


Parts = tuple[list[str], list[list[str]]]  # names in order, options


def _film(random: random.Random) -> Parts:
    scene = random.choice(SCENES)
    if "lecture" in scene:
        options = [["--size", "64x64"], ["--fps", "24"], ["--seconds", "4"]]
    else:
        step = ["--step-seconds", "0.02", "--hold", "0", "0.1"]
        options = [["--size", random.choice(("64x64", "128x72"))], random.choice((["--seconds", "0.2"], step))]
    if random.random() < 0.15:
        return [scene, random.choice(SCENES[:4]), random.choice(("x", "folder", "sub"))], options
    return [scene, random.choice((*OUTS[:4], "folder", "x", "frames.png", "a:b.gif"))], options


def _moment(random: random.Random) -> Parts:
    at = random.choice(("0:99", "1:9", "2:1", *VALUES["--at"]))
    options = [["--size", "64x64"], ["--at", at]]
    return [random.choice(SCENES[:4]), random.choice(("x.png", "%03d.png", "sub/y.png"))], options


def _paper(random: random.Random) -> Parts:
    if random.random() < 0.5:
        return ["lecture.json", "x.pdf"], []
    return ["lecture.json", random.choice(("x", "folder"))], [["--pages"]]


def _opening(random: random.Random) -> list[str]:
    """Without `render`."""
    choices = (*NO_SCENES, "race.json", "--help", "--version", "--wide", "--", "-x", *RUBBISH)
    return random.choices(choices, k=random.choice((0, 1, 1, 1, 2)))


def _option(random: random.Random, names: Sequence[str]) -> list[str]:
    name = random.choice(names)
    if name not in VALUES:
        return [name]
    values = random.choices(VALUES[name] if random.random() < 0.8 else RUBBISH, k=2 if name == "--hold" else 1)
    if random.random() < 0.1:
        name = name[: random.randint(3, len(name))]
    return [f"{name}={values[0]}", *values[1:]] if random.random() < 0.2 else [name, *values]


def _shuffled(random: random.Random, words: list[str], options: list[list[str]]) -> list[str]:
    """The words in their order, with options anywhere between them."""
    line = [[word] for word in words]
    for option in options:
        line.insert(random.randint(0, len(line)), option)
    return [word for part in line for word in part]


def _spoilt(random: random.Random, line: list[str]) -> list[str]:
    place = random.randrange(len(line) + 1)
    what = random.choice(("insert", "drop", "exchange", "double", "missing"))
    new = random.choice((*NO_SCENES, *RUBBISH)) if what != "missing" else random.choice(NO_SCENES)
    if what == "drop":
        return line[:place] + line[place + 1 :]
    if what == "double":
        return line[:place] + line[place : place + 2] + line[place:]
    return [*line[:place], new, *line[place + (what != "insert") :]]


# What a command finds.


def furnish(folder: Path) -> None:
    """Tiny scenes, and things that must not be spoilt."""
    from engine.augmentation_scene import opening_augmentation
    from engine.convolution.scene import opening_convolution
    from engine.lecture import Lecture, Page
    from engine.lecture_file import save
    from engine.minima_scene import opening_minima
    from engine.scene import opening_scene

    race = opening_scene().with_(steps=3, position=0)
    grid = opening_convolution()
    minima = opening_minima().with_(starts=3, repeats=1, steps=3, batch_sizes=(1, 2), position=0)
    gallery = opening_augmentation().with_(samples=3, position=0)
    scenes: dict[str, Any] = {"race": race, "grid": grid, "minima": minima, "gallery": gallery}
    scenes["lecture"] = Lecture("Tiny", (Page(race, "One", "notes", "Why?"),))
    scenes["empty-lecture"] = Lecture("Empty")
    for name, scene in scenes.items():
        save(scene, folder / f"{name}.json")
    (folder / "a:b.json").write_bytes((folder / "race.json").read_bytes())
    (folder / "broken.json").write_bytes(b"{")
    for name, data in MINE.items():
        (folder / name).write_bytes(data)
    for name in ("folder", "sub", "frames.png", "mine.png"):
        (folder / name).mkdir()
    (folder / "frames.png" / "00001.png").write_bytes(b"old")
    (folder / "mine.png" / "thesis.txt").write_bytes(MINE["thesis.txt"])
    (folder / "round.mp4").symlink_to("round.mp4")
    (folder / "link.mp4").symlink_to("sub/real.mp4")
    for name in ("pipe", "pipe.mp4"):
        os.mkfifo(folder / name)


def standing(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """All that is there: its kind, its number, and of small files also what they hold."""
    found = {}
    for path in sorted(folder.rglob("*")):
        about = path.lstat()
        small = path.is_file() and not path.is_symlink() and about.st_size < 100_000
        found[str(path.relative_to(folder))] = (about.st_mode, about.st_ino, path.read_bytes() if small else b"")
    return found


# What it did.


@dataclass(frozen=True)
class Answer:
    """Of one command: its exit status, and what it said."""

    status: int
    out: str
    err: str


def wrong(line: Sequence[str], answer: Answer, before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    """What should not have been."""
    if answer.status not in (0, 1, 2):
        yield f"status {answer.status}"
    sentences = answer.err.splitlines()
    if answer.status == 0 and sentences:
        yield f"all is well, and yet: {answer.err!r}"
    if answer.status and not 1 <= len(sentences) <= max(len(line) - 1, 1):
        yield f"{len(sentences)} sentences: {answer.err[-2000:]!r}"
    for said in sentences:
        if not said.endswith((".", "…")) or len(said) > LONGEST or said.startswith(("usage", "Traceback", "Q")):
            yield f"no sentence: {said!r}"
    asked = {"--help", "-h", "--version", "--report"}
    if answer.out and not any(word in asked or word[:3] in ("--h", "--v", "--r") for word in line):
        yield f"nobody asked for {answer.out[:200]!r}"
    yield from _spoilt_things(answer, before, after)


def _spoilt_things(answer: Answer, before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    for name in after.keys() - before.keys():
        if Path(name).name.startswith(".stepscope") or name.endswith((".part", ".palette")):
            yield f"left behind: {name}"
    kept = [name for name in before if name.endswith((".json", ".txt", ".palette", "pipe", "pipe.mp4", "-notes"))]
    for name in [*kept, "round.mp4", "link.mp4"]:
        if after.get(name) != before[name]:
            yield f"spoilt: {name}"
    new = {name for name in after if after[name] != before.get(name)}
    if answer.status == 2 and new and not answer.err.count("\n") > 1 and not _some_of_many(after, new):
        yield f"it makes no sense, and yet it wrote {sorted(new)}"


def _some_of_many(after: dict[str, Any], new: set[str]) -> bool:
    """Whether what is new is what other scenes of the same command came to, in a folder."""
    return all("/" in name or any(other.startswith(f"{name}/") for other in after) for name in new)


# Where it is done.


class Worker:
    """A process that runs one command after the other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
        environment |= {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.stress.command_lines", str(folder)], cwd=ROOT, env=environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip

    def run(self, line: list[str]) -> Answer | None:
        """What came of a command; None where the process died or hung. Then it is of no more use."""
        assert self.process.stdin is not None and self.process.stdout is not None
        with contextlib.suppress(OSError):
            self.process.stdin.write(json.dumps(line).encode() + b"\n")
            self.process.stdin.flush()
        if not select.select([self.process.stdout], [], [], PATIENCE)[0]:
            return None
        answer = self.process.stdout.readline()
        return Answer(**json.loads(answer)) if answer else None

    def close(self) -> str:
        """End it; how it ended before, if it did."""
        status = self.process.poll()
        self.process.kill()
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            with contextlib.suppress(OSError):
                stream.close()
        ended = self.process.wait()
        return f"hung for {PATIENCE:g} s" if status is None and ended == -9 else f"died with status {ended}"


def serve(folder: Path) -> None:
    """Run the commands that come, one a line, in `folder`; in the worker's process."""
    lines, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    import gui.application
    import gui.recording.settings
    import main

    app = gui.application.make_application(["stress"])
    gui.application.has_display = lambda: False
    _make_recordings_small(gui.recording.settings)
    main.film = lambda scene, path: 0  # which takes seconds; the tests make one
    for line in lines:
        os.chdir(folder)  # a new one of that name
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            try:
                status = main.main(json.loads(line))
            except SystemExit as end:
                status = end.code if isinstance(end.code, int) else 1
            except BaseException:
                sys.excepthook(*sys.exc_info())
                status = 1
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
            said = []
            for file in (out, err):
                file.seek(0)
                said.append(file.read().decode(errors="replace"))
        answers.write(json.dumps({"status": status, "out": said[0], "err": said[1]}).encode() + b"\n")
        answers.flush()
    del app


def _make_recordings_small(settings: Any) -> None:
    """Where a command says nothing of their size: at their usual one a lecture takes a minute."""
    start = settings.Settings.__init__
    start.__defaults__ = (64, 64, 24, *start.__defaults__[3:])
    settings.GIF_SIZE = (64, 64)


def run(seed: int, seconds: float, most: int = sys.maxsize) -> Result:
    """Try command lines for so many seconds, or so many of them."""
    result, end, worker = Result(), time.monotonic() + seconds, None
    with tempfile.TemporaryDirectory(prefix="stepscope-command-lines-") as place:
        folder = Path(place, "here")
        try:
            while result.tried < most and time.monotonic() < end:
                line = command_of(random.Random(f"{seed} {result.tried}"))
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                furnish(folder)
                worker = worker or Worker(folder)
                which = f"command line {seed}:{result.tried} {line!r}"
                result.faults += [f"{which}: {fault}" for fault in _try(worker, line)]
                result.tried += 1
                if worker.process.poll() is not None:
                    worker = None
        finally:
            if worker is not None:
                worker.close()
    return result


def _try(worker: Worker, line: list[str]) -> list[str]:
    before = standing(worker.folder)
    answer = worker.run(line)
    if answer is None:
        return [worker.close()]
    return list(wrong(line, answer, before, standing(worker.folder)))


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
