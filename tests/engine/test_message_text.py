"""Scenes out of messages: what mail programs, chats and word processors do to a text is undone, or told of in one
sentence."""

from __future__ import annotations

import html
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.lecture import Lecture, Page
from engine.lecture_file import load
from engine.message_text import LONGEST
from engine.scene import LossChoice, RacerChoice, Scene, opening_scene
from engine.scene_file import SceneFileError
from engine.share import from_text, to_text

ASSETS = Path(__file__).parents[2] / "assets"
GREETING = "Dear all,\n\nhere is the scene for Monday {as promised}; paste it into “Stepscope”.\n\n"
SIGNATURE = "\n\nBest regards\nAda\n-- \nAda Lovelace | Room {12}\n"
TITLED = Scene("Why does “β” {help}?", 'See \\ and "quoted" text, a comma “,” and a\u00a0space – > | «so».', steps=20)
SCENES: dict[str, Any] = {
    "opening": opening_scene(),
    "titled": TITLED,
    "formula": Scene("My “own”", loss=LossChoice("own", "x**2 + 3*y**2"), racers=(RacerChoice("adam"),), steps=9),
    "rule": load(ASSETS / "scenes/optimizers/11-own-rule.json"),
    "convolution": load(ASSETS / "scenes/convolution/01-by-hand.json"),
    "drawn, packed": load(ASSETS / "scenes/optimizers/43-drawn-by-hand.json"),
    "lecture, packed": load(next((ASSETS / "lectures").glob("*.json"))),
    "lecture": Lecture("Two “pages”", (Page(opening_scene(), question="Which?"), Page(TITLED))),
}


def quote(text: str, mark: str = "> ") -> str:
    return "\n".join(mark + line for line in text.split("\n"))


def curl(text: str) -> str:
    """Every straight quotation mark a curly one, opening or closing as word processors choose."""
    curled, before = [], " "
    for letter in text:
        curled.append(("“" if before in " \n{[(" else "”") if letter == '"' else letter)
        before = letter
    return "".join(curled)


def wrap(text: str, width: int = 60) -> str:
    """As mail programs do: a long line goes on in the next one, from a space on."""
    lines = []
    for line in text.split("\n"):
        lines += textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False, drop_whitespace=True) or [
            ""
        ]
    return "\n".join(lines)


MADE: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "quoted": quote,
    "quoted thrice": lambda text: quote(quote(quote(text)), ">"),
    "quoted, marks alone": lambda text: quote(text, ">"),
    "fenced": lambda text: f"```json\n{text}\n```",
    "in tildes, indented": lambda text: "~~~\n" + textwrap.indent(text, "    ") + "\n~~~",
    "backquoted": lambda text: f"`{text}`",
    "letter": lambda text: GREETING + text + SIGNATURE,
    "letter, quoted": lambda text: "On Monday Ada wrote:\n" + quote(GREETING + text + SIGNATURE),
    "reply, fenced and quoted": lambda text: "Thanks!\n\n" + quote("Hello\n```\n" + text + "\n```\n") + "\nBob",
    "indented by no breaks": lambda text: text.replace("\n ", "\n\u00a0"),
    "carriage returns": lambda text: GREETING.replace("\n", "\r\n") + text.replace("\n", "\r\n"),
    "mark of order": lambda text: "\u200b\ufeff" + text + "\u200b",
    "escaped": html.escape,
    "escaped and quoted": lambda text: html.escape(quote(GREETING + text)),
    "wrapped, quoted": lambda text: quote(wrap(text)),
    "wrapped early": lambda text: wrap(text, 40),
}  # fmt: skip


@pytest.mark.parametrize("name", list(SCENES))
@pytest.mark.parametrize("way", list(MADE))
def test_a_scene_survives(way: str, name: str) -> None:
    assert from_text(MADE[way](to_text(SCENES[name]))) == SCENES[name]


@pytest.mark.parametrize("name", ["opening", "convolution", "rule", "drawn, packed", "lecture, packed"])
@pytest.mark.parametrize("around", [lambda t: t, quote, lambda t: GREETING + t + SIGNATURE], ids=["", "> ", "letter"])
def test_curly_quotation_marks_are_straightened(around: Callable[[str], str], name: str) -> None:
    assert from_text(around(curl(to_text(SCENES[name])))) == SCENES[name]


@pytest.mark.parametrize("marks", ["“”", "„“", "«»", "»«", "‘’", "””"])
def test_any_curly_marks_are_read(marks: str) -> None:
    text = to_text(opening_scene())
    halves = text.split('"')
    curled = "".join(half + (marks[n % 2] if n < len(halves) - 1 else "") for n, half in enumerate(halves))
    assert from_text(curled) == opening_scene()


def test_no_breaks_in_titles_are_spaces_of_the_title() -> None:
    """Where a program has made every space one that does not break."""
    assert from_text(quote(to_text(opening_scene())).replace(" ", "\u00a0")) == opening_scene()


def test_what_is_right_is_left_alone() -> None:
    """Also what looks like quoting, escapes and curly marks in a title."""
    for title in ("“a”, “b”", "> quoted", "&quot;", "a\u00a0b", "‘x’: “y”", "\\u0022", "```", '"', "“"):
        scene = opening_scene().with_(title=title)
        assert from_text(to_text(scene)) == scene
        assert from_text(GREETING + to_text(scene)) == scene


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (GREETING + SIGNATURE, "holds no Stepscope scene or lecture"),
        ("> hello\n> {", "holds no Stepscope scene or lecture"),
        ("I like stepscope scenes", "holds no Stepscope scene or lecture"),
        (quote(to_text(opening_scene()))[:-40], "not complete JSON"),
        (GREETING + to_text(opening_scene()).replace('"version": 1', '"version": 99'), "newer Stepscope"),
        (quote(to_text(SCENES["drawn, packed"])[:-40]), "cut short or damaged"),
        ("stepscope scene {" * 1000, "Stepscope|JSON"),
    ],
)
def test_where_there_is_none_one_sentence_says_so(text: str, sentence: str) -> None:
    with pytest.raises(SceneFileError, match=sentence) as caught:
        from_text(text)
    assert str(caught.value).count(". ") == 0 and len(str(caught.value)) < 160


@given(st.text('{}[]"“”\\\n >|&;,: aé\u00a0', max_size=60), st.text('{}[]"“”\\\n >|&;,: a\u00a0', max_size=60))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_stands_around_a_quoted_scene(before: str, after: str) -> None:
    """It is found, or there is one sentence: never another fault, never another scene."""
    try:
        found = from_text(quote(f"{before}\n\n{to_text(TITLED)}\n\n{after}"))
    except SceneFileError as error:
        assert str(error).endswith(".") and "\n" not in str(error)
    else:
        assert found == TITLED


@pytest.mark.parametrize("piece", ["{", '"', "“", " ", "\n", "\\", "{“", '{"stepscope scene', "> ", "&quot;", "“ "])
def test_a_long_message_takes_no_longer_than_its_length(piece: str) -> None:
    text = "stepscope scene {" + piece * (LONGEST // len(piece) - 20)
    start = time.thread_time()
    with pytest.raises(SceneFileError):
        from_text(text)
    assert time.thread_time() - start < 3


def test_a_message_that_is_too_long_is_not_searched() -> None:
    with pytest.raises(SceneFileError):
        from_text("> " + to_text(opening_scene()).replace("\n", "\n> ") + " " * LONGEST)
