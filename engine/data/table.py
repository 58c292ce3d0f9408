"""`Table`: named columns of numbers, and the data sets that are shipped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.quoting import listed, quoted

Floats = NDArray[np.float64]
FOLDER = Path(__file__).resolve().parent.parent.parent / "assets" / "data"


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of floats, `numbers` (rows, columns), read-only. A missing value is nan.

    Raises ValueError for names and numbers that do not fit, and for names that stand there twice.
    """

    name: str
    names: tuple[str, ...]
    numbers: Floats
    labels: Mapping[str, tuple[str, ...]] | None = None  # of columns that held words: what 0, 1, … stand for
    left_out: tuple[str, ...] = ()  # columns of a file that were neither numbers nor classes

    def __post_init__(self) -> None:
        if self.numbers.ndim != 2 or self.numbers.shape[1] != len(self.names):
            raise ValueError(f"{len(self.names)} names for an array of shape {self.numbers.shape}")
        if len(set(self.names)) < len(self.names):
            twice = next(name for name in self.names if self.names.count(name) > 1)
            raise ValueError(f"two columns are called {quoted(twice)}")
        if self.numbers.flags.writeable:
            object.__setattr__(self, "numbers", self.numbers.copy())
            self.numbers.flags.writeable = False

    def __len__(self) -> int:
        return len(self.numbers)

    def column(self, name: str) -> Floats:
        """One column, (rows,). Raises ValueError where there is none of that name."""
        if name not in self.names:
            raise ValueError(f"there is no column {quoted(name)}; there are {listed(self.names)}")
        return self.numbers[:, self.names.index(name)]

    def missing(self, names: tuple[str, ...] | None = None) -> int:
        """How many rows lack a value in one of these columns (of all, if not said)."""
        return int((~self._whole(names or self.names)).sum())

    def complete(self, names: tuple[str, ...]) -> Table:
        """These columns, without the rows that lack a value in one of them."""
        labels = {name: words for name, words in (self.labels or {}).items() if name in names}
        numbers = np.column_stack([self.column(name) for name in names])
        return Table(self.name, names, numbers[self._whole(names)], labels or None, self.left_out)

    def with_values(self, name: str, values: tuple[float, ...]) -> Table:
        """Only the rows in which a column has one of these values."""
        return Table(
            self.name, self.names, self.numbers[np.isin(self.column(name), values)], self.labels, self.left_out
        )

    def _whole(self, names: tuple[str, ...]) -> NDArray[np.bool_]:
        whole = np.ones(len(self), dtype=bool)
        for name in names:
            whole &= np.isfinite(self.column(name))
        return whole


@dataclass(frozen=True)
class DataSet:
    """A data set that is shipped: assets/data/`key`.csv. Its licence is told in assets/LICENCES.md."""

    key: str
    name: str
    story: str
    source: str
    inputs: tuple[str, ...]  # columns that show something at once
    target: str
    labels: tuple[tuple[str, tuple[str, ...]], ...] = ()
    units: tuple[tuple[str, str], ...] = ()

    @cached_property
    def table(self) -> Table:
        """Its numbers, read when first asked for."""
        path = FOLDER / f"{self.key}.csv"
        with path.open(encoding="utf-8") as lines:
            names = tuple(next(lines).strip().split(","))
        numbers = np.loadtxt(path, delimiter=",", skiprows=1, ndmin=2)
        return Table(self.name, names, numbers, dict(self.labels) or None)


class _Shipped(Mapping[str, DataSet]):
    def __init__(self, *sets: DataSet) -> None:
        self._sets = {one.key: one for one in sets}

    def __getitem__(self, key: str) -> DataSet:
        return self._sets[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._sets)

    def __len__(self) -> int:
        return len(self._sets)


DATA_SETS: Mapping[str, DataSet] = _Shipped(
    DataSet(
        "iris",
        "Iris",
        "150 flowers of three species, their sepals and petals measured in centimetres.",
        "R. A. Fisher 1936",
        ("petal length",),
        "petal width",
        (("species", ("setosa", "versicolor", "virginica")),),
        tuple((f"{part} {size}", "cm") for part in ("sepal", "petal") for size in ("length", "width")),
    ),
    DataSet(
        "engel",
        "Engel: income and food",
        "235 Belgian households: what they earned and what they spent on food, in francs a year. "
        "A few rich ones pull at the line.",
        "E. Engel 1857; Koenker and Bassett 1982",
        ("income",),
        "food",
        units=(("income", "francs a year"), ("food", "francs a year")),
    ),
    DataSet(
        "nile",
        "Nile",
        "The river's flow at Aswan in a hundred years from 1871, in 10⁸ m³. Years are far from 0: a ravine, "
        "until they are standardised.",
        "G. W. Cobb 1978",
        ("year",),
        "volume",
        units=(("volume", "10⁸ m³"),),
    ),
)
