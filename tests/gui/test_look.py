"""Theme and size of text are changed at once, and leave no trace of what they were before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QSettings, Qt, QThreadPool
from PySide6.QtGui import QImage, QPalette
from PySide6.QtWidgets import QApplication, QComboBox, QWidget

from gui.keys_dialog import KeysDialog
from gui.main_window import MainWindow
from gui.theme import look, style_sheet

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # of the offscreen platform


@pytest.fixture
def windows(qtbot: Any) -> Iterator[Any]:
    """Makes windows of all panels, with a dialog open."""
    made: list[MainWindow] = []
    QSettings().clear()

    def make() -> MainWindow:
        window = MainWindow()
        made.append(window)
        qtbot.addWidget(window)
        window.resize(1366, 768)
        window.show()
        qtbot.waitExposed(window)
        for kind in window.kinds:
            window.show_panel(kind.key)
            settle()
        KeysDialog(window).show()
        window.header.menu.aboutToShow.emit()
        settle()
        return window

    yield make
    for window in made:
        for place in window.places.values():
            place.path = None


def settle() -> None:
    for _ in range(4):
        QThreadPool.globalInstance().waitForDone(10_000)
        QApplication.processEvents()


def picture(widget: QWidget) -> np.ndarray:
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.array(image.constBits()).reshape(image.height(), image.width(), 4)[..., :3]


def pictures(window: MainWindow) -> dict[str, np.ndarray]:
    """Of every panel, of a dialog, of a menu and of a list."""
    shown = {"keys": picture(window.findChild(KeysDialog))}
    for kind in window.kinds:
        window.show_panel(kind.key)
        settle()
        shown[kind.key] = picture(window)
    shown["menu"] = picture(window.header.menu)
    window.show_panel("convolution")
    settle()
    box = next(box for box in window.findChildren(QComboBox) if box.isVisible())
    box.showPopup()
    shown["list"] = picture(box.view().window())
    box.hidePopup()
    window.show_panel(window.kinds[0].key)
    settle()
    return shown


def differing(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> dict[str, int]:
    """How many pixels, where any."""
    assert one.keys() == other.keys()
    shapes = {key: -1 for key in one if one[key].shape != other[key].shape}
    found = {key: int((one[key] != other[key]).any(-1).sum()) for key in one if key not in shapes}
    return shapes | {key: count for key, count in found.items() if count}


def test_a_changed_window_looks_like_a_new_one(windows: Any) -> None:
    look().set_scale(1.3)
    changed, seen = windows(), {}
    for theme in ("light", "dark"):
        look().set_theme(theme)
        settle()
        seen[theme] = pictures(changed)
    changed.hide()
    for theme in ("dark", "light"):
        look().set_theme(theme)
        fresh = windows()
        assert differing(seen[theme], pictures(fresh)) == {}, theme
        fresh.hide()


def styles(window: MainWindow) -> list[tuple[str, QPalette, bool]]:
    """What a style sheet gives to each widget, apart from what is only painted."""
    return [
        (widget.font().toString(), QPalette(widget.palette()), widget.testAttribute(Qt.WidgetAttribute.WA_Hover))
        for widget in window.findChildren(QWidget)
        if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished)
    ]


def test_fonts_and_colours_are_those_that_qt_alone_would_give(windows: Any, qapp: QApplication) -> None:
    window = windows()
    for theme, scale in (("light", 1.3), ("dark", 0.8), ("light", 1.0)):
        look().set_theme(theme)
        look().set_scale(scale)
        settle()
        ours = styles(window)
        qapp.setStyleSheet(style_sheet(look().theme, scale) + "\n")
        settle()
        assert len(ours) > 600 and ours == styles(window), (theme, scale)


def test_sides_become_narrower_with_their_text(windows: Any) -> None:
    """Those of hidden panels, too."""
    look().set_scale(1.3)
    window = windows()
    for scale in (1.5, 0.8):
        look().set_scale(scale)
        settle()
    fresh = windows()
    for kind in fresh.kinds:
        for each in (window, fresh):
            each.show_panel(kind.key)
            settle()
        assert window.panel.splitter.sizes() == fresh.panel.splitter.sizes(), kind.key


def test_every_widget_is_styled_once(windows: Any, qapp: QApplication) -> None:
    """Qt alone does so once for each widget above it: twelve times for a racer's numbers."""
    window = windows()

    class Counter(QObject):
        count = 0

        def eventFilter(self, _: QObject, event: QEvent) -> bool:
            self.count += event.type() == QEvent.Type.StyleChange
            return False

    counters = [(widget, Counter(widget)) for widget in window.findChildren(QWidget)]
    for widget, counter in counters:
        widget.installEventFilter(counter)
    look().set_theme("light")
    settle()
    for widget, counter in counters:
        widget.removeEventFilter(counter)
    counts = [counter.count for _, counter in counters if _.testAttribute(Qt.WidgetAttribute.WA_WState_Polished)]
    assert len(counts) > 600
    assert sum(counts) < 1.3 * len(counts) and max(counts) <= 3  # what has a sheet of its own once more
    assert min(counts) >= 1
