"""Which choices change nothing in a film of a scene, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QCoreApplication

from engine.augmentation_scene import AugmentationScene
from engine.lecture import Lecture
from engine.minima_scene import MinimaScene
from engine.scene import DATA, Scene
from gui.recording.race_act import RaceAct
from gui.recording.reading import reading_of
from gui.recording.settings import Settings
from gui.recording.stage import Act, Stage, act_of


def tr(text: str) -> str:
    return QCoreApplication.translate("recording", text)


def without_effect(thing: Any, settings: Settings, kind: str, length: int, act: Act | None = None) -> dict[str, str]:
    """A sentence for every choice that has no effect on a film of a scene with `length` steps, or of a lecture.

    Choices are called as in `Settings`; "rest" and "length" are those rows of the form. Without the scene's `act`
    it is not known whether the loss curve finds room.
    """
    found = {}
    if kind != "png":
        found["transparent"] = tr("Only PNG pictures can be transparent.")
    if isinstance(thing, Lecture):
        if not any(reading_of(page.scene) for page in thing.pages):
            found["lines"] = tr("No page shows a rule.")
        if not any(page.question.strip() for page in thing.pages):
            found["caption"] = tr("No page asks a question.")
        return found
    if not thing.title.strip():
        found["title"] = tr("This scene has no title.")
    if not thing.note.strip():
        found["caption"] = tr("This scene has no note.")
    if settings.first == (length if settings.last is None else settings.last):
        found |= dict(_at_rest(settings))
    if isinstance(thing, Scene):
        found |= dict(_of_race(thing, settings))
        if "curve" not in found and act is not None and not _curve_fits(thing, settings, act):
            found["curve"] = tr("In this shape the rest leaves no room for the loss curve.")
    elif isinstance(thing, AugmentationScene) and thing.way == "all":
        found["formula"] = tr("All ways beside each other have no rule of their own.")
    told = settings.caption and "caption" not in found
    if not _ends(thing, settings, told):
        found["ahead"] = tr("Nothing that this film shows would give its ending away.")
    return found


def _at_rest(settings: Settings) -> Iterator[tuple[str, str]]:
    """A film from a step to the same step."""
    why = tr("There is no step from the first one to the last one.")
    yield "lines", why
    if settings.step_seconds is not None:
        yield "length", why
    if settings.seconds is not None and not settings.opening:
        yield "rest", tr("All of this film is one moment, as long as its length says.")


def _of_race(scene: Scene, settings: Settings) -> Iterator[tuple[str, str]]:
    reading, racing = reading_of(scene), any(racer.on for racer in scene.racers)
    if not reading:
        why = tr("No racer that takes part is selected, so that there is no rule.")
        yield "lines", why
        yield "formula", why
    if not racing:
        why = tr("No racer takes part.")
        yield "legend", why
        yield "curve", why
    elif scene.loss.key != DATA and not (reading and settings.formula):
        yield "curve", tr("The loss curve stands beside the formula.")


def _curve_fits(scene: Scene, settings: Settings, act: Act) -> bool:
    shown = replace(settings, curve=True)
    made = act_of(scene, shown, act)
    Stage(scene, shown, made)
    return isinstance(made, RaceAct) and not made.curve_area.isEmpty()


def _ends(thing: Any, settings: Settings, told: bool) -> bool:
    """Whether a film can tell its ending ahead: in words, or as a path."""
    if isinstance(thing, MinimaScene):
        return told or settings.formula
    if isinstance(thing, Scene):
        return told or (thing.show.path_ahead and thing.show.outcome and any(racer.on for racer in thing.racers))
    return False
