"""What a lecturer has at hand: spotlight, pen, keys shown, a black screen. Each is made when first asked for."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject

from engine.drawing import COLORS, MAX_STROKES, Stroke
from gui.presentation.blank import Blank
from gui.presentation.chip import Chip, KeysShown
from gui.presentation.pen import PenLayer
from gui.presentation.spotlight import Spotlight

TOOLS_ABOVE, KEYS_ABOVE = 150.0, 96.0  # pixels from the lower edge


class PresentationTools(QObject):
    """The commands of the pointer and the pen. Strokes belong to the lecture's page, or to the scene that is
    shown; where they are kept, they are undone one by one."""

    def __init__(self, window: Any) -> None:
        super().__init__(window)
        self.window = window
        self.pen_on, self.color = False, COLORS[0]
        self.spot: Spotlight | None = None
        self.black: Blank | None = None
        self.keys: KeysShown | None = None
        self._hint: Chip | None = None
        self.layers: dict[str, PenLayer] = {}

    def _say(self, text: str) -> None:
        if self._hint is None:
            self._hint = Chip(self.window.centralWidget(), TOOLS_ABOVE)
        self._hint.say(text, 2.5)

    def toggle_spotlight(self) -> None:
        if self.spot is None:
            self.spot = Spotlight(self.window.centralWidget())
        if self.spot.isVisible():
            self.spot.hide()
        else:
            self.spot.cover()

    def toggle_keys(self) -> None:
        if self.keys is None:
            self.keys = KeysShown(self.window, Chip(self.window.centralWidget(), KEYS_ABOVE))
        self.keys.set_on(not self.keys.on)
        self._say(self.tr("Keys are shown") if self.keys.on else self.tr("Keys are not shown any more"))

    def blank(self) -> None:
        if self.black is None:
            self.black = Blank(self.window.centralWidget())
        self.black.cover()

    def put_away(self) -> bool:
        """The pen and the light away; whether there was anything to put away."""
        lit = self.spot is not None and self.spot.isVisible()
        if lit:
            self.toggle_spotlight()
        elif self.pen_on:
            self.toggle_pen()
        else:
            return False
        return True

    def take_down(self) -> None:
        """Before the window goes: nothing of this may go on."""
        for widget in (self.spot, self.black, self._hint):
            if widget is not None:
                widget.hide()
        if self.keys is not None:
            self.keys.set_on(False)

    # The pen.

    def toggle_pen(self) -> None:
        self.pen_on = not self.pen_on
        self.follow()
        names = {
            "red": self.tr("red"), "yellow": self.tr("yellow"), "green": self.tr("green"), "blue": self.tr("blue"),
            "ink": self.tr("black or white"),
        }  # fmt: skip
        if self.pen_on:
            text = self.tr("Pen: {color}  ·  Shift + P: next colour  ·  E: erase all  ·  P: put away")
            self._say(text.format(color=names[self.color]))
        elif self._hint is not None:
            self._hint.hide()

    def next_color(self) -> None:
        """The next colour; it takes up the pen, too."""
        self.color = COLORS[(COLORS.index(self.color) + 1) % len(COLORS)]
        self.pen_on = False
        self.toggle_pen()

    def erase(self) -> None:
        if self.strokes:
            self._draw((), self.tr("Erase the drawing"))

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        """What is drawn on the page or scene that is shown."""
        page = self.window.lecture.page
        strokes: tuple[Stroke, ...] = self.window.panel.scene.strokes if page is None else page.strokes
        return strokes

    def _draw(self, strokes: tuple[Stroke, ...], text: str) -> None:
        if self.window.lecture.page is not None:
            self.window.lecture.draw(strokes, text)
        else:
            document = self.window.panel.document
            document.change(document.scene.with_(strokes=strokes), text)
        self.follow()

    def _drawn(self, stroke: Stroke) -> None:
        if len(self.strokes) < MAX_STROKES:
            self._draw((*self.strokes, stroke), self.tr("Draw"))
        else:
            self._say(self.tr("No room for more strokes here."))

    def follow(self, *_: object) -> None:
        """Show what is drawn on what is shown now; a layer comes into being with the first stroke."""
        key = self.window.place.kind.key
        for other, layer in self.layers.items():
            if other != key:
                layer.set_active(False, self.color)
        strokes = self.strokes
        if key not in self.layers and (strokes or self.pen_on):
            layer = self.layers[key] = PenLayer(self.window.panel.canvas)
            layer.drawn.connect(self._drawn)
        if key in self.layers:
            layer = self.layers[key]
            if layer.active != self.pen_on or layer.color != self.color:
                layer.set_active(self.pen_on, self.color)
            layer.set_strokes(strokes)
