"""What the monkey does with whatever window is in front of it. Each act is a function of (generator, stage)."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from PySide6.QtCore import QCoreApplication, QMimeData, QPointF, QSize, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QGuiApplication, QImage, QInputMethodEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu

from tests.stress import material
from tests.stress.monkey_pointer import click, context_menu, drag, hover, wheel
from tests.stress.monkey_stage import FIELDS, Deed, Stage, key_window, name, press

SIZES = (
    (900, 560), (1024, 600), (1024, 768), (1280, 720), (1366, 768), (1366, 1045), (1600, 900), (1920, 915),
    (1920, 1016), (1920, 1080), (2560, 1440), (3840, 2160), (1, 1), (300, 200), (900, 2000), (3000, 560),
)  # fmt: skip


def shortcut(rng: Random, stage: Stage) -> Deed:
    keys = [key for action in stage.main.actions_by_name.values() for key in action.shortcuts()]
    keys += [QKeySequence(str(number)) for number in range(1, 10)]
    key = rng.choice(keys)
    times = rng.choice((1, 1, 1, 2, 5))

    def deed() -> None:
        for _ in range(times):
            press(stage, key[0])

    return f"press {key.toString()}" + f" {times} times" * (times > 1), deed


def plain_key(rng: Random, stage: Stage) -> Deed:
    keys = "Tab Tab Return Return Escape Escape Space Up Down Down Left Right Home End PgUp PgDown Delete Backspace F4"
    key = QKeySequence(rng.choice([*keys.split(), "Shift+Tab"]))
    return f"press {key.toString()}", lambda: press(stage, key[0])


def command(rng: Random, stage: Stage) -> Deed:
    """Those without a key, too: as a menu would."""
    key = rng.choice(list(stage.main.actions_by_name))

    def deed() -> None:
        stage.main.actions_by_name[key].trigger()
        stage.answered()

    return f"command {key}", deed


def storm(rng: Random, stage: Stage) -> Deed:
    keys = rng.choices(("Ctrl+Z", "Ctrl+Y", "Ctrl+Shift+Z"), (3, 2, 1), k=rng.choice((5, 15, 40)))

    def deed() -> None:
        for key in keys:
            press(stage, QKeySequence(key)[0])

    return f"{len(keys)} undos and redos", deed


def write(rng: Random, stage: Stage) -> Deed | None:
    fields = [w for w in stage.widgets(rng) if isinstance(w, FIELDS)]
    if not fields:
        return None
    field, said = rng.choice(fields), material.text(rng)
    how, everything = rng.choice(("keys", "input method", "paste")), rng.random() < 0.7
    end = rng.choice(("Return", "Return", "Tab", "Escape", ""))

    def deed() -> None:
        field.setFocus(Qt.FocusReason.TabFocusReason)
        stage.answered()
        if everything:
            press(stage, QKeySequence("Ctrl+A")[0])
        if how == "paste" or len(said) > 400:
            QGuiApplication.clipboard().setText(said)
            press(stage, QKeySequence("Ctrl+V")[0])
        elif how == "keys" and said.isascii() and said.isprintable():
            for letter in said:
                QTest.keyClick(key_window(stage), ord(letter))
                stage.answered()
        elif QApplication.focusWidget() is not None:
            event = QInputMethodEvent()
            event.setCommitString(said)
            QCoreApplication.sendEvent(QApplication.focusWidget(), event)
            stage.answered()
        if end:
            press(stage, QKeySequence(end)[0])

    return f"write {said[:30]!r} ({len(said)}) by {how} into {name(field)}, then {end or 'nothing'}", deed


def paste(rng: Random, stage: Stage) -> Deed:
    key = rng.choice(("Ctrl+V", "Ctrl+Shift+V"))
    if rng.random() < 0.2:
        size = rng.choice(((1, 1), (30, 20), (2000, 1500)))
        image = QImage(QSize(*size), QImage.Format.Format_ARGB32)
        image.fill(QColor.fromHsv(rng.randrange(360), 200, 200))
        words, put = f"a picture of {size}", lambda: QGuiApplication.clipboard().setImage(image)
    else:
        said = material.clipboard(rng)
        words, put = repr(said[:30]), lambda: QGuiApplication.clipboard().setText(said)

    def deed() -> None:
        put()
        press(stage, QKeySequence(key)[0])

    return f"{key} of {words}", deed


def resize(rng: Random, stage: Stage) -> Deed:
    window = rng.choice([stage.main, *stage.roots()])
    how = rng.random()
    width, height = rng.choice(SIZES) if how < 0.6 else (rng.randint(900, 2200), rng.randint(560, 1300))
    if how > 0.93:
        state = rng.choice(("showMaximized", "showNormal", "showMinimized"))

        def change() -> None:
            getattr(stage.main, state)()
            stage.answered()
            if state == "showMinimized":
                stage.main.showNormal()
                stage.answered()

        return state, change

    def deed() -> None:
        window.resize(width, height)
        stage.answered()

    return f"resize {type(window).__name__} to {width}×{height}", deed


def open_file(rng: Random, stage: Stage) -> Deed:
    path = material.file(rng, stage.folder)

    def deed() -> None:
        stage.main.open_path(path, rng.random() < 0.3)
        stage.answered()

    return f"open {path.name}", deed


def drop(rng: Random, stage: Stage) -> Deed | None:
    path = material.file(rng, stage.folder, ("json", "csv", "picture"))
    target = rng.choice((stage.main, stage.main.panel.canvas))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    args = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)

    def deed() -> None:
        middle = target.rect().center()
        try:
            enter = QDragEnterEvent(QPointF(middle), *args)  # type: ignore[call-overload]
        except TypeError:  # before PySide6 6.12
            enter = QDragEnterEvent(middle, *args)
        QCoreApplication.sendEvent(target, enter)
        stage.answered()
        QCoreApplication.sendEvent(target, QDropEvent(QPointF(middle), *args))
        stage.answered()

    return f"drop {path.name} on {type(target).__name__}", deed if stage.main.isEnabled() else lambda: None


def choose_from_menu(rng: Random, stage: Stage) -> Deed | None:
    """An entry of the menu or the list that is open."""
    popup = QApplication.activePopupWidget()
    if popup is None:
        return None
    if isinstance(popup, QMenu):
        entries = [a for a in popup.actions() if a.isEnabled() and a.isVisible() and not a.isSeparator()]
        if not entries:
            return "leave the menu", lambda: press(stage, QKeySequence("Escape")[0])
        entry = rng.choice(entries)
        spot = popup.actionGeometry(entry).center()

        def choose() -> None:
            QTest.mouseMove(popup.windowHandle(), spot)
            QTest.mouseClick(popup.windowHandle(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
            stage.answered()

        return f"choose {entry.text()[:40]!r}", choose
    downs = rng.randint(0, 12)

    def deed() -> None:
        for _ in range(downs):
            press(stage, QKeySequence("Down")[0])
        press(stage, QKeySequence("Return")[0])

    return f"choose entry {downs} of {type(popup).__name__}", deed


def leave_dialog(rng: Random, stage: Stage) -> Deed | None:
    dialogs = [w for w in stage.roots() if isinstance(w, QDialog | QMenu)]
    if not dialogs:
        return None
    dialog = dialogs[0]

    def deed() -> None:
        dialog.close()
        stage.answered()

    return f"close {type(dialog).__name__}", deed


def cancel_recording(rng: Random, stage: Stage) -> Deed | None:
    desk = stage.main.desk
    if desk is None or not desk.recorder.running or rng.random() < 0.5:
        return None

    def deed() -> None:
        desk.strip.cancel_wanted.emit()
        stage.answered()

    return "cancel the recording", deed


def panel(rng: Random, stage: Stage) -> Deed:
    key = rng.choice(stage.main.kinds).key

    def deed() -> None:
        stage.main.choose_panel(key)
        stage.answered()

    return f"panel {key}", deed


ACTS: tuple[tuple[Callable[[Random, Stage], Deed | None], int], ...] = (
    (shortcut, 22), (plain_key, 5), (command, 5), (storm, 2), (click, 22), (drag, 12), (hover, 4), (wheel, 9),
    (write, 14), (paste, 3), (resize, 7), (open_file, 7), (drop, 3), (context_menu, 1), (panel, 4),
)  # fmt: skip


def choose(rng: Random, stage: Stage) -> Deed:
    """The next thing to do. An open menu is mostly answered, a dialog left after a while."""
    first = rng.random()
    if first < 0.7 and (deed := choose_from_menu(rng, stage)):
        return deed
    if first < 0.12 and (deed := leave_dialog(rng, stage)):
        return deed
    if deed := cancel_recording(rng, stage):
        return deed
    acts, weights = zip(*ACTS, strict=True)
    while True:
        act = rng.choices(acts, weights)[0]
        if deed := act(rng, stage):
            return deed
