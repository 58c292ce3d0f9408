"""Rules rewritten as text, since the text is what is shown and run."""

from __future__ import annotations

import re

_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"


def renamed(text: str, old: str, new: str) -> str:
    """The text with the name `old` replaced by `new`, where it stands alone: η, but not η_plus."""
    return re.sub(rf"(?<!\w){re.escape(old)}(?![^\W{_SUPERSCRIPTS}])", new, text)


def call_at(text: str, function: str) -> tuple[int, int] | None:
    """Where the last-opened `function(…)` of a line begins and ends; none lies inside it."""
    found = [*re.finditer(rf"(?<!\w){function}\s*\(", text)]
    if not found:
        return None
    depth, end = 1, found[-1].end()
    while depth:
        depth += {"(": 1, ")": -1}.get(text[end], 0)
        end += 1
    return found[-1].start(), end
