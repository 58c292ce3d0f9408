"""The presenter's window: notes, question, what comes next and the time, for a second screen."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QElapsedTimer, QSize, Qt, QTime, QTimer
from PySide6.QtGui import QCloseEvent, QImage, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gui.lecture.illustrator import Illustrator
from gui.lecture.session import LectureSession
from gui.theme import look
from gui.widgets.words import words

SIZE = QSize(980, 640)
PICTURE = (960, 600)  # in which the next page is drawn, before it is made small
SOON = 30  # milliseconds, in which the page that is shown is drawn first


class PresenterWindow(QWidget):
    """Follows the lecture. The keys of the main window work here, too. Nothing runs while it is closed."""

    def __init__(self, session: LectureSession, window: Any) -> None:
        super().__init__(window, Qt.WindowType.Window)
        self.session = session
        self.setWindowTitle(self.tr("Presenter – Stepscope"))
        self.setObjectName("canvasArea")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumSize(640, 420)
        self.resize(SIZE)
        self.addActions(list(window.actions_by_name.values()))
        self.illustrator = Illustrator(window)
        self._next: Any = None  # page
        self._image = QImage()
        self._waiting = False  # for what the next page shows
        self.since = QElapsedTimer()
        self.timer = QTimer(self)
        self.timer.setInterval(1000)
        self.timer.timeout.connect(self.show_time)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(SOON)
        self._later.timeout.connect(self._prepare)
        self._lay_out()
        look().changed.connect(self._restyle)

    def _lay_out(self) -> None:
        self.number = QLabel()
        self.number.setObjectName("pageNumber")
        self.title, self.question = words("presenterTitle"), words("presenterQuestion")
        self.notes = QPlainTextEdit()
        self.notes.setObjectName("presenterNotes")
        self.notes.setReadOnly(True)
        self.notes.document().setDocumentMargin(0)
        self.notes.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.notes.setAccessibleName(self.tr("Notes"))
        self.clock, self.elapsed = QLabel(), QLabel()
        self.clock.setObjectName("clock")
        self.elapsed.setObjectName("clock")
        again = QPushButton(self.tr("From 0:00"))
        again.setToolTip(self.tr("Count the elapsed time from now"))
        again.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        again.clicked.connect(lambda _=False: self.restart())
        self.next_heading = QLabel(self.tr("Next"))
        self.next_heading.setObjectName("heading")
        self.next_heading.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.next_title = words("presenterNext")
        self.next_title.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.picture = QLabel()
        self.picture.setObjectName("picture")
        self.picture.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.picture.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.picture.setMinimumSize(160, 100)
        left, right = QVBoxLayout(), QVBoxLayout()
        left.setSpacing(10)
        for widget in (self.number, self.title, self.question):
            left.addWidget(widget)
        left.addWidget(self.notes, 1)
        times = QHBoxLayout()
        times.addWidget(self.clock)
        times.addStretch(1)
        times.addWidget(self.elapsed)
        times.addWidget(again)
        right.addLayout(times)
        right.addSpacing(20)
        right.addWidget(self.next_heading)
        right.addWidget(self.next_title)
        right.addWidget(self.picture, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(26, 22, 26, 22)
        row.setSpacing(28)
        row.addLayout(left, 3)
        row.addLayout(right, 2)

    def open_on(self, screen: Any) -> None:
        """Full screen on `screen`; an ordinary window where there is none."""
        if screen is None:
            self.show()
            return
        if self.screen() is not screen and self.isFullScreen():
            self.showNormal()  # a full screen does not move in every window manager
        self.setScreen(screen)
        self.setGeometry(screen.geometry())
        self.showFullScreen()

    def leave_full_screen(self) -> None:
        """The presentation has ended: an ordinary window again, which covers nothing."""
        if self.isFullScreen():
            self.showNormal()
            self.resize(SIZE)

    def restart(self) -> None:
        self.since.start()
        self.show_time()

    def show_time(self) -> None:
        self.clock.setText(QTime.currentTime().toString("HH:mm"))
        self.elapsed.setText(passed(self.since.elapsed() // 1000 if self.since.isValid() else 0))

    def show_session(self) -> None:
        """The page that is shown, and the one after it."""
        session, page = self.session, self.session.page
        number = 0 if session.index is None else session.index + 1
        at = self.tr("Page {number} of {count}") if number else self.tr("{count} pages; not on a page")
        self.number.setText(at.format(number=number, count=len(session.pages)))
        self.title.setText(page.name if page else session.lecture.title)
        self.question.setText(page.question if page else "")
        self.question.setVisible(bool(page and page.question))
        notes = "\n\n".join(filter(None, page.notes.split("\n"))) if page else ""
        if self.notes.toPlainText() != notes:
            self.notes.setPlainText(notes)
        after = session.pages[number] if number < len(session.pages) else None
        self.next_title.setText(after.name if after else self.tr("This is the last page."))
        if after is not self._next:
            self._next = after
            self._draw_next()

    def _draw_next(self) -> None:
        self._image = QImage()
        self._waiting = self._next is not None
        self._fit_picture()
        self._later.start()

    def _prepare(self) -> None:
        """After the page that is shown: nobody waits for the next one."""
        if self._next is not None and self.isVisible():
            self.illustrator.image_later(self._next, *PICTURE, look().theme, 1.5, self._have_picture)

    def _have_picture(self, image: QImage) -> None:
        """The next page is drawn."""
        if self._next is not None:
            self._waiting, self._image = False, image
            self._fit_picture()

    def _fit_picture(self) -> None:
        room, ratio = self.picture.size() - QSize(8, 8), self.devicePixelRatioF()
        if self._image.isNull() or room.width() < 10 or room.height() < 10:
            self.picture.clear()
            self.picture.setText(self.tr("being computed …") if self._waiting else "")
            return
        small = self._image.scaled(
            room * ratio, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        small.setDevicePixelRatio(ratio)
        self.picture.setPixmap(QPixmap.fromImage(small))

    def _restyle(self) -> None:
        if self.isVisible():
            self._draw_next()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_picture()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self.since.isValid():
            self.since.start()
        self.timer.start()
        self.show_time()
        self.show_session()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.timer.stop()
        self._later.stop()
        self.illustrator.close()
        self._next = None
        super().closeEvent(event)


def passed(seconds: int) -> str:
    """0:07, 12:40, 1:02:03."""
    minutes, seconds = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
