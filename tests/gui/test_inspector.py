"""The inspector keeps the lit line in sight without fighting the user."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from engine.frames import Position
from engine.scene import RacerChoice, opening_scene
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
    bar.setValue(0)
    for step in range(21, 25):
        panel.player.seek(Position(step))
        QApplication.processEvents()
    panel.canvas.start_moved.emit((0.5, 0.5), 1)
    QApplication.processEvents()
    assert bar.value() == 0
