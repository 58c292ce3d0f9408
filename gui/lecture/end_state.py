"""How a page ends: its scene with nothing hidden any more, its last moment, and a picture of that for paper."""

from __future__ import annotations

from typing import Any

import msgspec
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from engine.convolution.scene import ConvolutionScene
from engine.frames import Position
from engine.minima_scene import MinimaScene
from engine.scene import Scene
from gui.painting import painting
from gui.recording.grid_act import GridAct
from gui.recording.page import Page as Sheet
from gui.recording.settings import Settings
from gui.recording.stage import Act, act_of

EDGE = 12.0  # units around the picture


def hides(scene: Any) -> bool:
    """Whether a scene keeps back how it goes, while a question is open."""
    return isinstance(scene, Scene) and not scene.show.outcome


def revealed(scene: Any) -> Any:
    """The scene with nothing kept back."""
    if not hides(scene):
        return scene
    return scene.with_(show=msgspec.structs.replace(scene.show, outcome=True, path_ahead=False))


def at_its_end(scene: Scene) -> Scene:
    """A race after its last step, with nothing kept back."""
    race: Scene = revealed(scene)
    return race.with_(position=scene.steps)


def last_moment(scene: Any, act: Act) -> Position:
    """The end of what a page is about: of its race, or of the pass of its convolution that it opens in."""
    if isinstance(scene, ConvolutionScene) and isinstance(act, GridAct):
        timeline = act.subject.timeline
        stage = timeline.moment(Position(scene.position)).stage
        return Position(timeline.start(stage) + timeline.counts[timeline.passes.index(stage)])
    return Position(act.length)


def picture(scene: Any, width: int, height: int) -> QImage:
    """The end of a scene with its formula and its numbers, on a light ground, in width × height pixels, about as many.

    At this shape the racers are named without their losses, and what an experiment measured is not put into words:
    those would be answers. Raises ValueError for a scene that cannot be computed.
    """
    scene = revealed(scene)
    formula = not isinstance(scene, MinimaScene)
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
        act.paint(painter, last_moment(scene, act))
    return image
