"""Damaged files at random: whatever is opened gives what it is, or one short sentence, and soon.

Each function tries for so many seconds, or `most` times, and gives a Result. What is tried n-th with a seed is always
the same: a fault says both.
"""

from __future__ import annotations

import json
import signal
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from engine import lecture_file, share
from engine.data.csv_file import TableError, read_csv
from engine.export import numpy_script
from engine.lecture import Lecture, Page
from engine.scene import Scene
from engine.scene_file import SceneFileError
from tests.stress.result import Result

LONGEST = 300  # characters of a sentence
SLOW = 1.0  # seconds of processor time for one file
STUCK = 20  # seconds after which it is given up
ASSETS = Path(__file__).resolve().parents[2] / "assets"
NUMBERS = (0, -1, 1, 2, 0.5, -0.0, 1e-320, 1e300, 10**18, 10**400, 7, 24, 25, 2**31, 2**53 + 1, 1e999, float("nan"))
WORDS = (
    "", " ", "\n" * 60, "x" * 3000, "\u202e\u200b\u2028", "\ud800", "e" + "\u0301" * 50, "<b>a</b>", '"""', "own",
    "adam", "data", "x**2", "w = w - g", "w = w - η*g\n" * 400, "import os", "9**9**9", "\x00", "한국어", "{0}%s",
)  # fmt: skip
BYTES = (
    b"\x00", b"\xff", b'"', b"{", b"[" * 2000, b",", b":", b"1e999", b"9" * 400, b"NaN", b"\\u0000", b"\\ud800",
    b"\xef\xbb\xbf",
)  # fmt: skip


class FaultError(Exception):
    """What should not be."""


def _try(
    name: str, seed: int, seconds: float, most: int | None, one: Callable[[Random], None], *errors: type[Exception]
) -> Result:  # fmt: skip
    """`one` again and again; of `errors` the sentence is looked at, and everything else is a fault."""
    result, end = Result(), time.monotonic() + seconds
    while time.monotonic() < end and (most is None or result.tried < most):
        number, begun = result.tried, time.process_time()
        result.tried += 1
        try:
            with _watched():
                try:
                    one(Random(f"{name} {seed} {number}"))
                except errors as error:
                    _check_sentence(str(error))
            taken = time.process_time() - begun
            if taken > SLOW:
                raise FaultError(f"took {taken:.1f} s")
        except Exception as error:
            said = str(error).encode("ascii", "backslashreplace").decode()
            result.faults.append(f"{name}, seed {seed}, try {number}: {type(error).__name__}: {said:.300}")
    return result


def _check_sentence(said: str) -> None:
    if not said.strip() or len(said) > LONGEST or not said.isprintable():
        raise FaultError(f"no short sentence: {said[:LONGEST]!r}")


@contextmanager
def _watched() -> Iterator[None]:
    """Warnings are errors, and what does not end is given up."""

    def enough(*_: object) -> None:
        raise TimeoutError(f"no end after {STUCK} s")

    before = signal.signal(signal.SIGALRM, enough)
    signal.setitimer(signal.ITIMER_REAL, STUCK)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


# How things are spoilt.


