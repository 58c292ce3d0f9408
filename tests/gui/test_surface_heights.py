"""Pictures and drawings as surfaces: read, raised, dug, undone, and refused in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QLibraryInfo, QMimeData, QPoint, QPointF, Qt, QUrl, QVersionNumber
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QKeySequence, QMouseEvent, QTransform
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from engine.fair_play import mark
from engine.heightmap import SIZE, HeightMap, dabbed, sampled
from engine.losses import LOSSES, Loss
from engine.scene import Heights, LossChoice, opening_scene
from engine.scene_file import decode, encode
from gui.optimizers.panel import OptimizersPanel
from gui.theme import ASSETS, look

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # of the offscreen platform

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
CAT = ASSETS / "pictures" / "cat.jpg"
ENTRY = QPointF(50, 50) if QLibraryInfo.version() >= QVersionNumber(6, 12) else QPoint(50, 50)  # as that Qt asks for it


@pytest.fixture
def panel(qtbot: Any) -> Iterator[OptimizersPanel]:
    panel = OptimizersPanel(opening_scene())
    qtbot.addWidget(panel)
    panel.resize(1200, 700)
    panel.show()
    qtbot.waitExposed(panel)
    yield panel


def pick(panel: OptimizersPanel, entry: str) -> None:
    combo = panel.controls.picker.combo
    combo.setCurrentIndex(combo.findData(entry))
    combo.activated.emit(combo.findData(entry))


def heights(panel: OptimizersPanel) -> np.ndarray:
    kept = panel.scene.loss.heights
    assert kept is not None
    return np.frombuffer(kept.pixels, np.uint8).reshape(kept.rows, kept.columns).astype(int)


def drag(panel: OptimizersPanel, button: Qt.MouseButton, *points: tuple[float, float]) -> None:
    """Press at the first point of the plane, move through the others, release."""
    canvas, mapping = panel.canvas, panel.canvas.mapping()
    places = [QPointF(mapping.x(x), mapping.y(y)) for x, y in points]
    QTest.mousePress(canvas, button, pos=places[0].toPoint())
    for place in places[1:]:
        QApplication.sendEvent(
            canvas,
            QMouseEvent(
                QEvent.Type.MouseMove, place, canvas.mapToGlobal(place), button, button, Qt.KeyboardModifier.NoModifier
            ),
        )
    QTest.mouseRelease(canvas, button, pos=places[-1].toPoint())


def test_a_picture_becomes_the_surface(panel: OptimizersPanel, qtbot: Any) -> None:
    before = panel.scene
    panel.controls.picker.heights.read(CAT)
    qtbot.waitUntil(lambda: panel.scene.loss.key == "heights", timeout=10_000)
    assert panel.scene.loss.heights is not None and panel.scene.loss.heights.name == "a picture"
    assert heights(panel).shape == (SIZE, SIZE) and np.ptp(heights(panel)) > 100
    assert panel.run is not None and isinstance(panel.run.loss, HeightMap)
    assert panel.run.start == panel.scene.start == tuple(panel.run.loss.start)
    picker = panel.controls.picker
    assert picker.combo.currentData() == "picture" and picker.heights.isVisible()
    assert not picker.edit.isVisible() and not picker.formula.isVisible()
    assert list(picker.fields) == ["smoothing", "relief"]
    smooth = panel.run.loss.grid.std()
    picker.fields["smoothing"].slider.moved.emit(0.9, 1)
    assert panel.scene.loss.values == {"smoothing": 7.2} and panel.run.loss.grid.std() < smooth
    assert decode(encode(panel.scene)) == panel.scene
    while panel.document.undo_stack.canUndo():
        panel.document.undo_stack.undo()
    assert panel.scene == before and not picker.heights.isVisible() and picker.combo.currentData() == "himmelblau"


def test_bright_may_be_deep(panel: OptimizersPanel, qtbot: Any) -> None:
    panel.controls.picker.heights.read(CAT)
    qtbot.waitUntil(lambda: panel.scene.loss.key == "heights", timeout=10_000)
    before = panel.run.loss.value((1.0, 1.0))  # type: ignore[union-attr]
    panel.controls.picker.heights.bright.click()
    assert panel.run is not None and panel.run.loss.value((1.0, 1.0)) == pytest.approx(10 - before)
    panel.document.undo_stack.undo()
    assert not panel.controls.picker.heights.bright.isChecked()
    assert panel.run.loss.value((1.0, 1.0)) == pytest.approx(before)


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + bytes(40), b"<svg/>", None])
def test_what_is_no_picture_is_told_and_changes_nothing(
    panel: OptimizersPanel, qtbot: Any, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "picture.png"
    if content is not None:
        path.write_bytes(content)
    pick(panel, "drawing")
    before = panel.scene
    controls = panel.controls.picker.heights
    controls.read(path)
    qtbot.waitUntil(controls.error.isVisible, timeout=10_000)
    assert "picture.png" in controls.error.text() and controls.error.text().endswith(".")
    assert panel.scene == before
    controls.read(CAT)
    qtbot.waitUntil(lambda: panel.scene != before, timeout=10_000)
    assert not controls.error.isVisible()


def test_a_bad_picture_is_told_beside_any_loss(panel: OptimizersPanel, qtbot: Any, tmp_path: Path) -> None:
    panel.controls.picker.heights.read(tmp_path / "none.png")
    qtbot.waitUntil(lambda: panel.controls.picker.heights.error.isVisible(), timeout=10_000)
    assert panel.scene.loss.key == "himmelblau"


def test_a_dialog_that_is_cancelled_changes_nothing(panel: OptimizersPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    before = panel.scene
    pick(panel, "picture")
    assert panel.scene == before and panel.controls.picker.combo.currentData() == "himmelblau"


def test_the_list_opens_a_picture(
    panel: OptimizersPanel, qtbot: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    one = QImage(3, 500, QImage.Format.Format_RGB32)
    one.fill(0xFF8090A0)
    assert one.save(str(tmp_path / "thin.png"))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "thin.png"), ""))
    pick(panel, "picture")
    qtbot.waitUntil(lambda: panel.scene.loss.key == "heights", timeout=10_000)
    assert np.ptp(heights(panel)) == 0  # a plain, on which nobody moves
    assert panel.run is not None and not len(panel.run.loss.minima)
    panel.grab()


def test_a_picture_is_dropped_or_pasted_on_the_contour(panel: OptimizersPanel, qtbot: Any, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(CAT))])
    enter = QDragEnterEvent(ENTRY, Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(panel.canvas, enter)
    assert enter.isAccepted()
    drop = QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(panel.canvas, drop)
    qtbot.waitUntil(lambda: panel.scene.loss.key == "heights", timeout=10_000)
    dropped = heights(panel)
    QApplication.clipboard().setText("no picture")
    QTest.keySequence(panel.canvas, QKeySequence.StandardKey.Paste)
    assert panel.controls.picker.heights.error.isVisible() and (heights(panel) == dropped).all()
    QApplication.clipboard().setImage(QImage(str(CAT)).transformed(QTransform.fromScale(-1, 1)))
    QTest.keySequence(panel.canvas, QKeySequence.StandardKey.Paste)
    QApplication.clipboard().clear()
    assert not panel.controls.picker.heights.error.isVisible()
    assert np.corrcoef(heights(panel).ravel(), dropped[:, ::-1].ravel())[0, 1] > 0.95
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "scene.json"))])
    enter = QDragEnterEvent(ENTRY, Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier)
    enter.setAccepted(False)
    QApplication.sendEvent(panel.canvas, enter)
    assert not enter.isAccepted()  # the window knows what to do with scenes


def test_another_surface_is_no_longer_the_one_that_rates_were_tuned_for(panel: OptimizersPanel) -> None:
    pick(panel, "drawing")
    tuned = mark(panel.scene)
    assert mark(panel.scene) == tuned
    drag(panel, LEFT, (0, 0))
    assert mark(panel.scene) != tuned


def test_drawing_begins_with_the_surface_that_is_there(panel: OptimizersPanel) -> None:
    pick(panel, "drawing")
    loss = panel.scene.loss.loss()
    for minimum in LOSSES["himmelblau"].minima:
        assert np.hypot(*(loss.minima - minimum).T).min() < 0.4
    assert panel.controls.picker.combo.currentData() == "drawing" and "dig" in panel.hint.text()
    pick(panel, "beale")
    assert "start" in panel.hint.text()
    panel.document.undo_stack.undo()
    assert panel.scene.start == opening_scene().start


def test_the_left_button_raises_and_the_right_one_digs(panel: OptimizersPanel) -> None:
    pick(panel, "drawing")
    panel.controls.picker.heights.flat.click()
    stack = panel.document.undo_stack
    before, entries = heights(panel), stack.count()
    assert np.ptp(before) == 0
    drag(panel, LEFT, (-2, 2), (-1, 2), (0, 2))
    raised = heights(panel)
    assert stack.count() == entries + 1 and raised.max() > 140 and raised.min() == 128
    row, column = np.unravel_index(int(raised.argmax()), raised.shape)
    assert column / (SIZE - 1) * 10 - 5 == pytest.approx(-1, abs=1.2) and 5 - row / (SIZE - 1) * 10 == pytest.approx(
        2, abs=0.3
    )
    drag(panel, RIGHT, (2, -2), (2, -3))
    dug = heights(panel)
    assert stack.count() == entries + 2 and dug.min() < 116 and dug.max() == raised.max()
    stack.undo()
    np.testing.assert_array_equal(heights(panel), raised)
    stack.undo()
    np.testing.assert_array_equal(heights(panel), before)
    stack.redo()
    np.testing.assert_array_equal(heights(panel), raised)
    assert panel.scene.start == opening_scene().start and panel.scene.view is None


def test_where_bright_is_deep_the_left_button_still_raises_the_loss(panel: OptimizersPanel) -> None:
    pick(panel, "drawing")
    panel.controls.picker.heights.flat.click()
    panel.controls.picker.heights.bright.click()
    before = panel.run.loss.value((0, 0))  # type: ignore[union-attr]
    drag(panel, LEFT, (0, 0), (0.4, 0))
    assert panel.run is not None and panel.run.loss.value((0, 0)) > before


def test_a_click_is_a_dab_and_a_long_stroke_has_its_ends(panel: OptimizersPanel) -> None:
    pick(panel, "drawing")
    panel.controls.picker.heights.flat.click()
    drag(panel, LEFT, (0, 0))
    assert heights(panel).max() > 128
    for _ in range(60):
        drag(panel, LEFT, (-5, 4), (5, 4))
    assert heights(panel).max() == 255  # and no further
    panel.grab()


def test_without_the_brush_the_mouse_moves_the_start_again(panel: OptimizersPanel) -> None:
    pick(panel, "drawing")
    panel.controls.picker.heights.draw.click()
    before = panel.scene.loss
    drag(panel, LEFT, (1, 1), (2, 2))
    assert panel.scene.loss == before and panel.scene.start == pytest.approx((2, 2), abs=0.05)
    panel.controls.picker.heights.draw.click()
    pick(panel, "beale")
    drag(panel, LEFT, (0, 1), (0, 2))
    assert panel.scene.loss.key == "beale" and panel.scene.start == pytest.approx((0, 2), abs=0.05)


def test_the_brush_is_seen(panel: OptimizersPanel) -> None:
    pick(panel, "drawing")
    canvas = panel.canvas
    QTest.mouseMove(canvas, QPoint(150, 150))
    QApplication.processEvents()
    without = canvas.grab().toImage()
    QTest.mouseMove(canvas, QPoint(canvas.width() // 2, canvas.height() // 2))
    QApplication.processEvents()
    assert canvas.grab().toImage() != without


def test_a_scene_with_heights_opens_and_may_lead_anywhere(panel: OptimizersPanel, qtbot: Any) -> None:
    scene = opening_scene().with_(
        loss=LossChoice("heights", heights=Heights(bytes(range(256)), 16, 16, name="a picture"))
    )
    panel.open_scene(scene)
    assert panel.controls.picker.combo.currentData() == "picture"
    pick(panel, "own")
    assert panel.scene.loss.formula == "x**2 + y**2"
    pick(panel, "rosenbrock")
    panel.open_scene(scene)
    for theme in ("light", "dark"):
        look().set_theme(theme)
        panel.grab()


def test_sampled_surfaces_keep_their_shape() -> None:
    for key in LOSSES:
        grid = sampled(LOSSES[key])
        assert grid.shape == (SIZE, SIZE) and np.ptp(grid) > 200, key
        assert np.median(grid) > 60, key  # a valley is not all there is to see
    for text in ("log(x)", "1/x", "3", "log(-1 - x**2)", "exp(exp(x*x))", "1e300*x*x*y"):
        sampled(Loss.from_text(text))


def test_a_dab_is_round_and_soft() -> None:
    box = ((-5.0, 5.0), (-5.0, 5.0))
    touched = dabbed(np.full((41, 41), 100.0), box, np.array([[0.0, 0.0]]), 2.0, 20.0)
    assert touched[20, 20] == pytest.approx(120) and touched[20, 28] == pytest.approx(100 + 20 * np.exp(-2))
    np.testing.assert_allclose(touched, touched.T)
    assert dabbed(touched, box, np.array([[0.0, 0.0]]), 2.0, -1e9).min() == 0
