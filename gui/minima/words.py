"""What the experiment is told in: names of minima, and sentences that say what was measured, not what was hoped for."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QCoreApplication

from engine.data.batch_experiment import Experiment
from engine.data.sharp_flat import shifted
from engine.expressions.typeset import format_number
from gui.minima.subject import Subject
from gui.widgets.words import capitalised


def tr(text: str) -> str:
    return QCoreApplication.translate("minima", text)


def rounded(value: float, digits: int = 2) -> str:
    """A measured number, to the digits that mean something."""
    return format_number(float(f"{value:.{digits}g}"))


def risen(value: float) -> str:
    """A measured difference with its sign."""
    return f"+{rounded(value, 3)}" if value >= 0 else rounded(value, 3)


def with_error(value: float, error: float) -> tuple[str, str]:
    """A measured number and its error, both to the error's first digit."""
    if not error > 0:
        return rounded(value, 4), "0"
    decimals = max(0, -math.floor(math.log10(error)))
    if decimals > 6:
        return rounded(value, 4), rounded(error, 1)
    return f"{value:.{decimals}f}", f"{error:.{decimals}f}"


def basin_name(found: Experiment, basin: int) -> str:
    """Sharp, flat, or a number where there are several flatter ones."""
    if basin < 0:
        return tr("none")
    if found.distinct and basin in found.sharp_ones:
        return tr("sharp")
    if found.distinct and len(found.sharpness) - len(found.sharp_ones) == 1:
        return tr("flat")
    return tr("minimum {number}").format(number=basin + 1)


def basin_label(found: Experiment, basin: int) -> str:
    """Its name and how sharp it is."""
    return tr("{name}, λmax = {curvature}").format(
        name=basin_name(found, basin), curvature=rounded(float(found.sharpness[basin]), 3)
    )


def basin_labels(found: Experiment, basin: int, place: int) -> tuple[str, str]:
    """The same with the share that ends in its basin at a batch size, in full and shorter."""
    share = with_error(100 * float(found.shares[place, basin]), 100 * float(found.errors[place, basin]))[0]
    text = tr("{name} · {share} %")
    return (
        text.format(name=basin_label(found, basin), share=share),
        text.format(name=basin_name(found, basin), share=share),
    )


def measured(found: Experiment) -> str:
    """What came out, in a sentence or two; also where it is not what the textbook says."""
    first, last = found.batch_sizes[0], found.batch_sizes[-1]
    if not found.distinct:
        mean, error = found.end_sharpness
        if not np.isfinite(mean[[0, -1]]).all():
            return tr(
                "None of these minima is sharper than the others, and with some batch sizes no path ends in the basin "
                "of any."
            )
        said = tr(
            "None of these minima is sharper than the others. Where paths end, λmax goes from {a} ± {da} at "
            "B = {first} to {b} ± {db} at B = {last}"
        )
        verdict = {
            "rises": tr("along the valley small batches find flatter places, as the textbook says"),
            "falls": tr("it falls with the batch size: here the textbook effect does not show"),
            "same": tr("no difference beyond the error bars"),
        }[found.valley]
        ends = mean, error
    else:
        said = tr(
            "from B = {first} to B = {last} the share that ends in the basin of the sharp minimum goes from {a} ± {da} "
            "to {b} ± {db}"
        )
        if len(found.sharp_ones) > 1:
            said = tr(
                "from B = {first} to B = {last} the share that ends in the basin of a sharp minimum goes from "
                "{a} ± {da} to {b} ± {db}"
            )
        verdict = {
            "rises": tr("it rises with the batch size, as the textbook says"),
            "falls": tr("it falls with the batch size: here the textbook effect does not show"),
            "bends": tr("it is the same at both ends, but not between"),
            "same": tr("no difference beyond the error bars"),
        }[found.verdict]
        ends = found.sharp_share
    a, da = with_error(float(ends[0][0]), float(ends[1][0]))
    b, db = with_error(float(ends[0][-1]), float(ends[1][-1]))
    return f"{capitalised(said.format(first=first, last=last, a=a, da=da, b=b, db=db))}: {verdict}."


def stability(subject: Subject) -> str:
    """Which minima this rate cannot rest in, batches or not; nothing where it can rest in all."""
    found, limit = subject.experiment, subject.scene.stable_curvature
    beyond = [basin for basin, curvature in enumerate(found.sharpness) if curvature > limit]
    if not beyond:
        return ""
    names = ", ".join(dict.fromkeys(basin_name(found, basin) for basin in beyond))
    numbers = {"rate": rounded(subject.scene.learning_rate, 3), "limit": rounded(limit, 3), "names": names}
    if len(beyond) == len(found.sharpness):
        return tr(
            "At η = {rate} no path comes to rest where λmax is above {limit}, and so in none of these minima: a basin "
            "is where the whole loss, without noise, would lead from a path's last point."
        ).format(**numbers)
    return tr(
        "At η = {rate} no path comes to rest where λmax is above {limit} ({names}): one that ends in that basin still "
        "shakes around its minimum."
    ).format(**numbers)


def cost_of_shift(subject: Subject) -> str:
    """What a shift of the test loss costs at each minimum: along the line of the chart, and as the mean over all
    directions."""
    found, line = subject.experiment, subject.line
    if not found.distinct or not subject.scene.shift:
        return ""
    cost = shifted(subject.loss, subject.scene.shift)
    mean = dict(enumerate((cost.mean_test - cost.training).tolist()))
    return tr(
        "A shift of {shift} between training and test loss costs, as the mean over all directions: {mean}; along the "
        "line of the chart: {along}."
    ).format(
        shift=rounded(subject.scene.shift, 3),
        mean=_costs(found, mean),
        along=_costs(found, {basin: line.rise(basin) for basin in sorted((line.left, line.right))}),
    )


def _costs(found: Experiment, rises: Mapping[int, float]) -> str:
    return ", ".join(f"{basin_name(found, basin)} {risen(rise)}" for basin, rise in rises.items())


def shares_of(found: Experiment, place: int) -> list[tuple[int, float, float]]:
    """(basin, share, error) at a batch size; −1 for paths that end in none."""
    rows = [(basin, float(found.shares[place, basin]), float(found.errors[place, basin]))
            for basin in range(found.shares.shape[1])]  # fmt: skip
    lost = 1 - float(np.sum(found.shares[place]))
    return [*rows, (-1, lost, 0.0)] if lost > 1e-9 else rows
