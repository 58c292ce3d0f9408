"""One line above the picture: which page of the lecture is shown, and what is asked."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from gui.lecture.session import LectureSession
from gui.theme import look
from gui.widgets.icons import icon
from gui.widgets.words import words


class PageLine(QWidget):
    """Title, question and “3 of 9”; outside a presentation also the way to the pages, and what is not kept."""

    def __init__(self, session: LectureSession, actions: Mapping[str, QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self.session = session
        self.setObjectName("pageLine")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._presenting = False
        self.pages = self._button(actions["lecture"], "pages")
        self.title = QLabel()
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setObjectName("pageTitle")
        self.question = words("pageQuestion")
        self.question.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.keep = QPushButton()
        self.keep.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.keep.clicked.connect(lambda _=False: self._keep())
        self._keep_action, self._add_action = actions["keep_page"], actions["add_page"]
        self.bring_back = QPushButton(self.tr("Bring back what was tried"))
        self.bring_back.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.bring_back.setToolTip(self.tr("The scene as it was when this page was left"))
        self.bring_back.clicked.connect(lambda _=False: actions["bring_back"].trigger())
        self.back = self._button(actions["page_back"], "step_back")
        self.number = QLabel()
        self.number.setObjectName("pageNumber")
        self.next = self._button(actions["page_next"], "step_forward")
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(12, 4, 12, 4)
        self.row.setSpacing(8)
        self.row.addWidget(self.pages)
        self.row.addWidget(self.title)
        self.row.addSpacing(10)
        self.row.addWidget(self.question, 1)
        for widget in (self.bring_back, self.keep, self.back, self.number, self.next):
            self.row.addWidget(widget)
        look().changed.connect(self._restyle)
        self._restyle()
        self.show_session()

    def _button(self, action: QAction, image: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName("flat")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setProperty("icon_name", image)
        button.setToolTip(f"{action.text()} ({action.shortcut().toString()})")
        button.setAccessibleName(action.text())
        button.clicked.connect(lambda _=False: action.trigger())
        return button

    def _restyle(self) -> None:
        size = round(look().px(17))
        for button in (self.pages, self.back, self.next):
            button.setIcon(icon(str(button.property("icon_name")), look().theme.muted, size))
            button.setIconSize(QSize(size, size))

    def set_presenting(self, on: bool) -> None:
        """Only what the audience reads."""
        self._presenting = on
        for widget in (self.pages, self.back, self.next):
            widget.setVisible(not on)
        self.show_session()

    def _keep(self) -> None:
        (self._add_action if self.session.page is None else self._keep_action).trigger()

    def show_session(self) -> None:
        session, page = self.session, self.session.page
        self.setVisible(session.is_open)
        if not session.is_open:
            return
        self.title.setText(page.name if page is not None else self.tr("Not a page of this lecture"))
        self.title.setObjectName("pageTitle" if page is not None else "muted")
        self.title.style().polish(self.title)
        self.question.setText(page.question if page is not None else "")
        count = len(session.pages)
        at = self.tr("{number} of {count}") if session.index is not None else self.tr("{count} pages")
        self.number.setText(at.format(number=(session.index or 0) + 1, count=count))
        self.back.setEnabled(session.index is None or session.index > 0)
        self.next.setEnabled(session.index is None or session.index < count - 1)
        self.show_changes()

    def show_changes(self) -> None:
        """Whether what is seen is what the page holds."""
        session = self.session
        changed = session.page is None or session.page_changed
        self.keep.setVisible(changed and not self._presenting)
        self.bring_back.setVisible(session.tried is not None and not changed and not self._presenting)
        action = self._add_action if session.page is None else self._keep_action
        self.keep.setText(self.tr("Add as a page") if session.page is None else self.tr("Keep changes"))
        self.keep.setToolTip(
            f"{action.text()} ({action.shortcut().toString()})"
            + ("" if session.page is None else "\n" + self.tr("Otherwise the page opens again as it was saved."))
        )
