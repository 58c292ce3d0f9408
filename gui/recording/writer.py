"""Frames to a file: written beside it under a name of their own, and moved there when whole.

Every fault is a RecordingError, and leaves nothing behind; so does Cancelled.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import stat
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage, QImageWriter

from engine.cancelling import check
from engine.quoting import quoted
from engine.temporary_files import make_private, make_private_folder, sweep
from engine.writing import destination, move_into_place, write_file
from gui.recording import encoder
from gui.recording.errors import RecordingError, broken_off, refused
from gui.recording.stopping import waiting

PIPE = 1 << 20  # bytes that fit into the pipe, where the system lets us choose
PATIENCE = 120.0  # seconds an encoder may take to finish after the last frame


def standing(path: Path) -> str:
    """What is under a name: "folder", "a file", "a device or a pipe", or nothing. Raises RecordingError."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as error:
        raise refused(path, error) from None
    return "folder" if stat.S_ISDIR(mode) else "a file" if stat.S_ISREG(mode) else "a device or a pipe"


def place_of(path: Path) -> Path:
    """Where a file of that name is written: behind a link, what it leads to. Sweeps its folder.

    Raises RecordingError where nothing can be written, or nothing may be replaced.
    """
    try:
        return _in_its_folder(destination(path), path)
    except OSError as error:
        raise refused(path, error) from None


def _in_its_folder(place: Path, path: Path) -> Path:
    if standing(place.parent) != "folder":
        raise refused(path, FileNotFoundError(2, ""))
    sweep(place.parent)
    return place


@contextlib.contextmanager
def colors_of(path: Path) -> Iterator[Path]:
    """A private file beside `path` for the colours of a GIF, as long as they are needed. Raises RecordingError."""
    try:
        colors = make_private(place_of(path))
    except OSError as error:
        raise refused(path, error) from None
    try:
        yield colors
    finally:
        with contextlib.suppress(OSError):
            colors.unlink(missing_ok=True)


class Writer(Protocol):
    """Takes frames one by one, and raises Cancelled instead when nobody wants them any more. Leaving its `with`
    without `finish` leaves nothing behind."""

    def write(self, image: QImage) -> None: ...
    def finish(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None: ...


class Encoder:
    """An encoder fed through its standard input, whose file appears under `path` when it is whole.

    Of faults it speaks as of `name`, where `path` is nothing that the user has named.
    """

    def __init__(self, path: Path, arguments: list[str], name: Path | None = None) -> None:
        self.path = name or path
        self._words = b""
        self._place = place_of(path)
        program = encoder.program()
        try:
            self.part = make_private(self._place, 0o600 if self._place.exists() else 0o666)
        except OSError as error:
            raise refused(self.path, error) from None
        try:
            # Ctrl+C is for us alone, who then end the encoder.
            self.process = subprocess.Popen(
                [program, *arguments, "-y", encoder.named(self.part)], stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, bufsize=0, start_new_session=os.name == "posix",
            )  # fmt: skip
        except OSError as error:
            self._remove()
            raise RecordingError(f"The video encoder cannot be started: {error.strerror}.") from None
        assert self.process.stdin is not None
        self._pipe = self.process.stdin.fileno()
        _widen(self._pipe)
        self._listener = threading.Thread(target=self._listen, name="encoder's words", daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        assert self.process.stderr is not None
        while said := self.process.stderr.read(4096):
            self._words = (self._words + said)[-4096:]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self._end()
        self._remove()

    def write(self, image: QImage) -> None:
        """One more frame, of four bytes a pixel: blue, green, red and nothing."""
        data = memoryview(image.constBits()).cast("B")
        try:
            with waiting():
                while data:
                    data = data[os.write(self._pipe, data) :]
        except OSError:  # it has gone
            raise self._failed() from None

    def finish(self) -> None:
        """No more frames: let the encoder end, then move its file into place."""
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        try:
            with waiting():
                self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise RecordingError(f"{quoted(self.path.name)} was not made: the video encoder does not end.") from None
        self._end()
        if self.process.returncode != 0 or not self._whole():
            raise self._failed()
        try:
            move_into_place(self.part, self._place)
        except OSError as error:
            raise refused(self.path, error) from None

    def _whole(self) -> bool:
        try:
            return self.part.stat().st_size > 0
        except OSError:
            return False

    def _failed(self) -> RecordingError:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
        self._end()
        if standing(self._place.parent) != "folder":
            return refused(self.path, FileNotFoundError(2, ""))
        words = self._words.decode(errors="replace").replace(encoder.named(self.part), self.path.name)
        return broken_off(self.path, words, self.process.returncode or 0)

    def _end(self) -> None:
        """Nothing of the process stays open."""
        with contextlib.suppress(OSError):
            if self.process.stdin is not None:
                self.process.stdin.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._listener.join(5)
        if self.process.stderr is not None:
            self.process.stderr.close()

    def _remove(self) -> None:
        with contextlib.suppress(OSError):
            self.part.unlink(missing_ok=True)


def _widen(pipe: int) -> None:
    with contextlib.suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE)


class Frames:
    """A folder of PNG files, 00001.png and on."""

    def __init__(self, path: Path) -> None:
        self.path, self.count = path, 0
        there = standing(path)
        if there not in ("", "folder"):
            raise RecordingError(f"{quoted(path.name)} is {there}, and no folder for frames.")
        self._place = _in_its_folder(Path(os.path.realpath(path)), path)
        try:
            if there and not _holds_frames_only(self._place):
                raise RecordingError(f"{quoted(path.name)} is there already and holds other things than frames.")
            self.part = make_private_folder(self._place)
        except OSError as error:
            raise refused(path, error) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        shutil.rmtree(self.part, ignore_errors=True)

    def write(self, image: QImage) -> None:
        check()
        self.count += 1
        try:
            (self.part / f"{self.count:05}.png").write_bytes(png_bytes(image))
        except OSError as error:
            raise refused(self.path, error) from None

    def finish(self) -> None:
        try:
            if not self._place.is_dir():
                self.part.rename(self._place)
                return
            shutil.copymode(self._place, self.part)
            before = make_private_folder(self._place)
            before.rmdir()
            self._place.rename(before)
            try:
                self.part.rename(self._place)
            except OSError:
                before.rename(self._place)
                raise
            shutil.rmtree(before, ignore_errors=True)
        except OSError as error:
            raise refused(self.path, error) from None


def _holds_frames_only(path: Path) -> bool:
    return path.is_dir() and all(re.fullmatch(r"\d{5,}\.png", file.name) for file in path.iterdir())


def png_bytes(image: QImage) -> bytes:
    """The image as PNG, packed fast rather than small."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, b"png")
    writer.setCompression(30)
    writer.write(image)
    return bytes(buffer.data().data())


def write_picture(image: QImage, path: Path) -> None:
    """One PNG file, whole or not at all. Raises RecordingError."""
    place = place_of(path)
    try:
        write_file(place, png_bytes(image))
    except OSError as error:
        raise refused(path, error) from None
