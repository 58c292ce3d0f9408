"""A user's hand in a test: clicks and keys on what is seen, counted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QScrollArea, QWidget

LEFT = Qt.MouseButton.LeftButton


class Hand:
    """Every click, key and text counts one; `count` is what a task has needed."""

    def __init__(self) -> None:
        self.count = 0

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Click on a widget that is enabled and in sight, where nothing lies over it."""
        reach(widget)
        self.count += 1
        QTest.mouseClick(widget, LEFT, pos=at or widget.rect().center())
        QApplication.processEvents()

    def key(self, key: Any, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key, which goes to whatever has the focus."""
        self.count += 1
        QTest.keyClick(_focused(), key, modifier)
        QApplication.processEvents()

    def type(self, text: str) -> None:
        """Type a text into what has the focus."""
        self.count += 1
        QTest.keyClicks(_focused(), text)
        QApplication.processEvents()

    def pick(self, box: QComboBox, text: str) -> None:
        """Open a list with a click, and click on an entry."""
        self.click(box)
        view = box.view()
        index = box.model().index(box.findText(text), 0)
        assert view.isVisible() and index.isValid(), text
        view.scrollTo(index)
        place = view.visualRect(index).center()
        QTest.mouseMove(view.viewport(), place)
        self.count += 1
        QTest.mouseClick(view.viewport(), LEFT, pos=place)
        QApplication.processEvents()
        assert box.currentText() == text

    def answer(self, monkeypatch: Any, method: str, path: Path, ask: Callable[[], None]) -> None:
        """Do what asks for a file, and type the file's path and Enter."""
        asked = []
        monkeypatch.setattr(QFileDialog, method, lambda *_a, **_k: asked.append(1) or (str(path), ""))
        ask()
        assert asked
        self.count += 2


def reach(widget: QWidget) -> None:
    """Scroll to a widget, as a turn of the wheel does, and see that it can be clicked."""
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(widget)
        above = above.parentWidget()
    QApplication.processEvents()
    assert widget.isVisible() and widget.isEnabled(), widget
    hit = widget.window().childAt(widget.mapTo(widget.window(), widget.rect().center()))
    assert hit is widget or widget.isAncestorOf(hit), f"{hit} lies over {widget}"


def _focused() -> QWidget:
    focused = QApplication.focusWidget() or QApplication.activeWindow()
    assert focused is not None
    return focused
