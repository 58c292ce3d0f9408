"""What the racers of a run are called and how they look."""

from __future__ import annotations

from collections.abc import Sequence

from engine.descent import Run
from engine.scene import Scene
from gui.optimizers.explain import named_with_branch, racer_names
from gui.optimizers.picture.overlay import Label
from gui.theme import racer_styles


def labels_of(scene: Scene, active: Sequence[int], run: Run) -> list[Label]:
    """One for each racer of the run; `active` are the scene's indices of those that are switched on."""
    styles = racer_styles([racer.optimizer for racer in scene.racers])
    names = [named_with_branch(name, run, racer) for racer, name in enumerate(racer_names(run.optimizers))]
    return [Label(name, styles[index]) for name, index in zip(names, active, strict=True)]


def card_names(scene: Scene, active: Sequence[int], labels: Sequence[Label]) -> list[str]:
    """What every racer of the scene is called beside the picture: as on it, and where it is off, as it would be."""
    names = racer_names([racer.build() for racer in scene.racers])
    for index, label in zip(active, labels, strict=True):
        names[index] = label.name
    return names
