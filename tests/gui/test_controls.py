"""The side panel, both ways: what is typed or dragged reaches the scene, and the scene reaches the widgets."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.losses import LOSSES
from engine.optimizers import OPTIMIZERS
from engine.parameters import Parameter
from engine.scene import LossChoice, RacerChoice, opening_scene
from gui.document import Document, new_gesture
from gui.optimizers.controls import Controls
from gui.optimizers.panel import keep_looking
from gui.widgets.number_box import read_number, short_text
from gui.widgets.number_field import NumberField

RUBBISH = [
    "abc",
    "",
    " ",
    "1e999",
    "nan",
    "inf",
    "-1",
    "0x10",
    "1_000",
    "１２",
    "--3",
    "1.2.3",
    "1,2,3",
    "π",
    "9" * 199,
]


@pytest.fixture
def document(qtbot: Any) -> Document:
    return Document(opening_scene(), keep_looking)


@pytest.fixture
def controls(document: Document, qtbot: Any) -> Controls:
    controls = Controls(document)
    controls.resize(300, 800)
    qtbot.addWidget(controls)
    controls.show()
    qtbot.waitExposed(controls)
    return controls


def type_into(box: Any, text: str) -> None:
    box.setFocus()
    box.selectAll()
    QTest.keyClick(box, Qt.Key.Key_Delete)
    if text.isascii() and len(text) < 50:
        QTest.keyClicks(box, text)
    else:
        box.setText(text)
        box.textEdited.emit(box.text())
    QTest.keyClick(box, Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.003", 0.003), ("3e-3", 0.003), ("1,5", 1.5), ("−2", -2), (" 7 ", 7), (".5", 0.5), ("1E3", 1000)],
)
def test_numbers_as_people_write_them(text: str, value: float) -> None:
    assert read_number(text) == value


def test_numbers_are_written_short() -> None:
    assert [short_text(v) for v in (0.12, 1e-8, 160, 0.999, 3.5e20)] == ["0.12", "1e-8", "160", "0.999", "3.5e20"]


@pytest.mark.parametrize("text", RUBBISH)
def test_rubbish_in_a_rate_keeps_the_last_good_one(controls: Controls, document: Document, text: str) -> None:
    field = controls.cards[0].fields["learning_rate"]
    type_into(field.box, text)
    kept = document.scene.racers[0].build().values["learning_rate"]  # not the 1 of 1e999 either
    assert field.box.property("wrong")
    assert field.error.isVisibleTo(field)
    assert field.error.text()
    assert kept == field.box.value == 0.12
    type_into(field.box, "0.25")
    assert not field.box.property("wrong")
    assert not field.error.isVisibleTo(field)
    assert document.scene.racers[0].values["learning_rate"] == 0.25


@pytest.mark.parametrize("text", [t for t in RUBBISH if t != "-1"] + ["1e7", "-2e6"])
def test_rubbish_in_the_start(controls: Controls, document: Document, text: str) -> None:
    type_into(controls.start_x, text)
    assert controls.start_error.text()
    assert abs(document.scene.start[0]) <= 1e6
    QTest.keyClick(controls.start_x, Qt.Key.Key_Escape)
    assert not controls.start_error.text()
    assert controls.start_x.text() == short_text(document.scene.start[0])


@pytest.mark.parametrize("text", [*RUBBISH, "0", "1.5", "20001", "1e9"])
def test_rubbish_in_the_steps(controls: Controls, document: Document, text: str) -> None:
    type_into(controls.steps, text)
    assert "steps" in controls.start_error.text() or "number" in controls.start_error.text()
    assert 1 <= document.scene.steps <= 20_000


def test_typing_is_one_entry_and_reaches_the_scene(controls: Controls, document: Document) -> None:
    type_into(controls.start_x, "2.75")
    assert document.scene.start == (2.75, -0.8)
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert document.scene.start == (1.2, -0.8)
    controls.start_y.setFocus()
    assert controls.start_x.text() == "1.2"


def test_dragging_a_slider_is_one_entry(controls: Controls, document: Document) -> None:
    slider = controls.cards[0].fields["learning_rate"].slider
    y = slider.height() // 2
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(10, y))
    seen = set()
    for x in range(10, slider.width() - 8, 4):
        QTest.mouseMove(slider, QPoint(x, y))
        QApplication.processEvents()
        seen.add(document.scene.racers[0].values["learning_rate"])
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() - 8, y))
    assert len(seen) > 5
    assert document.undo_stack.count() == 1
    assert controls.cards[0].fields["learning_rate"].box.value == document.scene.racers[0].values["learning_rate"]
    document.undo_stack.undo()
    assert document.scene == opening_scene()
    assert controls.cards[0].fields["learning_rate"].box.text() == "0.12"


@pytest.mark.parametrize("key", list(OPTIMIZERS))
def test_sliders_cover_their_range(qtbot: Any, key: str) -> None:
    for parameter in OPTIMIZERS[key].parameters:
        field = NumberField(parameter, parameter.default)
        qtbot.addWidget(field)
        assert field.value_at(0) == pytest.approx(parameter.low)
        assert field.value_at(1) == pytest.approx(parameter.high, rel=1e-3)
        share = field.slider.share
        assert field.value_at(share) == pytest.approx(parameter.default, rel=0.01)
        for step in range(21):
            assert parameter.check(field.value_at(step / 20)) >= 0


def test_long_names_of_numbers_can_be_read_and_their_sliders_stand_in_line(qtbot: Any) -> None:
    from PySide6.QtWidgets import QVBoxLayout, QWidget

    names = ("η", "lam", "kappa", "a_name_without_end")
    fields = [NumberField(Parameter(n, "learning_rate" if n == "η" else n, 1, 0, 2, False, ""), 1) for n in names]
    room = QWidget()
    column = QVBoxLayout(room)
    column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
    for field in fields:
        column.addWidget(field)
        field.stand_with(fields)
    qtbot.addWidget(room)
    for width in (250, 420):
        room.resize(width, 200)
        room.show()
        QApplication.processEvents()
        assert [field.symbol.shown() for field in fields[:3]] == list(names[:3])
        assert "…" in fields[3].symbol.shown() and fields[3].symbol.text() == names[3] in fields[3].symbol.toolTip()
        assert len({field.symbol.width() for field in fields}) == 1
        assert min(field.slider.width() for field in fields) >= 40
        assert fields[0].label.width() == 0 or width == 420
        assert fields[3].label.width() == 0  # the same word twice
    room.resize(250, 200)
    QApplication.processEvents()
    assert room.width() == 250  # the name in words gives way again


def test_double_click_on_a_slider_resets(controls: Controls, document: Document) -> None:
    slider = controls.cards[0].fields["learning_rate"].slider
    QTest.mouseDClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(20, slider.height() // 2))
    assert document.scene.racers[0].build().values["learning_rate"] == OPTIMIZERS["adam"].values["learning_rate"]


def test_the_wheel_scrolls_the_panel_not_the_number(controls: Controls, document: Document, qtbot: Any) -> None:
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QWheelEvent

    controls.start_x.setFocus()
    slider = controls.cards[0].fields["learning_rate"].slider
    wheel = QWheelEvent(
        QPointF(10, 10), slider.mapToGlobal(QPointF(10, 10)), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(slider, wheel)
    assert document.undo_stack.count() == 0


def test_cards_follow_the_scene(controls: Controls, document: Document) -> None:
    scene = document.scene.with_racer(0, RacerChoice("adam", {"learning_rate": 0.5, "beta1": 0.2}, pytorch=True))
    document.change(scene, "Other")
    card = controls.cards[0]
    assert card.fields["learning_rate"].box.text() == "0.5"
    assert card.fields["beta1"].box.text() == "0.2"
    assert card.pytorch.isChecked()
    document.undo_stack.undo()
    assert not card.pytorch.isChecked()
    assert card is controls.cards[0]


def test_selecting_expands_and_switching_switches(controls: Controls, document: Document) -> None:
    assert controls.cards[3].body is None
    QTest.mouseClick(controls.cards[3], Qt.MouseButton.LeftButton, pos=QPoint(60, 16))
    assert document.scene.selected == 3
    body = controls.cards[3].body
    assert body is not None
    assert body.isVisibleTo(controls)
    controls.cards[3].on.click()
    assert not document.scene.racers[3].on
    controls.toggle_racer(3)
    assert document.scene.racers[3].on
    controls.toggle_racer(99)


def test_add_duplicate_remove_reset(controls: Controls, document: Document) -> None:
    controls.add_racer(RacerChoice("adadelta"))
    assert [card.optimizer.key for card in controls.cards][-1] == "adadelta"
    assert document.scene.selected == 6
    controls.cards[0].duplicated.emit(0)
    assert document.scene.racers[-1] == document.scene.racers[0]
    controls.cards[7].reset()
    assert document.scene.racers[7].values == {}
    for _ in range(8):
        controls.remove_racer(0)
    assert document.scene.racers == ()
    for _ in range(7):
        document.undo_stack.undo()
    assert len(controls.cards) == 7
    for _ in range(40):
        controls.add_racer(RacerChoice("adam"))
    assert len(document.scene.racers) == 24


def test_every_loss_can_be_picked(controls: Controls, document: Document) -> None:
    combo = controls.picker.combo
    offered = {combo.itemData(i) for i in range(combo.count())} - {None, "own", "picture", "drawing"}
    offered = {key for key in offered if not str(key).startswith("model ")}
    assert offered == set(LOSSES)
    for key in LOSSES:
        index = combo.findData(key)
        combo.setCurrentIndex(index)
        combo.activated.emit(index)
        assert document.scene.loss.key == key
        assert document.scene.start == tuple(LOSSES[key].start)
        assert controls.picker.story.text() == LOSSES[key].story


def test_a_parameter_of_the_loss(controls: Controls, document: Document) -> None:
    document.change(document.scene.with_(loss=LossChoice("ill_conditioned")), "Loss")
    field = controls.picker.fields["condition_number"]
    type_into(field.box, "75")
    assert document.scene.loss.values == {"condition_number": 75}
    document.undo_stack.undo()
    assert field.box.text() == "20"


def own(controls: Controls) -> Any:
    combo = controls.picker.combo
    combo.activated.emit(combo.findData("own"))
    return controls.picker.edit


def test_a_typed_formula(controls: Controls, document: Document, qtbot: Any) -> None:
    edit = own(controls)
    assert document.scene.loss.key == "own"
    assert document.scene.loss.formula == LOSSES["himmelblau"].formula
    type_into(edit, "x**2 + 3*y**2")
    qtbot.waitUntil(lambda: document.scene.loss.formula == "x**2 + 3*y**2", timeout=10_000)
    assert not controls.picker.error.text()


@pytest.mark.parametrize(
    "text", ["__import__('os')", "9**9**9", "(" * 9000, "x +", "x + xy", "sin", "x.y", "🙂", "1/0", "x" * 15_000]
)
def test_a_wrong_formula_says_why_and_keeps_the_last_one(
    controls: Controls, document: Document, qtbot: Any, text: str
) -> None:
    edit = own(controls)
    before = document.scene
    type_into(edit, text)
    assert controls.picker.error.text().startswith("column ")
    assert edit.property("wrong")
    qtbot.wait(300)
    assert document.scene.loss.formula == before.loss.formula or "x" in document.scene.loss.formula
    type_into(edit, "x*x")
    assert not controls.picker.error.text()
    qtbot.waitUntil(lambda: document.scene.loss.formula == "x*x", timeout=10_000)


def test_a_strange_name_is_told_at_its_own_place(controls: Controls) -> None:
    type_into(own(controls), "exp(x) + sin")
    assert controls.picker.error.text().startswith("column 10: ")


def test_every_name_in_a_typed_formula_has_a_slider(controls: Controls, document: Document, qtbot: Any) -> None:
    picker, edit = controls.picker, own(controls)
    type_into(edit, "a*x**2 + b*y**2")
    qtbot.waitUntil(lambda: list(picker.fields) == ["a", "b"], timeout=10_000)
    picker.fields["a"].slider.moved.emit(0.8, new_gesture())
    assert document.scene.loss == LossChoice("own", "a*x**2 + b*y**2", {"a": 3.0}, document.scene.loss.domain)
    type_into(picker.fields["b"].box, "-2.5")
    assert document.scene.loss.values == {"a": 3.0, "b": -2.5}
    type_into(edit, "x**2 + c*y**2")
    qtbot.waitUntil(lambda: list(picker.fields) == ["c"], timeout=10_000)
    assert document.scene.loss.values == {}
    type_into(edit, "a*x**2 + c*y**2")
    qtbot.waitUntil(lambda: list(picker.fields) == ["a", "c"], timeout=10_000)
    assert document.scene.loss.values == {"a": 3.0}  # as it was left
    assert picker.fields["a"].box.text() == "3"
    while document.undo_stack.canUndo():
        document.undo_stack.undo()
    assert document.scene == opening_scene() and not picker.fields
    type_into(own(controls), "a*x*x")
    qtbot.waitUntil(lambda: list(picker.fields) == ["a"], timeout=10_000)
    assert document.scene.loss.values == {}  # another formula, another a


def test_shows(controls: Controls, document: Document) -> None:
    controls.shows["arrows"].click()
    assert not document.scene.show.arrows
    document.undo_stack.undo()
    assert controls.shows["arrows"].isChecked()
