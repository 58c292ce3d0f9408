"""The pages of the lecture at the left of the window: their order, titles, notes and questions."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QAction, QDropEvent, QFocusEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.lecture import MAX_NOTES
from engine.quoting import PATH, TITLE, shown
from gui.document import new_gesture
from gui.lecture.session import LectureSession
from gui.theme import look
from gui.widgets.icons import icon
from gui.widgets.scroll_column import BAR, MARGIN, ScrollColumn
from gui.widgets.words import as_plain

WIDTH = 250  # pixels at scale 1,
MOST = 0.33  # and of the window's width


class PageStrip(QWidget):
    """Follows the session, and changes its lecture. Every change can be undone."""

    def __init__(
        self, session: LectureSession, actions: Mapping[str, QAction], say: Callable[[str], None], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.hide()
        self.session, self.say, self.whole = session, say, parent
        self.setObjectName("lectureStrip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title = _Line(self.tr("Title of the lecture"), 200)
        self.title.edited.connect(session.rename)
        self.file = QLabel()
        self.file.setObjectName("small")
        self.file.setTextFormat(Qt.TextFormat.PlainText)
        self.list = _PageList()
        self.list.setAccessibleName(self.tr("Pages"))
        self.list.moved.connect(self.move_page)
        self.list.currentRowChanged.connect(self._choose)
        self.page_title = _Line(self.tr("Title of the page"), 200)
        self.page_title.edited.connect(lambda text, gesture: self._edit("title", text, gesture))
        self.question = _Words(self.tr("What to ask the audience"), 1000)
        self.question.edited.connect(lambda text, gesture: self._edit("question", text, gesture))
        self.notes = _Words(self.tr("What to say and to point at: for the presenter and the handout"), MAX_NOTES)
        self.notes.setToolTip(self.tr("No audience sees them. The note beside the picture: F2"))
        self.notes.edited.connect(lambda text, gesture: self._edit("notes", text, gesture))
        self.keep = QPushButton(self.tr("Keep changes in this page"))
        self.keep.setToolTip(actions["keep_page"].text() + " (Ctrl+K)")
        self.keep.clicked.connect(lambda _=False: actions["keep_page"].trigger())
        upper, self.page_part = QWidget(), QWidget()
        above, below = QVBoxLayout(upper), QVBoxLayout(self.page_part)
        for column in (above, below):
            column.setContentsMargins(MARGIN, 10, MARGIN - BAR, 10)
            column.setSpacing(6)
        above.addWidget(_heading(self.tr("Lecture")))
        above.addWidget(self.title)
        above.addWidget(self.file)
        above.addWidget(self.list, 1)
        above.addLayout(self._make_buttons(actions))
        below.addWidget(_heading(self.tr("Page")))
        below.addWidget(self.page_title)
        below.addWidget(_heading(self.tr("Question")))
        below.addWidget(self.question, 1)
        below.addWidget(_heading(self.tr("Notes for you")))
        below.addWidget(self.notes, 3)
        below.addWidget(self.keep)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.addWidget(upper)
        parts.addWidget(self.page_part)
        parts.setChildrenCollapsible(False)
        parts.setSizes([300, 330])
        scrolled = ScrollColumn()  # a low window shows a part of it, and nothing on top of anything
        scrolled.column.setContentsMargins(0, 0, 0, 0)
        scrolled.column.addWidget(parts)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolled)
        look().changed.connect(self._restyle)
        parent.installEventFilter(self)
        self._restyle()

    def _make_buttons(self, actions: Mapping[str, QAction]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(2)
        self.buttons: dict[str, QToolButton] = {}
        made: tuple[tuple[str, str, Callable[[], object]], ...] = (
            ("plus", self.tr("Add this scene as a page (Ctrl+Shift+A)"), actions["add_page"].trigger),
            ("copy", self.tr("Duplicate the page"), self.duplicate),
            ("up", self.tr("Earlier"), lambda: self.move_page(self.row, self.row - 1)),
            ("down", self.tr("Later"), lambda: self.move_page(self.row, self.row + 1)),
            ("close", self.tr("Remove the page"), self.remove),
        )
        for name, tip, call in made:
            button = self.buttons[name] = QToolButton()
            button.setObjectName("flat")
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _=False, call=call: call())
            row.addWidget(button)
            if name == "plus":
                row.addStretch(1)
        return row

    def _restyle(self) -> None:
        self._fit_width()
        for field, least in ((self.list, 110), (self.question, 44), (self.notes, 44)):
            field.setMinimumHeight(round(look().px(least)))
        size = round(look().px(17))
        for name, button in self.buttons.items():
            button.setIcon(icon(name, look().theme.ink, size))
            button.setIconSize(QSize(size, size))

    def _fit_width(self) -> None:
        self.setFixedWidth(round(min(look().px(WIDTH), MOST * self.whole.width())))

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:  # the window's
            self._fit_width()
        return False

    # The session to the widgets.

    def show_session(self) -> None:
        """Follow the lecture; a field that is being typed in keeps its cursor."""
        session, page = self.session, self.session.page
        self.title.show_text(session.lecture.title)
        self.file.setText(self._file_text())
        self.file.setToolTip(as_plain(shown(str(session.path or ""), PATH)))
        self.list.show_pages([page.name for page in session.pages], session.index)
        there = page is not None
        for field, text in (
            (self.page_title, page.title if page else ""), (self.question, page.question if page else ""),
            (self.notes, page.notes if page else ""),
        ):  # fmt: skip
            field.show_text(text)
        self.page_part.setVisible(there)  # a field that cannot be typed in would leave the letters to the window's keys
        for name, fine in (
            ("copy", there), ("close", there), ("up", (session.index or 0) > 0),
            ("down", there and self.row < len(session.pages) - 1),
        ):  # fmt: skip
            self.buttons[name].setEnabled(fine)
        self.show_changes()

    def show_changes(self) -> None:
        self.keep.setEnabled(self.session.page_changed)
        self.file.setText(self._file_text())

    def _file_text(self) -> str:
        session = self.session
        name = shown(session.path.name) if session.path else self.tr("not in a file yet")
        return name + (self.tr(" · changed") if session.unsaved else "")

    @property
    def row(self) -> int:
        return -1 if self.session.index is None else self.session.index

    # The widgets to the session.

    def _choose(self, row: int) -> None:
        if row >= 0 and row != self.session.index and not self.session.show(row):
            self.show_session()

    def _edit(self, name: str, text: str, gesture: Hashable) -> None:
        if self.session.index is not None:
            self.session.edit(self.session.index, gesture, **{name: text})

    def move_page(self, row: int, to: int) -> None:
        self.session.move(row, to)

    def duplicate(self) -> None:
        if self.session.index is not None:
            try:
                self.session.duplicate(self.session.index)
            except ValueError as error:
                self.say(f"{error}.")

    def remove(self) -> None:
        if self.session.index is not None:
            self.session.remove(self.session.index)


class _PageList(QListWidget):
    """The pages in order. A drag asks for another order; the list itself changes only with the lecture."""

    moved = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("pageList")
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)

    def show_pages(self, names: list[str], current: int | None) -> None:
        self.blockSignals(True)
        while self.count() > len(names):
            self.takeItem(self.count() - 1)
        for row, name in enumerate(names):
            name = shown(name, TITLE)
            text = f"{row + 1}   {name}"
            if row >= self.count():
                self.addItem(QListWidgetItem())
            item = self.item(row)
            if item.text() != text:
                item.setText(text)
                item.setToolTip(as_plain(name))
        self.setCurrentRow(-1 if current is None else current)
        self.blockSignals(False)

    def dropEvent(self, event: QDropEvent) -> None:
        row = self.currentRow()
        item = self.itemAt(event.position().toPoint())
        to = self.count() if item is None else self.row(item)
        if item is not None and event.position().y() > self.visualItemRect(item).center().y():
            to += 1
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
        self.setState(QAbstractItemView.State.NoState)
        if row >= 0:
            self.moved.emit(row, to - (to > row))


class _Line(QLineEdit):
    """`edited(text, gesture)`: all that is typed before the field is left is one entry of undo."""

    edited = Signal(str, object)

    def __init__(self, hint: str, longest: int) -> None:
        super().__init__()
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        self.setMaxLength(longest)
        self._gesture: Any = new_gesture()
        self.textEdited.connect(lambda text: self.edited.emit(text, self._gesture))

    def show_text(self, text: str) -> None:
        if self.text() != text:
            self.setText(text)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._gesture = new_gesture()
        super().focusInEvent(event)


class _Words(QPlainTextEdit):
    """The same for several lines. Tab leaves the field."""

    edited = Signal(str, object)

    def __init__(self, hint: str, longest: int) -> None:
        super().__init__()
        self.longest = longest
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)  # the lecture's undo
        self._gesture: Any = new_gesture()
        self._showing = False
        self.textChanged.connect(self._typed)

    def _typed(self) -> None:
        if self._showing:
            return
        text = self.toPlainText()
        if len(text) > self.longest:
            self.show_text(text[: self.longest])
        self.edited.emit(text[: self.longest], self._gesture)

    def show_text(self, text: str) -> None:
        if self.toPlainText() != text:
            self._showing = True
            self.setPlainText(text)
            self._showing = False

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._gesture = new_gesture()
        super().focusInEvent(event)


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName("heading")
    return label
