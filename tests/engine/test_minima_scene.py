"""The experiment's scene: checked whole, and its run within the time that an opening may take."""

from __future__ import annotations

import msgspec
import pytest

from engine.data.scene import DataChoice, NoiseChoice
from engine.minima_scene import MinimaScene, check_minima, opening_minima
from engine.scene import LossChoice


def test_the_opening_scene_is_sound_and_shows_the_textbook_effect() -> None:
    scene = check_minima(opening_minima())
    assert msgspec.json.decode(msgspec.json.encode(scene), type=MinimaScene) == scene
    assert scene.run().verdict == "rises"


def test_momentum_counts_only_where_it_is_the_method() -> None:
    scene = MinimaScene(batch_sizes=(1,), starts=40, repeats=1, steps=30)
    other = scene.with_(momentum=0.5)
    assert (scene.run().repeats[0].ends == other.run().repeats[0].ends).all()
    heavy = scene.with_(method="momentum")
    assert (heavy.run().repeats[0].ends != other.with_(method="momentum").run().repeats[0].ends).any()


def test_data_gives_batches() -> None:
    data = LossChoice("data", data=DataChoice(model="two_layer"))
    scene = check_minima(
        MinimaScene(loss=data, learning_rate=0.1, starts=40, repeats=1, steps=40, batch_sizes=(1, 150))
    )
    assert scene.run().shares.sum(axis=1) == pytest.approx([1, 1], abs=0.2)


@pytest.mark.parametrize(
    "wrong",
    [
        {"learning_rate": 0.0}, {"learning_rate": float("nan")}, {"momentum": 1.0}, {"sigma": -1.0}, {"starts": 0},
        {"repeats": 21}, {"steps": 0}, {"shift": -0.1}, {"seed": -1}, {"batch_sizes": ()}, {"batch_sizes": (4, 2)},
        {"batch_sizes": (0, 2)}, {"batch_sizes": (1, 2_000_000)}, {"position": 9}, {"title": "x" * 201},
        {"loss": LossChoice("monkey_saddle")}, {"loss": LossChoice("nowhere")},
        {"loss": LossChoice("sharp_and_flat", noise=NoiseChoice(1.0))}, {"starts": 5000, "repeats": 20, "steps": 5000},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        check_minima(MinimaScene().with_(**wrong))
