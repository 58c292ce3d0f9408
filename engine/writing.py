"""Files that are written whole or not at all, and stay what they were: a link stays a link, and rights stay rights."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
from pathlib import Path

from engine.temporary_files import open_private, sweep


def destination(path: Path) -> Path:
    """The file that will be written under a name: what a link leads to, whether it is there already or not.

    Raises OSError, whose `strerror` ends a sentence, for what must not be replaced: a file that may not be written
    to, for whatever user, or what is no file.
    """
    real = Path(os.path.realpath(path))
    try:
        mode = real.stat().st_mode
    except FileNotFoundError:
        return real
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder", str(path))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is a device or a pipe, not a file", str(path))
    if not mode & 0o222 or not os.access(real, os.W_OK):
        raise PermissionError(errno.EACCES, "it is write-protected", str(path))
    return real


def move_into_place(part: Path, path: Path) -> None:
    """Let `part`, a finished file beside `path`, be what `path` is from now on. Raises OSError.

    What was there gives it its rights and, where the system allows that, its owner. `path` is no link: it comes from
    `destination`.
    """
    with contextlib.suppress(FileNotFoundError):
        _take_over(part, path, path.stat())
    part.replace(path)


def write_file(path: Path, data: bytes) -> None:
    """Write beside a file, then move into place. Raises OSError; leaves nothing half-written."""
    real = destination(path)
    sweep(real.parent)
    with open_private(real, 0o600 if real.exists() else 0o666) as file:
        part = Path(file.name)
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            file.close()  # before it is moved, as some systems ask
            move_into_place(part, real)
        finally:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)


def _take_over(part: Path, old: Path, was: os.stat_result) -> None:
    rights = stat.S_IMODE(was.st_mode) & 0o777
    if hasattr(os, "chown"):
        try:
            os.chown(part, -1, was.st_gid)
        except OSError:  # then what its group might do, nobody's group may
            rights &= ~0o070 | (rights & 0o007) << 3
        with contextlib.suppress(OSError):
            os.chown(part, was.st_uid, -1)
    if sys.platform == "linux":  # access lists among them: without its list, the group's rights would mean others
        with contextlib.suppress(OSError):
            for name in os.listxattr(old):
                with contextlib.suppress(OSError):
                    os.setxattr(part, name, os.getxattr(old, name))
    part.chmod(rights)
