"""What the monkey does with a mouse or a touchpad, anywhere in its windows."""

from __future__ import annotations

from random import Random

from PySide6.QtCore import QCoreApplication, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QWheelEvent
from PySide6.QtTest import QTest

from tests.stress.monkey_stage import Deed, Stage, name, target, within

MODIFIERS = (Qt.KeyboardModifier.NoModifier,) * 6 + (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)
BUTTONS = (Qt.MouseButton.LeftButton,) * 6 + (Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton)


def click(rng: Random, stage: Stage) -> Deed | None:
    found = target(rng, stage)
    if found is None:
        return None
    widget, at, window = found
    button, modifier, double = rng.choice(BUTTONS), rng.choice(MODIFIERS), rng.random() < 0.15

    def deed() -> None:
        QTest.mouseMove(window, within(window, at))
        (QTest.mouseDClick if double else QTest.mouseClick)(window, button, modifier, within(window, at))
        stage.answered()

    how = "double click" if double else "click"
    return f"{how} {button.name} {modifier.name} on {name(widget)} at {at.x()}, {at.y()}", deed


def drag(rng: Random, stage: Stage) -> Deed | None:
    found = target(rng, stage)
    if found is None:
        return None
    widget, at, window = found
    button, modifier = rng.choice(BUTTONS), rng.choice(MODIFIERS)
    reach = rng.choice((10, 60, 400))
    points = [at + QPoint(rng.randint(-reach, reach), rng.randint(-reach, reach)) for _ in range(rng.choice((1, 3, 8)))]

    def deed() -> None:
        QTest.mousePress(window, button, modifier, within(window, at))
        stage.answered()
        for point in points:
            QTest.mouseMove(window, within(window, point))
            stage.answered()
        QTest.mouseRelease(window, button, modifier, within(window, points[-1]))
        stage.answered()

    return (
        f"drag {button.name} {modifier.name} from {name(widget)} at {at.x()}, {at.y()} over {len(points)} points",
        deed,
    )


def hover(rng: Random, stage: Stage) -> Deed | None:
    found = target(rng, stage)
    if found is None:
        return None
    widget, at, window = found

    def deed() -> None:
        for step in range(4):
            QTest.mouseMove(window, within(window, at + QPoint(3 * step, step)))
            stage.answered()

    return f"move over {name(widget)} at {at.x()}, {at.y()}", deed


def wheel(rng: Random, stage: Stage) -> Deed | None:
    found = target(rng, stage)
    if found is None:
        return None
    widget, at, window = found
    touchpad, modifier = rng.random() < 0.4, rng.choice(MODIFIERS)
    turns = [rng.choice((-1, 1)) * rng.choice((1, 8, 40, 120, 120, 480)) for _ in range(rng.choice((1, 3, 20)))]
    if rng.random() < 0.5:
        turns = [abs(turn) for turn in turns]  # ever in

    def deed() -> None:
        for turn in turns:
            pixels = QPoint(0, turn) if touchpad else QPoint()
            spot, everywhere = QPointF(at), QPointF(window.mapToGlobal(at))
            none, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
            event = QWheelEvent(spot, everywhere, pixels, QPoint(0, turn), none, modifier, phase, False)
            QCoreApplication.sendEvent(window, event)
            stage.answered()

    kind = "touchpad" if touchpad else "wheel"
    return f"{kind} {modifier.name} {turns[:4]} ({len(turns)}) over {name(widget)} at {at.x()}, {at.y()}", deed


def context_menu(rng: Random, stage: Stage) -> Deed | None:
    found = target(rng, stage)
    if found is None:
        return None
    widget, at, _window = found
    local = widget.mapFrom(widget.window(), at)

    def deed() -> None:
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, local, widget.mapToGlobal(local))
        QCoreApplication.sendEvent(widget, event)
        stage.answered()

    return f"context menu of {name(widget)}", deed
