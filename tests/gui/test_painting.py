"""A fault while something is painted ends nothing but that painting."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget

import gui.painting
from engine.augmentation_scene import opening_augmentation
from engine.convolution.scene import opening_convolution
from engine.frames import Position
from engine.minima_scene import opening_minima
from engine.scene import opening_scene
from gui import application
from gui.main_window import MainWindow
from gui.painting import painting
from gui.recording.settings import Settings
from gui.recording.stage import Stage

SCENES = {
    "optimizers": opening_scene, "convolution": opening_convolution, "minima": opening_minima,
    "augmentation": opening_augmentation,
}  # fmt: skip


class SeededError(Exception):
    """The fault."""


class Failing(QPainter):
    """Fails with its fourth call, and leaves a state saved. How often, it counts."""

    failures = 0

    def __init__(self, device: Any) -> None:
        super().__init__(device)
        self.calls = 0

    def __getattribute__(self, name: str) -> Any:
        if name not in ("calls", "isActive", "end"):
            self.calls += 1
            if self.calls > 3:
                Failing.failures += 1
                super().__getattribute__("save")()
                raise SeededError(name)
        return super().__getattribute__(name)


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """For making painters fail."""
    Failing.failures = 0
    return monkeypatch


def test_a_painter_is_ended_by_what_is_raised(failing: pytest.MonkeyPatch, qtlog: Any) -> None:
    failing.setattr(gui.painting, "QPainter", Failing)
    image = QImage(20, 20, QImage.Format.Format_RGB32)
    with pytest.raises(SeededError), painting(image) as painter:
        while True:
            painter.save()
    assert not image.paintingActive() and not painter.isActive()
    del image  # which would end the process
    assert not qtlog.records


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_a_frame_that_cannot_be_painted(failing: pytest.MonkeyPatch, scene: Any, qtlog: Any) -> None:
    stage = Stage(scene(), Settings(320, 180))
    good = stage.frame(Position(1)).copy()
    failing.setattr(gui.painting, "QPainter", Failing)
    with pytest.raises(SeededError):
        stage.frame(Position(0))
    failing.undo()
    assert not stage.image.paintingActive()
    assert Stage(scene(), Settings(320, 180)).frame(Position(1)) == good
    assert not qtlog.records


@pytest.fixture
def window(qtbot: Any, request: pytest.FixtureRequest) -> Iterator[MainWindow]:
    QSettings().clear()
    window = MainWindow(SCENES[request.param]())
    window.resize(1366, 768)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    if hasattr(window.panel, "losses"):
        assert window.panel.losses.plot is not None  # which is made after the first picture
    QApplication.processEvents()
    yield window
    for place in window.places.values():
        place.path = None


def painted(window: MainWindow) -> list[QWidget]:
    """The visible widgets that paint themselves in Python."""
    shown = [child for child in window.findChildren(QWidget) if child.isVisible()]
    return [child for child in shown if type(child).paintEvent is not QWidget.paintEvent and _ours(child)]


def _ours(widget: QWidget) -> bool:
    return any("paintEvent" in kind.__dict__ and kind.__module__.startswith("gui.") for kind in type(widget).__mro__)


@pytest.mark.parametrize("window", SCENES, indirect=True)
def test_a_widget_that_cannot_be_painted_ends_nothing(
    window: MainWindow, failing: pytest.MonkeyPatch, qtbot: Any, qtlog: Any
) -> None:
    good = window.grab().toImage()
    widgets = painted(window)
    with qtbot.captureExceptions() as caught:
        failing.setattr(gui.painting, "QPainter", Failing)
        for widget in widgets:
            widget.repaint()
            assert not widget.paintingActive()
        failing.undo()
        QApplication.processEvents()
    assert Failing.failures > 3 and [kind for kind, _, _ in caught] == [SeededError] * Failing.failures
    window.repaint()
    QApplication.processEvents()
    assert window.grab().toImage() == good
    assert not qtlog.records


@pytest.mark.parametrize("window", ["optimizers"], indirect=True)
def test_one_widget_that_cannot_be_painted_keeps_no_other_from_it(
    window: MainWindow, failing: pytest.MonkeyPatch, qtbot: Any
) -> None:
    def fail(*_: object) -> None:
        raise SeededError

    failing.setattr(gui.painting, "QPainter", Counting)
    good = painted_anew(window)
    assert good > 10
    failing.setattr(window.panel.canvas.picture, "paint", fail)
    with qtbot.captureExceptions() as caught:
        assert painted_anew(window) == good, "all others are painted at the same time"
    assert [kind for kind, _, _ in caught] == [SeededError]


class Counting(QPainter):
    """How many there were on widgets."""

    made = 0

    def __init__(self, device: Any) -> None:
        Counting.made += isinstance(device, QWidget)
        super().__init__(device)


def painted_anew(window: MainWindow) -> int:
    """How many widgets are painted if all should be."""
    Counting.made = 0
    for widget in painted(window):
        widget.update()
    for _ in range(2):
        QApplication.processEvents()
    return Counting.made


@pytest.mark.parametrize("window", ["optimizers"], indirect=True)
def test_what_never_can_be_painted_is_told_of_and_leaves_the_window_its_time(
    window: MainWindow, failing: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing.setattr(gui.painting, "QPainter", Failing)
    failing.setattr(sys, "excepthook", lambda *fault: application._report(window, *fault))
    window.repaint()
    end = time.monotonic() + 0.5
    while time.monotonic() < end:
        QApplication.processEvents()
    assert "Something went wrong here (SeededError" in window.notice.text()
    assert Failing.failures < 300, "telling of it has not painted it again, and so on"
    assert "SeededError" in capsys.readouterr().err
