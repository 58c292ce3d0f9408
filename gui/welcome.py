"""The first minute: the opening race at its start, one line that says what to try, and the tour."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from engine.scene import Scene, opening_scene
from gui import settings
from gui.tour import Tour
from gui.widgets.words import words

OFFERED = "offered"
CLOSED = "closed"  # the line, by its button: it is not wanted again


def first_scene() -> Scene:
    """The opening race before its first step."""
    return opening_scene().with_(position=0)


class Welcome(QObject):
    """Greets once a window has opened with nothing of the user's, and shows the tour whenever it is wanted."""

    def __init__(self, window: Any) -> None:
        super().__init__(window)
        self.window = window
        self.line: WelcomeLine | None = None
        self.tour: Tour | None = None
        self._greeted = 0  # which opening of a scene

    def greet(self) -> None:
        """Say what to try until something is played or opened; offer the tour the first time. Who has closed the line
        knows what it says."""
        if settings.word("welcome", (CLOSED,), "") == CLOSED:
            return
        new = settings.word("tour", (OFFERED,), "") != OFFERED
        settings.put("tour", OFFERED)
        self.line = WelcomeLine(new, self.window)
        self.line.tour_wanted.connect(self.start_tour)
        self.line.unwanted.connect(self._close)
        self._greeted = self.window.place.opening
        self.window.player.playing_changed.connect(self.leave)
        self.window.panels.currentChanged.connect(self.leave)
        self.window.column.insertWidget(1, self.line)
        self.line.show()

    def _close(self) -> None:
        settings.put("welcome", CLOSED)
        self.leave()

    def follow(self) -> None:
        """Whatever is opened in the place of the race that the line tells of takes it away."""
        if self.line is not None and (self.window.lecture.is_open or self.window.place.opening != self._greeted):
            self.leave()

    def leave(self, *_: object) -> None:
        """Nothing more has to be said."""
        if self.line is not None:
            self.line.hide()
            self.line.deleteLater()
            self.line = None

    def start_tour(self) -> None:
        """Show the tour, in the panel of the races."""
        self.end_tour()
        self.leave()
        self.window.mode.leave()
        if self.window.place.kind.key != "optimizers":
            self.window.choose_panel("optimizers")
        self.tour = Tour(self.window)
        self.tour.ended.connect(self.end_tour)
        self.window.actions_by_name["leave"].triggered.connect(self.end_tour)
        self.window.panels.currentChanged.connect(self.end_tour)

    def end_tour(self, *_: object) -> None:
        """Take the tour off the window, which is as it was."""
        if self.tour is not None:
            tour, self.tour = self.tour, None
            self.window.actions_by_name["leave"].triggered.disconnect(self.end_tour)
            self.window.panels.currentChanged.disconnect(self.end_tour)
            tour.take_off()

    def set_presenting(self, on: bool) -> None:
        """No audience is greeted."""
        if self.line is not None:
            self.line.setVisible(not on)
        if on:
            self.end_tour()


class WelcomeLine(QWidget):
    """`tour_wanted`, where it is offered, and `unwanted`."""

    tour_wanted = Signal()
    unwanted = Signal()

    def __init__(self, offers_tour: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("pageLine")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.text = words("pageQuestion")
        self.text.setText(self.tr("Press Space to let them race. Then drag the start, and see where each one ends."))
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.tour = QPushButton(self.tr("Tour of a minute"))
        self.close_line = QPushButton(self.tr("Close"))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 4)
        row.addWidget(self.text, 1)
        for button, signal in ((self.tour, self.tour_wanted), (self.close_line, self.unwanted)):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _=False, signal=signal: signal.emit())
            row.addWidget(button)
        if not offers_tour:
            self.tour.hide()
