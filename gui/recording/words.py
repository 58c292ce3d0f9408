"""Lengths and sizes as people say them."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication


def tr(text: str) -> str:
    return QCoreApplication.translate("recording", text)


def duration(seconds: float) -> str:
    """45 s, 2:05 min, 1:01:05 h."""
    if seconds < 100:
        return tr("{s} s").format(s=f"{seconds:.1f}".rstrip("0").rstrip("."))
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 100:
        return tr("{m} min").format(m=f"{minutes}:{rest:02}")
    return tr("{h} h").format(h=f"{minutes // 60}:{minutes % 60:02}:{rest:02}")


def size(amount: float) -> str:
    """To a few figures: 25 MB, 3.4 MB, 420 kB, 1.2 GB."""
    if amount >= 1e9:
        return f"{amount / 1e9:.1f} GB"
    megabytes = amount / 1e6
    return (
        f"{megabytes:.0f} MB"
        if megabytes >= 10
        else f"{megabytes:.1f} MB"
        if megabytes >= 1
        else f"{max(amount / 1e3, 1):.0f} kB"
    )


def summary(frames: int, seconds: float, amount: float | None) -> str:
    """One line: frames, duration, and size, which may not be known yet, or not be a number: then it is left out."""
    text = tr("{frames} frames · {duration} · the size is being estimated …")
    if amount is not None and math.isnan(amount):
        text = tr("{frames} frames · {duration}")
    elif amount is not None:
        text = tr("{frames} frames · {duration} · about {size}")
    count = f"{frames:,}".replace(",", " ")
    return text.format(frames=count, duration=duration(seconds), size=size(amount or 0.0))
