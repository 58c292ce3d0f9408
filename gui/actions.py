"""Every command of the window, in one table: name, text, shortcuts and what it calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True)
class Command:
    """A command. `call` is the name of the main window's method; `repeat` lets a held key repeat."""

    name: str
    text: str
    keys: tuple[str, ...]
    call: str
    group: str
    repeat: bool = False


def tr(text: str) -> str:
    return QCoreApplication.translate("actions", text)


def commands() -> tuple[Command, ...]:
    """The table. What the help window lists and what the menus show comes from here."""
    play, scene, view = tr("Time"), tr("Scene"), tr("View")
    return (
        Command("play", tr("Play or pause"), ("Space",), "toggle_play", play),
        Command("forward", tr("One step forward"), ("Right",), "step_forward", play, repeat=True),
        Command("back", tr("One step back"), ("Left",), "step_back", play, repeat=True),
        Command(
            "line_forward",
            tr("One line or product forward"),
            ("Shift+Right",),
            "line_forward",
            play,
            True,
        ),
        Command("line_back", tr("One line or product back"), ("Shift+Left",), "line_back", play, True),
        Command("first", tr("To the start"), ("Home",), "to_start", play),
        Command("last", tr("To the end"), ("End",), "to_end", play),
        Command("slower", tr("Slower"), ("[",), "slower", play),
        Command("faster", tr("Faster"), ("]",), "faster", play),
        Command("loop", tr("Loop"), ("L",), "toggle_loop", play),
        Command("open", tr("Open…"), ("Ctrl+O",), "open_file", scene),
        Command("save", tr("Save"), ("Ctrl+S",), "save_file", scene),
        Command("save_as", tr("Save as…"), ("Ctrl+Shift+S",), "save_file_as", scene),
        Command("undo", tr("Undo"), ("Ctrl+Z",), "undo", scene, True),
        Command("redo", tr("Redo"), ("Ctrl+Y", "Ctrl+Shift+Z"), "redo", scene, True),
        Command("copy_picture", tr("Copy the picture"), ("Ctrl+Shift+C",), "copy_picture", scene),
        Command("save_picture", tr("Save the picture…"), ("Ctrl+Shift+E",), "save_picture", scene),
        Command("record", tr("Record a video…"), ("R",), "record", scene),
        Command("rename", tr("Rename the scene…"), ("F2",), "rename", scene),
        Command("theme", tr("Light or dark theme"), ("T",), "toggle_theme", view),
        Command("present", tr("Presentation"), ("F11",), "toggle_presentation", view),
        Command("leave", tr("Leave the presentation"), ("Escape",), "leave_presentation", view),
        Command("left_panel", tr("Show or hide the left panel"), ("Ctrl+1",), "toggle_left", view),
        Command("right_panel", tr("Show or hide the right panel"), ("Ctrl+2",), "toggle_right", view),
        Command("reset_view", tr("Show the whole domain"), ("0",), "reset_view", view),
        Command("zoom_in", tr("Zoom in"), ("+", "="), "zoom_in", view, True),
        Command("zoom_out", tr("Zoom out"), ("-",), "zoom_out", view, True),
        Command("larger", tr("Larger text"), ("Ctrl++", "Ctrl+="), "larger_text", view, True),
        Command("smaller", tr("Smaller text"), ("Ctrl+-",), "smaller_text", view, True),
        Command("normal", tr("Normal text size"), ("Ctrl+0",), "normal_text", view),
        Command("help", tr("All keys"), ("F1",), "show_keys", view),
    )


def make_actions(window: QWidget) -> dict[str, QAction]:
    """One QAction a command, added to the window so that its keys work everywhere in it."""
    actions: dict[str, QAction] = {}
    for command in commands():
        action = QAction(command.text, window)
        action.setShortcuts([QKeySequence(key) for key in command.keys])
        action.setAutoRepeat(command.repeat)
        call: Callable[[], None] = getattr(window, command.call)
        action.triggered.connect(lambda _checked=False, call=call: call())
        window.addAction(action)
        actions[command.name] = action
    return actions
