"""The Optimizers panel: scene in, run computed, every view shown the same moment."""

from __future__ import annotations

import math
from typing import Any

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from engine.counting import counted
from engine.data.early_stopping import Stopping, held, stopping_of
from engine.data.loss import DataLoss
from engine.descent import Run
from engine.expressions.typeset import format_number
from engine.fair_play import RATE, run_scene, work_of
from engine.frames import Position, frame_at
from engine.losses import FAR, Loss
from engine.scene import BranchChoice, Camera, Scene
from gui.optimizers.contour_canvas import ContourCanvas
from gui.optimizers.controls import Controls
from gui.optimizers.explain import outcome_sentence, rule_of_comparison
from gui.optimizers.figures import card_figure
from gui.optimizers.labels import card_names, labels_of
from gui.optimizers.picture.contour_picture import Subject
from gui.optimizers.picture.overlay import Label
from gui.optimizers.pictures import Pictures
from gui.optimizers.right_column import RightColumn
from gui.optimizers.stopping import stopping_sentence
from gui.optimizers.waiting import Waiting
from gui.panel_frame import PanelFrame
from gui.theme import look
from gui.worker import Cancelled, Progress, Search

IN_PLACE = 12_000  # racers × steps that are computed between two frames; more goes to a worker


def keep_looking(current: Scene, wanted: Scene) -> Scene:
    """Undo brings back choices, not how they are looked at: zoom, time and selection stay."""
    same = current.loss == wanted.loss
    return wanted.with_(
        view=current.view if same else wanted.view,
        position=min(current.position, wanted.steps),
        speed=current.speed,
        camera=current.camera,
        curve=current.curve if same else wanted.curve,
        selected=min(current.selected, max(len(wanted.racers) - 1, 0)),
    )


