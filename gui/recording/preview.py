"""A small look at a recording before it is made."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage, QPen

from engine.frames import Position
from gui.painting import painting
from gui.recording.settings import Settings
from gui.recording.stage import Stage

MOST = 60_000  # racers × steps that are drawn in an instant


def is_small(scene: Any) -> bool:
    """Whether there is a preview of the scene."""
    return len(getattr(scene, "racers", ())) * getattr(scene, "steps", 0) <= MOST


def reduced(settings: Settings, room: QSize, ratio: float) -> Settings:
    """The settings of a picture that is at most as large as `room`."""
    share = min(room.width() / settings.width, room.height() / settings.height) * ratio
    return replace(
        settings, width=max(round(settings.width * share), 16), height=max(round(settings.height * share), 16)
    )


def preview(stage: Stage, position: Position, ratio: float, line: QColor) -> QImage:
    """The moment as it will look, on a stage with reduced settings, in a frame of a colour."""
    image = stage.frame(position)
    image.setDevicePixelRatio(1)
    with painting(image) as painter:
        painter.setPen(QPen(line, 2 * ratio))
        painter.drawRect(image.rect())
    image.setDevicePixelRatio(ratio)
    return image
