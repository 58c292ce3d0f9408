"""The grids in the window: drawn by `GridPicture`, and mouse and typing turned into intents."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from gui.convolution.cell_editor import CellEditor
from gui.convolution.drags import Drag, Stroke, ValueDrag, own_index
from gui.convolution.picture.grid_picture import Canvas, GridPicture, Subject
from gui.convolution.picture.layout import Placed
from gui.convolution.picture.lit import Spot
from gui.convolution.picture.magnifier import magnified
from gui.convolution.timeline import Moment
from gui.painting import painting
from gui.picture.kept import forget_unseen
from gui.theme import look
from gui.widgets.picture_target import PictureTarget

MOST_ZOOM = 12.0
DRAG = 4.0  # pixels that make a press a drag


class GridCanvas(PictureTarget):
    """Shows (subject, moment). A click on a typed number edits it, one on a computed cell asks for its moment.

    Wheel with Ctrl, or `zoom`, enlarges; dragging then moves the picture.
    """

    edited = Signal(str, tuple, float, object)  # scene's grid, index, number, gesture
    faulty = Signal(str)  # a sentence about what is being typed; empty when mended
    chosen = Signal(str, tuple)  # grid, index of a computed cell
    hovered = Signal(object)  # Spot, or None
    drawn = Signal(tuple, object, object)  # lead of the plate of x, its numbers (rows, columns), gesture
    pasted = Signal(object)  # the Spot under the mouse or being typed into, or None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.subject: Subject | None = None
        self.moment: Moment | None = None
        self.spot: Spot | None = None
        self.picture = GridPicture()
        self.editor = CellEditor(self)
        self.factor, self.offset = 1.0, QPointF()
        self._pressed: QPointF | None = None
        self._dragged = False
        self.drag: Drag | None = None
        self.drawable = False  # whether the mouse draws on the input
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setMinimumSize(320, 240)
        self.setAccessibleName(self.tr("Grids of the convolution"))
        self.editor.edited.connect(self.edited)
        self.editor.faulty.connect(self.faulty)
        self.editor.stepped.connect(self._edit_neighbour)
        self.editor.pasted.connect(self.pasted)
        look().changed.connect(self._restyle)

    def set_subject(self, subject: Subject) -> None:
        """Another layer."""
        self.editor.settle()  # what is being typed was meant for the one before
        self.subject = subject
        if self.spot is not None:
            self._hover(None)
        self.update()

    def show_moment(self, moment: Moment) -> None:
        """Another moment of it."""
        before, self.moment = self.moment, moment
        if before is not None and before.stage is not moment.stage:
            self.editor.leave()
            self._hover(None)
        self.update()

    def placed(self) -> list[Placed]:
        """Where every grid lies, in pixels of the (enlarged) picture."""
        if self.subject is None or self.moment is None:
            return []
        placed = self.picture.arranged(self._canvas(1.0), self.subject, self.moment.stage)
        return [magnified(one, self.moment) for one in placed] if self.subject.plates.magnify else placed

    def _canvas(self, ratio: float, corner: QPointF | None = None) -> Canvas:
        """The enlarged picture; `corner` is the place in it from which on it is seen."""
        width, height = self.width() * self.factor, self.height() * self.factor
        seen = None if corner is None else QRectF(corner, QSizeF(self.size()))
        return Canvas(width, height, look().theme, QApplication.font(), look().scale, ratio, seen)

    def _restyle(self) -> None:
        self.editor.leave()
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        with painting(self) as painter:
            painter.fillRect(self.rect(), look().theme.color("window"))
            if self.subject is not None and self.moment is not None:
                ratio = self.devicePixelRatioF()
                corner = QPointF(round(self.offset.x() * ratio) / ratio, round(self.offset.y() * ratio) / ratio)
                painter.translate(-corner)  # whole pixels: grids and what is drawn on them move together
                canvas = self._canvas(ratio, corner)
                self.picture.paint(painter, canvas, self.subject, self.moment, self.spot)

    def paint_to(self, painter: QPainter, width: float, height: float) -> None:
        """The same picture at another size, in lines and areas only, for files."""
        if self.subject is not None and self.moment is not None:
            canvas = Canvas(width, height, look().theme, QApplication.font(), look().scale, 1.0)
            GridPicture().paint(painter, canvas, self.subject, self.moment, vector=True)

    # Zoom.

    def zoom(self, factor: float, about: QPointF | None = None) -> None:
        """Enlarge by `factor` around a point of the widget that stays where it is."""
        about = about or QPointF(self.width() / 2, self.height() / 2)
        wanted = min(max(self.factor * factor, 1.0), MOST_ZOOM)
        share = wanted / self.factor
        self.factor = wanted
        self._move_to((self.offset + about) * share - about)

    def reset_view(self) -> None:
        self.factor = 1.0
        self._move_to(QPointF())

    def _move_to(self, offset: QPointF) -> None:
        self.editor.leave()
        self.offset = QPointF(
            min(max(offset.x(), 0.0), self.width() * (self.factor - 1)),
            min(max(offset.y(), 0.0), self.height() * (self.factor - 1)),
        )
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._move_to(self.offset)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        forget_unseen(self, self.picture)

    # The mouse.

    def spot_at(self, place: QPointF) -> Spot | None:
        """The cell at a point of the widget."""
        at = place + self.offset
        return self.picture.spot(self.placed(), at.x(), at.y())

    def is_done(self, spot: Spot) -> bool:
        """Whether the cell's number is on the picture already."""
        if self.subject is None or self.moment is None:
            return False
        return self.picture.is_done(self.subject, self.moment, spot)

    def _hover(self, spot: Spot | None) -> None:
        if spot != self.spot:
            self.spot = spot
            self.hovered.emit(spot)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed, self._dragged = event.position(), False
        self.drag = self._begin(event)

    def _begin(self, event: QMouseEvent) -> Drag | None:
        """A drag that draws or changes a number, where it starts on such a cell."""
        spot = self.spot_at(event.position())
        if spot is None or spot.index is None or not spot.placed.plate.edit:
            return None
        buttons = (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton)
        if self.drawable and spot.placed.plate.name == "x" and event.button() in buttons:
            self._hover(None)
            drag = Stroke(spot, erase=event.button() == Qt.MouseButton.RightButton)
            self._dragged = True  # a click draws, too
            self.drawn.emit(drag.lead, drag.move(event.position() + self.offset), drag.gesture)
            return drag
        if event.button() == Qt.MouseButton.LeftButton:
            return ValueDrag(spot)
        return None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None and event.buttons():
            self._drag_on(event)
            return
        spot = self.spot_at(event.position())
        self.setCursor(self._cursor(spot))
        self._hover(spot)

    def _cursor(self, spot: Spot | None) -> Qt.CursorShape:
        if spot is None or not spot.placed.plate.edit or spot.index is None:
            return Qt.CursorShape.ArrowCursor
        draws = self.drawable and spot.placed.plate.name == "x"
        return Qt.CursorShape.CrossCursor if draws else Qt.CursorShape.IBeamCursor

    def _drag_on(self, event: QMouseEvent) -> None:
        assert self._pressed is not None
        moved = event.position() - self._pressed
        if not self._dragged and moved.manhattanLength() <= DRAG:
            return
        self._dragged = True
        if isinstance(self.drag, Stroke):
            self.drawn.emit(self.drag.lead, self.drag.move(event.position() + self.offset), self.drag.gesture)
        elif isinstance(self.drag, ValueDrag):
            self._hover(None)
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            plate = self.drag.spot.placed.plate
            value = self.drag.value(moved.y(), fine)
            self.edited.emit(plate.edit, own_index(plate.edit, self.drag.spot.index), value, self.drag.gesture)
        else:
            if self.factor > 1:
                self._move_to(self.offset - moved)
            self._pressed = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed, self.drag = self._pressed, None, None
        if pressed is None or self._dragged or event.button() != Qt.MouseButton.LeftButton:
            return
        spot = self.spot_at(event.position())
        if spot is None or spot.index is None:
            return
        if spot.placed.plate.edit:
            self._hover(None)
            self.edit(spot)
        else:
            self.chosen.emit(spot.placed.plate.grid, spot.index)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom(1.0015 ** event.angleDelta().y(), event.position())
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.pasted.emit(self.spot)
        else:
            super().keyPressEvent(event)

    # Typing.

    def edit(self, spot: Spot) -> None:
        """Open the box in which this cell's number is typed."""
        plate, index = spot.placed.plate, spot.index
        if not plate.edit or index is None:
            return
        own = own_index(plate.edit, index)
        area = spot.placed.at(spot.row, spot.column).translated(-self.offset)
        self.editor.open(area, plate.edit, own, float(plate.values[spot.row, spot.column]), spot)

    def _edit_neighbour(self, spot: Spot, rows: int, columns: int) -> None:
        """Tab, Enter and the arrows lead on through the grid."""
        found = next((one for one in self.placed() if _same(one, spot.placed)), None)
        if found is None:
            return
        height, width = found.plate.size
        place = (spot.row + rows) * width + spot.column + columns
        row, column = divmod(place, width)
        if 0 <= row < height:
            self.edit(Spot(found, row, column))


def _same(one: Placed, other: Placed) -> bool:
    return (one.plate.name, one.plate.lead, one.active) == (other.plate.name, other.plate.lead, other.active)
