"""Gradient clipping: a rule in which every gradient is first shortened to a norm c.

Pascanu, Mikolov and Bengio 2013, algorithm 1, with the 10⁻⁶ of `torch.nn.utils.clip_grad_norm_`.
"""

from __future__ import annotations

from engine.parameters import Parameter
from engine.quoting import quoted
from engine.rewriting import call_at, renamed
from engine.rules import Rule

NORM = Parameter(
    "c", "clipping", 1.0, 1e-3, 1e3, log=True,
    explanation="The length to which a longer gradient is shortened; its direction stays.", least=1e-9,
)  # fmt: skip


def clipped(rule: Rule) -> Rule:
    """The rule with ĝ in place of g, and ŝ in place of every grad(·): made in lines of their own beforehand.

    Raises ValueError where a name that this needs already means something.
    """
    lines = [_shortened("g")] if rule.uses_g else []
    new = ["g_hat"] * rule.uses_g
    count = 0
    for line in rule.program:
        text = renamed(line.text, "g", "g_hat")
        while place := call_at(text, "grad"):
            count += 1
            gradient = "s" if count == 1 else f"s{count}"
            new += [gradient, f"{gradient}_hat"]
            lines += [f"{gradient} = {text[slice(*place)]}", _shortened(gradient)]
            text = f"{text[: place[0]]}{gradient}_hat{text[place[1] :]}"
        lines.append(text)
    used = {*rule.assigned, *rule.hyperparameters} & {NORM.symbol, *new}
    if used:
        raise ValueError(f"this rule already uses {quoted(min(used))}, which clipping needs")
    return Rule("\n".join(lines), rule.initial)


def _shortened(gradient: str) -> str:
    return f"{gradient}_hat = minimum(1, {NORM.symbol}/(norm({gradient}) + 1e-6)) * {gradient}"
