"""Recording in the window: the dialog, one recording under way, and the strip that shows it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QBoxLayout, QFileDialog, QMessageBox, QWidget

from engine.lecture import Lecture
from engine.quoting import shown
from gui.files import file_name, last_folder
from gui.recording.choices import last_place, remember, remember_place, remembered
from gui.recording.dialog import RecordDialog
from gui.recording.errors import RecordingError
from gui.recording.recorder import Paper, Recorder
from gui.recording.settings import Settings
from gui.recording.strip import Strip
from gui.recording.subjects import LectureSubject, SceneSubject, Subject
from gui.theme import look
from gui.widgets.words import as_plain


class Desk(QObject):
    """Made when something is recorded for the first time. `column` takes the strip, above its last widget."""

    def __init__(self, window: QWidget, column: QBoxLayout) -> None:
        super().__init__(window)
        self.window = window
        self.dialog: RecordDialog | None = None
        self.recorder = Recorder(self)
        self.strip = Strip()
        column.insertWidget(column.count() - 1, self.strip)
        self.recorder.progressed.connect(self._progress)
        self.recorder.finished.connect(self.strip.finished)
        self.recorder.failed.connect(self.strip.failed)
        self.recorder.cancelled.connect(self.strip.hide)
        self.strip.cancel_wanted.connect(self._cancel)

    def _busy(self) -> str:
        """Why nothing can be begun now; empty where it can."""
        if not self.recorder.running:
            return ""
        words = self.tr("“{name}” is still being recorded: wait for it, or cancel it.")
        if self.strip.paper:
            words = self.tr("“{name}” is still being drawn: wait for it, or cancel it.")
        return words.format(name=shown(self.recorder.path.name))

    def open(self, panel: Any, title: str = "") -> str:
        """Ask what to record of a panel's scene, under the `title` of its page where it has one; a sentence where that
        cannot be now."""
        if busy := self._busy():
            return busy
        if self.dialog is not None:
            self.dialog.raise_()
            return ""
        panel.player.pause()
        pace = 1 / (panel.player.rate * panel.player.speed)
        scene = panel.scene_to_save()
        scene = scene.with_(title=title or scene.title)
        self._ask(SceneSubject(scene, panel.player.length, pace, panel.player.position))
        return ""

    def open_lecture(self, lecture: Lecture, number: int = 0) -> str:
        """Ask what a video of all pages is to be, by a look at page `number`; a sentence where that cannot be now."""
        if busy := self._busy():
            return busy
        if not lecture.pages:
            return self.tr("This lecture has no pages yet.")
        if self.dialog is not None:
            self.dialog.raise_()
        else:
            self._ask(LectureSubject(lecture, number))
        return ""

    def _ask(self, subject: Subject) -> None:
        settings, kind = remembered(look().theme.name)
        if subject.is_lecture:
            settings = replace(settings, seconds=None, step_seconds=None, transparent=False)
        dialog = self.dialog = RecordDialog(subject, settings, kind, self.window)
        dialog.chosen.connect(lambda settings, kind: self._choose_file(subject, settings, kind))
        dialog.finished.connect(self._closed)
        dialog.open()

    def write_paper(self, lecture: Lecture, path: Path, what: Paper) -> str:
        """Begin a handout of a lecture, or pictures of its pages, and show it; a sentence where that cannot be now."""
        if busy := self._busy():
            return busy
        try:
            self.recorder.start_paper(lecture, path, what)
        except RecordingError as error:
            return str(error)
        self.strip.begin(path, paper=True)
        return ""

    def _closed(self) -> None:
        self.dialog = None

    def _choose_file(self, subject: Subject, settings: Settings, kind: str) -> None:
        start = (last_place() or last_folder()) / f"{file_name(subject.title)}.{kind}"
        filters = {
            "mp4": self.tr("Videos (*.mp4)"), "webm": self.tr("Videos (*.webm)"), "gif": self.tr("Pictures (*.gif)"),
            "png": self.tr("Folders of pictures (*.png)"),
        }  # fmt: skip
        name, _ = QFileDialog.getSaveFileName(self.dialog, self.tr("Record to"), str(start), filters[kind])
        if not name:
            return
        path = Path(name if name.lower().endswith(f".{kind}") else f"{name}.{kind}")
        if subject.is_lecture:  # a scene has a length of its own
            before, _ = remembered(look().theme.name)
            still = replace(settings, seconds=before.seconds, step_seconds=before.step_seconds)
            remember(replace(still, transparent=before.transparent and kind == "png"), kind)
        else:
            remember(settings, kind)
        remember_place(path.parent)
        if self.dialog is not None:
            self.dialog.accept()
        self.start(subject.thing, settings, path)

    def start(self, scene: Any, settings: Settings, path: Path) -> None:
        """Begin a recording, and show it."""
        try:
            self.recorder.start(scene, settings, path)
        except RecordingError as error:
            self.strip.failed(str(error))
            return
        self.strip.begin(path)

    def _progress(self, done: int, total: int) -> None:
        self.strip.progress(done, total, self.recorder.seconds_left(done, total))

    def _cancel(self) -> None:
        self.strip.ending()
        self.recorder.cancel()

    def may_close(self) -> bool:
        """Ask before a recording under way is lost; it is ended when it may be."""
        if not self.recorder.running:
            return True
        box = QMessageBox.StandardButton
        words = self.tr("“{name}” is still being recorded. Stop it?")
        if self.strip.paper:
            words = self.tr("“{name}” is still being drawn. Stop it?")
        question = as_plain(words.format(name=shown(self.recorder.path.name)))
        if QMessageBox.question(self.window, "Stepscope", question, box.Yes | box.No, box.No) != box.Yes:
            return False
        self.recorder.stop_now()
        return True
