"""Lengths and sizes as people say them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from gui.recording.settings import Settings
from gui.recording.shots import Shots

# Bytes a pixel of a frame that moves, as measured with races and convolutions; a still frame costs next to nothing.
_BYTES = {"mp4": 0.0016, "webm": 0.002, "gif": 0.009, "png": 0.09}
_STILL = {"mp4": 0.0001, "webm": 0.0001, "gif": 0.0001, "png": 0.09}


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
    """To one or two figures: 3 MB, 0.4 MB, 1.2 GB."""
    if amount >= 1e9:
        return f"{amount / 1e9:.1f} GB"
    megabytes = amount / 1e6
    return f"{megabytes:.0f} MB" if megabytes >= 10 else f"{max(megabytes, 0.1):.1f} MB"


def estimated_bytes(settings: Settings, kind: str, shots: Shots) -> float:
    """About what the file will weigh."""
    pixels = settings.width * settings.height
    return pixels * (shots.moving * _BYTES[kind] + (shots.before + shots.after) * _STILL[kind]) + 20_000


def summary(settings: Settings, kind: str, shots: Shots) -> str:
    """One line: frames, duration, size."""
    amount = size(estimated_bytes(settings, kind, shots))
    text = tr("{frames} frames · {duration} · about {size}")
    return text.format(frames=f"{len(shots):,}".replace(",", " "), duration=duration(shots.seconds), size=amount)
