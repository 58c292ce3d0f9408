"""The racers' names at their markers, while all of them wait at the start."""

from __future__ import annotations

import math
from collections.abc import Sequence

from engine.frames import RacerFrame
from gui.optimizers.picture.captions import Anchor, Caption, Wanted
from gui.optimizers.picture.overlay import HEAD, Label, fan_out, head_pixels
from gui.picture.mapping import Mapping
from gui.theme import Theme


def name_heads(
    racers: Sequence[RacerFrame], labels: Sequence[Label], wanted: Wanted, mapping: Mapping, theme: Theme, px: float
) -> None:
    """Want each racer's name outside the ring in which the markers stand, on its marker's side."""
    places = head_pixels(racers, mapping)
    inside = [mapping.inside(x, y) for x, y in places]
    fanned = fan_out(places, inside, HEAD * px)
    for place, (at_x, at_y), (x, y), label in zip(inside, places, fanned, labels, strict=True):
        if place:
            outward = math.atan2(y - at_y, x - at_x) if math.hypot(x - at_x, y - at_y) > 1 else 0.0
            anchor = Anchor((float(x), float(y)), outward, 0.7 * HEAD * px)
            wanted.captions.append(Caption(label.name, label.style.color(theme), (anchor,), size=13))
