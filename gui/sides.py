"""The side panels as they were left: remembered from one session to the next."""

from __future__ import annotations

from typing import Any

WIDEST = 450  # thousandths
SUITING = 1  # as suits the window, rather than a width that was chosen


def sides(panel: Any) -> list[int]:
    """Widths that were chosen for a panel's left and right side, in thousandths of its own: what suits a laptop must
    not follow in pixels onto a projector. 0 for a side that is hidden."""
    left, _, right = panel.splitter.sizes()
    gone = [
        side.isHidden() or (not size and side not in panel.without_room)
        for side, size in ((panel.controls, left), (panel.right, right))
    ]
    return [0 if hidden else wanted or SUITING for hidden, wanted in zip(gone, panel.wanted_sides, strict=True)]


def restore_sides(panel: Any, stored: Any) -> None:
    """As `sides` gave them, to be taken up when the panel first gets its size; rubbish is ignored."""
    try:
        left, right = (min(max(int(width), 0), WIDEST) for width in stored)
    except (TypeError, ValueError):
        return
    panel.controls.setVisible(left > 0)
    panel.right.setVisible(right > 0)
    panel.wanted_sides = tuple(0 if share == SUITING else share for share in (left, right))
