"""A window of its own process in which canvases are zoomed in every way: what memory it takes, as JSON on stdout.

python -m tests.zooming WIDTH HEIGHT SCENE...
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, QPointF, Qt, QThreadPool
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from gui.application import make_application
from gui.garbage import GarbageCollector
from gui.main_window import MainWindow
from gui.theme import ASSETS
from tests.resident import peak, resident

NOTCH, TOUCH = 120, 48  # eighths of a degree: of a wheel, and of two fingers


def turn(canvas: QWidget, delta: int, times: int) -> None:
    """The wheel over a place that is not the middle, drawn after every event."""
    at = QPointF(canvas.width() * 0.4, canvas.height() * 0.55)
    none = Qt.KeyboardModifier.NoModifier
    for _ in range(times):
        event = QWheelEvent(
            at, canvas.mapToGlobal(at), QPoint(), QPoint(0, delta), Qt.MouseButton.NoButton, none,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(canvas, event)
        QApplication.processEvents()


def settle() -> None:
    for _ in range(3):
        QThreadPool.globalInstance().waitForDone(20_000)
        QApplication.processEvents()


def canvases(window: MainWindow) -> list[Any]:
    pictures = getattr(window.panel, "pictures", None)
    relief = None if pictures is None else pictures.shown_relief()
    return [window.panel.canvas, *([] if relief is None else [relief])]


def zoom_everything(window: MainWindow) -> None:
    """By wheel, touchpad, double click and keys, in and out."""
    for canvas in canvases(window):
        for delta, times in ((NOTCH, 6), (-NOTCH, 6), (TOUCH, 32), (-TOUCH, 32), (NOTCH, 6)):
            turn(canvas, delta, times)
        QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
        settle()
    for command in (window.zoom_in, window.zoom_out):
        for _ in range(8):
            command()
            QApplication.processEvents()
    window.reset_view()
    settle()


def main(width: int, height: int, scenes: list[str]) -> None:
    make_application(["zooming"])
    window = MainWindow()
    collector = GarbageCollector(lambda: False, window)
    collector.start()
    window.resize(width, height)
    window.show()
    settle()
    figures = {"opened": resident()}
    for scene in scenes:
        assert window.open_path(Path(ASSETS, "scenes", f"{scene}.json"), example=True)
        settle()
        zoom_everything(window)
        collector.look()
        figures[scene] = resident()
    window.show_panel("augmentation")
    settle()
    collector.look()
    print(json.dumps({**figures, "peak": peak(), "left": resident()}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
