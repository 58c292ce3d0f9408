"""The strip above the transport while something is recorded: how far, how long still, Cancel."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QSizePolicy, QWidget

from engine.quoting import shown
from gui.recording.words import duration
from gui.widgets.words import words


class Strip(QWidget):
    """Shows one recording, from its start to the name of its file."""

    cancel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("recording")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.path, self.paper = Path(), False
        self.text = words("recordingText")
        self.text.setWordWrap(False)
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(8)
        self.bar.setAccessibleName(self.tr("Progress of the recording"))
        self.show_folder = QPushButton(self.tr("Show in folder"))
        self.cancel = QPushButton(self.tr("Cancel"))
        self.close_button = QPushButton(self.tr("Close"))
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 6, 18, 6)
        row.setSpacing(12)
        row.addWidget(self.text, 3)
        row.addWidget(self.bar, 2)
        for button in (self.show_folder, self.cancel, self.close_button):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            row.addWidget(button)
        self.cancel.clicked.connect(self.cancel_wanted)
        self.close_button.clicked.connect(self.hide)
        self.show_folder.clicked.connect(self._open_folder)
        self.hide()

    def begin(self, path: Path, paper: bool = False) -> None:
        """A recording, or a lecture's pages on paper."""
        self.path, self.paper = path, paper
        self.bar.setRange(0, 0)  # not known yet
        self._arrange(True)
        words = self.tr("Drawing the pages for “{name}” …") if paper else self.tr("Recording “{name}” …")
        self.text.setText(words.format(name=shown(path.name)))
        self.show()

    def _arrange(self, running: bool, done: bool = False) -> None:
        self.bar.setVisible(running)
        self.cancel.setVisible(running)
        self.cancel.setEnabled(True)
        self.close_button.setVisible(not running)
        self.show_folder.setVisible(done)

    def progress(self, done: int, total: int, seconds_left: float) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        if self.cancel.isEnabled():
            left = duration(max(round(seconds_left), 1))
            if self.paper:
                words = self.tr("Drawing the pages for “{name}”: {done} of {total}")
            else:
                words = self.tr("Recording “{name}”: {left} left")
            self.text.setText(words.format(name=shown(self.path.name), left=left, done=done, total=total))

    def ending(self) -> None:
        """Cancelled, but not ended yet."""
        self.cancel.setEnabled(False)
        self.text.setText(self.tr("Cancelling …"))

    def finished(self, path: Path) -> None:
        self._arrange(False, done=True)
        words = self.tr("Saved as “{name}”.") if self.paper else self.tr("Recorded as “{name}”.")
        self.text.setText(words.format(name=shown(path.name)))

    def failed(self, sentence: str) -> None:
        self._arrange(False)
        self.text.setText(sentence)

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.path.parent)))
