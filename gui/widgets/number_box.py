"""A box for one number: a wrong entry turns red and says why, the last good number stays."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QResizeEvent
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


def fitting_text(value: float, fits: Callable[[str], bool]) -> str:
    """A number as `short_text` writes it; where that does not fit, with an exponent, and only then with fewer
    digits."""
    ways = [short_text(value), *(_with_exponent(value, digits) for digits in range(6, 0, -1))]
    rounded = (short_text(float(f"{value:.{digits}g}")) for digits in range(5, 0, -1))
    if math.isfinite(value):
        exact = [way for way in ways if float(way) == float(ways[0])]
        ways = [*exact, *sorted([*rounded, *ways], key=lambda way: abs(float(way) - value))]
    return next((way for way in ways if fits(way)), ways[-1])


def _with_exponent(value: float, digits: int) -> str:
    """0.00051 as 5.1e-4."""
    mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa


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
        number = float(plain)
        if not math.isfinite(number):
            raise ValueError
        return number
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
        self._write()
        self.setCursorPosition(0)
        self._tell("")

    def _write(self) -> None:
        """The value: so that it is seen whole, or in full while it may be edited."""
        metrics, room = self.fontMetrics(), self.room
        text = short_text(self.value)
        if not self.hasFocus():
            text = fitting_text(self.value, lambda way: metrics.horizontalAdvance(way) <= room)
        if text != self.text():  # or what is selected stays so
            self.setText(text)
            self.setCursorPosition(0)

    def _write_anew(self) -> None:
        if not self.pending and not self.problem:
            self._write()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._write_anew()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._write_anew()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._write_anew()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._write_anew()

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
