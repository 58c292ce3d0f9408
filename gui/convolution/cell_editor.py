"""The box over a cell in which its number is typed."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QWidget

from engine.convolution.scene import FAR
from gui.document import new_gesture
from gui.theme import look
from gui.widgets.entry_box import EntryBox
from gui.widgets.number_box import read_number, short_text

LONGEST = 60  # characters of a number
_WAYS = {
    Qt.Key.Key_Return: (1, 0), Qt.Key.Key_Enter: (1, 0), Qt.Key.Key_Down: (1, 0), Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Tab: (0, 1), Qt.Key.Key_Backtab: (0, -1),
}  # fmt: skip


class CellEditor(EntryBox):
    """`edited(grid, index, number, gesture)` when what is typed is committed; `faulty(sentence)` at once."""

    edited = Signal(str, tuple, float, object)
    faulty = Signal(str)
    stepped = Signal(object, int, int)  # the cell's spot; rows, columns to go on
    pasted = Signal(object)  # the cell's spot: what is pasted are several numbers

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent=parent)
        self.grid = ""
        self.index: tuple[int, ...] = ()
        self.spot: object = None
        self.problem = ""
        self.setObjectName("cellEditor")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setMaxLength(LONGEST)
        self.hide()
        self.textEdited.connect(self._typed)

    def open(self, area: QRectF, grid: str, index: tuple[int, ...], value: float, spot: object) -> None:
        """Type the number of this cell."""
        self.grid, self.index, self.spot = grid, index, spot
        width, height = max(area.width(), 56 * look().scale), max(area.height(), 26 * look().scale)
        middle = area.center()
        self.setGeometry(round(middle.x() - width / 2), round(middle.y() - height / 2), round(width), round(height))
        theme = look().theme
        self.setStyleSheet(
            f"#cellEditor {{ padding: 0; border: 2px solid {theme.accent}; border-radius: 4px; font-weight: 600; }}"
            f'#cellEditor[wrong="true"] {{ border-color: {theme.danger}; }}'
        )
        self._tell("")
        self.setText(short_text(value).replace("-", "−"))
        self.setAccessibleName(self.tr("Number of the cell"))
        self.show()
        self.setFocus()
        self.selectAll()

    def leave(self) -> None:
        """Close the box; what is valid stays."""
        if self.isVisible():
            self.commit()
            self._tell("")
            self.hide()
            canvas = self.parentWidget()
            assert canvas is not None
            canvas.setFocus()

    def commit(self) -> None:
        """Make what is typed the cell's number, if it is one."""
        if self.pending and not self.problem:
            value = read_number(self.text())
            self.settle()
            self.edited.emit(self.grid, self.index, value, new_gesture())

    def bring_back(self) -> None:
        """Close the box; the cell's number is still the one that it was."""
        self.settle()
        self.leave()

    def _typed(self, text: str) -> None:
        try:
            value = read_number(text)
            if not math.isfinite(value) or abs(value) > FAR:
                raise ValueError(self.tr("a cell holds a number between −1000000 and 1000000"))
        except ValueError as error:
            self._tell(str(error))
        else:
            self._tell("")

    def _tell(self, problem: str) -> None:
        if problem != self.problem:
            self.problem = problem
            self.setProperty("wrong", bool(problem))
            self.style().polish(self)
            self.faulty.emit(problem)

    def event(self, event: QEvent) -> bool:
        # Space, arrows and letters are the window's shortcuts everywhere but here.
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._pastes_many(event):
            spot = self.spot
            self.leave()
            self.pasted.emit(spot)
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in _WAYS:
            rows, columns = _WAYS[Qt.Key(event.key())]
            spot = self.spot
            self.leave()
            self.stepped.emit(spot, rows, columns)
            return True
        return super().event(event)

    @staticmethod
    def _pastes_many(event: QKeyEvent) -> bool:
        """Whether this key pastes a table rather than one number."""
        if not event.matches(QKeySequence.StandardKey.Paste):
            return False
        text = QApplication.clipboard().text()
        return len(text) > LONGEST or len(text.split()) > 1 or ";" in text

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.bring_back()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._tell("")
            self.hide()
