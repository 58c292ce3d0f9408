"""Files beside others: new ones only, and swept only when they are ours and nobody writes them any more."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine import temporary_files
from engine.temporary_files import make_private, make_private_folder, open_private, sweep

POSIX = pytest.mark.skipif(os.name != "posix", reason="processes, links and owners")


@pytest.fixture
def dead() -> int:
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def left_by(process: int, made: Path) -> Path:
    """As if `process` had made it."""
    return made.rename(made.with_name(made.name.replace(f"-{os.getpid()}-", f"-{process}-")))


def test_they_stand_beside_the_file_and_are_private(tmp_path: Path) -> None:
    with open_private(tmp_path / "scene.json") as file:
        file.write(b"half")
    part = Path(file.name)
    assert part.parent == tmp_path and part.read_bytes() == b"half"
    assert os.name != "posix" or part.stat().st_mode & 0o777 == 0o600
    assert make_private(tmp_path / "scene.json") != make_private(tmp_path / "scene.json")
    assert make_private_folder(tmp_path / "frames.png").is_dir()


@POSIX
def test_the_mask_of_the_process_holds(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        assert make_private(tmp_path / "a.mp4", 0o666).stat().st_mode & 0o777 == 0o640
    finally:
        os.umask(before)


@POSIX
def test_what_was_planted_under_their_name_is_neither_followed_nor_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    victim = tmp_path / "thesis.txt"
    victim.write_text("all my work", encoding="utf-8")
    planted = iter(["planted", "planted", "free", "planted", "folder"])
    monkeypatch.setattr(temporary_files, "_name", lambda: next(planted))
    (tmp_path / "planted").symlink_to(victim)
    assert make_private(tmp_path / "a.mp4", 0o666).name == "free"
    assert make_private_folder(tmp_path / "a.png").name == "folder"
    assert victim.read_text(encoding="utf-8") == "all my work"


@POSIX
def test_only_what_the_dead_left_is_swept(tmp_path: Path, dead: int) -> None:
    left_by(dead, make_private(tmp_path / "a.mp4"))
    folder = make_private_folder(tmp_path / "a.png")
    (folder / "00001.png").write_bytes(b"x")
    left_by(dead, folder)
    mine = make_private(tmp_path / "b.mp4")
    others = left_by(1, make_private(tmp_path / "c.mp4"))
    sweep(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {mine.name, others.name}
    sweep(tmp_path, os.getpid())
    assert list(tmp_path.iterdir()) == [others]


@POSIX
def test_nothing_of_the_user_is_swept(tmp_path: Path, dead: int) -> None:
    ours = left_by(dead, make_private(tmp_path / "a.mp4"))
    ours.unlink()
    (tmp_path / "thesis.txt").write_text("all my work", encoding="utf-8")
    ours.symlink_to(tmp_path / "thesis.txt")
    for name in (".stepscope-notes", f".a.mp4.{dead}.part", f"x{ours.name}", f"{ours.name}~", "a.gif.palette"):
        (tmp_path / name).write_text("mine", encoding="utf-8")
    elsewhere = ours.name.replace(temporary_files._host(), "00000000")  # another machine's, in a shared folder
    (tmp_path / elsewhere).write_text("theirs", encoding="utf-8")
    folder = left_by(dead, make_private_folder(tmp_path / "a.png"))
    (folder / "thesis.txt").write_text("all my work", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    sweep(tmp_path)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root makes files of others")
def test_nothing_of_other_users_is_swept(tmp_path: Path, dead: int) -> None:
    theirs = left_by(dead, make_private(tmp_path / "a.mp4"))
    os.chown(theirs, 65534, 65534)
    sweep(tmp_path)
    assert theirs.exists()


def test_a_folder_that_is_not_there_is_swept_without_a_word(tmp_path: Path) -> None:
    sweep(tmp_path / "gone")
