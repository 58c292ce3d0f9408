"""The film of a lecture: how long every page is in it, how far it plays there, and what stands before it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from engine.frames import Position
from engine.lecture import Lecture, Page
from engine.lecture_file import load
from engine.scene import opening_scene
from gui.files import example_scenes
from gui.recording import lecture_film
from gui.recording.lecture_film import LectureFilm, scene_of
from gui.recording.settings import Settings, SettingsError
from gui.recording.stage import Stage, act_of, timing_of
from gui.recording.subjects import LectureSubject
from gui.recording.timetable import FAST, LEAST, LONGEST, SHORTEST, Timetable

SMALL = Settings(96, 64, 24)
SCENES = {path.stem: load(path) for path in example_scenes()}
RACE = opening_scene().with_(position=0)
HIDDEN = RACE.with_(show=msgspec.structs.replace(RACE.show, outcome=False))
LECTURE = Lecture(
    "All kinds",
    (
        Page(SCENES["04-stride-2-backward"].with_(position=0), "Cells", question="Where?"),
        Page(SCENES["1-large-batches-find-sharp-minima"].with_(position=0), "Batch sizes", question="Which?"),
        Page(SCENES["2-mixup"].with_(position=0), "Samples"),
        Page(HIDDEN, "Steps", question="Who?"),
        Page(RACE.with_(steps=1000), "Many steps"),
    ),
)


@pytest.mark.parametrize(("seconds", "opening"), [(None, False), (20.0, False), (36.0, True)])
def test_every_page_plays_to_its_end(qapp: Any, seconds: float | None, opening: bool) -> None:
    settings = replace(SMALL, seconds=seconds, opening=opening)
    film = LectureFilm(LECTURE, settings, "mp4")
    assert len(film) == LectureSubject(LECTURE).frames(settings), "the length shown is the length made"
    assert seconds is None or len(film) == round(seconds * settings.fps)
    for page, end in zip(LECTURE.pages, film.telling, strict=True):
        scene = scene_of(page)
        if hasattr(scene, "show"):
            scene = scene.with_(show=msgspec.structs.replace(scene.show, outcome=True, path_ahead=False))
        act = act_of(scene, film.settings)
        wanted = Stage(scene, film.settings, act, asks=True)
        assert film.frame(end) == wanted.frame(Position(act.length)), page.name


@pytest.mark.parametrize("name", ["1-large-batches-find-sharp-minima", "07-photo", "2-mixup", "01-by-hand"])
def test_the_steps_of_a_scene_are_known_before_it_is_computed(qapp: Any, name: str) -> None:
    scene = SCENES[name].with_(speed=2.5)
    act = act_of(scene, SMALL)
    assert timing_of(scene) == (act.length, act.pace)


def test_a_page_takes_as_long_as_its_scene_plays_within_limits() -> None:
    cells, sizes, samples, hidden, many = Timetable(LECTURE).times(Settings()).pages
    assert cells == (0, round(60 * max(timing_of(LECTURE.pages[0].scene)[0] / 4 + 3, SHORTEST)))
    assert sizes == (0, 60 * 13) and samples == (0, round(60 * (59 / 1.5 + 3)))
    assert hidden == (0, 60 * 4, 60 * 19), "it stands still, and is then played"
    assert many == (0, 60 * LONGEST)
    assert Timetable(Lecture("One", (Page(RACE.with_(steps=3)),))).times(Settings()).pages == ((0, 60 * SHORTEST),)


@given(seconds=some.floats(32, 2000), opening=some.booleans(), fps=some.integers(24, 60))
def test_a_length_is_shared_by_what_pages_take_by_themselves(seconds: float, opening: bool, fps: int) -> None:
    table, settings = Timetable(LECTURE), Settings(fps=fps, opening=opening)
    own = [sum(page) for page in table.times(settings).pages]
    times = table.times(replace(settings, seconds=seconds))
    assert len(times) == round(seconds * fps)
    shared = [sum(page) for page in times.pages]
    assert min(shared) >= LEAST * fps - 1
    least = LEAST * fps
    factor = (sum(shared) - 5 * least) / (sum(own) - 5 * least)
    for share, alone in zip(shared, own, strict=True):
        assert share - least == pytest.approx((alone - least) * factor, abs=2 + 2 * factor)


def test_what_plays_too_fast_is_said() -> None:
    lecture = Lecture("Two", (Page(RACE.with_(steps=20), "Few"), Page(SCENES["2-mixup"], "Many")))
    subject = LectureSubject(lecture)
    assert max(Timetable(lecture).speeds(SMALL)) < FAST and subject.hurry(SMALL) == ""
    assert subject.hurry(replace(SMALL, seconds=10.0)).startswith("Page 2 plays faster than can be followed: ")
    with pytest.raises(SettingsError, match="2 pages needs at least 8 seconds"):
        Timetable(lecture).times(replace(SMALL, seconds=7.9))


def test_titles_come_before_the_pages_only_where_they_are_asked_for(qapp: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[int] = []
    monkeypatch.setattr(lecture_film, "card_of", lambda lecture, number, _: shown.append(number) or made)
    plain = LectureFilm(LECTURE, SMALL, "mp4")
    made = plain.frame(0).copy()
    for chapter in plain.chapters:
        plain.frame(chapter.first)
    assert not shown
    titled = LectureFilm(LECTURE, replace(SMALL, opening=True), "mp4")
    for chapter in titled.chapters[1:]:
        titled.frame(chapter.first)
    assert shown == [1, 2, 3, 4]


def test_the_question_stands_over_its_page_from_the_start(qapp: Any) -> None:
    for number in (0, 4):
        page, settings = LECTURE.pages[number], replace(SMALL, width=640, height=360)
        films = [
            LectureFilm(Lecture("One", (page.with_(question=question),)), replace(settings, caption=caption), "mp4")
            for question, caption in (("Who?", True), ("Why?", True), ("", True), ("Who?", False))
        ]
        first = [film.frame(0).copy() for film in films]
        assert first[0] != first[1] != first[2] and first[2] == first[3]
