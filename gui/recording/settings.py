"""What a recording is to be: its size, rate, length and what stands in the picture. Plain values, checked here."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

from engine.quoting import quoted, shown

SIZES: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "720p": (1280, 720), "1080p": (1920, 1080), "1440p": (2560, 1440), "4K": (3840, 2160),
        "square": (1080, 1080), "vertical": (1080, 1920),
    }
)  # fmt: skip
RATES = (24, 25, 30, 50, 60)
# Of television, as they are called and as they are.
BROADCAST: Mapping[str, Fraction] = MappingProxyType(
    {"23.976": Fraction(24000, 1001), "29.97": Fraction(30000, 1001), "59.94": Fraction(60000, 1001)}
)
FORMATS = ("mp4", "webm", "gif", "png")
SMALLEST, LARGEST = 64, 7680  # pixels along a side
MOST_SECONDS = 4 * 3600.0
# A GIF counts time in hundredths of a second, and browsers slow down what shows a frame for less than two.
GIF_RATES = (10, 50)
GIF_SIZE, GIF_RATE = (960, 540), 25


class SettingsError(ValueError):
    """A setting that cannot be; the message is one sentence, `field` says which."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class Settings:
    """The choices. Steps are those of the scene's timeline: of the race, or cells of the convolution."""

    width: int = 1920  # pixels
    height: int = 1080
    fps: int | Fraction = 60
    first: int = 0  # step
    last: int | None = None  # step; None: the last one
    seconds: float | None = None  # the whole recording; else it follows from …
    step_seconds: float | None = None  # … a step's time; None: as fast as the scene plays
    hold_first: float = 1.0  # seconds that the first moment stays, and the last one
    hold_last: float = 2.0
    lines: bool = False  # every line of the rule in turn
    theme: str = "dark"
    title: bool = True
    caption: bool = True
    formula: bool = True
    legend: bool = True
    curve: bool = True  # of the losses, and data with the model where there are any
    transparent: bool = False
    opening: bool = False  # the title alone, before anything is shown of the scene
    ahead: bool = False  # the way that is still to come, and the note on it, before the end


def for_format(kind: str) -> Settings:
    """What a recording in a format is where nothing else is asked for."""
    return Settings(*GIF_SIZE, GIF_RATE) if kind == "gif" else Settings()


def format_of(path: Path) -> str:
    """mp4, webm, gif or png, by the ending. Raises SettingsError for any other."""
    kind = path.suffix.lower().lstrip(".")
    if kind not in FORMATS:
        named = f"not in {shown(path.suffix)}" if kind else "and here is none"
        raise SettingsError("path", f"A recording's name ends in .mp4, .webm, .gif or .png, {named}.")
    return kind


def size_from(text: str) -> tuple[int, int]:
    """`1920x1080`, `1920×1080` or the name of a preset. Raises SettingsError."""
    for name, size in SIZES.items():
        if text.strip().lower() == name.lower():
            return size
    width, cross, height = text.strip().lower().replace("×", "x").partition("x")
    try:
        if not cross or len(text) > 20:
            raise ValueError
        return int(width), int(height)
    except ValueError:
        names = ", ".join(SIZES)
        raise SettingsError("size", f"The size is written as 1920x1080, or as one of {names}.") from None


def rate_from(text: str) -> int | Fraction:
    """`25`, `29.97` or `30000/1001`: a whole number, or a rate of television as it is exactly. Raises SettingsError."""
    exact = Fraction(text) if re.fullmatch(r"-?\d{1,9}([./]0*[1-9]\d{0,8}|[.]0+)?", text, re.ASCII) else None
    if exact is not None and exact.denominator == 1:
        return int(exact)
    exact = next((rate for name, rate in BROADCAST.items() if exact in (Fraction(name), rate)), None)
    if exact is None:
        names = ", ".join(BROADCAST)
        raise SettingsError("fps", f"Frames a second are a whole number, or one of {names}, and not {quoted(text)}.")
    return exact


def rate_text(fps: int | Fraction) -> str:
    """The rate as it is called."""
    return next((name for name, rate in BROADCAST.items() if rate == fps), str(fps))


def check(settings: Settings, kind: str, length: int) -> Settings:
    """The settings, if they make a recording of `length` steps. Raises SettingsError."""
    check_alone(settings, kind)
    _check_steps(settings, length)
    return settings


def check_alone(settings: Settings, kind: str) -> None:
    """Whatever can be said of settings without their scene. Raises SettingsError."""
    for side in (settings.width, settings.height):
        if not SMALLEST <= side <= LARGEST:
            raise SettingsError("size", f"Width and height must be from {SMALLEST} to {LARGEST} pixels, not {side}.")
        if side % 2:
            raise SettingsError("size", f"Width and height must be even, and {side} is odd.")
    low, high = GIF_RATES if kind == "gif" else (BROADCAST["23.976"], RATES[-1])
    if not low <= settings.fps <= high:
        what, rate = "A GIF shows" if kind == "gif" else "A recording has", rate_text(settings.fps)
        raise SettingsError("fps", f"{what} from {rate_text(low)} to {high} frames a second, not {rate}.")
    _check_times(settings)
    if settings.theme not in ("dark", "light"):
        raise SettingsError("theme", f"The theme is dark or light, not {settings.theme}.")
    if settings.transparent and kind != "png":
        raise SettingsError("transparent", "Only PNG pictures can be transparent.")


def _check_steps(settings: Settings, length: int) -> None:
    last = length if settings.last is None else settings.last
    for field, step in (("first", settings.first), ("last", last)):
        if not 0 <= step <= length:
            raise SettingsError(field, f"The scene has the steps 0 to {length}, and no step {step}.")
    if settings.first > last:
        raise SettingsError("last", f"The last step, {last}, comes before the first one, {settings.first}.")


def _check_times(settings: Settings) -> None:
    def within(field: str, name: str, value: float | None, low: float, high: float) -> None:
        if value is not None and not (math.isfinite(value) and low <= value <= high):
            raise SettingsError(field, f"{name} must be from {low:g} to {high:g} seconds, not {value:g}.")

    within("seconds", "The length", settings.seconds, 0.1, MOST_SECONDS)
    within("seconds", "The time of a step", settings.step_seconds, 0.001, 120.0)
    within("hold_first", "The rest at the start", settings.hold_first, 0.0, 60.0)
    within("hold_last", "The rest at the end", settings.hold_last, 0.0, 60.0)
