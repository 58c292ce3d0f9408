"""The one clock: which moment is shown. The screen asks it for time; a recorder sets it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

from engine.frames import Position

SPEEDS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
FRAME_MS = 16
STALL_MS = 250  # between two frames: a longer time is a machine that slept, and no time that passed


class Player(QObject):
    """Owns the position (step, line, fraction) on a timeline of `length` steps.

    While playing, the position is computed from the time since play was pressed, so a late frame skips
    ahead instead of slowing down, and nothing depends on how often the timer ticks. Only while the whole app stands
    still for longer than STALL_MS, time stands still, too.
    """

    moved = Signal(object)  # Position
    playing_changed = Signal(bool)
    settings_changed = Signal()  # length, speed or loop

    def __init__(self, rate: float = 10.0, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rate = rate  # steps a second at speed 1
        self._length, self._speed, self._loop = 0, 1.0, False
        self._position = Position()
        self._from = 0.0
        self.lines_in_step: Callable[[], int] = lambda: 1
        self._clock = QElapsedTimer()
        self._seen, self._stalled = 0, 0  # milliseconds of it: at the last frame, and lost in stalls
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._tick)

    @property
    def position(self) -> Position:
        return self._position

    @property
    def length(self) -> int:
        return self._length

    @property
    def speed(self) -> float:
        return self._speed

    @property
    def loop(self) -> bool:
        return self._loop

    @property
    def playing(self) -> bool:
        return self._timer.isActive()

    def set_length(self, length: int) -> None:
        """The number of steps; a position beyond the end moves to the end."""
        if length != self._length:
            self._length = length
            self.settings_changed.emit()
            if self._position.step >= length:
                self.seek(Position(length))

    def set_speed(self, speed: float) -> None:
        if speed != self._speed:
            self._restart_clock()
            self._speed = speed
            self.settings_changed.emit()

    def set_loop(self, loop: bool) -> None:
        if loop != self._loop:
            self._loop = loop
            self.settings_changed.emit()

    def faster(self) -> None:
        self.set_speed(next((s for s in SPEEDS if s > self._speed), SPEEDS[-1]))

    def slower(self) -> None:
        self.set_speed(next((s for s in reversed(SPEEDS) if s < self._speed), SPEEDS[0]))

    def seek(self, position: Position) -> None:
        """Go to a moment; playing goes on from there."""
        step = min(max(position.step, 0), self._length)
        at_end = step == self._length
        position = Position(step, 0 if at_end else position.line, 0.0 if at_end else position.fraction)
        if position != self._position:
            self._position = position
            self._restart_clock()
            self.moved.emit(position)

    def toggle(self) -> None:
        if self.playing:
            self.pause()
        else:
            self.play()

    def play(self) -> None:
        """Play from here, or from the beginning when at the end."""
        if self.playing or self._length == 0:
            return
        if self._position.step >= self._length:
            self.seek(Position(0))
        self._restart_clock()
        self._timer.start()
        self.playing_changed.emit(True)

    def pause(self) -> None:
        if self.playing:
            self._timer.stop()
            self.playing_changed.emit(False)

    def step(self, count: int) -> None:
        """Whole steps, forward or back; from between two steps, to the next whole one that way."""
        self.pause()
        between = self._position.line > 0 or self._position.fraction > 0
        back = 1 if between and count < 0 else 0
        self.seek(Position(self._position.step + count + back))

    def sub_step(self, count: int) -> None:
        """One line of the rule, forward or back."""
        self.pause()
        lines = max(self.lines_in_step(), 1)
        total = self._position.step * lines + min(self._position.line, lines - 1) + count
        step, line = divmod(max(total, 0), lines)
        self.seek(Position(step, line))

    def first(self) -> None:
        self.pause()
        self.seek(Position(0))

    def last(self) -> None:
        self.pause()
        self.seek(Position(self._length))

    def position_after(self, seconds: float) -> Position:
        """Where playing for `seconds` leads from where play was pressed."""
        progress = self._from + seconds * self.rate * self._speed
        if self._loop and self._length:
            progress %= self._length + 0.5 * self.rate * self._speed  # half a second's rest at the end
        progress = min(progress, float(self._length))
        return Position(int(progress), 0, progress - int(progress))

    def _restart_clock(self) -> None:
        self._from = self._position.step + self._position.fraction
        self._clock.start()
        self._seen = self._stalled = 0

    def _tick(self) -> None:
        now = self._clock.elapsed()
        self._stalled += max(now - self._seen - STALL_MS, 0)
        self._seen = now
        position = self.position_after((now - self._stalled) / 1000)
        if position != self._position:
            self._position = position
            self.moved.emit(position)
        if position.step >= self._length and not self._loop:
            self.pause()
