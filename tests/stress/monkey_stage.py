"""Where the monkey plays: the windows and widgets that are there, in an order that is the same every time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

FIELDS = (QLineEdit, QAbstractSpinBox, QPlainTextEdit, QTextEdit)
Deed = tuple[str, Callable[[], None]]  # what will be done, in words, and what does it


class Stage:
    """The main window, a folder for files, and what lets the app answer after each key or press."""

    def __init__(self, main: Any, folder: Path, answered: Callable[[], None]) -> None:
        self.main, self.folder, self.answered = main, folder, answered

    def roots(self) -> list[QWidget]:
        """What takes the user's presses now: an open menu, or a dialog, or all windows; the same order every time."""
        front = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if front is not None:
            return [front]
        windows = [
            w for w in QApplication.topLevelWidgets() if w.isVisible() and w.windowHandle() and w is not self.main
        ]
        windows = [w for w in windows if not w.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)]
        windows.sort(key=lambda w: (type(w).__name__, w.objectName(), w.windowTitle()))
        return [self.main, *windows]

    def widgets(self, rng: Random) -> list[QWidget]:
        """All widgets that can be seen in one of the roots."""
        root = rng.choice([*self.roots()[:1], *self.roots()])
        return [w for w in _tree(root) if w.isEnabled() and not w.visibleRegion().isEmpty()]


def _tree(widget: QWidget) -> Iterator[QWidget]:
    yield widget
    for child in widget.children():
        if isinstance(child, QWidget) and not child.isWindow() and child.isVisible():
            yield from _tree(child)


def name(widget: QWidget) -> str:
    """A widget in words: its class and what is known of it."""
    said = (
        widget.objectName() or widget.accessibleName() or getattr(widget, "text", str)()
        if not _is_field(widget)
        else ""
    )
    return f"{type(widget).__name__} {str(said)[:30]!r}"


def _is_field(widget: QWidget) -> bool:
    return isinstance(widget, FIELDS)


def target(rng: Random, stage: Stage) -> tuple[QWidget, QPoint, QWindow] | None:
    """A widget to point at, a place in it, in its window's coordinates, and the window."""
    widgets = stage.widgets(rng)
    lively = [w for w in widgets if isinstance(w, QAbstractButton | QAbstractSlider | QComboBox | QMenu | FIELDS[0])]
    lively += [w for w in widgets if type(w).__module__.startswith("gui.") and not isinstance(w, QLabel)]
    pool = lively if lively and rng.random() < 0.8 else widgets
    if not pool:
        return None
    widget = rng.choice(pool)
    seen = widget.visibleRegion().boundingRect()
    at = seen.topLeft() + QPoint(int(rng.random() * seen.width()), int(rng.random() * seen.height()))
    window = widget.window()
    handle = window.windowHandle()
    return (widget, widget.mapTo(window, at), handle) if handle is not None else None


def within(window: QWindow, at: QPoint) -> QPoint:
    """The nearest place in the window, which may have become smaller meanwhile."""
    return QPoint(max(0, min(at.x(), window.width() - 1)), max(0, min(at.y(), window.height() - 1)))


def key_window(stage: Stage) -> QWindow:
    focus = QGuiApplication.focusWindow()
    return focus or stage.roots()[0].windowHandle() or stage.main.windowHandle()


def press(stage: Stage, combination: Any) -> None:
    QTest.keyClick(key_window(stage), combination.key(), combination.keyboardModifiers())
    stage.answered()
