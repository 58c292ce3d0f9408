"""`Optimizer`: a method with its hyperparameters, its schedule and its clipping set.

What modifies a method rewrites its rule, so the text that is shown stays the text that is run.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.clipping import NORM, clipped
from engine.expressions.greek import spelled
from engine.parameters import Parameter, checked_values
from engine.rules import Rule
from engine.schedules import Schedule


@dataclass(frozen=True)
class Optimizer:
    """A method with its hyperparameters set. Immutable; `with_values` gives a changed copy.

    `rule` is the text that is run, a schedule's and clipping's lines included; `bare` the method without these.
    """

    key: str
    name: str
    rule: Rule
    parameters: tuple[Parameter, ...]
    summary: str = ""
    source: str = ""
    pytorch: Rule | None = None
    convention: str = "textbook"
    changed: tuple[tuple[str, float], ...] = field(default=())
    schedule: Schedule | None = None
    clipping: float | None = None
    bare: Optimizer | None = field(default=None, repr=False)

    @cached_property
    def values(self) -> Mapping[str, float]:
        """All hyperparameters by name, e.g. `values["learning_rate"]`."""
        defaults = {p.name: p.default for p in self.parameters}
        return MappingProxyType(defaults | dict(self.changed))

    @cached_property
    def symbols(self) -> Mapping[str, float]:
        """All numbers by the symbol that stands in the rule, e.g. `symbols["η"]`; the schedule's and the
        clipping's too."""
        own = {p.symbol: self.values[p.name] for p in self.parameters}
        scheduled = dict(self.schedule.symbols) if self.schedule else {}
        bound = {NORM.symbol: self.clipping} if self.clipping is not None else {}
        return MappingProxyType(own | scheduled | bound)

    def with_values(self, **changes: float) -> Optimizer:
        """A copy with other hyperparameters, by name (or symbol).

        Raises ValueError, naming the hyperparameter, for an unknown name or a value out of range.
        """
        values = checked_values(self.parameters, dict(self.changed), changes)
        return replace(self, changed=tuple(values.items()))

    def with_schedule(self, schedule: Schedule | None) -> Optimizer:
        """A copy whose learning rate follows `schedule`; None takes a schedule away.

        The rule gains the schedule's lines and reads η_t where it read η. Raises ValueError where it has no η, or
        already uses one of the schedule's symbols for something else.
        """
        return self._modified(schedule, self.clipping)

    def with_clipping(self, norm: float | None) -> Optimizer:
        """A copy whose every gradient is shortened to `norm` where it is longer; None takes that away.

        Equal to `torch.nn.utils.clip_grad_norm_`. Raises ValueError for a norm that is no positive number.
        """
        return self._modified(self.schedule, norm)

    def _modified(self, schedule: Schedule | None, norm: float | None) -> Optimizer:
        norm = None if norm is None else NORM.check(norm)
        bare = self.bare or self

        def rewritten(rule: Rule) -> Rule:
            rule = rule if norm is None else clipped(rule)
            return rule if schedule is None else schedule.applied(rule)

        return replace(
            self,
            rule=rewritten(bare.rule),
            pytorch=rewritten(bare.pytorch) if bare.pytorch else None,
            schedule=schedule,
            clipping=norm,
            bare=bare,
        )

    def rates(self, steps: ArrayLike) -> NDArray[np.float64]:
        """Its η in each of the steps, counted from 1, as the schedule has it. Raises KeyError where it has no η."""
        steps = np.asarray(steps, dtype=float)
        factor = self.schedule.factor(steps) if self.schedule else np.ones(steps.shape)
        return self.symbols["η"] * factor

    def as_pytorch(self) -> Optimizer:
        """The same method and values in torch.optim's convention."""
        if self.bare is not None:
            return self.bare.as_pytorch().with_values(**self.values)._modified(self.schedule, self.clipping)
        return replace(self, rule=self.pytorch or self.rule, convention="pytorch")

    @staticmethod
    def from_rule(
        text: str,
        name: str = "Own rule",
        initial: Mapping[str, float] | None = None,
        **values: float,
    ) -> Optimizer:
        """An optimizer from typed text. Hyperparameters are the names that it never assigns.

        `values` sets them by symbol, `initial` the state before the first step. Raises ExpressionError
        for a text that is no rule, ValueError for a value that does not belong.
        """
        rule = Rule(text, tuple((spelled(symbol), value) for symbol, value in (initial or {}).items()))
        parameters = tuple(_parameter(symbol, rule.hyperparameters) for symbol in rule.hyperparameters)
        return Optimizer("own", name, rule, parameters).with_values(**values)


# --- hyperparameters that many methods share -----------------------------------------------------


def rate(default: float, low: float = 1e-5, high: float = 10.0) -> Parameter:
    return Parameter(
        "η", "learning_rate", default, low, high, log=True,
        explanation="How far each step goes. Too small crawls, too large diverges.",
    )  # fmt: skip


def share(symbol: str, name: str, default: float, explanation: str) -> Parameter:
    """A number from 0 to below 1, such as a decay."""
    return Parameter(symbol, name, default, 0.0, 0.9999, False, explanation, below=1.0)


def epsilon(default: float) -> Parameter:
    return Parameter(
        "ε", "epsilon", default, 1e-12, 1.0, log=True,
        explanation="Keeps the division finite where the gradient has been almost zero.",
    )  # fmt: skip


def weight_decay(default: float) -> Parameter:
    return Parameter(
        "λ", "weight_decay", default, 0.0, 1.0, log=False,
        explanation="How strongly the weights are pulled towards 0, beside the gradient.",
    )  # fmt: skip


MOMENTUM = share("β", "momentum", 0.9, "The share of the last velocity that is kept. 0 is plain gradient descent.")
BETA1 = share("β1", "beta1", 0.9, "Memory of the mean gradient: about 1/(1 − β1) steps.")
BETA2 = share("β2", "beta2", 0.999, "Memory of the mean squared gradient: about 1/(1 − β2) steps.")
DECAY = share("γ", "decay", 0.9, "Memory of the mean squared gradient: about 1/(1 − γ) steps.")
_COMMON = {p.symbol: p for p in (rate(0.01), MOMENTUM, BETA1, BETA2, DECAY, epsilon(1e-8), weight_decay(0.01))}


def _parameter(symbol: str, free: Collection[str]) -> Parameter:
    """What is known of a symbol in a typed rule with these free names; any number for one that is new.

    Where the rule has a name `momentum` of its own beside β, β goes by its letter: no two share a value.
    """
    known = _COMMON.get(symbol)
    if known is None:
        return Parameter(symbol, symbol, 0.1, 1e-4, 10.0, True, "A number of your own.", least=-1e308)
    return replace(known, name=symbol) if known.name in free else known
