"""A long race tells how far it is, and can be cancelled where it says so; short ones tell nothing."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QThreadPool

from engine.scene import CrowdChoice, RacerChoice, Scene, opening_scene
from gui.optimizers.panel import OptimizersPanel
from tests.stress.blocks import Blocks

# The offscreen platform says so of every window whose size has limits.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

RING = CrowdChoice(count=100)


def heavy(steps: int = 20_000) -> Scene:
    """Minutes of work with so many steps."""
    return opening_scene().with_(racers=tuple(RacerChoice("adam", {}, crowd=RING) for _ in range(20)), steps=steps)


def shown(qtbot: Any) -> OptimizersPanel:
    panel = OptimizersPanel(opening_scene())
    panel.resize(1280, 640)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def under_way(qtbot: Any, panel: OptimizersPanel) -> None:
    waiting = panel.waiting
    qtbot.waitUntil(lambda: waiting.isVisible() and waiting.bar.value() > 0, timeout=10_000)
    assert waiting.cancel.isVisible() and waiting.bar.isVisible() and not waiting.again.isVisible()
    assert panel.canvas.rect().contains(waiting.geometry())
    assert waiting.rect().contains(waiting.cancel.geometry()) and waiting.rect().contains(waiting.bar.geometry())


def test_a_race_that_is_opened(qtbot: Any) -> None:
    panel = shown(qtbot)
    with Blocks() as blocks:
        panel.open_scene(heavy(10_000))
        assert panel.waiting.isHidden()
        under_way(qtbot, panel)
        assert panel.canvas.why == "The race is being computed …" and not panel.waiting.text.isVisible()
        before = panel.waiting.bar.value()
        qtbot.waitUntil(lambda: panel.waiting.bar.value() > before, timeout=10_000)
        panel.waiting.cancel.click()
        assert not panel.busy and panel.canvas.why == panel.inspector.heading.text() == "The race is not computed."
        assert QThreadPool.globalInstance().waitForDone(1000)
        panel.waiting.again.click()
        assert panel.busy
        under_way(qtbot, panel)
        panel.open_scene(opening_scene())
        assert panel.waiting.isHidden() and panel.run is not None
    assert blocks.longest[0] < 0.2, blocks.longest


def test_a_race_that_is_changed(qtbot: Any) -> None:
    panel = shown(qtbot)
    run = panel.run
    panel.document.change(heavy(), "Racers")
    under_way(qtbot, panel)
    assert panel.waiting.text.text() == "The race is being computed …" and panel.run is run
    panel.resize(900, 560)
    assert panel.canvas.rect().contains(panel.waiting.geometry())
    panel.waiting.cancel.click()
    assert panel.run is run and panel.waiting.isVisible() and panel.waiting.again.isVisible()
    assert panel.waiting.text.text() == "Cancelled: this is the race before the change."
    panel.document.change(opening_scene(), "Back")
    assert panel.waiting.isHidden() and not panel.busy


def test_it_goes_when_the_race_is_there_and_short_ones_never_show_it(qtbot: Any) -> None:
    panel = shown(qtbot)
    panel.open_scene(heavy(400))
    under_way(qtbot, panel)
    qtbot.waitUntil(lambda: panel.run is not None, timeout=30_000)
    assert panel.waiting.isHidden()
    panel.open_scene(opening_scene().with_(steps=4000))
    assert panel.busy
    qtbot.waitUntil(lambda: not panel.busy)
    qtbot.wait(500)
    assert panel.waiting.isHidden()
