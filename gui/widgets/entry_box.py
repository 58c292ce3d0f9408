"""A line in which a value is typed: a click selects all of it, and what is typed counts once it is committed."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLineEdit, QStyle, QStyleOptionFrame, QWidget

from gui.theme import look

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
MARGIN = 2  # pixels that Qt leaves free on either side of a line's text
TABS = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)


class EntryBox(QLineEdit):
    """Committed by Enter, Tab and leaving; Escape brings the last value back.

    Whatever else is done in the window, a button without the focus or a key of the window's, is leaving, too: no
    command may run with a number on screen that does not count yet. Subclasses say what `commit` and `bring_back` do;
    both end with `settle`.
    """

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.pending = False  # something is typed that does not count yet
        self._just_entered = False
        self.textEdited.connect(self._begin)

    def commit(self) -> None:
        """Make what is typed count, where it is good."""
        raise NotImplementedError

    def bring_back(self) -> None:
        """Show the last value again."""
        raise NotImplementedError

    def keep_width(self, width: float) -> None:
        """Stay so many pixels wide at scale 1, and as much wider as the letters are larger."""
        self._width = width
        look().changed.connect(self._scale_width)
        self._scale_width()

    def _scale_width(self) -> None:
        self.setFixedWidth(round(look().px(self._width)))

    @property
    def room(self) -> int:
        """How wide a text may be that is seen whole, in pixels."""
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        inside = self.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, self)
        margins = self.textMargins()
        return inside.width() - margins.left() - margins.right() - 2 * MARGIN

    def settle(self) -> None:
        """Nothing is pending any more."""
        if self.pending:
            self.pending = False
            _application().removeEventFilter(self)

    def _begin(self) -> None:
        if not self.pending:
            self.pending = True
            _application().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        leaves = kind == QEvent.Type.Shortcut
        if kind in (QEvent.Type.MouseButtonPress, QEvent.Type.Close) and isinstance(watched, QWidget):
            leaves = watched is not self and watched.window() is self.window()
        if leaves:
            self._commit_and_select()
        return False

    def _commit_and_select(self) -> None:
        """Commit; while the focus stays, what is typed next replaces the number."""
        self.commit()
        if self.hasFocus() and not self.pending:
            self.selectAll()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent):
            if (
                event.type() == QEvent.Type.ShortcutOverride
                and event.key() == Qt.Key.Key_Escape
                and self._can_go_back()
            ):
                event.accept()  # it leaves neither the presentation nor the dialog
                return True
            if event.type() == QEvent.Type.KeyPress and event.key() in TABS and self.pending:
                self.commit()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._can_go_back():
            self.bring_back()
            self.selectAll()
        elif event.key() in ENTER and self.pending:
            self._commit_and_select()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._just_entered = event.reason() == Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self._just_entered and not self.hasSelectedText():  # or a part was chosen by dragging
            self.selectAll()
        self._just_entered = False

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.commit()

    def hideEvent(self, event: QHideEvent) -> None:
        # What goes because another scene is shown has nothing to say about that scene; Qt takes the focus away later.
        if self.pending and not event.spontaneous():
            self.bring_back()
        super().hideEvent(event)

    def _can_go_back(self) -> bool:
        return self.pending or bool(self.property("wrong"))


def _application() -> QCoreApplication:
    application = QCoreApplication.instance()
    assert application is not None
    return application
