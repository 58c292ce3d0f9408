"""Presentation: the whole screen for canvas, formula and transport, with larger type."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject

from gui.theme import look

LARGER = 1.3  # how much larger everything is


class PresentationMode(QObject):
    """Takes the window into a presentation and back; every panel shown meanwhile takes part."""

    def __init__(self, window: Any) -> None:
        super().__init__(window)
        self.window = window
        self.on = False
        self._was_maximized = False
        self._own_scale = 1.0
        self._changed: list[Any] = []  # the panels that take part

    @property
    def own_scale(self) -> float:
        """The user's own size of text."""
        return self._own_scale if self.on else look().scale

    def toggle(self) -> None:
        self._set(not self.on)

    def leave(self) -> None:
        """Escape: first the pen and the light are put away, then the presentation ends."""
        if not self.window.tools.put_away() and self.on:
            self._set(False)

    def follow(self) -> None:
        """A panel has come on the screen: it looks like the rest."""
        if self.on and self.window.panel not in self._changed:
            self._changed.append(self.window.panel)
            self.window.panel.set_presenting(True)

    def _set(self, on: bool) -> None:
        window, self.on = self.window, on
        window.header.setVisible(not on)
        self.follow()
        while not on and self._changed:
            self._changed.pop().set_presenting(False)
        # For the back row; the user's own size comes back afterwards.
        if on:
            self._own_scale = look().scale
        look().set_scale(self._own_scale * LARGER if on else self._own_scale)
        window.lectures.set_presenting(on)
        if on:
            self._was_maximized = window.isMaximized()
            window.showFullScreen()
        elif self._was_maximized:
            window.showMaximized()
        else:
            window.showNormal()
