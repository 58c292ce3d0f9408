"""The menu under the scene's name: lectures and examples to open, files, sharing."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu

from engine.quoting import PATH, shown
from gui.files import example_lectures, example_scenes, recent_files, title_of
from gui.widgets.words import as_plain


def fill_scene_menu(window: Any, menu: QMenu) -> None:
    """Made anew whenever it opens: recent files change, and so does what there is to do."""
    translate = QCoreApplication.translate
    fill_examples_menu(window, menu)
    menu.addSeparator()
    recent = _below(menu, translate("menu", "Recent"))
    recent.setEnabled(bool(recent_files()))
    for path in recent_files():
        name = shown(path.name).replace("&", "&&")  # no letter of a name is a key
        recent.addAction(name, partial(window.open_path, path)).setToolTip(as_plain(shown(str(path), PATH)))
    _add(window, menu, "new_scene", "open", "save", "save_as")
    if window.lecture.is_open:
        _add(window, menu, "save_scene_as")
    _add(window, menu, "rename", "present")
    menu.addSeparator()
    lecture = _below(menu, translate("menu", "Lecture"))
    _add(window, lecture, "lecture", "add_page", "keep_page", "bring_back")
    _add(window, lecture, "present_first", "present_here", "presenter")
    window.actions_by_name["arrows_turn"].setChecked(window.lectures.arrows_turn)
    _add(window, lecture, "arrows_turn")
    _add(window, lecture, "student_handout", "handout", "handout_pictures", "lecture_video")
    _add(window, lecture, "new_lecture", "close_lecture")
    share = _below(menu, translate("menu", "Share"))
    _add(window, share, "copy_text", "paste", "copy_picture", "save_picture", "copy_numpy", "copy_pytorch")
    menu.addSeparator()
    _add(window, menu, "tour", "quit")


def fill_examples_menu(window: Any, menu: QMenu) -> None:
    """Lectures and examples alone, for the button that is called so."""
    translate = QCoreApplication.translate
    for action in menu.actions():
        if (below := action.menu()) is not None:
            below.deleteLater()
    menu.clear()
    for path in example_lectures():
        title = translate("menu", "Lecture: {title}").format(title=title_of(path))
        menu.addAction(title, partial(window.open_path, path, True))
    for kind in window.kinds:
        examples = _below(menu, translate("menu", "{panel} examples").format(panel=kind.name))
        for path in example_scenes(kind.key):
            examples.addAction(title_of(path), partial(window.open_path, path, True))


def _below(menu: QMenu, title: str) -> QMenu:
    """A menu within a menu. It is made here: Python would keep one that Qt makes, and its entries, after its end."""
    below = QMenu(title, menu)
    menu.addMenu(below)
    return below


def _add(window: Any, menu: QMenu, *names: str) -> None:
    for name in names:
        action = window.actions_by_name[name]
        if _has_object(window, name):
            menu.addAction(action)
        else:  # grey here alone: its key still says why it cannot be done
            key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            menu.addAction(f"{action.text()}\t{key}" if key else action.text()).setEnabled(False)


def _has_object(window: Any, name: str) -> bool:
    """Whether there is anything for a command to act on."""
    lecture = window.lecture
    if name == "keep_page":
        return lecture.page is not None
    if name == "bring_back":
        return lecture.tried is not None
    if name in ("close_lecture", "presenter"):
        return bool(lecture.is_open)
    if name in ("present_first", "present_here", "handout", "student_handout", "handout_pictures", "lecture_video"):
        return bool(lecture.pages)
    return True
