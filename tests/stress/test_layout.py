"""Every example scene in windows and text of every size, and the opening race at sixty heights: all settle at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings

from gui.main_window import MainWindow
from gui.theme import look
from tests.layouts import SCALES, SCENES, SIZES, restless, restless_at_brink, settle


@pytest.fixture
def window(qtbot: Any) -> Any:
    QSettings().clear()
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    yield window
    window.player.pause()
    for place in window.places.values():
        place.path = None
    look().set_scale(1.0)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("width", [1920, 1600, 1366])
def test_the_opening_race(window: MainWindow, width: int, scale: float) -> None:
    look().set_scale(scale)
    settle()
    assert restless(window, [(width, height) for height in range(1080, 600, -8)]) == []


@pytest.mark.parametrize("scene", SCENES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_scenes(window: MainWindow, scene: Path) -> None:
    assert window.open_path(scene, True)
    for scale in SCALES:
        look().set_scale(scale)
        settle()
        assert restless(window, SIZES) == []
        assert restless_at_brink(window, window.panel.inspector, 1920) == []
