"""What was measured, told beside the picture: shares at this batch size, the verdict, and how far the run is."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from gui.minima.charts import basin_color
from gui.minima.subject import Subject
from gui.minima.words import basin_label, cost_of_shift, measured, shares_of, stability, tr, with_error
from gui.theme import look
from gui.widgets.side_panel import SidePanel
from gui.widgets.words import words

MOST_BASINS = 8


class Inspector(SidePanel):
    """Follows subject and place; `cancelled` when the run under way is not wanted any more."""

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column.setSpacing(9)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.clicked.connect(self.cancelled)
        self.progress = QWidget()
        row = QHBoxLayout(self.progress)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.bar, 1)
        row.addWidget(self.cancel)
        self.error = words("error")
        self.heading = words("heading")
        self.rows: list[tuple[QLabel, QLabel]] = []
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setColumnStretch(0, 1)
        for place in range(MOST_BASINS + 1):
            name, value = words("body"), QLabel()
            value.setObjectName("value")
            value.setAlignment(Qt.AlignmentFlag.AlignRight)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(name, place, 0)
            grid.addWidget(value, place, 1)
            self.rows.append((name, value))
        self.said, self.stable, self.cost, self.note = words("lead"), words("body"), words("body"), words("note")
        for part in (self.progress, self.error, self.heading):
            self.column.addWidget(part)
        self.column.addLayout(grid)
        for part in (self.said, self.stable, self.cost, self.note):
            self.column.addWidget(part)
        self.column.addStretch(1)
        self.subject: Subject | None = None
        self.place = 0
        self.error.hide()
        self.show_nothing("")
        self.show_progress(None)
        look().changed.connect(self._restyle)

    def _restyle(self) -> None:
        self.show_place(self.place)  # the names are in the theme's colours

    def set_note(self, note: str) -> None:
        """What the scene has to say."""
        self.note.setText(note)
        self.note.setVisible(bool(note))

    def set_subject(self, subject: Subject) -> None:
        """Another result."""
        self.subject = subject
        told = (measured(subject.experiment), stability(subject), cost_of_shift(subject))
        for label, text in zip((self.said, self.stable, self.cost), told, strict=True):
            label.setText(text)
            label.setVisible(bool(text))
        self.show_place(min(self.place, subject.last))

    def show_nothing(self, why: str) -> None:
        """There is no result."""
        self.subject = None
        self.heading.setText(why)
        for label in (*sum(self.rows, ()), self.said, self.stable, self.cost):
            label.hide()

    def show_place(self, place: int) -> None:
        """The shares at a batch size."""
        self.place = place
        if self.subject is None:
            return
        found = self.subject.experiment
        self.heading.setText(tr("Where paths end with B = {size}").format(size=found.batch_sizes[place]))
        shares = shares_of(found, place)
        for row, (name, value) in enumerate(self.rows):
            there = row < len(shares)
            name.setVisible(there)
            value.setVisible(there)
            if there:
                basin, share, error = shares[row]
                color = basin_color(look().theme, found, basin).name()
                name.setStyleSheet(f"color: {color}; font-weight: 600;")
                name.setText(tr("in none of them") if basin < 0 else basin_label(found, basin))
                value.setText(f"{share:.3f}" if basin < 0 else " ± ".join(with_error(share, error)))

    def show_progress(self, share: float | None) -> None:
        """How far the run is; None: there is none."""
        self.progress.setVisible(share is not None)
        self.bar.setValue(round(1000 * (share or 0.0)))

    def tell(self, problem: str) -> None:
        """Why the experiment could not be run, or nothing."""
        self.error.setText(problem)
        self.error.setVisible(bool(problem))
