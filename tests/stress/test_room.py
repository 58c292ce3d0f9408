"""Every example's picture in places and text of every size."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.scene_file import load
from tests.gui.test_room import SCALES, SIZES, painted
from tests.gui.test_room import shown as shown
from tests.layouts import SCENES


@pytest.mark.parametrize("scene", SCENES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_pictures(shown: Any, qtbot: Any, scene: Path) -> None:
    panel = shown(load(scene), scene.parent.name)
    if scene.parent.name == "minima":
        qtbot.waitUntil(lambda: panel.subject is not None, timeout=120_000)
    pictures = [getattr(panel, "pictures", panel.canvas).paint_to]
    pictures += [chart.paint_to for _, chart in panel.right.charts()] if hasattr(panel.right, "charts") else []
    for paint in pictures:
        for size in SIZES:
            for scale in SCALES:
                painted(paint, *size, scale)
