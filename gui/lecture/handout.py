"""A lecture on paper: a PDF with one page a sheet, or a folder of pictures; always in the light theme.

Both need a QApplication but no window and no display.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice, QMarginsF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPageLayout, QPageSize, QPainter, QPdfWriter, QPen, QTextLayout, QTextOption
from PySide6.QtWidgets import QApplication

from engine.lecture import Lecture, Page
from engine.quoting import quoted
from engine.scene_file import SceneFileError, write_atomically
from gui.files import file_name
from gui.lecture.illustrator import Illustrator
from gui.painting import painting
from gui.picture_file import png
from gui.theme import LIGHT

DOTS = 300  # an inch
MM = DOTS / 25.4
WIDTH, HEIGHT, MARGIN = 210 * MM, 297 * MM, 17 * MM
PICTURE_HEIGHT = 112 * MM
DRAWN = (1100, 700)  # the picture's own pixels, which set the size of its letters
PICTURE_SIZE = (1600, 1000)
FOOT = HEIGHT - MARGIN  # nothing of the text goes below

GoOn = Callable[[int], bool]


def write_pdf(lecture: Lecture, path: Path, go_on: GoOn | None = None) -> bool:
    """Write the lecture as an A4 PDF, whole or not at all: picture, title, question and notes of every page.

    `go_on(done)` is asked before every page and may stop it (then False, and nothing is written). Raises
    SceneFileError where it cannot be written.
    """
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(DOTS)
    margins = QMarginsF(0, 0, 0, 0)
    writer.setPageLayout(QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, margins))
    writer.setTitle(lecture.title)
    writer.setCreator("Stepscope")
    finished = True
    with painting(writer) as painter, Illustrator() as illustrator:
        for number, page in enumerate(lecture.pages):
            if go_on is not None and not go_on(number):
                finished = False
                break
            if number:
                writer.newPage()
            _Sheet(painter, writer, lecture, number).draw(page, illustrator)
    buffer.close()
    if finished:
        write_atomically(path, bytes(data.data()))
    return finished


def write_pictures(lecture: Lecture, folder: Path, go_on: GoOn | None = None) -> bool:
    """Write a PNG of every page into `folder`: “03-adagrad-stalls.png”. As `write_pdf` otherwise."""
    check_folder(folder)
    with Illustrator() as illustrator:
        for number, page in enumerate(lecture.pages):
            if go_on is not None and not go_on(number):
                return False
            image = illustrator.image(page, *PICTURE_SIZE, LIGHT, 1.3)
            check_folder(folder)  # it may have gone while the page was drawn
            write_atomically(folder / f"{number + 1:02}-{file_name(page.name)}.png", png(image))
    return True


def check_folder(folder: Path) -> None:
    """Raise SceneFileError where pictures cannot be saved."""
    try:
        there = folder.is_dir()
    except OSError:  # it may not be looked into
        there = False
    if not there:
        raise SceneFileError(f"{quoted(folder.name)} is not a folder that pictures could be saved in.")


class _Sheet:
    """One page of the lecture on one sheet, or on more where its notes are long."""

    def __init__(self, painter: QPainter, writer: QPdfWriter, lecture: Lecture, number: int) -> None:
        self.painter, self.writer, self.lecture, self.number = painter, writer, lecture, number
        self.y = MARGIN

    def draw(self, page: Page, illustrator: Illustrator) -> None:
        ink, muted = LIGHT.color("ink"), LIGHT.color("muted")
        self._frame()
        self._text(f"{self.number + 1}   {page.name}", 17, ink, QFont.Weight.Bold, after=4)
        self._picture(page, illustrator)
        if page.question:
            self._text(page.question, 12.5, LIGHT.color("step"), QFont.Weight.DemiBold, after=4)
        for paragraph in page.notes.split("\n"):
            if paragraph.strip():
                self._text(paragraph.strip(), 10.5, ink, QFont.Weight.Normal, after=2.2)
        if not page.notes and not page.question:
            self._text(QCoreApplication.translate("handout", "No notes."), 10.5, muted, QFont.Weight.Normal)

    def _frame(self) -> None:
        """The lecture's title on top, the page's number below."""
        muted = LIGHT.color("muted")
        self.painter.setFont(_font(8.5, QFont.Weight.Normal))
        self.painter.setPen(muted)
        flags = Qt.AlignmentFlag.AlignVCenter
        line = QRectF(MARGIN, 9 * MM, WIDTH - 2 * MARGIN, 5 * MM)
        self.painter.drawText(line, flags | Qt.AlignmentFlag.AlignLeft, self.lecture.title)
        number = f"{self.number + 1} / {len(self.lecture.pages)}"
        line.moveTop(HEIGHT - 13 * MM)
        self.painter.drawText(line, flags | Qt.AlignmentFlag.AlignRight, number)
        self.painter.drawText(line, flags | Qt.AlignmentFlag.AlignLeft, "Stepscope")
        self.y = MARGIN + 3 * MM

    def _picture(self, page: Page, illustrator: Illustrator) -> None:
        width = WIDTH - 2 * MARGIN
        scale = width / DRAWN[0]
        self.painter.save()
        self.painter.translate(MARGIN, self.y)
        self.painter.scale(scale, scale)
        illustrator.paint(self.painter, page, *DRAWN, LIGHT, 1.25)
        self.painter.restore()
        self.painter.setPen(QPen(LIGHT.color("line"), 0.3 * MM))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        height = DRAWN[1] * scale
        self.painter.drawRect(QRectF(MARGIN, self.y, width, height))
        self.y += height + 7 * MM

    def _text(self, text: str, points: float, color: QColor, weight: QFont.Weight, after: float = 0.0) -> None:
        """A paragraph, line by line; what does not fit goes on a new sheet. `after`: millimetres below it."""
        layout = QTextLayout(text, _font(points, weight), self.writer)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(WIDTH - 2 * MARGIN)
            line.setPosition(QPointF(0, 0))
            height = line.height() * 1.22
            if self.y + height > FOOT:
                self.writer.newPage()
                self._frame()
            self.painter.setPen(color)
            line.draw(self.painter, QPointF(MARGIN, self.y))
            self.y += height
        layout.endLayout()
        self.y += after * MM


def _font(points: float, weight: QFont.Weight) -> QFont:
    font = QFont(QApplication.font())
    font.setPixelSize(round(points / 72 * DOTS))
    font.setWeight(weight)
    return font
