"""The options of `main.py render`: what they are, what they say, and which of them make sense together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.frames import Position
from engine.quoting import quoted
from gui.command_line import HELP, Option, Read, UsageError, help_text, read, seconds, whole
from gui.recording.settings import FORMATS, SIZES, Settings, SettingsError, for_format, format_of, rate_from, size_from
from gui.recording.writer import standing

# Of the picture, that may be left out.
PARTS = {
    "title": "title",
    "caption": "caption",
    "formula": "formula",
    "legend": "legend",
    "curve": "loss curve and data",
}
THEMES = ("dark", "light")
READERS = ("students", "teacher")  # of a handout
WORDS = (
    Option("SCENE.json", (), "scene or lecture files; - reads one from standard input"),
    Option("OUT", (), "the file or folder to write; what is there is replaced"),
)
OPTIONS = (
    HELP,
    Option("--size", ("WxH",), f"such as 1920x1080 (GIF: 960x540), or {', '.join(SIZES)}"),
    Option("--fps", ("N",), "frames a second: 60 (GIF: 25); also 23.976, 29.97 and 59.94"),
    Option("--from", ("N",), "the first step: 0"),
    Option("--to", ("N",), "the last step: that of the scene"),
    Option("--at", ("STEP[:LINE]",), "one moment as a .png picture"),
    Option("--seconds", ("S",), "the whole length; else as fast as the scene plays"),
    Option("--step-seconds", ("S",), "the time of one step"),
    Option("--hold", ("S", "S"), "seconds of rest at the start and the end: 1 2"),
    Option("--lines", (), "every line of the rule in turn, then the step"),
    Option("--theme", ("|".join(THEMES),), "dark"),
    *(Option(f"--no-{part}", (), f"leave out the {name}") for part, name in PARTS.items()),
    Option("--opening", (), "begin with two seconds of the title alone; of a lecture, every page with its own"),
    Option("--ahead", (), "show from the start what else comes at the end: the way ahead, and the note on it"),
    Option("--transparent", (), "no ground behind .png pictures"),
    Option("--format", ("|".join(FORMATS),), "of the files in a folder: mp4"),
    Option("--handout", ("|".join(READERS),), "of a lecture, whose .pdf handout: teacher"),
    Option("--pages", (), "of a lecture, one picture a page into the folder OUT"),
    Option("--estimate"),  # for the window: how many bytes it would be, and nothing is written
    Option("--report"),  # for the window: progress in lines
)
ABOUT = "Make a video, a GIF or pictures of scenes. No display is needed."
BELOW = (
    "OUT ends in .mp4 (H.264), .webm (VP9), .gif, or .png: then it is a folder of frames, or with --at one picture. "
    "A lecture becomes one video of all its pages, or with .pdf a handout: for its teacher with notes and answers, for "
    "students with lines to write on. Any other OUT is a folder in which every scene gets a file of its own name; "
    "several scenes need one. What follows -- is a name, even with a dash before it."
)
OF_FILMS = ("--fps", "--from", "--to", "--seconds", "--step-seconds", "--hold", "--lines", "--opening", "--ahead")
SWITCHES = ("--lines", "--transparent", "--opening", "--ahead")


def usage() -> str:
    """The answer to `--help`."""
    return help_text("stepscope render [options] SCENE.json [SCENE.json …] OUT", ABOUT, WORDS, OPTIONS, BELOW)


def options_from(arguments: Sequence[str]) -> Read:
    """The command, read and found to make sense by itself. Raises UsageError."""
    command = read(arguments, OPTIONS)
    given = command.given
    if "--help" in given:
        return command
    if len(command.words) < 2:
        raise UsageError("A scene and where its recording goes are needed: stepscope render SCENE.json OUT.")
    if "" in command.words:
        raise UsageError("A name in this command is empty.")
    useless = [name for name in given if name in OF_FILMS] if "--at" in given else []
    if useless:
        raise UsageError(f"--at makes one picture, on which {useless[0]} has no effect: leave it out.")
    if is_paper(command):
        _check_paper(command)
    elif "--handout" in given:
        raise UsageError(f"A handout is a .pdf file, and {quoted(Path(command.words[-1]).name)} is none.")
    if "--seconds" in given and "--step-seconds" in given:
        raise UsageError("--seconds and --step-seconds are two ways to say one thing: leave one of them out.")
    return command


def is_paper(command: Read) -> bool:
    """Whether a handout is wanted, or pictures of a lecture's pages."""
    return "--pages" in command.given or command.words[-1].lower().endswith(".pdf")


