"""The choices made last, remembered from one recording to the next."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSettings

from gui.recording.settings import FORMATS, Settings

_OF_THE_SCENE = ("first", "last")  # means nothing for the next one


def remembered(theme: str) -> tuple[Settings, str]:
    """Settings and format of last time; at first, an mp4 in the window's `theme`."""
    stored: Any = QSettings().value("recording/choices", "")
    try:
        given = json.loads(str(stored)) if stored else {}
        kind = given.pop("kind", "mp4") if isinstance(given, dict) else "mp4"
        known = {field.name: given[field.name] for field in fields(Settings) if field.name in given}
        settings = Settings(**{"theme": theme, **_typed(known)})
    except (ValueError, TypeError, RecursionError):
        return Settings(theme=theme), "mp4"
    return settings, kind if kind in FORMATS else "mp4"


def _typed(given: dict[str, Any]) -> dict[str, Any]:
    """Only values of the type that belongs there. Raises TypeError."""
    example = asdict(Settings(seconds=1.0, step_seconds=1.0, last=1))
    for name, value in given.items():
        wanted = type(example[name])
        fits = isinstance(value, wanted) and not (wanted is not bool and isinstance(value, bool))
        if not fits and not (wanted is float and type(value) is int) and not (value is None and "seconds" in name):
            raise TypeError(name)
    return given


def remember(settings: Settings, kind: str) -> None:
    """For the next time."""
    kept = {name: value for name, value in asdict(settings).items() if name not in _OF_THE_SCENE}
    QSettings().setValue("recording/choices", json.dumps({**kept, "kind": kind}))


def last_place() -> Path | None:
    """The folder of the last recording, if it is still there."""
    stored = str(QSettings().value("recording/folder", ""))
    return Path(stored) if stored and Path(stored).is_dir() else None


def remember_place(folder: Path) -> None:
    QSettings().setValue("recording/folder", str(folder))
