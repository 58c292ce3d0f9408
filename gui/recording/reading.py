"""How long the lines of a rule take to be read, where a film shows them one after the other."""

from __future__ import annotations

from typing import Any

from engine.expressions.parse import walk
from engine.rules import Rule

# A line has to be found, and its result to be looked at; every number, name and operator is read in the formula and
# again with its value. People read some four words a second, and hardly more symbols.
FIND = 0.8  # seconds
SYMBOL = 0.25


def reading_times(rule: Rule) -> tuple[float, ...]:
    """Seconds for every line."""
    return tuple(FIND + SYMBOL * sum(1 for _ in walk(line.expression)) for line in rule.lines)


def reading_of(scene: Any) -> tuple[float, ...]:
    """The same of the rule that a film of the scene shows; none where it shows none."""
    racers = getattr(scene, "racers", ())
    chosen = racers[scene.selected] if racers else None
    return reading_times(chosen.build().rule) if chosen is not None and chosen.on else ()
