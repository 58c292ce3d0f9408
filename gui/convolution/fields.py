"""Small controls of the side panel: whole numbers with − and +, and a name beside a control."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.quoting import shown
from gui.theme import look
from gui.widgets.entry_box import EntryBox
from gui.widgets.words import words


def labelled(text: str, widget: QWidget) -> QWidget:
    """A control with its name at the left."""
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(7)
    line.addWidget(QLabel(text), 1)
    line.addWidget(widget, 1 if widget.sizePolicy().horizontalPolicy() != QSizePolicy.Policy.Fixed else 0)
    if not widget.accessibleName():
        widget.setAccessibleName(text)
    return row


class Stepper(QWidget):
    """`wanted(numbers)`: one or a few whole numbers, stepped together or typed, such as 6 or 5 × 7.

    Whoever answers calls `set_numbers` when it is done, or `show_problem` with a sentence.
    """

    wanted = Signal(tuple)

    def __init__(self, name: str, numbers: tuple[int, ...], tip: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.numbers = numbers
        self.problem = ""
        self.label = QLabel(name)
        self.label.setToolTip(tip)
        self.less, self.more = QToolButton(), QToolButton()
        for button, sign, step, word in ((self.less, "−", -1, self.tr("less")), (self.more, "+", 1, self.tr("more"))):
            button.setText(sign)
            button.setAccessibleName(f"{name}: {word}")
            button.setAutoRepeat(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _checked=False, step=step: self._step(step))
        self.box = _Box()
        self.box.setAccessibleName(name)
        self.box.setToolTip(tip)
        self.box.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.box.setMaxLength(20)
        self.box.textEdited.connect(self._typed)
        self.box.committed.connect(self._commit)
        self.box.brought_back.connect(self._write)
        self.error = words("error")
        self.error.hide()
        row = QHBoxLayout()
        row.setSpacing(3)
        row.addWidget(self.label, 1)
        row.addWidget(self.less)
        row.addWidget(self.box)
        row.addWidget(self.more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.error)
        self._write()
        look().changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        side = round(look().px(26))
        for button in (self.less, self.more):
            button.setFixedSize(side, side)
            button.setStyleSheet("padding: 0; font-weight: 700;")
        self._fit()

    def _fit(self) -> None:
        """Three numbers need more room than one."""
        needed = self.box.fontMetrics().horizontalAdvance(self.box.text()) + self.box.width() - self.box.room
        self.box.setFixedSize(max(round(look().px(62)), needed), round(look().px(26)))

    def set_numbers(self, numbers: tuple[int, ...]) -> None:
        """Show numbers without telling anyone; what is just being typed stays."""
        if numbers != self.numbers or (self.problem and not self.box.hasFocus()):
            self.numbers = numbers
            self._write()

    def show_problem(self, sentence: str) -> None:
        """What was wanted cannot be: say why, the last good numbers stay."""
        self._tell(sentence)

    def _write(self) -> None:
        self.box.settle()
        same = len(set(self.numbers)) == 1
        self.box.setText(str(self.numbers[0]) if same else " × ".join(map(str, self.numbers)))
        self._fit()
        self._tell("")

    def _read(self, text: str) -> tuple[int, ...] | None:
        parts = re.split(r"[x×*, ]+", text.strip().lower())
        if not all(re.fullmatch(r"[0-9]{1,4}", part) for part in parts) or len(parts) not in (1, len(self.numbers)):
            return None
        read = tuple(int(part) for part in parts)
        return read * len(self.numbers) if len(read) == 1 else read

    def _typed(self, text: str) -> None:
        numbers = self._read(text)
        if numbers is None:
            pairs = {2: self.tr(" or two, such as 5 × 7"), 3: self.tr(" or three, such as 4 × 5 × 7")}
            pair = pairs.get(len(self.numbers), "")
            self._tell(self.tr("“{text}” is not a whole number{pair}").format(text=shown(text.strip(), 12), pair=pair))
        else:
            self._tell("")

    def _commit(self) -> None:
        """Ask for what is typed; where it is wrong it stays with its sentence, and so do the last good numbers."""
        numbers = self._read(self.box.text())
        if numbers is not None and not self.problem:
            self.box.settle()
            self.wanted.emit(numbers)
            if not self.problem:
                self._write()

    def _step(self, step: int) -> None:
        self._write()
        self.wanted.emit(tuple(number + step for number in self.numbers))

    def _tell(self, problem: str) -> None:
        if problem != self.problem:
            self.problem = problem
            self.error.setText(problem)
            self.error.setVisible(bool(problem))
            self.box.setProperty("wrong", bool(problem))
            self.box.style().polish(self.box)


class _Box(EntryBox):
    """Says when what is typed is to count, and when the last numbers are to come back."""

    committed = Signal()
    brought_back = Signal()

    def commit(self) -> None:
        if self.pending:
            self.committed.emit()

    def bring_back(self) -> None:
        self.brought_back.emit()