def _check_paper(command: Read) -> None:
    pages, out = "--pages" in command.given, Path(command.words[-1])
    known = ("--report", "--pages" if pages else "--handout")
    useless = [name for name in command.given if name not in known]
    if useless:
        what = "pictures of a lecture's pages" if pages else "a handout"
        raise UsageError(f"{useless[0]} has no effect on {what}: leave it out.")
    if pages and out.suffix.lower().lstrip(".") in (*FORMATS, "pdf"):
        raise UsageError(f"--pages makes a folder of pictures, and {quoted(out.name)} is one file's name.")
    if len(command.words) > 2:
        raise UsageError("A handout is made of one lecture at a time.")


def settings_from(given: Mapping[str, tuple[str, ...]], kind: str) -> Settings:
    """The format's settings with what was asked for. Raises UsageError and SettingsError."""
    changes: dict[str, Any] = {}
    for name, values in given.items():
        match name:
            case "--size":
                changes["width"], changes["height"] = size_from(values[0])
            case "--fps":
                changes["fps"] = rate_from(values[0])
            case "--from":
                changes["first"] = whole(name, values[0])
            case "--to":
                changes["last"] = whole(name, values[0])
            case "--seconds":
                changes["seconds"] = seconds(name, values[0])
            case "--step-seconds":
                changes["step_seconds"] = seconds(name, values[0])
            case "--hold":
                changes["hold_first"], changes["hold_last"] = (seconds(name, value) for value in values)
            case "--theme":
                changes["theme"] = _one_of("theme", values[0], THEMES)
            case _ if name in SWITCHES:
                changes[name.removeprefix("--")] = True
            case _ if name.startswith("--no-"):
                changes[name.removeprefix("--no-")] = False
    return replace(for_format(kind), **changes)


def handout_from(given: Mapping[str, tuple[str, ...]]) -> str:
    """Whose handout is asked for. Raises UsageError."""
    return _one_of("handout's reader", given["--handout"][0], READERS) if "--handout" in given else "teacher"


def format_from(given: Mapping[str, tuple[str, ...]]) -> str | None:
    """The format asked for by name. Raises UsageError."""
    return _one_of("format", given["--format"][0], FORMATS) if "--format" in given else None


def _one_of(what: str, text: str, choices: Sequence[str]) -> str:
    if text not in choices:
        raise UsageError(f"The {what} is {', '.join(choices[:-1])} or {choices[-1]}, and not {quoted(text)}.")
    return text


def arguments_for(settings: Settings) -> list[str]:
    """The options that say `settings`, all of them."""
    words = ["--size", f"{settings.width}x{settings.height}", "--fps", str(settings.fps)]
    words += ["--from", str(settings.first), "--hold", repr(settings.hold_first), repr(settings.hold_last)]
    words += ["--theme", settings.theme]
    if settings.last is not None:
        words += ["--to", str(settings.last)]
    if settings.seconds is not None:
        words += ["--seconds", repr(settings.seconds)]
    elif settings.step_seconds is not None:
        words += ["--step-seconds", repr(settings.step_seconds)]
    words += [name for name in SWITCHES if getattr(settings, name.removeprefix("--"))]
    return words + [f"--no-{part}" for part in PARTS if not getattr(settings, part)]


def targets(scenes: Sequence[str], out: str, kind: str | None) -> list[Path]:
    """The file of every scene. Raises SettingsError where that makes no sense, RecordingError where the disk
    does not say what is there."""
    path = Path(out)
    ending = path.suffix.lower().lstrip(".")
    there = standing(path)
    one_file = ending in FORMATS and not (there == "folder" and ending != "png")
    if one_file and len(scenes) == 1:
        if kind not in (None, ending):
            raise SettingsError("path", f"{quoted(path.name)} is no .{kind} file: leave out --format.")
        return [path]
    if one_file:
        raise SettingsError(
            "path", f"Several scenes need a folder to go to, and {quoted(path.name)} is one file's name."
        )
    if path.suffix and there != "folder":
        format_of(path)  # says that there is no such format
    if there not in ("", "folder"):
        raise SettingsError("path", f"{quoted(path.name)} is {there}, and no folder for recordings.")
    found = [path / f"{'scene' if scene == '-' else Path(scene).stem}.{kind or 'mp4'}" for scene in scenes]
    if len(set(found)) < len(found):
        raise SettingsError("path", "Two scenes have the same name, and would be written to the same file.")
    return found


def position_from(text: str) -> Position:
    """The moment `12`, or `12:2`: two lines of the step after it. Raises SettingsError."""
    step, colon, line = text.partition(":")
    try:
        if len(text) > 24:
            raise ValueError
        return Position(int(step), int(line) if colon else 0)
    except ValueError:
        raise SettingsError("at", "--at takes a step such as 12, or 12:2 with lines of the next one.") from None
