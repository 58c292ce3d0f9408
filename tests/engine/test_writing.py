"""A file that is saved stays what it was, and one that must not be written to stays as it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.scene import opening_scene
from engine.scene_file import SceneFileError, load, save
from engine.writing import destination, move_into_place, write_file

POSIX = pytest.mark.skipif(os.name != "posix", reason="rights, links and owners")
ROOT = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
NEW = opening_scene().with_(title="new")


def rights(path: Path) -> int:
    return path.stat().st_mode & 0o7777


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A scene that was saved before."""
    save(opening_scene(), tmp_path / "scene.json")
    return tmp_path / "scene.json"


@POSIX
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o664, 0o666, 0o755, 0o200 | 0o400, 0o620])
def test_rights_stay(path: Path, mode: int) -> None:
    path.chmod(mode)
    save(NEW, path)
    assert rights(path) == mode and load(path) == NEW


@POSIX
@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_new_file_has_the_rights_of_any_new_file(tmp_path: Path, mask: int, mode: int) -> None:
    before = os.umask(mask)
    try:
        save(NEW, tmp_path / "scene.json")
    finally:
        os.umask(before)
    assert rights(tmp_path / "scene.json") == mode


@POSIX
def test_what_is_half_written_is_never_more_open_than_the_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.chmod(0o600)
    seen: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda _: seen.extend(rights(p) for p in path.parent.iterdir()))
    save(NEW, path)
    assert seen == [0o600, 0o600]


@POSIX
def test_a_link_stays_and_its_file_is_written(path: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    kept = path.rename(tmp_path / "elsewhere" / "kept.json")
    kept.chmod(0o600)
    (tmp_path / "middle").symlink_to("elsewhere/kept.json")
    path.symlink_to("middle")
    save(NEW, path)
    assert path.is_symlink() and (tmp_path / "middle").is_symlink()
    assert load(kept) == NEW and rights(kept) == 0o600
    kept.unlink()
    save(NEW, path)  # a link that leads to nothing yet
    assert path.is_symlink() and load(kept) == NEW
    assert [p.name for p in kept.parent.iterdir()] == ["kept.json"]


def test_a_protected_file_is_refused(path: Path) -> None:
    before = path.read_bytes()
    path.chmod(0o444)
    with pytest.raises(SceneFileError) as caught:
        save(NEW, path)
    assert str(caught.value) == "“scene.json” cannot be saved: it is write-protected."
    assert path.read_bytes() == before and rights(path) == 0o444
    assert list(path.parent.iterdir()) == [path]
    path.chmod(0o644)


@POSIX
def test_a_protected_file_behind_a_link_is_refused(path: Path, tmp_path: Path) -> None:
    path.chmod(0o400)
    (tmp_path / "link.json").symlink_to(path)
    with pytest.raises(SceneFileError, match=r"“link\.json” cannot be saved: it is write-protected"):
        save(NEW, tmp_path / "link.json")
    assert load(path) == opening_scene()


@POSIX
def test_what_is_no_file_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("pipe")
    (tmp_path / "loop").symlink_to("loop")
    for name in ("pipe", "folder", "link", "loop", "a\0b", "x" * 3000):
        with pytest.raises(SceneFileError, match="cannot be saved: ") as caught:
            save(NEW, tmp_path / name)
        assert str(caught.value).isprintable() and len(str(caught.value)) < 150
    assert (tmp_path / "pipe").is_fifo() and (tmp_path / "link").is_symlink()
    assert len(list(tmp_path.iterdir())) == 4


@ROOT
def test_the_owner_stays(path: Path) -> None:
    os.chown(path, 1234, 4321)
    path.chmod(0o640)
    save(NEW, path)
    found = path.stat()
    assert (found.st_uid, found.st_gid, rights(path)) == (1234, 4321, 0o640)


@POSIX
def test_a_group_that_cannot_be_kept_takes_its_rights_with_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "chown", refused)
    for mode, left in ((0o664, 0o644), (0o660, 0o600), (0o666, 0o666), (0o600, 0o600)):
        path.chmod(mode)
        save(NEW, path)
        assert rights(path) == left


@pytest.mark.skipif(sys.platform != "linux", reason="attributes")
def test_attributes_stay(path: Path) -> None:
    try:
        os.setxattr(path, "user.note", b"for week 3")
    except OSError:
        pytest.skip("this disk keeps none")
    save(NEW, path)
    assert os.getxattr(path, "user.note") == b"for week 3"


@pytest.mark.parametrize("fails", ["fsync", "replace"])
def test_nothing_is_left_of_what_failed(path: Path, monkeypatch: pytest.MonkeyPatch, fails: str) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os if fails == "fsync" else Path, fails, full)
    with pytest.raises(SceneFileError, match="no space left"):
        save(NEW, path)
    assert load(path) == opening_scene() and list(path.parent.iterdir()) == [path]


@POSIX
def test_what_a_killed_process_left_is_swept_by_the_next_save(path: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from engine.writing import write_file\n"
        "os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)\n"
        "write_file(Path(sys.argv[1]), b'half')"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code, path], cwd=root, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert len(list(path.parent.iterdir())) == 2
    save(NEW, path)
    assert list(path.parent.iterdir()) == [path] and load(path) == NEW


@POSIX
def test_a_recording_is_moved_in_the_same_way(path: Path, tmp_path: Path) -> None:
    path.chmod(0o640)
    (tmp_path / "link").symlink_to(path)
    part = tmp_path / "part"
    part.write_bytes(b"film")
    move_into_place(part, destination(tmp_path / "link"))
    assert path.read_bytes() == b"film" and rights(path) == 0o640 and not part.exists()
    write_file(tmp_path / "other", b"x")
    assert (tmp_path / "other").read_bytes() == b"x"
