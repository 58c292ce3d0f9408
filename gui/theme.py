"""Colours, fonts and the style of every racer. All widgets and canvases take theirs from here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from gui.restyle import lay_out, restyle

ASSETS = Path(__file__).resolve().parent.parent / "assets"
SMALLEST_TEXT, LARGEST_TEXT = 0.7, 2.5  # times its usual size
LARGEST_SHOWN = 5.0  # on a projector of many pixels


@dataclass(frozen=True)
class Theme:
    """A palette. Text on its background has a contrast of at least 4.5 : 1 (tested)."""

    name: str
    dark: bool
    window: str  # behind everything
    panel: str  # side panels, header, transport
    card: str  # cards, boxes, buttons
    field: str  # number boxes
    line: str  # separators and outlines
    ink: str  # text
    muted: str  # secondary text
    accent: str  # the one active thing
    on_accent: str
    lit: str  # behind the lit rule line
    danger: str
    danger_field: str
    good: str
    contour_low: str  # around the minima
    contour_high: str
    isoline: str
    halo: str  # around markers and labels on the canvas
    gradient: str  # arrows and symbols, by what they are
    direction: str
    scale: str
    step: str

    def color(self, name: str) -> QColor:
        return QColor(getattr(self, name))


DARK = Theme(
    name="dark", dark=True,
    window="#0f131b", panel="#161b25", card="#202735", field="#10151e", line="#2b3444",
    ink="#eef1f6", muted="#a3adbd", accent="#4f8cff", on_accent="#ffffff", lit="#2c2a20",
    danger="#ff8a80", danger_field="#3a1d22", good="#62d39a",
    contour_low="#33598a", contour_high="#151b29", isoline="#5a7fae", halo="#0f131b",
    gradient="#ff7b72", direction="#7ee787", scale="#f0a030", step="#ffd479",
)  # fmt: skip

LIGHT = Theme(
    name="light", dark=False,
    window="#f4f5f8", panel="#ffffff", card="#f0f2f6", field="#ffffff", line="#d5dae3",
    ink="#161b26", muted="#566072", accent="#1f4fbf", on_accent="#ffffff", lit="#fff3d6",
    danger="#b3261e", danger_field="#fdeceb", good="#12704a",
    contour_low="#b9cfe8", contour_high="#fbfbf9", isoline="#93a9c4", halo="#ffffff",
    gradient="#c4302b", direction="#1a7f37", scale="#a85b00", step="#8a5a00",
)  # fmt: skip

THEMES = {theme.name: theme for theme in (DARK, LIGHT)}


@dataclass(frozen=True)
class RacerStyle:
    """How one method looks everywhere: colour (dark, light theme), marker and dash (in pen widths)."""

    dark: str
    light: str
    marker: str
    dash: tuple[float, ...] = ()

    def color(self, theme: Theme) -> QColor:
        return QColor(self.dark if theme.dark else self.light)


# Okabe and Ito's colours, darkened for the light theme where white would swallow them.
_STYLES = {
    "gradient_descent": RacerStyle("#f2f4f8", "#20242c", "circle"),
    "momentum": RacerStyle("#56b4e9", "#0b7bbd", "square", (4.0, 2.0)),
    "nesterov": RacerStyle("#1fbf8f", "#00785a", "triangle"),
    "adagrad": RacerStyle("#f0e442", "#8f7f00", "diamond", (1.0, 1.6)),
    "adadelta": RacerStyle("#ff7a3d", "#c24a00", "pentagon", (6.0, 1.5, 1.0, 1.5)),
    "rmsprop": RacerStyle("#e08fbf", "#a8447f", "triangle_down", (2.5, 1.5)),
    "adam": RacerStyle("#f5a623", "#b86e00", "star"),
    # The others share these colours and one more blue, each with a marker and a dash of its own.
    "adamw": RacerStyle("#8c9bff", "#3146b8", "star_four", (6.0, 2.0)),
    "amsgrad": RacerStyle("#f5a623", "#b86e00", "hexagon", (4.0, 1.5)),
    "nadam": RacerStyle("#1fbf8f", "#00785a", "triangle_right", (3.0, 1.5)),
    "radam": RacerStyle("#ff7a3d", "#c24a00", "star_six"),
    "adamax": RacerStyle("#56b4e9", "#0b7bbd", "plus", (1.5, 1.5)),
    "rprop": RacerStyle("#f0e442", "#8f7f00", "cross", (3.0, 1.5)),
    "qhm": RacerStyle("#e08fbf", "#a8447f", "triangle_left", (1.2, 1.6)),
    "adabelief": RacerStyle("#f0e442", "#8f7f00", "bow_tie", (6.0, 2.0)),
    "yogi": RacerStyle("#1fbf8f", "#00785a", "hourglass", (1.0, 1.5)),
    "lion": RacerStyle("#ff7a3d", "#c24a00", "chevron", (2.5, 1.5)),
    "signsgd": RacerStyle("#f2f4f8", "#20242c", "bar", (3.0, 2.0)),
    "newton": RacerStyle("#8c9bff", "#3146b8", "arrow"),
    "damped_newton": RacerStyle("#56b4e9", "#0b7bbd", "arrow_down", (5.0, 1.5, 1.0, 1.5)),
}
_OTHERS = (
    RacerStyle("#b39ddb", "#5e35b1", "hexagon", (5.0, 2.0)),
    RacerStyle("#80cbc4", "#00695c", "cross", (1.5, 1.5)),
    RacerStyle("#ef9a9a", "#b71c1c", "plus", (4.0, 1.5, 1.0, 1.5)),
    RacerStyle("#c5e1a5", "#33691e", "hexagon", (2.0, 2.0)),
    RacerStyle("#90caf9", "#0d47a1", "cross", (6.0, 2.0)),
)


def racer_style(key: str) -> RacerStyle:
    """The style of a method; methods without one of their own get a fixed one from their name."""
    if key in _STYLES:
        return _STYLES[key]
    return _OTHERS[sum(map(ord, key)) % len(_OTHERS)]


def racer_styles(keys: Sequence[str]) -> list[RacerStyle]:
    """A style for each racer: its method's own, and for a method that races twice the same marker in
    another colour and dash."""
    styles: list[RacerStyle] = []
    for place, key in enumerate(keys):
        style, before = racer_style(key), keys[:place].count(key)
        if before:
            other = _OTHERS[(before - 1) % len(_OTHERS)]
            style = RacerStyle(other.dark, other.light, style.marker, other.dash)
        styles.append(style)
    return styles


class Look(QObject):
    """The current theme and font size; `changed` tells everything that draws itself."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.theme = DARK
        self.scale = 1.0

    def set_theme(self, name: str) -> None:
        self.theme = THEMES.get(name, DARK)
        self.apply()

    def set_scale(self, scale: float, largest: float = LARGEST_TEXT) -> None:
        self.scale = min(max(round(scale, 2), SMALLEST_TEXT), largest)
        self.apply()

    @contextmanager
    def drawing_in(self, theme: Theme, scale: float) -> Iterator[None]:
        """Another look for pictures that are drawn aside; no widget is told."""
        kept = self.theme, self.scale
        self.theme, self.scale = theme, scale
        try:
            yield
        finally:
            self.theme, self.scale = kept

    def px(self, size: float) -> float:
        """A length or font size at the current scale, in pixels."""
        return size * self.scale

    def font(self, size: float = 13, weight: int = QFont.Weight.Normal) -> QFont:
        font = QFont(QApplication.font())
        font.setPixelSize(max(round(self.px(size)), 9))
        font.setWeight(QFont.Weight(weight))
        return font

    def apply(self) -> None:
        styled: list[QWidget] = []
        app = QApplication.instance()
        if isinstance(app, QApplication):
            font = QFont(app.font())
            font.setPixelSize(round(self.px(13)))
            app.setFont(font)
            app.setPalette(_palette(self.theme))
            styled = restyle(app, style_sheet(self.theme, self.scale))
        self.changed.emit()
        lay_out(styled)


