"""Scenes and lectures as text that can be sent in a message: JSON, packed once it is long.

Packed text says so in its first line; the rest is the JSON through zlib, written in base64:

    stepscope lecture, packed (zlib, base64): Optimizers in ten minutes
    eNrtnWtv28gVhv+KoU8twARzv+hb…
"""

from __future__ import annotations

import base64
import binascii
import json
import textwrap
import zlib
from itertools import chain
from typing import Any

from engine.lecture import Lecture
from engine.lecture_file import MAX_BYTES, decode, encode
from engine.message_text import LONGEST, json_in, packed_in
from engine.scene_file import SceneFileError

LONG = 4000  # characters: more than this is packed
PACKED = "packed (zlib, base64):"
NOTHING = "The clipboard holds no Stepscope scene or lecture."


def to_text(thing: Any) -> str:
    """A scene or lecture as text: indented JSON, or packed where that would be long."""
    data = encode(thing)
    if len(data) <= LONG:
        return data.decode()
    small = json.dumps(json.loads(data), ensure_ascii=False, separators=(",", ":")).encode()
    body = base64.b64encode(zlib.compress(small, 9)).decode()
    what = "lecture" if isinstance(thing, Lecture) else "scene"
    title = " ".join(thing.title.split())
    return "\n".join([f"stepscope {what}, {PACKED} {title}", *textwrap.wrap(body, 76)]) + "\n"


def from_text(text: str) -> Any:
    """The scene or lecture in a text made by `to_text`, or in the text of a file, also where a message has quoted or
    wrapped it. Raises SceneFileError with one sentence for anything else."""
    try:
        return _exactly(text.strip().removeprefix("\ufeff"))
    except SceneFileError as error:
        # What is right as it is stays as it is, curly quotation marks in its titles included.
        problem = error
    if len(text) > LONGEST or "stepscope" not in text:
        raise problem
    candidates = chain(((_unpacked, body) for body in packed_in(text)), ((_decoded, found) for found in json_in(text)))
    for read, found in candidates:
        try:
            return read(found)
        except SceneFileError as error:
            if str(problem) == NOTHING:
                problem = error
    raise problem


def _exactly(text: str) -> Any:
    if text.startswith("stepscope ") and PACKED in text.partition("\n")[0]:
        return _unpacked(text.partition("\n")[2])
    if not text.startswith("{"):
        raise SceneFileError(NOTHING)
    if len(text) > MAX_BYTES:
        raise SceneFileError("The text on the clipboard is too large to be a scene or lecture.")
    return _decoded(text)


def _decoded(text: str) -> Any:
    try:
        return decode(text.encode())
    except UnicodeEncodeError:
        raise SceneFileError(NOTHING) from None
    except SceneFileError as error:
        raise SceneFileError(str(error).replace("This file is not", "What is on the clipboard is not")) from None


def _unpacked(body: str) -> Any:
    broken = "The packed scene on the clipboard is cut short or damaged."
    try:
        packed = base64.b64decode("".join(body.split()), validate=True)
        opener = zlib.decompressobj()
        data = opener.decompress(packed, MAX_BYTES)
    except (binascii.Error, ValueError, zlib.error):
        raise SceneFileError(broken) from None
    if not opener.eof:
        raise SceneFileError(broken)
    return decode(data)
