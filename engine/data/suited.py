"""A choice that works for another model or table: what can be kept of the last one is, the rest is chosen sensibly."""

from __future__ import annotations

from contextlib import suppress

import numpy as np

from engine.data.models import MODELS
from engine.data.samples import constant
from engine.data.scene import DataChoice, EarlyStopping, RegulariserChoice
from engine.data.table import DATA_SETS, Table


def suited(choice: DataChoice) -> DataChoice:
    """The choice with columns, classes, batch size and regularisers that its model and its table can use.

    Raises ValueError, in one sentence, where the table has nothing for the model.
    """
    table, model = choice.columns_from(), MODELS[choice.model]
    inputs, target = _columns(choice, table)
    inputs = inputs[: model.most_inputs]
    if choice.model in ("linear", "two_layer"):
        if target in (table.labels or {}):  # 0, 1, 2 are no amounts
            target = _usual(choice, table, inputs)
        choice = choice.with_(classes=None, threshold=None)
    else:
        target, choice = _in_classes(choice, table, inputs, target)
    choice = choice.with_(inputs=inputs, target=target)
    many = len(choice.samples())
    if choice.batch_size is not None and choice.batch_size > many:
        choice = choice.with_(batch_size=None)
    return _mended(choice)


def _mended(choice: DataChoice) -> DataChoice:
    """The choice, scaled where its weights would be out of sight; without regularisers if it works no other way, such
    as label smoothing where there are no classes."""
    bare = choice.with_(regularisers=RegulariserChoice(), stopping=EarlyStopping())
    for one in (choice, choice.with_(scaling="both"), bare):
        with suppress(ValueError):
            one.losses()
            return one
    bare = bare.with_(scaling="both")
    bare.losses()
    return bare


def _columns(choice: DataChoice, table: Table) -> tuple[tuple[str, ...], str]:
    """The chosen columns if the table has them, else those that show something at once."""
    shipped = DATA_SETS.get(choice.data)
    usual_inputs, usual_target = (shipped.inputs, shipped.target) if shipped else (_first(table), table.names[-1])
    inputs = choice.inputs if choice.inputs and set(choice.inputs) <= set(table.names) else usual_inputs
    target = choice.target if choice.target in table.names else usual_target
    if target in inputs:
        others = [name for name in (usual_target, *table.names) if name not in inputs]
        target = others[0] if others else target
    return inputs, target


def _first(table: Table) -> tuple[str, ...]:
    """The first column that is no constant; the last one is the target."""
    varying = (name for name in table.names[:-1] if not constant(table.complete((name,)).numbers))
    return (next(varying, table.names[0]),)


def _usual(choice: DataChoice, table: Table, inputs: tuple[str, ...]) -> str:
    """A target of amounts."""
    shipped = DATA_SETS.get(choice.data)
    names = [shipped.target] if shipped else []
    names += [name for name in reversed(table.names) if name not in (table.labels or {})]
    return next((name for name in names if name not in inputs), table.names[-1])


def _in_classes(choice: DataChoice, table: Table, inputs: tuple[str, ...], target: str) -> tuple[str, DataChoice]:
    """A target of two classes: the chosen one, the table's own, or what lies below and above the middle."""
    if target == choice.target and (choice.classes is not None or choice.threshold is not None):
        values = table.column(target)
        if choice.threshold is not None or all(np.any(values == one) for one in choice.classes or ()):
            return target, choice
    labelled = [name for name in table.labels or {} if name not in inputs]
    if target not in labelled and labelled and len(np.unique(table.complete((target,)).numbers)) != 2:
        target = labelled[0]
    values = table.complete((target,)).numbers[:, 0]
    different = np.unique(values)
    if len(different) == 2:
        return target, choice.with_(classes=None, threshold=None)
    if target in (table.labels or {}) and len(different) > 2:
        # the last two: of Iris those that overlap
        return target, choice.with_(classes=(float(different[-2]), float(different[-1])), threshold=None)
    return target, choice.with_(classes=None, threshold=middle_of(values))


def middle_of(values: np.ndarray) -> float:
    """The median in few digits, with values on either side of it where there are any."""
    if not len(values):
        return 0.0
    middle = float(np.median(values))
    if not (values > middle).any():
        middle = (float(values.min()) + float(values.max())) / 2
    short = float(f"{middle:.3g}")
    return short if (values > short).any() and (values <= short).any() else middle
