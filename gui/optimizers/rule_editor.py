"""A rule being typed: checked at every key, mistakes marked at their place, names completed."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QResizeEvent,
    QStandardItem,
    QStandardItemModel,
    QTextCharFormat,
    QTextCursor,
    QTextOption,
)
from PySide6.QtWidgets import QAbstractItemView, QCompleter, QLineEdit, QPlainTextEdit, QTextEdit, QVBoxLayout, QWidget

from engine.expressions import FUNCTIONS, RULE_ONLY, ExpressionError
from engine.expressions.greek import LETTERS, spelled
from engine.rules import Rule
from engine.scene import LONGEST_RULE
from gui.document import new_gesture
from gui.theme import look
from gui.widgets.words import words

# Offered by their names, written as the letters of formulas.
_NAMES = "eta beta beta1 beta2 gamma epsilon lambda rho alpha mu nu sigma tau delta".split()
GREEK = {name: spelled(name) for name in _NAMES} | {"pi": "π"}
_WORD = Qt.ItemDataRole.UserRole  # of an entry in the list: the name itself
_LEAST = 2  # letters before something is offered
TALLEST = 12  # lines


class RuleEditor(QWidget):
    """`edited(rule, gesture)` for every text that is a rule; `renamed(name, gesture)`."""

    edited = Signal(str, object)
    renamed = Signal(str, object)

    def __init__(self, rule: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._gesture = new_gesture()
        self._rule = rule  # the scene's
        self.name = QLineEdit(name)
        self.name.setMaxLength(60)
        self.name.setPlaceholderText(self.tr("Own rule"))
        self.name.setAccessibleName(self.tr("Name of the method"))
        self.name.textEdited.connect(lambda text: self.renamed.emit(text, self._gesture))
        self.text = RuleText(rule)
        self.text.left.connect(self._end_gesture)
        self.text.textChanged.connect(self._typed)
        self.error = words("error")
        self.error.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        for widget in (self.name, self.text, self.error):
            column.addWidget(widget)
        self._check()

    def set_rule(self, rule: str, name: str) -> None:
        """Follow the scene. A text that is wrong stays, with its mark, until the scene has another rule."""
        if self.name.text() != name and not self.name.hasFocus():
            self.name.setText(name)
        other, self._rule = rule != self._rule, rule
        if self.text.toPlainText().strip() != rule.strip() and (other or self.error.isHidden()):
            self.text.blockSignals(True)
            self.text.setPlainText(rule)
            self.text.blockSignals(False)
            self._check()

    def _end_gesture(self) -> None:
        self._gesture = new_gesture()

    def _typed(self) -> None:
        rule = self._check()
        if rule is not None:
            self.edited.emit(rule, self._gesture)

    def _check(self) -> str | None:
        """The text if it is a rule; else says where it is not."""
        text = self.text.toPlainText()
        try:
            if len(text) > LONGEST_RULE:
                raise ValueError(self.tr("a rule has at most {n} characters").format(n=LONGEST_RULE))
            Rule(text)
        except ExpressionError as error:
            place = self.tr("line {line}, column {column}: {problem}")
            self.tell(place.format(line=error.line, column=error.column, problem=error.problem))
            self.text.mark(error.line, error.column)
            return None
        except ValueError as error:
            self.tell(str(error))
            return None
        self.tell("")
        self.text.mark(0, 0)
        return text

    def tell(self, problem: str) -> None:
        """What is wrong with the text, or nothing."""
        self.error.setText(problem)
        self.error.setVisible(bool(problem))
        if self.text.property("wrong") != bool(problem):
            self.text.setProperty("wrong", bool(problem))
            self.text.style().polish(self.text)


class RuleText(QPlainTextEdit):
    """The lines of a rule, as high as they need, with a list of names while one is typed."""

    left = Signal()

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.setObjectName("ruleText")
        self.setAccessibleName(self.tr("Update rule"))
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.completer = QCompleter(self)
        self.completer.setWidget(self)
        self.popup: QAbstractItemView = cast(QAbstractItemView, self.completer.popup())
        self.names = QStandardItemModel(self.completer)
        self.completer.setModel(self.names)
        self.completer.setCompletionRole(_WORD)
        self.completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.completer.activated.connect(self.complete)
        self.textChanged.connect(self._fit)
        look().changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        lines = min(max(round(self.document().size().height()), 2), TALLEST)
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if lines == TALLEST else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(policy)
        height = round(self.fontMetrics().lineSpacing() * lines * 1.06 + 18)
        if self.height() != height or self.minimumHeight() != height:
            self.setFixedHeight(height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def mark(self, line: int, column: int) -> None:
        """Underline what stands at this place (from 1); line 0: nothing."""
        marks: list[QTextEdit.ExtraSelection] = []
        block = self.document().findBlockByNumber(line - 1)
        if line and block.isValid():
            mark = QTextEdit.ExtraSelection()
            form = QTextCharFormat()
            form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            form.setUnderlineColor(look().theme.color("danger"))
            form.setForeground(look().theme.color("danger"))
            cursor = QTextCursor(block)
            length = len(block.text())
            start = min(max(column - 1, 0), max(length - 1, 0))
            cursor.setPosition(block.position() + start)
            cursor.movePosition(QTextCursor.MoveOperation.EndOfWord, QTextCursor.MoveMode.KeepAnchor)
            if not cursor.hasSelection() and start < length:
                cursor.movePosition(QTextCursor.MoveOperation.NextCharacter, QTextCursor.MoveMode.KeepAnchor)
            mark.cursor, mark.format = cursor, form
            marks.append(mark)
        self.setExtraSelections(marks)

    # Completion.

    def candidates(self) -> list[str]:
        """Names that can be typed: functions, those of the rule, letters by their names, also where one is whole."""
        own = {word for word in _words(self.toPlainText()) if len(word) > 1}
        return sorted({*FUNCTIONS, *RULE_ONLY, *own} - {self._prefix()} | {*GREEK})

    def _prefix(self) -> str:
        """The name that is being typed, up to the cursor."""
        before = self.textCursor().block().text()[: self.textCursor().positionInBlock()]
        return before[len(before.rstrip(_LETTERS)) :] if before else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        accepts = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Escape)
        if self.popup.isVisible() and event.key() in accepts:
            if event.key() != Qt.Key.Key_Escape:
                self.complete(self.popup.currentIndex().data(_WORD) or self.completer.currentCompletion())
            self.popup.hide()
            return
        super().keyPressEvent(event)
        self._offer(bool(event.text().strip()))

    def _offer(self, typed: bool) -> None:
        prefix = self._prefix()
        if not typed or len(prefix) < _LEAST or not prefix[0].isalpha():
            self.popup.hide()
            return
        self.names.clear()
        for word in self.candidates():
            entry = QStandardItem(f"{word}  {GREEK[word]}" if word in GREEK else word)
            entry.setData(word, _WORD)
            self.names.appendRow(entry)
        self.completer.setCompletionPrefix(prefix)
        if not self.completer.completionCount():
            self.popup.hide()
            return
        self.popup.setCurrentIndex(self.completer.completionModel().index(0, 0))
        place = QRect(self.cursorRect())
        place.setWidth(self.popup.sizeHintForColumn(0) + 30)
        self.completer.complete(place)

    def complete(self, word: str) -> None:
        """Put a name in place of its beginning; Greek letters as themselves, functions with a bracket."""
        cursor = self.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, len(self._prefix()))
        after = "(" if word in FUNCTIONS or word in RULE_ONLY else ""
        cursor.insertText(GREEK.get(word, word) + after)
        self.setTextCursor(cursor)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()


_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_" + LETTERS


def _words(text: str) -> list[str]:
    return "".join(letter if letter in _LETTERS else " " for letter in text).split()
