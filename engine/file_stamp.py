"""Whether a file is still the one that was read or written last."""

from __future__ import annotations

from pathlib import Path

Stamp = tuple[int, int, int]  # time of the last change in nanoseconds, bytes, number of the file on its disk


def stamp_of(path: Path) -> Stamp | None:
    """What is known of a file without reading it; None where there is none."""
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_mtime_ns, state.st_size, state.st_ino
