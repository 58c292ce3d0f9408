"""The window: header, panels, transport. Its commands of files, lectures and presenting live in rooms of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import shiboken6
from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engine.lecture import Lecture
from engine.quoting import SENTENCE, TITLE, shown
from engine.scene_file import panel_of
from engine.work import Work, shows
from gui import settings
from gui.actions import make_actions
from gui.file_commands import FileCommands
from gui.files import dropped_scene
from gui.header import Header
from gui.history import History
from gui.lecture.room import LectureRoom
from gui.lecture.session import LectureSession
from gui.panels import Place, kinds
from gui.picture_commands import PictureCommands
from gui.player import Player
from gui.presentation.mode import PresentationMode
from gui.presentation.tools import PresentationTools
from gui.race_commands import RaceCommands
from gui.recovery import Recovery
from gui.scene_menu import fill_examples_menu, fill_scene_menu
from gui.sides import WIDEST, restore_sides, sides
from gui.theme import look
from gui.transport_bar import TransportBar
from gui.welcome import Welcome
from gui.widgets.words import words


class MainWindow(QMainWindow):
    """Holds the panels and gives every command its meaning."""

    work_changed = Signal()  # anything that would be lost

    def __init__(self, thing: Any = None, path: Path | None = None) -> None:
        """`thing` is the scene or the lecture to begin with, from the file `path` if it has one."""
        super().__init__()
        self.kinds = kinds()
        self.places: dict[str, Place] = {}
        self.history = History(self.work, self.restore, self)
        self.files, self.tools, self.race = FileCommands(self), PresentationTools(self), RaceCommands(self)
        self.pictures = PictureCommands(self)
        self.lectures, self.mode = LectureRoom(self), PresentationMode(self)
        self.welcome = Welcome(self)
        self.actions_by_name = make_actions(self)
        self.header = Header([kind.name for kind in self.kinds], self.actions_by_name)
        self.header.panel_chosen.connect(lambda index: self.choose_panel(self.kinds[index].key))
        self.header.menu.aboutToShow.connect(lambda: fill_scene_menu(self, self.header.menu))
        self.header.examples_menu.aboutToShow.connect(lambda: fill_examples_menu(self, self.header.examples_menu))
        self.notice = words("notice")
        self.notice.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.notice.hide()
        self._says_undo = False  # whether the notice tells what undo would bring back
        self.notice_timer = QTimer(self)
        self.notice_timer.setSingleShot(True)
        self.notice_timer.timeout.connect(self.notice.hide)
        self.panels, self.transports = QStackedWidget(), QStackedWidget()
        self.body = QHBoxLayout()  # the lecture's pages, when they are shown, and the panel
        self.body.setSpacing(0)
        self.body.addWidget(self.panels, 1)
        whole = QWidget()
        self.column = QVBoxLayout(whole)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addWidget(self.header)
        self.column.addWidget(self.notice)
        self.column.addLayout(self.body, 1)
        self.column.addWidget(self.transports)
        self.setCentralWidget(whole)
        self.setAcceptDrops(True)
        self.setMinimumSize(900, 560)
        self._add_racer_keys()
        self.desk: Any = None  # of recordings, made for the first one
        self.lecture.document.join(self.history)
        self.recovery = Recovery(self)
        self.lecture.changed.connect(self.work_changed)
        self.history.stack.indexChanged.connect(self._show_undo)
        self._show_undo()
        lecture = thing if isinstance(thing, Lecture) else None
        scene = (lecture.pages[0].scene if lecture.pages else None) if lecture else thing
        self.show_panel(panel_of(scene) if scene else self.kinds[0].key, scene)
        if lecture is not None:
            self.lectures.open(lecture, path)
        else:
            self.place.opened(self.panel.scene, path)

    def event(self, event: QEvent) -> bool:
        """Space plays, except on a button reached with the Tab key: there it presses the button."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            presses = isinstance(QApplication.focusWidget(), QAbstractButton)
            event.setAccepted(presses and event.key() == Qt.Key.Key_Space)
            return event.isAccepted()
        return super().event(event)

    # Panels.

    def choose_panel(self, key: str) -> None:
        """A tab: the panel as it was left, which is no page of the lecture."""
        if key != self.place.kind.key:
            self.lecture.left()
        self.show_panel(key)

    def show_panel(self, key: str, scene: Any = None) -> None:
        """Show a panel, made now if it has not been shown before (from `scene`, or its opening one)."""
        for place in self.places.values():
            place.panel.player.pause()
        if key not in self.places:
            kind = next(kind for kind in self.kinds if kind.key == key)
            panel = kind.make(scene)
            transport = TransportBar(panel.player, kind.step_text, kind.line_text, kind.counted_from)
            place = Place(kind, panel, transport, panel.scene)
            self.places[key] = place
            self.panels.addWidget(panel)
            self.transports.addWidget(place.transport)
            panel.document.join(self.history)
            panel.message.connect(self.say)
            panel.picture_wanted.connect(self.pictures.take)
            place.transport.record_wanted.connect(self.record)
            self._restore_sides(place)
            panel.document.changed.connect(self.show_title)
            panel.document.changed.connect(self.work_changed)
            panel.document.changed.connect(self.lectures.scene_changed)
            panel.document.changed.connect(self.tools.follow)
        self.place = self.places[key]
        self.panels.setCurrentWidget(self.panel)
        self.transports.setCurrentWidget(self.transport)
        self.panel.canvas.setFocus()
        self.mode.follow()
        self.tools.follow()
        self.show_title()

    @property
    def lecture(self) -> LectureSession:
        """The lecture, which may be none."""
        return self.lectures.session

    @property
    def panel(self) -> Any:
        """The panel that is shown."""
        return self.place.panel

    @property
    def player(self) -> Player:
        player: Player = self.panel.player
        return player

    @property
    def transport(self) -> TransportBar:
        return self.place.transport

    def _restore_sides(self, place: Place) -> None:
        """The side panels as they were left: their widths, and which are hidden."""
        stored = settings.numbers(f"sides/{place.kind.key}", 2, 0, WIDEST)
        if stored is not None:
            restore_sides(place.panel, stored)

    def show_title(self, *_: object) -> None:
        """What is open, and whether it is saved: the lecture where there is one, otherwise the scene."""
        if not shiboken6.isValid(self.header.tabs):  # a stack's last word comes while the window is taken down
            return
        self.welcome.follow()
        if self.lecture.is_open:
            title, clean = self.lecture.lecture.title or self.tr("Untitled lecture"), not self.lecture.unsaved
        else:
            title, clean = self.panel.document.scene.title or self.tr("Untitled"), self.place.clean
        title, star = shown(title, TITLE), "" if clean else " •"
        self.header.show_scene(self.kinds.index(self.place.kind), title + star)
        self.setWindowTitle(f"{title}{star} – Stepscope")

    # Messages.

    def say(self, sentence: str, seconds: float = 8.0, of_undo: bool = False) -> None:
        """One sentence under the header, never many lines of it; it leaves by itself. One `of_undo` leaves with the
        next step, after which it would not be true."""
        self._says_undo = of_undo
        self.notice.setText(shown(sentence, SENTENCE))
        self.notice.setVisible(bool(sentence))
        self.notice_timer.start(round(seconds * 1000))

    # Time.

    def toggle_play(self) -> None:
        self.player.toggle()

    def step_forward(self) -> None:
        if not self.lectures.arrow(1):
            self.player.step(1)

    def step_back(self) -> None:
        if not self.lectures.arrow(-1):
            self.player.step(-1)

    def line_forward(self) -> None:
        self.player.sub_step(1)

    def line_back(self) -> None:
        self.player.sub_step(-1)

    def to_start(self) -> None:
        self.player.first()

    def to_end(self) -> None:
        self.player.last()

    def slower(self) -> None:
        self.player.slower()

    def faster(self) -> None:
        self.player.faster()

    def toggle_loop(self) -> None:
        self.player.set_loop(not self.player.loop)

    def _add_racer_keys(self) -> None:
        for number in range(1, 10):
            action = QAction(self)
            action.setShortcut(QKeySequence(str(number)))
            action.triggered.connect(lambda _checked=False, index=number - 1: self.panel.toggle_racer(index))
            self.addAction(action)

    # Scenes.

    def show_scene(self, scene: Any, path: Path | None = None) -> None:
        """Put a scene, which is in the file at `path`, on the screen in its panel."""
        key = panel_of(scene)
        made = key in self.places
        self.show_panel(key, scene)
        if made:
            self.panel.open_scene(scene)
        self.place.opened(scene, path)
        self.tools.follow()
        self.show_title()

    def open_path(self, path: Path, example: bool = False) -> bool:
        """Show the scene or lecture in a file; on any fault say so and keep what is open."""
        return self.files.open_path(path, example)

    # What is open, as a value.

    def work(self) -> Work:
        """Everything that is open."""
        scenes = {key: place.state() for key, place in self.places.items()}
        return Work(self.place.kind.key, scenes, self.lecture.state())

    def restore(self, work: Work) -> None:
        """Bring back everything that was open; what is still there keeps how it is looked at."""
        self.lecture.restore(work.lecture)
        for key, there in work.scenes.items():
            if key in self.places:
                self.places[key].restore(there)
            else:
                self.show_panel(key, there.scene)
                self.place.restore(there)
        self.show_panel(work.shown)

    def undo(self) -> None:
        text, before = self.history.stack.undoText(), self.work()
        self.history.stack.undo()
        if not shows(self.work(), before):
            self.say(self.tr("Undone: {step}. Ctrl+Y does it again.").format(step=text), of_undo=True)

    def redo(self) -> None:
        text, before = self.history.stack.redoText(), self.work()
        self.history.stack.redo()
        if not shows(self.work(), before):
            self.say(self.tr("Done again: {step}. Ctrl+Z undoes it.").format(step=text), of_undo=True)

    def _show_undo(self, *_: object) -> None:
        """Undo and redo say what they would do, and are grey where there is nothing."""
        stack = self.history.stack
        self.header.show_undo("undo", stack.canUndo(), stack.undoText())
        self.header.show_undo("redo", stack.canRedo(), stack.redoText())
        self.actions_by_name["undo"].setEnabled(stack.canUndo())
        self.actions_by_name["redo"].setEnabled(stack.canRedo())
        if self._says_undo:
            self.say("")

    def show_minima(self) -> None:
        """Do small batches find flat minima?"""
        self.choose_panel("minima")

    def show_augmentation(self) -> None:
        """Mixup, CutMix and the others on two pictures."""
        self.choose_panel("augmentation")

    def closeEvent(self, event: QCloseEvent) -> None:
        asked = [
            self.pictures.may_close,
            *([self.desk.may_close] if self.desk is not None else []),
            self.files.may_close,
        ]
        if not all(may_close() for may_close in asked):
            event.ignore()
            return
        self.recovery.close(self.files.left_unsaved())
        if not self.isFullScreen():
            settings.put("geometry", self.saveGeometry())
            for place in self.places.values():
                settings.put(f"sides/{place.kind.key}", sides(place.panel))
        settings.put("theme", look().theme.name)
        settings.put("scale", self.mode.own_scale)
        for place in self.places.values():
            place.panel.player.pause()
        self.tools.take_down()
        self.lectures.take_down()
        event.accept()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_scene(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped_scene(event.mimeData())
        if path:
            self.open_path(path)

    # Recordings.

    def desk_made(self) -> Any:
        """The desk of recordings, made for the first one."""
        from gui.recording.desk import Desk

        if self.desk is None:
            self.desk = Desk(self, self.column)
        return self.desk

    def record(self) -> None:
        page = self.lecture.page
        self.say(self.desk_made().open(self.panel, page.title if page is not None else ""))

    def record_lecture(self) -> None:
        """A video of all pages of the lecture that is open."""
        self.say(self.desk_made().open_lecture(self.lecture.lecture, self.lecture.index or 0))

    # The look.

    def toggle_theme(self) -> None:
        look().set_theme("light" if look().theme.dark else "dark")

    def toggle_left(self) -> None:
        self.panel.toggle_side(self.panel.controls)

    def toggle_right(self) -> None:
        self.panel.toggle_side(self.panel.right)

    def reset_view(self) -> None:
        self.panel.reset_view()

    def zoom_in(self) -> None:
        self.panel.zoom(0.8)

    def zoom_out(self) -> None:
        self.panel.zoom(1.25)

    def larger_text(self) -> None:
        look().set_scale(look().scale + 0.1, self.mode.largest)

    def smaller_text(self) -> None:
        look().set_scale(look().scale - 0.1, self.mode.largest)

    def normal_text(self) -> None:
        look().set_scale(1.0)

    def show_keys(self) -> None:
        from gui.keys_dialog import KeysDialog

        KeysDialog(self).exec()


def restore_window(window: MainWindow) -> None:
    """The size and place of last time; at first, as large as suits the screen."""
    geometry = settings.data("geometry")
    screen = QApplication.primaryScreen().availableGeometry()
    if geometry is not None and window.restoreGeometry(geometry):
        window.setWindowState(window.windowState() & Qt.WindowState.WindowMaximized)  # neither hidden nor presenting
        if _in_sight(window):
            return
        window.move(screen.topLeft())
    window.resize(min(1600, screen.width() - 40), min(960, screen.height() - 60))


def _in_sight(window: MainWindow) -> bool:
    """Whether enough of the window is on a screen to take hold of it."""
    seen = (screen.availableGeometry() & window.geometry() for screen in QApplication.screens())
    return any(part.width() >= 100 and part.height() >= 40 for part in seen)
