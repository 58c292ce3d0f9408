"""Which moment every frame of a recording shows, and which settings make sense. Nothing is drawn here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from engine.frames import Position
from gui.recording.command import arguments_for, parser, position_from, settings_from, targets
from gui.recording.settings import Settings, SettingsError, check, for_format, format_of, size_from
from gui.recording.shots import plan
from gui.recording.words import duration, size, summary


def test_frames_rest_move_and_rest() -> None:
    shots = plan(Settings(fps=30, hold_first=1, hold_last=2), 10, pace=0.1)
    assert (shots.before, shots.moving, shots.after) == (30, 30, 60)
    assert len(shots) == 120
    assert shots.seconds == 4
    assert {shots[i] for i in range(30)} == {Position(0)}
    assert shots[30] == Position(0)
    assert shots[33] == Position(1)
    assert shots[31] == Position(0, 0, pytest.approx(1 / 3))
    assert {shots[i] for i in range(60, 120)} == {Position(10)}


def test_beyond_the_last_frame_there_is_none() -> None:
    shots = plan(Settings(fps=30), 10, 0.1)
    for frame in (-1, len(shots)):
        with pytest.raises(IndexError):
            shots[frame]


@pytest.mark.parametrize("seconds", [0.1, 1.0, 2.5, 7.3, 61.0])
@pytest.mark.parametrize("fps", [24, 25, 30, 60])
def test_the_whole_length_is_exact(seconds: float, fps: int) -> None:
    shots = plan(Settings(fps=fps, seconds=seconds, hold_first=3, hold_last=5), 160, 0.1)
    assert len(shots) == round(seconds * fps)
    assert shots.moving >= len(shots) // 2
    assert shots[len(shots) - 1] == Position(160)


def test_the_time_of_a_step() -> None:
    shots = plan(Settings(fps=50, step_seconds=0.5, hold_first=0, hold_last=0), 12, 0.1)
    assert shots.moving == 12 * 25
    assert [shots[25 * step].step for step in range(12)] == list(range(12))
    assert shots[len(shots) - 1] == Position(12)


@given(
    length=some.integers(0, 3000), first=some.integers(0, 3000), span=some.integers(0, 3000),
    fps=some.integers(24, 60), seconds=some.one_of(some.none(), some.floats(0.1, 20)),
    holds=some.tuples(some.floats(0, 3), some.floats(0, 3)), lines=some.integers(0, 4),
)  # fmt: skip
def test_time_never_runs_backwards(
    length: int, first: int, span: int, fps: int, seconds: float | None, holds: tuple[float, float], lines: int
) -> None:
    first = min(first, length)
    last = min(first + span, length)
    settings = Settings(
        fps=fps, first=first, last=last, seconds=seconds, hold_first=holds[0], hold_last=holds[1], lines=bool(lines)
    )
    shots = plan(check(settings, "mp4", length), length, 0.05, lines)
    assert len(shots) >= 1
    some_frames = range(0, len(shots), max(len(shots) // 300, 1))
    moments = [(shots[i].step, shots[i].line, shots[i].fraction) for i in some_frames]
    assert moments == sorted(moments)
    assert all(first <= step <= last and 0 <= fraction < 1 for step, _, fraction in moments)
    assert shots[len(shots) - 1] == Position(last)


def test_what_would_take_hours_needs_a_length() -> None:
    for settings, length in ((Settings(), 148_753), (Settings(step_seconds=100), 160)):
        with pytest.raises(SettingsError, match="four hours"):
            plan(settings, length, 0.25)
        assert len(plan(replace(settings, seconds=10), length, 0.25)) == 600
        assert len(plan(replace(settings, last=10, step_seconds=1), length, 0.25)) == 780


def test_line_by_line() -> None:
    settings = Settings(fps=50, step_seconds=2.0, hold_first=0, hold_last=0, lines=True)
    shots = plan(settings, 3, 0.1, lines=3)
    lines = [shots[i].line for i in range(100)]
    assert lines[0] == 0
    assert lines[1:60] == sorted(lines[1:60])
    assert {lines.count(line) for line in (1, 2)} == {19, 20}
    assert shots[60] == Position(0, 3, 0.0)
    assert shots[80] == Position(0, 3, pytest.approx(0.5))
    assert shots[100] == Position(1)


WRONG = [
    ("size", {"width": 1921}, "odd"), ("size", {"height": 12}, "64"), ("size", {"width": 10_000}, "7680"),
    ("fps", {"fps": 23}, "24"), ("fps", {"fps": 61}, "60"), ("first", {"first": 161}, "161"),
    ("first", {"first": -1}, "-1"), ("last", {"last": 200}, "200"), ("last", {"first": 20, "last": 10}, "before"),
    ("seconds", {"seconds": 0.0}, "0.1"), ("seconds", {"seconds": float("nan")}, "nan"),
    ("seconds", {"step_seconds": 0.0}, "step"),
    ("hold_first", {"hold_first": -1.0}, "start"), ("hold_last", {"hold_last": 1e9}, "end"),
    ("transparent", {"transparent": True}, "PNG"), ("theme", {"theme": "pink"}, "pink"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "changes", "said"), WRONG, ids=lambda value: str(value)[:30])
def test_settings_that_cannot_be(field: str, changes: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        check(replace(Settings(), **changes), "mp4", 160)  # type: ignore[arg-type]
    assert caught.value.field == field
    assert said in str(caught.value)
    assert str(caught.value).endswith(".")


def test_a_gif_has_rates_of_its_own() -> None:
    check(Settings(fps=10), "gif", 5)
    with pytest.raises(SettingsError, match="GIF"):
        check(Settings(fps=60), "gif", 5)


def test_what_the_command_line_says() -> None:
    options = parser().parse_args(
        "a.json out.mp4 --size 4K --fps 30 --from 3 --to 9 --seconds 2.5 --hold 0 1 --theme light --no-title".split()
    )
    assert settings_from(options, "mp4") == Settings(
        3840, 2160, 30, 3, 9, 2.5, hold_first=0, hold_last=1, theme="light", title=False
    )
    assert settings_from(parser().parse_args(["a.json", "o.gif"]), "gif") == for_format("gif")


@pytest.mark.parametrize(
    "settings",
    [
        Settings(), Settings(640, 360, 24, 1, 5, 3.25, title=False, legend=False),
        Settings(step_seconds=0.125, lines=True, hold_first=0.0, theme="light", caption=False, formula=False),
        Settings(transparent=True, last=0, curve=False),
    ],
)  # fmt: skip
def test_settings_survive_the_command_line(settings: Settings) -> None:
    options = parser().parse_args(["-", "out.mp4", *arguments_for(settings)])
    assert settings_from(options, "mp4") == settings


def test_where_the_files_go(tmp_path: Path) -> None:
    out = tmp_path / "films"
    assert targets(["a.json"], str(tmp_path / "x.gif"), None) == [tmp_path / "x.gif"]
    assert targets(["p/a.json", "b.json"], str(out), None) == [out / "a.mp4", out / "b.mp4"]
    assert targets(["a.json"], str(out), "webm") == [out / "a.webm"]
    for scenes, name, said in (
        (["a.json", "b.json"], "x.mp4", "folder"), (["a.json", "b/a.json"], "films", "same name"),
        (["a.json"], "x.avi", "not in .avi"),
    ):  # fmt: skip
        with pytest.raises(SettingsError, match=said):
            targets(scenes, str(tmp_path / name), None)


def test_sizes_moments_and_formats_are_read() -> None:
    assert size_from("1080x1920") == size_from("vertical") == (1080, 1920)
    assert size_from("1280×720") == size_from("720P") == (1280, 720)
    assert position_from("12:2") == Position(12, 2)
    assert format_of(Path("a/B.MP4")) == "mp4"
    for wrong in ("", "x", "12", "axb", "1" * 50 + "x1"):
        with pytest.raises(SettingsError):
            size_from(wrong)
    for wrong in ("x", "1:y", "1.5"):
        with pytest.raises(SettingsError):
            position_from(wrong)


def test_words() -> None:
    assert [duration(seconds) for seconds in (2.5, 60, 125, 3600, 7265)] == [
        "2.5 s", "60 s", "2:05 min", "60:00 min", "2:01:05 h",
    ]  # fmt: skip
    assert [size(amount) for amount in (30, 3_400_000, 25_000_000, 1.25e9)] == ["0.1 MB", "3.4 MB", "25 MB", "1.2 GB"]
    assert summary(Settings(), "mp4", plan(Settings(), 160, 0.1)).startswith("1 140 frames · 19 s · about ")
