"""A box for one number: a wrong entry turns red and says why, the last good number stays."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from engine.quoting import quoted
from gui.document import new_gesture
from gui.widgets.entry_box import EntryBox


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


class NumberBox(EntryBox):
    """`edited(value, gesture)` when what is typed is committed; `faulty(sentence)` at once, empty when mended."""

    edited = Signal(float, object)
    faulty = Signal(str)

    def __init__(self, name: str, value: float, check: Callable[[float], float], parent: QWidget | None = None) -> None:
        super().__init__(short_text(value), parent)
        self.value, self.check = value, check
        self.problem = ""
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setAccessibleName(name)
        self.setMaxLength(200)
        self.textEdited.connect(self._typed)

    def set_value(self, value: float) -> None:
        """Show another value; what is just being typed stays while the value does."""
        if value != self.value or (self.problem and not self.hasFocus()):
            self.value = value
            self.bring_back()

    def bring_back(self) -> None:
        """Show the last value again."""
        self.settle()
        self.setText(short_text(self.value))
        self.setCursorPosition(0)
        self._tell("")

    def commit(self) -> None:
        """Make what is typed count; where it is wrong it stays with its sentence, and so does the last good value."""
        if not self.pending or self.problem:
            return
        value = self.check(read_number(self.text()))
        known, self.value = self.value, value
        self.bring_back()
        if value != known:
            self.edited.emit(value, new_gesture())

    def _typed(self, text: str) -> None:
        try:
            self.check(read_number(text))
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
