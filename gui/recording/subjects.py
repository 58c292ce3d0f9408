"""What the recording dialog is about: a scene, or a lecture. How long its film is, and which moment is looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from engine.frames import Position
from engine.lecture import Lecture
from gui.recording.effects import without_effect
from gui.recording.lecture_film import times_of
from gui.recording.reading import reading_of
from gui.recording.settings import Settings, check, check_alone
from gui.recording.shots import plan
from gui.recording.stage import Act


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

    def looked_at(self, settings: Settings) -> Settings:
        """What the preview is made with."""
        return settings

    def without_effect(self, settings: Settings, kind: str, act: Act | None = None) -> dict[str, str]:
        """Choices that change nothing, and why; `act` is the scene's, where it has been computed."""
        return without_effect(self.scene, settings, kind, self.length, act)


@dataclass
class LectureSubject:
    """A lecture, of which page `number` is looked at as it opens."""

    lecture: Lecture
    number: int = 0

    is_lecture = True
    length, pace = 0, 1.0  # every page has its own

    @property
    def thing(self) -> Lecture:
        """What is recorded."""
        return self.lecture

    @property
    def title(self) -> str:
        return self.lecture.title

    @property
    def scene(self) -> Any:
        page = self.lecture.pages[self.number]
        return page.scene.with_(title=page.name)

    @property
    def position(self) -> Position:
        return Position(self.scene.position)

    @property
    def is_race(self) -> bool:
        return any(hasattr(page.scene, "racers") for page in self.lecture.pages)

    def checked(self, settings: Settings, kind: str) -> Settings:
        """The settings, if they make a film. Raises SettingsError."""
        check_alone(settings, kind)
        times_of(self.lecture, settings)
        return settings

    def frames(self, settings: Settings) -> int:
        """Of the film. Raises SettingsError where it would be too short."""
        return len(times_of(self.lecture, settings))

    def looked_at(self, settings: Settings) -> Settings:
        """What the preview is made with."""
        return replace(settings, caption=False)

    def without_effect(self, settings: Settings, kind: str, act: Act | None = None) -> dict[str, str]:
        """Choices that change nothing, and why."""
        return without_effect(self.lecture, settings, kind, 0)


Subject = SceneSubject | LectureSubject
