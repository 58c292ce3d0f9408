"""Approved pictures: the canvases still look as they did when somebody looked at them and was content.

After a wanted change: STEPSCOPE_APPROVE=1 pytest tests/gui/test_images.py, then look at tests/images.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QFont, QImage, QPainter

from engine.frames import Position, frame_at
from engine.scene_file import load
from gui.fonts import load_fonts
from gui.optimizers.loss_canvas import LossCanvas
from gui.optimizers.panel import OptimizersPanel
from gui.optimizers.picture.contour_picture import Canvas, ContourPicture, Subject
from gui.optimizers.picture.relief_picture import ReliefPicture
from gui.optimizers.picture.sheet import Sheet
from gui.picture.mapping import Mapping
from gui.theme import ASSETS, THEMES, look

APPROVED = Path(__file__).parents[1] / "images"
CASES = [
    ("1-one-start-different-minima", "dark", Position(53)),
    ("1-one-start-different-minima", "light", Position(26, 2)),
    ("4-learning-rate-too-high", "light", Position(60)),
    ("7-nesterov-against-momentum", "dark", Position(9, 1)),
    ("8-a-plateau", "dark", Position(120, 0, 0.5)),
]


def pixels(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    return np.array(image.constBits()).reshape(image.height(), image.width(), 4)[..., :3].astype(int)


def compare(image: QImage, name: str) -> None:
    path = APPROVED / f"{name}.png"
    if os.environ.get("STEPSCOPE_APPROVE"):
        path.parent.mkdir(exist_ok=True)
        assert image.save(str(path))
    approved = pixels(QImage(str(path)))
    now = pixels(image)
    assert approved.shape == now.shape
    # Rasterizers differ in a pixel here and there; a line in another place or colour is more than that.
    off = np.abs(approved - now).max(axis=2) > 60
    assert off.mean() < 0.004, f"{off.mean():.2%} of {name} look different"


@pytest.fixture
def panel(qtbot: Any, request: pytest.FixtureRequest) -> Any:
    scene, theme, _ = request.param
    load_fonts()
    look().theme = THEMES[theme]
    panel = OptimizersPanel(load(ASSETS / "scenes" / "optimizers" / f"{scene}.json"))
    qtbot.addWidget(panel)
    yield panel
    look().theme = THEMES["dark"]


@pytest.mark.parametrize(("panel", "case"), [(c, c) for c in CASES], indirect=["panel"], ids=lambda c: f"{c[0]}-{c[1]}")
def test_contour(panel: OptimizersPanel, case: tuple[str, str, Position]) -> None:
    scene, theme, position = case
    assert panel.run is not None
    font = QFont(list(load_fonts()))
    canvas = Canvas(Mapping.fitted(panel.run.loss.domain, 600, 450), THEMES[theme], font)
    subject = Subject(panel.run, panel.labels, panel.scene.show, panel.selected)
    image = QImage(600, 450, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    ContourPicture().paint(painter, canvas, subject, frame_at(panel.run, position, panel.selected))
    painter.end()
    compare(image, f"{scene}-{theme}")


RELIEFS = [("16-in-three-dimensions", theme, Position(210)) for theme in ("dark", "light")]


@pytest.mark.parametrize("panel", RELIEFS, indirect=True, ids=lambda c: c[1])
def test_relief(panel: OptimizersPanel) -> None:
    assert panel.run is not None
    box, theme = panel.run.loss.domain, look().theme
    sheet = Sheet(Mapping.fitted(box, 600, 450), box, panel.scene.camera, 480, 400, theme, QFont(list(load_fonts())))
    subject = Subject(panel.run, panel.labels, panel.scene.show, panel.selected)
    image = QImage(480, 400, QImage.Format.Format_RGB32)
    image.fill(theme.color("window"))
    painter = QPainter(image)
    ReliefPicture().paint(painter, sheet, subject, frame_at(panel.run, Position(210), panel.selected))
    painter.end()
    compare(image, f"relief-{theme.name}")


@pytest.mark.parametrize("panel", CASES[:2], indirect=True, ids=lambda c: c[1])
def test_loss_curve(panel: OptimizersPanel, qtbot: Any) -> None:
    canvas = LossCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(360, 240)
    assert panel.run is not None
    canvas.set_run(panel.run, panel.labels)
    canvas.show_frame(frame_at(panel.run, Position(60), panel.selected))
    image = QImage(360, 240, QImage.Format.Format_RGB32)
    image.fill(look().theme.color("panel"))
    painter = QPainter(image)
    canvas.paint(painter, 1.0)
    painter.end()
    compare(image, f"loss-curve-{look().theme.name}")


def test_a_changed_picture_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STEPSCOPE_APPROVE", raising=False)
    approved = QImage(str(APPROVED / "1-one-start-different-minima-dark.png"))
    painter = QPainter(approved)
    painter.fillRect(100, 100, 40, 40, look().theme.color("danger"))
    painter.end()
    with pytest.raises(AssertionError, match="look different"):
        compare(approved, "1-one-start-different-minima-dark")
