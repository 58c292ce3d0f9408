"""Lectures come back as they were saved, from files and from text; everything else gets one sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.convolution.scene import opening_convolution
from engine.drawing import Stroke
from engine.lecture import Lecture, Page, check_lecture
from engine.lecture_file import MAX_BYTES, decode, encode, load, save
from engine.scene import opening_scene
from engine.scene_file import SceneFileError
from engine.share import from_text, to_text

STROKE = Stroke(((0.25, -1.5), (3.0, 1e-7)), "blue")
LECTURE = Lecture(
    "Ränder and ∇",
    (
        Page(opening_scene().with_(position=3), "First", "Say: η\nthen wait", "Who wins?", (STROKE,)),
        Page(opening_convolution(), notes="plain"),
    ),
)
SHIPPED = sorted((Path(__file__).parents[2] / "assets" / "lectures").glob("*.json"))


def test_round_trip(tmp_path: Path) -> None:
    save(LECTURE, tmp_path / "lecture.json")
    assert load(tmp_path / "lecture.json") == LECTURE
    assert encode(load(tmp_path / "lecture.json")) == encode(LECTURE)
    assert [path.name for path in tmp_path.iterdir()] == ["lecture.json"]
    save(opening_scene(), tmp_path / "scene.json")
    assert load(tmp_path / "scene.json") == opening_scene()


def test_a_page_is_called_by_its_title_or_its_scenes() -> None:
    assert [page.name for page in LECTURE.pages] == ["First", opening_convolution().title]


def test_pages_are_moved_added_and_removed() -> None:
    pages = tuple(Page(opening_scene(), title) for title in "abcd")
    lecture = Lecture("x", pages)

    def names(lecture: Lecture) -> str:
        return "".join(page.name for page in lecture.pages)

    assert names(lecture.with_moved(0, 2)) == "bcad"
    assert names(lecture.with_moved(3, 0)) == "dabc"
    assert names(lecture.without(1)) == "acd"
    assert names(lecture.with_added(1, Page(opening_scene(), "x"))) == "axbcd"
    full = Lecture("x", pages * 50)
    with pytest.raises(ValueError, match="at most 200 pages"):
        full.with_added(0, pages[0])


def changed(**changes: Any) -> bytes:
    tree = json.loads(encode(LECTURE))
    for path, value in changes.items():
        *parents, last = path.split("__")
        at: Any = tree
        for name in parents:
            at = at[int(name)] if name.isdigit() else at[name]
        if value is None:
            del at[last]
        else:
            at[last] = value
    return json.dumps(tree).encode()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "not a scene or lecture: it is not complete JSON"),
        (encode(LECTURE)[:-9], "not complete JSON"),
        (b"[1, 2]", "not a Stepscope scene or lecture"),
        (b'{"format": ["stepscope lecture"]}', "not a Stepscope scene or lecture"),
        (b" " * (MAX_BYTES + 1), "too large"),
        (changed(version=2), "This lecture was made by a newer Stepscope"),
        (changed(version="1"), "This lecture does not say which version"),
        (changed(extra=1), "it contains the unknown field `extra`"),
        (changed(title=7), "title: expected a text"),
        (changed(title="t" * 201), "title: longer than 200"),
        (changed(pages={}), "expected a list of pages"),
        (changed(pages=[1]), r"pages\[0\]: expected a page"),
        (changed(pages=[{"title": "x"}]), r"pages\[0\]: it holds no scene"),
        (changed(pages__1__optimizers={}), r"pages\[1\]: it holds two scenes"),
        (changed(pages__0__color="red"), r"pages\[0\] contains the unknown field `color`"),
        (changed(pages__0__notes=3), r"pages\[0\]\.notes: expected `str`"),
        (changed(pages__0__notes="n" * 10_001), r"pages\[0\]\.notes: longer"),
        (changed(pages__0__optimizers__steps=0), r"pages\[0\]\.optimizers\.steps must be from 1"),
        (
            changed(pages__0__optimizers__racers__1__optimizer="sgd9"),
            r"pages\[0\]\.optimizers\.racers\[1\]: there is no",
        ),
        (changed(pages__1__convolution__stride=99), r"pages\[1\]\.convolution\.stride must be"),
        (changed(pages__0__strokes__0__color="pink"), r"pages\[0\]\.strokes\[0\]\.color"),
        (changed(pages__0__strokes__0__points=[]), r"pages\[0\]\.strokes\[0\]: a stroke has from 1"),
        (changed(pages__0__strokes__0__points=[[1e300, 0]]), "nowhere near the picture"),
        (changed(pages__0__strokes__0__points=[[1]]), r"strokes\[0\]\.points\[0\]"),
        (changed(pages=[json.loads(encode(LECTURE))["pages"][0]] * 201), "at most 200, not 201"),
    ],
)
def test_what_is_no_lecture_gets_one_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(SceneFileError, match=sentence) as caught:
        decode(data)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


def test_old_scene_files_need_not_know_of_questions() -> None:
    tree = json.loads(encode(opening_scene()))
    del tree["optimizers"]["show"]["outcome"]
    assert decode(json.dumps(tree).encode()) == opening_scene()


@pytest.mark.parametrize(
    "thing", [opening_scene(), LECTURE, Lecture("long", LECTURE.pages * 20)], ids=["scene", "two", "long"]
)
def test_text_to_share(thing: Any) -> None:
    text = to_text(thing)
    assert from_text(text) == thing
    assert from_text("\n  " + text.replace("\n", "\r\n") + "\n") == thing
    long = len(encode(thing)) > 4000
    assert text.startswith("stepscope" if long else "{")
    if long:
        assert thing.title in text.splitlines()[0]
        assert len(text) < 0.5 * len(encode(thing))
        assert max(map(len, text.splitlines()[1:])) <= 76


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "holds no Stepscope"),
        ("hello", "holds no Stepscope"),
        ("{", "on the clipboard is not a scene or lecture"),
        ("{}", "on the clipboard is not a Stepscope"),
        ('{"a": "\ud800"}', "holds no Stepscope"),
        (to_text(Lecture("x", LECTURE.pages * 20))[:-40], "cut short or damaged"),
        ("stepscope scene, packed (zlib, base64): x\n§§§", "cut short or damaged"),
        ("stepscope scene, packed (zlib, base64): x\naGVsbG8=", "cut short or damaged"),
    ],
)
def test_rubbish_on_the_clipboard_gets_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(SceneFileError, match=sentence) as caught:
        from_text(text)
    assert str(caught.value).endswith(".")


def test_a_small_text_cannot_unpack_to_a_huge_one() -> None:
    import base64
    import zlib

    bomb = base64.b64encode(zlib.compress(b" " * (MAX_BYTES * 3), 9)).decode()
    with pytest.raises(SceneFileError):
        from_text("stepscope scene, packed (zlib, base64): x\n" + bomb)


@given(st.text(max_size=80))
def test_no_text_gets_through(text: str) -> None:
    with pytest.raises(SceneFileError):
        from_text(text)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_lectures_can_be_taught_from(path: Path) -> None:
    lecture = load(path)
    assert check_lecture(lecture) is lecture
    assert 7 <= len(lecture.pages) <= 14
    for page in lecture.pages:
        assert page.title and page.question.endswith("?")
        assert len(page.notes.split()) > 60
    assert len({page.title for page in lecture.pages}) == len(lecture.pages)


def test_four_lectures_are_shipped() -> None:
    assert len(SHIPPED) == 4
