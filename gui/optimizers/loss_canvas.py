"""The loss curve in the window: a plot whose mouse and keys seek, zoom and pan.

pyqtgraph is imported and the plot is made when the window has been seen for the first time, so that nobody waits for
that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from engine.data.early_stopping import Stopping
from engine.descent import Run
from engine.frames import Frame
from engine.quantities import as_csv
from engine.scene import Curve, Show
from gui.optimizers.curve.content import Content
from gui.optimizers.curve.mouse import HEARD, Mouse
from gui.optimizers.curve.words import long_title, short_title
from gui.optimizers.picture.contour_picture import Subject
from gui.optimizers.picture.overlay import Label
from gui.painting import painting
from gui.plotting.ranges import Range, moved, zoomed
from gui.plotting.sheet import Sheet
from gui.theme import look

if TYPE_CHECKING:
    from gui.optimizers.curve.plot import CurvePlot
    from gui.plotting.figure import Figure

BOTH = (True, True)  # axes
AFTER_FIRST = 20  # milliseconds after the first picture of the window


class LossCanvas(QWidget):
    """Shows (subject, frame) as `curve` says. What the user changes of that is told by `looked`."""

    seek = Signal(int)
    looked = Signal(object)  # Curve
    picture_wanted = Signal(object, bool)  # what is to be drawn; whether for a file
    said = Signal(str)
    titled = Signal(str)  # what the curves are of

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.subject: Subject | None = None
        self.shown: Frame | None = None
        self.curve = Curve()
        self.content: Content | None = None
        self._figure: Figure | None = None
        self.mouse = Mouse(self)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Loss against step"))
        self.setAccessibleDescription(
            self.tr("Plus and minus zoom, Alt and an arrow key pan, 0 shows all; the menu key tells the rest.")
        )
        look().changed.connect(self._dress)

    def sizeHint(self) -> QSize:
        return QSize(300, 220)

    # What is shown.

    def set_run(
        self, run: Run, labels: Sequence[Label], show: Show | None = None, stopping: Stopping | None = None,
        selected: int | None = None, curve: Curve | None = None,
    ) -> None:  # fmt: skip
        """Without the path ahead the curves end at now; without the outcome there are none. With early stopping the
        curves are of the training loss, and the selected racer has its validation loss beside it."""
        self.subject, self.content = Subject(run, labels, show or Show(), selected, stopping=stopping), None
        self.set_curve(self.curve if curve is None else curve)

    def set_curve(self, curve: Curve) -> None:
        """Another look at the same run."""
        before, self.curve, subject = self.curve, curve, self.subject
        if subject is None or (curve == before and self.content is not None):
            return
        if self.content is None or (curve.quantity, curve.log) != (before.quantity, before.log):
            self.content = Content.of(subject, curve)
            words = self.content.quantity, self.content.scale.log, subject.stopping is not None
            self.setAccessibleName(self.tr("{title}, against step").format(title=short_title(*words)))
            self.titled.emit(long_title(*words))
        if self._figure is not None:
            self._figure.plot.show_subject(subject, self.content, curve)
        self._follow()

    def show_frame(self, frame: Frame) -> None:
        self.shown = frame
        if self._figure is not None:
            self._figure.plot.show_frame(frame)
        self._follow()

    def show_nothing(self) -> None:
        """There is no run."""
        self.subject = self.content = None
        self._follow()

    def _follow(self) -> None:
        if self._figure is not None:
            self._figure.setVisible(self.tells)
            self._figure.show_again()
        if not self.tells:
            self.update()

    @property
    def tells(self) -> bool:
        """Whether there are curves to be seen."""
        subject = self.subject
        return subject is not None and self.shown is not None and subject.run.steps >= 1 and subject.show.outcome

    @property
    def last(self) -> int:
        """The last step that may be told."""
        assert self.subject is not None and self.shown is not None
        return self.subject.run.steps if self.subject.show.path_ahead else self.shown.position.step

    # The plot on the screen, and in files.

    @property
    def plot(self) -> CurvePlot:
        """The plot, made now if it has not been seen before."""
        if self._figure is None:
            from gui.plotting.figure import Figure

            self._figure = Figure(self._drawn_plot(), self)
            self._dress()
            self._figure.setGeometry(self.rect())
            self._follow()
        plot: CurvePlot = self._figure.plot
        return plot

    def _drawn_plot(self) -> CurvePlot:
        from gui.optimizers.curve.plot import CurvePlot

        plot = CurvePlot()
        if self.subject is not None and self.content is not None:
            plot.show_subject(self.subject, self.content, self.curve)
        if self.shown is not None:
            plot.show_frame(self.shown)
        return plot

    def _sheet(self, width: float, height: float, ratio: float) -> Sheet:
        return Sheet(width, height, look().theme, QApplication.font(), look().scale, ratio)

    def _dress(self) -> None:
        """The theme's inks and the size of letters, on so many pixels."""
        if self._figure is not None:
            self._figure.plot.set_sheet(self._sheet(self.width(), self.height(), self.devicePixelRatioF()))
        self._follow()
        self.update()

    def plot_rect(self) -> QRectF:
        """Where the curves lie; empty where there is no room for them."""
        return self.plot.area

    def paint(self, painter: QPainter, ratio: float) -> None:
        """The curves as they are in the window."""
        self._paint(painter, self._sheet(self.width(), self.height(), ratio), layers=True)

    def paint_to(self, painter: QPainter, width: float, height: float) -> None:
        """The same picture at another size, in lines only, for files."""
        if self.tells:
            self._paint(painter, self._sheet(width, height, 1.0), layers=False)

    def _paint(self, painter: QPainter, sheet: Sheet, layers: bool) -> None:
        from gui.plotting.plot import Drawing

        plot = self._drawn_plot()
        plot.set_sheet(sheet)
        Drawing(plot).paint(painter, layers)

    def paintEvent(self, _: QPaintEvent) -> None:
        with painting(self) as painter:
            if self._figure is None and self.isVisible():
                QTimer.singleShot(AFTER_FIRST, self, lambda: self.plot)
            elif self._figure is None and self.tells:
                self.paint(painter, self.devicePixelRatioF())
            elif self.subject is not None and not self.subject.show.outcome:
                painter.setPen(look().theme.color("muted"))
                painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.tr("hidden until it is revealed (H)"))
            if self.hasFocus() and self.tells:
                painter.setPen(QPen(look().theme.color("accent"), 1))
                painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._figure is not None:
            self._figure.setGeometry(self.rect())
            self._dress()

    # What the user wants.

    def choose(self, **changes: Any) -> None:
        """Look at the curves in another way. Another quantity or scale is shown whole."""
        if "quantity" in changes or "log" in changes:
            changes = {"heights": None, **changes}
        self.set_curve(msgspec.structs.replace(self.curve, **changes))
        self.looked.emit(self.curve)

    def whole(self, axes: tuple[bool, bool] = BOTH) -> None:
        """All of the race."""
        changes = {"steps": None} if axes[0] else {}
        self.choose(**changes, **({"heights": None} if axes[1] else {}))

    def zoom(self, factor: float, about: QPointF | None = None, axes: tuple[bool, bool] = BOTH) -> None:
        """A part larger by `factor`; what is at the pixel `about` stays there, else the middle."""
        if self.tells and not self.plot.area.isEmpty():
            area, content, seen = self.plot.area, self.content, self.plot.view.viewRange()
            assert content is not None
            shares = (0.5, 0.5)
            if about is not None:
                shares = (about.x() - area.left()) / area.width(), (area.bottom() - about.y()) / area.height()
            new = [
                zoomed((low, high), factor, low + min(max(share, 0.0), 1.0) * (high - low), widest, least)
                for (low, high), share, widest, least in zip(
                    seen, shares, content.widest(), content.least(), strict=True
                )
            ]
            self._see(new[0], new[1], axes)

    def pan(self, x: float, y: float, axes: tuple[bool, bool] = BOTH) -> None:
        """Move the curves by so many pixels to the right and downwards."""
        if self.tells and not self.plot.area.isEmpty():
            area, content, (steps, heights) = self.plot.area, self.content, self.plot.view.viewRange()
            assert content is not None
            wide, tall = content.widest()
            right = moved((steps[0], steps[1]), -x * (steps[1] - steps[0]) / area.width(), wide)
            up = moved((heights[0], heights[1]), y * (heights[1] - heights[0]) / area.height(), tall)
            self._see(right, up, axes, follow=self.curve.follow and not (axes[0] and x))

    def _see(self, steps: Range, heights: Range, axes: tuple[bool, bool], **changes: Any) -> None:
        content = self.content
        assert content is not None
        if axes[0]:
            changes["steps"] = None if steps == content.whole[0] else steps
        if axes[1]:
            changes["heights"] = heights
        self.choose(**changes)

    def csv(self) -> str:
        """What is drawn, as comma-separated values, as far as it may be told."""
        assert self.subject is not None and self.content is not None
        return as_csv(self.content.values, [label.name for label in self.subject.labels], self.last)

    def copy_values(self) -> None:
        QApplication.clipboard().setText(self.csv())
        self.said.emit(self.tr("The values are on the clipboard."))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._dress()
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return (event.type() in HEARD and self.mouse.takes(event)) or super().event(event)
