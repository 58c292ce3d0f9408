"""What the columns, classes and rows of a loss made from data are called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication

from engine.data.samples import Samples
from engine.data.scene import DataChoice
from engine.data.table import DATA_SETS, Table

AS_THEY_ARE, THRESHOLD = "as they are", "threshold"  # beside pairs of classes


@dataclass(frozen=True)
class DataNames:
    """Inputs and target with their units; the two classes where the target is one of two; the samples held out."""

    inputs: tuple[str, ...]
    target: str
    classes: tuple[str, str] | None = None
    held: Samples | None = None


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
    validation = choice.losses()[1]
    held = None if validation is None else validation.samples
    return DataNames(inputs, _with_unit(target, units), classes, held)


def class_word(value: float, labels: tuple[str, ...], column: str = "") -> str:
    """What a class is called: its word, or its number."""
    if value == int(value) and 0 <= value < len(labels):
        return labels[int(value)]
    return f"{column} {value:g}".strip()


def class_entries(choice: DataChoice, table: Table, target: str) -> list[tuple[str, Any]]:
    """What a model may tell apart in a column: every pair of a few classes, or below and above a threshold."""
    entries: list[tuple[str, Any]] = []
    labels = (table.labels or {}).get(target, ())
    different = np.unique(table.complete((target,)).numbers)
    if choice.model == "tanh" or len(different) == 2:
        entries.append((tr("as they are"), AS_THEY_ARE))
    if 2 < len(different) <= 6:
        values = different.tolist()
        pairs = [(a, b) for place, a in enumerate(values) for b in values[place + 1 :]]
        entries += [(f"{class_word(a, labels)} / {class_word(b, labels)}", (a, b)) for a, b in pairs]
    if len(different) > 2 and not labels:
        entries.append((tr("above"), THRESHOLD))
    return entries


def _with_unit(name: str, units: dict[str, str]) -> str:
    return f"{name} ({units[name]})" if name in units else name


def tr(text: str) -> str:
    return QCoreApplication.translate("data_words", text)


def rows_text(many: int) -> str:
    """So many rows."""
    return tr("1 row") if many == 1 else tr("{many} rows").format(many=many)


def left_out_text(many: int) -> str:
    """So many rows that cannot be used, as a sentence."""
    if many == 1:
        return tr("1 row lacks a value in these columns and is left out.")
    return tr("{many} rows lack a value in these columns and are left out.").format(many=many)


def used_text(choice: DataChoice, used: int, left_out: int) -> str:
    """How many samples there are and which rows are not among them; empty where a shipped table is used as it is."""
    table = choice.table
    if table is None and not left_out and used == len(choice.columns_from()):
        return ""
    drawn = table.drawn if table is not None else 0
    parts = [tr("1 sample is used.") if used == 1 else tr("{many} samples are used.").format(many=used)]
    if drawn:
        parts[0] = tr("{many} samples are used, drawn at random from {rows} rows.").format(many=used, rows=drawn)
    missing = left_out + (table.missing if table is not None else 0)
    if missing:
        parts.append(left_out_text(missing))
    return " ".join(parts)
