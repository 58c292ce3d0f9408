"""`main.py render` within this process: what a command line says, against itself and against its scene."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from imageio_ffmpeg import get_ffmpeg_exe

from gui.recording.command import main

SCENES = Path(__file__).parents[2] / "assets" / "scenes"
RACE = SCENES / "optimizers" / "4-learning-rate-too-high.json"
GRID = SCENES / "convolution" / "01-by-hand.json"
MINIMA = min((SCENES / "minima").iterdir())
AUGMENTATION = min((SCENES / "augmentation").iterdir())
LECTURE = SCENES.parent / "lectures" / "2-convolution-and-its-backward-pass.json"


def frames_in(path: Path) -> int:
    """How many frames the encoder's own reader finds."""
    read = [get_ffmpeg_exe(), "-loglevel", "error", "-i", f"file:{path}", "-fps_mode", "passthrough"]
    said = subprocess.run([*read, "-f", "framemd5", "-"], capture_output=True, text=True, check=True).stdout
    return sum(not line.startswith("#") for line in said.splitlines())


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("x.png", "--at", "3:-1"), 2, "After step 3 comes line 1 only, and so no line -1."),
        (("x.png", "--at", "60:1"), 2, "After step 60 come no lines, and so no line 1."),
        (("x.png", "--at", "3:"), 2, "--at takes a step such as 12, or 12:2 with lines of the next one."),
        (("x.png", "--at", "3", "--seconds", "2"), 2, "--at makes one picture, on which --seconds has no effect: "),
        (("x.mp4", "--fps", "29.5"), 2, "Frames a second are a whole number, or one of 23.976, 29.97, 59.94, and not "),
        (("x.mp4", "--size", "-2x-2"), 2, "Width and height must be from 64 to 7680 pixels, not -2."),
        (("x.mp4", "--seconds", "-inf"), 2, "The length must be from 0.1 to 14400 seconds, not -inf."),
        (("x.mp4", "--theme", "pink\n\npink"), 2, "The theme is dark or light, and not “pink pink”."),
        (("x.mp4", "--format", "gif"), 2, "“x.mp4” is no .gif file: leave out --format."),
        (("--format", "mp4", os.devnull), 2, "“null” is a device or a pipe, and no folder for recordings."),
        (("",), 2, "A name in this command is empty."),
        (("n" * 300 + ".mp4",), 1, "“nnn"),
    ],
)
def test_wrong_commands_are_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str],
    arguments: tuple[str, ...], status: int, said: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert main([str(RACE), *arguments]) == status
    out, err = capfd.readouterr()
    assert out == "" and err.startswith(said) and err.count("\n") == 1 and err.endswith(".\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--from", "2"), "A lecture is played page by page: leave out --from and --to."),
        (("--to", "2"), "A lecture is played page by page: leave out --from and --to."),
        (("--step-seconds", "2"), "A lecture has no time of a step: give the length of the whole by --seconds."),
        (("--seconds", "nan"), "The length must be from 0.1 to 14400 seconds, not nan."),
        (("--fps", "10"), "A recording has from 23.976 to 60 frames a second, not 10."),
    ],
)
def test_what_a_lecture_has_none_of(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    assert main([str(LECTURE), str(tmp_path / "x.mp4"), *arguments]) == 2
    assert capfd.readouterr() == ("", f"{said}\n")
    assert main([str(LECTURE), str(tmp_path / "x.png"), "--transparent"]) == 2
    assert capfd.readouterr().err == "The pages of a lecture are not transparent: leave out --transparent.\n"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_stayed_empty_goes_again(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    for folder in ("films", "pages"):
        more = ["--pages"] if folder == "pages" else []
        assert main([str(tmp_path / "broken.json"), str(tmp_path / folder), *more]) == 1
    assert capfd.readouterr().err.count("\n") == 2
    assert [path.name for path in tmp_path.iterdir()] == ["broken.json"]


@pytest.mark.parametrize(
    ("scene", "at", "status"),
    [(GRID, "0:9", 0), (GRID, "0:10", 2), (MINIMA, "0:1", 2), (AUGMENTATION, "1:9", 2), (AUGMENTATION, "1", 0)],
    ids=lambda value: getattr(value, "stem", value),
)
def test_lines_of_every_kind_of_scene(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], scene: Path, at: str, status: int
) -> None:
    assert main([str(scene), str(tmp_path / "x.png"), "--size", "96x96", "--at", at]) == status
    assert capfd.readouterr().err.count("\n") == (1 if status else 0)
    assert [path.name for path in tmp_path.iterdir()] == ([] if status else ["x.png"])


@pytest.mark.parametrize("name", ["a:b", "-x", "concat:a|b", "%03d", "pipe:1", "a'b [c]", "file:a", "two\nlines"])
@pytest.mark.parametrize("ending", ["mp4", "webm", "gif", "png"])
def test_a_name_means_nothing_to_the_encoder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], name: str, ending: str
) -> None:
    folder = tmp_path / f"in {name}"
    folder.mkdir()
    monkeypatch.chdir(folder)
    out = f"{name}.{ending}"
    arguments = ["--size", "64x64", "--fps", "25", "--seconds", "0.2", "--", str(RACE), out]
    assert (main(arguments), *capfd.readouterr()) == (0, "", "")
    assert [path.name for path in folder.iterdir()] == [out]
    if ending == "png":
        assert len(list((folder / out).iterdir())) == 5
    else:
        assert frames_in(folder / out) == 5
