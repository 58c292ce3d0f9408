"""The built-in optimizers: each a rule in the maths language and the hyperparameters it names.

Rules stand in the textbook convention; `pytorch` holds the same method as torch.optim computes it, where
that differs (ε outside the root; Nesterov following the look-ahead point). To add one, add one block.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

from engine.parameters import Parameter, checked_values
from engine.rules import Rule


@dataclass(frozen=True)
class Optimizer:
    """A method with its hyperparameters set. Immutable; `with_values` gives a changed copy."""

    key: str
    name: str
    rule: Rule
    parameters: tuple[Parameter, ...]
    summary: str = ""
    source: str = ""
    pytorch: Rule | None = None
    convention: str = "textbook"
    changed: tuple[tuple[str, float], ...] = field(default=())

    @cached_property
    def values(self) -> Mapping[str, float]:
        """All hyperparameters by name, e.g. `values["learning_rate"]`."""
        defaults = {p.name: p.default for p in self.parameters}
        return MappingProxyType(defaults | dict(self.changed))

    @cached_property
    def symbols(self) -> Mapping[str, float]:
        """All hyperparameters by the symbol that stands in the rule, e.g. `symbols["η"]`."""
        return MappingProxyType({p.symbol: self.values[p.name] for p in self.parameters})

    def with_values(self, **changes: float) -> Optimizer:
        """A copy with other hyperparameters, by name (or symbol).

        Raises ValueError, naming the hyperparameter, for an unknown name or a value out of range.
        """
        values = checked_values(self.parameters, dict(self.changed), changes)
        return replace(self, changed=tuple(values.items()))

    def as_pytorch(self) -> Optimizer:
        """The same method and values in torch.optim's convention."""
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
        rule = Rule(text, tuple((initial or {}).items()))
        parameters = tuple(_parameter(symbol) for symbol in rule.hyperparameters)
        return Optimizer("own", name, rule, parameters).with_values(**values)


def _rate(default: float, low: float = 1e-5, high: float = 10.0) -> Parameter:
    return Parameter(
        "η", "learning_rate", default, low, high, log=True,
        explanation="How far each step goes. Too small crawls, too large diverges.",
    )  # fmt: skip


def _decay(symbol: str, name: str, default: float, explanation: str) -> Parameter:
    return Parameter(symbol, name, default, 0.0, 0.9999, False, explanation, below=1.0)


def _epsilon(default: float) -> Parameter:
    return Parameter(
        "ε", "epsilon", default, 1e-12, 1.0, log=True,
        explanation="Keeps the division finite where the gradient has been almost zero.",
    )  # fmt: skip


_MOMENTUM = _decay(
    "β",
    "momentum",
    0.9,
    "The share of the last velocity that is kept. 0 is plain gradient descent.",
)
_BETA1 = _decay("β1", "beta1", 0.9, "Memory of the mean gradient: about 1/(1 − β1) steps.")
_BETA2 = _decay("β2", "beta2", 0.999, "Memory of the mean squared gradient: about 1/(1 − β2) steps.")

_COMMON = {p.symbol: p for p in (_rate(0.01), _MOMENTUM, _BETA1, _BETA2, _epsilon(1e-8))} | {
    "γ": _decay("γ", "decay", 0.9, "Memory of the mean squared gradient: about 1/(1 − γ) steps.")
}


def _parameter(symbol: str) -> Parameter:
    """What is known of a symbol in a typed rule; any number for one that is new."""
    new = Parameter(symbol, symbol, 0.1, 1e-4, 10.0, True, "A number of your own.", least=-1e308)
    return _COMMON.get(symbol, new)


_BLOCKS = (
    Optimizer(
        key="gradient_descent",
        name="Gradient descent",
        rule=Rule("w = w - η*g"),
        parameters=(_rate(0.01),),
        summary="Step against the gradient.",
        source="Cauchy 1847",
    ),
    Optimizer(
        key="momentum",
        name="Momentum",
        rule=Rule("a = β*a + g\nw = w - η*a"),
        parameters=(_rate(0.01), _MOMENTUM),
        summary="Gradients add up to a velocity that keeps going through a shaking gradient.",
        source="Polyak 1964, Some methods of speeding up the convergence of iteration methods",
    ),
    Optimizer(
        key="nesterov",
        name="Nesterov",
        rule=Rule("u = w - η*β*a\na = β*a + grad(u)\nw = w - η*a"),
        pytorch=Rule("a = β*a + g\nw = w - η*(g + β*a)"),
        parameters=(_rate(0.01), _MOMENTUM),
        summary="Momentum that takes its gradient where the velocity is about to carry it.",
        source="Nesterov 1983; Sutskever et al. 2013, eqs. 3–4",
    ),
    Optimizer(
        key="adagrad",
        name="Adagrad",
        rule=Rule("G = G + g**2\nw = w - η/sqrt(G + ε) * g"),
        pytorch=Rule("G = G + g**2\nw = w - η/(sqrt(G) + ε) * g"),
        parameters=(_rate(0.1), _epsilon(1e-8)),
        summary="Each axis is slowed by all the gradient it has seen, so its steps shrink for ever.",
        source="Duchi, Hazan, Singer 2011, eq. 1",
    ),
    Optimizer(
        key="adadelta",
        name="Adadelta",
        rule=Rule("G = γ*G + (1 - γ)*g**2\nΔ = sqrt(H + ε)/sqrt(G + ε) * g\nH = γ*H + (1 - γ)*Δ**2\nw = w - η*Δ"),
        parameters=(
            _rate(1.0),
            _decay("γ", "decay", 0.9, "Memory of the squared gradients and of the squared steps."),
            _epsilon(1e-6),
        ),
        summary="Steps as long as the recent steps were, so it needs hardly any learning rate.",
        source="Zeiler 2012, algorithm 1",
    ),
    Optimizer(
        key="rmsprop",
        name="RMSprop",
        rule=Rule("G = γ*G + (1 - γ)*g**2\nw = w - η/sqrt(G + ε) * g"),
        pytorch=Rule("G = γ*G + (1 - γ)*g**2\nw = w - η/(sqrt(G) + ε) * g"),
        parameters=(
            _rate(0.01),
            _decay("γ", "decay", 0.9, "Memory of the mean squared gradient: about 1/(1 − γ) steps."),
            _epsilon(1e-8),
        ),
        summary="Adagrad that forgets: each axis is scaled by its recent gradients only.",
        source="Hinton 2012, Neural Networks for Machine Learning, lecture 6e",
    ),
    Optimizer(
        key="adam",
        name="Adam",
        rule=Rule(
            "m = β1*m + (1 - β1)*g\nv = β2*v + (1 - β2)*g**2\nw = w - η/sqrt(v + ε) * sqrt(1 - β2**t)/(1 - β1**t) * m"
        ),
        pytorch=Rule(
            "m = β1*m + (1 - β1)*g\nv = β2*v + (1 - β2)*g**2\nw = w - η/(1 - β1**t) * m/(sqrt(v)/sqrt(1 - β2**t) + ε)"
        ),
        parameters=(_rate(0.05), _BETA1, _BETA2, _epsilon(1e-8)),
        summary="Momentum and a scale for each axis, both corrected for having started at zero.",
        source="Kingma and Ba 2015, algorithm 1 and section 2",
    ),
)

OPTIMIZERS: Mapping[str, Optimizer] = MappingProxyType({block.key: block for block in _BLOCKS})
