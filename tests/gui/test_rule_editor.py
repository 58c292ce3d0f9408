"""A typed rule in the window: checked, marked, completed, with a slider for every number; schedules and clipping."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.descent import race
from engine.optimizers import OPTIMIZERS
from engine.scene import OWN, RacerChoice, Scene, check, opening_scene
from engine.scene_file import SceneFileError, decode, encode
from engine.schedules import SCHEDULES
from gui.optimizers.panel import OptimizersPanel
from gui.optimizers.racer_card import RacerCard
from gui.optimizers.rule_editor import GREEK, RuleText

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # of the offscreen platform


@pytest.fixture
def panel(qtbot: Any) -> OptimizersPanel:
    panel = OptimizersPanel(opening_scene())
    panel.resize(1366, 700)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def own(panel: OptimizersPanel, like: int = 0) -> RacerCard:
    panel.controls.add_own(like)
    card = panel.controls.cards[-1]
    assert card.editor is not None
    return card


def replace(card: RacerCard, text: str) -> None:
    assert card.editor is not None
    card.editor.text.setPlainText(text)


@pytest.mark.parametrize("key", list(OPTIMIZERS))
def test_a_copy_of_any_method_takes_the_same_path(key: str, panel: OptimizersPanel) -> None:
    panel.document.change(Scene(racers=(RacerChoice(key),), steps=40), "one")
    own(panel)
    scene = panel.document.scene
    assert scene.racers[1].optimizer == OWN and scene.racers[1].rule == OPTIMIZERS[key].rule.text
    run = race(scene.loss.loss(), [racer.build() for racer in scene.racers], scene.start, 40)
    assert np.array_equal(run.points[:, 0], run.points[:, 1], equal_nan=True)


def test_every_free_name_gets_a_slider_and_the_editor_keeps_its_place(panel: OptimizersPanel) -> None:
    card = own(panel)
    assert card.editor is not None
    replace(card, "w = w - η*g")
    assert list(card.fields) == ["learning_rate"] and panel.controls.cards[-1] is card
    card.fields["learning_rate"].edited.emit(0.02, object())
    replace(card, "w = w - η*g/(κ + norm(g))")
    assert list(card.fields) == ["learning_rate", "κ"]
    assert card.choice.values == {"learning_rate": 0.02}
    card.fields["κ"].edited.emit(2.5, object())
    assert card.choice.method().symbols["κ"] == 2.5
    replace(card, "w = w - η*g")
    assert card.choice.values == {"learning_rate": 0.02}
    assert panel.run is not None and panel.run.optimizers[-1].rule.text == "w = w - η*g"


def test_a_letter_and_its_name_are_one_number(panel: OptimizersPanel) -> None:
    card = own(panel)  # of Adam
    text = card.choice.rule
    replace(card, f"{text}*(1 - beta1)")
    assert list(card.fields) == ["beta1", "beta2", "learning_rate", "epsilon"] and card.numbers.count() == 4
    replace(card, "w = w - eta*g/(epsilon + lambda)")
    assert list(card.fields) == ["learning_rate", "epsilon", "weight_decay"] and card.numbers.count() == 3
    assert [field.symbol.text() for field in card.fields.values()] == ["η", "ε", "λ"]
    card.extras.schedule.activated.emit(card.extras.schedule.findData("cosine"))
    assert panel.run is not None and "η_t*g" in panel.run.optimizers[-1].rule.text


@pytest.mark.parametrize("name", ["learning_rate", "momentum", "decay", "weight_decay"])
def test_no_two_names_share_a_slider(panel: OptimizersPanel, name: str) -> None:
    letter = {"learning_rate": "η", "momentum": "β", "decay": "γ", "weight_decay": "λ"}[name]
    card = own(panel)
    for text in (f"w = w - {letter}*{name}*g", f"w = w - {name}*g", f"w = w - {letter}*g/{name}"):
        replace(card, text)
        assert card.numbers.count() == len(card.fields) == 1 + (letter in text)
    card.fields[letter].edited.emit(0.25, object())
    method = card.choice.method()
    assert method.symbols[letter] == 0.25 and method.symbols[name] != 0.25


def test_a_wrong_rule_waits_while_another_racer_is_looked_at(panel: OptimizersPanel) -> None:
    card = own(panel)
    assert card.editor is not None
    replace(card, "w = w - η*sqrrt(g)")
    place = panel.scene.selected
    panel.document.look(panel.scene.with_(selected=0))
    panel.document.look(panel.scene.with_(selected=place))
    assert card.editor.text.toPlainText() == "w = w - η*sqrrt(g)"
    assert not card.editor.error.isHidden() and card.editor.text.extraSelections()
    panel.document.change(panel.scene.with_racer(place, RacerChoice(OWN, rule="w = w - 2*g")), "another")
    assert card.editor.text.toPlainText() == "w = w - 2*g" and card.editor.error.isHidden()


@pytest.mark.parametrize(
    ("text", "words", "marked"),
    [
        ("w = w - η*sqrrt(g)", "line 1, column 11: there is no function", "sqrrt"),
        ("m = β*m + g\nw = w - η*(m", "line 2", ""),
        ("", "", ""),
        ("import os", "line 1", ""),
        ("w = w - η*g\nw.__class__ = 3", "line 2", ""),
        ("m = g", "", ""),
        ("w = " + "(" * 300 + "g" + ")" * 300, "", ""),
        ("w = w - η*g # " + "x" * 3000, "at most 2000 characters", ""),
    ],
)
def test_mistakes_are_marked_where_they_are_and_the_last_good_rule_runs(
    panel: OptimizersPanel, text: str, words: str, marked: str
) -> None:
    card = own(panel)
    assert card.editor is not None
    before = panel.document.scene
    replace(card, text)
    assert panel.document.scene == before
    assert not card.editor.error.isHidden() and words in card.editor.error.text()
    if marked:
        (selection,) = card.editor.text.extraSelections()
        assert selection.cursor.selectedText() == marked  # type: ignore[attr-defined]
    replace(card, "w = w - η*g")
    assert card.editor.error.isHidden() and not card.editor.text.extraSelections()


def test_typing_is_one_undo_step(panel: OptimizersPanel) -> None:
    card = own(panel)
    assert card.editor is not None
    count, before = panel.document.undo_stack.count(), panel.document.scene
    replace(card, "w = w - η*g")
    replace(card, "w = w - 2*η*g")
    card.editor.name.setText("Mine")
    card.editor.name.textEdited.emit("Mine")
    assert panel.document.undo_stack.count() == count + 1
    assert card.name.text() == "Mine"
    panel.document.undo_stack.undo()
    assert panel.document.scene == before


def test_names_are_completed(qtbot: Any) -> None:
    text = RuleText("velocity = g\nw = w - ")
    qtbot.addWidget(text)
    text.show()
    assert {"sqrt", "grad", "velocity", "eta"} <= set(text.candidates())
    text.moveCursor(text.textCursor().MoveOperation.End)
    QTest.keyClicks(text, "et")
    assert text.popup.isVisible()
    QTest.keyClick(text, Qt.Key.Key_Return)
    assert text.toPlainText().endswith("- η") and not text.popup.isVisible()
    QTest.keyClicks(text, "*sq")
    QTest.keyClick(text, Qt.Key.Key_Tab)
    assert text.toPlainText().endswith("η*sqrt(")
    QTest.keyClicks(text, "velo")
    QTest.keyClick(text, Qt.Key.Key_Escape)
    assert text.toPlainText().endswith("(velo") and not text.popup.isVisible()
    for name, key in (("beta1", Qt.Key.Key_Tab), ("eta", Qt.Key.Key_Return), ("lambda", Qt.Key.Key_Tab)):
        text.setPlainText("w = ")  # also where the whole word is typed
        text.moveCursor(text.textCursor().MoveOperation.End)
        QTest.keyClicks(text, name)
        assert text.popup.isVisible() and text.popup.currentIndex().data() == f"{name}  {GREEK[name]}"
        QTest.keyClick(text, key)
        assert text.toPlainText() == f"w = {GREEK[name]}"
    assert all(len(letter) <= 2 for letter in GREEK.values())


@pytest.mark.parametrize("key", list(SCHEDULES))
def test_schedules_are_chosen_drawn_and_saved(panel: OptimizersPanel, key: str) -> None:
    card = panel.controls.cards[0]
    extras = card.extras
    extras.schedule.activated.emit(extras.schedule.findData(key))
    choice = panel.document.scene.racers[0]
    assert (choice.schedule.key if choice.schedule else "constant") == key
    assert list(extras.fields) == [parameter.name for parameter in SCHEDULES[key].parameters]
    for name, field in extras.fields.items():
        field.edited.emit(field.parameter.high, object())
        assert panel.document.scene.racers[0].schedule.values[name] == field.parameter.high
    assert extras.curve.isHidden() == (key == "constant")
    extras.curve.grab()
    assert decode(encode(panel.document.scene)) == panel.document.scene


def test_clipping(panel: OptimizersPanel) -> None:
    card = panel.controls.cards[0]
    card.extras.clip.click()
    card.extras.norm.edited.emit(0.5, object())
    assert panel.document.scene.racers[0].clipping == 0.5
    assert panel.run is not None and "norm(g)" in panel.run.optimizers[0].rule.text
    card.reset()
    assert panel.document.scene.racers[0].clipping is None


def test_a_schedule_that_does_not_go_with_a_rule_is_explained(panel: OptimizersPanel) -> None:
    card = own(panel)
    replace(card, "w = w - 0.1*g")
    extras = card.extras
    before = panel.document.scene
    extras.schedule.activated.emit(extras.schedule.findData("cosine"))
    assert panel.document.scene == before and "no learning rate" in extras.error.text()
    assert extras.schedule.currentData() == "constant"
    replace(card, "w = w - η*g")
    extras.schedule.activated.emit(extras.schedule.findData("cosine"))
    before = panel.document.scene
    replace(card, "w = w - 0.1*g")  # the rule is fine, but its schedule would not be
    assert card.editor is not None
    assert panel.document.scene == before and "no learning rate" in card.editor.error.text()


@pytest.mark.parametrize(
    ("racer", "words"),
    [
        ({"optimizer": "own"}, "racers"),
        ({"optimizer": "own", "rule": "w = w - x.y"}, "racers"),
        ({"optimizer": "own", "rule": "w = w - g", "values": {"η": 1}}, "no hyperparameter"),
        ({"optimizer": "own", "rule": "w = w - g " + " " * 3000}, "at most 2000"),
        ({"optimizer": "adam", "schedule": {"key": "never"}}, "there is no schedule"),
        ({"optimizer": "own", "rule": "w = w - g", "initial": {"m": 1}}, "no state of this rule"),
        ({"optimizer": "adam", "clipping": -1}, "clipping"),
    ],
)  # fmt: skip
def test_bad_rules_in_a_file_are_refused_in_one_sentence(racer: dict[str, Any], words: str) -> None:
    import json

    text = json.dumps({"format": "stepscope scene", "version": 1, "optimizers": {"racers": [racer]}})
    with pytest.raises(SceneFileError, match=words) as raised:
        decode(text.encode())
    assert "\n" not in str(raised.value)


def test_an_own_rule_survives_a_file() -> None:
    scene = check(Scene(racers=(RacerChoice(OWN, rule="w = w - η*g", name="Mine", values={"learning_rate": 0.3}),)))
    assert decode(encode(scene)) == scene
