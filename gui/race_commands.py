"""Commands of the window that only a race of optimizers understands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from gui.main_window import MainWindow


class RaceCommands(QObject):
    """Hands a command to the panel that is shown, or says why it cannot."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window_ = window

    def _call(self, name: str, otherwise: str, *arguments: int) -> None:
        method = getattr(self.window_.panel, name, None)
        if method is None:
            self.window_.say(otherwise)
        else:
            method(*arguments)

    def show_results(self) -> None:
        """The race as a table."""
        self._call("show_results", self.tr("Only a race of optimizers has results to compare."))

    def toggle_outcome(self) -> None:
        """Hide how the race goes, or reveal it."""
        self._call("toggle_outcome", self.tr("Only a race of optimizers has a future to hide."))

    def toggle_curvature(self) -> None:
        """The selected racer's quadratic model on the contour, or not."""
        self._call("toggle_curvature", self.tr("Only a race of optimizers has a curvature to show."))

    def toggle_names(self) -> None:
        """The racers' names in the picture, or not."""
        self._call("toggle_names", self.tr("Only a race of optimizers has names to show."))

    def what_if(self) -> None:
        """Let the selected racer go on with other values from this step."""
        self._call("what_if", self.tr("Only a race of optimizers has another future."))

    def several_starts(self) -> None:
        """The selected racer's method from several starts, or from one."""
        self._call("several_starts", self.tr("Only a race of optimizers has several starts."))

    def compare_values(self) -> None:
        """The selected racer twice, with two learning rates."""
        self._call("compare_values", self.tr("Only a race of optimizers compares two values."))

    def toggle_relief(self) -> None:
        """The surface in three dimensions beside the contour, or the contour alone."""
        self._call("toggle_relief", self.tr("Only a loss surface has a 3-D view."))

    def turn_left(self) -> None:
        """The 3-D view, as by a drag to the left."""
        self._turn(-1, 0)

    def turn_right(self) -> None:
        """As by a drag to the right."""
        self._turn(1, 0)

    def turn_up(self) -> None:
        """Seen from higher above."""
        self._turn(0, 1)

    def turn_down(self) -> None:
        """Seen from lower down."""
        self._turn(0, -1)

    def _turn(self, right: int, up: int) -> None:
        self._call("turn_relief", self.tr("Only a loss surface has a 3-D view."), right, up)
