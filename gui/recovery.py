"""Work that is in no file: kept while the window is used, and brought back after it has ended."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from engine.work import Work, put_away

if TYPE_CHECKING:  # what few windows need is imported when it is wanted
    from gui.autosave import Autosave
    from gui.recovery_line import RecoveryLine


class Recovery(QObject):
    """Keeps the work of a window once it is told where, and offers what was left there in one line."""

    def __init__(self, window: Any) -> None:
        super().__init__(window)
        self.window = window
        self.line: RecoveryLine | None = None
        self._autosave: Autosave | None = None
        self._left: list[tuple[Path, Work]] = []  # of earlier windows, the latest first

    def start(self, folder: Path) -> None:
        """From now on, keep what is in no file in `folder`, and offer what was left there last."""
        from gui.autosave import Autosave

        self._autosave = Autosave(self.window, folder)
        self.window.history.stepped.connect(self._set_aside)
        self._left = self._autosave.left_behind()
        self._offer_next()

    def _set_aside(self, before: Work, after: Work) -> None:
        """What a step puts away unsaved, such as opening another lecture, is kept."""
        gone = put_away(before, after)
        if gone is not None and self._autosave is not None:
            self._autosave.set_aside(gone)

    def _offer_next(self) -> None:
        """One after the other, in one line."""
        if not self._left:
            return
        from gui.recovery_line import RecoveryLine

        path, work = self._left.pop(0)
        self.line = RecoveryLine(path, work, self.window)
        self.line.wanted.connect(self.bring_back)
        self.line.unwanted.connect(self.forget)
        self.window.column.insertWidget(1, self.line)
        self.line.setVisible(not self.window.mode.on)

    def bring_back(self) -> None:
        """Open what was not saved last time; undo puts it away again."""
        if self.line is not None and self._autosave is not None:
            with self.window.history.step(self.tr("Bring back what was open")):
                self.window.restore(self.line.work)
            self._autosave.take_over(self.line.path)
            self._remove_line()
            self._offer_next()

    def forget(self) -> None:
        """Give up what was not saved last time."""
        if self.line is not None:
            from gui.autosave import forget

            forget(self.line.path)
            self._remove_line()
            self._offer_next()

    def set_presenting(self, on: bool) -> None:
        """No audience is asked about work."""
        if self.line is not None:
            self.line.setVisible(not on)

    def close(self, work: Work | None) -> None:
        """The window closes, and `work` is what stays to be offered at the next start."""
        if self._autosave is not None:
            self._autosave.close(work)
            self._autosave = None

    def _remove_line(self) -> None:
        if self.line is not None:
            self.line.hide()
            self.line.deleteLater()
            self.line = None
