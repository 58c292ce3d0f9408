"""The side panels as they were left: remembered from one session to the next."""

from __future__ import annotations

from typing import Any

WIDEST = 450  # thousandths


def sides(panel: Any) -> list[int]:
    """Widths of a panel's left and right side in thousandths of its own, 0 for a hidden one: what suits a
    laptop must not follow in pixels onto a projector."""
    left, _, right = (round(1000 * size / max(panel.width(), 1)) for size in panel.splitter.sizes())
    return [0 if panel.controls.isHidden() else left, 0 if panel.right.isHidden() else right]


def restore_sides(panel: Any, stored: Any) -> None:
    """As `sides` gave them, to be taken up when the panel first gets its size; rubbish is ignored."""
    try:
        left, right = (min(max(int(width), 0), WIDEST) for width in stored)
    except (TypeError, ValueError):
        return
    panel.controls.setVisible(left > 0)
    panel.right.setVisible(right > 0)
    panel.wanted_sides = (left, right)