def spoilt_bytes(data: bytes, rng: Random) -> bytes:
    """A few bytes changed, put in, taken out or doubled, or the end cut off."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 5, 20))):
        place = rng.randrange(len(changed) + 1)
        match rng.randrange(6):
            case 0:
                changed[place : place + 1] = bytes([rng.randrange(256)])
            case 1:
                changed[place:place] = rng.choice(BYTES)
            case 2:
                del changed[place : place + rng.choice((1, 4, 100))]
            case 3:
                changed[place:place] = changed[place : place + rng.choice((4, 100))]
            case 4 if place < len(changed):
                changed[place] ^= 1 << rng.randrange(8)
            case _ if rng.random() < 0.2:
                del changed[place:]
        changed = changed or bytearray(b"\x00")
    return bytes(changed)


def anything(rng: Random, depth: int = 2) -> Any:
    """Some value of JSON."""
    kind = rng.randrange(9 if depth else 6)
    if kind < 3:
        return rng.choice(NUMBERS)
    if kind < 5:
        return rng.choice(WORDS)
    if kind < 6:
        return rng.choice((None, True, False))
    if kind < 8:
        return [anything(rng, depth - 1) for _ in range(rng.choice((0, 1, 2, 3, 30)))]
    return {rng.choice(WORDS): anything(rng, depth - 1) for _ in range(rng.choice((0, 1, 3)))}


def spoilt_tree(tree: Any, rng: Random) -> Any:
    """A few places of a tree changed, taken out, moved or given a name that is unknown there."""
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        parent, place = _somewhere(tree, rng)
        if parent is None:
            return anything(rng)
        match rng.randrange(7):
            case 0 | 1:
                parent[place] = anything(rng)
            case 2:
                del parent[place]
            case 3:
                other, there = _somewhere(tree, rng)
                parent[place] = json.loads(_json(other[there])) if other is not None else None
            case 4 if isinstance(parent, dict):
                parent[rng.choice(WORDS)] = anything(rng)
            case 5 if isinstance(parent, list):
                parent[:] = parent * rng.choice((2, 30))
            case _ if isinstance(parent[place], float):
                parent[place] *= rng.choice((-1, 0.5, 1.0001, 10, 1000))
            case _ if isinstance(parent[place], int):
                parent[place] += rng.choice((-1, 1, 5, 1000))
    return tree


def _somewhere(tree: Any, rng: Random) -> tuple[Any, Any]:
    """A container in a tree and a place in it; None where there is none."""
    found: tuple[Any, Any] = (None, None)
    while isinstance(tree, dict | list) and tree:
        place = rng.choice(list(tree)) if isinstance(tree, dict) else rng.randrange(len(tree))
        found, tree = (tree, place), tree[place]
        if rng.random() < 0.25:
            break
    return found


def _json(tree: Any) -> bytes:
    return json.dumps(tree, ensure_ascii=True).encode()


def _material(rng: Random, pattern: str) -> bytes:
    return rng.choice(sorted(ASSETS.glob(pattern))).read_bytes()


# What is opened.


def scenes(seed: int, seconds: float, most: int | None = None) -> Result:
    """Scene files, spoilt in their bytes or in what they say; what can be opened can be saved, and written as code."""

    def one(rng: Random) -> None:
        data = _material(rng, "scenes/*/*.json")
        data = spoilt_bytes(data, rng) if rng.random() < 0.3 else _json(spoilt_tree(json.loads(data), rng))
        _same_again(lecture_file.decode(data))

    return _try("scenes", seed, seconds, most, one, SceneFileError)


def lectures(seed: int, seconds: float, most: int | None = None) -> Result:
    """Lecture files: a few pages of the shipped ones with scenes of all panels, spoilt."""

    def one(rng: Random) -> None:
        _same_again(lecture_file.decode(_lecture(rng)))

    return _try("lectures", seed, seconds, most, one, SceneFileError)


def _lecture(rng: Random) -> bytes:
    tree = json.loads(_material(rng, "lectures/*.json"))
    scene = json.loads(_material(rng, "scenes/*/*.json"))
    page = {name: value for name, value in scene.items() if name not in ("format", "version")}
    tree["pages"] = [*rng.sample(tree["pages"], min(2, len(tree["pages"]))), page | {"title": "t", "notes": "n"}]
    data = _json(tree)
    return spoilt_bytes(data, rng) if rng.random() < 0.3 else _json(spoilt_tree(tree, rng))


def _same_again(thing: Any) -> None:
    if lecture_file.decode(lecture_file.encode(thing)) != thing:
        raise FaultError("it is not what was saved")
    if isinstance(thing, Scene):
        try:
            script = numpy_script(thing)
        except ValueError as error:
            _check_sentence(str(error))
            return
        compile(script.encode(), "script", "exec")


def share_text(seed: int, seconds: float, most: int | None = None) -> Result:
    """Text on the clipboard: short or packed, spoilt; and unspoilt ones, which come back as they were."""

    def one(rng: Random) -> None:
        thing = lecture_file.decode(_material(rng, "scenes/*/*.json"))
        if rng.random() < 0.4:
            thing = Lecture(rng.choice(WORDS[:3]), (Page(thing),) * 3)
        text = share.to_text(thing)
        if rng.random() < 0.1:
            if share.from_text(text) != thing:
                raise FaultError("it is not what was copied")
            return
        text = spoilt_bytes(text.encode(), rng).decode("utf-8", rng.choice(("replace", "surrogateescape")))
        _same_again(share.from_text(text))

    return _try("share text", seed, seconds, most, one, SceneFileError)


def csv_tables(seed: int, seconds: float, most: int | None = None) -> Result:
    """Tables, sound and spoilt: what is read is a full table of numbers."""
    with tempfile.TemporaryDirectory(prefix="stepscope-csv-") as name:
        path = Path(name, "table.csv")

        def one(rng: Random) -> None:
            path.write_bytes(_table(rng))
            table = read_csv(path)
            if table.numbers.shape[1] != len(table.names) or np.isinf(table.numbers).any():
                raise FaultError(f"no full table: {table.numbers.shape}, {len(table.names)} names")

        return _try("CSV tables", seed, seconds, most, one, TableError)


CELLS = ("1", "2.5", "-3e4", "1,5", "", "NA", "?", "yes", "no", "12 %", "1.234,5", '"a;b"', '"', "x" * 1200, "1e400",
         "½", "٣", "\x00", "0x1", "inf", "2020-01-01", " ", "a\u2028b", "\ud7ff", "1e99999", "=1+1")  # fmt: skip


def _table(rng: Random) -> bytes:
    sign, end = rng.choice(",;\t| "), rng.choice(("\n", "\r\n", "\r"))
    columns, few = rng.choice((1, 2, 3, 8, 120)), rng.sample(CELLS, rng.choice((1, 2, 3, 8)))
    rows = [[rng.choice(few) for _ in range(columns)] for _ in range(rng.choice((1, 2, 5, 40)))]
    if rng.random() < 0.7:
        rows.insert(0, [rng.choice((f"c{place}", f"c{place}", rng.choice(CELLS))) for place in range(columns)])
    text = end.join(sign.join(row) for row in rows) + end
    data = text.encode(rng.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-32")))
    return spoilt_bytes(data, rng) if rng.random() < 0.5 else data


def pictures(seed: int, seconds: float, most: int | None = None) -> Result:
    """Picture files of every common kind, spoilt: what is read are numbers in their range."""
    from PySide6.QtCore import QBuffer, QIODevice
    from PySide6.QtGui import QImage

    from gui.image_input import ImageError, read_image

    def sound(rng: Random) -> bytes:
        if rng.random() < 0.3:
            return _material(rng, "pictures/*.*")
        image = QImage(rng.choice((1, 3, 30)), rng.choice((1, 5, 30)), QImage.Format.Format_ARGB32)
        image.fill(rng.randrange(2**32))
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, rng.choice(("PNG", "JPG", "BMP", "PPM", "XBM", "WEBP", "TIFF", "ICO")))  # type: ignore[call-overload]
        return bytes(buffer.data().data()) or b"P1 1 1 1"

    with tempfile.TemporaryDirectory(prefix="stepscope-pictures-") as name:
        path = Path(name, "picture.png")

        def one(rng: Random) -> None:
            data = spoilt_bytes(sound(rng), rng)
            if rng.random() < 0.05:
                data = rng.choice((b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", b"\x89PNG\r\n\x1a\n"))
            path.write_bytes(data)
            numbers = read_image(path, rng.choice((1, 4, 28)), rng.choice((1, 5, 28)), rng.random() < 0.5)
            if not (np.isfinite(numbers).all() and numbers.min() >= 0 and numbers.max() <= 9):
                raise FaultError("numbers out of their range")

        return _try("pictures", seed, seconds, most, one, ImageError)


def settings(seed: int, seconds: float, most: int | None = None) -> Result:
    """Files of settings, sound and spoilt: every setting is of its kind, and a window comes into sight."""
    from tests.stress.settings_file import Spoilt

    with tempfile.TemporaryDirectory(prefix="stepscope-settings-") as name:
        spoilt = Spoilt(Path(name))
        try:
            return _try("settings", seed, seconds, most, spoilt.one)
        finally:
            spoilt.end()
