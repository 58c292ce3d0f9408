"""Sharp and flat minima against batch size, in the window: in the background, cancelled, told as it was measured."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtTest import QTest

from engine.data.scene import DataChoice
from engine.maps import Cancelled
from engine.minima_scene import MinimaScene, opening_minima
from engine.scene import DATA, LossChoice, opening_scene
from gui.optimizers import minima_dialog
from gui.optimizers.minima_dialog import MinimaDialog, fitting, measured
from gui.optimizers.panel import OptimizersPanel

SMALL = opening_minima().with_(starts=60, steps=60, repeats=2, batch_sizes=(1, 16, 256))


@pytest.fixture
def panel(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[OptimizersPanel]:
    monkeypatch.setattr(minima_dialog, "fitting", lambda loss: SMALL)
    panel = OptimizersPanel(opening_scene())
    qtbot.addWidget(panel)
    yield panel


@pytest.fixture
def dialog(panel: OptimizersPanel, qtbot: Any) -> MinimaDialog:
    dialog = MinimaDialog(panel)
    qtbot.waitUntil(lambda: dialog.experiment is not None, timeout=20_000)
    return dialog


def test_it_shows_what_was_measured(dialog: MinimaDialog) -> None:
    assert dialog.experiment is not None and dialog.said.text() == measured(dialog.experiment)
    pictures = []
    for share, size in ((0.0, 1), (0.5, 16), (1.0, 256)):
        dialog.slider.moved.emit(share, 1)
        assert dialog.size_text.text() == f"B = {size}"
        pictures.append(dialog.canvas.grab().toImage())
    assert pictures[0] != pictures[1] != pictures[2]


def test_a_change_runs_it_anew_but_a_shift_only_draws(dialog: MinimaDialog, qtbot: Any) -> None:
    first = dialog.experiment
    before = dialog.canvas.grab().toImage()
    box = dialog.fields["shift"].box
    box.selectAll()
    QTest.keyClicks(box, "0.8")
    assert dialog.experiment is first and dialog.canvas.grab().toImage() != before
    dialog.button.click()
    qtbot.waitUntil(lambda: dialog.experiment is not first, timeout=20_000)
    assert dialog.scene.seed == 1


def test_it_can_be_cancelled_and_the_last_picture_stays(
    dialog: MinimaDialog, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = dialog.experiment

    def slow(scene: MinimaScene, progress: Any, cancelled: Any) -> None:
        progress(0.4)
        while not cancelled():
            time.sleep(0.005)
        raise Cancelled

    monkeypatch.setattr(MinimaScene, "run", slow)
    dialog.button.click()
    qtbot.waitUntil(lambda: dialog.bar.value() == 400)
    dialog.button.click()
    assert dialog.bar.isHidden() and dialog.experiment is first and dialog.error.isHidden()


def test_a_number_out_of_range_is_told(dialog: MinimaDialog) -> None:
    before = dialog.scene
    dialog._set("steps", 5001.0)
    assert dialog.scene == before and dialog.error.text().startswith("Steps must be from 1 to 5000")


def test_every_outcome_has_its_sentence(dialog: MinimaDialog) -> None:
    found = dialog.experiment
    assert found is not None
    shares, errors = np.array(found.shares), np.full_like(found.errors, 0.01)
    for first, last, said in (
        (0.1, 0.4, "as the textbook says"),
        (0.4, 0.1, "does not show"),
        (0.2, 0.2, "error bars"),
    ):
        shares[:, found.sharp] = np.linspace(first, last, len(shares))
        assert said in measured(replace(found, shares=shares, errors=errors))


def test_which_loss_it_is_on() -> None:
    assert fitting(LossChoice("himmelblau")).loss.key == "sharp_and_flat"
    assert fitting(LossChoice("sharp_and_flat")).loss.key == "sharp_and_flat"
    assert fitting(LossChoice(DATA, data=DataChoice(model="two_layer"))).loss.key == DATA
    assert fitting(LossChoice(DATA, data=DataChoice())).loss.key == "sharp_and_flat"  # one minimum only
