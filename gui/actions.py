"""Every command of the window, in one table: name, text, shortcuts and what it calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True)
class Command:
    """A command. `call` is a method of the main window, or of one of its parts ("files.save_file"); `repeat`
    lets a held key repeat."""

    name: str
    text: str
    keys: tuple[str, ...]
    call: str
    group: str
    repeat: bool = False
    checkable: bool = False


def tr(text: str) -> str:
    return QCoreApplication.translate("actions", text)


def commands() -> tuple[Command, ...]:
    """The table. What the help window lists and what the menus show comes from here."""
    play, scene, view = tr("Time"), tr("Scene"), tr("View")
    lecture, present = tr("Lecture"), tr("Presentation")
    return (
        Command("play", tr("Play or pause"), ("Space",), "toggle_play", play),
        Command("forward", tr("One step forward"), ("Right",), "step_forward", play, repeat=True),
        Command("back", tr("One step back"), ("Left",), "step_back", play, repeat=True),
        Command("line_forward", tr("One line or product forward"), ("Shift+Right",), "line_forward", play, True),
        Command("line_back", tr("One line or product back"), ("Shift+Left",), "line_back", play, True),
        Command("first", tr("To the start"), ("Home",), "to_start", play),
        Command("last", tr("To the end"), ("End",), "to_end", play),
        Command("slower", tr("Slower"), ("[",), "slower", play),
        Command("faster", tr("Faster"), ("]",), "faster", play),
        Command("loop", tr("Loop"), ("L",), "toggle_loop", play),
        Command("new_scene", tr("New scene"), ("Ctrl+N",), "files.new_scene", scene),
        Command("open", tr("Open…"), ("Ctrl+O",), "files.open_file", scene),
        Command("save", tr("Save"), ("Ctrl+S",), "files.save_file", scene),
        Command("save_as", tr("Save as…"), ("Ctrl+Shift+S",), "files.save_file_as", scene),
        Command("save_scene_as", tr("Save this scene alone…"), (), "files.save_scene_as", scene),
        Command("undo", tr("Undo"), ("Ctrl+Z",), "undo", scene, True),
        Command("redo", tr("Redo"), ("Ctrl+Y", "Ctrl+Shift+Z"), "redo", scene, True),
        Command("rename", tr("Title and note…"), ("F2",), "files.rename", scene),
        Command("quit", tr("Quit"), ("Ctrl+Q",), "close", scene),
        Command("copy_picture", tr("Copy the picture"), ("Ctrl+Shift+C",), "pictures.copy_picture", scene),
        Command("save_picture", tr("Save the picture…"), ("Ctrl+Shift+E",), "pictures.save_picture", scene),
        Command("record", tr("Record a video…"), ("R",), "record", scene),
        Command("copy_text", tr("Copy as text to share"), ("Ctrl+Shift+T",), "files.copy_text", scene),
        Command("paste", tr("Paste a scene or lecture"), ("Ctrl+Shift+V",), "files.paste", scene),
        Command("copy_numpy", tr("Copy as NumPy"), (), "files.copy_numpy", scene),
        Command("copy_pytorch", tr("Copy as PyTorch"), (), "files.copy_pytorch", scene),
        Command("page_next", tr("Next page"), ("PgDown",), "lectures.next", lecture),
        Command("page_back", tr("Page before"), ("PgUp",), "lectures.back", lecture),
        Command("lecture", tr("Show or hide the pages"), ("Ctrl+L",), "lectures.toggle_strip", lecture),
        Command("add_page", tr("Add this scene as a page"), ("Ctrl+Shift+A",), "lectures.add", lecture),
        Command("keep_page", tr("Keep the changes in this page"), ("Ctrl+K",), "lectures.keep", lecture),
        Command("bring_back", tr("Bring back what was tried here"), (), "lectures.bring_back", lecture),
        Command("handout", tr("Handout for the teacher…"), ("Ctrl+P",), "lectures.save_handout", lecture),
        Command("student_handout", tr("Handout for students…"), (), "lectures.save_student_handout", lecture),
        Command("handout_pictures", tr("Pictures of all pages…"), (), "lectures.save_pictures", lecture),
        Command("lecture_video", tr("Video of the lecture…"), (), "record_lecture", lecture),
        Command("new_lecture", tr("New lecture"), (), "lectures.new", lecture),
        Command("close_lecture", tr("Close the lecture"), (), "lectures.close", lecture),
        Command("present", tr("Presentation"), ("F11",), "mode.toggle", present),
        Command("present_first", tr("Presentation from the first page"), ("F5",), "mode.present_from_first", present),
        Command("present_here", tr("Presentation from this page"), ("Shift+F5",), "mode.present", present),
        Command("leave", tr("Leave the presentation"), ("Escape",), "mode.leave", present),
        Command("presenter", tr("Presenter's window"), ("Ctrl+F11",), "lectures.toggle_presenter", present),
        Command(
            "swap_screens",
            tr("Swap the screens of pictures and notes"),
            ("Ctrl+Shift+F11",),
            "mode.swap_screens",
            present,
        ),
        Command("outcome", tr("Hide the future, reveal it"), ("H",), "race.toggle_outcome", present),
        Command("names", tr("Names of the racers in the picture"), ("N",), "race.toggle_names", present),
        Command(
            "arrows_turn",
            tr("← and → turn pages while presenting"),
            (),
            "lectures.toggle_arrows",
            present,
            checkable=True,
        ),
        Command("spotlight", tr("Spotlight"), ("S",), "tools.toggle_spotlight", present),
        Command("pen", tr("Pen"), ("P",), "tools.toggle_pen", present),
        Command("pen_color", tr("Next colour of the pen"), ("Shift+P",), "tools.next_color", present),
        Command("erase", tr("Erase the drawing"), ("E",), "tools.erase", present),
        Command("keys_shown", tr("Show pressed keys"), ("K",), "tools.toggle_keys", present),
        Command("blank", tr("Black screen"), ("B", "."), "tools.blank", present),
        Command("results", tr("Table of results"), ("Ctrl+R",), "race.show_results", view),
        Command("augmentation", tr("Image augmentation"), ("Ctrl+I",), "show_augmentation", view),
        Command("minima", tr("Sharp and flat minima against batch size"), ("Ctrl+B",), "show_minima", view),
        Command("curvature", tr("Curvature at the selected racer"), ("C",), "race.toggle_curvature", view),
        Command("what_if", tr("What if: other values from this step on"), ("W",), "race.what_if", view),
        Command("several_starts", tr("The selected racer from several starts"), ("A",), "race.several_starts", view),
        Command("compare_values", tr("The selected racer at two rates"), ("D",), "race.compare_values", view),
        Command("relief", tr("Show or hide the 3-D view"), ("V",), "race.toggle_relief", view),
        Command("turn_left", tr("Turn the 3-D view left"), ("Alt+Left",), "race.turn_left", view, True),
        Command("turn_right", tr("Turn the 3-D view right"), ("Alt+Right",), "race.turn_right", view, True),
        Command("turn_up", tr("See the 3-D view from higher up"), ("Alt+Up",), "race.turn_up", view, True),
        Command("turn_down", tr("See the 3-D view from lower down"), ("Alt+Down",), "race.turn_down", view, True),
        Command("theme", tr("Light or dark theme"), ("T",), "toggle_theme", view),
        Command("left_panel", tr("Show or hide the left panel"), ("Ctrl+1",), "toggle_left", view),
        Command("right_panel", tr("Show or hide the right panel"), ("Ctrl+2",), "toggle_right", view),
        Command("reset_view", tr("Show the whole domain"), ("0",), "reset_view", view),
        Command("zoom_in", tr("Zoom in"), ("+", "="), "zoom_in", view, True),
        Command("zoom_out", tr("Zoom out"), ("-",), "zoom_out", view, True),
        Command("larger", tr("Larger text"), ("Ctrl++", "Ctrl+="), "larger_text", view, True),
        Command("smaller", tr("Smaller text"), ("Ctrl+-",), "smaller_text", view, True),
        Command("normal", tr("Normal text size"), ("Ctrl+0",), "normal_text", view),
        Command("help", tr("All keys"), ("F1",), "show_keys", view),
        Command("tour", tr("Tour of the window"), (), "welcome.start_tour", view),
    )


def make_actions(window: QWidget) -> dict[str, QAction]:
    """One QAction a command, added to the window so that its keys work everywhere in it."""
    actions: dict[str, QAction] = {}
    for command in commands():
        action = QAction(command.text, window)
        action.setShortcuts([QKeySequence(key) for key in command.keys])
        action.setAutoRepeat(command.repeat)
        action.setCheckable(command.checkable)
        call: Callable[[], None] = attrgetter(command.call)(window)
        action.triggered.connect(lambda _checked=False, call=call: call())
        window.addAction(action)
        actions[command.name] = action
    return actions
