"""Presentation: the whole screen for canvas, formula and transport, with larger type."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication

from gui.presentation.screens import Places, choose_screen, chosen_screen, places_for
from gui.theme import LARGEST_SHOWN, LARGEST_TEXT, look

LARGER = 1.3  # how much larger everything is for the back row, or more where the screen has more pixels:
ROWS = 600.0  # as many pixels of usual size fill a screen's height,
ROOM = (640.0, 400.0)  # and a window that has less than these in width and height shows hardly any picture


class PresentationMode(QObject):
    """Takes the window into a presentation and back; every panel shown meanwhile takes part. Pictures go to the
    projector and notes to the lecturer's own screen, also when a screen comes or goes meanwhile."""

    def __init__(self, window: Any) -> None:
        super().__init__(window)
        self.window = window
        self.on = False
        self._was_maximized = False
        self._own_scale = 1.0
        self._own_geometry: Any = None  # of the window, before it went to another screen
        self._own_screen: Any = None
        self._enlarged_for: Any = None  # the screen whose height gives the size of text
        self._changed: list[Any] = []  # the panels that take part
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            for signal in (app.screenAdded, app.screenRemoved, app.primaryScreenChanged):
                # Only after the system has moved the windows of a screen that is gone.
                signal.connect(lambda _screen: QTimer.singleShot(0, self, self.share_screens))

    @property
    def own_scale(self) -> float:
        """The user's own size of text."""
        return self._own_scale if self.on else look().scale

    @property
    def largest(self) -> float:
        """The size that text is not enlarged beyond."""
        return LARGEST_SHOWN if self.on else LARGEST_TEXT

    def toggle(self) -> None:
        self._set(not self.on)

    def leave(self) -> None:
        """Escape: first the pen and the light are put away, then the presentation ends."""
        if not self.window.tools.put_away() and self.on:
            self._set(False)

    def present_from_first(self) -> None:
        """F5: from the lecture's first page, as other programs do it."""
        if self.window.lecture.is_open:
            self.window.lecture.show(0)
        self.present()

    def present(self) -> None:
        """Shift + F5: from the page that is shown."""
        if not self.on:
            self._set(True)

    def follow(self) -> None:
        """A panel has come on the screen: it looks like the rest."""
        if self.on and self.window.panel not in self._changed:
            self._changed.append(self.window.panel)
            self.window.panel.set_presenting(True)

    # Screens.

    def places(self) -> Places:
        """Where pictures and notes belong now."""
        screens = QGuiApplication.screens()
        return places_for(screens, QGuiApplication.primaryScreen(), chosen_screen(screens))

    def swap_screens(self) -> None:
        """Pictures where the notes were, and notes where the pictures were; the choice is remembered."""
        places = self.places()
        if places.notes is None:
            self.window.say(self.tr("There is only one screen."), 3)
            return
        choose_screen(QGuiApplication.screens(), places.notes)
        self.share_screens()

    def share_screens(self) -> None:
        """Pictures and notes to where they belong, while a presentation is on."""
        if self.on:
            places = self.places()
            if places.pictures is not self._enlarged_for:
                self._enlarge(places.pictures)
            self._cover(places.pictures)
            self.window.lectures.place_notes(places.notes)

    def _enlarge(self, screen: Any) -> None:
        """Text and lines as large a part of the picture on every projector, as far as there is room."""
        self._enlarged_for = screen
        width, height = screen.geometry().width(), screen.geometry().height()
        most = max(min(width / ROOM[0], height / ROOM[1]), 1.0)
        look().set_scale(min(self._own_scale * max(LARGER, height / ROWS), most), LARGEST_SHOWN)

    def _cover(self, screen: Any) -> None:
        """The window over the whole of a screen."""
        window = self.window
        if window.screen() is not screen:
            window.showNormal()  # a full screen does not move in every window manager
            window.setScreen(screen)
            window.setGeometry(screen.geometry())
        window.showFullScreen()

    def _set(self, on: bool) -> None:
        window, self.on = self.window, on
        window.header.setVisible(not on)
        window.recovery.set_presenting(on)
        window.welcome.set_presenting(on)
        self.follow()
        while not on and self._changed:
            self._changed.pop().set_presenting(False)
        # For the back row; the user's own size comes back afterwards.
        if on:
            self._own_scale = look().scale
            self._enlarge(self.places().pictures)
        else:
            look().set_scale(self._own_scale)
        window.lectures.set_presenting(on)
        if on:
            self._was_maximized = window.isMaximized()
            self._own_geometry = None if self._was_maximized else window.geometry()
            self._own_screen = window.screen()
            self.share_screens()
        else:
            self._go_home()

    def _go_home(self) -> None:
        """The window as it was, on the screen where it was."""
        window = self.window
        window.showNormal()
        if self._own_screen in QGuiApplication.screens():
            window.setScreen(self._own_screen)
        if self._own_geometry is not None:
            window.setGeometry(self._own_geometry)
        if self._was_maximized:
            window.showMaximized()
