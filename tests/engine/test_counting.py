"""How far a race is, told while it is computed."""

from __future__ import annotations

import msgspec
import pytest

from engine.counting import FINEST, counted, made
from engine.fair_play import run_scene, work_of
from engine.scene import BranchChoice, CrowdChoice, NoiseChoice, RacerChoice, Scene, opening_scene

FAR_TOO_FAST = RacerChoice("gradient_descent", {"learning_rate": 50.0})
RING = RacerChoice("adam", {}, crowd=CrowdChoice(count=12))
BRANCH = RacerChoice("adam", {}, branch=BranchChoice(0, {"learning_rate": 0.2}))


def shares(scene: Scene) -> list[float]:
    told: list[float] = []
    optimizers = [racer.build() for racer in scene.racers]
    with counted(work_of(scene), told.append):
        run_scene(scene, scene.loss.loss(), range(len(optimizers)), optimizers)
    return told


@pytest.mark.parametrize("racers", [(RING,), (FAR_TOO_FAST, RING), (BRANCH, RacerChoice("adam", {}))])
@pytest.mark.parametrize("noise", [None, NoiseChoice(1.0, 4, 3)])
def test_the_share_grows_to_the_whole(racers: tuple[RacerChoice, ...], noise: NoiseChoice | None) -> None:
    scene = opening_scene().with_(racers=racers, steps=500)
    told = shares(scene.with_(loss=msgspec.structs.replace(scene.loss, noise=noise)))
    assert told == sorted(told) and len(told) <= 1 / FINEST
    assert len(told) > 2 and told[0] < 0.9
    assert told[-1] == 1


def test_nobody_needs_to_listen() -> None:
    made(5)
    told: list[float] = []
    with counted(10, told.append):
        made(5)
        with counted(4, told.append):
            made(4)
        made(5)
    made(5)
    assert told == [0.5, 1, 1]
