"""The command line, as a stranger meets it."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

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


def test_without_a_display_it_draws_a_picture(tmp_path: Path) -> None:
    done = run(folder=tmp_path)
    assert done.returncode == 0
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1
    assert "no display" in done.stdout
    assert (tmp_path / "stepscope.png").stat().st_size > 100_000


def test_without_a_display_a_broken_scene_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    done = run("broken.json", folder=tmp_path)
    assert done.returncode == 1
    assert done.stderr == "This file is not a scene or lecture: it is not complete JSON.\n"
    assert not (tmp_path / "stepscope.png").exists()
