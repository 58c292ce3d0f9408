"""The Convolution panel as a user meets it: clicks, typing, scrubbing, hovering; and bad input in every field."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.convolution.scene import ConvolutionScene, opening_convolution
from engine.convolution.steps import Pass, stages
from engine.frames import Position
from engine.scene_file import load
from gui.convolution.formulas import pass_formula, spoken
from gui.convolution.palette import _FILLS, hue, text_on
from gui.convolution.panel import ConvolutionPanel
from gui.convolution.picture.layout import Placed
from gui.picture_file import file_data, picture_of
from gui.theme import ASSETS, THEMES, look

RUBBISH = ["abc", "", " ", "1e999", "nan", "inf", "0x10", "1_000", "１２", "--3", "1.2.3", "π", "9" * 50]
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # of the offscreen platform
PHOTO = ASSETS / "scenes" / "convolution" / "07-photo.json"
BACKWARD = (Pass.UPSTREAM, Pass.BIAS_GRADIENT, Pass.KERNEL_GRADIENT, Pass.GATHER)


@pytest.fixture
def panel(qtbot: Any) -> ConvolutionPanel:
    return shown(qtbot, opening_convolution())


def shown(qtbot: Any, scene: ConvolutionScene, size: tuple[int, int] = (1366, 660)) -> ConvolutionPanel:
    panel = ConvolutionPanel(scene)
    panel.resize(*size)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def go(panel: ConvolutionPanel, stage: Pass, cell: int = 1, line: int = 0) -> None:
    assert panel.subject is not None
    panel.player.seek(Position(panel.subject.timeline.start(stage) + cell, line))


def plate(panel: ConvolutionPanel, name: str, lead: tuple[int, ...] = (0,), active: bool = True) -> Placed:
    return next(
        one for one in panel.canvas.placed() if (one.plate.name, one.plate.lead, one.active) == (name, lead, active)
    )


def middle(placed: Placed, row: int, column: int) -> QPoint:
    return placed.at(row, column).center().toPoint()


def click(panel: ConvolutionPanel, place: QPoint) -> None:
    QTest.mouseClick(panel.canvas, Qt.MouseButton.LeftButton, pos=place)


def hover(panel: ConvolutionPanel, place: QPoint) -> None:
    at = QPointF(place)
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(QEvent.Type.MouseMove, at, panel.canvas.mapToGlobal(at), none, none,
                        Qt.KeyboardModifier.NoModifier)  # fmt: skip
    QApplication.sendEvent(panel.canvas, event)


def grabbed(panel: ConvolutionPanel) -> QImage:
    return panel.canvas.grab().toImage()


# The timeline.


def test_one_timeline_through_all_passes(panel: ConvolutionPanel) -> None:
    assert panel.player.length == 16 + 16 + 1 + 9 + 36
    assert panel.passes.story == (Pass.FORWARD, *BACKWARD)
    panel.player.step(1)
    assert panel.canvas.moment is not None and panel.canvas.moment.stage is Pass.FORWARD
    panel.player.last()
    assert panel.canvas.moment.stage is Pass.GATHER and panel.canvas.moment.complete


@pytest.mark.parametrize("stage", BACKWARD)
def test_a_chip_goes_to_the_beginning_of_its_pass(panel: ConvolutionPanel, stage: Pass) -> None:
    QTest.mouseClick(panel.passes.chips[stage], Qt.MouseButton.LeftButton)
    moment = panel.canvas.moment
    assert moment is not None
    assert (moment.stage, moment.number, moment.products, moment.complete) == (stage, 0, 0, False)
    assert [s for s, chip in panel.passes.chips.items() if chip.isChecked()] == [stage]
    panel.player.step(1)
    assert panel.canvas.moment is not None and panel.canvas.moment.done == 1


def test_sub_steps_are_the_products_of_the_cell(panel: ConvolutionPanel) -> None:
    moments = []
    for _ in range(9):
        panel.player.sub_step(1)
        assert panel.canvas.moment is not None
        moments.append((panel.canvas.moment.products, panel.canvas.moment.complete))
    assert moments == [*((k, False) for k in range(1, 9)), (9, True)]
    assert "6" in panel.inspector.result.text()


def test_sub_steps_backwards_over_the_border_of_two_passes(panel: ConvolutionPanel) -> None:
    go(panel, Pass.KERNEL_GRADIENT, 0)
    seen = set()
    for _ in range(60):
        panel.player.sub_step(-1)
        assert panel.canvas.moment is not None
        assert panel.player.position.line < panel.player.lines_in_step()
        seen.add(panel.canvas.moment.stage)
    assert Pass.FORWARD in seen


def test_one_pass_alone(panel: ConvolutionPanel) -> None:
    go(panel, Pass.KERNEL_GRADIENT, 4)
    QTest.mouseClick(panel.passes.alone, Qt.MouseButton.LeftButton)
    assert (panel.player.length, panel.player.position.step) == (9, 4)
    QTest.mouseClick(panel.passes.chips[Pass.GATHER], Qt.MouseButton.LeftButton)
    assert panel.player.length == 36
    assert panel.scene.alone == "gather"
    go(panel, Pass.GATHER, 5)
    QTest.mouseClick(panel.passes.alone, Qt.MouseButton.LeftButton)
    assert panel.canvas.moment is not None
    assert (panel.player.length, panel.canvas.moment.stage, panel.canvas.moment.number) == (78, Pass.GATHER, 4)


def test_a_quarter_second_a_cell(panel: ConvolutionPanel) -> None:
    assert panel.player.rate == 4.0
    panel.player.play()
    assert panel.player.position_after(0.25).step == 1
    panel.player.pause()


def test_gather_scatter_or_both(panel: ConvolutionPanel) -> None:
    for key, last in (("scatter", [Pass.SCATTER]), ("both", [Pass.SCATTER, Pass.GATHER])):
        QTest.mouseClick(panel.controls.view.buttons[key], Qt.MouseButton.LeftButton)
        assert list(panel.passes.story[4:]) == last
    go(panel, Pass.SCATTER, 3, 4)
    assert "∂L/∂x" in panel.inspector.sum.text()
    assert not panel.inspector.check.isVisible()


def test_the_same_moment_is_the_same_picture(panel: ConvolutionPanel) -> None:
    go(panel, Pass.GATHER, 16, 3)
    first = grabbed(panel)
    panel.player.first()
    assert grabbed(panel) != first
    panel.player.last()
    go(panel, Pass.GATHER, 16, 3)
    assert grabbed(panel) == first


# Typing into cells.


def typed(panel: ConvolutionPanel, text: str) -> None:
    editor = panel.canvas.editor
    editor.selectAll()
    QTest.keyClick(editor, Qt.Key.Key_Delete)
    if text.isascii() and text:
        QTest.keyClicks(editor, text)
    else:
        editor.setText(text)
        editor.textEdited.emit(text)


def test_click_and_type_changes_the_input_everywhere(panel: ConvolutionPanel) -> None:
    click(panel, middle(plate(panel, "x"), 2, 3))
    assert panel.canvas.editor.isVisible()
    typed(panel, "-7,5")
    assert panel.scene == opening_convolution()
    QTest.keyClick(panel.canvas.editor, Qt.Key.Key_Tab)
    assert panel.scene.numbers("x")[0, 2, 3] == -7.5
    assert panel.subject is not None and panel.subject.plates.layer.x[0, 0, 2, 3] == -7.5
    assert panel.canvas.editor.index == (0, 2, 4)
    QTest.keyClick(panel.canvas.editor, Qt.Key.Key_Return)
    assert panel.canvas.editor.index == (0, 3, 4)
    panel.document.undo_stack.undo()
    assert panel.scene == opening_convolution()


def test_escape_brings_the_number_back(panel: ConvolutionPanel) -> None:
    click(panel, middle(plate(panel, "w", (0, 0)), 0, 0))
    typed(panel, "55")
    QTest.keyClick(panel.canvas.editor, Qt.Key.Key_Escape)
    assert panel.scene.numbers("kernel")[0, 0, 0, 0] == 1
    assert not panel.canvas.editor.isVisible()


@pytest.mark.parametrize("text", RUBBISH)
def test_rubbish_in_a_cell_keeps_the_last_good_number(panel: ConvolutionPanel, text: str) -> None:
    click(panel, middle(plate(panel, "x"), 0, 0))
    before = panel.scene
    typed(panel, text)
    editor = panel.canvas.editor
    assert panel.scene == before
    assert editor.problem and editor.problem in panel.hover.text()
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert not panel.hover.text()


def test_bias_upstream_and_target_are_typed_too(panel: ConvolutionPanel) -> None:
    click(panel, middle(plate(panel, "b"), 0, 0))
    typed(panel, "9")
    QTest.keyClick(panel.canvas.editor, Qt.Key.Key_Return)
    assert panel.scene.bias == (9.0,)
    go(panel, Pass.UPSTREAM, 16)
    click(panel, middle(plate(panel, "g"), 1, 1))
    typed(panel, "4")
    QTest.keyClick(panel.canvas.editor, Qt.Key.Key_Return)
    assert panel.scene.numbers("upstream")[0, 1, 1] == 4
    panel.controls.loss.buttons["squared_error"].click()
    go(panel, Pass.UPSTREAM, 16)
    click(panel, middle(plate(panel, "t"), 1, 1))
    typed(panel, "2")
    QTest.keyClick(panel.canvas.editor, Qt.Key.Key_Return)
    assert panel.scene.numbers("target")[0, 1, 1] == 2
    click(panel, middle(plate(panel, "g"), 1, 1))
    assert not panel.canvas.editor.isVisible()  # it follows from y and t


def test_a_spread_out_upstream_cell_is_the_same_number(panel: ConvolutionPanel) -> None:
    go(panel, Pass.GATHER, 3)
    spread = plate(panel, "gs")
    click(panel, middle(spread, 3, 3))
    typed(panel, "8")
    QTest.keyClick(panel.canvas.editor, Qt.Key.Key_Return)
    assert panel.scene.numbers("upstream")[0, 1, 1] == 8
    QTest.keyClick(panel.canvas.editor, Qt.Key.Key_Escape)
    click(panel, middle(spread, 0, 0))
    assert not panel.canvas.editor.isVisible()


def test_a_click_on_a_result_goes_to_its_moment(panel: ConvolutionPanel) -> None:
    go(panel, Pass.GATHER, 3)
    click(panel, middle(plate(panel, "dx"), 2, 3))
    assert panel.canvas.moment is not None
    assert panel.canvas.moment.step.index == (0, 0, 2, 3) and panel.canvas.moment.complete


# Hovering.


def test_hover_lights_up_what_belongs_together(panel: ConvolutionPanel) -> None:
    panel.player.last()
    dark = grabbed(panel)
    hover(panel, middle(plate(panel, "x", active=False), 2, 3))
    assert "9 of y" in panel.hover.text() and "x[2, 3] = 3" in panel.hover.text()
    assert grabbed(panel) != dark
    hover(panel, middle(plate(panel, "dx"), 0, 0))
    assert "depends on" in panel.hover.text()
    hover(panel, middle(plate(panel, "gs"), 0, 0))
    assert "no data" in panel.hover.text()
    QApplication.sendEvent(panel.canvas, QEvent(QEvent.Type.Leave))
    assert not panel.hover.text() and grabbed(panel) == dark


def test_hover_over_every_cell_of_every_pass(qtbot: Any) -> None:
    scene = opening_convolution().resized(channels=2, kernels=2, stride=2, padding=1, size=(5, 4))
    panel = shown(qtbot, scene.with_(view="both", loss="squared_error"))
    assert panel.subject is not None
    for stage in panel.subject.timeline.passes:
        go(panel, stage, 1)
        for placed in panel.canvas.placed():
            for row, column in np.ndindex(*placed.plate.size):
                hover(panel, middle(placed, row, column))
                assert panel.hover.text()
        grabbed(panel)


def test_a_number_that_is_not_computed_yet_is_not_told(panel: ConvolutionPanel) -> None:
    panel.player.first()
    hover(panel, middle(plate(panel, "y"), 3, 3))
    assert "=" not in panel.hover.text().split("</b>")[0]


# The controls.


def type_into(box: Any, text: str) -> None:
    box.setFocus()
    box.selectAll()
    QTest.keyClick(box, Qt.Key.Key_Delete)
    if text.isascii():
        QTest.keyClicks(box, text)
    else:
        box.setText(text)
        box.textEdited.emit(box.text())
    QTest.keyClick(box, Qt.Key.Key_Return)


@pytest.mark.parametrize("key", ["size", "window", "channels", "kernels", "stride", "padding", "dilation"])
def test_steppers_step_and_are_undone(panel: ConvolutionPanel, key: str) -> None:
    stepper = panel.controls.steppers[key]
    before = stepper.numbers
    QTest.mouseClick(stepper.more, Qt.MouseButton.LeftButton)
    assert stepper.numbers == tuple(number + 1 for number in before)
    assert getattr(panel.scene, key) in (stepper.numbers, stepper.numbers[0])
    panel.document.undo_stack.undo()
    assert stepper.numbers == before and panel.scene == opening_convolution()


def test_two_numbers_for_a_grid_that_is_not_square(panel: ConvolutionPanel) -> None:
    type_into(panel.controls.steppers["size"].box, "5 x 7")
    assert panel.scene.size == (5, 7)
    assert panel.controls.sizes.text().count("<b>") == 2
    QTest.mouseClick(panel.controls.steppers["size"].less, Qt.MouseButton.LeftButton)
    assert panel.scene.size == (4, 6)


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        ("window", "7", "The kernel spans 7 rows, the input has only 6."),
        ("stride", "0", "Stride must be from 1 to 6, not 0."),
        ("size", "9999", "Input size must be from 1 to 256"),
        ("size", "99999", "is not a whole number"),
        ("channels", "1.5", "is not a whole number"),
        ("kernels", "-2", "is not a whole number"),
        ("padding", "π", "is not a whole number"),
        ("dilation", "", "is not a whole number"),
        ("size", "3 x 4 x 5", "is not a whole number or two"),
    ],
)
def test_what_cannot_be_is_explained_and_the_last_picture_stays(
    panel: ConvolutionPanel, key: str, text: str, words: str
) -> None:
    stepper = panel.controls.steppers[key]
    before, subject = panel.scene, panel.subject
    type_into(stepper.box, text)
    assert panel.scene == before and panel.subject is subject
    assert words in stepper.error.text() and stepper.error.isVisible()
    QTest.keyClick(stepper.box, Qt.Key.Key_Escape)
    assert not stepper.error.isVisible()
    assert stepper.box.text() == " × ".join(map(str, dict.fromkeys(stepper.numbers)))


def test_kernel_presets(panel: ConvolutionPanel) -> None:
    box = panel.controls.presets
    for place in range(box.count()):
        box.setCurrentIndex(place)
        box.activated.emit(place)
        assert panel.scene.preset == box.itemData(place)
    panel.document.undo_stack.undo()
    assert box.currentData() == panel.scene.preset == "sharpen"


def test_a_preset_that_does_not_fit_is_explained(panel: ConvolutionPanel) -> None:
    panel.document.change(panel.scene.resized(window=(2, 2)).resized(size=(2, 2)), "small")
    box = panel.controls.presets
    box.activated.emit(box.findData("sobel"))
    assert panel.controls.preset_error.isVisible() and panel.scene.preset == "own"


def test_convolution_bias_numbers_and_loss(panel: ConvolutionPanel) -> None:
    controls = panel.controls
    controls.kind.buttons["convolution"].click()
    assert panel.scene.flip
    controls.bias.click()
    assert panel.scene.bias is None and Pass.BIAS_GRADIENT not in panel.passes.story
    controls.bias.click()
    assert panel.scene.bias == (0.0,)
    for button in (controls.input.randomise, controls.input.everything):
        seed, x = panel.scene.seed, panel.scene.numbers("x")
        button.click()
        assert panel.scene.seed != seed and not np.array_equal(x, panel.scene.numbers("x"))
    for key in ("ones", "squared_error", "own"):
        controls.loss.buttons[key].click()
        assert panel.scene.loss == key


def test_the_moment_stays_in_its_pass_when_sizes_change(panel: ConvolutionPanel) -> None:
    go(panel, Pass.KERNEL_GRADIENT, 5)
    panel.controls.steppers["size"].more.click()
    assert panel.canvas.moment is not None
    assert (panel.canvas.moment.stage, panel.canvas.moment.number) == (Pass.KERNEL_GRADIENT, 4)


# What is written at the right.


def test_every_gradient_cell_is_checked_by_a_finite_difference(qtbot: Any) -> None:
    scene = opening_convolution().resized(stride=2, padding=1, channels=2).with_(flip=True)
    panel = shown(qtbot, scene)
    for stage in (Pass.BIAS_GRADIENT, Pass.KERNEL_GRADIENT, Pass.GATHER):
        assert panel.subject is not None
        for cell in range(panel.subject.timeline.counts[panel.subject.timeline.passes.index(stage)]):
            go(panel, stage, cell + 1)
            assert panel.inspector.check.text().startswith("✓")


def test_formulas_name_this_layers_settings(panel: ConvolutionPanel) -> None:
    layer = opening_convolution().resized(stride=2, padding=1, dilation=2).layer()
    forward = "y[i, j] = Σ[u, v]w[u, v]·x[2i + 2u − 1, 2j + 2v − 1] + b"
    assert spoken(pass_formula(layer, Pass.FORWARD, "own")) == forward
    assert "g[(m + 1 − 2u)/2, (n + 1 − 2v)/2]" in spoken(pass_formula(layer, Pass.GATHER, "own"))
    assert panel.inspector.formula.toolTip().startswith("y[i, j] = ")
    for stage in stages(layer, (Pass.SCATTER, Pass.GATHER)):
        for loss in ("own", "ones", "squared_error"):
            assert spoken(pass_formula(layer, stage, loss))


def test_products_have_exact_values_under_the_mouse(panel: ConvolutionPanel) -> None:
    go(panel, Pass.FORWARD, 1)
    products = panel.inspector.products
    products.grab()
    assert "x[0, 0] × w[0, 0] = 1 × 1 = 1" in products.exact(QPoint(20, 15))
    assert products.exact(QPoint(products.width() - 1, products.height() - 1)) == ""


def test_many_products_keep_the_current_one_in_sight(qtbot: Any) -> None:
    panel = shown(qtbot, opening_convolution().resized(size=(28, 28)))
    go(panel, Pass.KERNEL_GRADIENT, 0, 400)
    products = panel.inspector.products
    products.grab()
    assert 399 - products.terms.first in [place for _, place in products._areas]
    assert products.height() <= 200


def test_overflow_is_a_result(panel: ConvolutionPanel) -> None:
    scene = panel.scene.with_(x=(1e6,) * 36, kernel=(-1e6,) * 9)
    panel.document.change(scene, "large")
    for stage in (Pass.FORWARD, *BACKWARD):
        go(panel, stage, 1)
        grabbed(panel)
    assert "✗" not in panel.inspector.check.text()


# Pictures, looks, scenes.


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_numbers_and_hues_stand_out(theme: str) -> None:
    shares = np.linspace(-1, 1, 201)
    for palette in ("value", "gradient"):
        colors = _FILLS[palette, theme == "dark"].colors(shares)
        black = text_on(colors)
        linear = np.where(colors / 255 <= 0.04045, colors / 255 / 12.92, ((colors / 255 + 0.055) / 1.055) ** 2.4)
        light = linear @ np.array([0.2126, 0.7152, 0.0722]) + 0.05
        assert np.where(black, light / 0.0565, 1.05 / light).min() >= 4
    hues = {hue(place, 9, theme == "dark").name() for place in range(9)}
    assert len(hues) == 9


@pytest.mark.parametrize("theme", list(THEMES))
@pytest.mark.parametrize("size", [(1366, 660), (1920, 960), (900, 500)])
def test_everything_is_inside_the_canvas_and_apart(qtbot: Any, theme: str, size: tuple[int, int]) -> None:
    look().set_theme(theme)
    scenes = [
        opening_convolution(),
        opening_convolution().resized(channels=3, kernels=3, padding=2, stride=2),
        opening_convolution().resized(size=(28, 28)),
        opening_convolution().resized(size=(1, 12), window=(1, 4)),
        opening_convolution().with_axes(1).resized(size=(20,), channels=2, padding=1),
        opening_convolution().with_axes(3).resized(padding=1, kernels=2),
        opening_convolution().with_(upstream=()).resized(activation="relu", pooling="max", channels=2),
        opening_convolution().resized(size=(4, 5)).with_(matrix=True),
        ConvolutionScene(size=(224, 200), channels=3, kernels=2, window=(5, 5), input="picture"),
    ]
    for scene in scenes:
        panel = shown(qtbot, scene, size)
        assert panel.subject is not None
        for stage in panel.subject.timeline.passes:
            go(panel, stage, 1)
            placed = panel.canvas.placed()
            canvas = QRect(QPoint(), panel.canvas.size())
            for one in placed:
                assert canvas.contains(one.rect.toAlignedRect()), (stage, one.plate.name)
            for number, one in enumerate(placed):
                for other in placed[number + 1 :]:
                    assert not one.rect.intersects(other.rect), (stage, one.plate.name, other.plate.name)
        panel.close()
    look().set_theme("dark")


def test_zoom_and_back(panel: ConvolutionPanel) -> None:
    before = plate(panel, "x").cell
    panel.zoom(0.5)
    assert plate(panel, "x").cell > before
    hover(panel, QPoint(200, 200))
    grabbed(panel)
    panel.reset_view()
    assert plate(panel, "x").cell == before


def test_pictures(panel: ConvolutionPanel) -> None:
    go(panel, Pass.GATHER, 16)
    assert picture_of(panel.canvas, 2.0).size() == panel.canvas.size() * 2
    text = file_data(panel.canvas, Path("picture.svg"))().decode()
    assert "<text" in text and "<image" not in text


def test_a_photo_is_one_image_in_a_vector_picture(qtbot: Any) -> None:
    """And what is not computed yet is not in it, whether or not clipping is known where it is shown."""
    panel = shown(qtbot, load(PHOTO))
    panel.player.seek(Position(20_000))
    data = file_data(panel.canvas, Path("photo.svg"))()
    text = data.decode()
    assert len(data) < 1_000_000
    assert text.count("<image") >= 2 and text.count("<rect") < 1000 and "<text" in text
    drawn = QImage(panel.canvas.size(), QImage.Format.Format_RGB32)
    painter = QPainter(drawn)
    QSvgRenderer(QByteArray(text.encode())).render(painter)
    painter.end()
    real = grabbed(panel)
    for name in ("x", "y"):
        one = plate(panel, name)
        area = one.rect.toRect().adjusted(3, 3, -3, -3)
        apart = np.abs(bytes_of(drawn.copy(area)) - bytes_of(real.copy(area))).max(-1)
        assert (apart > 12).mean() < 0.02, (name, (apart > 12).mean())  # the mark has other edges


def bytes_of(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    return np.array(image.constBits()).reshape(image.height(), image.width(), 4)[..., :3].astype(int)


def test_scenes_open_and_come_back(panel: ConvolutionPanel) -> None:
    other = ConvolutionScene("Another", size=(5, 5), stride=2, position=7, speed=2.0)
    panel.open_scene(other)
    assert panel.player.position.step == 7 and panel.player.speed == 2.0
    panel.player.step(1)
    assert panel.scene_to_save() == other.with_(position=8)
    panel.toggle_racer(3)
    panel.set_presenting(True)
    assert panel.controls.isHidden()
    panel.set_presenting(False)
