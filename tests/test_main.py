"""The command line, as a stranger meets it."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def run(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    keep = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), *arguments], cwd=folder, env=keep | environment,
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def test_version(tmp_path: Path) -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert run("--version", folder=tmp_path).stdout == f"Stepscope {version}\n"


def test_help(tmp_path: Path) -> None:
    done = run("--help", folder=tmp_path)
    assert done.returncode == 0
    assert "a scene file to open" in done.stdout


def test_without_a_display_it_makes_a_short_video(tmp_path: Path) -> None:
    done = run(folder=tmp_path)
    assert done.returncode == 0
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1
    assert "no display" in done.stdout
    assert "stepscope.mp4" in done.stdout
    assert (tmp_path / "stepscope.mp4").read_bytes()[4:8] == b"ftyp"
    assert 100_000 < (tmp_path / "stepscope.mp4").stat().st_size < 10_000_000
    assert len(list(tmp_path.iterdir())) == 1


def test_without_a_display_a_scene_becomes_its_video(tmp_path: Path) -> None:
    scene = ROOT / "assets" / "scenes" / "convolution" / "01-by-hand.json"
    done = run(str(scene), folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert [path.name for path in tmp_path.iterdir()] == ["stepscope.mp4"]


def test_without_a_display_a_broken_scene_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    done = run("broken.json", folder=tmp_path)
    assert done.returncode == 1
    assert done.stderr == "This file is not a scene or lecture: it is not complete JSON.\n"
    assert not (tmp_path / "stepscope.mp4").exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_what_is_no_file_is_one_sentence_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "endless.json").symlink_to("/dev/zero")
    for name in ("pipe.json", "endless.json"):
        for arguments in ((name,), ("render", name, "out.mp4"), ("render", name, "out.pdf")):
            done = run(*arguments, folder=tmp_path)
            assert (done.returncode, done.stdout) == (1, "")
            assert done.stderr == f"“{name}” cannot be read: it is a device or a pipe, not a file.\n"
    assert len(list(tmp_path.iterdir())) == 2
