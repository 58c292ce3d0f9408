"""The window: header, panels, transport; files, theme, presentation."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QSettings, QSize, Qt, QTimer, QUrl
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QUndoGroup
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QFileDialog,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QMainWindow,
    QMenu,
    QMessageBox,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.scene import Scene, opening_scene
from engine.scene_file import SceneFileError, load, save
from gui.actions import make_actions
from gui.optimizers.panel import OptimizersPanel
from gui.player import Player
from gui.theme import ASSETS, look
from gui.transport_bar import TransportBar
from gui.widgets.icons import icon

RECENT = 8
LARGER = 1.3  # how much larger everything is in a presentation


class MainWindow(QMainWindow):
    """Holds the panels and gives every command its meaning."""

    def __init__(self, scene: Scene | None = None, path: Path | None = None) -> None:
        super().__init__()
        self.path = path
        self.panel = OptimizersPanel(scene or opening_scene())
        self.player: Player = self.panel.player
        self.undo_group = QUndoGroup(self)
        self.undo_group.addStack(self.panel.document.undo_stack)
        self.panel.document.undo_stack.setActive()
        self.actions_by_name = make_actions(self)
        self.header = self._make_header()
        self.notice = QLabel()
        self.notice.setObjectName("notice")
        self.notice.setWordWrap(True)
        self.notice.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.notice.hide()
        self.notice_timer = QTimer(self)
        self.notice_timer.setSingleShot(True)
        self.notice_timer.timeout.connect(self.notice.hide)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.panel)
        self.transport = TransportBar(self.player)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget, stretch in (
            (self.header, 0),
            (self.notice, 0),
            (self.stack, 1),
            (self.transport, 0),
        ):
            column.addWidget(widget, stretch)
        self.setCentralWidget(whole)
        self.setAcceptDrops(True)
        self.setMinimumSize(900, 560)
        self.panel.message.connect(self.say)
        self.clean = True
        self.panel.document.changed.connect(self._show_title)
        self.panel.document.undo_stack.cleanChanged.connect(self._set_clean)
        self._add_racer_keys()
        self.was_maximized = False
        self.own_scale = look().scale  # while presenting, what it will go back to
        look().changed.connect(self._restyle)
        self._restyle()
        self._show_title()
        self.panel.canvas.setFocus()

    # Header.

    def _make_header(self) -> QWidget:
        header = QWidget()
        header.setObjectName("header")
        header.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(header)
        row.setContentsMargins(18, 7, 12, 7)
        row.setSpacing(6)
        brand = QLabel("Stepscope")
        brand.setObjectName("brand")
        row.addWidget(brand)
        row.addSpacing(14)
        self.tabs = QButtonGroup(self)
        tab = QPushButton(self.panel.title)
        tab.setObjectName("tab")
        tab.setCheckable(True)
        tab.setChecked(True)
        tab.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.tabs.addButton(tab, 0)
        row.addWidget(tab)
        row.addStretch(1)
        self.scene_title = QToolButton()
        self.scene_title.setObjectName("flat")
        self.scene_title.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.scene_title.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.scene_title.setToolTip(self.tr("Example scenes, open, save"))
        self.scene_menu = QMenu(self.scene_title)
        self.scene_menu.aboutToShow.connect(self._fill_scene_menu)
        self.scene_title.setMenu(self.scene_menu)
        self.scene_title.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.scene_title.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        row.addWidget(self.scene_title)
        row.addStretch(1)
        self.header_buttons: list[tuple[QToolButton, str]] = []
        for name, image in (
            ("undo", "undo"), ("redo", "redo"), ("copy_picture", "picture"), ("theme", "sun"),
            ("present", "present"), ("help", "help"),
        ):  # fmt: skip
            action = self.actions_by_name[name]
            button = QToolButton()
            button.setObjectName("flat")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            keys = action.shortcut().toString()
            button.setToolTip(f"{action.text()} ({keys})")
            button.setAccessibleName(action.text())
            button.clicked.connect(lambda _checked=False, action=action: action.trigger())
            self.header_buttons.append((button, image))
            row.addWidget(button)
        return header

    def _restyle(self) -> None:
        theme = look().theme
        size = round(look().px(18))
        for button, image in self.header_buttons:
            name = ("sun" if theme.dark else "moon") if image == "sun" else image
            button.setIcon(icon(name, theme.ink, size))
            button.setIconSize(QSize(size, size))
        self.scene_title.setIcon(icon("chevron_down", theme.muted, round(look().px(14))))

    def _set_clean(self, clean: bool) -> None:
        self.clean = clean
        self._show_title()

    def _show_title(self, *_: object) -> None:
        title = self.panel.document.scene.title or self.tr("Untitled")
        star = "" if self.clean else " •"
        self.scene_title.setText(title + star)
        self.setWindowTitle(f"{title}{star} – Stepscope")

    def _fill_scene_menu(self) -> None:
        menu = self.scene_menu
        menu.clear()
        for path in example_scenes():
            menu.addAction(_title_of(path), partial(self.open_path, path, True))
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
        from PySide6.QtGui import QAction, QKeySequence

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
        if not self._may_leave():
            return False
        self.panel.open_scene(scene)
        self.path = None if example else path
        if not example:
            remember_file(path)
        self._show_title()
        return True

    def save_file(self) -> bool:
        return self._save_to(self.path) if self.path else self.save_file_as()

    def save_file_as(self) -> bool:
        start = last_folder() / f"{_file_name(self.panel.scene.title)}.json"
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Save the scene"), str(start), self.tr("Scenes (*.json)"))
        return bool(name) and self._save_to(Path(name if name.endswith(".json") else name + ".json"))

    def _save_to(self, path: Path) -> bool:
        try:
            save(self.panel.scene_to_save(), path)
        except SceneFileError as error:
            self.say(str(error))
            return False
        self.path = path
        self.panel.document.undo_stack.setClean()
        remember_file(path)
        self.say(self.tr("Saved as “{name}”.").format(name=path.name), 3)
        return True

    def rename(self) -> None:
        scene = self.panel.document.scene
        title, fine = QInputDialog.getText(self, self.tr("Rename the scene"), self.tr("Title"), text=scene.title)
        if fine and title.strip():
            self.panel.document.change(scene.with_(title=title.strip()[:200]), self.tr("Rename"))

    def _may_leave(self) -> bool:
        """Ask before unsaved changes of a saved scene are lost."""
        if self.path is None or self.clean:
            return True
        box = QMessageBox.StandardButton
        answer = QMessageBox.question(
            self,
            "Stepscope",
            self.tr("Save the changes to “{name}”?").format(name=self.path.name),
            box.Save | box.Discard | box.Cancel,
        )
        return answer == box.Discard or (answer == box.Save and self.save_file())

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_leave():
            settings = QSettings()
            if not self.isFullScreen():
                settings.setValue("geometry", self.saveGeometry())
            settings.setValue("theme", look().theme.name)
            settings.setValue("scale", self.own_scale if self.isFullScreen() else look().scale)
            self.player.pause()
            event.accept()
        else:
            event.ignore()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped_scene(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _dropped_scene(event.mimeData())
        if path:
            self.open_path(path)

    # Pictures.

    def copy_picture(self) -> None:
        QGuiApplication.clipboard().setImage(self.panel.picture())
        self.say(self.tr("The picture is on the clipboard."), 3)

    def save_picture(self) -> None:
        start = last_folder() / f"{_file_name(self.panel.scene.title)}.png"
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save the picture"), str(start), self.tr("Pictures (*.png *.svg)")
        )
        if name:
            self.save_picture_to(Path(name))

    def save_picture_to(self, path: Path) -> bool:
        """PNG or SVG by the file's ending."""
        from gui.picture_file import write_picture

        try:
            path = write_picture(self.panel, path)
        except SceneFileError as error:
            self.say(str(error))
            return False
        self.say(self.tr("Saved as “{name}”.").format(name=path.name), 3)
        return True

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


