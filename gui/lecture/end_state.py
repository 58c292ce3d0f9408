"""How a page ends: its scene with nothing hidden any more, its last moment, and a picture of that for paper."""

from __future__ import annotations

from typing import Any

import msgspec
from PySide6.QtCore import QCoreApplication, QRectF
from PySide6.QtGui import QImage, QPainter

from engine.choices import outcome_hidden
from engine.convolution.scene import ConvolutionScene
from engine.frames import Position
from engine.minima_scene import MinimaScene
from engine.scene_file import panel_of
from gui.painting import painting
from gui.recording.grid_act import GridAct
from gui.recording.page import Page as Sheet
from gui.recording.settings import Settings
from gui.recording.stage import Act, act_of, timing_of

EDGE = 12.0  # units around the picture


def revealed(scene: Any) -> Any:
    """The scene with nothing kept back."""
    if not outcome_hidden(scene):
        return scene
    return scene.with_(show=msgspec.structs.replace(scene.show, outcome=True, path_ahead=False))


def answer_name(scene: Any) -> str:
    """When what a page asks is answered, such as: after 160 steps. Empty where the page opens at its end. Raises
    ValueError for a scene that makes no sense."""
    length, _ = timing_of(scene)
    if scene.position >= length and not outcome_hidden(scene):
        return ""
    if isinstance(scene, MinimaScene):
        return QCoreApplication.translate("handout", "at B = {size}").format(size=scene.batch_sizes[-1])
    words = {
        "optimizers": QCoreApplication.translate("handout", "after {all} steps"),
        "convolution": QCoreApplication.translate("handout", "after {all} cells"),
        "augmentation": QCoreApplication.translate("handout", "after {all} samples"),
    }
    return words[panel_of(scene)].format(all=length)


def last_moment(scene: Any, act: Act) -> Position:
    """The end of what a page is about: of its race, or of the pass of its convolution that it opens in."""
    if isinstance(scene, ConvolutionScene) and isinstance(act, GridAct):
        timeline = act.subject.timeline
        stage = timeline.moment(Position(scene.position)).stage
        return Position(timeline.start(stage) + timeline.counts[timeline.passes.index(stage)])
    return Position(act.length)


def picture(scene: Any, width: int, height: int, answers: bool = False) -> QImage:
    """The end of a scene with its formula and its numbers, on a light ground, in width × height pixels.

    In a square the racers are named without their losses, and what an experiment measured is not put into words: those
    would be answers. With `answers` it is, and a convolution is shown after its last pass. Raises ValueError for a
    scene that cannot be computed.
    """
    scene = revealed(scene)
    formula = answers or not isinstance(scene, MinimaScene)
    settings = Settings(width, height, theme="light", title=False, caption=False, formula=formula)
    act = act_of(scene, settings)
    sheet = Sheet.of(settings)
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(sheet.ratio)
    whole = QRectF(0, 0, sheet.width, sheet.height)
    with painting(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        sheet.clear(painter, whole)
        act.lay_out(sheet, whole.adjusted(EDGE, EDGE, -EDGE, -EDGE))
        act.paint(painter, Position(act.length) if answers else last_moment(scene, act))
    return image
