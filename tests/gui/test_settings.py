"""Nothing that is found among the settings keeps the app from starting, or comes into the window unasked."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QByteArray, QDate, QPoint, QRect, QSettings, QSize
from PySide6.QtWidgets import QApplication

from engine.scene import opening_scene
from engine.temporary_files import make_private
from gui import settings
from gui.application import sweep_leftovers
from gui.files import last_folder, recent_files
from gui.main_window import MainWindow, restore_window
from gui.recording.choices import last_place, remember, remembered
from gui.recording.settings import FORMATS, RATES, Settings
from gui.sides import WIDEST

ROOT = Path(__file__).parents[2]
KEYS = ("geometry", "scale", "theme", "recent", "sides/optimizers", "recording/choices", "recording/folder")
BOMB = r"@Variant(\0\0\0\x9\x7f\xff\xff\xff)"  # a list that says it has two thousand million entries

RUBBISH: list[Any] = [
    "", "hello", "\x00\x01\ud7ff\uffff", "9" * 5000, "1e999", "nan", "-inf", "-1", "x" * 200_000, "/" + "d/" * 3000,
    "a\0b", "@Variant(", "{" * 3000, "[1e999]", '{"kind": ["mp4"]}', '{"width": NaN}', '{"hold_first": Infinity}',
    '{"width": 1e400, "height": -5}', '{"fps": 1000000000}', '{"seconds": -1}', '{"theme": "\\ud800"}', True, -7,
    2**62, float("nan"), float("inf"), [], [1], ["a", "b"], [float("inf"), float("nan")], [10**12, -(10**12)],
    ["1e999", "nan"], [[1, 2], [3, 4]], [None, None], ["x" * 100_000] * 40, {"a": 1}, b"bytes",
    QByteArray(b"\x01\xd9\xd0\xcb" + bytes(200)), QByteArray(bytes(300_000)), QRect(1, 2, 3, 4), QSize(-1, -1),
    QPoint(5, 6), QDate(2020, 1, 1),
]  # fmt: skip


@pytest.fixture(autouse=True)
def empty(qapp: Any) -> Iterator[None]:
    QSettings().clear()
    yield
    QSettings().clear()


def spoil(value: Any) -> None:
    """Every setting of the app is `value`."""
    store = QSettings()
    for key in KEYS:
        store.setValue(key, value)


def test_rubbish_is_ignored() -> None:
    for value in RUBBISH:
        spoil(value)
        said = f"{value!a:.60}"
        assert settings.number("scale", 0.7, 2.5, 1.0) in (0.7, 1.0, 2.5), said
        assert settings.word("theme", ("dark", "light"), "dark") == "dark", said
        assert recent_files() == [], said
        assert last_folder() == Path.home(), said
        assert last_place() is None, said
        widths = settings.numbers("sides/optimizers", 2, 0, WIDEST)
        assert widths is None or all(0 <= width <= WIDEST for width in widths), said
        chosen, kind = remembered("light")
        assert chosen == Settings(theme="light") and kind in FORMATS, said
        assert settings.data("geometry") is None or isinstance(value, QByteArray | bytes), said


@pytest.mark.parametrize("value", ["hello", [float("inf"), "x"], QByteArray(b"\x01\xd9\xd0\xcb" + bytes(200)), BOMB])
def test_the_window_starts_among_rubbish(qtbot: Any, value: Any) -> None:
    spoil(value)
    window = MainWindow(opening_scene())
    qtbot.addWidget(window)
    restore_window(window)
    window.show()
    QApplication.processEvents()
    assert window.isVisible() and window.panel.controls.isVisible() and window.panel.right.isVisible()
    window.close()


def test_a_damaged_place_never_takes_the_window_out_of_sight(qtbot: Any) -> None:
    window = MainWindow(opening_scene())
    qtbot.addWidget(window)
    window.resize(1000, 700)
    sound = bytes(window.saveGeometry().data())
    chance = random.Random(11)
    screen = QApplication.primaryScreen().availableGeometry()
    for _ in range(150):
        spoilt = bytearray(sound)
        for _ in range(chance.randint(1, 4)):
            spoilt[chance.randrange(len(spoilt))] = chance.choice((0, 1, 127, 128, 255, chance.randrange(256)))
        settings.put("geometry", QByteArray(bytes(spoilt[: chance.choice((len(spoilt), chance.randrange(66)))])))
        restore_window(window)
        part = screen & window.geometry()
        assert part.width() >= 100 and part.height() >= 40, spoilt
        assert not window.isFullScreen() and not window.isMinimized()


def test_what_was_remembered_comes_back(tmp_path: Path) -> None:
    (tmp_path / "a, b @c.json").write_text("x", encoding="utf-8")
    for key, value in (("scale", 1.3), ("theme", "light"), ("recent", [str(tmp_path / "a, b @c.json")])):
        settings.put(key, value)
    settings.put("sides/optimizers", [250, 0])
    settings.put("geometry", QByteArray(b"\x01\x02"))
    remember(Settings(width=1280, height=720, fps=RATES[0], lines=True), "webm")
    QSettings().sync()
    assert settings.is_harmless(Path(QSettings().fileName()).read_bytes())
    assert settings.number("scale", 0.7, 2.5, 1.0) == 1.3
    assert settings.word("theme", ("dark", "light"), "dark") == "light"
    assert recent_files() == [tmp_path / "a, b @c.json"]
    assert settings.numbers("sides/optimizers", 2, 0, WIDEST) == (250, 0)
    assert settings.data("geometry") == QByteArray(b"\x01\x02")
    assert remembered("dark") == (Settings(width=1280, height=720, fps=RATES[0], lines=True), "webm")
    settings.put("recording/choices", json.dumps({"width": 1280, "height": 720, "unknown": 1}))
    assert remembered("dark")[0].width == 1280


@pytest.mark.parametrize(
    "line",
    [
        f"k={BOMB}",
        f"k=1, {BOMB}",
        f'k="{BOMB}"',
        r"k=@Varian\x74(\0\0\0\x9\x7f\xff\xff\xff)",
        r"k=@\126ariant(\0\0\0\x9\x7f\xff\xff\xff)",
        r"k=@Varian\x10074(\0\0\0\x9\x7f\xff\xff\xff)",
        "k=@Vari\\\nant(\\0\\0\\0\\x9\\x7f\\xff\\xff\\xff)",
        "k=@Vari\\\r\nant(\\0\\0\\0\\x9\\x7f\\xff\\xff\\xff)",
        'k=@Var"i"ant(\\0)',
        "k=\ufeff@Variant(\\0)",
        r"k=@\Variant(@\QVariant(\0)",
        r"k=@DateTime(\0\0)",
    ],
)
def test_objects_of_qt_are_found_in_every_spelling(line: str) -> None:
    assert not settings.is_harmless(f"[General]\n{line}\n".encode())


def start(folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """The whole app, until its window has been drawn."""
    code = (
        "import sys; from PySide6.QtWidgets import QApplication; import main\n"
        "QApplication.exec = lambda *_: [QApplication.processEvents() for _ in range(5)] and print('shown') or 0\n"
        "sys.exit(main.main([]))"
    )
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": str(folder), **more}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=90
    )


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="where settings are a file of text")
@pytest.mark.parametrize(
    "written",
    [
        "[General]\ngeometry=hello\nscale=big\ntheme=7\nrecent=@Invalid()\n[sides]\noptimizers=1\n",
        f"[General]\ngeometry={BOMB}\n",
        "\x00\ufffd[[[=\n=\n[General\ngeometry",
        "pipe",
        "endless",
        "folder",
    ],
    ids=["hello", "bomb", "no ini", "pipe", "endless", "folder"],
)
def test_the_app_starts_with_a_damaged_file(tmp_path: Path, written: str) -> None:
    path = tmp_path / "Stepscope" / "Stepscope.conf"
    path.parent.mkdir()
    match written:
        case "pipe":
            os.mkfifo(path)
        case "endless":
            path.symlink_to("/dev/zero")
        case "folder":
            path.mkdir()
        case _:
            path.write_text(written, encoding="utf-8")
    done = start(tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "shown\n", "")
    set_aside = path.with_name("Stepscope.conf.damaged")
    assert os.path.lexists(set_aside) == (written in ("pipe", "endless", "folder") or BOMB in written)


@pytest.mark.skipif(os.name != "posix", reason="processes")
def test_what_a_killed_process_left_is_swept_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "scene.json").write_text("{}", encoding="utf-8")
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    part = make_private(tmp_path / "scene.json")
    left = part.rename(part.with_name(part.name.replace(f"-{os.getpid()}-", f"-{dead.pid}-")))
    mine = make_private(tmp_path / "scene.json")
    settings.put("recent", [str(tmp_path / "scene.json")])
    sweep_leftovers().join(10)
    assert not left.exists() and mine.exists()