def example_scenes() -> list[Path]:
    """The shipped scenes, in the order of their file names."""
    return sorted((ASSETS / "scenes").glob("*.json"))


def _title_of(path: Path) -> str:
    try:
        return load(path).title
    except SceneFileError:
        return path.stem


def recent_files() -> list[Path]:
    """Scenes opened or saved last, the newest first; those that are gone are left out."""
    stored: Any = QSettings().value("recent", [])
    names = [stored] if isinstance(stored, str) else list(stored or [])
    return [path for path in map(Path, names) if path.is_file()]


def remember_file(path: Path) -> None:
    path = path.resolve()
    names = [str(path), *(str(other) for other in recent_files() if other != path)]
    QSettings().setValue("recent", names[:RECENT])


def last_folder() -> Path:
    files = recent_files()
    return files[0].parent if files else Path.home()


def _file_name(title: str) -> str:
    kept = "".join(letter if letter.isalnum() or letter in " -_" else "" for letter in title)
    return "-".join(kept.split()).lower()[:60] or "scene"


def _dropped_scene(data: QMimeData) -> Path | None:
    urls: list[QUrl] = data.urls()
    names = [url.toLocalFile() for url in urls if url.isLocalFile()]
    return Path(names[0]) if names and names[0].endswith(".json") else None


def restore_window(window: MainWindow) -> None:
    """The size and place of last time; at first, as large as suits the screen."""
    geometry: Any = QSettings().value("geometry")
    if geometry is not None and window.restoreGeometry(geometry):
        return
    screen = QApplication.primaryScreen().availableGeometry()
    window.resize(min(1600, screen.width() - 40), min(960, screen.height() - 60))
