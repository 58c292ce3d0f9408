"""Files that somebody chose: only regular ones are read, and of these only so many bytes.

A named pipe would wait for ever, a device never ends, and a file of the kernel's may do either.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

_PIECE = 1 << 20


class ReadingError(Exception):
    """Why a file cannot be read; `reason` ends a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class MissingError(ReadingError):
    """There is no such file."""


class NoFileError(ReadingError):
    """A folder, a pipe, a device: something, but no file."""


class FolderError(NoFileError):
    """A folder."""


class TooLargeError(ReadingError):
    """More bytes than were allowed; `size` is how many the file says it has, or 0 where it doesn't say."""

    def __init__(self, size: int) -> None:
        super().__init__("it is too large")
        self.size = size


def open_file(path: Path) -> BinaryIO:
    """Open a regular file without a buffer; reading it never waits. Raises ReadingError."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
    try:
        _check(path.stat().st_mode)  # before it is opened, which may already do something to a device
        descriptor = os.open(path, flags)
    except (OSError, ValueError) as error:
        raise _unreadable(error) from None
    try:
        _check(os.fstat(descriptor).st_mode)  # it may have been exchanged meanwhile
        return os.fdopen(descriptor, "rb", buffering=0)
    except BaseException:
        os.close(descriptor)
        raise


def read_file(path: Path, most: int) -> bytes:
    """What is in a regular file, if that is no more than `most` bytes. Raises ReadingError."""
    with open_file(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size > most:
            raise TooLargeError(size)
        return read_stream(file, most)


def read_stream(file: BinaryIO, most: int) -> bytes:
    """All that comes from an open file or a pipe, if that is no more than `most` bytes. Raises ReadingError."""
    data = bytearray()
    try:
        while len(data) <= most:
            piece: bytes | None = file.read(min(_PIECE, most + 1 - len(data)))
            if piece is None:  # it would wait, as no file on a disk does
                raise NoFileError("it is not a file with an end")
            if not piece:
                return bytes(data)
            data += piece
    except (OSError, ValueError) as error:
        raise _unreadable(error) from None
    raise TooLargeError(0)


def _check(mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise FolderError("it is a folder")
    if not stat.S_ISREG(mode):
        raise NoFileError("it is a device or a pipe, not a file")


def _unreadable(error: OSError | ValueError) -> ReadingError:
    if not isinstance(error, OSError):  # a null in its name
        return NoFileError("it is not a file")
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return MissingError("there is no such file")
    return ReadingError(error.strerror or type(error).__name__)
