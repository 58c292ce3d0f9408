"""The passes above the grids: which one runs, and a click to go there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from engine.convolution.steps import Pass
from gui.convolution.words import pass_name, short_pass_name
from gui.theme import look


class PassBar(QWidget):
    """`chosen(pass)`; `alone_wanted(on)`: only this pass on the timeline."""

    chosen = Signal(str)
    alone_wanted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("passBar")
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(6)
        self.chips: dict[Pass, QPushButton] = {}
        self.story: tuple[Pass, ...] = ()
        self.upstream = "g"
        self.alone = QPushButton(self.tr("this pass only"))
        self.alone.setCheckable(True)
        self.alone.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.alone.setToolTip(self.tr("Only this pass on the timeline"))
        self.alone.clicked.connect(self.alone_wanted)
        self.row.addWidget(self.alone)
        look().changed.connect(self._restyle)
        self._restyle()

    def set_story(self, story: Sequence[Pass], alone: bool, upstream: str = "g") -> None:
        """The passes in their order; `upstream`: the grid in which the backward ones begin."""
        self.alone.setChecked(alone)
        if tuple(story) == self.story and upstream == self.upstream:
            return
        self.story, self.upstream = tuple(story), upstream
        for chip in self.chips.values():
            self.row.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self.chips = {}
        for place, stage in enumerate(story):
            chip = QPushButton()
            chip.setToolTip(pass_name(stage, upstream))
            chip.setAccessibleName(pass_name(stage, upstream))
            chip.setObjectName("chip")
            chip.setCheckable(True)
            chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            chip.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            chip.setMinimumWidth(30)
            chip.clicked.connect(lambda _checked=False, stage=stage: self._choose(stage))
            self.row.insertWidget(place, chip)
            self.chips[stage] = chip
        self._name_chips()

    def _name_chips(self) -> None:
        """Names in full where there is room for all of them."""
        room = self.width() - self.alone.sizeHint().width() - 6 * len(self.chips)
        padding = 24 * look().scale
        for texts in self._texts():
            widths = [self.fontMetrics().horizontalAdvance(text) * 1.08 + padding for text in texts]
            if sum(widths) <= room:
                break
        for place, chip in enumerate(self.chips.values()):
            chip.setText(texts[place])
            self.row.setStretch(place, round(widths[place]))

    def _texts(self) -> Iterator[list[str]]:
        """From the longest to the shortest."""
        numbered = list(enumerate(self.chips, start=1))
        yield [f"{place}  {pass_name(stage, self.upstream)}" for place, stage in numbered]
        yield [f"{place}  {short_pass_name(stage)}" for place, stage in numbered]
        yield [short_pass_name(stage) for _, stage in numbered]
        yield [str(place) for place, _ in numbered]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._name_chips()

    def _choose(self, stage: Pass) -> None:
        self.chips[stage].setChecked(not self.chips[stage].isChecked())  # until the position is there
        self.chosen.emit(stage.value)

    def show_stage(self, stage: Pass) -> None:
        """The pass that runs; those before it are done."""
        now = self.story.index(stage) if stage in self.story else -1
        for place, chip in enumerate(self.chips.values()):
            chip.setChecked(place == now)
            done = "yes" if place < now else "no"
            if chip.property("done") != done:
                chip.setProperty("done", done)
                chip.style().polish(chip)

    def _restyle(self) -> None:
        theme = look().theme
        done = "#1b3a2b" if theme.dark else "#dcefe3"
        self.setStyleSheet(
            f"#chip {{ padding: 7px 4px; font-weight: 600; color: {theme.muted}; background: {theme.card};"
            f" border-color: {theme.line}; }}"
            f'#chip[done="yes"] {{ background: {done}; color: {theme.good}; border-color: {done}; }}'
            f"#chip:hover {{ border-color: {theme.muted}; }}"
            f"#chip:checked {{ background: {theme.ink}; color: {theme.window}; }}"
        )
        self._name_chips()
