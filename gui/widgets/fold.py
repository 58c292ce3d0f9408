"""A part of a side panel that folds away: one line with its title and what is in it, and the part below."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from engine.quoting import SENTENCE, shown
from gui.theme import look
from gui.widgets.icons import icon
from gui.widgets.words import as_plain, heading


class Fold(QWidget):
    """The line; a click anywhere on it shows or hides `body`. Without a button there is nothing to open."""

    toggled = Signal(bool)

    def __init__(self, title: str, body: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.body = body
        self.button = QToolButton()
        self.button.setObjectName("fold")
        self.button.setAccessibleName(title)
        self.button.setCheckable(True)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.toggled.connect(self._show)
        self.summary = QLabel()
        self.summary.setObjectName("small")
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.summary.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.summary.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._text = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(heading(title))
        row.addWidget(self.summary, 1)
        row.addWidget(self.button)
        body.hide()
        look().changed.connect(self._restyle)
        self._restyle()

    @property
    def is_open(self) -> bool:
        return self.button.isChecked()

    def set_open(self, is_open: bool) -> None:
        """Show or hide what is below."""
        self.button.setChecked(is_open)

    def set_possible(self, possible: bool) -> None:
        """Whether there is anything to open."""
        self.button.setVisible(possible)
        if not possible:
            self.set_open(False)

    def set_summary(self, text: str) -> None:
        """What is in it, in a few words; cut where the line is too short for them."""
        self._text = shown(text, SENTENCE)
        self.setToolTip(as_plain(self._text))
        self._cut()

    def _show(self, is_open: bool) -> None:
        self.body.setVisible(is_open)
        self._restyle()
        self.toggled.emit(is_open)

    def _cut(self) -> None:
        metrics = self.summary.fontMetrics()
        self.summary.setText(metrics.elidedText(self._text, Qt.TextElideMode.ElideRight, self.summary.width()))

    def _restyle(self) -> None:
        size = round(look().px(14))
        self.button.setIcon(icon("chevron_down" if self.is_open else "chevron_right", look().theme.muted, size))
        self.button.setIconSize(QSize(size, size))
        self._cut()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self.button.isHidden() and event.button() == Qt.MouseButton.LeftButton:
            self.button.toggle()
