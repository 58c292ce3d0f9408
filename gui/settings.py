"""What is remembered from one session to the next, and read as if somebody else had written it.

Every setting is read through one of these functions, with its kind, its range and what holds where it is missing or
damaged. Nothing else in the app makes a QSettings to read from.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings, QStandardPaths

from engine.reading import MissingError, ReadingError, read_file

MOST_BYTES = 1 << 20  # of the file
LONGEST = 10_000  # characters of one text
# Qt believes every length that is stated in one of these, and asks for as much memory; this app writes neither.
_OBJECTS = ("@Variant(", "@DateTime(")
_ESCAPES = re.compile(r"\\x([0-9A-Fa-f]*)|\\([0-7]+)|\\\n{1,2}|\\.|[\"\ufeff]")


def put(key: str, value: object) -> None:
    """Remember a value until it is put again."""
    QSettings().setValue(key, value)


def sync() -> None:
    """Write to the disk at once what was put: for a process that does not wait for Qt's own end."""
    QSettings().sync()


def text(key: str, otherwise: str = "") -> str:
    """A text of a sensible length."""
    stored = _stored(key)
    return stored if isinstance(stored, str) and len(stored) <= LONGEST else otherwise


def word(key: str, words: Sequence[str], otherwise: str) -> str:
    """One of a few words."""
    stored = _stored(key)
    return stored if isinstance(stored, str) and stored in words else otherwise


def number(key: str, low: float, high: float, otherwise: float) -> float:
    """A number, brought into its range."""
    found = _number(_stored(key))
    return otherwise if found is None else min(max(found, low), high)


def numbers(key: str, count: int, low: int, high: int) -> tuple[int, ...] | None:
    """So many whole numbers, each brought into its range; None where there are not as many."""
    stored = _stored(key)
    found = [_number(one) for one in stored] if isinstance(stored, list) and len(stored) == count else []
    whole = tuple(round(min(max(one, low), high)) for one in found if one is not None)
    return whole if len(whole) == count else None


def texts(key: str, most: int) -> list[str]:
    """At most `most` texts, none of them empty; what is no text is left out."""
    stored = _stored(key)
    listed = stored if isinstance(stored, list) else [stored]
    return [one for one in listed if isinstance(one, str) and 0 < len(one) <= LONGEST][:most]


def data(key: str) -> QByteArray | None:
    """Bytes that Qt itself has made."""
    stored = _stored(key)
    return stored if isinstance(stored, QByteArray) and stored.size() <= LONGEST else None


def _stored(key: str) -> object:
    try:
        stored: object = QSettings().value(key)
    except (RuntimeError, TypeError, ValueError, OverflowError):  # an object of Qt's that Python has no word for
        return None
    return stored


def _number(stored: object) -> float | None:
    try:
        found = float(str(stored)[:LONGEST])
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def set_aside_what_is_no_settings(organization: str, application: str) -> None:
    """Before Qt reads the settings: a file that would stop it, or that only looks like settings, gets another name.

    That is a pipe, a file without end, or one with values that this app never writes. Where it cannot be renamed
    this session goes without settings.
    """
    if QSettings.defaultFormat() != QSettings.Format.NativeFormat:
        return
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericConfigLocation)
    for path in (Path(folder, organization, f"{application}.conf"), Path(folder, f"{organization}.conf")):
        try:
            if is_harmless(read_file(path, MOST_BYTES)):
                continue
        except MissingError:
            continue
        except ReadingError:
            pass
        try:
            path.replace(path.with_name(f"{path.name}.damaged"))
        except OSError:
            nowhere = str(path / "none")
            QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, nowhere)


def is_harmless(written: bytes) -> bool:
    """Whether a file of settings holds nothing but texts, numbers, lists of them, and bytes."""
    found = _ESCAPES.sub(_unescaped, written.decode("utf-8", "replace").replace("\r", "\n"))
    return not any(name in found for name in _OBJECTS)


def _unescaped(found: re.Match[str]) -> str:
    """What Qt makes of an escape; a letter that it takes for none, a quotation mark and the end of a line vanish."""
    base, digits = (16, found[1]) if found[1] else (8, found[2])
    return chr(int(digits, base) & 0xFFFF) if digits else ""
