"""What a scene keeps of a loss made from data: it is written, read, checked, and gives the loss again."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest

from engine.data.loss import DataLoss
from engine.data.scene import (
    MAX_NUMBERS,
    DataChoice,
    EarlyStopping,
    NoiseChoice,
    OwnTable,
    RegulariserChoice,
    check_data,
    check_noise,
    own_table,
)
from engine.data.suited import suited
from engine.data.table import Table
from engine.scene import LossChoice, RacerChoice, Scene, check
from engine.scene_file import decode, encode
from engine.stochastic import NoisyLoss

OWN = OwnTable("mine", ("a", "b", "c"), tuple(float(n) for n in (1, 2, 0, 2, 3, 1, 3, 5, 1, 4, 4, 0)))
CHOICES = [
    DataChoice(),
    DataChoice("engel", batch_size=10, seed=3),
    DataChoice("iris", model="logistic", target="species", classes=(1.0, 2.0)),
    DataChoice("nile", model="tanh", scaling="none"),
    DataChoice("own", OWN, inputs=("a",), target="b"),
    DataChoice("iris", model="two_layer", stopping=EarlyStopping(0.25, 5)),
    DataChoice("iris", regularisers=RegulariserChoice(("l2", "dropout", "copies", "batch_normalisation"), l2=0.3)),
]


@pytest.mark.parametrize("choice", CHOICES)
def test_a_choice_survives_json_and_gives_the_same_loss(choice: DataChoice) -> None:
    read = msgspec.json.decode(msgspec.json.encode(choice), type=DataChoice)
    assert read == choice and check_data(read) is read
    w = np.array([[0.2, -0.4], [0.3, 0.5]])
    assert (read.loss().value(w) == choice.loss().value(w)).all()
    training, validation = choice.losses()
    assert (validation is not None) == bool(choice.stopping.share)
    assert training.batches.size <= len(training.samples)


def test_switches_keep_their_strengths() -> None:
    choice = RegulariserChoice(("dropout",), l2=0.7, dropout=0.25)
    by = choice.build()
    assert (by.dropout, by.l2, by.copies) == (0.25, 0, 0)
    assert RegulariserChoice(("l2", "batch_normalisation"), l2=0.7).build().batch_normalisation


def test_an_own_table_keeps_the_chosen_columns_without_missing_values() -> None:
    table = Table("t", ("a", "b", "c"), np.array([[1, 2, np.nan], [3, np.nan, 4], [5, 6, 7]]))
    assert own_table(table, ("a", "c")).numbers == (3, 4, 5, 7)


def test_of_too_many_rows_as_many_are_drawn_as_a_scene_keeps() -> None:
    place = np.arange(MAX_NUMBERS * 1.0)
    table = Table("t", ("a", "b"), np.column_stack([place, -place]))
    kept = own_table(table, ("a", "b"))
    drawn = kept.table().column("a")
    assert len(drawn) == 15_000 and kept.drawn == kept.rows == MAX_NUMBERS and (np.diff(drawn) > 0).all()
    assert kept == own_table(table, ("a", "b")) != own_table(table, ("a", "b"), seed=1)
    assert abs(drawn.mean() / place.mean() - 1) < 0.02 and (kept.table().column("b") == -drawn).all()
    assert own_table(Table("t", ("a", "b"), np.ones((9, 2))), ("a", "b")).drawn == 0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"data": "titanic"}, "data: there is no data set “titanic”"),
        ({"model": "transformer"}, "model: there is no model “transformer”"),
        ({"table": OWN}, "table is given, but data is “iris”"),
        ({"data": "own"}, "data: there is no table of your own"),
        ({"data": "own", "table": OWN}, "data: choose an input and a target among a, b, c"),
        (
            {"data": "own", "table": OwnTable("t", ("a", "b"), (1.0, float("nan")))},
            "data: table.numbers: row 1, “b” must",
        ),
        ({"data": "own", "table": OwnTable("t", ("a", "b"), (0.0,) * 30_002)}, "data: table.numbers: at most 30000"),
        ({"data": "own", "table": OwnTable("t", ("a", "b"), (1.0, 2.0), missing=3)}, "data: table.missing must be"),
        ({"data": "own", "table": OwnTable("t", ("a", "b"), (1.0,))}, "data: table.numbers: 1 are no whole rows of 2"),
        ({"data": "own", "table": OwnTable("t", ("a",), (1.0,))}, "data: table.columns: from 2 to 20 columns, not 1"),
        ({"inputs": ("nectar",)}, "data: there is no column “nectar”"),
        ({"batch_size": 0}, "data: the batch size must be from 1 to 150"),
        ({"batch_size": 151}, "data: the batch size must be from 1 to 150"),
        ({"seed": -1}, "seed must be from 0"),
        ({"threshold": float("nan")}, "threshold must be a number, not nan"),
        ({"stopping": EarlyStopping(0.95)}, "stopping.share must be from 0 to 0.9"),
        ({"stopping": EarlyStopping(0.2, 0)}, "stopping.patience must be from 1"),
        ({"regularisers": RegulariserChoice(("magic",))}, "regularisers: there is no regulariser “magic”"),
        ({"regularisers": RegulariserChoice(("l2",), l2=-1)}, "regularisers: l2 must be from 0"),
        ({"regularisers": RegulariserChoice(("label_smoothing",))}, "data: label smoothing needs two classes"),
    ],
)
def test_a_wrong_choice_is_one_sentence_that_says_where(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError) as caught:
        check_data(DataChoice().with_(**changes))
    assert str(caught.value).startswith(sentence)


GROWTH = OwnTable("growth", ("all the same", "year", "gdp"), (5.0, 1980.0, 3e9, 5.0, 1981.0, 3.2e9, 5.0, 1982.0, 3.1e9))


@pytest.mark.parametrize("model", ["linear", "logistic", "tanh", "two_layer"])
@pytest.mark.parametrize("scaling", ["none", "inputs", "both"])
def test_what_is_chosen_of_a_difficult_table_can_be_saved_and_opened(model: str, scaling: Any) -> None:
    choice = suited(DataChoice("own", GROWTH, model=model, scaling=scaling))
    assert choice.inputs == ("year",)
    loss = LossChoice("data", data=choice)
    x, y = loss.loss().start
    scene = Scene(loss=loss, start=(float(x), float(y)), racers=(RacerChoice("adam"),))
    assert decode(encode(scene)) == scene


def test_a_table_with_one_constant_input_names_it() -> None:
    table = OwnTable("t", ("a", "b"), (5.0, 0.0, 5.0, 1.0, 5.0, 2.0))
    with pytest.raises(ValueError, match="“a” is 5 in every row"):
        suited(DataChoice("own", table))


@pytest.mark.parametrize("text", ['{"data": 3}', '{"batch_size": 1.5}', '{"colour": "red"}', '{"scaling": "some"}'])
def test_wrong_types_and_unknown_fields_are_refused(text: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(text, type=DataChoice)


def test_gradient_noise() -> None:
    assert check_noise(NoiseChoice(2.0, 4)).sigma == 2
    for wrong in (NoiseChoice(-1.0), NoiseChoice(float("nan")), NoiseChoice(1.0, 0), NoiseChoice(1.0, 1, -1)):
        with pytest.raises(ValueError, match="noise"):
            check_noise(wrong)


def test_a_scene_races_on_data_and_keeps_its_choice() -> None:
    choice = LossChoice("data", data=DataChoice(batch_size=8, stopping=EarlyStopping(0.3)))
    scene = check(Scene(loss=choice, racers=(RacerChoice("adam"),)))
    assert decode(encode(scene)) == scene
    loss, validation = scene.loss.loss(), scene.loss.validation()
    assert isinstance(loss, DataLoss) and validation is not None
    assert (len(loss.samples), len(validation.samples)) == (105, 45)
    assert LossChoice().validation() is None


def test_noise_goes_on_any_loss_and_is_checked() -> None:
    scene = Scene(loss=LossChoice("himmelblau", noise=NoiseChoice(2.0, 4)), racers=(RacerChoice("adam"),))
    assert isinstance(check(scene).loss.loss(), NoisyLoss) and decode(encode(scene)) == scene
    assert not isinstance(LossChoice("himmelblau", noise=NoiseChoice(0.0)).loss(), NoisyLoss)
    with pytest.raises(ValueError, match=r"loss\.noise\.sigma must be from 0"):
        check(Scene(loss=LossChoice("himmelblau", noise=NoiseChoice(-1.0))))
