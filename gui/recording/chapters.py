"""A film's chapters in the words of the encoder, in a file that it reads while it works."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from engine.temporary_files import make_private
from gui.recording.errors import refused
from gui.recording.film import Film
from gui.recording.writer import place_of


def metadata(film: Film, fps: int | Fraction) -> str:
    """The chapters as ffmpeg reads them; every one lasts until the next one."""
    ends = [chapter.first for chapter in film.chapters[1:]] + [len(film)]
    rate = Fraction(fps)
    lines = [";FFMETADATA1"]
    for chapter, end in zip(film.chapters, ends, strict=True):
        title = re.sub(r"([=;#\\])", r"\\\1", " ".join(chapter.title.split()))
        lines += ["[CHAPTER]", f"TIMEBASE={rate.denominator}/{rate.numerator}"]
        lines += [f"START={chapter.first}", f"END={end}", f"title={title}"]
    return "\n".join(lines) + "\n"


@contextlib.contextmanager
def chapters_of(film: Film, path: Path, fps: int | Fraction) -> Iterator[Path | None]:
    """A private file beside `path` with the film's chapters, as long as it is needed; None where there are none.
    Raises RecordingError."""
    if not film.chapters:
        yield None
        return
    try:
        file = make_private(place_of(path))
    except OSError as error:
        raise refused(path, error) from None
    try:
        try:
            file.write_text(metadata(film, fps), encoding="utf-8")
        except OSError as error:
            raise refused(path, error) from None
        yield file
    finally:
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)
