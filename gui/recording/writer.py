"""Frames to a file: written beside it under another name, and moved there when whole.

Every fault is a RecordingError, and leaves nothing behind.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import threading
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage, QImageWriter

from gui.recording import encoder
from gui.recording.errors import RecordingError, broken_off, refused

PIPE = 1 << 20  # bytes that fit into the pipe, where the system lets us choose
PATIENCE = 120.0  # seconds an encoder may take to finish after the last frame


def part_of(path: Path, process: int | None = None) -> Path:
    """What `path` is called while a process (this one) still writes it."""
    return path.with_name(f".{path.name}.{process or os.getpid()}.part")


def remove_part(path: Path, process: int | None = None) -> None:
    """Remove what a process that ended early has left."""
    for part in (part_of(path, process), part_of(palette_of(path), process)):
        with contextlib.suppress(OSError):
            if part.is_dir():
                shutil.rmtree(part, ignore_errors=True)
            else:
                part.unlink(missing_ok=True)


def palette_of(path: Path) -> Path:
    """Where the colours of a GIF are kept meanwhile."""
    return path.with_name(path.name + ".palette")


class Writer(Protocol):
    """Takes frames one by one. Leaving its `with` without `finish` leaves nothing behind."""

    def write(self, image: QImage) -> None: ...
    def finish(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None: ...


class Encoder:
    """An encoder fed through its standard input, whose file appears under `path` when it is whole."""

    def __init__(self, path: Path, arguments: list[str]) -> None:
        self.path, self.part = path, part_of(path)
        self._words = b""
        if path.is_dir():
            raise RecordingError(f"“{path.name}” is a folder.")
        try:
            # The disk says first what it thinks; and Ctrl+C is for us alone, who then end the encoder.
            self.part.touch()
            self.process = subprocess.Popen(
                [encoder.program(), *arguments, "-y", str(self.part)], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE, bufsize=0, start_new_session=os.name == "posix",
            )  # fmt: skip
        except OSError as error:
            self._remove()
            if self.path.parent.is_dir() and error.filename and Path(str(error.filename)) != self.part:
                raise RecordingError(f"The video encoder cannot be started: {error.strerror}.") from None
            raise refused(path, error) from None
        except RecordingError:
            self._remove()
            raise
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
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise RecordingError(f"“{self.path.name}” was not made: the video encoder does not end.") from None
        self._end()
        if self.process.returncode != 0 or not self._whole():
            raise self._failed()
        try:
            self.part.replace(self.path)
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
        if not self.path.parent.is_dir():
            return refused(self.path, FileNotFoundError(2, ""))
        return broken_off(self.path, self._words.decode(errors="replace"), self.process.returncode or 0)

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
        self.path, self.part, self.count = path, part_of(path), 0
        if path.exists() and not _holds_frames_only(path):
            raise RecordingError(f"“{path.name}” is there already and holds other things than frames.")
        try:
            self.part.mkdir()
        except OSError as error:
            raise refused(path, error) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        shutil.rmtree(self.part, ignore_errors=True)

    def write(self, image: QImage) -> None:
        self.count += 1
        try:
            (self.part / f"{self.count:05}.png").write_bytes(png_bytes(image))
        except OSError as error:
            raise refused(self.path, error) from None

    def finish(self) -> None:
        try:
            if self.path.is_dir():
                shutil.rmtree(self.path)
            self.part.rename(self.path)
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
    if path.is_dir():
        raise RecordingError(f"“{path.name}” is a folder.")
    part = part_of(path)
    try:
        part.write_bytes(png_bytes(image))
        part.replace(path)
    except OSError as error:
        raise refused(path, error) from None
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
