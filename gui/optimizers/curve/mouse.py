"""Mouse and keys on the loss curve: seek, zoom, pan, the menu, and the numbers under the pointer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolTip

from engine.expressions.typeset import format_number
from engine.quantities import LOSS
from gui.optimizers.curve.menu import open_menu
from gui.optimizers.curve.words import name_of
from gui.widgets.words import as_plain

if TYPE_CHECKING:
    from gui.optimizers.loss_canvas import LossCanvas

BOTH, STEPS, HEIGHTS = (True, True), (True, False), (False, True)  # axes
PANNED = 40.0  # pixels by a key
PANS = {
    Qt.Key.Key_Left: (PANNED, 0.0), Qt.Key.Key_Right: (-PANNED, 0.0),
    Qt.Key.Key_Up: (0.0, PANNED), Qt.Key.Key_Down: (0.0, -PANNED),
}  # fmt: skip
HEARD = {
    QEvent.Type.Wheel, QEvent.Type.ContextMenu, QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride,
    QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease,
    QEvent.Type.MouseButtonDblClick,
}  # fmt: skip
ALT, SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


def tr(text: str) -> str:
    return QCoreApplication.translate("LossCanvas", text)


@dataclass
class _Drag:
    """What goes on while a button is held: a seek, or a pan of some axes."""

    seeks: bool
    axes: tuple[bool, bool]
    begin: QPointF
    last: QPointF
    moved: bool = False


class Mouse:
    """Tells the canvas what its user wants."""

    def __init__(self, canvas: LossCanvas) -> None:
        self.canvas = canvas
        self._drag: _Drag | None = None
        self._before: int | None = None  # the step at which a double click began

    def takes(self, event: QEvent) -> bool:
        """Whether the event meant something here; then it is accepted."""
        if self.canvas.subject is None or self.canvas.shown is None:
            return False
        kind, taken = event.type(), False
        if isinstance(event, QWheelEvent):
            self._wheel(event)
            taken = True
        elif isinstance(event, QContextMenuEvent):
            if event.reason() != QContextMenuEvent.Reason.Mouse:  # the mouse opens it at its release
                self._menu(self.canvas.mapToGlobal(self.canvas.rect().center()))
            taken = True
        elif isinstance(event, QKeyEvent):
            taken = self._key(event)
        elif isinstance(event, QMouseEvent):
            parts = {
                QEvent.Type.MouseButtonPress: self._press, QEvent.Type.MouseMove: self._move,
                QEvent.Type.MouseButtonRelease: self._release, QEvent.Type.MouseButtonDblClick: self._double,
            }  # fmt: skip
            if kind in parts:
                parts[kind](event)
                taken = True
        if taken:
            event.accept()
        return taken

    # The mouse.

    def axes_at(self, place: QPointF) -> tuple[bool, bool]:
        """The axis that is there, or both."""
        area = self.canvas.plot.area
        if place.x() < area.left() and area.top() <= place.y() <= area.bottom():
            return HEIGHTS
        if place.y() > area.bottom() and place.x() >= area.left():
            return STEPS
        return BOTH

    def step_at(self, x: float) -> int:
        """The step that is drawn at a pixel, or the nearest that is seen."""
        subject, plot = self.canvas.subject, self.canvas.plot
        assert subject is not None
        share = (x - plot.area.left()) / max(plot.area.width(), 1.0)
        low, high = plot.view.viewRange()[0]
        return min(max(round(low + min(max(share, 0.0), 1.0) * (high - low)), 0), subject.run.steps)

    def _press(self, event: QMouseEvent) -> None:
        place = event.position()
        axes = self.axes_at(place)
        seeks = event.button() == LEFT and axes == BOTH and not event.modifiers() & SHIFT
        if seeks:
            self._before = self.canvas.shown.position.step if self.canvas.shown is not None else None
            self.canvas.seek.emit(self.step_at(place.x()))
        self._drag = _Drag(seeks, axes if event.button() == LEFT else BOTH, place, place)

    def _move(self, event: QMouseEvent) -> None:
        drag, place = self._drag, event.position()
        if drag is None or not event.buttons():
            shape = {STEPS: Qt.CursorShape.SizeHorCursor, HEIGHTS: Qt.CursorShape.SizeVerCursor}
            self.canvas.setCursor(shape.get(self.axes_at(place), Qt.CursorShape.ArrowCursor))
        elif drag.seeks:
            self.canvas.seek.emit(self.step_at(place.x()))
        elif drag.moved or (place - drag.begin).manhattanLength() >= QApplication.startDragDistance():
            by = place - drag.last
            drag.moved, drag.last = True, place
            self.canvas.pan(by.x(), by.y(), drag.axes)
        self._tell(event)

    def _release(self, event: QMouseEvent) -> None:
        drag, self._drag = self._drag, None
        if drag is not None and event.button() == RIGHT and not drag.moved:
            self._menu(event.globalPosition().toPoint())

    def _double(self, event: QMouseEvent) -> None:
        if event.button() != LEFT:
            self._press(event)
            return
        axes = self.axes_at(event.position())
        # The first press of the two has moved the time: put it back, then show everything.
        if axes == BOTH and self._before is not None:
            self.canvas.seek.emit(self._before)
        self._before = None
        self.canvas.whole(axes)

    def _wheel(self, event: QWheelEvent) -> None:
        by = event.angleDelta().y() or event.angleDelta().x()
        self.canvas.zoom(1.0015**-by, event.position(), self.axes_at(event.position()))

    def _menu(self, place: QPoint) -> None:
        if self.canvas.tells:
            open_menu(self.canvas, place)

    def _tell(self, event: QMouseEvent) -> None:
        """Every racer's value at the step under the pointer, the lowest first."""
        subject, content = self.canvas.subject, self.canvas.content
        if subject is None or content is None or not subject.labels or not self.canvas.tells:
            return
        step = self.step_at(event.position().x())
        if step > self.canvas.last:
            return
        lines = [tr("step {step}").format(step=step)]
        if content.quantity != LOSS:
            lines.append(name_of(content.quantity))
        for racer in np.argsort(content.values[step]):
            value = float(content.values[step, racer])
            if np.isnan(value) and content.quantity != LOSS:
                continue
            lines.append(f"{subject.labels[racer].name}: {format_number(value)}")
            if subject.stopping is not None and racer == subject.selected and content.quantity == LOSS:
                number = format_number(subject.stopping.validation[step, racer])
                lines.append(tr("  validation: {number}").format(number=number))
        QToolTip.showText(event.globalPosition().toPoint(), as_plain("\n".join(lines)), self.canvas)

    # Keys.

    def _key(self, event: QKeyEvent) -> bool:
        pans = event.modifiers() == ALT and event.key() in PANS
        if event.type() == QEvent.Type.ShortcutOverride:  # elsewhere these keys turn the 3-D view
            return pans
        if event.type() != QEvent.Type.KeyPress:
            return False
        if pans:
            self.canvas.pan(*PANS[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_F10 and event.modifiers() == SHIFT:
            self._menu(self.canvas.mapToGlobal(self.canvas.rect().center()))
        else:
            return False
        return True
