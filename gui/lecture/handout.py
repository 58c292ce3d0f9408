"""The teacher's handout: a PDF with one page a sheet, its notes and its answer; and a folder of pictures.

Always in the light theme. Both need a QApplication but no window and no display.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPdfWriter, QPen

from engine.choices import outcome_hidden
from engine.lecture import Lecture, Page
from engine.quoting import quoted
from engine.scene_file import SceneFileError, write_atomically
from gui.files import file_name
from gui.lecture.end_state import answer_name, picture
from gui.lecture.illustrator import Illustrator
from gui.lecture.paper import FOOT, HEAD, MARGIN, MM, WIDTH, GoOn, Paragraph, draw_frame, font, write_sheets
from gui.picture_file import png
from gui.theme import LIGHT

DRAWN = (1100, 700)  # the picture's own pixels, which set the size of its letters
SCALE = 1.25  # of them
BESIDE = (535, 700)  # two pictures beside each other, with the same letters
DOT = (WIDTH - 2 * MARGIN) / DRAWN[0]  # of its pixels on paper
PICTURE_SIZE = (1600, 1000)


def write_pdf(lecture: Lecture, path: Path, go_on: GoOn | None = None) -> bool:
    """Write the lecture as an A4 PDF for its teacher: picture, title, question and notes of every page, and
    how it ends where a question is answered by that. Otherwise as `write_sheets`."""
    with Illustrator() as illustrator:

        def draw(painter: QPainter, writer: QPdfWriter, number: int) -> None:
            if number:
                writer.newPage()
            _Sheet(painter, writer, lecture, number).draw(lecture.pages[number], illustrator)

        return write_sheets(lecture, path, draw, go_on)


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


def _answer(page: Page) -> tuple[str, QImage | None]:
    """When a page is answered that asks something or keeps back how it goes, and the picture of that; none where the
    page opens with it, or where its scene cannot be computed."""
    try:
        end = answer_name(page.scene) if page.question.strip() or outcome_hidden(page.scene) else ""
        wide, high = (round(side * DOT) for side in BESIDE)
        return end, picture(page.scene, wide, high, answers=True) if end else None
    except ValueError:
        return "", None


class _Sheet:
    """One page of the lecture on one sheet, or on more where its notes are long."""

    def __init__(self, painter: QPainter, writer: QPdfWriter, lecture: Lecture, number: int) -> None:
        self.painter, self.writer, self.lecture, self.number = painter, writer, lecture, number
        self.y = HEAD

    def draw(self, page: Page, illustrator: Illustrator) -> None:
        ink, muted = LIGHT.color("ink"), LIGHT.color("muted")
        self._frame()
        self._text(f"{self.number + 1}   {page.name}", 17, ink, QFont.Weight.Bold, after=4)
        end, answer = _answer(page)
        if answer is not None:
            self._question_and_answer(page, illustrator, end, answer)
        else:
            self.y += self._picture(page, illustrator, MARGIN, *DRAWN) + 7 * MM
        if page.question:
            self._text(page.question, 12.5, LIGHT.color("step"), QFont.Weight.DemiBold, after=4)
        for paragraph in page.notes.split("\n"):
            if paragraph.strip():
                self._text(paragraph.strip(), 10.5, ink, QFont.Weight.Normal, after=2.2)
        if not page.notes and not page.question:
            self._text(QCoreApplication.translate("handout", "No notes."), 10.5, muted, QFont.Weight.Normal)

    def _frame(self) -> None:
        draw_frame(self.painter, self.lecture.title, f"{self.number + 1} / {len(self.lecture.pages)}")
        self.y = HEAD

    def _question_and_answer(self, page: Page, illustrator: Illustrator, end: str, answer: QImage) -> None:
        """The page as it opens, and beside it how it ends, with formula and numbers."""
        names = (
            QCoreApplication.translate("handout", "As the page opens"),
            QCoreApplication.translate("handout", "The answer: {end}").format(end=end),
        )
        wide = BESIDE[0] * DOT
        places = MARGIN, WIDTH - MARGIN - wide
        self.painter.setFont(font(9, QFont.Weight.DemiBold))
        self.painter.setPen(LIGHT.color("muted"))
        for x, name in zip(places, names, strict=True):
            line = QRectF(x, self.y, wide, 5 * MM)
            self.painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        self.y += 6 * MM
        height = self._picture(page, illustrator, MARGIN, *BESIDE)
        area = QRectF(places[1], self.y, wide, height)
        self.painter.drawImage(area, answer)
        self._frame_picture(area)
        self.y += height + 7 * MM

    def _picture(self, page: Page, illustrator: Illustrator, x: float, wide: int, high: int) -> float:
        """The page's picture in a frame; its height."""
        self.painter.save()
        self.painter.translate(x, self.y)
        self.painter.scale(DOT, DOT)
        illustrator.paint(self.painter, page, wide, high, LIGHT, SCALE)
        self.painter.restore()
        self._frame_picture(QRectF(x, self.y, wide * DOT, high * DOT))
        return high * DOT

    def _frame_picture(self, area: QRectF) -> None:
        self.painter.setPen(QPen(LIGHT.color("line"), 0.3 * MM))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawRect(area)

    def _text(self, text: str, points: float, color: QColor, weight: QFont.Weight, after: float = 0.0) -> None:
        """A paragraph, line by line; what does not fit goes on a new sheet. `after`: millimetres below it."""
        paragraph = Paragraph(text, points, weight, WIDTH - 2 * MARGIN, self.writer)
        for number, height in enumerate(paragraph.heights):
            if self.y + height > FOOT:
                self.writer.newPage()
                self._frame()
            paragraph.draw_line(self.painter, number, MARGIN, self.y, color)
            self.y += height
        self.y += after * MM
