"""The memory of this process, as the system counts it."""

from __future__ import annotations

from pathlib import Path

MEGABYTE = 2**20


def _kilobytes(name: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise OSError(f"the system does not tell {name}")


def resident() -> float:
    """Megabytes in use now. Raises OSError where the system does not tell."""
    return _kilobytes("VmRSS") * 1024 / MEGABYTE


def peak() -> float:
    """The most that there were so far."""
    return _kilobytes("VmHWM") * 1024 / MEGABYTE
