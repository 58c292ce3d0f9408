"""A few words floating above the lower edge of the window, gone by themselves: keys pressed, what the pen does."""

from __future__ import annotations

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
    """Shows every key that is pressed in `window`, except what is typed into a field. Costs nothing while off."""

    def __init__(self, window: QWidget, chip: Chip) -> None:
        super().__init__(window)
        self.window, self.chip = window, chip
        self.on = False
        self._last: object = None

    def set_on(self, on: bool) -> None:
        if on != self.on:
            self.on = on
            app = QApplication.instance()
            assert app is not None
            if on:
                app.installEventFilter(self)
            else:
                app.removeEventFilter(self)
                self.chip.hide()

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
