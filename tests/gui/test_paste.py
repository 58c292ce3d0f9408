"""Tables as people copy them; what is no table gets one sentence that says where."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gui.convolution.paste import LONGEST, MOST, read_table


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("7", [[7]]),
        ("−7", [[-7]]),
        ("1,5", [[1.5]]),  # as in a number's box
        ("1.5e-3", [[0.0015]]),
        ("1\t2\r\n3\t4\r\n", [[1, 2], [3, 4]]),
        ("1\t2\r3\t4\r", [[1, 2], [3, 4]]),
        ("\n \n1\t2\n3\t4\n\n\t\n", [[1, 2], [3, 4]]),
        ("\ufeff1;2\n3;4\0", [[1, 2], [3, 4]]),
        ("  1   2\n 30  −4  ", [[1, 2], [30, -4]]),
        ("1,5\t2\n−0,25\t0,5", [[1.5, 2], [-0.25, 0.5]]),
        ("1,5;2,25", [[1.5, 2.25]]),
        ("0,125\t0,250", [[0.125, 0.25]]),  # no thousands begin with 0
        ("1\u00a0234,5\t2", [[1234.5, 2]]),
        ("1\u00a02", [[1, 2]]),
        ("1,5 2,5\n3 4", [[1.5, 2.5], [3, 4]]),
        ("1, 2\n3, 4", [[1, 2], [3, 4]]),
        ("1,2,3\n4,5,6", [[1, 2, 3], [4, 5, 6]]),
        ("0.5,1\n1,0.5", [[0.5, 1], [1, 0.5]]),
        ("0,-1\n1,0", [[0, -1], [1, 0]]),
        ("1\n2,5\n3", [[1], [2.5], [3]]),
        (".5 +2.", [[0.5, 2]]),
        ("[[1, 2],\n [3, 4]]", [[1, 2], [3, 4]]),
        ("[[1. 2.]\n [3. 4.]]", [[1, 2], [3, 4]]),
        ("tensor([[1., 2.],\n        [3., 4.]])", [[1, 2], [3, 4]]),
        ("array([[1., 2.]], dtype=float32)", [[1, 2]]),
        ("[1, 2, 3]", [[1, 2, 3]]),
        ("[1 2; 3 4]", [[1, 2], [3, 4]]),
        ("1000000 -1000000", [[1e6, -1e6]]),
    ],
)
def test_tables(text: str, wanted: list[list[float]]) -> None:
    table = read_table(text)
    assert table.dtype == np.float64
    np.testing.assert_array_equal(table, wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "There are no numbers to paste."),
        (" \n\t\n", "There are no numbers to paste."),
        ("1\t2\n3", "Row 2 does not have as many columns as row 1: 1 instead of 2."),
        ("1\t2\n\n3\t4", "Row 2 is empty."),
        ("1\t2\n3\t", "Row 2, column 2: a number is missing here."),
        ("1\tcat", "Row 1, column 2: “cat” is not a number."),
        ("a\tb\n1\t2", "Row 1, column 1: “a” is not a number."),
        ("1 2\n3 nan", "Row 2, column 2: “nan” is not a number."),
        ("1 inf", "Row 1, column 2: “inf” is not a number."),
        ("1 1_0", "Row 1, column 2: “1_0” is not a number."),
        ("١", "Row 1, column 1: “١” is not a number."),
        ("1 2000000", "Row 1, column 2: “2000000” is not between −1000000 and 1000000."),
        ("1 -1e400", "Row 1, column 2: “-1e400” is not between −1000000 and 1000000."),
        ("x" * 500, f"Row 1, column 1: “{'x' * 20}…” is not a number."),
        ("5" * 500, f"Row 1, column 1: “{'5' * 20}…” is not a number."),
        ("1,2\n3,4",
         "Row 1, column 1: “1,2” could be one number or two; write “1.2” or “1; 2”."),
        ("5\t1,234", "Row 1, column 2: the comma in “1,234” may part thousands or decimals; "
                     "write a point or nothing instead."),
        ("1\t2\n3\t1,234.5", "Row 2, column 2: the comma in “1,234.5” may part thousands or decimals; "
                             "write a point or nothing instead."),
        ("1,5 2,x", "Row 1, column 2: “2,x” is not a number."),
        ("1, 2, x", "Row 1, column 3: “x” is not a number."),
        ("[[[1, 2]]]", "Row 1, column 1: “[[[1” is not a number."),
        ("1\n" * (MOST + 1), "The table has 1001 rows; at most 1000 can be pasted."),
        ("1\t" * MOST + "1", "Row 1 has more than 1000 columns, the most that can be pasted."),
        ("1," * MOST + "1", "Row 1 has more than 1000 columns, the most that can be pasted."),
    ],
)  # fmt: skip
def test_what_is_no_table(text: str, wanted: str) -> None:
    with pytest.raises(ValueError) as caught:
        read_table(text)
    assert str(caught.value) == wanted


def test_the_largest_table() -> None:
    table = read_table("\n".join(["\t".join(["0.5"] * MOST)] * MOST))
    assert table.shape == (MOST, MOST)


numbers = st.integers(-10_000_000, 10_000_000).map(lambda n: n / 100)
tables = st.integers(1, 6).flatmap(
    lambda n: st.lists(st.lists(numbers, min_size=n, max_size=n), min_size=1, max_size=6)
)


separators = st.sampled_from(["\t", ";", ",", "   "])
ends = st.sampled_from(["", "\n", "\r\n \n"])


@given(tables, separators, st.booleans(), st.booleans(), ends)
def test_a_table_comes_back(table: list[list[float]], separator: str, comma: bool, minus: bool, end: str) -> None:
    comma = comma and separator != "," and len(table[0]) > 1  # else it could be two columns
    text = "\n".join(separator.join(f"{number:.2f}" for number in row) for row in table)
    text = text.replace(".", ",") if comma else text
    np.testing.assert_array_equal(read_table((text.replace("-", "−") if minus else text) + end), table)


@given(st.text("0123456789.,;-+eE \t\n\r[]()−nax\u00a0\u3000", max_size=40) | st.text(max_size=40))
@example("[")
@example("[]")
@example("[;]")
@example(",")
@example("\x1c1")
@example("1\x0b2")
@example("1\u20282")
def test_any_text_is_a_table_or_one_sentence(text: str) -> None:
    try:
        table = read_table(text)
    except ValueError as error:
        assert str(error).endswith(".")
        assert "\n" not in str(error)
        assert len(str(error)) < 160
    else:
        assert table.ndim == 2
        assert table.size
        assert (np.abs(table) <= 1e6).all()


def test_a_long_clipboard_is_refused_unread() -> None:
    short = "\n".join(["\t".join(["0.5"] * 300)] * 300)
    start = time.perf_counter()
    read_table(short)
    usual = time.perf_counter() - start
    text = "1\t" * 50_000_000
    start = time.perf_counter()
    with pytest.raises(ValueError, match="too long"):
        read_table(text)
    assert time.perf_counter() - start < usual


@pytest.mark.parametrize(
    "text",
    ["[1]" + " " * 200_000 + "x]", "[" + "], " * 60_000 + "]", ", " * 100_000, "1" + " " * 200_000 + "x"],
    ids=["gap", "brackets", "commas", "spaces"],
)
def test_nothing_grows_with_the_square_of_the_length(text: str) -> None:
    def seconds(text: str) -> float:
        start = time.thread_time()  # other programs' work does not count
        with pytest.raises(ValueError):
            read_table(text)
        return time.thread_time() - start

    assert len(text) < LONGEST
    half = text[: len(text) // 20] + text[len(text) - len(text) // 20 :]
    assert seconds(text) < 40 * max(seconds(half), 0.001)  # a tenth of the length: 10 times, squared 100
