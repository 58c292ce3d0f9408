"""A table of numbers pasted as text: from a spreadsheet, a file or a notebook."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from engine.convolution.scene import FAR, NUMBERED, ConvolutionScene
from engine.quoting import shown
from gui.convolution.picture.lit import Spot
from gui.convolution.words import tr

Array = NDArray[np.float64]

LONGEST = 16_000_000  # characters; looked at before anything else
LONGEST_CELL = 400
MOST = 1000  # rows, and columns

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_STRANGE = re.compile(r"[^0-9eE+\-.,\s]", re.ASCII)  # float() reads some of these, too: 1_0, nan, ١
_DECIMAL_COMMA = re.compile(r"(?<=[0-9]),(?=[0-9])")
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+")  # 1,234: thousands, or a decimal comma


def read_table(text: str) -> Array:
    """The numbers in `text`, of shape (rows, columns).

    Columns are parted by tabs, else by semicolons, else by commas or spaces. Rows are lines, or the brackets of
    Python and MATLAB: [[1, 2], [3, 4]], [1 2; 3 4]. Empty lines before and after do not count; the minus may be
    Unicode's.

    A comma between digits is a decimal comma where tabs or semicolons part the columns, unless it may as well
    part thousands. Elsewhere it is whatever makes the text a full table; where both do (“1,5” in every row) it
    is refused, except that one number alone is read as in a number's box.

    Raises ValueError, one sentence that says where, for anything but a full table of numbers within ±1,000,000,
    at most 1000 × 1000.
    """
    if len(text) > LONGEST:
        raise ValueError(tr("This text is too long for a table of at most {most} × {most} numbers.").format(most=MOST))
    text = _unbracketed(_plain(text))
    lines = _lines(text)
    for separator in ("\t", ";"):
        if any(separator in line for line in lines):
            return _read(lines, separator, decimal_comma="," in text)
    return _read_with_commas(lines) if "," in text else _read(lines, None)


def pasted(scene: ConvolutionScene, spot: Spot | None, table: Array) -> ConvolutionScene:
    """The scene with a table (rows, columns) in the grid of `spot`, its first number in that cell.

    Without a cell, or where it goes beyond the input, the table becomes the whole input of one channel. Raises
    ValueError, in one sentence, where it cannot be.
    """
    plate = None if spot is None else spot.placed.plate
    if spot is not None and plate is not None and plate.edit and spot.index is not None:
        (rows, columns), grid = table.shape, plate.edit
        fits = spot.row + rows <= plate.size[0] and spot.column + columns <= plate.size[1]
        index = plate.index[spot.row : spot.row + rows, spot.column : spot.column + columns]
        if fits and (index >= 0).all():
            numbers = scene.numbers(grid)
            own = index if grid in ("kernel", "bias") else index[..., 1:]
            numbers[tuple(np.moveaxis(own, -1, 0))] = table
            return scene.with_numbers(grid, numbers)
        if grid != "x":
            raise ValueError(
                tr("{rows} × {columns} numbers do not fit here, from this cell on").format(rows=rows, columns=columns)
            )
    plain = scene.with_(input="numbers", x=(), pixels=b"")
    if scene.axes == 1 and len(table) == 1:
        return plain.resized(size=(table.shape[1],), channels=1).with_numbers("x", table)
    if max(table.shape) > NUMBERED:
        raise ValueError(
            tr("an input of numbers has at most {most} rows and columns, this table has {rows} × {columns}").format(
                most=NUMBERED, rows=table.shape[0], columns=table.shape[1]
            )
        )
    return plain.with_axes(2).resized(size=table.shape, channels=1).with_numbers("x", table[None])


def _plain(text: str) -> str:
    """Line ends, minus signs and spaces as ASCII has them."""
    for sign, plain in (("\r\n", "\n"), ("\r", "\n"), ("−", "-"), ("–", "-"), ("\ufeff", ""), ("\0", "")):
        text = text.replace(sign, plain)
    spread = "\t" in text or ";" in text
    for space in "\u00a0\u202f\u2009":  # between thousands in a spreadsheet's cells; elsewhere a space like others
        text = text.replace(space, "" if spread else " ")
    return text


def _unbracketed(text: str) -> str:
    """A matrix as Python, NumPy, PyTorch or MATLAB print it, as lines. Other text as it is."""
    if "[" not in text or "[[[" in text:
        return text
    text = re.sub(r"^\s*(?:array|tensor)\(|(?:,\s*dtype=[\w.]+)?\)\s*$", "", text).replace("\n", " ").strip()
    if not (text.startswith("[") and text.endswith("]")):
        return text
    if not text.startswith("[["):
        text = text.replace(";", "\n")
    return re.sub(r"\](?:\s*,)?\s*\[", "\n", text.strip("[] "))


def _lines(text: str) -> list[str]:
    """The rows, without empty lines around them. Raises ValueError where there are none, or too many."""
    first, behind = len(text) - len(text.lstrip()), len(text.rstrip())
    if first >= behind:
        raise ValueError(tr("There are no numbers to paste."))
    text = text[text.rfind("\n", 0, first) + 1 :]
    behind = len(text.rstrip())
    end = text.find("\n", behind)
    text = text if end < 0 else text[:end]
    rows = text.count("\n") + 1
    if rows > MOST:
        raise ValueError(tr("The table has {rows} rows; at most {most} can be pasted.").format(rows=rows, most=MOST))
    return text.split("\n")


def _read_with_commas(lines: list[str]) -> Array:
    """Columns parted by commas, or by spaces with decimal commas: whichever makes a full table."""
    parted = decimal = None
    try:
        parted = _read(lines, ",")
    except ValueError as error:
        problem = error
    try:
        decimal = _read(lines, None, decimal_comma=True)
    except ValueError as error:
        if parted is not None:
            return parted
        # Numbers with nothing but spaces between them show what was meant.
        by_spaces = any(re.search(r"[^\s,]\s+[^\s,]", line) for line in lines)
        raise (error if by_spaces else problem) from None
    if parted is None or decimal.size == 1:
        return decimal
    cell = _short(lines[0])
    words = tr("“{cell}” could be one number or two; write “{one}” or “{two}”.")
    raise ValueError(_at(1, 1, words.format(cell=cell, one=cell.replace(",", "."), two=cell.replace(",", "; "))))


def _read(lines: list[str], separator: str | None, decimal_comma: bool = False) -> Array:
    """A full table; None parts by spaces. Raises ValueError saying where it is none."""
    if decimal_comma:
        _check_commas(lines, separator)
    rows: list[list[float]] = []
    for place, line in enumerate(lines, 1):
        cells = line.split(separator, MOST)
        if len(cells) > MOST:
            raise ValueError(
                tr("Row {row} has more than {most} columns, the most that can be pasted.").format(row=place, most=MOST)
            )
        if not line.strip():
            raise ValueError(tr("Row {row} is empty.").format(row=place))
        rows.append(_numbers(cells, place, decimal_comma))
        if len(cells) != len(rows[0]):
            raise ValueError(
                tr("Row {row} does not have as many columns as row 1: {count} instead of {first}.").format(
                    row=place, count=len(cells), first=len(rows[0])
                )
            )
    table = np.array(rows)
    far = np.argwhere(~(np.abs(table) <= FAR))
    if len(far):
        row, column = far[0]
        cell = _short(lines[row].split(separator, MOST)[column])
        raise ValueError(
            _at(row + 1, column + 1, tr("“{cell}” is not between −1000000 and 1000000.").format(cell=cell))
        )
    return table


def _numbers(cells: list[str], row: int, decimal_comma: bool) -> list[float]:
    for column, cell in enumerate(cells, 1):
        if len(cell) > LONGEST_CELL:
            raise ValueError(_at(row, column, tr("“{cell}” is not a number.").format(cell=_short(cell))))
    plain = [_DECIMAL_COMMA.sub(".", cell) for cell in cells] if decimal_comma else cells
    if not _STRANGE.search(" ".join(plain)):
        try:
            return [float(cell) for cell in plain]
        except ValueError:
            pass  # found below
    for column, cell in enumerate(plain):
        if not cell.strip():
            raise ValueError(_at(row, column + 1, tr("a number is missing here.")))
        if not _NUMBER.fullmatch(cell.strip()):
            raise ValueError(_at(row, column + 1, tr("“{cell}” is not a number.").format(cell=_short(cells[column]))))
    return [float(cell) for cell in plain]


def _check_commas(lines: list[str], separator: str | None) -> None:
    """Raises ValueError where a comma may part thousands as well as decimals: “1,234” alone, or points, too."""
    points = any("." in line for line in lines)
    unclear: tuple[int, int, str] | None = None
    for row, line in enumerate(lines, 1):
        if "," in line:
            for column, cell in enumerate(line.split(separator, MOST), 1):
                if "," in cell:
                    if not points and not _GROUPED.fullmatch(cell.strip()):
                        return
                    unclear = unclear or (row, column, cell)
    if unclear:
        row, column, cell = unclear
        words = tr("the comma in “{cell}” may part thousands or decimals; write a point or nothing instead.")
        raise ValueError(_at(row, column, words.format(cell=_short(cell))))


def _at(row: int, column: int, words: str) -> str:
    return tr("Row {row}, column {column}: {words}").format(row=row, column=column, words=words)


def _short(cell: str) -> str:
    """A cell as it fits into a sentence."""
    cell = " ".join(cell[:200].split())
    return shown(cell) if len(cell) <= 20 else shown(cell[:20]) + "…"
