"""Memory stays small whatever is zoomed, and pictures are the same as if all were drawn at once."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRectF
from PySide6.QtGui import QAction, QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QMenu

from engine.frames import Position
from engine.scene_file import load
from gui.convolution.grid_canvas import MOST_ZOOM
from gui.convolution.panel import ConvolutionPanel
from gui.convolution.picture.figures import longest_texts
from gui.convolution.picture.tiles import MOST_BYTES, SIDE
from gui.convolution.words import cell_text
from gui.files import example_scenes
from gui.fonts import number_font
from gui.theme import look
from tests.zooming import TOUCH, turn

ROOT = Path(__file__).parents[2]
MOST = 300  # megabytes of the process
FAINT = 2  # of 255: by as much slanting lines differ with their place
EXAMPLES = {path.stem: path for path in example_scenes("convolution")}
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # of the offscreen platform


def zoomed(size: tuple[int, int], *scenes: str) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.zooming", *map(str, size), *scenes]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not tell")
@pytest.mark.parametrize(
    ("size", "scenes"),
    [
        (
            (1366, 768),
            ("convolution/07-photo", "convolution/04-stride-2-backward", "optimizers/16-in-three-dimensions"),
        ),
        ((3840, 2160), ("convolution/07-photo",)),
    ],
    ids=["1366", "4K"],
)
def test_no_zooming_takes_the_memory(size: tuple[int, int], scenes: tuple[str, ...]) -> None:
    figures = zoomed(size, *scenes)
    assert figures["peak"] < MOST, figures
    if size[0] > 1920:  # what is not seen any more is given back
        assert figures["left"] < figures["convolution/07-photo"] - 20, figures


@pytest.fixture
def panel(qtbot: Any, request: pytest.FixtureRequest) -> ConvolutionPanel:
    panel = ConvolutionPanel(load(EXAMPLES[request.param]))
    panel.resize(1100, 620)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def pixels(panel: ConvolutionPanel) -> np.ndarray:
    image = panel.canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.array(image.constBits()).reshape(image.height(), -1, 4)[..., :3].astype(int)


@pytest.mark.parametrize("panel", list(EXAMPLES), indirect=True)
def test_zooming_ends_at_the_whole_and_before_a_cell_fills_the_canvas(panel: ConvolutionPanel) -> None:
    canvas = panel.canvas
    turn(canvas, TOUCH * 20, 30)
    assert canvas.factor == MOST_ZOOM
    assert max(one.cell for one in canvas.placed()) < min(canvas.width(), canvas.height())
    assert canvas.picture.painter.tiles.bytes <= MOST_BYTES
    turn(canvas, -TOUCH * 20, 40)
    assert canvas.factor == 1.0 and canvas.offset == QPointF()
    whole = QRectF(canvas.rect())
    assert all(whole.contains(one.rect) for one in canvas.placed())


@pytest.mark.parametrize("panel", ["07-photo"], indirect=True)
@pytest.mark.parametrize("factor", [2.5, 5.0, MOST_ZOOM])
def test_only_what_is_seen_is_drawn(panel: ConvolutionPanel, factor: float) -> None:
    canvas = panel.canvas
    canvas.zoom(factor, QPointF(300, 200))
    pixels(panel)
    seen = (canvas.width() + 2 * SIDE) * (canvas.height() + 2 * SIDE)
    grids = len([one for one in canvas.placed() if one.plate.name in ("x", "y")])
    assert 0 < canvas.picture.painter.tiles.bytes <= 4 * seen * grids


@pytest.mark.parametrize(
    ("panel", "share", "factor"),
    [("07-photo", 0.2, 3.3), ("07-photo", 0.9, 12.0), ("04-stride-2-backward", 0.9, 2.2), ("06-edges", 0.3, 4.1)],
    indirect=["panel"],
)
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_moved_picture_is_the_same_picture(panel: ConvolutionPanel, share: float, factor: float, theme: str) -> None:
    """No seam between tiles, no cell or dash that shimmers, wherever it lies."""
    look().set_theme(theme)
    panel.player.seek(Position(round(panel.player.length * share)))
    canvas = panel.canvas
    canvas.zoom(factor, QPointF(310, 215))
    corner = QPointF(round(canvas.offset.x()), round(canvas.offset.y()))
    canvas._move_to(corner)
    before = pixels(panel)
    for right, down in ((1, 0), (0, 1), (37, 61), (130, 5)):
        for fraction in (0.0, 0.3, -0.4):
            canvas._move_to(corner + QPointF(right + fraction, down - fraction))
            if canvas.offset.x() != corner.x() + right + fraction or canvas.offset.y() != corner.y() + down - fraction:
                continue  # the border of the picture
            after = pixels(panel)
            height, width = before.shape[:2]
            off = np.abs(after[: height - down, : width - right] - before[down:, right:])
            assert off.max() <= FAINT, (right, down, fraction)
    canvas._move_to(corner)
    assert (pixels(panel) == before).all()


@pytest.mark.parametrize("panel", ["07-photo"], indirect=True)
def test_tiles_make_the_picture_that_one_piece_makes(panel: ConvolutionPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    panel.canvas.zoom(4.0, QPointF(200, 200))
    tiles = pixels(panel)
    panel.canvas.picture.forget()
    monkeypatch.setattr("gui.convolution.picture.tiles.SIDE", 100_000)
    assert (pixels(panel) == tiles).all()


NUMBERS = st.one_of(
    st.floats(-12_000, 12_000), st.floats(-1, 1), st.floats(-0.002, 0.002), st.floats(), st.integers(-20_000, 20_000),
    st.sampled_from([9.996, 99.96, 0.9996, 999.6, 9999.5, 0.00099996, 9.96e-5, 9.96e9, -0.0, 0.5, 0.25, 0.125]),
)  # fmt: skip


@hypothesis_settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(numbers=st.lists(NUMBERS, min_size=1, max_size=40), digits=st.sampled_from([2, 3]))
def test_the_widest_number_is_found_without_writing_all(qapp: Any, numbers: list[float], digits: int) -> None:
    wide = QFontMetricsF(number_font(100.0)).horizontalAdvance
    values = np.array(numbers, float)
    widest = max(wide(cell_text(value, digits)) for value in values.tolist())
    assert max(map(wide, longest_texts(values, digits))) == widest


def test_pictures_come_back_after_they_were_forgotten(qtbot: Any) -> None:
    from gui.optimizers.panel import OptimizersPanel

    for stem in ("16-in-three-dimensions", "18-a-ring-of-starts"):
        panel = OptimizersPanel(load(next(path for path in example_scenes("optimizers") if path.stem == stem)))
        qtbot.addWidget(panel)
        panel.resize(1000, 600)
        panel.show()
        qtbot.waitExposed(panel)
        panel.player.seek(Position(40))
        for canvas in (panel.canvas, panel.pictures.shown_relief()):
            if canvas is None:
                continue
            before = _painted(canvas)
            canvas.picture.forget()
            assert _painted(canvas) == before
        panel.hide()
        panel.show()


def _painted(canvas: Any) -> QImage:
    image = QImage(900, 600, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    canvas.render(painter, QPointF().toPoint())
    painter.end()
    return image


def test_a_menu_that_is_filled_anew_keeps_nothing_of_the_old_one(qtbot: Any) -> None:
    from gui.main_window import MainWindow

    window = MainWindow()
    qtbot.addWidget(window)

    def opened() -> tuple[int, int]:
        window.header.menu.aboutToShow.emit()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        gc.collect()
        there = gc.get_objects()
        return sum(type(one) is QAction for one in there), sum(type(one) is QMenu for one in there)

    opened()
    first = opened()
    for _ in range(3):
        assert opened() == first
