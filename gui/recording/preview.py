"""A small look at a recording before it is made."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPen

from engine.frames import Position
from gui.painting import painting
from gui.recording.settings import Settings
from gui.recording.stage import Stage
from gui.theme import look

MOST = 60_000  # racers × steps that are computed at once


def preview(scene: Any, settings: Settings, position: Position, room: QSize, ratio: float) -> QImage | None:
    """The moment as it will look, at most as large as `room`; None where it would take long."""
    if len(getattr(scene, "racers", ())) * getattr(scene, "steps", 0) > MOST:
        return None
    share = min(room.width() / settings.width, room.height() / settings.height) * ratio
    small = replace(
        settings, width=max(round(settings.width * share), 16), height=max(round(settings.height * share), 16)
    )
    try:
        image = Stage(scene, small).frame(position)
    except ValueError:
        return None
    image.setDevicePixelRatio(1)
    with painting(image) as painter:
        painter.setPen(QPen(look().theme.color("line"), 2 * ratio))
        painter.drawRect(image.rect())
    image.setDevicePixelRatio(ratio)
    return image
