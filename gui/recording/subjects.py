"""What the recording dialog is about: a scene, or a lecture. How long its film is, and which moment is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from PySide6.QtCore import QCoreApplication

from engine.frames import Position
from engine.lecture import Lecture
from gui.recording.effects import without_effect
from gui.recording.lecture_film import scene_of
from gui.recording.reading import reading_of
from gui.recording.settings import Settings, check, check_alone
from gui.recording.shots import plan
from gui.recording.stage import Act
from gui.recording.timetable import FAST, Timetable


@dataclass
class SceneSubject:
    """A scene whose timeline has `length` steps at `pace` seconds each, shown at `position`."""

    scene: Any
    length: int
    pace: float
    position: Position

    is_lecture = False

    @property
    def thing(self) -> Any:
        """What is recorded."""
        return self.scene

    @property
    def title(self) -> str:
        return str(self.scene.title)

    @property
    def is_race(self) -> bool:
        return hasattr(self.scene, "racers")

    def checked(self, settings: Settings, kind: str) -> Settings:
        """The settings, if they make a film. Raises SettingsError."""
        return check(settings, kind, self.length)

    def frames(self, settings: Settings) -> int:
        """Of the film. Raises SettingsError where it would last for many hours."""
        return len(plan(settings, self.length, self.pace, reading_of(self.scene)))

    def hurry(self, settings: Settings) -> str:
        """What is said of a length that is too short to follow the film; empty where it is not."""
        return ""

    def without_effect(self, settings: Settings, kind: str, act: Act | None = None) -> dict[str, str]:
        """Choices that change nothing, and why; `act` is the scene's, where it has been computed."""
        return without_effect(self.scene, settings, kind, self.length, act)


@dataclass
class LectureSubject:
    """A lecture, of which page `number` is looked at as it opens."""

    lecture: Lecture
    number: int = 0
    curves: bool = True  # whether there is room for the loss curve on a page, as far as that is known

    is_lecture = True
    length, pace = 0, 1.0  # every page has its own

    @cached_property
    def _timetable(self) -> Timetable:
        return Timetable(self.lecture)

    @property
    def thing(self) -> Lecture:
        """What is recorded."""
        return self.lecture

    @property
    def title(self) -> str:
        return self.lecture.title

    @property
    def scene(self) -> Any:
        return scene_of(self.lecture.pages[self.number])

    @property
    def position(self) -> Position:
        return Position(self.scene.position)

    @property
    def is_race(self) -> bool:
        return any(hasattr(page.scene, "racers") for page in self.lecture.pages)

    def checked(self, settings: Settings, kind: str) -> Settings:
        """The settings, if they make a film. Raises SettingsError."""
        check_alone(settings, kind)
        self._timetable.times(settings)
        return settings

    def frames(self, settings: Settings) -> int:
        """Of the film. Raises SettingsError where it would be too short."""
        return len(self._timetable.times(settings))

    def hurry(self, settings: Settings) -> str:
        """What is said of a length that is too short to follow every page; empty where it is not."""
        speeds = self._timetable.speeds(settings)
        hurried = [number for number, speed in enumerate(speeds, start=1) if speed > FAST]
        if not hurried:
            return ""
        said = QCoreApplication.translate(
            "recording", "Page {number} plays faster than can be followed: {times} times as fast as its scene does."
        )
        if len(hurried) > 1:
            said = QCoreApplication.translate(
                "recording",
                "{pages} pages play faster than can be followed, most of all page {number}: {times} times as fast as "
                "its scene does.",
            )
        most = max(hurried, key=lambda number: speeds[number - 1])
        return said.format(pages=len(hurried), number=most, times=round(speeds[most - 1]))

    def without_effect(self, settings: Settings, kind: str, act: Act | None = None) -> dict[str, str]:
        """Choices that change nothing, and why."""
        found = without_effect(self.lecture, settings, kind, 0)
        if not self.curves:
            said = QCoreApplication.translate("recording", "In this shape no page has room for its loss curve.")
            found["curve"] = said
        return found


Subject = SceneSubject | LectureSubject
