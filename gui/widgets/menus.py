"""Menus that are filled anew whenever they open.

Their entries are made here rather than by the menu itself: Python keeps what Qt makes for as long as the menu, though
it was cleared long ago.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu


def entry(menu: QMenu, title: str, do: Callable[[], Any]) -> QAction:
    """Add an entry that does something; it goes when the menu is cleared."""
    action = QAction(title, menu)
    action.triggered.connect(lambda: do())
    menu.addAction(action)
    return action


def menu_below(menu: QMenu, title: str) -> QMenu:
    """Add a menu within a menu; it goes when it is deleted."""
    below = QMenu(title, menu)
    menu.addMenu(below)
    return below
