"""Somebody else's text inside a text of ours: in a sentence, in a script, in a table.

Whatever came from a file, from a name or from the keyboard goes through one of these before it is part of a message
or of something that another program will read.
"""

from __future__ import annotations

import re
import reprlib
import unicodedata

LONGEST = 60  # characters of a value in a sentence
TITLE, PATH, SENTENCE = 120, 200, 300  # … of a title in its line, of a path, and of a sentence itself
STACKED = 3  # marks over or under one letter; more of them climb into the lines above
HIDDEN = "\N{REPLACEMENT CHARACTER}"
# Letters and marks that show nothing, though Unicode counts them among what can be printed.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
_VARIANTS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")  # which of its forms a sign takes: nothing of its own
_SPACES = re.compile(r"\s+")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # what a cell of a spreadsheet's formula begins with


def shown(value: object, most: int = LONGEST) -> str:
    """A value as a part of one line: at most `most` characters, all of them visible.

    Line breaks and other spaces become one space; what controls the text or cannot be seen becomes `HIDDEN`. Of what
    is too long the beginning and the end stay, since names that are alike differ at their ends. Takes no longer for
    a megabyte than for a word.
    """
    text = value if isinstance(value, str) else reprlib.repr(value)  # which looks at no more than it needs
    if len(text) > 4 * most:
        text = f"{text[: 2 * most]}…{text[-2 * most :]}"
    text = _visible(text)
    if len(text) <= most:
        return text
    tail = most // 3
    return f"{text[: most - tail - 1]}…{text[len(text) - tail :]}"


def literal(value: object, most: int = LONGEST) -> str:
    """A value of whatever type as Python writes it, a text with its quotation marks, as a part of one line."""
    return shown(reprlib.repr(value), most)


def quoted(value: object, most: int = LONGEST) -> str:
    """The same between quotation marks."""
    return f"“{shown(value, most)}”"


def listed(values: list[str] | tuple[str, ...], most: int = 6) -> str:
    """Names one after the other: at most `most` of them, and that there are more."""
    return ", ".join([*(shown(value) for value in values[:most]), *["…"][: len(values) > most]])


def _visible(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for letter in _VARIANTS.sub("", _SPACES.sub(" ", text)):
        marks = marks + 1 if unicodedata.category(letter)[0] == "M" else 0
        if marks <= STACKED:
            kept.append(letter if letter.isprintable() and letter not in _BLANK else HIDDEN)
    return "".join(kept)


def in_script(text: str) -> str:
    """A text as it stands between the double quotes of a Python string, single or triple, or in a comment.

    It ends neither of them, whatever it holds, and means the same text as before in a string; only of a lone half of
    a pair of code units, which no file can hold, `HIDDEN` stays: Python 3.13 compiles no docstring with one.
    """
    return "".join(map(_escaped, text))


def _escaped(letter: str) -> str:
    if letter in '"\\':
        return "\\" + letter
    if letter.isprintable():
        return letter
    code = ord(letter)
    if 0xD800 <= code < 0xE000:
        return HIDDEN
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def in_table(text: str) -> str:
    """A text as a cell of a CSV file that a spreadsheet does not take for a formula: with an apostrophe before it."""
    return f"'{text}" if text.lstrip().startswith(_FORMULA) or text.startswith(_FORMULA) else text
