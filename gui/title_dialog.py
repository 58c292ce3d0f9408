"""Title and note of a scene, written in the window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from engine.scene_file import MAX_NOTE, MAX_TITLE
from gui.theme import look


class TitleDialog(QDialog):
    """Asks for a title and, where there is one, for a note: what the scene shows, in a sentence or two."""

    def __init__(self, parent: QWidget, heading: str, title: str, note: str | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(heading)
        self.title = QLineEdit(title)
        self.title.setMaxLength(MAX_TITLE)
        self.title.setAccessibleName(self.tr("Title"))
        self.title.selectAll()
        self.note = QPlainTextEdit(note or "")
        self.note.setTabChangesFocus(True)
        self.note.setAccessibleName(self.tr("Note"))
        self.note.setPlaceholderText(self.tr("What there is to see, in a sentence or two"))
        self.note.setMinimumHeight(round(look().px(90)))
        self.note.textChanged.connect(self._bound)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(QLabel(self.tr("Title")))
        column.addWidget(self.title)
        if note is not None:
            column.addWidget(QLabel(self.tr("Note beside the picture, for all to read")))
            column.addWidget(self.note, 1)
        column.addWidget(buttons)
        self.setMinimumWidth(round(look().px(460)))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)

    def _bound(self) -> None:
        """No note is longer than a scene may hold."""
        if len(self.note.toPlainText()) > MAX_NOTE:
            self.note.setPlainText(self.note.toPlainText()[:MAX_NOTE])

    def words(self) -> tuple[str, str]:
        """The title, in one line, and the note."""
        return " ".join(self.title.text().split()), self.note.toPlainText().strip()


def ask_title(parent: QWidget, heading: str, title: str, note: str | None = None) -> tuple[str, str] | None:
    """Ask for title and note; None where the dialog was cancelled or no title is left."""
    dialog = TitleDialog(parent, heading, title, note)
    try:
        fine = dialog.exec() == QDialog.DialogCode.Accepted
        words = dialog.words()
    finally:
        dialog.deleteLater()
    return words if fine and words[0] else None
