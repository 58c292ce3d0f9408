"""The side panels as they were left: remembered from one session to the next."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

WIDEST = 450  # thousandths
SUITING = 1  # as suits the window, rather than a width that was chosen


def sides(panel: Any) -> list[int]:
    """Widths of a panel's left and right side in thousandths of its own, 0 for a hidden one: what suits a
    laptop must not follow in pixels onto a projector."""
    left, _, right = panel.splitter.sizes()
    pairs = zip((panel.controls, panel.right), (left, right), panel.wanted_sides, strict=True)
    return [_share(side, size, wanted, panel.width()) for side, size, wanted in pairs]


def _share(side: QWidget, size: int, wanted: int, whole: int) -> int:
    if side.isHidden():
        return 0
    # In a small window a side is as narrow as it can be: nobody chose that share.
    if size <= max(side.minimumWidth(), side.minimumSizeHint().width()) + 2:
        return wanted or SUITING
    return max(round(1000 * size / max(whole, 1)), SUITING)


def restore_sides(panel: Any, stored: Any) -> None:
    """As `sides` gave them, to be taken up when the panel first gets its size; rubbish is ignored."""
    try:
        left, right = (min(max(int(width), 0), WIDEST) for width in stored)
    except (TypeError, ValueError):
        return
    panel.controls.setVisible(left > 0)
    panel.right.setVisible(right > 0)
    panel.wanted_sides = tuple(0 if share == SUITING else share for share in (left, right))
