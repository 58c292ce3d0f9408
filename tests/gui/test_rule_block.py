"""The size of a rule in a recording: found with little work, since a preview is painted on the window's thread."""

from __future__ import annotations

from typing import Any

import pytest

from engine.descent import History
from engine.fair_play import run_scene
from engine.frames import Position
from engine.scene import Scene
from engine.scene_file import load
from gui import formula
from gui.files import example_scenes
from gui.recording.rule_block import NUMBERS, RuleBlock
from gui.recording.settings import Settings
from gui.recording.stage import Stage, act_of
from gui.theme import DARK

SCENES = {path.name.split("-")[0]: path for path in example_scenes() if path.parent.name == "optimizers"}


def history(example: str) -> History:
    scene: Scene = load(SCENES[example])
    racer = scene.racers[scene.selected]
    run = run_scene(scene, scene.loss.loss(), [scene.selected], [racer.build()])
    found: History = run.histories[0]
    return found


def test_a_preview_of_the_longest_rule_sets_few_formulas(qapp: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three thousand of them, as many as nine sizes in four places with their numbers ask for, took half a second."""
    scene, settings = load(SCENES["39"]), Settings(440, 248)
    act = act_of(scene, settings)
    set_formulas, arranged = [], formula.arranged

    def counted(*args: Any) -> Any:
        set_formulas.append(args)
        return arranged(*args)

    monkeypatch.setattr(formula, "arranged", counted)
    Stage(scene, settings, act).frame(Position(20))
    assert 0 < len(set_formulas) < 700


@pytest.mark.parametrize("example", ["1", "9", "39"])
@pytest.mark.parametrize("height", [120.0, 260.0, 400.0, 900.0])
def test_one_that_is_given_up_would_not_be_whole(qapp: Any, example: str, height: float) -> None:
    run = history(example)
    searched = RuleBlock(run, DARK, 360.0, height)
    for least in (12.0, 16.0, 20.0, 25.0):
        asked = RuleBlock(run, DARK, 360.0, height, least)
        assert asked.whole(least) == searched.whole(least), least
        if asked.whole(least):
            assert (asked.height, asked.shrunk) == (searched.height, searched.shrunk)


@pytest.mark.parametrize("example", ["1", "9", "39"])
def test_the_numbers_of_every_step_looked_at_have_room(qapp: Any, example: str) -> None:
    """A height is that of the formula as it is laid out."""
    run = history(example)
    block = RuleBlock(run, DARK, 360.0, 500.0)
    size = block._size * NUMBERS
    for step in (1, run.steps // 2, run.steps):
        for box, laid in zip(block._boxes_of(step), block._numbers(step, 99), strict=True):
            assert box is not None and laid is not None
            assert formula.height_of(box, size, block._inner) == laid.height
            assert laid.height <= max(block._tallest)
