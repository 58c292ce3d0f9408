"""What can go wrong with a recording, told in one sentence."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from engine.quoting import quoted, shown


class RecordingError(Exception):
    """The recording came to nothing; the message is one sentence for the user."""


_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "the file became larger than is allowed here",
    errno.EACCES: "its folder may not be written to",
    errno.EPERM: "its folder may not be written to",
    errno.EROFS: "the disk is read-only",
    errno.ENOENT: "its folder is gone",
    errno.ENOTDIR: "its folder is gone",
    errno.ENAMETOOLONG: "the name is too long",
}
# What an encoder says of the same.
_WORDS = {
    "no space left": errno.ENOSPC,
    "quota exceeded": errno.EDQUOT,
    "file too large": errno.EFBIG,
    "permission denied": errno.EACCES,
    "read-only file system": errno.EROFS,
    "no such file": errno.ENOENT,
}


def refused(path: Path, error: OSError) -> RecordingError:
    """A fault of the disk while `path` was written."""
    said, number = error.strerror or "", error.errno or 0
    ours = said and said != os.strerror(number)  # it says more than its number
    reason = said if ours else _REASONS.get(number, (said or str(error)).lower())
    return RecordingError(f"{quoted(path.name)} cannot be written: {reason}.")


def broken_off(path: Path, words: str, status: int) -> RecordingError:
    """The encoder ended with `status` before its work was done, having said `words`."""
    lowered = words.lower()
    for phrase, number in _WORDS.items():
        if phrase in lowered:
            return refused(path, OSError(number, ""))
    if status < 0:
        return RecordingError(f"{quoted(path.name)} was not made: the video encoder was killed (signal {-status}).")
    last = shown(words.strip().splitlines()[-1].strip(" ."), 200) if words.strip() else f"status {status}"
    return RecordingError(f"{quoted(path.name)} was not made: the video encoder gave up ({last}).")
