"""A box for one number: a wrong entry turns red and says why, the last good number stays."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from engine.quoting import quoted
from gui.document import new_gesture


def short_text(value: float) -> str:
    """The shortest usual way to write a number: 0.12, 1e-8, 160."""
    text = f"{value:.6g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        return f"{mantissa}e{int(exponent)}"
    return text


def read_number(text: str) -> float:
    """A number as people write it: 0.003, 3e-3, 1,5 and −1. Raises ValueError with a sentence."""
    plain = text.strip().replace("−", "-").replace(" ", "")
    if not plain:
        raise ValueError("a number is missing here")
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        if len(plain) > 40 or "_" in plain or not plain.isascii():
            raise ValueError
        return float(plain)
    except ValueError:
        raise ValueError(f"{quoted(text.strip(), 20)} is not a number") from None


class NumberBox(QLineEdit):
    """`edited(value, gesture)` as soon as what is typed is valid; `faulty(sentence)`, empty when mended."""

    edited = Signal(float, object)
    faulty = Signal(str)

    def __init__(self, name: str, value: float, check: Callable[[float], float], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.value, self.check = value, check
        self.problem = ""
        self._gesture: Hashable = new_gesture()
        self.setText(short_text(value))
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setAccessibleName(name)
        self.setMaxLength(200)
        self.textEdited.connect(self._typed)

    def set_value(self, value: float) -> None:
        """Show another value, unless it is the one just being typed."""
        if value != self.value or self.problem:
            self.value = value
            self._write()

    def _write(self) -> None:
        self.setText(short_text(self.value))
        self.setCursorPosition(0)
        self._tell("")

    def _typed(self, text: str) -> None:
        try:
            value = self.check(read_number(text))
        except ValueError as error:
            self._tell(str(error))
            return
        self._tell("")
        if value != self.value:
            self.value = value
            self.edited.emit(value, self._gesture)

    def _tell(self, problem: str) -> None:
        if problem != self.problem:
            self.problem = problem
            self.setProperty("wrong", bool(problem))
            self.style().polish(self)
            self.faulty.emit(problem)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._gesture = new_gesture()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if not self.problem:
            self._write()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.problem:
            self._write()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not self.problem:
                self._write()
                self.selectAll()
        else:
            super().keyPressEvent(event)
