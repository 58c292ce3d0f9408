"""The inspector keeps the lit line in sight without fighting the user."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QApplication

from engine.frames import Position
from engine.scene import RacerChoice, opening_scene
from engine.scene_file import load
from gui.files import example_scenes
from gui.optimizers.panel import OptimizersPanel

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
RACERS = (RacerChoice("gradient_descent"), RacerChoice("nadam"), RacerChoice("adam"))


@pytest.fixture
def panel(qtbot: Any) -> OptimizersPanel:
    panel = OptimizersPanel(opening_scene().with_(racers=RACERS, position=0))
    qtbot.addWidget(panel)
    panel.resize(1200, 560)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def lit_in_sight(panel: OptimizersPanel) -> bool:
    inspector = panel.inspector
    area = inspector.rule.line_area(inspector.rule.lit)
    top = inspector.rule.mapTo(inspector.viewport(), area.topLeft().toPoint()).y()
    return top >= 0 and (top + area.height() <= inspector.viewport().height() or top == 0)


def test_the_lit_line_is_in_sight_when_the_racer_or_the_line_changes(panel: OptimizersPanel, qtbot: Any) -> None:
    bar = panel.inspector.verticalScrollBar()
    panel.player.seek(Position(20))
    for racer in (1, 2, 0, 1):
        panel.document.look(panel.scene.with_(selected=racer))
        qtbot.waitUntil(lambda: lit_in_sight(panel), timeout=1000)
    assert bar.value() > 0  # NAdam's last line does not fit below the others
    for line in range(1, 5):
        panel.player.seek(Position(20, line))
        qtbot.waitUntil(lambda: lit_in_sight(panel), timeout=1000)
    panel.player.first()
    qtbot.waitUntil(lambda: bar.value() == 0, timeout=1000)  # no line is lit yet: the rule from its beginning


def test_it_stays_where_one_scrolls_while_the_same_line_goes_on(panel: OptimizersPanel, qtbot: Any) -> None:
    panel.document.look(panel.scene.with_(selected=1))
    panel.player.seek(Position(20))
    qtbot.waitUntil(lambda: lit_in_sight(panel), timeout=1000)
    bar = panel.inspector.verticalScrollBar()
    bar.triggerAction(QAbstractSlider.SliderAction.SliderToMinimum)  # as a wheel or a key does
    assert bar.value() == 0
    for step in range(21, 25):
        panel.player.seek(Position(step))
        QApplication.processEvents()
    panel.canvas.start_moved.emit((0.5, 0.5), 1)
    QApplication.processEvents()
    assert bar.value() == 0


def test_a_wheel_ends_the_following(panel: OptimizersPanel, qtbot: Any) -> None:
    panel.document.look(panel.scene.with_(selected=1))
    panel.player.seek(Position(20))
    qtbot.waitUntil(lambda: lit_in_sight(panel), timeout=1000)
    bar = panel.inspector.verticalScrollBar()
    before = bar.value()
    middle = QPointF(panel.inspector.viewport().rect().center())
    wheel = QWheelEvent(
        middle, panel.inspector.viewport().mapToGlobal(middle), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(panel.inspector.viewport(), wheel)
    scrolled = bar.value()
    assert scrolled < before
    panel.player.seek(Position(21))
    QApplication.processEvents()
    assert bar.value() == scrolled


@pytest.mark.parametrize(
    ("first", "then"), [("35-", "36-"), ("26-", "27-"), ("38-", "39-"), ("39-", "40-"), ("21-", "23-")]
)
def test_one_example_after_another_shows_its_lit_line(qtbot: Any, first: str, then: str) -> None:
    paths = example_scenes("optimizers")
    one, other = (load(next(path for path in paths if path.name.startswith(start))) for start in (first, then))
    panel = OptimizersPanel(one)
    qtbot.addWidget(panel)
    panel.resize(1366, 656)
    panel.show()
    qtbot.waitUntil(lambda: panel.run is not None)
    QApplication.processEvents()
    panel.open_scene(other)
    qtbot.waitUntil(lambda: panel.run is not None and panel.run.steps == other.steps and lit_in_sight(panel))
