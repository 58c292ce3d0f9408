"""The choices made last, remembered from one recording to the next."""

from __future__ import annotations

import json
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

from gui import settings
from gui.recording.settings import FORMATS, GIF_RATES, RATES, Settings, check, for_format

_OF_THE_SCENE = ("first", "last")  # means nothing for the next one


def remembered(theme: str) -> tuple[Settings, str]:
    """Settings and format of last time; at first, an mp4 in the window's `theme`."""
    try:
        given = json.loads(settings.text("recording/choices", "{}"))
        kind = given.pop("kind", "mp4") if isinstance(given, dict) else "mp4"
        kind = kind if isinstance(kind, str) and kind in FORMATS else "mp4"
        known = {field.name: given[field.name] for field in fields(Settings) if field.name in given}
        found = Settings(**{"theme": theme, **_typed(known)})
        check(replace(found, fps=for_format(kind).fps), kind, 0)
        if not GIF_RATES[0] <= found.fps <= RATES[-1]:  # the form takes the nearest that the format has
            raise ValueError("fps")
        return found, kind
    except (ValueError, TypeError, RecursionError, OverflowError):
        return Settings(theme=theme), "mp4"


def _typed(given: dict[str, Any]) -> dict[str, Any]:
    """Only values of the type that belongs there. Raises TypeError."""
    example = asdict(Settings(seconds=1.0, step_seconds=1.0, last=1))
    for name, value in given.items():
        wanted = type(example[name])
        fits = isinstance(value, wanted) and not (wanted is not bool and isinstance(value, bool))
        if not fits and not (wanted is float and type(value) is int) and not (value is None and "seconds" in name):
            raise TypeError(name)
    return given


def remember(chosen: Settings, kind: str) -> None:
    """For the next time."""
    kept = {name: value for name, value in asdict(chosen).items() if name not in _OF_THE_SCENE}
    settings.put("recording/choices", json.dumps({**kept, "kind": kind}))


def last_place() -> Path | None:
    """The folder of the last recording, if it is still there."""
    stored = settings.text("recording/folder")
    try:
        return Path(stored) if stored and Path(stored).is_dir() else None
    except (OSError, ValueError):  # a folder that may not be looked into, a name that is none
        return None


def remember_place(folder: Path) -> None:
    settings.put("recording/folder", str(folder))
