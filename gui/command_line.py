"""Reading a command line by a table of options, and answering it: in one sentence where it makes no sense.

Needs neither Qt nor a display.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from engine.quoting import quoted, shown

MOST = 600  # characters of an answer
COLUMN = 26  # where the explanations begin


class UsageError(ValueError):
    """A command that makes no sense; the message is one sentence for the user."""


@dataclass(frozen=True)
class Option:
    """An option, what its values are called, and what it is for; without that it is not listed."""

    name: str  # with its dashes
    values: tuple[str, ...] = ()
    about: str = ""


HELP = Option("--help", (), "show this, and do nothing else")


@dataclass(frozen=True)
class Read:
    """What a command line says: its words in order, and the values of each option given."""

    words: tuple[str, ...]
    given: dict[str, tuple[str, ...]]


def read(arguments: Sequence[str], options: Sequence[Option]) -> Read:
    """Words and options in any order; an option may be shortened, and the last one of its kind counts.

    After `--` there are words only. Raises UsageError.
    """
    words: list[str] = []
    given: dict[str, tuple[str, ...]] = {}
    place = 0
    while place < len(arguments):
        word = arguments[place]
        place += 1
        if word == "--":
            return Read((*words, *arguments[place:]), given)
        if not word.startswith("-") or word == "-":
            words.append(word)
            continue
        name, equals, value = word.partition("=")
        option = _option(name, options)
        values = [value] if equals else []
        # A value may begin with one dash, as negative numbers do.
        while len(values) < len(option.values) and place < len(arguments) and not arguments[place].startswith("--"):
            values.append(arguments[place])
            place += 1
        if len(values) != len(option.values):
            raise UsageError(_needs(option))
        given[option.name] = tuple(values)
    return Read(tuple(words), given)


def _option(name: str, options: Sequence[Option]) -> Option:
    if name == "-h":
        return HELP
    if not name.startswith("--"):
        raise UsageError(f"There is no option {quoted(name)}; a file of that name is written as {quoted('./' + name)}.")
    found = [option for option in options if option.name.startswith(name)]
    exact = [option for option in found if option.name == name]
    if len(exact or found) == 1:
        return (exact or found)[0]
    if found:
        raise UsageError(f"{quoted(name)} may mean {' or '.join(option.name for option in found)}: write more of it.")
    raise UsageError(f"There is no option {quoted(name)}: “--help” lists those that there are.")


def _needs(option: Option) -> str:
    if not option.values:
        return f"{option.name} takes no value."
    if len(option.values) == 1:
        return f"{option.name} needs a value: {option.name} {option.values[0]}."
    return f"{option.name} needs {len(option.values)} values: {option.name} {' '.join(option.values)}."


def whole(option: str, text: str) -> int:
    """The value of an option that takes whole numbers. Raises UsageError."""
    try:
        if len(text) > 12:
            raise ValueError
        return int(text)
    except ValueError:
        raise UsageError(f"{option} takes a whole number, such as 12, and not {quoted(text)}.") from None


def seconds(option: str, text: str) -> float:
    """The value of an option that takes seconds. Raises UsageError."""
    try:
        return float(text)
    except ValueError:
        raise UsageError(f"{option} takes a number of seconds, such as 2.5, and not {quoted(text)}.") from None


def help_text(usage: str, about: str, words: Sequence[Option], options: Sequence[Option], below: str) -> str:
    """The answer to `--help`, as wide as the terminal."""
    width = max(min(shutil.get_terminal_size().columns, 100) - 2, 40)
    lines = ["usage: " + usage, "", *textwrap.wrap(about, width, break_on_hyphens=False), ""]
    for group in (words, options):
        for option in group:
            if option.about:
                left = " ".join(("  " + option.name, *option.values))
                wrapped = textwrap.wrap(option.about, width - COLUMN, break_on_hyphens=False)
                first = [left] if len(left) > COLUMN - 2 else []
                begin = [" " * COLUMN if first else left.ljust(COLUMN)] + [" " * COLUMN] * (len(wrapped) - 1)
                lines += first + [a + b for a, b in zip(begin, wrapped, strict=True)]
        lines.append("")
    return "\n".join([*lines, *textwrap.wrap(below, width, break_on_hyphens=False)])


def tell(text: str) -> int:
    """Give the user the answer asked for, on standard output; the exit status."""
    try:
        print(text, flush=True)
    except OSError:  # the disk is full, or nobody reads it
        return ended(1)
    return 0


def say(sentence: object, status: int) -> int:
    """Tell the user, on one line of standard error; the exit status given."""
    with contextlib.suppress(OSError):  # the terminal has been closed
        print(shown(str(sentence), MOST), file=sys.stderr)
    return status


def ended(status: int) -> int:
    """The exit status, or 1 where what was said could not be written: the disk is full, or nobody reads it."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:  # what is still to be written goes nowhere, lest Python tries again at its end
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
            status = status or 1
    return status
