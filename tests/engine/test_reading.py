"""Only regular files are read, and only so many bytes of them: whatever else is chosen gets one sentence, at once."""

from __future__ import annotations

import io
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import lecture_file, scene_file
from engine.data.csv_file import TableError, read_csv
from engine.reading import (
    FolderError,
    MissingError,
    NoFileError,
    ReadingError,
    TooLargeError,
    open_file,
    read_file,
    read_stream,
)
from engine.scene_file import SceneFileError

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes and devices")
KINDS = ["pipe", "link to a pipe", "socket", "/dev/zero", "/dev/tty", "/proc/kmsg", "/proc/self/mem"]


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """What waits is interrupted."""

    def enough(*_: object) -> None:
        raise TimeoutError("it waits for ever")

    before = signal.signal(signal.SIGALRM, enough)
    signal.setitimer(signal.ITIMER_REAL, 20)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def made(kind: str, folder: Path) -> Path:
    """Something of a kind, under a name that looks like a file's."""
    path = folder / "thing.json"
    if kind in ("pipe", "link to a pipe"):
        os.mkfifo(folder / "pipe")
        path.symlink_to(folder / "pipe") if "link" in kind else (folder / "pipe").rename(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(str(path))
    else:
        path.symlink_to(kind)
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_file_is_not_read(kind: str, tmp_path: Path) -> None:
    path = made(kind, tmp_path)
    for read, error in ((scene_file.load, SceneFileError), (lecture_file.load, SceneFileError), (read_csv, TableError)):
        with pytest.raises(error, match=r"“thing\.json” (cannot be read: |is empty)") as caught:
            read(path)
        assert str(caught.value).isprintable() and len(str(caught.value)) < 120


def test_why_a_file_is_not_read(tmp_path: Path) -> None:
    for path, kind in (
        (tmp_path, FolderError),
        (tmp_path / "no", MissingError),
        (Path("a\0b"), NoFileError),
        (Path("/dev/null"), NoFileError),
        (tmp_path / ("x" * 3000), ReadingError),
    ):
        with pytest.raises(kind):
            read_file(path, 10)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(ReadingError):
        read_file(tmp_path / "loop", 10)


def test_no_more_than_so_many_bytes(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * 3_000_000)
    assert read_file(path, 3_000_000) == b"x" * 3_000_000
    with pytest.raises(TooLargeError) as caught:
        read_file(path, 2_999_999)
    assert caught.value.size == 3_000_000
    assert read_stream(io.BytesIO(b"abc"), 3) == b"abc"
    with pytest.raises(TooLargeError):
        read_stream(io.BytesIO(b"abcd"), 3)
    os.truncate(path, 10**12)  # which takes no room
    with pytest.raises(SceneFileError, match="too large"):
        scene_file.load(path)
    with pytest.raises(TableError, match=r"has 1000\.0 GB"):
        read_csv(path)


def test_a_file_exchanged_for_a_pipe_while_it_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x")
    really = os.open

    def exchanged(name: Path, flags: int) -> int:
        path.unlink()
        os.mkfifo(path)
        return really(name, flags)

    monkeypatch.setattr(os, "open", exchanged)
    with pytest.raises(NoFileError):
        open_file(path)
