"""Numbers dragged, drawn, pasted; pictures chosen, opened, dropped; and what cannot be, explained."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent, QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.convolution.scene import ConvolutionScene, opening_convolution
from engine.convolution.steps import Pass
from engine.frames import Position
from gui.convolution.panel import ConvolutionPanel
from gui.convolution.picture.layout import Placed
from gui.image_input import shipped_digits, shipped_pictures

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # of the offscreen platform


@pytest.fixture
def panel(qtbot: Any) -> Iterator[ConvolutionPanel]:
    panel = ConvolutionPanel(opening_convolution())
    panel.resize(1366, 900)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    yield panel
    QApplication.clipboard().clear()


def plate(panel: ConvolutionPanel, name: str, lead: tuple[int, ...] = (0,)) -> Placed:
    return next(one for one in panel.canvas.placed() if (one.plate.name, one.plate.lead) == (name, lead) and one.active)


def middle(placed: Placed, row: int, column: int) -> QPoint:
    return placed.at(row, column).center().toPoint()


def drag(panel: ConvolutionPanel, start: QPoint, *ways: QPoint, button: Qt.MouseButton = Qt.MouseButton.LeftButton,
         keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:  # fmt: skip
    QTest.mousePress(panel.canvas, button, keys, start)
    for way in ways:
        at = QPointF(way)
        event = QMouseEvent(QEvent.Type.MouseMove, at, panel.canvas.mapToGlobal(at), button, button, keys)
        QApplication.sendEvent(panel.canvas, event)
    QTest.mouseRelease(panel.canvas, button, keys, ways[-1] if ways else start)


def hover(panel: ConvolutionPanel, place: QPoint) -> None:
    at, none = QPointF(place), Qt.MouseButton.NoButton
    keys = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(
        panel.canvas, QMouseEvent(QEvent.Type.MouseMove, at, panel.canvas.mapToGlobal(at), none, none, keys)
    )


def paste(panel: ConvolutionPanel, text: str) -> None:
    QApplication.clipboard().setText(text)
    QTest.keyClick(panel.canvas, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


# Dragging a number.


def test_a_drag_up_makes_a_number_larger_in_one_undo_step(panel: ConvolutionPanel) -> None:
    start = middle(plate(panel, "x"), 1, 1)
    before = panel.scene.numbers("x")[0, 1, 1]
    drag(panel, start, start - QPoint(0, 20), start - QPoint(0, 40))
    assert panel.scene.numbers("x")[0, 1, 1] == before + 5
    assert not panel.canvas.editor.isVisible()
    panel.document.undo_stack.undo()
    assert panel.scene == opening_convolution()


def test_a_fine_drag_goes_in_tenths(panel: ConvolutionPanel) -> None:
    start = middle(plate(panel, "w", (0, 0)), 1, 1)
    drag(panel, start, start + QPoint(0, 24), keys=Qt.KeyboardModifier.ShiftModifier)
    assert panel.scene.numbers("kernel")[0, 0, 1, 1] == pytest.approx(0.7)


def test_a_drag_on_a_result_changes_nothing(panel: ConvolutionPanel) -> None:
    panel.player.seek(Position(16))
    start = middle(plate(panel, "y"), 1, 1)
    drag(panel, start, start - QPoint(0, 40))
    assert panel.scene == opening_convolution()


# Drawing.


def test_drawing_erasing_clearing(panel: ConvolutionPanel) -> None:
    controls = panel.controls.input
    controls.kind.buttons["drawing"].click()
    assert panel.scene.input == "drawing" and panel.scene.size == (12, 12) and not panel.scene.numbers("x").any()
    x = plate(panel, "x")
    drag(panel, middle(x, 2, 2), middle(x, 2, 8))
    drawn = panel.scene.numbers("x")[0]
    assert (drawn[2, 2:9] >= 6).all() and drawn[7:].sum() == 0 and drawn.max() <= 9
    assert (drawn == np.rint(drawn)).all()
    count = panel.document.undo_stack.count()
    drag(panel, middle(x, 2, 4), middle(x, 2, 6), button=Qt.MouseButton.RightButton)
    assert panel.scene.numbers("x")[0, 2, 5] <= 3
    assert panel.document.undo_stack.count() == count + 1
    QTest.mouseClick(panel.canvas, Qt.MouseButton.LeftButton, pos=middle(x, 9, 9))
    assert panel.scene.numbers("x")[0, 9, 9] > 0 and not panel.canvas.editor.isVisible()
    controls.clear.click()
    assert not panel.scene.numbers("x").any()


def test_drawing_inside_the_padding_hits_the_cell_under_the_mouse(panel: ConvolutionPanel) -> None:
    panel.controls.input.kind.buttons["drawing"].click()
    panel.document.change(panel.scene.resized(padding=2), "padding")
    drag(panel, middle(plate(panel, "x"), 2 + 3, 2 + 7))
    drawn = panel.scene.numbers("x")[0]
    assert drawn[3, 7] == drawn.max() > 0
    before = panel.scene
    drag(panel, middle(plate(panel, "x"), 0, 0), middle(plate(panel, "x"), 0, 5))
    assert panel.scene == before


def test_every_digit_can_be_the_input(panel: ConvolutionPanel) -> None:
    controls = panel.controls.input
    controls.kind.buttons["drawing"].click()
    controls.digits.activated.emit(3)
    assert panel.scene.size == (8, 8) and panel.scene.input == "drawing"
    assert panel.scene.numbers("x").max() == 9
    assert controls.digits.count() == len(shipped_digits()) + 1


# Pictures.


def test_shipped_pictures_in_every_size_and_in_colours(panel: ConvolutionPanel) -> None:
    controls = panel.controls.input
    controls.kind.buttons["picture"].click()
    assert panel.scene.input == "picture" and panel.scene.size == (28, 28) and not panel.scene.large
    for place in range(len(shipped_pictures())):
        controls.pictures.activated.emit(place + 1)
        assert panel.scene.numbers("x").max() > 5
    controls.scale.buttons["224"].click()
    assert panel.scene.large and panel.scene.size == (224, 224)
    assert 0 <= panel.scene.numbers("x").min() < 0.2 and panel.scene.numbers("x").max() <= 1
    controls.colour.click()
    assert panel.scene.channels == 3 and panel.scene.kernels == 1
    panel.canvas.grab()
    controls.scale.buttons["8"].click()
    assert panel.scene.size == (8, 8) and panel.scene.channels == 3
    controls.colour.click()
    assert panel.scene.channels == 1
    controls.kind.buttons["numbers"].click()
    assert panel.scene.input == "numbers"


def test_numbers_after_a_large_picture_are_small_again(panel: ConvolutionPanel) -> None:
    controls = panel.controls.input
    controls.kind.buttons["picture"].click()
    controls.scale.buttons["96"].click()
    controls.kind.buttons["numbers"].click()
    assert panel.scene.size == (6, 6) and panel.scene.pixels == b""


def written(path: Path, size: int = 40) -> Path:
    image = QImage(size, size, QImage.Format.Format_RGB32)
    image.fill(QColor(255, 0, 0))
    assert image.save(str(path))
    return path


def test_a_file_is_opened_or_dropped(panel: ConvolutionPanel, tmp_path: Path) -> None:
    panel.controls.input.read(written(tmp_path / "red.png"))
    assert panel.scene.input == "picture" and set(panel.scene.numbers("x").flat) == {3.0}  # 0.299 of 9
    panel.document.undo_stack.undo()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "red.png"))])
    drop = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
                      Qt.KeyboardModifier.NoModifier)  # fmt: skip
    panel.canvas.dropEvent(drop)
    assert panel.scene.input == "picture"


def forged_png(path: Path, side: int) -> Path:
    """The head of a picture of side × side pixels, and nothing more."""
    head = struct.pack(">II5B", side, side, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + b"IHDR" + head + struct.pack(">I", zlib.crc32(b"IHDR" + head))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk)
    return path


@pytest.mark.parametrize("kind", ["corrupt", "huge", "empty", "text", "missing", "folder"])
def test_bad_pictures_keep_the_last_good_one_and_say_why(panel: ConvolutionPanel, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "picture.png"
    match kind:
        case "corrupt":
            whole = written(tmp_path / "whole.png").read_bytes()
            path.write_bytes(whole[:60] + b"\0" * 40)
        case "huge":
            forged_png(path, 20_000)
        case "empty":
            path.write_bytes(b"")
        case "text":
            path.write_text("no picture")
        case "folder":
            path = tmp_path
    before = panel.scene
    panel.controls.input.read(path)
    error = panel.controls.input.error
    assert panel.scene == before and error.isVisibleTo(panel)
    assert error.text().endswith(".") and "\n" not in error.text()


def test_a_picture_that_does_not_go_with_the_groups_says_so(panel: ConvolutionPanel) -> None:
    panel.document.change(panel.scene.resized(channels=2, kernels=2, groups=2), "groups")
    before = panel.scene
    panel.controls.input.kind.buttons["picture"].click()
    assert panel.scene == before
    assert "Groups must divide" in panel.controls.input.error.text()
    assert panel.controls.input.kind.buttons["numbers"].isChecked()


# Pasting.


def test_a_table_goes_into_the_grid_under_the_mouse(panel: ConvolutionPanel) -> None:
    hover(panel, middle(plate(panel, "x"), 2, 3))
    paste(panel, "10\t20\n30\t40\n")
    assert panel.scene.numbers("x")[0, 2:4, 3:5].tolist() == [[10, 20], [30, 40]]
    hover(panel, middle(plate(panel, "w", (0, 0)), 0, 0))
    paste(panel, "1 2 3\n4 5 6\n7 8 9")
    assert panel.scene.numbers("kernel")[0, 0].tolist() == [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    panel.document.undo_stack.undo()
    panel.document.undo_stack.undo()
    assert panel.scene == opening_convolution()


def test_a_table_alone_becomes_the_input(panel: ConvolutionPanel) -> None:
    paste(panel, "\n".join(" ".join(str(row + column) for column in range(7)) for row in range(9)))
    assert panel.scene.size == (9, 7) and panel.scene.numbers("x")[0, 8, 6] == 14
    panel.document.change(panel.scene.with_axes(1), "1-D")
    paste(panel, "1 2 3 4 5")
    assert panel.scene.size == (5,) and panel.scene.numbers("x")[0].tolist() == [1, 2, 3, 4, 5]


def test_upstream_spread_out_is_pasted_where_there_is_data(panel: ConvolutionPanel) -> None:
    assert panel.subject is not None
    panel.player.seek(Position(panel.subject.timeline.start(Pass.GATHER) + 3))
    hover(panel, middle(plate(panel, "gs"), 2, 2))
    paste(panel, "7 8")
    assert panel.scene.numbers("upstream")[0, 0, :2].tolist() == [7, 8]
    hover(panel, middle(plate(panel, "gs"), 5, 5))
    before = panel.scene
    paste(panel, "7 8")
    assert panel.scene == before and "do not fit here" in panel.hover.text()


@pytest.mark.parametrize(
    "text", ["", "abc", "1 2\n3", "nan inf", "1e99 2", "\x00", "<b>1</b>", "1\t2\n" * 2000, "x" * 17_000_000]
)
def test_rubbish_pasted_is_one_sentence(panel: ConvolutionPanel, text: str) -> None:
    before = panel.scene
    paste(panel, text)
    assert panel.scene == before
    assert panel.hover.text() and "<b>" not in panel.hover.text()


def test_a_table_larger_than_an_input_may_be(panel: ConvolutionPanel) -> None:
    paste(panel, "\n".join(["1 2 3"] * 40))
    assert "at most 32 rows" in panel.hover.text() and panel.scene == opening_convolution()


def test_a_table_pasted_while_typing(panel: ConvolutionPanel) -> None:
    QTest.mouseClick(panel.canvas, Qt.MouseButton.LeftButton, pos=middle(plate(panel, "x"), 1, 1))
    QApplication.clipboard().setText("5\t6\n7\t8")
    QTest.keyClick(panel.canvas.editor, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert panel.scene.numbers("x")[0, 1:3, 1:3].tolist() == [[5, 6], [7, 8]]
    assert not panel.canvas.editor.isVisible()
    QTest.mouseClick(panel.canvas, Qt.MouseButton.LeftButton, pos=middle(plate(panel, "x"), 1, 1))
    QApplication.clipboard().setText("9")
    QTest.keyClick(panel.canvas.editor, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert panel.canvas.editor.isVisible() and panel.canvas.editor.text() == "9"
    QTest.keyClick(panel.canvas.editor, Qt.Key.Key_Return)
    assert panel.scene.numbers("x")[0, 1, 1] == 9


def test_a_picture_is_pasted(panel: ConvolutionPanel, tmp_path: Path) -> None:
    QApplication.clipboard().setImage(QImage(str(written(tmp_path / "red.png"))))
    QTest.keyClick(panel.canvas, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert panel.scene.input == "picture" and panel.scene.size == (28, 28)


# The new controls.


def test_axes_activation_pooling(panel: ConvolutionPanel) -> None:
    controls = panel.controls
    for axes in ("1", "3", "2"):
        controls.axes.buttons[axes].click()
        assert panel.scene.axes == int(axes)
        assert len(controls.steppers["size"].numbers) == int(axes)
    for box, key, field in ((controls.activation, "tanh", "activation"), (controls.pooling, "average", "pooling")):
        box.activated.emit(box.findData(key))
        assert getattr(panel.scene, field) == key
    assert controls.steppers["pool"].isVisibleTo(panel)
    stepper = controls.steppers["pool"]
    stepper.wanted.emit((4,))
    assert panel.scene.pool == 4
    before = panel.scene
    controls.steppers["window"].wanted.emit((5, 5))
    assert "pooling window spans 4 rows" in controls.steppers["window"].error.text() and panel.scene == before
    controls.pooling.activated.emit(controls.pooling.findData("none"))
    assert not stepper.isVisibleTo(panel)


def test_groups_that_do_not_divide(panel: ConvolutionPanel) -> None:
    stepper = panel.controls.steppers["groups"]
    stepper.wanted.emit((2,))
    assert stepper.error.text() == "Groups must divide the channels and the kernels: 2 does not divide 1."
    assert panel.scene == opening_convolution()


def test_pooling_too_large_for_the_output_says_so(panel: ConvolutionPanel) -> None:
    panel.document.change(panel.scene.resized(window=(6, 6)), "large kernel")
    box = panel.controls.pooling
    box.activated.emit(box.findData("max"))
    assert panel.controls.after_error.isVisibleTo(panel) and box.currentData() == "none"


def test_numbers_with_decimals(panel: ConvolutionPanel) -> None:
    panel.controls.input.whole.click()
    x = panel.scene.numbers("x")
    assert not panel.scene.whole and (x != np.rint(x)).any() and np.array_equal(x, np.round(x, 1))
    panel.controls.input.seed.wanted.emit((99999,))
    assert "Seed must be from 0 to 9999" in panel.controls.input.seed.error.text()


def test_a_scene_with_a_picture_comes_back(panel: ConvolutionPanel) -> None:
    panel.controls.input.kind.buttons["picture"].click()
    panel.controls.input.scale.buttons["96"].click()
    kept = panel.scene_to_save()
    panel.open_scene(ConvolutionScene())
    panel.open_scene(kept)
    assert panel.scene == kept and panel.scene.large
    panel.controls.input.scale.buttons["28"].click()
    assert panel.scene.size == (28, 28)
