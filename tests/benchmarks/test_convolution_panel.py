"""A step of each pass in the Convolution panel, 28 × 28 at 1080p: from the moment to the repainted window.

pytest tests/benchmarks -s. Milliseconds are printed, never asserted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from engine.convolution.scene import opening_convolution
from engine.frames import Position


@pytest.fixture
def window(qtbot: Any) -> Iterator[Any]:
    from gui.main_window import MainWindow

    window = MainWindow()
    qtbot.addWidget(window)
    window.resize(1920, 1080)
    window.show()
    window.show_panel("convolution")
    yield window


@pytest.mark.parametrize("alone", ["forward", "kernel_gradient", "scatter", "gather"])
def test_a_step(window: Any, benchmark: Any, alone: str) -> None:
    view = "scatter" if alone == "scatter" else "gather"
    window.panel.open_scene(opening_convolution().resized(size=(28, 28)).with_(alone=alone, view=view))
    cells = iter(range(10**9))

    def step() -> None:
        window.player.seek(Position(next(cells) % window.player.length))
        QApplication.processEvents()

    benchmark.pedantic(step, rounds=60, warmup_rounds=4)
