"""Hours at the window in minutes: the same acts round after round, after which nothing may have grown.

A round opens examples of every panel, plays, steps, zooms, changes theme and text, opens and closes what can be opened,
and records. After `WARM` rounds every cache is as full as it becomes; from then on memory stays within 5 %, and there
are as many widgets as before.
"""

from __future__ import annotations

import gc
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QThreadPool, QTimer
from PySide6.QtWidgets import QApplication, QDialog

from engine.frames import Position
from gui.application import make_application
from gui.files import example_lectures, example_scenes
from gui.garbage import GarbageCollector
from gui.main_window import MainWindow
from gui.memory import give_back
from gui.recording.recorder import Recorder
from gui.recording.settings import Settings
from gui.theme import look
from tests.resident import resident
from tests.stress.result import Result
from tests.zooming import NOTCH, TOUCH, canvases, turn

WARM = 3  # rounds
MOST = 1.05  # of the memory after these
SHORT = 30.0  # seconds: for fewer a round leaves out what takes long
PATIENCE = 60.0  # seconds for one recording
SCENES = {"optimizers": 4, "convolution": 4, "minima": 1, "augmentation": 1}  # of each panel, in a round
Act = tuple[str, Callable[[], None]]


def run(seed: int, seconds: float) -> Result:
    """As many rounds as there is time for, but at least one after warming up; short ones where that is not much."""
    if QApplication.instance() is None:
        make_application(["soak"])
    window = MainWindow()
    window.resize(1366, 768)
    window.show()
    GarbageCollector(lambda: window.player.playing, window).start()  # as in the app
    result, end = Result(), time.monotonic() + seconds
    with tempfile.TemporaryDirectory(prefix="stepscope-soak-") as folder:
        soak = Soak(window, seed, Path(folder), short=seconds < SHORT)
        rounds = 0
        while rounds < WARM + 1 or time.monotonic() < end:
            result.tried += soak.round()
            rounds += 1
            if rounds > WARM and (fault := soak.fault(rounds)):
                result.faults.append(f"seed {seed}, {fault}")
    for place in window.places.values():
        place.panel.document.undo_stack.setClean()
    window.close()
    window.deleteLater()
    _rest()
    return result


class Soak:
    """One window, what is done with it, and what memory it took after each round."""

    def __init__(self, window: MainWindow, seed: int, folder: Path, short: bool = False) -> None:
        self.window, self.folder = window, folder
        random = Random(seed)
        self.recorder, self.problem = Recorder(window), ""
        self.recorder.failed.connect(self._failed)
        self.acts = list(self._chosen(random, short))
        random.shuffle(self.acts)
        self.after: list[tuple[float, int]] = []  # megabytes and widgets after each round
        self.grown: dict[str, float] = {}  # megabytes by act, since the rounds that warm up

    def round(self) -> int:
        """Everything once; how much that was."""
        for name, act in self.acts:
            before = resident()
            act()
            _rest()
            if len(self.after) >= WARM:
                self.grown[name] = self.grown.get(name, 0.0) + resident() - before
        self.after.append((resident(), len(QApplication.allWidgets())))
        return len(self.acts)

    def fault(self, rounds: int) -> str:
        """By how much there is more than after warming up, and after what; empty if there is not."""
        first, widgets = (max(kind) for kind in zip(*self.after[:WARM], strict=True))
        now, more = self.after[-1]
        largest = sorted(self.grown.items(), key=lambda pair: -pair[1])[:3]
        after = "; ".join(f"{name}: {megabytes:+.1f} MB" for name, megabytes in largest)
        if now > MOST * first:
            more_than = f"{now:.0f} MB instead of {first:.0f} MB, {now / first - 1:.1%} more"
            return f"round {rounds}: {more_than}; most of it: {after}"
        if more > widgets:
            return f"round {rounds}: {more - widgets} widgets more than the {widgets} after round {WARM}"
        return ""

    # What is done.

    def _chosen(self, random: Random, short: bool) -> Iterator[Act]:
        for panel, many in SCENES.items():
            paths = example_scenes(panel)
            for path in random.sample(paths, 1 if short else many):
                yield f"open and play {panel}/{path.stem}", partial(self._scene, path)
        yield "theme and size of text", self._looks
        yield "change, undo and redo", self._changes
        yield "the dialogs", self._dialogs
        if not short:
            photo = next(path for path in example_scenes("convolution") if path.stem.endswith("photo"))
            yield "zoom the photo", partial(self._scene, photo)
            lecture = random.choice(example_lectures())
            yield f"lecture {lecture.stem}", partial(self._lecture, lecture)
            yield "record", self._record

    def _scene(self, path: Path) -> None:
        window = self.window
        window.panel.document.undo_stack.setClean()
        window.open_path(path, example=True)
        _settle()
        player = window.player
        player.play()
        _wait(150)
        player.pause()
        for share in (0.9, 0.1, 0.5):
            player.seek(Position(round(share * player.length)))
            QApplication.processEvents()
        for _ in range(5):
            player.sub_step(1)
            QApplication.processEvents()
        for canvas in canvases(window):
            for delta, times in ((NOTCH, 4), (TOUCH, 12), (-TOUCH, 12), (-NOTCH, 4)):
                turn(canvas, delta, times)
        window.reset_view()
        _settle()

    def _lecture(self, path: Path) -> None:
        window = self.window
        window.panel.document.undo_stack.setClean()
        window.open_path(path, example=True)
        _settle()
        for _ in range(3):
            window.lectures.next()
            _settle()
        window.lectures.toggle_strip()
        window.lectures.toggle_presenter()
        _settle()
        window.lectures.toggle_presenter()
        window.lectures.toggle_strip()
        window.panel.document.undo_stack.setClean()
        window.lectures.close()
        _settle()

    def _looks(self) -> None:
        for scale in (1.2, 1.0):
            look().set_scale(scale)
            self.window.toggle_theme()
            QApplication.processEvents()

    def _changes(self) -> None:
        window = self.window
        document = window.panel.document
        for number in range(12):
            document.change(document.scene.with_(title=f"{number}"), "Rename")
            QApplication.processEvents()
        for command in (window.undo, window.redo, window.undo):
            for _ in range(12):
                command()
        document.undo_stack.setClean()

    def _dialogs(self) -> None:
        window = self.window
        for command in (window.show_keys, window.record, window.race.show_results):
            QTimer.singleShot(120, _close_dialogs)
            command()
            _wait(200)
            _close_dialogs()
        window.header.menu.aboutToShow.emit()
        QApplication.processEvents()

    def _record(self) -> None:
        path = self.folder / "film.png"
        settings = replace(Settings(), width=160, height=90, fps=24, last=2, hold_first=0.1, hold_last=0.1)
        self.recorder.start(self.window.panel.scene_to_save(), settings, path)
        deadline = time.monotonic() + PATIENCE
        while self.recorder.running and time.monotonic() < deadline:
            _wait(50)
        if self.recorder.running or not any(path.glob("*.png")):
            raise RuntimeError(f"a recording in the background was not made: {self.problem or 'it does not end'}")

    def _failed(self, sentence: str) -> None:
        self.problem = sentence


def _close_dialogs() -> None:
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, QDialog) and widget.isVisible():
            widget.close()


def _wait(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def _settle() -> None:
    for _ in range(3):
        QThreadPool.globalInstance().waitForDone(20_000)
        QApplication.processEvents()


def _rest() -> None:
    """Nothing is under way, what is to be deleted is, and what is free has gone back."""
    _settle()
    for _ in range(2):
        gc.collect()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        QApplication.processEvents()
    give_back()
