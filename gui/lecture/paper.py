"""Paper for a lecture: A4 sheets of a PDF, and text on them. Lengths are in dots unless they say millimetres."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPageLayout, QPageSize, QPainter, QPdfWriter, QTextLayout, QTextOption
from PySide6.QtWidgets import QApplication

from engine.lecture import Lecture
from engine.scene_file import write_atomically
from gui.painting import painting
from gui.theme import LIGHT

DOTS = 300  # an inch
MM = DOTS / 25.4
WIDTH, HEIGHT, MARGIN = 210 * MM, 297 * MM, 17 * MM
HEAD, FOOT = MARGIN + 3 * MM, HEIGHT - MARGIN  # between them is the text

GoOn = Callable[[int], bool]


def write_sheets(
    lecture: Lecture, path: Path, draw: Callable[[QPainter, QPdfWriter, int], None], go_on: GoOn | None = None
) -> bool:
    """Write a lecture as an A4 PDF, whole or not at all, by `draw(painter, writer, number)` for every page.

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
    with painting(writer) as painter:
        for number in range(len(lecture.pages)):
            if go_on is not None and not go_on(number):
                finished = False
                break
            draw(painter, writer, number)
    buffer.close()
    if finished:
        write_atomically(path, bytes(data.data()))
    return finished


def font(points: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The interface's font at a size in points."""
    found = QFont(QApplication.font())
    found.setPixelSize(round(points / 72 * DOTS))
    found.setWeight(weight)
    return found


def draw_frame(painter: QPainter, title: str, number: str) -> None:
    """The lecture's title on top of a sheet, and below which sheet it is."""
    painter.setFont(font(8.5))
    painter.setPen(LIGHT.color("muted"))
    flags = Qt.AlignmentFlag.AlignVCenter
    line = QRectF(MARGIN, 9 * MM, WIDTH - 2 * MARGIN, 5 * MM)
    elided = painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, int(line.width()))
    painter.drawText(line, flags | Qt.AlignmentFlag.AlignLeft, elided)
    line.moveTop(HEIGHT - 13 * MM)
    painter.drawText(line, flags | Qt.AlignmentFlag.AlignRight, number)
    painter.drawText(line, flags | Qt.AlignmentFlag.AlignLeft, "Stepscope")


class Paragraph:
    """Text broken into lines of a width, `height` dots in all."""

    def __init__(self, text: str, points: float, weight: QFont.Weight, width: float, writer: QPdfWriter) -> None:
        self.layout = QTextLayout(text, font(points, weight), writer)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.layout.setTextOption(option)
        self.layout.beginLayout()
        self.heights: list[float] = []
        while (line := self.layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, 0))
            self.heights.append(line.height() * 1.22)
        self.layout.endLayout()
        self.height = sum(self.heights)

    def draw_line(self, painter: QPainter, number: int, x: float, y: float, color: QColor) -> None:
        """One of its lines."""
        painter.setPen(color)
        self.layout.lineAt(number).draw(painter, QPointF(x, y))

    def draw(self, painter: QPainter, x: float, y: float, color: QColor) -> float:
        """All of it; where it ends."""
        for number, height in enumerate(self.heights):
            self.draw_line(painter, number, x, y, color)
            y += height
        return y
