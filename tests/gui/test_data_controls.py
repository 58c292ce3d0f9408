"""The left panel of a loss made from data: folded while a scene is looked at, open while data are chosen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.data.scene import OwnTable
from engine.data.suited import suited
from engine.scene import DATA, opening_scene
from engine.scene_file import load
from gui.main_window import MainWindow
from gui.optimizers.data_controls import DataChoice, DataControls
from gui.theme import ASSETS

SCENES = {int(path.name[:2]): path for path in Path(ASSETS / "scenes/optimizers").glob("[23]?-*.json")}
ON_DATA = [number for number, path in sorted(SCENES.items()) if load(path).loss.key == DATA]


@pytest.fixture
def window(qtbot: Any) -> Any:
    QSettings().clear()
    window = MainWindow(opening_scene().with_(position=0))
    window.resize(1366, 768)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.player.pause()


def data_of(window: MainWindow) -> DataControls:
    return window.panel.controls.picker.data


def test_racers_are_seen_without_scrolling_in_every_scene_on_data(window: MainWindow) -> None:
    controls = window.panel.controls
    assert len(ON_DATA) >= 14
    for number in ON_DATA:
        window.panel.open_scene(load(SCENES[number]))
        for _ in range(3):
            QApplication.processEvents()
        card = controls.cards[0]
        name = card.mapTo(controls.viewport(), QPoint(0, 0)).y()
        assert 0 < name < controls.viewport().height() - 40, number
        assert controls.verticalScrollBar().value() == 0


def test_the_line_says_what_is_folded_and_a_click_opens_it(window: MainWindow) -> None:
    window.panel.open_scene(load(SCENES[34]))
    QApplication.processEvents()
    controls, data = window.panel.controls, data_of(window)
    assert data.fold.toolTip() == "Iris: petal length, petal width → sepal length" and not data.sets.isVisible()
    assert "…" in data.fold.summary.text() and data.fold.toolTip().startswith(data.fold.summary.text()[:-1])
    assert controls.regularisers.fold.summary.text() == "dropout"
    for fold, inside in ((data.fold, data.sets), (controls.regularisers.fold, controls.regularisers.switches["l1"])):
        QTest.mouseClick(fold, Qt.MouseButton.LeftButton, pos=QPoint(20, 8))
        assert fold.is_open and inside.isVisible()
    window.panel.open_scene(load(SCENES[27]))
    assert not data.fold.is_open and not controls.regularisers.fold.is_open
    assert controls.regularisers.fold.summary.text() == "early stopping"


def test_picking_a_model_opens_the_data(window: MainWindow) -> None:
    picker = window.panel.controls.picker
    picker.combo.activated.emit(picker.combo.findData("model logistic"))
    data = data_of(window)
    assert window.panel.scene.loss.key == DATA and data.fold.is_open and data.sets.isVisible()
    assert not window.panel.controls.regularisers.fold.is_open


def test_what_cannot_be_opens_the_data_and_says_so_beside_the_control(window: MainWindow, tmp_path: Path) -> None:
    table = OwnTable("growth", ("year", "gdp"), (1980.0, 3e9, 1981.0, 3.2e9, 1982.0, 3.1e9, 1983.0, 3.4e9))
    window.panel.open_scene(load(SCENES[22]))
    data = data_of(window)
    data.use_table(suited(DataChoice("own", table)))
    data.fold.set_open(False)
    before = window.panel.scene
    data.scaling.setCurrentIndex(data.scaling.findData("inputs"))
    data.scaling.activated.emit(data.scaling.currentIndex())
    assert "standardise inputs and target" in data.error.text() and data.error.isVisible()
    assert window.panel.scene == before and data.scaling.currentData() == "both"
    assert window.files.save_to(tmp_path / "growth.json")


def test_a_file_that_is_no_table_is_told_beside_its_button(window: MainWindow, qtbot: Any, tmp_path: Path) -> None:
    tables = window.panel.controls.picker.tables
    tables.read(tmp_path)
    qtbot.waitUntil(lambda: tables.error.text().endswith("is a folder."))
    assert tables.error.isVisible() and not data_of(window).isVisible()
    window.panel.open_scene(load(SCENES[22]))
    data = data_of(window)
    tables.read(tmp_path)
    qtbot.waitUntil(lambda: data.file_error.text().endswith("is a folder."))
    QApplication.processEvents()
    assert data.file_error.isVisible() and not tables.error.isVisible()
    gap = data.file_error.mapTo(data, QPoint(0, 0)).y() - data.open.mapTo(data, QPoint(0, data.open.height())).y()
    assert 0 <= gap <= 12
    window.panel.open_scene(load(SCENES[27]))
    assert not data.file_error.isVisible() and not data.fold.is_open


def test_with_data_the_rule_has_the_most_of_the_right_column(window: MainWindow) -> None:
    def shares() -> list[float]:
        QApplication.processEvents()
        sizes = window.panel.right.parts.sizes()
        return [size / sum(sizes) for size in sizes]

    assert shares()[1] == 0 and shares()[0] > 0.7
    window.panel.open_scene(load(SCENES[27]))
    rule, data, curve = shares()
    assert rule > 0.44 and 0.25 < data < 0.35 and 0.2 < curve < 0.3
    window.panel.open_scene(opening_scene())
    assert shares()[1] == 0 and shares()[0] > 0.7
