"""What the recording dialog says is so: which choices have no effect, how long the film is, how large its file."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import QProcess, QSettings
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from engine.frames import Position
from engine.lecture import Lecture
from engine.lecture_file import load
from engine.scene import Scene, opening_scene
from gui.files import example_lectures, example_scenes
from gui.main_window import MainWindow
from gui.recording.dialog import RecordDialog
from gui.recording.effects import without_effect
from gui.recording.estimate import estimate
from gui.recording.form import Form
from gui.recording.lecture_film import LectureFilm
from gui.recording.page import Page
from gui.recording.render import SceneFilm, write_film
from gui.recording.settings import Settings
from gui.recording.stage import Stage, act_of
from gui.recording.subjects import LectureSubject, SceneSubject

# The offscreen platform says so of every dialog whose size has limits.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

SMALL = Settings(256, 144, 24)
SCENES = {path.stem: load(path) for path in example_scenes()}
RACE = SCENES["2-momentum-beats-a-ravine"]
# One of every kind, with data, with a 3-D view, with what is slow to be computed left out.
SOME = [
    "1-one-start-different-minima", "3-adagrad-stalls", "12-newton", "16-in-three-dimensions", "18-a-ring-of-starts",
    "23-logistic-regression", "27-early-stopping", "36-adamw-and-l2", "01-by-hand", "09-volume", "07-photo",
    "1-large-batches-find-sharp-minima", "1-every-way", "2-mixup",
]  # fmt: skip
TOGGLES = ("title", "caption", "formula", "legend", "curve", "ahead")


def bare(scene: Scene) -> Scene:
    """No racer takes part, and there are no words."""
    return scene.with_(racers=tuple(msgspec.structs.replace(r, on=False) for r in scene.racers), title="", note="")


def alone(scene: Scene) -> Scene:
    """The racer that is selected does not take part; another one does."""
    racers = tuple(msgspec.structs.replace(r, on=place != scene.selected) for place, r in enumerate(scene.racers))
    return scene.with_(racers=racers)


SHOWN = {name: SCENES[name] for name in SOME} | {
    "bare": bare(RACE), "alone": alone(RACE), "data-alone": alone(SCENES["36-adamw-and-l2"]),
}  # fmt: skip


SHAPES = {"wide": (640, 360), "square": (360, 360), "tall": (360, 640)}
LOOKED_AT = [("wide", name) for name in SHOWN]
LOOKED_AT += [(shape, SOME[place]) for shape in ("square", "tall") for place in (0, 2, 3, 5, 7)]


@pytest.mark.parametrize(("shape", "name"), LOOKED_AT)
def test_a_choice_is_said_to_have_no_effect_where_the_film_is_the_same(qapp: Any, name: str, shape: str) -> None:
    scene, settings = SHOWN[name], Settings(*SHAPES[shape])
    act = act_of(scene, settings)
    said = without_effect(scene, settings, "mp4", act.length, act)
    moments = [Position(), Position(act.length // 2, 0, 0.5), Position(act.length)]

    def film(chosen: Settings) -> list[Any]:
        stage = Stage(scene, chosen, act_of(scene, chosen, act))
        return [stage.frame(moment).copy() for moment in moments]

    shown = film(settings)
    form = Form(settings, "mp4", act.length, is_race=isinstance(scene, Scene))
    for toggle in set(TOGGLES) & set(form.toggles):
        same = film(replace(settings, **{toggle: not getattr(settings, toggle)})) == shown
        assert same == (toggle in said), f"{toggle}: {said.get(toggle, 'it has an effect')}"


def test_what_has_no_effect_is_off_and_tells_why(qapp: Any) -> None:
    form = Form(replace(SMALL, seconds=5.0), "mp4", 20, is_race=True)
    why = without_effect(alone(RACE), replace(SMALL, seconds=5.0, last=0), "mp4", 20)
    form.explain(why)
    for name in ("lines", "transparent", "formula"):
        toggle = form.toggles[name]
        assert not toggle.isEnabled() and not form.toggle_words[name].isEnabled()
        assert toggle.toolTip() == toggle.accessibleDescription() == why[name] != ""
    for box in (form.hold_first, form.hold_last):
        assert not box.isEnabled() and box.accessibleDescription() == why["rest"]
    form.explain(without_effect(RACE, SMALL, "png", 20))
    assert all(toggle.isEnabled() and not toggle.accessibleDescription() for toggle in form.toggles.values())
    assert form.toggles["lines"].toolTip() == "Line by line" and form.hold_first.isEnabled()


@pytest.mark.parametrize("name", SHOWN)
def test_the_length_shown_is_the_length_made(qapp: Any, name: str) -> None:
    scene = SHOWN[name]
    act = act_of(scene, SMALL)
    subject = SceneSubject(scene, act.length, act.pace, Position())
    for chosen in (
        SMALL, replace(SMALL, lines=True, last=min(3, act.length)), replace(SMALL, opening=True, seconds=7.3),
        replace(SMALL, step_seconds=0.07, lines=True, hold_first=0.0, hold_last=0.0), replace(SMALL, last=0),
        replace(SMALL, fps=60, seconds=0.1, opening=True), replace(SMALL, first=act.length, hold_last=1.23),
    ):  # fmt: skip
        film = SceneFilm(scene, chosen, "mp4")
        assert subject.frames(chosen) == len(film) == sum(span.count for span in film.spans), chosen


@pytest.mark.parametrize("path", example_lectures()[:2], ids=lambda path: path.stem)
def test_the_length_of_a_lecture_is_the_length_made(qapp: Any, path: Path) -> None:
    lecture = load(path)
    assert isinstance(lecture, Lecture)
    for chosen in (SMALL, replace(SMALL, opening=True), replace(SMALL, fps=30, seconds=61.7, opening=True)):
        film = LectureFilm(lecture, chosen, "mp4")
        assert LectureSubject(lecture).frames(chosen) == len(film) == sum(span.count for span in film.spans)
        if chosen.seconds is not None:
            assert len(film) == round(chosen.seconds * chosen.fps)


CASES = [
    ("2-momentum-beats-a-ravine", "mp4", {}), ("3-adagrad-stalls", "mp4", {"seconds": 12.0, "opening": True}),
    ("36-adamw-and-l2", "webm", {"seconds": 8.0}), ("12-newton", "gif", {"fps": 20, "seconds": 6.0}),
    ("12-groups", "mp4", {"seconds": 6.0}), ("04-stride-2-backward", "webm", {"seconds": 6.0}),
    ("09-volume", "gif", {"fps": 10, "seconds": 5.0}), ("2-mixup", "mp4", {"seconds": 5.0}),
    ("2-a-small-rate-shows-nothing", "mp4", {}), ("16-in-three-dimensions", "mp4", {"seconds": 6.0, "theme": "light"}),
    ("8-a-plateau", "png", {"seconds": 3.0}), ("5-escape-from-a-saddle", "mp4", {"lines": True, "last": 2}),
]  # fmt: skip


def weight(path: Path) -> int:
    return sum(file.stat().st_size for file in path.iterdir()) if path.is_dir() else path.stat().st_size


@pytest.mark.parametrize(("name", "kind", "changes"), CASES, ids=lambda value: str(value)[:30])
def test_the_size_estimated_is_within_a_fifth(
    qapp: Any, tmp_path: Path, name: str, kind: str, changes: dict[str, Any]
) -> None:
    settings = replace(SMALL, **changes)
    guess = estimate(SceneFilm(SCENES[name], settings, kind), settings, kind)
    write_film(SceneFilm(SCENES[name], settings, kind), tmp_path / f"film.{kind}", settings)
    assert guess == pytest.approx(weight(tmp_path / f"film.{kind}"), rel=0.2)


def test_the_size_of_a_lecture_is_estimated(qapp: Any, tmp_path: Path) -> None:
    lecture, settings = load(example_lectures()[1]), replace(SMALL, seconds=45.0, opening=True)
    guess = estimate(LectureFilm(lecture, settings, "mp4"), settings, "mp4")
    write_film(LectureFilm(lecture, settings, "mp4"), tmp_path / "film.mp4", settings)
    assert guess == pytest.approx(weight(tmp_path / "film.mp4"), rel=0.2)


def test_the_dialog_tells_the_size_when_it_is_known(qtbot: Any, qapp: Any) -> None:
    QSettings().clear()
    window = MainWindow(opening_scene())
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.record()
    dialog = window.desk.dialog
    assert isinstance(dialog, RecordDialog)
    dialog.form.show_settings(replace(SMALL, seconds=2.0), "mp4")
    dialog.form.changed.emit()
    assert dialog.summary.text() == "48 frames · 2 s · the size is being estimated …"
    qtbot.waitUntil(lambda: "about" in dialog.summary.text(), timeout=60_000)
    assert dialog.summary.text().endswith(" kB")
    dialog.form.hold_last.setFocus()
    dialog.form.hold_last.selectAll()
    QTest.keyClicks(dialog.form.hold_last, "1")
    assert "being estimated" in dialog.summary.text(), "another film, another size"
    qtbot.waitUntil(lambda: dialog.estimate._process is not None, timeout=10_000)
    dialog.reject()
    assert dialog.estimate._process is None, "nobody waits for it any more"
    qtbot.waitUntil(lambda: not qapp.findChildren(QProcess), timeout=10_000)


def test_a_size_that_cannot_be_known_is_left_out(qtbot: Any, qapp: Any) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    dialog = RecordDialog(SceneSubject(opening_scene(), 160, 0.1, Position()), SMALL, "mp4", window)
    dialog.estimate.program = [sys.executable, "-c", "1 / 0"]
    dialog.show()
    qtbot.waitUntil(lambda: dialog.summary.text() == "456 frames · 19 s", timeout=20_000)
    qtbot.waitUntil(lambda: not qapp.findChildren(QProcess))
    dialog.estimate.program = ["/no/such/program"]
    dialog.form.toggles["title"].click()
    assert "being estimated" in dialog.summary.text()
    qtbot.waitUntil(lambda: dialog.summary.text() == "456 frames · 19 s", timeout=20_000)
    dialog.reject()


def test_a_length_that_was_not_known_yet_is_shown_as_soon_as_it_is(qtbot: Any) -> None:
    """The dialog opens while the scene is still being computed, and the clock has the steps of the one before."""
    scene = opening_scene()
    window = QWidget()
    qtbot.addWidget(window)
    dialog = RecordDialog(SceneSubject(scene, 40, 0.5, Position()), SMALL, "mp4", window)
    dialog.show()
    assert dialog.summary.text().startswith("552 frames · 23 s")
    qtbot.waitUntil(lambda: not dialog.picture.pixmap().isNull(), timeout=20_000)
    film = SceneFilm(scene, dialog.settings(), "mp4")
    assert dialog.form.last.text() == "160" and dialog.summary.text().startswith(f"{len(film)} frames · 19 s")
    dialog.reject()


def test_pages_are_laid_out_wide_square_and_tall() -> None:
    """The shapes above are the three there are."""
    kinds = [
        (Page.of(Settings(*size)).wide, Page.of(Settings(*size)).tall) for size in ((640, 360), (360, 360), (360, 640))
    ]
    assert kinds == [(True, False), (False, False), (False, True)]
