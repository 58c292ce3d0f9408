"""What a race compares: a scene's run with its branches and crowds, under its rule of comparison.

Three rules make a comparison fair, and a scene may choose one:

- "rate": every method has the same learning rate;
- "gradients": every method may compute as many gradients as the race has steps. One that needs c a step makes
  steps/c steps, rounded down, and then rests: the timeline goes on counting steps, so that step k is the same
  line of the same rule under every rule of comparison, and what is cut is the run;
- "tuned": every learning rate is the best that `tuning` found for this race.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.descent import Branch, Crowd, Run, path, race
from engine.losses import Loss
from engine.method import Optimizer
from engine.results import evaluations_per_step
from engine.scene import CrowdChoice, LossChoice, RacerChoice, Scene

RATE = "learning_rate"


def run_scene(scene: Scene, loss: Loss, active: Sequence[int], optimizers: Sequence[Optimizer]) -> Run:
    """The race of the scene's `active` racers, built as `optimizers`, on its loss."""
    chosen = [scene.racers[index] for index in active]
    branches = {
        place: Branch(racer.branch.step, racer.branched().build())
        for place, racer in enumerate(chosen)
        if racer.branch is not None
    }
    own = lengths(optimizers, scene.steps) if scene.fair == "gradients" else None
    run = race(loss, optimizers, scene.start, scene.steps, branches=branches, lengths=own)
    crowds = []
    for place, racer in enumerate(chosen):
        if racer.crowd is not None:
            steps = scene.steps if own is None else own[place]
            paths = [path(loss, optimizers[place], start, steps) for start in starts(racer.crowd, scene.start)]
            points = np.stack(paths, axis=1)
            rest = np.repeat(points[-1:], scene.steps - steps, axis=0)
            crowds.append(Crowd(place, np.concatenate([points, rest])))
    return replace(run, crowds=tuple(crowds))


def work_of(scene: Scene) -> int:
    """Racers × steps that the scene's run computes."""
    on = [racer for racer in scene.racers if racer.on]
    return scene.steps * sum(1 + (r.branch is not None) + (r.crowd.count if r.crowd else 0) for r in on)


def starts(crowd: CrowdChoice, middle: tuple[float, float]) -> list[tuple[float, float]]:
    """`count` starts around `middle`: evenly on a ring, or row by row on a square grid 2 radii wide.

    A grid that `count` does not fill lacks the end of its last row.
    """
    x, y = middle
    if crowd.shape == "ring":
        turns = [2 * math.pi * i / crowd.count for i in range(crowd.count)]
        return [(x + crowd.radius * math.cos(turn), y + crowd.radius * math.sin(turn)) for turn in turns]
    side = math.ceil(math.sqrt(crowd.count))
    at: NDArray[np.float64] = np.linspace(-crowd.radius, crowd.radius, side)
    places = [(x + float(dx), y + float(dy)) for dy in at for dx in at]
    return places[: crowd.count]


def lengths(optimizers: Sequence[Optimizer], gradients: int) -> list[int]:
    """How many steps each method can make with so many gradients; one that needs none is not held back."""
    return [gradients // max(evaluations_per_step(optimizer.rule), 1) for optimizer in optimizers]


def rate_of(racer: RacerChoice) -> float | None:
    """The racer's learning rate; None where its rule has none."""
    return racer.method().values.get(RATE)


def with_rates(scene: Scene, rates: Sequence[float | None]) -> Scene:
    """A copy with these learning rates, one for each racer; None leaves a racer as it is.

    Raises ValueError for a rate that a method does not accept.
    """
    racers = []
    for racer, rate in zip(scene.racers, rates, strict=True):
        if rate is not None and rate_of(racer) is not None:
            racer = racer.with_values(**{RATE: rate})
            racer.method()
        racers.append(racer)
    return scene.with_(racers=tuple(racers))


def with_equal_rates(scene: Scene, rate: float) -> Scene:
    """A copy where every racer that has a learning rate has this one."""
    return with_rates(scene, [rate] * len(scene.racers))


def mark(scene: Scene) -> str:
    """Eight letters that change with anything that a tuned rate depends on."""
    plain = LossChoice()
    said: list[object] = [scene.start, scene.steps]
    for field in LossChoice.__struct_fields__:  # only what was chosen, so that a new field changes no mark
        value = getattr(scene.loss, field)
        if value != getattr(plain, field):
            said.append((field, sorted(value.items()) if isinstance(value, dict) else value))
    for racer in scene.racers:
        schedule = racer.schedule and (racer.schedule.key, sorted(racer.schedule.values.items()))
        said.append(
            (racer.optimizer, sorted(racer.values.items()), racer.pytorch, schedule, racer.clipping, racer.rule)
        )
        said.append((sorted(racer.initial.items()), racer.branch and (racer.branch.step, racer.branch.values)))
    return f"{zlib.crc32(repr(said).encode()):08x}"


def common_rate(scene: Scene) -> float | None:
    """The learning rate that all racers which are on share; None where they differ."""
    rates = {rate for racer in scene.racers if racer.on and (rate := rate_of(racer)) is not None}
    return rates.pop() if len(rates) == 1 else None


def holds(scene: Scene) -> bool:
    """Whether the race is still what its rule of comparison says."""
    if any(racer.branch is not None for racer in scene.racers if racer.on) and scene.fair in ("rate", "tuned"):
        return False
    match scene.fair:
        case "rate":
            return common_rate(scene) is not None
        case "tuned":
            return scene.tuned == mark(scene)
    return True
