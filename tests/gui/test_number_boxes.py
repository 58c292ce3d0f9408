"""Every box for a number, found by walking the widgets: a click selects it, Enter, Tab and leaving commit, Escape
brings the last value back, and rubbish is a sentence near the box."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget

from engine.augmentation_scene import opening_augmentation
from engine.convolution.scene import opening_convolution
from engine.data.scene import DataChoice, RegulariserChoice
from engine.minima_scene import opening_minima
from engine.scene import DATA, CrowdChoice, LossChoice, RacerChoice, Scene, ScheduleChoice, opening_scene
from gui.convolution.fields import Stepper
from gui.keys_dialog import KeysDialog
from gui.main_window import MainWindow
from gui.optimizers.results_dialog import ResultsDialog
from gui.theme import look
from gui.widgets.entry_box import EntryBox
from gui.widgets.number_box import NumberBox, fitting_text, read_number, short_text
from gui.widgets.number_field import NumberField

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

RACE = Scene(
    racers=(
        RacerChoice("adam", schedule=ScheduleChoice("cosine"), clipping=5.0, crowd=CrowdChoice("ring", 4, 0.5)),
        RacerChoice("momentum"),
    ),
    loss=LossChoice("ill_conditioned"),
    steps=20,
)
LEARNT = Scene(
    loss=LossChoice(
        DATA,
        data=DataChoice(
            "iris",
            inputs=("petal length",),
            target="petal width",
            batch_size=16,
            regularisers=RegulariserChoice(("l2",)),
        ),
    ),
    racers=(RacerChoice("adam"),),
    steps=20,
)


@pytest.fixture
def window(qtbot: Any) -> Iterator[MainWindow]:
    QSettings().clear()
    window = MainWindow(opening_scene().with_(position=0))
    window.resize(1366, 900)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.panel.give_up()


def boxes(root: QWidget) -> list[EntryBox]:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)  # of a scene before this one
    return [box for box in root.findChildren(EntryBox) if box.objectName() != "cellEditor"]


def by_name(root: QWidget) -> dict[tuple[str, int], EntryBox]:
    """The boxes by their names and places among others of the same name: some are made anew with every change."""
    counts: Counter[str] = Counter()
    found = {}
    for box in boxes(root):
        counts[box.accessibleName()] += 1
        found[box.accessibleName(), counts[box.accessibleName()]] = box
    return found


def uncover(widget: QWidget, root: QWidget) -> None:
    """Show a widget that is folded away or belongs to another choice."""
    above: QWidget | None = widget
    while above is not None and above is not root:
        if above.isHidden():
            above.show()
        above = above.parentWidget()
    QApplication.processEvents()


def click(box: QWidget) -> None:
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=box.rect().center())


def leave(box: QWidget) -> None:
    """As a click on a picture does."""
    box.clearFocus()


def another(box: EntryBox) -> str:
    """Another number that the box takes."""
    known = read_number(box.text().split(" ")[0])
    for number in (0.5, known + 1, known - 1, known / 2, 0.25, 2.0):
        text = short_text(number)
        if not isinstance(box, NumberBox):
            text = short_text(known + 1)
        elif number == box.value:
            continue
        else:
            try:
                box.check(number)
            except ValueError:
                continue
        return text
    raise AssertionError(f"no other number for {box.accessibleName()}")


def sentences(root: QWidget) -> list[str]:
    """What is told in red."""
    labels = [label for label in root.findChildren(QLabel) if label.objectName() == "error" and label.isVisible()]
    return [label.text() for label in labels if label.text()]


def check_box(box: EntryBox, window: QWidget) -> None:
    name, text = box.accessibleName(), box.text()
    number = another(box)
    click(box)
    assert box.hasFocus() and box.selectedText() == text, name
    click(box)
    assert not box.hasSelectedText(), f"{name}: a second click places the cursor"
    leave(box)
    assert box.text() == text, name
    click(box)
    QTest.keyClicks(box, number)
    assert box.text() == number, f"{name}: what is typed replaces the number"
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert box.text() == text and not box.pending and not box.property("wrong"), name
    leave(box)
    before = sentences(window)
    click(box)
    QTest.keyClicks(box, "1zz")
    told = [sentence for sentence in sentences(window) if sentence not in before]
    assert box.property("wrong") and len(told) == 1 and 5 < len(told[0]) < 120, (name, told)
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert box.property("wrong") and box.text() == "1zz", f"{name}: rubbish is not taken"
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert box.text() == text and sentences(window) == before, name
    leave(box)


def walk(window: MainWindow, least: int) -> None:
    """Every box of the panel; each commits in one of the three ways, and one undo takes that back."""
    root = window.panel
    keys = list(by_name(root))
    assert len(keys) >= least
    # What belongs to another choice need not follow this one.
    hidden = {key for key, box in by_name(root).items() if not box.isVisible()}
    for place, key in enumerate(keys):
        box = by_name(root)[key]
        uncover(box, root)
        check_box(box, root)
        name, text, number, scene = box.accessibleName(), box.text(), another(box), window.panel.scene
        count = window.history.stack.index()
        click(box)
        QTest.keyClicks(box, number)
        assert window.panel.scene == scene, f"{name}: nothing counts before it is committed"
        if place % 3 == 0:
            QTest.keyClick(box, Qt.Key.Key_Return)
        elif place % 3 == 1:
            QTest.keyClick(box, Qt.Key.Key_Tab)
        else:
            leave(box)
        if window.history.stack.index() == count:  # how a surface is drawn is no part of the scene; sizes must fit
            told = isinstance(box.parentWidget(), Stepper) and sentences(root)
            assert told or (isinstance(box, NumberBox) and short_text(box.value) == number), f"{name} takes {number}"
            box.set_value(read_number(text)) if isinstance(box, NumberBox) else box.bring_back()
        else:
            assert window.history.stack.index() == count + 1, name
            window.undo()
        assert window.panel.scene == scene and (key in hidden or by_name(root)[key].text() == text), name


@pytest.mark.parametrize(("scene", "least"), [(RACE, 17), (LEARNT, 20)], ids=["race", "data"])
def test_every_box_of_a_race(window: MainWindow, scene: Scene, least: int) -> None:
    window.show_scene(scene)
    walk(window, least)


@pytest.mark.parametrize(("key", "least"), [("convolution", 8), ("minima", 5), ("augmentation", 5)])
def test_every_box_of_the_other_panels(window: MainWindow, key: str, least: int) -> None:
    window.show_panel(key)
    walk(window, least)


def test_every_box_of_the_record_dialog(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_R)
    dialog = window.desk.dialog
    dialog.activateWindow()
    QApplication.processEvents()
    for choice in (dialog.form.size_box, dialog.form.length_box):
        choice.setCurrentIndex(choice.count() - 1)  # a size and a length of one's own
        choice.activated.emit(choice.count() - 1)
    found = boxes(dialog)
    assert len(found) == 7
    for box in found:
        uncover(box, dialog)
        check_box(box, dialog)
    QTest.keyClick(dialog.form.hold_last, Qt.Key.Key_Tab)
    click(dialog.form.hold_last)
    QTest.keyClicks(dialog.form.hold_last, "3")
    QTest.keyClick(dialog.form.hold_last, Qt.Key.Key_Return)
    assert dialog.isVisible() and dialog.settings().hold_last == 3, "Enter commits before it records"
    dialog.reject()


def test_the_box_of_the_results(window: MainWindow) -> None:
    window.race.show_results()
    dialog = window.panel.findChild(ResultsDialog)
    dialog.activateWindow()
    QApplication.processEvents()
    for box in boxes(dialog):
        check_box(box, dialog)
    dialog.close()


def test_no_line_holds_a_number_and_is_no_such_box(window: MainWindow) -> None:
    for scene in (RACE, LEARNT):
        window.show_scene(scene)
    for key in ("convolution", "minima", "augmentation"):
        window.show_panel(key)
    QTest.keyClick(window, Qt.Key.Key_R)
    strangers = []
    for line in QApplication.allWidgets():
        if isinstance(line, QLineEdit) and not isinstance(line, EntryBox):
            try:
                read_number(line.text())
            except ValueError:
                continue
            strangers.append(line.accessibleName())
    window.desk.dialog.reject()
    assert not strangers


def test_half_a_number_typed_after_a_click_is_half(window: MainWindow) -> None:
    box = window.panel.controls.cards[0].fields["learning_rate"].box
    click(box)
    QTest.keyClicks(box, "0.5")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert window.panel.scene.racers[0].values["learning_rate"] == 0.5


def test_a_button_without_the_focus_and_a_key_of_the_window_commit_first(window: MainWindow) -> None:
    box = window.panel.controls.steps
    click(box)
    QTest.keyClicks(box, "90")
    QTest.mouseClick(window.header.buttons["theme"], Qt.MouseButton.LeftButton)
    assert window.panel.scene.steps == 90
    QTest.keyClicks(box, "80")
    QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    window.undo()
    assert window.panel.scene.steps == 80, "opening another scene throws no number away"


def test_escape_in_a_box_does_not_leave_the_presentation(window: MainWindow) -> None:
    window.mode.present()
    window.panel.controls.show()
    box = window.panel.controls.steps
    click(box)
    QTest.keyClicks(box, "9")
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert window.mode.on and box.text() == "160"
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert not window.mode.on


def test_what_was_being_typed_says_nothing_about_another_scene(window: MainWindow) -> None:
    box = window.panel.controls.cards[0].fields["learning_rate"].box
    click(box)
    QTest.keyClicks(box, "0.5")
    other = Scene(racers=(RacerChoice("momentum"),), steps=20)
    window.panel.open_scene(other)
    QApplication.processEvents()
    assert window.panel.scene.racers == other.racers


@pytest.mark.parametrize("value", [0.00051, 5.12e-4, -1.23457, 123456.0, 1e-8, 0.0123456, 999999.0, -0.000123456, 3.0])
def test_a_number_is_shortened_to_fit_and_stays_a_number(value: float) -> None:
    for most in range(5, 12):
        text = fitting_text(value, lambda way, most=most: len(way) <= most)
        assert len(text) <= most or most < 6, text
        assert read_number(text) == pytest.approx(value, rel=0.6), text
    assert fitting_text(value, lambda way: True) == short_text(value)
    assert fitting_text(0.00051, lambda way: len(way) <= 6) == "5.1e-4", "another notation before fewer digits"


@pytest.mark.parametrize("scale", [0.8, 1.0, 1.6, 2.5])
def test_no_number_is_cut_by_its_box(window: MainWindow, scale: float) -> None:
    look().set_scale(scale)
    try:
        rates = ("0.00051", "0.123456", "0.00012345")
        racers = tuple(RacerChoice("adam", {"learning_rate": float(rate), "beta2": 0.99951}) for rate in rates)
        scenes = [Scene(start=(-1.23457, 100000.5), racers=racers, steps=20000 // 20), LEARNT]
        convolution = opening_convolution().with_(size=(12, 11))
        for scene in (*scenes, convolution):
            window.show_scene(scene)
            for card in getattr(window.panel.controls, "cards", []):
                card.choose() if hasattr(card, "choose") else None
            QApplication.processEvents()
            for box in boxes(window.panel):
                if box.isVisible() and not box.hasFocus():
                    wide = box.fontMetrics().horizontalAdvance(box.text())
                    assert wide <= box.room, f"{box.accessibleName()}: {box.text()}"
        QTest.keyClick(window, Qt.Key.Key_R)
        QApplication.processEvents()
        for box in boxes(window.desk.dialog):
            if box.isVisible():
                assert box.fontMetrics().horizontalAdvance(box.text()) <= box.room, box.accessibleName()
        window.desk.dialog.reject()
    finally:
        look().set_scale(1.0)


def test_a_shortened_number_is_whole_while_it_is_edited(window: MainWindow) -> None:
    racer = RacerChoice("gradient_descent", {"learning_rate": 0.000512345})
    window.show_scene(Scene(racers=(racer,), steps=20))
    box = window.panel.controls.cards[0].fields["learning_rate"].box
    assert box.text() != "0.000512345" and read_number(box.text()) == pytest.approx(0.000512345, rel=0.01)
    click(box)
    assert box.selectedText() == "0.000512345"
    leave(box)
    assert box.text() != "0.000512345" and window.panel.scene.racers[0].values["learning_rate"] == 0.000512345


@pytest.mark.parametrize("key", ["optimizers", "convolution", "minima", "augmentation"])
def test_what_is_wrong_is_told_of_what_stands_at_the_box(window: MainWindow, key: str) -> None:
    window.show_panel(key)
    for field in window.panel.findChildren(NumberField):
        if not field.isVisible():
            continue
        for text in ("-1e30", "1e30"):
            field.box.setFocus()
            field.box.selectAll()
            QTest.keyClicks(field.box, text)
            said = field.box.problem
            if said:
                assert said.startswith(f"{field.symbol.text()} ") and "_" not in said, said
            QTest.keyClick(field.box, Qt.Key.Key_Escape)


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "1e999"])
def test_what_is_no_number_is_told_to_be_none(window: MainWindow, text: str) -> None:
    for box in (window.panel.controls.start_x, window.panel.controls.cards[0].fields["learning_rate"].box):
        click(box)
        QTest.keyClicks(box, text)
        assert box.problem == f"“{text}” is not a number"
        QTest.keyClick(box, Qt.Key.Key_Escape)


def test_the_timeline_counts_things_from_one_and_steps_from_the_start(window: MainWindow) -> None:
    for key, first, last in (
        ("optimizers", "step 0 of 160", "step 160 of 160"),
        ("minima", "batch size no. 1 of 9", "batch size no. 9 of 9"),
        ("augmentation", "sample 1 of 60", "sample 60 of 60"),
    ):
        window.show_panel(key)
        panel = window.panel
        for move, said in ((panel.player.first, first), (panel.player.last, last)):
            move()
            assert window.transport.where.text().startswith(said)
    assert len(opening_minima().batch_sizes) == 9 and opening_augmentation().samples == 60


def test_the_list_of_keys_says_minus_and_where_there_is_no_key(window: MainWindow) -> None:
    dialog = KeysDialog(window)
    said = [label.text() for label in dialog.findChildren(QLabel)]
    assert "no key" in said and any("(minus)" in text for text in said)
    assert not {"–", "-", "−"} & set(said), "a dash alone means nothing"
    dialog.close()
