"""What is typed, pasted and opened: numbers, rubbish, good files and damaged ones, all from a seeded generator."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

ASSETS = Path(__file__).resolve().parents[2] / "assets"
NUMBERS = (
    "0 1 -1 0.5 0.003 3e-3 1e300 1e-300 -0 007 1,5 ½ 1e999 nan inf -inf 0x10 1_000 ١٢ 5e 1.2.3 + . 99999999999"
    " 2 3 10 100"
).split()
FORMULAS = (
    "x**2 + y**2", "(1 - x)**2 + 100*(y - x**2)**2", "sin(3*x) + a*cos(y)", "x**", "((((", "exp(exp(x))", "1/0", "η",
    "x^2", "√(x² + y²)", "__import__('os')", "x if y else 2", "abs(x) + abs(y)", "tanh(x*y)**3", "w = w - η*g", "x²+y²",
    "a*x**4 - b*x**2 + y**2", "x/y", "9**9**9", "max(x, y)", "lambda: 0", "β1", "m = β*m + g\nw = w - η*m", "log(-1)",
)  # fmt: skip
WORDS = (
    "", " ", "a", "A title", "α β γ ∇f ∂x", "한국어 제목", "🙂🚀", "e\u0301\u0301\u0301", "\u202eright to left", "שלום",
    "<b>bold</b>", "&amp; &", "%s %d {0}", "\\n", "tab\there", "line\nbreak", "\u2028", "../../etc", '"quoted"',
    "مرحبا", "x" * 300, "\x00\x01\x7f", "-", "--help", "C:\\temp", "#", "1;2;3", "=1+1",
)  # fmt: skip
TABLES = (
    "1\t2\n3\t4", "1,2,3\n4,5,6", "a;b\n1;2", "1 2\n3", "\n\n\n", "nan\tinf", "1e999\t1", "x\ty\n1\t2\n2\t4\n3\t6",
    "-1", "1\t" * 2000, "\n".join("1\t0" for _ in range(2000)), "0.5\t-0.25\n1\t2",
)  # fmt: skip
PLACES = ("new", "old", "no folder", "folder", "long", "odd", "colon", "none")


def text(rng: Random) -> str:
    """Something that somebody could type or paste into a field."""
    kind = rng.random()
    if kind < 0.5:
        return rng.choice(NUMBERS)
    if kind < 0.75:
        return rng.choice(FORMULAS)
    if kind < 0.95:
        return rng.choice(WORDS)
    return rng.choice(("9", "x", "e\u0301", "🙂", "(", "1,", "η ", "a\n")) * rng.choice((100, 5000, 50000))


def clipboard(rng: Random) -> str:
    """Text on the clipboard: a table, a shared scene, a damaged one, or what could be typed."""
    kind = rng.random()
    if kind < 0.4:
        return rng.choice(TABLES)
    if kind < 0.7:
        return text(rng)
    from engine.lecture_file import load
    from engine.share import to_text

    shared = to_text(load(rng.choice(examples())))
    return shared if kind < 0.85 else damaged(shared.encode(), rng).decode(errors="replace")


def examples() -> list[Path]:
    """All shipped scenes and lectures, in a fixed order."""
    return sorted([*ASSETS.glob("scenes/*/*.json"), *ASSETS.glob("lectures/*.json")])


def tables() -> list[Path]:
    return sorted(ASSETS.glob("data/*.csv"))


def pictures() -> list[Path]:
    return sorted(path for path in ASSETS.glob("pictures/*") if path.suffix in (".png", ".jpg"))


def damaged(data: bytes, rng: Random) -> bytes:
    """The same with something broken in it."""
    ways: tuple[Callable[[], bytes], ...] = (
        lambda: data[: rng.randrange(len(data) + 1)],
        lambda: b"",
        lambda: data + data[-rng.randrange(1, 50) :],
        lambda: rng.randbytes(rng.choice((1, 100, 5000))),
        lambda: _with_bytes(data, rng),
        lambda: _with_value(data, rng),
        lambda: _with_value(data, rng),
        lambda: _with_value(data, rng),
    )
    return rng.choice(ways)()


def _with_bytes(data: bytes, rng: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 3, 30))):
        if changed:
            changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def _with_value(data: bytes, rng: Random) -> bytes:
    """Where it is JSON: one value somewhere replaced by another, so that it is still JSON."""
    try:
        tree = json.loads(data)
    except ValueError:
        return _with_bytes(data, rng)
    places: list[tuple[Any, Any]] = []
    _collect(tree, places)
    if places:
        holder, key = rng.choice(places)
        old = holder[key]
        choices: list[Any] = [
            None,
            True,
            -1,
            0,
            1e300,
            10**30,
            0.5,
            "",
            "x",
            [],
            {},
            [1, 2],
            float("nan"),
            float("inf"),
        ]
        if isinstance(old, int | float) and not isinstance(old, bool):
            choices += [old * 2, -old, old + 1, old * 1000, old / 3] * 2
        if isinstance(old, list):
            choices += [old * 2, old[:-1], old[::-1], old * 200]
        holder[key] = rng.choice(choices)
    return json.dumps(tree, ensure_ascii=False).encode()


def _collect(tree: Any, places: list[tuple[Any, Any]]) -> None:
    keys = tree.keys() if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ()
    for key in keys:
        places.append((tree, key))
        _collect(tree[key], places)


def file(rng: Random, folder: Path, kinds: tuple[str, ...] = ("json",)) -> Path:
    """A file to open: shipped, or a damaged copy in `folder`, or not there at all, or no file."""
    sources = {"json": examples, "csv": tables, "picture": pictures}
    kind = rng.choice(kinds)
    files = sources[kind]()
    if kind == "json" and rng.random() < 0.3:
        files = [path for path in files if path.parent.name == "lectures"]
    source = rng.choice(files)
    state = rng.random()
    if state < 0.55:
        return source
    if state < 0.6:
        return rng.choice((folder / "nothing.json", folder, Path("/"), Path("/dev/null"), folder / "no/folder.json"))
    copy = folder / f"damaged{rng.randrange(10**6)}{source.suffix}"
    copy.write_bytes(damaged(source.read_bytes(), rng))
    return copy


def place(rng: Random, folder: Path) -> str:
    """Where something is to be saved, as a file dialog would say it: seldom a place where that's impossible."""
    kind = rng.choice(("new", "new", "new", *PLACES))
    ending = rng.choice((".json", ".png", ".svg", ".pdf", ".mp4", ".gif", ".csv", ""))
    name = {
        "new": f"new{rng.randrange(10**6)}{ending}",
        "old": f"old{ending}",
        "no folder": f"gone/file{ending}",
        "folder": "taken.json",
        "long": "n" * 300 + ending,
        "odd": f"ä ß 한 🙂 '\"%s{ending}",
        "colon": f"-a:b{ending}",
        "none": "",
    }[kind]
    if kind == "folder":
        (folder / name).mkdir(exist_ok=True)
    return os.fspath(folder / name) if name else ""
