"""Pictures that are copied and saved: of the moment they were asked for, and nobody waits for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest

from engine.frames import Position
from engine.scene import opening_scene
from gui.main_window import MainWindow
from gui.picture_file import file_data, picture_of
from tests.stress.blocks import Blocks

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(qtbot: Any) -> Iterator[MainWindow]:
    QSettings().clear()
    window = MainWindow(opening_scene())
    window.resize(1600, 960)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.player.seek(Position(40))
    yield window
    qtbot.waitUntil(window.pictures.may_close)


def with_relief(window: MainWindow, qtbot: Any) -> None:
    window.race.toggle_relief()
    relief = window.panel.pictures.relief
    qtbot.waitUntil(lambda: relief.picture._relief is not None and not relief.picture.is_rough, timeout=10_000)


def told(window: MainWindow, qtbot: Any, words: str) -> None:
    qtbot.waitUntil(lambda: words in window.notice.text(), timeout=10_000)


@pytest.mark.parametrize("relief", [False, True])
def test_nobody_waits_for_a_picture_which_is_of_its_moment(
    window: MainWindow, qtbot: Any, tmp_path: Path, relief: bool
) -> None:
    if relief:
        with_relief(window, qtbot)
    whole, longest = window.panel.pictures, []
    for name in ("a.png", "a.svg", ""):
        window.player.seek(Position(40))
        qtbot.wait(100)
        image, lines = picture_of(whole), file_data(whole, Path("a.svg"))()
        with Blocks() as blocks:
            if name:
                window.pictures.save_picture_to(tmp_path / name)
            else:
                QTest.keyClick(window, Qt.Key.Key_C, CTRL | SHIFT)
            window.player.seek(Position(60))
            told(window, qtbot, f"Saved as “{name}”" if name else "on the clipboard")
            qtbot.wait(50)
        longest.append(blocks.longest)
        if name.endswith("svg"):
            assert (tmp_path / name).read_bytes() == lines
        else:
            found = QImage(str(tmp_path / name)) if name else QGuiApplication.clipboard().image()
            assert found.convertToFormat(image.format()) == image
    print(longest)
    assert max(longest)[0] < 0.2, longest


def test_every_panel_has_a_picture(window: MainWindow, qtbot: Any, tmp_path: Path) -> None:
    for kind in window.kinds:
        window.show_panel(kind.key)
        qtbot.waitUntil(lambda: not window.panel.busy, timeout=10_000)
        for ending in ("png", "svg"):
            window.pictures.save_picture_to(tmp_path / f"{kind.key}.{ending}")
        told(window, qtbot, f"Saved as “{kind.key}.svg”")
        assert not QImage(str(tmp_path / f"{kind.key}.png")).isNull()
        assert b"<svg" in (tmp_path / f"{kind.key}.svg").read_bytes()[:400]


def test_what_cannot_be_saved_is_one_sentence_and_the_next_one_is(
    window: MainWindow, qtbot: Any, tmp_path: Path
) -> None:
    window.pictures.save_picture_to(tmp_path / "c.bmp")
    assert window.notice.text() == "Pictures are saved as .png or .svg, not as .bmp."
    window.pictures.save_picture_to(tmp_path / "none" / "d.png")
    window.pictures.save_picture_to(tmp_path / "e")
    told(window, qtbot, "“d.png” cannot be saved: no such file or directory.")
    told(window, qtbot, "Saved as “e.png”.")
    assert [path.name for path in tmp_path.iterdir()] == ["e.png"]


def test_the_window_closes_when_its_pictures_are_there(window: MainWindow, qtbot: Any, tmp_path: Path) -> None:
    with_relief(window, qtbot)
    window.player.seek(Position())
    for name in ("a.png", "b.png"):
        window.pictures.save_picture_to(tmp_path / name)
    window.close()
    assert window.isVisible() and "“a.png” is still being saved" in window.notice.text()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=10_000)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "b.png"]


def test_the_window_stays_to_tell_that_its_picture_is_not(window: MainWindow, qtbot: Any, tmp_path: Path) -> None:
    window.pictures.save_picture_to(tmp_path / "none" / "d.png")
    window.close()
    told(window, qtbot, "“d.png” cannot be saved")
    qtbot.wait(50)
    assert window.isVisible() and window.pictures.may_close()
