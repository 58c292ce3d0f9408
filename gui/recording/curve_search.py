"""Whether the loss curve finds room on any page of a lecture: looked for while nobody waits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QObject, Signal

from engine.lecture import Lecture
from engine.scene import Scene
from gui.recording.effects import without_effect
from gui.recording.lecture_film import scene_of
from gui.recording.preview import is_small
from gui.recording.settings import Settings
from gui.recording.stage import Act, act_of
from gui.worker import Search


class CurveSearch(QObject):
    """One page after the other, until one has room for its curve; runs are computed in the background."""

    found = Signal(bool)  # whether one has

    def __init__(self, lecture: Lecture, parent: QObject) -> None:
        super().__init__(parent)
        self._races = [scene_of(page) for page in lecture.pages if isinstance(page.scene, Scene)]
        self._asked: object = None
        self._job = Search(self)

    def ask(self, settings: Settings) -> None:
        """Look for one in a film of these settings, unless that has been asked already."""
        shape = settings.width, settings.height, settings.title, settings.caption, settings.formula, settings.legend
        if shape != self._asked:
            self._asked = shape
            self._next(iter(self._races), settings)

    def stop(self) -> None:
        """Nobody wants to know any more."""
        self._job.stop()

    def _next(self, races: Iterator[Any], settings: Settings) -> None:
        scene = next((scene for scene in races if "curve" not in _reasons(scene, settings)), None)
        if scene is None or not is_small(scene):  # of a large race it is not known
            self._job.stop()
            self.found.emit(scene is not None)
            return

        def have(act: Act) -> None:
            if "curve" in _reasons(scene, settings, act):
                self._next(races, settings)
            else:
                self.found.emit(True)

        self._job.start(lambda _progress, _cancelled: act_of(scene, settings), have, lambda _: self.found.emit(True))


def _reasons(scene: Scene, settings: Settings, act: Act | None = None) -> dict[str, str]:
    return without_effect(scene, settings, "mp4", scene.steps, act)
