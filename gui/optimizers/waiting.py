"""On the contour while a long race is computed: how far it is, and Cancel; afterwards, how to have it after all."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from gui.theme import look
from gui.widgets.words import words

PATIENCE = 400  # milliseconds, in which a race is awaited without a word
WIDTH = 300  # pixels at the usual text size
MARGIN = 34  # pixels from the border, where the axis has its numbers
BELOW = 22  # pixels from the middle, where there is nothing but words


class Waiting(QWidget):
    """A child of the picture, which keeps its place there. Where no race is shown it stands below the words that say
    so, otherwise out of the way."""

    cancel_wanted = Signal()
    again_wanted = Signal()

    def __init__(self, picture: QWidget) -> None:
        super().__init__(picture)
        self.picture = picture
        self.setObjectName("waiting")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.text = words("body")
        self.text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setFixedHeight(8)
        self.bar.setAccessibleName(self.tr("Progress of the race"))
        self.cancel, self.again = QPushButton(self.tr("Cancel")), QPushButton(self.tr("Compute it"))
        self.cancel.clicked.connect(self.cancel_wanted)
        self.again.clicked.connect(self.again_wanted)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.bar, 1)
        row.addWidget(self.cancel)
        row.addWidget(self.again, 0, Qt.AlignmentFlag.AlignHCenter)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(14, 8, 14, 8)
        self.column.setSpacing(6)
        self.column.addWidget(self.text)
        self.column.addLayout(row)
        for button in (self.cancel, self.again):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._alone = False  # whether nothing else is shown
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(PATIENCE)
        self._later.timeout.connect(self._show)
        look().changed.connect(self.place)
        self.hide()

    def begin(self, alone: bool) -> None:
        """A race is being computed; `alone` where no other is shown meanwhile."""
        self._arrange("" if alone else self.tr("The race is being computed …"), True, alone)
        self.bar.setValue(0)
        if self.isHidden() and not self._later.isActive():
            self._later.start()

    def progress(self, share: float) -> None:
        self.bar.setValue(round(1000 * share))

    def cancelled(self, alone: bool) -> None:
        """It is not any more; what is shown is the race before."""
        self._arrange("" if alone else self.tr("Cancelled: this is the race before the change."), False, alone)
        self._show()

    def end(self) -> None:
        """What is shown is what is wanted."""
        self._later.stop()
        self.hide()

    def _arrange(self, said: str, running: bool, alone: bool) -> None:
        self._alone = alone
        self.text.setText(said)
        self.text.setVisible(bool(said))
        self.bar.setVisible(running)
        self.cancel.setVisible(running)
        self.again.setVisible(not running)
        self.place()

    def _show(self) -> None:
        self._later.stop()
        self.place()
        self.show()
        self.raise_()

    def place(self) -> None:
        """Where it belongs in the picture as large as it is now."""
        whole, room = self.picture.width(), self.picture.height()
        width = min(round(WIDTH * look().scale), whole - MARGIN)
        wraps = self.column.hasHeightForWidth()  # while there are words
        height = self.column.totalHeightForWidth(width) if wraps else self.column.totalSizeHint().height()
        top = room // 2 + BELOW if self._alone else room - height - MARGIN
        self.setGeometry((whole - width) // 2, top, width, height)
