"""The fields of the recording dialog: settings in, settings out, and a sentence under the row that is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.recording.box import Box
from gui.recording.settings import GIF_RATE, GIF_SIZE, RATES, SIZES, Settings, SettingsError
from gui.recording.timetable import LONGEST, SHORTEST
from gui.widgets.choice_box import ChoiceBox
from gui.widgets.number_box import read_number, short_text
from gui.widgets.toggle import Toggle
from gui.widgets.words import as_plain, sentence, words

GIF_CHOICES = (10, 20, 25, 50)
# The row that a setting's fault is told under.
ROWS = {"first": "steps", "last": "steps", "seconds": "length", "hold_first": "rest", "hold_last": "rest"}


class Form(QWidget):
    """`changed` after every edit; `settings()` reads it all."""

    changed = Signal()

    def __init__(
        self, settings: Settings, kind: str, length: int, is_race: bool, lecture: bool = False,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._settings, self._kind, self._lecture = settings, kind, lecture
        self.errors: dict[str, QLabel] = {}
        self.boxes: dict[str, list[Box]] = {}
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(14)
        self.grid.setVerticalSpacing(7)
        self.grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self.grid)
        column.addStretch(1)
        self.format = self._choice("format", self.tr("Format"), (
            (self.tr("MP4 video (H.264)"), "mp4"), (self.tr("WebM video (VP9)"), "webm"),
            (self.tr("Animated GIF"), "gif"), (self.tr("Folder of PNG pictures"), "png"),
        ))  # fmt: skip
        self._make_sizes()
        self.fps = self._choice("fps", self.tr("Frames a second"), [(str(rate), rate) for rate in RATES])
        first = self._box(self.tr("First step"), "0", 60)
        last = self._box(self.tr("Last step"), str(length), 60)
        self.first, self.last = first, last
        if not lecture:  # whose pages have steps of their own
            self._row("steps", self.tr("Steps"), [first, QLabel(self.tr("to")), last], [first, last])
        self._make_length()
        hold_first = self.hold_first = self._box(self.tr("Rest at the start"), "1", 48)
        hold_last = self.hold_last = self._box(self.tr("Rest at the end"), "2", 48)
        shown = [hold_first, QLabel(self.tr("s at the start,")), hold_last, QLabel(self.tr("s at the end"))]
        self._row("rest", self.tr("Rest"), shown, [hold_first, hold_last])
        self.theme = self._choice("theme", self.tr("Theme"), ((self.tr("Dark"), "dark"), (self.tr("Light"), "light")))
        self._make_toggles(is_race)
        self.show_settings(settings, kind)

    # Made once.

    def _row(
        self, name: str, text: str, shown: Sequence[QWidget], boxes: Sequence[Box] = (), stretch: bool = True
    ) -> None:
        row = self.grid.rowCount()
        label = QLabel(text)
        label.setObjectName("muted")
        self.grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignVCenter)
        line = QHBoxLayout()
        line.setSpacing(8)
        for widget in shown:
            line.addWidget(widget)
        if stretch:
            line.addStretch(1)
        self.grid.addLayout(line, row, 1)
        error = self.errors[name] = words("error")
        error.hide()
        self.grid.addWidget(error, row + 1, 1)
        self.boxes[name] = list(boxes)

    def _choice(self, name: str, text: str, items: Sequence[tuple[str, object]]) -> ChoiceBox:
        box = ChoiceBox()
        for shown, value in items:
            box.addItem(shown, value)
        box.setAccessibleName(text)
        box.activated.connect(self._edited)
        if text:
            self._row(name, text, [box], stretch=False)
        return box

    def _box(self, name: str, text: str, width: int) -> Box:
        box = Box(text)
        box.setAccessibleName(name)
        box.setAlignment(Qt.AlignmentFlag.AlignRight)
        box.setMaxLength(30)
        box.keep_width(width + 16)
        box.textEdited.connect(self._edited)
        box.brought_back.connect(self._edited)
        return box

    def _make_sizes(self) -> None:
        names = {"square": self.tr("Square"), "vertical": self.tr("Vertical")}
        items: list[tuple[str, object]] = [
            (f"{names.get(name, name)} · {w} × {h}", (w, h)) for name, (w, h) in SIZES.items()
        ]
        items += [(self.tr("Small · {w} × {h}").format(w=GIF_SIZE[0], h=GIF_SIZE[1]), GIF_SIZE)]
        self.size_box = self._choice("", "", [*items, (self.tr("Own size"), None)])
        self.size_box.setAccessibleName(self.tr("Size"))
        self.width_box = self._box(self.tr("Width"), "1920", 50)
        self.height_box = self._box(self.tr("Height"), "1080", 50)
        self.times = QLabel("×")
        boxes = [self.width_box, self.height_box]
        self._row("size", self.tr("Size"), [self.size_box, self.width_box, self.times, self.height_box], boxes)

    def _make_length(self) -> None:
        items: tuple[tuple[str, object], ...] = (
            (self.tr("as fast as it plays"), "pace"), (self.tr("in all"), "all"), (self.tr("a step"), "step"),
        )  # fmt: skip
        if self._lecture:
            page = self.tr("as it plays, {least:g} to {most:g} s a page").format(least=SHORTEST, most=LONGEST)
            items = (page, "pace"), (self.tr("in all"), "all")
        self.length_box = self._choice("", "", items)
        self.length_box.setAccessibleName(self.tr("Length"))
        self.seconds = self._box(self.tr("Seconds"), "10", 48)
        self.seconds_word = QLabel(self.tr("seconds"))
        shown = [self.seconds, self.seconds_word, self.length_box]
        self._row("length", self.tr("Length"), shown, [self.seconds])
        self.hurry = words("note")
        self.hurry.hide()
        self.grid.addWidget(self.hurry, self.grid.rowCount(), 1)

    def _make_toggles(self, is_race: bool) -> None:
        names = {
            "title": self.tr("Title"), "caption": self.tr("Note"), "formula": self.tr("Formula"),
            "legend": self.tr("Legend"), "curve": self.tr("Loss curve and data"), "lines": self.tr("Line by line"),
            "transparent": self.tr("Transparent"), "opening": self.tr("Title first"),
            "ahead": self.tr("Ending from the start"),
        }  # fmt: skip
        if self._lecture:  # whose pages have notes for the lecturer alone
            names["caption"] = self.tr("Question")
        missing = ["transparent"] if self._lecture else []
        for name in missing if is_race else [*missing, "legend", "curve", "lines"]:
            del names[name]
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(9)
        self.toggles: dict[str, Toggle] = {}
        self.toggle_words: dict[str, QLabel] = {}
        for place, (name, text) in enumerate(names.items()):
            toggle = self.toggles[name] = Toggle(text)
            toggle.toggled.connect(self._edited)
            label = self.toggle_words[name] = QLabel(text)
            row, side = divmod(place, 2)
            grid.addWidget(toggle, row, 3 * side)
            grid.addWidget(label, row, 3 * side + 1)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(4, 1)
        row = self.grid.rowCount()
        label = QLabel(self.tr("Show"))
        label.setObjectName("muted")
        self.grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        self.grid.addLayout(grid, row, 1)

    # Settings in and out.

    def kind(self) -> str:
        """The format."""
        return str(self.format.currentData())

    def show_settings(self, settings: Settings, kind: str) -> None:
        """All fields but the steps, which belong to the scene."""
        self.format.setCurrentIndex(max(self.format.findData(kind), 0))
        self._fill_rates(kind, settings.fps)
        self._show_size(settings.width, settings.height)
        way = "all" if settings.seconds is not None else "pace" if settings.step_seconds is None else "step"
        self.length_box.setCurrentIndex(self.length_box.findData(way))
        for seconds in (settings.seconds, settings.step_seconds):
            if seconds is not None:
                self.seconds.setText(short_text(seconds))
        self.hold_first.setText(short_text(settings.hold_first))
        self.hold_last.setText(short_text(settings.hold_last))
        self.theme.setCurrentIndex(max(self.theme.findData(settings.theme), 0))
        for name, toggle in self.toggles.items():
            toggle.blockSignals(True)
            toggle.setChecked(bool(getattr(settings, name)))
            toggle.blockSignals(False)
            toggle.update()
        self._settings, self._kind = settings, kind
        self._arrange()

    def _show_size(self, width: int, height: int) -> None:
        found = next((i for i in range(self.size_box.count()) if self.size_box.itemData(i) == (width, height)), -1)
        self.size_box.setCurrentIndex(found if found >= 0 else self.size_box.count() - 1)
        self.width_box.setText(str(width))
        self.height_box.setText(str(height))

    def _fill_rates(self, kind: str, fps: int | Fraction) -> None:
        rates = GIF_CHOICES if kind == "gif" else RATES
        self.fps.clear()
        for rate in rates:
            self.fps.addItem(str(rate), rate)
        nearest = min(rates, key=lambda rate: abs(rate - fps))
        self.fps.setCurrentIndex(rates.index(nearest))

    def _edited(self, *_: object) -> None:
        kind = self.kind()
        if kind != self._kind:  # what suits a GIF suits no video
            if (kind == "gif") != (self._kind == "gif"):
                self._show_size(*(GIF_SIZE if kind == "gif" else SIZES["1080p"]))
                self._fill_rates(kind, GIF_RATE if kind == "gif" else 60)
            self._kind = kind
        self._arrange()
        self.changed.emit()

    def _arrange(self) -> None:
        own = self.size_box.currentData() is None
        for shown in (self.width_box, self.times, self.height_box):
            shown.setVisible(own)
        timed = self.length_box.currentData() != "pace"
        self.seconds.setVisible(timed)
        self.seconds_word.setVisible(timed)

    def explain(self, reasons: Mapping[str, str]) -> None:
        """Switch off what would change nothing, and say why."""
        for name, toggle in self.toggles.items():
            self._switch([toggle, self.toggle_words[name]], toggle.accessibleName(), reasons.get(name, ""))
        self._switch([self.hold_first], self.hold_first.accessibleName(), reasons.get("rest", ""))
        self._switch([self.hold_last], self.hold_last.accessibleName(), reasons.get("rest", ""))
        self._switch([self.seconds], "", reasons.get("length", ""))

    @staticmethod
    def _switch(widgets: Sequence[QWidget], name: str, reason: str) -> None:
        for widget in widgets:
            widget.setEnabled(not reason)
            widget.setToolTip(as_plain(reason or name))
            widget.setAccessibleDescription(reason)

    def suggest(self, seconds: float) -> None:
        """The length that is begun with, where one of the whole is asked for."""
        self.seconds.setText(short_text(round(seconds)))

    def warn(self, sentence: str) -> None:
        """Say something of a length that is possible, in its row."""
        self.hurry.setText(sentence)
        self.hurry.setVisible(bool(sentence))

    def show_length(self, before: int, length: int) -> None:
        """The scene has another number of steps than was known; the last one stays the last one."""
        if self.last.text() == str(before):
            self.last.setText(str(length))

    def settings(self) -> Settings:
        """What the fields say. Raises SettingsError for what is no number."""
        size = self.size_box.currentData()
        if size is None:
            size = self._whole("size", self.width_box), self._whole("size", self.height_box)
        way = self.length_box.currentData()
        seconds = None if way == "pace" else self._number("length", self.seconds)
        shown = {name: toggle.isChecked() for name, toggle in self.toggles.items()}
        shown["transparent"] = shown.get("transparent", False) and self.kind() == "png"
        steps = (0, None) if self._lecture else (self._whole("steps", self.first), self._whole("steps", self.last))
        return replace(
            self._settings, width=size[0], height=size[1], fps=self.fps.currentData(),
            first=steps[0], last=steps[1],
            seconds=seconds if way == "all" else None, step_seconds=seconds if way == "step" else None,
            hold_first=self._number("rest", self.hold_first), hold_last=self._number("rest", self.hold_last),
            theme=self.theme.currentData(), **shown,
        )  # fmt: skip

    def _number(self, row: str, box: Box) -> float:
        try:
            return read_number(box.text())
        except ValueError as error:
            raise SettingsError(row, sentence(str(error))) from None

    def _whole(self, row: str, box: Box) -> int:
        number = self._number(row, box)
        if number != number or abs(number) > 1e9 or number != int(number):
            raise SettingsError(row, self.tr("A whole number is needed here."))
        return int(number)

    def complain(self, field: str, sentence: str) -> None:
        """Show a fault under its row, and no other."""
        row = ROWS.get(field, field)
        for name, label in self.errors.items():
            wrong = bool(sentence) and name == row
            label.setText(sentence if wrong else "")
            label.setVisible(wrong)
            for box in self.boxes[name]:
                if bool(box.property("wrong")) != wrong:
                    box.setProperty("wrong", wrong)
                    box.style().polish(box)
