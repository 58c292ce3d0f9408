"""What mail programs, chats and word processors make of a text, undone: a scene's JSON out of a message.

Quoting (`> `), code fences, greetings and signatures around it, curly or escaped quotation marks, lines wrapped within
a text, spaces that do not break. Nothing is executed, and the time is proportional to the message's length.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

LONGEST = 200_000  # characters of a message that is searched
FINDS = 2  # places in it where a scene may begin
DOUBLE = '"“”„‟«»″＂'
SINGLE = "‘’‚‛"
# What is no letter and would part what belongs together: marks of direction and order, and spaces without a width.
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]")
_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000\t]")
_QUOTING = re.compile("^[ \u00a0\t]*(?:[>|][ \u00a0\t]?)+", re.MULTILINE)
_NAME = re.compile(r"stepscope\s+(?:scene|lecture)")
_PACKED = re.compile(r"stepscope\s+(?:scene|lecture),\s+packed\s+\(zlib,\s+base64\):")
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_MARKS = re.compile(rf"[{DOUBLE}{SINGLE}{{}}\[\]]")
_INNER = re.compile(rf"\\.|[{DOUBLE}{SINGLE}]|\n\s*", re.DOTALL)
_AFTER = re.compile(r"\s*(?:[,:}\]]|$)")  # what follows a text in JSON


def json_in(message: str) -> Iterator[str]:
    """The JSON objects that a message may hold, the likeliest first."""
    for text in _plainer(message):
        starts = [text.rfind("{", 0, found.start()) for found in _NAME.finditer(text)][:FINDS]
        for start in dict.fromkeys(start for start in (*starts, text.find("{")) if start >= 0):
            # A line is wrapped at a space, or where there is none.
            yield from dict.fromkeys(_repaired(text, start, join) for join in (" ", ""))


def packed_in(message: str) -> Iterator[str]:
    """The base64 after the line that says that a scene is packed: of every such line in a message."""
    for text in _plainer(message):
        for found in list(_PACKED.finditer(text))[:FINDS]:
            lines = ["".join(line.split()) for line in text[found.end() :].split("\n")]
            # The title may have been wrapped; zlib's bytes begin with “eN”.
            begin = next((n for n, line in enumerate(lines[:8]) if n and line.startswith("eN")), len(lines))
            body = []
            for line in lines[begin:]:
                if not _BASE64.fullmatch(line):
                    break
                body.append(line)
                if line.endswith("="):
                    break
            whole = "".join(body).rstrip("=")
            yield whole + "=" * (-len(whole) % 4)


def _plainer(message: str) -> Iterator[str]:
    """The message without what was put before its lines; then with its quotation marks no longer escaped, too."""
    text = _UNSEEN.sub("", message.replace("\r\n", "\n").replace("\r", "\n"))
    for plain in dict.fromkeys(_QUOTING.sub("", each) for each in (text, html.unescape(text))):
        name = _NAME.search(plain)
        # Where the format's own name has one, every space has become one that does not break.
        yield _SPACES.sub(" ", plain) if name is not None and _SPACES.search(name[0]) else plain


def _repaired(text: str, start: int, join: str) -> str:
    """The JSON object that begins at `start`, up to the brace that closes it."""
    parts: list[str] = []
    place, depth = start, 0
    while (mark := _MARKS.search(text, place)) is not None:
        parts.append(_between(text[place : mark.start()]))
        place = mark.end()
        if mark[0] in "{[":
            depth += 1
        elif mark[0] in "}]":
            depth -= 1
        else:
            written, place = _string(text, place, mark[0], join)
            parts.append(written)
            continue
        parts.append(mark[0])
        if depth == 0:
            break
    return "".join(parts)


def _between(text: str) -> str:
    return _SPACES.sub(" ", text).replace("−", "-").replace("–", "-")


def _string(text: str, place: int, opener: str, join: str) -> tuple[str, int]:
    """The JSON string that begins at `place`, behind its quotation mark, and the place behind it.

    A straight mark ends at the next one. Curly ones may also stand in the text itself: what ends it is followed by
    what JSON has there.
    """
    closers = '"' if opener == '"' else DOUBLE if opener in DOUBLE else SINGLE
    parts = ['"']
    while (found := _INNER.search(text, place)) is not None:
        parts.append(text[place : found.start()])
        place, sign = found.end(), found[0]
        if sign[0] == "\\":
            parts.append('\\"' if sign[1] in DOUBLE else sign)
        elif sign.isspace():
            parts[-1] = parts[-1].rstrip()
            parts.append(join)
        elif sign in closers and (opener == '"' or _AFTER.match(text, place)):
            parts.append('"')
            return "".join(parts), place
        else:
            parts.append('\\"' if sign == '"' else sign)
    return "".join(parts), len(text)
