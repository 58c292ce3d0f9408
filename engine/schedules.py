"""Learning-rate schedules: each a line or two of the maths language that give η_t in step t, and its numbers.

A schedule is put before a rule, which then reads η_t in place of η: `optimizer.with_schedule(schedule)`. So it is
typeset, shown with its numbers and run like every other line. Steps count from 1: the first step takes the rate
that torch.optim.lr_scheduler gives to its first `optimizer.step()`. To add one, add one block.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.expressions import compile_program, parse_program
from engine.parameters import Parameter, checked_values
from engine.quoting import quoted
from engine.rewriting import renamed
from engine.rules import Rule

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Schedule:
    """How the learning rate changes with the step. Immutable; `with_values` gives a changed copy.

    `text` assigns η_t from η, t and the parameters' symbols; where it is empty the rate stays.
    """

    key: str
    name: str
    text: str
    parameters: tuple[Parameter, ...] = ()
    summary: str = ""
    source: str = ""
    changed: tuple[tuple[str, float], ...] = ()

    @cached_property
    def values(self) -> Mapping[str, float]:
        """All numbers by name, e.g. `values["period"]`."""
        return MappingProxyType({p.name: p.default for p in self.parameters} | dict(self.changed))

    @cached_property
    def symbols(self) -> Mapping[str, float]:
        """All numbers by the symbol that stands in the text."""
        return MappingProxyType({p.symbol: self.values[p.name] for p in self.parameters})

    def with_values(self, **changes: float) -> Schedule:
        """A copy with other numbers, by name or symbol. Raises ValueError naming the bad one."""
        values = checked_values(self.parameters, dict(self.changed), changes)
        return replace(self, changed=tuple(values.items()))

    @cached_property
    def _factor(self) -> Callable[..., tuple[Floats, ...]]:
        program = parse_program(self.text)
        return compile_program(program, ["t"], ["η_t"], "arrays", {"η": 1.0, **self.symbols})

    def factor(self, step: ArrayLike) -> Floats:
        """What η is multiplied with in `step`, counted from 1: one step, or an array of steps for a curve."""
        t = np.asarray(step, dtype=float)
        if not self.text:
            return np.ones(t.shape)
        with np.errstate(all="ignore"):
            (factor,) = self._factor(t)
        return np.array(np.broadcast_to(factor, t.shape))

    def applied(self, rule: Rule) -> Rule:
        """The rule that computes η_t first and then reads it as its η. Raises ValueError where it has no η, or
        where it uses one of this schedule's symbols for something of its own."""
        if not self.text:
            return rule
        if "η" not in rule.hyperparameters:
            raise ValueError("this rule has no learning rate η for a schedule")
        own = {*self.symbols, *(line.name for line in parse_program(self.text))}
        clash = own & {*rule.assigned, *rule.hyperparameters}
        if clash:
            raise ValueError(f"this rule already uses {quoted(min(clash))}, which the schedule needs")
        lines = [renamed(line.text, "η", "η_t") for line in rule.program]
        return Rule("\n".join([self.text, *lines]), rule.initial)


def _steps(symbol: str, name: str, default: float, explanation: str) -> Parameter:
    return Parameter(symbol, name, default, 1.0, 1000.0, True, explanation, least=1.0)


def _factor(default: float, explanation: str) -> Parameter:
    return Parameter("q", "factor", default, 0.0, 1.0, False, explanation)


def _lowest(default: float, explanation: str) -> Parameter:
    return Parameter("f", "lowest", default, 0.0, 1.0, False, explanation)


_BLOCKS = (
    Schedule(
        key="constant",
        name="Constant",
        text="",
        summary="The same rate in every step.",
        source="Robbins and Monro 1951 show what it costs: with noise it never comes to rest",
    ),
    Schedule(
        key="step",
        name="Step",
        text="η_t = η * q**floor((t - 1)/k)",
        parameters=(
            _steps("k", "every", 50, "After how many steps the rate falls."),
            _factor(0.5, "What the rate is multiplied with each time."),
        ),
        summary="Falls by a factor every so many steps.",
        source="StepLR in PyTorch",
    ),
    Schedule(
        key="exponential",
        name="Exponential",
        text="η_t = η * q**(t - 1)",
        parameters=(_factor(0.98, "What the rate is multiplied with after every step."),),
        summary="Falls by the same factor after every step.",
        source="ExponentialLR in PyTorch",
    ),
    Schedule(
        key="cosine",
        name="Cosine",
        text="η_t = η * (f + (1 - f)*(1 + cos(π*(t - 1)/T))/2)",
        parameters=(
            _steps("T", "period", 160, "Steps from the highest rate to the lowest; then it rises again."),
            _lowest(0.0, "The lowest rate, as a share of η."),
        ),
        summary="Falls along half a cosine: slowly, fast, and slowly again.",
        source="Loshchilov and Hutter 2017, SGDR, eq. 5; CosineAnnealingLR in PyTorch",
    ),
    Schedule(
        key="warm_up",
        name="Linear warm-up",
        text="η_t = η * (f + (1 - f)*minimum((t - 1)/T, 1))",
        parameters=(
            _steps("T", "duration", 20, "Steps until the whole rate is reached."),
            Parameter("f", "start", 0.1, 0.0, 1.0, False, "The first rate, as a share of η."),
        ),
        summary="Begins with small steps and grows to the whole rate, while the moments settle.",
        source="Goyal et al. 2017, section 2.2; LinearLR in PyTorch",
    ),
    Schedule(
        key="one_cycle",
        name="One cycle",
        text=(
            "z = where(t < p*T, 1 - (t - 1)/(p*T - 1), minimum((t - p*T)/(T - p*T), 1))\n"
            "f = where(t < p*T, 1/D, 1/(D*F))\n"
            "η_t = η * (f + (1 - f)*(1 + cos(π*z))/2)"
        ),
        parameters=(
            _steps("T", "total", 160, "Steps of the whole cycle; afterwards the rate stays at its lowest."),
            Parameter("p", "rise", 0.3, 0.05, 0.95, False, "The share of the steps that rise.", least=0.0, below=1.0),
            Parameter("D", "division", 25.0, 1.0, 1000.0, True, "The first rate is η divided by this.", least=1.0),
            Parameter(
                "F", "final_division", 1e4, 1.0, 1e6, True, "The last rate is the first one divided by this.", least=1.0
            ),
        ),
        summary="Rises to the whole rate and falls far below the first one, each along half a cosine.",
        source="Smith and Topin 2018, Super-convergence; OneCycleLR in PyTorch",
    ),
    Schedule(
        key="cyclic",
        name="Cyclic",
        text="η_t = η * (f + (1 - f)*(1 - abs((t - 1)/k - 2*floor((t - 1)/(2*k)) - 1)))",
        parameters=(
            _steps("k", "half_cycle", 40, "Steps from the lowest rate to the highest, and as many back."),
            _lowest(0.1, "The lowest rate, as a share of η."),
        ),
        summary="Rises and falls in a straight line, again and again.",
        source="Smith 2017, Cyclical learning rates, section 3.1; CyclicLR in PyTorch",
    ),
)

SCHEDULES: Mapping[str, Schedule] = MappingProxyType({block.key: block for block in _BLOCKS})
