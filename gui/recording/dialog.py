"""What a recording is to be: chosen here, with its frames, length and size in one line, and a look at it."""

from __future__ import annotations

from contextlib import suppress

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.recording.curve_search import CurveSearch
from gui.recording.form import Form
from gui.recording.preview import is_small, preview, reduced
from gui.recording.settings import Settings, SettingsError
from gui.recording.size_estimate import SizeEstimate
from gui.recording.stage import Act, Stage, act_of
from gui.recording.subjects import LectureSubject, SceneSubject, Subject
from gui.recording.words import summary
from gui.theme import look
from gui.widgets.words import sentence, words
from gui.worker import Cancelled, Progress, Search

SETTLED = 200  # milliseconds without a change, after which the preview follows


class RecordDialog(QDialog):
    """Choices for a recording of a scene or a lecture."""

    chosen = Signal(object, str)  # Settings, format

    def __init__(self, subject: Subject, settings: Settings, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Video of the lecture") if subject.is_lecture else self.tr("Record"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.subject = subject
        self.form = Form(settings, kind, subject.length, subject.is_race, lecture=subject.is_lecture)
        if subject.is_lecture:
            self.form.suggest(float(subject.frames(settings) / settings.fps))
        self.form.changed.connect(self._refresh)
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setAccessibleName(self.tr("How the recording will look"))
        self.picture.setFixedSize(QSize(440, 440) if look().scale < 1.2 else QSize(360, 360))
        self.summary = words("value")
        self.record = QPushButton(self.tr("Record…"))
        self.record.setObjectName("primary")
        self.record.setDefault(True)
        cancel = QPushButton(self.tr("Cancel"))
        self.record.clicked.connect(self._choose)
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addWidget(self.summary, 1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.record)
        sides = QHBoxLayout()
        sides.setSpacing(26)
        sides.addWidget(self.form)
        sides.addWidget(self.picture, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(26, 22, 26, 20)
        column.setSpacing(16)
        column.addLayout(sides, 1)
        column.addLayout(buttons)
        self._made: tuple[int, Settings, str] | None = None  # what the line below speaks of
        self._size: float | None = None  # bytes of it, once that has been found
        self._act: Act | None = None  # with what the scene's recording shows, once it has been computed
        self.job = Search(self)
        self.estimate = SizeEstimate(self)
        self.estimate.found.connect(self._have_size)
        self.finished.connect(self.estimate.stop)
        self.curves = CurveSearch(subject.lecture, self) if isinstance(subject, LectureSubject) else None
        if self.curves is not None:
            self.curves.found.connect(self._have_curve)
            self.finished.connect(self.curves.stop)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(SETTLED)
        self._later.timeout.connect(self._show_preview)
        self._refresh()
        self._later.start(0)

    def settings(self) -> Settings:
        """What is chosen. Raises SettingsError while something is wrong."""
        return self.subject.checked(self.form.settings(), self.form.kind())

    def _refresh(self) -> None:
        """After every change: the line below, or what is wrong, near where it is."""
        try:
            settings = self.settings()
            frames = self.subject.frames(settings)
        except SettingsError as error:
            self.form.complain(error.field, str(error))
            self.form.warn("")
            self.summary.setText("")
            self.record.setEnabled(False)
            self.estimate.stop()
            return
        self.form.complain("", "")
        self.form.warn(self.subject.hurry(settings))
        self._explain(settings)
        self.record.setEnabled(True)
        made = frames, settings, self.form.kind()
        if made != self._made:
            self._made, self._size = made, None
            self._later.start(SETTLED)
        self.summary.setText(summary(frames, float(frames / settings.fps), self._size))
        self.estimate.ask(self.subject.thing, settings, self.form.kind())

    def _explain(self, settings: Settings) -> None:
        small = reduced(settings, self.picture.size(), 1.0)
        if self.curves is not None:
            self.curves.ask(small)
        self.form.explain(self.subject.without_effect(small, self.form.kind(), self._act))

    def _have_curve(self, fits: bool) -> None:
        assert isinstance(self.subject, LectureSubject)
        self.subject.curves = fits
        with suppress(SettingsError):  # it is told already
            self._explain(self.settings())

    def _have_size(self, amount: float) -> None:
        self._size = amount
        if self.summary.text() and self._made is not None:
            frames, settings, _ = self._made
            self.summary.setText(summary(frames, float(frames / settings.fps), amount))

    def _show_preview(self) -> None:
        try:
            settings = self.settings()
        except SettingsError:
            return
        if not is_small(self.subject.scene):
            self.picture.setText(self.tr("This scene is too large for a preview."))
            return
        if self.picture.pixmap().isNull():
            self.picture.setText(self.tr("The preview is being computed …"))
        scene, before = self.subject.scene, self._act
        small = reduced(settings, self.picture.size(), self.devicePixelRatioF())

        def work(_progress: Progress, _cancelled: Cancelled) -> Act:
            return act_of(scene, small, before)

        self.job.start(work, lambda act: self._have_act(act, small), self._no_preview)

    def _have_act(self, act: Act, small: Settings) -> None:
        """What the recording shows has been computed. Letters are set here, since fonts and their glyphs are of one
        thread; what takes long between that and painting is done in the background again."""
        first, self._act = self._act is None, act
        if first:
            if isinstance(self.subject, SceneSubject):
                self.form.show_length(self.subject.length, act.length)
                self.subject.length, self.subject.pace = act.length, act.pace
            self._refresh()
        stage = Stage(self.subject.scene, small, act, asks=self.subject.is_lecture)

        def work(_progress: Progress, _cancelled: Cancelled) -> None:
            stage.act.prepare()

        self.job.start(work, lambda _: self._paint(stage), self._no_preview)

    def _paint(self, stage: Stage) -> None:
        ratio, line = self.devicePixelRatioF(), look().theme.color("line")
        self.picture.setPixmap(QPixmap.fromImage(preview(stage, self.subject.position, ratio, line)))

    def _no_preview(self, error: Exception) -> None:
        self.picture.setText(sentence(str(error)))

    def _choose(self) -> None:
        try:
            settings = self.settings()
        except SettingsError:
            return
        self.chosen.emit(settings, self.form.kind())
