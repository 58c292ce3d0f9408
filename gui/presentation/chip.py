"""A few words floating above the lower edge of the window, gone by themselves: keys pressed, what the pen does."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QWidget

from gui.theme import look

ARROWS = {"Left": "←", "Right": "→", "Up": "↑", "Down": "↓"}
ALONE = {Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr}


class Chip(QLabel):
    """Floats over `parent`, `above` pixels from its lower edge; takes no part in its layout."""

    def __init__(self, parent: QWidget, above: float) -> None:
        super().__init__(parent)
        self.ground = parent
        self.above = above
        self.setObjectName("chip")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.timeout.connect(self.hide)
        self.hide()

    def say(self, text: str, seconds: float) -> None:
        self.setText(text)
        self.adjustSize()
        area = self.ground.rect()
        self.move((area.width() - self.width()) // 2, round(area.height() - self.height() - look().px(self.above)))
        self.raise_()
        self.show()
        self.timer.start(round(seconds * 1000))


class KeysShown(QObject):
    """Shows every key that is pressed in `window`, except what is typed into a field. Costs nothing while off.

    It listens at the window and at what has the focus, where every key comes first. At the application it would see
    every event of every widget, and a change of theme, which is tens of thousands of them, took twice as long.
    """

    def __init__(self, window: QWidget, chip: Chip) -> None:
        super().__init__(window)
        self.window, self.chip = window, chip
        self.on = False
        self._last: object = None
        self._heard: QObject | None = None  # what is listened at

    def set_on(self, on: bool) -> None:
        if on != self.on:
            self.on = on
            app = QApplication.instance()
            assert isinstance(app, QApplication)
            if on:
                self.window.installEventFilter(self)
                app.focusObjectChanged.connect(self._listen)
                self._listen(app.focusObject())
            else:
                self.window.removeEventFilter(self)
                app.focusObjectChanged.disconnect(self._listen)
                self._listen(None)
                self.chip.hide()

    def _listen(self, focus: QObject | None) -> None:
        if self._heard is not None and shiboken6.isValid(self._heard):
            self._heard.removeEventFilter(self)
        self._heard = None if focus is self.window else focus
        if self._heard is not None:
            self._heard.installEventFilter(self)

    def eventFilter(self, receiver: QObject, event: QEvent) -> bool:
        # Every key comes as an override first, on its way up through the widgets: once is enough.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            this = (event.timestamp(), event.key(), event.modifiers())
            typing = isinstance(QApplication.focusWidget(), QLineEdit | QPlainTextEdit)
            if this != self._last and event.key() not in ALONE and not typing:
                self._last = this
                self.chip.say(key_name(event), 1.5)
        return False


def key_name(event: QKeyEvent) -> str:
    """What stands on the keys: Ctrl + Z, Shift + →."""
    text = QKeySequence(event.keyCombination()).toString(QKeySequence.SequenceFormat.PortableText)
    parts = [*text[:-1].split("+"), "+"] if text.endswith("+") else text.split("+")
    return " + ".join(ARROWS.get(part, part) for part in parts if part)
