"""Another style sheet for all widgets at once, each of them styled once."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QApplication, QWidget


def restyle(app: QApplication, sheet: str) -> list[QWidget]:
    """Give the application another style sheet; all widgets that were styled, parents before their children.

    `setStyleSheet` alone styles every widget again for each of its ancestors: Qt goes from each widget it knows down
    through all its children, 7700 times for the 800 widgets of four panels. So the style first forgets them all, which
    leaves `setStyleSheet` nothing to do, and each is styled here: parents first, since children inherit from them.
    """
    if not app.styleSheet():  # the first one, which Qt gives to each widget once
        app.setStyleSheet(sheet)
        return []
    app.style().unpolish(app)
    app.setStyleSheet(sheet)
    app.style().polish(app)
    tops = [top for top in app.topLevelWidgets() if top.parent() is None]
    styled = [
        widget
        for top in tops
        for widget in (top, *top.findChildren(QWidget))
        if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished)
    ]
    changed = QEvent(QEvent.Type.StyleChange)
    for widget in styled:
        widget.style().polish(widget)
        QCoreApplication.sendEvent(widget, changed)
    return styled


def lay_out(widgets: list[QWidget]) -> None:
    """Lay out anew, children first: a column that asks how much room its content needs is told the new size."""
    for widget in reversed(widgets):
        layout = widget.layout()
        if layout is not None:
            layout.activate()
