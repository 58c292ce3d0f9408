"""What an audience reads has its least size on every projector, and nothing of it lies under something else."""

from __future__ import annotations

from itertools import combinations
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QRect, QSettings
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from engine.convolution.scene import ConvolutionScene
from engine.frames import Position
from engine.scene import Scene
from gui.convolution.picture.figures import FULL, Figures, Widths
from gui.files import example_lectures
from gui.formula import Laid, layout
from gui.main_window import MainWindow
from gui.optimizers.picture.contour_picture import ContourPicture
from gui.presentation.mode import PresentationMode
from gui.presentation.screens import Places
from gui.theme import LARGEST_SHOWN, look

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

ROWS = 45  # of text at most fill the height of the picture
SCREENS = ((1024, 768), (1920, 1080))
LECTURES = example_lectures()


def screen(width: int, height: int) -> Any:
    return SimpleNamespace(geometry=lambda: QRect(0, 0, width, height))


@pytest.fixture
def window(qtbot: Any) -> Any:
    QSettings().clear()
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    yield window
    window.mode.leave()
    look().set_scale(1.0)


def present(window: MainWindow, monkeypatch: pytest.MonkeyPatch, width: int, height: int) -> None:
    """As on a screen of that size, which this machine need not have."""
    monkeypatch.setattr(PresentationMode, "places", lambda _: Places(screen(width, height), None))
    monkeypatch.setattr(PresentationMode, "_cover", lambda self, _: self.window.resize(width, height))
    window.mode.present()
    window.resize(width, height)
    settle()


def settle() -> None:
    for _ in range(4):
        QApplication.processEvents()
        QTest.qWait(1)


def pages(window: MainWindow, kind: type) -> Any:
    """Every page of the shipped lectures with such a scene, as it is shown."""
    for path in LECTURES:
        assert window.open_path(path, True)
        for index, page in enumerate(window.lecture.pages):
            if isinstance(page.scene, kind):
                window.lecture.show(index)
                settle()
                yield f"{path.stem}, page {index + 1}"


def sizes(formula: Laid) -> set[int]:
    """Of all letters and figures in it, in pixels."""
    return {round(font.pixelSize()) for _, _, run, _ in formula._runs for font, *_ in run.segments}


@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_the_lit_line_is_read_from_the_last_row(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, width: int, height: int
) -> None:
    present(window, monkeypatch, width, height)
    seen = 0
    for page in pages(window, Scene):
        panel = window.panel
        if not panel.scene.show.outcome:
            continue
        panel.player.seek(Position(max(panel.player.position.step, 1), panel.player.position.line))
        settle()
        rule = panel.inspector.rule
        row, box = rule._rows[rule.lit], rule.boxes[rule.lit]
        assert box is not None and row.numbers is not None, page
        style = rule._style(18.5)
        assert sizes(row.numbers) >= sizes(layout(box, style)), f"{page}: numbers are made smaller to fit"
        plain = sorted(size for size in sizes(row.numbers) if size >= height / ROWS)
        assert plain, page
        # Only exponents and indices, seven tenths as large, may be smaller.
        assert min(sizes(row.numbers)) >= 0.7 * height / ROWS, page
        assert max(sizes(row.formula)) >= 1.4 * height / ROWS and min(sizes(row.formula)) >= height / ROWS, page
        seen += 1
    assert seen >= 10


@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_the_numbers_of_a_convolution_are_as_large_as_cells_hold_and_the_products_always_readable(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, width: int, height: int
) -> None:
    present(window, monkeypatch, width, height)
    least, seen = height / ROWS, 0
    for page in pages(window, ConvolutionScene):
        panel = window.panel
        assert not panel.hint.isVisible(), "an audience is not told how to edit"
        assert panel.inspector.products._size >= least or not panel.inspector.products.isVisible(), page
        for one in panel.canvas.placed():
            widths, figures = Widths(one.plate.values), Figures()
            size, digits = figures.size_for(widths, one.cell, one.text)
            assert one.text >= least
            if size < least:
                wide = widths.widest(digits or 2, figures.metrics(100.0)) / 100 * (size + 1)
                assert wide > 0.92 * one.cell - 1 or size + 1 > FULL * one.cell, (page, one.plate.name, size)
            elif one.active:
                seen += 1
    assert seen >= 15


def test_more_pixels_mean_larger_text(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    look().set_scale(1.2)
    for height, scale in ((600, 1.5), (768, 1.56), (1080, 2.16), (2160, 4.32), (4320, LARGEST_SHOWN)):
        present(window, monkeypatch, 16 * height // 9, height)
        assert look().scale == pytest.approx(scale, abs=0.01)
        assert window.mode.own_scale == 1.2
        window.larger_text()
        assert look().scale == pytest.approx(min(scale + 0.1, LARGEST_SHOWN), abs=0.011)
        window.mode.leave()
        assert look().scale == 1.2
    window.larger_text()
    for _ in range(30):
        window.larger_text()
    assert look().scale == 2.5


def test_another_projector_another_size(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    present(window, monkeypatch, 1024, 768)
    assert look().scale == 1.3
    beamer = screen(1920, 1200)
    monkeypatch.setattr(PresentationMode, "places", lambda _: Places(beamer, None))
    window.mode.share_screens()
    assert look().scale == 2.0
    window.larger_text()
    window.mode.share_screens()
    assert look().scale == 2.1, "the same screen leaves the size that was chosen"


@pytest.mark.parametrize("own", [1.0, 2.0])
@pytest.mark.parametrize(("width", "height"), [(800, 600), (1024, 768), (1280, 720)])
def test_everything_has_room_on_small_projectors(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, width: int, height: int, own: float
) -> None:
    """Text is as large as the user wants it, as far as that leaves room for the picture and cuts nothing."""
    window.setMinimumSize(0, 0)
    look().set_scale(own)
    present(window, monkeypatch, width, height)
    for path in LECTURES:
        assert window.open_path(path, True)
        window.lecture.show(len(window.lecture.pages) // 2)
        settle()
        least = window.minimumSizeHint()
        assert least.width() <= width and least.height() <= height, (path.stem, least)
        canvas = getattr(window.panel, "canvas", None)
        assert canvas is None or (canvas.width() > 0.42 * width and canvas.height() > 0.4 * height)
        for bar in (window.transport, window.lectures.line):
            for label in bar.findChildren(QLabel):
                if label.isVisible() and label.text():
                    assert bar.rect().contains(label.geometry()), (path.stem, label.text())
                    wanted = label.heightForWidth(label.width()) if label.wordWrap() else label.sizeHint().height()
                    assert label.height() >= wanted - 1, (path.stem, label.text())
    window.mode.leave()
    assert look().scale == own


@pytest.mark.parametrize("own", [1.0, 1.5, 2.0])
def test_no_text_of_the_contour_lies_under_the_names(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, own: float
) -> None:
    margins: list[Any] = []
    paint = ContourPicture._paint_margin

    def noted(painter: Any, canvas: Any, subject: Any, frame: Any) -> Any:
        taken = paint(painter, canvas, subject, frame)
        margins.append((taken, canvas.mapping))
        return taken

    monkeypatch.setattr(ContourPicture, "_paint_margin", staticmethod(noted))
    look().set_scale(own)
    present(window, monkeypatch, 1024, 768)
    for page in pages(window, Scene):
        margins.clear()
        window.panel.canvas.repaint()
        for taken, mapping in margins:
            for one, other in combinations(taken, 2):
                apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
                assert apart, (page, one, other)
            assert all(box[3] <= mapping.height and box[2] <= mapping.width for box in taken), page
