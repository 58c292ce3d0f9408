"""What the experiment found, and the scene that asked for it: computed once for everything that does not only look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import msgspec
import numpy as np

from engine.bounded_cache import ByteBoundedCache
from engine.data.batch_experiment import Experiment
from engine.data.loss import DataLoss
from engine.losses import Box, Floats, Loss
from engine.minima_scene import MinimaScene

# Of experiments, so that undo and the pages of a lecture need not wait: usual ones take 0.2 MB.
MOST_BYTES = 16 << 20
_found: ByteBoundedCache[bytes, Experiment] = ByteBoundedCache(MOST_BYTES)


@dataclass(frozen=True)
class Line:
    """The line through the sharp minimum and the one furthest from it, from left to right as on the map: the places of
    both minima, the unit vector along it, and what a shift of the test loss along it costs."""

    left: int
    right: int
    minima: Floats
    loss: Loss
    shift: float

    @property
    def length(self) -> float:
        return float(np.hypot(*(self.minima[self.right] - self.minima[self.left])))

    @property
    def along(self) -> Floats:
        return np.asarray((self.minima[self.right] - self.minima[self.left]) / self.length)

    def points(self, s: Floats) -> Floats:
        """(2, n) at distances s (n,) from the left minimum."""
        return np.asarray(self.minima[self.left][:, None] + self.along[:, None] * s)

    def training(self, points: Floats) -> Floats:
        return np.asarray(self.loss.value(points))

    def test(self, points: Floats) -> Floats:
        """The training loss moved along the line by the shift."""
        step = self.shift * self.along
        return np.asarray(self.loss.value(points - step.reshape(-1, *(1,) * (points.ndim - 1))))

    def rise(self, basin: int) -> float:
        """By how much the test loss is above the training loss at a minimum."""
        return float(self.test(self.minima[basin]) - self.training(self.minima[basin]))


@dataclass(frozen=True)
class Subject:
    """A scene with its loss and its experiment."""

    scene: MinimaScene
    loss: Loss
    experiment: Experiment

    @cached_property
    def view(self) -> Box:
        """The part of the domain in which paths end, and all minima: what the map shows."""
        shares = self.experiment.repeats[0]
        ends = np.concatenate([*shares.ends, shares.minima.T], axis=1)
        low, high = np.array(self.loss.domain).T
        inside = ends[:, ((ends >= low[:, None]) & (ends <= high[:, None])).all(axis=0)]
        least, most = np.percentile(inside, [1, 99], axis=1)
        least, most = np.minimum(least, shares.minima.min(axis=0)), np.maximum(most, shares.minima.max(axis=0))
        room = 0.25 * np.maximum(most - least, 0.1 * (high - low))
        least, most = np.maximum(least - room, low), np.minimum(most + room, high)
        return (float(least[0]), float(most[0])), (float(least[1]), float(most[1]))

    @cached_property
    def line(self) -> Line:
        """Through the sharp minimum."""
        minima, sharp = self.experiment.repeats[0].minima, self.experiment.sharp
        ends = (sharp, int(np.hypot(*(minima - minima[sharp]).T).argmax()))
        left, right = sorted(ends, key=lambda basin: (minima[basin, 0], minima[basin, 1]))
        return Line(left, right, minima, self.loss, self.scene.shift)

    @property
    def last(self) -> int:
        """The place of the largest batch size."""
        return len(self.experiment.batch_sizes) - 1


def what_is_computed(scene: MinimaScene) -> MinimaScene:
    """The scene without what only changes how its result is shown."""
    return scene.with_(title="", note="", shift=0.0, position=0, speed=1.0, strokes=())


def _key(scene: MinimaScene) -> bytes:
    return msgspec.json.encode(what_is_computed(scene))


def kept(scene: MinimaScene) -> Subject | None:
    """The subject, if its experiment has been run already."""
    found = _found.get(_key(scene))
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
    loss = scene.loss.loss()
    if isinstance(loss, DataLoss):
        loss.prepare()
    return Subject(scene, loss, _found.put(_key(scene), scene.run(progress, cancelled)))
