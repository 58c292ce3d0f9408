"""A table from somebody's CSV file: what can be understood without guessing is, everything else is one sentence."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np

from engine.cancelling import check
from engine.data.table import Floats, Table
from engine.quoting import quoted, shown
from engine.reading import FolderError, MissingError, ReadingError, TooLargeError, read_file

MAX_BYTES = 20_000_000
MAX_ROWS = 100_000
MAX_COLUMNS = 100
MAX_WORDS = 20  # a column of more different words is a name or a date, not a class
LARGEST = 1e100
DELIMITERS = (",", ";", "\t", "|")
LONGEST = 1000  # characters of one value
SHORT = 30  # of one in a sentence
MISSING = {"", "na", "n/a", "nan", "null", "none", "?", "-", "."}
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?")
_COMMA = re.compile(r"[+-]?\d*,(\d+)([eE][+-]?\d{1,4})?")


class TableError(ValueError):
    """Why a file is no table, in one sentence."""


def read_csv(path: str | Path) -> Table:
    """The table in a file of values between commas, semicolons, tabs, bars or spaces, UTF-8 (or UTF-16 with its mark).

    The first row holds the names unless it holds numbers. Missing values (nothing, NA, ?, …) are nan:
    `Table.missing` counts the rows, `Table.complete` leaves them out. A column of at most 20 different words
    becomes 0, 1, 2 … with these words as its labels; columns of more words are left out. Decimal commas are understood
    where they can be nothing else, and a column of percentages has % in its name. Raises TableError for everything
    else, by its size before it is read.
    """
    path = Path(path)
    rows = _rows(_text(path), path.name)
    names, rows = _names(rows)
    if not rows:
        raise TableError(f"{quoted(path.name)} has names in its first line, but no rows")
    decimal = _decimal_comma([cell for _, row in rows for cell in row])
    columns: dict[str, Floats] = {}
    labels: dict[str, tuple[str, ...]] = {}
    left_out: list[str] = []
    for place, name in enumerate(names):
        check()
        cells = [row[place] for _, row in rows]
        if all(cell.endswith("%") or cell.lower() in MISSING for cell in cells) and any(map(len, cells)):
            cells = [cell.removesuffix("%").rstrip() for cell in cells]
            name = name if "%" in name or f"{name} (%)" in names else f"{name} (%)"
        numbers = _numbers(cells, decimal)
        words = None if numbers is not None else _words(cells, decimal)
        if words is not None and len(words) > MAX_WORDS:
            left_out.append(name)
        elif words is not None:
            labels[name] = words
            columns[name] = np.array([words.index(c) if c.lower() not in MISSING else np.nan for c in cells], float)
        else:
            columns[name] = _checked(cells, decimal, name, lambda i: rows[i][0]) if numbers is None else numbers
    if not columns:
        raise TableError(f"{quoted(path.name)} has no column of numbers")
    return Table(path.stem, tuple(columns), np.column_stack(list(columns.values())), labels or None, tuple(left_out))


def _text(path: Path) -> str:
    name = quoted(path.name)
    try:
        raw = read_file(path, MAX_BYTES)
    except MissingError:
        raise TableError(f"there is no file {name}") from None
    except FolderError:
        raise TableError(f"{name} is a folder") from None
    except TooLargeError as error:
        large = _size(error.size) if error.size else "no end"
        raise TableError(f"{name} has {large}; a table may have at most {_size(MAX_BYTES)}") from None
    except ReadingError as error:
        raise TableError(f"{name} cannot be read: {error.reason}") from None
    try:
        text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        raise TableError(f"{name} is not UTF-8 text; save it as “CSV UTF-8”") from None
    if "\0" in text:
        raise TableError(f"{name} is not a text file")
    if not text.strip():
        raise TableError(f"{name} is empty")
    return text


def _size(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"


def _rows(text: str, file: str) -> list[tuple[int, list[str]]]:
    """The cells of every row that has any, with its line in the file. All rows are equally long."""
    sign = _delimiter(text)
    if sign == " ":  # as many as it takes to align columns
        text = "\n".join(line.strip() for line in text.splitlines())
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=sign, skipinitialspace=sign == " ", strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        for row in reader:
            check()
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if not rows and len(cells) > MAX_COLUMNS:
                raise TableError(f"{quoted(file)} has {len(cells)} columns; a table may have at most {MAX_COLUMNS}")
            if rows and len(cells) != len(rows[0][1]):
                many = f"{len(cells)} value{'s' * (len(cells) != 1)}"
                raise TableError(f"line {reader.line_num} has {many}, line {rows[0][0]} has {len(rows[0][1])}")
            rows.append((reader.line_num, cells))
            if len(rows) > MAX_ROWS + 1:
                raise TableError(f"{quoted(file)} has more than {MAX_ROWS} rows; a table may have at most that many")
            if any(len(cell) > LONGEST for cell in cells):
                raise TableError(f"line {reader.line_num}: a value has more than {LONGEST} characters")
    except csv.Error as error:
        unclosed = "unexpected end" in str(error)
        why = "a quotation mark is opened and never closed" if unclosed else str(error)
        if "field limit" in str(error):
            why = f"a value has more than {LONGEST} characters"
        elif "expected after" in str(error):
            why = "there is more behind a value's closing quotation mark"
        raise TableError(f"line {reader.line_num}: {why}") from None
    if not rows:
        raise TableError(f"{quoted(file)} is empty")
    return rows


def _delimiter(text: str) -> str:
    """The sign that divides the first lines into the same number of cells, the more the better; spaces where there is
    no other."""
    first = len(text) - len(text.lstrip())
    start = max(text.rfind("\n", 0, first), text.rfind("\r", 0, first)) + 1  # of the first line that is not empty
    head = [line for line in text[start : start + 20_000].splitlines()[:20] if line.strip()]
    if not head:  # nothing but spaces for so long
        return ","
    best, most = ",", 1
    for sign in ("\t", "|", ";", ","):
        cells = _cells(head, sign)
        if cells > most:
            best, most = sign, cells
    if most == 1 and not any(sign in line for line in head for sign in DELIMITERS) and _cells(head, " ") > 1:
        return " "
    if most == 1:  # ragged lines: what the first one is divided by
        best = max(DELIMITERS, key=head[0].count)
    # 1,5;2,5: all commas in one line are as many in the next, but the semicolon is what divides
    return ";" if best == "," and all(";" in line for line in head) else best


def _cells(lines: list[str], sign: str) -> int:
    """How many a sign divides every line into; 0 where not all into as many."""
    stripped = [line.strip() for line in lines] if sign == " " else lines
    try:
        rows = csv.reader(stripped, delimiter=sign, skipinitialspace=sign == " ")
        counts = {len(row) for row in rows if row}
    except csv.Error:
        return 0
    return counts.pop() if len(counts) == 1 else 0


def _names(rows: list[tuple[int, list[str]]]) -> tuple[list[str], list[tuple[int, list[str]]]]:
    first = rows[0][1]
    if all(_NUMBER.fullmatch(cell) or _COMMA.fullmatch(cell) or cell.lower() in MISSING for cell in first):
        return [f"column {place}" for place in range(1, len(first) + 1)], rows
    names = [shown(name) or f"column {place}" for place, name in enumerate(first, start=1)]
    for name in names:
        if names.count(name) > 1:
            raise TableError(f"two columns are called {quoted(name)}")
    return names, rows[1:]


def _decimal_comma(cells: list[str]) -> bool:
    """Whether 1,5 means one and a half. Raises TableError where it might as well be a thousand and five hundred."""
    found = [match for match in map(_COMMA.fullmatch, (cell for cell in cells if "," in cell)) if match]
    if not found:
        return False
    sample = found[0][0]
    if any("." in cell and _NUMBER.fullmatch(cell) for cell in cells):
        raise TableError(f"there are numbers with a point and numbers with a comma, such as {quoted(sample, SHORT)}")
    point, without = (shown(sample.replace(",", sign), SHORT) for sign in (".", ""))
    if all(len(match[1]) == 3 and not match[0].lstrip("+-").startswith(("0", ",")) for match in found):
        raise TableError(f"{quoted(sample, SHORT)} may mean {point} or {without}: write a point")
    return True


def _numbers(cells: list[str], decimal: bool) -> Floats | None:
    """A column that holds numbers and missing values only."""
    given = [cell for cell in cells if cell.lower() not in MISSING]
    if decimal:
        given = [cell.replace(",", ".") if _COMMA.fullmatch(cell) else cell for cell in given]
    if not all(map(_NUMBER.fullmatch, given)):
        return None
    column = np.full(len(cells), np.nan)
    column[[cell.lower() not in MISSING for cell in cells]] = np.array([float(cell) for cell in given])
    return None if (np.abs(column) > LARGEST).any() else column


def _words(cells: list[str], decimal: bool) -> tuple[str, ...] | None:
    """The different words of a column that holds no number, in order."""
    words = {cell for cell in cells if cell.lower() not in MISSING}
    if any(_NUMBER.fullmatch(word) or (decimal and _COMMA.fullmatch(word)) for word in words):
        return None
    return tuple(sorted(words))


def _checked(cells: list[str], decimal: bool, name: str, line: Callable[[int], int]) -> Floats:
    """Raises TableError for the first cell that is no number."""
    for place, cell in enumerate(cells):
        if _numbers([cell], decimal) is None:
            known = _NUMBER.fullmatch(cell) or (decimal and _COMMA.fullmatch(cell))
            why = "is too large" if known else "is not a number"
            raise TableError(f"line {line(place)}, {quoted(name)}: {quoted(cell, SHORT)} {why}")
    raise AssertionError("every cell is a number")
