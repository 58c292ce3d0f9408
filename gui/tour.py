"""A tour of the window: an outline around one control after the other, and a bubble that tells of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from gui.painting import painting
from gui.theme import look
from gui.widgets.words import words

WIDEST, NARROWEST = 340, 190  # pixels of the bubble's text at scale 1
GAP, GROWN = 12, 5  # pixels from the outline to the bubble, and around the control
AROUND_START = (160, 70)  # pixels beside and above the start that stand for the contour: the racers' names, too


@dataclass(frozen=True)
class Stop:
    """A sentence, and the control that it is true of; the outline may be around a part of that."""

    text: str
    control: QWidget
    part: Callable[[], QRect] | None = None

    def area(self, window: QWidget) -> QRect:
        """Where it is in the window, as far as it is seen."""
        seen = self.control.visibleRegion().boundingRect()
        area = seen if self.part is None else self.part() & seen
        area.moveTopLeft(self.control.mapTo(window, area.topLeft()))
        return area.adjusted(-GROWN, -GROWN, GROWN, GROWN) & window.rect()


class Tour(QObject):
    """Stands on a window, blocks nothing of it and changes nothing in it. `ended` when nobody wants it any more."""

    ended = Signal()

    def __init__(self, window: Any) -> None:
        super().__init__(window)
        self.window = window
        self.place = 0
        self.stops = [stop for stop in self._all() if stop.control.isVisible()]
        self.outline = _Outline(window)
        self.bubble = Bubble(window)
        self.bubble.forward.connect(lambda: self.go(1))
        self.bubble.backward.connect(lambda: self.go(-1))
        self.bubble.unwanted.connect(self.ended)
        self._later = QTimer(self)  # once the window has laid itself out
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._arrange)
        look().changed.connect(self._later.start)
        window.installEventFilter(self)
        self.go(0)

    def _all(self) -> list[Stop]:
        window, panel, transport = self.window, self.window.panel, self.window.transport
        stops = [
            Stop(self.tr("Press this, or Space: all racers take their steps together."), transport.play),
            Stop(
                self.tr("Drag here, or press ← and →: every moment can be seen again."),
                transport.scrubber,
            ),
        ]
        if panel.run is not None and not panel.canvas.draws:
            text = self.tr("Press or drag on the contour: the race starts there, and every path is computed anew.")
            stops.append(Stop(text, panel.canvas, self._around_start))
        if panel.controls.cards:
            text = self.tr("A slider changes this racer's path at once. The switch takes it out of the race.")
            stops.append(Stop(text, panel.controls.cards[panel.scene.selected]))
        text = self.tr("The selected racer's rule with this step's numbers. A click on a line goes to that line.")
        stops.append(Stop(text, panel.right.inspector.rule))
        text = self.tr("Here are the examples and lectures, each ready to play. “?” at the right lists all keys.")
        stops.append(Stop(text, window.header.examples))
        return stops

    def _around_start(self) -> QRect:
        canvas = self.window.panel.canvas
        mapping, (x, y) = canvas.mapping(), self.window.panel.scene.start
        wide, high = (round(pixels * look().scale) for pixels in AROUND_START)
        middle = QPoint(round(mapping.x(x)), round(mapping.y(y)))
        if not canvas.rect().adjusted(high, high, -high, -high).contains(middle):
            middle = canvas.rect().center()
        return QRect(middle - QPoint(wide, high), QSize(2 * wide, 2 * high))

    def go(self, by: int) -> None:
        """`by` stops on; after the last one it ends."""
        if self.place + by >= len(self.stops):
            self.ended.emit()
            return
        self.place = max(self.place + by, 0)
        stop = self.stops[self.place]
        self.bubble.show_stop(stop.text, self.place, len(self.stops))
        self._bring_in_sight(stop.control)
        self._arrange()
        self.bubble.setFocus()  # none of its buttons: Space plays, as the first stop says

    @staticmethod
    def _bring_in_sight(control: QWidget) -> None:
        above = control.parentWidget()
        while above is not None:
            if isinstance(above, QScrollArea):
                above.ensureWidgetVisible(control)
            above = above.parentWidget()

    def _arrange(self) -> None:
        stop = self.stops[self.place]
        if not stop.control.isVisible():
            self.ended.emit()
            return
        area = stop.area(self.window)
        self.outline.setGeometry(area)
        self.bubble.stand_beside(area, self.window.rect())
        for widget in (self.outline, self.bubble):
            widget.show()
            widget.raise_()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._later.start(0)
        return False

    def take_off(self) -> None:
        """Leave the window as it was."""
        self._later.stop()
        self.window.removeEventFilter(self)
        if self.bubble.isAncestorOf(self.window.focusWidget() or self.window):
            self.window.panel.canvas.setFocus()
        for widget in (self.outline, self.bubble):
            widget.hide()
            widget.deleteLater()
        self.deleteLater()


class Bubble(QFrame):
    """A sentence, which one of how many it is, and three buttons."""

    forward = Signal()
    backward = Signal()
    unwanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("bubble")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Tour: Enter goes on, Escape ends it"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.text = words("bubbleText")
        self.number = QLabel()
        self.number.setObjectName("muted")
        self.skip, self.back = QPushButton(self.tr("Skip")), QPushButton(self.tr("Back"))
        self.next = QPushButton()
        self.next.setObjectName("primary")
        self.skip.clicked.connect(lambda _=False: self.unwanted.emit())
        self.back.clicked.connect(lambda _=False: self.backward.emit())
        self.next.clicked.connect(lambda _=False: self.forward.emit())
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.skip)
        row.addStretch(1)
        row.addWidget(self.back)
        row.addWidget(self.next)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(14, 10, 14, 12)
        self.column.addWidget(self.number)
        self.column.addWidget(self.text)
        self.column.addLayout(row)

    def show_stop(self, text: str, place: int, many: int) -> None:
        """Tell of one control."""
        self.text.setText(text)
        self.number.setText(self.tr("{n} of {many}").format(n=place + 1, many=many))
        self.setAccessibleDescription(text)
        self.back.setEnabled(place > 0)
        last = place == many - 1
        self.next.setText(self.tr("Done") if last else self.tr("Next"))

    def stand_beside(self, area: QRect, room: QRect) -> None:
        """Beside, below or above `area`, as wide as there is room for, and on nothing of it."""
        self.ensurePolished()
        least = max(self.column.minimumSize().width(), round(look().px(NARROWEST)))
        most = max(round(look().px(WIDEST)), least)
        sides = (
            QRect(area.right() + GAP, room.top(), room.right() - area.right() - GAP, room.height()),
            QRect(room.left(), room.top(), area.left() - GAP - room.left(), room.height()),
            QRect(room.left(), area.bottom() + GAP, room.width(), room.bottom() - area.bottom() - GAP),
            QRect(room.left(), room.top(), room.width(), area.top() - GAP - room.top()),
        )
        for width in (most, (most + least) // 2, least):
            size = QSize(width, self.column.totalHeightForWidth(width))
            for side in sides:
                if side.width() >= size.width() and side.height() >= size.height():
                    self.setGeometry(_within(side, area.center(), size))
                    return
        side = max(sides, key=lambda one: one.width() * one.height())
        self.setGeometry(_within(side, area.center(), size))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focused = self.focusWidget()
            (focused if isinstance(focused, QPushButton) else self.next).click()
        elif event.key() == Qt.Key.Key_Escape:
            self.unwanted.emit()
        else:
            super().keyPressEvent(event)


def _within(side: QRect, middle: QPoint, size: QSize) -> QRect:
    """A rectangle of that size in `side`, as near to `middle` as can be."""
    x = min(max(middle.x() - size.width() // 2, side.left()), max(side.right() - size.width(), side.left()))
    y = min(max(middle.y() - size.height() // 2, side.top()), max(side.bottom() - size.height(), side.top()))
    return QRect(QPoint(x, y), size)


class _Outline(QWidget):
    """A quiet line around a control; the mouse goes through it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def paintEvent(self, _: QPaintEvent) -> None:
        with painting(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(look().theme.color("accent"), 2.5))
            painter.drawRoundedRect(self.rect().adjusted(2, 2, -2, -2), 8, 8)
