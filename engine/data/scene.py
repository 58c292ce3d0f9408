"""What the user chose for a loss made from data: frozen values, from which `loss` computes it.

A shipped data set is named by its key; of somebody's own file the numbers of the chosen columns are kept, so that a
scene needs no file beside it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Literal

import msgspec
import numpy as np

from engine.data.loss import DataLoss, data_loss
from engine.data.models import MODELS
from engine.data.regularisers import Regularisers
from engine.data.samples import Samples, samples
from engine.data.table import DATA_SETS, Table
from engine.quoting import listed, quoted

MAX_NUMBERS = 30_000  # of an own table: 10,000 rows of two inputs and a target
FAR = 1e12
MAX_SEED = 2**31 - 1
OWN = "own"


class OwnTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Columns from a file, their numbers in reading order (row by row), nothing missing.

    The file had `rows` (0: as many as these), of which `missing` lacked a value in these columns.
    """

    name: str = ""
    columns: tuple[str, ...] = ()
    numbers: tuple[float, ...] = ()
    labels: tuple[tuple[str, tuple[str, ...]], ...] = ()  # of columns that held words: what 0, 1, … stand for
    rows: int = 0
    missing: int = 0

    @property
    def drawn(self) -> int:
        """How many rows without a gap these are drawn from; 0 where they are all of them."""
        whole = self.rows - self.missing
        return whole if whole > len(self.numbers) // max(len(self.columns), 1) else 0

    def table(self) -> Table:
        numbers = np.array(self.numbers, dtype=float).reshape(-1, len(self.columns))
        return Table(self.name, self.columns, numbers, dict(self.labels) or None)


class RegulariserChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A switch and a strength for each; a strength is kept while its switch is off."""

    on: tuple[str, ...] = ()
    l2: float = 0.1
    l1: float = 0.1
    input_noise: float = 0.3
    weight_noise: float = 0.3
    dropout: float = 0.5
    label_smoothing: float = 0.1
    copies: int = 2
    jitter: float = 0.1

    def build(self) -> Regularisers:
        """The regularisers that are on. Raises ValueError naming what is wrong."""
        for name in self.on:
            if name not in SWITCHES:
                raise ValueError(f"there is no regulariser {quoted(name)}")
        strengths = {name: getattr(self, name) for name in self.on if name != "batch_normalisation"}
        return Regularisers(**strengths, jitter=self.jitter, batch_normalisation="batch_normalisation" in self.on)


SWITCHES = (
    "l2", "l1", "input_noise", "weight_noise", "dropout", "label_smoothing", "copies", "batch_normalisation",
)  # fmt: skip


class EarlyStopping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The share of samples held out (0: none), and for how many steps the validation loss may fail to fall."""

    share: float = 0.0
    patience: int = 10


class DataChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A model with two weights on a data set: `data` is a key of DATA_SETS, or "own" for the numbers in `table`.

    `inputs` and `target` name columns; none means those of the shipped set that show something at once.
    """

    data: str = "iris"
    table: OwnTable | None = None
    model: str = "linear"
    inputs: tuple[str, ...] = ()
    target: str = ""
    classes: tuple[float, float] | None = None
    threshold: float | None = None
    scaling: Literal["none", "inputs", "both"] = "both"
    batch_size: int | None = None  # None: all samples in every step
    seed: int = 0
    regularisers: RegulariserChoice = RegulariserChoice()
    stopping: EarlyStopping = EarlyStopping()

    def with_(self, **changes: object) -> DataChoice:
        """A copy with some fields replaced."""
        return msgspec.structs.replace(self, **changes)

    def columns_from(self) -> Table:
        """The table that columns are chosen from. Raises ValueError where there is none."""
        if self.data == OWN:
            if self.table is None:
                raise ValueError("there is no table of your own")
            return _own_columns(self.table)
        if self.data not in DATA_SETS:
            raise ValueError(f"there is no data set {quoted(self.data)}")
        return DATA_SETS[self.data].table

    def samples(self) -> Samples:
        """The samples, not scaled. Raises ValueError naming what is wrong."""
        table, inputs, target = self.columns_from(), self.inputs, self.target
        if self.data in DATA_SETS:
            inputs, target = inputs or DATA_SETS[self.data].inputs, target or DATA_SETS[self.data].target
        if not inputs or not target:
            raise ValueError(f"choose an input and a target among {listed(table.names)}")
        return _samples(table, self.model, inputs, target, self.classes, self.threshold)

    def loss(self) -> DataLoss:
        """The loss of all samples. Raises ValueError naming what is wrong."""
        return _loss(self)

    def losses(self) -> tuple[DataLoss, DataLoss | None]:
        """The loss to train on, and the validation loss if samples are held out for one."""
        return _losses(self)


@lru_cache(maxsize=4)
def _own_columns(table: OwnTable) -> Table:
    check_table(table)
    return table.table()


@lru_cache(maxsize=4)
def _samples(
    table: Table, model: str, inputs: tuple[str, ...], target: str, classes: tuple[float, float] | None,
    threshold: float | None,
) -> Samples:  # fmt: skip
    """The same object for the same samples: what depends on them alone is made once."""
    return samples(table, model, inputs, target, classes=classes, threshold=threshold)


@lru_cache(maxsize=2)
def _loss(choice: DataChoice) -> DataLoss:
    return data_loss(
        choice.samples(),
        scaling=choice.scaling,
        regularisers=choice.regularisers.build(),
        batch_size=choice.batch_size,
        seed=choice.seed,
    )


@lru_cache(maxsize=2)
def _losses(choice: DataChoice) -> tuple[DataLoss, DataLoss | None]:
    whole = _loss(choice)
    return whole.split(choice.stopping.share, choice.seed) if choice.stopping.share else (whole, None)


class NoiseChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Noise on the gradient of any other loss: its standard deviation for one sample, 0 for none."""

    sigma: float = 0.0
    batch_size: int = 1
    seed: int = 0


