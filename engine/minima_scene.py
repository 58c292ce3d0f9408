"""What is chosen for the experiment on sharp and flat minima: a loss, a method, batch sizes, starts, and the shift."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from engine.data.batch_experiment import Experiment, experiment
from engine.drawing import Stroke
from engine.scene import LossChoice, Scene
from engine.scene import check as check_race

LARGEST_BATCH = 1_000_000
MOST_WORK = 400_000_000  # starts × repeats × steps × batch sizes
BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class MinimaScene(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Many starts for each of some batch sizes. `sigma` is the noise of one sample's gradient; a loss made from data
    has batches in its place. `shift` is how far the test loss lies from the training loss. `position` counts batch
    sizes."""

    title: str = "Untitled"
    note: str = ""
    loss: LossChoice = LossChoice("sharp_and_flat")
    method: Literal["gradient_descent", "momentum"] = "gradient_descent"
    learning_rate: float = 0.25
    momentum: float = 0.9
    batch_sizes: tuple[int, ...] = BATCHES
    sigma: float = 1.0
    starts: int = 300
    repeats: int = 3
    steps: int = 300
    shift: float = 0.3
    seed: int = 0
    position: int = 0
    speed: float = 1.0
    strokes: tuple[Stroke, ...] = ()  # drawn on it by hand; those of a lecture's page belong to the page

    def with_(self, **changes: object) -> MinimaScene:
        """A copy with some fields replaced."""
        return msgspec.structs.replace(self, **changes)

    def run(
        self, progress: Callable[[float], None] | None = None, cancelled: Callable[[], bool] | None = None
    ) -> Experiment:
        """The experiment. Raises ValueError naming what is wrong, Cancelled when `cancelled` says so."""
        return experiment(
            self.loss.loss(), self.batch_sizes, sigma=self.sigma, learning_rate=self.learning_rate,
            momentum=self.momentum if self.method == "momentum" else 0.0, steps=self.steps, starts=self.starts,
            repeats=self.repeats, seed=self.seed, progress=progress, cancelled=cancelled,
        )  # fmt: skip

    @property
    def stable_curvature(self) -> float:
        """The largest λmax at which this rate is stable: 2/η, with momentum 2(1 + β)/η."""
        beta = self.momentum if self.method == "momentum" else 0.0
        return 2 * (1 + beta) / self.learning_rate


LIMITS = {
    "learning_rate": (1e-5, 10.0), "momentum": (0.0, 0.999), "sigma": (0.0, 100.0), "starts": (1, 5000),
    "repeats": (1, 20), "steps": (1, 5000), "shift": (0.0, 10.0), "seed": (0, 2**31 - 1), "speed": (0.01, 1000.0),
}  # fmt: skip


def check_minima(scene: MinimaScene) -> MinimaScene:
    """The scene, if everything in it makes sense. Raises ValueError with one sentence that says where."""
    check_race(Scene(scene.title, scene.note, scene.loss))
    if scene.loss.noise is not None:
        raise ValueError("loss.noise: the noise of this experiment is its sigma")
    if not len(scene.loss.loss().minima):
        raise ValueError("loss: it has no minima to end in")
    for name, (low, high) in LIMITS.items():
        value = getattr(scene, name)
        if not low <= value <= high:
            raise ValueError(f"{name} must be from {low:g} to {high:g}, not {value:g}")
    sizes = scene.batch_sizes
    if not 1 <= len(sizes) <= 16 or list(sizes) != sorted(set(sizes)):
        raise ValueError("batch_sizes: from 1 to 16 of them, each larger than the one before")
    if not 1 <= sizes[0] <= sizes[-1] <= LARGEST_BATCH:
        raise ValueError(f"batch_sizes must be from 1 to {LARGEST_BATCH}")
    if scene.starts * scene.repeats * scene.steps * len(sizes) > MOST_WORK:
        raise ValueError("starts × repeats × steps × batch sizes are too many: take fewer of one of them")
    if not 0 <= scene.position < len(sizes):
        raise ValueError(f"position must be from 0 to {len(sizes) - 1}, not {scene.position}")
    return scene


def opening_minima() -> MinimaScene:
    """The textbook effect: at a rate beyond 2/λ of the sharp minimum, small batches are thrown out of it."""
    note = "Large batches end in the sharp minimum more often: their steps are not noisy enough to leave it."
    return MinimaScene("Large batches find sharp minima", note)
