"""The selected racer at this moment: its rule with numbers, and what those numbers amount to."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from engine.curvature import largest_eigenvalue, rate_limit
from engine.descent import Run, step_length
from engine.frames import Frame, distance_to_minimum
from engine.results import evaluations
from gui.optimizers.explain import crawl_sentence, outcome_sentence, stability_sentence
from gui.optimizers.figures import figure, point_figure
from gui.optimizers.rule_view import RuleView
from gui.widgets.scroll_column import ScrollColumn
from gui.widgets.words import capitalised, sentence, words

FIGURES = (
    "loss", "gradient", "step", "minimum", "curvature", "limit", "rate_x", "rate_y", "evaluations", "nearest"
)  # fmt: skip


class Inspector(ScrollColumn):
    """Shows one racer of a run at one moment."""

    line_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.run: Run | None = None
        self.racer: int | None = None
        self.has_outcome = True
        self.has_curvature = False
        self._shown: object = None
        self._followed: object = None  # the racer and the line that were scrolled to
        self._following = False  # until the user scrolls
        self.verticalScrollBar().rangeChanged.connect(self._follow)
        self.verticalScrollBar().actionTriggered.connect(self._stop_following)
        self.set_margins(bottom=8)
        column = self.column
        column.setSpacing(8)
        self.heading = words("heading")
        self.rule = RuleView()
        self.rule.line_chosen.connect(self.line_chosen)
        self.outcome = words("note")
        column.addWidget(self.heading)
        column.addWidget(self.rule)
        column.addLayout(self._make_figures())
        column.addWidget(self.outcome)
        self.why = words("note")
        column.addWidget(self.why)
        self.note = words("note")
        column.addWidget(self.note)
        column.addStretch(1)

    def _make_figures(self) -> QGridLayout:
        names = {
            "loss": (self.tr("loss"), self.tr("The loss at the racer's point")),
            # The interface's font has no ‖.
            "gradient": ("||\u2009g\u2009||", self.tr("Length of the gradient there")),
            "step": (self.tr("step"), self.tr("How far this step moved")),
            "minimum": (self.tr("distance"), self.tr("Distance to the nearest marked minimum")),
            "curvature": (
                "λmax",
                self.tr("Largest curvature there: the Hessian's largest eigenvalue"),
            ),
            "limit": (
                self.tr("η limit"),
                self.tr("On this curvature a larger learning rate diverges"),
            ),
            "rate_x": (
                self.tr("rate x"),
                self.tr("Step divided by gradient along x: the effective rate"),
            ),
            "rate_y": (
                self.tr("rate y"),
                self.tr("Step divided by gradient along y: the effective rate"),
            ),
            "evaluations": (
                self.tr("gradients"),
                self.tr("Gradients computed so far; a Hessian counts as two"),
            ),
            "nearest": (self.tr("nearest"), self.tr("The nearest marked minimum (x, y)")),
        }
        grid = QGridLayout()
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(4)
        self.figures: dict[str, QLabel] = {}
        for index, key in enumerate(FIGURES):
            name, meaning = names[key]
            label, value = QLabel(name), QLabel()
            label.setObjectName("muted")
            value.setObjectName("value")
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            value.setAlignment(Qt.AlignmentFlag.AlignRight)
            value.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            label.setToolTip(meaning)
            value.setToolTip(meaning)
            row, side = divmod(index, 2)
            grid.addWidget(label, row, 3 * side)
            grid.addWidget(value, row, 3 * side + 1)
            self.figures[key] = value
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(4, 1)
        grid.setColumnMinimumWidth(2, 4)
        return grid

    def set_run(
        self, run: Run, racer: int | None, note: str = "", outcome: bool = True, curvature: bool = False
    ) -> None:
        """`note` is what the scene has to say; without `outcome` only the rule itself is shown, with `curvature`
        the learning rate is judged by it."""
        self.has_curvature = curvature
        self.note.setText(note)
        self.note.setVisible(bool(note) and outcome)
        self.run, self.racer, self.has_outcome, self._shown = run, racer, outcome, None

    def show_nothing(self, why: str) -> None:
        """There is no run."""
        self.run = self.racer = self._shown = None
        self.heading.setText(why)
        self.rule.set_rule(None)
        self.note.hide()
        self._show_nothing()

    def show_frame(self, frame: Frame) -> None:
        run, racer = self.run, self.racer
        now = (id(run), racer, frame.shown_step, frame.shown_line, frame.position.step)
        if now == self._shown:
            return  # only on the way between two steps
        self._shown = now
        if run is None or racer is None:
            self.heading.setText(self.tr("Choose a racer that is switched on to see its rule at work."))
            self.rule.set_rule(None)
            self._show_nothing()
            return
        history = run.histories[racer]
        optimizer = run.optimizers[racer]
        if not self.has_outcome:
            self.heading.setText(optimizer.name)
            self.rule.set_rule(optimizer.rule)
            self.rule.show_step(history, 0, 0)
            self._show_nothing()
            return
        step = min(frame.shown_step, history.steps)
        place = self.tr("at the start") if step == 0 else self.tr("at step {step}").format(step=step)
        convention = self.tr(" · PyTorch convention") if optimizer.convention == "pytorch" else ""
        self.heading.setText(f"{optimizer.name} {place}{convention}")
        self.rule.show_step(history, step, frame.shown_line)
        lit = optimizer.name, racer, self.rule.lit
        if lit != self._followed:
            self._following, self._followed = True, lit
        self._follow()
        self._show_figures(run, racer, frame)
        ended = outcome_sentence(run, racer) if frame.racers[racer].state != "running" else ""
        self.outcome.setText(capitalised(ended))
        self.outcome.setVisible(bool(ended))
        now_at = frame.racers[racer].step
        why = [stability_sentence(run, racer, now_at)] if self.has_curvature and not ended else []
        why += [crawl_sentence(run, racer)] if now_at >= run.outcomes[racer].step else []
        said = [sentence(part) for part in why if part]
        self.why.setText(" ".join(said))
        self.why.setVisible(bool(said))

    def _stop_following(self, _action: int) -> None:
        self._following = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._follow()

    def _follow(self) -> None:
        """The rule from its beginning, as far as the line that has just been lit is in sight; once more when another
        rule has got its height."""
        if self._following:
            area = self.rule.line_area(self.rule.lit) if self.rule.lit >= 0 else QRectF()
            top = self.rule.y() + round(area.top()) if area.isValid() else 0
            below = top + round(area.height()) - self.viewport().height()
            self.verticalScrollBar().setValue(min(max(0, below), top))

    def _show_nothing(self) -> None:
        for value in self.figures.values():
            value.setText("–")
        for label in (self.outcome, self.why):
            label.setText("")
            label.hide()

    def _show_figures(self, run: Run, racer: int, frame: Frame) -> None:
        step = frame.racers[racer].step
        optimizer = run.histories[racer].optimizer_at(step + 1)
        point = (float(run.points[step, racer, 0]), float(run.points[step, racer, 1]))
        curvature = largest_eigenvalue(run.loss, point)
        limit = rate_limit(optimizer, curvature)
        figures = {
            "loss": float(run.values[step, racer]),
            "gradient": math.hypot(*run.gradients[step, racer]),
            "step": step_length(run, racer, step),
            "minimum": distance_to_minimum(run, point),
            "curvature": curvature,
            "limit": math.nan if limit is None else limit,
        }
        for axis, key in enumerate(("rate_x", "rate_y")):
            figures[key] = math.nan
            if step:
                moved = run.points[step, racer, axis] - run.points[step - 1, racer, axis]
                slope = float(run.gradients[step - 1, racer, axis])
                figures[key] = float(-moved / slope) if slope else math.nan
        for key, number in figures.items():
            self.figures[key].setText(figure(number))
        self.figures["evaluations"].setText(str(evaluations(run, racer, step)))
        self.figures["nearest"].setText(_nearest(run, point))


def _nearest(run: Run, point: tuple[float, float]) -> str:
    minima = run.loss.minima
    if not len(minima):
        return "–"
    x, y = minima[np.argmin(np.hypot(*(minima - point).T))]
    return point_figure((float(x), float(y)))