def own_table(table: Table, columns: tuple[str, ...], seed: int = 0) -> OwnTable:
    """Some columns of a table as they are kept in a scene, without rows that lack a value; of more rows than a scene
    keeps as many as it does, drawn at random, in their order.

    Raises ValueError for a column whose numbers are too large, and where no row is whole.
    """
    kept = table.complete(columns)
    if not len(kept):
        raise ValueError("no row has a value in each of these columns")
    for name in columns:
        if np.abs(kept.column(name)).max() > FAR:
            raise ValueError(f"{quoted(name)} has a number beyond ±10¹²: leave this column out")
    numbers, most = kept.numbers, MAX_NUMBERS // len(columns)
    if len(kept) > most:
        numbers = numbers[np.sort(np.random.default_rng([seed, 4]).choice(len(kept), most, replace=False))]
    labels = tuple((kept.labels or {}).items())
    own = OwnTable(
        table.name[:200], columns, tuple(numbers.ravel().tolist()), labels, len(table), len(table) - len(kept)
    )
    check_table(own)
    return own


def check_table(table: OwnTable) -> None:
    """Raises ValueError with one sentence that says where."""
    if not 2 <= len(table.columns) <= 20:
        raise ValueError(f"table.columns: from 2 to 20 columns, not {len(table.columns)}")
    if len(table.numbers) > MAX_NUMBERS:
        raise ValueError(f"table.numbers: at most {MAX_NUMBERS}, not {len(table.numbers)}")
    if len(table.numbers) % len(table.columns):
        raise ValueError(f"table.numbers: {len(table.numbers)} are no whole rows of {len(table.columns)}")
    if len(set(table.columns)) < len(table.columns):
        raise ValueError("table.columns: two columns have the same name")
    if len(table.name) > 200 or any(len(name) > 60 for name in table.columns):
        raise ValueError("table: a name is too long")
    for name, words in table.labels:
        if name not in table.columns or len(words) > 100 or any(len(word) > 200 for word in words):
            raise ValueError(f"table.labels: {quoted(name)} is no column with at most 100 short words")
    for place, number in enumerate(table.numbers):
        if not math.isfinite(number) or abs(number) > FAR:
            row, column = divmod(place, len(table.columns))
            where = f"row {row + 1}, {quoted(table.columns[column])}"
            raise ValueError(f"table.numbers: {where} must be a number between −1e12 and 1e12, not {number:g}")
    _check("table.rows", table.rows, 0, 1e9)
    _check("table.missing", table.missing, 0, table.rows)


def check_data(choice: DataChoice) -> DataChoice:
    """The choice, if everything in it makes sense. Raises ValueError with one sentence that says where."""
    if choice.model not in MODELS:
        raise ValueError(f"model: there is no model {quoted(choice.model)}")
    if choice.table is not None and choice.data != OWN:
        raise ValueError(f"table is given, but data is {quoted(choice.data)}")
    _check("seed", choice.seed, 0, MAX_SEED)
    _check("stopping.share", choice.stopping.share, 0, 0.9)
    _check("stopping.patience", choice.stopping.patience, 1, 100_000)
    for name, number in (("threshold", choice.threshold), *(("classes", one) for one in choice.classes or ())):
        if number is not None and not math.isfinite(number):
            raise ValueError(f"{name} must be a number, not {number:g}")
    _named("regularisers", choice.regularisers.build)
    _named("data", choice.samples)
    _named("data", choice.losses)
    return choice


def check_noise(choice: NoiseChoice) -> NoiseChoice:
    """The choice, if it makes sense. Raises ValueError with one sentence that says where."""
    _check("noise.sigma", choice.sigma, 0, 1e9)
    _check("noise.batch_size", choice.batch_size, 1, 1_000_000)
    _check("noise.seed", choice.seed, 0, MAX_SEED)
    return choice


def _named(name: str, build: Callable[[], object]) -> None:
    try:
        build()
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _check(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise ValueError(f"{name} must be from {low:g} to {high:g}, not {value:g}")
