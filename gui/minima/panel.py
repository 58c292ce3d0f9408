"""The panel of sharp and flat minima: many paths for each batch size, and where they end. A step is a batch size."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget

from engine.frames import Position
from engine.minima_scene import MinimaScene
from gui.minima.canvas import MinimaCanvas
from gui.minima.controls import Controls
from gui.minima.inspector import Inspector
from gui.minima.subject import Subject, kept, subject_of, what_is_computed
from gui.panel_frame import PanelFrame
from gui.widgets.words import sentence
from gui.worker import Cancelled, Progress, Search

SIZES_A_SECOND = 0.8  # at speed 1: time to see where all paths have gone


def keep_looking(current: MinimaScene, wanted: MinimaScene) -> MinimaScene:
    """Undo brings back choices, not how they are looked at."""
    return wanted.with_(position=min(current.position, len(wanted.batch_sizes) - 1), speed=current.speed)


class MinimaPanel(PanelFrame):
    """Controls, picture and what was measured around one document and one player. The experiment runs in the
    background; the last result stays until there is another."""

    def __init__(self, scene: MinimaScene, parent: QWidget | None = None) -> None:
        super().__init__(scene, keep_looking, SIZES_A_SECOND, parent)
        self.subject: Subject | None = None
        self.job = Search(self)
        self.controls = Controls(self.document)
        self.canvas = MinimaCanvas()
        self.inspector = Inspector()
        self.right = self._inspected_by(self.inspector)
        self.hint = QLabel(self.tr("press or drag in the chart of shares: another batch size"))
        self._set_columns(self._with_hint(self.canvas, self.hint))
        self.document.changed.connect(self._scene_changed)
        self.player.moved.connect(self._show_moment)
        self.canvas.chosen.connect(lambda place: self.player.seek(Position(place)))
        self.inspector.cancelled.connect(self.stop)
        self.job.progressed.connect(self.inspector.show_progress)
        self._open(scene)

    def _open(self, scene: MinimaScene) -> None:
        self._opened = scene
        self.subject = None  # what was found for another scene does not stand under this one's title
        self._compute(scene)
        self.inspector.set_note(scene.note)
        self._go_to(scene, len(scene.batch_sizes) - 1)
        self._show_moment(self.player.position)

    def _scene_changed(self, old: MinimaScene, new: MinimaScene) -> None:
        if self._opening:
            return
        if what_is_computed(old) != what_is_computed(new):
            self._compute(new)
        elif old.shift != new.shift and self.subject is not None and not self.job.running:
            shown = self.subject.scene.with_(shift=new.shift)  # after a cancelled run not the numbers that are chosen
            self._have(Subject(shown, self.subject.loss, self.subject.experiment))
        told = what_is_computed(new) == what_is_computed(self._opened)
        self.inspector.set_note(new.note if told else "")  # what it says holds for these numbers
        self.player.set_length(len(new.batch_sizes) - 1)

    def _compute(self, scene: MinimaScene) -> None:
        """Run the experiment anew; one under way is given up."""
        self.inspector.tell("")
        known = kept(scene)
        if known is not None:
            self.job.stop()
            self.inspector.show_progress(None)
            self._have(known)
            return

        def work(progress: Progress, cancelled: Cancelled) -> Subject:
            return subject_of(scene, progress, cancelled)

        if self.subject is None:
            self._show_waiting(self.tr("The experiment is running …"))
        self.inspector.show_progress(0.0)
        self.job.start(work, self._done, self._failed)

    def _done(self, subject: Subject) -> None:
        self.inspector.show_progress(None)
        # What only changes the picture may have been chosen meanwhile.
        self._have(Subject(self.scene, subject.loss, subject.experiment))

    def _failed(self, error: Exception) -> None:
        self._end(sentence(str(error)))

    def stop(self) -> None:
        """Give up the run under way; a last result stays, and is told to be of other numbers."""
        if self.job.stop():
            other = self.tr("Cancelled: the picture is that of the numbers before. Draw again to run.")
            self._end(self.tr("Cancelled. Draw again to run.") if self.subject is None else other)

    def _end(self, why: str) -> None:
        """No result has come."""
        self.inspector.show_progress(None)
        self.inspector.tell(why)
        if self.subject is None:
            self._show_waiting(self.tr("There is no result."))
        self.settled.emit()

    def _show_waiting(self, words: str) -> None:
        self.canvas.show_waiting(self.scene.loss.loss(), words)
        self.inspector.show_nothing(words)

    def _have(self, subject: Subject) -> None:
        self.subject = subject
        self.canvas.set_subject(subject)
        self.inspector.set_subject(subject)
        self._show_moment(self.player.position)
        self.settled.emit()

    @property
    def busy(self) -> bool:
        return self.job.running

    def give_up(self) -> None:
        self.job.stop()

    def _show_moment(self, position: Position) -> None:
        self.canvas.show_place(position.step + position.fraction)
        if self.subject is not None:
            self.inspector.show_place(min(position.step + (position.fraction > 0.5), self.subject.last))

    def set_presenting(self, presenting: bool) -> None:
        super().set_presenting(presenting)
        self.hint.setVisible(not presenting)
