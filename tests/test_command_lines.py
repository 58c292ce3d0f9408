"""A few random command lines; `scripts/stress` tries many more."""

from __future__ import annotations

import os

import pytest

from tests.stress.command_lines import Answer, run, wrong

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes and links")


def test_only_three_statuses_and_one_sentence_come_out() -> None:
    result = run(seed=16, seconds=300, most=40)
    assert result.tried == 40
    assert result.faults == []


THERE = {"race.json": (1, 1, b"{"), "round.mp4": (2, 2, b""), "link.mp4": (3, 3, b"")}


@pytest.mark.parametrize(
    ("answer", "after", "fault"),
    [
        (Answer(0, "", ""), {}, ""), (Answer(1, "", "It is gone.\n"), {}, ""), (Answer(-11, "", ""), {}, "status -11"),
        (Answer(1, "", "Traceback:\n  x\n"), {}, "no sentence"), (Answer(2, "", ""), {}, "0 sentences"),
        (Answer(2, "", "usage: x\n"), {}, "no sentence"), (Answer(1, "", "One.\nTwo.\nThree.\n"), {}, "3 sentences"),
        (Answer(0, "", "QPainter::end: Painter ended\n"), {}, "all is well"), (Answer(0, "x", ""), {}, "nobody asked"),
        (Answer(1, "", "No.\n"), {".stepscope-1.part": (1, 9, b"")}, "left behind"),
        (Answer(0, "", ""), {"race.json": (1, 1, b"")}, "spoilt: race.json"),
        (Answer(2, "", "No.\n"), {"x.mp4": (1, 9, b"")}, "and yet it wrote"),
    ],
)  # fmt: skip
def test_what_counts_as_a_fault(answer: Answer, after: dict[str, tuple[int, int, bytes]], fault: str) -> None:
    found = list(wrong(["render", "a", "b"], answer, THERE, THERE | after))
    assert any(one.startswith(fault) or fault in one for one in found) if fault else not found
