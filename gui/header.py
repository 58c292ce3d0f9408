"""The bar on top: the panels, the scene's name with its menu, and a few commands as icons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QMenu, QPushButton, QToolButton, QWidget

from gui.theme import look
from gui.widgets.choice_box import ChoiceBox
from gui.widgets.icons import icon
from gui.widgets.words import as_plain

ICONS = {
    "undo": "undo", "redo": "redo", "copy_picture": "picture", "theme": "sun", "present": "present", "help": "help",
}  # fmt: skip
TITLE = 130  # pixels that the scene's name has at least
MARGINS = 44


class Header(QWidget):
    """`panel_chosen(index)` when a tab is clicked; `menu` belongs to the scene's name."""

    panel_chosen = Signal(int)

    def __init__(self, panels: Sequence[str], actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("header")
        self._actions = actions
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 7, 12, 7)
        row.setSpacing(6)
        self.row = row
        self.brand = QLabel("Stepscope")
        self.brand.setObjectName("brand")
        self.brand.setContentsMargins(0, 0, 14, 0)
        row.addWidget(self.brand)
        self.choice = ChoiceBox()  # in place of the tabs where they have no room
        self.choice.addItems(list(panels))
        self.choice.setAccessibleName(self.tr("Panel"))
        self.choice.activated.connect(self.panel_chosen)
        row.addWidget(self.choice)
        self.tabs = QButtonGroup(self)
        for index, name in enumerate(panels):
            tab = QPushButton(name)
            tab.setObjectName("tab")
            tab.setCheckable(True)
            tab.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.tabs.addButton(tab, index)
            row.addWidget(tab)
        self.tabs.idClicked.connect(self.panel_chosen)
        row.addStretch(1)
        self.examples = QToolButton()
        self.examples.setText(self.tr("Examples"))
        self.examples.setToolTip(self.tr("Lectures and examples to open"))
        self.examples.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.examples.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.examples.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.examples.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.examples_menu = QMenu(self.examples)
        self.examples_menu.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.examples.setMenu(self.examples_menu)
        row.addWidget(self.examples)
        self.title = QToolButton()
        self.title.setMinimumWidth(TITLE)
        self.title.setObjectName("flat")
        self.title.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.title.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.title.setToolTip(self.tr("Lectures, examples, open, save, share"))
        self.title.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow behind the name
        self.title.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.menu = QMenu(self.title)
        self.menu.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.title.setMenu(self.menu)
        row.addWidget(self.title)
        row.addStretch(1)
        self.buttons: dict[str, QToolButton] = {}
        for name in ICONS:
            row.addWidget(self._button(name, actions[name]))
        look().changed.connect(self._restyle)
        self._restyle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Everything whole: in a narrow window first without the name, then with a list in place of the tabs."""
        tabs = self.tabs.buttons()
        icons = list(self.buttons.values())
        needed = sum(button.sizeHint().width() + self.row.spacing() for button in (*tabs, *icons)) + TITLE + MARGINS
        needed += self.examples.sizeHint().width() + self.row.spacing()
        self.brand.setVisible(needed + self.brand.sizeHint().width() <= self.width())
        self.choice.setVisible(needed > self.width())
        for tab in tabs:
            tab.setVisible(needed <= self.width())

    def _button(self, name: str, action: QAction) -> QToolButton:
        button = self.buttons[name] = QToolButton()
        button.setObjectName("flat")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setToolTip(f"{action.text()} ({action.shortcut().toString()})")
        button.setAccessibleName(action.text())
        button.clicked.connect(lambda _checked=False: action.trigger())
        return button

    def show_scene(self, panel: int, title: str) -> None:
        """Which panel is shown, and what its scene is called."""
        self.tabs.button(panel).setChecked(True)
        self.choice.setCurrentIndex(panel)
        self.title.setText(title.replace("&", "&&"))  # no letter of a name is a key

    def show_undo(self, name: str, possible: bool, text: str) -> None:
        """Whether `undo` or `redo` is possible, and of what."""
        button = self.buttons[name]
        button.setEnabled(possible)
        action = self._actions[name]
        what = f"{action.text()}: {text}" if possible and text else action.text()
        button.setToolTip(as_plain(f"{what} ({action.shortcut().toString()})"))
        button.setAccessibleName(what)

    def _restyle(self) -> None:
        theme = look().theme
        size = round(look().px(18))
        for name, button in self.buttons.items():
            image = "moon" if name == "theme" and not theme.dark else ICONS[name]
            button.setIcon(icon(image, theme.ink, size, theme.line))
            button.setIconSize(QSize(size, size))
        for button in (self.title, self.examples):
            button.setIcon(icon("chevron_down", theme.muted, round(look().px(14))))
        self._fit()
