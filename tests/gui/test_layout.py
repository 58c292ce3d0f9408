"""No layout feeds back on itself: every size of the window settles at once. All scenes at all sizes: tests/stress."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QWidget

from engine.frames import Position
from engine.minima_scene import opening_minima
from gui.main_window import MainWindow
from gui.minima.subject import subject_of
from gui.optimizers.rule_view import RuleView
from gui.theme import look
from gui.widgets.scroll_column import BAR, MARGIN, ScrollColumn
from tests.layouts import MOST, SCENES, SIZES, counted, restless, restless_at_brink, settle

NAMES = ("1-one-start-different-minima", "27-early-stopping", "03-scatter-and-gather", "07-photo", "2-mixup")
SAMPLE = [scene for scene in SCENES if scene.stem in NAMES]


def named(name: str) -> Path:
    return next(scene for scene in SCENES if scene.stem == name)


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


@pytest.mark.parametrize("width", [1920, 1366])
def test_the_opening_race_settles_where_its_rule_just_fits(window: MainWindow, width: int) -> None:
    """There a scroll bar that took some of its width made the rule lower, and went, and came again."""
    assert restless_at_brink(window, window.panel.inspector, width) == []


@pytest.mark.parametrize(
    ("scene", "step", "width"),
    [("05-two-channels-two-kernels", 40, 1400), ("07-photo", 0, 1400), ("03-scatter-and-gather", 40, 1920)],
)
def test_a_convolution_settles_where_its_cell_just_fits(
    window: MainWindow, scene: str, step: int, width: int
) -> None:  # fmt: skip
    assert window.open_path(named(scene), True)
    window.player.seek(Position(step))
    assert restless_at_brink(window, window.panel.inspector, width) == []


@pytest.mark.parametrize("scene", SAMPLE, ids=lambda path: path.stem)
def test_scenes_settle_in_every_window(window: MainWindow, scene: Any) -> None:
    assert window.open_path(scene, True)
    for scale in (1.0, 1.5):
        look().set_scale(scale)
        settle()
        assert restless(window, SIZES) == []


def test_a_cell_that_needs_another_height_settles(window: MainWindow) -> None:
    """The inspector of a convolution, from cell to cell of every pass."""
    assert window.open_path(named("03-scatter-and-gather"), True)
    window.resize(1366, 700)
    settle()
    for step in range(0, window.player.length + 1, 7):
        with counted() as relays:
            window.player.seek(Position(step))
            settle()
        count, what = relays.worst()
        assert count <= MOST, f"cell {step}: {what} {count} times"


def test_the_width_of_a_column_does_not_depend_on_its_height(qtbot: Any) -> None:
    column = ScrollColumn()
    qtbot.addWidget(column)
    column.column.addWidget(QLabel("\n" * 40))
    column.resize(300, 2000)
    column.show()
    settle()
    bar = column.verticalScrollBar()
    assert bar.width() == BAR and bar.maximum() == 0
    wide = column.content.width()
    empty = column.grab().toImage()
    margins = column.column.contentsMargins()
    assert margins.left() == margins.right() + BAR == MARGIN
    column.resize(300, 200)
    settle()
    assert bar.maximum() > 0 and column.content.width() == wide
    beside = {empty.pixelColor(300 - BAR // 2 - 1, y).name() for y in range(10, 1990, 20)}
    assert beside == {look().theme.color("panel").name()}  # nothing is seen of a bar that scrolls nothing


def test_a_result_that_is_known_already_has_its_room(qtbot: Any) -> None:
    """Text that came while the window was being shown was laid out in the room before, its note cut above and below."""
    scene = opening_minima().with_(starts=60, steps=60, repeats=2, batch_sizes=(1, 16, 256), note="wide " * 60)
    subject_of(scene)
    look().set_scale(1.6)
    for height in (600, 680, 768):
        window = MainWindow(scene)
        qtbot.addWidget(window)
        window.resize(1366, height)
        window.show()
        settle()
        assert window.panel.subject is not None
        inspector = window.panel.inspector
        assert inspector.column.geometry() == inspector.content.rect()
        assert inspector.note.height() >= inspector.note.heightForWidth(inspector.note.width())


def test_rules_are_not_left_in_columns_whose_width_depends_on_their_height(window: MainWindow) -> None:
    """Every scroll area in a window with all its panels keeps its bar's place, or has nothing that it would squeeze."""
    for kind in window.kinds:
        window.choose_panel(kind.key)
    settle()
    areas = window.findChildren(QScrollArea)
    assert len(areas) >= 8
    assert {area.verticalScrollBarPolicy() for area in areas} == {Qt.ScrollBarPolicy.ScrollBarAlwaysOn}


def test_a_layout_that_feeds_back_is_noticed(qtbot: Any) -> None:
    """The fault as it was: a rule beside which a bar comes and goes."""
    area = QScrollArea()
    qtbot.addWidget(area)
    area.setWidgetResizable(True)
    content = QWidget()
    rule = _Growing()
    QHBoxLayout(content).addWidget(rule)
    area.setWidget(content)
    area.show()
    settle()
    assert restless(area, [(400, height) for height in range(400, 370, -1)])


class _Growing(RuleView):
    """Just too high at the whole width, and low enough beside a bar."""

    def _relay_all(self) -> None:
        self.setFixedHeight(self.width() - 10)


def test_grids_stay_where_they_are_when_a_cell_is_hovered(window: MainWindow) -> None:
    """In a window too narrow for the hint: what a hovered cell tells must not push the cell away from the mouse."""
    look().set_scale(1.5)
    assert window.open_path(named("03-scatter-and-gather"), True)
    window.resize(900, 560)
    settle()
    canvas = window.panel.canvas
    assert window.panel.hint.isHidden()
    before = canvas.size()
    placed = canvas.placed()[0]
    QTest.mouseMove(canvas, QPoint(2, 2))
    QTest.mouseMove(canvas, (placed.at(1, 1).center() - QPointF(canvas.offset)).toPoint())
    settle()
    assert window.panel.hover.text() and canvas.size() == before
