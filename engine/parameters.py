"""A number that the user may choose: its names, its sensible range and what it does."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from engine.expressions.greek import spelled
from engine.quoting import literal


@dataclass(frozen=True, slots=True)
class Parameter:
    """A hyperparameter of an optimizer, or a free number in a loss.

    `low` and `high` bound the slider (on a log scale where `log`); `least` and `below` bound what is
    accepted at all: least <= value < below.
    """

    symbol: str
    name: str
    default: float
    low: float
    high: float
    log: bool
    explanation: str
    least: float = 0.0
    below: float = math.inf

    def check(self, value: object) -> float:
        """The value as a float. Raises ValueError, naming the parameter and what it accepts."""
        try:
            if isinstance(value, bool):
                raise TypeError
            number = float(value)  # type: ignore[arg-type]
        except OverflowError:
            number = math.inf
        except (TypeError, ValueError):
            raise ValueError(f"{self.name} must be a number, not {literal(value)}") from None
        if math.isfinite(number) and self.least <= number < self.below:
            return number
        if not math.isfinite(self.least):
            accepted = "a finite number"
        elif math.isinf(self.below):
            accepted = f"a finite number, {self.least:g} or more"
        else:
            accepted = f"a number from {self.least:g} to below {self.below:g}"
        raise ValueError(f"{self.name} must be {accepted}, not {number:g}")


def checked_values(
    parameters: Iterable[Parameter], current: Mapping[str, float], changes: Mapping[str, object]
) -> Mapping[str, float]:
    """`current` with `changes`, both by name; a change may also be given by symbol (η=0.1, or eta=0.1).

    Raises ValueError for an unknown name, naming the known ones, or for a bad value.
    """
    parameters = tuple(parameters)
    by_name = {p.name: p for p in parameters} | {p.symbol: p for p in parameters}
    values = dict(current)
    for name, value in changes.items():
        parameter = by_name.get(name) or by_name.get(spelled(name))
        if parameter is None:
            known = ", ".join(p.name for p in parameters) or "none at all"
            raise ValueError(f"there is no hyperparameter {literal(name)}; there are {known}")
        values[parameter.name] = parameter.check(value)
    return MappingProxyType(values)
