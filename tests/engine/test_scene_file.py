"""Scenes come back as they were saved; everything that is no scene gets one sentence."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import lecture_file
from engine.lecture import Lecture, Page
from engine.optimizers import OPTIMIZERS
from engine.scene import LossChoice, RacerChoice, Scene, ScheduleChoice, check, opening_scene
from engine.scene_file import SceneFileError, decode, encode, load, save
from engine.schedules import SCHEDULES

EXAMPLES = sorted((Path(__file__).parents[2] / "assets" / "scenes").glob("*/*.json"))


def test_the_opening_scene_is_sound() -> None:
    assert check(opening_scene()) == opening_scene()


def test_round_trip(tmp_path: Path) -> None:
    scene = opening_scene().with_(note="η and ∇", view=((-1.0, 1.0), (0.0, 2.0)), position=7)
    save(scene, tmp_path / "scene.json")
    assert load(tmp_path / "scene.json") == scene
    assert [p.name for p in tmp_path.iterdir()] == ["scene.json"]


def test_typed_formula_round_trip() -> None:
    scene = Scene(loss=LossChoice("own", "x**2 + cos(3*y)"), racers=(RacerChoice("adam"),))
    assert decode(encode(scene)) == scene


def test_schedule_and_clipping_round_trip() -> None:
    choice = RacerChoice("adam", schedule=ScheduleChoice("step", {"every": 20.0}), clipping=2.0)
    scene = Scene(racers=(choice, RacerChoice("rprop"), RacerChoice("nadam", pytorch=True, clipping=0.5)))
    assert decode(encode(scene)) == check(scene) == scene
    built = choice.build()
    assert built.rule == OPTIMIZERS["adam"].with_clipping(2).with_schedule(SCHEDULES["step"]).rule
    assert (built.symbols["k"], built.symbols["c"]) == (20, 2)


def test_scenes_from_before_schedules_and_clipping_still_load() -> None:
    assert decode(racer()).racers == (RacerChoice("adam"),)


def test_at_least_six_examples() -> None:
    assert len(EXAMPLES) >= 6


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_load_and_have_a_note(path: Path) -> None:
    scene = load(path)
    assert scene.note
    assert scene.title != "Untitled"


def changed(**changes: Any) -> bytes:
    tree = json.loads(encode(opening_scene()))
    for path, value in changes.items():
        *parents, last = path.split("__")
        at: Any = tree
        for name in parents:
            at = at[int(name)] if name.isdigit() else at[name]
        at[last] = value
    return json.dumps(tree).encode()


def racer(**fields: Any) -> bytes:
    return changed(optimizers__racers=[{"optimizer": "adam", **fields}], optimizers__selected=0)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "not complete JSON"),
        (encode(opening_scene())[:-30], "not complete JSON"),
        (b"\xff\xfe\x00", "not complete JSON"),
        (changed(**{"a\n\u202eb": 1}), "unknown field `a �b`"),
        (b"[1, 2]", "not a Stepscope scene"),
        (b'{"format": "other"}', "not a Stepscope scene"),
        (b"[" * 100_000, "not complete JSON"),
        (b" " * 3_000_000, "too large"),
        (changed(version=2), "newer Stepscope"),
        (changed(version="1"), "which version"),
        (changed(version=True), "which version"),
        (changed(version=10**300), "which version"),
        (changed(optimizers__steps=10**300), "steps: expected `int`, got `float`"),
        (changed(optimizers__start=[10**400, 0]), "start: x must be a number between"),
        (changed(optimizers__title="half \ud800 a sign"), "not a scene: a text in it ends within a sign"),
        (changed(extra=1), "unknown field"),
        (changed(optimizers__colour="red"), "unknown field"),
        (changed(optimizers__steps="many"), "steps"),
        (changed(optimizers__steps=10**9), "steps must be from 1 to 20000"),
        (changed(optimizers__steps=0), "steps must be from"),
        (changed(optimizers__steps=1.5), "steps"),
        (changed(optimizers__start=[1]), "start"),
        (changed(optimizers__start=[1e300, 0]), "start: x"),
        (changed(optimizers__racers__0__optimizer="sgd9"), r"racers\[0\]: there is no optimizer"),
        (
            changed(optimizers__racers__1__values={"learning_rate": -1}),
            r"racers\[1\]: learning_rate",
        ),
        (
            changed(optimizers__racers__1__values={"speed": 1}),
            r"racers\[1\]: there is no hyperparameter",
        ),
        (racer(schedule={"key": "spiral"}), r"racers\[0\]: schedule: there is no schedule “spiral”"),
        (racer(schedule={"key": "step", "values": {"every": 0}}), r"racers\[0\]: schedule: every must be a finite"),
        (racer(schedule={"key": "step", "values": {"period": 3}}), r"schedule: there is no hyperparameter 'period'"),
        (racer(schedule="step"), "schedule"),
        (racer(schedule={"key": "step", "extra": 1}), "unknown field"),
        (racer(clipping=0), r"racers\[0\]: clipping must be a finite number"),
        (racer(clipping="much"), "clipping"),
        (changed(optimizers__racers=[{"optimizer": "adam"}] * 100), "at most 24"),
        (changed(optimizers__loss__key="everest"), "there is no loss"),
        (
            changed(optimizers__loss={"key": "own", "formula": "x +"}),
            "loss.formula, line 1, column",
        ),
        (changed(optimizers__loss={"key": "own", "formula": "__import__('os')"}), "no function"),
        (changed(optimizers__selected=50), "selected must be"),
        (changed(optimizers__view=[[1, 1], [0, 2]]), "view: the x range"),
        (changed(optimizers__title="t" * 300), "title: longer"),
        (changed(optimizers__speed=0), "speed must be"),
        (encode(opening_scene()).replace(b'"steps": 160', b'"steps": NaN'), "mistake|JSON"),
    ],
)
def test_what_is_no_scene_gets_one_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(SceneFileError, match=sentence) as caught:
        decode(data)
    message = str(caught.value)
    assert message.endswith(".")
    assert "\n" not in message


@given(st.binary(max_size=200))
def test_rubbish_never_gets_through(data: bytes) -> None:
    with pytest.raises(SceneFileError):
        decode(data)


def test_missing_files_and_folders(tmp_path: Path) -> None:
    with pytest.raises(SceneFileError, match="cannot be read"):
        load(tmp_path / "nothing.json")
    with pytest.raises(SceneFileError, match="cannot be read"):
        load(tmp_path)
    with pytest.raises(SceneFileError, match="cannot be saved"):
        save(opening_scene(), tmp_path / "no" / "folder" / "scene.json")


def test_what_could_not_be_opened_again_is_not_saved(tmp_path: Path) -> None:
    path = tmp_path / "scene.json"
    save(opening_scene(), path)
    before = path.read_bytes()
    far = opening_scene().with_(start=(-2.04e9, 8.9e9))
    for thing in (far, Lecture("L", (Page(far),))):
        with pytest.raises(SceneFileError, match=r"cannot be saved, since .*: .*start: x must"):
            lecture_file.save(thing, path)
    with pytest.raises(SceneFileError, match="start: x must be a number between"):
        save(far, path)
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


def test_a_failed_save_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "scene.json"
    save(opening_scene(), path)
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SceneFileError, match="no space left"):
        save(opening_scene().with_(title="new"), path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["scene.json"]
