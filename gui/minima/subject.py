"""What the experiment found, and the scene that asked for it: computed once for everything that does not only look."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from engine.data.batch_experiment import Experiment
from engine.losses import Loss
from engine.minima_scene import MinimaScene
from engine.scene_file import encode

KEPT = 4  # experiments, so that undo and the pages of a lecture need not wait
_found: OrderedDict[bytes, Experiment] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Subject:
    """A scene with its loss and its experiment."""

    scene: MinimaScene
    loss: Loss
    experiment: Experiment

    @property
    def last(self) -> int:
        """The place of the largest batch size."""
        return len(self.experiment.batch_sizes) - 1


def what_is_computed(scene: MinimaScene) -> MinimaScene:
    """The scene without what only changes how its result is shown."""
    return scene.with_(title="", note="", shift=0.0, position=0, speed=1.0)


def kept(scene: MinimaScene) -> Subject | None:
    """The subject, if its experiment has been run already."""
    with _lock:
        found = _found.get(encode(what_is_computed(scene)))
    return None if found is None else Subject(scene, scene.loss.loss(), found)


def subject_of(
    scene: MinimaScene,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Subject:
    """Run the experiment, or take it from those kept; may be called in a thread. Raises as `MinimaScene.run`."""
    known = kept(scene)
    if known is not None:
        return known
    found = scene.run(progress, cancelled)
    with _lock:
        _found[encode(what_is_computed(scene))] = found
        while len(_found) > KEPT:
            _found.popitem(last=False)
    return Subject(scene, scene.loss.loss(), found)
