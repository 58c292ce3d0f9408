"""What one part of the stress test found."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Result:
    """How much was tried, and what was wrong with it: one entry a fault, with the seed that repeats it."""

    tried: int = 0
    faults: list[str] = field(default_factory=list)

    def __iadd__(self, other: Result) -> Result:
        self.tried += other.tried
        self.faults += other.faults
        return self
