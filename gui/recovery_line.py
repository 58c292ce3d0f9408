"""One line under the header: work of last time that is in no file, to be brought back or forgotten."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from engine.quoting import quoted
from engine.work import Work
from gui.autosave import time_of
from gui.widgets.words import words


class RecoveryLine(QWidget):
    """`wanted` when the work is to be brought back, `unwanted` when it is to be forgotten."""

    wanted = Signal()
    unwanted = Signal()

    def __init__(self, path: Path, work: Work, parent: QWidget) -> None:
        super().__init__(parent)
        self.path, self.work = path, work
        self.setObjectName("pageLine")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        titles = titles_of(work)
        shown = ", ".join(map(quoted, titles[:3])) + (" …" if len(titles) > 3 else "")
        self.text = words("pageQuestion")
        self.text.setText(self.tr("Not saved last time ({time}): {titles}").format(time=time_of(path), titles=shown))
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.bring_back = QPushButton(self.tr("Bring it back"))
        self.forget = QPushButton(self.tr("Forget it"))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 4)
        row.addWidget(self.text, 1)
        for button, signal in ((self.bring_back, self.wanted), (self.forget, self.unwanted)):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _=False, signal=signal: signal.emit())
            row.addWidget(button)


def titles_of(work: Work) -> list[str]:
    """What in it is in no file: the lecture, and scenes that are none of its pages."""
    titles = [str(there.scene.title) for there in work.unsaved_scenes().values()]
    if work.lecture is not None and (work.lecture.changed or work.lecture.tried or not titles):
        titles.insert(0, work.lecture.lecture.title)
    return titles
