"""What is open, as a value: what of it is in no file, and its JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.choices import same_choices
from engine.convolution.scene import opening_convolution
from engine.drawing import Stroke
from engine.lecture import Lecture, Page
from engine.scene import opening_scene
from engine.scene_file import SceneFileError
from engine.work import OpenLecture, OpenScene, Work, decode, encode

SCENE, GRIDS = opening_scene(), opening_convolution()
CHANGED = SCENE.with_(steps=99)
LECTURE = Lecture("Two", (Page(SCENE, "one"), Page(GRIDS, "two")))


def work(scene: Any = CHANGED, saved: Any = SCENE, lecture: OpenLecture | None = None) -> Work:
    there = {"optimizers": OpenScene(scene, saved, Path("/a/b.json")), "convolution": OpenScene(GRIDS, GRIDS)}
    return Work("optimizers", there, lecture)


def test_what_was_open_comes_back_whole() -> None:
    lecture = OpenLecture(LECTURE.with_(title="Other"), LECTURE, Path("x.json"), index=1, tried={0: CHANGED})
    back = decode(encode(work(lecture=lecture)))
    assert back.shown == "optimizers"
    assert back.scenes["optimizers"].scene == CHANGED and back.scenes["optimizers"].path == Path("/a/b.json")
    assert back.scenes["convolution"].scene == GRIDS and back.scenes["convolution"].path is None
    assert back.lecture is not None
    assert back.lecture.lecture == lecture.lecture
    assert (back.lecture.index, back.lecture.tried, back.lecture.path) == (1, {0: CHANGED}, Path("x.json"))
    assert back.lecture.changed and back.changed


@pytest.mark.parametrize(
    ("there", "changed"),
    [
        (work(), True),
        (work(SCENE), False),
        (work(SCENE.with_(position=7, speed=2.0)), False),  # only looked at in another way
        (work(SCENE.with_(strokes=(Stroke(((0.0, 0.0),)),))), True),
        (work(SCENE, None), True),
        (work(SCENE, lecture=OpenLecture(LECTURE, LECTURE)), False),
        (work(SCENE, lecture=OpenLecture(LECTURE, LECTURE, tried={0: CHANGED})), True),
        (work(SCENE, lecture=OpenLecture(LECTURE.with_(title="x"), LECTURE)), True),
    ],
)
def test_what_is_in_no_file(there: Work, changed: bool) -> None:
    assert there.changed == changed
    assert decode(encode(there)).changed == changed


def test_drawing_on_a_shipped_lecture_is_not_meant_to_last() -> None:
    drawn = LECTURE.with_page(0, LECTURE.pages[0].with_(strokes=(Stroke(((0.0, 0.0),)),)))
    assert not OpenLecture(drawn, LECTURE, example=True).changed
    assert OpenLecture(drawn, LECTURE).changed


def test_a_hidden_future_is_a_look() -> None:
    import msgspec

    hidden = SCENE.with_(show=msgspec.structs.replace(SCENE.show, outcome=False))
    assert same_choices(SCENE, hidden) and same_choices(hidden, SCENE)
    assert not same_choices(SCENE, GRIDS)
    assert not same_choices(SCENE, SCENE.with_(show=msgspec.structs.replace(SCENE.show, arrows=False)))


def wreck(tree: Any, *path: Any, to: Any) -> bytes:
    place = tree
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = to
    return json.dumps(tree).encode()


@pytest.mark.parametrize(
    ("path", "to"),
    [
        (("shown",), "elsewhere"), (("scenes",), 3), (("scenes", 0), {}), (("scenes", 0, "optimizers", "steps"), -1),
        (("lecture", "index"), 17), (("lecture", "pages"), None), (("lecture", "tried"), 5), (("version",), 99),
        (("scenes", 0, "optimizers"), []), (("lecture",), []),
    ],
)  # fmt: skip
def test_damaged_work_is_refused_in_one_sentence(path: tuple[Any, ...], to: Any) -> None:
    tree = json.loads(encode(work(lecture=OpenLecture(LECTURE, LECTURE, index=0))))
    with pytest.raises(SceneFileError) as error:
        decode(wreck(tree, *path, to=to))
    assert str(error.value).endswith(".") and "\n" not in str(error.value)


def test_a_drawing_is_part_of_its_scene_file() -> None:
    from engine import scene_file

    drawn = SCENE.with_(strokes=(Stroke(((0.25, -1.0), (0.5, 2.0)), "blue"),))
    assert scene_file.decode(scene_file.encode(drawn)) == drawn
    far = SCENE.with_(strokes=(Stroke(((1e12, 0.0),)),))
    with pytest.raises(SceneFileError, match=r"strokes\[0\]"):
        scene_file.encode(far)
