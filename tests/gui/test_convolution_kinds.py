"""Every kind of layer in the Convolution panel: 1-D to 3-D, groups, activation, pooling, matrices, large pictures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QApplication

from engine.convolution.scene import ConvolutionScene, opening_convolution
from engine.convolution.steps import Pass
from engine.frames import Position
from engine.scene_file import load
from gui.convolution.formulas import pass_formula, spoken
from gui.convolution.panel import ConvolutionPanel
from gui.convolution.picture.blocks import result_grid
from gui.convolution.picture.layout import Placed
from gui.convolution.picture.lit import Spot, links_of
from gui.convolution.picture.marks import marks_at
from gui.convolution.picture.plates import MAGNIFIED, MATRICES, address
from gui.convolution.subject import subject_of
from gui.files import example_scenes

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # of the offscreen platform

OPENING = opening_convolution()
PLAIN = OPENING.with_(upstream=(), target=())
KINDS = {
    "1-D": OPENING.with_axes(1),
    "1-D, stride, channels": OPENING.with_axes(1).resized(stride=2, padding=1, channels=2, kernels=2),
    "3-D": OPENING.with_axes(3),
    "3-D, padding, kernels": OPENING.with_axes(3).resized(padding=1, kernels=2, size=(3, 3, 4)),
    "groups": PLAIN.resized(channels=4, kernels=2, groups=2),
    "ReLU": PLAIN.resized(activation="relu"),
    "tanh and max": PLAIN.resized(activation="tanh", pooling="max"),
    "sigmoid and average": PLAIN.resized(activation="sigmoid", pooling="average", kernels=2),
    "max of a 1-D row": PLAIN.with_axes(1).resized(pooling="max", pool=3),
    "3-D average": PLAIN.with_axes(3).resized(pooling="average"),
    "squared error of p": PLAIN.resized(activation="relu", pooling="max").with_(loss="squared_error"),
    "true convolution": PLAIN.resized(window=(2, 3)).with_(flip=True, activation="tanh"),
    "matrices": PLAIN.resized(size=(4, 4), window=(2, 2)).with_(matrix=True),
    "large": ConvolutionScene(size=(60, 50), loss="ones", input="picture"),
    "large, colours, groups": ConvolutionScene(size=(40, 34), channels=3, kernels=3, groups=3, padding=1, bias=()),
}  # fmt: skip


@pytest.fixture(params=list(KINDS))
def panel(qtbot: Any, request: pytest.FixtureRequest) -> ConvolutionPanel:
    return shown(qtbot, KINDS[request.param].with_(view="both"))


def shown(qtbot: Any, scene: ConvolutionScene) -> ConvolutionPanel:
    panel = ConvolutionPanel(scene)
    panel.resize(1366, 660)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def go(panel: ConvolutionPanel, stage: Pass, cell: int, line: int = 0, within: bool = False) -> None:
    assert panel.subject is not None
    panel.player.seek(Position(panel.subject.timeline.start(stage) + cell, line, 0.2 if line == 0 and within else 0.0))


def grabbed(panel: ConvolutionPanel) -> QImage:
    return panel.canvas.grab().toImage()


def hover(panel: ConvolutionPanel, place: QPointF) -> None:
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(QEvent.Type.MouseMove, place, panel.canvas.mapToGlobal(place), none, none,
                        Qt.KeyboardModifier.NoModifier)  # fmt: skip
    QApplication.sendEvent(panel.canvas, event)


def test_every_pass_is_shown_cell_by_cell_and_product_by_product(panel: ConvolutionPanel) -> None:
    assert panel.subject is not None
    timeline = panel.subject.timeline
    for stage, cells in zip(timeline.passes, timeline.counts, strict=True):
        before = None
        for cell in sorted({0, min(1, cells - 1), cells // 2, cells - 1}):
            go(panel, stage, cell, within=True)
            moment = panel.canvas.moment
            assert moment is not None and (moment.stage, moment.number) == (stage, cell)
            after = grabbed(panel)
            assert after != before
            before = after
        formula = pass_formula(panel.subject.plates.layer, stage, panel.scene.loss)
        assert spoken(formula) and panel.inspector.formula.toolTip() == spoken(formula)
        assert panel.inspector.why.text() and panel.inspector.heading.text()


def test_gradients_agree_with_finite_differences(panel: ConvolutionPanel) -> None:
    assert panel.subject is not None
    timeline = panel.subject.timeline
    for stage, cells in zip(timeline.passes, timeline.counts, strict=True):
        for cell in np.linspace(1, cells, min(cells, 12)).astype(int).tolist():
            go(panel, stage, cell)
            assert "✗" not in panel.inspector.check.text()
            if not panel.inspector.check.isHidden():
                kink = "max" in panel.scene.pooling and "kink" in panel.inspector.check.text()
                assert panel.inspector.check.text().startswith("✓") or kink


def test_the_number_in_the_grid_is_the_result_of_the_step(panel: ConvolutionPanel) -> None:
    """What is drawn, what is marked and what is written are of the same cell."""
    assert panel.subject is not None
    plates, timeline = panel.subject.plates, panel.subject.timeline
    for stage, cells in zip(timeline.passes, timeline.counts, strict=True):
        if stage is Pass.SCATTER:
            continue
        for cell in sorted({1, cells // 2 or 1, cells}):
            go(panel, stage, cell)
            moment = panel.canvas.moment
            assert moment is not None and moment.complete
            name, row, column = address(moment.step.grid, moment.step.index)
            assert name[0] == result_grid(plates, stage)
            offset = plates.layer.geometry.padding[-1] if name[0] == "x" else 0
            plate = plates.plate(name)
            assert plate.values[row + offset, column + offset] == pytest.approx(moment.step.result, nan_ok=True)
            marks = marks_at(plates.layer, moment)
            assert any((mark.row, mark.column, mark.state) == (row, column, "result") for mark in marks.cells[name])
            placed = {(one.plate.name, one.plate.lead) for one in panel.canvas.placed() if one.active}
            assert name in placed
            assert stage is Pass.UPSTREAM or set(marks.cells) <= placed


def test_every_cell_can_be_hovered(panel: ConvolutionPanel) -> None:
    assert panel.subject is not None
    random = np.random.default_rng(1)
    for stage in panel.subject.timeline.passes:
        go(panel, stage, 1)
        for placed in panel.canvas.placed():
            rows, columns = placed.plate.size
            for _ in range(3):
                place = placed.at(int(random.integers(rows)), int(random.integers(columns))).center()
                hover(panel, place)
                assert panel.hover.text()
                grabbed(panel)


def test_what_comes_later_is_empty(qtbot: Any) -> None:
    panel = shown(qtbot, KINDS["tanh and max"])
    canvas = panel.canvas
    for stage, empty in ((Pass.FORWARD, {"a", "p"}), (Pass.ACTIVATION, {"p"}), (Pass.POOLING, set())):
        go(panel, stage, 0, within=True)
        hidden = {
            one.plate.name
            for one in canvas.placed()
            if not canvas.is_done(Spot(one, 0, 0)) and one.plate.name not in (stage[:1], "y")
        }
        assert hidden - {"a" if stage is Pass.ACTIVATION else "p" if stage is Pass.POOLING else "y"} == empty


def test_a_row_lies_above_its_output_and_a_volume_is_a_row_of_slices(qtbot: Any) -> None:
    panel = shown(qtbot, KINDS["1-D"])
    by_name = {one.plate.name: one for one in panel.canvas.placed()}
    assert by_name["x"].rect.bottom() < by_name["w"].y < by_name["w"].rect.bottom() < by_name["y"].y
    assert by_name["x"].plate.size == (1, 12)
    panel = shown(qtbot, KINDS["3-D"])
    slices = [one for one in panel.canvas.placed() if one.plate.name == "x"]
    assert len(slices) == 4 and len({one.y for one in slices}) == 1 and len({one.x for one in slices}) == 4


def test_a_group_sees_its_own_channels_only() -> None:
    subject = subject_of(KINDS["groups"])
    plate = subject.plates.plate(("y", (1,)))
    links = links_of(subject.plates, Spot(Placed(plate, 0, 0, 20, True), 0, 0))
    assert links is not None
    assert [bool(links.depends["x"][0, c].any()) for c in range(4)] == [False, False, True, True]


def test_matrices_beside_the_grids(qtbot: Any) -> None:
    panel = shown(qtbot, KINDS["matrices"])
    layer = panel.scene.layer()
    expected = {
        Pass.FORWARD: {"C", "W"}, Pass.KERNEL_GRADIENT: {"dC", "C"}, Pass.GATHER: {"CT", "WT"},
    }  # fmt: skip
    for stage, names in expected.items():
        go(panel, stage, 3)
        placed = {one.plate.name: one.plate for one in panel.canvas.placed() if one.plate.name in MATRICES}
        assert set(placed) == names
    assert np.array_equal(placed["CT"].values, layer.matrix.values.T)
    go(panel, Pass.KERNEL_GRADIENT, 1)
    changed = next(one.plate for one in panel.canvas.placed() if one.plate.name == "dC")
    assert np.allclose(layer.matrix.sum_tied(changed.values), layer.gradients["dw"])
    hover(panel, next(one for one in panel.canvas.placed() if one.plate.name == "dC").at(0, 0).center())
    assert "1 of ∂w" in panel.hover.text() and "1 of g" in panel.hover.text()
    panel.document.change(panel.scene.resized(size=(28, 28)), "large")
    assert not panel.controls.matrix_note.isHidden()
    panel.document.undo_stack.undo()
    assert panel.controls.matrix_note.isHidden()
    panel.controls.matrix.click()
    assert not any(one.plate.name in MATRICES for one in panel.canvas.placed())


def test_the_magnified_window_is_the_window(qtbot: Any) -> None:
    panel = shown(qtbot, KINDS["large"])
    go(panel, Pass.FORWARD, 1000)
    moment = panel.canvas.moment
    assert moment is not None
    placed = {one.plate.name: one for one in panel.canvas.placed()}
    assert placed["x"].cell < 8 < placed["xm"].cell
    _, _, row, column = moment.step.index
    window = panel.scene.layer().x[0, 0, row : row + 3, column : column + 3]
    assert np.array_equal(placed["xm"].plate.values, window)
    assert placed["rm"].plate.values[0, 0] == moment.step.result
    assert not any(one.plate.edit == "x" for one in placed.values())
    assert {one.plate.name for one in panel.canvas.placed()} & set(MAGNIFIED) == {"xm", "rm"}


def test_thousands_of_products_are_laid_out_around_the_one_under_way(qtbot: Any) -> None:
    panel = shown(qtbot, KINDS["large"])
    go(panel, Pass.KERNEL_GRADIENT, 2, 2000)
    terms = panel.inspector.products.terms
    assert len(terms) == 400 and terms.all == 58 * 48 and terms.first < 2000 < terms.first + 400
    moment = panel.canvas.moment
    assert moment is not None
    now = moment.step.left.values[1999]
    assert terms.left[1999 - terms.first] == now


@pytest.mark.parametrize("path", example_scenes("convolution"), ids=lambda path: path.stem)
def test_every_example_plays(qtbot: Any, path: Any) -> None:
    scene = load(path)
    assert scene.title and scene.note
    panel = shown(qtbot, scene)
    for step in np.linspace(0, panel.player.length, 9).astype(int).tolist():
        panel.player.seek(Position(step))
        assert not grabbed(panel).isNull()
