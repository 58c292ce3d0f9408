"""What the columns and classes of a loss made from data are called on the picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.data.scene import DataChoice
from engine.data.table import DATA_SETS


@dataclass(frozen=True)
class DataNames:
    """Inputs and target with their units; the two classes where the target is one of two."""

    inputs: tuple[str, ...]
    target: str
    classes: tuple[str, str] | None = None


def data_names(choice: DataChoice) -> DataNames:
    """The names of a choice that builds."""
    samples = choice.samples()
    units = dict(DATA_SETS[choice.data].units) if choice.data in DATA_SETS else {}
    inputs = tuple(_with_unit(name, units) for name in samples.names)
    target = samples.target
    classes: tuple[str, str] | None = None
    if choice.threshold is not None:
        classes = f"{target} ≤ {choice.threshold:g}", f"{target} > {choice.threshold:g}"
    else:
        table = choice.columns_from()
        labels = (table.labels or {}).get(target, ())
        pair = choice.classes
        if pair is None and choice.model in ("logistic", "tanh"):
            different = np.unique(table.complete((target,)).numbers)
            pair = (float(different[0]), float(different[1])) if len(different) == 2 else None
        if pair is not None:
            classes = class_word(pair[0], labels, target), class_word(pair[1], labels, target)
    return DataNames(inputs, _with_unit(target, units), classes)


def class_word(value: float, labels: tuple[str, ...], column: str = "") -> str:
    """What a class is called: its word, or its number."""
    if value == int(value) and 0 <= value < len(labels):
        return labels[int(value)]
    return f"{column} {value:g}".strip()


def _with_unit(name: str, units: dict[str, str]) -> str:
    return f"{name} ({units[name]})" if name in units else name
