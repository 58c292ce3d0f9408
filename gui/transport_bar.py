"""Play, step, scrub: the one set of controls for every panel's player."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QWidget

from engine.frames import Position
from gui.painting import painting
from gui.player import SPEEDS, Player
from gui.theme import look
from gui.widgets.icons import icon

MARGIN, SPACING = 18, 8  # pixels


class TransportBar(QWidget):
    """Drives one player and shows where it is, in the panel's words for a step and a line of it."""

    record_wanted = Signal()

    def __init__(
        self, player: Player, step_text: str, line_text: str, counted_from: int = 0, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.step_text, self.line_text, self.counted_from = step_text, line_text, counted_from
        self.setObjectName("transport")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.player = player
        self.first = self._button("first", self.tr("To the start (Home)"), player.first)
        self.back = self._button("step_back", self.tr("One step back (←)"), lambda: player.step(-1))
        self.play = self._button("play", self.tr("Play or pause (Space)"), player.toggle, "play")
        self.forward = self._button("step_forward", self.tr("One step forward (→)"), lambda: player.step(1))
        self.last = self._button("last", self.tr("To the end (End)"), player.last)
        self.scrubber = Scrubber(player)
        self.where = QLabel()
        self.where.setObjectName("where")
        self.where.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
        self.speed = QToolButton()
        self.speed.setToolTip(self.tr("Speed ([ and ])"))
        self.speed.setAccessibleName(self.tr("Speed"))
        self.speed.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.speed)
        for speed in SPEEDS:
            menu.addAction(f"{speed:g}×", partial(player.set_speed, speed))
        self.speed.setMenu(menu)
        self.loop = QToolButton()
        self.loop.setCheckable(True)
        self.loop.setText(self.tr("Loop"))
        self.loop.setToolTip(self.tr("Begin again at the end (L)"))
        self.loop.toggled.connect(player.set_loop)
        self.record = self._button("record", self.tr("Record a video (R)"), self.record_wanted.emit)
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, 9, MARGIN, 9)
        row.setSpacing(SPACING)
        for widget in (self.first, self.back, self.play, self.forward, self.last):
            row.addWidget(widget)
        row.addSpacing(10)
        row.addWidget(self.scrubber, 1)
        row.addSpacing(10)
        row.addWidget(self.where)
        row.addWidget(self.speed)
        row.addWidget(self.loop)
        row.addWidget(self.record)
        for button in self.findChildren(QToolButton):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        player.moved.connect(self._show_position)
        player.playing_changed.connect(self._show_playing)
        player.settings_changed.connect(self._show_settings)
        look().changed.connect(self._restyle)
        self._restyle()
        self._show_settings()

    def _button(self, name: str, tip: str, run: object, kind: str = "round") -> QToolButton:
        button = QToolButton()
        button.setObjectName(kind)
        button.setProperty("icon_name", name)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.clicked.connect(lambda _checked=False: run())  # type: ignore[operator]
        return button

    def _restyle(self) -> None:
        theme = look().theme
        for button in (self.first, self.back, self.play, self.forward, self.last):
            big = button is self.play
            size = round(look().px(24 if big else 18))
            color = theme.on_accent if big else theme.ink
            button.setIcon(icon(str(button.property("icon_name")), color, size))
            button.setIconSize(QSize(size, size))
        size = round(look().px(18))
        self.record.setIcon(icon("record", theme.danger, size))
        self.record.setIconSize(QSize(size, size))
        self._fit_where()

    def _fit_where(self) -> None:
        # Room for the widest text, so that the scrubber does not twitch while playing.
        digits = "0" * len(str(self.player.length + self.counted_from))
        lines = max(self.player.lines_in_step(), 1)
        widest = self._text(digits, digits, str(lines), str(lines))
        self.where.ensurePolished()  # its size of text is the style sheet's
        self.where.setMinimumWidth(self.where.fontMetrics().horizontalAdvance(widest) + 12)
        self.updateGeometry()
        self._fit()

    def _fit(self) -> None:
        """Nothing lies over anything: in a narrow window the buttons that have a key each go, the last ones first."""
        room = self.width() - self._needed()
        for button in (self.record, self.speed, self.loop):
            width = button.sizeHint().width() + SPACING
            button.setVisible(width <= room)
            room -= width

    def _needed(self) -> int:
        """The width without the buttons that may go."""
        moving = (self.first, self.back, self.play, self.forward, self.last)
        buttons = sum(button.sizeHint().width() + SPACING for button in moving)
        return buttons + self.scrubber.minimumWidth() + self.where.minimumWidth() + 2 * (MARGIN + 10 + 2 * SPACING)

    def minimumSizeHint(self) -> QSize:
        """Buttons that are shown where there is room keep no window from becoming narrower."""
        return QSize(self._needed(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fit()

    def _text(self, step: str, length: str, line: str, lines: str) -> str:
        text = self.step_text.format(step=step, length=length)
        return text + self.line_text.format(line=line, lines=lines)

    def _show_position(self, position: Position) -> None:
        lines = max(self.player.lines_in_step(), 1)
        between = position.line > 0
        step = position.step + (1 if between else 0)
        line = position.line if between else (lines if step else 0)
        first = self.counted_from
        self.where.setText(self._text(str(step + first), str(self.player.length + first), str(line), str(lines)))
        self.scrubber.update()

    def _show_playing(self, playing: bool) -> None:
        self.play.setProperty("icon_name", "pause" if playing else "play")
        size = round(look().px(24))
        name = "pause" if playing else "play"
        self.play.setIcon(icon(name, look().theme.on_accent, size))

    def _show_settings(self) -> None:
        self.speed.setText(f"{self.player.speed:g}×")
        self.loop.setChecked(self.player.loop)
        self._fit_where()
        self._show_position(self.player.position)


class Scrubber(QWidget):
    """A slim timeline: press anywhere, drag, or use the arrow keys."""

    def __init__(self, player: Player, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.player = player
        self.setMinimumWidth(120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(34)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Timeline"))
        self.was_playing = False

    def _groove(self) -> QRectF:
        return QRectF(10, self.height() / 2 - 3, self.width() - 20, 6)

    def _share(self) -> float:
        position = self.player.position
        lines = max(self.player.lines_in_step(), 1)
        progress = position.step + position.fraction + position.line / lines
        return min(progress / self.player.length, 1.0) if self.player.length else 0.0

    def paintEvent(self, _: QPaintEvent) -> None:
        theme = look().theme
        with painting(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            groove = self._groove()
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("line"))
            painter.drawRoundedRect(groove, 3, 3)
            done = QRectF(groove)
            done.setWidth(groove.width() * self._share())
            painter.setBrush(theme.color("accent"))
            painter.drawRoundedRect(done, 3, 3)
            radius = 9.0
            painter.setBrush(theme.color("on_accent" if theme.dark else "panel"))
            ring = theme.color("ink") if self.hasFocus() else theme.color("accent")
            painter.setPen(QPen(ring, 2.5))
            painter.drawEllipse(QPointF(done.right(), done.center().y()), radius, radius)

    def _seek(self, x: float) -> None:
        groove = self._groove()
        share = min(max((x - groove.left()) / max(groove.width(), 1.0), 0.0), 1.0)
        self.player.seek(Position(round(share * self.player.length)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.was_playing = self.player.playing
            self.player.pause()
            self._seek(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._seek(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.was_playing and event.button() == Qt.MouseButton.LeftButton:
            self.was_playing = False
            if self.player.position.step < self.player.length:
                self.player.play()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # All keys belong to the window's actions, which have the same meaning everywhere.
        event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusOutEvent(event)