class OptimizersPanel(PanelFrame):
    """Controls, contour, inspector and loss curve around one document and one player."""

    LEFT = (0.205, 0.0, 380.0)
    RIGHT = (0.235, 280.0, 450.0)
    run_changed = Signal()

    def __init__(self, scene: Scene, parent: QWidget | None = None) -> None:
        super().__init__(scene, keep_looking, 10.0, parent)
        self.player.lines_in_step = self._lines_in_step
        self.run: Run | None = None
        self.stopping: Stopping | None = None  # where early stopping ends each racer of the run
        self.active: list[int] = []  # the scene's index of each racer of the run
        self.labels: list[Label] = []
        self._names: list[str] = []  # of each scene racer, as are the outcomes
        self._outcomes: list[tuple[str, str, str]] = []  # loss, kind, sentence
        self._loss: tuple[object, Loss] | None = None
        self.job = Search(self)
        self._status_step = -1
        self._between = False
        self._moved = False  # once anything has moved, the start needs no hint

        self.controls = Controls(self.document)
        self.canvas = ContourCanvas()
        self.pictures = Pictures(self.canvas)
        self.waiting = Waiting(self.canvas)
        self.right = RightColumn()
        self.inspector, self.losses = self.right.inspector, self.right.losses
        self._lay_out()

        self.document.changed.connect(self._scene_changed)
        self.player.moved.connect(self._show_moment)
        self.player.moved.connect(self._drop_hint)
        self.player.playing_changed.connect(self._say_hidden)
        self.job.progressed.connect(self.waiting.progress)
        self.waiting.cancel_wanted.connect(self.cancel)
        self.waiting.again_wanted.connect(self._recompute)
        self.canvas.resized.connect(self.waiting.place)
        self.canvas.start_moved.connect(self._move_start)
        self.canvas.held.connect(self._say_held)
        self.canvas.view_changed.connect(self._set_view)
        self.canvas.hovered.connect(self._show_hover)
        heights = self.controls.picker.heights
        heights.brush_changed.connect(self.canvas.set_brush)
        heights.brush_changed.connect(lambda _radius: self._fit_hint())
        self.canvas.brushed.connect(heights.brush)
        self.controls.branch_wanted.connect(self.branch)
        self.controls.message.connect(self.message)
        self.canvas.dropped.connect(heights.read)
        self.canvas.table_dropped.connect(self.controls.picker.tables.read)
        self.canvas.pasted.connect(heights.paste)
        self.losses.seek.connect(lambda step: self.player.seek(Position(step)))
        self.losses.looked.connect(lambda curve: self.document.look(self.scene.with_(curve=curve)))
        self.losses.picture_wanted.connect(self.picture_wanted)
        self.losses.said.connect(self.message)
        self.inspector.line_chosen.connect(self._show_line)
        self._open(scene)

    def _lay_out(self) -> None:
        self.hover = QLabel()
        self.hover.setObjectName("muted")
        self.hint = QLabel()
        self.hint.setObjectName("muted")
        for label in (self.hover, self.hint):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignRight)
        caption = QHBoxLayout()
        caption.addWidget(self.hover, 2)
        caption.addWidget(self.hint, 3)
        middle = QWidget()
        middle.setObjectName("canvasArea")
        column = QVBoxLayout(middle)
        column.setContentsMargins(12, 12, 12, 6)
        column.setSpacing(5)
        column.addWidget(self.pictures, 1)
        column.addLayout(caption)

        self._set_columns(middle)
        self._presenting = self._named = False
        self.canvas.resized.connect(self._fit_hint)
        self.pictures.camera_changed.connect(lambda camera: self.document.look(self.scene.with_(camera=camera)))
        self.pictures.hint_changed.connect(self._fit_hint)

    def _share_height(self) -> None:
        self.right.share_height(self.height(), look().scale)

    def _fit_hint(self) -> None:
        """What the mouse does, in full or not at all."""
        words = self.tr("drag: move the start · wheel: zoom · double click: whole domain")
        if self.canvas.draws:
            words = self.tr("left button: raise · right button: dig · Shift + drag: pan · wheel: zoom")
        self.hint.setText(self.pictures.hint or words)
        self.hint.setVisible(not self._presenting and self.hint.sizeHint().width() < 0.55 * self.pictures.width())

    # The scene and its run.

    def _open(self, scene: Scene) -> None:
        self._moved = False
        self.controls.close_folds()
        self._recompute()
        if self.busy:
            self._show_waiting()
        self._go_to(scene, scene.steps)  # a long race may still be on its way
        self._show_moment(self.player.position)

    def _scene_changed(self, old: Scene, new: Scene) -> None:
        computed = ("loss", "start", "steps", "racers", "fair")
        if any(getattr(old, name) != getattr(new, name) for name in computed):
            self._recompute()
        elif any(getattr(old, name) != getattr(new, name) for name in ("view", "show", "selected", "tuned", "note")):
            self._show_run()
        elif old.camera != new.camera:
            self.pictures.set_camera(new.camera)
        self.losses.set_curve(new.curve)

    def _recompute(self) -> None:
        scene = self.scene
        try:
            loss = self._loss_of(scene)
            active = [i for i, racer in enumerate(scene.racers) if racer.on]
            optimizers = [scene.racers[i].build() for i in active]
        except ValueError as error:
            self.give_up()
            self.message.emit(str(error))
            return

        def work() -> tuple[Run, Stopping | None]:
            run = run_scene(scene, loss, active, optimizers)
            return run, stopping_of(scene.loss, run)

        steps = work_of(scene)
        if steps * loss.effort <= IN_PLACE:
            self.job.stop()
            self._have_run(active, *work())
            return

        def all_work(progress: Progress, _cancelled: Cancelled) -> tuple[Run, Stopping | None]:
            if isinstance(loss, DataLoss):
                loss.prepare()
            with counted(steps, progress):
                return work()

        self.waiting.begin(alone=self.run is None)
        self.job.start(all_work, lambda found: self._have_run(active, *found), self._failed)

    def _show_waiting(self) -> None:
        """The run of another scene does not stand under this one's title."""
        self.run, self.stopping, self.active = None, None, []
        self.waiting.begin(alone=True)
        self._show_nothing(self.tr("The race is being computed …"))
        self.controls.set_statuses([("", "off", "")] * len(self.scene.racers))
        self.run_changed.emit()

    def _show_nothing(self, why: str) -> None:
        self.pictures.show_nothing(why)
        self.right.show_nothing(why)

    def _failed(self, error: Exception) -> None:
        self.waiting.end()
        if self.run is None:
            self._show_nothing(self.tr("There is no result."))
        self.message.emit(str(error))
        self.settled.emit()

    @property
    def busy(self) -> bool:
        return self.job.running

    def give_up(self) -> None:
        self.job.stop()
        self.waiting.end()

    def cancel(self) -> None:
        """End the race under way; the one before stays, and is said to be that."""
        if self.job.stop():
            if self.run is None:
                self._show_nothing(self.tr("The race is not computed."))
            self.waiting.cancelled(alone=self.run is None)
            self.settled.emit()

    def _loss_of(self, scene: Scene) -> Loss:
        # A typed formula is differentiated once, not at every drag.
        if self._loss is None or self._loss[0] != scene.loss:
            self._loss = (scene.loss, scene.loss.loss())
        return self._loss[1]

    def _have_run(self, active: list[int], run: Run, stopping: Stopping | None) -> None:
        self.waiting.end()
        self.active, self.run, self.stopping = active, run, stopping
        self.labels = labels_of(self.scene, active, run)
        self._names = card_names(self.scene, active, self.labels)
        statuses: list[tuple[str, str, str]] = [("", "off", "")] * len(self.scene.racers)
        for place, index in enumerate(active):
            kind = run.outcomes[place].kind
            statuses[index] = ("", kind, outcome_sentence(run, place))
        self._outcomes = statuses
        self._between = True  # the views still hold the run before
        self.player.set_length(run.steps)
        self._between = False
        self._show_run()
        self.settled.emit()

    def _show_run(self) -> None:
        """The run and the way it is looked at, to every view."""
        if self.run is None:
            return
        scene = self.scene
        hint = "" if self._moved or self._presenting else self.tr("start (drag me)")
        rule = rule_of_comparison(scene)
        show = msgspec.structs.replace(scene.show, legend=self._named) if self._presenting else scene.show
        subject = Subject(self.run, self.labels, show, self.selected, hint, rule, self.stopping)
        self.canvas.set_subject(subject, scene.view)
        self.pictures.set_subject(subject, scene.camera)
        self.right.set_subject(subject, scene)
        self.controls.set_names(self._names)
        self._status_step = -1
        self._show_moment(self.player.position)
        self.run_changed.emit()

    @property
    def selected(self) -> int | None:
        """The selected racer's place in the run; None while it is switched off."""
        return self.active.index(self.scene.selected) if self.scene.selected in self.active else None

    def _lines_in_step(self) -> int:
        if self.run is None or self.selected is None:
            return 1
        return len(self.run.optimizers[self.selected].rule.lines)

    # The moment.

    def _show_moment(self, position: Position) -> None:
        if self.run is None or self._between:
            return
        frame = held(frame_at(self.run, position, self.selected), self.run, self.stopping, self.selected)
        self.canvas.show_frame(frame)
        self.pictures.show_frame(frame)
        self.right.show_frame(frame)
        if position.step != self._status_step:
            self._show_statuses()

    def _show_statuses(self) -> None:
        if self.run is None:
            return
        step = self._status_step = min(self.player.position.step, self.run.steps)
        shown = list(self._outcomes)
        if not self.scene.show.outcome:
            self.controls.set_statuses([("", "off" if kind == "off" else "hidden", "") for _, kind, _ in shown])
            return
        for place, index in enumerate(self.active):
            outcome = self.run.outcomes[place]
            reached = outcome.kind != "running" and step >= outcome.step
            value = card_figure(float(self.run.values[step, place]))
            kind = outcome.kind if reached else "running"
            shown[index] = (value, kind, self._outcomes[index][2])
            if self.stopping is not None and 0 <= self.stopping.stop[place] <= step:
                kept = float(self.run.values[int(self.stopping.best[place]), place])
                shown[index] = (card_figure(kept), "stopped", stopping_sentence(self.stopping, place))
        self.controls.set_statuses(shown)

    def _drop_hint(self, position: Position) -> None:
        """Once the race is seen to have left its start, that needs no hint."""
        if not self._moved and position != Position() and self.scene.show.outcome:
            self._moved = True
            self._show_run()

    # What the user does on the canvases.

    def _move_start(self, point: tuple[float, float], gesture: object) -> None:
        if all(map(math.isfinite, point)):
            digits = max(2, 3 - math.floor(math.log10(self._view_width())))
            start = (round(_within(point[0]), digits), round(_within(point[1]), digits))
            self._moved = True
            self.document.change(self.scene.with_(start=start), self.tr("Move the start"), gesture)

    def _say_hidden(self, playing: bool) -> None:
        """Time goes on, and nothing moves in the picture. That tells no audience more than it sees."""
        if playing and not self.scene.show.outcome:
            self.message.emit(self.tr("The race is hidden: H reveals it."))

    def _say_held(self) -> None:
        self.message.emit(self.tr("Ctrl + drag moves the start while presenting."))

    def _view_width(self) -> float:
        (x0, x1), _ = self.canvas.mapping().view
        return x1 - x0

    def _set_view(self, view: Any) -> None:
        if view is None or all(abs(end) <= FAR for side in view for end in side):
            self.document.look(self.scene.with_(view=view))

    def _show_hover(self, point: tuple[float, float] | None) -> None:
        if point is None or self.run is None:
            self.hover.setText("")
            return
        x, y = point
        value = float(self.run.loss.value([x, y]))
        self.hover.setText(
            self.tr("x = {x}, y = {y}   loss {value}").format(
                x=f"{x:.4g}".replace("-", "−"), y=f"{y:.4g}".replace("-", "−"),
                value=format_number(value),
            )
        )  # fmt: skip

    def _show_line(self, line: int) -> None:
        """A click on a line of the rule: that sub-step of the step that is shown."""
        self.player.pause()
        position = self.player.position
        step = position.step if position.line else max(position.step - 1, 0)
        lines = self._lines_in_step()
        self.player.seek(Position(step + 1) if line == lines - 1 else Position(step, line + 1))

    def branch(self, index: int) -> None:
        """What if racer `index` went on with other values from this step? Its sliders then change the future."""
        self.player.pause()
        racer, step = self.scene.racers[index], min(self.player.position.step, self.scene.steps - 1)
        if racer.branch is not None and racer.branch.values:
            gone = self.tr("What if from step {step} replaces the one from step {before}; Undo brings it back.")
            self.message.emit(gone.format(step=step, before=racer.branch.step))
        changed = msgspec.structs.replace(racer, branch=BranchChoice(step, {}))
        self.document.change(
            self.scene.with_racer(index, changed), self.tr("What if, from step {step}").format(step=step)
        )

    def what_if(self) -> None:
        """What if the selected racer went on with other values from this step?"""
        if self.scene.racers:
            self.branch(self.scene.selected)

    def several_starts(self) -> None:
        """The selected racer from several starts, or from one."""
        if self.scene.racers:
            self.controls.cards[self.scene.selected].toggle_crowd()

    def compare_values(self) -> None:
        """The selected racer twice, with two learning rates, or two values of what it has first."""
        if self.scene.racers:
            names = list(self.scene.racers[self.scene.selected].method().values)
            if names:
                self.controls.compare(self.scene.selected, RATE if RATE in names else names[0])

    def toggle_curvature(self) -> None:
        """The quadratic model around the selected racer, or not."""
        self.controls.shows["curvature"].toggle()

    def toggle_racer(self, index: int) -> None:
        """The keys 1…9."""
        if index < len(self.scene.racers):
            self.controls.toggle_racer(index)

    def show_results(self) -> None:
        """The race as a table, in one window of its own beside this one."""
        from gui.optimizers.results_dialog import ResultsDialog

        shown = next((one for one in self.findChildren(ResultsDialog) if one.isVisible()), None)
        dialog = shown or ResultsDialog(self)
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def toggle_outcome(self) -> None:
        """Hide how the race goes, so that it can be guessed; or reveal it, from the start on."""
        hide, show = self.scene.show.outcome, self.scene.show
        if hide:  # the path ahead would tell everything at the reveal
            show = msgspec.structs.replace(show, outcome=False, path_ahead=False)
        else:
            show = msgspec.structs.replace(show, outcome=True)
        self.player.first()
        self.document.change(self.scene.with_(show=show), self.tr("Hide the future") if hide else self.tr("Reveal"))
        if not hide:
            self.player.play()

    def toggle_relief(self) -> None:
        """The surface in three dimensions beside the contour, or the contour alone."""
        self.controls.shows["relief"].toggle()

    def turn_relief(self, right: int, up: int) -> None:
        """The 3-D view from elsewhere."""
        if (relief := self.pictures.shown_relief()) is not None:
            relief.turn(right, up)
        else:
            self.message.emit(self.tr("There is no 3-D view to turn: V shows it."))

    def reset_view(self) -> None:
        if self.losses.hasFocus():
            self.losses.whole()
        elif self.pictures.focused() is self.canvas:
            self._set_view(None)
        else:
            self.document.look(self.scene.with_(camera=Camera()))

    def zoom(self, factor: float) -> None:
        (self.losses if self.losses.hasFocus() else self.pictures.focused()).zoom(factor)

    def set_presenting(self, presenting: bool) -> None:
        """Only pictures and formula; the racers, whose cards are hidden, are named in the picture. A press does not
        move the start by accident."""
        super().set_presenting(presenting)
        self._presenting = self._named = self.canvas.presenting = presenting
        self.inspector.rule.set_presenting(presenting)
        self._fit_hint()
        self._show_run()

    def toggle_names(self) -> None:
        """The racers' names in the picture, or not: in a presentation only for now."""
        if self._presenting:
            self._named = not self._named
            self._show_run()
        else:
            self.controls.shows["legend"].toggle()


def _within(value: float) -> float:
    """A coordinate where a scene can have one."""
    return min(max(value, -FAR), FAR)
