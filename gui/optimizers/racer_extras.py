"""What modifies any method: a learning-rate schedule, with its curve, and gradient clipping."""

from __future__ import annotations

from collections.abc import Hashable

import msgspec
import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from engine.clipping import NORM
from engine.scene import RacerChoice, ScheduleChoice
from engine.schedules import SCHEDULES, Schedule
from gui.painting import painting
from gui.theme import look
from gui.widgets.choice_box import ChoiceBox
from gui.widgets.number_field import NumberField
from gui.widgets.toggle import Toggle
from gui.widgets.words import sentence, words

PLAIN = "constant"


class RacerExtras(QWidget):
    """`changed(choice, text, gesture)` with another schedule or clipping."""

    changed = Signal(object, str, object)

    def __init__(self, choice: RacerChoice, steps: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = choice
        self.fields: dict[str, NumberField] = {}
        self._key = ""
        self.schedule = ChoiceBox()
        self.schedule.setAccessibleName(self.tr("Learning-rate schedule"))
        for key, schedule in SCHEDULES.items():
            self.schedule.addItem(schedule.name, key)
            self.schedule.setItemData(
                self.schedule.count() - 1, f"{schedule.summary}\n{schedule.source}", Qt.ItemDataRole.ToolTipRole
            )
        self.schedule.activated.connect(self._choose)
        self.curve = ScheduleCurve()
        self.clip = Toggle(self.tr("Clip the gradient"))
        self.clip.clicked.connect(self._clip)
        self.norm = NumberField(NORM, NORM.default)
        self.norm.edited.connect(self._set_norm)
        self.error = words("error")
        self.error.hide()
        row = QHBoxLayout()
        label = QLabel(self.tr("rate"))
        label.setObjectName("muted")
        row.addWidget(label)
        row.addWidget(self.schedule, 1)
        clip = QHBoxLayout()
        name = QLabel(self.tr("clip the gradient to a norm"))
        name.setObjectName("muted")
        clip.addWidget(self.clip)
        clip.addWidget(name, 1)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(5)
        self.column.addLayout(row)
        self.column.addWidget(self.curve)
        self.column.addLayout(clip)
        self.column.addWidget(self.norm)
        self.column.addWidget(self.error)
        self.show_choice(choice, steps)

    def show_choice(self, choice: RacerChoice, steps: int) -> None:
        """Follow the scene."""
        self.choice = choice
        schedule = (choice.schedule or ScheduleChoice()).build()
        self.schedule.setCurrentIndex(self.schedule.findData(schedule.key))
        if schedule.key != self._key:
            self._make_fields(schedule)
        for name, field in self.fields.items():
            field.set_value(schedule.values[name])
        self.curve.setVisible(schedule.key != PLAIN)
        self.curve.show_schedule(schedule, steps)
        self.clip.setChecked(choice.clipping is not None)
        self.norm.setVisible(choice.clipping is not None)
        if choice.clipping is not None:
            self.norm.set_value(choice.clipping)
        self.error.hide()

    def set_color(self, color: QColor) -> None:
        self.curve.color = self.clip.color = color
        for field in (*self.fields.values(), self.norm):
            field.set_color(color)
        self.update()

    def _make_fields(self, schedule: Schedule) -> None:
        self._key = schedule.key
        for field in self.fields.values():
            self.column.removeWidget(field)
            field.hide()
            field.deleteLater()
        self.fields = {}
        for place, parameter in enumerate(schedule.parameters):
            field = NumberField(parameter, schedule.values[parameter.name])
            field.edited.connect(lambda value, gesture, name=parameter.name: self._set(name, value, gesture))
            if self.curve.color is not None:
                field.set_color(self.curve.color)
            self.column.insertWidget(2 + place, field)
            self.fields[parameter.name] = field

    def _choose(self, place: int) -> None:
        key = str(self.schedule.itemData(place))
        self._try(None if key == PLAIN else ScheduleChoice(key), self.tr("Change the schedule"), None)

    def _set(self, name: str, value: float, gesture: Hashable) -> None:
        before = self.choice.schedule or ScheduleChoice(self._key)
        self._try(
            ScheduleChoice(before.key, dict(before.values) | {name: value}), self.tr("Change the schedule"), gesture
        )

    def _try(self, schedule: ScheduleChoice | None, text: str, gesture: Hashable) -> None:
        self._emit(msgspec.structs.replace(self.choice, schedule=schedule), text, gesture)

    def _clip(self, on: bool) -> None:
        norm = NORM.default if on else None
        self._emit(msgspec.structs.replace(self.choice, clipping=norm), self.tr("Clip the gradient"), None)

    def _set_norm(self, value: float, gesture: Hashable) -> None:
        self._emit(msgspec.structs.replace(self.choice, clipping=value), self.tr("Clip the gradient"), gesture)

    def _emit(self, choice: RacerChoice, text: str, gesture: Hashable) -> None:
        """Tell it, unless this method cannot be modified so."""
        try:
            choice.build()
        except ValueError as error:
            self.show_choice(self.choice, self.curve.steps)
            message = str(error).removeprefix("schedule: ")
            self.error.setText(sentence(message))
            self.error.show()
            return
        self.changed.emit(choice, text, gesture)


class ScheduleCurve(QWidget):
    """The rate against the step, as a share of η."""

    def __init__(self) -> None:
        super().__init__()
        self.schedule = SCHEDULES[PLAIN]
        self.steps = 1
        self.color: QColor | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Learning rate against step"))
        look().changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(120, round(look().px(44)))

    def show_schedule(self, schedule: Schedule, steps: int) -> None:
        self.schedule, self.steps = schedule, steps
        self.setToolTip(schedule.summary)
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        theme = look().theme
        with painting(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            area = QRectF(self.rect()).adjusted(1, 3, -1, -3)
            painter.setPen(QPen(theme.color("line"), 1))
            painter.drawLine(area.bottomLeft(), area.bottomRight())
            steps = np.unique(np.linspace(1, max(self.steps, 2), min(self.steps + 1, 400)).round())
            factors = np.nan_to_num(self.schedule.factor(steps))
            top = max(float(factors.max()), 1e-12)
            path = QPainterPath()
            for place, (x, y) in enumerate(zip(steps / steps[-1], factors / top, strict=True)):
                point = QPointF(area.left() + float(x) * area.width(), area.bottom() - float(y) * area.height())
                if place:
                    path.lineTo(point)
                else:
                    path.moveTo(point)
            painter.setPen(QPen(self.color or theme.color("accent"), 2))
            painter.drawPath(path)
