"""Which fields of a scene are choices, and which only say how it is looked at."""

from __future__ import annotations

from typing import Any

import msgspec

from engine.scene_file import panel_of

# Of each panel: what only says how its scene is looked at.
LOOKS = {
    "optimizers": ("position", "speed", "view", "selected"),
    "convolution": ("position", "speed", "alone"),
    "minima": ("position", "speed"),
    "augmentation": ("position", "speed", "way"),
}


def same_choices(one: Any, other: Any) -> bool:
    """Tell whether two scenes differ only in how they are looked at; a hidden future is such a look."""
    if type(one) is not type(other):
        return False
    if one is other:
        return True
    return bool(looked_at_as(other, one) == one)


def looked_at_as(scene: Any, other: Any) -> Any:
    """The choices of a scene, looked at as another one of its panel."""
    looks = {name: getattr(other, name) for name in LOOKS[panel_of(scene)]}
    if hasattr(scene, "show"):
        looks["show"] = msgspec.structs.replace(scene.show, outcome=other.show.outcome)
    return scene.with_(**looks)


def outcome_hidden(scene: Any) -> bool:
    """Tell whether a scene is a question: a race of which the future is hidden."""
    return hasattr(scene, "show") and not scene.show.outcome
