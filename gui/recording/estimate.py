"""How large a file will be, from a sample of its frames that is encoded just as they would be.

A video is keyframes, a fixed time apart, and changes in between. Of both the mean is taken over short runs of frames
from all over each moving part; parts that stand still have runs of their own.
"""

from __future__ import annotations

import re
import struct
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from gui.recording import encoder
from gui.recording.film import Film, Span
from gui.recording.render import shoot
from gui.recording.settings import Settings
from gui.recording.writer import Encoder, png_bytes

MOVING = 8  # runs in all, and at least one in every part that moves
SECONDS = 0.5  # of such a run: longer than the encoder looks ahead
SOON = 6  # frames after a keyframe that differ from those later
STILL = 12  # frames of a run that stands still
PICTURES = 24  # of which the mean is taken where every frame is a file
HEADERS = {"mp4": (1500, 16), "webm": (1000, 8), "gif": (800, 0), "png": (0, 0)}  # bytes of a file, and of each frame


@dataclass
class Part:
    """A span with its runs: numbers of frames that follow each other."""

    span: Span
    first: int
    runs: list[range] = field(default_factory=list)
    heads: list[int] = field(default_factory=list)  # bytes of the runs' first frames
    soon: list[int] = field(default_factory=list)  # of the few that come next, which still make up for what it lacks
    rest: list[int] = field(default_factory=list)  # and of all others

    @property
    def head(self) -> float:
        return _mean(self.heads)

    def bytes(self, keys: int) -> float:
        """Of all its frames, `keys` of which are keyframes."""
        many = self.span.count
        each = _mean(self.rest or self.soon) if self.rest or self.soon else self.head
        soon = min(keys * SOON, many - keys) if self.soon and self.rest else 0
        return keys * self.head + soon * (_mean(self.soon) if soon else 0.0) + (many - keys - soon) * each


def estimate(film: Film, settings: Settings, kind: str) -> float:
    """About the bytes of a film in a format. Raises RecordingError where it cannot be encoded."""
    length = 1 if kind == "png" else max(round(SECONDS * settings.fps), 12)
    parts = parts_of(film.spans, length, PICTURES if kind == "png" else MOVING)
    if kind == "png":
        for part in parts:
            part.heads = [len(png_bytes(film.frame(run[0]))) for run in part.runs]
        return sum(part.head * part.span.count for part in parts)
    sizes = iter(_sizes(film, settings, kind, [run for part in parts for run in part.runs]))
    for part in parts:
        for run in part.runs:
            head, *rest = (next(sizes) for _ in run)
            part.heads.append(head)
            part.soon += rest[:SOON]
            part.rest += rest[SOON:]
    whole, each = HEADERS[kind]
    return whole + each * len(film) + sum(_bytes(parts, None if kind == "gif" else encoder.keyframes(settings.fps)))


def parts_of(spans: Sequence[Span], length: int, many: int) -> list[Part]:
    """Which runs of `length` frames stand for a film of those spans."""
    moving = sum(span.count for span in spans if not span.still)
    found, first = [], 0
    for span in spans:
        part = Part(span, first)
        wanted = 1 if span.still else max(round(many * span.count / max(moving, 1)), 1)
        size = min(span.count, STILL if span.still else length)
        if wanted * size >= span.count:
            part.runs = [range(first, first + span.count)] if length > 1 else [range(n, n + 1) for n in _of(part)]
        else:
            gap = (span.count - size) / wanted
            starts = [first + round((place + 0.5) * gap) for place in range(wanted)]
            part.runs = [range(start, start + size) for start in starts]
        found.append(part)
        first += span.count
    return found


def _mean(sizes: Sequence[int]) -> float:
    return sum(sizes) / len(sizes)


def _of(part: Part) -> range:
    return range(part.first, part.first + part.span.count)


def _bytes(parts: Sequence[Part], every: int | None) -> Iterator[float]:
    """Of every part; a keyframe stands at its cut and `every` so many frames, or at a cut only."""
    since = 0  # frames from the last cut
    for part in parts:
        since = 0 if part.span.cut else since
        count = part.span.count
        keys = int(since == 0) if every is None else -(-(since + count) // every) - -(-since // every)
        yield part.bytes(keys)
        since += count


def _sizes(film: Film, settings: Settings, kind: str, runs: Sequence[range]) -> list[int]:
    """Bytes of every frame of the runs, each of which begins with a keyframe."""
    size = (settings.width, settings.height, settings.fps)
    numbers = [number for run in runs for number in run]
    starts = [sum(len(run) for run in runs[:place]) for place in range(len(runs))]
    with tempfile.TemporaryDirectory(prefix="stepscope-") as folder:
        place, colors = Path(folder, "sample"), Path(folder, "colors.png")
        if kind == "gif":
            _encode(Encoder(colors, encoder.palette(*size)), film, film.telling)
            arguments = encoder.gif(*size, colors)
        else:
            arguments = encoder.sample(kind, *size, starts)
        _encode(Encoder(place, arguments), film, numbers)
        return READERS[kind](place.read_bytes())


def _encode(writer: Encoder, film: Film, numbers: Sequence[int]) -> None:
    with writer:
        shoot(writer, film, numbers)
        writer.finish()


def h264_frames(data: bytes) -> list[int]:
    """Bytes of each frame of a raw H.264 stream; what stands before a frame belongs to it."""
    found, begin = [], 0
    starts = [match.start() for match in re.finditer(rb"\x00\x00\x01", data)] + [len(data)]
    for start, end in pairwise(starts):
        if data[start + 3] & 31 in (1, 5):
            found.append(end - begin)
            begin = end
    return found


def ivf_frames(data: bytes) -> list[int]:
    """Bytes of each frame of an IVF file."""
    found, place = [], 32
    while place + 12 <= len(data):
        (size,) = struct.unpack_from("<I", data, place)
        found.append(size)
        place += 12 + size
    return found


def gif_frames(data: bytes) -> list[int]:
    """Bytes of each frame of a GIF."""

    def table(flags: int) -> int:
        return 3 << (flags & 7) + 1 if flags & 128 else 0

    place = 13 + table(data[10])
    found, begin = [], place
    while place < len(data) and data[place] != 0x3B:
        image = data[place] == 0x2C
        place += 11 + table(data[place + 9]) if image else 2
        while data[place]:  # blocks of data, the last of which is empty
            place += data[place] + 1
        place += 1
        if image:
            found.append(place - begin)
            begin = place
    return found


READERS = {"mp4": h264_frames, "webm": ivf_frames, "gif": gif_frames}
