"""The students' handout: two pages a sheet, each with its end, its question and lines to write on.

Nothing of the notes is on it, and no answer: those are the teacher's. Needs a QApplication but no window and no
display.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPdfWriter, QPen

from engine.lecture import Lecture, Page
from gui.lecture.end_state import picture
from gui.lecture.paper import FOOT, HEAD, MARGIN, MM, WIDTH, GoOn, Paragraph, draw_frame, font, write_sheets
from gui.theme import LIGHT
from gui.widgets.words import sentence

APART = 11 * MM  # the two pages of a sheet
HALF = (FOOT - HEAD - APART) / 2
PICTURE = (108 * MM, 104 * MM)  # at the left; the question and the lines stand beside it
COLUMN = WIDTH - 2 * MARGIN - PICTURE[0] - 6 * MM
SKIP = 4 * MM  # below a title
BELOW = 5 * MM  # a picture that has a whole sheet
LONG = (11.0, 9.5, 8.0)  # points of a question there; the largest that fits
LINE = 8.5 * MM  # of handwriting
LEAST = 4  # lines beside a picture; a question that leaves fewer has the page's whole width, and a sheet


def write_student_pdf(lecture: Lecture, path: Path, go_on: GoOn | None = None) -> bool:
    """Write the lecture as an A4 PDF for students. Otherwise as `write_sheets`."""
    places = _Places()

    def draw(painter: QPainter, writer: QPdfWriter, number: int) -> None:
        page = _Block(lecture.pages[number], number, writer)
        top, new = places.of(page.height)
        if new:
            if places.sheet > 1:
                writer.newPage()
            draw_frame(painter, lecture.title, str(places.sheet))
        elif top > HEAD:
            middle = top - APART / 2
            painter.setPen(QPen(LIGHT.color("line"), 0.2 * MM))
            painter.drawLine(QPointF(MARGIN, middle), QPointF(WIDTH - MARGIN, middle))
        page.draw(painter, top)

    return write_sheets(lecture, path, draw, go_on)


class _Places:
    """Where the pages of a lecture come, one after the other."""

    def __init__(self) -> None:
        self.sheet, self._free = 0, 0.0  # dots that are left on the sheet

    def of(self, height: float) -> tuple[float, bool]:
        """The top of a page that takes half a sheet, or more; whether a sheet begins with it."""
        if height <= HALF and self._free:
            self._free = 0.0
            return HEAD + HALF + APART, False
        self.sheet += 1
        self._free = HALF if height <= HALF else 0.0
        return HEAD, True


class _Block:
    """One page of the lecture: laid out when it is made, drawn where there is room."""

    def __init__(self, page: Page, number: int, writer: QPdfWriter) -> None:
        self.page = page
        title, question = f"{number + 1}   {' '.join(page.name.split())}", " ".join(page.question.split())
        self.title = Paragraph(title, 14, QFont.Weight.Bold, WIDTH - 2 * MARGIN, writer)
        self.question = Paragraph(question, 11, QFont.Weight.DemiBold, COLUMN, writer) if question else None
        asked = self.question.height if self.question else 0.0
        fits = self.title.height + SKIP + PICTURE[1] <= HALF
        self.beside = fits and asked + LEAST * LINE <= PICTURE[1]
        self.height = HALF if self.beside else FOOT - HEAD
        for points in LONG if question and not self.beside else ():
            self.question = Paragraph(question, points, QFont.Weight.DemiBold, WIDTH - 2 * MARGIN, writer)
            below = self.title.height + SKIP + PICTURE[1] + BELOW + self.question.height
            if below + LEAST * LINE <= self.height:
                break

    def draw(self, painter: QPainter, top: float) -> None:
        bottom = top + self.height
        y = self.title.draw(painter, MARGIN, top, LIGHT.color("ink")) + SKIP
        if self.beside:
            bottom = y + PICTURE[1]
        self._draw_picture(painter, MARGIN, y)
        x = WIDTH - MARGIN - COLUMN if self.beside else MARGIN
        if not self.beside:
            y += PICTURE[1] + BELOW
        if self.question is not None:
            y = self.question.draw(painter, x, y, LIGHT.color("step"))
        painter.setPen(QPen(LIGHT.color("muted"), 0.15 * MM))
        y += LINE
        while y <= bottom + MM:
            painter.drawLine(QPointF(x, y), QPointF(WIDTH - MARGIN, y))
            y += LINE

    def _draw_picture(self, painter: QPainter, x: float, y: float) -> None:
        area = QRectF(x, y, *PICTURE)
        try:
            painter.drawImage(area, picture(self.page.scene, round(PICTURE[0]), round(PICTURE[1])))
        except ValueError as error:
            painter.setFont(font(10))
            painter.setPen(LIGHT.color("muted"))
            words = QCoreApplication.translate("handout", "This scene cannot be computed: {reason}").format(
                reason=error
            )
            inside = area.adjusted(6 * MM, 6 * MM, -6 * MM, -6 * MM)
            painter.drawText(inside, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, sentence(words))
        painter.setPen(QPen(LIGHT.color("line"), 0.3 * MM))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(area)
