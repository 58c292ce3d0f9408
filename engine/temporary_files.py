"""Files and folders that are written beside another one, then moved to its place: made, and swept if left behind.

Their names are `.stepscope-HOST-PROCESS-RANDOM.part`. They are made exclusively, so that nothing that is there
already is written to, nor followed if it is a link.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import re
import secrets
import shutil
import stat
import time
from pathlib import Path
from typing import BinaryIO

_NAME = re.compile(r"\.stepscope-([0-9a-f]{8})-(\d{1,10})-[0-9a-f]{16}\.part")
_FRAME = re.compile(r"\d{5,}\.png")  # the only thing that is ever put into a folder of ours
_TRIES = 100
_OLD = 24 * 3600.0  # seconds after which a file is left behind where processes cannot be asked for


def _host() -> str:
    """This machine, in a name: a folder may be shared with others, whose processes have numbers of their own."""
    return hashlib.sha256(platform.node().encode()).hexdigest()[:8]


def _name() -> str:
    return f".stepscope-{_host()}-{os.getpid()}-{secrets.token_hex(8)}.part"


def open_private(path: Path, mode: int = 0o600) -> BinaryIO:
    """Make and open a new file beside `path`; its own path is the `name` of what is returned. Raises OSError.

    `mode` is less what the process's mask takes away.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    for _ in range(_TRIES):
        name = str(path.with_name(_name()))
        with contextlib.suppress(FileExistsError):
            return open(name, "w+b", opener=lambda name, _: os.open(name, flags, mode))
    raise FileExistsError(17, "no free name was found", str(path))


def make_private(path: Path, mode: int = 0o600) -> Path:
    """Make a new, empty file beside `path`, and say where. Raises OSError."""
    with open_private(path, mode) as file:
        return Path(file.name)


def make_private_folder(path: Path) -> Path:
    """Make a new, empty folder beside `path`, and say where; it is for frames, 00001.png and on. Raises OSError."""
    for _ in range(_TRIES):
        folder = path.with_name(_name())
        with contextlib.suppress(FileExistsError):
            folder.mkdir()
            return folder
    raise FileExistsError(17, "no free name was found", str(path))


def sweep(folder: Path, process: int | None = None) -> None:
    """Remove what processes of this user that have ended left in `folder`, and all that `process` made there.

    Nothing else is touched, and what cannot be removed stays.
    """
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            named = _NAME.fullmatch(entry.name)
            if named is not None and named[1] == _host():
                with contextlib.suppress(OSError):
                    _remove(Path(entry.path), int(named[2]), process)


def _remove(path: Path, maker: int, ended: int | None) -> None:
    found = path.lstat()
    if os.name == "posix" and found.st_uid != os.geteuid():
        return
    if maker != ended and not _has_ended(maker, found.st_mtime):
        return
    if stat.S_ISREG(found.st_mode):
        path.unlink()
    elif stat.S_ISDIR(found.st_mode) and _holds_frames_only(path):
        shutil.rmtree(path)


def _holds_frames_only(folder: Path) -> bool:
    with os.scandir(folder) as entries:
        return all(entry.is_file(follow_symlinks=False) and _FRAME.fullmatch(entry.name) for entry in entries)


def _has_ended(process: int, changed: float) -> bool:
    if os.name != "posix":  # where asking for a process may end it
        return time.time() - changed > _OLD
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return False
