"""Tables: the shipped ones, and everything that a CSV file may hold."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.csv_file import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, TableError, read_csv
from engine.data.table import DATA_SETS, Table


def written(folder: Path, text: str | bytes, name: str = "mine.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


# --- shipped -------------------------------------------------------------------------------------


def test_the_shipped_tables_are_the_known_ones() -> None:
    iris = DATA_SETS["iris"].table
    assert len(iris) == 150 and iris.missing() == 0
    # Fisher 1936, table of means
    assert iris.numbers[:, :4].mean(axis=0) == pytest.approx([5.8433, 3.0573, 3.7580, 1.1993], abs=1e-4)
    assert iris.labels == {"species": ("setosa", "versicolor", "virginica")}
    engel = DATA_SETS["engel"].table
    # the least-squares line that quantreg's and statsmodels' manuals give: 147.4754 + 0.4852 income
    assert np.polyfit(*engel.numbers.T, 1) == pytest.approx([0.4852, 147.4754], rel=1e-4)
    nile = DATA_SETS["nile"].table
    assert len(nile) == 100 and nile.column("volume").mean() == pytest.approx(919.35)


@pytest.mark.parametrize("key", list(DATA_SETS))
def test_every_shipped_set_names_its_columns_and_its_licence(key: str) -> None:
    shipped = DATA_SETS[key]
    assert {*shipped.inputs, shipped.target} <= set(shipped.table.names)
    licences = Path("assets/LICENCES.md").read_text(encoding="utf-8")
    assert f"`data/{key}.csv`" in licences


def test_a_table_cannot_be_changed() -> None:
    numbers = np.ones((3, 2))
    table = Table("t", ("a", "b"), numbers)
    numbers[0, 0] = 7
    assert table.column("a")[0] == 1
    with pytest.raises(ValueError, match="read-only"):
        table.numbers[0, 0] = 2
    with pytest.raises(ValueError, match="no column “c”; there are a, b"):
        table.column("c")


# --- files that are understood -------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "x,y\n1,2.5\n3,-4e2\n",
        "x;y\n1;2.5\n3;-4e2\n",
        "x\ty\r\n1\t2.5\r\n3\t-4e2\r\n",
        "x;y\n1;2,5\n3;-4e2\n",
        "\ufeffx,y\n\n1,2.5\n3,-4e2",
        '"x","y"\n"1","2.5"\n"3","-4e2"\n',
        "x , y\n 1 , 2.5 \n3, -4e2\n\n\n",
        "x;y\n1;2,5\n3;-400,0\n",
        "x|y\n1|2.5\n3|-4e2\n",
        "x y\n1 2.5\n3 -4e2\n",
        "  x     y \n  1   2.5\n  3  -400 \n",
    ],
)
def test_delimiters_and_decimal_commas(tmp_path: Path, text: str) -> None:
    table = read_csv(written(tmp_path, text))
    assert table.names == ("x", "y")
    assert table.numbers.tolist() == [[1, 2.5], [3, -400]]


def test_utf_16_as_spreadsheets_write_it(tmp_path: Path) -> None:
    table = read_csv(written(tmp_path, "größe\tzahl\n1\t2\n".encode("utf-16")))
    assert table.names == ("größe", "zahl")


def test_a_first_row_of_numbers_is_no_row_of_names(tmp_path: Path) -> None:
    table = read_csv(written(tmp_path, "1,2\n3,4\n"))
    assert table.names == ("column 1", "column 2") and len(table) == 2


def test_percentages_are_numbers_whose_name_says_so(tmp_path: Path) -> None:
    table = read_csv(written(tmp_path, "share,rate %,y\n10%,5%,1\n2.5 %,NA,2\n"))
    assert table.names == ("share (%)", "rate %", "y") and table.labels is None
    assert table.column("share (%)").tolist() == [10, 2.5] and np.isnan(table.column("rate %")[1])


def test_one_column(tmp_path: Path) -> None:
    assert read_csv(written(tmp_path, "x\n1\n2\n")).numbers.tolist() == [[1], [2]]


def test_missing_values_are_counted_and_left_out(tmp_path: Path) -> None:
    table = read_csv(written(tmp_path, "a,b,c\n1,2,3\n,2,3\n1,NA,3\n1,2,?\nnan,nan,5\n"))
    assert table.missing() == 4 and table.missing(("a",)) == 2
    whole = table.complete(("c", "a"))
    assert whole.names == ("c", "a") and whole.numbers.tolist() == [[3, 1], [3, 1]]


def test_words_become_classes_and_names_are_left_out(tmp_path: Path) -> None:
    rows = "".join(f"person {i},{i},{'yes' if i % 2 else 'no'}\n" for i in range(30))
    table = read_csv(written(tmp_path, "name,age,smokes\n" + rows))
    assert table.names == ("age", "smokes") and table.left_out == ("name",)
    assert table.labels == {"smokes": ("no", "yes")}
    assert table.column("smokes")[:3].tolist() == [0, 1, 0]


# --- files that are not --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "“mine.csv” is empty"),
        (" \n\n \n", "“mine.csv” is empty"),
        (",,\n,,\n", "“mine.csv” is empty"),
        ("x,y\n", "“mine.csv” has names in its first line, but no rows"),
        ("x,y\n1,2\n3\n", "line 3 has 1 value, line 1 has 2"),
        ("x,y\n1,2\n\n3,4,5\n", "line 4 has 3 values, line 1 has 2"),
        ("x,y\n1,2\n3,four\n", "line 3, “y”: “four” is not a number"),
        ("x,y\n1,2\n3,inf\n", "line 3, “y”: “inf” is not a number"),
        ("x,y\n1,2\n3,1_000\n", "line 3, “y”: “1_000” is not a number"),
        ("x,y\n1,2\n3,1e999\n", "line 3, “y”: “1e999” is too large"),
        ("x,x\n1,2\n", "two columns are called “x”"),
        ("x;y\n1,234;2\n", "“1,234” may mean 1.234 or 1234: write a point"),
        ("x;y\n1,25;2.5\n", "there are numbers with a point and numbers with a comma, such as “1,25”"),
        ("größe,y\n1,2\n".encode("latin-1"), "“mine.csv” is not UTF-8 text; save it as “CSV UTF-8”"),
        (b"PK\x03\x04\x00\x00\x00", "“mine.csv” is not a text file"),
        (b"\xff\xfe1", "“mine.csv” is not UTF-8 text; save it as “CSV UTF-8”"),
        ("x,y\n1," + "9" * 2000 + "\n", "line 2: a value has more than 1000 characters"),
        ("x,y\n1," + "9" * 200_000 + "\n", "line 2: a value has more than 1000 characters"),
        ("x,y\n1,5%\n2,6\n", "line 2, “y”: “5%” is not a number"),
        ('x,y\n1,"2\n3,4\n', "line 3: a quotation mark is opened and never closed"),
        ("n,d\n" + "".join(f"name{i},day{i}\n" for i in range(30)), "“mine.csv” has no column of numbers"),
        (",".join(["1"] * (MAX_COLUMNS + 1)), "“mine.csv” has 101 columns; a table may have at most 100"),
    ],
)
def test_every_fault_is_one_sentence(tmp_path: Path, text: str | bytes, sentence: str) -> None:
    with pytest.raises(TableError) as caught:
        read_csv(written(tmp_path, text))
    assert str(caught.value) == sentence


def test_a_huge_file_is_refused_by_its_size(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(1_000_000_000)  # sparse: takes no room, and reading it would take seconds
    with pytest.raises(TableError) as caught:
        read_csv(path)
    assert str(caught.value) == "“huge.csv” has 1.0 GB; a table may have at most 20 MB"
    assert MAX_BYTES == 20_000_000


def test_too_many_rows(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="more than 100000 rows"):
        read_csv(written(tmp_path, "x\n" + "1\n" * (MAX_ROWS + 1)))


@pytest.mark.parametrize("before", ["\n" * 30, " \n" * 40_000, "\r\n" * 21, "\r" * 30, " " * 30_000])
def test_empty_lines_before_the_first_one(tmp_path: Path, before: str) -> None:
    for sign in (",",) if " " * 9 in before else (";", "|", "\t"):
        table = read_csv(written(tmp_path, before + f"a{sign}b\n1{sign}2.5\n3{sign}4.5\n"))
        assert table.names == ("a", "b")
        np.testing.assert_array_equal(table.numbers, [[1, 2.5], [3, 4.5]])


def test_no_file_a_folder_and_one_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TableError, match=r"there is no file “none\.csv”"):
        read_csv(tmp_path / "none.csv")
    (tmp_path / "sheets.csv").mkdir()
    with pytest.raises(TableError, match=r"“sheets\.csv” is a folder"):
        read_csv(tmp_path / "sheets.csv")

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, os.strerror(13))

    path = written(tmp_path, "x\n1\n")
    monkeypatch.setattr(os, "open", refused)
    with pytest.raises(TableError, match=r"“mine\.csv” cannot be read: Permission denied"):
        read_csv(path)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text("0123456789.,;| %\t\n\"'eE+-abNA \r", max_size=120).map(str.encode)))
def test_any_file_is_a_table_or_a_sentence(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(raw)
    try:
        table = read_csv(path)
    except TableError as error:
        assert "\n" not in str(error) and len(str(error)) < 300
    else:
        assert len(table) > 0 and not np.isinf(table.numbers).any()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(*[st.floats(-1e9, 1e9)] * 3), min_size=2, max_size=20), st.sampled_from(",;\t| "))
def test_what_was_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[float, ...]], sign: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    lines = [sign.join("abc"), *(sign.join(map(repr, row)) for row in rows)]
    path.write_text("\n".join(lines))
    assert read_csv(path).numbers.tolist() == [list(row) for row in rows]
