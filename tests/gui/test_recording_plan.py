"""Which moment every frame of a recording shows, and which settings make sense. Nothing is drawn here."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from engine.frames import Position
from engine.rules import Rule
from gui.command_line import UsageError
from gui.recording.options import arguments_for, options_from, position_from, settings_from, targets
from gui.recording.reading import reading_times
from gui.recording.settings import Settings, SettingsError, check, for_format, format_of, rate_from, size_from
from gui.recording.shots import MOVE, plan
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


def test_a_title_comes_first_and_belongs_to_the_length() -> None:
    free = plan(Settings(fps=30, opening=True), 10, 0.1)
    assert (free.card, free.before, len(free)) == (60, 30, 180)
    assert {free[frame] for frame in range(90)} == {Position(0)} and free[93] == Position(1)
    for seconds in (0.1, 1.0, 3.0, 20.0):
        shots = plan(Settings(fps=30, opening=True, seconds=seconds), 10, 0.1)
        assert len(shots) == round(30 * seconds) == sum(span.count for span in shots.spans)
        assert shots.moving >= len(shots) // 2


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
    shots = plan(check(settings, "mp4", length), length, 0.05, (1.0, 0.5, 2.0, 0.7)[:lines])
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
    shots = plan(settings, 3, 0.1, (0.8, 1.6, 0.8))  # and 0.8 to move: twice as long as the step is given
    lines = [shots[i].line for i in range(100)]
    assert lines[0] == 0
    assert [lines.count(line) for line in (1, 2, 3)] == [pytest.approx(many, abs=1) for many in (19, 40, 40)]
    assert shots[80] == Position(0, 3, 0.0)
    assert shots[90] == Position(0, 3, pytest.approx(0.5))
    assert shots[100] == Position(1)


def test_a_line_takes_the_time_that_it_needs() -> None:
    short, long = reading_times(Rule("m = β1*m + (1 - β1)*g\nw = w - η*m"))
    assert (short, long) == (pytest.approx(0.8 + 9 * 0.25), pytest.approx(0.8 + 5 * 0.25))
    shots = plan(Settings(fps=100, lines=True, hold_first=0, hold_last=0), 2, 0.1, (short, long))
    step = round(100 * (short + long + MOVE))
    assert abs(shots.moving - 2 * step) <= 1
    lines = [shots[frame].line for frame in range(step)]
    assert lines.count(1) == pytest.approx(100 * short, abs=2) and [shots[f].fraction > 0 for f in range(step)].count(
        True
    ) == pytest.approx(100 * MOVE, abs=2)
    plain = plan(Settings(fps=100, hold_first=0, hold_last=0), 2, 0.1, (short, long))
    assert plain.moving == 20, "without them a step is as fast as it plays"


WRONG = [
    ("size", {"width": 1921}, "odd"), ("size", {"height": 12}, "64"), ("size", {"width": 10_000}, "7680"),
    ("fps", {"fps": 23}, "23.976"), ("fps", {"fps": 61}, "60"), ("first", {"first": 161}, "161"),
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
    command = options_from(
        "a.json out.mp4 --size 4K --fps 30 --from 3 --to=9 --sec 2.5 --hold 0 1 --theme light --no-title".split()
    )
    assert settings_from(command.given, "mp4") == Settings(
        3840, 2160, 30, 3, 9, 2.5, hold_first=0, hold_last=1, theme="light", title=False
    )
    assert settings_from(options_from(["a.json", "o.gif"]).given, "gif") == for_format("gif")


@pytest.mark.parametrize(
    "settings",
    [
        Settings(), Settings(640, 360, 24, 1, 5, 3.25, title=False, legend=False),
        Settings(step_seconds=0.125, lines=True, hold_first=0.0, theme="light", caption=False, formula=False),
        Settings(transparent=True, last=0, curve=False), Settings(fps=Fraction(30000, 1001), seconds=2.0),
        Settings(opening=True, ahead=True),
    ],
)  # fmt: skip
def test_settings_survive_the_command_line(settings: Settings) -> None:
    command = options_from(["-", "out.mp4", *arguments_for(settings)])
    assert settings_from(command.given, "mp4") == settings


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
    for wrong in ("x", "1:y", "1.5", "", ":", "3:", "1" * 5000, "1:2:3"):
        with pytest.raises(SettingsError):
            position_from(wrong)


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("25", 25), ("25.0", 25), ("-5", -5), ("23.976", Fraction(24000, 1001)), ("29.97", Fraction(30000, 1001)),
        ("29.970", Fraction(30000, 1001)), ("59.94", Fraction(60000, 1001)), ("60000/1001", Fraction(60000, 1001)),
    ],
)  # fmt: skip
def test_rates_of_television_are_exact(text: str, rate: int | Fraction) -> None:
    assert rate_from(text) == rate and type(rate_from(text)) is type(rate)
    assert str(rate_from(text)) in str(Fraction(rate))


@pytest.mark.parametrize("text", ["", "x", "29.5", "30/0", "1e9", "1e999999999", "nan", "٣", "9" * 99, "25\n"])
def test_rates_that_are_none(text: str) -> None:
    with pytest.raises(SettingsError, match=r"^Frames a second are .*\.$"):
        rate_from(text)


def test_a_rate_of_television_gives_frames_of_its_own_time() -> None:
    rate = Fraction(30000, 1001)
    shots = plan(Settings(fps=rate, hold_first=0, hold_last=0, seconds=1001.0), 100, 0.1)
    assert len(shots) == 30000
    assert shots.seconds == 1001.0 and type(shots.seconds) is float
    with pytest.raises(SettingsError, match=r"from 23\.976 to 60 frames a second, not 23\.$"):
        check(Settings(fps=23), "mp4", 9)
    with pytest.raises(SettingsError, match=r"from 10 to 50 frames a second, not 59\.94\.$"):
        check(Settings(fps=Fraction(60000, 1001)), "gif", 9)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "are needed"), ("a.json", "are needed"), ("a.json x.mp4 --size", "--size needs a value: --size WxH."),
        ("a.json x.mp4 --size --fps 30", "--size needs a value"), ("a.json x.mp4 --hold 1", "--hold needs 2 values"),
        ("a.json x.mp4 --lines=3", "--lines takes no value."), ("a.json x.mp4 --wide", "no option “--wide”"),
        ("a.json x.mp4 --no", "“--no” may mean --no-title or"), ("a.json -x.mp4", "written as “./-x.mp4”"),
        ("a.json x.png --at 3 --fps 30", "--fps has no effect"), ("a.json x.png --at 3 --lines", "--lines has no"),
        ("a.json x.png --at 3 --opening", "--opening has no effect"),
        ("a.json x.pdf --theme light", "--theme has no effect on a handout"),
        ("a.json pages --pages --size 4K", "--size has no effect on pictures"),
        ("a.json x.pdf --pages", "“x.pdf” is one file's name"),
        ("a.json x.mp4 --handout students", "A handout is a .pdf file, and “x.mp4” is none."),
        ("a.json pages --pages --handout students", "--handout has no effect on pictures"),
        ("a.json b.json x.pdf", "one lecture at a time"),
        ("a.json x.mp4 --seconds 2 --step-seconds 1", "leave one of them out"),
    ],
)  # fmt: skip
def test_a_command_that_makes_no_sense(words: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        options_from(words.split())
    assert said in str(caught.value) and str(caught.value).endswith(".")


def test_what_follows_two_dashes_is_a_name() -> None:
    assert options_from(["--fps", "30", "--", "-a.json", "--at"]).words == ("-a.json", "--at")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--from 1.5", "--from takes a whole number, such as 12, and not “1.5”."), ("--to x", "--to takes"),
        (f"--to {'9' * 5000}", "--to takes"), ("--seconds x", "--seconds takes a number of seconds"),
        ("--hold 1 x", "--hold takes"), ("--theme pink", "The theme is dark or light, and not “pink”."),
        ("--size -2x", "The size is written as"),
    ],
)  # fmt: skip
def test_values_that_are_none(options: str, said: str) -> None:
    with pytest.raises((UsageError, SettingsError)) as caught:
        settings_from(options_from(["a.json", "x.mp4", *options.split()]).given, "mp4")
    assert str(caught.value).startswith(said) and str(caught.value).endswith(".") and len(str(caught.value)) < 150


def test_words() -> None:
    assert [duration(seconds) for seconds in (2.5, 60, 125, 3600, 7265)] == [
        "2.5 s", "60 s", "2:05 min", "60:00 min", "2:01:05 h",
    ]  # fmt: skip
    amounts = (30, 123_456, 3_400_000, 25_000_000, 1.25e9)
    assert [size(amount) for amount in amounts] == ["1 kB", "123 kB", "3.4 MB", "25 MB", "1.2 GB"]
    assert summary(1140, 19.0, 3.4e6) == "1 140 frames · 19 s · about 3.4 MB"
    assert summary(1140, 19.0, float("nan")) == "1 140 frames · 19 s"
    assert summary(1140, 19.0, None) == "1 140 frames · 19 s · the size is being estimated …"
