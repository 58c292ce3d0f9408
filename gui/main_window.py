"""The window: header, panels, transport; files, theme, presentation."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import shiboken6
from PySide6.QtCore import QEvent, QSettings, Qt, QTimer
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QUndoGroup,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFileDialog,
    QInputDialog,
    QMainWindow,
    QMessageBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engine.scene_file import SceneFileError, load, panel_of, save
from gui.actions import make_actions
from gui.files import (
    dropped_scene,
    example_scenes,
    file_name,
    last_folder,
    recent_files,
    remember_file,
    title_of,
)
from gui.header import Header
from gui.panels import Place, kinds
from gui.player import Player
from gui.sides import restore_sides, sides
from gui.theme import look
from gui.transport_bar import TransportBar
from gui.widgets.words import words

LARGER = 1.3  # how much larger everything is in a presentation


class MainWindow(QMainWindow):
    """Holds the panels and gives every command its meaning."""

    def __init__(self, scene: Any = None, path: Path | None = None) -> None:
        super().__init__()
        self.kinds = kinds()
        self.places: dict[str, Place] = {}
        self.undo_group = QUndoGroup(self)
        self.actions_by_name = make_actions(self)
        self.header = Header([kind.name for kind in self.kinds], self.actions_by_name)
        self.header.panel_chosen.connect(lambda index: self.show_panel(self.kinds[index].key))
        self.header.menu.aboutToShow.connect(self._fill_scene_menu)
        self.notice = words("notice")
        self.notice.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.notice.hide()
        self.notice_timer = QTimer(self)
        self.notice_timer.setSingleShot(True)
        self.notice_timer.timeout.connect(self.notice.hide)
        self.panels, self.transports = QStackedWidget(), QStackedWidget()
        whole = QWidget()
        column = self.column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.notice)
        column.addWidget(self.panels, 1)
        column.addWidget(self.transports)
        self.setCentralWidget(whole)
        self.setAcceptDrops(True)
        self.setMinimumSize(900, 560)
        self._add_racer_keys()
        self.desk: Any = None  # of recordings, made for the first one
        self.was_maximized = False
        self.own_scale = look().scale  # while presenting, what it will go back to
        self.show_panel(panel_of(scene) if scene else self.kinds[0].key, scene)
        self.place.path = path

    def event(self, event: QEvent) -> bool:
        """Space plays, except on a button reached with the Tab key: there it presses the button."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            presses = isinstance(QApplication.focusWidget(), QAbstractButton)
            event.setAccepted(presses and event.key() == Qt.Key.Key_Space)
            return event.isAccepted()
        return super().event(event)

    # Panels.

    def show_panel(self, key: str, scene: Any = None) -> None:
        """Show a panel, made now if it has not been shown before (from `scene`, or its opening one)."""
        for place in self.places.values():
            place.panel.player.pause()
        if key not in self.places:
            kind = next(kind for kind in self.kinds if kind.key == key)
            panel = kind.make(scene)
            place = Place(kind, panel, TransportBar(panel.player, kind.step_text, kind.line_text))
            self.places[key] = place
            self.panels.addWidget(panel)
            self.transports.addWidget(place.transport)
            self.undo_group.addStack(panel.document.undo_stack)
            panel.message.connect(self.say)
            place.transport.record_wanted.connect(self.record)
            self._restore_sides(place)
            panel.document.changed.connect(self._show_title)
            panel.document.undo_stack.cleanChanged.connect(partial(self._set_clean, place))
        self.place = self.places[key]
        self.panels.setCurrentWidget(self.panel)
        self.transports.setCurrentWidget(self.transport)
        self.panel.document.undo_stack.setActive()
        self.panel.canvas.setFocus()
        self._show_title()

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
        stored: Any = QSettings().value(f"sides/{place.kind.key}")
        if stored is not None:
            restore_sides(place.panel, stored)

    def _set_clean(self, place: Place, clean: bool) -> None:
        place.clean = clean
        if shiboken6.isValid(self.header.tabs):  # a stack's last word comes while the window is taken down
            self._show_title()

    def _show_title(self, *_: object) -> None:
        title = self.panel.document.scene.title or self.tr("Untitled")
        star = "" if self.place.clean else " •"
        self.header.show_scene(self.kinds.index(self.place.kind), title + star)
        self.setWindowTitle(f"{title}{star} – Stepscope")

    def _fill_scene_menu(self) -> None:
        menu = self.header.menu
        menu.clear()
        for kind in self.kinds:
            menu.addSection(kind.name)
            for path in example_scenes(kind.key):
                menu.addAction(title_of(path), partial(self.open_path, path, True))
        menu.addSeparator()
        for name in ("open", "save", "save_as", "rename"):
            menu.addAction(self.actions_by_name[name])
        recent = menu.addMenu(self.tr("Recent"))
        recent.setEnabled(bool(recent_files()))
        for path in recent_files():
            recent.addAction(path.name, partial(self.open_path, path)).setToolTip(str(path))
        menu.addSeparator()
        for name in ("copy_picture", "save_picture"):
            menu.addAction(self.actions_by_name[name])

    # Messages.

    def say(self, sentence: str, seconds: float = 8.0) -> None:
        """One sentence under the header; it leaves by itself."""
        self.notice.setText(sentence)
        self.notice.setVisible(bool(sentence))
        self.notice_timer.start(round(seconds * 1000))

    # Time.

    def toggle_play(self) -> None:
        self.player.toggle()

    def step_forward(self) -> None:
        self.player.step(1)

    def step_back(self) -> None:
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

    # Scenes and files.

    def undo(self) -> None:
        self.undo_group.undo()

    def redo(self) -> None:
        self.undo_group.redo()

    def open_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, self.tr("Open a scene"), str(last_folder()), self.tr("Scenes (*.json)")
        )
        if name:
            self.open_path(Path(name))

    def open_path(self, path: Path, example: bool = False) -> bool:
        """Show the scene in a file; on any fault say so and keep the one that is open."""
        try:
            scene = load(path)
        except SceneFileError as error:
            self.say(str(error))
            return False
        key = panel_of(scene)
        if not self._may_leave(key):
            return False
        made = key in self.places
        self.show_panel(key, scene)
        if made:
            self.panel.open_scene(scene)
        self.place.path = None if example else path
        if not example:
            remember_file(path)
        self._show_title()
        return True

    def save_file(self) -> bool:
        return self._save_to(self.place.path) if self.place.path else self.save_file_as()

    def save_file_as(self) -> bool:
        start = last_folder() / f"{file_name(self.panel.scene.title)}.json"
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Save the scene"), str(start), self.tr("Scenes (*.json)"))
        return bool(name) and self._save_to(Path(name if name.endswith(".json") else name + ".json"))

    def _save_to(self, path: Path) -> bool:
        try:
            save(self.panel.scene_to_save(), path)
        except SceneFileError as error:
            self.say(str(error))
            return False
        self.place.path = path
        self.panel.document.undo_stack.setClean()
        remember_file(path)
        self.say(self.tr("Saved as “{name}”.").format(name=path.name), 3)
        return True

    def rename(self) -> None:
        scene = self.panel.document.scene
        title, fine = QInputDialog.getText(self, self.tr("Rename the scene"), self.tr("Title"), text=scene.title)
        if fine and title.strip():
            self.panel.document.change(scene.with_(title=title.strip()[:200]), self.tr("Rename"))

    def _may_leave(self, key: str) -> bool:
        """Ask before unsaved changes of a panel's saved scene are lost."""
        place = self.places.get(key)
        if place is None or place.path is None or place.clean:
            return True
        self.show_panel(key)
        box = QMessageBox.StandardButton
        answer = QMessageBox.question(
            self,
            "Stepscope",
            self.tr("Save the changes to “{name}”?").format(name=place.path.name),
            box.Save | box.Discard | box.Cancel,
        )
        return answer == box.Discard or (answer == box.Save and self.save_file())

    def closeEvent(self, event: QCloseEvent) -> None:
        may_close = self.desk is None or self.desk.may_close()
        if may_close and all(self._may_leave(key) for key in list(self.places)):
            settings = QSettings()
            if not self.isFullScreen():
                settings.setValue("geometry", self.saveGeometry())
                for place in self.places.values():
                    settings.setValue(f"sides/{place.kind.key}", sides(place.panel))
            settings.setValue("theme", look().theme.name)
            settings.setValue("scale", self.own_scale if self.isFullScreen() else look().scale)
            for place in self.places.values():
                place.panel.player.pause()
            event.accept()
        else:
            event.ignore()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_scene(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped_scene(event.mimeData())
        if path:
            self.open_path(path)

    # Pictures.

    def copy_picture(self) -> None:
        from gui.picture_file import picture_of

        QGuiApplication.clipboard().setImage(picture_of(self.panel.canvas))
        self.say(self.tr("The picture is on the clipboard."), 3)

    def save_picture(self) -> None:
        start = last_folder() / f"{file_name(self.panel.scene.title)}.png"
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save the picture"), str(start), self.tr("Pictures (*.png *.svg)")
        )
        if name:
            self.save_picture_to(Path(name))

    def save_picture_to(self, path: Path) -> bool:
        """PNG or SVG by the file's ending."""
        from gui.picture_file import write_picture

        try:
            path = write_picture(self.panel.canvas, path)
        except SceneFileError as error:
            self.say(str(error))
            return False
        self.say(self.tr("Saved as “{name}”.").format(name=path.name), 3)
        return True

    def record(self) -> None:
        from gui.recording.desk import Desk

        if self.desk is None:
            self.desk = Desk(self, self.column)
        self.say(self.desk.open(self.panel))

    # The look.

    def toggle_theme(self) -> None:
        look().set_theme("light" if look().theme.dark else "dark")

    def toggle_presentation(self) -> None:
        self._present(not self.isFullScreen())

    def leave_presentation(self) -> None:
        if self.isFullScreen():
            self._present(False)

    def _present(self, presenting: bool) -> None:
        self.header.setVisible(not presenting)
        self.panel.set_presenting(presenting)
        # For the back row; the user's own size comes back afterwards.
        if presenting:
            self.own_scale = look().scale
        look().set_scale(self.own_scale * LARGER if presenting else self.own_scale)
        if presenting:
            self.was_maximized = self.isMaximized()
            self.showFullScreen()
        elif self.was_maximized:
            self.showMaximized()
        else:
            self.showNormal()

    def toggle_left(self) -> None:
        self.panel.controls.setVisible(not self.panel.controls.isVisible())

    def toggle_right(self) -> None:
        self.panel.right.setVisible(not self.panel.right.isVisible())

    def reset_view(self) -> None:
        self.panel.reset_view()

    def zoom_in(self) -> None:
        self.panel.zoom(0.8)

    def zoom_out(self) -> None:
        self.panel.zoom(1.25)

    def larger_text(self) -> None:
        look().set_scale(look().scale + 0.1)

    def smaller_text(self) -> None:
        look().set_scale(look().scale - 0.1)

    def normal_text(self) -> None:
        look().set_scale(1.0)

    def show_keys(self) -> None:
        from gui.keys_dialog import KeysDialog

        KeysDialog(self).exec()


def restore_window(window: MainWindow) -> None:
    """The size and place of last time; at first, as large as suits the screen."""
    geometry: Any = QSettings().value("geometry")
    if geometry is not None and window.restoreGeometry(geometry):
        return
    screen = QApplication.primaryScreen().availableGeometry()
    window.resize(min(1600, screen.width() - 40), min(960, screen.height() - 60))