_look: Look | None = None


def look() -> Look:
    """The application's one look."""
    global _look
    if _look is None:
        _look = Look()
    return _look


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: theme.window,
        QPalette.ColorRole.WindowText: theme.ink,
        QPalette.ColorRole.Base: theme.field,
        QPalette.ColorRole.AlternateBase: theme.card,
        QPalette.ColorRole.Text: theme.ink,
        QPalette.ColorRole.Button: theme.card,
        QPalette.ColorRole.ButtonText: theme.ink,
        QPalette.ColorRole.Highlight: theme.accent,
        QPalette.ColorRole.HighlightedText: theme.on_accent,
        QPalette.ColorRole.ToolTipBase: theme.card,
        QPalette.ColorRole.ToolTipText: theme.ink,
        QPalette.ColorRole.PlaceholderText: theme.muted,
        QPalette.ColorRole.Link: theme.accent,
    }
    for role, color in roles.items():
        palette.setColor(role, QColor(color))
    palette.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText, QColor(theme.muted))
    return palette


def style_sheet(theme: Theme, scale: float) -> str:
    """assets/style.qss with `@name` replaced by the theme's colours and `12px*` by scaled lengths."""
    text = (ASSETS / "style.qss").read_text(encoding="utf-8")
    text = re.sub(r"@(\w+)", lambda found: str(getattr(theme, found[1], found[0])), text)
    return re.sub(r"(\d+)px\*", lambda found: f"{max(round(int(found[1]) * scale), 1)}px", text)
