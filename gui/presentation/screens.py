"""On which screen a presentation's pictures are shown, and on which its notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gui import settings

KEY = "presentation/pictures"  # what the user has chosen by swapping: the screens that were there, and which of them


@dataclass(frozen=True)
class Places:
    """The screen of the pictures, and that of the notes; None where there is only one."""

    pictures: Any
    notes: Any


def places_for(screens: Sequence[Any], primary: Any, chosen: str = "") -> Places:
    """Share out the screens: pictures go to the projector, which is the first that is not the `primary` one, and
    notes to the primary one, which is the lecturer's own. The screen called `chosen` gets the pictures if it is there.
    """
    others = [screen for screen in screens if screen is not primary]
    if not others:
        return Places(primary, None)
    pictures = next((screen for screen in screens if name_of(screen) == chosen), others[0])
    return Places(pictures, primary if pictures is not primary else others[0])


def name_of(screen: Any) -> str:
    """What a screen is known by when it is plugged in again."""
    return " ".join(part for part in (screen.name(), screen.model(), screen.serialNumber()) if part)


def chosen_screen(screens: Sequence[Any]) -> str:
    """The screen that the user wants the pictures on when just these screens are there; empty: as usual."""
    return settings.text(f"{KEY}/{_together(screens)}")


def choose_screen(screens: Sequence[Any], pictures: Any) -> None:
    """Remember the choice for these screens."""
    settings.put(f"{KEY}/{_together(screens)}", name_of(pictures))


def _together(screens: Sequence[Any]) -> str:
    return " + ".join(sorted(name_of(screen) for screen in screens)).replace("/", "|").replace("\\", "|")
