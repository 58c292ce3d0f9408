"""What is written to a file: frames by number, and where its parts begin. Nothing here knows of encoders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtGui import QImage

Progress = Callable[[int, int], None]  # frames done, of how many


def silent(done: int, total: int) -> None:
    """Progress that nobody wants to know of."""


@dataclass(frozen=True)
class Span:
    """A run of frames that follow each other: all alike, or in motion; or, with a `cut`, others than those before."""

    count: int
    still: bool
    cut: bool = False


@dataclass(frozen=True)
class Chapter:
    """A name, and the frame it begins with."""

    title: str
    first: int


class Film(Protocol):
    """Frames in order."""

    @property
    def spans(self) -> Sequence[Span]:
        """What its frames are; together they are all of them."""

    @property
    def chapters(self) -> Sequence[Chapter]:
        """From the first frame to the last one; none where it is one piece."""

    @property
    def telling(self) -> Sequence[int]:
        """Frames with all the colours there are."""

    def __len__(self) -> int: ...

    def frame(self, number: int) -> QImage:
        """A frame, from 0; it may be painted over by the next one."""
