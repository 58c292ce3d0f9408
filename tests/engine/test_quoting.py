"""Foreign text in a sentence is one short, visible piece of a line; in a table it is a text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.quoting import HIDDEN, LONGEST, in_table, listed, literal, quoted, shown


@given(st.one_of(st.text(max_size=400), st.text("\n\r\t ab\u202e\u200b\u3164\u0301\ud800", max_size=400)))
def test_whatever_it_is_it_fits_into_a_line(text: str) -> None:
    piece = shown(text)
    assert len(piece) <= LONGEST
    assert piece.isprintable()
    assert shown(piece) == piece


@pytest.mark.parametrize("text", ["Adam", "η = 0.1", "규칙 1", "l'été", "a" * LONGEST, "नमस्ते", "𝔘"])
def test_plain_names_stay_as_they_are(text: str) -> None:
    assert shown(text) == text
    assert quoted(text) == f"“{text}”"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a\n\n\n b", "a b"),
        ("a\x00b", f"a{HIDDEN}b"),
        ("a\x1b[31mb", f"a{HIDDEN}[31mb"),
        ("exe\u202egpj", f"exe{HIDDEN}gpj"),
        ("steps\u200b", f"steps{HIDDEN}"),
        ("\u3164", HIDDEN),
        ("\ud800", HIDDEN),
        ("Z" + "\u0301" * 40, "Z" + "\u0301" * 3),
        ("\u2764\ufe0f.json", "\u2764.json"),
        (12, "12"),
        ([1] * 1000, "[1, 1, 1, 1, 1, 1, ...]"),
    ],
)
def test_what_cannot_be_seen_is_made_visible(text: object, seen: str) -> None:
    assert shown(text) == seen


def test_of_what_is_long_both_ends_stay() -> None:
    name = "x" * 5000 + "-final.json"
    assert shown(name).startswith("xxx") and shown(name).endswith("-final.json") and "…" in shown(name)
    assert shown("abcdefghij", 6) == "abc…ij"
    assert listed([f"c{i}" for i in range(9)]) == "c0, c1, c2, c3, c4, c5, …"
    assert listed(("a", "b\n")) == "a, b "


@pytest.mark.parametrize("sign", ["a", "\n", "\u0301", "\u202e", " \ufe0f"])
def test_megabytes_take_no_longer_than_a_word(sign: str) -> None:
    begun = time.process_time()
    assert len(shown(sign * 2_000_000)) <= LONGEST
    assert time.process_time() - begun < 0.05


@pytest.mark.parametrize("text", ["=1+1", "+1", "-x", "@SUM(A1)", "\t=1", "  =cmd|' /C calc'!A0", "\r=1"])
def test_a_table_holds_no_formulas(text: str) -> None:
    assert in_table(text) == "'" + text


@pytest.mark.parametrize("text", ["Adam", "η = 1", "a=b", ""])
def test_other_texts_in_a_table_stay(text: str) -> None:
    assert in_table(text) == text


def test_values_as_python_writes_them() -> None:
    assert [literal(value) for value in ("2", 2, (1.5, "a"), None, "")] == ["'2'", "2", "(1.5, 'a')", "None", "''"]
    for value in ("\n" * 10**6, ["x" * 10**6] * 100, {"\u202e": 1}, 10**4000):
        assert len(literal(value)) <= LONGEST and literal(value).isprintable()
